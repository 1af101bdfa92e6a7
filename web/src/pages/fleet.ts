/** The fleet: all models and their stages, what is wrong first. */
import { strip } from "../charts/strip";
import type { Address } from "../data/address";
import { inOrder, isShown, rowsOf, stagesOf, wholeOf, type Row, type Standing } from "../data/fleet";
import { ago, count, day, daysUnwell, isUnwell, rank, span, stageName, STATES, type Finding, type Fleet } from "../data/site";
import { cut, drawn, make, sign, state } from "./dom";
import { filters, type Choice } from "./filters";
import { matches } from "./search";
import { built, empty, heading, stale } from "./frame";
import { onView, url } from "./view";

/** So many are read at once; the others stand in the table. */
const WORST = 6;
const FINDINGS = 5;

export function showFleet(fleet: Fleet, main: HTMLElement, now: number): void {
	const rows = rowsOf(fleet, now), whole = wholeOf(fleet, rows);
	const unwell = new Map(rows.map((row) => [row, Math.max(0, ...row.standings.map((one) => daysUnwell(one.stage.days).days))]));
	const order = inOrder(rows, {}, (row) => unwell.get(row) ?? 0);
	heading(whole.state, "Models", whole.unwell ? `${whole.unwell} of ${rows.length} are not well` : whole.found ? `${count(whole.found, "finding")} to look at`
		: rows.length === 0 ? "none yet" : whole.state === "warn" ? "warnings alone" : "all are well",
		[built(fleet, now), `of the ${fleet.from}`, `modelgate ${fleet.program}`]);
	if (rows.length === 0) {
		main.replaceChildren(...findingsOf(fleet.findings), empty("There is no model yet.", "Record a run: modelgate run --record STORE, then build this site again."));
		return;
	}
	const bar = filters("model, owner, tag, check", choicesOf(fleet), {
		key: "state",
		label: "Show states",
		faces: STATES.flatMap((one) => {
			const with_it = rows.filter((row) => row.state === one).length;
			return with_it ? [{ value: one, face: [state(one), ` ${with_it}`] }] : [];
		}),
	});
	const table = tableOf(fleet, rows, now);
	main.replaceChildren(...stale(fleet.built, now), worstOf(order, now), ...findingsOf(fleet.findings),
		make("section", { id: "models", "aria-labelledby": "models-title" }, make("h2", { id: "models-title" }, "All models"), bar.element, table.element));
	onView((view) => {
		bar.show(view);
		const shown = table.show(view, inOrder(rows, view, (row) => unwell.get(row) ?? 0));
		bar.say(shown === rows.length ? count(rows.length, "model") : `${shown} of ${count(rows.length, "model")}`);
	});
}

function choicesOf(fleet: Fleet): Choice[] {
	const words = (found: Iterable<string>): (readonly [string, string])[] => [...new Set(found)].sort().map((one) => [one, one] as const);
	const owners = words(fleet.models.flatMap((one) => (one.owner ? [one.owner] : [])));
	const tags = words(fleet.models.flatMap((one) => one.tags));
	return [
		{ key: "owner", label: "Owner", options: [["", "all"], ...owners] },
		{ key: "stage", label: "Stage", options: [["", "all"], ...stagesOf(fleet).map((one) => [stageName(one), stageName(one)] as const)] },
		{ key: "tag", label: "Tag", options: [["", "all"], ...tags] },
		{ key: "order", label: "Order", options: [["", "what is wrong first"], ["name", "name"], ["owner", "owner"], ["last", "longest without a run"]] },
	];
}

/** What is wrong, since when, who owns it: readable from afar. */
function worstOf(order: readonly Row[], now: number): HTMLElement {
	const all = order.flatMap((row) => row.standings.filter((one) => isUnwell(one.state)).map((one) => ({ row, one })))
		.sort((a, b) => rank(a.one.state) - rank(b.one.state) || daysUnwell(b.one.stage.days).days - daysUnwell(a.one.stage.days).days);
	const items = all.slice(0, WORST).map(({ row, one }) => make("li", { class: one.state }, sign(one.state, 28),
		make("p", { class: "who" }, make("a", { href: modelLink(row, one) }, row.entry.name), " ", make("b", {}, stageName(one.stage.stage)),
			make("span", { class: "owner" }, row.entry.owner ?? "no owner")),
		make("p", { class: "since" }, since(one, now)),
		make("p", { class: "check" }, ...reason(one))));
	const more = all.length - items.length;
	return make("section", { class: "worst", "aria-label": "What is wrong" }, make("ol", {}, ...items),
		more > 0 ? make("p", { class: "note" }, `And ${more} more below.`) : "");
}

function since(one: Standing, now: number): string {
	const { days, all } = daysUnwell(one.stage.days);
	if (one.state === "none") return one.stage.since ? `no run since ${day(one.stage.since)}` : "no run";
	if (one.state === "late") return one.stage.last ? `last run ${ago(one.stage.last.time, now)}, due every ${span((one.stage.every ?? 0) * 1000)}` : "no run yet";
	return `not well for ${all ? "over 30 days" : count(Math.max(days, 1), "day")}`;
}

