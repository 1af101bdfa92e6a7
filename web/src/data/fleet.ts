/** The fleet as its page shows it: each model with how it stands, in order, and which are to be seen. */
import type { Address } from "./address";
import { isUnwell, rank, stageName, stateAt, wrongOf, type Entry, type Fleet, type Stage, type State } from "./site";

export interface Standing {
	readonly stage: Stage;
	readonly state: State;
}

export interface Row {
	readonly entry: Entry;
	readonly standings: readonly Standing[];
	/** The worst of its stages; a model without any has never been run. */
	readonly state: State;
	/** When it was last run, in whichever stage. */
	readonly last: number;
	readonly words: string;
}

export function rowsOf(fleet: Fleet, now: number): Row[] {
	return fleet.models.map((entry) => {
		const standings = entry.stages.map((stage) => ({ stage, state: stateAt(stage, now) }));
		return {
			entry,
			standings,
			state: worstOf(standings),
			last: Math.max(...entry.stages.map((one) => (one.last ? Date.parse(one.last.time) : 0)), 0),
			words: [entry.name, entry.owner, ...entry.tags,
				...entry.stages.flatMap((one) => [stageName(one.stage), one.version, one.worst?.check])].join(" ").toLowerCase(),
		};
	});
}

function worstOf(standings: readonly Standing[]): State {
	return standings.reduce<State>((worst, one) => (rank(one.state) < rank(worst) ? one.state : worst), standings.length ? "pass" : "none");
}

export interface Whole {
	/** What is wrong, and else the worst of what is not. */
	readonly state: State;
	/** Models that somebody is to look at; one that was never run is among them. */
	readonly unwell: number;
	/** What was found to be wrong. */
	readonly found: number;
}

/** How all of them stand: well only where every model is, and nothing was found to be wrong. */
export function wholeOf(fleet: Fleet, rows: readonly Row[]): Whole {
	const unwell = rows.map((row) => row.state).filter(isUnwell);
	const found = wrongOf(fleet.findings).map((one) => one.look);
	const all: State[] = [...unwell, ...found];
	const calm = rows.some((row) => row.state === "warn") ? "warn" : rows.length ? "pass" : "none";
	return { state: all.sort((a, b) => rank(a) - rank(b))[0] ?? calm, unwell: unwell.length, found: found.length };
}

/** All stages that any model has, in the order in which they come. */
export function stagesOf(fleet: Fleet): (string | null)[] {
	const found = new Set<string | null>();
	const longest = [...fleet.models].sort((a, b) => b.stages.length - a.stages.length);
	for (const model of longest)
		for (const one of model.stages) found.add(one.stage);
	return [...found];
}

/** The state that counts under a filter: that of the chosen stage, or the worst of all. */
export function stateIn(row: Row, stage: string | undefined): State | undefined {
	if (!stage) return row.state;
	return row.standings.find((one) => stageName(one.stage.stage) === stage)?.state;
}

export function isShown(row: Row, view: Address, matches: (words: string, query: string) => boolean): boolean {
	const state = stateIn(row, view["stage"]);
	const states = view["state"] ? view["state"].split(",") : [];
	return state !== undefined && (states.length === 0 || states.includes(state))
		&& (!view["owner"] || (row.entry.owner ?? "") === view["owner"])
		&& (!view["tag"] || row.entry.tags.includes(view["tag"]))
		&& matches(row.words, view["q"] ?? "");
}

const words = new Intl.Collator("en");

/** What is wrong first; of those that stand alike, the one that has been unwell for longest. */
export function inOrder(rows: readonly Row[], view: Address, unwell: (row: Row) => number): Row[] {
	const byName = (a: Row, b: Row): number => words.compare(a.entry.name, b.entry.name);
	const orders: Record<string, (a: Row, b: Row) => number> = {
		"": (a, b) => rank(stateIn(a, view["stage"]) ?? "pass") - rank(stateIn(b, view["stage"]) ?? "pass") || unwell(b) - unwell(a) || byName(a, b),
		name: byName,
		owner: (a, b) => words.compare(a.entry.owner ?? "\uffff", b.entry.owner ?? "\uffff") || byName(a, b),
		last: (a, b) => a.last - b.last || byName(a, b),
	};
	return [...rows].sort(orders[view["order"] ?? ""] ?? byName);
}
