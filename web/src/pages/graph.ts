/** The provenance graph: the program's own drawing, with zoom, search, details and paths. */
import type { Address } from "../data/address";
import { kindOf, questionOf, reach, type Edge, type Lineage, type GraphNode, type Way } from "../data/lineage";
import { make } from "./dom";
import { filters } from "./filters";
import { matches } from "./search";
import { address, go, onView } from "./view";
import { zoomable } from "./zoom";

const WAYS: readonly (readonly [Way, string])[] = [["back", "what led to it"], ["on", "what came of it"], ["both", "both"]];

interface Drawing {
	readonly lineage: Lineage;
	readonly nodes: ReadonlyMap<string, SVGElement>;
	readonly edges: readonly { edge: Edge; element: SVGElement }[];
}

export function showGraph(figure: HTMLElement): void {
	const svg = figure.querySelector<SVGSVGElement>("svg.mg-graph");
	if (!svg) return;
	const drawing = read(svg);
	prepare(svg, drawing);
	const stages = [...drawing.lineage.nodes.values()].filter((one) => kindOf(one.id) === "stage");
	const zoom = zoomable(svg);
	const bar = filters("file, version, run, approver", [
		{ key: "node", label: "Why is this in", options: [["", "choose a stage"], ...stages.map((one) => [one.id, nameOf(one)] as const)] },
	]);
	bar.element.append(zoom.buttons);
	const details = make("div", { class: "node", id: "node" });
	figure.before(bar.element);
	figure.after(details, listOfNodes(drawing));
	let shown = "";
	onView((view) => {
		bar.show(view);
		const marked = mark(drawing, view);
		bar.say(marked === drawing.lineage.nodes.size ? `${marked} nodes` : `${marked} of ${drawing.lineage.nodes.size} nodes`);
		const key = `${view["node"] ?? ""} ${view["way"] ?? ""}`;
		if (key === shown) return;
		shown = key;
		details.replaceChildren(...detailsOf(drawing, view));
		const node = drawing.nodes.get(view["node"] ?? "");
		if (node) zoom.reveal(node);
	});
}

/** What the drawing says of itself: ids in attributes, all facts in titles. */
function read(svg: SVGSVGElement): Drawing {
	const nodes = new Map<string, GraphNode>();
	const elements = new Map<string, SVGElement>();
	const edges: { edge: Edge; element: SVGElement }[] = [];
	for (const element of svg.querySelectorAll<SVGElement>("g[data-node], g[data-from]")) {
		const lines = (element.querySelector("title")?.textContent ?? "").split("\n");
		const { node, from, to } = element.dataset;
		if (node !== undefined) {
			nodes.set(node, { id: node, title: lines[0] ?? "", facts: lines.slice(1) });
			elements.set(node, element);
		} else if (from !== undefined && to !== undefined) edges.push({ edge: { from, to, words: lines[0] ?? "" }, element });
	}
	return { lineage: { nodes, edges: edges.map((one) => one.edge) }, nodes: elements, edges };
}

/** Nodes are buttons from here on; a picture would hide them from who cannot see it. */
function prepare(svg: SVGSVGElement, drawing: Drawing): void {
	svg.setAttribute("role", "group");
	svg.setAttribute("aria-label", svg.querySelector("title")?.textContent ?? "Graph");
	for (const [id, element] of drawing.nodes) {
		element.setAttribute("role", "button");
		element.setAttribute("tabindex", "0");
		element.setAttribute("aria-label", drawing.lineage.nodes.get(id)?.title ?? id);
	}
	const choose = (event: Event): void => {
		const id = (event.target as Element).closest<SVGElement>("g[data-node]")?.dataset["node"];
		if (id !== undefined) go({ node: id === address()["node"] ? "" : id, way: "" });
	};
	svg.addEventListener("click", choose);
	svg.addEventListener("keydown", (event) => {
		if (event.key === "Escape") go({ node: "", way: "" });
		if (event.key !== "Enter" && event.key !== " ") return;
		event.preventDefault();
		choose(event);
	});
}

function wayOf(view: Address): Way {
	const asked = WAYS.find(([way]) => way === view["way"]);
	return asked ? asked[0] : questionOf(kindOf(view["node"] ?? "")).way;
}

