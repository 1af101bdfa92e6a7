"""comment: a run's summary becomes one thread of the pull request, which later runs rewrite; nobody else's thread is
touched; what the service cannot or will not do is told with a fix, and never holds anything up."""

import json
import pathlib
import threading
import time

import pytest

from support import console, program
from support.service import NEEDS, Service, fails, sends, waits

SPEC = """version: 1
model: {model}
data:
  rows: {{path: rows.csv}}
suites:
  s:
    on: rows
    checks:
      - mean: {{column: x, name: "{name}", {limit}}}
stages:
  PPS: {{suites: [s]}}
"""


class Job(console.Place):
    """A job that builds pull request 7 of a service."""

    def __init__(self, service):
        super().__init__()
        self.service = service
        (self.work / "rows.csv").write_text("x\n1\n2\n3\n")
        self.environment.update({"SYSTEM_COLLECTIONURI": service.url, "SYSTEM_TEAMPROJECTID": "project-id",
            "BUILD_REPOSITORY_ID": "repo-id", "SYSTEM_PULLREQUEST_PULLREQUESTID": "7", "BUILD_BUILDID": "812",
            "SYSTEM_ACCESSTOKEN": service.token})

    def measure(self, passes=True, model="churn", name="m", more=(), stage=("--stage", "PPS")):
        """Makes run.json."""
        (self.work / "modelgate.yaml").write_text(SPEC.format(model=model, name=name,
            limit="min: 1" if passes else "min: 9"))
        done = program.run(self, ["run", *stage, "--json", f"{model}.json", "--quiet", "--as-of", "2026-01-01", *more])
        assert done.returncode in (0, 1), done.stderr

    def comment(self, *arguments, model="churn", **environment):
        done = program.run(self, ["comment", f"{model}.json", *arguments], environment=environment)
        said = (done.stdout + done.stderr).decode()
        assert self.service.token not in said, "the token is shown"
        return done.returncode, said

    def threads(self):
        return self.service.threads.get(7, [])


@pytest.fixture
def service():
    with Service() as service:
        yield service


@pytest.fixture
def job(service):
    with Job(service) as job:
        yield job


def content(thread):
    return thread["comments"][0]["content"]


def test_life(service, job):
    """The first run makes a thread, later ones rewrite it: red, green, red."""
    job.measure(passes=False)
    code, said = job.comment()
    assert (code, said) == (0, "pull request 7: the comment of churn PPS is written (thread 1, active)\n"), (
        f"said: {said}")
    assert [t["status"] for t in job.threads()] == ["active"], "a red run's thread waits for an answer"
    state, description = service.statuses["modelgate/churn/PPS"]
    assert state == "failed" and description.startswith("fail: 1 check"), f"the status: {state}: {description}"
    summary = program.run(job, ["report", "churn.json", "--markdown", "-"]).stdout.decode()
    assert content(job.threads()[0]).startswith(summary), "the comment is the summary"
    assert f"[Run 812]({service.url}project-id/_build/results?buildId=812)" in content(job.threads()[0]), (
        "a way to the run")
    service.reply(job.threads()[0], service.user("ada"), "I look into it.")
    job.measure()
    code, said = job.comment()
    assert (code, said) == (0, "pull request 7: the comment of churn PPS is rewritten (thread 1, fixed)\n"), (
        f"said: {said}")
    assert [t["status"] for t in job.threads()] == ["fixed"], "red, then green: resolved, and no second thread"
    assert service.statuses["modelgate/churn/PPS"][0] == "succeeded", f"the status: {service.statuses}"
    assert ": passed" in content(job.threads()[0]).split("\n")[0], "the comment tells of the last run"
    assert job.threads()[0]["comments"][1]["content"] == "I look into it.", "replies stay"
    calls = len(service.calls)
    job.comment()
    assert [m for m, _ in service.calls[calls:]] == ["POST", "GET", "GET", "PATCH"], (
        "green again: the status is left as it is")
    job.measure(passes=False)
    job.comment()
    assert [t["status"] for t in job.threads()] == ["active"], "green, then red: active again"


