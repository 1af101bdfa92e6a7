"""An estimate without labels is no evidence for a promotion, unless the spec's stage says so."""
import json

from support.lab import SPEC

ESTIMATED = SPEC.replace("data:\n", """data:
  labelled: {sql: "SELECT i / 200.0 AS p, i % 3 > 0 AS y FROM range(200) AS t(i)"}
  now: {sql: "SELECT i / 150.0 AS p FROM range(150) AS t(i)"}
""", 1).replace("suites:\n", """suites:
  expected:
    on: now
    reference: labelled
    task: {type: binary, label: y, positive: true, score: p}
    checks:
      - f1: {estimate: cbpe, min: 0}
""", 1).replace("PPD: {suites: [quality]}", "PPD: {suites: [quality, expected]}")


def refusals(done):
    return {r["rule"]: r for r in json.loads(done.stdout or b'{"refusals": []}')["refusals"]}


def test_estimates(lab):
    lab.commit("expected", spec=ESTIMATED)
    done = lab.promote("PPD", "--json")
    found = refusals(done)
    assert set(found) == {"run-estimates"}, done
    assert found["run-estimates"]["found"].startswith(
        "1 check of the run is estimated without labels, not measured, such as expected/f1"), found
    lab.good("PPD", "--override", "labels come next month")
    lab.commit("allowed", spec=ESTIMATED.replace("expected]}", "expected], estimates: allowed}"))
    lab.good("PPD")
    assert lab.modelgate("verify").returncode == 0
