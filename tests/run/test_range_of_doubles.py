"""range of DOUBLEs, which a function of our own counts in DuckDB: what Python's comparisons say, for all that a DOUBLE
can be, beside NULL, and for any pair of bounds."""
# program: plain

import math

import pyarrow
import pyarrow.parquet
import pytest

from support import spec_run

LEAST, MOST = 5e-324, 1.7976931348623157e308
VALUES = [None, math.nan, math.inf, -math.inf, 0.0, -0.0, LEAST, -LEAST, MOST, -MOST, 0.1, math.nextafter(0.1, 1),
          math.nextafter(0.1, 0), 0.3, 1.0, 1e300, -2.5, None, 0.1]
BOUNDS = ["0", "-0.0", "0.1", "0.3", "5e-324", "-5e-324", "1.7976931348623157e308", "-1.7976931348623157e308", "-2.5"]
SIDES = {"from": lambda x, bound: x >= bound, "above": lambda x, bound: x > bound,
         "to": lambda x, bound: x <= bound, "below": lambda x, bound: x < bound}


def ranges():
    """Keys of each check, by its name: every bound of every sort by itself, and pairs of them."""
    found = {f"{side}{i}": {side: bound} for side in SIDES for i, bound in enumerate(BOUNDS)}
    for low in ("from", "above"):
        for high in ("to", "below"):
            for i, least in enumerate(BOUNDS):
                for k, most in enumerate(BOUNDS):
                    if float(least) < float(most):
                        found[f"{low}{i}{high}{k}"] = {low: least, high: most}
    return found


def test_ranges_of_doubles(place):
    # More rows than DuckDB hands over at a time, and rows without NULL, of which it says nothing.
    values = VALUES * 200 + [0.1, 0.3, math.nan] * 1500
    table = {"x": pyarrow.array(values, pyarrow.float64()), "s": ["a"] * len(values)}
    pyarrow.parquet.write_table(pyarrow.table(table), place.work / "d.parquet", row_group_size=2500)
    checks = "".join(f"      - range: {{column: x, {', '.join(f'{k}: {v}' for k, v in keys.items())}, name: {name}, "
                     f"min: 0, slices: [s]}}\n" for name, keys in ranges().items())
    data = "data:\n  d: {path: d.parquet}\n"
    _, found = spec_run.results(place, f"version: 1\nmodel: m\n{data}suites:\n  s:\n    on: d\n    checks:\n{checks}")
    assert "stderr" not in found, found["stderr"]
    there = [x for x in values if x is not None]
    for name, keys in ranges().items():
        share = sum(all(SIDES[k](x, float(v)) for k, v in keys.items()) for x in there) / len(there)
        results = [result for of, result in found.items() if of.startswith(f"s/{name}[x")]
        assert len(results) == 2, list(found)  # all rows, and a slice of all rows
        for result in results:
            assert result["measured"], result["message"]
            assert result["value"] == pytest.approx(share, rel=1e-15), (result["name"], keys)
