"""A verdict is a fold: every limit ends somewhere, each is worth something, and the worst counts. What people
saw go wrong, then checks that are made at random: one more limit never makes a verdict better, and neither the
order of limits, checks and rows, nor memory or threads change one."""
# program: plain

import random

import pytest

from support import program, spec_run

HEAD = "version: 1\nmodel: m\ndata: {d: d.parquet}\nsuites:\n"
ORDER = ["skip", "pass", "warn", "fail", "error"]
ABSENT = "baseline: {file: none.json}"

DATA = [1, 2, 3, 4, 2.5] * 40 + [8.25] * 20


def suite(name, *checks):
    return f"  {name}:\n    on: d\n    checks:\n" + "".join(f"    - {check}\n" for check in checks)


def named(result, states):
    return [limit["state"] for limit in result["limits"]] == states


@pytest.fixture
def place(place):
    spec_run.parquet(place, "d.parquet", {"x": [2.5, 2, 3]})
    return place


def test_seen(place):
    """One broken, undecided or missing limit beside others."""
    spec = HEAD + suite("s",
        f"mean: {{name: warned, column: x, min: 0, warn: {{min: 5}}, max_drop: 20%, {ABSENT}, baseline_missing: pass}}",
        f"mean: {{name: failed, column: x, min: 5, max_drop: 20%, {ABSENT}, baseline_missing: skip}}",
        f"mean: {{name: held, column: x, min: 0, max_drop: 20%, {ABSENT}, baseline_missing: skip}}",
        f"mean: {{name: idle, column: x, max_drop: 20%, {ABSENT}, baseline_missing: pass}}",
        f"mean: {{name: skipped, column: x, max_drop: 20%, {ABSENT}, baseline_missing: skip}}",
        f"mean: {{name: lacking, column: x, min: 5, max_drop: 20%, {ABSENT}}}")
    code, results = spec_run.results(place, spec)
    for name, verdict, states in (("warned", "warn", ["held", "lacking", "broken"]),
            ("failed", "fail", ["broken", "lacking"]),
            ("held", "pass", ["held", "lacking"]), ("idle", "pass", ["lacking"]), ("skipped", "skip", ["lacking"]),
            ("lacking", "error", ["broken", "lacking"])):
        r = results[f"s/{name}[x]"]
        assert r["verdict"] == verdict and named(r, states), f"{name}: {r['verdict']}, {r['limits']}"
    assert code == 3, f"exit {code}"
    assert "2.5 is under min 5" in results["s/lacking[x]"]["message"], results["s/lacking[x]"]["message"]
    only = HEAD + suite("s",
        f"mean: {{column: x, min: 0, warn: {{min: 5}}, max_drop: 20%, {ABSENT}, baseline_missing: pass}}")
    code, _ = spec_run.results(place, only, "--fail-on", "warn")
    assert code == 1, f"--fail-on warn: exit {code}"


def test_unfit(place):
    """A reference that cannot be measured is not a baseline that is missing; one without rows is."""
    spec_run.parquet(place, "none.parquet", {"y": [1, 2]})
    spec_run.parquet(place, "empty.parquet", {"x": ([], "float64")})
    head = HEAD.replace("d: d.parquet", "d: d.parquet, none: none.parquet, empty: empty.parquet")
    relative = "baseline: reference, baseline_missing: pass, min: 0"
    _, results = spec_run.results(place, head + suite("s",
        f"mean: {{name: none, column: x, max_drop: 1, reference: none, {relative}}}",
        f"mean: {{name: empty, column: x, max_drop: 1, reference: empty, {relative}}}"))
    for name, verdict in (("none", "error"), ("empty", "pass")):
        r = results[f"s/{name}[x]"]
        assert r["verdict"] == verdict and named(r, ["held", "lacking"]), f"{name}: {r['verdict']}, {r['message']}"


