"""Every refusal once, by the program itself: exit 1, the rule's id, a fix that works, and nothing
written. And what the command line must not do."""

import json
import time

import pytest

from support.lab import SPEC, Lab


def refused(lab, rule, stage="PPD", *arguments, run=None, environment=None, others=()):
    """Promotes, expects a refusal by this rule, and returns what JSON says of it."""
    before = lab.refs()
    run = run or lab.run(stage)
    options = {"environment": environment} if environment else {}
    done = lab.promote(stage, "--json", *arguments, run=run, **options)
    text = lab.promote(stage, *arguments, run=run, **options)
    assert done.returncode == 1 and text.returncode == 1, f"{rule}: {done}"
    said = json.loads(done.stdout or b'{"refusals": []}')
    rules = {r["rule"]: r for r in said["refusals"]}
    assert set(rules) == {rule, *others}, f"{rule}: refused for {list(rules)}"
    assert lab.refs() == before, f"{rule}: something was tagged"
    found = rules.get(rule, {"found": "?", "way_out": "?"})
    for words in (found["found"], f"fix: {found['way_out']}", f"\n  {rule}\n"):
        assert words.encode() in text.stdout, f"{rule}: no {words!r} in {text.stdout}"
    azure = lab.promote(stage, "--azure", *arguments, run=run, **options)
    assert b"##vso[task.logissue type=error]" in azure.stdout and b"setvariable" not in azure.stdout, (
        f"{rule}: {azure.stdout}")
    return found


@pytest.fixture(scope="module")
def lab():
    """One repository for all, in this order: each test goes on where the one before it ended."""
    with Lab() as lab:
        yield lab


def test_of_the_run(lab):
    good = lab.work / lab.run("PPD")
    text = good.read_text()
    for _name, edited, others in (
        ("verdict", text.replace('"verdict": "pass"', '"verdict": "warn"'), ()),
        ("no seal", text[: text.rindex(",")] + "\n}\n", ()),
        ("no JSON", "{}", ()),
        ("cut", text[:200], ()),
    ):
        (lab.work / "edited.json").write_text(edited)
        refused(lab, "run-whole", run="edited.json", others=others)
    refused(lab, "run-model", "PPD", "--model", "fraud")
    head = lab.git("rev-parse", "HEAD")
    lab.commit("after")
    refused(lab, "run-commit", run=good.name)
    assert lab.promote("PPD", "--commit", head, run=good.name).returncode == 0, "by --commit"
    (lab.work / "rows.csv").write_text("id,x\n1,7\n2,7\n")
    dirty = lab.run("PPD", file="dirty.json")
    lab.git("checkout", "--quiet", "rows.csv")
    refused(lab, "run-clean", run=dirty, others=("run-inputs",))
    other = lab.root / "other.yaml"
    other.write_text(SPEC.replace("min: 2", "min: 1"))
    (lab.work / "loose.yaml").write_text(other.read_text())
    lab.git("add", "loose.yaml")
    lab.git("commit", "--quiet", "--message", "a second spec")
    lab.modelgate("run", "loose.yaml", "--stage", "PPD", "--json", "loose.json", "--quiet")
    lab.commit("policy", policy="models: {churn: .}\n")
    lab.modelgate("run", "loose.yaml", "--stage", "PPD", "--json", "loose.json", "--quiet")
    refused(lab, "run-spec", run="loose.json")
    refused(lab, "run-stage", run=lab.run("PPS"))
    lab.run("PPD", "--suite", "score", file="score.json")
    refused(lab, "run-suites", run="score.json")
    lab.run("PPD", "--select", "kind:row_count", file="selected.json")
    refused(lab, "run-unselected", run="selected.json")
    lab.commit("failing", spec=SPEC.replace("min: 2", "min: 3"))
    refused(lab, "run-passed")
    lab.commit("warning", spec=SPEC.replace("min: 2}", "min: 2, warn: {min: 3}}"))
    lab.run("PPD", "--fail-on", "warn", file="strict.json")
    refused(lab, "run-passed", run="strict.json")
    assert lab.promote("PPD").returncode == 0, "a warning is a pass"


