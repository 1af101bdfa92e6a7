"""All kinds on the random data of one seed; see measured.py. test_kinds_slow.py has another seed, and little memory."""
# program: plain

from oracle import measured


def test_kinds():
    assert measured.one_seed(1) == 0
