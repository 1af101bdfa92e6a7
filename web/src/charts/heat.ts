/** Columns by days: how near each came to its limit. What broke it is darkest, and has a frame. */
import { shape, text, fit, type Picture, type Shape } from "./svg";
import { timeTicks } from "./time";
import type { Heat } from "../data/drift";
import { DAY } from "../data/site";

const ROW = 18;
const TOP = 4;
const BOTTOM = 18;

export interface HeatRoom {
	readonly names: number;
	readonly cell: number;
	readonly width: number;
	readonly height: number;
}

export function roomOf(heat: Heat, width: number): HeatRoom {
	const names = Math.min(Math.max(width * 0.22, 90), 200);
	return { names, cell: (width - names - 8) / Math.max(heat.days, 1), width, height: TOP + heat.names.length * ROW + BOTTOM };
}

export function shadeOf(near: number): number {
	return Math.min(Math.max(Math.ceil(near * 5), 0), 5);
}

/** Where in the drawing a place is: the row and the day, or nothing. */
export function cellAt(heat: Heat, width: number, x: number, y: number): { row: number; day: number } | undefined {
	const room = roomOf(heat, width);
	const row = Math.floor((y - TOP) / ROW);
	const day = Math.floor((x - room.names - 8) / room.cell);
	return row >= 0 && row < heat.names.length && day >= 0 && day < heat.days ? { row, day } : undefined;
}

/** The frame of a cell that is looked at. */
export function cellFrame(heat: Heat, width: number, row: number, day: number): Shape {
	const room = roomOf(heat, width);
	return shape("rect", { x: room.names + 8 + day * room.cell - 1, y: TOP + row * ROW - 0.5, width: room.cell + 2, height: ROW, class: "pointed" });
}

function styleOf(letter: string, near: number): string {
	if (letter === "-") return "";
	if ("fe".includes(letter)) return "broken";
	return letter === "w" ? "warned" : Number.isNaN(near) ? "unknown" : `shade-${shadeOf(near)}`;
}

export function heatMap(heat: Heat, width: number): Picture {
	const room = roomOf(heat, width);
	const left = room.names + 8;
	const gap = room.cell > 4 ? 1 : 0;
	const paths = new Map<string, string>();
	heat.near.forEach((row, r) => {
		for (let d = 0, next = 0; d < row.length; d = next) {
			const style = styleOf(heat.verdicts[r]![d]!, row[d]!);
			next = d + 1;
			// without gaps days that are alike are one box
			while (gap === 0 && next < row.length && styleOf(heat.verdicts[r]![next]!, row[next]!) === style) next++;
			if (!style) continue;
			const wide = (next - d) * room.cell - gap;
			const box = `M${(left + d * room.cell).toFixed(1)} ${TOP + r * ROW}h${wide.toFixed(1)}v${ROW - 1}h${(-wide).toFixed(1)}z`;
			paths.set(style, (paths.get(style) ?? "") + box);
		}
	});
	const names: Shape[] = heat.names.map((name, r) => text(room.names, TOP + r * ROW + 13, fit(name, room.names), "end", "tick"));
	const end = heat.from + heat.days * DAY;
	const bottom = TOP + heat.names.length * ROW;
	const axis = timeTicks(heat.from, end, (width - left) / 64).map((tick) =>
		text(left + ((tick.time - heat.from) / DAY) * room.cell, bottom + 14, tick.words, "start", "tick"));
	const bad = heat.names.filter((_, r) => /[fe]/.test(heat.verdicts[r]!));
	const says = bad.length ? `${bad.length} of ${heat.names.length} columns broke their limit: ${bad.slice(0, 8).join(", ")}` : `None of ${heat.names.length} columns broke its limit`;
	const ground = shape("rect", { x: left, y: TOP, width: room.cell * heat.days, height: heat.names.length * ROW, class: "quiet-ground" });
	const parts = [...paths].map(([style, d]) => shape("path", { d, class: `heat ${style}` }));
	const frame = { viewBox: `0 0 ${width} ${room.height}`, width, height: room.height, role: "img", "aria-label": says, class: "heat-map" };
	return { title: "Drift", says, drawing: shape("svg", frame, ground, ...parts, ...names, ...axis) };
}
