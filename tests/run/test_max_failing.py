"""So many rows may fail: counted by hand in every value check, beside a share, as a warning, and said in all
reports."""
# program: plain

import xml.etree.ElementTree

from support import program, spec_run

N = 1000
V = [i if i % 40 else None for i in range(N)]  # 25 NULLs
F = [float("nan") if i < 3 else float("inf") if i < 5 else float(i) for i in range(N)]
COLUMNS = {"v": V, "f": F, "id": list(range(N - 10)) + [0] * 10, "t": ["ab"] * 980 + ["abc"] * 20,
    "g": ["a"] * 990 + ["b"] * 10, "key": [i % 97 for i in range(N)]}
BELOW_900 = sum(v is not None and v < 900 for v in V)
OVER = N - sum(v is None for v in V) - BELOW_900
# check without its limits, rows that fail
CHECKS = [
    ("not_null: {column: v", 25),
    ("is_null: {column: v", 975),
    ("range: {column: v, from: 0, below: 900", OVER),
    ("range: {column: v, from: 0, below: 900, nulls: fail", OVER + 25),
    ("range: {column: v, from: 0, below: 900, nulls: pass", OVER),
    ("range: {column: f, from: 0", 3),
    ("range: {column: f, from: 0, to: 2000", 5),
    ("one_of: {column: t, values: [ab]", 20),
    ("not_one_of: {column: t, values: [abc]", 20),
    ("matches: {column: t, pattern: '^..$'", 20),
    ("not_matches: {column: t, pattern: c", 20),
    ("length: {column: t, to: 2", 20),
    ("unique: {column: id", 11),
    ("unique: {key: [id, t]", 1000 - len({(i if i < 990 else 0, "ab" if i < 980 else "abc") for i in range(N)}) + 1),
    ("foreign_key: {column: key, to: {data: few, column: key}", sum(i % 97 > 89 for i in range(N))),
    ("row_rule: {expr: 'v < 900'", OVER),
    ("not_null: {column: v, where: 'id = 1'", 0),
]
HEAD = ("version: 1\nmodel: m\ndata: {d: d.parquet, few: {path: d.parquet, where: 'key < 90'}, none: {path: "
    "d.parquet, where: 'false'}}\nsuites:\n  s:\n    on: d\n    checks:\n")


def test_max_failing(place):
    spec_run.parquet(place, "d.parquet", COLUMNS)
    lines, wanted = [], {}

    def add(text, limits, verdict):
        name = f"c{len(wanted)}"
        lines.append(f"    - {text.replace('{', '{name: ' + name + ', ', 1)}, {limits}}}\n")
        wanted[name] = (verdict, f"{text}, {limits}")

    for text, fail in CHECKS:
        add(text, f"max_failing: {fail}", "pass")
        if fail:
            add(text, f"max_failing: {fail - 1}", "fail")
            add(text, f"warn: {{max_failing: {fail - 1}}}", "warn")
    nulls = CHECKS[0][0]
    add(nulls, "min: 97%, max_failing: 25", "pass")
    add(nulls, "min: 98%, max_failing: 25", "fail")
    add(nulls, "min: 97%, max_failing: 24", "fail")
    add(nulls, "min: 97%, warn: {max_failing: 24}", "warn")
    add(nulls, "max_failing: 25, warn: {min: 98%}", "warn")
    add(nulls, "max_failing: 25, warn: {max_failing: 24}", "warn")
    add(nulls, "max_failing: 24, severity: warn", "warn")
    add(nulls, "max_failing: 25, confidence: 95%", "pass")
    add(nulls, "min: 97%, max_failing: 25, confidence: 95%", "fail")
    add("not_null: {column: v, on: none", "max_failing: 5", "error")
    code, results = spec_run.results(place, HEAD + "".join(lines), "--junit", "j.xml", "--markdown", "r.md")
    assert code == 3, f"exit {code}: {results.get('stderr')}"
    for name, (verdict, text) in wanted.items():
        found = next((r for n, r in results.items() if n.partition("[")[0] == f"s/{name}"),
            {"verdict": None, "message": ""})
        assert found["verdict"] == verdict, f"{text}: {found['verdict']}, not {verdict}: {found['message']}"
    broken = results["s/c1[v]"]
    assert broken["message"].startswith("25 failing rows are over max failing 24; NULL in 25 of 1,000 rows"), (
        broken["message"])
    assert broken["limits"][0]["op"] == "max_failing" and broken["limits"][0]["state"] == "broken", broken["limits"]
    said = "25 failing rows are over max failing 24"
    assert said in (place.work / "r.md").read_text(), "not in the Markdown"
    failures = [f.get("message") for f in xml.etree.ElementTree.parse(place.work / "j.xml").iter("failure")]
    assert any(said in f for f in failures), f"not in JUnit: {failures[:3]}"
    again = program.run(place, ["report", "r.json", "--json", "again.json"])
    assert (again.returncode == 0
        and (place.work / "again.json").read_bytes() == (place.work / "r.json").read_bytes()), (
        "read back")

    # each slice has its own count
    code, results = spec_run.results(place,
        HEAD + "    - one_of: {column: t, values: [ab], max_failing: 15, slices: [g]}\n")
    found = {n: r["verdict"] for n, r in results.items()}
    assert found == {"s/one_of[t]": "fail", "s/one_of[t][g=a]": "pass", "s/one_of[t][g=b]": "pass"}, str(found)

    # not_equals, also of numbers that a double rounds
    spec_run.parquet(place, "d.parquet", {"n": [9007199254740993, 5]})
    lines = ["    - maximum: {name: a, column: n, not_equals: 9007199254740992}\n",
        "    - maximum: {name: b, column: n, not_equals: 9007199254740993}\n",
        "    - row_count: {name: c, not_equals: 0}\n", "    - row_count: {name: d, not_equals: 3, tolerance: 1}\n",
        "    - row_count: {name: e, min: 1, warn: {not_equals: 2}}\n"]
    code, results = spec_run.results(place, HEAD + "".join(lines))
    found = [r["verdict"] for r in results.values()]
    assert found == ["pass", "fail", "pass", "fail", "warn"], f"not_equals: {found}"
    assert "2 breaks not equals 3 ± 1" in results["s/d"]["message"], results["s/d"]["message"]
