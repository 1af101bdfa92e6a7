"""Rehearses pull requests: only changed models are tested, the summary becomes one comment that later pushes update,
forks get none. Skipped while the program does not know `changed`."""
# program: plain
import time

from pipelines.stories import PROGRAM, Story, git, holds, same
from support.service import NEEDS, Service

PIPELINE = "azure-pipelines-pr.yml"


def pull_request(story):
    """A merge of the branch feature into main, as the service makes it: (commit, its ref)."""
    git(story.work, "fetch", "--quiet", "origin")
    git(story.work, "checkout", "--quiet", "--detach", "origin/main")
    git(story.work, "merge", "--quiet", "--no-ff", "--message", "Merge pull request 7", "origin/feature")
    git(story.work, "push", "--quiet", "origin", "+HEAD:refs/pull/7/merge")
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
    return story.run(PIPELINE, commit, branch=branch, variables=service.variables(**more), token=service.token)


def pushed_again(story, path, old, new):
    """A further push to the pull request, and the merge that the service makes of it."""
    git(story.work, "checkout", "--quiet", "-B", "feature", "origin/feature")
    story.edit(path, old, new)
    story.commit("A change more", push="feature")
    return pull_request(story)


def threads(service):
    """{gate: (status, comments)} of the pull request's page."""
    return {t["properties"]["modelgate.gate"]["$value"]: (t["status"], [c["content"] for c in t["comments"]])
            for t in service.threads.get(7, [])}


def test_changed_only():
    """Only the models that a pull request changes are tested, and each gets its comment"""
    with Story() as story, Service() as service:
        def change():
            story.edit("models/churn/modelgate.yaml", "roc_auc: {min: 0.70, warn: {min: 0.75}}", "roc_auc: {min: 0.99}")
            story.edit("models/fraud-score/modelgate.yaml", "row_count: {min: 500}", "row_count: {min: 502}")
        result = run(story, service, prepared(story, change))
        same(sorted(result.tests), ["churn PPS", "fraud-score PPS"], "the Tests tab: not demand, which main changed",
            result)
        same(result.failed_tests(), {"churn PPS": ["churn/accuracy/roc_auc"]}, "red", result)
        same(result.result, "Failed", "the run", result)
        same([(leg.leg, leg.result) for leg in result.stages["pull_request"].legs[1:]],
             [("churn", "Failed"), ("fraud_score", "Succeeded")], "legs")
        same([s for s in story.tags() if "#" in s], [], "tags")
        found = threads(service)
        same({gate: status for gate, (status, _) in found.items()},
             {"churn#PPS": "active", "fraud-score#PPS": "closed"},
             "an open thread for what failed, a closed one for what passed", result)
        for gate, (_, comments) in found.items():
            summary = next(s for s in result.summaries if gate.replace("#", " ") in s.split("\n")[0])
            holds(len(comments) == 1 and comments[0].startswith(summary), "the comment is the summary", result)
        holds(result.token not in result.log(), "the token is not in the log")


def test_second_push():
    """A second push updates the comment: what failed and was mended does not hold the pull request up any more"""
    with Story() as story, Service() as service:
        first, broken, mended = (f"roc_auc: {{min: {limits}}}"
            for limits in ("0.70, warn: {min: 0.75}", "0.99", "0.69"))
        spec = "models/churn/modelgate.yaml"
        result = run(story, service, prepared(story, lambda: story.edit(spec, first, broken)))
        same((result.result, threads(service)["churn#PPS"][0]), ("Failed", "active"), "the first push", result)
        service.reply(service.threads[7][0], service.user("ada"), "I see.")
        result = run(story, service, pushed_again(story, spec, broken, mended))
        status, comments = threads(service)["churn#PPS"]
        same((result.result, status, len(service.threads[7])), ("Succeeded", "fixed", 1), "the second push", result)
        same(service.statuses["modelgate/churn/PPS"][0], "succeeded", "the status")
        holds(": passed" in comments[0].split("\n")[0] and comments[1:] == ["I see."],
            f"the thread: {comments}", result)
        result = run(story, service, pushed_again(story, spec, mended, broken))
        same((result.result, threads(service)["churn#PPS"][0], len(service.threads[7])), ("Failed", "active", 1),
            "the third", result)
        holds(not [text for _, text in result.issues if "comment" in text], "warnings", result)


def test_comment_refused():
    """A token that may not comment is a warning, and changes no verdict"""
    with Story() as story:
        merge = prepared(story, lambda: story.edit("models/churn/modelgate.yaml", "min: 500", "min: 501"))
        with Service(may_comment=False) as service:
            result = run(story, service, merge)
            same((result.result, service.threads, service.statuses), ("Succeeded", {}, {}),
                "a refusing service", result)
            holds(any("HTTP 403" in text and "Contribute to pull requests" in text and NEEDS in text
                      for kind, text in result.issues
                      if kind == "warning"), f"a warning says what is needed: {result.issues}", result)
        result = run(story, service, merge)
        same(result.result, "Succeeded", "a service that is away", result)
        holds(any("cannot be reached" in text for _, text in result.issues), "a warning says so", result)


def test_no_results():
    """A run that left no results is red, and a warning says why there is no comment"""
    with Story() as story, Service() as service:
        merge = prepared(story, lambda: story.edit("models/churn/modelgate.yaml", "min: 500", "min: 501"))
        story.use(f'#!/bin/sh\n[ "$1" != run ] || exit 3\n{PROGRAM}\n')
        story.archive(story.project.own_tasks / "ModelgateInstallV1/bundle", "modelgate-0.1.0-linux-x64.tar.gz")
        result = run(story, service, merge)
        same((result.result, service.threads), ("Failed", {}), "the run", result)
        holds(any("no comment" in text and "no summary" in text for kind, text in result.issues if kind == "warning"),
              f"a warning: {result.issues}", result)


