"""Pipelines mean what they should: templates, golden cases, examples and documentation; and each rule finds its fault.

A fault is one change to the real templates or to the mono repo's pipelines, as somebody might make it, and words of
the problem that must then be found.
"""
import shutil

import pytest

from pipelines import corpus, faults
from pipelines.corpus import SOURCE, TEMPLATES
from pipelines.expand import expand
from pipelines.meaning import check, lint_template

RELEASE, PR, MONITOR = (f"example/azure-pipelines{x}.yml" for x in ("", "-pr", "-monitor"))
GATE_TESTS = ("${{ parameters.id }}_${{ replace(replace(replace(replace(parameters.stage, '-', '_'), '/', '_'), ':', "
    "'_'), '.', '_') }}"
              "_tests")
MODELS = "    - name: demand\n"
# (name, pipeline, file that is changed, what is there, what is put there, words of the problem)
FAULTS = [
    # --- templates and parameters ---
    ("a template that is not there", RELEASE, RELEASE, "model-release.yml@", "model-relaese.yml@",
        "there is no template"),
    ("a nested template that is not there", RELEASE, "templates/jobs/test.yml", "../steps/run.yml", "../step/run.yml",
     "there is no template"),
    ("a repository that is not in resources", RELEASE, RELEASE, "model-release.yml@modelgate",
     "model-release.yml@gates", "there is no repository 'gates'"),
    ("a parameter that does not exist", RELEASE, RELEASE, "only: changed", "onyl: changed",
        "unexpected parameter 'onyl'"),
    ("a required parameter that is left out", RELEASE, "templates/stages/gate.yml",
     "      model: ${{ parameters.model }}\n", "", "the parameter 'model' is required"),
    ("a required parameter of a step", RELEASE, "templates/jobs/test.yml",
     "        title: ${{ parameters.model }} ${{ parameters.stage }}\n", "", "the parameter 'title' is required"),
    ("a value that is not among those allowed", RELEASE, RELEASE, "only: changed", "only: some", "may be all, changed"),
    ("a list where a text belongs", RELEASE, RELEASE, "only: changed", "only: [changed]", "is a string, not a list"),
    ("a text where a list of steps belongs", RELEASE, RELEASE, "only: changed", "only: changed\n    before: fetch",
     "'before' is a list"),
    ("a text where a number belongs", "example/own.yml", "example/own.yml", "slices: 2", "slices: many", "is a number"),
    ("a text where true or false belongs", PR, PR, "stage: PPS", "stage: PPS\n    comment: perhaps",
        "is true or false"),
    ("an install source that does not exist", RELEASE, RELEASE, "only: changed",
     "only: changed\n    install: {source: pip}", "may be task, artifact, feed, path"),
    ("a misspelt part of install", RELEASE, RELEASE, "only: changed", "only: changed\n    install: {sorce: path}",
     "unexpected parameter 'sorce'"),
    ("an undefined parameter in an expression", RELEASE, "templates/steps/run.yml", "${{ parameters.spec }}",
     "${{ parameters.sepc }}", "there is no parameter 'sepc'"),
    ("a misspelt loop variable", RELEASE, "templates/model-release.yml", "model: ${{ model.name }}",
     "model: ${{ modle.name }}", "'modle' is unknown here"),
    ("a broken expression", RELEASE, "templates/steps/install.yml", "${{ if eq(parameters.source, 'task') }}",
     "${{ if eq(parameters.source, 'task' }}", "is missing before 'the end'"),
    ("a function that does not exist", RELEASE, "templates/steps/install.yml", "eq(parameters.source, 'task')",
     "equals(parameters.source, 'task')", "there is no function 'equals'"),
    ("an expression that is not closed", RELEASE, "templates/steps/run.yml", "SPEC: ${{ parameters.spec }}",
     "SPEC: ${{ parameters.spec }", "${{ is not closed"),
    ("else without if", RELEASE, "templates/steps/install.yml", "- ${{ if eq(parameters.source, 'task') }}:",
     "- bash: true\n- ${{ else }}:", "else without an if"),
    ("a key that comes twice", RELEASE, RELEASE, "    only: changed\n", "    only: changed\n    only: all\n",
        "stands here twice"),
    ("a trigger in a template", RELEASE, "templates/model-release.yml", "\nstages:\n", "\ntrigger: none\nstages:\n",
     "can only stand in the entry file"),
    ("a template without end", RELEASE, "templates/steps/checkout.yml", "steps:\n",
     "steps:\n- template: checkout.yml\n", "more than 20 templates"),
    ("a model that nobody has, to roll back", RELEASE, RELEASE, "rollback: ${{ parameters.rollback }}",
     "rollback: chrun", "no stage is left"),
    # --- waiting ---
    ("a job that waits for nobody", PR, "templates/model-pr.yml", "dependsOn: find", "dependsOn: finder",
        "waits for 'finder'"),
    ("a stage that waits for nobody", RELEASE, "templates/stages/gate.yml", "dependsOn: " + GATE_TESTS,
     "dependsOn: ${{ parameters.id }}_${{ parameters.stage }}_test", "which is no stage"),
    ("a stage that waits for itself", RELEASE, "templates/stages/changed.yml", "dependsOn: []",
     "dependsOn: churn_PPD_tests", "waits for itself"),
    ("two stages of one name", RELEASE, RELEASE, MODELS, MODELS + MODELS, "two stages"),
    ("a stage's name with a dash", RELEASE, "templates/model-release.yml", "replace(model.name, '-', '_')",
     "replace(model.name, '+', '_')", "letters, digits and _ only"),
    # --- outputs ---
    ("an output of a step that is not there", RELEASE, "templates/stages/gate.yml", "outputs['results.artifact']",
     "outputs['result.artifact']", "has no step named 'result'"),
    ("an output that no step sets", RELEASE, "templates/stages/gate.yml", "outputs['results.artifact']",
     "outputs['results.artefact']", "sets no output 'artefact'"),
    ("an output of a job that is not there", RELEASE, "templates/stages/gate.yml", "_tests.test.outputs",
     "_tests.tests.outputs", "there is no job 'tests'"),
    ("an output of a stage that is not waited for", RELEASE, "templates/stages/gate.yml", "_tests.test.outputs",
     ".test.outputs", "sees nothing of it"),
    ("a stage's condition with a job's path", RELEASE, "templates/stages/gate.yml",
     "dependencies.changed.outputs['find.changed",
     "stageDependencies.changed.find.outputs['changed", "a stage's condition reads"),
    ("a job's path without its job", RELEASE, "templates/stages/gate.yml", "outputs['find.changed.${{",
     "outputs['changed.${{", "a stage's condition reads"),
    ("a matrix from a step that is not there", PR, "templates/model-pr.yml", "['changed.matrix']", "['change.matrix']",
     "has no step named 'change'"),
    ("a matrix from a job that is not waited for", PR, "templates/model-pr.yml", "matrix: $[ dependencies.find.",
     "matrix: $[ dependencies.found.", "sees nothing of it"),
    ("an output of slices without the leg", "example/own.yml", "templates/jobs/test.yml",
     "$[ dependencies.${{ parameters.name }}_slices.result ]",
     "$[ dependencies.${{ parameters.name }}_slices.outputs['results.verdict'] ]",
     "start with the leg's name"),
    ("a fan-in whose slices never ran", "example/own.yml", "templates/jobs/test.yml",
     "'SucceededWithIssues', 'Failed')", "'SucceededWithIssues', 'Failed', 'Skipped')", "drops succeeded()"),
    ("a macro that nobody sets", RELEASE, "templates/jobs/promote.yml", "pattern: $(runFiles)\n",
     "pattern: $(runFile)\n", "$(runFile) is set by nobody"),
    ("a macro in a script that nobody sets", RELEASE, RELEASE, "only: changed",
     "only: changed\n    before:\n    - bash: ./fetch $(modelgate.modle)", "$(modelgate.modle) is set by nobody"),
    ("a misspelt variable of the service", RELEASE, RELEASE, "only: changed",
     "only: changed\n    before:\n    - bash: ./fetch $(Build.SourceVerison)",
     "$(Build.SourceVerison) is set by nobody"),
    ("a variable in the name of a job", PR, "templates/jobs/test.yml", "displayName: Test ${{ parameters.stage }}",
     "displayName: Test ${{ parameters.model }}", "$(model) stays as it is"),
    ("a macro of a later step", RELEASE, "templates/steps/publish.yml", "ARTIFACT: ${{ parameters.artifact }}",
     "ARTIFACT: $(results.artifact)", "set by nobody before"),
    # --- gates ---
    ("promotion whatever the tests said", RELEASE, "templates/stages/gate.yml", "  dependsOn: " + GATE_TESTS + "\n",
     "  dependsOn: " + GATE_TESTS + "\n  condition: always()\n", "drops succeeded()"),
    ("promotion after failed tests too", RELEASE, "templates/stages/gate.yml", "condition: and(succeeded(), eq(",
     "condition: and(succeededOrFailed(), eq(", "drops succeeded()"),
    ("a condition that forgets what came before", RELEASE, "templates/stages/gate.yml",
     "condition: and(succeeded(), eq(", "condition: or(succeeded(), eq(", "drops succeeded()"),
    ("a job that runs although none was found", PR, "templates/model-pr.yml", "condition: and(succeeded(), ne(",
     "condition: or(not(canceled()), ne(", "drops succeeded()"),
    ("a gate's step under always()", RELEASE, "templates/steps/promote.yml", "    name: promotion\n",
     "    name: promotion\n    condition: always()\n", "drops succeeded()"),
    ("a training that starts when all is well", MONITOR, "templates/model-monitor.yml", "and(failed(), eq(",
     "and(canceled(), eq(", "drops succeeded()"),
    ("a gate that can be unticked", RELEASE, "templates/stages/gate.yml", "  isSkippable: false\n  dependsOn",
     "  dependsOn", "can be unticked"),
    ("tests that can be unticked", RELEASE, "templates/stages/gate.yml", "  isSkippable: false\n  ${{", "  ${{",
        "can be unticked"),
    ("a gate that continues on error", RELEASE, "templates/steps/run.yml", "  name: gate\n",
     "  name: gate\n  continueOnError: true\n", "continueOnError"),
    ("a job that continues on error", RELEASE, "templates/jobs/test.yml", "  - job: ${{ parameters.name }}\n    # The",
     "  - job: ${{ parameters.name }}\n    continueOnError: true\n    # The", "continueOnError"),
    ("a gate that is turned off", RELEASE, "templates/steps/run.yml", "  name: gate\n",
        "  name: gate\n  enabled: false\n", "not enabled"),
    ("a promotion without tests", RELEASE, "templates/stages/gate.yml", "dependsOn: " + GATE_TESTS,
     "dependsOn: []", "promotes without waiting"),
    ("a promotion without an environment", RELEASE, "templates/jobs/promote.yml",
     "  environment: ${{ parameters.environment }}\n", "", "nobody is asked"),
    ("a promotion from a shallow clone", RELEASE, "templates/steps/checkout.yml", "fetchDepth: 0", "fetchDepth: 1",
        "needs fetchDepth: 0"),
    ("a promotion that sees no tags", RELEASE, "templates/steps/checkout.yml", "  fetchTags: true\n", "",
        "needs fetchTags: true"),
    ("a promotion from a clone without trees", RELEASE, "templates/steps/checkout.yml", "blob:none", "tree:0",
        "fetchFilter tree:"),
    ("a promotion without a checkout", RELEASE, "templates/jobs/promote.yml",
     "        - template: ../steps/checkout.yml\n", "", "without checkout: self"),
    ("a promotion of whatever is checked out", RELEASE, "templates/steps/promote.yml", '"$BUILD_SOURCEVERSION"', "HEAD",
     "must be the one that was tested"),
    ("results only when all is well", RELEASE, "templates/steps/publish.yml",
     "    displayName: Publish to the Tests tab\n    condition: succeededOrFailed()\n",
     "    displayName: Publish to the Tests tab\n", "published only if all checks passed"),
    ("missing results that are green", RELEASE, "templates/steps/publish.yml",
     "      failTaskOnMissingResultsFile: true\n", "", "missing results are green"),
    ("a run without results", RELEASE, "templates/jobs/test.yml",
     "    - template: ../steps/publish.yml\n      parameters:\n"
     "        title: ${{ parameters.model }} ${{ parameters.stage }}\n"
     "        artifact: run-${{ parameters.model }}-${{ parameters.stage }}${{ parameters.suffix }}\n        "
     "artifacts: ${{ parameters.artifacts }}\n    - ${{",
     "    - ${{", "are not published"),
    ("a token beside untrusted data", PR, "templates/steps/run.yml", "  env:\n",
     "  env:\n    TOKEN: $(System.AccessToken)\n", "gets the token"),
    ("a pull request that is trusted", PR, "templates/model-pr.yml", "      untrusted: true\n", "",
        "without --untrusted"),
    ("a pull request that the job trusts", PR, "templates/jobs/test.yml",
     "        untrusted: ${{ parameters.untrusted }}\n", "", "without --untrusted"),
    ("a pull request that the step trusts", PR, "templates/steps/run.yml", "UNTRUSTED: ${{ parameters.untrusted }}",
     "UNTRUSTED: false", "without --untrusted"),
    ("a pull request whose step forgets the option", PR, "templates/steps/run.yml",
     "    [[ $UNTRUSTED != True ]] || run+=(--untrusted)\n", "", "without --untrusted"),
]
# (name, file, what is there, what is put there, words of the problem): one file as it is written.
LINT = [
    ("no purpose", "templates/steps/run.yml", "# Runs a model's", "\n# Runs a model's", "starts with its purpose"),
    ("no type", "templates/steps/run.yml", "- name: spec\n  type: string\n", "- name: spec\n", "has no type"),
    ("no comment", "templates/steps/run.yml", "# run only these suites\n", "", "needs one comment line"),
    ("two lines of comment", "templates/steps/run.yml", "# run only these suites\n", "# run only\n# these suites\n",
     "needs one comment line"),
    ("unused", "templates/steps/run.yml", "MEMORY: ${{ parameters.memory }}", "MEMORY: ''", "is never used"),
    ("pasted into a script", "templates/steps/run.yml", '-- "$SPEC"', '-- "${{ parameters.spec }}"',
     "must get values by env"),
]


