"""The real gto reads what modelgate wrote, and modelgate reads what gto wrote: the same facts in the
fields that both have."""
# program: plain

import contextlib
import json
import os
import unittest.mock

import pytest

from support import console, repository

click = pytest.importorskip("click.testing")
gto_cli = pytest.importorskip("gto.cli").app

HISTORY_FIELDS = ("timestamp", "artifact", "event", "priority", "version", "stage", "commit", "author",
    "author_email", "message", "ref")
VERSION_FIELDS = ("artifact", "version", "commit_hexsha", "is_active", "created_at", "author",
    "author_email", "ref")


def gto(repo, *arguments, seconds=None):
    """gto's own command line, in this process: starting Python for each takes seconds."""
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update({**repo.place.environment, **(repo.at(seconds) if seconds is not None else {})})
    # It makes tags by dulwich, which asks the time itself; tags of one second have no order in gto.
    clock = unittest.mock.patch("time.time", lambda: repository.START + seconds) \
        if seconds is not None else contextlib.nullcontext()
    try:
        with clock, contextlib.chdir(repo.path):
            done = click.CliRunner().invoke(gto_cli, arguments)
    finally:
        os.environ.clear()
        os.environ.update(before)
    if done.exit_code != 0:
        raise RuntimeError(f"gto {' '.join(arguments)}: {done.output} {done.exception}")
    return done.stdout


def compare(repo, what):
    """Every field that gto's show and history have."""
    theirs = json.loads(gto(repo, "show", "--json"))
    ours = repo.json("status")
    assert list(theirs) and sorted(theirs) == sorted(ours), f"{what}: models {ours.keys()}"
    for model, facts in theirs.items():
        for key in ("version", "registered", "active"):
            assert ours[model][key] == facts[key], (
                f"{what}: {key} of {model}: {ours[model][key]}" f", gto: {facts[key]}")
        # gto lists the stages in use, we those of the policy as well.
        for stage, version in facts["stage"].items():
            assert ours[model]["stage"].get(stage) == version, (
                f"{what}: {model} in {stage}: {ours[model]['stage']}, gto: {version}")
        assert not any(version for stage, version in ours[model]["stage"].items() if stage not in facts["stage"]), (
            f"{what}: stages of {model}: {ours[model]['stage']}")
        versions = {version["version"]: version for version in ours[model]["versions"]}
        for version in json.loads(gto(repo, "show", model, "--json")):
            for key in VERSION_FIELDS:
                if not version["version"].startswith("v") and key not in ("commit_hexsha", "is_active"):
                    continue  # nobody registered it: we say who did only where somebody did
                assert versions[version["version"]][key] == version[key], (
                    f"{what}: {key} of {model} {version['version']}: "
                    f"{versions[version['version']][key]}, gto: {version[key]}")
    for model in sorted({event["artifact"] for event in json.loads(gto(repo, "history", "--json"))}):
        theirs = json.loads(gto(repo, "history", model, "--json"))
        ours = repo.json("history", model)
        assert [event["ref"] for event in ours] == [event["ref"] for event in theirs], (
            f"{what}: history of {model}: {[event['ref'] for event in ours]}, gto: "
            f"{[event['ref'] for event in theirs]}")
        for mine, other in zip(ours, theirs):
            for key in HISTORY_FIELDS:
                assert mine[key] == other[key], f"{what}: {key} of {other['ref']}: {mine[key]!r}, gto: {other[key]!r}"


@pytest.fixture(scope="module")
def place():
    """One home for all: gto remembers where it found git's configuration."""
    with console.Place() as place:
        yield place


