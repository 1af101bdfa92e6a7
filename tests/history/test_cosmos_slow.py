"""A history in a container of Cosmos DB, by a server from npm, and by a proxy before that which checks signatures and
injects faults. What cannot be read whole is an error, and never a history with fewer runs."""

import base64
import gzip
import itertools
import json

import pytest

from support import cosmos, history

NAMES = itertools.count()


@pytest.fixture(scope="module")
def server():
    with cosmos.Cosmos() as server:
        yield server


class Model(history.Model):
    """Its history is a container of its own, behind the proxy."""

    def __init__(self, server, proxy):
        super().__init__()
        self.server, self.container, self.proxy = server, f"history{next(NAMES)}", proxy
        server.container(self.container)
        self.address = proxy.address(self.container)
        self.environment["AZURE_COSMOS_KEY"] = cosmos.KEY

    def days(self, count):
        return super().days(count, self.address)

    def kept(self):
        found = {name: gzip.decompress(packed).decode() for name, packed in self.server.blobs(self.container)}
        for name, text in found.items():
            history.check(name, text)
        return found

    def ends(self, code, *arguments):
        """Its complaint; no secret is in it."""
        done = self.modelgate(*arguments)
        said = (done.stdout + done.stderr).decode()
        assert done.returncode == code, said
        assert cosmos.KEY not in said and "sig=" not in said
        return said

    def points(self):
        told = json.loads(self.good("trend", "churn", "--from", self.address, "--json"))
        return told["series"][0]["points"]


@pytest.fixture
def model(server):
    with cosmos.Proxy(server) as proxy, Model(server, proxy) as model:
        yield model


def is_query(handler):
    return handler.headers["x-ms-documentdb-isquery"] is not None


def test_a_record_is_a_document_that_is_written_once(model):
    first = model.days(1)
    again = model.good("record", "0.json", "--to", model.address)
    (name, text), = model.kept().items()
    assert (first, again) == (f"recorded {name}\n", f"already there: {name}\n")
    assert text == (model.work / "0.json").read_text() and history.NAME.fullmatch(name)
    (document,) = model.server.documents(model.container)
    assert (document["id"], document["model"]) == (name.replace("/", ":"), "churn")


def test_runs_are_held_to_it_and_shown(model):
    model.days(3)
    spec = history.SPEC.replace("mean: {column: x, min: 0}", "mean: {column: x, max_drop: 1, baseline: {previous: 7}}")
    assert len(model.points()) == 3
    (model.work / "modelgate.yaml").write_text(spec)
    done = model.modelgate("run", "--as-of", "2026-11-09", "--json", "run.json", "--history", model.address, "--record",
        model.address)
    result = json.loads((model.work / "run.json").read_text())["results"][0]
    assert "recorded churn/none/2026/11/09/" in done.stderr.decode()
    assert (result["verdict"], result["baseline"]["source"]) == ("pass", "previous 7, of which 3 are there")
    assert len(model.kept()) == 4
    assert b"--untrusted has no network" in model.modelgate("run", "--untrusted", "--history", model.address).stderr


def test_all_models_of_a_container(model):
    """The site asks for all of them, whatever their partition."""
    model.days(1)
    (model.work / "modelgate.yaml").write_text(history.SPEC.replace("model: churn", "model: uplift"))
    model.run("other.json", "2026-11-09", "--record", model.address)
    assert len(model.points()) == 1
    model.good("site", "--from", model.address, "--out", "site")
    fleet = json.loads((model.work / "site/fleet.json").read_text())
    assert {found["name"] for found in fleet["models"]} == {"churn", "uplift"}


def test_pages_of_a_list(model):
    """Of two documents each, with the service's own marks."""
    def few(handler):
        if is_query(handler):
            handler.headers.replace_header("x-ms-max-item-count", "2")
        return None, None
    model.days(5)
    model.proxy.before = few
    model.proxy.calls.clear()
    assert len(model.points()) == 5
    assert sum(call[0] == "POST" for call in model.proxy.calls) == 3


