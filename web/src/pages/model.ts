/** A model: how each of its stages stands, and every check over time. */
import { strip } from "../charts/strip";
import type { Address } from "../data/address";
import { Months } from "../data/months";
import { join, since, type Series } from "../data/series";
import { ago, count, DAY, day, daysUnwell, monthName, rank, stageName, stateAt, wrongOf, type Event, type Model, type Stage, type State } from "../data/site";
import { movesOf } from "../data/versions";
import { detailOf, multiplesOf, tableOf, type Scope } from "./checks";
import { showCompare } from "./compare";
import { drawn, make, sign, state } from "./dom";
import { driftSection } from "./drift";
import { estimateSection } from "./estimates";
import { eventTable } from "./events";
import { filters, type Filters } from "./filters";
import { built, empty, heading, stale } from "./frame";
import { runsSection } from "./runs";
import { sliceSection } from "./slices";
import { again, go, onView, url } from "./view";

const RANGES: readonly (readonly [string, string])[] = [["30", "30 days"], ["", "90 days"], ["180", "180 days"], ["365", "a year"], ["all", "all"]];

export function showModel(model: Model, main: HTMLElement, now: number): void {
	const { stages } = model.model;
	const at = Date.parse(model.built);
	const states = new Map(stages.map((one) => [one, stateAt(one, now)]));
	const worst = [...stages].sort((a, b) => rank(states.get(a)!) - rank(states.get(b)!))[0];
	head(model, worst, worst ? states.get(worst)! : "none", now);
	const months = new Months(model);
	let joined = join(months.all);
	if (joined.series.length === 0) {
		main.replaceChildren(...stale(model.built, now), ...findingsOf(model), empty("No run of this model is on record.", "Its first run with --record brings it here."), ...eventsOf(joined.events));
		return;
	}
	const cards = stageCards(stages, states, now);
	const bar = filters("check, column, slice", [{ key: "days", label: "Time", options: RANGES }]);
	const notice = make("div", { class: "loading", role: "status" });
	const content = contentOf(bar);
	let page: Node[] = [];
	let wanted = "";
	let coming = false;
	let time = "";
	const draw = (view: Address): void => {
		if (view["view"] === "compare") {
			main.replaceChildren(showCompare(joined.series, view));
			return;
		}
		if (!page[0] || page[0].parentNode !== main) {
			page = [...stale(model.built, now), ...findingsOf(model), cards.element, bar.element, notice, content.element];
			main.replaceChildren(...page);
		}
		const series = seriesOf(joined.series, view, worst);
		cards.show(series.stage);
		bar.show(view);
		const missing = months.missing(at - daysOf(view) * DAY);
		if (missing.length === 0) notice.replaceChildren();
		else if (wanted !== missing.join()) {
			wanted = missing.join();
			coming = loadOlder(notice, months, missing, () => {
				joined = join(months.all);
				again();
			}, () => {
				coming = false;
				again();
			});
		}
		// while older months come, the time of before stays: nothing is drawn twice
		if (!coming || missing.length === 0) time = view["days"] ?? "";
		const shown = { ...view, days: time };
		const first = firstOf(series, at - daysOf(shown) * DAY, shown);
		content.show({ series, moves: movesOf(joined.events, series.stage), first, until: Math.max(at, series.times[series.times.length - 1] ?? at), view }, joined.events);
	};
	onView(draw);
	new ResizeObserver(() => {
		content.measure();
		again();
	}).observe(main);
}

function daysOf(view: Address): number {
	return view["days"] === "all" ? Infinity : Number(view["days"]) || 90;
}

/** Whoever runs a model once a month sees more than the last of its runs, unless a time was chosen. */
const LEAST_RUNS = 12;

function firstOf(series: Series, from: number, view: Address): number {
	const first = since(series, from);
	return view["days"] ? first : Math.max(Math.min(first, series.runs.length - LEAST_RUNS), 0);
}

/** The stage that the address names; else the one that is worst. */
function seriesOf(all: readonly Series[], view: Address, worst: Stage | undefined): Series {
	const named = all.find((one) => stageName(one.stage) === view["stage"]);
	return named ?? all.find((one) => one.stage === worst?.stage) ?? all[0]!;
}

/** How the model is, in words; well only where nothing is found to be wrong. */
export function verdictOf(model: Model, worst: Stage | undefined, is: State): { state: State; words: string } {
	const found = wrongOf(model.findings);
	if (is === "pass" && found[0]) return { state: found[0].look, words: `passed, and has ${count(found.length, "finding")} to look at` };
	const words: Record<State, string> = { fail: "fails", error: "is in error", late: "is late", none: "has no run", warn: "warns", pass: "is well" };
	const unwell = worst ? daysUnwell(worst.days) : { days: 0, all: false };
	const long = is !== "pass" && unwell.days > 0 ? `, not well for ${unwell.all ? "over 30 days" : count(unwell.days, "day")}` : "";
	return { state: is, words: worst ? `${words[is]}${is === "pass" ? "" : ` in ${stageName(worst.stage)}`}${long}` : "has never been run" };
}