def test_of_the_commit(lab):
    lab.commit("good", spec=SPEC)
    found = refused(lab, "stage-known", "PPT", run=no_stage(lab))
    assert "PPD, PPS, PRD" in found["way_out"], found
    refused(lab, "stage-order", "PPS")
    lab.git("checkout", "--quiet", "-b", "feature")
    lab.commit("off the branch")
    refused(lab, "protected-branch")
    lab.git("checkout", "--quiet", "main")
    for environment in ({"BUILD_REASON": "PullRequest"}, {"BUILD_SOURCEBRANCH": "refs/pull/7/merge"}):
        refused(lab, "pull-request", environment=environment)
    run = lab.run("PPD")
    (lab.work / "rows.csv").write_text("id,x\n")
    refused(lab, "clean-tree", run=run)
    lab.git("checkout", "--quiet", "rows.csv")


def no_stage(lab):
    lab.modelgate("run", "--json", "all.json", "--quiet")
    return "all.json"


def test_of_the_version(lab):
    lab.good("PPD", "--version", "v2.0.0")
    refused(lab, "version", "PPD", "--version", "v2.1.0", run=lab.run("PPD", file="again.json"))
    lab.commit("next")
    for version in ("2.1.0", "v2.0.0", "v1.9.9", "v2.0.0-rc.1", "latest"):
        refused(lab, "version", "PPD", "--version", version)
    assert lab.good("PPD", "--bump", "minor")["version"] == "v2.1.0", "by --bump"


def test_of_people(lab):
    lab.commit("rules", policy="""
stages:
  - {name: PPD, approvers: [Grace]}
  - {name: PPS}
overriders: [boss@example.com]
""")
    refused(lab, "approver")
    refused(lab, "approver", "PPD", "--approver", "Eve")
    refused(lab, "overrider", "PPS", "--override", "please", others=("stage-order",))
    assert lab.promote("PPD", "--approver", "Grace").returncode == 0, "with an approver"
    lab.commit("worse", spec=SPEC.replace("min: 2", "min: 3"))
    lab.git("config", "user.email", "boss@example.com")
    done = lab.good("PPD", "--override", "the boss said so")
    assert {r["rule"] for r in done["overridden"]} == {"approver", "run-passed"}, done
    assert "Reason: the boss said so" in lab.message(done["tag"]), lab.message(done["tag"])
    lab.git("config", "--unset", "user.email")


def test_of_returns(lab):
    for words, rule in (
        (("rollback", "--stage", "PPS", "--reason", "x"), "stood-there"),
        (("rollback", "--stage", "PPD", "--to", "v9.0.0", "--reason", "x"), "stood-there"),
        (("withdraw", "--stage", "PPD", "--version", "v9.0.0", "--reason", "x"), "stands-there"),
    ):
        before = lab.refs()
        done = lab.modelgate(words[0], "--model", "churn", *words[1:])
        assert done.returncode == 1 and rule.encode() in done.stdout, done
        assert b"fix: " in done.stdout and lab.refs() == before, done


def test_for_pipelines(lab):
    lab.commit("for pipelines", spec=SPEC, policy="stages: [PPD, PPS, PRD]\n")
    run = lab.run("PPD")
    before = lab.refs()
    dry = json.loads(lab.promote("PPD", "--dry-run", "--json", run=run).stdout)
    assert dry["outcome"] == "would be done" and dry["id"] is None, dry
    assert lab.refs() == before, "a dry run writes nothing"
    azure = {"BUILD_BUILDID": "4711", "SYSTEM_COLLECTIONURI": "https://dev.azure.com/x/",
        "SYSTEM_TEAMPROJECTID": "p"}
    done = lab.promote("PPD", "--azure", run=run, environment=azure)
    tag = dry["tag"]
    lines = done.stdout.decode().splitlines()
    for line in (f"##vso[task.setvariable variable=modelgate.tag;isOutput=true]{tag}",
            f"##vso[task.setvariable variable=modelgate.version;isOutput=true]{dry['version']}",
            "##vso[task.setvariable variable=modelgate.stage;isOutput=true]PPD",
            f"##vso[build.addbuildtag]churn-{dry['version']}-PPD"):
        assert line in lines, f"no {line} in {lines}"
    evidence = [line for line in lines if "variable=modelgate.evidence;" in line]
    assert len(evidence) == 1 and evidence[0][-64:] in lab.message(tag), evidence
    build = "Build: 4711 https://dev.azure.com/x/p/_build/results?buildId=4711"
    assert build in lab.message(tag), lab.message(tag)


