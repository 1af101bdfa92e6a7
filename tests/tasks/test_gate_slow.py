"""The gate of examples/azure-gate as a check of Azure asks it: over HTTP, with a real repository behind a login, the
real program, and a service that is called back. Only a yes of modelgate is a yes."""
# program: plain

import base64
import http.client
import http.server
import json
import os
import queue
import re
import subprocess
import threading

import pytest

from support import console, handler, repository
from support import server as git_server

GATE = console.SOURCE / "examples/azure-gate/gate.mjs"
KEY = "gate-key-5d21"
TOKEN = "check-token-77aa"
GUIDS = {name: f"{i:08d}-1111-2222-3333-444444444444" for i, name in
    enumerate(("ProjectId", "PlanId", "JobId", "TaskInstanceId"), 1)}


class Service:
    """The part of Azure DevOps that takes decisions. `answers` are its next statuses; 200 when there are none."""

    def __init__(self):
        self.seen, self.answers = queue.Queue(), []
        service = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service.seen.put((self.path, self.headers["Authorization"], json.loads(body)))
                self.send_response(service.answers.pop(0) if service.answers else 200)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def address(self):
        return f"http://127.0.0.1:{self.http.server_port}/org/"

    def headers(self, **more):
        return {"PlanUrl": self.address(), "HubName": "checks", "AuthToken": TOKEN, **GUIDS, **more}


