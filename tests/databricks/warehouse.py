"""Starts spark.py, once for a test file, and asks it."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

import pytest

SOURCE = pathlib.Path(os.environ["MODELGATE_SOURCE"])
PYTHON = SOURCE / "build/deps/spark/bin/python"
READY_SECONDS = 300


def needed():
    """What is missing to start Spark, or ''."""
    if not shutil.which("java"):
        return "there is no java here; on Debian: apt-get install openjdk-17-jre-headless"
    if not PYTHON.exists() or not list((SOURCE / "build/deps/spark-jars").glob("delta-spark*.jar")):
        return "there is no Spark in build/deps: run script/bootstrap --spark"
    return ""


class Spark:
    """While it is open. large: for tables that are worth compiling for."""

    def __init__(self, large=False):
        self.large = large

    def __enter__(self):
        if needed():
            pytest.skip(needed())
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="modelgate-spark-"))
        self.log = (self.folder / "log").open("wb")
        environment = {**os.environ, "PYTHONPATH": str(SOURCE / "tests"), "PYSPARK_PYTHON": str(PYTHON)}
        command = [PYTHON, SOURCE / "tests/databricks/spark.py", self.folder, *(["--large"] if self.large else [])]
        self.process = subprocess.Popen(  # pylint: disable=consider-using-with
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, text=True, env=environment,
            cwd=self.folder)
        address, until = self.folder / "address", time.monotonic() + READY_SECONDS
        while not address.exists():
            assert self.process.poll() is None and time.monotonic() < until, (self.folder / "log").read_text()[-3000:]
            time.sleep(0.2)
        self.address = address.read_text(encoding="utf-8")
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def ask(self, **order):
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        said = json.loads(self.process.stdout.readline())
        assert "error" not in said, said["error"]
        return said

    def sql(self, *statements):
        self.ask(sql=statements)

    def behave(self, **how):
        self.ask(behave=how)

    def seen(self, what=True):
        return self.ask(seen=what)
