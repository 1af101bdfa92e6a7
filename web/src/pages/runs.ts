/** The runs of a stage, the newest first. */
import { sealOf } from "../data/series";
import { count, minute, stageName } from "../data/site";
import { short } from "../data/run";
import { versionAt } from "../data/versions";
import type { Scope } from "./checks";
import { make, verdict } from "./dom";
import { url } from "./view";

const MOST = 30;

export function runsSection(scope: Scope): HTMLElement {
	const { series, first } = scope;
	const order = series.runs.map((_, i) => i).slice(first).reverse();
	const body = make("tbody", {}, ...order.slice(0, MOST).map((run) => rowOf(scope, run)));
	const heads = ["When", "Verdict", "Summary", "Version then", "Commit", "Took", ""].map((one) => (one ? make("th", { scope: "col" }, one) : make("td", {})));
	const section = make("section", { id: "runs", "aria-labelledby": "runs-title" },
		make("h2", { id: "runs-title" }, order.length ? count(order.length, "run") : "No run in these days"),
		make("div", { class: "wide", role: "group", tabindex: "0", "aria-label": "Runs" }, make("table", {}, make("thead", {}, make("tr", {}, ...heads)), body)));
	const rest = order.slice(MOST);
	if (rest.length) {
		const more = make("button", { type: "button", class: "plain" }, `Show ${rest.length} older ones`);
		more.addEventListener("click", () => {
			body.append(...rest.map((run) => rowOf(scope, run)));
			more.remove();
		});
		section.append(more);
	}
	return section;
}

function rowOf({ series, moves }: Scope, at: number): HTMLTableRowElement {
	const run = series.runs[at]!;
	const time = make("time", { datetime: run.time }, minute(run.time));
	const before = series.runs[at - 1];
	const name = (one: typeof run): string => `${stageName(series.stage)}@${sealOf(one)}`;
	const compare = before ? make("a", { href: `#${new URLSearchParams({ view: "compare", a: name(before), b: name(run) }).toString()}` }, "compare with the one before") : "";
	return make("tr", {}, make("td", { class: "number" }, run.page ? make("a", { href: url(run.page), title: "report of this run" }, time) : time),
		make("td", { class: "number" }, verdict(run.verdict)),
		make("td", {}, run.summary, run.selection ? make("span", { class: "age" }, ` --select ${run.selection}`) : ""),
		make("td", {}, versionAt(moves, series.times[at]!) ?? ""),
		make("td", {}, run.commit ? make("code", {}, run.commit.slice(0, 9)) : "", run.dirty ? " with changes" : ""),
		make("td", { class: "number" }, `${short(run.seconds, 3)} s`),
		make("td", { class: "number" }, compare));
}
