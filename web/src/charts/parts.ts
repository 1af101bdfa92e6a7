/** What a whole consists of: a bar for each whole, in parts; of all rows, of both sides, or of each slice. */
import { percent, rowsOf, short, type Chart } from "../data/run";
import { fit, picture, rect, scale, text, type Picture, type Shape } from "./svg";

/** More bars are a wall: then those with the least of the first part are shown. */
const MOST = 24;
const ROW = 20;
const TOP = 22;
const NUMBER = 80;
/** The first part is what goes without saying, the second what one looks for. */
const STYLES = ["part", "current", "reference"] as const;
/** Narrower than this there is room for the numbers of one part. */
const NARROW = 380;

export interface Whole {
	readonly label: string;
	/** Of the reference: grey, as in every picture. */
	readonly reference?: boolean;
	/** As many as the chart has labels. */
	readonly counts: readonly number[];
}

/** The chart of one slice. */
export interface OfSlice {
	readonly label: string;
	readonly chart: Chart;
}

function sum(counts: readonly number[]): number {
	return counts.reduce((all, n) => all + n, 0);
}

function shareOf(whole: Whole, part: number): number {
	const all = sum(whole.counts);
	return all > 0 ? (whole.counts[part] ?? 0) / all : 0;
}

/** A part of each label; slices may have one more or fewer, in their own order. */
function countsBy(labels: readonly string[], chart: Chart, column: number): number[] {
	const rows = rowsOf(chart);
	return labels.map((label) => rows[(chart.labels ?? []).indexOf(label)]?.[column] ?? 0);
}

export function wholesOf(chart: Chart, slices: readonly OfSlice[]): Whole[] {
	const labels = chart.labels ?? [];
	const own = chart.columns.map((name, column) => ({
		label: chart.columns.length > 1 ? name : slices.length ? "all" : chart.x,
		reference: name === "reference",
		counts: countsBy(labels, chart, column),
	}));
	const each = slices.map((one) => ({ label: one.label, counts: countsBy(labels, one.chart, 0) }));
	return [...own, ...each.sort((a, b) => shareOf(a, 0) - shareOf(b, 0))];
}

export function parts(chart: Chart, width: number, slices: readonly OfSlice[] = []): Picture {
	const all = wholesOf(chart, slices);
	const shown = all.slice(0, MOST);
	const labels = chart.labels ?? [];
	const others = labels.map((_, i) => i).filter((i) => i > 0 && (i === 1 || all.some((one) => one.counts[i]! > 0)));
	const told = width < NARROW ? others.slice(0, 1) : others;
	const names = Math.min(Math.max(width * 0.24, 60), 160);
	const x = scale(0, 1, names + 8, width - NUMBER * told.length - 4);
	const shapes: Shape[] = [text(x(0), 12, fit(labels[0] ?? "", x(1) - x(0)), "start", "tick"),
		...told.map((part, i) => text(width - NUMBER * (told.length - 1 - i), 12, fit(labels[part]!, NUMBER), "end", styleOf(part)))];
	shown.forEach((one, row) => {
		const y = TOP + row * ROW;
		shapes.push(text(names, y + 13, fit(one.label, names), "end", "tick"));
		let from = 0;
		one.counts.forEach((n, part) => {
			const to = from + shareOf(one, part);
			const hint = `${one.label}: ${labels[part] ?? ""} ${short(n, 9)}, ${percent(shareOf(one, part))}`;
			if (n > 0) shapes.push(rect(x(from), y + 2, Math.max(x(to) - x(from), 1), ROW - 6, styleOf(part, one.reference), hint));
			from = to;
		});
		told.forEach((part, i) =>
			shapes.push(text(width - NUMBER * (told.length - 1 - i), y + 13, percent(shareOf(one, part)), "end", styleOf(part, one.reference))));
	});
	const left = all.length - shown.length;
	if (left > 0) shapes.push(text(names, TOP + shown.length * ROW + 14, `${left} more slices are left out`, "start", "quiet"));
	return picture("Parts", saysOf(chart, all, slices), width, TOP + shown.length * ROW + (left > 0 ? 22 : 4), shapes);
}

function styleOf(part: number, reference = false): string {
	return part > 0 && reference ? "reference" : STYLES[Math.min(part, STYLES.length - 1)]!;
}

function saysOf(chart: Chart, all: readonly Whole[], slices: readonly OfSlice[]): string {
	const labels = chart.labels ?? [];
	const words = all.slice(0, chart.columns.length).map((one) => {
		const each = one.counts.map((n, part) => `${labels[part] ?? ""} ${short(n, 9)} (${percent(shareOf(one, part))})`);
		return `${one.label}: ${each.join(", ")}`;
	});
	const worst = slices.length ? all[chart.columns.length] : undefined;
	if (worst) words.push(`least ${labels[0] ?? ""} in ${worst.label}, ${percent(shareOf(worst, 0))}`);
	return words.join("; ");
}
