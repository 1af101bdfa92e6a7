"""Slices without the whole, and what no rows mean in a whole file: neither makes a check that holds nothing."""
# program: plain

from support import spec_run

HEAD = ("version: 1\nmodel: m\n{top}data: {{d: d.parquet, none: {{path: d.parquet, where: 'false'}}}}\nsuites:\n  s:\n"
    "    on: {on}\n{suite}    checks:\n")
MEAN = "    - mean: {name: m, column: v, min: 2, slices: [g, {name: big, where: 'v > 1'}]OVERALL}\n"


def spec(checks, on="d", top="", suite=""):
    return HEAD.format(on=on, top=top, suite=suite) + checks


def test_overall(place):
    spec_run.parquet(place, "d.parquet", {"g": ["a", "a", "b", "b"], "v": [1, 2, 3, 4]})

    def cases(text):
        code, results = spec_run.results(place, text)
        return code, {name.partition("/m[v]")[2]: r["verdict"]
            for name, r in results.items()} if "stderr" not in results else results

    parts = {"[g=a]": "fail", "[g=b]": "pass", "[big]": "pass"}
    assert cases(spec(MEAN.replace("OVERALL", ""))) == (1, {"": "pass", **parts}), "the whole beside its slices"
    only = spec(MEAN.replace("OVERALL", ", overall: false"))
    assert cases(only) == (1, parts), f"slices alone: {cases(only)}"
    only = spec(MEAN.replace("OVERALL", ""), suite="    overall: false\n")
    assert cases(only) == (1, parts), f"slices alone, said by the suite: {cases(only)}"
    both = spec(MEAN.replace("OVERALL", ", overall: true"), suite="    overall: false\n")
    assert cases(both) == (1, {"": "pass", **parts}), f"the check against its suite: {cases(both)}"
    mixed = spec(MEAN.replace("OVERALL", "") + "    - row_count: {min: 1}\n", suite="    overall: false\n")
    code, results = spec_run.results(place, mixed)
    assert results["s/row_count"]["verdict"] == "pass", "a check without slices is of all rows"
    # nothing to slice, and only slices that are too small: nothing was held, so it is no pass
    none = spec(MEAN.replace("OVERALL", ", overall: false"), on="none")
    assert cases(none) == (3, {"[g]": "error", "[big]": "error"}), f"no rows to slice: {cases(none)}"
    small = spec(MEAN.replace("OVERALL", ", overall: false, min_rows: 9"))
    assert cases(small)[0] == 3, f"all slices too small: {cases(small)}"

    # what no rows mean: the check's word, else its suite's, else the file's
    mean = "    - mean: {column: v, min: 2SAID}\n"
    for top, suite, said, wanted in [("", "", "", "error"), ("fail", "", "", "fail"), ("pass", "", "", "pass"),
            ("pass", "fail", "", "fail"),
            ("fail", "pass", "", "pass"), ("pass", "pass", "fail", "fail"), ("error", "fail", "pass", "pass"),
            ("pass", "error", "", "error")]:
        text = spec(mean.replace("SAID", f", on_empty: {said}" if said else ""), on="none",
            top=f"on_empty: {top}\n" if top else "", suite=f"    on_empty: {suite}\n" if suite else "")
        code, results = spec_run.results(place, text)
        found = results.get("s/mean[v]", {}).get("verdict")
        assert found == wanted, f"on_empty {top}/{suite}/{said}: {found}, not {wanted}: {results}"
