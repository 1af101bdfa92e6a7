/** Two runs side by side, every number with its difference: a run and the one before, or a stage beside another. */
import { change } from "../charts/change";
import type { Address } from "../data/address";
import { pairsOf, sidesOf, type Pair, type Side } from "../data/compare";
import { sealOf, type Series } from "../data/series";
import { count, minute, stageName } from "../data/site";
import { difference, inUnitOf, verdictOf } from "../data/words";
import { drawn, make, state, verdict } from "./dom";
import { matches } from "./search";
import { focusOnSlash } from "./keys";
import { go, url } from "./view";

/** A list to choose from ends somewhere: older runs have their address in the list of runs. */
const MOST_RUNS = 100;

export function showCompare(all: readonly Series[], view: Address): HTMLElement {
	const newest = all.map((one) => `${stageName(one.stage)}@`);
	const names = [view["a"] ?? newest[newest.length - 2] ?? newest[0], view["b"] ?? newest[newest.length - 1]];
	const [a, b] = sidesOf(all, names[0], names[1]);
	const section = make("section", { class: "compare", "aria-labelledby": "compare-title" }, make("h2", { id: "compare-title" }, "Compare"),
		make("p", {}, backLink(view)), make("div", { class: "sides" }, choice(all, "a", "From", a, names[0]), choice(all, "b", "To", b, names[1])));
	if (!a || !b) {
		section.append(make("p", { class: "notice warn" }, `${a ? names[1] : names[0]} is no run among the months that are loaded. Choose another, or show a longer time first.`));
		return section;
	}
	const pairs = pairsOf(a, b);
	section.append(summary(pairs), ...tableOf(pairs, view));
	return section;
}

function backLink(view: Address): HTMLElement {
	const { view: _, a: __, b: ___, ...rest } = view;
	return make("a", { href: `#${new URLSearchParams(rest).toString()}` }, "← all checks over time");
}

function choice(all: readonly Series[], key: string, label: string, side: Side | undefined, name: string | undefined): HTMLElement {
	const stage = make("select", { "aria-label": `${label}: stage` }, ...all.map((one) => make("option", { value: stageName(one.stage) }, stageName(one.stage))));
	const run = make("select", { "aria-label": `${label}: run` });
	if (side) {
		stage.value = stageName(side.series.stage);
		const runs = side.series.runs.map((one, i) => ({ one, i })).reverse();
		const shown = runs.filter(({ i }, at) => at < MOST_RUNS || i === side.run);
		run.append(...shown.map(({ one }) => make("option", { value: sealOf(one) }, `${minute(one.time)}, ${one.verdict}`)));
		run.value = sealOf(side.series.runs[side.run]!);
	} else run.append(make("option", {}, name ?? ""));
	stage.addEventListener("change", () => go({ view: "compare", [key]: `${stage.value}@` }));
	run.addEventListener("change", () => go({ view: "compare", [key]: `${stage.value}@${run.value}` }));
	const at = side?.series.runs[side.run];
	return make("div", { class: `side ${key}` }, make("b", {}, label), stage, run, ...(at ? [verdict(at.verdict), at.page ? make("a", { href: url(at.page) }, "report") : ""] : []));
}

function summary(pairs: readonly Pair[]): HTMLElement {
	const fell = pairs.filter((one) => "fe".includes(one.after) && !"fe".includes(one.before)).length;
	const rose = pairs.filter((one) => "fe".includes(one.before) && one.after === "p").length;
	const worse = pairs.filter((one) => one.better === false).length;
	const better = pairs.filter((one) => one.better === true).length;
	const words = [fell ? `${count(fell, "check")} no longer pass${fell === 1 ? "es" : ""}` : "", rose ? `${count(rose, "check")} pass${rose === 1 ? "es" : ""} again` : ""].filter(Boolean);
	return make("p", { class: "summary" }, make("b", {}, words.join(", ") || "No verdict fell or rose"), `. ${worse} numbers are worse, ${better} are better, of ${pairs.length}.`);
}

function tableOf(pairs: readonly Pair[], view: Address): HTMLElement[] {
	const field = make("input", { type: "search", id: "search", placeholder: "check, column, slice", autocomplete: "off", spellcheck: "false" });
	field.value = view["q"] ?? "";
	const only = make("input", { type: "checkbox", id: "only" });
	only.checked = view["only"] === "changed";
	const found = make("output", { for: "search" });
	const rows = pairs.map((pair) => ({ pair, row: rowOf(pair), words: [pair.id, pair.track.kind].join(" ").toLowerCase() }));
	const show = (): void => {
		let shown = 0;
		for (const { pair, row, words } of rows) {
			row.hidden = !matches(words, field.value.trim()) || (only.checked && pair.before === pair.after);
			shown += row.hidden ? 0 : 1;
		}
		found.textContent = shown === pairs.length ? count(shown, "check") : `${shown} of ${count(pairs.length, "check")}`;
	};
	field.addEventListener("input", show);
	field.addEventListener("change", () => go({ q: field.value.trim() }, "replace"));
	only.addEventListener("change", () => go({ only: only.checked ? "changed" : "" }));
	focusOnSlash(field);
	show();
	const heads = ["Check", "From", "To", "Difference", "", "Limits"].map((one) => (one ? make("th", { scope: "col" }, one) : make("td", {})));
	return [make("search", { class: "tools" }, make("label", { for: "search" }, "Search"), field, make("label", { class: "choice" }, only, "changed verdicts alone"), found),
		make("div", { class: "wide", role: "group", tabindex: "0", "aria-label": "Both sides" },
			make("table", {}, make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...rows.map((one) => one.row))))];
}

function rowOf(pair: Pair): HTMLTableRowElement {
	const { track, from, to } = pair;
	const worse = pair.better === undefined ? "" : pair.better ? " better" : " worse";
	const cell = (letter: string, value: number): HTMLElement => (letter === "-"
		? make("td", { class: "number age" }, "not in this run")
		: make("td", { class: "number" }, state(verdictOf(letter)), " ", inUnitOf(track, value)));
	const delta = pair.different ? "measures something else" : `${difference(track, from, to)}${worse}`;
	return make("tr", { class: pair.before === pair.after ? "same" : `turned ${verdictOf(pair.after)}` }, make("th", { scope: "row" }, pair.id),
		cell(pair.before, from), cell(pair.after, to), make("td", { class: "number delta" }, delta),
		make("td", {}, Number.isFinite(from) || Number.isFinite(to) ? drawn(change(from, to, pair.bounds)) : ""),
		make("td", { class: "limit" }, pair.bounds?.text ?? ""));
}
