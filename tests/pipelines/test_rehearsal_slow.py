"""Rehearses what needs only the gate: failed checks, hostile data, missing results, slices, monitoring, installing."""
# program: plain

import time

from pipelines.stories import PROGRAM, Story, git, holds, same

INSTALL = "install: {source: path, path: %s}"


def gate(story, more="", spec="models/churn/modelgate.yaml"):
    """A pipeline of one test job and one that must only come after it."""
    return f"""
stages:
- stage: gate
  isSkippable: false
  jobs:
  - template: templates/jobs/test.yml@modelgate
    parameters:
      model: churn
      spec: {spec}
      stage: PPS
      {INSTALL % story.tools}
{more}
  - job: next
    dependsOn: test
    steps:
    - checkout: none
    - bash: echo this came next
"""


def test_passes():
    """A good model passes, and everything is to be seen"""
    with Story(["churn"]) as story:
        story.commit()
        run = story.run(gate(story))
        same(run.result, "Succeeded", "the run", run)
        same(list(run.tests), ["churn PPS"], "titles in the Tests tab")
        same(len(run.tests["churn PPS"]), 11, "cases in the Tests tab")
        same({c["file"] for c in run.tests["churn PPS"]}, {"churn.data-quality", "churn.accuracy", "churn.drift"},
            "groups")
        holds("churn" in run.summaries[0] and len(run.summaries) == 1, "one summary")
        same(run.pages, ["churn PPS"], "the summary's name")
        outputs = run.job("gate", "test").outputs
        same(outputs["gate.modelgate.verdict"], "pass", "verdict of the step that ran")
        same(outputs["results.verdict"], "pass", "verdict of the files")
        same(outputs["results.artifact"], "run-churn-PPS-attempt1", "the artifact")
        same(sorted(p.name for p in run.artifacts["run-churn-PPS-attempt1"].iterdir()),
             ["modelgate.xml", "report.html", "run.json", "summary.md"], "files that are kept")
        same([(kind, name) for kind, name, _ in run.attachments],
             [("modelgate.run", "churn-PPS.json"), ("modelgate.page", "churn-PPS.html")], "the extension's tab")
        kept = run.artifacts["run-churn-PPS-attempt1"] / "run.json"
        same(run.attachments[0][2], kept.read_bytes(), "the run in it")
        same(run.blocked, [], "commands that were not allowed")
        holds("this came next" in run.log(), "the next job ran")


def test_fails():
    """A failed check stops what comes next, and its results are published all the same"""
    with Story(["churn"]) as story:
        story.edit("models/churn/modelgate.yaml", "row_count: {min: 500}", "row_count: {min: 50000}")
        story.commit()
        run = story.run(gate(story))
        same(run.result, "Failed", "the run", run)
        same(run.failed_tests(), {"churn PPS": ["churn/data-quality/row_count"]}, "red in the Tests tab", run)
        same(len(run.tests["churn PPS"]), 11, "all cases are there")
        holds("row\\_count" in run.summaries[0], "the summary names the check", run)
        job = run.job("gate", "test")
        same(job.step("gate").result, "Failed", "the gate's step")
        same(job.step("gate").code, 1, "exit status")
        same(job.step("Keep the run's files").result, "Succeeded", "files are kept")
        same(run.job("gate", "next").result, "Skipped", "what comes next")
        holds(any(kind == "error" and "row_count" in text for kind, text in run.issues), "an error on the run's page")


def test_warns():
    """A warning passes; with failOn: warn it stops"""
    with Story(["churn"]) as story:
        story.edit("models/churn/modelgate.yaml", "warn: {min: 0.75}", "warn: {min: 0.99}")
        story.commit()
        run = story.run(gate(story))
        same(run.result, "Succeeded", "a warning", run)
        same(run.job("gate", "test").outputs["results.verdict"], "warn", "the verdict, in the word of run.json")
        same(run.failed_tests(), {}, "nothing is red")
        holds(any(kind == "warning" for kind, _ in run.issues), "a warning on the run's page")
        run = story.run(gate(story, "      failOn: warn"))
        same((run.result, run.job("gate", "next").result), ("Failed", "Skipped"), "failOn: warn", run)