/** Dims what does not answer; gives how many nodes do. */
function mark(drawing: Drawing, view: Address): number {
	const node = view["node"] ?? "";
	const on = drawing.lineage.nodes.has(node) ? reach(drawing.lineage, node, wayOf(view)) : undefined;
	let count = 0;
	for (const [id, element] of drawing.nodes) {
		const { title, facts } = drawing.lineage.nodes.get(id)!;
		const lit = (!on || on.has(id)) && matches([title, ...facts].join(" ").toLowerCase(), view["q"] ?? "");
		element.classList.toggle("dim", !lit);
		element.classList.toggle("chosen", id === node);
		element.setAttribute("aria-pressed", String(id === node));
		count += lit ? 1 : 0;
	}
	for (const { edge, element } of drawing.edges) {
		const lit = [edge.from, edge.to].every((id) => !drawing.nodes.get(id)?.classList.contains("dim"));
		element.classList.toggle("dim", !lit);
		element.classList.toggle("lit", lit && on !== undefined);
	}
	return count;
}

function nameOf(node: GraphNode): string {
	return node.id.slice(kindOf(node.id).length + 1);
}

function detailsOf(drawing: Drawing, view: Address): HTMLElement[] {
	const node = drawing.lineage.nodes.get(view["node"] ?? "");
	if (!node) return view["node"] ? [make("p", { class: "notice warn" }, `${view["node"]} is not in this graph.`)] : [make("p", { class: "note" }, "Choose a node: what led to it or came of it stands out, and all that is known of it is written here.")];
	const question = questionOf(kindOf(node.id));
	const way = wayOf(view);
	const ways = WAYS.map(([one, words]) => {
		const button = make("button", { type: "button", "aria-pressed": String(one === way) }, words);
		button.addEventListener("click", () => go({ way: one }));
		return button;
	});
	const found = reach(drawing.lineage, node.id, way).size - 1;
	const direct = (key: "from" | "to", other: "from" | "to"): HTMLElement[] => drawing.lineage.edges.filter((one) => one[key] === node.id).map((one) => {
		const button = make("button", { type: "button", class: "open" }, one.words);
		button.addEventListener("click", () => go({ node: one[other], way: "" }));
		return make("li", {}, button);
	});
	const lists: [string, HTMLElement[]][] = [["Comes from", direct("to", "from")], ["Leads to", direct("from", "to")]];
	return [make("section", { "aria-labelledby": "node-title" }, make("h2", { id: "node-title" }, node.title),
		make("p", { class: "summary" }, `${question.words} ${found === 0 ? "Nothing is on record." : `${found} nodes stand out.`}`),
		make("div", { class: "toggles", role: "group", "aria-label": "Show" }, ...ways),
		make("ul", { class: "facts" }, ...node.facts.map((fact) => make("li", {}, fact))),
		...lists.flatMap(([title, items]) => (items.length ? [make("h3", {}, `${title} ${items.length}`), make("ul", {}, ...items)] : [])))];
}

/** The picture in words: each node, and what it comes from. */
function listOfNodes(drawing: Drawing): HTMLElement {
	const details = make("details", { class: "numbers" }, make("summary", {}, "The picture as a table"));
	details.addEventListener("toggle", () => {
		if (details.childElementCount > 1) return;
		const before = new Map<string, string[]>();
		for (const edge of drawing.lineage.edges) before.set(edge.to, [...(before.get(edge.to) ?? []), drawing.lineage.nodes.get(edge.from)?.title ?? edge.from]);
		const rows = [...drawing.lineage.nodes.values()].map((node) => make("tr", {}, make("th", { scope: "row" }, node.title), make("td", {}, node.facts.join("; ")), make("td", {}, (before.get(node.id) ?? []).join("; "))));
		details.append(make("div", { class: "wide", role: "group", tabindex: "0", "aria-label": "The picture as a table" },
			make("table", {}, make("thead", {}, make("tr", {}, ...["Node", "Facts", "Comes from"].map((one) => make("th", { scope: "col" }, one)))), make("tbody", {}, ...rows))));
	});
	return details;
}
