"""Who may decide is written on the protected branch, which the remote's default branch names: no branch can
name its own judges, and verify finds whatever was decided by other rules."""

import json

STRICT = """stages: [PPD, {name: PPS, approvers: [Grace]}, PRD]
protected_branch: main
overriders: [boss@example.com]
"""
LAX = "stages: [PPD, PPS, PRD]\nprotected_branch: side\n"


def rules(done):
    return {r["rule"] for r in json.loads(done.stdout or b'{"refusals": []}')["refusals"]}


def breaks(lab, *arguments):
    told = json.loads(lab.modelgate("verify", "--json", *arguments).stdout)
    return {(f["rule"], f["tag"]) for f in told["findings"] if f["break"]}


def test_of_a_side_branch(lab):
    """It names itself the protected branch, and lets everybody approve and override."""
    lab.commit("rules", policy=STRICT)
    lab.git("checkout", "--quiet", "-b", "side")
    lab.commit("lax rules", policy=LAX)
    run = lab.run("PPS")
    done = lab.promote("PPS", "--json", run=run)
    assert done.returncode == 1 and rules(done) == {"protected-branch", "approver", "stage-order"}, done
    done = lab.promote("PPS", "--json", "--override", "let me", run=run)
    assert done.returncode == 1 and {"overrider", "protected-branch"} <= rules(done), done
    # Whoever sets up the pipeline may say which branch counts.
    done = lab.promote("PPD", "--json", "--policy-ref", "side", run=lab.run("PPD"))
    assert done.returncode == 0, done
    tag = json.loads(done.stdout)["tag"]
    assert f"Branch: side {lab.git('rev-parse', 'HEAD')}" in lab.message(tag), lab.message(tag)
    assert ("branch", tag) in breaks(lab), f"a commit that is not on main: {breaks(lab)}"
    assert not breaks(lab, "--policy-ref", "side"), breaks(lab, "--policy-ref", "side")


def test_of_a_remote(lab):
    """The remote's default branch counts, whatever the clone says of itself."""
    lab.commit("rules", policy=STRICT)
    bare = lab.root / "bare.git"
    lab.git("clone", "--quiet", "--bare", str(lab.work), str(bare))
    lab.git("remote", "add", "origin", str(bare))
    lab.git("fetch", "--quiet", "origin")
    lab.git("checkout", "--quiet", "-b", "side")
    lab.commit("lax rules", policy=LAX)
    lab.git("push", "--quiet", "origin", "side")
    lab.git("branch", "--quiet", "--force", "main", "side")
    done = lab.promote("PPD", "--json", "--push", "origin")
    assert done.returncode == 1 and rules(done) == {"protected-branch"}, f"a side branch: {done}"
    lab.git("checkout", "--quiet", "main")
    lab.git("reset", "--quiet", "--hard", "origin/main")
    done = lab.good("PPD", "--push", "origin")
    assert not breaks(lab, "--remote", "origin"), breaks(lab, "--remote", "origin")
    # Force-pushed: what was decided is on no branch any more.
    lab.git("commit", "--quiet", "--amend", "--message", "rules, once more")
    lab.git("push", "--quiet", "--force", "origin", "main")
    assert ("branch", done["tag"]) in breaks(lab, "--remote", "origin"), "a force-pushed branch"
    assert ("branch", done["tag"]) in breaks(lab), "without asking the remote"


def test_the_commits_own_is_stricter(lab):
    """A commit's own policy may demand more than the branch's of today; never less."""
    old = lab.commit("strict", policy=STRICT)
    run = lab.run("PPD")
    lab.promote("PPD", run=run)
    pps = lab.run("PPS")
    lab.commit("lax by now", policy="stages: [PPD, PPS, PRD]\n")
    done = lab.promote("PPS", "--json", "--commit", old, run=pps)
    assert rules(done) == {"approver"}, f"its own policy demands an approver: {done}"
    done = lab.promote("PPS", "--json", "--commit", old, "--approver", "Grace", run=pps)
    assert done.returncode == 0 and not breaks(lab), f"{done} {breaks(lab)}"


