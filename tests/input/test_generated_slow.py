"""Five hundred random tables, others than the quick ones; see generated.py."""
# program: plain

from input import generated


def test_generated():
    assert not generated.complaints("slow", generated.makers(**generated.MANY))
