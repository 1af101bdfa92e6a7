"""The tasks one after the other with the real program, in a clone with a remote: a model is run, promoted,
asked for; a model that may not go on does not."""
# program: plain

import json
import pathlib
import subprocess

import pytest

from tasks import agent

SPEC = """version: 1
model: churn
data:
  rows: {path: rows.csv}
suites:
  smoke:
    on: rows
    checks:
      - row_count: {min: 3}
stages:
  PPD: {suites: [smoke]}
  PPS: {suites: [smoke]}
  PRD: {suites: [smoke]}
"""


class Clone:
    def __init__(self, place):
        self.place, self.folder = place, place.work / "clone"
        self.remote = place.work / "remote.git"
        self._git("init", "--quiet", "--bare", self.remote, folder=place.work)
        self._git("init", "--quiet", self.folder, folder=place.work)
        (self.folder / "modelgate.yaml").write_text(SPEC)
        (self.folder / "rows.csv").write_text("id\n1\n2\n3\n")
        self._git("add", "-A")
        self._git("commit", "--quiet", "-m", "A model")
        self._git("remote", "add", "origin", self.remote)
        self._git("push", "--quiet", "origin", "main")
        self._git("fetch", "--quiet", "origin")
        self.commit = self._git("rev-parse", "HEAD")

    def _git(self, *words, folder=None):
        done = subprocess.run(["git", *words], cwd=folder or self.folder, env=self.place.environment, check=True,
            capture_output=True, text=True)
        return done.stdout.strip()

    def remote_tags(self):
        return set(self._git("tag", "--list", folder=self.remote).splitlines())

    def move_on_remote(self, tag):
        self._git("tag", "--force", "-m", "moved", tag, "main", folder=self.remote)

    def tags(self):
        return self._git("tag", "--list").splitlines()

    def tag_by_hand(self, tag):
        self._git("tag", "--annotate", "-m", "by hand", tag, "main")

    def untag(self, tag):
        self._git("tag", "--delete", tag)

    def tag_type(self, tag):
        return self._git("cat-file", "-t", f"refs/tags/{tag}", folder=self.remote)


def gate(job, stage):
    step = job.run("ModelgateRunV1", {"stage": stage})
    assert step.result == "Succeeded", f"run {stage}: {step.message()}"
    return step.variables["runFile"]


@pytest.fixture(scope="module")
def clone(place):
    return Clone(place)


@pytest.fixture(scope="module")
def job(place, clone):
    return agent.Agent(place, clone.folder)


def test_nothing_yet(job):
    step = job.run("ModelgateStatusV1", {"model": "churn", "stage": "PRD"})
    assert step.result == "Succeeded" and not step.variables["version"], f"nothing yet: {step.message()}"
    step = job.run("ModelgateStatusV1", {"model": "churn", "stage": "PRD", "required": "true"})
    assert step.result == "Failed" and "No version of churn is in PRD" in step.message(), (
        f"nothing yet: {step.message()}")
    step = job.run("ModelgateStatusV1", {"model": "churn", "stage": "PRD", "expect": "v1.0.0"})
    assert step.result == "Failed" and "not v1.0.0" in step.message(), f"nothing yet: {step.message()}"


def test_to_ppd(job, clone):
    run_file = gate(job, "PPD")
    inputs = {"model": "churn", "stage": "PPD", "runFile": run_file}
    step = job.run("ModelgatePromoteV1", {**inputs, "dryRun": "true"})
    assert step.result == "Succeeded" and step.variables["outcome"] == "would be done", f"dry: {step.message()}"
    assert clone.remote_tags() == set(), f"dry: the remote has {clone.remote_tags()}"
    step = job.run("ModelgatePromoteV1", inputs)
    assert step.result == "Succeeded", f"to PPD: {step.message()} {step.issues}"
    made = step.variables
    assert made["outcome"] == "done" and made["commit"] == clone.commit, f"to PPD: {made}"
    assert made["tag"].startswith("churn#PPD"), f"to PPD: {made}"
    assert {made["tag"], made["evidence"]} <= clone.remote_tags(), f"the remote has {clone.remote_tags()}"
    assert clone.tag_type(made["tag"]) == "tag", "the tag of the stage has no message"
    assert step.tags == [f"churn-{made['version']}-PPD"], f"to PPD: {step.tags}"
    before = clone.remote_tags()
    step = job.run("ModelgatePromoteV1", inputs)
    assert step.result == "Succeeded" and step.variables["outcome"] == "done before", f"again: {step.message()}"
    assert step.variables["tagId"] == made["tagId"] and clone.remote_tags() == before, "again: another tag"
    asked(job, made, clone)


