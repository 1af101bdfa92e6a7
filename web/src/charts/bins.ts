/** Shares of bins or categories: the reference as a wide grey bar, the current data on it. */
import { percent, rowsOf, type Chart } from "../data/run";
import { fit, picture, rect, scale, text, type Picture, type Shape } from "./svg";

/** More bars are a wall: then those that moved most are shown. The table has all. */
const MOST = 16;
const ROW = 20;
const TOP = 22;
const NUMBERS = 112;

export interface Bar {
	readonly label: string;
	readonly current: number;
	readonly reference: number;
}

export function barsOf(chart: Chart): Bar[] {
	return rowsOf(chart).map(([current = 0, reference = 0], i) => ({
		label: plain(chart.labels?.[i] ?? String(i + 1)),
		current,
		reference,
	}));
}

/** Names are quoted in run.json, so that no name looks like a word of ours. In a picture there are no others. */
function plain(label: string): string {
	return /^'.*'$/.test(label) ? label.slice(1, -1) : label;
}

export function bins(chart: Chart, width: number): Picture {
	const all = barsOf(chart);
	const moved = (bar: Bar): number => Math.abs(bar.current - bar.reference);
	const shown = all.length <= MOST ? all : [...all].sort((a, b) => moved(b) - moved(a)).slice(0, MOST);
	const names = Math.min(Math.max(width * 0.34, 90), 180);
	const most = Math.max(...shown.flatMap((bar) => [bar.current, bar.reference]), 1e-9);
	const x = scale(0, most, names + 8, width - NUMBERS);
	const parts: Shape[] = [
		text(0, 12, fit(chart.x, width - NUMBERS), "start", "axis"),
		text(width - 58, 12, "reference", "end", "reference"),
		text(width, 12, "current", "end", "current"),
	];
	shown.forEach((bar, i) => {
		const y = TOP + i * ROW;
		const hint = `${bar.label}: reference ${percent(bar.reference)}, current ${percent(bar.current)}`;
		parts.push(text(names, y + 13, fit(bar.label, names), "end", "tick"));
		parts.push(rect(x(0), y + 1, x(bar.reference) - x(0), ROW - 4, "reference", hint));
		parts.push(rect(x(0), y + 6, x(bar.current) - x(0), ROW - 14, "current", hint));
		parts.push(text(width - 58, y + 13, percent(bar.reference), "end", "reference"));
		parts.push(text(width, y + 13, percent(bar.current), "end", "current"));
	});
	const left = all.length - shown.length;
	if (left > 0) parts.push(text(names, TOP + shown.length * ROW + 14, `the ${left} that moved least are left out`, "start", "quiet"));
	const far = [...all].sort((a, b) => moved(b) - moved(a))[0];
	const says = far
		? `Shares of ${chart.x}: ${far.label} moved most, from ${percent(far.reference)} to ${percent(far.current)}`
		: `Shares of ${chart.x}`;
	return picture("Shares", says, width, TOP + shown.length * ROW + (left > 0 ? 22 : 4), parts);
}
