#!/usr/bin/env python3
"""Do the committed expected values still say what numpy, scipy and scikit-learn say?"""
import math
import re
import sys
from pathlib import Path

try:
    from oracle import make_expected
except ImportError as missing:
    print(f"SKIPPED: {missing}; script/bootstrap --test installs it")
    sys.exit(77)

NUMBER = re.compile(r"(?<![\w.])-?(?:\d+\.?\d*(?:e[+-]?\d+)?|INFINITY)(?![\w.])")


def numbers(text):
    body = text.split("*/", 1)[1]  # the first line names versions
    return [float(x.replace("INFINITY", "inf")) for x in NUMBER.findall(body)]


def main():
    bad = 0
    for name in make_expected.FILES:
        committed = Path(__file__).with_name(name).read_text()
        now = make_expected.text_of(name)
        old, new = numbers(committed), numbers(now)
        if NUMBER.sub("#", committed.split("*/", 1)[1]) != NUMBER.sub("#", now.split("*/", 1)[1]):
            print(f"{name}: the cases are not those of make_expected.py; run it again")
            bad += 1
            continue
        for a, b in zip(old, new, strict=True):
            if not math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-300) and abs(a - b) > 1e-15:
                print(f"{name}: committed {a!r}, now {b!r}")
                bad += 1
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
