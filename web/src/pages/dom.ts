/** From plain values to elements. Texts become text nodes: nothing of a run is ever read as markup. */
import type { Picture, Shape } from "../charts/svg";

const SVG = "http://www.w3.org/2000/svg";

export function drawn(shape: Shape): SVGElement {
	const element = document.createElementNS(SVG, shape.tag) as SVGElement;
	for (const [name, value] of Object.entries(shape.attributes)) element.setAttribute(name, value);
	for (const child of shape.children) element.append(typeof child === "string" ? child : drawn(child));
	return element;
}

type Child = Node | string;

export function make<K extends keyof HTMLElementTagNameMap>(
	tag: K, attributes: Record<string, string> = {}, ...children: Child[]
): HTMLElementTagNameMap[K] {
	const element = document.createElement(tag);
	for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
	element.append(...children);
	return element;
}

export function figure(picture: Picture): HTMLElement {
	return make("figure", {}, make("figcaption", {}, picture.title), drawn(picture.drawing));
}

/** The shape and word of a verdict, as the program's own markup has it. */
export function verdict(word: string): HTMLElement {
	const mark = drawn({
		tag: "svg",
		attributes: { "aria-hidden": "true", width: "14", height: "14" },
		children: [{ tag: "use", attributes: { href: `#shape-${word}` }, children: [] }],
	});
	return make("span", { class: `verdict ${word}` }, mark, word);
}

/** A table that may be wider than the page. */
export function table(label: string, columns: readonly string[], rows: readonly (readonly string[])[]): HTMLElement {
	const head = make("tr", {}, ...columns.map((name) => make("th", { scope: "col" }, name)));
	const body = rows.map((row) => make("tr", {}, ...row.map((cell) => make("td", {}, cell))));
	return make("div", { class: "wide", role: "group", tabindex: "0", "aria-label": label },
		make("table", {}, make("thead", {}, head), make("tbody", {}, ...body)));
}
