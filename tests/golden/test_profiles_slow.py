# program: plain
"""Drift against a profile gives the very numbers of drift against the data: every golden case of every kind that takes
a profile is measured both ways."""

import csv
import json
import math
import os
import pathlib
import random
import subprocess

import pytest
import yaml

from support import run_json

PROGRAM = os.environ["MODELGATE"]
CASES = pathlib.Path(os.environ["MODELGATE_SOURCE"]) / "tests" / "golden" / "kinds"
EXACT = 1e-12
# Of many values, a profile without each of them bounds these.
OF_EVERY_VALUE = {"ks", "wasserstein"}
KINDS = json.loads(subprocess.run([PROGRAM, "kinds", "--json"], capture_output=True, check=True).stdout)["kinds"]
TAKES = sorted(kind["name"] for kind in KINDS if "profile" in kind["takes"])


class Loader(yaml.SafeLoader):
    """`on` is a key of specs, and no boolean."""


class Dumper(yaml.SafeDumper):
    """Likewise."""


for tool in (Loader, Dumper):
    tool.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in known if tag != "tag:yaml.org,2002:bool" or first in "tTfF"]
        for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()}


def modelgate(folder, *arguments):
    return subprocess.run([PROGRAM, *map(str, arguments)], cwd=folder, capture_output=True, text=True, check=False)


def read_spec(kind):
    spec = yaml.load((CASES / kind / "modelgate.yaml").read_text(encoding="utf-8"), Loader)
    for name, data in spec["data"].items():
        data = {"path": data} if isinstance(data, str) else data
        if "path" in data:
            data["path"] = str((CASES / kind / data["path"]).resolve())
        spec["data"][name] = data
    return spec


def takes_rows(suite, check):
    """Conditions and slices choose rows on both sides; `{data: ..., where: ...}` those of the reference."""
    said = {**suite, **check}
    return "where" in said or said.get("slices") or "missing" in check or isinstance(said["reference"], dict)


def with_profiles(spec, made):
    """The spec against profiles, without checks that take rows; `made` says of which."""
    for suite in spec["suites"].values():
        kept = []
        for check in suite["checks"]:
            (body,) = check.values()
            if takes_rows(suite, body):
                continue
            kept.append(check)
            body["reference"] = {"profile": made(body.get("reference", suite.get("reference")))}
        suite["checks"] = kept
        suite.pop("reference", None)
    spec["suites"] = {name: suite for name, suite in spec["suites"].items() if suite["checks"]}


def results(folder, name, spec):
    (folder / name).write_text(yaml.dump(spec, Dumper=Dumper), encoding="utf-8")
    out = folder / f"{name}.json"
    done = modelgate(folder, "run", name, "--as-of", "2001-02-01T00:00:00Z", "--json", out, "--allow-path", CASES)
    assert out.exists(), done.stderr
    return {r["name"]: r for r in run_json.read(out)["results"]}


def same(a, b):
    return a == b or (a is not None and b is not None and math.isclose(a, b, rel_tol=EXACT, abs_tol=1e-15))


def complaints(kind, of_data, of_profile):
    if not of_data["measured"] or not of_profile["measured"]:
        if (of_data["measured"], of_data["verdict"]) != (of_profile["measured"], of_profile["verdict"]):
            yield f"{of_profile['verdict']} instead of {of_data['verdict']}: {of_profile['message']}"
        return
    if of_data["definition"] != of_profile["definition"]:
        yield f"is {of_profile['definition']}"
    bounded = kind in OF_EVERY_VALUE or "odd-bins" in of_profile["name"]
    if bounded and of_profile["lo"] < of_profile["hi"]:
        if not of_profile["lo"] - 1e-15 <= of_data["value"] <= of_profile["hi"] + 1e-15:
            yield f"{of_data['value']} is not within {of_profile['lo']}..{of_profile['hi']}"
        return
    if not same(of_data["value"], of_profile["value"]) or of_profile["lo"] != of_profile["hi"]:
        yield f"{of_profile['value']} ({of_profile['lo']}..{of_profile['hi']}) instead of {of_data['value']}"
    if of_data["verdict"] != of_profile["verdict"]:
        yield f"{of_profile['verdict']} instead of {of_data['verdict']}: {of_profile['message']}"
    facts = {f["name"]: f for f in of_data["facts"]}
    for fact in of_profile["facts"]:
        known = facts[fact["name"]]
        if kind == "wasserstein" and fact["name"] == "chance_level":  # drawn at random over the table's entries
            if not math.isclose(known["number"], fact["number"], rel_tol=0.1):
                yield f"fact {fact} instead of {known}"
            continue
        if known.get("text") != fact.get("text") or not same(known.get("number"), fact.get("number")):
            yield f"fact {fact} instead of {known}"


