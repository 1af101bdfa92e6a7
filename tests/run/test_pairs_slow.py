"""With confidence and `baseline: reference`, rows that both datasets name by one key are compared as pairs: the
interval of the difference is that of numpy. Where there are no such rows the result says why, and takes them as
independent."""
# program: plain

import math

import numpy

from support import console, spec_run

Z = 1.959963984540054
ROWS = 600
HEAD = """version: 1
model: m
data:
  now: {path: now.parquet, key: [id, day]}
  then: {path: then.parquet, key: [id, day]}
  second: {sql: "SELECT id, day, y, older AS p, said, hat, x, part FROM now", key: [id, day]}
  bare: then.parquet
  one: {path: then.parquet, key: [id]}
  texts: {path: texts.parquet, key: [id, day]}
  other: {path: other.parquet, key: [id, day]}
suites:
  s:
    on: now
    reference: then
    confidence: 95%
    baseline: reference
    task: {type: binary, label: y, score: p}
    checks:
"""


def make(rng):
    """The same rows of two models, in another order, and some that are on one side only."""
    y = rng.random(ROWS) < 0.4
    signal = 0.3 + 0.35 * y + rng.normal(0, 0.2, ROWS)
    now = {"id": numpy.arange(ROWS) % 300, "day": numpy.arange(ROWS) // 300, "y": y.astype(int),
        "x": rng.normal(size=ROWS), "p": numpy.clip(signal + rng.normal(0, 0.05, ROWS), 0.001, 0.999),
        "older": numpy.clip(signal + rng.normal(0, 0.09, ROWS), 0.001, 0.999),
        "hat": y + rng.normal(0, 0.3, ROWS), "part": rng.choice(["a", "b"], ROWS)}
    now["said"] = (now["p"] > 0.45).astype(int)
    then = {**now, "p": now["older"], "hat": now["hat"] + rng.normal(0, 0.2, ROWS),
        "x": now["x"] + rng.normal(0, 0.1, ROWS)}
    order = rng.permutation(ROWS)[40:]
    return now, {name: column[order] for name, column in then.items()}


def write(place, name, columns, **types):
    spec_run.parquet(place, name, {key: [types.get(key, lambda v: v)(v) for v in column.tolist()]
        for key, column in columns.items()})


# ---- what each row adds, nan where it does not count ----

def hits(counted, hit):
    return numpy.where(counted, hit, numpy.nan).astype(float)


def decided(d):
    return d["y"] == 1, d["p"] >= 0.5


ROW_VALUES = {
    "accuracy": lambda d: hits(True, decided(d)[0] == decided(d)[1]),
    "precision": lambda d: hits(decided(d)[1], decided(d)[0]),
    "recall": lambda d: hits(decided(d)[0], decided(d)[1]),
    "specificity": lambda d: hits(~decided(d)[0], ~decided(d)[1]),
    "brier": lambda d: (d["p"] - d["y"]) ** 2,
    "log_loss": lambda d: -numpy.log(numpy.where(d["y"] == 1, d["p"], 1 - d["p"])),
    "mean": lambda d: d["x"],
    "mae": lambda d: abs(d["hat"] - d["y"]),
    "rmse": lambda d: (d["hat"] - d["y"]) ** 2,
    "range": lambda d: hits(True, d["x"] >= 0),
}
KEYS = {"mean": "column: x", "range": "column: x, from: 0",
    "mae": "task: {type: regression, label: y, prediction: hat}",
    "rmse": "task: {type: regression, label: y, prediction: hat}"}


def correlation(kind, now, then):
    x, y = ROW_VALUES[kind](now), ROW_VALUES[kind](then)
    there = {key: v for key, v in zip(zip(then["id"], then["day"]), y) if not numpy.isnan(v)}
    pairs = [(v, there[key]) for key, v in zip(zip(now["id"], now["day"]), x) if not numpy.isnan(v) and key in there]
    x, y = x[~numpy.isnan(x)], y[~numpy.isnan(y)]
    together = sum((a - x.mean()) * (b - y.mean()) for a, b in pairs)
    if together > 0:
        shares = kind in ("accuracy", "precision", "recall", "specificity", "range")
        together = max(together - 0.5, 0) if shares else together * (1 - 2 / len(pairs))
    return together / math.sqrt(((x - x.mean()) ** 2).sum() * ((y - y.mean()) ** 2).sum()), len(pairs)


def third(a, b, r):
    return math.sqrt(max(a * a + b * b - 2 * r * a * b, 0))


