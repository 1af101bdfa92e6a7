#!/usr/bin/env python3
"""docs/azure-tasks.md says what each task.json says, and its examples give the tasks inputs that they have."""

import json
import re
import subprocess

import yaml

from support import console, program

PAGE = console.SOURCE / "docs" / "azure-tasks.md"
PAGES = [PAGE, console.SOURCE / "tasks" / "overview.md"]


def tasks():
    """{"ModelgateRun@1": task.json}."""
    found = {}
    for file in (console.SOURCE / "tasks").glob("*/task.json"):
        task = json.loads(file.read_text())
        found[f"{task['name']}@{task['version']['Major']}"] = task
    return found


def look_at_step(checks, where, step, known):
    task = known.get(step["task"])
    if not checks.that(task, f"{where}: there is no {step['task']}"):
        return
    inputs = {i["name"]: i for i in task["inputs"]}
    given = step.get("inputs", {})
    checks.that(set(given) <= set(inputs), f"{where}: {step['task']} has no {set(given) - set(inputs)}")
    needed = {name for name, i in inputs.items() if i.get("required") and "defaultValue" not in i}
    checks.that(needed <= set(given), f"{where}: {step['task']} needs {needed - set(given)}")
    for name, value in given.items():
        options = inputs.get(name, {}).get("options")
        checks.that(not options or value in options, f"{where}: {name} may not be {value}")


def main():
    checks = program.Checks()
    printed = subprocess.run(["node", console.SOURCE / "tasks" / "docs.mjs", "--print", PAGE], check=True,
        capture_output=True, text=True).stdout
    checks.that(printed == PAGE.read_text(), "docs/azure-tasks.md is not what the tasks say; run script/docs")
    known = tasks()
    for name in known:
        folder = name.replace("@", "V")
        checks.that(f"<!-- task {folder} -->" in printed, f"docs/azure-tasks.md has no tables of {name}")
    for page in PAGES:
        for block in re.findall(r"```yaml\n(.*?)```", page.read_text(), re.DOTALL):
            for step in yaml.safe_load(block)["steps"]:
                if "task" in step:
                    look_at_step(checks, page.name, step, known)
    checks.end()


if __name__ == "__main__":
    main()
