"""The Statement Execution API of Databricks, as published: submit, poll, chunks, cancel, states, errors, tokens.

What runs a statement is handed in. What a test wants beyond the protocol it says to the facade itself:

    behave(name=value, ...)  misbehaves from now on, as `Behaviour` says; forgets what was seen
    requests, statements     what was asked since then
"""

import base64
import dataclasses
import json
import random
import socket
import threading
import time
import urllib.parse
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from databricks import beside, files

CLIENT, SECRET, PAT = "gate-client", "gate-secret", "dapi-gate"
FINAL = ("SUCCEEDED", "FAILED", "CANCELED", "CLOSED")
MOST_INLINE_BYTES = 25 * 1024 * 1024


def quoted(name):
    """As Databricks' SQL writes a name of any characters."""
    return "`" + name.replace("`", "``") + "`"


class Refused(Exception):
    """The statement fails: with a message, and an SQLSTATE where there is one."""

    def __init__(self, message, sql_state=None, code="BAD_REQUEST"):
        super().__init__(message)
        self.sql_state, self.code = sql_state, code


@dataclasses.dataclass
class Behaviour:
    """Each says what happens to the next so many requests or statements; all are counted down."""

    throttle: int = 0           # 429 with Retry-After
    unavailable: int = 0        # 503 without
    retry_after: str = "1"
    drop_before: int = 0        # the connection is closed before the request is looked at
    drop_after: int = 0         # the request is carried out, its answer is lost
    truncate: int = 0           # half an answer
    nonsense: int = 0           # an answer that is no JSON
    wrong_shape: int = 0        # JSON that is no answer of this API
    delay: float = 0            # seconds before each answer
    only: str = ""              # all of the above only where this is in "METHOD path"
    chunk_rows: int = 1000
    token_seconds: float = 3600  # that tokens of the token endpoint live
    expire: int = 0             # so many calls are answered with 401
    starting: float = 0         # seconds that statements stay PENDING, as on a stopped warehouse
    slow: float = 0             # seconds that statements stay RUNNING
    deaf: bool = False          # cancels are accepted and not carried out
    forget: int = 0             # so many polls answer 404
    forget_chunks: int = 0      # so many questions for chunks
    warehouse: str = "RUNNING"  # its state, as the warehouses' own API tells it
    refuse: str = ""            # 403 where this is in "METHOD path"
    faults: float = 0           # the share of requests that fail in some way above
    seed: int = 1


class Statement:
    """run(statement) gives its columns, as pairs of names and types, and its rows of texts."""

    def __init__(self, facade, body):
        self.id, self.facade, self.body = str(uuid.uuid4()), facade, body
        self.linked = body.get("disposition") == "EXTERNAL_LINKS"
        self.state, self.error, self.sql_state, self.columns, self.rows = "PENDING", None, None, [], []
        self.cancelled = threading.Event()
        self.began = time.monotonic()
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        behaviour = self.facade.behaviour
        if self.cancelled.wait(behaviour.starting):
            self.state = "CANCELED"
            return
        self.state = "RUNNING"
        if self.cancelled.wait(behaviour.slow):
            self.state = "CANCELED"
            return
        try:
            self.columns, self.rows = self.facade.run(self)
            if not self.linked and sum(len(cell or "") + 3 for row in self.rows for cell in row) > MOST_INLINE_BYTES:
                raise Refused("Inline byte limit exceeded.")
            self.state = "SUCCEEDED"
        except Refused as refused:
            self.error = {"error_code": refused.code, "message": str(refused)}
            self.sql_state = refused.sql_state
            self.state = "CANCELED" if self.cancelled.is_set() else "FAILED"

    def cancel(self):
        if not self.facade.behaviour.deaf:
            self.cancelled.set()
            self.facade.stop(self)

    def said(self):
        answer = {"statement_id": self.id, "status": {"state": self.state}}
        if self.error:
            answer["status"]["error"] = self.error
            if self.sql_state:
                answer["status"]["sql_state"] = self.sql_state
        if self.state == "SUCCEEDED":
            size = self.facade.behaviour.chunk_rows
            starts = range(0, max(len(self.rows), 1), size)
            answer["manifest"] = {
                "format": "JSON_ARRAY", "schema": {"column_count": len(self.columns), "columns": [
                    column(i, *named) for i, named in enumerate(self.columns)]},
                "total_row_count": len(self.rows), "truncated": False,
                "total_chunk_count": len(starts) if self.rows else 0,
                "chunks": [{"chunk_index": i, "row_offset": at, "row_count": len(self.rows[at:at + size])}
                           for i, at in enumerate(starts)]}
            if self.rows:
                answer["result"] = self.chunk(0)
        return answer

    def chunk(self, index):
        size = self.facade.behaviour.chunk_rows
        rows = self.rows[index * size:(index + 1) * size]
        said = {"chunk_index": index, "row_offset": index * size, "row_count": len(rows), "data_array": rows}
        if (index + 1) * size < len(self.rows):
            link = f"/api/2.0/sql/statements/{self.id}/result/chunks/{index + 1}?row_offset={(index + 1) * size}"
            said |= {"next_chunk_index": index + 1, "next_chunk_internal_link": link}
        return {"external_links": [beside.link(self, said)]} if self.linked else said


