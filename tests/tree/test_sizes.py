"""Code stays small enough to be read: functions of at most 60 lines, files of the program of less than 600."""

from support.console import SOURCE


def functions(text):
    """The line on which each body begins, and how many lines it has."""
    start = None
    for number, line in enumerate(text.splitlines(), 1):
        if line == "{":
            start = number
        elif line == "}" and start:
            yield start, number - start - 1
            start = None


def test_sizes():
    found = 0
    for path in sorted([*(SOURCE / "runner").rglob("*.[ch]"), *(SOURCE / "tests").rglob("*.c")]):
        text = path.read_text(encoding="utf-8")
        assert text.count("\n") < 600 or "tests" in path.parts, path
        for start, lines in functions(text):
            found += 1
            assert lines <= 60, f"{path}:{start}"
    assert found > 3000