def test_nothing_held(place):
    """What compared nothing says so in every report, and is no run of its own."""
    idle = f"mean: {{column: x, max_drop: 20%, {ABSENT}, baseline_missing: pass}}"
    code, _ = spec_run.results(place, HEAD + suite("s", idle))
    assert code == 3, f"a run that held nothing: exit {code}"
    code, _ = spec_run.results(place, HEAD + suite("s", idle, "row_count: {min: 1}"), "--junit", "j.xml",
        "--markdown", "m.md")
    assert code == 0, f"beside another: exit {code}"
    console_text = program.run(place, ["report", "r.json"]).stdout.decode()
    for name, text in (("console", console_text), ("JUnit", (place.work / "j.xml").read_text()),
            ("Markdown", (place.work / "m.md").read_text()), ("json", (place.work / "r.json").read_text())):
        assert "held to nothing" in text, f"{name} does not say that a check was held to nothing"
    skipped = HEAD + suite("s", "row_count: {min: 1}") + suite("t", "row_count: {min: 1, skip: later}")
    code, _ = spec_run.results(place, skipped)
    assert code == 3, f"a suite that was skipped: exit {code}"
    previous = "mean: {column: x, max_drop: 2%, baseline: {previous: 10}, baseline_missing: pass}"
    code, _ = spec_run.results(place, HEAD + suite("s", previous, "row_count: {min: 1}"))
    assert code == 3, f"a limit of earlier runs, without a history: exit {code}"


def limits_at_random(rng):
    """As (key, text), in the order of choice; no two that validate would call a contradiction."""
    some = [("min", f"min: {rng.choice([-9, -8, 2, 4])}"), ("max", f"max: {rng.choice([4.5, 8, 9])}"),
        ("max_drop", f"max_drop: {rng.choice(['1', '10%'])}"), ("max_rise", "max_rise: 2"),
        ("warn", f"warn: {{{rng.choice(['min: 4.2', 'max: 4.1', 'max_change: 0.01'])}}}")]
    return rng.sample(some, rng.randint(1, len(some)))


def check_text(kind, name, limits, more):
    return f"{kind}: {{name: {name}, column: x, {', '.join([text for _, text in limits] + more)}}}"


def is_relative(limits):
    return any("max_drop" in text or "max_rise" in text or "max_change" in text for _, text in limits)


def test_at_random(place):
    """Pairs of a check and the same with fewer limits; then everything again in another order, with less memory."""
    rng, count = random.Random(20261130), 40
    texts, pairs = [], []
    for i in range(count):
        limits = limits_at_random(rng)
        fewer = rng.sample(limits, rng.randint(1, len(limits)))
        kind = rng.choice(["mean", "median", "quantile"])
        source = rng.choice(["base.json", "none.json"])
        more = ["q: 0.9"] if kind == "quantile" else []
        policy = [f"baseline: {{file: {source}}}", f"baseline_missing: {rng.choice(['error', 'pass', 'skip'])}"]
        severity = [f"severity: {rng.choice(['fail', 'warn'])}"]
        for name, of in ((f"c{i}", limits), (f"c{i}-fewer", fewer)):
            texts.append((kind, name, of, more + severity + (policy if is_relative(of) else [])))
        pairs.append((f"c{i}", f"c{i}-fewer"))
    spec_run.parquet(place, "d.parquet", {"x": [v + 1.5 for v in DATA]})
    spec_run.results(place, HEAD + suite("s",
        *[check_text(kind, name, [("max", "max: 99")], [m for m in more if "q:" in m])
        for kind, name, _, more in texts]))
    (place.work / "r.json").rename(place.work / "base.json")
    spec_run.parquet(place, "d.parquet", {"x": DATA})
    spec = HEAD + suite("s", *[check_text(*t) for t in texts])
    _, results = spec_run.results(place, spec)
    assert len(results) == 2 * count, results.get("stderr")
    verdicts = {name.split("/")[1].split("[")[0]: r["verdict"] for name, r in results.items()}
    assert len(set(verdicts.values())) == len(ORDER), f"not every verdict occurs: {set(verdicts.values())}"
    for all_of, fewer in pairs:
        assert ORDER.index(verdicts[all_of]) >= ORDER.index(verdicts[fewer]), (
            f"{fewer} is {verdicts[fewer]}, with more limits {verdicts[all_of]}")
    shuffled = [(kind, name, rng.sample(limits, len(limits)), rng.sample(more, len(more)))
        for kind, name, limits, more in texts]
    rng.shuffle(shuffled)
    rows = list(DATA)
    rng.shuffle(rows)
    spec_run.parquet(place, "d.parquet", {"x": rows})
    for arguments in (["--threads", "1"], ["--threads", "4", "--memory", "64MB"]):
        _, again = spec_run.results(place, HEAD + suite("s", *[check_text(*t) for t in shuffled]), *arguments)
        changed = {name for name, r in results.items() if again[name]["verdict"] != r["verdict"]}
        assert not changed, f"{arguments}: other verdicts of {sorted(changed)}"