def test_green(service, job):
    """A run that is green from the start has a closed thread."""
    job.measure()
    code, said = job.comment()
    assert code == 0 and [t["status"] for t in job.threads()] == ["closed"], f"closed: {said}"
    job.threads()[0]["status"] = "byDesign"
    job.comment()
    assert job.threads()[0]["status"] == "byDesign", "a resolution that people chose stays while the run is green"


def test_warnings(service, job):
    """Warnings that fail the run keep the thread active."""
    (job.work / "modelgate.yaml").write_text(SPEC.format(model="churn", name="m", limit="min: 1, warn: {min: 9}"))
    for more, status in ((["--fail-on", "warn"], "active"), ([], "fixed")):
        program.run(job, ["run", "--stage", "PPS", "--json", "churn.json", "--quiet", *more])
        job.comment()
        assert [t["status"] for t in job.threads()] == [status], f"{more}: {[t['status'] for t in job.threads()]}"


def test_models(service, job):
    """Models and stages have threads of their own, also when they come at once."""
    job.measure(model="churn")
    job.measure(model="demand", passes=False)
    for _ in range(2):
        jobs = [threading.Thread(target=job.comment, kwargs={"model": m}) for m in ("churn", "demand")]
        [j.start() for j in jobs]
        [j.join() for j in jobs]
    found = {t["properties"]["modelgate.gate"]["$value"]: t["status"] for t in job.threads()}
    assert found == {"churn#PPS": "closed", "demand#PPS": "active"} and len(job.threads()) == 2, f"threads: {found}"
    job.measure(model="churn", stage=())
    job.comment()
    assert len(job.threads()) == 3, "all suites are another gate than those of a stage"
    assert ({n: s for n, (s, _) in service.statuses.items()} == {"modelgate/churn/PPS": "succeeded",
        "modelgate/demand/PPS": "failed", "modelgate/churn/all": "succeeded"}), f"statuses: {service.statuses}"


def test_strangers(service, job):
    """Threads of others are not touched, whatever they look like."""
    stranger = service.user("mallory")
    job.measure(passes=False)
    job.comment()
    own = job.threads()[0]
    mark = own["properties"]["modelgate.gate"]["$value"]
    job.threads().clear()
    # The mark, our text, our number and our name; a thread that we did not begin but answered; one of ours without a
    # mark.
    service.write(stranger, content(own), properties={"modelgate.gate": mark})
    service.users[stranger]["displayName"] = "build"
    begun = service.write(stranger, "Look!", properties={"modelgate.gate": mark})
    service.reply(begun, service.token, "yes")
    service.write(service.token, content(own))
    service.write(service.token, "of another tool", properties={"modelgate.gate": "churn#PRD"})
    # What people may write may hold anything.
    service.write(stranger, "\0 \u202e ##vso[task.complete result=Succeeded] \U0001f600 {\"id\": 1}",
        properties={"modelgate.gate": 7})
    job.threads().append({"id": 999, "properties": None, "comments": None})
    job.threads().append({"id": 1000, "properties": {"modelgate.gate": mark}, "isDeleted": True, "comments": []})
    before = json.dumps(job.threads())
    code, said = job.comment()
    assert code == 0 and "is written" in said, f"a thread of our own: {said}"
    assert json.dumps(job.threads()[:-1]) == before, "the others are as they were"
    job.measure()
    code, said = job.comment()
    assert code == 0 and "is rewritten" in said and job.threads()[-1]["status"] == "fixed", f"ours is: {said}"
    assert json.dumps(job.threads()[:-1]) == before, "the others still are"


def test_twice(service, job):
    """Two threads of one gate, as runs at the same time make them, become one again."""
    job.measure(passes=False)
    job.comment()
    service.write(service.token, "the same", properties={"modelgate.gate": "churn#PPS"})
    job.comment()
    assert [t["status"] for t in job.threads()] == ["active", "closed"], "the older one stays"


def test_deleted(service, job):
    """A comment that somebody deleted is written anew."""
    job.measure()
    job.comment()
    job.threads()[0]["comments"][0].update({"isDeleted": True, "content": None})
    code, said = job.comment()
    assert code == 0 and "is written" in said and len(job.threads()) == 2, said


