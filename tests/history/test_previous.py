"""baseline: {previous: N}: the mean of the last N runs of the model and stage that passed, from --history; and
what a run was held to stands in it."""

import hashlib
import json

import pytest

from support import history
from support.lab import Lab

CHECK = "mean: {column: x, max_drop: 1, baseline: {previous: 3}, baseline_missing: MISSING}"


def spec(missing="error", check=CHECK):
    return history.SPEC.replace("mean: {column: x, min: 0}", check.replace("MISSING", missing)).replace(
        "      - mean", "      - row_count: {min: 1}\n      - mean")


@pytest.fixture
def model():
    with history.Model(spec("pass")) as model:
        (model.work / "history").mkdir()
        yield model


def record(model, day, x, *arguments):
    """The result of the relative check in a run of that day, which is recorded."""
    return measure(model, day, x, "--record", "history", *arguments)


def measure(model, day, x, *arguments):
    model.rows(x)
    path = model.run("run.json", f"2026-11-{day:02}", "--history", "history", *arguments)
    return json.loads(path.read_text())["results"][1]


def held_to(result):
    return result["baseline"]["value"], result["baseline"]["source"]


def test_the_mean_of_the_last_runs_that_passed(model):
    first = record(model, 1, 4)
    assert first["verdict"] == "pass" and held_to(first) == (None, "previous 3")
    assert "folder history has no run of churn without a stage before this one that passed" in first["message"]
    assert "so it was held to nothing" in first["message"]
    assert held_to(record(model, 2, 5)) == (4, "previous 3, of which 1 is there")
    assert held_to(record(model, 3, 6)) == (4.5, "previous 3, of which 2 are there")
    assert held_to(record(model, 4, 7)) == (5, "previous 3")
    fell = record(model, 5, 4)
    assert fell["verdict"] == "fail" and held_to(fell) == (6, "previous 3")
    assert "below the baseline 6 (previous 3)" in fell["message"]
    assert held_to(record(model, 6, 8)) == (6, "previous 3"), "the run that failed is no baseline"
    assert held_to(measure(model, 7, 8)) == (7, "previous 3"), "and the one after it is"


def test_a_run_that_was_made_again_replaces_the_one_before(model):
    """One moment, one number, whatever was mended in between. A run with --select is none."""
    record(model, 1, 4)
    record(model, 2, 10)
    for x in (6, 7, 8):
        record(model, 2, x)
    record(model, 2, 90, "--select", "kind:*")
    assert held_to(measure(model, 3, 9)) == (6, "previous 3, of which 2 are there"), "4 and 8"
    run = json.loads((model.work / "run.json").read_text())
    assert len([entry for entry in run["inputs"] if entry["data"] == "baseline"]) == 2


def test_a_day_that_failed_when_it_was_run_again_is_no_baseline(model):
    at_most = spec("pass").replace("row_count: {min: 1}", "maximum: {column: x, max: 50}")
    (model.work / "modelgate.yaml").write_text(at_most)
    record(model, 1, 4)
    record(model, 2, 6)
    record(model, 2, 60)
    assert held_to(measure(model, 3, 9)) == (4, "previous 3, of which 1 is there")
    record(model, 2, 7)
    assert held_to(measure(model, 3, 9)) == (5.5, "previous 3, of which 2 are there")


def test_runs_of_one_second_are_told_apart(model):
    """Their names have the second alone, and behind it what sorts by chance."""
    (model.work / "modelgate.yaml").write_text(spec("pass", CHECK.replace("previous: 3", "previous: 2")))
    for i, x in enumerate((4, 5, 6, 7)):
        model.rows(x)
        model.run("run.json", f"2026-11-01T00:00:00.{i}Z", "--history", "history", "--record", "history")
    assert held_to(measure(model, 3, 9)) == (6.5, "previous 2")


def test_a_verdict_can_be_repeated_and_its_records_are_named(model):
    for day, x in ((1, 4), (2, 5), (4, 9)):
        record(model, day, x)
    again = measure(model, 3, 5)
    assert held_to(again) == (4.5, "previous 3, of which 2 are there"), "what comes after --as-of is not seen"
    run = json.loads((model.work / "run.json").read_text())
    noted = [entry for entry in run["inputs"] if entry["data"] == "baseline"]
    assert len(noted) == 2
    for entry in noted:
        path = model.work / entry["path"].replace("history://", "history/")
        assert hashlib.sha256(path.read_bytes()).hexdigest() == entry["sha256"]
        assert path.stat().st_size == entry["bytes"]
    assert measure(model, 1, 5)["baseline"]["value"] is None, "nor what was at that very moment"


def test_stages_are_kept_apart(model):
    record(model, 1, 4)
    assert held_to(record(model, 2, 5, "--stage", "PRD")) == (None, "previous 3")
    assert held_to(measure(model, 3, 5, "--stage", "PRD"))[0] == 5
    assert held_to(measure(model, 3, 5))[0] == 4


