"""A history in a container of Azure Blob storage, by Microsoft's own emulator of it, and by a proxy before that which
injects faults. What cannot be read whole is an error, and never a history with fewer runs."""

import gzip
import itertools
import json
import re

import pytest

from support import azurite, history

NAMES = itertools.count()
END = rb"<NextMarker ?/>|<NextMarker></NextMarker>"


@pytest.fixture(scope="module")
def server():
    with azurite.Azurite() as server:
        yield server


class Model(history.Model):
    """Its history is a container of its own."""

    def __init__(self, server):
        super().__init__()
        self.server, self.container = server, f"history{next(NAMES)}"
        self.address = server.container(self.container)
        self.environment["AZURE_STORAGE_SAS_TOKEN"] = server.sas

    def days(self, count):
        return super().days(count, self.address)

    def kept(self):
        found = {name: gzip.decompress(packed).decode() for name, packed in self.server.blobs(self.container).items()}
        for name, text in found.items():
            history.check(name, text)
        return found

    def ends(self, code, *arguments, **options):
        """Its complaint; no secret is in it."""
        done = self.modelgate(*arguments, **options)
        said = (done.stdout + done.stderr).decode()
        assert done.returncode == code, said
        for secret in (self.environment["AZURE_STORAGE_SAS_TOKEN"], "sig="):
            assert secret not in said
        return said

    def points(self, address=None):
        told = json.loads(self.good("trend", "churn", "--from", address or self.address, "--json"))
        return told["series"][0]["points"]


@pytest.fixture
def model(server):
    with Model(server) as model:
        yield model


@pytest.fixture
def proxy(server):
    with azurite.Proxy(server) as proxy:
        yield proxy


def test_a_record_is_a_blob_that_is_written_once(model):
    first = model.days(1)
    again = model.good("record", "0.json", "--to", model.address)
    (name, text), = model.kept().items()
    assert (first, again) == (f"recorded {name}\n", f"already there: {name}\n")
    assert text == (model.work / "0.json").read_text() and history.NAME.fullmatch(name)


def test_a_prefix_is_a_folder_of_the_container(model):
    model.run("run.json")
    model.good("record", "run.json", "--to", f"{model.address}/team a".replace(" ", "-"))
    name, = model.server.names(model.container)
    assert name.startswith("team-a/churn/none/2026/11/23/040506Z-")
    assert len(model.points(f"{model.address}/team-a/")) == 1
    assert "has no run of model 'churn'" in model.ends(2, "trend", "churn", "--from", model.address)


def test_runs_are_held_to_it_and_shown(model):
    model.days(3)
    spec = history.SPEC.replace("mean: {column: x, min: 0}", "mean: {column: x, max_drop: 1, baseline: {previous: 7}}")
    points = model.points()
    assert len(points) == 3
    (model.work / "modelgate.yaml").write_text(spec)
    done = model.modelgate("run", "--as-of", "2026-11-09", "--json", "run.json", "--history", model.address, "--record",
        model.address)
    result = json.loads((model.work / "run.json").read_text())["results"][0]
    assert "recorded churn/none/2026/11/09/" in done.stderr.decode()
    assert (result["verdict"], result["baseline"]["source"]) == ("pass", "previous 7, of which 3 are there")
    assert len(model.kept()) == 4
    assert b"--untrusted has no network" in model.modelgate("run", "--untrusted", "--history", model.address).stderr


def test_pages_of_a_list(model, proxy):
    """Of two blobs each, with the service's own marks."""
    def few(handler):
        handler.path = handler.path.replace("maxresults=5000", "maxresults=2")
        return None, None
    model.days(5)
    proxy.before = few
    assert len(model.points(proxy.address(model.container))) == 5
    assert sum("comp=list" in path for _, path, _ in proxy.calls) == 1 + 3, "one to see that it is there"