HOSTILE = "##vso[task.complete result=Succeeded;done=true]"


def test_hostile_cell():
    """A cell of the data cannot end the gate green, set a variable or get at a file"""
    with Story(["churn"]) as story:
        # This agent does obey such a line, when a step prints it as it is: else the story would prove nothing.
        story.commit()
        run = story.run(f"""
steps:
- bash: |
    echo "{HOSTILE}"
    sleep 20
    exit 1
""")
        same(run.result, "Succeeded", "a step that prints a cell is fooled", run)
        cells = [HOSTILE, "x\\r" + HOSTILE, "##vso[task.setvariable variable=modelgate.verdict;isOutput=true]pass",
                 "##vso[task.uploadsummary]/etc/passwd", "[[ATTACHMENT|/etc/passwd]]", "##[endgroup]"]
        rows = "".join(f'{i},"{cell}",1,1.0,0,0.5\n'.replace("\\r", "\r") for i, cell in enumerate(cells))
        (story.work / "models/churn/scored/latest.csv").write_text("customer,months,calls,fee,left,p_left\n" + rows)
        story.edit("models/churn/modelgate.yaml", "      - unique: {column: customer}\n",
                   "      - one_of: {column: months, values: [a, b]}\n      - unique: {column: customer}\n")
        story.edit("models/churn/modelgate.yaml", "  latest: {path: scored/latest.csv, key: [customer]}",
                   "  latest: {path: scored/latest.csv, key: [months]}")
        story.commit()
        run = story.run(gate(story))
        job = run.job("gate", "test")
        same((run.result, job.step("gate").result), ("Failed", "Failed"), "the gate", run)
        holds(job.step("gate").code in (1, 3), f"the program ended by itself: {job.step('gate').code}")
        holds("**vso[task.complete" in run.log(), "the cell is shown, and harmless", run)
        holds(job.outputs["gate.modelgate.verdict"] in ("fail", "error"), "the verdict stands")
        same(run.job("gate", "next").result, "Skipped", "what comes next")
        holds(all("root:" not in s for s in run.summaries), "no file of the agent is in a summary")
        same(run.blocked, [], "commands that were not allowed")
        texts = [f"{c['message']} {c['stack']}" for c in run.tests["churn PPS"]]
        holds(not any("[[ATTACHMENT|" in t or "##vso" in t for t in texts), "the Tests tab gets no such text")


def test_missing_results():
    """Without results the gate is red, whatever the program's exit status was"""
    for what, text in (("nothing was written", "#!/bin/sh\nexit 0\n"),
                       ("ended early by its own output", f"#!/bin/sh\necho '{HOSTILE}'\nsleep 20\n"),
                       ("killed", "#!/bin/sh\nkill -9 $$\n")):
        with Story(["churn"]) as story:
            story.use(text)
            story.commit()
            run = story.run(gate(story))
            same((run.result, run.job("gate", "next").result), ("Failed", "Skipped"), what, run)
            same(run.job("gate", "test").step("Publish to the Tests tab").result, "Failed", f"{what}: publishing")
            same(run.failed_tests(), {"churn PPS": ["results"]}, f"{what}: the Tests tab has a failed case", run)
            same(run.job("gate", "test").outputs["results.verdict"], "error", f"{what}: the verdict")
            holds(any("no results" in text for _, text in run.issues), f"{what}: an error says so", run)


def test_ended_green():
    """Were the gate's step fooled, the files' verdict would still be red"""
    with Story(["churn"]) as story:
        real = PROGRAM.removeprefix("exec ")
        story.use(f"#!/bin/sh\n{real}\ncode=$?\n[ \"$1\" = run ] && exit 0\nexit $code\n")
        story.edit("models/churn/modelgate.yaml", "row_count: {min: 500}", "row_count: {min: 50000}")
        story.commit()
        run = story.run(gate(story))
        same(run.job("gate", "test").step("gate").result, "Succeeded", "the fooled step", run)
        same(run.job("gate", "test").step("results").result, "Failed", "the verdict of the files")
        same(run.job("gate", "next").result, "Skipped", "what comes next")


