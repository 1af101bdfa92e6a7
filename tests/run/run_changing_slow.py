#!/usr/bin/env python3
"""The same as run_changing.py, for minutes: files that change while a run reads them never make a verdict of mixed data, nor a digest of other bytes."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "cli"))
import changing
import program


def main():
    checks = program.Checks()
    counts = changing.try_often(checks, seconds=240, tries=1000)
    print(f"changing: {counts}; {checks.passed} checks held, {checks.failed} failed")
    return checks.failed > 0


if __name__ == "__main__":
    sys.exit(main())
