"""For every test file: the environment that ctest sets, where a file is run by hand; fixtures; and an exit code
of its own for what was skipped."""

import os
import pathlib

import pytest

SOURCE = pathlib.Path(__file__).parents[1]
BUILD = SOURCE / "build/dev"
for name, value in {
    "MODELGATE": BUILD / "modelgate",
    "MODELGATE_BUILD": BUILD,
    "MODELGATE_SOURCE": SOURCE,
    "MODELGATE_PYTHON": SOURCE / "build/deps/venv/bin/python",
    "NODE_PATH": SOURCE / "build/deps/node/node_modules",
    "LSAN_OPTIONS": f"suppressions={SOURCE}/tests/lsan.supp:print_suppressions=0",
}.items():
    os.environ.setdefault(name, str(value))
# script/test quick asks for the program without sanitizers, which is three times as quick.
if os.environ.get("MODELGATE_PLAIN"):
    os.environ["MODELGATE"] = f"{os.environ['MODELGATE_BUILD']}/plain/modelgate"
# For the programs that tests start.
os.environ.setdefault("PYTHONPATH", f"{SOURCE}/tests:{SOURCE}/build/deps/tables")

from support import console, server  # noqa: E402 (it reads the environment)
from support.lab import Lab  # noqa: E402

SKIPPED = 77  # what ctest and script/test count as skipped


def pytest_addoption(parser):
    parser.addoption("--renew", action="store_true",
        help="write down what came out where it differs; read the difference")


@pytest.fixture
def renew(request):
    return request.config.getoption("--renew")


@pytest.fixture
def place():
    """An empty work folder, a home, and a PATH that has the program."""
    with console.Place() as place:
        yield place


@pytest.fixture
def lab():
    """A repository with the model churn."""
    with Lab() as lab:
        yield lab


@pytest.fixture(scope="module")
def git():
    """A git server."""
    with server.Server() as git:
        yield git


def pytest_sessionfinish(session, exitstatus):
    """One test that is skipped makes its file a skipped one: nobody should take that for passed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if exitstatus == pytest.ExitCode.OK and reporter.stats.get("skipped"):
        session.exitstatus = SKIPPED
