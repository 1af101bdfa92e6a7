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

/** The shape of a verdict or state, as the program's own markup has it. */
export function sign(word: string, size: number): SVGElement {
	return drawn({
		tag: "svg",
		attributes: { "aria-hidden": "true", width: String(size), height: String(size) },
		children: [{ tag: "use", attributes: { href: `#shape-${word}` }, children: [] }],
	});
}

/** Its shape and word. */
export function verdict(word: string, words = word): HTMLElement {
	return make("span", { class: `verdict ${word}` }, sign(word, 14), words);
}

const STATES: Readonly<Record<string, string>> = { none: "no run" };

export function state(word: string): HTMLElement {
	return verdict(word, STATES[word] ?? word);
}

/** Long texts are whole where there is room for them. */
export function cut(words: string, most: number): string {
	const letters = [...words];
	return letters.length <= most ? words : `${letters.slice(0, most - 1).join("")}…`;
}

/** A table that may be wider than the page. */
export function table(label: string, columns: readonly string[], rows: readonly (readonly string[])[]): HTMLElement {
	const head = make("tr", {}, ...columns.map((name) => make("th", { scope: "col" }, name)));
	const body = rows.map((row) => make("tr", {}, ...row.map((cell) => make("td", {}, cell))));
	return make("div", { class: "wide", role: "group", tabindex: "0", "aria-label": label },
		make("table", {}, make("thead", {}, head), make("tbody", {}, ...body)));
}
