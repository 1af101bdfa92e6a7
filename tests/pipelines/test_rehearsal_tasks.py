"""Rehearses the tasks of the extension in a pipeline that somebody wrote by hand: the real bundles, as an agent starts
them. Skipped while the program cannot promote."""
# program: plain

from pipelines.stories import Story, holds, same

PIPELINE = """
stages:
- stage: churn
  isSkippable: false
  jobs:
  - job: test
    steps:
    - checkout: self
      fetchDepth: 0
      fetchTags: true
    - task: ModelgateInstall@1
    - task: ModelgateRun@1
      name: gate
      inputs:
        spec: models/churn/modelgate.yaml
        stage: PPD
        resultsFolder: $(Build.ArtifactStagingDirectory)/results
    - publish: $(Build.ArtifactStagingDirectory)/results
      condition: succeededOrFailed()
      artifact: results
  - deployment: promote
    dependsOn: test
    environment: models-ppd
    strategy:
      runOnce:
        deploy:
          steps:
          - checkout: self
            fetchDepth: 0
            fetchTags: true
          - download: current
            artifact: results
          - task: ModelgateInstall@1
          - task: ModelgatePromote@1
            name: promotion
            inputs:
              model: churn
              stage: PPD
              runFile: $(Pipeline.Workspace)/results/run.json
              bump: minor
          - task: ModelgateStatus@1
            name: now
            inputs:
              model: churn
              stage: PPD
          - bash: echo "churn is $(now.version) in PPD"
"""


def test_promoted():
    """Installed, run, promoted and asked for, each by its task"""
    with Story(["churn"]) as story:
        story.use_tasks()
        commit = story.commit()
        run = story.run(PIPELINE)
        same(run.result, "Succeeded", "the run", run)
        same([len(cases) for cases in run.tests.values()], [6], "the Tests tab")
        (tag,) = [t for t in story.tags() if "#" in t]
        same((tag, story.marked(tag)), ("churn#PPD#1", commit), "the tag")
        holds("churn is v0.1.0 in PPD" in run.log(), "the status", run)
        holds(run.token not in run.log(), "the token is not in the log")
        same(run.blocked, [], "commands that were not allowed")


def test_stopped():
    """A failed check is red in the task, is shown, and nothing is promoted"""
    with Story(["churn"]) as story:
        story.use_tasks()
        story.edit("models/churn/modelgate.yaml", "row_count: {min: 500}", "row_count: {min: 50000}")
        story.commit()
        run = story.run(PIPELINE)
        same([run.job("churn", name).result for name in ("test", "promote")], ["Failed", "Skipped"], "jobs", run)
        same(list(run.failed_tests().values()), [["churn/data-quality/row_count"]], "red in the Tests tab", run)
        same((story.tags("churn#*"), run.asked), ([], ["models-ppd"]), "tags; the environment was asked for the stage")
