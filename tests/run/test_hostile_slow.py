"""Real files full of what could harm a log, a terminal or a parser, through the whole run: nothing of
it reaches standard output, standard error, JUnit, Markdown or the Azure commands as it is."""

import json
import re
import xml.etree.ElementTree as ElementTree

from support import program, run_json

VSO = "##vso[task.complete result=Succeeded;done=true]"
ATTACH = "[[ATTACHMENT|/etc/passwd]]"
LONG = "x" * 10000
CELLS = [
    VSO, "##VSO[task.setvariable variable=PATH]/evil", "##[error]not ours", ATTACH, "]]><evil/>",
    "\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "bell\x07", "back\b\b\b", "carriage\rreturn", "del\x7f",
    "new\nline\n##vso[task.complete]", "nul\x00byte", "\x01\x02\x1f", "c1\u009b31m", "\u202eright-to-left",
    "\u2028separator", "\ufffe\uffff", "<script>alert(1)</script>", "&amp;<!--", "| pipe `tick` *star*",
    "](http://evil.example)", "=HYPERLINK(1)", "%AZP25 %0D%0A##vso[task.complete]", "'quote\" \\", LONG,
]
INVALID = b"\xff\xfe\xc0\x80 \xed\xa0\x80"
COLUMN = "##vso[task.complete]\x1b[31m\x07]]>" + ATTACH

SPEC = r"""
version: 1
model: hostile
owner: "owner\x1b]0;x\x07##vso[task.complete]"
data:
  cells: {path: "data/cells.csv", key: [id]}
  odd: {path: "data/##vso[task.complete]\x1b.csv"}
  latin: {path: data/latin.csv}
suites:
  cells:
    on: cells
    checks:
      - not_null: {columns: ["*"], where: "id < 0", on_empty: pass}
      - matches: {column: value, pattern: "^nothing$", samples: 100}
      - one_of: {column: value, values: ["]]>", "##vso[task.complete]", "\x1b[0m"]}
      - unique: {column: twin, samples: 100}
      - maximum: {name: "a --> & <b> \"q\" ' \x1b\x07\r", column: id, max: 0}
      - row_count: {min: 1, tags: ["##vso[task.complete]", "\x1b[1m"], skip: "##vso[task.complete]\x1b[1m\n]]>"}
      - sql: {name: thrown, query: "SELECT error('##vso[task.complete]' || chr(27) || '[31m' || chr(13) || ']]>')",
          min: 0}
      - sql_rows: {name: own-columns,
          query: "SELECT id AS \"##vso[task.complete]\", value AS \"]]>\", 1 AS \"\x1b[31m\" FROM cells"}
      - row_rule: {name: odd-words, expr: "value = '##vso[task.complete]' || chr(27)"}
  slices:
    on: cells
    slices: [value]
    checks:
      - mean: {column: id, max: 0}
  files:
    on: cells
    checks:
      - row_count: {on: odd, min: 1}
      - row_count: {name: latin, on: latin, min: 1}
      - not_null: {column: "no such ##vso[task.complete]\x1b\r column"}
"""


# What a spec may not say at all, and the nearest that it may.
REFUSED = [
    (r"owner\x1b]0;x\x07##vso", "owner ##vso"),
    (r'\x1b\x07\r", column', '##vso{}", column'),
    (r"""tags: ["##vso[task.complete]", "\x1b[1m"]""", "tags: [vso:task]"),
    (r"[task.complete]\x1b[1m\n]]>", "[task.complete] ]]> <b>"),
]


def accepted(spec):
    for bad, good in REFUSED:
        assert bad in spec, bad
        spec = spec.replace(bad, good)
    return spec


def csv(text):
    return '"' + text.replace('"', '""') + '"'


