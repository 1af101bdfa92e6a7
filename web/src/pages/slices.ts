/** Performance by slice: for each measure its slices over time beside the whole, the worst first. */
import { history } from "../charts/history";
import { lastRun, type Track } from "../data/series";
import { count } from "../data/site";
import { inUnitOf, verdictOf } from "../data/words";
import { columnWidth, type Scope } from "./checks";
import { drawn, make, state } from "./dom";
import { go } from "./view";

const SHOWN = 6;

interface Group {
	readonly name: string;
	readonly whole: Track | undefined;
	readonly slices: Track[];
}

/** A slice's check has the name of its whole and the slice in brackets at its end. */
export function groupsOf(tracks: readonly Track[]): Group[] {
	const groups = new Map<string, Group>();
	for (const track of tracks) {
		if (track.slice === null) continue;
		const name = track.id.endsWith(`[${track.slice}]`) ? track.id.slice(0, -track.slice.length - 2) : `${track.suite}/${track.kind}`;
		const group = groups.get(name) ?? { name, whole: tracks.find((one) => one.id === name && one.slice === null), slices: [] };
		groups.set(name, group);
		group.slices.push(track);
	}
	return [...groups.values()];
}

export function sliceSection(scope: Scope, width: number): HTMLElement[] {
	const groups = groupsOf(scope.series.tracks);
	if (groups.length === 0) return [];
	return [make("section", { id: "slices", "aria-labelledby": "slices-title" }, make("h2", { id: "slices-title" }, "By slice"),
		...groups.map((group) => groupOf(group, scope, columnWidth(width))))];
}

/** The number by which slices are in order: the worst first. */
function badness(track: Track, scope: Scope): number {
	const value = track.values[lastRun(track, scope.first, scope.last)] ?? NaN;
	if (Number.isNaN(value)) return Infinity;
	return track.better === "lower" ? -value : value;
}

function groupOf(group: Group, scope: Scope, width: number): HTMLElement {
	const order = [...group.slices].sort((a, b) => badness(a, scope) - badness(b, scope));
	const at = group.whole ? lastRun(group.whole, scope.first, scope.last) : -1;
	const whole = group.whole && at >= 0 ? `; the whole ${inUnitOf(group.whole, group.whole.values[at]!)}` : "";
	const picture = (track: Track): HTMLElement => {
		const button = make("button", { type: "button", class: "open" }, track.slice ?? track.id);
		button.addEventListener("click", () => go({ check: track.id, run: "" }));
		const frame = { width, height: 96, first: scope.first, until: scope.until, large: false };
		return make("figure", {}, make("figcaption", {}, state(verdictOf(track.verdicts[lastRun(track, scope.first, scope.last)])), " ", button),
			drawn(history(scope.series, track, scope.moves, frame).drawing));
	};
	const place = make("div", { class: "multiples" }, ...order.slice(0, SHOWN).map(picture));
	const rest = order.slice(SHOWN);
	const element = make("div", {}, make("h3", {}, `${group.name}: ${count(group.slices.length, "slice")}, the worst first${whole}`), place);
	if (rest.length) {
		const more = make("button", { type: "button", class: "plain" }, `Show the other ${rest.length}`);
		more.addEventListener("click", () => {
			place.append(...rest.map(picture));
			more.remove();
		});
		element.append(more);
	}
	return element;
}
