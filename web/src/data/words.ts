/** Verdicts and numbers of a check over time, in words. */
import { percent, short, spanOfSeconds } from "./run";
import type { Track } from "./series";
import { minute } from "./site";

const WORDS: Readonly<Record<string, string>> = { p: "pass", w: "warn", f: "fail", e: "error", s: "skip" };

/** A verdict's letter in words; a run that has not the check says nothing of it. */
export function verdictOf(letter: string | undefined): string {
	return WORDS[letter ?? "-"] ?? "none";
}

/** A number in the check's unit. */
export function inUnitOf(track: Pick<Track, "unit">, value: number, digits = 4): string {
	if (Number.isNaN(value)) return "–";
	if (track.unit === "share") return percent(value, digits);
	if (track.unit === "seconds") return spanOfSeconds(value);
	if (track.unit === "time") return minute(value * 1000);
	return short(value, digits);
}

/** With its sign, as differences are read. */
export function difference(track: Pick<Track, "unit">, from: number, to: number): string {
	const change = to - from;
	if (!Number.isFinite(change)) return "–";
	if (change === 0) return "0";
	const size = track.unit === "time" ? spanOfSeconds(Math.abs(change)) : inUnitOf(track, Math.abs(change), 3);
	return `${change > 0 ? "+" : "−"}${track.unit === "share" ? size.replace("%", " points") : size}`;
}

/** Is a change to the better? undefined: neither, or nobody says. */
export function isBetter(track: Pick<Track, "better">, from: number, to: number): boolean | undefined {
	if (!(to - from) || track.better === "either") return undefined;
	return track.better === "higher" === to > from;
}
