"""The tests of the tasks and of the gate once more under the Node 24 of agents, which the other handler of each
task.json is for."""
# program: plain

import os
import pathlib
import platform
import subprocess
import sys

import pytest

from support import handler

ENVIRONMENT = {**os.environ, "MODELGATE_HANDLER": "Node24"}
NODE = handler.NODES / handler.MAJORS["Node24"] / "node"
TESTS = [f"test_{name}.py" for name in ("gate", "install", "promote", "run", "story")]


@pytest.mark.skipif(platform.machine() != "x86_64", reason="script/bootstrap --test brings Node 24 on x86-64 only")
def test_version():
    version = subprocess.run([NODE, "--version"], check=True, capture_output=True, text=True).stdout
    assert version.startswith("v24."), f"{NODE} is {version}"


@pytest.mark.skipif(platform.machine() != "x86_64", reason="script/bootstrap --test brings Node 24 on x86-64 only")
@pytest.mark.parametrize("name", TESTS)
def test_again(name):
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", pathlib.Path(__file__).with_name(name)],
        env=ENVIRONMENT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
