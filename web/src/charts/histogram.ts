/** How often values came, in ranges of equal width; the first and the last range have what lies further out. */
import { percent, rowsOf, short, type Chart } from "../data/run";
import { plot } from "./plot";
import { line, picture, rect, type Picture, type Shape } from "./svg";

const HEIGHT = 200;

export interface Range {
	readonly from: number;
	readonly to: number;
	readonly rows: number;
}

export function rangesOf(chart: Chart): Range[] {
	return rowsOf(chart).map(([from = NaN, to = NaN, rows = 0]) => ({ from, to, rows }));
}

/** Where the bars stand: outer ranges as wide as the others, so that one far value does not press all together. */
function edgesOf(ranges: readonly Range[]): number[] {
	const inner = ranges.slice(0, -1).map((one) => one.to);
	const first = inner[0];
	const last = inner[inner.length - 1];
	if (first === undefined || last === undefined) {
		const one = ranges[0]!;
		return one.to > one.from ? [one.from, one.to] : [one.from - 0.5, one.to + 0.5];
	}
	const step = inner.length > 1 ? (last - first) / (inner.length - 1) : Math.max(ranges[1]!.to - first, first - ranges[0]!.from);
	return [first - step, ...inner, last + step];
}

export function histogram(chart: Chart, width: number): Picture {
	const ranges = rangesOf(chart);
	const edges = edgesOf(ranges);
	const all = ranges.reduce((sum, one) => sum + one.rows, 0) || 1;
	const most = ranges.reduce((a, b) => (b.rows > a.rows ? b : a));
	const area = plot(width, HEIGHT,
		{ from: edges[0]!, to: edges[edges.length - 1]!, title: chart.x, format: (value) => short(value) },
		{ from: 0, to: most.rows / all || 1, title: `share of ${chart.y}`, format: (value) => percent(value) });
	const shapes: Shape[] = [...area.frame];
	ranges.forEach((one, i) => {
		const hint = `${short(one.from)} to ${short(one.to)}: ${short(one.rows, 9)} rows, ${percent(one.rows / all)}`;
		const [start, end] = [area.x(edges[i]!), area.x(edges[i + 1]!)];
		shapes.push(rect(start, area.y(one.rows / all), Math.max(end - start - 1, 1), area.y(0) - area.y(one.rows / all), "current", hint));
	});
	if (edges[0]! < 0 && edges[edges.length - 1]! > 0) shapes.push(line(area.x(0), area.y(0), area.x(0), 20, "gap"));
	const says = `Histogram of ${chart.x}: ${short(ranges[0]!.from)} to ${short(ranges[ranges.length - 1]!.to)}; ` +
		`most ${chart.y}, ${percent(most.rows / all)}, from ${short(most.from)} to ${short(most.to)}`;
	return picture("Histogram", says, width, HEIGHT, shapes);
}
