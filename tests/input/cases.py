"""Runs cases/<fault>.yaml: inputs that were once measured wrongly, each with its brothers, and what must
come out of them.

    - case: one line shorter than the header     # unique in its file
      files: {d.csv: "a,b\n1\n"}                 # text, or {python: an expression for bytes or a pa.Table}
      data: {d: d.csv}                           # `data` and `suites` are the spec's; or `checks` alone;
                                                 # data and checks may also be {python: an expression}
      checks: [{row_count: {min: 1}}]
      run: [--as-of, "2026-01-01T00:00:00Z"]     # arguments of modelgate run
      exit: 3
      results: {row_count: error}                # by name; `all` stands for each; error|fail: one of them
      values: {"mean[x]": 2}
      says: ["d.csv:2"]                          # stands in a message or on standard error
      hides: [text]                              # stands in no report and on no terminal
      keeps: [d.csv]                             # the file is as it was
"""

import gzip
import io
import json
import math
import os
import random
import struct
import subprocess
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

MODELGATE = os.environ.get("MODELGATE", "modelgate")
SANITIZED = os.path.join(os.environ["MODELGATE_BUILD"], "modelgate")
CASES = Path(__file__).parent / "cases"
KEYS = {"case", "files", "data", "suites", "checks", "suite", "run", "exit", "results", "values", "says", "hides",
    "keeps", "about"}


def parquet(columns):
    """The bytes of a Parquet file; columns are lists, or pa.arrays where the type matters."""
    buffer = io.BytesIO()
    pq.write_table(columns if isinstance(columns, pa.Table) else pa.table(columns), buffer)
    return buffer.getvalue()


def decimals(texts, width, scale):
    return pa.array([None if t is None else Decimal(t) for t in texts], pa.decimal128(width, scale))


def zstd(data):
    return pa.compress(data, codec="zstd", asbytes=True)


TOOLS = {"pa": pa, "parquet": parquet, "decimals": decimals, "gzip": gzip, "zstd": zstd, "json": json,
    "random": random, "struct": struct, "Decimal": Decimal}


def evaluated(given):
    """{python: an expression} by its value, all else as it is; the expressions are our own words, not data."""
    return eval(given["python"], dict(TOOLS)) if isinstance(given, dict) and set(given) == {"python"} else given


def content(given):
    if isinstance(given, dict):
        made = evaluated(given)
        return made if isinstance(made, bytes) else made.encode()
    return given.encode()


def lay(folder, case):
    """Writes the case's files and its spec; what each file holds."""
    contents = {name: content(given) for name, given in case.get("files", {}).items()}
    suites = case.get("suites") or {"s": {**case.get("suite", {}), "checks": evaluated(case.get("checks"))}}
    spec = {"version": 1, "model": "m", "data": evaluated(case.get("data", {"d": "d.csv"})), "suites": suites}
    contents["modelgate.yaml"] = yaml.safe_dump(spec, sort_keys=False, allow_unicode=True).encode()
    for name, data in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return contents


def results_of(report):
    if not report.exists():
        return {}
    rows = {}
    for result in json.loads(report.read_text())["results"]:
        rows[result["name"].split("/", 1)[1]] = result
    return rows


def close(value, expected):
    return value is not None and (value == expected or math.isclose(value, expected, rel_tol=1e-12))


def complaints(case, folder, program=MODELGATE):
    contents = lay(folder, case)
    report = folder / "out.json"
    arguments = [str(a) for a in case.get("run", [])]
    for option, file in (("--json", report), ("--junit", folder / "out.xml"), ("--markdown", folder / "out.md")):
        arguments += [] if option in arguments else [option, str(file)]
    done = subprocess.run([program, "run", *arguments], cwd=folder, capture_output=True, text=True,
        stdin=subprocess.DEVNULL, timeout=120)
    results = results_of(report)
    said = done.stderr + done.stdout + "".join(r.get("message") or "" for r in results.values())
    written = said + "".join(p.read_text(errors="replace") for p in folder.glob("out.*"))
    if done.returncode != case["exit"]:
        yield f"exit {done.returncode}, not {case['exit']}: {said[-600:]}"
    expected = dict(case.get("results", {}))
    if "all" in expected:
        expected = dict.fromkeys(results, expected["all"])
        if not results:
            yield "no results"
    elif expected and set(expected) != set(results):
        yield f"results {sorted(results)}, not {sorted(expected)}"
    for name, verdicts in expected.items():
        got = results.get(name, {"verdict": "absent"})
        if got["verdict"] not in verdicts.split("|"):
            yield f"{name} is {got['verdict']}, not {verdicts}: {got.get('value')} {got.get('message')}"
    for name, value in case.get("values", {}).items():
        got = results.get(name, {}).get("value")
        if not close(got, value):
            yield f"{name} is {got}, not {value}"
    for text in case.get("says", []):
        if text not in said:
            yield f"nobody says {text!r}: {said[-600:]}"
    for text in case.get("hides", []):
        if text in written:
            yield f"{text!r} is shown"
    for name in case.get("keeps", []):
        if (folder / name).read_bytes() != contents[name]:
            yield f"{name} was changed"


def load():
    """Parameters for pytest: a case and its program. The first case of a fault runs with the sanitizers, its brothers
    a third as long without."""
    for path in sorted(CASES.glob("*.yaml")):
        for number, case in enumerate(yaml.safe_load(path.read_text())):
            assert set(case) <= KEYS, f"{path}: {case['case']}: no key {set(case) - KEYS}"
            yield pytest.param(case, MODELGATE if number else SANITIZED, id=f"{path.stem}: {case['case']}")