def expect(what, r, twin, kind, now, then):
    """The difference in `r` against that of both sides' own intervals and numpy's correlation."""
    c, pairs = correlation(kind, now, then)
    gap = r["value"] - twin["value"]
    lo = gap - third(r["value"] - r["interval"]["lo"], twin["interval"]["hi"] - twin["value"], c)
    hi = gap + third(r["interval"]["hi"] - r["value"], twin["value"] - twin["interval"]["lo"], c)
    found = r["difference"]
    assert math.isclose(found["lo"], lo, abs_tol=1e-7) and math.isclose(found["hi"], hi, abs_tol=1e-7), (
        f"{what}: difference {found}, not {lo} to {hi} (correlation {c})")
    assert r["facts"].get("paired_rows") == pairs, f"{what}: {r['facts'].get('paired_rows')} pairs, not {pairs}"
    assert "paired by id, day" in r["message"], f"{what}: {r['message']}"


def bare(text):
    """The same checks of one dataset alone."""
    return HEAD.replace("    baseline: reference\n", "") + text


def against_numpy(place, now, then):
    lines = "".join(f"    - {kind}: {{name: {kind}, max_change: 9, slices: [part], {KEYS.get(kind, '')}}}\n"
        for kind in ROW_VALUES)
    _, found = spec_run.results(place, HEAD + lines)
    alone = lines.replace("max_change: 9", "max: 1") .replace("max: 1, slices", "min: 0, slices")
    _, twins = spec_run.results(place, bare(alone.replace("{name", "{on: then, name")))
    assert len(found) == 3 * len(ROW_VALUES), f"{found.keys()}"
    for name, r in found.items():
        part = name.partition("[part=")[2][:1]
        sides = [{key: column[d["part"] == part] if part else column for key, column in d.items()} for d in (now, then)]
        expect(name, r, twins[name], r["kind"], *sides)
    # pairs tell more than independent rows: the same data without a key
    _, apart = spec_run.results(place, (HEAD + lines).replace("reference: then", "reference: bare"))
    for name, r in apart.items():
        narrow, wide = (x["difference"]["hi"] - x["difference"]["lo"] for x in (found[name], r))
        assert narrow < wide, f"{name}: {narrow} paired, {wide} apart"
        assert "taken as independent" in r["message"] and "paired_rows" not in r["facts"], r["message"]


def other_ways(place):
    """A second column of scores, keys of another type; and what cannot be paired, with its reason."""
    for reference, kind, words in (("second", "accuracy", "paired by id, day, 600 of them"),
            ("texts", "accuracy", "paired by id, day, 560 of them"),
            ("bare", "accuracy", "independent: the data name no `key`"),
            ("one", "accuracy", "independent: the keys of the data have different numbers of columns"),
            ("then", "roc_auc", "independent: this kind compares no pairs"),
            ("other", "accuracy", "independent: no key of the data is one of the baseline's")):
        _, found = spec_run.results(place, HEAD.replace("reference: then", f"reference: {reference}") +
            f"    - {kind}: {{name: q, max_drop: 1, same_data: allowed}}\n")
        r = found.get("s/q", {"verdict": found, "message": ""})
        assert r["verdict"] == "pass" and words in r["message"], f"{reference}: {r['verdict']}, {r['message']}"
    _, found = spec_run.results(place, HEAD + "    - accuracy: {name: q, max_drop: 1}\n" +
        "    - accuracy: {name: skipped, max_drop: 1, where: \"y = 9\"}\n")
    assert found["s/skipped"]["verdict"] == "error", found["s/skipped"]["message"]


def repeated(place, now, then):
    """A key that occurs twice, or is NULL, names no row."""
    for what, column in (("twice", [0, *then["id"][1:].tolist()]), ("NULL", [None, *then["id"][1:].tolist()])):
        twice = dict(then)
        twice["id"] = numpy.array(column, object)
        twice["day"] = numpy.zeros(len(column), int) if what == "twice" else twice["day"]
        write(place, "then.parquet", twice)
        _, found = spec_run.results(place, HEAD + "    - accuracy: {name: q, max_drop: 1}\n")
        assert "NULL or occur" in found["s/q"]["message"], f"{what}: {found['s/q']['message']}"
    write(place, "then.parquet", then)


def verdicts(place):
    """What pairs can prove, and independent rows cannot."""
    for reference, verdict in (("second", "pass"), ("bare", "fail")):
        _, found = spec_run.results(place, HEAD.replace("reference: then", f"reference: {reference}") +
            "    - brier: {name: q, max_rise: 0.005, same_data: allowed}\n")
        r = found["s/q"]
        assert r["verdict"] == verdict, f"{reference}: {r['verdict']}, {r['message']}"


def test_pairs():
    rng = numpy.random.default_rng(11)
    now, then = make(rng)
    with console.Place() as place:
        write(place, "now.parquet", now)
        write(place, "then.parquet", then)
        write(place, "texts.parquet", then, id=str)
        write(place, "other.parquet", {**then, "id": then["id"] + 1000})
        against_numpy(place, now, then)
        other_ways(place)
        repeated(place, now, then)
        verdicts(place)
