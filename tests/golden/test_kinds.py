"""Every check kind is documented, its example runs, and its golden case gives what the oracle says.

For each kind of the registry, named in the message when it is missing:
    docs/checks/<kind>.md                     as `modelgate kinds <kind> --markdown` prints it
    kinds/<kind>/{modelgate.yaml,expect.json} a spec over small data and what it must give
and its example must be measured on the data of examples/. Values are held to 1e-6 relative.
"""

import functools
import json
import math
import os
import pathlib
import subprocess
import tempfile

import pytest

from golden import batches
from support import run_json

PROGRAM = os.environ["MODELGATE"]
SOURCE = pathlib.Path(os.environ["MODELGATE_SOURCE"])
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

def run(spec, *options):
    """Runs a spec; gives its results by name, and what went to stderr."""
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "run.json"
        done = subprocess.run(
            [PROGRAM, "run", str(spec), "--quiet", "--as-of", AS_OF, "--json", str(out), *options],
            capture_output=True, text=True, check=False)
        if not out.exists():
            return None, done.stderr
        results = run_json.read(out)["results"]
        return {r["name"]: r for r in results}, done.stderr


def about(kind, form):
    command = [PROGRAM, "kinds", kind, form] if kind else [PROGRAM, "kinds", form]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


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


def run_examples(kinds, folder):
    spec = folder / "modelgate.yaml"
    spec.write_text(FRAME + "suites:\n" + "".join(map(example_suite, kinds)), encoding="utf-8")
    return run(spec, "--allow-path", str(SOURCE / "examples"))


def near(found, wanted):
    if found is None or isinstance(found, str):
        return False
    return math.isclose(found, wanted, rel_tol=RELATIVE, abs_tol=1e-12)


def said(result):
    """All that a person may read about a result."""
    return "\n".join([result["message"], *(f"{f['name']}: {f.get('text', f.get('number'))}"
                                           for f in result["facts"])])


def complaints(found, wanted):
    """What of a result is not as the oracle says."""
    if found["verdict"] != wanted["verdict"]:
        yield f"{found['verdict']} instead of {wanted['verdict']}: {found['message']}"
        return
    value = wanted["value"]
    if value is None:
        if found["measured"]:
            yield f"measured {found['value']}, although nothing can be measured"
    elif not found["measured"]:
        yield f"not measured instead of {value}: {found['message']}"
    elif wanted.get("bounded"):
        if not found["lo"] <= value <= found["hi"] or not found["lo"] < found["hi"]:
            yield f"{value!r} is not within the bound {found['lo']!r}..{found['hi']!r}"
    else:
        # A bound instead of a number is fine when it is as narrow as the tolerance.
        for part in ("value", "lo", "hi"):
            if not near(found[part], value):
                yield f"{part} {found[part]!r} instead of {value!r}"
                break
    if "interval" in wanted:
        ends = [found["interval"]["lo"], found["interval"]["hi"]]
        if not all(map(near, ends, wanted["interval"])):
            yield f"interval {ends} instead of {wanted['interval']}"
    if "interval_near" in wanted:
        near_by = wanted["interval_near"]
        ends = [found["interval"]["lo"], found["interval"]["hi"]]
        if any(abs(a - b) > near_by["within"] for a, b in zip(ends, near_by["ends"], strict=True)):
            yield f"interval {ends} instead of about {near_by['ends']}"
    if "baseline" in wanted and not near(found["baseline"]["value"], wanted["baseline"]):
        yield f"baseline {found['baseline']['value']} instead of {wanted['baseline']}"
    if "effect" in wanted and not near(found["effect"], wanted["effect"]):
        yield f"effect {found['effect']} instead of {wanted['effect']}"
    if "definition" in wanted and found["definition"] != wanted["definition"]:
        yield f"definition {found['definition']} instead of {wanted['definition']}"
    if wanted.get("says", "") not in said(found):
        yield f"does not say '{wanted['says']}' but '{said(found)}'"
    for name, number in wanted.get("facts", {}).items():
        facts = {f["name"]: f.get("number") for f in found["facts"]}
        if not near(facts.get(name), number):
            yield f"fact {name} is {facts.get(name)} instead of {number}"
    if "samples" in wanted and len(found["samples"]["rows"]) != wanted["samples"]:
        yield f"{len(found['samples']['rows'])} sample rows, not {wanted['samples']}"


KINDS = json.loads(about("", "--json"))["kinds"]
NAMES = [kind["name"] for kind in KINDS]


def test_each_is_described():
    assert len(set(NAMES)) == len(NAMES), "two kinds of one name"
    for kind in KINDS:
        assert kind["family"] in FAMILIES, f"{kind['name']} is of no known family: {kind['family']}"
        for key in ("summary", "details", "definition", "example"):
            assert kind[key], f"{kind['name']} has no {key}"


def test_examples_run(tmp_path):
    """All in one run, which is quicker; one by one when that does not come about."""
    results, errors = run_examples(KINDS, tmp_path)
    measured = {r["suite"] for r in results.values()} if results else set()
    for kind in KINDS:
        name = kind["name"]
        if name not in measured:
            results, errors = run_examples([kind], tmp_path)
        own = [r for r in (results or {}).values() if r["suite"] == name and r["kind"] == name]
        assert own, f"the example of {name} does not run: {errors.strip()}"
        for r in own:
            assert r["measured"] and r["verdict"] in ("pass", "warn", "fail"), (
                f"the example of {name} is not measured: {r['name']}: {r['message']}")


def test_pages():
    """script/docs writes them."""
    for name in NAMES:
        assert (DOCS / f"{name}.md").read_text(encoding="utf-8") == about(name, "--markdown"), name
    assert (DOCS / "README.md").read_text(encoding="utf-8") == about("", "--markdown")
    reports = (SOURCE / "docs/reports.md").read_text(encoding="utf-8")
    for kind in KINDS:
        for chart in kind["charts"]:
            assert f"`{chart['name']}`" in reports, f"docs/reports.md does not tell of the chart {chart['name']}"
    assert not {page.stem for page in DOCS.glob("*.md")} - {*NAMES, "README", "intervals"}, "a page about no kind"


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """Results by their full names, and what was said, of the batch that a kind's golden case is in."""
    batch_of = {name: batch for batch in batches.batches() for name in batch.names}

    @functools.cache
    def of_batch(text):
        spec = tmp_path_factory.mktemp("golden") / "modelgate.yaml"
        spec.write_text(text, encoding="utf-8")
        return run(spec, "--allow-path", str(batches.DATA))

    return lambda name: of_batch(batch_of[name].spec())


@pytest.mark.parametrize("name", NAMES)
def test_golden(name, answers):
    wanted = json.loads((batches.CASES / name / "expect.json").read_text(encoding="utf-8"))
    found, errors = answers(name)
    assert found is not None, f"does not run: {errors.strip()}"
    found = {full.split("/", 1)[1]: result for full, result in batches.only(found, name).items()}
    assert set(wanted) <= set(found), "no such results"
    wrong = {case: list(complaints(found[case], wanted[case])) for case in wanted}
    assert not {case: texts for case, texts in wrong.items() if texts}
    own = {case for case, result in found.items() if result["kind"] == name}
    assert own <= set(wanted), "expect.json says nothing about these"
    made = {chart["name"] for case in own for chart in found[case].get("charts", [])}
    said = {chart["name"] for kind in KINDS if kind["name"] == name for chart in kind["charts"]}
    assert made == said, "the kind says that it makes other charts than came with its golden case"
