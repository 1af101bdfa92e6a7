"""A history in a volume of Unity Catalog, by a stand-in for the Files API of Databricks that also misbehaves. What
cannot be read whole is an error, and never a history with fewer runs."""

import gzip
import json
import subprocess
import threading
import time

import pytest
from databricks import files
from databricks.facade import CLIENT, PAT, SECRET, Facade

from support import history

VOLUME = "/Volumes/prd/churn/history"


class Model(history.Model):
    """Its history is a volume of its own."""

    def __init__(self, facade):
        super().__init__()
        self.facade, self.volumes = facade, facade.volumes
        self.environment.update(DATABRICKS_HOST=facade.address, DATABRICKS_TOKEN=PAT)

    def days(self, count, to=VOLUME):
        return super().days(count, to)

    def kept(self, root=VOLUME):
        found = {path.removeprefix(root + "/"): gzip.decompress(packed).decode()
                 for path, packed in self.volumes.files.items()}
        for name, text in found.items():
            history.check(name, text)
        return found

    def ends(self, code, *arguments):
        """Its complaint; no secret is in it."""
        done = self.modelgate(*arguments, timeout=100)
        said = (done.stdout + done.stderr).decode()
        assert done.returncode == code, said
        assert PAT not in said and SECRET not in said
        return said

    def points(self, address=VOLUME):
        told = json.loads(self.good("trend", "churn", "--from", address, "--json"))
        return told["series"][0]["points"]


@pytest.fixture
def model():
    facade = Facade(None)
    threading.Thread(target=facade.server.serve_forever, args=(0.02,), daemon=True).start()
    with Model(facade) as model:
        yield model
    facade.server.shutdown()
    facade.server.server_close()


@pytest.mark.parametrize("implied", [False, True])
def test_a_record_is_a_file_that_is_written_once(model, implied):
    """Whether or not the service makes the folders that a file lies in."""
    model.volumes.implied = implied
    first = model.days(1)
    again = model.good("record", "0.json", "--to", VOLUME)
    (name, text), = model.kept().items()
    assert (first, again) == (f"recorded {name}\n", f"already there: {name}\n")
    assert text == (model.work / "0.json").read_text() and history.NAME.fullmatch(name)


def test_a_folder_of_this_machine_is_never_meant(model):
    """Nor is one written, however the address is spelled."""
    model.run("run.json")
    del model.environment["DATABRICKS_HOST"]
    for address in (VOLUME, VOLUME + "/", "/" + VOLUME, f"dbfs:{VOLUME}"):
        for arguments in (("record", "run.json", "--to"), ("trend", "churn", "--from"), ("run", "--history")):
            said = model.ends(2, *arguments, address)
            assert f"nothing says in which workspace the volume {VOLUME} is: set DATABRICKS_HOST" in said
    done = model.modelgate("run", "--untrusted", "--history", VOLUME)
    assert done.returncode == 2 and b"--untrusted has no network" in done.stderr
    assert f"there is no folder /.{VOLUME}" in model.ends(2, "trend", "churn", "--from", f"/.{VOLUME}")
    (model.work / "Volumes/a/b/c").mkdir(parents=True)
    model.good("record", "run.json", "--to", "Volumes/a/b/c")
    assert len(history.files(model.work / "Volumes/a/b/c")) == 1, "a relative path is a folder"


def test_spellings_are_one_place(model):
    model.days(2)
    for address in (VOLUME + "/", "/" + VOLUME, f"dbfs:{VOLUME}"):
        assert len(model.points(address)) == 2


def test_a_folder_of_a_volume(model):
    folder = f"{VOLUME}/team a/models"
    model.run("run.json")
    assert "has no folder" in model.ends(2, "trend", "churn", "--from", folder)
    model.good("record", "run.json", "--to", folder)
    name, = model.kept(folder)
    assert name.startswith("churn/none/2026/11/23/040506Z-") and len(model.points(folder)) == 1
    assert "has no run of model 'churn'" in model.ends(2, "trend", "churn", "--from", VOLUME)


def test_runs_are_held_to_it(model):
    model.days(3)
    spec = history.SPEC.replace("mean: {column: x, min: 0}", "mean: {column: x, max_drop: 1, baseline: {previous: 7}}")
    (model.work / "modelgate.yaml").write_text(spec)
    done = model.modelgate("run", "--as-of", "2026-11-09", "--json", "run.json", "--history", VOLUME,
        "--record", VOLUME)
    result = json.loads((model.work / "run.json").read_text())["results"][0]
    assert b"recorded churn/none/2026/11/09/" in done.stderr and f"in volume {VOLUME}" in done.stderr.decode()
    assert (result["verdict"], result["baseline"]["source"]) == ("pass", "previous 7, of which 3 are there")
    assert len(model.kept()) == 4


