/** Two numbers of a check on one scale: from the grey one to the accent, with what the limits refuse. */
import type { Bounds } from "../data/series";
import { line, rect, scale, shape, type Shape } from "./svg";

const WIDTH = 180;
const HEIGHT = 18;

export function change(from: number, to: number, bounds: Bounds | undefined): Shape {
	const limits = bounds ? [bounds.min, bounds.max, bounds.warnMin, bounds.warnMax].filter(Number.isFinite) : [];
	const given = [from, to].filter(Number.isFinite);
	const near = limits.filter((edge) => given.some((one) => Math.abs(edge) <= 8 * Math.abs(one) && Math.abs(one) <= 8 * Math.abs(edge)));
	const seen = [...given, ...near];
	const room = (Math.max(...seen) - Math.min(...seen) || Math.abs(seen[0] ?? 1) || 1) * 0.12;
	const x = scale(Math.min(...seen) - room, Math.max(...seen) + room, 0, WIDTH);
	const at = (value: number): number => Math.min(Math.max(x(value), 0), WIDTH);
	const parts: Shape[] = [rect(0, 1, WIDTH, HEIGHT - 2, "quiet-ground")];
	const band = (edge: number | undefined, over: boolean, style: string): void => {
		if (edge === undefined || !near.includes(edge)) return;
		parts.push(over ? rect(at(edge), 1, WIDTH - at(edge), HEIGHT - 2, style) : rect(0, 1, at(edge), HEIGHT - 2, style));
	};
	band(bounds?.warnMax, true, "band warn");
	band(bounds?.warnMin, false, "band warn");
	band(bounds?.max, true, "band limit");
	band(bounds?.min, false, "band limit");
	const middle = HEIGHT / 2;
	if (given.length === 2) parts.push(line(at(from), middle, at(to), middle, "way"));
	if (Number.isFinite(from)) parts.push(shape("circle", { cx: at(from), cy: middle, r: 4, class: "reference" }));
	if (Number.isFinite(to)) parts.push(shape("circle", { cx: at(to), cy: middle, r: 4, class: "current" }));
	return shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, width: WIDTH, height: HEIGHT, "aria-hidden": "true", class: "change" }, ...parts);
}
