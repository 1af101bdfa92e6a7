#!/usr/bin/env python3
"""Every check kind is documented, its example runs, and its golden case gives what the oracle says.

For each kind of the registry, named in the message when it is missing:
    docs/checks/<kind>.md                     as `modelgate kinds <kind> --markdown` prints it
    kinds/<kind>/{modelgate.yaml,expect.json} a spec over small data and what it must give
and its example must be measured on the data of examples/. Values are held to 1e-6 relative. With
kinds named on the command line only those are tried.
"""
import concurrent.futures
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile

PROGRAM = os.environ["MODELGATE"]
SOURCE = pathlib.Path(os.environ["MODELGATE_SOURCE"])
CASES = SOURCE / "tests" / "golden" / "kinds"
DOCS = SOURCE / "docs" / "checks"
FLIGHTS = SOURCE / "examples" / "flight-delay"
DIABETES = SOURCE / "examples" / "diabetes"
RELATIVE = 1e-6
# The only clock that a verdict sees.
AS_OF = "2001-02-01T00:00:00Z"

FAMILIES = {
    "table", "values", "relations", "statistics", "classification", "regression", "ranking",
    "fairness", "drift", "experiment", "probes",
}

# The data that examples speak of; examples name columns of `on`.
FRAME = f"""version: 1
model: example
data:
  train: {{path: {FLIGHTS}/data/2001-01.parquet}}
  serving: {{path: {FLIGHTS}/data/2001-02.parquet, key: [flight_id]}}
  airports: {{path: {FLIGHTS}/data/airports.csv}}
  validation: {{path: {FLIGHTS}/scored/2001-01.parquet}}
  scored: {{path: {FLIGHTS}/scored/2001-02.parquet, key: [flight_id]}}
  patients: {{path: {DIABETES}/scored/test.csv, key: [patient]}}
"""
BINARY = """    on: scored
    reference: validation
    task: {type: binary, label: late, score: p_late, threshold: 0.25}
"""
REGRESSION = """    on: patients
    task: {type: regression, label: y, prediction: y_hat}
"""
PLAIN = """    on: serving
    reference: train
"""

failures = []


def fail(text):
    failures.append(text)
    print(f"FAIL {text}", file=sys.stderr)


def run(spec, *options):
    """Runs a spec; gives its results by name, and what went to stderr."""
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "run.json"
        done = subprocess.run(
            [PROGRAM, "run", str(spec), "--quiet", "--as-of", AS_OF, "--json", str(out), *options],
            capture_output=True, text=True, check=False)
        if not out.exists():
            return None, done.stderr
        results = json.loads(out.read_text(encoding="utf-8"))["results"]
        return {r["name"]: r for r in results}, done.stderr


def about(kind, form):
    command = [PROGRAM, "kinds", kind, form] if kind else [PROGRAM, "kinds", form]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def same_text(path, wanted):
    if not path.exists():
        fail(f"{path.relative_to(SOURCE)} is missing; script/docs writes it")
    elif path.read_text(encoding="utf-8") != wanted:
        fail(f"{path.relative_to(SOURCE)} is not what the program says; run script/docs")


def indented(text, by):
    return "".join(" " * by + line + "\n" for line in text.splitlines())


def example_suite(kind):
    takes = set(kind["takes"])
    if "binary" in takes:
        frame = BINARY
    elif "regression" in takes:
        frame = REGRESSION
    else:
        frame = PLAIN
    return f"  {kind['name']}:\n{frame}    checks:\n{indented(kind['example'], 6)}"


def run_examples(kinds):
    with tempfile.TemporaryDirectory() as folder:
        spec = pathlib.Path(folder) / "modelgate.yaml"
        spec.write_text(FRAME + "suites:\n" + "".join(map(example_suite, kinds)), encoding="utf-8")
        return run(spec, "--allow-path", str(SOURCE / "examples"))


def examples_run(kinds):
    """All in one run, which is quicker; one by one when that does not come about."""
    results, errors = run_examples(kinds)
    measured = {r["suite"] for r in results.values()} if results else set()
    for kind in kinds:
        name = kind["name"]
        if name not in measured:
            results, errors = run_examples([kind])
        own = [r for r in (results or {}).values() if r["suite"] == name and r["kind"] == name]
        if not own:
            fail(f"the example of {name} does not run: {errors.strip()}")
        for r in own:
            if not r["measured"] or r["verdict"] not in ("pass", "warn", "fail"):
                fail(f"the example of {name} is not measured: {r['name']}: {r['message']}")


def near(found, wanted):
    if found is None or isinstance(found, str):
        return False
    return math.isclose(found, wanted, rel_tol=RELATIVE, abs_tol=1e-12)


def said(result):
    """All that a person may read about a result."""
    return "\n".join([result["message"], *(f"{f['name']}: {f.get('text', f.get('number'))}"
                                           for f in result["facts"])])


