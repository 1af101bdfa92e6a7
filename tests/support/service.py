"""The part of Azure DevOps that keeps comments of pull requests and approvals of stages, on loopback, by the REST API
7.1: connectionData, "Pull Request Threads", "Pull Request Thread Comments", "Timeline - Get" and "Approvals - Query".
Standard library only."""

import http.server
import itertools
import json
import re
import secrets
import threading
import time
import urllib.parse
import uuid

STATUS = ["unknown", "active", "fixed", "wontFix", "closed", "byDesign", "pending"]
TOO_LONG = "A discussion comment cannot be longer than 150000 characters.\r\nParameter name: comment.Content"
NEEDS = ("TF401027: You need the Git 'PullRequestContribute' permission to perform this action. Details: identity "
         "'Build\\0815', scope 'repository'.")
STATUSES = re.compile(r"/example/project-id/_apis/git/repositories/repo-id/pullRequests/(\d+)/statuses$")
STATES = ["notSet", "pending", "succeeded", "failed", "error", "notApplicable"]
THREADS = re.compile(r"/example/project-id/_apis/git/repositories/repo-id/pullRequests/(\d+)/threads"
                     r"(?:/(\d+)(?:/comments(?:/(\d+))?)?)?$")

ARTIFACTS = re.compile(r"/example/project-id/_apis/build/builds/(\d+)/artifacts$")
CONTENT = re.compile(r"/example/content/(\d+)/([^/]+)/content$")
TIMELINE = re.compile(r"/example/project-id/_apis/build/builds/(\d+)/timeline$")


class Refused(Exception):
    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


