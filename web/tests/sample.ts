/** A result to draw, as run.json has it. */
import type { Chart, Limit, Result } from "../src/data/run";

export function limit(op: string, value: number, more: Partial<Limit> = {}): Limit {
	return { role: "limit", op, value, as_percent: false, of_baseline: false, tolerance: 0, state: "held", held: true, ...more };
}

export function result(more: Partial<Result> = {}): Result {
	return {
		name: "drift/psi[delay]", suite: "drift", kind: "psi", column: "delay", slice: null, tags: ["nightly"],
		owner: "flights-ds", severity: "fail", data: "serving", reference: "train", line: 1, col: 1, verdict: "fail",
		message: "0.3 is over max 0.2", measured: true, value: 0.3, lo: 0.3, hi: 0.3, judged: 0.3, unit: "",
		better: "lower", definition: "psi/x", limits: [limit("max", 0.2)],
		interval: { confidence: 0, lo: null, hi: null, method: null }, effect: null,
		baseline: { value: null, source: null }, rows: 1000, rows_read: 1000, seconds: 0.1, facts: [], sql: null,
		samples: { columns: [], rows: [], note: null }, ...more,
	};
}

export function chart(name: string, columns: string[], rows: number[][], labels?: string[]): Chart {
	const plain = { name, x: "delay", y: "share of rows", columns, rows };
	return labels ? { ...plain, labels } : plain;
}
