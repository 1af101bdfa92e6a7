/** The run that the page carries, and what its numbers mean. */
import type { Of_number, Run } from "../../generated/run";

export type { Run };
export type Result = Run["results"][number];
export type Chart = NonNullable<Result["charts"]>[number];
export type Limit = Result["limits"][number];
export type Verdict = Result["verdict"];

export const VERDICTS: readonly Verdict[] = ["fail", "error", "warn", "skip", "pass"];

/** JSON has no infinities: run.json writes them as texts. null is no number. */
export function numberOf(value: Of_number | "NaN" | undefined): number {
	if (value === "NaN") return NaN;
	if (value === "Infinity") return Infinity;
	if (value === "-Infinity") return -Infinity;
	return value ?? NaN;
}

/** Slices do not repeat what they share with an earlier result: here each result has all its members. */
export function filledIn(run: Run): Run {
	const results = run.results.map((one, i) => {
		if (one.like === undefined) return one;
		const whole = Number.isInteger(one.like) && one.like < i ? run.results[one.like] : undefined;
		if (!whole || whole.like !== undefined) throw new Error("A check is like one that is not there.");
		return { ...whole, ...one };
	});
	return { ...run, results };
}

/** The run as the page holds it; undefined where there is none that can be read. */
export function readRun(page: Document): Run | undefined {
	try {
		return filledIn(JSON.parse(page.getElementById("run")?.textContent ?? "") as Run);
	} catch {
		return undefined;
	}
}

/** The slices of a result of all rows: each has its name, and the slice in brackets at the end. */
export function slicesOf(run: Run, result: Result): Result[] {
	if (result.slice !== null) return [];
	return run.results.filter((one) => one.slice !== null && one.name === `${result.name}[${one.slice}]`);
}

/** The numbers of a chart, row by row. */
export function rowsOf(chart: Chart): number[][] {
	return chart.rows.map((row) => row.map(numberOf));
}

/** Does the result speak in percent? As its own texts do. */
export function inPercent(result: Result): boolean {
	return result.unit === "share" || result.limits.some((limit) => limit.as_percent && !limit.of_baseline);
}

/** As many digits as matter to somebody who compares. */
export function short(value: number, digits = 4): string {
	if (!Number.isFinite(value)) return Number.isNaN(value) ? "" : value > 0 ? "∞" : "−∞";
	const size = Math.abs(value);
	if (size !== 0 && (size < 1e-4 || size >= 1e9)) return value.toExponential(digits - 2).replace("-", "−");
	const rounded = Number(value.toPrecision(size >= 10 ** digits ? Math.ceil(Math.log10(size)) : digits));
	return rounded.toLocaleString("en", { maximumFractionDigits: 8 }).replace("-", "−");
}

export function percent(value: number, digits = 3): string {
	return `${short(100 * value, digits)}%`;
}

/** A number in the result's unit. */
export function inUnit(result: Result, value: number): string {
	if (inPercent(result)) return percent(value, 4);
	return result.unit === "seconds" ? spanOfSeconds(value) : short(value);
}

export function spanOfSeconds(seconds: number): string {
	const size = Math.abs(seconds);
	const units: [number, string][] = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
	const [length, name] = units.find(([one]) => size >= one) ?? [1, "s"];
	return `${short(seconds / length, 3)} ${name}`;
}
