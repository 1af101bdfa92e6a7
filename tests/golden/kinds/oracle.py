#!/usr/bin/env python3
"""Works out what the golden cases must give, without modelgate, and writes each expect.json.

    oracle.py            writes <kind>/expect.json for every kind that is described here
    oracle.py --check    compares with what is there, writes nothing; exit 1 when it differs

Numbers come from numpy, scipy and scikit-learn, or from counting in plain Python. Verdicts follow from
the limits in <kind>/modelgate.yaml, read by a person; test_kinds.py compares both with a real run.
"""
import csv
import importlib
import json
import pathlib
import sys

import numpy
from scipy import stats

HERE = pathlib.Path(__file__).parent
# One module for each group of kinds; each has CASES: {kind: {case: expected}}.
MODULES = ["oracle_data", "oracle_models", "oracle_drift"]


def read(name):
    """Columns of data/<name>.csv as lists of text; None where the field is empty."""
    with open(HERE / "data" / f"{name}.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    return {
        name: [row[i] or None for row in rows[1:]] for i, name in enumerate(rows[0])
    }


def column(name, key, cast=str):
    """One column with its values cast, None where it is NULL."""
    return [None if cell is None else cast(cell) for cell in read(name)[key]]


def known(values):
    return [value for value in values if value is not None]


def measured(verdict, value, source, **more):
    """A case with a number; `source` says where the number comes from."""
    return {"verdict": verdict, "value": float(value), "source": source, **more}


def unmeasured(verdict, says, **more):
    """A case without a number; its message must hold the words `says`."""
    return {"verdict": verdict, "value": None, "says": says, **more}


T_HALL = "scipy.stats.t.interval, or Hall's transformation where that is wider"


def mean_ends(values, confidence):
    """Of Student's t and of Hall's (1992) ends the wider ones: where s + g s^2 / 3 + g^2 s^3 / 27 + g / (6 n), of the
    distance s from the mean in standard deviations and the skewness g, is t / sqrt(n)."""
    n, mean, skewness = len(values), numpy.mean(values), stats.skew(values)
    lo, hi = stats.t.interval(confidence, n - 1, loc=mean, scale=stats.sem(values))
    if abs(skewness) < 1e-6:
        return [float(lo), float(hi)]
    ends = []
    for t in stats.t.ppf([0.5 + confidence / 2, 0.5 - confidence / 2], n - 1):
        roots = numpy.roots([skewness ** 2 / 27, skewness / 3, 1, skewness / (6 * n) - t / n ** 0.5])
        ends.append(mean - numpy.std(values, ddof=1) * roots[numpy.argmin(abs(roots.imag))].real)
    return [float(min(lo, ends[0])), float(max(hi, ends[1]))]


NO_ROWS = unmeasured("error", "there are no rows")


def main():
    checking = sys.argv[1:] == ["--check"]
    wrong = []
    sys.path.insert(0, str(HERE))
    for name in MODULES:
        for kind, cases in importlib.import_module(name).CASES.items():
            path = HERE / kind / "expect.json"
            text = json.dumps(cases, indent=2, ensure_ascii=False) + "\n"
            if checking:
                if not path.exists() or path.read_text(encoding="utf-8") != text:
                    wrong.append(str(path))
            else:
                path.parent.mkdir(exist_ok=True)
                path.write_text(text, encoding="utf-8")
    for path in wrong:
        print(f"{path} is not what oracle.py says", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.modules["oracle"] = sys.modules["__main__"]
    sys.exit(main())