def test_misuse(lab):
    """Not a refusal but a mistake: exit 2 or 3, in plain words."""
    run = lab.run("PPD")
    before = lab.refs()
    for words, code, say in (
        (("--version", "v3.0.0", "--bump", "major"), 2, b"--version and --bump"),
        (("--override", ""), 2, b"needs a reason"),
        (("--json", "--azure"), 2, b"--json and --azure"),
        (("--model", "a b"), 2, b"a b"),
        (("--run", "absent.json"), 2, b"absent.json"),
        (("--commit", "0123456789"), 2, b"no commit"),
        (("--push", "nowhere"), 2, b"nowhere"),
        (("--repo", "/"), 2, b"git init"),
        (("--approver", "x" * 5000), 2, b"Approved-by"),
    ):
        done = lab.promote("PPD", *words, run=run)
        assert done.returncode == code and say in done.stderr, f"{words}: {done}"
    (lab.home / ".gitconfig").write_text("")
    done = lab.promote("PPD", run=run)
    assert done.returncode == 2 and b"git config user.name" in done.stderr, done
    assert lab.refs() == before, "something was tagged"
    done = lab.promote("PPD", "--dry-run", run=run, environment={
        "BUILD_REQUESTEDFOR": "Ada", "BUILD_REQUESTEDFOREMAIL": "ada@example.com"})
    assert done.returncode in (0, 1) and lab.refs() == before, done


def test_of_what_was_deregistered():
    """A version that was taken back stands in no stage, so nothing goes back to it."""
    with Lab() as lab:
        lab.good("PPD")
        for x in (2, 3):
            lab.commit(str(x), x=x)
            lab.good("PPD")
        lab.git("tag", "--annotate", "--message", "no good", "churn@v0.0.2!", "churn@v0.0.2^{}",
            environment={"GIT_COMMITTER_DATE": f"@{int(time.time()) + 60} +0000"})
        back = ("rollback", "--model", "churn", "--stage", "PPD", "--reason", "x")
        done = lab.modelgate(*back, "--to", "v0.0.2")
        assert (done.returncode == 1 and b"v0.0.2 was deregistered" in done.stdout and
            b"go back to one of: v0.0.1, v0.0.3" in done.stdout), done
        done = lab.modelgate(*back)
        told = json.loads(lab.modelgate("status", "--json").stdout)
        assert (done.returncode == 0 and b"churn v0.0.1 is back in PPD" in done.stdout and
            told["churn"]["stage"]["PPD"] == "v0.0.1"), f"over it: {done} {told}"
        assert lab.modelgate("verify").returncode == 0, lab.modelgate("verify")


def test_of_going_back_twice():
    """A build's retry finds its own return; another build that says no more than the first is asked what it means."""
    with Lab() as lab:
        lab.good("PPD")
        for x in (2, 3):
            lab.commit(str(x), x=x)
            lab.good("PPD")
        back = ("rollback", "--model", "churn", "--stage", "PPD", "--reason", "see the pipeline's run")
        builds = [{"BUILD_BUILDID": n, "SYSTEM_COLLECTIONURI": "https://dev.azure.com/x/", "SYSTEM_TEAMPROJECTID": "p"}
            for n in ("41", "42")]
        first = lab.modelgate(*back, environment=builds[0])
        assert first.returncode == 0 and b"churn v0.0.2 is back" in first.stdout, first
        before = lab.refs()
        retry = lab.modelgate(*back, environment=builds[0])
        assert retry.returncode == 0 and lab.refs() == before, f"the build's retry: {retry}"
        other = lab.modelgate(*back, environment=builds[1])
        assert (other.returncode == 1 and b"asked-before" in other.stdout and b"build 41" in other.stdout and
            b"--to" in other.stdout and b"v0.0.1" in other.stdout and lab.refs() == before), f"another build: {other}"
        told = lab.modelgate(*back, "--to", "v0.0.2", environment=builds[1])
        assert told.returncode == 0 and lab.refs() == before, f"to where it is: {told}"
        further = lab.modelgate(*back[:-1], "still no good", environment=builds[1])
        assert further.returncode == 0 and b"churn v0.0.1 is back" in further.stdout, f"further: {further}"
