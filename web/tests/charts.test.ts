/** Pictures: what they show of their numbers, without a browser. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { barsOf, bins } from "../src/charts/bins";
import { chartsOf, limitsOf } from "../src/charts/index";
import { refusedBy } from "../src/charts/limits";
import { scale, ticks } from "../src/charts/svg";
import { slicesOf, type Result, type Run } from "../src/data/run";
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
		chart("roc_by_class", ["false_positive_rate", "true_positive_rate"], [[0, 0], [1, 1], [0, 0], [0.2, 0.7], [1, 1]], ["a", "a", "b", "b", "b"]),
		chart("precision_recall_by_class", ["recall", "precision"], [[0.1, 1], [1, 0.3]], ["a", "a"]),
		chart("histogram", ["from", "to", "rows"], [[-9, -1, 2], [-1, 0, 30], [0, 1, 40], [1, 50, 3]]),
		chart("histogram", ["from", "to", "rows"], [[3, 3, 7]]),
		chart("histogram", ["from", "to", "rows"], [[1, 2, 7], [2, 9, 1]]),
		chart("parts", ["rows"], [[90], [8], [2]], ["hold", "do not hold", "NULL"]),
		chart("parts", ["current", "reference"], [[90, 99], [10, 1]], ["have a value", "missing"]),
	];
	for (const width of [260, 390, 560]) {
		const pictures = chartsOf(result({ charts }), width);
		assert.equal(pictures.length, charts.length);
		for (const one of pictures) assertDrawn(one);
	}
});

test("parts: a bar for each slice, the worst first, by the parts' names", () => {
	const whole = chart("parts", ["rows"], [[95], [5], [0]], ["have a value", "NULL", "NaN"]);
	const of = (slice: string, rows: number[][], labels: string[]): Result => result({ slice, charts: [chart("parts", ["rows"], rows, labels)] });
	const slices = [of("c=AA", [[60], [0]], ["have a value", "NULL"]), of("c=UA", [[30], [5], [5]], ["have a value", "NULL", "NaN"])];
	const [picture] = chartsOf(result({ charts: [whole] }), 560, slices);
	assert.ok(picture);
	assertDrawn(picture);
	const words = texts(picture);
	assert.ok(words.indexOf("all") < words.indexOf("c=UA") && words.indexOf("c=UA") < words.indexOf("c=AA"));
	assert.ok(words.includes("NaN"), "a slice has some");
	assert.equal(words.filter((one) => one === "12.5%").length, 2, "of UA are NULL, and as many NaN");
	assert.equal(styled(picture, "part").length, 3);
	assert.match(picture.says, /^all: have a value 95 \(95%\), NULL 5 \(5%\), NaN 0 \(0%\); least have a value in c=UA, 75%$/);
	const [alone] = chartsOf(result({ charts: [whole] }), 560);
	assert.ok(alone && texts(alone).includes("delay") && !texts(alone).includes("NaN"), "no part that nothing has");
	const [sides] = chartsOf(result({ charts: [chart("parts", ["current", "reference"], [[9, 9], [1, 1]], ["have a value", "missing"])] }), 560);
	assert.ok(sides && styled(sides, "current").length === 3 && styled(sides, "reference").length === 2, "the reference is grey");
	const many = Array.from({ length: 40 }, (_, i) => of(`c=${i}`, [[i], [40 - i]], ["have a value", "NULL"]));
	const [cut] = chartsOf(result({ charts: [whole] }), 560, many);
	assert.ok(cut && texts(cut).includes("17 more slices are left out") && texts(cut).includes("c=0") && !texts(cut).includes("c=39"));
	const [narrow] = chartsOf(result({ charts: [chart("parts", ["rows"], [[90], [8], [2]], ["hold", "do not hold", "NULL"])] }), 300);
	assert.ok(narrow && texts(narrow).includes("do not hold") && !texts(narrow).includes("NULL"), "room for one number");
});

test("slices of a result are known by their names", () => {
	const of = (name: string, slice: string | null): Result => result({ name, slice });
	const whole = of("s/not_null[delay]", null);
	const results = [whole, of("s/not_null[delay][c=AA]", "c=AA"), of("s/not_null[other][c=AA]", "c=AA"), of("s/not_null[delay]x", null)];
	const run = { results } as unknown as Run;
	assert.deepEqual(slicesOf(run, whole).map((one) => one.name), ["s/not_null[delay][c=AA]"]);
	assert.deepEqual(slicesOf(run, results[1]!), [], "a slice has none");
});

test("a histogram's outer ranges are drawn as wide as the others", () => {
	const [picture] = chartsOf(result({ charts: [chart("histogram", ["from", "to", "rows"], [[-1000, 0, 10], [0, 10, 60], [10, 20, 20], [20, 5000, 10]])] }), 400);
	assert.ok(picture);
	const widths = styled(picture, "current").map((one) => Number(one.attributes["width"]));
	assert.ok(widths.length === 4 && Math.max(...widths) - Math.min(...widths) < 0.2, String(widths));
	assert.match(picture.says, /−1,000 to 5,000; most share of rows, 60%, from 0 to 10/);
});

test("classes: a small picture for each, with guessing", () => {
	const rows = [[0, 0], [0.2, 0.7], [1, 1], [0, 0], [1, 1]];
	const [picture] = chartsOf(result({ charts: [chart("roc_by_class", ["false_positive_rate", "true_positive_rate"], rows, ["a", "a", "a", "b", "b"])] }), 400);
	assert.ok(picture);
	assert.deepEqual(texts(picture).slice(1), ["a", "b"]);
	assert.equal(styled(picture, "current").length, 2);
	assert.equal(styled(picture, "reference dashed").length, 2);
	const [share] = chartsOf(result({ charts: [chart("precision_recall_by_class", ["recall", "precision"], [[0.5, 1], [1, 0.25]], ["a", "a"])] }), 400);
	assert.match(share?.says ?? "", /shares of the rows: a 25%/);
});

test("charts that are odd or of later versions do no harm", () => {
	const odd = [
		chart("of 2030", ["x"], [[1]]),
		chart("toString", ["x"], [[1]]),
		chart("bins", ["current", "reference"], []),
		chart("bins", ["current", "reference"], [[0, 0]], ["none"]),
		chart("confusion", ["a", "b"], [[0, 0], [0, 0]], ["a", "b"]),
		chart("slices", ["value", "rows"], [[0, 1]], ["only"]),
		chart("parts", ["rows"], [[0], [0]], ["hold", "do not hold"]),
		chart("parts", ["rows"], [[1]]),
		chart("histogram", ["from", "to", "rows"], [[0, 1, 0], [1, 2, 0]]),
		chart("roc_by_class", ["x"], [[0]]),
	];
	const pictures = chartsOf(result({ charts: odd }), 400);
	assert.equal(pictures.length, 7);
	for (const one of pictures) assertDrawn(one);
});

test("texts are children, whatever they hold", () => {
	const evil = "'</title><script>alert(1)</script>'";
	const [picture] = chartsOf(result({ charts: [chart("bins", ["current", "reference"], [[1, 0]], [evil])] }), 560);
	assert.ok(picture);
	for (const one of all(picture.drawing)) assert.match(one.tag, /^(svg|text|rect|line|path|circle|title)$/);
});
