/** Two runs of a model side by side. */
import type { Bounds, Series, Track } from "./series";
import { boundsAt, findRun } from "./series";
import { stageName } from "./site";
import { isBetter } from "./words";

export interface Side {
	readonly series: Series;
	readonly run: number;
}

export interface Pair {
	readonly id: string;
	readonly track: Track;
	readonly from: number;
	readonly to: number;
	/** Letters of verdicts; - where a side has not the check. */
	readonly before: string;
	readonly after: string;
	readonly bounds: Bounds | undefined;
	readonly better: boolean | undefined;
	/** The two sides do not measure the same. */
	readonly different: boolean;
}

/** "PRD@4f1c2d9a" is a run of a stage; without what follows the @ it is the newest. */
export function sideOf(all: readonly Series[], words: string | undefined): Side | undefined {
	if (!words) return undefined;
	const at = words.lastIndexOf("@");
	const series = all.find((one) => stageName(one.stage) === words.slice(0, Math.max(at, 0)));
	if (!series || series.runs.length === 0) return undefined;
	const seal = words.slice(at + 1);
	const run = seal ? findRun(series, seal) : series.runs.length - 1;
	return run < 0 ? undefined : { series, run };
}

/** Both; the newest run of a stage beside itself says nothing, so then it is the one before that it stands beside. */
export function sidesOf(all: readonly Series[], from: string | undefined, to: string | undefined): [Side | undefined, Side | undefined] {
	const [a, b] = [sideOf(all, from), sideOf(all, to)];
	const same = a && b && a.series === b.series && a.run === b.run && from?.endsWith("@") && a.run > 0;
	return [same ? { ...a, run: a.run - 1 } : a, b];
}

const ORDER = "-spwfe";

/** What became worse first, then what became better, then what moved most. */
export function pairsOf(a: Side, b: Side): Pair[] {
	const ids = new Set([...a.series.tracks, ...b.series.tracks].map((one) => one.id));
	const pairs = [...ids].flatMap((id): Pair[] => {
		const [left, right] = [a, b].map((side) => side.series.tracks.find((one) => one.id === id));
		const before = left?.verdicts[a.run] ?? "-";
		const after = right?.verdicts[b.run] ?? "-";
		if (before === "-" && after === "-") return [];
		const track = (right ?? left)!;
		const from = left?.values[a.run] ?? NaN;
		const to = right?.values[b.run] ?? NaN;
		const bounds = right ? boundsAt(right, b.run) : undefined;
		return [{ id, track, from, to, before, after, bounds, better: isBetter(track, from, to), different: measuresOther(a, b, left, right) }];
	});
	return pairs.sort((x, y) => worsening(y) - worsening(x) || moved(y) - moved(x));
}

function measuresOther(a: Side, b: Side, left: Track | undefined, right: Track | undefined): boolean {
	if (!left || !right) return false;
	if (left.definition !== right.definition) return true;
	if (left !== right) return false;
	const [low, high] = a.run < b.run ? [a.run, b.run] : [b.run, a.run];
	return left.breaks.some((one) => one > low && one <= high);
}

function worsening(pair: Pair): number {
	return ORDER.indexOf(pair.after) - ORDER.indexOf(pair.before) || 0;
}

/** How much it moved, in lengths of what it was. */
function moved(pair: Pair): number {
	const size = Math.abs(pair.to - pair.from) / Math.max(Math.abs(pair.from), Math.abs(pair.to), 1e-12);
	return Number.isFinite(size) ? size : 0;
}
