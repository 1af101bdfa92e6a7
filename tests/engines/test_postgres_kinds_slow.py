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
import yaml

from support import postgres, run_json

SOURCE = pathlib.Path(os.environ["MODELGATE_SOURCE"])
CASES = SOURCE / "tests" / "golden" / "kinds"
NAMES = sorted(folder.name for folder in CASES.iterdir() if (folder / "modelgate.yaml").exists())
AS_OF = "2001-02-01T00:00:00Z"

# By kind and case: what PostgreSQL says instead, for people.
DIFFERENT = {}


@pytest.fixture(scope="module")
def server():
    with postgres.Server() as server:
        yield server


def as_tables(text, server, made):
    """The spec with a table for each file, which is made once."""
    data = yaml.safe_load(text)["data"]
    for name, one in data.items():
        one = data[name] = one if isinstance(one, dict) else {"path": one}
        one["connection"] = "store"
        for pattern, words in OTHER_SQL.items():
            if "sql" in one:
                one["sql"] = re.sub(pattern, words, one["sql"])
        if "path" not in one:
            continue
        path = (CASES / "data" / pathlib.Path(one.pop("path")).name).resolve()
        types = one.pop("types", {})
        key = (path.name, json.dumps(types))
        if key not in made:
            made[key] = f"{path.stem}_{len(made)}"
            server.load(made[key], path, types)
        one["table"] = made[key]
    # Only the data are written anew: YAML 1.1 takes the key `on` for true.
    lines = text.splitlines(keepends=True)
    start = lines.index("data:\n")
    end = next(i for i in range(start + 1, len(lines)) if lines[i].strip() and not lines[i].startswith((" ", "#")))
    return "".join([*lines[:start], f"connections: {{store: postgres}}\ndata: {json.dumps(data)}\n\n", *lines[end:]])


MADE = {}


def run(spec, folder, environment):
    out = folder / "run.json"
    done = subprocess.run(
        [os.environ["MODELGATE"], "run", str(spec), "--quiet", "--as-of", AS_OF, "--json", str(out), "--allow-path",
         str(CASES / "data")],
        capture_output=True, text=True, check=False, env={**os.environ, **environment})
    assert out.exists(), done.stderr
    results = run_json.read(out)["results"]
    assert results, done.stderr
    return {result["name"]: result for result in results}


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
def test_kind(name, server, tmp_path):
    original = CASES / name / "modelgate.yaml"
    there = run(original, tmp_path, {})
    changed = tmp_path / "modelgate.yaml"
    changed.write_text(as_tables(original.read_text(encoding="utf-8"), server, MADE), encoding="utf-8")
    (tmp_path / "run.json").unlink()
    here = run(changed, tmp_path, server.environment)
    assert list(here) == list(there)
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