def write_data(folder):
    (folder / "data").mkdir()
    cells = [cell.replace("\x00", "") for cell in CELLS]
    lines = [f"id,value,twin,{csv(COLUMN)}"]
    lines += [f"{i},{csv(cell)},{csv(cell)},{csv(cell)}" for i, cell in enumerate(cells + cells)]
    (folder / "data/cells.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "data/latin.csv").write_bytes(b"id,value\n1," + INVALID + b"\n2,plain\n")
    (folder / "modelgate.yaml").write_text(SPEC, encoding="utf-8")


# What may stand in a log line of ours at its start; everything else with ## is not ours.
OURS = re.compile(r"^##(vso\[(task\.(setprogress|logissue|uploadsummary|setvariable|complete|addattachment|"
    r"uploadfile)|build\.uploadlog) [^\]\n]*\]|\[(group|section|endgroup|error|warning|debug|command)\])")
ENDS_RUN = re.compile(r"##vso\[task\.complete", re.I)


def problems(name, data, azure=False):
    """Everything in data that a log or terminal would act on."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        yield f"{name}: not UTF-8: {error}"
        return
    for match in re.finditer(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe\uffff]", text):
        around = text[max(0, match.start() - 40):match.end() + 20]
        yield f"{name}: a raw {match.group()!r} in {around!r}"
    for number, line in enumerate(text.split("\n"), 1):
        rest = OURS.sub("", line) if azure else line
        if re.search(r"##vso\[|##\[", rest, re.I) or ENDS_RUN.search(line):
            yield f"{name}:{number}: a logging command: {line[:200]!r}"
        if "[[ATTACHMENT|" in line.upper():
            yield f"{name}:{number}: an attachment: {line[:200]!r}"
        if "x" * 3000 in line:
            yield f"{name}:{number}: a value of 10,000 characters as it is"


GIANT = 1_000_000
GIANTS = f"""
version: 1
model: giants
data:
  giants: {{path: giants.ndjson}}
  others: {{path: giants.ndjson, where: "id < 2"}}
  named: {{path: named.csv}}
suites:
  s:
    on: giants
    task: {{type: multiclass, label: label, prediction: said}}
    checks:
      - unique: {{column: twin, samples: 100}}
      - matches: {{column: value, pattern: "^n$", samples: 100}}
      - one_of: {{column: value, values: [a]}}
      - length: {{column: value, to: 3}}
      - sql_rows: {{query: "SELECT * FROM giants", max: 0, samples: 100}}
      - sql_rows: {{name: wide, query: "SELECT {', '.join(f'value AS v{i}' for i in range(300))} FROM giants",
          max: 0, samples: 100}}
      - sql_rows: {{name: many,
          query: "SELECT {', '.join(f'left(value, 5000) AS v{i}' for i in range(300))} FROM giants",
          max: 0, samples: 100}}
      - sql: {{name: thrown, query: "SELECT error(repeat('e', {GIANT}))", min: 0}}
      - sql: {{name: cast, query: "SELECT CAST(max(value) AS INTEGER) FROM giants", min: 0}}
      - new_category_share: {{column: value, reference: others, max: 0, min_rows: 1}}
      - psi: {{column: value, reference: others, max: 0, min_rows: 1}}
      - precision: {{average: macro, min: 0.5}}
  slices:
    on: giants
    slices: [value]
    checks:
      - mean: {{column: id, max: 0}}
      - sql_rows: {{name: whole, query: "SELECT 1 WHERE false", max: 0}}
  names:
    on: named
    checks:
      - not_null: {{columns: ["*"]}}
      - columns: {{forbidden: [id], exact: true, required: [x]}}
"""


def test_giants(place):
    """However long the values are: what is kept of a run stays small, and says what it left out."""
    folder = place.work / "giants"
    folder.mkdir()
    rows = [{"id": i, "value": letter * GIANT, "twin": "t" * GIANT, "label": "L" * GIANT + str(i % 2),
        "said": "v"} for i, letter in enumerate("abcd")]
    rows.append({"id": 4, "value": "a" * GIANT + "2", "twin": "t", "label": "u", "said": "v"})
    (folder / "giants.ndjson").write_text("\n".join(map(json.dumps, rows)) + "\n")
    (folder / "named.csv").write_text(f"id,{'N' * GIANT}\n1,2\n")
    (folder / "modelgate.yaml").write_text(GIANTS)
    done = program.run(place, ["run", "--memory", "1GB", "--json", "r.json", "--junit", "j.xml", "--markdown", "m.md"],
        cwd=folder)
    assert done.returncode in (1, 3), f"exit {done.returncode}: {done.stdout[-500:]!r} {done.stderr[-500:]!r}"
    for name in ("r.json", "j.xml", "m.md"):
        size = (folder / name).stat().st_size
        assert size <= 1_000_000, f"{name} takes {size:,} bytes"
    run = run_json.read(folder / "r.json")
    slices = [r["slice"] for r in run["results"] if r.get("slice")]
    assert len(slices) == len(set(slices)) == 5, f"slices are {[s[-80:] for s in slices]}"
    assert all("1,000,00" in s and len(s) < 2000 for s in slices), f"slices are {[s[-80:] for s in slices]}"
    shown = [c for r in run["results"] for row in r["samples"]["rows"] for c in row if c]
    assert any("aaa" in c and "1,000,000 bytes" in c for c in shown), (
        f"failing rows do not say what was left out: {[c[-60:] for c in shown][:5]}")
    many = next(r for r in run["results"] if r["name"] == "s/many")["samples"]
    assert len(many["rows"]) == 1 and "1 of 5 failing rows" in (many["note"] or ""), (
        f"of many long rows {len(many['rows'])} are kept: {many['note']}")
    named = next(r for r in run["results"] if r["name"].startswith("names/not_null"))
    assert named["verdict"] == "error" and "name of column 2 takes 1000000 bytes" in named["message"], (
        f"the column's name: {named['verdict']} {named['message'][:200]}")
    for redact, shown in (("[twin]", "class 'LLL"), ("[label]", "class (redacted)")):
        (folder / "one.yaml").write_text(f"""
version: 1
model: giants
data: {{giants: {{path: giants.ndjson, redact: {redact}}}}}
suites:
  s:
    on: giants
    task: {{type: multiclass, label: label, prediction: said}}
    checks: [{{precision: {{average: macro, min: 0.5}}}}]
""")
        done = program.run(place, ["run", "one.yaml"], cwd=folder)
        assert shown.encode() in done.stdout and b"not defined" in done.stdout, (
            f"redact {redact}: {done.stdout[-500:]!r} {done.stderr[-500:]!r}")
    again = program.run(place, ["report", "r.json"], cwd=folder)
    assert again.returncode == 0, f"report does not take the run: {again.stderr!r}"


def test_refused(place):
    write_data(place.work)
    (place.work / "refused.yaml").write_text(SPEC, encoding="utf-8")
    refused = program.run(place, ["run", "refused.yaml", "--junit", "refused.xml"])
    assert refused.returncode == 2
    assert not list(problems("stderr", refused.stderr))
    assert not list(problems("refused.xml", (place.work / "refused.xml").read_bytes()))


def test_run(place):
    found = []
    write_data(place.work)
    (place.work / "modelgate.yaml").write_text(accepted(SPEC), encoding="utf-8")
    outputs = ["--junit", "j.xml", "--markdown", "m.md", "--json", "r.json"]
    plain = program.run(place, ["run", *outputs])
    verbose = program.run(place, ["run", "--verbose", "--color", "never"])
    azure = program.run(place, ["run", "--azure", "--verbose"])
    dump = program.run(place, ["run", "--dump", "plan"])
    again = program.run(place, ["report", "r.json", "--azure"])
    for name, done in (("run", plain), ("run --verbose", verbose), ("run --azure", azure),
            ("run --dump plan", dump), ("report --azure", again)):
        found += problems(f"{name}: stdout", done.stdout, "azure" in name)
        found += problems(f"{name}: stderr", done.stderr)
        wanted = 0 if "plan" in name or "report" in name else 3
        assert done.returncode == wanted, f"{name}: exit {done.returncode}, not {wanted}: {done.stderr[-500:]!r}"
    for report in ("j.xml", "m.md"):
        found += problems(report, (place.work / report).read_bytes())
    assert not found, "\n".join(found)
    run = run_json.read(place.work / "r.json")
    cases = ElementTree.parse(place.work / "j.xml").findall(".//testcase")
    assert len(cases) == len(run["results"])
    assert len({case.get("name") for case in cases}) == len(cases), "two test cases bear one name"
    # The cells did come through: the test is not green for lack of input.
    slices = [r["slice"] for r in run["results"] if r.get("slice")]
    assert len(slices) >= len(CELLS) - 1, f"only {len(slices)} slices of {len(CELLS)} values"
    assert any(VSO in name for name in slices), "run.json does not hold the slice values as they are"
