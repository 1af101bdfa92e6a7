"""A real server of Cosmos DB on loopback, Vercel's, and a proxy before it that injects faults. Standard library
only."""

import base64
import hashlib
import hmac
import http.client
import http.server
import json
import os
import pathlib
import subprocess
import threading
import urllib.parse

SOURCE = pathlib.Path(os.environ.get("MODELGATE_SOURCE", pathlib.Path(__file__).parents[2]))
PACKAGE = SOURCE / "build/deps/cosmos/node_modules/@vercel/cosmosdb-server"
KEY = base64.b64encode(b"a key of an account, of 64 bytes as the service's own ones have.").decode()
SERVE = f"""
const server = require({json.dumps(str(PACKAGE))}).createHttpServer({{keepAlive: true}});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.stdin.on("end", () => process.exit()).resume();
"""


class Cosmos:
    """It looks at no signature: the proxy does."""

    def __init__(self):
        self.process = subprocess.Popen(["node", "-e", SERVE], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True)
        self.port = int(self.process.stdout.readline())
        self.ask("POST", "dbs", {"id": "modelgate"})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()

    def ask(self, method, path, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, f"/{path}", json.dumps(body) if body is not None else None,
            {name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        found = answer.status, json.loads(answer.read() or b"null")
        connection.close()
        return found

    def container(self, name, **more):
        body = {"id": name, "partitionKey": {"paths": ["/model"]}, **more}
        status, said = self.ask("POST", "dbs/modelgate/colls", body)
        assert status == 201, said
        return f"cosmos://127.0.0.1:{self.port}/modelgate/{name}"

    def documents(self, container):
        status, said = self.ask("GET", f"dbs/modelgate/colls/{container}/docs")
        assert status == 200, said
        return said["Documents"]

    def replace(self, container, document):
        path = f"dbs/modelgate/colls/{container}/docs/{urllib.parse.quote(document['id'], safe='')}"
        status, said = self.ask("PUT", path, document,
            x_ms_documentdb_partitionkey=json.dumps([document["model"]]))
        assert status == 200, said

    def blobs(self, container):
        """Names and bytes of the records."""
        return [(d["name"], base64.b64decode(d["gzip"])) for d in self.documents(container)]


def signature(method, path, date, key=KEY):
    """As the documentation has it, for a document, the documents of a container, or the container."""
    parts = path.strip("/").split("/")
    kind = parts[-1] if len(parts) % 2 else parts[-2]
    link = "/".join(parts[:-1] if len(parts) % 2 else parts)
    text = f"{method.lower()}\n{kind.lower()}\n{urllib.parse.unquote(link)}\n{date.lower()}\n\n"
    made = base64.b64encode(hmac.new(base64.b64decode(key), text.encode(), hashlib.sha256).digest()).decode()
    return f"type=master&ver=1.0&sig={made}"


class Proxy:
    """Hands calls on that are signed or have `token`. `before` may answer a call in the server's place, `after` may
    change an answer, as in azurite.Proxy."""

    def __init__(self, server):
        self.calls, self.before, self.after, self.token = [], None, None, None
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def may(self):
                sent = urllib.parse.unquote(self.headers["Authorization"] or "")
                if proxy.token:
                    return sent == f"type=aad&ver=1.0&sig={proxy.token}"
                return sent == signature(self.command, self.path, self.headers["x-ms-date"])

            def answer(self):
                body = self.rfile.read(int(self.headers["Content-Length"] or 0))
                proxy.calls.append((self.command, self.path))
                status, said = proxy.before(self) if proxy.before else (None, None)
                headers = {}
                if status is None and not self.may():
                    status, said = 401, b'{"code": "Unauthorized", "message": "The signature does not match."}'
                if status is None:
                    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
                    connection.request(self.command, self.path, body or None,
                        {k: v for k, v in self.headers.items() if k.lower() != "host"})
                    answer = connection.getresponse()
                    status, said = answer.status, answer.read()
                    headers = {k: v for k, v in answer.getheaders() if k.lower() == "x-ms-continuation"}
                    connection.close()
                if proxy.after:
                    status, said = proxy.after(self, status, said)
                if status is None:
                    self.close_connection = True
                    return
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            do_GET = do_POST = answer

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def address(self, container):
        return f"cosmos://127.0.0.1:{self.server.server_address[1]}/modelgate/{container}"
