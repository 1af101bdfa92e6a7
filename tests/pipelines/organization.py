"""An organization of Azure DevOps on loopback, as far as script/azure-setup asks it: environments, their checks,
identities, a repository and its access control, by the published REST API. Standard library only."""
import base64
import http.server
import itertools
import json
import re
import threading
import urllib.parse

API = "/example/ML%20models/_apis/"
PROJECT, REPOSITORY = "0c5a6dd4-30e2-4a9e-9d0b-37a5a4f5a3a1", "5f6d3f0e-2b0f-4a55-8f4e-0f9d6b1f7c11"
GIT = "2e9eb7ed-3c0a-47d4-87c1-0ffdd275fd87"
CHECKS = {"8c6f20a7-a545-4486-9777-f762fafe0d4d": "Approval", "4020e66e-b0f3-47e1-bc88-48f3cc59b5f3": "ExtendsCheck",
          "fe1de3ee-a436-41b4-bb20-f6eb4cb879a7": "Task Check"}
SIGN_IN = b"<!DOCTYPE html><html><title>Azure DevOps Services | Sign In</title></html>"


class Organization:
    """`environments` {name: id}, `checks` {id of an environment: [check]} and `rights` {descriptor: [allow, deny]} are
    what the pages of the service would show. `faulty` may answer in place of the service: (handler, method, path) ->
    True."""

    def __init__(self):
        self.environments, self.checks, self.rights, self.calls, self.faulty = {}, {}, {}, [], None
        self.numbers, self.token = itertools.count(7), "p4t-hush-hush"
        self.people = ["ML models Build Service (example)", "Ada Lovelace", "Release Managers"]
        organization = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self):
                body = self.rfile.read(int(self.headers["Content-Length"] or 0))
                path = urllib.parse.urlsplit(self.path)
                organization.calls.append((self.command, path.path))
                if organization.faulty and organization.faulty(self, self.command, self.path):
                    return
                query = {k: v[0] for k, v in urllib.parse.parse_qs(path.query).items()}
                login = base64.b64encode(f":{organization.token}".encode()).decode()
                if self.headers["Authorization"] != f"Basic {login}":
                    self.send(203, SIGN_IN, "text/html")
                    return
                found = organization.answer(self.command, path.path, query, json.loads(body or b"null"))
                self.send(200 if found is not None else 404,
                    json.dumps(found or {"message": "TF400813: not found"}).encode())

            def send(self, status, body, kind="application/json; charset=utf-8", **headers):
                self.send_response(status)
                for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name.replace("_", "-"), value)
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PATCH = answer

            def log_message(self, *arguments):
                pass
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *what):
        self.server.shutdown()
        self.server.server_close()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}/example"

    def identity(self, name):
        number = self.people.index(name)
        return {"id": f"0000000{number}-aaaa-4bbb-8ccc-000000000000", "descriptor": f"Microsoft.IdentityModel;{number}",
                "providerDisplayName": name, "isActive": True}

    def changes(self):
        return [(method, path) for method, path in self.calls if method != "GET"]

    # --- the protocol ---
    def answer(self, method, path, query, body):
        if "api-version" not in query:
            return None
        if path == API + "distributedtask/environments":
            return self.environment(method, query, body)
        if path == API + "pipelines/checks/configurations":
            return self.check(method, query, body)
        if path == "/example/_apis/identities":
            wanted = query["filterValue"].lower()
            return {"value": [self.identity(p) for p in self.people if wanted in p.lower()]}
        if path == API + "git/repositories/models":
            return {"id": REPOSITORY, "name": "models", "project": {"id": PROJECT, "name": "ML models"}}
        if re.fullmatch(rf"/example/_apis/accesscontrol(lists|entries)/{GIT}", path):
            return self.access(method, query, body)
        return None

    def environment(self, method, query, body):
        if method == "POST":
            self.environments[body["name"]] = next(self.numbers)
            return {"id": self.environments[body["name"]], "name": body["name"]}
        return {"value": [{"id": i, "name": n} for n, i in self.environments.items() if n.startswith(query["name"])]}

    def check(self, method, query, body):
        if method == "POST":
            assert CHECKS[body["type"]["id"]] == body["type"]["name"], body
            assert body["resource"]["type"] == "environment", body
            body = {"id": next(self.numbers), **body, "type": {**body["type"], "id": body["type"]["id"].upper()}}
            self.checks.setdefault(body["resource"]["id"], []).append(body)
            return body
        kept = self.checks.get(query["resourceId"], [])
        return {"value": kept if query.get("$expand") == "settings"
            else [{k: v for k, v in c.items() if k != "settings"} for c in kept]}

    def access(self, method, query, body):
        token = f"repoV2/{PROJECT}/{REPOSITORY}"
        if method == "POST":
            assert body["token"] == token and body["merge"] is True, body
            for entry in body["accessControlEntries"]:
                self.rights.setdefault(entry["descriptor"], [0, 0])[0] |= entry["allow"]
            return {"value": body["accessControlEntries"]}
        assert query["token"] == token, query
        entries = {d: {"descriptor": d, "allow": a, "deny": n} for d, (a, n) in self.rights.items()
            if d == query["descriptors"]}
        return {"value": [{"token": token, "acesDictionary": entries}] if entries else []}
