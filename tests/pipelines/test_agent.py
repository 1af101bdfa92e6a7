"""The rehearsing agent itself: what it obeys and what it does not, or no rehearsal would prove anything."""
import json

import yaml

from pipelines.agent import NotRehearsed
from pipelines.stories import Story, git, holds, same


def run(story, text, **more):
    return story.project.run(story.expand_unchecked(text), story.commit(), **more)


def test_commands():
    """Variables, outputs, paths, issues, tags and summaries reach later steps and the run"""
    with Story(["churn"]) as story:
        result = run(story, """
jobs:
- job: a
  steps:
  - bash: |
      echo "##vso[task.setvariable variable=plain]one"
      echo "text before ##vso[task.setvariable variable=made;isOutput=true]50%AZP25 and %0A more"
      echo "##vso[task.logissue type=warning]look"
      echo "##vso[build.addbuildtag]good"
      echo "##vso[task.prependpath]/somewhere/bin"
      echo "# page" >"$AGENT_TEMPDIRECTORY/page.md"
      echo "##vso[task.uploadsummary]$AGENT_TEMPDIRECTORY/page.md"
    name: first
  - bash: |
      echo "plain is $PLAIN and $(plain), $(nothing) stays"
      echo "made is $FIRST_MADE"
      echo "path is $PATH"
- job: b
  dependsOn: a
  variables:
    got: $[ dependencies.a.outputs['first.made'] ]
  steps:
  - bash: echo "b got $GOT"
""".replace("$(nothing)", "\\$(nothing)"))
        log = result.log()
        for words in ("plain is one and one, $(nothing) stays", "made is 50% and \n more", "path is /somewhere/bin:",
                      "b got 50% and"):
            holds(words in log, f"{words!r} is in the log", result)
        same((result.issues, result.tags, result.summaries), ([("warning", "look")], ["good"], ["# page\n"]), "seen")


def test_failing():
    """Exit statuses, failed commands and unknown ones are red; what follows is skipped unless its condition says
    else"""
    with Story(["churn"]) as story:
        for what, text in (("an exit status", "exit 4"),
                           ("task.complete", "echo '##vso[task.complete result=Failed]no'"),
                           ("an unknown command", "echo '##vso[task.fly]x'"), ("a summary that is not there",
                                                                               "echo '##vso[task.uploadsummary]/"
                                                                               "nowhere'")):
            result = run(story, f"""
steps:
- bash: {text!r}
- bash: echo never
  displayName: usual
- bash: echo shown
  displayName: also
  condition: succeededOrFailed()
- bash: echo shown
  displayName: only
  condition: failed()
""")
            steps = next(iter(result.stages.values())).jobs["Job"].steps
            same([s.result for s in steps], ["Failed", "Skipped", "Succeeded", "Succeeded"], what, result)
            same(result.result, "Failed", what)


def test_stages():
    """A stage after a failed or skipped one is skipped, and one with always() is not"""
    with Story(["churn"]) as story:
        result = run(story, """
stages:
- stage: a
  jobs: [{job: j, steps: [{bash: exit 1}]}]
- stage: b
  jobs: [{job: j, steps: [{bash: echo never}]}]
- stage: c
  jobs: [{job: j, steps: [{bash: echo never}]}]
- stage: d
  dependsOn: a
  condition: always()
  jobs: [{job: j, steps: [{bash: echo promoted all the same}]}]
- stage: e
  dependsOn: []
  jobs: [{job: j, steps: [{bash: echo alone}]}]
""")
        same(result.results(), {"a": "Failed", "b": "Skipped", "c": "Skipped", "d": "Succeeded", "e": "Succeeded"},
            "stages")


def test_matrices():
    """Each leg of a matrix is a job with its variables; no legs, or a name that the service refuses, is no pass"""
    with Story(["churn"]) as story:
        for matrix, result in (("{a_1: {x: one}, B: {x: two}}", "Succeeded"), ("{}", "Failed"),
                               ("{a-b: {x: one}}", "Failed"),
                               ("{1a: {x: one}}", "Failed"), (f"{{{'a' * 101}: {{x: one}}}}", "Failed")):
            run_ = run(story, f"""
jobs:
- job: make
  steps:
  - bash: echo "##vso[task.setvariable variable=matrix;isOutput=true]$MATRIX"
    name: made
    env: {{MATRIX: '{json.dumps(yaml.safe_load(matrix))}'}}
- job: each
  dependsOn: make
  strategy: {{matrix: "$[ dependencies.make.outputs['made.matrix'] ]"}}
  steps: [{{bash: "echo x is $X"}}]
""")
            same(run_.result, result, matrix, run_)
            holds(result == "Failed" or "x is one" in run_.log() and "x is two" in run_.log(),
                "variables of the legs", run_)


def test_restricted():
    """A restricted step cannot upload, nor set what is not listed; done=true ends it all the same"""
    with Story(["churn"]) as story:
        result = run(story, """
steps:
- bash: |
    echo "##vso[task.uploadsummary]/etc/hostname"
    echo "##vso[task.setvariable variable=other]x"
    echo "##vso[task.setvariable variable=mine]x"
  target: {commands: restricted, settableVariables: [mine]}
- bash: echo "other=$OTHER mine=$MINE"
- bash: |
    echo "##vso[task.complete result=Succeeded;done=true]"
    sleep 30
    exit 1
  target: {commands: restricted, settableVariables: none}
""")
        same(result.blocked, ["task.uploadsummary", "task.setvariable other"], "what was not allowed", result)
        holds("other= mine=x" in result.log(), "what was set", result)
        same((result.result, result.summaries), ("Succeeded", []), "the run is fooled by done=true", result)


