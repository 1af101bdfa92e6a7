"""A fault was put in on purpose: it must be found, and in these words."""


def found(words, problems):
    said = [problem.message for problem in problems]
    assert any(words in message for message in said), f"{words!r} is not among {said}"