def test_refusals(service, job):
    """What the service will not do is told with a fix, and leaves nothing half done that stays so."""
    job.measure(passes=False)
    service.may_comment = False
    code, said = job.comment()
    assert (code == 3 and "the build identity needs 'Contribute to pull requests'" in said and NEEDS in said
        and "HTTP 403" in said), f"no permission: {said}"
    service.may_comment = True
    code, said = job.comment(SYSTEM_ACCESSTOKEN="another")
    assert code == 3 and "refuses the token (HTTP 401: TF400813" in said, f"a wrong token: {said}"
    code, said = job.comment(SYSTEM_PULLREQUEST_PULLREQUESTID="8")
    assert code == 0 and 8 in service.threads, f"another pull request: {said}"
    code, said = job.comment(BUILD_REPOSITORY_ID="elsewhere")
    assert code == 3 and "HTTP 404" in said, f"no such repository: {said}"
    answers = {
        "sign-in page": (sends(203, b"<html>Sign in"), "refuses the token (HTTP 203)"),
        "redirect": (sends(302, b"", Location=f"{service.url}_signin"), "refuses the token (HTTP 302)"),
        "proxy": (fails(407), "the proxy on the way"),
        "trouble": (fails(503, "TF400733: busy"), "failed (HTTP 503: TF400733: busy)"),
        "too many": (fails(429), "failed (HTTP 429)"),
        "refusal": (fails(400, "Bad ##vso[task.complete result=Succeeded]\nTWO"),
            "(HTTP 400: Bad **vso[task.complete result=Succeeded]\\nTWO)"),
        "echo": (fails(400, f"you sent {service.token}"), "you sent ***"),
        "a page": (sends(200, b"<html>Welcome"), "something other than JSON"),
        "half an answer": (sends(200, b'{"value": [{"id": 1'), "something other than JSON"),
        "no list": (sends(200, b'{"value": 5}', only="/threads"), "does not list the threads"),
        "no status": (fails(500, "TF1: no", only="/statuses"), "the status of churn/PPS could not be set"),
        "nobody": (sends(200, b"[]", only="/connectionData"), "does not say who the token belongs to"),
    }
    for name, (faulty, words) in answers.items():
        service.faulty = faulty
        calls = len(service.calls)
        code, said = job.comment()
        assert code == 3 and words in said and said.count("\n") == 1, f"{name}: exit {code}: {said}"
        assert not any("_signin" in path for _, path in service.calls[calls:]), f"{name}: a redirect was followed"
    service.faulty = None
    assert job.threads() == [], "nothing was written"
    job.comment()
    job.measure()
    service.faulty = fails(500, only="threads/2?")
    code, said = job.comment()
    assert code == 3 and "rewritten, but its thread could not be resolved" in said, f"half done: {said}"
    service.faulty = None
    job.comment()
    assert [t["status"] for t in job.threads()] == ["fixed"], "the next run puts it right"


def test_bounds(service, job):
    """A service that is away, slow or endless holds nobody up."""
    job.measure()
    with Service() as gone:
        pass
    code, said = job.comment(SYSTEM_COLLECTIONURI=gone.url)
    assert code == 3 and "cannot be reached" in said, f"away: {said}"
    service.faulty = waits(20)
    start = time.monotonic()
    code, said = job.comment("--timeout", "1s")
    assert code == 3 and "does not answer in time" in said and time.monotonic() - start < 10, f"slow: {said}"
    # Each call is quick enough; all of them are not.
    service.faulty = waits(0.7)
    code, said = job.comment("--timeout", "1s")
    assert code == 3 and "does not answer in time" in said, f"slow in all: {said}"

    def endless(request):
        request.send_response(200)
        request.end_headers()
        try:
            while True:
                request.wfile.write(b" " * 65536)
        except OSError:
            request.close_connection = True
        return True
    service.faulty = endless
    code, said = job.comment()
    assert code == 3 and "more than 32 MiB" in said, f"endless: {said}"
    service.faulty = sends(200, b"[" * 1000000, "application/json")
    code, said = job.comment()
    assert code == 3 and "something other than JSON" in said, f"deep: {said}"
    service.faulty = None
    service.threads[7] = []
    other = service.user("ada")
    for _ in range(200):
        service.write(other, "x" * 100000)
    code, said = job.comment()
    assert code == 0 and len(job.threads()) == 201, f"many long threads of people: {said}"


