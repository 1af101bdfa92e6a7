/** The curves of several classes, each against the rest: a small picture for each, so that none hides another. */
import { percent, rowsOf, type Chart } from "../data/run";
import { fit, line, path, picture, rect, scale, text, type Picture, type Shape } from "./svg";

const CELL = 126;
const GAP = 12;
const NAME = 18;
const BOTTOM = 20;

export interface Curve {
	readonly name: string;
	readonly points: readonly (readonly [number, number])[];
}

/** Rows of one class stand together. */
export function curvesOf(chart: Chart): Curve[] {
	const curves: { name: string; points: [number, number][] }[] = [];
	rowsOf(chart).forEach(([x = 0, y = 0], i) => {
		const name = chart.labels?.[i] ?? "";
		if (curves[curves.length - 1]?.name !== name) curves.push({ name, points: [] });
		curves[curves.length - 1]!.points.push([x, y]);
	});
	return curves;
}

type Guess = (curve: Curve) => [number, number];

function grid(title: string, chart: Chart, width: number, guess: Guess): Picture {
	const curves = curvesOf(chart);
	const columns = Math.min(Math.max(Math.floor((width + GAP) / (CELL + GAP)), 1), curves.length);
	const side = Math.min((width - (columns - 1) * GAP) / columns, 1.5 * CELL);
	const [across = "", up = ""] = chart.columns.map((name) => name.replaceAll("_", " "));
	const shapes: Shape[] = [text(0, 12, fit(chart.y, width), "start", "axis")];
	curves.forEach((curve, i) => {
		const left = (i % columns) * (side + GAP);
		const top = BOTTOM + NAME + Math.floor(i / columns) * (side + NAME + GAP);
		const x = scale(0, 1, left, left + side);
		const y = scale(0, 1, top + side, top);
		const [start, end] = guess(curve);
		shapes.push(text(left, top - 5, fit(curve.name, side), "start", "tick"), rect(left, top, side, side, "frame"),
			line(x(0), y(0.5), x(1), y(0.5), "grid"), line(x(0.5), y(0), x(0.5), y(1), "grid"),
			path([[x(0), y(start)], [x(1), y(end)]], "reference dashed"),
			path(curve.points.map(([a, b]) => [x(a), y(b)] as const), "current"));
	});
	const height = BOTTOM + Math.ceil(curves.length / columns) * (side + NAME + GAP);
	const names = curves.map((curve) => curve.name).join(", ");
	return picture(title, `${up} by ${across} of ${names}; ${chart.y}`, width, height, shapes);
}

/** The diagonal is guessing. */
export function rocByClass(chart: Chart, width: number): Picture {
	return grid("ROC curve of each class", chart, width, () => [0, 1]);
}

/** The share of rows that are of the class, where all are called so, is guessing. */
export function precisionRecallByClass(chart: Chart, width: number): Picture {
	const share = (curve: Curve): number => curve.points[curve.points.length - 1]?.[1] ?? 0;
	const drawn = grid("Precision and recall of each class", chart, width, (curve) => [share(curve), share(curve)]);
	const shares = curvesOf(chart).map((curve) => `${curve.name} ${percent(share(curve))}`).join(", ");
	return { ...drawn, says: `${drawn.says}; shares of the rows: ${shares}` };
}
