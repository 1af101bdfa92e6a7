"""The tasks ModelgateRollback, ModelgateWithdraw, ModelgateComment and ModelgateChanged: what they ask the program (a
stand-in that writes down how it was called), and what they make of its answers."""


import pytest

from tasks import agent
from tasks.test_promote_slow import AZURE_REPOS, DONE, HOSTILE, REFUSED, Recorder

PULL_REQUEST = {**AZURE_REPOS, "BUILD_REASON": "PullRequest", "SYSTEM_PULLREQUEST_TARGETBRANCH": "refs/heads/main"}
ROLLBACK = {"model": "churn", "stage": "PRD", "reason": "recall fell; see INC-9"}
WITHDRAW = {**ROLLBACK, "version": "v1.3.0"}


@pytest.fixture(scope="module")
def job(place):
    return agent.Agent(place, place.work)


def test_rollback(job):
    recorder = Recorder(job, "ModelgateRollbackV1", ROLLBACK)
    step, call = recorder.run({}, {**DONE, "stage": "PRD"})
    wanted = ["rollback", "--model", "churn", "--stage", "PRD", "--reason", ROLLBACK["reason"], "--push",
        "origin", "--json"]
    assert call["words"] == wanted and call["token"] == agent.TOKEN, f"rollback: {call}"
    assert step.result == "Succeeded" and "is in PRD again" in step.message(), f"rollback: {step.message()}"
    assert (step.tags, step.variables["version"]) == (["churn-v1.3.0-PRD"], "v1.3.0"), (
        f"rollback: {step.tags} {step.variables}")
    step, call = recorder.run({"version": "v1.2.0", "dryRun": "true", "push": ""}, {**DONE, "outcome": "would be done"})
    assert call["words"][5:7] == ["--to", "v1.2.0"] and "--dry-run" in call["words"] and not call["token"], (
        f"dry: {call}")
    assert step.result == "Succeeded" and step.tags == [], f"a dry run tags the build: {step.tags}"
    step, _ = recorder.run({}, REFUSED, 1)
    assert step.result == "Failed" and "2 rules speak against it" in step.message(), f"refused: {step.message()}"
    step, _ = recorder.run({}, "", 0)
    assert step.result == "Failed" and "named no tag" in step.message(), f"nothing: {step.message()}"
    step, call = recorder.run({"reason": ""}, DONE)
    assert step.result == "Failed" and call is None, f"without a reason: {step.message()}"


def test_withdraw(job):
    recorder = Recorder(job, "ModelgateWithdrawV1", WITHDRAW)
    step, call = recorder.run({}, {**DONE, "tag": "churn#PRD!#5", "stands": "v1.2.0"})
    wanted = ["withdraw", "--model", "churn", "--stage", "PRD", "--version", "v1.3.0", "--reason", ROLLBACK["reason"],
        "--push", "origin", "--json"]
    assert call["words"] == wanted, f"withdraw: {call}"
    assert step.result == "Succeeded" and step.variables["stands"] == "v1.2.0", (
        f"withdraw: {step.message()} {step.variables}")
    assert step.tags == ["churn-v1.3.0-out-of-PPS"], f"what deploys on a build tag starts on a withdrawal: {step.tags}"
    step, _ = recorder.run({}, {**DONE, "outcome": "refused", "tag": None}, 1)
    assert step.result == "Failed" and "may not be taken out of PRD" in step.message(), f"refused: {step.message()}"