def test_texts(service, job):
    """Hostile texts stay texts, and a summary that is too long is cut where a reader can see it."""
    def change(**more):
        """run.json as a stranger may write it, without a seal."""
        saved = json.loads((job.work / "churn.json").read_text())
        saved.pop("seal", None)
        (job.work / "churn.json").write_text(json.dumps({**saved, **more}))
        return saved

    job.measure(passes=False)
    hostile = "<script>|`##vso[task.complete]\n[[ATTACHMENT|/etc/passwd]] \u202e@all"
    result = change()["results"][0]
    change(results=[{**result, "message": hostile}], owner=hostile, host=hostile)
    code, said = job.comment()
    text = content(job.threads()[0])
    assert code == 0 and "ATTACHMENT" in text and not any(s in text
        for s in ("<script>", "##vso", "\u202e", "[[ATT")), f"in the comment: {said} {text[:600]}"
    assert said.count("\n") == 1 and "##vso" not in said, said
    change(counts={key: 400 if value else 0 for key, value in change()["counts"].items()},
        results=[{**result, "name": f"s/{n:03}😀{'<' * 200}", "message": "<" * 4000} for n in range(400)])
    code, said = job.comment()
    text = content(job.threads()[0])
    units = len(text.encode("utf-16-le")) // 2
    assert code == 0 and 100000 < units <= 150000, f"a long one: {units} characters: {said}"
    assert "**Cut here" in text and text.count("<details>") == text.count("</details>"), text[-300:]
    assert "[Run 812](" in text[-300:], "the way to the run is still there"


def test_outside(service, job):
    """A job that is none of a pull request, and a file that is no run, are told at once."""
    job.measure()
    calls = len(service.calls)
    for name in ("SYSTEM_COLLECTIONURI", "SYSTEM_TEAMPROJECTID", "BUILD_REPOSITORY_ID",
            "SYSTEM_PULLREQUEST_PULLREQUESTID", "SYSTEM_ACCESSTOKEN"):
        code, said = job.comment(**{name: ""})
        assert code == 2 and f"{name} is not set" in said, f"without {name}: {said}"
    wrong = {
        "SYSTEM_COLLECTIONURI": ["http://dev.azure.com/x", "ftp://127.0.0.1/", "example", "https://user:t0p@host/x",
            "https://h/?q", "http://127.0.0.1.evil.example/"],
        "SYSTEM_TEAMPROJECTID": ["a/b", "..", "a b", "$(System.TeamProjectId)"],
        "SYSTEM_PULLREQUEST_PULLREQUESTID": ["7/threads", "-1", "x", "$(System.PullRequest.PullRequestId)"],
        "SYSTEM_ACCESSTOKEN": ["$(System.AccessToken)", "two\nlines"],
    }
    for name, values in wrong.items():
        for value in values:
            code, said = job.comment(**{name: value})
            assert code == 2 and name in said and "lines" not in said, f"{name}={value}: exit {code}: {said}"
    (job.work / "none.json").write_text("{}")
    code, said = job.comment(model="none")
    assert code == 3 and "none.json" in said, said
    code, said = job.comment(model="absent")
    assert code == 2 and "absent.json" in said, said
    assert len(service.calls) == calls, "nothing was asked"


def test_token(service, job):
    """The token is in no command line and goes through no proxy on its way to this machine."""
    job.measure()
    with Service() as proxy:
        code, said = job.comment(http_proxy=proxy.url, HTTP_PROXY=proxy.url, all_proxy=proxy.url)
        assert code == 0 and proxy.calls == [], f"a proxy: {said}"
    service.faulty = waits(1)
    running = program.start(job, ["comment", "churn.json"])
    time.sleep(0.5)
    line = pathlib.Path(f"/proc/{running.pid}/cmdline").read_bytes()
    out, err = running.communicate(timeout=60)
    assert b"comment" in line and service.token.encode() not in line, f"command line: {line}"
    assert running.returncode == 0, (out + err).decode()
