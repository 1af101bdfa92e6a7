/** Pictures: what they show of their numbers, without a browser. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { barsOf, bins } from "../src/charts/bins";
import { chartsOf, limitsOf } from "../src/charts/index";
import { refusedBy } from "../src/charts/limits";
import { scale, ticks } from "../src/charts/svg";
import type { Result } from "../src/data/run";
import { all, assertDrawn, styled, texts } from "./drawn";
import { chart, limit, result } from "./sample";

test("scales and ticks", () => {
	assert.equal(scale(0, 10, 100, 200)(5), 150);
	assert.equal(scale(3, 3, 100, 200)(3), 100);
	assert.deepEqual(ticks(0, 1, 4).map((x) => x.toFixed(2)), ["0.00", "0.50", "1.00"]);
	assert.deepEqual(ticks(1, 1, 4), []);
	assert.deepEqual(ticks(0, Infinity, 4), []);
});

test("a limit is a band with its number at the edge", () => {
	const [picture] = limitsOf(result({ limits: [limit("max", 0.2), limit("max", 0.1, { role: "warn" })] }), 400);
	assert.ok(picture);
	assertDrawn(picture);
	assert.ok(texts(picture).includes("0.2") && texts(picture).includes("warn 0.1"));
	const [band] = styled(picture, "band limit");
	const [edge] = styled(picture, "edge limit");
	assert.equal(band?.attributes["x"], edge?.attributes["x1"]);
	const value = styled(picture, "value fail")[0]?.attributes["d"] ?? "";
	assert.ok(Number(/^M([\d.]+)/.exec(value)?.[1]) > Number(edge?.attributes["x1"]), "0.3 lies beyond 0.2");
	assert.match(picture.says, /0.3 against limit at most 0.2, warn at most 0.1/);
});

test("limits on a change stand at the baseline", () => {
	const drop = result({ value: 0.33, baseline: { value: 0.4, source: "file b.json" }, limits: [limit("max_drop", 0.1, { of_baseline: true, as_percent: true })] });
	const refused = refusedBy(drop, drop.limits[0]!);
	assert.ok(Math.abs((refused?.under ?? 0) - 0.36) < 1e-12);
	const [picture] = limitsOf(drop, 400);
	assert.ok(picture && texts(picture).includes("baseline 0.4"));
	assert.equal(refusedBy(result({ limits: [] }), limit("max_drop", 0.1)), undefined, "no baseline, no place");
	assert.equal(refusedBy(result(), limit("min", 0.1, { role: "effect" })), undefined, "an effect has a scale of its own");
});

test("how far from earlier runs: their center, and so many times their spread", () => {
	const runs = { definition: "mad/median-mad-normal", of: "12 previous runs", center: 0.9, spread: 0.02 };
	const one = limit("within", 3, { spread: "mad", runs });
	const edges = (better: Result["better"]): (number | undefined)[] => {
		const refused = refusedBy(result({ better }), one);
		return [refused?.under, refused?.over].map((edge) => edge && Math.round(edge * 100) / 100);
	};
	assert.deepEqual(edges("either"), [0.84, 0.96]);
	assert.deepEqual(edges("higher"), [0.84, undefined], "an improvement is not refused");
	assert.deepEqual(edges("lower"), [undefined, 0.96]);
	assert.equal(refusedBy(result(), limit("within", 3, { spread: "mad" })), undefined, "too few runs, no place");
});

test("no picture of what was not measured or has no end", () => {
	assert.deepEqual(limitsOf(result({ measured: false, value: null }), 400), []);
	assert.deepEqual(limitsOf(result({ value: "Infinity" }), 400), []);
	assert.deepEqual(limitsOf(result({ limits: [limit("equals", 3)] }), 400), []);
	assert.deepEqual(chartsOf(result(), 400), []);
});

test("shares: those that moved most, names as they are", () => {
	const labels = Array.from({ length: 30 }, (_, i) => `'c${i}'`);
	const rows = labels.map((_, i) => [0.01 * i, 0.01]);
	const shares = chart("bins", ["current", "reference"], rows, labels);
	assert.equal(barsOf(shares)[3]?.label, "c3");
	const picture = bins(shares, 400);
	assertDrawn(picture);
	assert.ok(texts(picture).includes("c29") && !texts(picture).includes("c1"));
	assert.ok(texts(picture).includes("the 14 that moved least are left out"));
	assert.match(picture.says, /c29 moved most, from 1% to 29%/);
});

test("every chart has its picture at every width", () => {
	const charts = [
		chart("bins", ["current", "reference"], [[0.5, 0.4], [0.5, 0.6]], ["up to 1", "above 1"]),
		chart("distribution", ["value", "current", "reference"], [[0, 0.1, 0.2], [1, 0.6, 0.5], [2, 1, 1]]),
		chart("distribution", ["value", "current"], [[5, 1]]),
		chart("roc", ["false_positive_rate", "true_positive_rate"], [[0, 0], [0.2, 0.7], [1, 1]]),
		chart("precision_recall", ["recall", "precision"], [[0.1, 1], [1, 0.3]]),
		chart("calibration", ["mean_score", "positive_share", "rows"], [[0.1, 0.2, 10], [0.9, 0.8, 100]]),
		chart("confusion", ["a", "b"], [[5, 1], [0, 0]], ["a", "b"]),
		chart("slices", ["value", "rows"], [[0.6, 10], [0.7, 20]], ["a=1", "a=2"]),
	];
	for (const width of [260, 390, 560]) {
		const pictures = chartsOf(result({ charts }), width);
		assert.equal(pictures.length, charts.length);
		for (const one of pictures) assertDrawn(one);
	}
});

test("charts that are odd or of later versions do no harm", () => {
	const odd = [
		chart("of 2030", ["x"], [[1]]),
		chart("toString", ["x"], [[1]]),
		chart("bins", ["current", "reference"], []),
		chart("bins", ["current", "reference"], [[0, 0]], ["none"]),
		chart("confusion", ["a", "b"], [[0, 0], [0, 0]], ["a", "b"]),
		chart("slices", ["value", "rows"], [[0, 1]], ["only"]),
	];
	const pictures = chartsOf(result({ charts: odd }), 400);
	assert.equal(pictures.length, 3);
	for (const one of pictures) assertDrawn(one);
});

test("texts are children, whatever they hold", () => {
	const evil = "'</title><script>alert(1)</script>'";
	const [picture] = chartsOf(result({ charts: [chart("bins", ["current", "reference"], [[1, 0]], [evil])] }), 560);
	assert.ok(picture);
	for (const one of all(picture.drawing)) assert.match(one.tag, /^(svg|text|rect|line|path|circle|title)$/);
});
