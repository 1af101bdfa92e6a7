"""Memory decides how a number is measured, never what is said of it. Checks made at random, with limits around what
they measure, are run with plenty of memory and with so little that tables are bucketed and read again: a verdict is
the same or says that it is not decided, and the bounds have the exact value between them."""
# program: plain

import random

import numpy

from support import console, spec_run

ROWS = 400000
LITTLE = ("20MB",)
HEAD = """version: 1
model: m
data: {now: now.parquet, then: then.parquet}
suites:
  s:
    on: now
    reference: then
    task: {type: binary, label: y, score: p}
    checks:
"""
OF_A_COLUMN = {
    "psi": ["", "method: equal_width", "bins: 25", "missing_bin: false"],
    "jensen_shannon": ["", "method: sturges"],
    "ks": [""],
    "wasserstein": ["", "scale: reference_std"],
    "median": [""],
    "quantile": ["q: 0.9", "q: 0.01"],
    "mean": [""],
    "distinct_count": [""],
    "distinct_share": [""],
    "unique": [""],
}
SHARES = {"jensen_shannon", "ks", "distinct_share", "unique", "roc_auc", "average_precision", "ece", "brier", "f1"}
OF_SCORES = {"roc_auc": [""], "average_precision": [""], "ece": ["", "method: quantile"], "brier": [""], "f1": [""]}


def side(rng, moved):
    y = rng.random(ROWS) < 0.3
    x = rng.normal(moved, 1, ROWS)
    return {"x": [None if gone else v for v, gone in zip(x.tolist(), rng.random(ROWS) < 0.03)],
        "wide": numpy.exp(rng.normal(moved, 9, ROWS)).tolist(),
        "few": rng.integers(0, 500, ROWS).tolist(),
        "y": y.astype(int).tolist(),
        "p": (1 / (1 + numpy.exp(1 - y - rng.normal(0, 1, ROWS)))).tolist(),
        "part": rng.choice(["a", "b", "c"], ROWS).tolist()}


def check(rng, i):
    """A check without its limits, as (kind, text)."""
    kind = rng.choice([*OF_A_COLUMN, *OF_SCORES])
    keys = [f"name: c{i}", rng.choice((OF_A_COLUMN | OF_SCORES)[kind])]
    if kind in OF_A_COLUMN:
        keys.append(f"column: {rng.choice(['x', 'wide', 'few'])}")
    if rng.random() < 0.3:
        keys.append(rng.choice(["slices: [part]", "where: \"part <> 'c'\""]))
    return kind, ", ".join(key for key in keys if key)


def limits(rng, kind, value):
    """On either side of the value, often so near that few bounds tell."""
    if value > 0.9 and kind in SHARES:
        return f"min: {value * (1 - rng.choice([1e-7, 1e-2]))!r}"

    def near():
        return value * (1 + rng.choice([-1, 1]) * rng.choice([1e-7, 1e-4, 1e-2]))

    one = rng.choice(["max", "min", "above", "below"])
    text = f"{one}: {near()!r}"
    if rng.random() < 0.4:
        warn = value * (1 + rng.choice([1e-6, 1e-3]) * (1 if one in ("min", "above") else -1))
        text = f"{one}: {value * (1 + (-0.1 if one in ('min', 'above') else 0.1))!r}, warn: {{{one}: {warn!r}}}"
    return text


def spec(texts):
    return HEAD + "".join(f"    - {kind}: {{{text}}}\n" for kind, text in texts)


def run(place, texts, memory):
    _, results = spec_run.results(place, spec(texts), "--memory", memory, "--seed", "1")
    return results


def compare(plenty, little, memory):
    """Gives how many results had bounds, and how many were not decided."""
    bounded = undecided = 0
    for name, exact in plenty.items():
        r = little.get(name)
        if r is None:  # without its rows counted there are no slices to tell
            r = little[name.partition("=")[0] + "]"]
            assert r["verdict"] == "error" and not r["measured"], f"{name} is gone: {r['message']}"
            continue
        said = f"{name} with {memory}: {r['verdict']} ({r['message']}), else {exact['verdict']} ({exact['message']})"
        is_open = any(limit["state"] == "open" for limit in r["limits"])
        assert r["verdict"] == exact["verdict"] or (r["verdict"] == "error" and (is_open or not r["measured"])), said
        for with_little, with_plenty in zip(r["limits"], exact["limits"]):
            assert with_little["state"] in ("open", with_plenty["state"]), f"{with_little['op']} of {said}"
        if not r["measured"] or not exact["measured"]:
            assert r["verdict"] == "error" and exact["verdict"] in ("error",
                r["verdict"]) or "memory" in r["message"], said
            continue
        slack = 1e-9 * max(abs(exact["value"]), 1e-12)
        assert r["lo"] - slack <= exact["value"] <= r["hi"] + slack, f"{said}: {r['lo']} to {r['hi']}"
        bounded += r["lo"] < r["hi"]
        undecided += is_open
    return bounded, undecided


def test_memory():
    rng = random.Random(20261201)
    numbers = numpy.random.default_rng(7)
    with console.Place() as place:
        spec_run.parquet(place, "now.parquet", side(numbers, 0.02))
        spec_run.parquet(place, "then.parquet", side(numbers, 0))
        bare = [check(rng, i) for i in range(16)]
        first = run(place, [(kind, f"{text}, max: 1e300" if kind not in SHARES else f"{text}, max: 1")
            for kind, text in bare], "1GB")
        assert "stderr" not in first, first.get("stderr")
        values = {}
        for name, r in first.items():
            values.setdefault(name.split("/")[1].split("[")[0], r["value"])
        texts = [(kind, f"{text}, {limits(rng, kind, values[f'c{i}'])}") for i, (kind, text) in enumerate(bare)]
        plenty = run(place, texts, "1GB")
        assert "stderr" not in plenty, plenty.get("stderr")
        assert {"pass", "warn", "fail"} <= {r["verdict"] for r in plenty.values()}, "not every verdict occurs"
        assert all(r["lo"] == r["hi"] for r in plenty.values() if r["measured"]), "plenty of memory gives bounds"
        seen = [compare(plenty, run(place, texts, memory), memory) for memory in LITTLE]
        assert any(bounded for bounded, _ in seen), f"no table was bucketed: {seen}"
