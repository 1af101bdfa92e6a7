/** Search and filter over all checks. */
import { VERDICTS, type Result, type Run, type Verdict } from "../data/run";
import { make, verdict } from "./dom";
import { focusOnSlash } from "./keys";

/** What of a check can be found, in lower case. */
export function wordsOf(result: Result): string {
	return [result.name, result.kind, result.column, result.slice, result.owner, result.data, result.reference,
		...result.tags, result.message].join(" ").toLowerCase();
}

/** Every word must be in it, wherever. */
export function matches(words: string, query: string): boolean {
	return query.toLowerCase().split(/\s+/).every((word) => words.includes(word));
}

interface Row {
	readonly element: HTMLTableRowElement;
	readonly suite: HTMLElement | null;
	readonly verdict: Verdict;
	readonly words: string;
}

export function addSearch(run: Run, elements: Iterable<HTMLTableRowElement>): void {
	const section = document.getElementById("checks");
	const rows: Row[] = [...elements].flatMap((element) => {
		const result = run.results[Number(element.dataset["result"])];
		if (!result) return [];
		return [{ element, suite: element.closest<HTMLElement>("details.suite"), verdict: result.verdict, words: wordsOf(result) }];
	});
	if (!section || rows.length === 0) return;

	const wanted = new Set<Verdict>();
	const field = make("input", { type: "search", id: "search", placeholder: "name, column, kind, owner, tag", autocomplete: "off", spellcheck: "false" });
	const found = make("output", { for: "search" });
	const show = (): void => {
		const suites = new Map<HTMLElement, boolean>();
		let count = 0;
		for (const row of rows) {
			const visible = (wanted.size === 0 || wanted.has(row.verdict)) && matches(row.words, field.value.trim());
			row.element.hidden = !visible;
			const next = row.element.nextElementSibling as HTMLElement | null;
			if (next?.className === "details") next.hidden = !visible;
			if (row.suite) suites.set(row.suite, visible || suites.get(row.suite) === true);
			count += visible ? 1 : 0;
		}
		for (const [suite, visible] of suites) suite.hidden = !visible;
		found.textContent = count === rows.length ? `${count} checks` : `${count} of ${rows.length} checks`;
	};
	const toggles = VERDICTS.flatMap((word) => {
		const count = rows.filter((row) => row.verdict === word).length;
		if (count === 0) return [];
		const button = make("button", { type: "button", "aria-pressed": "false" }, verdict(word), ` ${count}`);
		button.addEventListener("click", () => {
			const on = !wanted.has(word);
			if (on) wanted.add(word);
			else wanted.delete(word);
			button.setAttribute("aria-pressed", String(on));
			show();
		});
		return [button];
	});
	field.addEventListener("input", show);
	focusOnSlash(field);
	section.querySelector("h2")?.after(
		make("search", { class: "tools" }, make("label", { for: "search" }, "Search"), field,
			make("div", { class: "toggles", role: "group", "aria-label": "Show verdicts" }, ...toggles), found));
	show();
}
