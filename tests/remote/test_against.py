"""comment --against-target: how each number moved since the newest run that builds of the target branch left. It is
read from their artifacts; what is missing there, or is none of this model's, is told in the comment, which is written
all the same."""

import socket
import threading

import pytest

from support import console, program
from support.service import Service, fails, sends

SPEC = """version: 1
model: {model}
data:
  rows: {{path: rows.csv}}
suites:
  s:
    on: rows
    checks:
      - mean: {{column: x, name: m, min: 1}}
stages:
  PPS: {{suites: [s]}}
"""
TARGET = "refs/heads/main"


class Job(console.Place):
    def __init__(self, service):
        super().__init__()
        self.environment.update({"SYSTEM_COLLECTIONURI": service.url, "SYSTEM_TEAMPROJECTID": "project-id",
            "BUILD_REPOSITORY_ID": "repo-id", "SYSTEM_PULLREQUEST_PULLREQUESTID": "7", "BUILD_BUILDID": "812",
            "SYSTEM_PULLREQUEST_TARGETBRANCH": TARGET, "SYSTEM_ACCESSTOKEN": service.token})

    def measure(self, mean, model="churn", file="run.json"):
        (self.work / "rows.csv").write_text(f"x\n{mean}\n")
        (self.work / "modelgate.yaml").write_text(SPEC.format(model=model))
        done = program.run(self, ["run", "--stage", "PPS", "--json", file, "--quiet", "--as-of", "2026-01-01"])
        assert done.returncode in (0, 1), done.stderr
        return (self.work / file).read_bytes()


def said(service, job, *arguments, **environment):
    """The comment below the summary; it is written whatever there is to compare with."""
    service.threads.clear()
    done = program.run(job, ["comment", "run.json", *arguments], environment=environment)
    assert done.returncode == 0, f"{arguments}: {done.stderr}"
    text = service.threads[7][0]["comments"][0]["content"] if 7 in service.threads else ""
    assert service.token not in text + (done.stdout + done.stderr).decode(), "the token is shown"
    return text


def newest(service, job):
    files = {mean: job.measure(mean) for mean in (2, 3, 4, 5, 6)}
    other = job.measure(9, model="demand")
    job.measure(7)
    text = said(service, job, "--against-target")
    assert "Nothing to compare with: none of the newest 0 builds of main kept a run of churn PPS" in text, text
    service.build(700, TARGET, {"run-churn-PPS-attempt1": {"run.json": files[2]}})
    service.build(701, TARGET, {"run-churn-PPS-attempt2": {"run.json": files[3]}, "run-churn-PPS-attempt10":
        {"run.json": files[4]}, "run-churn-PPS-attempt9": {"run.json": files[2]}, "run-churn-PPS-slice1-attempt11":
        {"run.json": files[2]}, "run-churn-PPS-attempt": {"run.json": files[2]},
        "run-demand-PPS-attempt1": {"run.json": other}})
    service.build(702, TARGET, {"run-demand-PPS-attempt1": {"run.json": other}, "drop": {"a": b""}})
    service.build(703, "refs/heads/else", {"run-churn-PPS-attempt1": {"run.json": files[5]}})
    service.build(704, TARGET, {"run-churn-PPS-attempt1": {"run.json": files[6]}}, repository="other-id")
    text = said(service, job, "--against-target")
    assert "### Against the newest run of main (build 701)" in text and "| 4 | 7 | +3 |" in text, text
    # A model that its tags name by its folder: so are its artifact, thread and status.
    job.measure(7, model="score")
    service.build(705, TARGET, {"run-pay-fraud-score-PPS-attempt1": {"run.json": other}})
    text = said(service, job, "--against-target", "--model", "pay/fraud:score")
    assert "Nothing to compare with: " in text and "is of demand PPS, not of pay/fraud:score PPS" in text, text
    thread = service.threads[7][0]["properties"]["modelgate.gate"]["$value"]
    assert (thread, "modelgate/pay/fraud:score/PPS" in service.statuses) == ("pay/fraud:score#PPS", True), (
        f"{thread} {service.statuses}")
    done = program.run(job, ["comment", "run.json", "--model", "pay/fraud:churn"])
    assert done.returncode == 2 and b"is a run of 'score', and --model wants 'pay/fraud:churn'" in done.stderr, done
    job.measure(7)
    # A file that was fetched by other means.
    (job.work / "main.json").write_bytes(files[5])
    text = said(service, job, "--against-run", "main.json")
    assert "### Against main.json" in text and "| 5 | 7 | +2 |" in text, text
    text = said(service, job, "--against-run", "absent.json")
    assert "Nothing to compare with: " in text and "absent.json" in text, text
    done = program.run(job, ["comment", "run.json", "--against-run", "main.json", "--against-target"])
    assert done.returncode == 2 and b"take one of them" in done.stderr, done
    # Where the target branch has none, the stage stands in.
    service.builds.clear()
    text = said(service, job, "--against-target", "--against", "PPS")
    assert "kept a run of churn PPS" in text and "Nothing to compare with: " in text, text
    return files