class Gate:
    def __init__(self, place, service, address, folder=None):
        environment = {**place.environment, "GATE_REPOSITORY": address, "GATE_KEY": KEY, "PORT": "0",
            "GATE_COLLECTION": service.address(), "GATE_FOLDER": str(folder or place.root),
            "MODELGATE_GIT_TOKEN": git_server.TOKEN,
            "MODELGATE_GIT_USER": "ci", "PATH": f"{console.PROGRAM.parent}:{os.environ['PATH']}"}
        self.process = subprocess.Popen([handler.node(), GATE], env=environment, text=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.log = None
        self.port = int(self.process.stdout.readline().split()[-1])

    def ask(self, body, headers=None, method="POST", path="/api/gate"):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        text = body if isinstance(body, str) else json.dumps(body)
        connection.request(method, path, text, {"X-Gate-Key": KEY} if headers is None else headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())

    def end(self):
        """What it wrote to its log."""
        if self.log is None:
            self.process.terminate()
            self.log = self.process.communicate()[0]
        return self.log


def succeeded(answer):
    """As the check's success criteria ask, eq(root['status'], 'succeeded'), of a 2xx answer."""
    status, body = answer
    return 200 <= status < 300 and body.get("status") == "succeeded"


@pytest.fixture(scope="module")
def place():
    with console.Place() as place:
        yield place


@pytest.fixture(scope="module")
def server():
    with git_server.Server() as server:
        yield server


@pytest.fixture(scope="module")
def bare(server):
    return server.repository("models")


@pytest.fixture(scope="module")
def repo(place, bare):
    repo = repository.Repository(place)
    repo.write({".modelgate.yaml": "models: {churn: ''}\n"})
    repo.add_model("churn")
    for stage in ("PPD", "PPS"):
        repo.promote(stage)
    repo.git("push", "--quiet", str(bare), "main", "refs/tags/*:refs/tags/*")
    return repo


@pytest.fixture(scope="module")
def service():
    return Service()


@pytest.fixture(scope="module")
def gate(place, repo, service, server):
    gate = Gate(place, service, server.address("models", "basic"))
    yield gate
    gate.end()


def test_questions(gate, repo):
    first = repo.git("rev-parse", "refs/tags/churn@v0.0.1^{commit}")
    asked = {"model": "churn", "stage": "PPS", "version": "v0.0.1"}
    answer = gate.ask(asked)
    assert succeeded(answer), f"it stands there: {answer}"
    assert answer[1].get("standing", {}).get("commit") == first, f"what stands there: {answer}"
    by_commit = gate.ask({"model": "churn", "stage": "PPS", "commit": first})
    assert succeeded(by_commit), f"by its commit: {by_commit}"
    login = base64.b64encode(f"any:{KEY}".encode()).decode()
    assert succeeded(gate.ask(asked, {"Authorization": f"Basic {login}"})), "a generic service connection"
    for change, words in (({"version": "v9.9.9"}, "v0.0.1 is in PPS, not v9.9.9"),
            ({"stage": "PRD"}, "no version of churn is in PRD")):
        status, body = gate.ask({**asked, **change})
        assert status == 409 and body["status"] == "failed" and words in body["why"][0], f"{change}: {status} {body}"
    several = {k: v for k, v in asked.items() if k != "model"}
    status, body = gate.ask({**several, "models": ["churn"]})
    assert status == 200 and list(body["standing"]) == ["churn"], f"a list of one: {status} {body}"
    status, body = gate.ask({**several, "models": ["churn", "demand"]})
    assert status == 500 and body["status"] == "failed", f"one of two is no model: {status} {body}"
    status, body = gate.ask({**several, "models": ["churn", "churn"], "version": "v9.9.9"})
    assert status == 409 and len(body["why"]) == 2, f"each that is not there: {status} {body}"
    for models in ([], "churn", ["--html"], [7], 51 * ["churn"]):
        assert gate.ask({**several, "models": models})[0] == 400, f"models: {models}"
    assert gate.ask({**asked, "models": ["churn"]})[0] == 400, "model and models"
    status, body = gate.ask({**asked, "model": "chrn"})
    assert status == 500 and body["status"] == "failed", f"an unknown model: {status} {body}"


def test_strangers(gate):
    asked = {"model": "churn", "stage": "PPS", "version": "v0.0.1"}
    login = base64.b64encode(b"any:" + KEY.encode()[:-1]).decode()
    for headers in ({}, {"X-Gate-Key": ""}, {"X-Gate-Key": KEY + "x"}, {"Authorization": f"Basic {login}"},
            {"Authorization": "Basic"}, {"Authorization": f"Bearer {KEY}"}):
        status, body = gate.ask(asked, headers)
        assert status == 401 and "standing" not in body, f"{headers}: {status} {body}"
    for body in ("", "[]", "null", "{", {}, {"model": "churn", "stage": "PPS"}, {**asked, "model": "--help"},
            {**asked, "model": "../.."}, {**asked, "stage": "-x"}, {**asked, "commit": "$(Build.SourceVersion)"},
            {**asked, "version": "v1\n"}, {**asked, "version": 1}, {**asked, "repo": "/etc"},
            {**asked, "callback": "yes"},
            {**asked, "__proto__": 1, "constructor": "x"}, {**asked, "model": "churn; id"}):
        status, answer = gate.ask(body)
        assert status == 400 and answer["status"] == "failed", f"{body}: {status} {answer}"
    assert gate.ask({**asked, "model": "x" * 5000})[0] == 413, "a long body"
    assert gate.ask(asked, method="PUT")[0] == 405, "another method"
    assert gate.ask(asked, path="/")[0] == 404, "another place"


def test_callbacks(gate, service):
    asked = {"model": "churn", "stage": "PPS", "version": "v0.0.1", "callback": True}

    def decided(question, **headers):
        status, body = gate.ask(question, {"X-Gate-Key": KEY, **service.headers(**headers)})
        assert (status, body) == (202, {"status": "accepted"}), f"{question}: {status} {body}"
        return service.seen.get(timeout=60)

    path, token, event = decided(asked)
    wanted = (f"/org/{GUIDS['ProjectId']}/_apis/distributedtask/hubs/checks/plans/{GUIDS['PlanId']}/events"
        "?api-version=2.0-preview.1")
    assert (path, token) == (wanted, f"Bearer {TOKEN}"), f"where to: {path} {token}"
    yes = {"name": "TaskCompleted", "taskId": GUIDS["TaskInstanceId"], "jobId": GUIDS["JobId"], "result": "succeeded"}
    assert event == yes, f"a yes: {event}"
    for question in ({**asked, "version": "v9.9.9"}, {**asked, "model": "nobody"}):
        assert decided(question)[2] == {**yes, "result": "failed"}, f"a no: {question}"
    # The service is out for a moment, and hears of it all the same.
    service.answers[:] = [503, 500]
    told = [decided(asked)[2], service.seen.get(timeout=60)[2], service.seen.get(timeout=60)[2]]
    assert told == [yes] * 3, f"a service that is away: {told}"
    # The token goes to nobody else.
    for headers in ({"PlanUrl": "http://127.0.0.1:1/org/"}, {"PlanUrl": service.address() + "../else/"},
            {"PlanUrl": ""}, {"PlanId": "../../x"}, {"HubName": "a/b"}, {"AuthToken": ""}):
        status, body = gate.ask(asked, {"X-Gate-Key": KEY, **service.headers(**headers)})
        assert status in (400, 403), f"{headers}: {status} {body}"
    assert service.seen.empty(), "a refused question calls nobody"


def test_documented(gate, repo, service):
    """docs/azure.md: the headers and the body of the check, with what the service fills in."""
    page = (console.SOURCE / "docs/azure.md").read_text()
    blocks = [re.search(rf"<!-- gate {name} -->\n```json\n(.*?)```", page, re.DOTALL)[1]
        for name in ("headers", "body")]
    values = {"system.CollectionUri": service.address(), "system.TeamProjectId": GUIDS["ProjectId"],
        "system.HostType": "checks", "system.PlanId": GUIDS["PlanId"], "system.JobId": GUIDS["JobId"],
        "system.TaskInstanceId": GUIDS["TaskInstanceId"], "system.AccessToken": TOKEN, "gateKey": KEY,
        "Build.SourceVersion": repo.git("rev-parse", "refs/tags/churn@v0.0.1^{commit}")}
    headers, body = (json.loads(re.sub(r"\$\(([\w.]+)\)", lambda m: values[m[1]], block)) for block in blocks)
    status, answer = gate.ask(body, headers)
    assert status == 202, f"as documented: {status} {answer}"
    assert service.seen.get(timeout=60)[2]["result"] == "succeeded", "as documented"
    answer = gate.ask({**body, "callback": False}, headers)
    assert succeeded(answer), f"as documented, without the callback: {answer}"


def test_changes(gate, repo, server, bare):
    """What happens at the server after the gate's first look."""
    asked = {"model": "churn", "stage": "PPD", "version": "v0.0.2"}
    assert not succeeded(gate.ask(asked)), "it is not there yet"
    repo.commit({"train.py": "2\n"})
    repo.promote("PPD")
    repo.git("push", "--quiet", "--follow-tags", str(bare), "main", "refs/tags/*:refs/tags/*")
    assert succeeded(gate.ask(asked)), "it came there"
    # The rules are those of the branch now: from here on tags must be signed.
    rules = (repo.path / ".modelgate.yaml").read_text()
    repo.commit({".modelgate.yaml": rules + "stages: [{name: PPD, signed: true}, PPS, PRD]\nallowed_signers: signers\n",
        "signers": "\n"})
    repo.git("push", "--quiet", str(bare), "main")
    status, body = gate.ask(asked)
    assert status == 409 and any("not signed" in why for why in body["why"]), f"a rule of today: {status} {body}"
    repo.commit({".modelgate.yaml": rules})
    repo.git("push", "--quiet", str(bare), "main")
    assert succeeded(gate.ask(asked)), "the rule is gone"
    tag = next(t for t in server.git(bare, "tag", "--list", "churn#PPD#*").split()
        if server.git(bare, "rev-parse", f"{t}^{{commit}}") == repo.git("rev-parse", "refs/tags/churn@v0.0.2^{commit}"))
    server.git(bare, "update-ref", "-d", f"refs/tags/{tag}")
    status, body = gate.ask(asked)
    assert status == 409 and any("deleted" in why for why in body["why"]), f"deleted there: {status} {body}"


def test_the_log_has_no_secret(place, service, server, gate):
    """What all of the above left there."""
    text = gate.end()
    for secret in (KEY, TOKEN, git_server.TOKEN, git_server.LOGIN):
        assert secret not in text, f"a secret is in the log: {text}"
    assert "churn PPS v0.0.1: yes" in text and "not v9.9.9" in text, f"the log tells what was decided: {text}"


def test_signers(place, service, server):
    """Signed tags are checked against the file that the rules name, wherever it lies; what else lies there stays
    away."""
    public = {}
    for who in ("ours", "theirs"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", place.work / who], check=True)
        public[who] = f"test@example.com {(place.work / f'{who}.pub').read_text()}"
    bare, repo = server.repository("signed"), repository.Repository(place, "signed")
    rules = "models: {churn: ''}\nstages: [PPD, {name: PPS, signed: true}, PRD]\n"
    repo.write({".modelgate.yaml": f"{rules}allowed_signers: keys/of [us]/*signers # who may\n",
        "keys/of [us]/*signers": public["ours"], "keys/of [us]/data.csv": "a\n1\n", "keys/data.csv": "a\n1\n"})
    repo.add_model("churn")
    repo.promote("PPD")
    repo.promote("PPS", "--sign", str(place.work / "ours"))
    repo.git("push", "--quiet", str(bare), "main", "refs/tags/*:refs/tags/*")
    folder = place.work / "gate"
    folder.mkdir()
    gate = Gate(place, service, server.address("signed", "basic"), folder)
    asked = {"model": "churn", "stage": "PPS", "version": "v0.0.1"}
    answer = gate.ask(asked)
    assert succeeded(answer), f"signed, the signers in a folder: {answer}"
    there = [str(path.relative_to(folder / "repository/keys")) for path in (folder / "repository/keys").rglob("*")]
    assert sorted(there) == ["of [us]", "of [us]/*signers"], f"what the clone has: {there}"
    for name, text in (("./keys//signers", f"{rules}allowed_signers: './keys//signers'\n"),
            ("signers", f'allowed_signers: "signers"\n{rules}')):
        for who in ("theirs", "ours"):
            repo.commit({".modelgate.yaml": text, name: public[who]})
            repo.git("push", "--quiet", str(bare), "main")
            answer = gate.ask(asked)
            assert answer[0] == (200 if who == "ours" else 409), f"{name} has the key that is {who}: {answer}"
    repo.commit({".modelgate.yaml": f"{rules}allowed_signers: keys/nobody\n"})
    repo.git("push", "--quiet", str(bare), "main")
    answer = gate.ask(asked)
    assert answer[0] == 409 and "no file of allowed signers" in answer[1]["why"][0], (
        f"signers that are not there: {answer}")
    gate.end()


def test_another_repository(place, service, server):
    """A folder that lasts, and another repository than the one whose clone is in it."""
    gate = Gate(place, service, server.address("signed", "basic"))
    answer = gate.ask({"model": "churn", "stage": "PPS", "version": "v0.0.1"})
    head = server.git(server.repositories / "signed.git", "rev-parse", "refs/tags/churn@v0.0.1^{commit}")
    assert answer[0] == 409 and answer[1]["standing"]["commit"] == head, f"another repository: {answer}"
    gate.end()


def test_a_server_that_is_away(place, service, server):
    server.stop()
    gate = Gate(place, service, server.address("models", "basic"))
    answer = gate.ask({"model": "churn", "stage": "PPS", "version": "v0.0.1"})
    assert answer[0] == 500, f"a server that is away: {answer}"
    gate.end()
