"""The cases of cases/; see cases.py."""

import pytest

from input import cases


@pytest.mark.parametrize("case", cases.load())
def test_case(case, tmp_path):
    assert not list(cases.complaints(case, tmp_path))
