/** The pages of a site: what they make of their data, without a browser. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { change } from "../src/charts/change";
import { cellAt, heatMap, roomOf } from "../src/charts/heat";
import { history, rangesOf } from "../src/charts/history";
import { spark } from "../src/charts/spark";
import { strip } from "../src/charts/strip";
import { timeTicks } from "../src/charts/time";
import { format, parse } from "../src/data/address";
import { pairsOf, sideOf, sidesOf } from "../src/data/compare";
import { driftOf, driftTracks } from "../src/data/drift";
import { estimatePairs } from "../src/data/estimates";
import { inOrder, isShown, rowsOf, stagesOf, wholeOf } from "../src/data/fleet";
import { questionOf, reach } from "../src/data/lineage";
import { Months } from "../src/data/months";
import { worstFirst, lastRun, countedRun, boundsAt, join, since, type Track } from "../src/data/series";
import { ago, DAY, daysUnwell, span, stateAt, timeOf, type Decisions, type Fleet, type Model, type Month } from "../src/data/site";
import { movesOf, versionAt } from "../src/data/versions";
import { difference, inUnitOf, isBetter } from "../src/data/words";
import { lookOf } from "../src/pages/events";
import { verdictOf } from "../src/pages/model";
import { matches } from "../src/pages/search";
import { groupsOf } from "../src/pages/slices";
import { around, opening, type Box } from "../src/pages/zoom";
import { all, assertDrawn, styled, texts } from "./drawn";

const sample = <T>(name: string): T => JSON.parse(readFileSync(`${process.env["MODELGATE_SOURCE"] ?? "."}/tests/web/site-sample/${name}.json`, "utf8")) as T;
const fleet = sample<Fleet>("fleet");
const model = sample<Model>("churn");
const older = sample<Month>("churn-2026-07");
const built = Date.parse(fleet.built);
const { series, events } = join(model.months);
const prd = series.find((one) => one.stage === "PRD")!;
const trackOf = (part: string): Track => prd.tracks.find((one) => one.id.includes(part))!;

test("what is wrong stands first", () => {
	const rows = rowsOf(fleet, built);
	assert.deepEqual(inOrder(rows, {}, () => 0).map((row) => row.state), ["error", "late", "warn", "none"]);
	assert.equal(rows.find((row) => row.entry.stages.length === 0)?.state, "none", "a model that nobody ever ran is not green");
	assert.deepEqual(inOrder(rows, { order: "name" }, () => 0).map((row) => row.entry.name), ["churn", "forecast", "fraud", "models/geo:geo"]);
	assert.ok(stagesOf(fleet).includes("PRD") && stagesOf(fleet).includes(null));
});

test("filters are kept together: owner, stage, tag, state and text", () => {
	const rows = rowsOf(fleet, built);
	const names = (view: Record<string, string>): string[] => rows.filter((row) => isShown(row, view, matches)).map((row) => row.entry.name);
	assert.deepEqual(names({ tag: "money" }), ["fraud"]);
	assert.deepEqual(names({ owner: "growth team" }), ["churn"]);
	assert.deepEqual(names({ stage: "PRD" }), ["churn", "fraud"]);
	assert.deepEqual(names({ stage: "PRD", state: "late" }), ["fraud"]);
	assert.deepEqual(names({ q: "DISTANCE psi" }), ["churn"]);
	assert.deepEqual(names({ q: "nobody" }), []);
});

test("silence is never green: a run that came due since the site was built is late", () => {
	const stage = fleet.models.flatMap((one) => one.stages).find((one) => one.every === 86400 && !one.late)!;
	const green = { ...stage, state: "pass" as const };
	assert.equal(stateAt(green, built), "pass");
	assert.equal(stateAt(green, built + 3 * DAY), "late");
	assert.equal(stateAt({ ...green, state: "fail" }, built + 3 * DAY), "fail", "what failed is not hidden by that");
	const justDue = { ...green, next: new Date(built - DAY / 24).toISOString() };
	assert.equal(stateAt(justDue, built), "pass", "a quarter of the rhythm is forgiven");
	assert.equal(stateAt(justDue, built + DAY), "late", "what was due before the site was built does not stay forgiven");
	assert.equal(timeOf({ ...fleet, fixed: true }, built + 3 * DAY), built, "a site of another day stays as it is");
	assert.equal(stateAt({ ...green, next: null, every: null }, built + 300 * DAY), "pass");
});

test("all are well only where every model was run and nothing is found to be wrong", () => {
	const entry = fleet.models.find((one) => one.stages.length > 0)!;
	const stage = { ...entry.stages[0]!, state: "pass" as const, next: null };
	const passed = { ...entry, stages: [stage] };
	const whole = (models: Fleet["models"], findings: Fleet["findings"] = []): unknown => wholeOf({ ...fleet, models, findings }, rowsOf({ ...fleet, models }, built));
	assert.deepEqual(whole([passed]), { state: "pass", unwell: 0, found: 0 });
	assert.deepEqual(whole([passed, { ...entry, stages: [] }]), { state: "none", unwell: 1, found: 0 }, "a model that was never run");
	assert.deepEqual(whole([passed, { ...entry, stages: [{ ...stage, state: "warn" }] }, { ...entry, stages: [] }]), { state: "none", unwell: 1, found: 0 });
	const tag = { kind: "broken-tag" as const, look: "fail" as const, model: "churn", stage: null, time: null, text: "x", page: null };
	assert.deepEqual(whole([passed], [tag, { ...tag, look: "warn" }]), { state: "fail", unwell: 0, found: 1 }, "a tag that does not hold");
	assert.deepEqual(whole([], []), { state: "none", unwell: 0, found: 0 });
});

test("a model that passes is well only where nothing is found to be wrong", () => {
	const stage = { ...model.model.stages[0]!, state: "pass" as const, days: "p".repeat(30) };
	const tag = { kind: "broken-tag" as const, look: "fail" as const, model: "churn", stage: null, time: null, text: "x", page: null };
	assert.deepEqual(verdictOf({ ...model, findings: [{ ...tag, look: "warn" }] }, stage, "pass"), { state: "pass", words: "is well" });
	assert.deepEqual(verdictOf({ ...model, findings: [tag, { ...tag, look: "error" }] }, stage, "pass"), { state: "error", words: "passed, and has 2 findings to look at" });
	assert.equal(verdictOf({ ...model, findings: [tag] }, stage, "fail").state, "fail");
	assert.deepEqual(verdictOf({ ...model, findings: [] }, undefined, "none"), { state: "none", words: "has never been run" });
});

test("what a stage looks like is what the run that counts says, not one of some checks that came after it", () => {
	const stage = model.model.stages.find((one) => one.stage === "PRD")!;
	const counted = countedRun(prd, stage);
	assert.equal(prd.runs[counted]?.record, stage.last?.record);
	const part = { ...prd.runs[counted]!, record: "churn/PRD/2026/11/30/235959Z-part.run.json.gz", selection: "kind:psi", verdict: "pass" as const };
	const longer = { ...prd, runs: [...prd.runs, part], times: [...prd.times, Date.parse("2026-11-30T23:59:59Z")] };
	assert.equal(countedRun(longer, stage), counted);
	const failed = { ...trackOf("psi"), verdicts: `${"p".repeat(counted)}f-` };
	assert.equal(lastRun(failed, 0, counted), counted);
	assert.deepEqual(worstFirst([{ ...failed, verdicts: `${"p".repeat(counted + 1)}p` }, failed], counted)[0], failed);
	assert.equal(countedRun(prd, { ...stage, last: null }), -1);
	assert.equal(countedRun(prd, undefined), -1);
});

test("for how long a stage has not been well", () => {
	assert.deepEqual(daysUnwell(`${"p".repeat(20)}--wwffff-ff`), { days: 9, all: false });
	assert.deepEqual(daysUnwell("p".repeat(30)), { days: 0, all: false });
	assert.deepEqual(daysUnwell("f".repeat(30)), { days: 30, all: true });
	assert.deepEqual(daysUnwell("-".repeat(30)), { days: 0, all: false });
	assert.equal(ago("2026-11-30T06:00:00Z", Date.parse("2026-11-30T08:10:00Z")), "2 hours ago");
	assert.deepEqual([span(90_000), span(DAY), span(3 * DAY), span(90 * DAY), span(5)], ["1 minute", "24 hours", "3 days", "3 months", "a moment"]);
});

test("the strip says its days in words, and what is wrong is taller", () => {
	const picture = strip("pppwf-mee");
	assertDrawn(picture);
	assert.equal(picture.says, "9 days: 3 pass, 1 warn, 1 fail, 1 without a run, 1 missed, 2 error");
	assert.match(styled(picture, "day fail")[0]?.attributes["d"] ?? "", /v16/);
	assert.match(styled(picture, "day pass")[0]?.attributes["d"] ?? "", /v6/);
});

test("months join in their order, whichever came first", () => {
	const late = join([...model.months, older]).series.find((one) => one.stage === "PRD")!;
	const early = join([older, ...model.months]).series.find((one) => one.stage === "PRD")!;
	assert.deepEqual(late.times, early.times);
	assert.ok(late.runs.length > prd.runs.length);
	assert.deepEqual([...late.times].sort((a, b) => a - b), late.times);
	for (const track of late.tracks) {
		assert.equal(track.values.length, late.runs.length, track.id);
		assert.equal(track.verdicts.length, late.runs.length, track.id);
	}
	const twice = join([...model.months, ...model.months]).series.find((one) => one.stage === "PRD")!;
	assert.equal(twice.runs.length, prd.runs.length);
});

test("numbers stand at their run, and limits from theirs on, over the edge of a month", () => {
	const check = (values: number[], limits: [number, number][], digest: string): Month["stages"][number]["checks"][number] => ({
		id: "a/x", suite: "a", kind: "x", column: null, slice: null, unit: "", better: "lower", definition: "x/1", data: null,
		limits: limits.map(([from, max]) => ({ from, min: null, max, warn_min: null, warn_max: null, text: `max ${max}` })),
		measures: [{ from: 0, digest }], values: [...values.slice(0, 1), "Infinity"], verdicts: "pf", notes: [{ at: 1, text: "too much" }],
	});
	const run = (day: string): Month["stages"][number]["runs"][number] => ({ ...prd.runs[0]!, time: `${day}T00:00:00Z` });
	const month = (name: string, checks: Month["stages"][number]["checks"]): Month => ({ format: "modelgate.month/1", model: "m", month: name,
		stages: [{ stage: null, runs: [run(`${name}-01`), run(`${name}-02`)], checks }], events: [] });
	const [one] = join([month("2026-01", []), month("2026-02", [check([1], [[0, 2]], "a")]), month("2026-03", [check([3], [[0, 2], [1, 5]], "b")])]).series;
	const track = one!.tracks[0]!;
	assert.deepEqual(track.values, [NaN, NaN, 1, Infinity, 3, Infinity]);
	assert.equal(track.verdicts, "--pfpf");
	assert.deepEqual(track.bounds.map((bound) => [bound.from, bound.max]), [[2, 2], [5, 5]]);
	assert.equal(boundsAt(track, 1), undefined);
	assert.deepEqual(track.breaks, [4], "from March on it measures something else");
	assert.deepEqual([...track.notes], [[3, "too much"], [5, "too much"]]);
	assertDrawn(history(one!, track, [], { width: 400, height: 120, first: 0, until: Date.parse("2026-03-03"), large: true }));
});

test("a check over time: its limit as a band, releases on the same axis, its last number at its end", () => {
	const track = trackOf("psi[column=distance]");
	const moves = movesOf(events, "PRD");
	for (const width of [260, 600, 1200])
		for (const large of [false, true]) {
			const picture = history(prd, track, moves, { width, height: 160, first: 0, until: built, large });
			assertDrawn(picture);
			assert.ok(styled(picture, "band limit").length > 0 && styled(picture, "band warn").length > 0);
			assert.ok(texts(picture).some((one) => one === "max 0.2"), "the number of the limit stands at its edge");
			assert.ok(width < 600 || texts(picture).some((one) => one.includes("v1.3.0")), "the version stands at its mark");
			assert.ok(texts(picture).includes(inUnitOf(track, track.values[track.values.length - 1]!)));
		}
	const { y } = rangesOf(prd, track, { width: 400, height: 160, first: 0, until: built, large: false });
	assert.ok(y.from <= 0.02 && y.to >= 0.2);
	const nothing = history({ ...prd, times: [], runs: [] }, { ...track, values: [], verdicts: "", breaks: [] }, [], { width: 400, height: 100, first: 0, until: built, large: true });
	assertDrawn(nothing);
	assert.match(nothing.says, /nothing measured/);
	for (const one of prd.tracks) assertDrawn({ ...spark(prd, one, 0, built), says: "hidden" });
});

test("which version stood there when", () => {
	const moves = movesOf(events, "PRD");
	assert.equal(versionAt(moves, Date.parse("2026-11-10T00:00:00Z")), "v1.3.0");
	assert.equal(versionAt(moves, Date.parse("2026-11-21T00:00:00Z")), "v1.2.0", "rolled back");
	assert.equal(versionAt(moves, 0), undefined);
});

test("drift: columns by days, and what broke its limit is to be seen", () => {
	const heat = driftOf(prd, driftTracks(prd), since(prd, built - 40 * DAY), built);
	assert.ok(heat.names.includes("distance") && heat.days >= 40);
	const picture = heatMap(heat, 800);
	assertDrawn(picture);
	assert.ok(styled(picture, "heat broken").length === 1);
	assert.deepEqual(cellAt(heat, 800, 100, 5), undefined, "a name is no day");
	assert.deepEqual(cellAt(heat, 800, 799, 5), { row: 0, day: heat.days - 1 });
	const measured = heat.verdicts.flatMap((row) => [...row]).filter((one) => one !== "-").length;
	for (const [width, gap] of [[800, 1], [250, 0]] as const) {
		const boxes = [...all(heatMap(heat, width).drawing)].filter((one) => one.attributes["class"]?.startsWith("heat ")).flatMap((one) => one.attributes["d"]!.match(/h[\d.]+v/g)!.map((h) => parseFloat(h.slice(1)) + gap));
		assert.ok(gap ? boxes.length === measured : boxes.length < measured / 2, "days that touch and are alike are one box");
		const days = boxes.reduce((a, b) => a + b, 0) / roomOf(heat, width).cell;
		assert.ok(Math.abs(days - measured) < measured / 20, `each measured day has its room: ${days} of ${measured}`);
	}
});

test("slices stand beside their whole", () => {
	const whole = { ...trackOf("psi"), id: "a/auc", slice: null, suite: "a", kind: "auc" };
	const slices = ["x=1", "x=2"].map((slice) => ({ ...whole, id: `a/auc[${slice}]`, slice }));
	const [group] = groupsOf([whole, ...slices]);
	assert.equal(group?.whole, whole);
	assert.equal(group?.slices.length, 2);
});

test("two runs side by side: what fell stands first", () => {
	const bad = prd.runs.findIndex((run) => run.verdict === "fail");
	const good = prd.runs.findIndex((run) => run.verdict === "pass");
	const pairs = pairsOf({ series: prd, run: good }, { series: prd, run: bad });
	assert.equal(pairs.length, prd.tracks.length);
	assert.ok(pairs[0]!.before === "p" && "wfe".includes(pairs[0]!.after));
	assert.equal(sideOf(series, "PRD@")?.run, prd.runs.length - 1);
	assert.equal(sideOf(series, `PRD@${prd.runs[3]!.seal.slice(7, 19)}`)?.run, 3);
	assert.equal(sideOf(series, "PRD@000000000000"), undefined);
	assert.equal(sideOf(series, "nowhere@"), undefined);
	const last = prd.runs.length - 1;
	const seal = prd.runs[last]!.seal.slice(7, 19);
	const runs = (from: string, to: string): (number | undefined)[] => sidesOf(series, from, to).map((one) => one?.run);
	assert.deepEqual(runs("PRD@", "PRD@"), [last - 1, last], "a stage beside itself: the run before");
	assert.deepEqual(runs(`PRD@${seal}`, "PRD@"), [last, last], "but for one who asks for that very run");
	assert.deepEqual(runs("PRD@", "nowhere@"), [last, undefined]);
	for (const pair of pairs) for (const one of all(change(pair.from, pair.to, pair.bounds)))
		for (const value of Object.values(one.attributes)) assert.doesNotMatch(value, /NaN|Infinity/);
});

test("differences have their sign and unit, and say whether they are for the better", () => {
	assert.equal(difference({ unit: "" }, 0.2, 0.35), "+0.15");
	assert.equal(difference({ unit: "share" }, 0.5, 0.48), "−2 points");
	assert.equal(difference({ unit: "" }, NaN, 1), "–");
	assert.equal(difference({ unit: "" }, 1, 1), "0");
	assert.equal(isBetter({ better: "lower" }, 1, 2), false);
	assert.equal(isBetter({ better: "higher" }, 1, 2), true);
	assert.equal(isBetter({ better: "either" }, 1, 2), undefined);
	assert.equal(isBetter({ better: "higher" }, 1, 1), undefined);
});

test("older months are known to be missing, and read when they are asked for", async () => {
	const months = new Months(model);
	assert.deepEqual(months.missing(-Infinity), ["2026-07"]);
	assert.deepEqual(months.missing(built - 30 * DAY), []);
	const answer = (body: string, status = 200): void => void (globalThis.fetch = () => Promise.resolve(new Response(body, { status })));
	answer("gone", 404);
	await assert.rejects(months.load(["2026-07"], (path) => path), /2026-07.json: HTTP 404/);
	answer("<html>");
	await assert.rejects(months.load(["2026-07"], (path) => path), /not a month of this site's format/);
	answer(JSON.stringify(older));
	await months.load(["2026-07"], (path) => path);
	assert.deepEqual(months.missing(-Infinity), []);
	assert.equal(months.all.length, model.months.length + 1);
});

test("an address holds what is chosen, whatever it is called", () => {
	const view = { check: "drift/psi[a=1&b=2]#x", q: "ä +", stage: "no stage" };
	assert.deepEqual(parse(format(view)), view);
	assert.equal(format({ q: "", stage: "" }), "");
	assert.deepEqual(parse(""), {});
});

test("ticks stand at days, weeks or months, never too many", () => {
	for (const days of [1, 5, 30, 92, 365, 2000])
		for (const most of [1, 3, 8, 18]) assert.ok(timeTicks(built - days * DAY, built, most).length <= most + 1, `${days} days, ${most}`);
	assert.deepEqual(timeTicks(0, 0, 5), []);
	assert.deepEqual(timeTicks(NaN, NaN, 5), []);
	assert.ok(timeTicks(Date.parse("2025-11-01"), Date.parse("2026-03-01"), 5).some((tick) => tick.words === "2026"));
});

test("a graph is walked both ways, round a circle too", () => {
	const edge = (from: string, to: string): { from: string; to: string; words: string } => ({ from, to, words: "" });
	const lineage = { nodes: new Map(), edges: [edge("data:a", "run:1"), edge("run:1", "stage:x"), edge("data:b", "run:2"), edge("stage:x", "data:a")] };
	assert.deepEqual([...reach(lineage, "run:2", "back")].sort(), ["data:b", "run:2"]);
	assert.deepEqual([...reach(lineage, "data:b", "on")].sort(), ["data:b", "run:2"]);
	assert.equal(reach(lineage, "run:1", "both").size, 3);
	assert.equal(questionOf("stage").way, "back");
	assert.equal(questionOf("data").way, "on");
});

test("overrides and withdrawals are to be seen among decisions", () => {
	const { events: trail } = sample<Decisions>("decisions");
	assert.deepEqual([...new Set(trail.filter((one) => lookOf(one) === "warn").map((one) => one.kind))].sort(), ["promotion", "withdrawal"]);
	const good = trail.find((one) => one.kind === "promotion" && one.decision === "passed")!;
	assert.equal(lookOf(good), "pass");
	assert.equal(lookOf({ ...good, decision: null }), "warn", "a tag by hand: no gate let it through");
	assert.equal(lookOf({ ...good, problem: "its evidence is that of another tag" }), "fail");
});

test("a drawing begins whole where that can be read, else with its right end", () => {
	const whole = { x: -28, y: -28, width: 1886, height: 922 };
	assert.deepEqual(opening(whole, { width: 943, height: 461 }), around(whole, { width: 943, height: 461 }));
	const phone = opening(whole, { width: 366, height: 500 });
	assert.equal(phone.width, 488);
	assert.equal(phone.x + phone.width, whole.x + whole.width);
	const middle = (box: Box): number[] => [box.x + box.width / 2, box.y + box.height / 2];
	const tall = around(whole, { width: 366, height: 500 });
	assert.ok(Math.abs(tall.height / tall.width - 500 / 366) < 1e-9 && tall.width >= whole.width && tall.height >= whole.height);
	assert.deepEqual(middle(tall).map(Math.round), middle(whole));
	assert.deepEqual(opening(whole, { width: 0, height: 0 }), whole, "a page that is not shown");
});

test("an estimate is dashed beside what came about, and both have their name at their end", () => {
	const track = trackOf("psi[column=distance]");
	const of = (id: string, definition: string, more: Partial<Track> = {}): Track => ({ ...track, id, suite: "s", kind: "f1", definition, ...more });
	const realized = of("s/f1", "f1/positive");
	const estimated = of("s/expected", "f1/positive/cbpe-isotonic", { values: track.values.map((value) => value + 0.001) });
	const others = [of("s/auc", "roc_auc/x/cbpe-isotonic", { kind: "roc_auc" }), of("t/f1", "f1/positive", { suite: "t" }), of("s/f1[x]", "f1/positive", { slice: "x" })];
	assert.deepEqual(estimatePairs([realized, estimated, ...others]).map((pair) => [pair.realized.id, pair.estimated.id]), [["s/f1", "s/expected"]]);
	for (const width of [260, 600]) {
		const frame = { width, height: 148, first: 0, until: built, large: false };
		const picture = history(prd, realized, [], frame, estimated);
		assertDrawn(picture);
		assert.ok(styled(picture, "current dashed").length >= 1 && styled(picture, "current").length >= 1);
		const names = [...all(picture.drawing)].filter((one) => one.tag === "text" && /^(realized|estimated)/.test(one.children.join("")));
		const styles = names.map((one) => one.attributes["class"] ?? "").sort();
		assert.match(styles.join(), /^label last (pass|warn|fail),label quiet$/, "each has its colour, in the dark too");
		const [a, b] = names.map((one) => Number(one.attributes["y"]));
		assert.ok(Math.abs(a! - b!) >= 12, "one name is not on the other");
		assert.match(picture.says, /; estimated: s\/expected: /);
	}
	const { y } = rangesOf(prd, realized, { width: 400, height: 160, first: 0, until: built, large: false }, { ...estimated, values: track.values.map(() => 9) });
	assert.ok(y.to > 9, "one axis holds both");
});