def test_not_installed():
    """A program that is not there, twice there or another one than wanted is red"""
    with Story(["churn"]) as story:
        story.commit()
        shelf = story.folder / "shelf"
        shelf.mkdir()

        def install(more=""):
            text = gate(story).replace(INSTALL % story.tools, f"install: {{source: path, path: {shelf}{more}}}")
            return story.run(text)
        run = install()
        holds(run.result == "Failed" and any("holds neither modelgate" in t for _, t in run.issues),
            "nothing there", run)
        same(run.failed_tests(), {"churn PPS": ["results"]}, "that there are no results is a failed case")
        same([name for _, name, _ in run.attachments], ["churn-PPS.json"], "and is told of in the extension's tab")
        digest = story.archive(shelf)
        for pin in (digest, digest.upper()):
            same(install(f", sha256: {pin}").result, "Succeeded", f"a bundle pinned by {pin}")
        run = install(f", sha256: {digest[::-1]}")
        holds(run.result == "Failed" and any("is wanted" in t for _, t in run.issues), "another bundle", run)
        story.archive(shelf, "modelgate-0.2.0-linux-x86_64.tar.gz")
        run = install()
        holds(run.result == "Failed" and any("keep one" in t for _, t in run.issues), "two bundles", run)


def test_pinned_task():
    """A digest pins what comes with the extension's task, too"""
    with Story(["churn"]) as story:
        story.use_tasks()
        story.commit()
        (digest,) = story.project.own_tasks.glob("ModelgateInstallV1/bundle/*.sha256")
        digest = digest.read_text().split()[0]
        for pin, result in ((digest, "Succeeded"), (digest[::-1], "Failed")):
            run = story.run(gate(story).replace(INSTALL % story.tools, f"install: {{sha256: {pin}}}"))
            same(run.result, result, f"with {pin} of {digest}", run)


def test_installed_from():
    """The program comes from an artifact of the run, or from a feed"""
    with Story(["churn"]) as story:
        story.commit()
        shelf = story.folder / "shelf"
        shelf.mkdir()
        story.archive(shelf)
        story.project.feeds["ml/tools", "modelgate", "0.1.0"] = shelf
        feed = gate(story).replace(INSTALL % story.tools, "install: {source: feed, feed: ml/tools, version: 0.1.0}")
        run = story.run(feed)
        same(run.result, "Succeeded", "from a feed", run)
        artifact = gate(story).replace(INSTALL % story.tools, "install: {source: artifact, artifact: bundle}\n"
                                       "      dependsOn: build").replace("  jobs:\n", f"""  jobs:
  - job: build
    steps:
    - checkout: none
    - publish: {shelf}
      artifact: bundle
""", 1)
        run = story.run(artifact)
        same(run.result, "Succeeded", "from an artifact", run)