def test_every_drift_kind_takes_a_profile():
    assert set(TAKES) >= {kind["name"] for kind in KINDS if kind["family"] == "drift"} - {"drift_share"}
    assert all("a profile of them" in modelgate(".", "kinds", kind).stdout for kind in TAKES)


@pytest.mark.parametrize("kind", TAKES)
def test_same_numbers(kind, tmp_path):
    spec = read_spec(kind)
    of_data = results(tmp_path, "data.yaml", spec)
    names = {}

    def made(name):
        out = names.setdefault(name, f"{name}.profile.json")
        if not (tmp_path / out).exists():
            done = modelgate(tmp_path, "profile", "data.yaml", "--data", name, "--out", out, "--allow-path", CASES)
            assert done.returncode == 0, done.stderr
        return out
    with_profiles(spec, made)
    of_profile = results(tmp_path, "profile.yaml", spec)
    assert len(of_profile) >= 5
    wrong = [f"{name} {c}" for name, r in of_profile.items() for c in complaints(kind, of_data[name], r)]
    assert not wrong, "\n".join(wrong)


BINNED = ["psi", "jensen_shannon", "hellinger", "total_variation"]
WAYS = [{}, {"bins": 2}, {"bins": 7}, {"bins": 20}, {"bins": 100}, {"method": "equal_width"},
        {"method": "equal_width", "bins": 25}, {"method": "sturges"}]


def odd_rows(seed, count, shift):
    """Ties, a heavy tail, infinities, NaN, NULL, negative zero, whole numbers."""
    draw = random.Random(seed)
    odd = ["inf", "-inf", "nan", "", "-0.0", "0.0", "1e300", "-1e-300"]
    for i in range(count):
        x = draw.choice(odd) if i % 97 == 0 else repr(draw.gauss(shift, 1) ** 3)
        finite = repr(round(draw.expovariate(1 + shift), draw.choice([1, 6])))
        yield x, finite, draw.randint(0, 5000), draw.choice(["a", "b", "c", ""])


@pytest.fixture(scope="module")
def odd(tmp_path_factory):
    """Many values: more than a profile keeps one by one."""
    folder = tmp_path_factory.mktemp("odd")
    for name, seed, shift in (("train", 1, 0), ("serving", 2, 0.2)):
        with open(folder / f"{name}.csv", "w", encoding="utf-8", newline="") as file:
            out = csv.writer(file)
            out.writerow(["x", "finite", "whole", "word"])
            out.writerows(odd_rows(seed, 12000, shift))
    checks = [{kind: {"name": f"{kind}-{column}-{i}", "column": column, "max": 0.999, **way}}
              for kind in BINNED for column in ("x", "finite", "whole") for i, way in enumerate(WAYS)
              if column != "x" or "method" not in way]
    checks += [{kind: {"name": f"{kind}-{column}", "column": column, "max": 0.9}}
               for kind in sorted(OF_EVERY_VALUE) for column in ("finite", "whole")]
    checks += [{"psi": {"name": "odd-bins", "column": "finite", "bins": 37, "max": 0.9}}]
    types = {"x": "DOUBLE", "finite": "DOUBLE", "whole": "BIGINT", "word": "VARCHAR"}
    data = {name: {"path": f"{name}.csv", "types": types} for name in ("train", "serving")}
    spec = {"version": 1, "model": "odd", "data": data,
            "suites": {"drift": {"on": "serving", "reference": "train", "checks": checks}}}
    return folder, spec, results(folder, "data.yaml", spec)


@pytest.mark.parametrize("entries", [1000, 2000])
def test_same_numbers_of_many_values(odd, entries):
    """What a profile leaves out touches no bin: these agree with the data to the last digit."""
    folder, spec, of_data = odd
    out = f"{entries}.json"
    assert modelgate(folder, "profile", "data.yaml", "--data", "train", "--out", out, "--entries",
                     entries).returncode == 0
    columns = json.loads((folder / out).read_text(encoding="utf-8"))["columns"]
    assert entries / 3 < len(columns[1]["entries"]) <= entries
    against = {**spec["suites"]["drift"], "reference": {"profile": out}}
    of_profile = results(folder, f"{entries}.yaml", {**spec, "suites": {"drift": against}})
    assert len(of_profile) == len(of_data) > 80
    wrong = [f"{name} {c}" for name, r in of_profile.items() for c in complaints(r["kind"], of_data[name], r)]
    assert not wrong, "\n".join(wrong)
    odd_bins = of_profile["drift/odd-bins[finite]"]
    assert odd_bins["lo"] < odd_bins["hi"], "edges that a profile does not keep have bounds"
    ks = of_profile["drift/ks-finite[finite]"]
    assert 0 < ks["hi"] - ks["lo"] < 3 / entries, "the bound of what a profile leaves out"
