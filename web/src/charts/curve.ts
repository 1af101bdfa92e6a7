/** Curves over thresholds, and scores beside what came about. */
import { percent, rowsOf, short, type Chart } from "../data/run";
import { label, plot } from "./plot";
import { path, picture, shape, type Picture, type Shape } from "./svg";

const HEIGHT = 240;

function square(chart: Chart, width: number): ReturnType<typeof plot> {
	const format = (value: number): string => short(value);
	return plot(width, HEIGHT, { from: 0, to: 1, title: chart.x, format }, { from: 0, to: 1, title: chart.y, format });
}

export function roc(chart: Chart, width: number): Picture {
	const area = square(chart, width);
	const points = rowsOf(chart).map(([x = 0, y = 0]) => [area.x(x), area.y(y)] as const);
	const parts: Shape[] = [
		...area.frame,
		path([[area.x(0), area.y(0)], [area.x(1), area.y(1)]], "reference dashed"),
		label(area.x(0.62), area.y(0.62) + 18, "guessing", "start", "reference"),
		path(points, "current"),
	];
	return picture("ROC curve", "True positive rate by false positive rate; the diagonal is guessing", width, HEIGHT, parts);
}

export function precisionRecall(chart: Chart, width: number): Picture {
	const area = square(chart, width);
	const rows = rowsOf(chart);
	const points = rows.map(([x = 0, y = 0]) => [area.x(x), area.y(y)] as const);
	const last = rows[rows.length - 1]?.[1] ?? 0;
	const parts: Shape[] = [
		...area.frame,
		path([[area.x(0), area.y(last)], [area.x(1), area.y(last)]], "reference dashed"),
		label(area.x(0.02), area.y(last) - 6, `all rows: ${percent(last)}`, "start", "reference"),
		path(points, "current"),
	];
	return picture("Precision and recall", `Precision by recall; ${percent(last)} of all rows are positive`, width, HEIGHT, parts);
}

/** Names the diagonal on the side where the curve is not. */
function asSaid(area: ReturnType<typeof plot>, rows: number[][]): Shape {
	const near = rows.reduce((a, b) => (Math.abs((b[0] ?? 0) - 0.7) < Math.abs((a[0] ?? 0) - 0.7) ? b : a), rows[0] ?? []);
	const [x = 0, y = 0] = near;
	return y > x
		? label(area.x(0.7), area.y(0.7) + 20, "as said", "start", "reference")
		: label(area.x(0.7), area.y(0.7) - 8, "as said", "end", "reference");
}

export function calibration(chart: Chart, width: number): Picture {
	const area = square(chart, width);
	const rows = rowsOf(chart);
	const most = Math.max(...rows.map(([, , n = 0]) => n), 1);
	const points = rows.map(([x = 0, y = 0]) => [area.x(x), area.y(y)] as const);
	const parts: Shape[] = [
		...area.frame,
		path([[area.x(0), area.y(0)], [area.x(1), area.y(1)]], "reference dashed"),
		asSaid(area, rows),
		path(points, "current thin"),
		...rows.map(([x = 0, y = 0, n = 0]) =>
			shape("circle", { cx: area.x(x), cy: area.y(y), r: 2 + 5 * Math.sqrt(n / most), class: "current" },
				shape("title", {}, `said ${percent(x)}, seen ${percent(y)}, ${short(n, 9)} rows`))),
	];
	const off = rows.reduce((a, b) => (Math.abs((b[0] ?? 0) - (b[1] ?? 0)) > Math.abs((a[0] ?? 0) - (a[1] ?? 0)) ? b : a), rows[0] ?? []);
	const says = `Share of positives by mean score; furthest off where ${percent(off[0] ?? NaN)} was said and ${percent(off[1] ?? NaN)} seen`;
	return picture("Calibration", says, width, HEIGHT, parts);
}