@pytest.fixture(scope="module")
def service():
    with Service() as service:
        yield service


@pytest.fixture(scope="module")
def job(service):
    with Job(service) as job:
        yield job


@pytest.fixture(scope="module")
def files(service, job):
    return newest(service, job)


def test_artifacts_of_the_service(service, job, files):
    """Where Azure DevOps Services keep a pipeline's artifacts is asked, whatever the case of its name; a proxy hears
    of it."""
    service.builds.clear()
    service.build(700, TARGET, {"run-churn-PPS-attempt1": {"run.json": files[5]}},
        address="https://artprodeus21.Artifacts.VisualStudio.com/A1/_apis/artifact/x/content?format=zip")
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        asked = []

        def refuse():
            connection, _ = proxy.accept()
            with connection:
                asked.append(connection.recv(4096).split(b"\r\n")[0])
                connection.sendall(b"HTTP/1.1 403 Forbidden\r\n\r\n")

        thread = threading.Thread(target=refuse, daemon=True)
        thread.start()
        text = said(service, job, "--against-target", https_proxy=f"http://127.0.0.1:{proxy.getsockname()[1]}")
        thread.join(10)
    assert "Nothing to compare with: " in text and "403" in text, text
    assert asked and asked[0].lower() == b"connect artprodeus21.artifacts.visualstudio.com:443 http/1.1", asked


def test_hostile(service, job, files):
    def build(files, **more):
        service.builds.clear()
        service.build(700, TARGET, {"run-churn-PPS-attempt1": files}, **more)

    for name, wrong, words in (("changed", files[5].replace(b'"model": "churn"', b'"model": "demand"'), "seal"),
            ("no run", b"{}", "$"), ("no JSON", b"<html>", ""), ("nothing", b"", "")):
        build({"run.json": wrong})
        text = said(service, job, "--against-target")
        assert "Nothing to compare with: " in text and words in text, f"{name}: {text}"
    build({})
    assert "HTTP 404" in said(service, job, "--against-target"), "an artifact without the file"
    # The token goes to the service alone, wherever an artifact says that it lies.
    for address in ("http://127.0.0.1:1/x?format=zip", "https://evil.example/x?format=zip",
            "https://x.artifacts.visualstudio.com.evil.example/?format=zip",
            "https://evil.example/x.artifacts.visualstudio.com?format=zip", "https://user@evil.example/?format=zip",
            "file:///etc/passwd?format=zip", "https://evilartifacts.visualstudio.com/?format=zip", "http://a.artifacts.visualstudio.com/?format=zip",
            "https://a.artifacts.visualstudio.com:1/?format=zip", "https://evil.example\\.artifacts.visualstudio.com/?format=zip",
            "https://a.artifacts.visualstudio.com", "https://a.visualstudio.com/?format=zip",
            "https://a.vsblob.visualstudio.com/?format=zip", "https://a.vsblob.vsassets.io/?format=zip&sig=1",
            "https://a.blob.core.windows.net/?format=zip&sig=1", 7, None):
        build({"run.json": files[5]}, address=address)
        text = said(service, job, "--against-target")
        assert "Nothing to compare with: " in text and "where artifacts of the service lie" in text, (
            f"{address}: {text}")
    build({"run.json": files[5]}, kind="Container")
    assert "not a pipeline artifact" in said(service, job, "--against-target"), "an artifact of another kind"
    build({"run.json": files[5]})
    for answer, words in ((fails(403, "TF400", only="builds?"), "'View builds'"),
            (sends(200, b"[]", "application/json", only="builds?"), "JSON"),
            (sends(200, b'{"value": [{"id": "../x"}, 7, {"id": -1}]}', "application/json", only="builds?"),
                "kept a run"),
            (sends(200, b'{"value": [7, {"name": 8}]}', "application/json", only="/artifacts?"), "kept a run"),
            (sends(302, b"", only="/content", Location="http://127.0.0.1:1/"), "HTTP 302")):
        service.faulty = answer
        text = said(service, job, "--against-target")
        assert "Nothing to compare with: " in text and words in text, f"{words}: {text}"
    service.faulty = None
    for branch in ("", "main", "refs/heads/", "refs/heads/a\nb"):
        text = said(service, job, "--against-target", SYSTEM_PULLREQUEST_TARGETBRANCH=branch)
        assert "TARGETBRANCH" in text, f"{branch!r}: {text}"
    service.builds.clear()
    odd = "refs/heads/rel&$top=1#é/1"
    service.build(700, odd, {"run-churn-PPS-attempt1": {"run.json": files[5]}})
    text = said(service, job, "--against-target", SYSTEM_PULLREQUEST_TARGETBRANCH=odd)
    assert "| 5 | 7 | +2 |" in text, f"an odd branch: {text}"
