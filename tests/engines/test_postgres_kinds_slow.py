"""Conformance: the golden case of every kind gives on PostgreSQL what it gives on DuckDB.

Each CSV file becomes a table, and the same spec is run on both. Verdicts are the same, numbers equal to 1e-9
relative. What cannot be bridged stands in DIFFERENT, with what is said then; docs/engines.md lists it.
"""
# program: plain

import json
import math
import os
import pathlib
import re
import subprocess

import pytest

from golden import batches
from support import postgres, run_json

NAMES = sorted(path.parent.name for path in batches.CASES.glob("*/modelgate.yaml"))
AS_OF = "2001-02-01T00:00:00Z"

# By kind and case: what PostgreSQL says instead, for people.
DIFFERENT = {}


@pytest.fixture(scope="module")
def server():
    with postgres.Server() as server:
        yield server


def source(data, server, made):
    """A dataset of a golden case, over a table of its file, which is made once."""
    data = {"path": data} if isinstance(data, str) else dict(data)
    data["connection"] = "store"
    if "sql" in data:
        for pattern, words in OTHER_SQL.items():
            data["sql"] = re.sub(pattern, words, data["sql"])
        return data
    path, types = batches.DATA / pathlib.Path(data.pop("path")).name, data.pop("types", {})
    key = (path.name, json.dumps(types))
    if key not in made:
        made[key] = f"{path.stem}_{len(made)}"
        server.load(made[key], path, types)
    data["table"] = made[key]
    return data


def run(text, folder, environment):
    spec, out = folder / "modelgate.yaml", folder / "run.json"
    spec.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [os.environ["MODELGATE"], "run", str(spec), "--quiet", "--as-of", AS_OF, "--json", str(out), "--allow-path",
         str(batches.DATA)],
        capture_output=True, text=True, check=False, env={**os.environ, **environment})
    assert out.exists(), done.stderr
    results = run_json.read(out)["results"]
    assert results, done.stderr
    return {result["name"]: result for result in results}


@pytest.fixture(scope="module")
def answers(server, tmp_path_factory):
    """Results of all kinds by their full names, on PostgreSQL and on DuckDB."""
    here, there, made = {}, {}, {}
    for batch in batches.batches():
        there |= run(batch.spec(), tmp_path_factory.mktemp("files"), {})
        text = batch.spec(lambda data: source(data, server, made), connections={"store": "postgres"})
        here |= run(text, tmp_path_factory.mktemp("tables"), server.environment)
    return here, there


# SQL of a spec is in the words of its engine.
OTHER_SQL = {
    r"(FROM range\([\d, ]+\) AS t\(i\)\))$": r"\1 AS s",
    r"\[2, 9, 10\]": "(ARRAY[2, 9, 10])",
    r"\(i \* i / 3\)::BIGINT": "round(i * i / 3.0)::BIGINT",
}


def near(a, b):
    if a is None or b is None or isinstance(a, str) or isinstance(b, str):
        return a == b
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)


def differences(here, there):
    """What of a result is not the same on both engines."""
    for key in ("verdict", "measured", "definition"):
        if here[key] != there[key]:
            yield f"{key}: {here[key]} instead of {there[key]}: {here['message']} (DuckDB: {there['message']})"
            return
    if not here["measured"]:
        return
    # Where digits are lost both engines say how many, and either number lies within the other's bounds.
    if there["lo"] < there["hi"] and not near(here["value"], there["value"]):
        if not (there["lo"] <= here["value"] <= there["hi"] and here["lo"] <= there["value"] <= here["hi"]):
            yield f"{here['value']!r} and {there['value']!r} are not within each other's bounds"
        return
    for key in ("value", "lo", "hi", "effect", "failing", "rows"):
        if not near(here.get(key), there.get(key)):
            yield f"{key}: {here.get(key)!r} instead of {there.get(key)!r}"
    if here.get("interval") and there.get("interval"):
        for end in ("lo", "hi"):
            if not near(here["interval"][end], there["interval"][end]):
                yield f"interval: {here['interval']} instead of {there['interval']}"


@pytest.mark.parametrize("name", NAMES)
def test_kind(name, answers):
    here, there = (batches.only(results, name) for results in answers)
    assert here and list(here) == list(there)
    wrong = {}
    for case, result in here.items():
        words = DIFFERENT.get((name, case.split("/", 1)[1]))
        if words:
            assert words in result["message"], f"{case}: {result['message']}"
            continue
        found = list(differences(result, there[case]))
        if found:
            wrong[case] = found
    assert not wrong, json.dumps(wrong, indent=1, ensure_ascii=False)
