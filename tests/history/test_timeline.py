"""modelgate history MODEL --from STORE: what tags say of a model, and its runs on record, as one list."""

import json
import time

import pytest

from support.lab import Lab


@pytest.fixture(scope="module")
def lab():
    """A run that failed, one that passed and was promoted, and one that passed in the next stage."""
    with Lab() as lab:
        store = lab.root / "history"
        lab.commit("bad", x=0.1)
        lab.run("PPS", "--record", store)
        lab.commit("good", x=1)
        assert lab.promote("PPD", run=lab.run("PPD", "--record", store)).returncode == 0
        time.sleep(1.1)  # tags have whole seconds, and what is of one second counts as before the tag
        lab.run("PPS", "--record", store)
        yield lab


def history(lab, *arguments):
    done = lab.modelgate("history", *arguments)
    assert done.returncode == 0, done
    return done.stdout.decode()


def test_runs_stand_among_the_events(lab):
    head, *lines = history(lab, "churn", "--from", lab.root / "history").splitlines()
    what = [line.split("  ")[1] for line in lines]
    assert what == ["run for PPS: pass", "v0.0.1 into PPD", "v0.0.1 registered", "run for PPD: pass",
        "run for PPS: fail"], lines
    assert "1 failed" in lines[-1] and lab.git("rev-parse", "HEAD~1")[:7] in lines[-1]
    assert not any("run for" in line for line in history(lab, "churn").splitlines()), "only where they are asked for"


def test_programs_get_the_record_and_the_verdict(lab):
    told = json.loads(history(lab, "churn", "--from", lab.root / "history", "--json"))
    assert [event["event"] for event in told] == ["run", "assignment", "registration", "run", "run"], told
    last = told[-1]
    assert (last["artifact"], last["stage"], last["verdict"]) == ("churn", "PPS", "fail")
    assert (lab.root / "history" / last["record"]).is_file()
    events = [event for event in told if event["event"] != "run"]
    assert events == json.loads(history(lab, "churn", "--json")), "gto's fields stay as they are"


@pytest.mark.parametrize("model", ["models/churn:churn", "churn"])
def test_a_model_that_no_tag_names_has_its_runs(lab, model):
    clone = lab.root / model.replace("/", "-")
    lab.git("init", "--quiet", str(clone))
    done = lab.modelgate("history", model, "--from", lab.root / "history", cwd=clone)
    assert done.returncode == 0 and done.stdout.decode().count("run for") == 3, done


@pytest.mark.parametrize("arguments, code, say", [
    (["nobody", "--from", "HISTORY"], 2, "no tag in this clone names a model 'nobody'"),
    (["churn", "--from", "nowhere"], 2, "there is no folder nowhere to read a history from"),
])
def test_what_is_not_there_is_said(lab, arguments, code, say):
    done = lab.modelgate("history", *[str(lab.root / "history") if a == "HISTORY" else a for a in arguments])
    assert done.returncode == code and say in done.stderr.decode() and not done.stdout, done


def test_a_broken_record_breaks_the_list(lab):
    path = sorted((lab.root / "history").rglob("*.gz"))[0]
    whole = path.read_bytes()
    path.write_bytes(whole[:-9])
    done = lab.modelgate("history", "churn", "--from", lab.root / "history")
    path.write_bytes(whole)
    assert done.returncode == 3 and not done.stdout and b"it is cut off" in done.stderr, done
