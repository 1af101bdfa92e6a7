"""Rehearses releases with the mono repo of examples/, as it stands there: its pipelines, the real tasks' installer,
tags in a bare repository, approvals. Skipped while the program cannot promote."""
# program: plain
import json
import os
import subprocess
import threading

from pipelines.stories import MODELGATE, Story, git, holds, same
from support import server

RELEASE = "azure-pipelines.yml"
MODELS = ("churn", "demand", "fraud_score")
GATES = [f"{stage}{part}" for stage in ("PPD", "PPS", "PRD") for part in ("_tests", "")]


def status(story):
    """What a fresh clone says stands where: {model: {stage: version}}."""
    clone = story.folder / "clone"
    git(story.folder, "clone", "--quiet", story.bare.as_uri(), str(clone))
    done = subprocess.run([MODELGATE, "verify", "--all"], cwd=clone, capture_output=True, text=True,
                          env={**os.environ, "HOME": "/nonexistent"})
    holds(done.returncode == 0, f"the history holds together: {done.stdout}{done.stderr}")
    subprocess.run(["rm", "-rf", clone], check=True)


def stages_of(run, model):
    return [run.stages[f"{model}_{gate}"].result for gate in GATES]


def test_to_production():
    """All is well: three models go to PRD, each on the commit that was tested, then only what changed"""
    with Story() as story:
        story.use_tasks()
        seen = []
        for name in ("ppd", "pps", "prd"):
            story.environments(f"models-{name}", check=lambda run: seen.append(len(run.tests)) or True)
        first = story.commit("Three models")
        run = story.run(RELEASE)
        same(run.result, "Succeeded", "the run", run)
        same({m: stages_of(run, m) for m in MODELS}, {m: ["Succeeded"] * 6 for m in MODELS}, "stages", run)
        same(sorted(run.tests), sorted(f"{m} {s}" for m in ("churn", "demand", "fraud-score")
            for s in ("PPD", "PPS", "PRD")),
             "the Tests tab")
        same(seen, [1, 2, 3, 4, 5, 6, 7, 8, 9], "who approves sees the results first")
        same(run.asked, ["models-ppd", "models-pps", "models-prd"] * 3, "environments in their order")
        tags = story.tags()
        for model in ("churn", "demand", "fraud-score"):
            same(len([t for t in tags if t.startswith(f"{model}#")]), 3, f"tags of {model}: {tags}", run)
            same(len([t for t in tags if t.startswith(f"{model}@v")]), 1, f"version of {model}: {tags}")
        same({story.marked(t) for t in tags if "#" in t or "@v" in t}, {first},
            "the commit that was tested is the one that is tagged")
        holds(all(git(story.bare, "cat-file", "-t", t) == "tag" for t in tags if "#" in t), "annotated tags")
        holds(run.token not in run.log(), "the token is not in the log")
        status(story)

        story.edit("models/churn/modelgate.yaml", "roc_auc: {min: 0.70", "roc_auc: {min: 0.71")
        second = story.commit("A stricter limit for churn")
        run = story.run(RELEASE)
        same(run.result, "Succeeded", "the second run", run)
        same({m: set(stages_of(run, m)) for m in MODELS},
             {"churn": {"Succeeded"}, "demand": {"Skipped"}, "fraud_score": {"Skipped"}}, "stages", run)
        more = [t for t in story.tags() if t not in tags and ("#" in t or "@v" in t)]
        same(({story.marked(t) for t in more}, len(more)), ({second}, 4), f"new tags {more}")
        run = story.run(RELEASE)
        same({r for n, r in run.results().items() if n != "changed"}, {"Skipped"}, "nothing changed, nothing runs", run)


SINGLE = """
extends:
  template: templates/model-release.yml@modelgate
  parameters:
    models:
    - name: churn
    install: {source: path, path: %s}
    stages:
    - {name: PPD, environment: models-ppd}
    - {name: PPS, environment: models-pps}
    - {name: PRD, environment: models-prd}
"""


def raise_fees(story):
    """The data drifts: everybody pays 60 more than when the model was trained."""
    path = story.work / "models/churn/scored/latest.csv"
    head, *rows = [line.split(",") for line in path.read_text().splitlines()]
    for row in rows:
        row[head.index("fee")] = str(float(row[head.index("fee")]) + 60)
    path.write_text("".join(",".join(row) + "\n" for row in [head, *rows]))