@pytest.mark.parametrize("missing, verdict", [("error", "error"), ("skip", "skip"), ("pass", "pass")])
def test_without_a_run_baseline_missing_decides(model, missing, verdict):
    (model.work / "modelgate.yaml").write_text(spec(missing))
    assert measure(model, 1, 4)["verdict"] == verdict


def test_runs_that_are_no_baseline_are_counted(model):
    record(model, 1, 4, "--select", "kind:*")
    (model.work / "modelgate.yaml").write_text(spec("error"))
    record(model, 2, 4)
    said = measure(model, 3, 4)
    assert said["verdict"] == "error"
    assert "but 1 that did not pass, 1 with --select; baseline_missing: pass" in said["message"]


def test_no_history_is_never_a_baseline_that_is_missing(model):
    path = model.run("run.json", "2026-11-01")
    result = json.loads(path.read_text())["results"][1]
    assert result["verdict"] == "error"
    assert "it needs earlier runs; pass --history STORE, where they are on record" in result["message"]


@pytest.mark.parametrize("more", [[], ["--record", "histroy"]])
def test_a_folder_that_is_not_there_is_no_first_run(model, more):
    """A mistyped name, a share that is not mounted: what is not there says nothing of how many runs there were."""
    done = model.modelgate("run", "--quiet", "--history", "histroy", *more)
    assert done.returncode == 2 and not (model.work / "histroy").exists()
    said = done.stderr.decode()
    assert "there is no folder histroy to read a history from" in said
    assert "To begin a new history, create the folder: mkdir histroy" in said
    (model.work / "histroy").mkdir()
    assert model.modelgate("run", "--quiet", "--history", "histroy", *more).returncode == 0


def test_a_broken_record_is_an_error_whatever_is_missing(model):
    record(model, 1, 4)
    path = next((model.work / "history").rglob("*.gz"))
    whole = path.read_bytes()
    path.write_bytes(whole[:-9])
    cut = measure(model, 2, 4)
    path.write_bytes(whole)
    path.rename(path.with_name("000001Z-0123456789abcdef.run.json.gz"))
    renamed = measure(model, 2, 4)
    assert cut["verdict"] == "error" and "it is cut off" in cut["message"]
    assert renamed["verdict"] == "error" and "it contradicts its name" in renamed["message"]


def test_another_measure_is_no_baseline(model):
    record(model, 1, 4)
    changed = CHECK.replace("column: x,", "column: x, where: id > 1,")
    (model.work / "modelgate.yaml").write_text(spec("pass", changed))
    other = measure(model, 2, 4)
    assert other["verdict"] == "error", other["message"]
    assert "the baseline measured something else: where was not given, is id > 1, in the record churn/" in (
        other["message"])
    named = changed.replace("column: x,", "column: x, name: later-rows,")
    (model.work / "modelgate.yaml").write_text(spec("pass", named))
    assert measure(model, 2, 4)["verdict"] == "pass", "under a new name it begins anew"


def test_a_mean_of_shares_and_of_intervals(model):
    """Wider than the interval of a mean would be, so that nothing is decided wrongly."""
    check = CHECK.replace("max_drop: 1,", "max_drop: 1, confidence: 95%,")
    (model.work / "modelgate.yaml").write_text(spec("pass", check))
    for day, x in ((1, 4), (2, 6)):
        (model.work / "rows.csv").write_text("id,x\n" + "".join(f"{i},{x + i % 3}\n" for i in range(90)))
        path = model.run("run.json", f"2026-11-{day:02}", "--history", "history", "--record", "history")
    path = model.run("run.json", "2026-11-03", "--history", "history")
    result = json.loads(path.read_text())["results"][1]
    assert held_to(result)[0] == 6 and result["difference"]["lo"] < 1 < result["difference"]["hi"]


def test_a_stranger_reads_a_folder_and_no_network(model):
    record(model, 1, 4)
    result = measure(model, 2, 4, "--untrusted")
    assert held_to(result)[0] == 4
    with Lab(spec("pass")) as lab:
        lab.git("remote", "add", "origin", str(lab.work))
        done = lab.modelgate("run", "--untrusted", "--history", "git:origin")
        assert done.returncode == 2 and b"--untrusted has no network" in done.stderr


def test_a_promotion_has_the_records_as_what_lies_outside_of_git():
    """By digest alone, as data outside of git are."""
    with Lab(spec("pass").replace("PRD", "PPD")) as lab:
        store = lab.root / "history"
        store.mkdir()
        earlier = lab.run("PPD", "--history", store, "--record", store, "--as-of", "2026-11-01")
        assert (lab.work / earlier).exists()
        run = lab.run("PPD", "--history", store)
        result = json.loads((lab.work / run).read_text())["results"][1]
        assert held_to(result) == (1, "previous 3, of which 1 is there")
        record, = history.files(store)
        done = lab.promote("PPD", "--json", run=run)
        assert done.returncode == 0, done
        verify = lab.modelgate("verify")
        assert verify.returncode == 0, verify
        shown = lab.modelgate("show", "churn#PPD#1").stdout.decode()
        digest = hashlib.sha256((store / record).read_bytes()).hexdigest()
        assert f"outside git baseline: history://{record}  sha256:{digest}" in shown, shown