def test_a_list_that_is_not_whole_is_no_history(model, proxy):
    model.days(2)
    faults = {
        "cut off": lambda said: said[:len(said) // 2],
        "without its end": lambda said: re.sub(END, b"", said),
        "a sign-in page": lambda said: b"<html><body>Sign in</body></html>",
        "empty": lambda said: b"",
        "of something else": lambda said: said.replace(b"<Name>churn", b"<Name>other"),
        "to itself": lambda said: re.sub(END, b"<NextMarker>x</NextMarker>", said),
    }
    for what, fault in faults.items():
        proxy.after = lambda handler, status, said, fault=fault: (
            (status, fault(said)) if "maxresults=5000" in handler.path else (status, said))
        address = f"{proxy.address(model.container)}"
        said = model.ends(3, "trend", "churn", "--from", address)
        assert "the list of blobs of Azure Blob history at" in said or what == "of something else", (what, said)


@pytest.mark.parametrize("status", [403, 404, 200])
def test_a_record_that_does_not_come_is_an_error(model, proxy, status):
    model.days(2)
    proxy.after = lambda handler, was, said: (was, said) if "comp=list" in handler.path else (status, said[:99])
    said = model.ends(3, "trend", "churn", "--from", proxy.address(model.container))
    assert "record churn/none/2026/11/01/" in said


def test_a_container_that_is_not_there_is_no_first_run(model):
    missing = model.address.replace(model.container, "histroy")
    for arguments in (("trend", "churn", "--from"), ("run", "--quiet", "--history"), ("record", "0.json", "--to")):
        model.run("0.json")
        said = model.ends(2, *arguments, missing)
        assert f"there is no container at {missing}" in said and "az storage container create" in said


def test_who_may_not_gets_a_sentence(model):
    model.days(1)
    model.environment["AZURE_STORAGE_SAS_TOKEN"] = azurite.sas(key="AAAA" * 22)
    said = model.ends(3, "trend", "churn", "--from", model.address)
    assert "HTTP 403" in said and "the SAS needs read, create and list on the container" in said
    model.environment["AZURE_STORAGE_SAS_TOKEN"] = "?" + azurite.sas("rl")
    assert len(model.points()) == 1, "a question mark is what the portal copies"
    model.run("new.json", "2026-11-09")
    assert "does not write the record (HTTP 403" in model.ends(3, "record", "new.json", "--to", model.address)


def test_a_token_of_the_azure_cli(model, proxy):
    """Asked for once, and shown to nobody."""
    model.days(2)
    del model.environment["AZURE_STORAGE_SAS_TOKEN"]
    address = proxy.address(model.container)
    done = model.modelgate("trend", "churn", "--from", address)
    assert done.returncode == 2 and b"set AZURE_STORAGE_SAS_TOKEN, or sign in with the Azure CLI" in done.stderr
    az = model.root / "bin/az"
    az.write_text('#!/bin/sh\necho "$@" >>"$HOME/asked"\necho \'{"accessToken": "T0KEN-of-az"}\'\n')
    az.chmod(0o755)
    assert len(model.points(address)) == 2
    assert {authorization for *_, authorization in proxy.calls} == {"Bearer T0KEN-of-az"}
    assert (model.home / "asked").read_text() == (
        "account get-access-token --resource https://storage.azure.com/ --output json\n")
    proxy.before = lambda handler: (403, b"<Error><Code>No</Code><Message>not T0KEN-of-az</Message></Error>")
    done = model.modelgate("trend", "churn", "--from", address)
    assert done.returncode == 3 and b"not ***" in done.stderr and b"T0KEN" not in done.stderr
    assert b"needs the role Storage Blob Data Contributor" in done.stderr
    az.write_text("#!/bin/sh\necho 'Please run az login' >&2\nexit 1\n")
    assert b"gives no token: Please run az login" in model.modelgate("trend", "churn", "--from", address).stderr


def test_an_answer_that_was_lost_is_no_second_record(model, proxy):
    """The blob is written, and nobody says so: the next try finds it."""
    lost = []

    def lose(handler, status, said):
        if handler.command == "PUT" and not lost:
            lost.append(status)
            return None, None
        return status, said
    model.run("run.json")
    proxy.after = lose
    said = model.good("record", "run.json", "--to", proxy.address(model.container))
    assert lost == [201] and said.startswith("already there: ") and len(model.kept()) == 1


def test_a_busy_service_is_asked_again(model, proxy):
    busy = [503, 429, 500]
    proxy.before = lambda handler: (busy.pop(), b"") if busy else (None, None)
    model.run("run.json")
    assert model.good("record", "run.json", "--to", proxy.address(model.container)).startswith("recorded ")
    assert not busy and len(model.kept()) == 1


def test_another_run_of_that_name_is_told(model):
    model.days(1)
    name, = model.kept()
    model.server.put(model.container, name, gzip.compress(b"another"))
    said = model.ends(3, "record", "0.json", "--to", model.address)
    assert "another run has this name already" in said and "nothing was written" in said
    assert "record churn/none/" in model.ends(3, "trend", "churn", "--from", model.address)


def test_a_blob_under_another_name_is_told(model):
    model.days(1)
    (name, packed), = model.server.blobs(model.container).items()
    model.server.put(model.container, name.replace("/none/", "/PRD/"), packed)
    assert "it contradicts its name" in model.ends(3, "trend", "churn", "--from", model.address)
    model.server.delete(model.container, name.replace("/none/", "/PRD/"))
    model.server.put(model.container, "churn/none/notes.txt", b"of somebody")
    assert len(model.points()) == 1, "other files are left alone"


@pytest.mark.parametrize("address, said", [
    ("https://a.blob.core.windows.net/c?sv=1&sig=s3cret", "a SAS belongs into AZURE_STORAGE_SAS_TOKEN"),
    ("https://user:s3cret@a.blob.core.windows.net/c", "a SAS belongs into AZURE_STORAGE_SAS_TOKEN"),
    ("https://a.blob.core.windows.net/", "names no container"),
    ("https://a.blob.core.windows.net", "names no container"),
    ("https://a.blob.core.windows.net/c/../d", "names no container, or one with odd characters"),
    ("https://example.com/c", "no address of Azure Blob storage"),
    ("http://a.blob.core.windows.net/c", "no address of Azure Blob storage"),
])
def test_addresses_that_are_none(address, said):
    with history.Model() as model:
        model.run("run.json")
        for arguments in (("trend", "churn", "--from", address), ("record", "run.json", "--to", address)):
            done = model.modelgate(*arguments)
            assert done.returncode == 2 and said in done.stderr.decode(), done.stderr
            assert b"s3cret" not in done.stderr


def test_no_signature_is_told(model):
    model.environment["AZURE_STORAGE_SAS_TOKEN"] = "s3cret"
    done = model.modelgate("trend", "churn", "--from", model.address)
    assert done.returncode == 2 and b"holds no shared access signature" in done.stderr and b"s3cret" not in done.stderr