def copy(folder):
    shutil.copytree(TEMPLATES, folder / "templates")
    shutil.copytree(SOURCE / "examples/azure-monorepo", folder / "example")
    own = (SOURCE / "azure-pipelines.yml").read_text("utf-8").replace("templates/jobs", "../templates/jobs")
    (folder / "example/own.yml").write_text(own, "utf-8")


def change(folder, file, old, new):
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text, f"{file} does not hold {old!r} any more"
    path.write_text(text.replace(old, new), "utf-8")


def look(folder, pipeline):
    # own.yml reaches its templates by relative paths.
    expanded, problems, _ = expand(folder / pipeline, {}, folder / "example", {"modelgate": folder})
    return problems or check(expanded)


@pytest.fixture
def folder(tmp_path):
    copy(tmp_path)
    return tmp_path


@pytest.mark.parametrize("pipeline", [RELEASE, PR, MONITOR, "example/own.yml"])
def test_unchanged(folder, pipeline):
    assert not list(map(str, look(folder, pipeline)))


@pytest.mark.parametrize("pipeline, file, old, new, words", [pytest.param(*fault, id=name) for name, *fault in FAULTS])
def test_fault(folder, pipeline, file, old, new, words):
    change(folder, file, old, new)
    faults.found(words, look(folder, pipeline))


@pytest.mark.parametrize("file, old, new, words", [pytest.param(*fault, id=name) for name, *fault in LINT])
def test_fault_of_a_template(folder, file, old, new, words):
    change(folder, file, old, new)
    faults.found(words, lint_template(folder / file, file))


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.yml")), ids=lambda path: path.name)
def test_template(path):
    assert not list(map(str, lint_template(path, str(path.relative_to(SOURCE)))))


@pytest.mark.parametrize("case", corpus.cases(), ids=lambda case: case.name)
def test_case(case):
    pipeline, problems, _ = case.expand()
    assert not list(map(str, [*problems, *check(pipeline)]))


@pytest.mark.parametrize("name, text", corpus.documented())
def test_documented(name, text):
    pipeline, problems, _ = corpus.expand_text(text, name)
    assert not list(map(str, [*problems, *check(pipeline)]))
