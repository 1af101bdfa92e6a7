"""Forty random tables; see generated.py."""
# program: plain

from input import generated


def test_generated():
    assert not generated.complaints("quick", generated.makers(by_hand=25, by_library=15))