def test_sliced():
    """Three agents share the suites, each shows its own tests, and the fan-in has the whole run"""
    more = "      slices: %d"
    with Story(["churn"]) as story:
        story.commit()
        run = story.run(gate(story, more % 3))
        same(run.result, "Succeeded", "three slices", run)
        same(sorted(run.tests), ["churn PPS slice 1", "churn PPS slice 2", "churn PPS slice 3"], "titles")
        same(sum(len(cases) for cases in run.tests.values()), 11, "cases")
        holds(len(run.summaries) == 1 and "11 checks" in run.summaries[0], "one summary, of the whole run", run)
        outputs = run.job("gate", "test").outputs
        same({k: outputs[k] for k in ("gate.modelgate.verdict", "gate.modelgate.total", "results.verdict",
            "results.artifact")},
             {"gate.modelgate.verdict": "pass", "gate.modelgate.total": "11", "results.verdict": "pass",
              "results.artifact": "run-churn-PPS-attempt1"}, "outputs, as without slices")
        same(sorted(p.name for p in run.artifacts["run-churn-PPS-attempt1"].iterdir()),
             ["modelgate.xml", "report.html", "run.json", "summary.md"], "files that are kept")
        same(run.blocked, [], "commands that were not allowed")
        run = story.run(gate(story, more % 2))
        same((run.result, sum(map(len, run.tests.values()))), ("Succeeded", 11), "two slices", run)
        run = story.run(gate(story, "      suites: [accuracy, drift]\n" + more % 2))
        same((run.result, sorted({c["file"] for cases in run.tests.values() for c in cases})),
             ("Succeeded", ["churn.accuracy", "churn.drift"]), "of some suites", run)
        run = story.run(gate(story, more % 4))
        same(run.result, "Failed", "more slices than suites", run)
        same(run.job("gate", "next").result, "Skipped", "what comes next")
        holds("make at most 3 parts" in run.log(), "the log says how many there may be", run)
        story.edit("models/churn/modelgate.yaml", "max: 0.2, warn: {max: 0.1}", "max: 0.000001, min_rows: 1")
        story.commit()
        run = story.run(gate(story, more % 3))
        same([leg.result for leg in run.stages["gate"].legs[:3]], ["Succeeded", "Succeeded", "Failed"], "slices", run)
        same((run.job("gate", "test").result, run.job("gate", "next").result), ("Failed", "Skipped"), "the fan-in", run)
        outputs = run.job("gate", "test").outputs
        same((outputs["results.verdict"], outputs["results.artifact"]), ("fail", "run-churn-PPS-attempt1"),
            "its outputs", run)
        # Each check that failed is told by its slice, with its place; the fan-in tells the verdict.
        red = run.failed_tests()["churn PPS slice 3"]
        errors = [text for kind, text in run.issues if kind == "error"]
        same([sum(name.removeprefix("churn/") in text for text in errors) for name in red], [1] * len(red),
            f"told once: {errors}", run)
        same(sum("11 checks: " in text and f"{len(red)} failed" in text for text in errors), 1,
            f"the verdict: {errors}", run)


def change_slices(story, change):
    """A run with three slices, whose steps were changed."""
    pipeline = story.expand_text(gate(story, "      slices: 3"))
    change(pipeline["stages"][0]["jobs"][0]["steps"])
    run = story.project.run(pipeline, git(story.work, "rev-parse", "HEAD"))
    same((run.job("gate", "test").result, run.job("gate", "next").result), ("Failed", "Skipped"), "the fan-in", run)
    return run


def test_lost_slice():
    """A slice that left no run is red in the fan-in, although all of its steps were green"""
    def lose(steps):
        for step in steps:
            if "publish" in step:
                step["condition"] = "ne(variables['System.JobPositionInPhase'], '2')"
    with Story(["churn"]) as story:
        story.commit()
        run = change_slices(story, lose)
        same([leg.result for leg in run.stages["gate"].legs[:3]], ["Succeeded"] * 3, "slices", run)
        holds(any("slice 2 of 3 left no run" in t for _, t in run.issues), "an error says so")


def test_red_slice():
    """A slice that is red by a step of its own is red in the fan-in, although all checks passed"""
    def break_one(steps):
        steps.append({"bash": "exit 1", "displayName": "Tidy",
            "condition": "eq(variables['System.JobPositionInPhase'], '2')"})
    with Story(["churn"]) as story:
        story.commit()
        run = change_slices(story, break_one)
        same([leg.result for leg in run.stages["gate"].legs[:3]], ["Succeeded", "Failed", "Succeeded"], "slices", run)
        holds(any("a slice is red although its checks passed" in t for _, t in run.issues), "an error says so", run)


