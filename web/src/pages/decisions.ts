/** The audit trail: who promoted, overrode, rolled back and withdrew what, when, and why. */
import { count, monthName, stageName, type Decisions, type Event } from "../data/site";
import { make } from "./dom";
import { eventRow, eventTable, lookOf, wordOf } from "./events";
import { filters, listOf } from "./filters";
import { built, empty, heading, stale } from "./frame";
import { matches } from "./search";
import { onView } from "./view";

/** More rows than anybody reads at once wait for a button. */
const MOST = 300;

export function showDecisions(decisions: Decisions, main: HTMLElement, now: number): void {
	const { events } = decisions;
	const untrue = events.filter((one) => one.problem).length;
	const odd = events.filter((one) => lookOf(one) === "warn").length;
	const hand = events.filter((one) => one.kind === "promotion" && !one.decision).length;
	const words = untrue ? `${untrue} of ${events.length} ${untrue === 1 ? "does" : "do"} not hold` : hand ? `${odd} of ${events.length} by override, withdrawal or hand`
		: odd ? `${count(odd, "override or withdrawal", "overrides and withdrawals")} of ${events.length}` : `${events.length}, none by an override`;
	heading(untrue ? "fail" : odd ? "warn" : events.length ? "pass" : "none", "Decisions", events.length === 0 ? "none on record" : words,
		[built(decisions, now)]);
	if (events.length === 0) {
		main.replaceChildren(decisions.repository
			? empty("No release tag says anything yet.", "A promotion with modelgate promote leaves the first one.")
			: empty("This site was built without a repository.", "Decisions are in its release tags: build with modelgate site --repo DIR."));
		return;
	}
	const names = (found: (string | null)[]): (readonly [string, string])[] =>
		[["", "all"], ...[...new Set(found.map(stageName))].sort().map((one) => [one, one] as const)];
	const found = events.map((one) => [one.model, one.what, one.by, one.email, one.why, one.tag, one.build, one.commit, ...one.approvers, wordOf(one)].join(" ").toLowerCase());
	const bar = filters("model, version, who, why, tag", [
		{ key: "stage", label: "Stage", options: names(events.map((one) => one.stage)) },
		{ key: "model", label: "Model", options: names(events.map((one) => one.model)) },
	], {
		key: "what",
		label: "Show kinds",
		faces: [...new Set(events.map(wordOf))].sort().map((word) => ({ value: word, face: [`${word} ${events.filter((one) => wordOf(one) === word).length}`] })),
	});
	const link = (name: string): Node => make("a", { href: `#${new URLSearchParams({ model: name }).toString()}` }, name);
	const place = make("div", {});
	main.replaceChildren(...stale(decisions.built, now), make("section", { "aria-label": "All decisions" }, bar.element, place));
	onView((view) => {
		bar.show(view);
		const what = listOf(view, "what");
		const shown = events.filter((one, i) => (!view["stage"] || stageName(one.stage) === view["stage"]) && (!view["model"] || one.model === view["model"])
			&& (what.length === 0 || what.includes(wordOf(one))) && matches(found[i]!, view["q"] ?? ""));
		bar.say(shown.length === events.length ? count(events.length, "decision") : `${shown.length} of ${count(events.length, "decision")}`);
		place.replaceChildren(...(shown.length ? byMonth(shown, link) : [make("p", { class: "empty" }, "No decision is like that.")]));
	});
}

function byMonth(events: readonly Event[], link: (name: string) => Node): HTMLElement[] {
	const table = eventTable([], link);
	const body = table.querySelector("tbody")!;
	const add = (some: readonly Event[]): void => {
		let month = "";
		for (const event of some) {
			const here = event.time.slice(0, 7);
			if (here !== month) body.append(make("tr", { class: "month" }, make("th", { colspan: "7", scope: "rowgroup" }, monthName(here))));
			month = here;
			body.append(eventRow(event, link));
		}
	};
	add(events.slice(0, MOST));
	const rest = events.slice(MOST);
	if (rest.length === 0) return [table];
	const more = make("button", { type: "button", class: "plain" }, `Show ${rest.length} older ones`);
	more.addEventListener("click", () => {
		add(rest);
		more.remove();
	});
	return [table, more];
}

