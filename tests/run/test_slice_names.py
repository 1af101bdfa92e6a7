"""Every test case has a name of its own, whatever a column holds, and a run that was written can be read."""

import xml.etree.ElementTree

from support import program, spec_run

# A NULL, the text that says so, the same in quotes, signs that no report shows, texts that begin alike, and
# a slice with a name that looks like a value's.
VALUES = [None, "NULL", "'NULL'", "''NULL''", "'", "", " ", "null", "NU\x01LL", "NU\x02LL", "NU\\x01LL", "a\nb",
    "a b", "a\tb", "##vso[task.complete]", "]", "[g=x]", "x" * 3000, "x" * 3000 + "y", "(2)", "x (2)", "x"]
SPEC = """version: 1
model: m
data: {d: d.parquet}
suites:
  s:
    on: d
    checks:
    - range: {column: v, from: 0, to: 10, slices: [g, {name: g=x, where: "v = 1"}, {name: g=NULL, where: "v = 1"}]}
    - mean: {column: v, max: 10, slices: [g]}
    - not_null: {column: v, baseline: {file: base.json}, max_drop: 0, slices: [g], baseline_missing: pass}
"""


def test_slice_names(place):
    spec_run.parquet(place, "d.parquet", {"g": VALUES, "v": [1] * len(VALUES)})
    code, results = spec_run.results(place, SPEC, "--junit", "j.xml")
    assert code == 0, f"exit {code}: {results.get('stderr')}"
    assert len(results) == 3 * (len(VALUES) + 1) + 2, f"{len(results)} results"
    for name in ("s/range[v][g=NULL]", "s/range[v][g='NULL']", "s/range[v][g='''NULL''']"):
        assert name in results, f"no {name}"
    cases = [case.get("name") for case in xml.etree.ElementTree.parse(place.work / "j.xml").iter("testcase")]
    assert len(set(cases)) == len(cases) == len(results), f"JUnit has {len(set(cases))} names of {len(cases)}"
    again = program.run(place, ["report", "r.json", "--json", "again.json"])
    assert again.returncode == 0, f"report: {again.stderr.decode()}"
    assert (place.work / "again.json").read_bytes() == (place.work / "r.json").read_bytes(), "the run changed"
    # each finds itself in a baseline
    (place.work / "base.json").write_bytes((place.work / "r.json").read_bytes())
    code, results = spec_run.results(place, SPEC)
    lost = [name for name, r in results.items() if r["kind"] == "not_null" and not r["baseline"]]
    assert code == 0 and not lost, f"exit {code}; without a baseline: {lost}"
