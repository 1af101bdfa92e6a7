/** Numbers as people read them, and what search finds. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { inUnit, numberOf, percent, short } from "../src/data/run";
import { matches, wordsOf } from "../src/pages/search";
import { limit, result } from "./sample";

test("numbers of run.json", () => {
	assert.equal(numberOf("Infinity"), Infinity);
	assert.equal(numberOf("-Infinity"), -Infinity);
	assert.ok(Number.isNaN(numberOf(null)) && Number.isNaN(numberOf(undefined)));
	assert.equal(numberOf(0), 0);
});

test("as many digits as matter", () => {
	const cases: [number, string][] = [[0.3318123, "0.3318"], [50000, "50,000"], [123456789, "123,456,789"], [0, "0"],
		[-0.5, "−0.5"], [0.00001234, "1.23e−5"], [NaN, ""], [Infinity, "∞"], [12.3456, "12.35"]];
	for (const [value, text] of cases) assert.equal(short(value), text);
	assert.equal(percent(0.12345), "12.3%");
});

test("numbers in the unit of their result", () => {
	assert.equal(inUnit(result({ unit: "share" }), 0.9949), "99.49%");
	assert.equal(inUnit(result({ limits: [limit("min", 0.5, { as_percent: true })] }), 0.5), "50%");
	assert.equal(inUnit(result({ unit: "seconds" }), 7200), "2 h");
	assert.equal(inUnit(result(), 0.25), "0.25");
});

test("every word is searched, in whatever order and case", () => {
	const words = wordsOf(result());
	for (const query of ["", "psi", "DELAY drift", "nightly flights-ds", "train"]) assert.ok(matches(words, query), query);
	for (const query of ["ks", "delay origin"]) assert.ok(!matches(words, query), query);
});
