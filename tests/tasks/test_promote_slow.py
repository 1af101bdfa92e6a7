"""The task ModelgatePromote: what it asks the program (a stand-in that writes down how it was called, so
that secrets can be looked for), and what it makes of its answers."""

import http.server
import json
import pathlib
import sys
import threading

import pytest

from support import console
from tasks import agent

TASK = "ModelgatePromoteV1"
KEY = b"-----BEGIN OPENSSH PRIVATE KEY-----\nsecret\n"
# Answers with the file `answer` and the status in `status`, beside itself.
RECORDER = """#!/usr/bin/env python3
import json, os, pathlib, stat, sys
here = pathlib.Path(__file__).parent
words = sys.argv[1:]
key = pathlib.Path(words[words.index("--sign") + 1]) if "--sign" in words else None
(here / "call").write_text(json.dumps({
    "words": words,
    "token": os.environ.get("SYSTEM_ACCESSTOKEN"),
    "folder": os.getcwd(),
    "key": key and key.read_text(),
    "mode": key and stat.S_IMODE(key.stat().st_mode),
    "environment": [name for name, value in os.environ.items()
        if value and name.startswith(("INPUT_", "ENDPOINT_", "SECUREFILE_"))],
}))
sys.stdout.write((here / "answer").read_text())
sys.stderr.write((here / "complaint").read_text())
sys.exit(int((here / "status").read_text()))
"""
DONE = {"outcome": "done", "model": "churn", "stage": "PPS", "version": "v1.3.0", "commit": 40 * "c",
    "tag": "churn#PPS#4", "id": 40 * "a", "registers": True, "evidence": "evidence/0123456789abcdef0123",
    "evidence_sha256": 64 * "e", "run_sha256": None, "remote": "origin", "stands": None, "refusals": [],
    "overridden": []}
HOSTILE = "##vso[task.complete result=Succeeded;done=true]\r\n"
REFUSED = {**DONE, "outcome": "refused", "tag": None, "id": None, "refusals": [
    {"rule": "stage-order", "found": "it is not in PPD", "way_out": "promote it to PPD first", "overridable": True},
    {"rule": "run-passed", "found": f"the run says {HOSTILE}", "way_out": "run again", "overridable": False}]}
INPUTS = {"model": "churn", "stage": "PPS", "runFile": "run.json"}
AZURE_REPOS = {"BUILD_REPOSITORY_PROVIDER": "TfsGit"}


class Recorder:
    """The program's stand-in, for one task and what is always given to it."""

    def __init__(self, job, task=TASK, inputs=INPUTS):
        self.task, self.inputs = task, inputs
        self.folder = agent.stand_in(job.place, f"recorder-{task}", RECORDER)
        self.job = job
        job.path = f"{self.folder}:{pathlib.Path(sys.executable).parent}:/usr/bin:/bin"

    def run(self, inputs, answer, status=0, complaint="", environment=AZURE_REPOS):
        (self.folder / "answer").write_text(answer if isinstance(answer, str) else json.dumps(answer))
        (self.folder / "status").write_text(str(status))
        (self.folder / "complaint").write_text(complaint)
        (self.folder / "call").unlink(missing_ok=True)
        step = self.job.run(self.task, {**self.inputs, **inputs}, environment=environment)
        call = self.folder / "call"
        return step, json.loads(call.read_text()) if call.exists() else None


@pytest.fixture(scope="module")
def place():
    agent.build()
    with console.Place() as place:
        (place.work / "models").mkdir()
        (place.work / "id").write_bytes(KEY)
        yield place


@pytest.fixture(scope="module")
def job(place):
    return agent.Agent(place, place.work)


@pytest.fixture(scope="module")
def recorder(job):
    return Recorder(job)


def test_least(recorder, place):
    sources = place.work
    step, call = recorder.run({}, DONE)
    assert step.result == "Succeeded", f"least: {step.message()}"
    wanted = ["promote", "--model", "churn", "--to", "PPS", "--run", str(sources / "run.json"), "--push", "origin",
        "--json"]
    assert call["words"] == wanted, f"least: {call['words']}"
    assert call["folder"] == str(sources), f"least: runs in {call['folder']}"
    assert (step.variables == {"outcome": "done", "tag": DONE["tag"], "version": "v1.3.0",
        "commit": DONE["commit"], "tagId": DONE["id"], "evidence": DONE["evidence"],
        "evidenceSha256": DONE["evidence_sha256"], "buildTag": "churn-v1.3.0-PPS"}), f"least: {step.variables}"
    assert step.tags == ["churn-v1.3.0-PPS"], f"least: build tags {step.tags}"
    step, _ = recorder.run({"model": "pay/fraud:score"}, {**DONE, "model": "pay/fraud:score"})
    assert (step.result, step.tags) == ("Succeeded", ["pay-fraud-score-v1.3.0-PPS"]), (
        f"a model by its folder: {step.message()} {step.tags}")


