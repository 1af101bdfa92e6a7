/** Estimated beside realized performance: both on one axis, and their numbers in a table. */
import { history } from "../charts/history";
import { estimatePairs, type Pair } from "../data/estimates";
import { minute } from "../data/site";
import { inUnitOf, verdictOf } from "../data/words";
import { columnWidth, type Scope } from "./checks";
import { drawn, make, state, table } from "./dom";
import { go } from "./view";

const SHOWN = 12;

export function estimateSection(scope: Scope, width: number): HTMLElement[] {
	const pairs = estimatePairs(scope.series.tracks);
	if (pairs.length === 0) return [];
	const more = pairs.length - SHOWN;
	return [make("section", { id: "estimates", "aria-labelledby": "estimates-title" }, make("h2", { id: "estimates-title" }, "Estimated beside realized"),
		make("p", { class: "note" }, "An estimate is dashed: it was made without labels, from scores that were calibrated on labelled data."),
		make("div", { class: "multiples" }, ...pairs.slice(0, SHOWN).map((pair) => figureOf(pair, scope, columnWidth(width)))),
		more > 0 ? make("p", { class: "note" }, `And ${more} more in the table.`) : "")];
}

function figureOf({ realized, estimated }: Pair, scope: Scope, width: number): HTMLElement {
	const button = make("button", { type: "button", class: "open" }, realized.id);
	button.addEventListener("click", () => go({ check: realized.id, run: "" }));
	const frame = { width, height: 148, first: scope.first, until: scope.until, large: false };
	const last = scope.series.runs.length - 1;
	return make("figure", {}, make("figcaption", {}, state(verdictOf(realized.verdicts[last])), " ", button),
		drawn(history(scope.series, realized, scope.moves, frame, estimated).drawing), numbersOf({ realized, estimated }, scope));
}

/** Made when it is opened. */
function numbersOf({ realized, estimated }: Pair, { series, first }: Scope): HTMLElement {
	const details = make("details", { class: "numbers" }, make("summary", {}, "The picture as a table"));
	details.addEventListener("toggle", () => {
		if (details.childElementCount > 1) return;
		const rows = series.runs.slice(first).map((_, i) => i + first).reverse().map((run) =>
			[minute(series.times[run]!), inUnitOf(estimated, estimated.values[run]!, 6), inUnitOf(realized, realized.values[run]!, 6)]);
		details.append(table("The picture as a table", ["Time", "Estimated", "Realized"], rows));
	});
	return details;
}
