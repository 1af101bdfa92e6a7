"""Rehearses what differs between stages and models: settings of their own, names, kinds of artifacts, and what an
earlier run left behind on a machine. Skipped while the program cannot promote."""
# program: plain
import json

from pipelines.stories import Story, git, holds, same

SETTINGS = """
extends:
  template: templates/model-release.yml@modelgate
  parameters:
    install: {source: path, path: %s}
    vars: {month: all, level: top}
    before:
    - task: AzureCLI@2
      inputs:
        azureSubscription: $(modelgate.connection)
        scriptType: bash
        inlineScript: echo "fetching for $(modelgate.model) $(modelgate.stage) $(modelgate.spec) from $WORKSPACE"
    after:
    - bash: echo "deploying $(modelgate.model) to $(modelgate.stage)"
    models:
    - name: churn
      failOn: warn
      stages:
        PRD:
          environment: models-prd-churn
          vars: {month: own}
          after:
          - bash: echo "churn goes its own way"
    - {name: demand, vars: {month: model}}
    stages:
    - {name: PPD, environment: models-ppd, connection: azure-ppd, variableGroups: [ppd]}
    - {name: PRD, environment: models-prd, connection: azure-prd, variableGroups: [prd], vars: {level: stage}}
"""


def test_settings():
    """Each stage and model gets its own settings, and no stage asks for another's connection"""
    with Story(["churn", "demand"]) as story:
        story.environments("models-prd-churn")
        story.edit(".modelgate.yaml", "stages: [PPD, PPS, PRD]", "stages: [PPD, PRD]")
        story.project.groups = {"ppd": {"workspace": "ws-ppd"}, "prd": {"workspace": "ws-prd"}}
        for model in ("churn", "demand"):
            story.edit(f"models/{model}/modelgate.yaml", f"model: {model}\n",
                f"model: {model}\nvars: {{month: none, level: none}}\n")
        story.commit()
        run = story.run(SETTINGS % story.tools)
        same(run.result, "Succeeded", "the run", run)
        same(set(run.connections), {("churn_PPD_tests", "azure-ppd"), ("churn_PRD_tests", "azure-prd"),
                                    ("demand_PPD_tests", "azure-ppd"), ("demand_PRD_tests", "azure-prd")},
                                    "connections")
        same(run.asked, ["models-ppd", "models-prd-churn", "models-ppd", "models-prd"], "who is asked")
        for words in ("fetching for churn PPD models/churn/modelgate.yaml from ws-ppd",
                      "fetching for demand PRD models/demand/modelgate.yaml from ws-prd",
                      "churn goes its own way", "deploying churn to PPD", "deploying demand to PRD"):
            holds(words in run.log(), f"{words!r} is in the log", run)
        holds("deploying churn to PRD" not in run.log(), "the stage's steps give way to the model's")
        kept = {(m, s): json.loads((run.artifacts[f"run-{m}-{s}-attempt1"] / "run.json").read_text())
                for m in ("churn", "demand") for s in ("PPD", "PRD")}
        same({k: {v["name"]: v["value"] for v in one["vars"]} for k, one in kept.items()},
             {("churn", "PPD"): {"month": "all", "level": "top"}, ("churn", "PRD"): {"month": "own", "level": "stage"},
              ("demand", "PPD"): {"month": "model", "level": "top"},
              ("demand", "PRD"): {"month": "model", "level": "stage"}},
             "variables")
        same({k: one["fail_on_warn"] for k, one in kept.items() if k[1] == "PPD"},
             {("churn", "PPD"): True, ("demand", "PPD"): False}, "what fails")


