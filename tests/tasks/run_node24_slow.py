#!/usr/bin/env python3
"""The tests of the tasks and of the gate once more under the Node 24 of agents, which the other handler of each task.json is for."""

import os
import pathlib
import subprocess
import sys

os.environ["MODELGATE_HANDLER"] = "Node24"
from support import handler

TESTS = ("run_gate.py", "run_install.py", "run_promote.py", "run_run.py", "run_story.py")


def main():
    if not pathlib.Path(handler.node()).exists():
        print(f"SKIPPED: there is no {handler.node()}; script/bootstrap --test brings it on x86-64")
        return 77
    version = subprocess.run([handler.node(), "--version"], check=True, capture_output=True, text=True).stdout.strip()
    if not version.startswith("v24."):
        print(f"{handler.node()} is {version}")
        return 1
    print(version)
    return max(subprocess.run([sys.executable, pathlib.Path(__file__).with_name(test)]).returncode for test in TESTS)


if __name__ == "__main__":
    sys.exit(main())
