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
    # Doubles have an eighth left for the spread of these.
    rng = random.Random(7)
    write("tight.csv", ["x"], [(BIG + rng.randint(0, 10),) for _ in range(200)])
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


def scores():
    """Two classes. Rounded scores tie; `part` says what the rows are for."""
    rng = random.Random(2)
    rows = []
    for i in range(240):
        y = int(rng.random() < 0.35)
        p = min(1, max(0, round(rng.gauss(0.6 if y else 0.4, 0.2), 2)))
        pred = y if rng.random() < 0.8 else 1 - y
        rows.append(["main", None if i % 40 == 7 else y, None if i % 60 == 11 else p, pred])
    rows += [["positive", 1, p, int(p > 0.3)] for p in (0.2, 0.5, 0.7, 0.9, 0.95)]
    rows += [["nan", 1, 0.5, 1], ["nan", 0, "nan", 0], ["nan", 0, 0.2, 0]]
    rows += [["outside", 1, 1.5, 1], ["outside", 0, 0.2, 0], ["outside", 1, -0.1, 1]]
    rows += [["never", y, p, 0] for y, p in ((1, 0.1), (0, 0.2), (0, 0.3), (1, 0.4), (0, 0.1))]
    rows += [["unlabelled", None, 0.3, 1], ["unlabelled", None, 0.6, 0]]
    rows += [["one", 1, 0.9, 1]]
    words = {None: None, 0: "on time", 1: "late"}
    write("scores.csv", ["part", "y", "word", "p", "pred"],
          [[part, y, words[y], p, pred] for part, y, p, pred in rows])


def classes():
    """Three classes with probabilities in thousandths that add up to one."""
    rng = random.Random(3)
    rows = []
    for i in range(210):
        y = rng.choice("aabbbc")
        weights = {k: rng.random() + (1.0 if k == y else 0) for k in "abc"}
        total = sum(weights.values())
        pa, pb = (round(1000 * weights[k] / total) for k in "ab")
        scores = [pa / 1000, pb / 1000, (1000 - pa - pb) / 1000]
        pred = y if rng.random() < 0.7 else rng.choice("abc")
        rows.append(["main", None if i % 50 == 3 else y, pred, *scores])
    rows += [["unseen", "d", "a", 0.2, 0.3, 0.5], ["unseen", "a", "a", 0.6, 0.3, 0.1]]
    rows += [["bad", "b", "a", 0.2, 0.3, 0.1], ["bad", "a", "a", 0.6, 0.3, 0.1]]
    write("classes.csv", ["part", "y", "pred", "pa", "pb", "pc"], rows)


def predictions():
    rng = random.Random(4)
    rows = []
    for i in range(150):
        y = round(rng.gauss(50, 20), 2) or 1
        rows.append(["main", None if i % 30 == 5 else y,
                     None if i % 50 == 9 else round(y * 0.9 + rng.gauss(6, 5), 2)])
    rows += [["zero", y, y_hat] for y, y_hat in ((0, 1), (4, 5), (-10, -9), (0, 0), (8, 6))]
    rows += [["only-zero", 0, 1], ["only-zero", 0, 2]]
    rows += [["constant", 5, y_hat] for y_hat in (4, 5, 6.5)]
    rows += [["right", 5, 5]] * 3
    rows += [["nan", 5, "nan"], ["nan", "inf", 3], ["nan", 4, 3]]
    rows += [["unlabelled", None, 3], ["unlabelled", 4, None]]
    rows += [["one", 4, 6]]
    rows += [["large", f"{100 + i}e13", f"{101 + i + i % 3}e13"] for i in range(8)]
    write("predictions.csv", ["part", "y", "y_hat"], rows)


def drift():
    """Two samples of the same columns: `reference` and `current`."""
    def sample(name, rng, count, shift, categories, gaps):
        rows = []
        for i in range(count):
            x = round(rng.gauss(shift, 1), 3)
            rows.append([
                None if i % gaps == 1 else x, rng.choice((0, 1, 1, 2, 3, 3, 3)) + (shift > 0),
                rng.choice(categories), rng.choice(("true", "true", "false")), 7,
                "inf" if i == 0 else x, "nan" if i % 20 == 3 else x,
                f"{round(1e12 * (1000 + 50 * x))}", None])
        write(name, ["x", "few", "city", "flag", "same", "wild", "nan", "big", "nothing"], rows)

    sample("reference.csv", random.Random(5), 400, 0.0, ["Rome", "Oslo", "Oslo", "Bern", "Graz"], 50)
    sample("current.csv", random.Random(6), 300, 0.4, ["Rome", "Oslo", "Bern", "Paris", "Graz"], 20)


def estimates():
    """Scores far from calibrated, none twice. The current rows score higher, and have no labels yet."""
    draw = random.Random(7)
    rows, seen = [], set()
    for part, count, skew in (("labelled", 600, 1.0), ("current", 400, 0.7)):
        while count:
            p = round(draw.random() ** skew, 6)
            if p in seen:
                continue
            seen.add(p)
            count -= 1
            rows.append((part, int(draw.random() < 0.1 + 0.7 * p * p) if part == "labelled" else None, p))
    write("estimates.csv", ["part", "y", "p"], rows)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    small()
    many()
    scores()
    classes()
    predictions()
    drift()
    estimates()
