"""Numbers keep their type: what is measured of whole numbers, decimals and FLOATs is what Python's
fractions (and numpy's float32) say of the very same numbers, to the last digit.

Values are random, drawn near each other and near what a DOUBLE or a type no longer holds, so that
every rounding on the way shows."""
# program: plain

import decimal
import fractions
import json
import os
import random

import numpy
import pyarrow
import pyarrow.parquet
import pytest

from support import console, program

decimal.getcontext().prec = 100
ROWS = 40
ROUNDS = int(os.environ.get("MODELGATE_ROUNDS", "2"))


class Whole:
    scale = 0

    def __init__(self, name, least, most, arrow=None):
        self.name, self.least, self.most, self.arrow = name, least, most, arrow

    def draw(self, center):
        return min(max(center + random.randrange(-3, 4), self.least), self.most)

    def centers(self):
        near = [0, 100, 2**24, 2**53, 2**53 + 8, -(2**53), 2**60, 2**63, self.least, self.most, self.most // 3]
        return [x for x in near if self.least <= x <= self.most]

    def column(self, values):
        if self.arrow:
            return pyarrow.array(values, self.arrow), "x"
        return pyarrow.array([None if v is None else str(v) for v in values]), f"CAST(x AS {self.name})"


class Decimal:
    def __init__(self, digits, scale):
        self.name, self.digits, self.scale = f"DECIMAL({digits},{scale})", digits, scale
        self.most = decimal.Decimal(10**digits - 1).scaleb(-scale)
        self.least = -self.most

    def draw(self, center):
        step = random.randrange(-3, 4) * decimal.Decimal(10) ** random.choice([0, -1, -self.scale])
        rounded = (center + step).quantize(decimal.Decimal(1).scaleb(-self.scale))
        return min(max(rounded, self.least), self.most)

    def centers(self):
        near = [decimal.Decimal(x) for x in ("0", "0.1", "-0.7", "123.45", "9007199254740992", "1e-9")]
        return [x for x in near if abs(x) <= self.most] + [self.most, self.least]

    def column(self, values):
        return pyarrow.array(values, pyarrow.decimal128(self.digits, self.scale)), "x"


class Floating:
    scale = 17

    def __init__(self, name, numpy_type, arrow):
        self.name, self.numpy, self.arrow = name, numpy_type, arrow

    def draw(self, center):
        return self.numpy(center + random.randrange(-3, 4) / 10)

    def centers(self):
        return [0.1, 0.7, 1.2, 2.0**24, 2.0**53]

    def column(self, values):
        return pyarrow.array(values, self.arrow), "x"


TYPES = [
    Whole("INTEGER", -(2**31), 2**31 - 1, pyarrow.int32()),
    Whole("BIGINT", -(2**63), 2**63 - 1, pyarrow.int64()),
    Whole("UBIGINT", 0, 2**64 - 1, pyarrow.uint64()),
    Whole("HUGEINT", -(2**127), 2**127 - 1),
    Whole("UHUGEINT", 0, 2**128 - 1),
    Decimal(4, 4), Decimal(9, 2), Decimal(18, 3), Decimal(20, 1), Decimal(38, 0), Decimal(38, 18), Decimal(38, 37),
    Floating("FLOAT", numpy.float32, pyarrow.float32()),
    Floating("DOUBLE", numpy.float64, pyarrow.float64()),
]


def plain(x):
    """As people write it, without an exponent."""
    return f"{decimal.Decimal(x):f}" if isinstance(x, (int, decimal.Decimal)) else repr(float(x))


def is_exact(kind):
    return not isinstance(kind, Floating)


class Dataset:
    """One column x of a type, and y, which is often the same and else near it."""

    def __init__(self, place, name, kind):
        self.name, self.kind = name, kind
        center = random.choice(kind.centers())
        self.x = [kind.draw(center) for _ in range(ROWS)]
        self.y = [v if random.random() < 0.5 else kind.draw(center) for v in self.x]
        self.x[3] = None
        columns, selects = {}, []
        for column, values in (("x", self.x), ("y", self.y)):
            columns[column], sql = kind.column(values)
            selects.append(
                f"{sql.replace('x', column, 1) if sql == 'x' else sql.replace('(x ', f'({column} ')} AS {column}")
        pyarrow.parquet.write_table(pyarrow.table(columns), place.work / f"{name}.parquet")
        self.spec = (
            f"{name}_file: {name}.parquet\n  {name}: {{sql: \"SELECT {', '.join(selects)} FROM {name}_file\"}}\n"
            f"  {name}_y: {{sql: \"SELECT y AS x FROM {name}\"}}")
        self.values = [v for v in self.x if v is not None]


def near(kind, values):
    """A bound that is one of the values, beside one, or between two."""
    base = decimal.Decimal(repr(float(random.choice(values)))) if not is_exact(kind) else decimal.Decimal(
        random.choice(values))
    return plain(base + random.choice([0, 0, 0, 1, -1, decimal.Decimal("0.5"), decimal.Decimal("1e-20"),
        decimal.Decimal("-1e-37")]))


def as_written(kind, text):
    """The bound as the column's type has it."""
    if is_exact(kind):
        return decimal.Decimal(text)
    return kind.numpy(float(text))


def share(values, holds):
    return sum(map(holds, values)) / len(values)


def exact_of(result):
    return decimal.Decimal(result["exact"] if "exact" in result else repr(result["value"]))


class Story:
    """Checks by suite, and for each what its result must be."""

    def __init__(self):
        self.lines, self.expected, self.constants = {}, [], {}

    def want(self, suite, kind, parameters, judge):
        name = f"c{len(self.expected)}"
        self.lines.setdefault(suite, []).append(f"- {kind}: {{name: {name}, {parameters}}}")
        self.expected.append((f"{suite}/{name}", f"{kind}: {parameters}", judge))


def add_bounds(story, data):
    kind, suite, values = data.kind, data.name, data.values
    for _ in range(4):
        low, high = sorted([near(kind, values), near(kind, values)], key=decimal.Decimal)
        a, b = as_written(kind, low), as_written(kind, high)
        strict = decimal.Decimal(low) < decimal.Decimal(high) and random.random() < 0.3
        want = share(values, lambda v: a < v < b if strict else a <= v <= b)
        story.want(suite, "range", f"column: x, from: {low}, to: {high}, strict: {str(strict).lower()}, min: 0",
            lambda r, want=want: r["value"] == want or want)
        listed = [near(kind, values) for _ in range(3)]
        numbers = [as_written(kind, text) for text in listed]
        want = share(values, lambda v: v in numbers)
        story.want(suite, "one_of", f"column: x, values: [{', '.join(listed)}], min: 0",
            lambda r, want=want: r["value"] == want or want)


def add_cells(story, data):
    """What is one cell of a FLOAT column is what was written: never "0.3 is over max 0.3"."""
    suite, values = data.name, data.values
    ordered = sorted(values)
    for kind, value in (("minimum", ordered[0]), ("maximum", ordered[-1]),
            ("median", ordered[len(ordered) // 2]), ("quantile", ordered[-1])):
        text = str(value)
        q = ", q: 1" if kind == "quantile" else ""
        story.want(suite, kind, f"column: x{q}, min: {text}, max: {text}",
            lambda r, text=text: (r["verdict"] == "pass" and r["value"] == float(text)) or text)
    for text in (str(ordered[0]), str(ordered[-1])):
        aggregate = "max" if text == str(ordered[-1]) else "min"
        story.want(suite, "sql", f"query: \"SELECT {aggregate}(x) FROM {data.name}\", min: {text}, max: {text}",
            lambda r, text=text: (r["verdict"] == "pass" and exact_of(r) == decimal.Decimal(text)) or text)
    text = str(ordered[0])
    same = f"(SELECT x FROM {data.name} WHERE x = CAST('{text}' AS {data.kind.name}))"
    story.lines.setdefault(suite, [])
    story.constants[f"{suite}_same"] = same
    story.want(f"{suite}_same", "mean", f"column: x, min: {text}, max: {text}",
        lambda r, text=text: (r["verdict"] == "pass" and r["value"] == float(text)) or text)


def add_statistics(story, data):
    kind, suite, values = data.kind, data.name, data.values
    if not is_exact(kind):
        add_cells(story, data)
        return
    step = decimal.Decimal(1).scaleb(-kind.scale)
    total = sum(map(decimal.Decimal, values))
    for name, number in (("minimum", min(values)), ("maximum", max(values)), ("sum", total)):
        number = decimal.Decimal(number)
        too_wide = name == "sum" and abs(number.scaleb(kind.scale)) >= 2**127
        if kind.name == "UHUGEINT" and name == "sum":
            too_wide = too_wide or max(values) >= 2**127

        def held(r, number=number, too_wide=too_wide):
            if r["verdict"] == "error":
                return too_wide or "no error"
            return (r["verdict"] == "pass" and exact_of(r) == number) or number

        def broken(r, number=number, too_wide=too_wide):
            if r["verdict"] == "error":
                return too_wide or "no error"
            value, limit = r["message"].split(";")[0].split(" is under min ")
            return (r["verdict"] == "fail" and value != limit) or number
        story.want(suite, name, f"column: x, min: {plain(number)}, max: {plain(number)}", held)
        story.want(suite, name, f"column: x, min: {plain(number + step)}", broken)
    mean = fractions.Fraction(total) / len(values)
    story.want(suite, "mean", "column: x, warn: {below: 0}",
        lambda r: r["value"] == float(mean) or r["verdict"] == "error" or float(mean))


def add_keys(story, data):
    suite, values = data.name, data.values
    want = share(values, lambda v: values.count(v) == 1)
    story.want(suite, "unique", "column: x, min: 0", lambda r: r["value"] == want or want)
    distinct = len(set(values))
    story.want(suite, "distinct_count", "column: x, min: 0", lambda r: r["value"] == distinct or distinct)
    known = share(values, lambda v: v in data.y)
    story.want(suite, "foreign_key", f"column: x, to: {{data: {data.name}, column: \"y\"}}, min: 0",
        lambda r: r["value"] == known or known)


def add_task(story, data):
    if not is_exact(data.kind):
        return
    pairs = [(x, y) for x, y in zip(data.x, data.y) if x is not None]
    right = sum(x == y for x, y in pairs) / len(pairs)
    story.want(data.name, "accuracy", "task: {type: multiclass, label: x, prediction: \"y\"}, min: 0",
        lambda r, right=right: r["value"] == right or right)
    positive = random.choice(data.values)
    right = sum((x == positive) == (y == positive) for x, y in pairs) / len(pairs)
    two = all(positive in side and len(set(side)) == 2 for side in zip(*pairs))

    def judge(r):
        if two:
            return r["value"] == right or right
        return (r["verdict"] == "error" and "class" in r["message"]) or "an error: more classes than two"
    story.want(data.name, "accuracy",
        f"task: {{type: binary, label: x, prediction: \"y\", positive: \"{plain(positive)}\"}}, min: 0", judge)


def add_tables(story, data):
    """Of doubles: right, or refused where a double is another number."""
    fits = not is_exact(data.kind) or all(decimal.Decimal(repr(float(v))) == decimal.Decimal(v) for v in data.values)
    ordered = sorted(data.values)
    middle = ordered[(len(ordered) - 1) // 2]
    middle = float(middle) if is_exact(data.kind) else float(str(middle))

    def judge(r):
        if not fits:
            return (r["verdict"] == "error" and "more digits than a DOUBLE holds" in r["message"]) or "an error"
        return r["value"] == middle or middle
    story.want(data.name, "quantile", "column: x, q: 0.5, method: inverted_cdf, warn: {below: 0}", judge)


def add_drift(story, one, other):
    """Categories of two types. A FLOAT and a DOUBLE are the decimals that they print."""
    then = {decimal.Decimal(str(v)) for v in other.y}
    want = share(one.values, lambda v: decimal.Decimal(str(v)) not in then)
    story.want(one.name, "new_category_share", f"column: x, reference: {other.name}_y, max: 1, min_rows: 1",
        lambda r: r["value"] == want or want)


WRITTEN = """
version: 1
model: m
data:
  floats: floats.parquet
  doubles: doubles.parquet
  widened: widened.parquet
  decimals: {sql: "SELECT CAST(x AS DECIMAL(9, 2)) AS x FROM doubles"}
suites:
"""


def test_written_alike():
    """A column of FLOATs beside the same numbers as DOUBLEs (as written, or as pandas widens them) and
    decimals: nothing moved, and every key is found."""
    values = [i / 100 for i in range(1, 100) for _ in range(1 + i % 7)]
    narrow = numpy.array(values, numpy.float32)
    with console.Place() as place:
        for name, column in (("floats", narrow), ("doubles", values), ("widened", narrow.astype(float))):
            table = pyarrow.table({"x": column, "p": column})
            pyarrow.parquet.write_table(table, place.work / f"{name}.parquet")
        spec = WRITTEN
        for one in ("floats", "doubles", "widened", "decimals"):
            for other in ("floats", "doubles", "widened", "decimals"):
                if "floats" not in (one, other):
                    continue
                spec += f"  {one}_{other}:\n    on: {one}\n    reference: {other}\n    checks:\n"
                for kind in ("ks", "psi", "wasserstein", "jensen_shannon", "new_category_share", "chi_square"):
                    limit = "p_value: monte_carlo, min: 0.999" if kind == "chi_square" else "max: 0"
                    spec += f"      - {kind}: {{column: x, {limit}}}\n"
                spec += "      - psi: {name: each, column: x, method: categories, max: 0}\n"
                spec += f"      - foreign_key: {{column: x, to: {{data: {other}, column: x}}}}\n"
        spec += ("  labels:\n    on: both\n    task: {type: multiclass, label: x, prediction: \"y\"}\n    checks: "
            "[accuracy: {min: 1}]\n")
        spec = spec.replace("suites:\n",
            "  both: {sql: \"SELECT x, CAST(x AS VARCHAR)::DOUBLE AS y FROM floats\"}\nsuites:\n")
        (place.work / "modelgate.yaml").write_text(spec)
        done = program.run(place, ["run", "--json", "run.json"])
        assert (place.work / "run.json").exists(), done.stderr.decode()[:2000]
        for result in json.loads((place.work / "run.json").read_text())["results"]:
            assert result["verdict"] == "pass", f"{result['name']}: {result['verdict']} {result['message'][:200]}"


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_round(seed):
    random.seed(seed)
    with console.Place() as place:
        play(seed, place)


def play(seed, place):
    story = Story()
    data = [Dataset(place, f"t{i}", kind) for i, kind in enumerate(TYPES)]
    for one in data:
        for add in (add_bounds, add_statistics, add_keys, add_task, add_tables):
            add(story, one)
        add_drift(story, one, random.choice(data))
        add_drift(story, one, one)
    suites = "\n".join(f"  {suite}:\n    on: {suite}\n    same_data: allowed\n    checks:\n"
        + "\n".join(f"    {line}" for line in lines)
        for suite, lines in story.lines.items())
    constants = [f"{name}: {{sql: \"{sql}\"}}" for name, sql in story.constants.items()]
    spec = "version: 1\nmodel: m\ndata:\n  " + "\n  ".join([d.spec for d in data]
        + constants) + f"\nsuites:\n{suites}\n"
    (place.work / "modelgate.yaml").write_text(spec)
    done = program.run(place, ["run", "--json", "run.json", "--markdown", "a.md"])
    assert (place.work / "run.json").exists(), f"seed {seed}: {done.stderr.decode()[:2000]}"
    run = json.loads((place.work / "run.json").read_text())
    results = {r["name"]: r for r in run["results"]}
    types = {d.name: d.kind.name for d in data}
    types |= {f"{name}_same": kind for name, kind in types.items()}
    for name, what, judge in story.expected:
        result = next((r for n, r in results.items() if n == name or n.startswith(name + "[")), None)
        if result is None:
            raise AssertionError(f"seed {seed}: {name} is not there")
            continue
        wanted = judge(result)
        assert wanted is True or wanted is numpy.True_, (
            f"seed {seed}: {types[name.split('/')[0]]} {what}: {result['verdict']} {result['value']} "
            f"{result.get('exact', '')} {result['message'][:200]}; wanted {wanted}")
    # What is read back says the same.
    program.run(place, ["report", "run.json", "--markdown", "b.md", "--json", "again.json"])
    for a, b in (("a.md", "b.md"), ("run.json", "again.json")):
        assert (place.work / a).read_bytes() == (place.work / b).read_bytes(), f"seed {seed}: {b} is another"
