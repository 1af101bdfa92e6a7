/** What release tags say, as a table: who moved what, when, and why. */
import type { Event } from "../data/site";
import { minute } from "../data/site";
import { make, sign } from "./dom";

/** How an event is drawn: what does not hold, an override, a rollback and a withdrawal are to be seen. A tag that moves a model
 * and has no decision was made by hand: nothing says that a gate let it through. */
export function lookOf(event: Event): string {
	if (event.problem) return "fail";
	if (event.kind === "promotion" && !event.decision) return "warn";
	if (event.decision === "overridden" || event.kind === "withdrawal") return "warn";
	return event.kind === "rollback" || event.kind === "unassignment" || event.kind === "deprecation" ? "skip" : "pass";
}

export function wordOf(event: Event): string {
	if (event.kind === "promotion" && !event.decision) return "without a decision";
	return event.decision === "overridden" ? "override" : event.kind;
}

export function eventTable(events: readonly Event[], model: ((name: string) => Node | string) | undefined): HTMLElement {
	const heads = ["When", "What", ...(model ? ["Model"] : []), "Who", "Why", "Approved by", "Tag"];
	return make("div", { class: "wide", role: "group", tabindex: "0", "aria-label": "Decisions" },
		make("table", { class: "events" }, make("thead", {}, make("tr", {}, ...heads.map((one) => make("th", { scope: "col" }, one)))),
			make("tbody", {}, ...events.map((event) => eventRow(event, model)))));
}

export function eventRow(event: Event, model: ((name: string) => Node | string) | undefined): HTMLTableRowElement {
	const look = lookOf(event);
	return make("tr", {},
		make("td", { class: "number" }, make("time", { datetime: event.time }, minute(event.time))),
		make("td", {}, make("span", { class: `verdict ${look}` }, sign(look, 14), wordOf(event)), " ", event.what),
		...(model ? [make("td", {}, model(event.model))] : []),
		make("td", { title: event.email }, event.by),
		make("td", { class: "reason" }, ...(event.problem ? [make("strong", {}, "does not hold: "), event.problem, " "] : []), event.why ?? ""),
		make("td", {}, event.approvers.join(", ")),
		make("td", {}, make("code", {}, event.tag)));
}
