"""All tests that run the tasks, and the gate's, once more under the Node 24 of agents, which the other handler of each
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
HERE = pathlib.Path(__file__)
# The first makes the extension, once; the pages of the other two run in a browser, under no handler.
OTHERS = {"test_extension_slow.py", "test_hub_slow.py", "test_tab_slow.py"}
TESTS = sorted(path.name for path in HERE.parent.glob("test_*_slow.py") if path != HERE and path.name not in OTHERS)


@pytest.mark.skipif(platform.machine() != "x86_64", reason="script/bootstrap --test brings Node 24 on x86-64 only")
def test_version():
    assert len(TESTS) >= 6, TESTS
    version = subprocess.run([NODE, "--version"], check=True, capture_output=True, text=True).stdout
    assert version.startswith("v24."), f"{NODE} is {version}"


@pytest.mark.skipif(platform.machine() != "x86_64", reason="script/bootstrap --test brings Node 24 on x86-64 only")
@pytest.mark.parametrize("name", TESTS)
def test_again(name):
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", HERE.with_name(name)],
        env=ENVIRONMENT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