def test_older_rules(lab):
    """A tag by hand that cites an older state of the branch, when nobody had to approve."""
    lab.good("PPD", environment={"GIT_COMMITTER_DATE": "@1700000000 +0000"})
    old = lab.git("rev-parse", "HEAD")
    lab.commit("rules", policy=STRICT)
    lab.good("PPD")
    lab.good("PPS", "--approver", "Grace")
    last = json.loads(lab.modelgate("history", "churn", "--json").stdout)[0]
    text = lab.git("cat-file", "tag", last["ref"]).replace(f"Branch: main {lab.git('rev-parse', 'HEAD')}",
        f"Branch: main {old}")
    made = lab.git("hash-object", "-w", "-t", "tag", "--stdin", "--literally", input=text + "\n")
    lab.git("update-ref", f"refs/tags/{last['ref']}", made)
    found = breaks(lab)
    assert ("branch", last["ref"]) in found, found


def test_going_back(lab):
    """rollback and withdraw go by the branch's rules too."""
    for x in (1, 2):
        lab.commit(str(x), x=x)
        lab.good("PPD")
    (lab.work / ".signers").write_text("")
    lab.commit("signed", policy="allowed_signers: .signers\nstages: [{name: PPD, signed: true}]\n")
    lab.git("checkout", "--quiet", "-b", "side")
    lab.commit("lax", policy="stages: [PPD]\n")
    done = lab.modelgate("rollback", "--model", "churn", "--stage", "PPD", "--reason", "x", "--json")
    assert rules(done) == {"signed"}, done


def test_to_read(lab):
    """status, show, history and changed go by the protected branch as well, whatever lies in the work tree."""
    (lab.work / "lib").mkdir()
    (lab.work / "lib/a.py").write_text("1")
    (lab.work / "churn").mkdir()
    (lab.work / "churn/modelgate.yaml").write_text("version: 1\nmodel: churn\n")
    listed = "stages: [PPD, PPS, PRD]\nmodels: {churn: {folder: churn, spec: modelgate.yaml, inputs: [lib]}}\n"
    start = lab.commit("rules", policy=listed)
    lab.good("PPD")
    (lab.work / ".modelgate.yaml").write_text("stages: [A, B]\n")
    stages = json.loads(lab.modelgate("status", "--json").stdout)["churn"]["standings"]
    assert list(stages) == ["PPD", "PPS", "PRD"], f"of the work tree: {list(stages)}"
    (lab.work / ".modelgate.yaml").write_text("stages: 7\n")
    for command in (("status",), ("history", "churn"), ("show", "churn#PPD"), ("verify",)):
        done = lab.modelgate(*command)
        assert done.returncode == 0 and not done.stderr, done
    # A side branch that takes the model's inputs, or the model itself, off the list.
    lab.git("checkout", "--quiet", "--force", "-b", "side")
    (lab.work / "lib/a.py").write_text("2")
    for policy in (listed.replace(", inputs: [lib]", ""), "models: {other: lib}\n"):
        lab.commit("not mine", policy=policy)
        told = lab.modelgate("changed", f"{start}..HEAD").stdout.decode().split()
        assert "churn" in told, f"{policy}: {told}"
    told = lab.modelgate("changed", f"{start}..HEAD", "--policy-ref", "side").stdout.decode().split()
    assert told == ["other"], told
    # Where it is not known which branch is protected, that is said.
    lab.git("branch", "--quiet", "--move", "main", "trunk")
    done = lab.modelgate("status")
    assert b"instead of branch main" in done.stderr, done
    # A policy that is wrong must not keep the commit that mends it from being looked at.
    lab.git("branch", "--quiet", "--move", "trunk", "main")
    lab.git("checkout", "--quiet", "main")
    lab.commit("wrong", policy="stages: 7\n")
    lab.git("checkout", "--quiet", "side")
    done = lab.modelgate("changed", f"{start}..HEAD")
    assert done.returncode == 0 and b"is ignored" in done.stderr, done