def asked(job, made, clone):
    file = job.place.work / "status.json"
    step = job.run("ModelgateStatusV1", {"model": "churn", "stage": "PPD", "required": "true", "outputFile": file})
    assert step.result == "Succeeded", f"status: {step.message()}"
    for name, value in (("version", made["version"]), ("commit", clone.commit), ("tag", made["tag"]),
            ("evidence", "whole")):
        assert step.variables[name] == value, f"status: {name} is {step.variables[name]!r}, not {value!r}"
    assert 0 <= int(step.variables["age"]) < 600, f"status: age {step.variables['age']}"
    for expect, result in ((made["version"], "Succeeded"), ("v9.9.9", "Failed")):
        step = job.run("ModelgateStatusV1", {"model": "churn", "stage": "PPD", "expect": expect})
        assert step.result == result, f"status, expecting {expect}: {step.message()}"
    assert json.loads(file.read_text())["churn"]["stage"]["PPD"] == made["version"], "status: the file"


def test_refused(job, clone):
    before = clone.remote_tags()
    run_file = gate(job, "PRD")
    step = job.run("ModelgatePromoteV1", {"model": "churn", "stage": "PRD", "runFile": run_file})
    assert step.result == "Failed" and "may not go to PRD" in step.message(), f"PRD: {step.message()}"
    assert any("PPS" in text and "fix: " in text for _, text in step.issues), f"PRD: {step.issues}"
    assert step.variables["outcome"] == "refused" and step.tags == [], f"PRD: {step.variables}"
    # A run that somebody mended by hand is no evidence.
    edited = job.place.work / "edited.json"
    edited.write_text(pathlib.Path(run_file).read_text().replace('"stage": "PRD"', '"stage": "PPS"'))
    step = job.run("ModelgatePromoteV1", {"model": "churn", "stage": "PPS", "runFile": edited})
    assert step.result == "Failed", f"edited: {step.message()}"
    assert clone.remote_tags() == before, f"refused, and the remote has {clone.remote_tags() - before}"


def test_verified(job, clone):
    """A tag that somebody moves on the remote is found, and what relies on it stops."""
    inputs = {"model": "churn", "stage": "PPD", "verify": "true", "remote": "origin"}
    # A tag by hand carries no evidence; that it says a stage is reached proves nothing.
    clone.tag_by_hand("churn#PRD#9")
    step = job.run("ModelgateStatusV1", {**inputs, "stage": "PRD", "remote": ""})
    assert step.result == "Failed" and not step.variables["version"], f"by hand: {step.message()}"
    clone.untag("churn#PRD#9")
    step = job.run("ModelgateStatusV1", inputs)
    assert step.result == "Succeeded" and step.variables["version"], f"verify: {step.message()}"
    version = step.variables["version"]
    # A checkout without tags is no model without versions.
    for tag in clone.tags():
        clone.untag(tag)
    step = job.run("ModelgateStatusV1", inputs)
    assert step.result == "Succeeded" and step.variables["version"] == version, f"without tags: {step.message()}"
    # Nothing stands there: that is known only when the remote was asked.
    step = job.run("ModelgateStatusV1", {**inputs, "stage": "PPS"})
    assert step.result == "Succeeded" and "No version" in step.message(), f"not there: {step.message()}"
    step = job.run("ModelgateStatusV1", {**inputs, "stage": "PPS", "remote": "nowhere"})
    assert step.result == "Failed" and "nowhere" in step.message(), f"remote that is not there: {step.message()}"
    step = job.run("ModelgateStatusV1", inputs)
    clone.move_on_remote(step.variables["tag"])
    step = job.run("ModelgateStatusV1", inputs)
    assert step.result == "Failed" and "does not hold" in step.message(), f"moved: {step.message()}"
    assert not step.variables["version"], f"moved: the outputs still say {step.variables}"
