/** Opens all that a run says about one check, below its row. */
import { chartsOf, limitsOf } from "../charts/index";
import { inUnit, numberOf, rowsOf, short, slicesOf, type Result, type Run } from "../data/run";
import { make, table } from "./dom";
import { drawIn } from "./pictures";

function facts(result: Result): [string, string][] {
	const interval = result.interval;
	const given: [string, string | null | undefined][] = [
		["name", result.name],
		["kind", result.kind],
		["column", result.column],
		["slice", result.slice],
		["data", result.reference ? `${result.data} against ${result.reference}` : result.data],
		["owner", result.owner],
		["tags", result.tags.join(", ")],
		["message", result.message],
		["definition", result.definition],
		["interval", interval.method && `${inUnit(result, numberOf(interval.lo))} to ${inUnit(result, numberOf(interval.hi))} (${interval.method})`],
		["baseline", result.baseline.source && `${inUnit(result, numberOf(result.baseline.value))} (${result.baseline.source})`],
		["rows", result.rows === null ? null : short(result.rows, 15)],
		...result.facts.map((fact): [string, string] => [fact.name.replaceAll("_", " "), fact.text ?? short(numberOf(fact.number ?? null), 6)]),
	];
	return given.flatMap(([name, text]) => (text ? [[name, text] as [string, string]] : []));
}

function panel(result: Result): HTMLElement {
	const pictures = make("div", { class: "pictures" });
	const list = make("dl", {}, ...facts(result).flatMap(([name, text]) => [make("dt", {}, name), make("dd", {}, text)]));
	const what = make("div", { class: "what" }, make("div", { class: "against" }), list);
	if (result.sql) what.append(make("pre", {}, result.sql));
	const samples = result.samples;
	if (samples.rows.length)
		what.append(table("Failing rows", samples.columns, samples.rows.map((row) => row.map((cell) => cell ?? "NULL"))));
	for (const chart of result.charts ?? []) {
		const named = chart.labels !== undefined;
		const columns = [...(named ? [chart.x] : []), ...chart.columns.map((name) => name.replaceAll("_", " "))];
		const rows = rowsOf(chart).map((row, i) => [...(named ? [chart.labels?.[i] ?? ""] : []), ...row.map((n) => short(n, 5))]);
		pictures.append(make("details", { class: "numbers" }, make("summary", {}, "The picture as a table"), table("The picture as a table", columns, rows)));
	}
	return make("div", { class: "panel" }, what, pictures);
}

/** Each row's name becomes a button that opens and closes its details. */
export function addDetails(run: Run, rows: Iterable<HTMLTableRowElement>): void {
	for (const row of rows) {
		const name = row.querySelector("th");
		if (!name) continue;
		const button = make("button", { type: "button", class: "more", "aria-expanded": "false" }, name.textContent ?? "");
		name.replaceChildren(button);
	}
	document.getElementById("checks")?.addEventListener("click", (event) => {
		const button = (event.target as Element).closest("button.more");
		const row = button?.closest("tr");
		const result = run.results[Number(row?.dataset["result"])];
		if (button && row && result) toggle(button, row, run, result);
	});
}

function toggle(button: Element, row: HTMLTableRowElement, run: Run, result: Result): void {
	const open = button.getAttribute("aria-expanded") === "true";
	button.setAttribute("aria-expanded", String(!open));
	if (open) {
		row.nextElementSibling?.remove();
		return;
	}
	const inside = panel(result);
	row.after(make("tr", { class: "details" }, make("td", { colspan: String(row.cells.length) }, inside)));
	drawIn(inside.querySelector(".pictures")!, (width) => chartsOf(result, width, slicesOf(run, result)));
	drawIn(inside.querySelector(".against")!, (width) => limitsOf(result, width));
}