def test_a_model_without_runs_is_a_first_run(model):
    """Where the volume is there, and only then."""
    assert "has no run of model 'churn'" in model.ends(2, "trend", "churn", "--from", VOLUME)
    assert "has no folder /Volumes/prd/churn/histroy" in model.ends(
        2, "trend", "churn", "--from", "/Volumes/prd/churn/histroy")
    model.run("run.json")
    assert "has no volume for /Volumes/prd/churn/histroy" in model.ends(
        2, "record", "run.json", "--to", "/Volumes/prd/churn/histroy")


def test_pages_of_a_list(model):
    model.volumes.most = 2
    model.days(5)
    assert len(model.points()) == 5


def test_names_alone_tell_which_days_are_read(model):
    """Folders of days before are not even listed."""
    for day in range(1, 6):
        model.run(f"{day}.json", f"2026-11-{day:02}", "--stage", "PRD", "--record", VOLUME)
    model.facade.behave()
    told = json.loads(model.good("trend", "churn", "--stage", "PRD", "--last", "36h", "--as-of", "2026-11-05", "--from",
        VOLUME, "--json"))
    assert len(told["series"][0]["points"]) == 2
    asked = [request for request in model.facade.requests if "/2026/11/0" in request]
    assert {request.split("/2026/11/")[1][:2] for request in asked} == {"03", "04", "05"}


@pytest.fixture
def together(monkeypatch):
    """How many records at most were asked for at once, since the last look. Each takes its time."""
    lock, answer, now = threading.Lock(), files.answer, {"asked": 0, "most": 0}

    def slow(volumes, method, path, body):
        if method != "GET" or "run.json.gz" not in path:
            return answer(volumes, method, path, body)
        with lock:
            now["asked"] += 1
            now["most"] = max(now["most"], now["asked"])
        time.sleep(0.2)
        with lock:
            now["asked"] -= 1
        return answer(volumes, method, path, body)

    def look():
        most, now["most"] = now["most"], 0
        return most

    monkeypatch.setattr(files, "answer", slow)
    return look


def test_records_are_read_ahead(model, together):
    """By all who read many: numbers over time, a graph, a site's months, and the reports of runs in it. 16 threads ask;
    on a busy machine not all are there in time."""
    git = ["git", "-C", model.work, "-c", "user.name=Ada", "-c", "user.email=ada@example.com"]
    for command in (["init", "--quiet"], ["commit", "--quiet", "--allow-empty", "--message", "model"],
                    ["tag", "--annotate", "--message", "first", "churn@v1.0.0"]):
        subprocess.run([*git, *command], check=True)
    model.rows(-1)  # each run fails, so the site has the report of each
    model.days(12)
    together()
    assert len(model.points()) == 12 and together() >= 4
    graph = json.loads(model.good("graph", "churn", "--from", VOLUME, "--json"))
    assert sum(node["kind"] == "run" for node in graph["nodes"]) == 12 and together() >= 4
    events = model.good("graph", "churn", "--from", VOLUME, "--openlineage").splitlines()
    assert len({json.loads(event)["run"]["runId"] for event in events}) >= 12 and together() >= 4
    site = ["site", "--from", VOLUME, "--as-of", "2026-11-13", "--out", "site", "--cache", "cache"]
    model.good(*site)
    assert together() >= 4
    model.good(*site)  # its months are cached: records are read for their reports alone
    assert together() >= 4
    assert len(list((model.work / "site/runs/churn").iterdir())) == 12


