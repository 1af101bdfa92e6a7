"""Every pipeline file, its expansions and the blocks of the documentation, as Microsoft's language service reads them.

The service's own schema is 1.6 MB of data that is not ours to keep here: it is looked for beside the repository. Where
it is not, only the inputs of our own tasks are looked at, in all of these. The entries of our own tasks are made from
their task.json and added to it.
"""
import copy
import json
import pathlib
import re
import subprocess
import tempfile

import pytest
import yaml

from pipelines import corpus
from pipelines.corpus import SCHEMA, SOURCE

HERE = pathlib.Path(__file__).parent
PATTERN = re.compile(r"String does not match the pattern")


def own_tasks(schema):
    """Adds our tasks as the service adds those of extensions."""
    schema = copy.deepcopy(schema)
    definition, added = schema["definitions"]["task"], 0
    for path in sorted((SOURCE / "tasks").glob("*/task.json")):
        task = json.loads(path.read_text("utf-8"))
        name = f"{task['name']}@{task['version']['Major']}"
        inputs = {}
        for one in task["inputs"]:
            kind = {"boolean": {"type": "boolean"},
                "pickList": {"enum": list(one.get("options", {})), "ignoreCase": "all"}}
            inputs[one["name"]] = dict(kind.get(one["type"], {"type": "string"}), description=one["label"],
                                       aliases=one.get("aliases", []))
        definition["properties"]["task"]["anyOf"].append({"enum": [name], "ignoreCase": "value"})
        definition["anyOf"].append({
            "properties": {"task": {"pattern": f"^{name}$", "ignoreCase": "value"},
                           "inputs": {"properties": inputs, "additionalProperties": False, "required": []}},
            "firstProperty": ["task"], "required": ["task"]})
        added += 1
    return schema, added


def ask(schema, documents):
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(schema, file)
        file.flush()
        done = subprocess.run(["node", HERE / "check_shape.mjs", file.name], text=True, capture_output=True,
                              input=json.dumps([{"name": n, "text": t} for n, t in documents]))
    assert done.returncode == 0, done.stderr
    problems, texts = json.loads(done.stdout), dict(documents)
    for problem in problems:
        problem["source"] = texts[problem["name"]].split("\n")[problem["line"] - 1]
    # A name that is an expression does not look like a name yet; the expansions show what it becomes.
    return [p for p in problems if not (PATTERN.search(p["message"]) and "${{" in p["source"])]


# What the language service must say no to, or all of this proves nothing.
FAULTS = {
    "an unknown key of a step": "steps:\n- bash: true\n  enviroment: {}\n",
    "an unknown task": "steps:\n- task: ModelgateFly@1\n",
    "an unknown input of our task": "steps:\n- task: ModelgateRun@1\n  inputs:\n    specification: x.yaml\n",
    "a value that our task does not know": "steps:\n- task: ModelgateRun@1\n  inputs:\n    failOn: never\n",
    "an unknown input of the publishing task":
        "steps:\n- task: PublishTestResults@2\n  inputs:\n    testResultsFile: x.xml\n",
    "an unknown type of a parameter": "parameters:\n- name: a\n  type: text\nsteps: []\n",
    "an unknown key below if": "steps:\n- ${{ if true }}:\n  - bash: true\n    nmae: x\n",
}
OURS = ("an unknown task", "an unknown input of our task", "a value that our task does not know")


def documents():
    """[(name, text)] of all that is written, expanded or documented."""
    found = [(str(p.relative_to(SOURCE)), p.read_text("utf-8")) for p in corpus.written()]
    found += [(str(c.expected.relative_to(SOURCE)), c.expected.read_text("utf-8")) for c in corpus.cases()]
    return found + corpus.documented()


if SCHEMA.exists():
    @pytest.fixture(scope="module")
    def schema():
        schema, added = own_tasks(json.loads(SCHEMA.read_text("utf-8")))
        assert added
        return schema

    def test_service_finds_faults(schema):
        assert {p["name"] for p in ask(schema, list(FAULTS.items()))} == set(FAULTS)

    def test_service_agrees(schema):
        problems = ask(schema, documents())
        assert not ["{name}: line {line}: {message:.300}\n\t{source}".format(**problem) for problem in problems]


# ---- our own tasks, which need no schema but theirs ----


def our_tasks():
    """{"modelgaterun@1": {input: its options, or None}}, in lower case as the service compares."""
    found = {}
    for path in sorted((SOURCE / "tasks").glob("*/task.json")):
        task = json.loads(path.read_text("utf-8"))
        inputs = {}
        for one in task["inputs"]:
            options = {"pickList": [*one.get("options", {})], "boolean": ["true", "false"]}.get(one["type"])
            for name in (one["name"], *one.get("aliases", [])):
                inputs[name.lower()] = options and [option.lower() for option in options]
        found[f"{task['name']}@{task['version']['Major']}".lower()] = inputs
    return found


def steps_of_ours(value):
    """Every step with a task of ours, however deep, also below template expressions."""
    if isinstance(value, dict):
        if str(value.get("task", "")).lower().startswith("modelgate"):
            yield value
        value = list(value.values())
    for inner in value if isinstance(value, list) else []:
        yield from steps_of_ours(inner)


def wrong_inputs(text, tasks):
    """(problems, how many steps were looked at)"""
    problems, looked = [], 0
    for step in steps_of_ours(yaml.safe_load(text)):
        looked += 1
        name = str(step["task"])
        inputs = tasks.get(name.lower())
        if inputs is None:
            problems.append(f"there is no task {name}")
            continue
        for key, value in (step.get("inputs") or {}).items():
            if "${{" in key:
                continue  # an expansion shows what it becomes
            if key.lower() not in inputs:
                problems.append(f"{name} has no input {key}")
            elif inputs[key.lower()] and "$" not in str(value) and str(value).lower() not in inputs[key.lower()]:
                problems.append(f"{key} of {name} may not be {value}")
    return problems, looked


def test_inputs_of_our_tasks():
    tasks = our_tasks()
    assert all(wrong_inputs(FAULTS[name], tasks)[0] for name in OURS)
    answers = {name: wrong_inputs(text, tasks) for name, text in documents()}
    assert not {name: problems for name, (problems, _) in answers.items() if problems}
    assert sum(looked for _, looked in answers.values()) > 20
