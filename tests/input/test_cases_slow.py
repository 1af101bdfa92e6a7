"""The cases of cases/; see cases.py."""
# program: plain

import pytest

from input import cases


@pytest.mark.parametrize(("case", "program"), cases.load())
def test_case(case, program, tmp_path):
    assert not list(cases.complaints(case, tmp_path, program))