def test_drift_stops():
    """A failing drift gate stops at PPS, and PRD never runs"""
    with Story(["churn"]) as story:
        single = SINGLE % story.tools
        raise_fees(story)
        story.commit("Fees went up")
        run = story.run(single)
        same(stages_of(run, "churn"), ["Succeeded", "Succeeded", "Failed", "Skipped", "Skipped", "Skipped"],
            "stages", run)
        same(run.failed_tests(), {"churn PPS": ["churn/drift/psi[fee]"]}, "red in the Tests tab", run)
        same(run.asked, ["models-ppd"], "who was asked")
        same([t for t in story.tags() if "#" in t], ["churn#PPD#1"], "tags", run)
        status(story)


SLICED = SINGLE.replace("- name: churn", "- {name: churn, slices: {PPS: 2, PRD: 3}}")


def test_sliced():
    """With slices a model goes to PRD by the same gates; a check that fails in one of them stops it at its stage"""
    with Story(["churn"]) as story:
        text = SLICED % story.tools
        commit = story.commit()
        run = story.run(text)
        same(stages_of(run, "churn"), ["Succeeded"] * 6, "stages", run)
        same({story.marked(t) for t in story.tags() if "#" in t}, {commit}, "the commit that is tagged")
        same([t.split("#")[1] for t in story.tags() if "#" in t], ["PPD", "PPS", "PRD"], "tags", run)
        same(len(run.artifacts["run-churn-PRD-attempt1"].joinpath("run.json").read_text().split('"seal": "sha256:')), 5,
             "the seals of three parts, and the run's own")
        status(story)
        # Tests that run again are joined from the slices of that attempt.
        same(run.again("churn_PRD_tests").result, "Succeeded", "the tests once more", run)
        kept = [json.loads(run.artifacts[f"run-churn-PRD-{name}attempt2"].joinpath("run.json").read_text())
                for name in ("", "slice1-", "slice2-", "slice3-")]
        same([p["seal"] for p in kept[0]["parts"]], [k["seal"] for k in kept[1:]], "the parts of the second attempt")
        raise_fees(story)
        story.commit("Fees went up")
        run = story.run(text)
        same(stages_of(run, "churn"), ["Succeeded", "Succeeded", "Failed", "Skipped", "Skipped", "Skipped"],
            "stages", run)
        same([t.split("#")[1] for t in story.tags() if "#" in t], ["PPD", "PPD", "PPS", "PRD", "PRD"], "tags", run)
        status(story)


def test_lost_slice():
    """Where a slice left no run, nothing is promoted"""
    with Story(["churn"]) as story:
        story.commit()
        pipeline = story.expand_text(SLICED % story.tools)
        slices = next(s for s in pipeline["stages"] if s["stage"] == "churn_PRD_tests")["jobs"][0]
        for step in slices["steps"]:
            if "publish" in step:
                step["condition"] = "ne(variables['System.JobPositionInPhase'], '3')"
        run = story.project.run(pipeline, git(story.work, "rev-parse", "HEAD"))
        same(stages_of(run, "churn"), ["Succeeded"] * 4 + ["Failed", "Skipped"], "stages", run)
        holds(any("slice 3 of 3 left no run" in t for _, t in run.issues), "an error says so", run)
        same([t.split("#")[1] for t in story.tags() if "#" in t], ["PPD", "PPS"], "tags", run)


def test_rejected():
    """A promotion that somebody rejects leaves no tag; run again it leaves one, however often"""
    with Story(["churn"]) as story:
        story.environments("models-prd", check=lambda run: False)
        story.commit()
        run = story.run(SINGLE % story.tools)
        same(stages_of(run, "churn"), ["Succeeded"] * 5 + ["Failed"], "stages", run)
        same([t.split("#")[1] for t in story.tags() if "#" in t], ["PPD", "PPS"], "tags", run)
        # Allowed on second thought, from the same run's page.
        story.environments("models-prd")
        same(run.again("churn_PRD").result, "Succeeded", "the stage once more", run)
        same([t.split("#")[1] for t in story.tags() if "#" in t], ["PPD", "PPS", "PRD"], "tags", run)
        # And once more by mistake: the same promotion is the same tag.
        same(run.again("churn_PRD").result, "Succeeded", "the stage a third time", run)
        same([t.split("#")[1] for t in story.tags() if "#" in t], ["PPD", "PPS", "PRD"], "tags: each promotion once",
            run)
        # Tests that run again leave a new artifact, since the old one cannot be replaced.
        same(run.again("churn_PRD_tests").result, "Succeeded", "the tests once more", run)
        holds({"run-churn-PRD-attempt1", "run-churn-PRD-attempt2"} <= set(run.artifacts), "artifacts of both attempts")
        status(story)