def test_read_what_gto_wrote(place):
    repo = repository.Repository(place, "theirs")
    repo.commit({"a": "1"})
    clock = iter(range(1, 1000))

    def act(*arguments):
        gto(repo, *arguments, seconds=next(clock))

    act("register", "churn")
    act("assign", "churn", "--version", "v0.0.1", "--stage", "PPD")
    compare(repo, "a version in a stage")
    act("assign", "churn", "--version", "v0.0.1", "--stage", "PPS")
    repo.commit({"a": "2"})
    act("register", "churn", "--bump-minor")
    act("assign", "churn", "--version", "v0.1.0", "--stage", "PPD")
    act("register", "models/fraud:fraud", "--version", "v1.0.0-rc.1")
    act("assign", "models/fraud:fraud", "--version", "v1.0.0-rc.1", "--stage", "PPS")
    act("register", "catalog.schema:model", "--version", "v3.0.0")
    compare(repo, "two versions and a mono repo")
    act("assign", "churn", "--version", "v0.0.1", "--stage", "PPD", "--force")
    compare(repo, "back to an older version")
    act("deprecate", "churn", "v0.0.1", "PPD")
    compare(repo, "unassigned: the one before")
    act("deprecate", "churn", "v0.1.0")
    compare(repo, "deregistered")
    repo.commit({"a": "3"})
    act("assign", "churn", "--stage", "PRD")
    compare(repo, "assign, which registers as well")
    act("register", "simple", "--simple", "true", "HEAD~1")
    act("assign", "simple", "HEAD~1", "--stage", "PPD", "--simple", "true")
    act("register", "counted", "--simple", "false", "HEAD~1")
    compare(repo, "with and without counters")
    act("deprecate", "models/fraud:fraud")
    compare(repo, "deprecated")
    assert "models/fraud:fraud" in repo.json("status", "--deprecated"), "--deprecated lists it"
    repo.tag("raw#PPD#1")
    compare(repo, "a commit in a stage without a version")
    repo.git("tag", "churn#PRD#99")
    repo.git("tag", "unrelated")
    repo.git("tag", "-a", "-m", "x", "release-1")
    compare(repo, "lightweight and other tags")
    done = repo.modelgate("verify")
    assert done.returncode == 1 and done.stdout.count(b"BREAK") == 2 and b"churn#PRD#99" in done.stdout, (
        f"verify finds the lightweight tag, and the numbers between: " f"{done.stdout.decode()}")
    repo.git("tag", "--delete", "churn#PRD#99")
    done = repo.modelgate("verify")
    assert done.returncode == 0 and b"not written by modelgate" in done.stdout, (
        f"what gto wrote is no break: {done.stdout.decode()}")
    repo.commit({".gto": "stages: [PRD, PPS, PPD]\n"})
    compare(repo, "with stages in .gto")
    assert list(repo.json("status")["churn"]["stage"]) == ["PRD", "PPS", "PPD"], "their order is that of .gto"


def test_let_gto_read(place):
    repo = repository.Repository(place, "ours")
    repo.write({".modelgate.yaml": "models: {churn: '', models/fraud:fraud: models/fraud}\n"})
    repo.add_model("churn")
    repo.add_model("fraud", "models/fraud")
    repo.promote("PPD")
    compare(repo, "we promoted")
    repo.promote("PPS")
    repo.promote("PPD", "--version", "v2.0.0-rc.1", model="models/fraud:fraud", folder="models/fraud")
    repo.commit({"train.py": "2\n"})
    repo.promote("PPD", "--bump", "major")
    repo.promote("PPS")
    repo.promote("PRD", "--approver", "Ada")
    compare(repo, "we promoted more")
    for arguments in (["rollback", "--stage", "PPS", "--to", "v0.0.1"],
        ["withdraw", "--stage", "PPD", "--version", "v1.0.0"]):
        done = repo.modelgate(arguments[0], "--model", "churn", *arguments[1:], "--reason", "a reason")
        assert done.returncode == 0, f"{arguments}: {done.stderr.decode()}"
        compare(repo, f"we did {arguments[0]}")
    checked = json.loads(gto(repo, "check-ref", "churn#PRD#5", "--json"))
    assert checked.get("stage") == "PRD" and checked.get("version") == "v1.0.0", f"gto check-ref: {checked}"
    # And both write on: gto after us, we after gto.
    done = gto(repo, "assign", "churn", "--version", "v0.0.1", "--stage", "PPD", "--force")
    number = max(int(event["ref"].rsplit("#")[-1]) for event in repo.json("history", "churn")
        if event["counter"])
    assert f"churn#PPD#{number}" in done, f"gto takes the next number: {done}"
    repo.commit({"train.py": "3\n"})
    repo.promote("PPD")
    told = repo.json("history", "churn")[0]
    assert told["ref"] == f"churn#PPD#{number + 1}", f"so do we: {told['ref']}"
    assert repo.modelgate("verify").returncode == 0, "and the history is good"
