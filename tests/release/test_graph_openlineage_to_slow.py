"""`modelgate graph --openlineage-to URL`: all events reach a server that misbehaves as servers do, in order."""

import contextlib
import http.server
import json
import threading
import time

import pytest

from support.lab import Lab
from support.repository import is_harmless

KEY = "s3cr3t-lineage-key"
PAGE = b"<!doctype html><title>Sign in</title>"


class Receiver:
    """Takes events; `faults` are done in place of taking one, each once."""

    def __init__(self):
        self.events, self.calls, self.faults = [], [], []
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.calls.append((self.path, self.headers["Authorization"], self.headers["Content-Type"]))
                if receiver.faults:
                    receiver.faults.pop(0)(self)
                    return
                receiver.events.append(json.loads(body))
                self.reply(201)

            def reply(self, status, body=b"", **headers):
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name.replace("_", "-"), value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def says(status, body=b"", **headers):
    return lambda handler: handler.reply(status, body, **headers)


def hangs_up(handler):
    handler.close_connection = True


@pytest.fixture(scope="module")
def lab():
    with Lab() as lab:
        lab.good("PPD", "--version", "v1.0.0", "--approver", "Grace")
        yield lab


@pytest.fixture
def receiver():
    with Receiver() as receiver:
        yield receiver


@contextlib.contextmanager
def environment(lab, **variables):
    kept = dict(lab.environment)
    lab.environment.update(variables)
    yield
    lab.environment.clear()
    lab.environment.update(kept)


def send(lab, url, *arguments, code=0, key=KEY, **variables):
    with environment(lab, **({"OPENLINEAGE_API_KEY": key} if key else {}), **variables):
        done = lab.modelgate("graph", "churn", "--openlineage-to", url, *arguments)
    assert done.returncode == code, done.stderr.decode()
    assert done.stdout == b"" and is_harmless(done.stderr) and KEY.encode() not in done.stderr
    return done.stderr.decode()


def wanted(lab):
    done = lab.modelgate("graph", "churn", "--openlineage")
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def test_every_event_arrives_once_and_in_order(lab, receiver):
    assert f"took {len(wanted(lab))} events" in send(lab, receiver.url)
    assert receiver.events == wanted(lab) and len(receiver.events) == 4
    assert set(receiver.calls) == {("/api/v1/lineage", f"Bearer {KEY}", "application/json")}


def test_address_and_path_are_as_the_official_clients_have_them(lab, receiver):
    send(lab, receiver.url + "/base/", key=None, OPENLINEAGE_ENDPOINT="/v2/events")
    assert {(path, key) for path, key, _ in receiver.calls} == {("/base/v2/events", None)}


@pytest.mark.parametrize("fault", [says(429, Retry_After="0"), says(503, PAGE), says(500), says(502), hangs_up],
    ids=["429", "503", "500", "502", "hangs-up"])
def test_what_passes_is_tried_again(lab, receiver, fault):
    receiver.faults = [fault]
    send(lab, receiver.url)
    assert receiver.events == wanted(lab) and len(receiver.calls) == len(receiver.events) + 1


def test_it_waits_as_long_as_it_is_asked_to(lab, receiver):
    receiver.faults = [says(429, Retry_After="2")]
    began = time.monotonic()
    send(lab, receiver.url)
    assert time.monotonic() - began >= 2 and receiver.events == wanted(lab)


@pytest.mark.parametrize("fault, words", [
    (says(401, b'{"message": "no"}'), 'HTTP 401: {"message": "no"}); does OPENLINEAGE_API_KEY hold a token'),
    (says(403, f"bad key {KEY}".encode()), "HTTP 403: bad key ***); does OPENLINEAGE_API_KEY hold a token"),
    (says(422, b"eventTime:\x1b[31m ##vso[task.complete]"), r"HTTP 422: eventTime:\x1b[31m **vso[task.complete])"),
    (says(301, Location="http://localhost:1/"), "HTTP 301"),
    (says(200, PAGE), "a page for people"),
    (says(429, Retry_After="3600"), "asks to wait 1 h 00 min, which is too long"),
], ids=["401", "403", "422", "301", "page", "long-wait"])
def test_what_does_not_pass_is_an_error_that_says_how_far_it_came(lab, receiver, fault, words):
    receiver.faults = [lambda handler: (receiver.events.append("taken"), handler.reply(200)), fault]
    said = send(lab, receiver.url, code=3)
    assert words in said and "took 1 event\n" in said
    assert len(receiver.calls) == 2, "it was not tried again, and nothing was sent behind it"


def test_a_server_that_stays_busy_or_away_is_an_error(lab, receiver):
    receiver.faults = [says(503) for _ in range(20)]
    assert "HTTP 503" in send(lab, receiver.url, code=3) and len(receiver.calls) == 6
    with Receiver() as gone:
        url = gone.url
    assert "cannot be reached" in send(lab, url, code=3)


@pytest.mark.parametrize("url, words", [
    ("lineage.example.com", "write the server's address as OPENLINEAGE_URL has it"),
    ("ftp://lineage.example.com", "write the server's address"),
    ("https://", "write the server's address"),
    ("https://lineage.example.com?key=1", "write the server's address"),
    ("http://lineage.example.com", "goes to https:// addresses only"),
    ("https://ada:pass@lineage.example.com", "a name or a password in it, which others can see"),
], ids=["no-scheme", "ftp", "no-host", "query", "plain", "password"])
def test_addresses_that_are_refused(lab, url, words):
    said = send(lab, url, code=2)
    assert words in said and "pass@" not in said


def test_other_forms_are_printed_not_sent(lab, receiver):
    assert "two forms of the graph" in send(lab, receiver.url, "--json", code=2)
    assert "control character" in send(lab, receiver.url, code=2, key="a\nb")
    assert not receiver.calls
