/** Distribution functions of a column: what share of rows lies up to each value. */
import { percent, rowsOf, short, type Chart } from "../data/run";
import { label, plot } from "./plot";
import { line, path, picture, type Picture, type Shape } from "./svg";

/** Far tails would press all else together: the axis has the middle 95% of either side. */
const TAIL = 0.025;

interface Point {
	readonly x: number;
	readonly current: number;
	readonly reference: number | undefined;
}

export function distribution(chart: Chart, width: number): Picture {
	const points: Point[] = rowsOf(chart).map(([x = NaN, current = NaN, reference]) => ({ x, current, reference }));
	const inside = points.filter((p, i) => !inTail(p, points[i - 1]));
	const shown = inside.length > 1 ? inside : points;
	const height = 220;
	const area = plot(width, height,
		{ from: shown[0]!.x, to: shown[shown.length - 1]!.x, title: chart.x, format: (value) => short(value) },
		{ from: 0, to: 1, title: chart.y, format: (value) => percent(value) });
	const parts: Shape[] = [...area.frame];
	const far = shown.reduce((a, b) => (gap(b) > gap(a) ? b : a));
	const two = far.reference !== undefined;
	if (two) parts.push(path(steps(shown, area, (p) => p.reference!), "reference"));
	parts.push(path(steps(shown, area, (p) => p.current), "current"));
	let says = `Distribution of ${chart.x}`;
	if (two) {
		const higher = far.current > far.reference!;
		parts.push(line(area.x(far.x), area.y(far.current), area.x(far.x), area.y(far.reference!), "gap"));
		parts.push(...names(far, higher, area));
		says += `: furthest apart at ${short(far.x)}, ${percent(far.reference!)} in the reference, ${percent(far.current)} now`;
	}
	return picture("Distribution", says, width, height, parts);
}

function inTail(p: Point, before: Point | undefined): boolean {
	const high = Math.max(p.current, p.reference ?? 0);
	const low = before ? Math.min(before.current, before.reference ?? 1) : 0;
	return high < TAIL || low > 1 - TAIL;
}

function gap(p: Point): number {
	return p.reference === undefined ? 0 : Math.abs(p.current - p.reference);
}

type Area = ReturnType<typeof plot>;

/** A share holds until the next value. */
function steps(points: readonly Point[], area: Area, of: (p: Point) => number): [number, number][] {
	return points.flatMap((p, i) => {
		const here: [number, number] = [area.x(p.x), area.y(of(p))];
		const before = points[i - 1];
		return before ? [[area.x(p.x), area.y(of(before))], here] : [here];
	});
}

/** Each name at its line, where the lines are furthest apart: outside of the gap. */
function names(far: Point, higher: boolean, area: Area): Shape[] {
	const x = area.x(far.x);
	const [above, below] = higher ? (["current", "reference"] as const) : (["reference", "current"] as const);
	const y = [far.current, far.reference!].map((value) => area.y(value));
	const top = Math.max(Math.min(...y) - 4, 28);
	return [
		x > 100 ? label(x - 8, top, above, "end", above) : label(x + 12, top - 8, above, "start", above),
		label(x + 8, Math.min(Math.max(...y) + 12, area.height - 42), below, "start", below),
	];
}
