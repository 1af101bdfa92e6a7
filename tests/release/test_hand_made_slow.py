"""What others leave in a repository: tags made by hand beside modelgate's, and a configuration that would have git
start programs."""

import json
import os
import shutil
import subprocess
import time

from support.lab import Lab


def by_hand(lab, tag, at, commit="HEAD"):
    lab.git("tag", "--annotate", "--message", "x", tag, commit,
        environment={"GIT_COMMITTER_DATE": f"@{at} +0000"})


def test_given_up():
    """Promotions in quick succession are dated ahead of the clock; who gives the model up meanwhile did so after."""
    with Lab() as lab:
        for x in range(1, 5):
            lab.commit(str(x), x=x)
            lab.good("PPD")
        by_hand(lab, "churn@deprecated", int(time.time()))
        assert json.loads(lab.modelgate("status", "--json").stdout) == {}, "it is given up"
        done = lab.modelgate("verify", "churn", "--stage", "PPD")
        assert done.returncode == 1 and b"the model is deprecated" in done.stdout, done
        # A promotion that knew of it brings the model back.
        lab.commit("again", x=7)
        lab.good("PPD")
        assert json.loads(lab.modelgate("status", "--json").stdout)["churn"]["active"], "it is back"
    with Lab() as lab:
        lab.good("PPD")
        by_hand(lab, "churn@deprecated", 1500000000)
        assert json.loads(lab.modelgate("status", "--json").stdout)["churn"]["active"], "given up long before"


def test_no_gate():
    """A stage tag by hand, or by gto, shows no gate: neither it nor a return to it opens the next stage."""
    for tag in ("churn#PPD#1", "churn#PPD#0", "churn#PPD"):
        with Lab() as lab:
            by_hand(lab, "churn@v0.0.1", 1700000000)
            by_hand(lab, tag, 1700000100)
            done = lab.promote("PPS", "--json")
            found = {r["rule"]: r["found"] for r in json.loads(done.stdout)["refusals"]}
            assert set(found) == {"stage-order"} and f"{tag} put commit" in found["stage-order"], f"{tag}: {found}"
            first = lab.git("rev-parse", "HEAD")
            lab.commit("next", x=2)
            lab.good("PPD")
            done = lab.modelgate("rollback", "--model", "churn", "--stage", "PPD", "--reason", "x")
            assert done.returncode == 0, done
            lab.git("checkout", "--quiet", first)
            done = lab.promote("PPS", "--json")
            assert {r["rule"] for r in json.loads(done.stdout)["refusals"]} == {"stage-order"}, (
                f"a return to {tag}: {done}")
            lab.good("PPD")
            lab.good("PPS")
            assert lab.modelgate("verify", "churn", "--stage", "PPS").returncode == 0, "after its gate was passed"


def test_two_versions(lab):
    """GTO refuses a second version of a commit; so does promote, and verify says which there are."""
    by_hand(lab, "churn@v1.0.0", 1700000000)
    by_hand(lab, "churn@v1.1.0", 1700000100)
    done = lab.promote("PPD", "--json")
    found = {r["rule"]: r for r in json.loads(done.stdout)["refusals"]}
    assert set(found) == {"version"} and "both version v1.0.0 and v1.1.0" in found["version"]["found"], found
    told = lab.modelgate("verify").stdout.decode()
    assert "remark churn@v1.1.0: its commit has version v1.0.0 already" in told, told
    by_hand(lab, "churn@v1.1.0!", 1700000200)
    done = lab.good("PPD")
    assert done["version"] == "v1.0.0", done
    # What was decided before somebody did that stays true.
    by_hand(lab, "churn@v1.2.0", 1900000000)
    told = lab.modelgate("verify").stdout.decode()
    assert "decision)" not in told and "its commit has version v1.0.0 already" in told, told


def test_hostile_configuration(lab):
    """Git does the talking, and must not obey a configuration of somebody else."""
    bare = lab.root / "bare.git"
    lab.git("clone", "--quiet", "--bare", str(lab.work), str(bare))
    for whose, *options in (("ours",), ("theirs",), ("theirs", "--depth", "1")):
        clone, trace = lab.root / whose, lab.root / f"{whose}-was-run"
        lab.git("clone", "--quiet", *options, f"file://{bare}", str(clone))
        lab.git("config", "remote.origin.receivepack", f"touch {trace}; git-receive-pack", cwd=clone)
        lab.git("config", "core.fsmonitor", f"touch {trace}", cwd=clone)
        hook = lab.root / "reference-transaction"
        hook.write_text(f"#!/bin/sh\ntouch {trace}\n")
        hook.chmod(0o755)
        lab.git("config", "core.hooksPath", str(lab.root), cwd=clone)
        if not options:  # what is fetched is written, which a hook is told of
            lab.git("tag", "--force", f"to-fetch-{whose}", "main", cwd=bare)
        lab.modelgate("run", "--stage", "PPD", "--json", "run.json", "--quiet", cwd=clone)
        if whose == "theirs" and os.geteuid() != 0:
            print("skipped: only root can give a folder away")
            return
        if whose == "theirs":
            subprocess.run(["chown", "-R", "1234", clone], check=True)
        done = lab.modelgate("promote", "--model", "churn", "--to", "PPD", "--run", "run.json", "--push", "origin",
            "--json", cwd=clone)
        assert done.returncode == 0, done
        assert trace.exists() == (whose == "ours"), f"{whose}: what the configuration names was run or not"
        tags = lab.git("tag", cwd=bare).split()
        assert "churn#PPD#1" in tags, tags
        shutil.rmtree(clone)
        for tag in tags:
            lab.git("tag", "--delete", tag, cwd=bare)
