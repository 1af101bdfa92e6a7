/** The checks of a stage over time: those that are not well as pictures, all as a table, one at a time in full. */
import { history, rangesOf, type Frame } from "../charts/history";
import { shape } from "../charts/svg";
import { spark } from "../charts/spark";
import type { Address } from "../data/address";
import { boundsAt, lastRun, worstFirst, type Series, type Track } from "../data/series";
import { minute, type Event, type State } from "../data/site";
import { versionAt } from "../data/versions";
import { inUnitOf, verdictOf } from "../data/words";
import { drawn, make, state, table } from "./dom";
import { pointable } from "./pointer";
import { matches } from "./search";
import { go, url } from "./view";

/** What a page of a model shows: a stage, from a run on. */
export interface Scope {
	readonly series: Series;
	/** What moved in the stage, oldest first. */
	readonly moves: readonly Event[];
	readonly first: number;
	/** The run that counts; -1: none of these. */
	readonly last: number;
	/** How the stage is. */
	readonly state: State;
	readonly until: number;
	readonly view: Address;
}

const MULTIPLES = 12;
const HEALTHY = 6;
const GAP = 24;
const LEAST = 300;

function openButton(track: Track, words = track.id): HTMLButtonElement {
	const button = make("button", { type: "button", class: "open" }, words);
	button.addEventListener("click", () => go({ check: track.id, run: "" }));
	return button;
}

export function multiplesOf(scope: Scope, width: number): HTMLElement[] {
	const { last } = scope;
	const order = worstFirst(scope.series.tracks, last);
	const unwell = order.filter((one) => "few".includes(one.verdicts[last] ?? "-"));
	const shown = unwell.length ? unwell.slice(0, MULTIPLES) : order.filter((one) => one.verdicts[last] === "p").slice(0, HEALTHY);
	// behind a record that cannot be believed a run may have passed, and says nothing of now
	if (shown.length === 0 || (unwell.length === 0 && scope.state === "error")) return [];
	const title = unwell.length ? `Not well: ${unwell.length} of ${scope.series.tracks.length} checks` : "All checks of the last run pass";
	const more = unwell.length - shown.length;
	return [make("section", { id: "unwell", "aria-labelledby": "unwell-title" }, make("h2", { id: "unwell-title" }, title),
		make("div", { class: "multiples" }, ...shown.map((track) => small(scope, track, columnWidth(width)))),
		more > 0 ? make("p", { class: "note" }, `And ${more} more in the table.`) : "")];
}

/** As many columns as fit, all of one width. */
export function columnWidth(width: number): number {
	const columns = Math.max(Math.floor((width + GAP) / (LEAST + GAP)), 1);
	return Math.floor((width - (columns - 1) * GAP) / columns);
}

function small(scope: Scope, track: Track, width: number): HTMLElement {
	const { last } = scope;
	const frame: Frame = { width, height: 128, first: scope.first, until: scope.until, large: false };
	return make("figure", {}, make("figcaption", {}, state(verdictOf(track.verdicts[last])), " ", openButton(track)),
		drawn(history(scope.series, track, scope.moves, frame).drawing));
}

export function tableOf(scope: Scope): { element: HTMLElement; show(query: string): number } {
	const { series, last } = scope;
	const rows = worstFirst(series.tracks, last).map((track) => {
		const at = lastRun(track, scope.first, last);
		const is = at === last ? state(verdictOf(track.verdicts[last])) : make("span", { class: "age" }, "not in the last run");
		const row = make("tr", {}, make("td", { class: "number" }, is), make("th", { scope: "row" }, openButton(track)),
			make("td", { class: "number value" }, at < 0 ? "–" : inUnitOf(track, track.values[at]!)),
			make("td", { class: "limit" }, boundsAt(track, Math.max(at, 0))?.text ?? ""),
			make("td", {}, drawn(spark(series, track, scope.first, scope.until).drawing)));
		return { row, words: [track.id, track.kind, track.column, track.slice, track.data].join(" ").toLowerCase() };
	});
	const none = make("p", { class: "empty", role: "status" }, "No check is like that.");
	const heads = ["Verdict", "Check", "Now", "Limits", "Over time"].map((one) => make("th", { scope: "col" }, one));
	const element = make("section", { id: "checks", "aria-labelledby": "checks-title" }, make("h2", { id: "checks-title" }, "All checks"),
		make("div", { class: "wide", role: "group", tabindex: "0", "aria-label": "All checks" },
			make("table", {}, make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...rows.map((one) => one.row)))), none);
	return {
		element,
		show(query) {
			let shown = 0;
			for (const one of rows) {
				one.row.hidden = !matches(one.words, query);
				shown += one.row.hidden ? 0 : 1;
			}
			none.hidden = shown > 0;
			return shown;
		},
	};
}