class Service:
    """`threads` is what a pull request's page would show: {number of the pull request: [thread]}. `calls` are method
    and path of what was asked; `faulty` may answer a call in place of the service: it gets the request's handler."""

    def __init__(self, may_comment=True):
        self.may_comment, self.threads, self.calls, self.faulty = may_comment, {}, [], None
        self.approvals = {}  # {(build, stage): [approval]}
        self.statuses = {}
        self.builds = {}  # {number: {branch, repository, artifacts}}
        self.users, self.names, self.lock = {}, itertools.count(1), threading.RLock()
        self.token = self.user("build")
        service = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                body = self.rfile.read(int(self.headers["Content-Length"] or 0))
                with service.lock:
                    service.calls.append((self.command, self.path))
                if service.faulty and service.faulty(self):
                    return
                with service.lock:
                    status, found = service.answer(self, body)
                self.send(status, found if isinstance(found, bytes) else json.dumps(found).encode())

            def send(self, status, body, kind="application/json; charset=utf-8; api-version=7.1", **headers):
                self.send_response(status)
                for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PATCH = answer

            def log_message(self, *arguments):
                pass

            def handle(self):
                try:
                    super().handle()
                except (BrokenPipeError, ConnectionResetError):
                    pass  # the program went away, as it may
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def user(self, name):
        """A token for somebody of this name."""
        token = f"t0ken-{name}-{secrets.token_hex(8)}"
        self.users[token] = {"id": f"00000000-0000-4000-A000-{len(self.users):012}", "displayName": name}
        return token

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}/example/"

    # --- the protocol ---
    def answer(self, request, body):
        path, _, query = request.path.partition("?")
        author = self.users.get((request.headers["Authorization"] or "").removeprefix("Bearer ").strip())
        try:
            if not author:
                raise Refused(401, "TF400813: The user is not authorized to access this resource.")
            if path == "/example/_apis/connectionData":
                return 200, {"authenticatedUser": {**author, "isActive": True}, "deploymentType": "hosted"}
            if TIMELINE.match(path):
                return 200, self.timeline(int(TIMELINE.match(path)[1]))
            if path == "/example/project-id/_apis/build/builds":
                return 200, self.builds_answer(urllib.parse.parse_qs(query))
            if ARTIFACTS.match(path):
                return 200, self.artifacts_answer(int(ARTIFACTS.match(path)[1]))
            if CONTENT.match(path):
                return 200, self.content_answer(*CONTENT.match(path).groups(), urllib.parse.parse_qs(query))
            if path == "/example/project-id/_apis/pipelines/approvals":
                return 200, self.approvals_answer(urllib.parse.parse_qs(query))
            where = THREADS.match(path)
            if STATUSES.match(path) and query == "api-version=7.1":
                return 200, self.status_answer(json.loads(body))
            if not where:
                raise Refused(404, f"The controller for path '{path}' was not found.")
            if query != "api-version=7.1":
                raise Refused(400, "No api-version was supplied.")
            return 200, self.threads_answer(request.command, where, body, author)
        except Refused as refused:
            return refused.status, {"$id": "1", "innerException": None, "message": str(refused), "typeName": "Service",
                                    "typeKey": "Service", "errorCode": 0, "eventId": 3000}

    def status_answer(self, sent):
        """The latest status of each genre and name: `statuses` {"modelgate/churn/PPS": (state, description)}."""
        if not self.may_comment:
            raise Refused(403, NEEDS)
        if sent["state"] not in STATES or not sent["context"]["name"]:
            raise Refused(400, "The status is not valid.")
        self.statuses[f"{sent['context']['genre']}/{sent['context']['name']}"] = (sent["state"], sent["description"])
        return {"id": len(self.statuses), **sent}

    def threads_answer(self, method, where, body, author):
        threads = self.threads.setdefault(int(where[1]), [])
        if method == "GET":
            return {"value": threads, "count": len(threads)}
        if not self.may_comment:
            raise Refused(403, NEEDS)
        sent = json.loads(body)
        if method == "POST":
            return self.new_comment(threads, where, sent, author) if where[2] else self.new_thread(threads,
                sent, author)
        thread = next((t for t in threads if t["id"] == int(where[2])), None)
        if thread is None:
            raise Refused(404, "The thread does not exist.")
        if where[3] is None:
            thread["status"] = self.status(sent["status"])
            return thread
        comment = next((c for c in thread["comments"] if c["id"] == int(where[3])), None)
        if comment is None or comment["author"]["id"] != author["id"]:
            raise Refused(403, "The comment can only be edited by its author.")
        comment["content"] = self.content(sent["content"])
        return comment

    def new_thread(self, threads, sent, author):
        comments = [{"id": n, "parentCommentId": c.get("parentCommentId", 0), "author": author,
                     "content": self.content(c["content"]), "commentType": "text"}
                    for n, c in enumerate(sent["comments"], 1)]
        kinds = {str: "System.String", int: "System.Int32"}
        thread = {"id": next(self.names), "status": self.status(sent["status"]), "comments": comments,
                  "isDeleted": False, "properties": {name: {"$type": kinds[type(value)], "$value": value}
                                 for name, value in sent.get("properties", {}).items()}}
        threads.append(thread)
        return thread

    def new_comment(self, threads, where, sent, author):
        thread = next(t for t in threads if t["id"] == int(where[2]))
        thread["comments"].append({"id": len(thread["comments"]) + 1, "parentCommentId": sent.get("parentCommentId", 1),
                                   "author": author, "content": self.content(sent["content"]), "commentType": "text"})
        return thread["comments"][-1]

    @staticmethod
    def status(value):
        return STATUS[value] if isinstance(value, int) else STATUS[STATUS.index(value)]

    @staticmethod
    def content(text):
        if len(text.encode("utf-16-le")) // 2 > 150000:
            raise Refused(400, TOO_LONG)
        return text

    # --- approvals ---
    def approve(self, stage, *people, build=812, status="approved"):
        """People are (name, account); the approval is returned, to be spoilt."""
        steps = [{"assignedApprover": {"displayName": "Everybody"}, "actualApprover": {"displayName": name,
            "uniqueName": account, "id": secrets.token_hex(8)}, "status": "approved", "comment": "", "order": n}
            for n, (name, account) in enumerate(people, 1)]
        approval = {"id": str(uuid.uuid4()), "steps": steps, "status": status, "minRequiredApprovers": 1,
            "executionOrder": "anyOrder", "blockedApprovers": [],
            "pipeline": {"owner": {"id": build, "name": str(build)},
            "id": "3", "name": "release"}}
        self.approvals.setdefault((build, stage), []).append(approval)
        return approval

    def timeline(self, build):
        stages = dict.fromkeys(["churn_PPD", *(stage for of, stage in self.approvals if of == build)])
        records = []
        for stage in stages:
            ids = [str(uuid.uuid4()) for _ in range(2)]
            records += [{"id": ids[0], "parentId": None, "type": "Stage", "name": stage.replace("_", " "),
                         "identifier": stage, "state": "inProgress", "attempt": 1},
                        {"id": ids[1], "parentId": ids[0], "type": "Checkpoint", "name": "Checkpoint"}]
            records += [{"id": a["id"], "parentId": ids[1], "type": "Checkpoint.Approval", "state": "completed"}
                        for a in self.approvals.get((build, stage), [])]
        return {"id": str(uuid.uuid4()), "changeId": 7, "records": records[::-1]}

    def approvals_answer(self, query):
        if query.get("api-version") != ["7.1"]:
            raise Refused(400, "No api-version was supplied.")
        ids = query["approvalIds"][0].split(",")
        found = [{**a, "steps": a["steps"] if query.get("$expand") == ["steps"] else []}
                 for of_stage in self.approvals.values() for a in of_stage if a["id"] in ids]
        return {"count": len(found), "value": found}

    # --- builds ---
    def build(self, number, branch, artifacts, repository="repo-id", address="", kind="PipelineArtifact", **more):
        """Artifacts are {name: {file: bytes}}; `address` is said in place of where they lie."""
        self.builds[number] = {"branch": branch, "repository": repository, "artifacts": artifacts, "kind": kind,
                               "address": address, **more}

    def builds_answer(self, query):
        if query.get("api-version") != ["7.1"] or query.get("queryOrder") != ["queueTimeDescending"]:
            raise Refused(400, "The order is not known.")
        wanted = {"branch": query["branchName"][0]}
        if "repositoryId" in query:
            if query.get("repositoryType") != ["TfsGit"]:
                raise Refused(400, "A repository needs its type.")
            wanted["repository"] = query["repositoryId"][0]
        found = [{"id": number, "buildNumber": f"2026.{number}"} for number in sorted(self.builds, reverse=True)
                 if all(self.builds[number].get(key) == value for key, value in wanted.items())]
        return {"count": len(found), "value": found[:int(query["$top"][0])]}

    def artifacts_answer(self, number):
        build = self.builds[number]
        def address(name):
            return f"{self.url}content/{number}/{name}/content?format=zip"
        found = [{"id": n, "name": name, "resource": {"type": build["kind"], "data": "#", "downloadUrl":
                  address(name) if build["address"] == "" else build["address"]}}
                  for n, name in enumerate(build["artifacts"], 1)]
        return {"count": len(found), "value": found}

    def content_answer(self, number, name, query):
        files = self.builds[int(number)]["artifacts"][name]
        path = query.get("subPath", [""])[0].removeprefix("/")
        if query.get("format") != ["file"] or path not in files:
            raise Refused(404, "The file was not found in the artifact.")
        return files[path]

    # --- people ---
    def write(self, token, content, pull_request=7, **more):
        """A thread of the token's owner."""
        return self.new_thread(self.threads.setdefault(pull_request, []),
                               {"comments": [{"content": content}], "status": 1, **more}, self.users[token])

    def reply(self, thread, token, content):
        thread["comments"].append({"id": len(thread["comments"]) + 1, "parentCommentId": 1, "author": self.users[token],
                                   "content": content, "commentType": "text"})

    def variables(self, **more):
        """What a job of this service's pull request 7 has."""
        return {"Build.Reason": "PullRequest", "System.PullRequest.PullRequestId": "7",
                "System.PullRequest.TargetBranch": "refs/heads/main", "System.PullRequest.IsFork": "False",
                "System.CollectionUri": self.url, **more}

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.server.shutdown()
        self.server.server_close()


def fails(status, message="", only=""):
    """For `faulty`: this answer, to calls whose method and path hold `only`."""
    def answer(request):
        if only not in f"{request.command} {request.path}":
            return False
        request.send(status, json.dumps({"message": message}).encode() if message else b"")
        return True
    return answer


def sends(status, body, kind="text/html", only="", **headers):
    def answer(request):
        if only not in f"{request.command} {request.path}":
            return False
        request.send(status, body, kind, **headers)
        return True
    return answer


def waits(seconds):
    def answer(request):
        time.sleep(seconds)
        return False
    return answer
