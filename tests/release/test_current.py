"""A run that is old, that took another time for now, or was given other variables; and a commit that is older
than what stands in the stage: refused or on record, and verify decides the same."""

import hashlib
import json
import time

from support.lab import SPEC

VARS = SPEC.replace("version: 1\n", 'version: 1\nvars: {least: "2", most: "9"}\n').replace(
    "row_count: {min: 2}", 'row_count: {min: "${least}", max: "${most}"}')


def rules(done):
    return {r["rule"] for r in json.loads(done.stdout or b'{"refusals": []}')["refusals"]}


def sound(lab, what):
    done = lab.modelgate("verify")
    assert done.returncode == 0, f"{what}: verify: {done.stdout}"


def test_age(lab):
    lab.commit("impatient", policy="max_age: 2s\n")
    run = lab.run("PPD")
    time.sleep(3)
    assert rules(lab.promote("PPD", "--json", run=run)) == {"run-age"}, "an old run"
    assert rules(lab.promote("PPD", "--json", "--override", "x", run=run)) == {"run-age"}, "by override"
    lab.commit("patient", policy="max_age: 1h\n")
    lab.good("PPD")
    sound(lab, "in time")


def test_clock(lab):
    run = lab.run("PPD", "--as-of", "2020-01-01", file="then.json")
    done = lab.promote("PPD", "--json", run=run)
    assert rules(done) == {"run-clock"} and b"--as-of" in done.stdout, done
    lab.good("PPD", "--override", "the data of that year is meant", run=run)
    sound(lab, "on record")


def test_seed(lab):
    """Chance is not asked again until it says yes."""
    run = lab.run("PPD", "--seed", "7", file="lucky.json")
    done = lab.promote("PPD", "--json", run=run)
    assert rules(done) == {"run-seed"} and b"--seed 7" in done.stdout, done
    lab.good("PPD", "--override", "the seed of the paper", run=run)
    sound(lab, "on record")


def test_variables(lab):
    lab.commit("variables", spec=VARS)
    done = lab.good("PPD", run=lab.run("PPD", "--var", "least=1", "--var", "most=9"))
    assert "\nVars: least=1" in lab.message(done["tag"]), lab.message(done["tag"])
    shown = lab.modelgate("show", done["tag"]).stdout.decode()
    assert "least=1" in shown, shown
    sound(lab, "variables on record")
    lab.commit("fixed", policy="vars: fixed\n")
    done = lab.promote("PPD", "--json", run=lab.run("PPD", "--var", "least=1"))
    assert rules(done) == {"run-vars"} and b"least" in done.stdout, done
    done = lab.good("PPD", run=lab.run("PPD", "--var", "least=2"))
    assert "Vars:" not in lab.message(done["tag"]), "as the spec has it"
    sound(lab, "fixed")


def test_attempts(lab):
    """Red, and green on the second try."""
    job = {"BUILD_BUILDID": "4711", "SYSTEM_STAGENAME": "churn_PPD_tests", "SYSTEM_JOBNAME": "test",
        "SYSTEM_STAGEATTEMPT": "2", "SYSTEM_JOBATTEMPT": "1"}
    lab.modelgate("run", "--stage", "PPD", "--json", "again.json", "--quiet", environment=job)
    told = json.loads((lab.work / "again.json").read_text())["pipeline"]
    assert told == {"build": "4711", "job": "churn_PPD_tests/test", "attempt": 2}, told
    done = lab.good("PPD", run="again.json")
    assert "\nAttempt: churn_PPD_tests/test 2" in lab.message(done["tag"]), lab.message(done["tag"])
    shown = lab.modelgate("show", done["tag"]).stdout.decode()
    assert "churn_PPD_tests/test 2; it was run before, and run again" in shown, shown
    assert "on record" in shown, f"what came of the first is not: {shown}"
    sound(lab, "the second attempt")
    # With the files of the attempts before it, and others that lie beside them.
    good = (lab.work / "rows.csv").read_text()
    for name, build, attempt, rows in (("first", 4712, 1, "id,x\n1,1\n"), ("other", 4711, 1, good),
            ("third", 4712, 3, good), ("second", 4712, 2, good)):
        (lab.work / "rows.csv").write_text(rows)
        job.update(BUILD_BUILDID=str(build), SYSTEM_STAGEATTEMPT=str(attempt))
        lab.modelgate("run", "--stage", "PPD", "--json", f"{name}.json", "--quiet", environment=job)
    files = [word for name in ("third", "second", "other", "first") for word in ("--earlier", f"{name}.json")]
    done = lab.good("PPD", *files, run="second.json")
    first = hashlib.sha256((lab.work / "first.json").read_bytes()).hexdigest()
    assert f"Earlier: 1 fail sha256:{first}" in lab.message(done["tag"]).splitlines(), lab.message(done["tag"])
    shown = lab.modelgate("show", done["tag"]).stdout.decode()
    assert f"earlier: 1 fail sha256:{first}" in shown, shown
    sound(lab, "with what came of the first")
    text = (lab.work / "first.json").read_text()
    (lab.work / "first.json").write_text(text.replace("4712", "4713"))
    done = lab.promote("PPD", *files, run="second.json")
    assert done.returncode != 0 and b"first.json" in done.stderr, f"a changed file: {done}"


def test_warnings(lab):
    warned = SPEC.replace("min: 2}", "min: 2, warn: {min: 3}}")
    lab.commit("warning", spec=warned, policy="fail_on: warn\n")
    assert rules(lab.promote("PPD", "--json")) == {"run-passed"}, "a warning by a strict policy"


def test_late_approval(lab):
    """v0.0.2 waited for its approval until v0.0.3 was in PRD."""
    runs = {}
    for number in (1, 2, 3):
        commit = lab.commit(str(number), x=number)
        for stage in ("PPD", "PPS", "PRD"):
            runs[number, stage] = (lab.run(stage, file=f"{number}{stage}.json"), commit)
    def promote(number, stage, *more):
        run, commit = runs[number, stage]
        return lab.promote(stage, "--json", "--commit", commit, *more, run=run)
    for number in (1, 2, 3):
        for stage in ("PPD", "PPS"):
            assert promote(number, stage).returncode == 0, f"{number} {stage}"
    for number in (1, 3):
        assert promote(number, "PRD").returncode == 0, f"{number} PRD"
    done = promote(2, "PRD")
    assert rules(done) == {"newest"} and b"rollback" in done.stdout, f"late: {done}"
    done = promote(2, "PRD", "--override", "v0.0.3 burns")
    assert done.returncode == 0, f"on record: {done}"
    sound(lab, "late")
    # What was withdrawn is not what stands there.
    lab.modelgate("withdraw", "--model", "churn", "--stage", "PRD", "--version", "v0.0.3", "--reason", "x")
    back = lab.modelgate("rollback", "--model", "churn", "--stage", "PRD", "--to", "v0.0.1", "--reason", "y")
    assert back.returncode == 0, back
    sound(lab, "at the end")
