"""Runs the examples as their README says, and holds every number to that of SciPy and scikit-learn.

examples/*/oracle.json were made by the examples' own scripts, without modelgate. Values must agree
to 1e-9 relative; verdicts must be those that the limits give on the oracle's numbers.
"""

import json
import math
import os
import pathlib
import subprocess
import tempfile

import pytest

from support import run_json

SOURCE = pathlib.Path(os.environ["MODELGATE_SOURCE"])
MODELGATE = os.environ["MODELGATE"]
TOLERANCE = 1e-9


def run(folder, *arguments):
    with tempfile.TemporaryDirectory() as out:
        path = pathlib.Path(out) / "run.json"
        done = subprocess.run([MODELGATE, "run", "--quiet", "--json", path, *arguments],
                              cwd=SOURCE / "examples" / folder, capture_output=True, text=True)
        document = run_json.read(path)
    return done.returncode, document, {r["name"]: r for r in document["results"]}


def same(where, found, wanted):
    assert math.isclose(found, wanted, rel_tol=TOLERANCE, abs_tol=1e-12), (
        f"{where}: measured {found!r}, the oracle says {wanted!r}")


# Which verdicts are not "pass", by month; freshness is skipped in all of them.
FOREIGN = {"data-quality/foreign_key[origin]": "warn", "data-quality/foreign_key[destination]": "warn"}
NEW = {"drift/new_category_share[origin]": "warn", "drift/new_category_share[destination]": "warn"}
VERDICTS = {
    "2001-01": {},
    "2001-02": {"accuracy/ece": "warn", "accuracy/predicted-per-actual": "warn",
                "accuracy-by-slice/roc_auc[long-haul]": "warn", "drift/wasserstein[delay]": "warn"},
    "2001-03": FOREIGN | NEW,
    "2001-04": FOREIGN | NEW | {
        "accuracy/roc_auc": "warn", "accuracy/ece": "warn", "accuracy/precision": "warn",
        "accuracy/f1": "warn", "accuracy/predicted-per-actual": "warn",
        "accuracy-by-slice/roc_auc[long-haul]": "warn", "accuracy-by-slice/roc_auc[big-hubs]": "warn",
        "drift/wasserstein[delay]": "warn"},
    "2001-05": FOREIGN | NEW | {
        "accuracy/ece": "warn", "accuracy/precision": "warn", "drift/ks[delay]": "warn",
        "accuracy/f1": "fail", "accuracy/predicted-per-actual": "fail",
        "drift/wasserstein[delay]": "fail"},
    "2001-06": FOREIGN | NEW | {"data-quality/quantile[delay]": "warn", "drift/wasserstein[delay]": "warn"},
}
STATUS = {"2001-05": 1}


def flight_numbers(month):
    """(test case, path in the oracle) of one month."""
    pairs = [("data-quality/distinct_count[origin]", ("data", "origins")),
             ("data-quality/quantile[delay]", ("data", "delay_p95_linear")),
             ("data-quality/days-covered", ("data", "days")),
             ("data-quality/row_count", ("data", "rows")),
             ("data-quality/foreign_key[origin]", ("data", "known_origin_share")),
             ("data-quality/foreign_key[destination]", ("data", "known_destination_share")),
             ("accuracy/predicted-per-actual", ("accuracy", "predicted_over_observed"))]
    for metric in "roc_auc log_loss ece balanced_accuracy recall precision f1".split():
        pairs.append((f"accuracy/{metric}", ("accuracy", metric)))
    for name in "long-haul big-hubs evening".split():
        pairs.append((f"accuracy-by-slice/roc_auc[{name}]", ("slices", name, "roc_auc")))
    for suite, key, columns in (("drift", "drift", ("distance", "delay")),
                                ("score-drift", "score_drift", ("p_late", "hour"))):
        for column in columns:
            pairs.append((f"{suite}/psi[{column}]", (key, column, "psi")))
            if column != "hour":
                pairs.append((f"{suite}/ks[{column}]", (key, column, "ks")))
    for column in ("origin", "destination"):
        pairs.append((f"drift/psi[{column}]", ("drift", column, "psi_categories")))
        pairs.append((f"drift/new_category_share[{column}]", ("drift", column, "new_category_share")))
    pairs += [("drift/wasserstein[delay]", ("drift", "delay", "wasserstein")),
              ("drift/jensen_shannon[origin]", ("drift", "origin", "jensen_shannon")),
              ("drift/cramers_v[destination]", ("drift", "destination", "cramers_v")),
              ("score-drift/cramers_v[late]", ("score_drift", "late", "cramers_v"))]
    return pairs


@pytest.mark.parametrize("month", VERDICTS)
def test_flights(month):
    oracle = json.loads((SOURCE / "examples/flight-delay/oracle.json").read_text())["months"][month]
    status, document, results = run("flight-delay", "--stage", "PRD", "--var", f"month={month}")
    assert status == STATUS.get(month, 0)
    verdicts = {n: r["verdict"] for n, r in results.items() if r["verdict"] != "pass"}
    assert verdicts == VERDICTS[month] | {"data-quality/freshness[date]": "skip"}
    compared = 0
    for name, path in flight_numbers(month):
        value = oracle
        for key in path:
            value = value.get(key) if isinstance(value, dict) else None
        if value is None:  # January is its own reference: the oracle leaves some out
            continue
        same(f"{month} {name}", results[name]["value"], value)
        compared += 1
    same(f"{month} lower end of roc_auc", results["accuracy/roc_auc"]["interval"]["lo"],
        oracle["accuracy"]["roc_auc_low"])
    same(f"{month} dummy of log_loss", results["accuracy/log_loss"]["baseline"]["value"],
        oracle["accuracy"]["log_loss_constant"])
    assert compared >= 25, f"only {compared} numbers were compared"


def test_baseline():
    _, document, results = run("flight-delay", "baseline.yaml")
    committed = json.loads((SOURCE / "examples/flight-delay/baseline.json").read_text())
    assert committed["results"][0]["value"] == results["accuracy/f1"]["value"]


def test_diabetes():
    oracle = json.loads((SOURCE / "examples/diabetes/oracle.json").read_text())
    status, document, results = run("diabetes")
    assert status == 0
    for metric in "mae rmse r2 bias mape".split():
        same(f"diabetes {metric}", results[f"accuracy/{metric}"]["value"], oracle[metric])
    warned = {n for n, r in results.items() if r["verdict"] == "warn"}
    assert warned == {"accuracy/r2", "accuracy/bias"}
    for name, result in results.items():
        if name.startswith("drift/ks["):
            same(f"diabetes {name}", result["value"], oracle["ks"][result["column"]])