function reason({ stage, state: is }: Standing): (Node | string)[] {
	const worst = stage.worst;
	if (is === "late" || is === "none") return [stage.why];
	if (!worst) return [stage.last?.summary ?? stage.why];
	return [worst.check, " ", make("b", {}, worst.shown), " ", make("span", { class: "limit" }, worst.limit || cut(worst.message, 120))];
}

function findingsOf(findings: readonly Finding[]): HTMLElement[] {
	// who is late stands above, and in the table
	findings = findings.filter((one) => one.kind !== "late");
	if (findings.length === 0) return [];
	const line = (one: Finding): HTMLElement => make("li", { class: one.look }, sign(one.look, 14),
		one.model && one.page ? make("a", { href: url(one.page) }, one.model) : one.model ?? "", one.stage ? ` ${one.stage}` : "", " ", make("span", {}, one.text));
	const rest = findings.slice(FINDINGS);
	return [make("section", { class: "findings", "aria-labelledby": "findings-title" }, make("h2", { id: "findings-title" }, "To know"),
		make("ul", {}, ...findings.slice(0, FINDINGS).map(line)),
		rest.length ? make("details", {}, make("summary", {}, `${rest.length} more`), make("ul", {}, ...rest.map(line))) : "")];
}

function modelLink(row: Row, one?: Standing): string {
	const stage = one?.stage.stage;
	return url(row.entry.page) + (stage ? `#${new URLSearchParams({ stage }).toString()}` : "");
}

function tableOf(fleet: Fleet, rows: readonly Row[], now: number): { element: HTMLElement; show(view: Address, order: readonly Row[]): number } {
	const stages = stagesOf(fleet);
	const heads = stages.map((stage) => make("th", { scope: "col" }, stageName(stage)));
	const made = new Map(rows.map((row) => [row, rowOf(row, stages, now)]));
	const body = make("tbody", {});
	const none = make("p", { class: "empty", role: "status" }, "No model is like that.");
	const table = make("table", { class: "fleet" }, make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "Model"), ...heads)), body);
	let drawnOrder: readonly Row[] = [];
	let only: string | undefined;
	return {
		element: make("div", {}, make("div", { class: "wide", role: "group", tabindex: "0", "aria-label": "All models" }, table), none),
		show(view, order) {
			if (order.some((row, i) => row !== drawnOrder[i])) body.append(...order.map((row) => made.get(row)!));
			drawnOrder = order;
			let shown = 0;
			for (const row of rows) {
				const visible = isShown(row, view, matches);
				made.get(row)!.hidden = !visible;
				shown += visible ? 1 : 0;
			}
			if (only !== view["stage"]) {
				only = view["stage"];
				for (const row of [heads, ...rows.map((one) => [...made.get(one)!.cells].slice(1))])
					row.forEach((cell, i) => (cell.hidden = !!only && stageName(stages[i] ?? null) !== only));
			}
			none.hidden = shown > 0;
			table.hidden = shown === 0;
			return shown;
		},
	};
}

function rowOf(row: Row, stages: readonly (string | null)[], now: number): HTMLTableRowElement {
	const tags = row.entry.tags.length ? make("span", { class: "tags" }, row.entry.tags.join(" · ")) : "";
	const name = make("th", { scope: "row" }, make("a", { href: modelLink(row) }, row.entry.name),
		make("span", { class: "owner" }, row.entry.owner ?? "no owner"), tags);
	if (row.standings.length === 0)
		return make("tr", {}, name, make("td", { class: "none", colspan: String(Math.max(stages.length, 1)) }, state("none"), " nothing stands anywhere"));
	return make("tr", {}, name, ...stages.map((stage) => {
		const one = row.standings.find((standing) => standing.stage.stage === stage);
		const cell = one ? cellOf(row, one, now) : make("td", { class: "nothing" }, make("span", { "aria-label": "not here" }, "–"));
		cell.dataset["stage"] = stageName(stage); // a phone has no room for heads
		return cell;
	}));
}

function cellOf(row: Row, one: Standing, now: number): HTMLTableCellElement {
	const { stage } = one;
	const late = one.state === "late" || stage.late;
	const age = stage.last ? make("span", { class: late ? "age late" : "age" }, ago(stage.last.time, now)) : "";
	const head = make("a", { class: "head", href: modelLink(row, one), title: stage.why }, state(one.state), " ",
		make("span", { class: "version" }, stage.version ?? "no version"));
	const cell = make("td", { class: one.state }, make("div", { class: "line" }, head, age), drawn(strip(stage.days).drawing));
	if (stage.worst && one.state !== "pass")
		cell.append(make("div", { class: "check" }, cut(stage.worst.check, 60), " ", make("b", {}, stage.worst.shown)));
	else if (one.state === "late" && stage.missed > 0) cell.append(make("div", { class: "check" }, `${count(stage.missed, "run")} missed`));
	if (stage.decision === "overridden") cell.append(make("div", { class: "check" }, "by an override"));
	else if (stage.tag && !stage.decision) cell.append(make("div", { class: "check" }, "by hand"));
	return cell;
}