def test_not_from_here():
    """A commit that is on no protected branch is refused, and so is a pull request's merge"""
    with Story(["churn"]) as story:
        story.commit()
        git(story.work, "checkout", "--quiet", "-b", "feature")
        commit = story.commit("Not merged", push="feature")
        run = story.run(SINGLE % story.tools, commit, branch="refs/heads/feature")
        same(stages_of(run, "churn")[:3], ["Succeeded", "Failed", "Skipped"], "stages", run)
        holds(any(f"commit {commit[:10]} is not on the protected branch main" in text for _, text in run.issues),
            "why", run)
        git(story.work, "checkout", "--quiet", "--detach", "main")
        git(story.work, "merge", "--quiet", "--no-ff", "--message", "Merge pull request 7", "feature")
        commit = story.commit("What the service merged", push="refs/pull/7/merge")
        run = story.run(SINGLE % story.tools, commit, branch="refs/pull/7/merge",
            variables={"Build.Reason": "PullRequest"})
        same(stages_of(run, "churn")[:3], ["Succeeded", "Failed", "Skipped"], "stages of a pull request", run)
        holds(any("this is the build of a pull request" in text for _, text in run.issues),
            "why not a pull request", run)
        same([t for t in story.tags() if "#" in t], [], "tags", run)


def behind_login(story, azure):
    """The repository over HTTP, for the job's token alone: every step that needs it must have it. What a run is
    given."""
    (azure.repositories / "models.git").symlink_to(story.bare)
    git(story.bare, "config", "http.receivepack", "true")
    story.project.url = azure.address("models", "bearer")
    return {"token": server.TOKEN,
        "variables": {"System.CollectionUri": azure.address("", "bearer").removesuffix(".git")}}


# Holds a push until a second one is there, or for 20 seconds; then nothing is held any more.
MEET = """cat >>offered
touch "meet.$$"
for i in $(seq 200); do
	[ $(ls meet.* | wc -l) -ge 2 ] && exit 0
	sleep 0.1
done
"""


def test_race():
    """Two runs promote at once: each promotion is one tag, and no counter comes twice"""
    with Story(["churn"]) as story, server.Server() as azure:
        login = behind_login(story, azure)
        single = SINGLE % story.tools
        commits = [story.commit("One"), story.commit("Two")]
        pipeline, runs = story.expand_text(single), {}
        barrier = threading.Barrier(2, timeout=120)

        def meet(run):
            # Both stand before the same gate at the same time.
            try:
                barrier.wait()
            except threading.BrokenBarrierError:
                pass
            return True
        story.environments("models-ppd", "models-pps", "models-prd", check=meet)
        azure.hook("models", "pre-receive", MEET)
        for number, commit in enumerate(commits):
            def go(number=number, commit=commit):
                try:
                    runs[number] = story.project.run(pipeline, commit, **login)
                finally:
                    barrier.abort() if number not in runs else None
            thread = threading.Thread(target=go)
            runs[f"thread{number}"] = thread
            thread.start()
        for number in range(2):
            runs[f"thread{number}"].join()
        offered = [line.split()[2] for line in (story.bare / "offered").read_text().splitlines()]
        holds(any(offered.count(ref) > 1 for ref in offered), f"both wanted the same tag: {offered}")
        tags = [t for t in story.tags() if "#" in t]
        counters = [t.rpartition("#")[2] for t in tags]
        same(len(counters), len(set(counters)), f"counters in {tags}")
        for number in range(2):
            run = runs[number]
            for stage in ("PPD", "PPS", "PRD"):
                marked = [t for t in tags if t.startswith(f"churn#{stage}#") and story.marked(t) == commits[number]]
                done = run.stages[f"churn_{stage}"].result
                same(len(marked), int(done == "Succeeded"), f"{stage} of run {number} is {done}: {tags}", run)
        holds(any(runs[n].result == "Succeeded" for n in range(2)), "at least one came through", runs[0])
        status(story)


def test_rolled_back():
    """A rollback, run by hand: an earlier version stands in PRD again, by a new tag that says why"""
    with Story(["churn"]) as story:
        single = SINGLE % story.tools
        first = story.commit("One")
        same(story.run(single).result, "Succeeded", "the first")
        story.edit("models/churn/modelgate.yaml", "row_count: {min: 500}", "row_count: {min: 501}")
        story.commit("Two")
        same(story.run(single).result, "Succeeded", "the second")
        before = story.tags()
        run = story.run(single.rstrip() + """
    rollback: churn
    rollbackReason: too many "false" alarms; $HOME
""")
        same(run.results(), {"rollback": "Succeeded"}, "the rollback", run)
        same(run.asked, ["models-prd"], "who was asked")
        (tag,) = [t for t in story.tags() if t not in before and "#" in t]
        holds(tag.startswith("churn#PRD#"), f"the new tag is {tag}")
        same(story.marked(tag), first, "what stands in PRD")
        holds('too many "false" alarms; $HOME' in git(story.bare, "cat-file", "tag", tag), "the tag says why")
        status(story)


