"""Rehearses both orders of deployment and tag, and what tests that were red at first leave on record."""
# program: plain
import shutil
import subprocess

from pipelines.stories import MODELGATE, Story, git, holds, same

SINGLE = """
extends:
  template: templates/model-release.yml@modelgate
  parameters:
    install: {source: path, path: %s}
    policyRef: main
    %s:
    - bash: echo "deploying to $(modelgate.stage)"; test -e %s
    models: [{name: churn}]
    stages: [{name: PPD, environment: models-ppd}]
"""


def standing(story):
    """What `modelgate status` says of PPD in a new clone: version and DEPLOYED."""
    clone = story.folder / "clone"
    git(story.folder, "clone", "--quiet", str(story.bare), str(clone))
    done = subprocess.run([MODELGATE, "status", "churn", "--repo", clone], capture_output=True, text=True)
    verified = subprocess.run([MODELGATE, "verify", "--repo", clone], capture_output=True, text=True)
    same(verified.returncode, 0, f"verify: {verified.stdout}")
    shutil.rmtree(clone)
    row = next((line.split() for line in done.stdout.splitlines() if line.split()[1:2] == ["PPD"]), [])
    return (row[2], row[-1]) if row and row[2] != "-" else None


def test_tag_follows():
    """A deployment that fails leaves no tag; a good one comes before the tag, which says so"""
    with Story(["churn"]) as story:
        works = story.folder / "works"
        story.commit()
        run = story.run(SINGLE % (story.tools, "deploy", works))
        same(run.result, "Failed", "the run", run)
        holds("deploying to PPD" in run.log(), "it was tried", run)
        same((story.tags(), run.tags), ([], []), "tags of the repository and of the build", run)
        works.touch()
        same(run.again("churn_PPD").result, "Succeeded", "on second thought", run)
        same(standing(story), ("v0.0.1", "yes"), "status")
        same(run.tags, ["churn-v0.0.1-PPD"], "the build's tags", run)
        # Where the rules say no, nothing is deployed.
        story.edit("models/churn/modelgate.yaml", "model: churn\n", "model: churn\n# other\n")
        git(story.work, "checkout", "--quiet", "-b", "side")
        commit = story.commit("Not merged", push="side")
        run = story.run(SINGLE % (story.tools, "deploy", works), commit, branch="refs/heads/side")
        same(run.result, "Failed", "a side branch", run)
        holds("deploying to PPD" not in run.log(), "nothing is deployed that may not be promoted", run)


def test_deployment_follows():
    """Steps after the tag that fail take the model out again; another try puts it there anew"""
    with Story(["churn"]) as story:
        works = story.folder / "works"
        story.commit()
        run = story.run(SINGLE % (story.tools, "after", works))
        same(run.result, "Failed", "the run", run)
        same({t for t in story.tags() if "#" in t}, {"churn#PPD#1", "churn#PPD!#2"}, "tags", run)
        same(run.tags, ["churn-v0.0.1-out-of-PPD"], "the build's tags", run)
        same(standing(story), None, "status")
        works.touch()
        same(run.again("churn_PPD").result, "Succeeded", "on second thought", run)
        same(standing(story), ("v0.0.1", "-"), "status")
        same(run.tags[-1], "churn-v0.0.1-PPD", "the build's tags", run)
        # Another build of the same commit, whose steps fail: nobody knows what runs there now.
        works.unlink()
        run = story.run(SINGLE % (story.tools, "after", works))
        same((run.result, standing(story)), ("Failed", None), "another build", run)


def test_red_at_first():
    """What came of tests that were red at first stands in the tag"""
    with Story(["churn"]) as story:
        works = story.folder / "works"
        story.commit()
        text = (SINGLE % (story.tools, "before", works)).replace(
            f"test -e {works}", f'test -e {works} || sed -i 20q models/churn/scored/latest.csv')
        run = story.run(text)
        same(run.result, "Failed", "the run", run)
        works.touch()
        same(run.again("churn_PPD_tests").result, "Succeeded", "the tests once more", run)
        tag = [t for t in story.tags() if "#" in t][0]
        message = git(story.bare, "for-each-ref", "--format=%(contents)", f"refs/tags/{tag}")
        holds("\nAttempt: churn_PPD_tests/test 2\n" in message and "\nEarlier: 1 " in message, message, run)
