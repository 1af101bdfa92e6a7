"""What every engine must answer, by the cases of conformance.cases, on a real PostgreSQL."""

import os
import pathlib
import subprocess

from support import postgres

SOURCE = pathlib.Path(os.environ["MODELGATE_SOURCE"])
BUILD = pathlib.Path(os.environ["MODELGATE_BUILD"])


def tables(text):
    """The data of the cases: name and lines of CSV."""
    name, lines = None, []
    for line in text.splitlines():
        if line.startswith("data "):
            name, lines = line.removeprefix("data "), []
        elif name and line.startswith("|"):
            lines.append(line[2:])
        elif name:
            yield name, lines
            name = None


def test_cases(tmp_path):
    with postgres.Server() as server:
        text = (SOURCE / "tests/engines/conformance.cases").read_text(encoding="utf-8")
        for name, lines in tables(text):
            path = tmp_path / "data.csv"
            path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
            server.load(name, path, {})
        done = subprocess.run([BUILD / "tests" / "test_conformance"], capture_output=True, text=True, check=False,
            env={**os.environ, **server.environment, "MODELGATE_CONFORMANCE": "postgres"}, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
