"""Expands each golden case and compares with its expect.yml. `pytest tests/pipelines/test_expand.py --renew` writes
them anew, to be read."""

import difflib

import pytest

from pipelines.corpus import cases
from pipelines.source import dump


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_case(case, renew):
    pipeline, problems, _ = case.expand()
    assert not problems, "\n".join(map(str, problems))
    text = dump(pipeline)
    if renew:
        case.expected.write_text(text, "utf-8")
    expected = case.expected.read_text("utf-8")
    difference = difflib.unified_diff(expected.splitlines(True), text.splitlines(True), str(case.expected),
        "expanded now", n=2)
    assert text == expected, "".join(difference)
