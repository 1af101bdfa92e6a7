#!/usr/bin/env python3
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

    run_cases.py [--update] [NAME...]    --update writes down what came out where it differs
"""

import argparse
import difflib
import pathlib
import shutil
import subprocess
import sys

from support import console

CASES = pathlib.Path(__file__).parent / "cases"
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
            sys.exit(f"{path}:{number}: not understood: {line}")
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


def run_case(folder, update):
    """True when everything came out as written down (or now is written down)."""
    path = folder / "case.txt"
    parts = parse(path)
    renewed = []
    passed = True
    with console.Place() as place:
        shutil.copytree(folder, place.work, dirs_exist_ok=True, symlinks=True,
            ignore=lambda at, names: ["case.txt"] if at == str(folder) else [])
        for part in parts:
            if not isinstance(part, Step):
                if part.startswith("env "):
                    name, value = part[4:].split("=", 1)
                    place.environment[name] = value
                renewed.append(part)
                continue
            got = run_step(part, place)
            same = (part.exit == got.exit and console.matches(part.out, got.out)
                and console.matches(part.err, got.err))
            renewed += [f"$ {part.command}"] + (part if same else got).lines()
            if not same:
                passed = False
                print(f"{path.relative_to(console.SOURCE)}: $ {part.command}")
                for line in difflib.unified_diff(part.lines(), got.lines(), "expected", "got",
                        lineterm="", n=1):
                    print("\t" + line)
    if not any(isinstance(part, Step) for part in parts):
        sys.exit(f"{path}: no command: a case that cannot fail")
    if update and not passed:
        path.write_text("\n".join(renewed) + "\n")
        print(f"{path.relative_to(console.SOURCE)}: renewed, read it")
        return True
    return passed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--update", action="store_true", help="write down what came out")
    parser.add_argument("names", nargs="*", help="cases to run (default: all)")
    options = parser.parse_args()
    known = sorted(path.parent for path in CASES.glob("*/case.txt"))
    for folder in CASES.iterdir():
        if folder.is_dir() and folder not in known:
            sys.exit(f"{folder}: no case.txt")
    for name in options.names:
        if CASES / name not in known:
            sys.exit(f"{name}: no such case in {CASES}")
    chosen = [folder for folder in known if not options.names or folder.name in options.names]
    results = [run_case(folder, options.update) for folder in chosen]
    print(f"{sum(results)} passed, {len(results) - sum(results)} failed")
    return 0 if results and all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
