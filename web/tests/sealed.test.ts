/** What counts as a run, and what does not. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { openRun, takenOf } from "../src/data/sealed";
import type { Run } from "../src/data/run";
import { result } from "./sample";

type Plain = Record<string, unknown>;

function plain(more: Plain = {}): Plain {
	return {
		format: "modelgate.run/1", model: "churn", stage: "PPS", verdict: "fail", fail_on_warn: false,
		counts: { pass: 0, warn: 0, fail: 1, skip: 0, error: 0 }, results: [result({ verdict: "fail" })], ...more,
	};
}

/** As the program seals. */
function sealed(run: Plain): Uint8Array<ArrayBuffer> {
	const body = JSON.stringify(run, null, 2).replace(/\n}$/, "");
	const seal = createHash("sha256").update(body).digest("hex");
	return Uint8Array.from(Buffer.from(`${body},\n  "seal": "sha256:${seal}"\n}\n`));
}

test("a sealed run is a run", async () => {
	const run = await openRun(sealed(plain()));
	assert.equal(run.model, "churn");
	assert.equal(takenOf(run), "fail");
});

test("what was changed, cut or never sealed is none", async () => {
	const whole = sealed(plain());
	const changed = Uint8Array.from(Buffer.from(Buffer.from(whole).toString().replace('"churn"', '"chUrn"')));
	await assert.rejects(openRun(changed), /seal does not hold/);
	for (const cut of [0, 1, 50, 100, whole.length - 1]) await assert.rejects(openRun(whole.slice(0, cut)), /cut off/);
	await assert.rejects(openRun(Uint8Array.from(Buffer.from(JSON.stringify(plain())))), /does not end with a seal/);
});

test("a seal alone makes no run", async () => {
	const pass = { pass: 1, warn: 0, fail: 0, skip: 0, error: 0 };
	const none = { pass: 0, warn: 0, fail: 0, skip: 0, error: 0 };
	const cases: [Plain, RegExp][] = [
		[{ format: "modelgate.run/2" }, /format/],
		[{ model: undefined }, /no model/],
		[{ results: "many" }, /no results/],
		[{ verdict: "pass" }, /better than that of a check/],
		[{ verdict: "fine" }, /does not know/],
		[{ verdict: "pass", counts: pass }, /counts/],
		[{ counts: undefined }, /counts/],
		[{ results: [result({ verdict: "good" as "pass" })] }, /does not know/],
		[{ results: [null] }, /does not know/],
		[{ verdict: "pass", counts: none, results: [] }, /measured nothing/],
		[{ verdict: "pass", counts: { ...none, skip: 1 }, results: [result({ verdict: "skip" })] }, /measured nothing/],
	];
	for (const [more, why] of cases) await assert.rejects(openRun(sealed(plain(more))), why);
	await assert.rejects(openRun(sealed([1] as unknown as Plain)), Error);
});

test("warnings fail a run that was told so", () => {
	const run = { verdict: "warn", fail_on_warn: true } as Run;
	assert.equal(takenOf(run), "fail");
	assert.equal(takenOf({ ...run, fail_on_warn: false }), "warn");
	assert.equal(takenOf({ ...run, verdict: "skip" }), "error");
});