/** The check that the address names, in full. */
export function detailOf(place: HTMLElement, scope: Scope): void {
	const id = scope.view["check"] ?? "";
	const key = [id, scope.series.stage, scope.first, scope.series.runs.length, scope.view["run"] ?? ""].join("|");
	if (place.dataset["key"] === key) return;
	const before = place.dataset["key"]?.split("|")[0] ?? "";
	place.dataset["key"] = key;
	const track = scope.series.tracks.find((one) => one.id === id);
	if (!id) return place.replaceChildren();
	if (!track) return place.replaceChildren(make("p", { class: "notice warn" }, `${id} is no check of this stage.`));
	place.replaceChildren(full(scope, track, Math.max(place.clientWidth, LEAST)));
	if (before === id) return;
	const title = place.querySelector("h2")!;
	title.tabIndex = -1;
	title.focus({ preventScroll: true });
	place.scrollIntoView({ block: "nearest" });
}

function full(scope: Scope, track: Track, width: number): HTMLElement {
	const { series, first } = scope;
	const frame: Frame = { width, height: 300, first, until: scope.until, large: true };
	const svg = drawn(history(series, track, scope.moves, frame).drawing);
	const ranges = rangesOf(series, track, frame);
	const runs = series.runs.length - first;
	const links = make("span", { class: "links" });
	const { element, readout } = pointable(`${track.id} over time`, () => svg, () => ({
		count: runs,
		at: (x) => (runs ? nearest(series.times, first, ranges.x, x) - first : undefined),
		show(index) {
			svg.querySelector(".pointed")?.remove();
			const run = first + (index ?? runs - 1);
			links.replaceChildren(...linksOf(series, run));
			if (index === undefined) return wordsOf(scope, track, run);
			const x = ranges.x(series.times[run]!);
			const value = track.values[run]!;
			const dot = Number.isFinite(value) ? [shape("circle", { cx: x, cy: ranges.y(value), r: 4 })] : [];
			svg.append(drawn(shape("g", { class: "pointed" }, shape("line", { x1: x, x2: x, y1: 18, y2: frame.height - 20 }), ...dot)));
			return wordsOf(scope, track, run);
		},
	}));
	element.append(svg);
	const close = make("button", { type: "button", class: "plain" }, "Close");
	close.addEventListener("click", () => go({ check: "", run: "" }));
	const section = make("section", { class: "detail", "aria-labelledby": "detail-title" },
		make("div", { class: "line" }, make("h2", { id: "detail-title" }, state(verdictOf(track.verdicts[scope.last])), " ", track.id), close),
		make("figure", {}, element), make("div", { class: "line" }, readout, links), factsOf(track), numbersOf(scope, track));
	section.addEventListener("keydown", (event) => event.key === "Escape" && go({ check: "", run: "" }));
	return section;
}

function nearest(times: readonly number[], first: number, x: (time: number) => number, at: number): number {
	let best = first;
	for (let i = first; i < times.length; i++) if (Math.abs(x(times[i]!) - at) < Math.abs(x(times[best]!) - at)) best = i;
	return best;
}

function wordsOf(scope: Scope, track: Track, run: number): string {
	const time = scope.series.times[run];
	if (time === undefined) return "no run in these days";
	const version = versionAt(scope.moves, time);
	const note = track.notes.get(run);
	return [minute(time), inUnitOf(track, track.values[run]!), verdictOf(track.verdicts[run]), note ?? boundsAt(track, run)?.text, version && `${version} stands`].filter(Boolean).join(" · ");
}

function linksOf(series: Series, run: number): Node[] {
	const page = series.runs[run]?.page;
	return page ? [make("a", { href: url(page) }, "report of this run")] : [];
}

function factsOf(track: Track): HTMLElement {
	const given: [string, string | null][] = [["kind", track.kind], ["column", track.column], ["slice", track.slice], ["data", track.data],
		["definition", track.definition], ["better", track.better === "either" ? null : track.better]];
	return make("dl", {}, ...given.flatMap(([name, words]) => (words ? [make("dt", {}, name), make("dd", {}, words)] : [])));
}

/** Made when it is opened: the numbers of a year are many elements. */
function numbersOf({ series, first }: Scope, track: Track): HTMLElement {
	const details = make("details", { class: "numbers" }, make("summary", {}, "The picture as a table"));
	details.addEventListener("toggle", () => {
		if (details.childElementCount > 1) return;
		const rows = series.runs.slice(first).map((_, i) => i + first).reverse().map((run) =>
			[minute(series.times[run]!), inUnitOf(track, track.values[run]!, 6), verdictOf(track.verdicts[run]), boundsAt(track, run)?.text ?? "", track.notes.get(run) ?? ""]);
		details.append(table("The picture as a table", ["Time", "Value", "Verdict", "Limits", "Note"], rows));
	});
	return details;
}
