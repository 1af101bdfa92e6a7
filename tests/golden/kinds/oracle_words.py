"""What the oracles share: data to read, and how a case is written down: see oracle.py."""
import csv
import pathlib

import numpy
from scipy import stats

HERE = pathlib.Path(__file__).parent


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
