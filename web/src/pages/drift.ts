/** Drift: the columns of a stage by days. */
import { cellAt, cellFrame, heatMap } from "../charts/heat";
import { driftOf, driftTracks } from "../data/drift";
import { worstFirst } from "../data/series";
import { DAY, day } from "../data/site";
import { verdictOf } from "../data/words";
import type { Scope } from "./checks";
import { drawn, make, table } from "./dom";
import { pointable } from "./pointer";
import { go } from "./view";

const MOST = 40;

export function driftSection(scope: Scope, width: number): HTMLElement[] {
	const tracks = driftTracks(scope.series);
	if (tracks.length === 0) return [];
	const all = driftOf(scope.series, tracks, scope.first, scope.until);
	const heat = { ...all, names: all.names.slice(0, MOST), near: all.near.slice(0, MOST), verdicts: all.verdicts.slice(0, MOST) };
	const picture = heatMap(heat, width);
	const svg = drawn(picture.drawing);
	const words = (cell: number): string => {
		const [row, d] = [Math.floor(cell / heat.days), cell % heat.days];
		const near = heat.near[row]![d]!;
		const how = heat.verdicts[row]![d] === "-" ? "not measured" : `${verdictOf(heat.verdicts[row]![d])}${Number.isNaN(near) ? "" : `, at ${Math.round(near * 100)}% of its limit`}`;
		return `${heat.names[row]} · ${day(heat.from + d * DAY)} · ${how}`;
	};
	const { element, readout } = pointable("Drift by column and day", () => svg, () => ({
		count: heat.names.length * heat.days,
		row: heat.days,
		at(x, y) {
			const cell = cellAt(heat, width, x, y);
			return cell && cell.row * heat.days + cell.day;
		},
		show(cell) {
			svg.querySelector(".pointed")?.remove();
			if (cell === undefined) return "Darker is nearer to the limit; what broke it is red. Point at a day, or use the arrow keys.";
			svg.append(drawn(cellFrame(heat, width, Math.floor(cell / heat.days), cell % heat.days)));
			return words(cell);
		},
		open(cell) {
			const name = heat.names[Math.floor(cell / heat.days)];
			const track = worstFirst(tracks.filter((one) => one.column === name), scope.last)[0];
			if (track) go({ check: track.id, run: "" });
		},
	}));
	element.append(svg);
	const cut = all.names.length - heat.names.length;
	return [make("section", { id: "drift", "aria-labelledby": "drift-title" }, make("h2", { id: "drift-title" }, "Drift"), make("figure", {}, element), readout,
		cut > 0 ? make("p", { class: "note" }, `The ${cut} columns that moved least are left out.`) : "", numbersOf(all))];
}

function numbersOf(heat: ReturnType<typeof driftOf>): HTMLElement {
	const details = make("details", { class: "numbers" }, make("summary", {}, "The picture as a table"));
	details.addEventListener("toggle", () => {
		if (details.childElementCount > 1) return;
		const days = Array.from({ length: heat.days }, (_, d) => heat.days - 1 - d);
		details.append(table("Share of the limit, by column and day", ["Column", ...days.map((d) => day(heat.from + d * DAY))],
			heat.names.map((name, row) => [name, ...days.map((d) => {
				const near = heat.near[row]![d]!;
				return heat.verdicts[row]![d] === "-" ? "–" : `${verdictOf(heat.verdicts[row]![d])}${Number.isNaN(near) ? "" : ` ${Math.round(near * 100)}%`}`;
			})])));
	});
	return details;
}
