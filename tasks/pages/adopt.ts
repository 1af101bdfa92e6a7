/** Takes over the markup of a report that was attached. The program wrote it, or somebody else: so nothing comes in but
 * what the program's reports are made of, and it must say what the sealed run says. */
import type { Run } from "../../web/src/data/run";
import { takenOf } from "../../web/src/data/sealed";

const ELEMENTS = new Set(("a article b dd details div dl dt h1 h2 h3 header li main nav p pre section span strong " +
	"summary svg table tbody td th thead tr ul use").split(" "));
const ATTRIBUTES: Readonly<Record<string, RegExp>> = {
	class: /^[a-z0-9 -]*$/,
	id: /^(?!tab-)[a-z0-9-]+$/,
	href: /^#[a-z0-9-]+$/,
	role: /^(group|img)$/,
	scope: /^(col|row)$/,
	tabindex: /^0$/,
	open: /^$/,
	"aria-hidden": /^true$/,
	"aria-label": /^[\w ,.-]*$/,
	"aria-labelledby": /^[a-z-]+$/,
	"data-result": /^\d+$/,
	width: /^\d+$/,
	height: /^\d+$/,
};

export interface Page {
	readonly nodes: Node[];
	/** As the page carries it: the texts in it can harm no reader. */
	readonly run: Run;
}

function check(element: Element): void {
	if (!ELEMENTS.has(element.localName)) throw new Error("Its report holds what no report of modelgate holds.");
	for (const { name, value } of element.attributes)
		if (!Object.hasOwn(ATTRIBUTES, name) || !ATTRIBUTES[name]!.test(value)) throw new Error("Its report holds what no report of modelgate holds.");
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

/** Is the page's run the sealed one? Texts may differ: the page's were made harmless. */
function isOf(page: Run, sealed: Run): boolean {
	return same(page.verdict, sealed.verdict) && same(page.fail_on_warn, sealed.fail_on_warn) && same(page.started, sealed.started) &&
		same(page.counts, sealed.counts) && same(page.spec?.sha256, sealed.spec.sha256) && page.results?.length === sealed.results.length &&
		sealed.results.every((one, i) => {
			const other = page.results[i]!;
			return same(one.verdict, other.verdict) && same(one.kind, other.kind) && same(one.value, other.value) &&
				same(one.judged, other.judged) && same(one.unit, other.unit);
		});
}

/** Do the verdicts that people see agree with the run's? */
function saysWhat(body: HTMLElement, run: Run): boolean {
	const header = body.querySelectorAll("header");
	const rows = [...body.querySelectorAll("#checks tr[data-result]")];
	const verdicts = [...body.querySelectorAll("[data-result]")].every((place) => {
		const mark = place.querySelector(".verdict");
		const verdict = run.results[Number(place.getAttribute("data-result"))]?.verdict;
		return mark?.className === `verdict ${verdict}` && mark.textContent === verdict;
	});
	return header.length === 1 && header[0]!.className === takenOf(run) && rows.length === run.results.length && verdicts;
}

export function adopt(html: string, sealed: Run): Page {
	const page = new DOMParser().parseFromString(html, "text/html");
	let run: Run;
	try {
		run = JSON.parse(page.querySelector("script#run")?.textContent ?? "") as Run;
	} catch {
		throw new Error("Its report was cut off.");
	}
	if (!isOf(run, sealed)) throw new Error("Its report is that of another run.");
	for (const extra of page.body.querySelectorAll(":scope > script, :scope > svg.shapes")) extra.remove();
	for (const element of page.body.querySelectorAll("*")) check(element);
	if (!saysWhat(page.body, sealed)) throw new Error("Its report does not say what the run says.");
	return { nodes: [...page.body.childNodes].map((node) => document.importNode(node, true)), run };
}
