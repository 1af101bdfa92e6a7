"""A real server of Azure Blob storage on loopback, Microsoft's Azurite, and a proxy before it that injects faults.
Standard library only."""

import base64
import datetime
import hashlib
import hmac
import http.client
import http.server
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.parse

from support.ports import free_port

SOURCE = pathlib.Path(os.environ.get("MODELGATE_SOURCE", pathlib.Path(__file__).parents[2]))
PROGRAM = SOURCE / "build/deps/azurite/node_modules/azurite/dist/src/blob/main.js"
ACCOUNT = "devstoreaccount1"
# Of every Azurite, as its documentation has it.
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


def sas(permissions="rwdlc", key=KEY):
    """A shared access signature of the account, for its blobs."""
    expiry = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    fields = {"sv": "2019-12-12", "ss": "b", "srt": "sco", "sp": permissions, "se": expiry, "spr": "https,http"}
    text = "\n".join([ACCOUNT, permissions, "b", "sco", "", expiry, "", "https,http", "2019-12-12", ""])
    signature = hmac.new(base64.b64decode(key), text.encode(), hashlib.sha256).digest()
    return urllib.parse.urlencode({**fields, "sig": base64.b64encode(signature).decode()})


class Azurite:
    """`address` of a container is what a history is named by; what lies in it is told by another client than ours."""

    def __init__(self):
        self.port, self.folder, self.sas = free_port(), tempfile.mkdtemp(prefix="modelgate-azurite."), sas()
        self.process = subprocess.Popen(["node", PROGRAM, "--silent", "--skipApiVersionCheck", "--inMemoryPersistence",
            "--disableTelemetry", "--blobPort", str(self.port)], cwd=self.folder, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)

    def __enter__(self):
        until = time.monotonic() + 90
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return self
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("Azurite does not start")

    def __exit__(self, *_):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def ask(self, method, path, body=None, headers=()):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        separator = "&" if "?" in path else "?"
        connection.request(method, f"/{ACCOUNT}/{path}{separator}{self.sas}", body,
            {"x-ms-version": "2021-12-02", **dict(headers)})
        answer = connection.getresponse()
        found = answer.status, answer.read()
        connection.close()
        return found

    def container(self, name):
        """Makes it, and returns its address."""
        status, said = self.ask("PUT", f"{name}?restype=container")
        assert status == 201, said
        return f"http://127.0.0.1:{self.port}/{ACCOUNT}/{name}"

    def put(self, container, name, body):
        status, said = self.ask("PUT", f"{container}/{urllib.parse.quote(name)}", body, {"x-ms-blob-type": "BlockBlob"})
        assert status == 201, said

    def delete(self, container, name):
        return self.ask("DELETE", f"{container}/{urllib.parse.quote(name)}")

    def names(self, container):
        status, said = self.ask("GET", f"{container}?restype=container&comp=list")
        assert status == 200 and b"<NextMarker/>" in said.replace(b" ", b"").replace(
            b"<NextMarker></NextMarker>", b"<NextMarker/>"), said
        return [part.split(b"</Name>")[0].decode() for part in said.split(b"<Name>")[1:]]

    def blobs(self, container):
        """{name: bytes}."""
        return {name: self.ask("GET", f"{container}/{urllib.parse.quote(name)}")[1] for name in self.names(container)}


class Proxy:
    """Hands calls on. `before` may answer a call in Azurite's place, `after` may change an answer: both get the
    request's handler and return status and body, or None twice: of `before` to hand it on, of `after` to say
    nothing at all."""

    def __init__(self, azurite):
        self.calls, self.before, self.after = [], None, None
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                body = self.rfile.read(int(self.headers["Content-Length"] or 0))
                proxy.calls.append((self.command, self.path, self.headers["Authorization"]))
                status, said = proxy.before(self) if proxy.before else (None, None)
                if status is None:
                    path = self.path
                    if self.headers["Authorization"]:  # Azurite takes tokens by https alone
                        path += ("&" if "?" in path else "?") + azurite.sas
                    connection = http.client.HTTPConnection("127.0.0.1", azurite.port, timeout=60)
                    kept = {k: v for k, v in self.headers.items() if k.lower() not in ("host", "authorization")}
                    connection.request(self.command, path, body or None, kept)
                    answer = connection.getresponse()
                    status, said = answer.status, answer.read()
                    connection.close()
                if proxy.after:
                    status, said = proxy.after(self, status, said)
                if status is None:
                    self.close_connection = True
                    return
                self.send_response(status)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            do_GET = do_PUT = answer

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def address(self, container):
        return f"http://127.0.0.1:{self.server.server_address[1]}/{ACCOUNT}/{container}"
