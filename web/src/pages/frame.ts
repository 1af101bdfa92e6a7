/** What all pages of a site have: a heading, and what they say when there is little to say. */
import { ago, DAY, minute, span, type State } from "../data/site";
import { make, sign } from "./dom";

/** The first thing that is read. The way to other pages, which the markup has, stays above it. */
export function heading(state: State, title: string, verdict: string, notes: readonly (Node | string)[]): HTMLElement {
	const header = document.querySelector<HTMLElement>("body > header") ?? document.body.insertBefore(make("header"), document.body.firstChild);
	header.className = state;
	for (const old of [...header.children]) if (!old.matches("nav")) old.remove();
	header.append(make("h1", {}, sign(state, 36), make("span", {}, title, " ", make("strong", {}, verdict))),
		make("ul", { class: "where" }, ...notes.map((note) => make("li", {}, note))));
	return header;
}

export function built(data: { built: string; fixed: boolean }, now: number): string {
	return data.fixed ? `as of ${minute(data.built)}` : `built ${ago(data.built, now)}`;
}

/** A site that nobody builds any more knows nothing of what came since: it says so. */
export function stale(time: string, now: number): HTMLElement[] {
	const age = now - Date.parse(time);
	if (!(age > 1.5 * DAY)) return [];
	return [make("p", { class: "notice fail", role: "alert" }, sign("late", 14), `This site was built ${span(age)} ago. What came since then is not here. Does its pipeline still run?`)];
}

export function empty(title: string, words: string): HTMLElement {
	return make("section", { class: "nothing-yet" }, make("h2", {}, title), make("p", {}, words));
}

/** The tables of the program still stand below it. */
export function unreadable(): HTMLElement {
	return make("p", { class: "notice error", role: "alert" }, sign("error", 14),
		"The data of this page cannot be read: it is cut off, or of another version of modelgate than its script. Build the site again.");
}