def test_forks():
    """A pull request from a fork is tested, and no token is used"""
    with Story() as story, Service() as service:
        merge = prepared(story, lambda: story.edit("models/churn/modelgate.yaml", "min: 500", "min: 501"))
        result = run(story, service, merge, **{"System.PullRequest.IsFork": "True"})
        same((result.result, list(result.tests)), ("Succeeded", ["churn PPS"]), "the run", result)
        same(service.calls, [], "comments")


def test_strangers():
    """What a pull request's spec tries beyond reading its data is red, says why, and gets nothing"""
    tries = {"elsewhere": "SELECT content FROM read_text('../../README.md')",
             "link": "SELECT content FROM read_text('data/link')",
             "network": "SELECT * FROM read_csv('http://127.0.0.1/x.csv')", "writes": "COPY (SELECT 1) TO 'x.csv'"}
    with Story() as story, Service() as service:
        def change():
            (story.work / "README.md").write_text("PRIZE\n")
            (story.work / "models/churn/data/link").symlink_to("../../../README.md")
            checks = "".join(f'\n      - sql_rows: {{name: {name}, query: "{query}", max: 0}}'
                for name, query in tries.items())
            story.edit("models/churn/modelgate.yaml", "      - row_count: {min: 500}",
                f"      - row_count: {{min: 500}}{checks}")
        result = run(story, service, prepared(story, change))
        same(result.result, "Failed", "the run", result)
        same(result.failed_tests(), {"churn PPS": [f"churn/data-quality/{name}" for name in tries]}, "red", result)
        holds("PRIZE" not in result.log() + "".join(result.summaries), "what they looked for", result)


def test_endless():
    """A stranger's query without end is ended by the timeout: red, with results, and nothing hangs"""
    # Pairs of millions: hours, on any agent.
    query = "SELECT count(*) FROM range(3000000) a, range(3000000) b WHERE a.range + b.range = -1"
    with Story() as story, Service() as service:
        def change():
            story.edit("models/churn/modelgate.yaml", "      - row_count: {min: 500}",
                       f'      - row_count: {{min: 500}}\n      - sql: {{name: endless, query: "{query}", max: 0}}')
            story.edit(PIPELINE, "    stage: PPS", "    stage: PPS\n    timeout: 5s")
        start = time.monotonic()
        result = run(story, service, prepared(story, change))
        holds(time.monotonic() - start < 60, "it took as long as it liked", result)
        same(result.result, "Failed", "the run", result)
        holds("churn/data-quality/endless" in result.failed_tests()["churn PPS"], f"red: {result.failed_tests()}",
            result)
        holds(len(result.tests["churn PPS"]) > 1 and any("timeout" in s for s in result.summaries),
            "results are shown", result)
        same([a for a in result.artifacts if "churn" in a], ["run-churn-PPS-attempt1"], "and kept", result)
        same(threads(service)["churn#PPS"][0], "active", "the comment", result)


def test_nothing_changed():
    """A pull request that changes no model runs no test, and is green"""
    with Story() as story, Service() as service:
        merge = prepared(story, lambda: (story.work / "README.md").write_text("Other words\n"))
        result = run(story, service, merge)
        same(result.result, "Succeeded", "the run", result)
        same(result.job("pull_request", "test").result, "Skipped", "the tests")
        same((result.tests, service.calls), ({}, []), "the Tests tab and comments")


RELEASE = """
extends:
  template: templates/model-release.yml@modelgate
  parameters:
    models: [{name: churn}]
    install: {source: path, path: %s}
    stages:
    - {name: PPD, environment: models-ppd}
    - {name: PPS, environment: models-pps}
"""


def test_moved():
    """The comment tells how each number moved since the target branch's newest run, else since what stands in the
    stage"""
    with Story(["churn"]) as story, Service() as service:
        def change():
            path = story.work / "models/churn/scored/latest.csv"
            path.write_text("".join(path.read_text().splitlines(True)[:-1]))
        story.use_tasks()
        story.commit("One model")
        release = story.run(RELEASE % story.tools)
        same(release.result, "Succeeded", "the release")
        git(story.work, "checkout", "--quiet", "-b", "feature")
        change()
        story.commit("A row less", push="feature")
        result = run(story, service, pull_request(story))
        _, (comment,) = threads(service)["churn#PPS"]
        table = comment.partition("### Against what stands in PPS")[2]
        holds("row\\_count | 600 | 599 | -1 |" in table and "numbers moved" in table, f"the table: {comment}", result)
        service.build(5, "refs/heads/main", {name: {path.name: path.read_bytes() for path in folder.iterdir()}
                                             for name, folder in release.artifacts.items()})
        result = run(story, service, pull_request(story))
        _, (comment,) = threads(service)["churn#PPS"]
        table = comment.partition("### Against the newest run of main (build 5)")[2]
        holds("row\\_count | 600 | 599 | -1 |" in table and "Nothing to compare" not in comment,
            f"the table: {comment}", result)
    with Story(["churn"]) as story, Service() as service:
        story.use_tasks()
        story.commit("One model")
        git(story.work, "checkout", "--quiet", "-b", "feature")
        story.edit("models/churn/modelgate.yaml", "min: 500", "min: 501")
        story.commit("Never released", push="feature")
        result = run(story, service, pull_request(story))
        _, (comment,) = threads(service)["churn#PPS"]
        holds("Nothing to compare with" in comment, f"the comment: {comment}", result)