def test_twice():
    """A model goes through a stage twice in a run, a stage's name may have a dash, and build artifacts do as well"""
    gate = """
- template: templates/stages/gate.yml@modelgate
  parameters: {model: churn, id: %s, stage: pre-prod, environment: models-prd, spec: models/churn/modelgate.yaml,
    artifacts: build, install: {source: path, path: %s}}
"""
    with Story(["churn"]) as story:
        story.edit(".modelgate.yaml", "stages: [PPD, PPS, PRD]", "stages: [pre-prod]")
        story.edit("models/churn/modelgate.yaml", "  PRD:", "  pre-prod:")
        story.commit()
        run = story.run("\nstages:" + gate % ("churn", story.tools) + gate.lstrip("\n") % ("again", story.tools))
        same(run.results(), {n: "Succeeded" for n in ("churn_pre_prod_tests", "churn_pre_prod", "again_pre_prod_tests",
                                                      "again_pre_prod")}, "stages", run)
        same(sorted(run.artifacts), ["run-churn-pre-prod-again-attempt1", "run-churn-pre-prod-attempt1"], "artifacts")


UNSETTLED = """
extends:
  template: templates/model-release.yml@modelgate
  parameters:
    only: changed
    unsettled: %s
    install: {source: path, path: %s}
    models: [{name: churn}]
    stages:
    - {name: PPD, environment: models-ppd}
    - {name: PRD, environment: models-prd}
"""


def test_unsettled():
    """A gate that was red does not turn green by running the same commit again"""
    with Story(["churn"]) as story:
        def again(how="test"):
            run = story.run(UNSETTLED % (how, story.tools))
            return run, [run.results()[s] for s in ("changed", "churn_PPD_tests", "churn_PRD_tests")]
        story.edit(".modelgate.yaml", "stages: [PPD, PPS, PRD]", "stages: [PPD, PRD]")
        story.edit("models/churn/modelgate.yaml", "max: 0.2, warn: {max: 0.1}", "max: 0.000001, min_rows: 1")
        story.commit("Drifts too much for PRD")
        same(again()[1], ["Succeeded", "Succeeded", "Failed"], "the first run")
        run, found = again()
        same((run.result, found), ("Failed", ["Succeeded", "Succeeded", "Failed"]), "tested again: red again", run)
        run, found = again("fail")
        same((run.result, found), ("Failed", ["Failed", "Skipped", "Skipped"]), "red, and not tested", run)
        run, found = again("warn")
        same(found, ["Succeeded", "Skipped", "Skipped"], "not tested", run)
        holds(any(kind == "warning" and "never came to PRD" in text for kind, text in run.issues), "a warning", run)
        story.edit("models/churn/modelgate.yaml", "max: 0.000001, min_rows: 1", "max: 0.2")
        story.commit("As it was")
        same(again()[0].result, "Succeeded", "mended")
        same(again("fail")[1], ["Succeeded", "Skipped", "Skipped"], "settled: nothing to do")
        # A program that cannot tell what changed is no model that did not.
        story.use('#!/bin/sh\nexit 3\n')
        same(again()[1][0], "Failed", "nobody can tell")


def test_leftovers():
    """What an earlier run left on the machine is no part of this one"""
    text = """
jobs:
- template: templates/jobs/test.yml@modelgate
  parameters: {model: churn, spec: models/churn/modelgate.yaml, stage: PPS, slices: 2,
    install: {source: path, path: %s}}
"""
    with Story(["churn"]) as story:
        story.commit()
        run = story.run(text % story.tools)
        same(run.result, "Succeeded", "the first run", run)
        pipeline = story.expand_text(text % story.tools)
        for step in pipeline["stages"][0]["jobs"][0]["steps"]:
            if "publish" in step:
                step["condition"] = "ne(variables['System.JobPositionInPhase'], '2')"
        run = story.project.run(pipeline, git(story.work, "rev-parse", "HEAD"))
        holds(run.result == "Failed" and any("slice 2 of 2 left no run" in t for _, t in run.issues), "the second", run)
        # Nor if the files do come to lie there.
        kept = story.folder / "agent/run1/artifacts"
        pipeline = story.expand_text(text % story.tools)
        steps = pipeline["stages"][0]["jobs"][1]["steps"]
        at = next(i for i, step in enumerate(steps) if "Download the slices" in step.get("displayName", ""))
        steps[at] = {
            "bash": f'mkdir -p "$AGENT_TEMPDIRECTORY"; cp -R {kept} "$AGENT_TEMPDIRECTORY/modelgate-artifacts"'}
        run = story.project.run(pipeline, git(story.work, "rev-parse", "HEAD"))
        holds(run.result == "Failed" and any("the parts are of build 1 of the pipeline, and this is build 3" in t
                                             for _, t in run.issues), "the third", run)