def compare(where, found, wanted):
    if found["verdict"] != wanted["verdict"]:
        fail(f"{where}: {found['verdict']} instead of {wanted['verdict']}: {found['message']}")
        return
    value = wanted["value"]
    if value is None:
        if found["measured"]:
            fail(f"{where}: measured {found['value']}, although nothing can be measured")
    elif not found["measured"]:
        fail(f"{where}: not measured instead of {value}: {found['message']}")
    elif wanted.get("bounded"):
        if not found["lo"] <= value <= found["hi"] or not found["lo"] < found["hi"]:
            fail(f"{where}: {value!r} is not within the bound {found['lo']!r}..{found['hi']!r}")
    else:
        # A bound instead of a number is fine when it is as narrow as the tolerance.
        for part in ("value", "lo", "hi"):
            if not near(found[part], value):
                fail(f"{where}: {part} {found[part]!r} instead of {value!r}")
                break
    if "interval" in wanted:
        ends = [found["interval"]["lo"], found["interval"]["hi"]]
        if not all(map(near, ends, wanted["interval"])):
            fail(f"{where}: interval {ends} instead of {wanted['interval']}")
    if "interval_near" in wanted:
        near_by = wanted["interval_near"]
        ends = [found["interval"]["lo"], found["interval"]["hi"]]
        if any(abs(a - b) > near_by["within"] for a, b in zip(ends, near_by["ends"], strict=True)):
            fail(f"{where}: interval {ends} instead of about {near_by['ends']}")
    if "baseline" in wanted and not near(found["baseline"]["value"], wanted["baseline"]):
        fail(f"{where}: baseline {found['baseline']['value']} instead of {wanted['baseline']}")
    if "effect" in wanted and not near(found["effect"], wanted["effect"]):
        fail(f"{where}: effect {found['effect']} instead of {wanted['effect']}")
    if "definition" in wanted and found["definition"] != wanted["definition"]:
        fail(f"{where}: definition {found['definition']} instead of {wanted['definition']}")
    if wanted.get("says", "") not in said(found):
        fail(f"{where}: does not say '{wanted['says']}' but '{said(found)}'")
    for name, number in wanted.get("facts", {}).items():
        facts = {f["name"]: f.get("number") for f in found["facts"]}
        if not near(facts.get(name), number):
            fail(f"{where}: fact {name} is {facts.get(name)} instead of {number}")
    if "samples" in wanted and len(found["samples"]["rows"]) != wanted["samples"]:
        fail(f"{where}: {len(found['samples']['rows'])} sample rows, not {wanted['samples']}")


def golden_case(name):
    folder = CASES / name
    missing = [p for p in (folder / "modelgate.yaml", folder / "expect.json") if not p.exists()]
    for path in missing:
        fail(f"{path.relative_to(SOURCE)} is missing")
    if missing:
        return
    wanted = json.loads((folder / "expect.json").read_text(encoding="utf-8"))
    found, errors = run(folder / "modelgate.yaml", "--allow-path", str(CASES / "data"))
    if found is None:
        fail(f"{name}: does not run: {errors.strip()}")
        return
    found = {full.split("/", 1)[1]: result for full, result in found.items()}
    for case in wanted:
        if case not in found:
            fail(f"{name}: no result '{case}'")
        else:
            compare(f"{name}: {case}", found[case], wanted[case])
    for case in set(found) - set(wanted):
        if found[case]["kind"] == name:
            fail(f"{name}: expect.json says nothing about '{case}'")


def main():
    kinds = json.loads(about("", "--json"))["kinds"]
    chosen = sys.argv[1:] or [kind["name"] for kind in kinds]
    seen = set()
    tried = []
    for kind in kinds:
        name = kind["name"]
        if name in seen:
            fail(f"two kinds are called {name}")
        seen.add(name)
        if name not in chosen:
            continue
        if kind["family"] not in FAMILIES:
            fail(f"{name} is of no known family: {kind['family']}")
        for key in ("summary", "details", "definition", "example"):
            if not kind[key]:
                fail(f"{name} has no {key}")
        tried.append(kind)
    examples_run(tried)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        pages = pool.map(lambda kind: about(kind["name"], "--markdown"), tried)
        list(pool.map(lambda kind: golden_case(kind["name"]), tried))
        for kind, page in zip(tried, pages):
            same_text(DOCS / f"{kind['name']}.md", page)
    same_text(DOCS / "README.md", about("", "--markdown"))
    for page in DOCS.glob("*.md"):
        if page.stem not in seen and page.name not in ("README.md", "intervals.md"):
            fail(f"{page.relative_to(SOURCE)} is about no kind")
    oracle = subprocess.run([sys.executable, str(CASES / "oracle.py"), "--check"], check=False)
    if oracle.returncode != 0:
        fail("expect.json and oracle.py differ")
    print(f"{len(chosen)} kinds, {len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