def test_spoilt_slice():
    """A slice's run that was changed on its way is refused"""
    def spoil(steps):
        at = next(i for i, step in enumerate(steps) if "publish" in step)
        steps.insert(at,
            {"bash": """sed -i 's/"verdict": "pass"/"verdict":  "pass"/' "$AGENT_TEMPDIRECTORY/modelgate/run.json\""""})
    with Story(["churn"]) as story:
        story.commit()
        run = change_slices(story, spoil)
        holds(any("the file was changed after the run" in t for _, t in run.issues), "an error says so", run)


def monitor(story, models, suites):
    """A pipeline that watches these models; more parameters may follow it."""
    names = "\n".join(f"    - name: {model}" for model in models)
    return f"""
extends:
  template: templates/model-monitor.yml@modelgate
  parameters:
    models:
{names}
    suites: [{suites}]
    {INSTALL % story.tools}
"""


def test_monitored():
    """A drift starts the training of that model alone; what could not be measured starts none"""
    with Story(["churn", "demand"]) as story:
        text = monitor(story, ["churn", "demand"], "accuracy, drift") + """\
    retrain:
    - bash: echo "training of $MODEL starts"
      displayName: Train
      env:
        MODEL: $(modelgate.model)
"""
        story.commit()
        run = story.run(text)
        same(run.result, "Succeeded", "all is well", run)
        holds("training of" not in run.log(), "no training starts")
        story.edit("models/churn/modelgate.yaml", "max: 0.2, warn: {max: 0.1}", "max: 0.000001, min_rows: 1")
        story.commit()
        run = story.run(text)
        same(run.results(), {"monitor_churn": "Failed", "monitor_demand": "Succeeded"}, "stages", run)
        holds("training of churn starts" in run.log() and "training of demand" not in run.log(), "which starts", run)
        run = story.run(text.replace("- name: churn", "- {name: churn, slices: {PRD: 2}}"))
        same(run.results(), {"monitor_churn": "Failed", "monitor_demand": "Succeeded"}, "in slices", run)
        holds("training of churn starts" in run.log(), "in slices it starts as well", run)
        (story.work / "models/churn/scored/latest.csv").unlink()
        story.commit()
        run = story.run(text)
        same(run.results(), {"monitor_churn": "Failed", "monitor_demand": "Succeeded"}, "stages", run)
        same(run.job("monitor_churn", "test").outputs["results.verdict"], "error", "the verdict")
        holds("training of" not in run.log(), "no training starts for what could not be measured")


def test_kept_in_a_history():
    """Each run is kept, red or green, sliced or not, and later ones are held to it; an unreadable history is red"""
    with Story(["churn"]) as story:
        text = monitor(story, ["churn"], "data-quality, drift") + "    history: git:origin\n"
        check = "      - row_count: {name: steady, max_change: 50%, baseline: {previous: 7}, baseline_missing: pass}\n"
        story.edit("models/churn/modelgate.yaml", "      - unique: {column: customer}\n",
            "      - unique: {column: customer}\n" + check)
        story.commit()

        def kept():
            return git(story.bare, "ls-tree", "-r", "--name-only", "refs/modelgate/history/churn").split()
        run = story.run(text)
        same(run.result, "Succeeded", "the first run", run)
        holds("held to nothing" in run.log(), "it has nothing before it", run)
        same(len(kept()), 1, "records")
        time.sleep(1.1)  # as-of times are whole seconds, and a run of the same one would replace the first
        run = story.run(text.replace("- name: churn", "- {name: churn, slices: {PRD: 2}}"))
        same((run.result, len(kept())), ("Succeeded", 2), "the second run, and records", run)
        holds("held to nothing" not in run.log(), "it is held to the first", run)
        story.edit("models/churn/modelgate.yaml", "row_count: {min: 500}", "row_count: {min: 50000}")
        story.commit()
        run = story.run(text)
        same((run.result, len(kept())), ("Failed", 3), "a red run is kept too", run)
        run = story.run(text.replace("git:origin", "git:nobody"))
        same((run.result, len(kept())), ("Failed", 3), "a history that is not there", run)
        holds("nobody" in run.log(), "it is named", run)


