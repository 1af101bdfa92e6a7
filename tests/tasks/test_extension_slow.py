"""The whole extension: made without network, it installs its own runner on an agent that has none, and
that runner judges a model. A zip as a server passes it on keeps no modes, so none are kept here."""

import pathlib
import platform
import subprocess
import zipfile

import pytest

from support import console
from tasks import agent, extension

# Servers take 100 MB and more; every job of every agent unpacks it anew.
LARGEST = 40_000_000


def make_offline():
    """In a network of its own, that has nothing. Where that is not allowed, as it is."""
    script = console.SOURCE / "script" / "package-extension"
    alone = ["unshare", "--map-root-user", "--net"]
    if subprocess.run([*alone, "true"], capture_output=True).returncode != 0:
        print("!!! not made offline: no network namespace here")
        alone = []
    subprocess.run([console.SOURCE / "script" / "build", "release"], check=True)  # may fetch what it needs
    done = subprocess.run([*alone, script], check=True, capture_output=True, text=True)
    return pathlib.Path(done.stdout.splitlines()[-1])


def test_extension():
    if platform.system() != "Linux" or platform.machine() != "x86_64":
        pytest.skip("the bundled runner is for Linux on x64")
    file = make_offline()
    bundle = f"modelgate-{console.version()}-linux-x86_64.tar.gz"
    size = extension.look_at(file, (bundle, f"{bundle}.sha256"))
    assert size < LARGEST, f"{size:,} bytes are too many"
    with console.Place() as place:
        with zipfile.ZipFile(file) as package:
            package.extractall(place.root / "tasks")
        job = agent.Agent(place, console.SOURCE)
        job.path = "/usr/bin:/bin"
        folder = place.root / "tasks"
        step = job.run("ModelgateInstallV1", {}, folder=folder / "ModelgateInstallV1")
        assert step.result == "Succeeded", f"install: {step.message()}"
        inputs = {"spec": "examples/flight-delay/modelgate.yaml", "stage": "PRD"}
        step = job.run("ModelgateRunV1", inputs, folder=folder / "ModelgateRunV1")
        assert step.result == "SucceededWithIssues", f"February: {step.message()}"
        step = job.run("ModelgateRunV1", {**inputs, "vars": "month=2001-05"}, folder=folder / "ModelgateRunV1")
        assert step.result == "Failed" and step.published, f"May: {step.message()}"
