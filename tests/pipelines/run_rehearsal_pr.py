#!/usr/bin/env python3
"""Rehearses pull requests: only changed models are tested, the summary becomes a comment where the token may, forks get
none. Skipped while the program does not know `changed`."""
import http.server
import json
import sys
import threading

from stories import Story, can, git, holds, same, tell

PIPELINE = "azure-pipelines-pr.yml"


class Service:
    """The part of the service that takes comments; what it was sent, and what it answers."""

    def __init__(self, code=200):
        self.code, self.seen = code, []
        service = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service.seen.append((self.path, self.headers["Authorization"], body))
                self.send_response(service.code)
                self.end_headers()

            def log_message(self, *arguments):
                pass
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def variables(self, **more):
        return {"Build.Reason": "PullRequest", "System.PullRequest.PullRequestId": "7",
                "System.PullRequest.TargetBranch": "refs/heads/main", "System.PullRequest.IsFork": "False",
                "System.CollectionUri": f"http://127.0.0.1:{self.server.server_port}/example/", **more}

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.server.shutdown()
        self.server.server_close()


def pull_request(story):
    """A merge of the branch feature into main, as the service makes it: (commit, its ref)."""
    git(story.work, "fetch", "--quiet", "origin")
    git(story.work, "checkout", "--quiet", "--detach", "origin/main")
    git(story.work, "merge", "--quiet", "--no-ff", "--message", "Merge pull request 7", "origin/feature")
    git(story.work, "push", "--quiet", "origin", "HEAD:refs/pull/7/merge")
    return git(story.work, "rev-parse", "HEAD"), "refs/pull/7/merge"


def prepared(story, change):
    """main with three models, a branch on which change() was made, and main moved on since."""
    story.use_tasks()
    story.commit("Three models")
    git(story.work, "checkout", "--quiet", "-b", "feature")
    change()
    story.commit("A change", push="feature")
    git(story.work, "checkout", "--quiet", "main")
    story.edit("models/demand/modelgate.yaml", "row_count: {min: 300}", "row_count: {min: 301}")
    story.commit("main moves on")
    return pull_request(story)


def run(story, service, merge, **more):
    commit, branch = merge
    return story.run(PIPELINE, commit, branch=branch, variables=service.variables(**more))


def changed_only():
    """Only the models that a pull request changes are tested, and each gets its comment"""
    with Story() as story, Service() as service:
        def change():
            story.edit("models/churn/modelgate.yaml", "roc_auc: {min: 0.70, warn: {min: 0.75}}", "roc_auc: {min: 0.99}")
            story.edit("models/fraud-score/modelgate.yaml", "row_count: {min: 500}", "row_count: {min: 502}")
        result = run(story, service, prepared(story, change))
        same(sorted(result.tests), ["churn PPS", "fraud-score PPS"], "the Tests tab: not demand, which main changed", result)
        same(result.failed_tests(), {"churn PPS": ["churn/accuracy/roc_auc"]}, "red", result)
        same(result.result, "Failed", "the run", result)
        same([(leg.leg, leg.result) for leg in result.stages["pull_request"].legs[1:]],
             [("churn", "Failed"), ("fraud_score", "Succeeded")], "legs")
        same([s for s in story.tags() if "#" in s], [], "tags")
        same({path for path, _, _ in service.seen},
             {"/example/project-id/_apis/git/repositories/repo-id/pullRequests/7/threads?api-version=7.1"}, "where to")
        same({token for _, token, _ in service.seen}, {f"Bearer {result.token}"}, "the token")
        threads = [json.loads(body) for _, _, body in service.seen]
        same([t["status"] for t in threads], [1, 4], "an open thread for what failed, a closed one for what passed")
        for thread, model in zip(threads, ("churn", "fraud-score")):
            text = thread["comments"][0]["content"]
            same(text.rstrip("\n"), next(s for s in result.summaries if f" {model} " in s or model in s.split("\n")[0]).rstrip("\n"),
                 "the comment is the summary")
        holds(result.token not in result.log(), "the token is not in the log")


def comment_refused():
    """A token that may not comment is a warning, and changes no verdict"""
    with Story() as story:
        with Service(403) as service:
            merge = prepared(story, lambda: story.edit("models/churn/modelgate.yaml", "min: 500", "min: 501"))
            result = run(story, service, merge)
            same((result.result, len(service.seen)), ("Succeeded", 1), "a refusing service", result)
            holds(any("HTTP 403" in text and "Contribute to pull requests" in text for kind, text in result.issues
                      if kind == "warning"), "a warning says what is needed", result)
        result = run(story, service, merge)
        same(result.result, "Succeeded", "a service that is away", result)
        holds(any("cannot be reached" in text for _, text in result.issues), "a warning says so", result)


def forks():
    """A pull request from a fork is tested, and no token is used"""
    with Story() as story, Service() as service:
        merge = prepared(story, lambda: story.edit("models/churn/modelgate.yaml", "min: 500", "min: 501"))
        result = run(story, service, merge, **{"System.PullRequest.IsFork": "True"})
        same((result.result, list(result.tests)), ("Succeeded", ["churn PPS"]), "the run", result)
        same(service.seen, [], "comments")


def strangers():
    """What a pull request's spec tries beyond reading its data is red, says why, and gets nothing"""
    tries = {"elsewhere": "SELECT content FROM read_text('../../README.md')", "link": "SELECT content FROM read_text('data/link')",
             "network": "SELECT * FROM read_csv('http://127.0.0.1/x.csv')", "writes": "COPY (SELECT 1) TO 'x.csv'"}
    with Story() as story, Service() as service:
        def change():
            (story.work / "README.md").write_text("PRIZE\n")
            (story.work / "models/churn/data/link").symlink_to("../../../README.md")
            checks = "".join(f'\n      - sql_rows: {{name: {name}, query: "{query}", max: 0}}' for name, query in tries.items())
            story.edit("models/churn/modelgate.yaml", "      - row_count: {min: 500}", f"      - row_count: {{min: 500}}{checks}")
        result = run(story, service, prepared(story, change))
        same(result.result, "Failed", "the run", result)
        same(result.failed_tests(), {"churn PPS": [f"churn/data-quality/{name}" for name in tries]}, "red", result)
        holds("PRIZE" not in result.log() + "".join(result.summaries), "what they looked for", result)


def nothing_changed():
    """A pull request that changes no model runs no test, and is green"""
    with Story() as story, Service() as service:
        merge = prepared(story, lambda: (story.work / "README.md").write_text("Other words\n"))
        result = run(story, service, merge)
        same(result.result, "Succeeded", "the run", result)
        same(result.job("pull_request", "test").result, "Skipped", "the tests")
        same((result.tests, service.seen), ({}, []), "the Tests tab and comments")


STORIES = [changed_only, comment_refused, forks, strangers, nothing_changed]
if __name__ == "__main__":
    if not can("changed"):
        print("SKIPPED: this program does not know 'changed'")
        sys.exit(77)
    sys.exit(tell(STORIES))
