"""The failing rows of many checks, looked up together, are those that each check finds by itself: a check with a
time limit of its own has a statement of its own, so that every check runs in both ways."""
# program: plain

import datetime
import functools
import random

import numpy
import pyarrow
import pytest

from support import spec_run

ROWS = 30000  # the first statement stops after 20000 failing rows
TEXTS = ["", "it's", "\\", "ä", "x\0y", "x", "Z", "z" * 2000, None]
CHECKS = ["range: {column: number, from: 10, to: 90", "range: {column: number, from: 0.5, to: 99.9",
          "range: {column: whole, from: 2, to: 3", "range: {column: rare, to: 1",
          "one_of: {column: text, values: [none]", "one_of: {column: flag, values: [true]",
          "not_null: {column: money", "not_null: {column: text", "not_null: {column: number",
          "not_null: {column: number, where: whole > 2", "range: {column: whole, to: 0, samples: 40",
          "range: {column: day, from: 2024-03-01", "range: {column: moment, to: 2024-03-01",
          "row_rule: {expr: 1 // (whole - 1) > 5, where: whole <> 1",
          "range: {column: number, from: 50, slices: [whole]"]


@functools.cache
def columns(order):
    rng, start = random.Random(order), datetime.datetime(2024, 1, 1)
    rows = [{
        "id": None if rng.random() < 0.001 else rng.randrange(ROWS),
        "text": rng.choice(TEXTS),
        "number": rng.choice([None, float("nan"), float("inf"), -float("inf"), rng.random() * 100, 5.0]),
        "whole": rng.randrange(5),
        "rare": 7 if rng.random() < 0.0001 else 1,
        "flag": rng.choice([True, False, None]),
        "money": None if rng.random() < 0.3 else rng.randrange(10 ** 6),
        "day": start.date() + datetime.timedelta(days=rng.randrange(100)),
        "moment": start + datetime.timedelta(microseconds=rng.randrange(10 ** 13)),
        "tags": [rng.randrange(3)],
    } for _ in range(ROWS)]
    if order:
        rows.sort(key=lambda row: (row["id"] is not None, row["id"]), reverse=order < 0)
    found = {name: [row[name] for row in rows] for name in rows[0]}
    found["money"] = ([None if cents is None else cents for cents in found["money"]], pyarrow.decimal128(12, 0))
    return found


def together_as_alone(place, data, checks):
    """How many failing rows are shown: the same in both ways."""
    found = []
    for alone in ("", ", timeout: 10m"):
        lines = "".join(f"      - {check}, severity: warn{alone}, name: c{i}}}\n" for i, check in enumerate(checks))
        _, results = spec_run.results(place, "version: 1\nmodel: m\ndata: {d: {path: d.parquet, "
                                      f"{data}}}}}\nsuites:\n  s:\n    on: d\n    checks:\n{lines}")
        assert "stderr" not in results, results["stderr"]
        found.append(results)
    together, alone = found
    assert set(together) == set(alone)
    shown = 0
    for name, result in together.items():
        assert result["samples"] == alone[name]["samples"], name
        shown += len(result["samples"]["rows"]) if result["samples"] else 0
    return shown


@pytest.mark.parametrize(("order", "key"), [(0, "key: id, "), (0, ""), (1, "key: id, "), (-1, "key: id, "),
                                            (0, "key: whole, "), (0, "key: [flag, tags], ")])
def test_together_as_alone(place, order, key):
    spec_run.parquet(place, "d.parquet", columns(order))
    assert together_as_alone(place, f"{key}redact: [moment]", CHECKS) > 80


RARE_ROWS, RARE_CHECKS = 200000, [
    "range: {column: a, to: 1000", "range: {column: a, from: 0", "range: {column: a, from: 0, nulls: fail",
    "not_null: {column: a", "range: {column: b, to: 1000, slices: [c]", "range: {column: b, from: 0, where: c <> '3'",
    "one_of: {column: c, values: ['1', '2', '3']", "not_null: {column: c", "row_rule: {expr: a <> b + 7",
    "range: {column: day, from: 2024-01-02", "range: {column: day, to: 2024-03-01"]


@pytest.mark.parametrize("key", ["", "key: id", "key: [c, id]"])
@pytest.mark.parametrize("many", [False, True])
def test_few_rows_of_a_large_file(place, key, many):
    """Few rows fail each check of a file of 40 MB; many: and a third of all fail one more."""
    rng = numpy.random.default_rng(7)

    def rarely(common, *values):
        column = common.astype(object)
        for value in values:
            column[rng.integers(0, RARE_ROWS, 5)] = value
        return column

    start = datetime.date(2024, 1, 2)
    spec_run.parquet(place, "d.parquet", {
        "id": rng.permutation(RARE_ROWS),
        "a": rarely(rng.integers(0, 1000, RARE_ROWS), None, -1, 2000),
        "b": rarely(rng.integers(0, 1000, RARE_ROWS), None, -1, 2000),
        "c": rarely(rng.integers(1, 4, RARE_ROWS).astype(str), None, "it's"),
        "day": rarely(numpy.array([start] * RARE_ROWS), None, datetime.date(2024, 1, 1), datetime.date(2024, 6, 1)),
        "weight": [rng.bytes(100).hex() for _ in range(RARE_ROWS)]})
    assert (place.work / "d.parquet").stat().st_size > 36 << 20  # smaller ones are looked through in one statement
    assert together_as_alone(place, key, RARE_CHECKS + many * ["one_of: {column: c, values: ['1', '2']"]) > 40
