"""`missing:` names values, which a column holds in its own type: -999 is -999.0 of a DOUBLE, -999.00 of a
DECIMAL, and a word that cannot be of the type does not occur there."""
# program: plain

import datetime
import decimal

import pyarrow
import pytest

from support import console, spec_run

D = decimal.Decimal
NAN = float("nan")
# column, its values, the words, how many of the values are missing
CASES = {
    "double": ([1.5, -999.0, 2.0, 0.1], None, ["-999"], 1),
    "double_point": ([1.5, -999.0], None, ["-999.0"], 1),
    "double_exponent": ([1e20, 1.0], None, ["1e20"], 1),
    "double_nan": ([NAN, 1.0, None], None, ["nan"], 2),
    "double_no_nan": ([NAN, 1.0, None], None, ["N/A", ""], 1),
    "double_infinite": ([float("inf"), 1.0], None, ["inf"], 1),
    "double_near": ([-999.0000001, 1.0], None, ["-999"], 0),
    "float": ([0.1, 0.5, -999], pyarrow.float32(), ["0.1", "-999"], 2),
    "integer": ([1, -999, 3], None, ["-999.0"], 1),
    "integer_word": ([1, -999, 3], None, ["N/A", "-999.5", "", "x"], 0),
    "tiny": ([1, -99], pyarrow.int8(), ["-999", "-99"], 1),
    "big": ([2**63 + 5, 2**63 + 6], pyarrow.uint64(), [str(2**63 + 5)], 1),
    "beyond_double": ([2**53, 2**53 + 1], None, [str(2**53 + 1)], 1),
    "price": ([D("-999.00"), D("1.50"), D("9.99")], pyarrow.decimal128(9, 2), ["-999", "9.990"], 2),
    "price_rounded": ([D("-999.00"), D("1.50")], pyarrow.decimal128(9, 2), ["1.501", "1.5001"], 0),
    "share": ([D("0.05"), D("-0.05"), D("0.00")], pyarrow.decimal128(2, 2), ["0.05", "-.05"], 2),
    "wide": ([D("12345678901234567890123456789.123"), D(1)], pyarrow.decimal128(38, 3),
        ["12345678901234567890123456789.123"], 1),
    "text": (["-999", "-999.0", "", "a"], None, ["-999", ""], 2),
    "flag": ([True, False, True], None, ["TRUE"], 2),
    "day": ([datetime.date(9999, 12, 31), datetime.date(2024, 1, 1)], None, ["9999-12-31", "N/A"], 1),
    "moment": ([datetime.datetime(1900, 1, 1), datetime.datetime(2024, 1, 1, 5)], None, ["1900-01-01"], 1),
    "zoned": ([datetime.datetime(1900, 1, 1, tzinfo=datetime.UTC)], None, ["1900-01-01T01:00:00+01:00"], 1),
}


def check(place, where):
    """The words stand at the data, or at the check."""
    data, suite = [], []
    for name, (values, kind, words, _) in CASES.items():
        spec_run.parquet(place, f"{name}.parquet", {"x": (values, kind) if kind else values})
        missing = f", missing: {words}".replace("'", '"')
        data.append(f"  {name}: {{path: {name}.parquet{missing if where == 'data' else ''}}}")
        suite.append(f"    - not_null: {{name: {name}, on: {name}, column: x, min: 0%"
            f"{missing if where == 'check' else ''}}}")
    spec = "\n".join(["version: 1", "model: m", "data:", *data, "suites:", "  s:", "    on: double",
        "    checks:", *suite])
    _, results = spec_run.results(place, spec + "\n")
    for name, (values, _, words, expected) in CASES.items():
        result = results.get(f"s/{name}[x]", {})
        nulls = result.get("facts", {}).get("nulls")
        assert nulls == expected, (
            f"{where}: {name} {values} has {nulls} of {words}, not {expected}: {result.get('message')}")


@pytest.fixture(scope="module")
def place():
    with console.Place() as place:
        yield place


def test_check(place):
    check(place, "data")
    check(place, "check")
