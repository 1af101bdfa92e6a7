"""Runs cases/<name>/case.txt: what is typed, and what must come out.

    # A remark: what the case shows.
    env NAME=VALUE
    $ modelgate version
    1| modelgate <VERSION>
    exit 0

`$` starts a command, given to `sh -c` in a copy of the case's folder; what follows is its whole
standard output (1|), standard error (2|) and exit code. `...` alone on a line stands for any lines,
`<...>` for any part of a line. `env` holds for the commands below it. Times, durations, the version
and temporary folders are replaced by <TIME>, <DURATION>, <VERSION>, <WORK>, <HOME>, <TMP>.

    pytest tests/cli/test_cases.py --renew -k NAME    writes down what came out where it differs
"""

import difflib
import pathlib
import shutil
import subprocess

import pytest

from support import console

CASES = pathlib.Path(__file__).parent / "cases"
FOLDERS = sorted(path for path in CASES.iterdir() if path.is_dir())
NO_NEWLINE = "\\ no newline at the end"


class Step:
    def __init__(self, command):
        self.command = command
        self.out, self.err, self.exit = [], [], None

    def lines(self):
        text = [f"1| {line}".rstrip() for line in self.out]
        text += [f"2| {line}".rstrip() for line in self.err]
        return text + [f"exit {self.exit}"]


def parse(path):
    """Remarks and settings as they are, steps with what they expect, in the order of the file."""
    parts = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        step = parts[-1] if parts and isinstance(parts[-1], Step) else None
        if line.startswith("$ "):
            parts.append(Step(line[2:]))
        elif line[:2] in ("1|", "2|") and step and step.exit is None:
            (step.out if line[0] == "1" else step.err).append(console.normalize(line[3:]))
        elif line.startswith("exit ") and step and step.exit is None:
            step.exit = int(line[5:])
        elif line == "" or line.startswith(("#", "env ")):
            parts.append(line)
        else:
            pytest.fail(f"{path}:{number}: not understood: {line}")
    assert any(isinstance(part, Step) for part in parts), f"{path}: no command: a case that cannot fail"
    return parts


def split(output, place):
    text = place.normalize(output.decode("utf-8", "backslashreplace"))
    lines = text.split("\n")
    if lines[-1] == "":
        return [line.rstrip() for line in lines[:-1]]
    return lines + [NO_NEWLINE]


def run_step(step, place):
    got = Step(step.command)
    done = subprocess.run(["sh", "-c", step.command], cwd=place.work, env=place.environment,
        stdin=subprocess.DEVNULL, capture_output=True, timeout=console.TIMEOUT_S)
    got.out, got.err = split(done.stdout, place), split(done.stderr, place)
    got.exit = done.returncode
    return got


def difference(wanted, got):
    """What came of a step that differs from what was written down, or None."""
    same = (wanted.exit == got.exit and console.matches(wanted.out, got.out)
        and console.matches(wanted.err, got.err))
    if same:
        return None
    lines = difflib.unified_diff(wanted.lines(), got.lines(), "expected", "got", lineterm="", n=1)
    return "\n\t".join([f"$ {wanted.command}", *lines])


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_case(folder, place, renew):
    path = folder / "case.txt"
    renewed, differences = [], []
    shutil.copytree(folder, place.work, dirs_exist_ok=True, symlinks=True,
        ignore=lambda at, names: ["case.txt"] if at == str(folder) else [])
    for part in parse(path):
        if not isinstance(part, Step):
            if part.startswith("env "):
                name, value = part[4:].split("=", 1)
                place.environment[name] = value
            renewed.append(part)
            continue
        got = run_step(part, place)
        found = difference(part, got)
        renewed += [f"$ {part.command}", *(got if found else part).lines()]
        differences += [found] if found else []
    if differences and renew:
        path.write_text("\n".join(renewed) + "\n")
    assert renew or not differences, "\n".join(differences)
