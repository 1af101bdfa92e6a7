#!/usr/bin/env python3
"""baseline: {stage: PRD}: the champion's measures come from its evidence, in any clone that has the tags,
without a server; and a clone that cannot know says so, whatever baseline_missing allows."""

import json
import shutil

from support import program
from support.lab import SPEC, Lab

CHAMPION = SPEC.replace("- mean: {column: x, min: 0.5}",
    "- mean: {column: x, max_drop: 10%, baseline: {stage: PRD}, baseline_missing: MISSING}")


def spec(missing):
    return CHAMPION.replace("MISSING", missing)


def measure(lab, where, *arguments):
    """The result of the relative check."""
    file = lab.root / "measured.json"
    lab.modelgate("run", "--stage", "PPS", "--json", file, "--quiet", *arguments, cwd=where)
    return json.loads(file.read_text())["results"][-1]


def expect(checks, result, verdict, say, baseline=None):
    checks.that(result["verdict"] == verdict and say in result["message"], result["message"])
    checks.that(result["baseline"]["value"] == baseline, result["baseline"])


def main():
    checks = program.Checks()
    with Lab(spec("error")) as lab:
        expect(checks, measure(lab, lab.work), "error", "this clone has no tags")
        lab.git("tag", "v1")
        expect(checks, measure(lab, lab.work), "error", "no version of churn is in PRD yet; baseline_missing: pass")
        lab.commit("first", spec=spec("pass"))
        expect(checks, measure(lab, lab.work), "pass", "no version of churn is in PRD yet")
        for stage in ("PPD", "PPS", "PRD"):
            done = lab.good(stage)
        lab.commit("second", x=0.95)
        expect(checks, measure(lab, lab.work), "pass", "", 1)
        expect(checks, measure(lab, lab.work, "modelgate.yaml"), "pass", "", 1)
        lab.commit("third", x=0.8)
        expect(checks, measure(lab, lab.work), "fail", "20% below the baseline 1 (stage PRD)", 1)

        # The second comes into PRD in spite of all, then the first is back: its measures count again.
        for stage in ("PPD", "PPS", "PRD"):
            lab.good(stage, "--override", "x")
        expect(checks, measure(lab, lab.work), "pass", "", 0.8)
        back = lab.modelgate("rollback", "--model", "churn", "--stage", "PRD", "--reason", "x")
        checks.that(back.returncode == 0, back)
        expect(checks, measure(lab, lab.work), "fail", "below the baseline 1", 1)

        fresh = lab.root / "fresh"
        lab.git("clone", "--quiet", f"file://{lab.work}", str(fresh))
        lab.git("remote", "remove", "origin", cwd=fresh)
        expect(checks, measure(lab, fresh), "fail", "below the baseline 1", 1)

        # As Azure checks out by default: what is not known is an error, not a pass.
        shallow = lab.root / "shallow"
        lab.git("clone", "--quiet", "--depth", "1", "--no-tags", f"file://{lab.work}", str(shallow))
        expect(checks, measure(lab, shallow), "error", "fetchTags: true")
        shutil.rmtree(shallow)

        # With the stage's tag, but not its evidence.
        bare = lab.git("for-each-ref", "--format=%(refname)", "refs/tags/evidence").splitlines()
        for ref in bare:
            lab.git("update-ref", "-d", ref, cwd=fresh)
        expect(checks, measure(lab, fresh), "pass", "git fetch")

        # Evidence that was put in place of the real one.
        for ref in bare:
            lab.git("update-ref", ref, "HEAD", cwd=fresh)
        result = measure(lab, fresh)
        checks.that(result["verdict"] == "error", result["message"])

        # A folder of a mono repository: the model goes by another name in tags.
        mono = lab.root / "mono"
        lab.git("clone", "--quiet", "--no-tags", f"file://{lab.work}", str(mono))
        lab.git("tag", "--annotate", "--message", "x", "models/churn=churn#PRD#1", cwd=mono)
        expect(checks, measure(lab, mono), "pass", "names no evidence: it was not made by modelgate")
        lab.git("tag", "--annotate", "--message", "x", "old/churn=churn#PRD#1", cwd=mono)
        expect(checks, measure(lab, mono), "error", "both models/churn:churn and old/churn:churn")
        checks.that(done["tag"] == "churn#PRD#3", done)
    checks.end()


if __name__ == "__main__":
    main()