function head(model: Model, worst: Stage | undefined, is: State, now: number): void {
	const { name, owner, tags, graph, stages } = model.model;
	const verdict = verdictOf(model, worst, is);
	const comparable = stages.length > 1 ? "compare stages" : stages.some((one) => one.runs > 1) ? "compare runs" : "";
	heading(verdict.state, name, verdict.words, [owner ?? "no owner", ...(tags.length ? [tags.join(" · ")] : []), built(model, now),
		...(graph ? [make("a", { href: url(graph) }, "where it came from")] : []),
		...(comparable ? [make("a", { href: "#view=compare" }, comparable)] : [])]);
}

function findingsOf(model: Model): HTMLElement[] {
	const shown = model.findings.filter((one) => one.kind !== "late");
	return shown.length ? [make("section", { class: "findings", "aria-label": "To know" }, make("ul", {}, ...shown.map((one) =>
		make("li", { class: one.look }, sign(one.look, 14), make("b", {}, one.stage ?? ""), " ", one.text))))] : [];
}

function stageCards(stages: readonly Stage[], states: ReadonlyMap<Stage, State>, now: number): { element: HTMLElement; show(stage: string | null): void } {
	const cards = stages.map((one) => {
		const is = states.get(one)!;
		const button = make("button", { type: "button", class: `card ${is}`, "aria-pressed": "false" },
			make("span", { class: "line" }, make("b", {}, stageName(one.stage)), state(is)),
			make("span", { class: "line" }, make("span", { class: "version" }, one.version ?? "no version"), make("span", { class: "age" }, one.since ? `since ${day(one.since)}` : "")),
			drawn(strip(one.days).drawing),
			make("span", { class: is === "late" ? "age late" : "age" }, one.last ? `last run ${ago(one.last.time, now)}` : "no run on record"));
		if (one.decision === "overridden") button.append(make("span", { class: "age" }, "stands there by an override"));
		else if (one.tag && !one.decision) button.append(make("span", { class: "age" }, "stands there by hand"));
		button.addEventListener("click", () => go({ stage: stageName(one.stage), check: "", run: "" }));
		if (one.runs === 0) button.disabled = true;
		return { stage: one.stage, button };
	});
	return {
		element: make("div", { class: "cards", role: "group", "aria-label": "Stages" }, ...cards.map((one) => one.button)),
		show(stage) {
			for (const one of cards) one.button.setAttribute("aria-pressed", String(one.stage === stage));
		},
	};
}

/** Reads them, if it can: false when they do not come. */
function loadOlder(notice: HTMLElement, months: Months, missing: readonly string[], done: () => void, failed: () => void): boolean {
	if (location.protocol === "file:") {
		notice.replaceChildren(make("div", { class: "notice warn" }, sign("warn", 14), make("div", {},
			make("p", {}, `${spanOf(missing)} are files beside this page, and a browser lets no page from disk read other files. Serve the folder of the site, and open it there:`),
			make("pre", {}, "python3 -m http.server --directory site"))));
		return false;
	}
	notice.replaceChildren(make("p", { class: "note" }, `Loading ${spanOf(missing)}…`));
	months.load(missing, url).then(done, (error: unknown) => {
		const again = make("button", { type: "button", class: "plain" }, "Try again");
		again.addEventListener("click", () => loadOlder(notice, months, missing, done, failed));
		notice.replaceChildren(make("div", { class: "notice fail" }, sign("fail", 14),
			make("p", {}, `${spanOf(missing)} could not be read: ${error instanceof Error ? error.message : "unknown"}. What is shown below begins later.`), again));
		failed();
	});
	return true;
}

function spanOf(months: readonly string[]): string {
	const first = monthName(months[0]!);
	return months.length === 1 ? first : `${first} to ${monthName(months[months.length - 1]!)}`;
}

/** Narrower than any screen: a page that is not shown has no width. */
const LEAST = 280;

/** All below the choices. It is made again for another stage, another time or another width, and filtered else. */
function contentOf(bar: Filters): { element: HTMLElement; measure(): void; show(scope: Scope, events: readonly Event[]): void } {
	const element = make("div", { class: "content" });
	const detail = make("div", { id: "detail" });
	let table: ReturnType<typeof tableOf> | undefined;
	let drawnFor = "";
	let turn = 0;
	let width = 0;
	return {
		element,
		/** Only then: to ask for the width while the page is being changed makes the browser lay out what nobody will see. */
		measure() {
			width = Math.max(element.clientWidth, LEAST);
		},
		show(scope, events) {
			const { view, series } = scope;
			if (width === 0) this.measure();
			const frame = [series.stage, series.runs.length, scope.first, width].join("|");
			if (frame !== drawnFor || !table) {
				drawnFor = frame;
				table = tableOf(scope);
				element.replaceChildren(detail, ...multiplesOf(scope, width), table.element);
				// what is further down may come a moment later: nobody waits for it
				const mine = ++turn;
				setTimeout(() => {
					if (mine === turn) element.append(...estimateSection(scope, width), ...driftSection(scope, width), ...sliceSection(scope, width), runsSection(scope), ...eventsOf(events));
				});
			}
			const shown = table.show(view["q"] ?? "");
			bar.say(shown === series.tracks.length ? count(shown, "check") : `${shown} of ${count(series.tracks.length, "check")}`);
			detailOf(detail, scope);
		},
	};
}

function eventsOf(events: readonly Event[]): HTMLElement[] {
	if (events.length === 0) return [];
	return [make("section", { id: "events", "aria-labelledby": "events-title" }, make("h2", { id: "events-title" }, "Decisions"),
		eventTable([...events].reverse(), undefined))];
}