def test_everything(recorder, place):
    sources = place.work
    step, call = recorder.run({"bump": "minor", "artifacts": "model.onnx", "approvers": "Ada L.\n\n Bob \n",
        "override": "see INC-7; \"now\"",
        "signingKeyPath": "id", "dryRun": "true", "repository": "models", "arguments": "--verbose",
        "push": "", "commit": "HEAD~1", "earlierRuns": "a/run.json\nb/run.json", "deployed": "true",
        "buildTag": "false", "serviceApprovals": "true"}, {**DONE, "outcome": "would be done", "id": None})
    wanted = ["promote", "--model", "churn", "--to", "PPS", "--run", str(sources / "run.json"), "--bump", "minor",
        "--artifact", "model.onnx", "--approver", "Ada L.", "--approver", "Bob", "--approvals", "service",
        "--override", "see INC-7; \"now\"",
        "--commit", "HEAD~1", "--earlier", "a/run.json", "--earlier", "b/run.json", "--deployed", "--sign",
        str(sources / "id"), "--dry-run", "--verbose", "--json"]
    assert call, f"everything: {step.message()}"
    assert call["words"] == wanted, f"everything: {call['words']}"
    assert call["folder"] == str(sources / "models"), f"everything: runs in {call['folder']}"
    assert step.result == "Succeeded" and "dry run" in step.message(), f"everything: {step.message()}"
    assert step.tags == [], f"a dry run tags the build: {step.tags}"
    step, call = recorder.run({"buildTag": "false", "push": "", "serviceApprovals": "true"}, DONE)
    assert (step.result, step.tags) == ("Succeeded", []), f"a build tag that nobody wanted yet: {step.tags}"
    assert step.variables["buildTag"] == "churn-v1.3.0-PPS", f"its words: {step.variables}"
    assert call["token"] == agent.TOKEN, "the service is asked with the job's token, though nothing is pushed"


def test_answers(recorder):
    step, _ = recorder.run({}, REFUSED, 1)
    assert step.result == "Failed" and "2 rules speak against it" in step.message(), f"no: {step.message()}"
    errors = [text for kind, text in step.issues if kind == "error"]
    assert any("stage-order: it is not in PPD; fix: promote it to PPD first" in e for e in errors), f"no: {errors}"
    assert step.variables["outcome"] == "refused" and not step.variables["tag"], f"no: {step.variables}"
    assert step.tags == [], f"no: build tags {step.tags}"
    step, _ = recorder.run({}, {**DONE, "outcome": "done before"})
    assert step.result == "Succeeded" and step.variables["outcome"] == "done before", "done before"
    for answer, status, complaint, wanted in (
            ("", 0, "", "named no tag"),
            ("{", 0, "", "named no tag"),
            ("", 2, "modelgate: --to is missing\n", "exit status 2). It said: modelgate: --to is missing"),
            ("", 3, f"modelgate: the server says {HOSTILE}", "exit status 3"),
            (json.dumps(DONE), 3, "", "exit status 3")):
        step, _ = recorder.run({}, answer, status, complaint)
        assert step.result == "Failed" and wanted in step.message(), f"{answer!r} {status}: {step.message()}"
        assert step.tags == [], f"{answer!r} {status}: build tags"
    step, _ = recorder.run({}, {**DONE, "remote": "here\r\nforged line\x1b[2J"})
    lines = step.out.replace("\r", "\n").splitlines()
    assert not any(line.startswith("forged") for line in lines), "an answer makes lines of its own"
    assert "\x1b" not in step.log and "here\\u000d\\u000aforged" in step.log, "control characters in the log"
    step, call = recorder.run({"model": ""}, DONE)
    assert step.result == "Failed" and call is None, f"without a model: {step.message()}"


def test_token(recorder):
    def check(name, wanted, inputs, environment):
        step, call = recorder.run(inputs, DONE, environment=environment)
        assert call["token"] == wanted, f"{name}: the program has the token {call['token']}"
        assert agent.TOKEN not in " ".join(call["words"]), f"{name}: the token is an argument"
        assert call["environment"] == [], f"{name}: the program sees {call['environment']}"
        # The agent masks what it was told is secret.
        shown = [line for line in step.log.splitlines() if agent.TOKEN in line]
        assert all(line.startswith("##vso[task.setsecret]") for line in shown), f"{name}: shown in {shown}"

    check("Azure Repos", agent.TOKEN, {}, AZURE_REPOS)
    check("GitHub", None, {}, {"BUILD_REPOSITORY_PROVIDER": "GitHub"})
    check("no push", None, {"push": ""}, AZURE_REPOS)
    check("own", "mapped", {}, {**AZURE_REPOS, "SYSTEM_ACCESSTOKEN": "mapped"})


class Library(http.server.BaseHTTPRequestHandler):
    """Hands out a secure file to whoever has the job's token and the file's ticket."""

    def do_GET(self):
        allowed = self.headers["Authorization"] == f"Bearer {agent.TOKEN}" and "ticket=t-1" in self.path
        found = self.path.startswith("/org/p-1/_apis/distributedtask/securefiles/f-1?")
        status = 200 if allowed and found else 401
        self.send_response(status)
        self.end_headers()
        if status == 200:
            self.wfile.write(KEY)

    def log_message(self, *_):
        pass


def test_secure_file(recorder, job):
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Library) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        access = {"SYSTEM_COLLECTIONURI": f"http://127.0.0.1:{server.server_port}/org/", "SYSTEM_TEAMPROJECTID": "p-1",
            "SECUREFILE_TICKET_f-1": "t-1"}
        step, call = recorder.run({"signingKeyFile": "f-1"}, DONE, environment=access)
        assert step.result == "Succeeded", f"secure file: {step.message()}"
        assert call["key"] == KEY.decode() and call["mode"] == 0o600, f"secure file: {call}"
        key = pathlib.Path(call["words"][call["words"].index("--sign") + 1])
        assert not key.parent.exists() and key.is_relative_to(job.temp), f"secure file: {key} is left"
        denied = {**access, "SECUREFILE_TICKET_f-1": "t-2"}
        step, call = recorder.run({"signingKeyFile": "f-1"}, DONE, environment=denied)
        assert step.result == "Failed" and "answered 401" in step.message(), f"denied: {step.message()}"
        assert call is None, "denied: it promotes without the key"
        server.shutdown()
    step, call = recorder.run({"signingKeyFile": "f-2"}, DONE)
    assert step.result == "Failed" and call is None, f"no access: {step.message()}"
