/** Zoom and pan of a drawing, by its view box: buttons, a wheel with Ctrl, and by dragging. */
import { make } from "./dom";

const STEP = 1.25;
const MOST = 4;
/** Pixels of the window a unit of the drawing: what can be read at all, and what a drawing begins with that has less. */
const LEGIBLE = 0.4;
const OPENING = 0.75;

export interface Box {
	x: number;
	y: number;
	width: number;
	height: number;
}

export interface Zoom {
	readonly buttons: HTMLElement;
	/** Brings a part of the drawing into sight, unless it is there. */
	reveal(part: SVGElement): void;
}

export function zoomable(svg: SVGSVGElement): Zoom {
	const whole = boxOf(svg);
	const natural = whole.width;
	let box = opening(whole, svg.getBoundingClientRect());
	const show = (): void => svg.setAttribute("viewBox", `${box.x} ${box.y} ${box.width} ${box.height}`);
	/** Keeps the place of the drawing under a point of the window. */
	const zoom = (factor: number, at: { x: number; y: number } = { x: 0.5, y: 0.5 }): void => {
		const width = Math.min(Math.max(box.width / factor, natural / MOST / 2), natural * 1.5);
		const height = (width / box.width) * box.height;
		box = { x: box.x + (box.width - width) * at.x, y: box.y + (box.height - height) * at.y, width, height };
		show();
	};
	const fit = (): void => {
		box = around(whole, svg.getBoundingClientRect());
		show();
	};
	const place = (event: { clientX: number; clientY: number }): { x: number; y: number } => {
		const frame = svg.getBoundingClientRect();
		return { x: (event.clientX - frame.left) / frame.width, y: (event.clientY - frame.top) / frame.height };
	};
	svg.addEventListener("wheel", (event) => {
		if (!event.ctrlKey && !event.metaKey) return;
		event.preventDefault();
		zoom(event.deltaY < 0 ? STEP : 1 / STEP, place(event));
	}, { passive: false });
	drag(svg, (dx, dy) => {
		const scale = box.width / svg.getBoundingClientRect().width;
		box = { ...box, x: box.x - dx * scale, y: box.y - dy * scale };
		show();
	});
	const button = (words: string, label: string, act: () => void): HTMLElement => {
		const one = make("button", { type: "button", "aria-label": label }, words);
		one.addEventListener("click", act);
		return one;
	};
	show();
	return {
		buttons: make("div", { class: "toggles", role: "group", "aria-label": "Zoom" }, button("+", "Zoom in", () => zoom(STEP)),
			button("−", "Zoom out", () => zoom(1 / STEP)), button("show all", "show all", fit)),
		reveal(part) {
			const { x, y, width, height } = (part as SVGGraphicsElement).getBBox();
			if (x >= box.x && y >= box.y && x + width <= box.x + box.width && y + height <= box.y + box.height) return;
			box = { ...box, x: x + width / 2 - box.width / 2, y: y + height / 2 - box.height / 2 };
			show();
		},
	};
}

interface Size {
	readonly width: number;
	readonly height: number;
}

/** The least box of the frame's form that has the whole in its middle. */
export function around(whole: Box, frame: Size): Box {
	if (!(frame.width > 0 && frame.height > 0)) return { ...whole };
	const width = Math.max(whole.width, (whole.height * frame.width) / frame.height);
	const height = (width * frame.height) / frame.width;
	return { x: whole.x + (whole.width - width) / 2, y: whole.y + (whole.height - height) / 2, width, height };
}

/** A drawing begins whole, unless nobody could read it like that: then with its right end, which says what stands where. */
export function opening(whole: Box, frame: Size): Box {
	const all = around(whole, frame);
	if (!(frame.width > 0) || frame.width / all.width >= LEGIBLE) return all;
	const width = frame.width / OPENING;
	const height = (width * frame.height) / frame.width;
	return { x: whole.x + whole.width - width, y: whole.y + (whole.height - height) / 2, width, height };
}

function boxOf(svg: SVGSVGElement): Box {
	const [x = 0, y = 0, width = 1, height = 1] = (svg.getAttribute("viewBox") ?? "").split(/[\s,]+/).map(Number);
	return { x, y, width, height };
}

/** A drag that went nowhere is a click, which means something else. */
function drag(svg: SVGSVGElement, move: (dx: number, dy: number) => void): void {
	let last: { x: number; y: number } | undefined;
	let far = 0;
	svg.addEventListener("pointerdown", (event) => {
		if (event.button !== 0) return;
		last = { x: event.clientX, y: event.clientY };
		far = 0;
	});
	svg.addEventListener("pointermove", (event) => {
		if (!last || event.buttons === 0) return;
		far += Math.abs(event.clientX - last.x) + Math.abs(event.clientY - last.y);
		if (far > 4 && !svg.hasPointerCapture(event.pointerId)) svg.setPointerCapture(event.pointerId);
		if (far > 4) move(event.clientX - last.x, event.clientY - last.y);
		last = { x: event.clientX, y: event.clientY };
	});
	svg.addEventListener("pointerup", () => (last = undefined));
	svg.addEventListener("click", (event) => {
		if (far > 4) event.stopPropagation();
	}, { capture: true });
}
