#!/usr/bin/env python3
"""Makes the small files that the kinds' golden cases look at, in data/ beside this file.

An empty field is NULL. The random ones have a fixed seed, so a second run writes the same bytes.
"""
import csv
import pathlib
import random

FOLDER = pathlib.Path(__file__).parent / "data"
BIG = 10**15


def write(name, header, rows):
    with open(FOLDER / name, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(["" if cell is None else cell for cell in row] for row in rows)


def small():
    # NULLs, ties, both signs, letters beyond ASCII, a date in the future of the others.
    write("numbers.csv", ["id", "x", "n", "word", "flag", "moment", "g", "k"], [
        (1, 1.5, 5, "abc", "true", "2001-01-01 00:00:00", "a", 1),
        (2, 2.5, 5, "ABC", "false", "2001-01-02 12:30:00", "a", 2),
        (3, 2.5, -7, "h\u00e9llo", "true", "2001-01-03 00:00:00", "b", 1),
        (4, None, 0, "N/A", None, "2001-01-04 00:00:00", "b", 1),
        (5, -3, None, None, "true", "2001-01-05 00:00:00", "b", None),
        (6, 0, 3, "x", "false", None, "c", 1),
        (7, 10, 3, "abc", "true", "2001-01-07 00:00:00", "c", 2),
        (8, 10, 3, "\u65e5\u672c", "true", "2001-01-08 00:00:00", "d", 1),
        (9, 10, 100, "a b", "false", "2001-01-09 00:00:00", "d", 1),
        (10, 7.25, 42, "zz9", "true", "2001-01-10 00:00:00", "d", 3),
        (11, None, 8, "abc", "true", "2001-01-31 23:59:59.5", "e", 1),
        (12, 4, 9, "D", "false", "2001-01-10 00:00:00", None, 1),
    ])
    write("floats.csv", ["id", "x"], [
        (1, 1.0), (2, "nan"), (3, 3.0), (4, "inf"), (5, None), (6, "-inf"), (7, 2.0), (8, 5.0),
        (9, "nan"),
    ])
    write("empty.csv", ["id", "x", "word", "moment"], [])
    write("nulls.csv", ["id", "x", "word", "moment"], [(i, None, None, None) for i in (1, 2, 3)])
    write("one.csv", ["id", "x", "word", "moment"], [(1, 4.5, "only", "2001-01-10 00:00:00")])
    write("future.csv", ["id", "moment"], [(1, "2001-01-10 00:00:00"), (2, "2001-02-01 06:00:00")])
    write("constant.csv", ["id", "x"], [(i, 7) for i in range(1, 6)])
    write("large.csv", ["id", "x", "n"], [
        (1, "1e15", BIG), (2, "2e15", 2 * BIG), (3, "3.5e15", 3 * BIG + 5 * 10**14),
        (4, "-1e15", -BIG), (5, "4.000000000000003e15", 4 * BIG + 3), (6, "1e15", BIG + 1),
    ])
    write("parents.csv", ["code", "name"], [("A", "a"), ("B", "b"), ("C", "c"), (None, "none")])
    write("children.csv", ["id", "code"], [
        (1, "A"), (2, "A"), (3, "B"), (4, "D"), (5, "D"), (6, None), (7, "E"), (8, "a"),
    ])


def many():
    # 2,001 values without repeats and as many of few, for quantiles with and without ties.
    rng = random.Random(1)
    write("many.csv", ["id", "x", "few"], [
        (i, repr(round(rng.gauss(0, 100), 6)), rng.randint(0, 9)) for i in range(2001)
    ])


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    small()
    many()
