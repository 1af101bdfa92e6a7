/** What pictures are made of: plain values, so that they are tested without a browser. */

/** An element to be. Its texts become text nodes, never markup. */
export interface Shape {
	readonly tag: string;
	readonly attributes: Readonly<Record<string, string>>;
	readonly children: readonly (Shape | string)[];
}

type Attributes = Record<string, string | number | undefined>;

export function shape(tag: string, attributes: Attributes = {}, ...children: (Shape | string)[]): Shape {
	const texts: Record<string, string> = {};
	for (const [name, value] of Object.entries(attributes))
		if (value !== undefined) texts[name] = typeof value === "number" ? String(tidy(value)) : value;
	return { tag, attributes: texts, children };
}

/** A tenth of a pixel is as fine as anybody sees. */
function tidy(x: number): number {
	return Math.round(x * 10) / 10;
}

/** A finished picture. `says` tells who cannot see it what it shows. */
export interface Picture {
	readonly title: string;
	readonly says: string;
	readonly drawing: Shape;
}

export function picture(title: string, says: string, width: number, height: number, parts: Shape[]): Picture {
	const frame = { viewBox: `0 0 ${tidy(width)} ${tidy(height)}`, width, height, role: "img", "aria-label": says };
	return { title, says, drawing: shape("svg", frame, ...parts) };
}

/** From a range of values to one of pixels. */
export interface Scale {
	readonly from: number;
	readonly to: number;
	(value: number): number;
}

export function scale(from: number, to: number, start: number, end: number): Scale {
	const span = to - from || 1;
	const place = (value: number): number => start + ((value - from) / span) * (end - start);
	return Object.assign(place, { from, to });
}

/** About `count` round numbers within the range. */
export function ticks(from: number, to: number, count: number): number[] {
	const rough = (to - from) / Math.max(count, 1);
	if (!(rough > 0) || !Number.isFinite(rough)) return [];
	const power = 10 ** Math.floor(Math.log10(rough));
	const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10);
	const found: number[] = [];
	for (let k = Math.ceil(from / step - 1e-9); k * step <= to + step * 1e-9; k++) found.push(k * step);
	return found;
}

export function text(x: number, y: number, words: string, anchor: "start" | "middle" | "end", style = ""): Shape {
	return shape("text", { x, y, "text-anchor": anchor, class: style || undefined }, words);
}

export function line(x1: number, y1: number, x2: number, y2: number, style: string): Shape {
	return shape("line", { x1, y1, x2, y2, class: style });
}

export function rect(x: number, y: number, width: number, height: number, style: string, hint?: string): Shape {
	const size = { x, y, width: Math.max(width, 0), height: Math.max(height, 0), class: style };
	return hint ? shape("rect", size, shape("title", {}, hint)) : shape("rect", size);
}

export function path(points: readonly (readonly [number, number])[], style: string): Shape {
	const steps = points.map(([x, y], i) => `${i ? "L" : "M"}${tidy(x)} ${tidy(y)}`);
	return shape("path", { d: steps.join(""), class: style });
}

/** So many letters as fit, about; pictures cannot measure text. */
export function fit(words: string, width: number): string {
	const most = Math.max(Math.floor(width / 6.6), 2);
	const letters = [...words];
	return letters.length <= most ? words : `${letters.slice(0, most - 1).join("")}…`;
}
