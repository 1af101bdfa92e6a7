/** The months of a model joined: per stage its runs in order, and each check's numbers over them. */
import { numberOf } from "./run";
import type { Check, Event, Month, Run, Stage } from "./site";

export interface Series {
	readonly stage: string | null;
	readonly runs: readonly Run[];
	/** When each run was, in milliseconds. */
	readonly times: readonly number[];
	readonly tracks: readonly Track[];
}

/** Limits that hold from a run on. Not a number: there is none. */
export interface Bounds {
	readonly from: number;
	readonly min: number;
	readonly max: number;
	readonly warnMin: number;
	readonly warnMax: number;
	readonly text: string;
}

/** One check: what it is now, and its numbers in all runs. */
export interface Track {
	readonly id: string;
	readonly suite: string;
	readonly kind: string;
	readonly column: string | null;
	readonly slice: string | null;
	readonly unit: string;
	readonly better: Check["better"];
	readonly definition: string | null;
	readonly data: string | null;
	/** One for each run; not a number where it was not measured, or is none. */
	readonly values: readonly number[];
	/** A letter for each run; - where the run has not the check. */
	readonly verdicts: string;
	readonly bounds: readonly Bounds[];
	/** Runs from which on it measures something else: numbers on two sides are not to be compared. */
	readonly breaks: readonly number[];
	readonly notes: ReadonlyMap<number, string>;
}

interface Growing {
	check: Check;
	values: number[];
	verdicts: string;
	bounds: Bounds[];
	breaks: number[];
	digest: string | null | undefined;
	notes: Map<number, string>;
}

/** Months in any order, some perhaps twice. */
export function join(months: readonly Month[]): { series: Series[]; events: Event[] } {
	const once = [...new Map(months.map((month) => [month.month, month])).values()].sort((a, b) => (a.month < b.month ? -1 : 1));
	const stages = new Map<string | null, { runs: Run[]; checks: Map<string, Growing> }>();
	for (const month of once)
		for (const part of month.stages) {
			const stage = stages.get(part.stage) ?? { runs: [], checks: new Map<string, Growing>() };
			stages.set(part.stage, stage);
			for (const check of part.checks) addCheck(stage.checks, check, stage.runs.length, part.runs.length);
			stage.runs.push(...part.runs);
		}
	const series = [...stages].map(([stage, { runs, checks }]): Series => ({
		stage,
		runs,
		times: runs.map((run) => Date.parse(run.time)),
		tracks: [...checks.values()].map((one) => track(one, runs.length)),
	}));
	return { series, events: once.flatMap((month) => month.events) };
}

function addCheck(checks: Map<string, Growing>, check: Check, before: number, runs: number): void {
	const old: Growing = checks.get(check.id) ?? { check, values: [], verdicts: "", bounds: [], breaks: [], digest: undefined, notes: new Map() };
	checks.set(check.id, old);
	old.check = check;
	while (old.values.length < before) old.values.push(NaN);
	old.verdicts = old.verdicts.padEnd(before, "-") + check.verdicts.padEnd(runs, "-");
	for (let i = 0; i < runs; i++) old.values.push(numberOf(check.values[i]));
	for (const one of check.limits) {
		const found = { from: one.from + before, min: numberOf(one.min), max: numberOf(one.max), warnMin: numberOf(one.warn_min), warnMax: numberOf(one.warn_max), text: one.text };
		const last = old.bounds[old.bounds.length - 1];
		if (!last || (["min", "max", "warnMin", "warnMax", "text"] as const).some((key) => !Object.is(last[key], found[key]))) old.bounds.push(found);
	}
	for (const one of check.measures) {
		if (old.digest !== undefined && one.digest !== old.digest) old.breaks.push(one.from + before);
		old.digest = one.digest;
	}
	for (const note of check.notes) old.notes.set(note.at + before, note.text);
}

function track(one: Growing, runs: number): Track {
	const { check } = one;
	while (one.values.length < runs) one.values.push(NaN);
	return {
		id: check.id, suite: check.suite, kind: check.kind, column: check.column, slice: check.slice, unit: check.unit,
		better: check.better, definition: check.definition, data: check.data, values: one.values,
		verdicts: one.verdicts.padEnd(runs, "-"), bounds: one.bounds, breaks: one.breaks, notes: one.notes,
	};
}

/** The runs of the last days: the first and the one behind the last. */
export function since(series: Series, time: number): number {
	const first = series.times.findIndex((one) => one >= time);
	return first < 0 ? series.times.length : first;
}

/** The run of a record, by the beginning of its seal. */
export function findRun(series: Series, seal: string): number {
	return series.runs.findIndex((run) => sealOf(run) === seal);
}

/** What names a run in an address: as long as git's short names. */
export function sealOf(run: Run): string {
	return run.seal.replace(/^sha256:/, "").slice(0, 12);
}

/** The limits that held in a run. */
export function boundsAt(track: Track, run: number): Bounds | undefined {
	let found: Bounds | undefined;
	for (const one of track.bounds) if (one.from <= run) found = one;
	return found;
}

const ORDER = "feswp-";

/** The run that the state of the stage rests on; -1: none of these. One of some checks alone, one that a later build would
 * count, and one that was made before its time come after it, and say less. */
export function countedRun(series: Series, stage: Stage | undefined): number {
	for (let i = series.runs.length - 1; i >= 0; i--) if (series.runs[i]!.record === stage?.last?.record) return i;
	return -1;
}

/** The last run that has the check, from a run on and up to another; -1: none has. */
export function lastRun(track: Track, from = 0, to = track.verdicts.length - 1): number {
	for (let i = to; i >= from; i--) if (track.verdicts[i] !== "-") return i;
	return -1;
}

/** What is wrong first; what no run has any more comes last. */
export function worstFirst(tracks: readonly Track[], last: number): Track[] {
	const at = (track: Track): number => ORDER.indexOf(track.verdicts[last] ?? "-");
	return [...tracks].sort((a, b) => at(a) - at(b) || Number(a.slice !== null) - Number(b.slice !== null));
}

/** How near a number is to the limit that it may not pass: 1 is at it. undefined: no limit says. */
export function nearness(track: Track, run: number): number | undefined {
	const bounds = boundsAt(track, run);
	const value = track.values[run] ?? NaN;
	if (!bounds || Number.isNaN(value)) return undefined;
	if (bounds.max > 0) return Math.max(value / bounds.max, 0);
	return undefined;
}
