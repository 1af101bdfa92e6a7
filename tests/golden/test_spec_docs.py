"""Every ```yaml block of docs/spec.md is a good spec, or a good part of one.

A block with `version:` is a whole spec. Of others the keys of the file (data, suites, ...) take the
place of those of the frame below, and a list of checks becomes that of its suite.
"""

import os
import pathlib
import re
import subprocess

import pytest

PROGRAM = os.environ["MODELGATE"]
PAGE = pathlib.Path(os.environ["MODELGATE_SOURCE"]) / "docs" / "spec.md"
FRAME = {
    "version": "version: 1\n",
    "model": "model: flight-delay\n",
    "vars": "vars: {month: \"2001-02\"}\n",
    "data": "data: {serving: serving.parquet, train: train.parquet, scored: scored.csv}\n",
    "suites": """suites:
  quality:
    on: serving
    checks:
      - row_count: {min: 10}
      - not_null: {column: delay, min: 90%}
""",
}


def parts_of(text):
    """Keys of the file -> their lines."""
    parts = {}
    for line in text.splitlines(keepends=True):
        found = re.match(r"([a-z]+):", line)
        if found:
            key = found.group(1)
            parts[key] = line
        else:
            parts[key] += line
    return parts


def spec_of(block):
    if block.startswith("version:"):
        return block
    parts = dict(FRAME)
    if block.startswith("- "):
        indented = "".join(f"      {line}" for line in block.splitlines(keepends=True))
        parts["suites"] = f"suites:\n  quality:\n    on: serving\n    checks:\n{indented}"
    else:
        parts.update(parts_of(block))
        # A fragment's own datasets, so that its suites have one to look at.
        if "suites" not in parts_of(block) and "data" in parts_of(block):
            first = re.search(r"^  ([a-z]+):", parts["data"], re.MULTILINE).group(1)
            parts["suites"] = FRAME["suites"].replace("serving", first)
    return "".join(parts.values())


def blocks():
    text = PAGE.read_text(encoding="utf-8")
    for found in re.finditer(r"^```yaml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        line = text.count("\n", 0, found.start()) + 1
        yield pytest.param(found.group(1), id=f"line {line}")


BLOCKS = list(blocks())


def test_there_are_blocks():
    assert len(BLOCKS) >= 10, f"only {len(BLOCKS)} blocks found in {PAGE}"


@pytest.mark.parametrize("block", BLOCKS)
def test_block(block, tmp_path):
    (tmp_path / "modelgate.yaml").write_text(spec_of(block), encoding="utf-8")
    done = subprocess.run([PROGRAM, "validate"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
