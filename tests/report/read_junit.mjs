// Reads JUnit XML with two packages that others wrote and prints what they saw as JSON.
// The packages lie where NODE_PATH says, which only require() looks at.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const require = createRequire(import.meta.url);
const { parse } = require("test-results-parser");
const junit2json = await import(require.resolve("junit2json")); // a module only: older Node cannot require it

const path = process.argv[2];
const parsed = parse({ type: "junit", files: [path] });
const cases = parsed.suites.flatMap((suite) => suite.cases);
const tally = (status) => cases.filter((c) => c.status === status).length;

const plain = await junit2json.parse(readFileSync(path, "utf8"));
const tests = (plain.testsuite ?? []).flatMap((suite) => suite.testcase ?? []);

console.log(
  JSON.stringify({
    "test-results-parser": {
      total: cases.length,
      failed: tally("FAIL"),
      skipped: tally("SKIP"),
      passed: tally("PASS"),
      names: cases.map((c) => c.name),
      messages: cases.filter((c) => c.status === "FAIL").map((c) => c.failure),
    },
    junit2json: {
      total: tests.length,
      failed: tests.filter((t) => t.failure || t.error).length,
      skipped: tests.filter((t) => t.skipped).length,
      passed: tests.filter((t) => !t.failure && !t.error && !t.skipped).length,
      names: tests.map((t) => t.name),
      messages: tests.flatMap((t) => (t.failure ?? t.error ?? []).map((f) => f.message)),
    },
  }),
);