def test_another_model():
    """A monitor that finds another model's spec under the name that it lists is red"""
    with Story(["churn", "demand"]) as story:
        story.commit()
        run = story.run(f"""
extends:
  template: templates/model-monitor.yml@modelgate
  parameters:
    models: [{{name: churn, spec: models/demand/modelgate.yaml}}]
    install: {{source: path, path: {story.tools}}}
""")
        same(run.result, "Failed", "the run", run)
        holds(any("is the spec of model 'demand', and --model wants 'churn'" in t for _, t in run.issues), "why", run)


def test_disk_full():
    """A run whose files cannot be written says so on the run's page, and is a failed case"""
    with Story(["churn"]) as story:
        story.commit()
        text = f"""
jobs:
- template: templates/jobs/test.yml@modelgate
  parameters: {{model: churn, spec: models/churn/modelgate.yaml, stage: PPD,
    install: {{source: path, path: {story.tools}}}}}
"""
        real = (story.tools / "modelgate").read_text().partition("\n")[2].replace('"$@"', "")
        story.use(f'#!/bin/bash\n[[ $1 == run ]] || exec {real.removeprefix("exec").strip()} "$@"\n'
                  f'args=("$@"); for i in "${{!args[@]}}"; do [[ ${{args[i]}} != */run.json ]] || args[i]=/dev/full; '
                  f'done\n'
                  f'{real.strip()} "${{args[@]}}"\n')
        run = story.run(text)
        same((run.result, run.failed_tests()), ("Failed", {"churn PPD": ["results"]}), "the Tests tab", run)
        holds(any(kind == "error" and "No space left" in text for kind, text in run.issues), "an issue", run)


ON_TAG = """
jobs:
- job: read
  steps:
  - template: templates/steps/checkout.yml@modelgate
  - template: templates/steps/install.yml@modelgate
    parameters: {source: path, path: %s}
  - template: templates/steps/on-tag.yml@modelgate
    parameters: {stages: [PPD, PRD]}
  - bash: echo "deploying $(tag.model) $(tag.version) to $(tag.stage) from $(tag.commit)"
"""


def test_on_tag():
    """A pipeline that a stage's tag starts knows what came where; one by hand, or one that is history, is red"""
    with Story(["churn"]) as story:
        story.edit(".modelgate.yaml", "stages: [PPD, PPS, PRD]", "stages: [PPD, PRD]")
        commit = story.commit()
        same(story.run(UNSETTLED % ("test", story.tools)).result, "Succeeded", "the release")
        text = ON_TAG % story.tools

        def start(ref):
            return story.run(text, commit, branch=ref, variables={"Build.SourceBranchName": ref.split("/")[-1]})
        run = start("refs/tags/churn#PRD#2")
        same(run.result, "Succeeded", "a promotion's tag", run)
        holds(f"deploying churn v0.0.1 to PRD from {commit}" in run.log(), "its outputs", run)
        run = start("refs/heads/main")
        holds(run.result == "Failed" and any("was not started by the tag of a stage" in t for _, t in run.issues),
            "a branch", run)
        story.edit("models/churn/modelgate.yaml", "row_count: {min: 500}", "row_count: {min: 501}")
        story.commit()
        same(story.run(UNSETTLED % ("test", story.tools)).result, "Succeeded", "the next release")
        run = start("refs/tags/churn#PRD#2")
        holds(run.result == "Failed" and any("is history" in t for _, t in run.issues), "an older one", run)
        git(story.work, "fetch", "--quiet", "--tags", "origin")
        git(story.work, "tag", "--annotate", "--message", "By hand", "churn#PRD#9", commit)
        git(story.work, "push", "--quiet", "origin", "churn#PRD#9")
        run = start("refs/tags/churn#PRD#9")
        holds(run.result == "Failed" and "deploying" not in run.log(), "a tag by hand", run)
