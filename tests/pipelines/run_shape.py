#!/usr/bin/env python3
"""Every pipeline file, its expansions and the blocks of the documentation, as Microsoft's language service reads them.

The service's own schema is 1.6 MB of data that is not ours to keep here: it is looked for beside the repository, and
the test is skipped where it is not. The entries of our own tasks are made from their task.json and added to it.
"""
import copy
import json
import pathlib
import re
import subprocess
import sys
import tempfile

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
            kind = {"boolean": {"type": "boolean"}, "pickList": {"enum": list(one.get("options", {})), "ignoreCase": "all"}}
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
    if done.returncode:
        sys.exit(done.stderr)
    problems, texts = json.loads(done.stdout), dict(documents)
    for problem in problems:
        problem["source"] = texts[problem["name"]].split("\n")[problem["line"] - 1]
    # A name that is an expression does not look like a name yet; the expansions show what it becomes.
    return [p for p in problems if not (PATTERN.search(p["message"]) and "${{" in p["source"])]


def finds_faults(schema):
    """What the language service must say no to, or all of this proves nothing."""
    faults = {
        "an unknown key of a step": "steps:\n- bash: true\n  enviroment: {}\n",
        "an unknown task": "steps:\n- task: ModelgateFly@1\n",
        "an unknown input of our task": "steps:\n- task: ModelgateRun@1\n  inputs:\n    specification: x.yaml\n",
        "a value that our task does not know": "steps:\n- task: ModelgateRun@1\n  inputs:\n    failOn: never\n",
        "an unknown input of the publishing task":
            "steps:\n- task: PublishTestResults@2\n  inputs:\n    testResultsFile: x.xml\n",
        "an unknown type of a parameter": "parameters:\n- name: a\n  type: text\nsteps: []\n",
        "an unknown key below if": "steps:\n- ${{ if true }}:\n  - bash: true\n    nmae: x\n",
    }
    found = {p["name"] for p in ask(schema, list(faults.items()))}
    for name in faults:
        if name not in found:
            print(f"FAILED: {name} is not found")
    return len(faults) - len(found)


def main():
    if not SCHEMA.exists():
        print(f"SKIPPED: the service's schema is not here: {SCHEMA}")
        return 77
    schema, added = own_tasks(json.loads(SCHEMA.read_text("utf-8")))
    failed = finds_faults(schema)
    documents = [(str(p.relative_to(SOURCE)), p.read_text("utf-8")) for p in corpus.written()]
    documents += [(str(c.expected.relative_to(SOURCE)), c.expected.read_text("utf-8")) for c in corpus.cases()]
    documents += corpus.documented()
    for problem in ask(schema, documents):
        print("{name}: line {line}: {message:.300}\n\t{source}".format(**problem))
        failed += 1
    print(f"{len(documents)} documents, {added} tasks of ours, {failed} problems")
    return 1 if failed or not added else 0


if __name__ == "__main__":
    sys.exit(main())
