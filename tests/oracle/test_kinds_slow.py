"""All kinds on the random data of another seed, and with little memory; see measured.py. With the sanitizers."""

from oracle import measured


def test_kinds():
    assert measured.one_seed(2) == 0


def test_little_memory():
    assert measured.short_of_memory() == 0
