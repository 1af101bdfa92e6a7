#!/usr/bin/env python3
"""Kills promote, rollback and withdraw, as kill -9 does, at each of their steps: the same command again finishes
it, and nothing is left over."""

import pathlib
import shutil
import subprocess

from support import program
from support.lab import Lab, copy, sound, tags

HERE = pathlib.Path(__file__).parent


def preload(lab, folder, **variables):
    environment = {"LD_PRELOAD": str(lab.root / "stop.so"), "STOP_BELOW": str(folder), **variables}
    if program.ASAN:
        options = lab.environment.get("ASAN_OPTIONS", "")
        environment["ASAN_OPTIONS"] = f"{options}:verify_asan_link_order=0"
    return environment


def killed(checks, lab, name, command, want):
    """Kills the command at each of its steps, and gives it again."""
    whole = copy(lab, f"{name}-whole")
    count = lab.root / "count"
    done = lab.modelgate(*command, cwd=whole, environment=preload(lab, whole, STOP_COUNT=str(count)))
    checks.that(done.returncode == 0, f"{name}: {done}")
    sound(checks, lab, whole, name, want)
    evidence = len(tags(lab, whole)) - len(want)
    steps = int(count.read_text())
    checks.that(steps > 8, f"{name}: only {steps} steps were seen")
    shutil.rmtree(whole)
    kills = 0
    for step in range(1, steps + 1):
        folder = copy(lab, f"{name}-{step}")
        done = lab.modelgate(*command, cwd=folder, environment=preload(lab, folder, STOP_AT=str(step)))
        # Folders of objects are made as their names fall, so a try may have a step or two less.
        checks.that(done.returncode in (-9, 0), f"{name}: step {step}: {done}")
        kills += done.returncode == -9
        again = lab.modelgate(*command, cwd=folder)
        checks.that(again.returncode == 0, f"{name}: after step {step}: {again}")
        sound(checks, lab, folder, f"{name}: after step {step}", want)
        checks.that(len(tags(lab, folder)) - len(want) == evidence, f"{name}: step {step}: evidence left")
        shutil.rmtree(folder)
    checks.that(kills >= steps - 4, f"{name}: only {kills} of {steps} steps were there")
    print(f"{name}: killed at {kills} steps")


def kills(checks, lab):
    compiler = shutil.which("cc") or shutil.which("gcc")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", lab.root / "stop.so", HERE / "stop.c", "-ldl"],
        check=True)
    lab.run("PPD")
    promote = ["promote", "--model", "churn", "--to", "PPD", "--run", "run-PPD.json"]
    killed(checks, lab, "promote", promote, ["churn@v0.0.1", "churn#PPD#1"])
    lab.good("PPD")
    lab.commit("two")
    lab.good("PPD")
    first = ["churn@v0.0.1", "churn#PPD#1", "churn@v0.0.2", "churn#PPD#2"]
    back = ["rollback", "--model", "churn", "--stage", "PPD", "--reason", "x"]
    killed(checks, lab, "rollback", back, first + ["churn#PPD#3"])
    out = ["withdraw", "--model", "churn", "--stage", "PPD", "--version", "v0.0.2", "--reason", "x"]
    killed(checks, lab, "withdraw", out, first + ["churn#PPD!#3"])


def main():
    checks = program.Checks()
    with Lab() as lab:
        kills(checks, lab)
    checks.end()


if __name__ == "__main__":
    main()