PAGE_FAULTS = {
    "cut off": lambda page: page[:len(page) // 2],
    "a sign-in page": lambda page: b"<html><body>Sign in</body></html>",
    "empty": lambda page: b"",
    "no object": lambda page: b"[]",
    "an error": lambda page: b'{"error_code": "INTERNAL", "message": "no"}',
    "no array": lambda page: b'{"contents": {}}',
    "of another folder": lambda page: page.replace(b"/churn/history", b"/other/history"),
    "without names": lambda page: page.replace(b'"name"', b'"nom"'),
    "without kinds": lambda page: page.replace(b'"is_directory"', b'"directory"'),
    "of a folder above": lambda page: page.replace(b'"name": "none"', b'"name": ".."'),
    "to itself": lambda page: page.rstrip(b"}") + b', "next_page_token": "0"}',
}


@pytest.mark.parametrize("what", PAGE_FAULTS)
def test_a_list_that_is_not_whole_is_no_history(model, what):
    model.days(2)
    model.volumes.change = lambda page: PAGE_FAULTS[what](page) if b"churn" in page else page
    said = model.ends(3, "trend", "churn", "--from", VOLUME)
    assert any(words in said for words in ("something else than the list of a folder", "that was not asked for",
        "leads back to itself")), said


def test_a_folder_that_goes_while_it_is_listed(model):
    model.days(2)

    def go(page):
        model.volumes.folders = {path for path in model.volumes.folders if not path.endswith("/2026/11/02")}
        return page
    model.volumes.change = lambda page: go(page) if b'/2026/11/02"' in page else page
    assert "went away while it was listed" in model.ends(3, "trend", "churn", "--from", VOLUME)


@pytest.mark.parametrize("body", [
    {"error_code": "ENDPOINT_NOT_FOUND", "message": "No API found for this"}, b"<html>nothing here</html>", {}])
def test_a_workspace_without_the_api_is_no_empty_history(model, body):
    """404 of something else is not that of a folder or a file."""
    model.days(1)
    model.volumes.instead = (404, body)
    said = model.ends(3, "trend", "churn", "--from", VOLUME)
    assert f"does not list {VOLUME} (HTTP 404" in said
    assert "does not write the record" in model.ends(3, "record", "0.json", "--to", VOLUME)


def test_who_may_not_gets_a_sentence(model):
    model.days(1)
    model.volumes.refuse = ("PUT",)
    assert len(model.points()) == 1
    model.run("new.json", "2026-11-09")
    said = model.ends(3, "record", "new.json", "--to", VOLUME)
    assert f"does not write the record to {VOLUME} (HTTP 403: User does not have" in said and "WRITE VOLUME" in said
    model.volumes.refuse = ("GET",)
    said = model.ends(3, "trend", "churn", "--from", VOLUME)
    assert "HTTP 403" in said and "READ VOLUME" in said
    model.environment["DATABRICKS_TOKEN"] = "dapi-other"
    assert "HTTP 401" in model.ends(3, "trend", "churn", "--from", VOLUME)
    del model.environment["DATABRICKS_TOKEN"]
    assert "nothing says who asks" in model.ends(2, "trend", "churn", "--from", VOLUME)


def test_a_service_principal_and_a_token_that_ends(model):
    del model.environment["DATABRICKS_TOKEN"]
    model.environment.update(DATABRICKS_CLIENT_ID=CLIENT, DATABRICKS_CLIENT_SECRET=SECRET)
    model.days(6)
    model.facade.behave(expire=2, only="/fs/")
    assert len(model.points()) == 6
    assert sum("/oidc/v1/token" in request for request in model.facade.requests) == 3


@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "throttle", "unavailable", "truncate"])
def test_calls_that_fail_are_tried_again(model, fault):
    model.volumes.implied = True
    model.facade.behave(**{fault: 1}, only="/fs/files")
    assert model.days(1).startswith("already there" if fault == "drop_after" else "recorded")
    model.facade.behave(**{fault: 1}, only="/fs/")
    assert len(model.points()) == 1 and len(model.kept()) == 1


def test_a_page_that_is_no_answer_writes_nothing(model):
    """A proxy's 200 is not believed."""
    model.run("run.json")
    model.facade.behave(nonsense=1, only="PUT /api/2.0/fs/files")
    assert "does not write the record" in model.ends(3, "record", "run.json", "--to", VOLUME)
    assert not model.volumes.files


@pytest.mark.parametrize("fault", ["nonsense", "wrong_shape"])
def test_a_record_that_does_not_come_is_an_error(model, fault):
    model.days(2)
    model.facade.behave(**{fault: 1}, only="GET /api/2.0/fs/files")
    assert "record churn/none/2026/11/0" in model.ends(3, "trend", "churn", "--from", VOLUME)


def test_records_that_are_broken_are_told(model):
    model.days(2)
    first, second = sorted(model.volumes.files)
    whole = model.volumes.files[first]
    for body, say in ((whole[:-10], "it is cut off"), (b"", "it is cut off"),
            (gzip.compress(b"another"), "record churn"), (model.volumes.files[second], "it contradicts its name")):
        model.volumes.files[first] = body
        assert say in model.ends(3, "trend", "churn", "--from", VOLUME)
    assert "another run has this name already" in model.ends(3, "record", "0.json", "--to", VOLUME)
    assert model.volumes.files[first] == model.volumes.files[second], "nothing was written over"
    model.volumes.files[first] = whole
    model.volumes.files[f"{VOLUME}/churn/notes.txt"] = b"of somebody"
    assert len(model.points()) == 2, "other files are left alone"


@pytest.mark.parametrize("address, said", [
    ("/Volumes", "names no volume"),
    ("/Volumes/prd/churn", "names no volume"),
    ("/Volumes/prd/churn/", "names no volume"),
    ("/Volumes/prd//churn/x", "odd characters"),
    ("/Volumes/prd/churn/history/../other", "odd characters"),
    ("/Volumes/prd/churn/history/a?b", "odd characters"),
    ("/Volumes/prd/churn/history/%2e%2e/x", "odd characters"),
])
def test_addresses_that_are_none(model, address, said):
    model.run("run.json")
    for arguments in (("trend", "churn", "--from", address), ("record", "run.json", "--to", address)):
        told = model.ends(2, *arguments)
        assert said in told and "/Volumes/CATALOG/SCHEMA/VOLUME" in told
    assert not model.facade.requests


@pytest.mark.parametrize("host", ["http://example.com", "https://user:word@example.com", "https://example.com/x"])
def test_tokens_go_to_a_workspace_alone(model, host):
    model.environment["DATABRICKS_HOST"] = host
    assert "which is not as https://adb-1" in model.ends(2, "trend", "churn", "--from", VOLUME)
