"""Keys of models and stages that nobody reads are refused by the templates, with what there is and what was perhaps
meant, before anything runs; and what is said right is not refused."""

import pytest

from pipelines import corpus, faults
from pipelines.meaning import check, steps_of
from pipelines.stories import HEAD

RELEASE = """
extends:
  template: templates/model-release.yml@modelgate
  parameters:
    models:
    - name: churn
    stages:
    - {name: PPD, environment: models-ppd}
    - {name: PRD, environment: models-prd}
"""
MONITOR = """
extends:
  template: templates/model-monitor.yml@modelgate
  parameters:
    models:
    - name: churn
"""
# (pipeline, what is there, what is put there, words of the problem; none: it is good)
CASES = [
    (RELEASE, "models-prd}", "models-prd, failOn: warn, vars: {month: x}, approvers: [Ada]}", None),
    (RELEASE, "- name: churn",
        "- {name: churn, spec: x.yaml, slices: {PRD: 2}, pool: {name: big}, timeoutInMinutes: 90}", None),
    (RELEASE, "- name: churn", "- {name: churn, stages: {PRD: {environment: models-prd-churn, pool: {name: big}}}}",
        None),
    (RELEASE, "{name: PRD, environment", "{name: PRD, enviroment", "the stage 'PRD' has no key 'enviroment'"),
    (RELEASE, "{name: PRD, environment", "{name: PRD, enviroment", "perhaps meant to be environment"),
    (RELEASE, "{name: PRD, environment", "{name: PRD, enviroment",
        "the stage 'PRD' has no environment, which it must have"),
    (RELEASE, ", environment: models-prd}", "}", "the stage 'PRD' has no environment, which it must have"),
    (RELEASE, "models-prd}", "models-prd, fail_on: warn}", "the stage 'PRD' has no key 'fail_on'"),
    (RELEASE, "models-prd}", "models-prd, fail_on: warn}", "perhaps meant to be failOn"),
    (RELEASE, "models-prd}", "models-prd, spec: x.yaml}", "the stage 'PRD' has no key 'spec'"),
    (RELEASE, "- name: churn", "- {name: churn, environment: models-prd}",
        "the model 'churn' has no key 'environment'"),
    (RELEASE, "- name: churn", "- {nmae: churn}", "has no name, which it must have"),
    (RELEASE, "- name: churn", "- {name: churn, serviceConnection: azure}", "perhaps meant to be connection"),
    (RELEASE, "- name: churn", "- {name: churn, xyz: 1}", "the model 'churn' has no key 'xyz'; there are name"),
    (RELEASE, "- name: churn", "- {name: churn, slices: {PPS: 2}}", "slices of the model 'churn' has no key 'PPS'"),
    (RELEASE, "- name: churn", "- {name: churn, stages: {PPS: {pool: x}}}",
        "stages of the model 'churn' has no key 'PPS'"),
    (RELEASE, "- name: churn", "- {name: churn, stages: {PRD: {pol: x}}}",
        "the stage 'PRD' of the model 'churn' has no key 'pol'"),
    (RELEASE, "models-prd}", "models-prd, failOn: never}", "may be fail, warn"),
    (RELEASE, "models-prd}", "models-prd}\n    - {name: PRD, environment: models-prd}", "there are two stages"),
    (RELEASE, "- name: churn", "- name: churn\n    - name: churn", "there are two stages"),
    (RELEASE, "{name: PRD, environment", "{name: pre-prod, environment", None),
    (MONITOR, "- name: churn", "- {name: churn, suites: [drift], failOn: warn, slices: {PRD: 2}}", None),
    (MONITOR, "- name: churn", "- {name: churn, suite: drift}", "the model 'churn' has no key 'suite'"),
]


def test_top_reaches_jobs():
    """What is said at the top comes to the jobs that it is for: names of parameters that nothing expects."""
    text = HEAD + RELEASE.replace("    models:\n", "    persistCredentials: true\n    timeoutInMinutes: 95\n"
        "    artifacts: build\n    models:\n", 1)
    pipeline, problems, _ = corpus.expand_text(text, "case")
    assert not problems, "\n".join(map(str, problems))
    for stage in pipeline["stages"]:
        for job in stage["jobs"]:
            assert str(job["timeoutInMinutes"]) in ("95", "95.0"), stage["stage"]
            kept = {str(s["persistCredentials"]).lower() for s in steps_of(job) if "checkout" in s}
            assert kept == {"true" if "deployment" in job else "false"}, f"{stage['stage']}: persistCredentials"
            for s in steps_of(job):
                pipeline_artifact = ("publish" in s or s.get("download", "none") != "none"
                    or s.get("task", "").startswith("DownloadPipeline"))
                assert not pipeline_artifact, f"{stage['stage']}: a pipeline artifact"


@pytest.mark.parametrize("pipeline, old, new, words", CASES)
def test_case(pipeline, old, new, words):
    assert old in pipeline
    expanded, problems, _ = corpus.expand_text(HEAD + pipeline.replace(old, new), "case")
    problems = problems or check(expanded)
    if words is None:
        assert not problems, "\n".join(map(str, problems))
    else:
        faults.found(words, problems)
