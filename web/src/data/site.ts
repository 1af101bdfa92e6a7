/** What the pages of a site carry, and what people ask of it: how it stands, since when, which is worst. */
import type { Of_check, Of_decisions, Of_entry, Of_event, Of_finding, Of_fleet, Of_model, Of_month, Of_run, Of_stage } from "../../generated/site";

export type Fleet = Of_fleet;
export type Entry = Of_entry;
export type Stage = Of_stage;
export type State = Stage["state"];
export type Finding = Of_finding;
export type Model = Of_model;
export type Month = Of_month;
export type Run = Of_run;
export type Check = Of_check;
export type Event = Of_event;
export type Decisions = Of_decisions;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** What is wrong first, as the program has them in order. */
export const STATES: readonly State[] = ["error", "fail", "late", "warn", "none", "pass"];

/** Is somebody to look at it? Warnings can wait; silence cannot. */
export function isUnwell(state: State): boolean {
	return state !== "pass" && state !== "warn";
}

/** What was found that no warning is, the worst first: a tag that does not hold, a record that nobody can believe. */
export function wrongOf(findings: readonly Finding[]): Finding[] {
	return findings.filter((one) => one.look !== "warn").sort((a, b) => rank(a.look) - rank(b.look));
}

/** What the page carries under this id: undefined where it carries nothing that can be read. */
export function readData<T extends { format: string }>(page: Document, id: string, format: T["format"]): T | undefined {
	try {
		const data = JSON.parse(page.getElementById(id)?.textContent ?? "") as T;
		return data.format === format ? data : undefined;
	} catch {
		return undefined;
	}
}

export function stageName(stage: string | null): string {
	return stage ?? "no stage";
}

export function rank(state: State): number {
	return STATES.indexOf(state);
}

/** The time that ages count to: now, unless the site is one of another day. */
export function timeOf(data: { built: string; fixed: boolean }, now: number): number {
	return data.fixed ? Date.parse(data.built) : now;
}

/** How a stage stands at a time. The site was built once: a run that is overdue since then is late as well, even one that
 * was due before, and was forgiven at the time. */
export function stateAt(stage: Stage, now: number): State {
	const overdue = stage.next !== null && now > Date.parse(stage.next) + grace(stage);
	return overdue && rank("late") < rank(stage.state) ? "late" : stage.state;
}

/** As the program: a quarter of the rhythm. An hour at least, since the site too is built on a schedule. */
function grace(stage: Stage): number {
	return Math.max((stage.every ?? 0) * 250, HOUR);
}

const WORDS: Readonly<Record<string, State>> = { p: "pass", w: "warn", f: "fail", e: "error", m: "late" };

export function stateOfDay(letter: string): State | undefined {
	return WORDS[letter];
}

/** Days without a green one up to the last: as long as it has not been well. `all`: longer than is shown. */
export function daysUnwell(days: string): { days: number; all: boolean } {
	const since = days.lastIndexOf("p") + 1;
	const first = days.slice(since).search(/[wfem]/);
	return first < 0 ? { days: 0, all: false } : { days: days.length - since - first, all: since === 0 && first === 0 };
}


/** How long, in the one unit that matters. */
export function span(milliseconds: number): string {
	const size = Math.abs(milliseconds);
	const units: [number, string, string][] = [[60 * DAY, "month", "months"], [2 * DAY, "day", "days"], [HOUR, "hour", "hours"], [MINUTE, "minute", "minutes"]];
	const lengths: Record<string, number> = { month: 30 * DAY, day: DAY, hour: HOUR, minute: MINUTE };
	const found = units.find(([least]) => size >= least);
	if (!found) return "a moment";
	const count = Math.floor(size / lengths[found[1]]!);
	return `${count} ${count === 1 ? found[1] : found[2]}`;
}

export function ago(time: string, now: number): string {
	return `${span(now - Date.parse(time))} ago`;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

export function day(time: number | string): string {
	const date = new Date(time);
	return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

/** The same everywhere: in UTC, as all times on record. */
export function minute(time: number | string): string {
	return `${new Date(time).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

export function monthName(month: string): string {
	return `${MONTHS[Number(month.slice(5)) - 1]} ${month.slice(0, 4)}`;
}

/** So many, with its word. */
export function count(number: number, one: string, many = `${one}s`): string {
	return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}