def test_champion():
    """A limit that is relative to the champion in PRD finds its measures in a checkout without file contents"""
    with Story(["churn"]) as story, server.Server() as azure:
        login = behind_login(story, azure)
        single = SINGLE % story.tools
        relative = "max_drop: 1%, baseline: {stage: PRD}, baseline_missing: pass"
        story.edit("models/churn/modelgate.yaml", "roc_auc: {min: 0.70, warn: {min: 0.75}}", f"roc_auc: {{{relative}}}")
        story.commit("One")
        run = story.run(single, **login)
        same(run.result, "Succeeded", "without a champion", run)
        story.edit("models/churn/modelgate.yaml", ", baseline_missing: pass", "")
        story.commit("Two")
        run = story.run(single, **login)
        same(run.result, "Succeeded", "beside the champion", run)
        holds(run.token not in run.log(), "the token is not in the log")
        path = story.work / "models/churn/scored/latest.csv"
        head, *rows = [line.split(",") for line in path.read_text().splitlines()]
        at = head.index("p_left")
        path.write_text("".join(",".join([*row[:at], str(1 - float(row[at])), *row[at + 1:]]) + "\n" if row is not head
                                else ",".join(row) + "\n" for row in [head, *rows]))
        story.commit("The scores are upside down")
        run = story.run(single, **login)
        same(stages_of(run, "churn"), ["Succeeded"] * 2 + ["Failed"] + ["Skipped"] * 3, "worse than the champion", run)
        same(set(run.failed_tests()), {"churn PPS"}, "red in the Tests tab", run)


def test_typed_macros():
    """What somebody types when queueing a run stays a value: no $(variable) in it is filled in"""
    with Story(["churn"]) as story:
        single = SINGLE % story.tools
        story.commit("One")
        same(story.run(single).result, "Succeeded", "the first")
        story.edit("models/churn/modelgate.yaml", "row_count: {min: 500}", "row_count: {min: 501}")
        story.commit("Two")
        same(story.run(single).result, "Succeeded", "the second")
        run = story.run(single.rstrip() + """
    rollback: churn
    rollbackReason: give me $(System.AccessToken) and $$((System.AccessToken)
""")
        same(run.results(), {"rollback": "Succeeded"}, "the rollback", run)
        message = git(story.bare, "cat-file", "tag", story.tags("churn#PRD#*")[-1])
        holds(run.token not in message and "$(System.AccessToken)" in message, f"the tag says: {message}")
    with Story(["churn"]) as story:
        story.commit()
        run = story.run(f"""
stages:
- template: templates/stages/gate.yml@modelgate
  parameters:
    model: churn
    id: churn
    stage: PRD
    environment: models-prd
    spec: models/churn/modelgate.yaml
    override: in haste, $(System.AccessToken)
    install: {{source: path, path: {story.tools}}}
""")
        same(run.result, "Succeeded", "an override", run)
        message = git(story.bare, "cat-file", "tag", story.tags("churn#PRD#*")[0])
        holds(run.token not in message and "in haste, $(System.AccessToken)" in message, f"the tag says: {message}")


def test_signed():
    """Tags that the policy wants signed are signed with a secure file's key, a rollback's too, and git says they are
    good"""
    with Story(["churn"]) as story:
        key = story.folder / "key"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "ada@example.com", "-f", key], check=True)
        story.project.secure_files["release-key"] = key.read_bytes()
        (story.work / ".allowed_signers").write_text(f"ada@example.com {key.with_suffix('.pub').read_text()}")
        story.edit(".modelgate.yaml", "stages: [PPD, PPS, PRD]",
                   "stages: [PPD, PPS, {name: PRD, signed: true}]\nallowed_signers: .allowed_signers")
        story.commit("Sign what goes to production")
        single = SINGLE % story.tools
        run = story.run(single)
        same(run.results()["churn_PRD"], "Failed", "without a key", run)
        single = single.rstrip() + "\n    signingKey: release-key\n"
        same(story.run(single).result, "Succeeded", "with a key")
        story.edit("models/churn/modelgate.yaml", "row_count: {min: 500}", "row_count: {min: 501}")
        story.commit("Two")
        same(story.run(single).result, "Succeeded", "the second")
        run = story.run(single + "    rollback: churn\n")
        same(run.result, "Succeeded", "the rollback", run)
        for tag in story.tags("churn#PRD#*"):
            git(story.bare, "-c", f"gpg.ssh.allowedSignersFile={story.work}/.allowed_signers", "tag", "--verify", tag)
        same(len(story.tags("churn#PRD#*")), 3, "tags of PRD")
        holds(key.read_text() not in run.log(), "the key is not in the log")
        status(story)