def column(position, name, text):
    short = {"BIGINT": "LONG", "SMALLINT": "SHORT", "TINYINT": "BYTE"}.get(text, text.split("(")[0].split("<")[0])
    known = {"BOOLEAN", "BYTE", "SHORT", "INT", "LONG", "FLOAT", "DOUBLE", "DATE", "TIMESTAMP", "STRING", "BINARY",
             "DECIMAL", "ARRAY", "STRUCT", "MAP", "CHAR", "VARCHAR"}
    return {"name": name, "position": position, "type_text": text} | ({"type_name": short} if short in known else {})


class Facade:
    """Serves at `address` until it is stopped. run and stop are handed a Statement."""

    def __init__(self, run, stop=lambda statement: None):
        self.run, self.stop = run, stop
        self.lock = threading.Lock()
        self.tokens = {}
        self.beside, self.volumes = beside.Beside(), files.Volumes()
        self.behave()
        handler = type("Bound", (Handler,), {"facade": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"

    def behave(self, **wanted):
        with self.lock:
            self.behaviour = Behaviour(**wanted)
            self.random = random.Random(self.behaviour.seed)
            self.statements, self.requests = {}, []

    def takes(self, name, request):
        """Does this misbehaviour hit the request? Counts down."""
        with self.lock:
            left = getattr(self.behaviour, name)
            if not left or self.behaviour.only not in request:
                return False
            setattr(self.behaviour, name, left - 1)
            return True

    def fault_of(self, request):
        for name in ("drop_before", "throttle", "unavailable", "expire", "drop_after", "truncate", "nonsense",
                     "wrong_shape"):
            if self.takes(name, request):
                return name
        with self.lock:
            if self.random.random() < self.behaviour.faults:
                return self.random.choice(("drop_before", "throttle", "unavailable", "expire", "drop_after", "truncate",
                                           "nonsense", "wrong_shape"))
        return None

    def token(self):
        token = f"token-{uuid.uuid4()}"
        self.tokens[token] = time.monotonic() + self.behaviour.token_seconds
        return {"access_token": token, "token_type": "Bearer", "expires_in": int(self.behaviour.token_seconds)}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    facade = None

    def log_message(self, *_):
        pass

    def answer(self, status, said, headers=(), cut=False):
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[:len(body) // 2] if cut else body)
        if cut:
            self.hang_up()

    def hang_up(self):
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def do_GET(self):
        self.serve("GET")

    def do_POST(self):
        self.serve("POST")

    def do_PUT(self):
        self.serve("PUT")

    def serve(self, method):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = self.path.split("?")[0]
        facade, request = self.facade, f"{method} {path}"
        facade.requests.append(request)
        if facade.behaviour.delay:
            time.sleep(facade.behaviour.delay)
        fault = facade.fault_of(request)
        if fault == "drop_before":
            self.hang_up()
        elif fault in ("throttle", "unavailable"):
            status, after = (429, [("Retry-After", facade.behaviour.retry_after)]) if fault == "throttle" else (503, [])
            self.answer(status, {"error_code": "RESOURCE_EXHAUSTED",
                                 "message": "RPC token bucket limit has been exceeded."}, after)
        elif fault == "expire" and not path.endswith("/token"):  # which has not seen a token yet
            self.answer(401, {"error_code": "UNAUTHENTICATED", "message": "Token is expired."})
        elif fault == "nonsense":
            self.answer(200, b"<html>a proxy's sign-in page</html>")
        elif fault == "wrong_shape":
            self.answer(200, {"statement_id": 7, "status": ["SUCCEEDED"], "result": "none"})
        else:
            status, said = self.carry_out(method, path, body)
            if fault == "drop_after":
                self.hang_up()
            else:
                self.answer(status, said, cut=fault == "truncate")

    def carry_out(self, method, path, body):
        if path in ("/oidc/v1/token", "/tenant/oauth2/v2.0/token"):
            return self.give_token(path, dict(urllib.parse.parse_qsl(body.decode())))
        if path in ("/azure/oidctoken", "/github"):
            return self.give_workload_token(method, path)
        if path.startswith("/storage/"):
            return beside.stored(self.facade, self.path, self.headers)
        bearer = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        if bearer != PAT and self.facade.tokens.get(bearer, 0) < time.monotonic():
            return 401, {"error_code": "UNAUTHENTICATED", "message": "Credential was not sent or is not valid."}
        parts = path.strip("/").split("/")
        if self.facade.behaviour.refuse and self.facade.behaviour.refuse in f"{method} {path}":
            return 403, {"error_code": "PERMISSION_DENIED", "message": "This API is not for you."}
        if path == "/api/2.0/preview/scim/v2/Me":
            return 200, {"id": "7", "userName": "gate@example.com", "displayName": "Model gate"}
        if parts[:3] == ["api", "2.0", "fs"]:
            return files.answer(self.facade.volumes, method, self.path, body)
        if parts[:4] == ["api", "2.0", "sql", "warehouses"]:
            return self.tell_warehouses(parts[4:])
        if parts[:4] != ["api", "2.0", "sql", "statements"]:
            unknown = {"error_code": "ENDPOINT_NOT_FOUND", "message": f"No API found for '{method} {path}'"}
            return beside.answer(self.facade, method, self.path) or (404, unknown)
        if method == "POST" and len(parts) == 4:
            return self.submit(json.loads(body))
        statement = self.facade.statements.get(parts[4])
        if not statement or self.facade.takes("forget", f"{method} {path}"):
            return 404, {"error_code": "NOT_FOUND", "message": f"The statement {parts[4]} was not found."}
        if parts[5:] == ["cancel"] and method == "POST":
            statement.cancel()
            return 200, {}
        if parts[5:7] == ["result", "chunks"] and self.facade.takes("forget_chunks", f"{method} {path}"):
            return 404, {"error_code": "NOT_FOUND", "message": f"The statement {parts[4]} was not found."}
        if parts[5:7] == ["result", "chunks"]:
            return 200, statement.chunk(int(parts[7]))
        return 200, statement.said()

    def tell_warehouses(self, parts):
        known = {"id": "wh", "name": "gate", "cluster_size": "2X-Small", "enable_serverless_compute": True,
                 "state": self.facade.behaviour.warehouse}
        if not parts:
            return 200, {"warehouses": [known]}
        if parts[0] != "wh":
            return 404, {"error_code": "RESOURCE_DOES_NOT_EXIST",
                         "message": f"SQL warehouse {parts[0]} does not exist"}
        return 200, known

    def give_token(self, path, form):
        basic = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        known = (self.headers.get("Authorization") == basic and form.get("grant_type") == "client_credentials"
                 and form.get("scope") == "all-apis")
        if form.get("grant_type") == "urn:ietf:params:oauth:grant-type:token-exchange":
            known = form.get("subject_token") == "federated" and form.get("client_id") == CLIENT
        if path.startswith("/tenant"):
            known = (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET) and (
                form.get("scope") == "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d/.default")
        if not known:
            return 401, {"error": "invalid_client", "error_description": "Client authentication failed"}
        return 200, self.facade.token()

    def give_workload_token(self, method, path):
        """What a CI system tells a job about itself."""
        asked = {"/azure/oidctoken": ("POST", "?api-version=7.1", "oidcToken"),
                 "/github": ("GET", f"&audience={urllib.parse.quote(self.facade.address, safe='')}", "value")}[path]
        if self.headers.get("Authorization") != "Bearer job" or method != asked[0] or not self.path.endswith(asked[1]):
            return 401, {"message": "not this job"}
        return 200, {asked[2]: "federated"}

    def submit(self, body):
        if body.get("warehouse_id") != "wh":
            return 400, {"error_code": "BAD_REQUEST", "message": "That is not a valid endpoint id."}
        if (body.get("disposition", "INLINE") not in ("INLINE", "EXTERNAL_LINKS")
                or body.get("format", "JSON_ARRAY") != "JSON_ARRAY"):
            return 400, {"error_code": "INVALID_PARAMETER_VALUE", "message": "not served here"}
        statement = Statement(self.facade, body)
        self.facade.statements[statement.id] = statement
        seconds = int(body.get("wait_timeout", "10s").rstrip("s"))
        while statement.state not in FINAL and time.monotonic() - statement.began < seconds:
            time.sleep(0.02)
        return 200, statement.said()
