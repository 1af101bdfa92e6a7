/** The list of a build's runs, worst first, and the words on top of it. */
import { make, verdict } from "../../web/src/pages/dom";
import { RANK, takenOf } from "../../web/src/data/sealed";
import type { Verdict } from "../../web/src/data/run";
import type { Attached } from "./attached";
import { plural, shown } from "./words";

/** What cannot be read counts as an error: nobody knows that it passed. */
export function verdictOf(one: Attached): Verdict {
	return one.run ? takenOf(one.run) : "error";
}

/** Those that count before those whose place was taken, the worst first, then by name. */
export function sorted(all: readonly Attached[]): Attached[] {
	const rank = (one: Attached): number => (one.superseded ? -10 : 0) + RANK[verdictOf(one)];
	return [...all].sort((a, b) => rank(b) - rank(a) || titleOf(a).localeCompare(titleOf(b), "en"));
}

export function titleOf(one: Attached): string {
	if (!one.run) return one.name;
	const part = one.run.part ? `, part ${one.run.part.number} of ${one.run.part.of}` : "";
	return shown([one.run.model, one.run.stage].filter(Boolean).join(" ") + part, 120);
}

/** "2 of 5 runs did not pass": a run counts as passed only when it was read and says so. */
export function summary(all: readonly Attached[]): string {
	const counting = all.filter((one) => !one.superseded);
	const of = plural(counting.length, "run");
	const unread = counting.filter((one) => !one.run).length;
	const closed = counting.filter((one) => one.run && RANK[verdictOf(one)] >= RANK.fail).length;
	const warned = counting.filter((one) => verdictOf(one) === "warn").length;
	if (closed) return `${closed} of ${of} did not pass${unread ? `, ${unread} cannot be read` : ""}`;
	if (unread) return `${unread} of ${of} cannot be read`;
	return `${of} passed${warned ? `, ${warned} with warnings` : ""}`;
}

function checksOf(one: Attached): string {
	if (!one.run) return one.trouble ?? "";
	const { counts, results } = one.run;
	const words: [number, string][] = [[counts.fail, "failed"], [counts.error, "not measured"], [counts.warn, "warned"], [counts.skip, "skipped"]];
	const bad = words.flatMap(([count, word]) => (count ? [`${count} ${word}`] : []));
	return `${plural(results.length, "check")}${bad.length ? `: ${bad.join(", ")}` : ", all passed"}`;
}

function jobOf(one: Attached): string {
	const pipeline = one.run?.pipeline;
	if (!pipeline) return "";
	const attempt = pipeline.attempt > 1 || one.superseded ? `, attempt ${pipeline.attempt}` : "";
	return `${shown(pipeline.job, 80)}${attempt}${one.superseded ? " (run again since)" : ""}`;
}

/** The list; `choose` is called with what is opened. */
export function drawRuns(all: readonly Attached[], leftOut: number, current: Attached, choose: (one: Attached) => void): HTMLElement {
	const head = make("tr", {}, ...["Verdict", "Run", "Checks", "Job"].map((name) => make("th", { scope: "col" }, name)));
	const rows = all.map((one) => {
		const open = make("button", { type: "button" }, titleOf(one));
		open.addEventListener("click", () => choose(one));
		const cells = [make("td", {}, verdict(verdictOf(one))), make("th", { scope: "row" }, open), make("td", {}, checksOf(one)), make("td", { class: "quiet" }, jobOf(one))];
		return make("tr", { ...(one === current ? { "aria-current": "true" } : {}), ...(one.superseded ? { class: "superseded" } : {}) }, ...cells);
	});
	const table = make("div", { class: "wide", role: "group", tabindex: "0", "aria-label": "Runs of this build" },
		make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows)));
	const more = leftOut ? [make("p", { class: "note" }, `${plural(leftOut, "further attachment was", "further attachments were")} not read: nothing is said of them.`)] : [];
	return make("nav", { "aria-label": "Model gates of this build" }, make("h1", {}, summary(all)), ...more, table);
}