def test_comment(job):
    recorder = Recorder(job, "ModelgateCommentV1", {"runFile": "run.json"})
    step, call = recorder.run({"timeout": "5s"}, "", environment=PULL_REQUEST)
    assert call["words"][:4] == ["comment", "--timeout", "5s", "--"] and call["token"] == agent.TOKEN, (
        f"comment: {call}")
    assert step.result == "Succeeded", f"comment: {step.message()}"
    _, call = recorder.run({"model": "pay:churn", "againstTarget": "true", "against": "PPS"}, "",
        environment=PULL_REQUEST)
    assert call["words"][:7] == ["comment", "--model", "pay:churn", "--against-target", "--against", "PPS", "--"], (
        f"against: {call}")
    _, call = recorder.run({"againstRun": "main/run.json"}, "", environment=PULL_REQUEST)
    assert call["words"][1:3] == ["--against-run", str(job.sources / "main/run.json")], f"against a run: {call}"
    for name, environment in (("no pull request", AZURE_REPOS),
                              ("GitHub", {**PULL_REQUEST, "BUILD_REPOSITORY_PROVIDER": "GitHub"}),
                              ("a fork", {**PULL_REQUEST, "SYSTEM_PULLREQUEST_ISFORK": "True"})):
        step, call = recorder.run({}, "", environment=environment)
        assert step.result == "Succeeded" and call is None, f"{name}: {step.message()} {call}"
    for required, result in (("false", "SucceededWithIssues"), ("true", "Failed")):
        step, _ = recorder.run({"required": required}, "", 3, f"modelgate: HTTP 403 {HOSTILE}",
            environment=PULL_REQUEST)
        assert step.result == result and "HTTP 403" in step.message(), f"refused, required {required}: {step.message()}"


def test_changed(job):
    script = """#!/bin/sh
echo "$@" >>"${0%/*}/calls"
[ ! -e "${0%/*}/broken" ] || { echo "modelgate: a shallow clone" >&2; exit 3; }
case "$3" in names) printf 'churn\\nfraud-score\\n' ;; *) echo '{"churn": {"model": "churn"}}' ;; esac
"""
    folder = agent.stand_in(job.place, "changes", script)
    job.path = f"{folder}:/usr/bin:/bin"
    step = job.run("ModelgateChangedV1", {}, environment=PULL_REQUEST)
    assert step.variables == {"matrix": '{"churn": {"model": "churn"}}', "models": "churn;fraud-score", "count": "2"}, (
        f"changed: {step.variables} {step.message()}")
    assert "--format names -- origin/main...HEAD" in (folder / "calls").read_text(), (folder / "calls").read_text()
    job.run("ModelgateChangedV1", {"range": "v1..HEAD", "policyRef": "release"}, environment=AZURE_REPOS)
    assert "--format names --policy-ref release -- v1..HEAD" in (folder / "calls").read_text(), (
        (folder / "calls").read_text())
    step = job.run("ModelgateChangedV1", {}, environment=AZURE_REPOS)
    assert step.result == "Failed" and '"range"' in step.message(), f"no range: {step.message()}"
    (folder / "broken").touch()
    step = job.run("ModelgateChangedV1", {}, environment=PULL_REQUEST)
    assert step.result == "Failed" and "a shallow clone" in step.message() and step.variables == {}, (
        f"broken: {step.message()}")


def test_status(job):
    recorder = Recorder(job, "ModelgateStatusV1", {"model": "churn", "stage": "PRD"})
    standing = {"version": "v1.3.0", "commit": 40 * "c", "ref": "churn#PRD#7"}
    answer = {"churn": {"standings": {"PRD": standing}}}
    step, call = recorder.run({"policyRef": "release"}, answer)
    assert call["words"] == ["status", "--json", "--deprecated", "--policy-ref", "release"], f"status: {call}"
    assert (step.result, step.variables["version"]) == ("Succeeded", "v1.3.0"), f"status: {step.message()}"
    calls = recorder.folder / "calls"
    (recorder.folder / "modelgate").write_text(f"""#!/bin/sh
echo "$@" >>{calls}
[ "$1" = verify ] || cat {recorder.folder}/answer
""")
    recorder.run({"policyRef": "release", "verify": "true"}, answer)
    assert "verify --policy-ref release --stage PRD -- churn\n" in calls.read_text(), calls.read_text()
