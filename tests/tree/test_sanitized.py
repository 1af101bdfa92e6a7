"""Tests with `# program: plain` run the program without sanitizers, even in a whole run. Every command is run with
them all the same: by a case of cli/cases, a page of the documentation, or a test that keeps them."""

import re

from support import console

TESTS = console.SOURCE / "tests"


def test_every_command():
    commands = re.findall(r"^COMMAND\((\w+)\)", (console.SOURCE / "runner/cli/commands.def").read_text(), re.M)
    assert len(commands) > 20
    shown = [path.read_text() for path in (*TESTS.glob("cli/cases/*/case.txt"), *console.SOURCE.glob("docs/*.md"))]
    tests = [text for text in (path.read_text() for path in TESTS.glob("*/test_*.py"))
        if not re.search("^# program: plain$", text, re.M)]
    for command in commands:
        word = command.replace("_", "-")
        assert (any(re.search(rf"^\$ modelgate {word}\b", text, re.M) for text in shown)
            or any(f'"{word}"' in text for text in tests)), f"no test runs {word} with sanitizers"
