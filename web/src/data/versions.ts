/** Which version stood in a stage when. */
import type { Event } from "./site";

const MOVES = new Set(["promotion", "rollback", "unassignment"]);

/** What moved in a stage, oldest first. */
export function movesOf(events: readonly Event[], stage: string | null): Event[] {
	return events.filter((one) => one.stage === stage && MOVES.has(one.kind)).sort((a, b) => Date.parse(a.time) - Date.parse(b.time));
}

/** The version at a time; undefined where no move is known before it. */
export function versionAt(moves: readonly Event[], time: number): string | undefined {
	let found: Event | undefined;
	for (const one of moves) if (Date.parse(one.time) <= time) found = one;
	return found && found.kind !== "unassignment" ? found.version ?? undefined : undefined;
}
