"""The other cases of cases/, brothers of the quick ones; see cases.py."""

import pytest

from input import cases


@pytest.mark.parametrize("case", cases.others())
def test_case(case, tmp_path):
    assert not list(cases.complaints(case, tmp_path))
