"""baseline: {stage: PRD}: the champion's measures come from its evidence, in any clone that has the tags,
without a server; and a clone that cannot know says so, whatever baseline_missing allows."""

import json
import shutil

import pytest

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


def expect(result, verdict, say, baseline=None):
    assert result["verdict"] == verdict and say in result["message"], result["message"]
    assert result["baseline"]["value"] == baseline, result["baseline"]


@pytest.fixture(scope="module")
def lab():
    with Lab(spec("error")) as lab:
        yield lab


def test_before_the_first_tag(lab):
    """A repository of its own knows that there is none. A clone knows nothing of tags that it did not fetch, as
    with fetchDepth: 0 alone; nor does a folder without git."""
    expect(measure(lab, lab.work), "error", "no version of churn is in PRD yet")
    lab.commit("lenient", spec=spec("pass"))
    expect(measure(lab, lab.work), "pass", "no version of churn is in PRD yet")
    clone = lab.root / "without-tags"
    lab.git("clone", "--quiet", "--no-tags", f"file://{lab.work}", str(clone))
    expect(measure(lab, clone), "error", "this clone has no tags")
    lab.git("tag", "start", cwd=clone)
    expect(measure(lab, clone), "pass", "no version of churn is in PRD yet")
    shutil.rmtree(clone / ".git")
    expect(measure(lab, clone), "error", "there is no git repository")
    lab.commit("strict", spec=spec("error"))


def test_no_champion_yet(lab):
    lab.git("tag", "v1")
    expect(measure(lab, lab.work), "error", "no version of churn is in PRD yet; baseline_missing: pass")
    lab.commit("first", spec=spec("pass"))
    expect(measure(lab, lab.work), "pass", "no version of churn is in PRD yet")


@pytest.fixture(scope="module")
def first(lab):
    """The first version is in PRD; the second is a little worse, and committed."""
    for stage in ("PPD", "PPS", "PRD"):
        done = lab.good(stage)
    lab.commit("second", x=0.95)
    return done


def test_first_champion(lab, first):
    assert first["tag"] == "churn#PRD#3", first
    expect(measure(lab, lab.work), "pass", "", 1)
    expect(measure(lab, lab.work, "modelgate.yaml"), "pass", "", 1)


def test_worse_than_the_champion(lab, first):
    lab.commit("third", x=0.8)
    expect(measure(lab, lab.work), "fail", "20% below the baseline 1 (stage PRD)", 1)


def test_overridden_champion(lab, first):
    for stage in ("PPD", "PPS", "PRD"):
        lab.good(stage, "--override", "x")
    expect(measure(lab, lab.work), "pass", "", 0.8)


def test_after_a_rollback(lab, first):
    """The first is back: its measures count again."""
    back = lab.modelgate("rollback", "--model", "churn", "--stage", "PRD", "--reason", "x")
    assert back.returncode == 0, back
    expect(measure(lab, lab.work), "fail", "below the baseline 1", 1)


@pytest.fixture(scope="module")
def fresh(lab):
    fresh = lab.root / "fresh"
    lab.git("clone", "--quiet", f"file://{lab.work}", str(fresh))
    lab.git("remote", "remove", "origin", cwd=fresh)
    return fresh


def test_in_a_clone_without_its_remote(lab, fresh):
    expect(measure(lab, fresh), "fail", "below the baseline 1", 1)


def test_in_a_shallow_clone(lab):
    """As Azure checks out by default: what is not known is an error, not a pass."""
    shallow = lab.root / "shallow"
    lab.git("clone", "--quiet", "--depth", "1", "--no-tags", f"file://{lab.work}", str(shallow))
    expect(measure(lab, shallow), "error", "fetchTags: true")


def test_without_the_evidence(lab, fresh):
    """The stage's tag is there, but not its evidence: there is a champion. Then there is another in place of the
    real one."""
    evidence = lab.git("for-each-ref", "--format=%(refname)", "refs/tags/evidence").splitlines()
    for ref in evidence:
        lab.git("update-ref", "-d", ref, cwd=fresh)
    expect(measure(lab, fresh), "error", "git fetch")
    for ref in evidence:
        lab.git("update-ref", ref, "HEAD", cwd=fresh)
    result = measure(lab, fresh)
    assert result["verdict"] == "error", result["message"]


def test_in_a_mono_repository(lab):
    """The model goes by another name in tags."""
    mono = lab.root / "mono"
    lab.git("clone", "--quiet", "--no-tags", f"file://{lab.work}", str(mono))
    lab.git("tag", "--annotate", "--message", "x", "models/churn=churn#PRD#1", cwd=mono)
    expect(measure(lab, mono), "pass", "names no evidence: it was not made by modelgate")
    lab.git("tag", "--annotate", "--message", "x", "old/churn=churn#PRD#1", cwd=mono)
    expect(measure(lab, mono), "error", "both models/churn:churn and old/churn:churn")
