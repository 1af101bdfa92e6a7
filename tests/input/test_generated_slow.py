"""A thousand random tables, and forty others; see generated.py."""
# program: plain

import pytest

from input import generated


@pytest.mark.parametrize(("seed", "tables"), [("slow", generated.MANY), ("quick", {"by_hand": 25, "by_library": 15})])
def test_generated(seed, tables):
    assert not generated.complaints(seed, generated.makers(**tables))
