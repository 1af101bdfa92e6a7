/** The signs of states that only a site knows; the program's own markup has those of verdicts. */
import { drawn } from "./dom";
import { shape, type Shape } from "../charts/svg";

const signs: Record<string, Shape[]> = {
	pass: [shape("circle", { cx: 7, cy: 7, r: 7 }), shape("path", { class: "sign", d: "M3.6 7.3l2.3 2.3 4.4-4.7" })],
	warn: [shape("path", { d: "M7 .5l7 13H0z" }), shape("path", { class: "sign", d: "M7 5v4M7 10.6v1.2" })],
	fail: [shape("path", { d: "M0 0h14v14H0z" }), shape("path", { class: "sign", d: "M3.7 3.7l6.6 6.6M10.3 3.7l-6.6 6.6" })],
	error: [shape("path", { d: "M7 0l7 7-7 7-7-7z" }), shape("path", { class: "sign", d: "M7 3.4v4.4M7 9.4v1.2" })],
	skip: [shape("circle", { class: "ring", cx: 7, cy: 7, r: 5.8 }), shape("path", { class: "sign", d: "M4 7h6" })],
	late: [shape("path", { d: "M4.1 0h5.8L14 4.1v5.8L9.9 14H4.1L0 9.9V4.1z" }), shape("path", { class: "sign", d: "M7 3.2V7.4h3.2" })],
	none: [shape("path", { class: "ring", d: "M1 1h12v12H1z", "stroke-dasharray": "2.4 2" })],
};

export function addShapes(page: Document): void {
	const missing = Object.entries(signs).filter(([name]) => !page.getElementById(`shape-${name}`));
	const symbols = missing.map(([name, parts]) => shape("symbol", { id: `shape-${name}`, viewBox: "0 0 14 14" }, ...parts));
	page.body.prepend(drawn(shape("svg", { class: "shapes", "aria-hidden": "true", width: 0, height: 0 }, ...symbols)));
}
