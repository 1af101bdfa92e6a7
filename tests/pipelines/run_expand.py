#!/usr/bin/env python3
"""Expands each golden case and compares with its expect.yml. `run_expand.py --renew` writes them anew, to be read."""
import difflib
import sys

from pipelines.corpus import cases
from pipelines.source import dump


def main():
    renew, failed = sys.argv[1:] == ["--renew"], 0
    for case in cases():
        pipeline, problems, _ = case.expand()
        for problem in problems:
            print(problem)
        text = dump(pipeline)
        if renew and not problems:
            case.expected.write_text(text, "utf-8")
        expected = case.expected.read_text("utf-8") if case.expected.exists() else ""
        if text != expected:
            print("".join(difflib.unified_diff(expected.splitlines(True), text.splitlines(True),
                                               str(case.expected), "expanded now", n=2)), end="")
        failed += bool(problems) or text != expected
        print(f"{'FAILED' if problems or text != expected else 'passed'} {case.name}: {len(pipeline['stages'])} stages")
    if failed:
        print("if this is meant: tests/pipelines/run_expand.py --renew, and read the difference")
    return 1 if failed or not cases() else 0


if __name__ == "__main__":
    sys.exit(main())
