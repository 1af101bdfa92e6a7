"""Kills promote, rollback and withdraw, as kill -9 does, at each of their steps: the same command again finishes
it, and nothing is left over."""

import pathlib
import shutil
import subprocess

import pytest

from support import program
from support.lab import Lab, copy, sound, tags

HERE = pathlib.Path(__file__).parent


def preload(lab, folder, **variables):
    environment = {"LD_PRELOAD": str(lab.root / "stop.so"), "STOP_BELOW": str(folder), **variables}
    if program.ASAN:
        options = lab.environment.get("ASAN_OPTIONS", "")
        environment["ASAN_OPTIONS"] = f"{options}:verify_asan_link_order=0"
    return environment


def killed(lab, name, command, want):
    """Kills the command at each of its steps, and gives it again."""
    whole = copy(lab, f"{name}-whole")
    count = lab.root / "count"
    done = lab.modelgate(*command, cwd=whole, environment=preload(lab, whole, STOP_COUNT=str(count)))
    assert done.returncode == 0, f"{name}: {done}"
    sound(lab, whole, name, want)
    evidence = len(tags(lab, whole)) - len(want)
    steps = int(count.read_text())
    assert steps > 8, f"{name}: only {steps} steps were seen"
    shutil.rmtree(whole)
    kills = 0
    for step in range(1, steps + 1):
        folder = copy(lab, f"{name}-{step}")
        done = lab.modelgate(*command, cwd=folder, environment=preload(lab, folder, STOP_AT=str(step)))
        # Folders of objects are made as their names fall, so a try may have a step or two less.
        assert done.returncode in (-9, 0), f"{name}: step {step}: {done}"
        kills += done.returncode == -9
        again = lab.modelgate(*command, cwd=folder)
        assert again.returncode == 0, f"{name}: after step {step}: {again}"
        sound(lab, folder, f"{name}: after step {step}", want)
        assert len(tags(lab, folder)) - len(want) == evidence, f"{name}: step {step}: evidence left"
        shutil.rmtree(folder)
    assert kills >= steps - 4, f"{name}: only {kills} of {steps} steps were there"
    print(f"{name}: killed at {kills} steps")


@pytest.fixture(scope="module")
def lab():
    with Lab() as lab:
        compiler = shutil.which("cc") or shutil.which("gcc")
        subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", lab.root / "stop.so", HERE / "stop.c", "-ldl"],
            check=True)
        lab.run("PPD")
        yield lab


def test_promote(lab):
    command = ["promote", "--model", "churn", "--to", "PPD", "--run", "run-PPD.json"]
    killed(lab, "promote", command, ["churn@v0.0.1", "churn#PPD#1"])


@pytest.fixture(scope="module")
def two_versions(lab):
    lab.good("PPD")
    lab.commit("two")
    lab.good("PPD")
    return ["churn@v0.0.1", "churn#PPD#1", "churn@v0.0.2", "churn#PPD#2"]


def test_rollback(lab, two_versions):
    command = ["rollback", "--model", "churn", "--stage", "PPD", "--reason", "x"]
    killed(lab, "rollback", command, [*two_versions, "churn#PPD#3"])


def test_withdraw(lab, two_versions):
    command = ["withdraw", "--model", "churn", "--stage", "PPD", "--version", "v0.0.2", "--reason", "x"]
    killed(lab, "withdraw", command, [*two_versions, "churn#PPD!#3"])