def test_secrets():
    """Secrets are stars in the log and not in the environment unless a step asks"""
    with Story(["churn"]) as story:
        result = run(story, """
steps:
- bash: echo "##vso[task.setvariable variable=key;issecret=true]hush-hush"
- bash: echo "by itself [$KEY] [$SYSTEM_ACCESSTOKEN], asked for $MINE"
  env: {MINE: $(key)}
""")
        holds("by itself [] [], asked for ***" in result.log() and "hush-hush" not in result.log(), "stars", result)


def test_checkouts():
    """A checkout is what Azure makes: shallow and without tags by default, detached, whole when asked"""
    with Story(["churn"]) as story:
        story.commit("One")
        git(story.work, "tag", "--annotate", "--message", "A tag", "some-tag")
        git(story.work, "push", "--quiet", "origin", "some-tag")
        look = ("git rev-parse --is-shallow-repository; git tag --list; git rev-list --count HEAD; git symbolic-ref "
            "--quiet HEAD || echo detached")
        result = run(story, f"""
jobs:
- job: none
  steps: [{{checkout: none}}, {{bash: 'echo "none: [$(ls)]"'}}]
- job: usual
  steps: [{{checkout: self}}, {{bash: "echo usual: $(({look}) | tr '\\n' ' ')"}}]
- job: whole
  steps:
  - checkout: self
    fetchDepth: 0
    fetchTags: true
    fetchFilter: blob:none
  - bash: "echo whole: $(({look}) | tr '\\n' ' ')"
""")
        for words in ("usual: true 1 detached", "whole: false some-tag 2 detached", "none: []"):
            holds(words in result.log(), f"{words!r} is in the log", result)


def test_artifacts():
    """An artifact's name is taken once; one that is missing is red; a deployment fetches all unless told"""
    with Story(["churn"]) as story:
        result = run(story, """
stages:
- stage: make
  jobs:
  - job: a
    steps:
    - checkout: none
    - bash: mkdir out; echo 1 >out/file
    - {publish: $(System.DefaultWorkingDirectory)/out, artifact: one}
  - job: b
    dependsOn: a
    steps:
    - checkout: none
    - bash: mkdir out; echo 2 >out/file
    - {publish: $(System.DefaultWorkingDirectory)/out, artifact: one}
- stage: use
  dependsOn: make
  condition: always()
  jobs:
  - deployment: nothing
    environment: e
    strategy: {runOnce: {deploy: {steps: [{download: none}, {bash: 'echo "nothing: $(ls $(Pipeline.Workspace))"'}]}}}
  - deployment: all
    dependsOn: nothing
    environment: e
    strategy: {runOnce: {deploy: {steps: [{bash: 'echo "all: $(ls $(Pipeline.Workspace))"'}]}}}
  - job: absent
    steps: [{checkout: none}, {download: current, artifact: two}]
""")
        same([j.result for s in result.stages.values() for j in s.jobs.values()],
             ["Succeeded", "Failed", "Succeeded", "Succeeded", "Failed"], "jobs", result)
        holds("all: a\none\ns" in result.log() and "nothing: a\ns" in result.log(), "what was fetched", result)
        same(result.project.environments["e"], [], "an environment that nobody made has no checks")


def test_publishing():
    """Publishing fails green by default: without a file, with a broken one, with failed tests"""
    with Story(["churn"]) as story:
        result = run(story, """
steps:
- bash: |
    case='<testcase name="t"><failure message="m"/></testcase>'
    echo "<testsuites><testsuite name='s'>$case</testsuite></testsuites>" >red.xml
    echo '<testsuites><oops' >broken.xml
- task: PublishTestResults@2
  displayName: missing
  inputs: {searchFolder: $(System.DefaultWorkingDirectory), testResultsFiles: nothing.xml, testRunTitle: a}
- task: PublishTestResults@2
  displayName: broken
  inputs: {searchFolder: $(System.DefaultWorkingDirectory), testResultsFiles: broken.xml, testRunTitle: b,
    failTaskOnMissingResultsFile: true, failTaskOnFailedTests: true}
- task: PublishTestResults@2
  displayName: red
  inputs: {searchFolder: $(System.DefaultWorkingDirectory), testResultsFiles: red.xml, testRunTitle: c}
- task: PublishTestResults@2
  displayName: red is red
  inputs: {searchFolder: $(System.DefaultWorkingDirectory), testResultsFiles: red.xml, testRunTitle: d,
    failTaskOnFailedTests: true}
""")
        steps = next(iter(result.stages.values())).jobs["Job"].steps[1:]
        same([s.result for s in steps], ["Succeeded", "Succeeded", "Succeeded", "Failed"], "publishing", result)
        same(result.failed_tests(), {"c": ["t"], "d": ["t"]}, "the Tests tab")


def test_publishing_by_itself():
    """Results under the usual name are published once more by the agent, unless the job has a task for that"""
    with Story(["churn"]) as story:
        write = """- bash: |
    echo '<testsuite name="s"><testcase name="t"/></testsuite>' >TEST-a.xml
    echo '<testsuite name="s"><testcase name="t"/></testsuite>' >a.xml
"""
        same(list(run(story, f"\nsteps:\n{write}").tests), ["s"], "without a task")
        task = """- task: PublishTestResults@2
  inputs: {searchFolder: $(System.DefaultWorkingDirectory), testResultsFiles: a.xml, testRunTitle: mine}
"""
        same(list(run(story, f"\nsteps:\n{write}{task}").tests), ["mine"], "with a task")


def test_unknown_task():
    """A task that this agent does not know ends the rehearsal, and is no pass"""
    with Story(["churn"]) as story:
        try:
            run(story, "\nsteps:\n- task: GoTool@0\n")
        except NotRehearsed:
            return
        raise AssertionError("it went on")
