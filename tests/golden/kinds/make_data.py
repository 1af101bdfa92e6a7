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


def formats():
    """Texts and whether the standard of their form takes them, told by reading it."""
    texts = {
        "email": (["a@b.c", "first.last+tag@sub.example.com", "o'neil@example.org", "x@localhost", "1@2.3", "a..b@c.d"],
                  ["a", "a@", "@b.c", "a b@c.d", "a@b@c.d", "a@-b.c", "a@b..c", "ü@b.c", " a@b.c", "a@b.c\n",
                   "a@" + "b" * 64 + ".c"]),
        "uuid": (["123e4567-e89b-12d3-a456-426614174000", "00000000-0000-0000-0000-000000000000",
                  "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF"],
                 ["123e4567e89b12d3a456426614174000", "{123e4567-e89b-12d3-a456-426614174000}",
                  "123e4567-e89b-12d3-a456-42661417400g", "123e4567-e89b-12d3-a456-4266141740001"]),
        "url": (["http://example.org", "https://user:pw@example.org:8443/a/b?c=d#e", "ftp://10.0.0.1/x",
                 "http://[2001:db8::1]:80/", "https://example.org?q=%20", "https://a.b/(x)[y]"],
                ["example.org", "http:/example.org", "http://", "javascript:alert(1)", "https://a b.c",
                 "http://a.b/x y", "http://a.b/<script>", "http://a.b:port/", "http://[::1/"]),
        "hostname": (["example.org", "a", "a-b.c-d", "1.2.3.4", "xn--bcher-kva.example"],
                     ["-a.b", "a-.b", "a..b", ".a", "a.", "a_b", "a b", "b" * 64, ".".join(["b" * 63] * 4)]),
        "ipv4": (["0.0.0.0", "255.255.255.255", "192.168.1.10"],
                 ["256.0.0.1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.4 ", "1,2,3,4", "1.2.3.-4"]),
        "ipv6": (["::", "::1", "1::", "2001:db8::ff00:42:8329", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8",
                  "::ffff:192.0.2.128", "1:2:3:4:5:6:1.2.3.4", "1::1.2.3.4", "1:2:3:4:5::1.2.3.4", "FE80::A"],
                 [":", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "::g", "1:2:3:4:5:6:7:8::",
                  "::1.2.3", "1.2.3.4", "fe80::1%eth0", "::1.2.3.256"]),
        "mac": (["00:1A:2b:3c:4d:5e", "00-1a-2b-3c-4d-5e"],
                ["00:1a:2b:3c:4d", "00:1a-2b:3c:4d:5e", "001a2b3c4d5e", "00:1a:2b:3c:4d:5g"]),
        "iso_date": (["2026-01-31", "2024-02-29", "2000-02-29", "0001-01-01", "9999-12-31", "2026-02-28"],
                     ["2026-02-29", "1900-02-29", "2100-02-29", "2026-04-31", "2026-00-10", "2026-13-01", "2026-1-31",
                      "20260131", "31.01.2026", "2026-01-32", "2026-01-00", "2026-01-31T00:00:00"]),
        "iso_datetime": (["2026-01-31T23:59:59Z", "2026-01-31T00:00:00.123456+02:00", "2026-01-31T12:00:00",
                          "2026-01-31T12:00", "2024-02-29T12:00-11:30"],
                         ["2026-01-31", "2026-01-31 12:00:00", "2026-02-30T12:00:00Z", "2026-01-31T24:00:00Z",
                          "2026-01-31T12:60:00Z", "2026-01-31T12:00:61Z", "2026-01-31T12:00:00.Z",
                          "2026-01-31T12:00:00+0200"]),
        "e164": (["+4930123456", "+12", "+123456789012345"],
                 ["4930123456", "+0123", "+1", "+1234567890123456", "+49 30 123456", "0049301234"]),
        "us_ssn": (["123-45-6789", "001-01-0001", "665-99-9999", "899-10-1000", "667-01-0100"],
                   ["000-12-3456", "666-12-3456", "900-12-3456", "123-00-4567", "123-45-0000", "123456789",
                    "12-345-6789"]),
    }
    rows = [(form, text, int(taken)) for form, (good, bad) in texts.items()
            for taken, some in ((True, good), (False, bad)) for text in some]
    write("formats.csv", ["form", "text", "taken"], rows + [("gaps", None, 0), ("gaps", "a@b.c", 1)])


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
    formats()
    drift()
    estimates()