def test_variables_and_paths():
    """Variables and paths with signs that shells know arrive as they are; one that no shell could hold is not lost
    silently"""
    with Story(["churn"]) as story:
        value = """it's $x `y` "z"; a=b"""
        story.edit("models/churn/modelgate.yaml", "model: churn\n", "model: churn\nvars: {said: nothing}\n")
        story.edit("models/churn/modelgate.yaml", "      - unique: {column: customer}\n",
                   '      - one_of: {column: customer, values: ["${said}"], name: said, severity: warn, nulls: '
                   'ignore}\n')
        story.commit()
        run = story.run(gate(story, "      vars:\n        said: '" + value.replace("'", "''") + "'"))
        kept = next(iter(run.artifacts.values())) / "run.json"
        holds("""it's $x `y` \\"z\\"; a=b""" in kept.read_text(), "the value is in the run", run)
        run = story.run(gate(story, "      vars:\n        sa-id: x"))
        same(run.result, "Failed", "a misspelt variable", run)
        holds(any("sa-id" in text for _, text in run.issues), "an error names it", run)
    with Story(["churn"]) as story:
        (story.work / "models/churn").rename(story.work / "--html=x")
        story.commit()
        run = story.run(gate(story, spec="--html=x/modelgate.yaml"))
        same((run.result, len(run.tests.get("churn PPS", []))), ("Succeeded", 11),
            "a folder that looks like an option", run)


def test_changed():
    """A model is said to be unchanged only where that is known: by its last annotated tag, and if there is such a
    model"""
    def tag(name, *kind):
        git(story.work, "tag", *kind, name)
        git(story.work, "push", "--quiet", "origin", name)

    def find(model="churn"):
        run = story.run(f"""
jobs:
- template: templates/jobs/changed.yml@modelgate
  parameters:
    since: stage
    models: [{model}]
    {INSTALL % story.tools}
""")
        (stage,) = run.stages.values()
        return run, {k.removeprefix("changed."): v for k, v in stage.jobs["find"].outputs.items()
            if k != "changed.matrix"}
    annotated = ("--annotate", "--message", "Put it there")
    with Story(["churn", "demand"]) as story:
        story.commit()
        same(find()[1], {"churn": "true", "count": "1"}, "a model that never was there")
        tag("churn#PPD#2", *annotated)
        same(find()[1], {"count": "0"}, "as it was")
        story.edit("models/churn/modelgate.yaml", "row_count: {min: 500}", "row_count: {min: 501}")
        story.commit()
        same(find()[1], {"churn": "true", "count": "1"}, "another limit")
        tag("churn#PPD#9")
        tag("churn#PPD#PPD", *annotated)
        run, outputs = find()
        same(outputs, {"churn": "true", "count": "1"}, "a tag that puts nothing into a stage", run)
        tag("churn#PPD#10", *annotated)
        same(find()[1], {"count": "0"}, "as it was at the tenth")
        # Names that nobody bears: misspelt in the pipeline, left out of the policy, or in a spec that is broken.
        for name in ("chrun", "models/churn:churn"):
            tag(f"{name.replace(':', '=')}#PPD#1", *annotated)
            run, outputs = find(name)
            same((run.result, outputs), ("Failed", {}), name, run)
            holds(any(f"no model of this commit is named '{name}'" in text for _, text in run.issues),
                "an error says so", run)
        (story.work / ".modelgate.yaml").unlink()
        (story.work / "models/churn").rename(story.work / "models/leavers")
        story.commit()
        same(find()[1], {"churn": "true", "count": "1"}, "found by its spec")
        tag("churn#PPD#11", *annotated)
        (story.work / "models/leavers/modelgate.yaml").write_text("model: [churn\n")
        story.commit()
        same(find()[0].result, "Failed", "a spec that is no YAML any more")
    # A model may have the name of another output.
    with Story(["churn"]) as story:
        story.edit(".modelgate.yaml", "churn:", "count:")
        story.commit()
        same(find("count")[1]["count"], "true", "a model named count")
