/** The frame of a picture with two axes: ticks, their numbers, and what the axes are of. */
import { fit, line, scale, shape, text, ticks, type Scale, type Shape } from "./svg";

export interface Plot {
	readonly x: Scale;
	readonly y: Scale;
	readonly height: number;
	readonly frame: Shape[];
}

export interface Axis {
	readonly from: number;
	readonly to: number;
	readonly title: string;
	readonly format: (value: number) => string;
}

const LEFT = 44;
const RIGHT = 12;
const TOP = 20;
const BOTTOM = 36;

export function plot(width: number, height: number, across: Axis, up: Axis): Plot {
	const x = scale(across.from, across.to, LEFT, width - RIGHT);
	const y = scale(up.from, up.to, height - BOTTOM, TOP);
	const frame: Shape[] = [];
	for (const value of ticks(up.from, up.to, 4)) {
		frame.push(line(LEFT, y(value), width - RIGHT, y(value), "grid"));
		frame.push(text(LEFT - 6, y(value) + 4, up.format(value), "end", "tick"));
	}
	for (const value of ticks(across.from, across.to, Math.max(Math.floor(width / 90), 2)))
		frame.push(text(x(value), height - BOTTOM + 16, across.format(value), "middle", "tick"));
	frame.push(text(LEFT - 38, 12, fit(up.title, width - LEFT), "start", "axis"));
	frame.push(text(width - RIGHT, height - 4, fit(across.title, width - LEFT), "end", "axis"));
	return { x, y, height, frame };
}

/** A label that stays readable over lines: it has the ground's colour around it. */
export function label(x: number, y: number, words: string, anchor: "start" | "middle" | "end", style: string): Shape {
	return shape("text", { x, y, "text-anchor": anchor, class: `label ${style}` }, words);
}