FAULTS = {
    "cut off": lambda said: said[:len(said) // 2],
    "a sign-in page": lambda said: b"<html><body>Sign in</body></html>",
    "empty": lambda said: b"",
    "without documents": lambda said: b'{"_count": 0}',
    "without its count": lambda said: b'{"Documents": []}',
    "fewer than it counts": lambda said: said.replace(b'"_count":2', b'"_count":3'),
    "of something else": lambda said: said.replace(b"churn/", b"other/"),
    "no names": lambda said: b'{"Documents": [{"id": "x"}], "_count": 1}',
}


@pytest.mark.parametrize("what", FAULTS)
def test_a_list_that_is_not_whole_is_no_history(model, what):
    model.days(2)
    model.proxy.after = lambda handler, status, said: (status, FAULTS[what](said) if is_query(handler) else said)
    said = model.ends(3, "trend", "churn", "--from", model.address)
    assert "answers a query with something else" in said or "that was not asked for" in said


@pytest.mark.parametrize("status", [403, 404, 200])
def test_a_record_that_does_not_come_is_an_error(model, status):
    model.days(2)
    model.proxy.after = lambda handler, was, said: (status, said[:99]) if "/docs/" in handler.path else (was, said)
    assert "record churn/none/2026/11/0" in model.ends(3, "trend", "churn", "--from", model.address)


def test_a_container_that_is_not_there_is_no_first_run(model):
    model.run("0.json")
    missing = model.address.replace(model.container, "histroy")
    for arguments in (("trend", "churn", "--from"), ("run", "--quiet", "--history"), ("record", "0.json", "--to")):
        said = model.ends(2, *arguments, missing)
        assert f"there is no container at {missing}" in said and "az cosmosdb sql container create" in said


def test_containers_that_could_not_keep_a_history(model):
    model.run("0.json")
    model.server.container("byname", partitionKey={"paths": ["/name"]})
    model.server.container("short", defaultTtl=3600)
    model.server.container("endless", defaultTtl=-1)
    for name, say in (("byname", "not partitioned by /model"), ("short", "removes documents after a time")):
        for arguments in (("record", "0.json", "--to"), ("trend", "churn", "--from")):
            assert say in model.ends(2, *arguments, model.proxy.address(name))
        assert not model.server.documents(name)
    model.good("record", "0.json", "--to", model.proxy.address("endless"))


def test_who_may_not_gets_a_sentence(model):
    model.days(1)
    key, model.environment["AZURE_COSMOS_KEY"] = cosmos.KEY, base64.b64encode(b"another").decode()
    said = model.ends(3, "trend", "churn", "--from", model.address)
    assert "HTTP 401" in said and "is AZURE_COSMOS_KEY a key of this account?" in said
    model.environment["AZURE_COSMOS_KEY"] = "s3cret, and no key"
    said = model.ends(2, "trend", "churn", "--from", model.address)
    assert "AZURE_COSMOS_KEY holds no account's key" in said and "s3cret" not in said
    model.environment["AZURE_COSMOS_KEY"] = key
    assert len(model.points()) == 1


def test_a_token_of_the_azure_cli(model):
    """Asked for once, and shown to nobody."""
    model.days(2)
    del model.environment["AZURE_COSMOS_KEY"]
    done = model.modelgate("trend", "churn", "--from", model.address)
    assert done.returncode == 2 and b"set AZURE_COSMOS_KEY, or sign in with the Azure CLI" in done.stderr
    az = model.root / "bin/az"
    az.write_text('#!/bin/sh\necho "$@" >>"$HOME/asked"\necho \'{"accessToken": "T0KEN-of-az"}\'\n')
    az.chmod(0o755)
    model.proxy.token = "T0KEN-of-az"
    assert len(model.points()) == 2
    assert (model.home / "asked").read_text().count("get-access-token --resource http://127.0.0.1:") == 1
    model.proxy.before = lambda handler: (403, b'{"code": "Forbidden", "message": "not T0KEN-of-az"}')
    said = model.ends(3, "trend", "churn", "--from", model.address)
    assert "not ***" in said and "T0KEN" not in said and "Cosmos DB Built-in Data Contributor" in said


def test_an_answer_that_was_lost_is_no_second_record(model):
    """The document is written, and nobody says so: the next try finds it."""
    lost = []

    def lose(handler, status, said):
        if status == 201 and not lost:
            lost.append(status)
            return None, None
        return status, said
    model.run("run.json")
    model.proxy.after = lose
    said = model.good("record", "run.json", "--to", model.address)
    assert lost == [201] and said.startswith("already there: ") and len(model.kept()) == 1


def test_a_busy_service_is_asked_again(model):
    busy = [503, 429, 408]
    model.proxy.before = lambda handler: (busy.pop(), b"") if busy else (None, None)
    model.run("run.json")
    assert model.good("record", "run.json", "--to", model.address).startswith("recorded ")
    assert not busy and len(model.kept()) == 1


def test_a_document_that_is_too_large_is_refused(model):
    """Before it is sent; and where the service's own limit is lower."""
    saved = model.run("run.json")
    model.proxy.before = lambda handler: (413, b"") if handler.command == "POST" else (None, None)
    said = model.ends(2, "record", "run.json", "--to", model.address)
    assert "larger than what a document of Cosmos DB holds" in said and "Azure Blob storage" in said
    noise = base64.b64encode(bytes(i * i * 2654435761 >> 13 & 255 for i in range(3_000_000))).decode()
    run = saved.read_text().replace('"model": "churn"', f'"model": "churn",\n  "noise": "{noise}"', 1)
    saved.write_text(history.sealed(run))
    model.proxy.calls.clear()
    said = model.ends(2, "record", "run.json", "--to", model.address)
    assert "a document of Cosmos DB holds no more than" in said
    assert all(method == "GET" for method, _ in model.proxy.calls)


def test_records_that_are_broken_are_told(model):
    model.days(2)
    first, second = sorted(model.server.documents(model.container), key=lambda document: document["name"])
    whole = base64.b64decode(first["gzip"])
    for packed, say in ((base64.b64encode(whole[:-10]).decode(), "it is cut off"), ("!", "is none that modelgate"),
            (7, "is none that modelgate wrote"), (second["gzip"], "it contradicts its name")):
        model.server.replace(model.container, {**first, "gzip": packed})
        assert say in model.ends(3, "trend", "churn", "--from", model.address)
    assert "another run has this name already" in model.ends(3, "record", "0.json", "--to", model.address)
    model.server.replace(model.container, first)
    model.server.ask("POST", f"dbs/modelgate/colls/{model.container}/docs", {"id": "of somebody", "model": "churn"})
    assert len(model.points()) == 2, "other documents are left alone"


@pytest.mark.parametrize("place", ["", "churn", "churn/modelgate", "churn/modelgate/", "churn/modelgate/history/x",
    "churn.example.com:443/modelgate/history", "AccountKey=s3cret@churn/modelgate/history", "churn/../history",
    "churn/modelgate/history?x=s3cret"])
def test_addresses_that_are_none(model, place):
    model.run("run.json")
    for arguments in (("trend", "churn", "--from"), ("record", "run.json", "--to")):
        said = model.ends(2, *arguments, f"cosmos://{place}")
        assert "write it as cosmos://ACCOUNT/DATABASE/CONTAINER" in said and "s3cret" not in said
    assert not model.proxy.calls
