"""within: 3 sigma, 3 mad, and same_hour_of: a number against how far earlier runs lie apart. NumPy and SciPy are the
judges of center and spread."""

import copy
import datetime
import json
import random

import numpy
import pytest
import scipy.stats

from support import history

CHECK = "mean: {column: x, within: 3 sigma, baseline: {previous: 12}, baseline_missing: pass}"
PAST = [4, 4.5, 5, 4.25, 4.75, 5.5, 3.75, 4.5, 4.25, 5.25]


def spec(check=CHECK):
    return history.SPEC.replace("      - mean: {column: x, min: 0}", f"      - row_count: {{min: 1}}\n      - {check}")


class Past(history.Model):
    """A model whose runs are of one day each; all that are recorded pass."""

    def __init__(self):
        super().__init__(spec())
        (self.work / "history").mkdir()
        self.day, self.pattern = 0, None

    def change(self, check):
        (self.work / "modelgate.yaml").write_text(spec(check))

    def measure(self, x, *arguments, as_of=None):
        """The result of the check in a run of the next day."""
        self.rows(x)
        when = as_of or f"2026-11-{self.day + 1:02}"
        path = self.run("run.json", when, "--history", "history", *arguments)
        return json.loads(path.read_text())["results"][1]

    def record(self, numbers, check="mean: {column: x, min: -1e300}", times=None):
        """Runs that passed with these numbers, of one day each or of the given times."""
        if not self.pattern:
            self.change(check)
            self.pattern = json.loads(self.run("pattern.json").read_text())
            self.change(CHECK)
        files = []
        for x in numbers:
            run = copy.deepcopy(self.pattern)
            run["as_of"] = times[len(files)] if times else f"2026-11-{self.day + 1:02}T00:00:00Z"
            run["results"][1].update(value=x, lo=x, hi=x, judged=x)
            files.append(self.work / f"past{len(files)}.json")
            files[-1].write_text(history.sealed(json.dumps(run, indent=2) + "\n"))
            self.day += 1
        self.good("record", *files, "--to", "history")


@pytest.fixture
def past():
    with Past() as model:
        yield model


def limit(result):
    return result["limits"][0]


def oracle(numbers):
    return {
        "sigma": (numpy.mean(numbers), numpy.std(numbers, ddof=1)),
        "mad": (numpy.median(numbers), scipy.stats.median_abs_deviation(numbers, scale="normal"))}


@pytest.mark.parametrize("word, definition", [("sigma", "sigma/mean-sd-n-1"), ("mad", "mad/median-mad-normal")])
def test_center_and_spread_are_those_of_numpy_and_scipy(past, word, definition):
    past.record(PAST)
    past.change(CHECK.replace("sigma", word))
    center, spread = oracle(PAST)[word]
    for times, verdict in ((-3.01, "fail"), (-2.99, "pass"), (0, "pass"), (2.99, "pass"), (3.01, "fail")):
        result = past.measure(center + times * spread)
        runs = limit(result)["runs"]
        assert (runs["center"], runs["spread"]) == pytest.approx((center, spread), rel=1e-12)
        assert runs["definition"] == definition and runs["of"] == "10 previous runs"
        assert (result["verdict"], limit(result)["spread"]) == (verdict, word), times


def test_random_pasts(past):
    chance = random.Random(7)
    for size, shift in ((8, 0), (12, 1e9)):
        numbers = [shift + chance.gauss(0, 1) for _ in range(size)]
        past.record(numbers)
        for word in ("sigma", "mad"):
            past.change(CHECK.replace("sigma", word).replace("previous: 12", f"previous: {size}"))
            runs = limit(past.measure(shift))["runs"]
            assert (runs["center"], runs["spread"]) == pytest.approx(oracle(numbers)[word], rel=1e-7), (size, word)


def test_the_message_says_how_far_it_is(past):
    past.record(PAST)
    center, spread = oracle(PAST)["sigma"]
    low = past.measure(center - 4.13 * spread)["message"]
    assert "is 4.1 sigma below the mean 4.575 of 10 previous runs (sigma 0.5534): within 3 sigma" in low, low
    assert "is 3.0001 sigma above the mean" in past.measure(center + 3.0001 * spread)["message"], "never like the limit"
    past.change(CHECK.replace("3 sigma", "2.5 mad"))
    assert "MAD above the median 4.5 of 10 previous runs (MAD 0.556): within 2.5 MAD" in past.measure(9)["message"]


def test_it_warns(past):
    past.record(PAST)
    past.change(CHECK.replace("within: 3 sigma", "within: 5 sigma, warn: {within: 2 sigma}"))
    center, spread = oracle(PAST)["sigma"]
    assert past.measure(center + 1.9 * spread)["verdict"] == "pass"
    warned = past.measure(center + 2.1 * spread)
    assert warned["verdict"] == "warn" and "2.1 sigma above" in warned["message"]
    assert past.measure(center + 5.1 * spread)["verdict"] == "fail"


@pytest.mark.parametrize("missing, verdict", [("error", "error"), ("skip", "skip"), ("pass", "pass")])
def test_seven_runs_are_too_few(past, missing, verdict):
    past.record(PAST[:7])
    past.change(CHECK.replace("missing: pass", f"missing: {missing}"))
    result = past.measure(99)
    assert result["verdict"] == verdict and limit(result)["state"] == "lacking"
    assert "sigma needs at least 8 earlier runs with a number, and 7 are there (previous 12, of which 7 are there)" in (
        result["message"])
    past.record([4])
    past.change(CHECK.replace("missing: pass", f"missing: {missing}"))
    assert past.measure(99)["verdict"] == "fail"


def test_runs_without_the_number_do_not_count(past):
    """A gap, a new check, a NaN: earlier runs that passed, and say nothing of it."""
    past.record(PAST[:7])
    past.change("mean: {column: id, name: other, min: 0}")
    for _ in range(3):
        past.measure(4, "--record", "history")
        past.day += 1
    past.change(CHECK)
    assert "and 7 are there" in past.measure(4)["message"]


def test_runs_that_failed_do_not_widen_it(past):
    past.record(PAST)
    for _ in range(3):
        assert past.measure(50, "--record", "history")["verdict"] == "fail"
        past.day += 1
    result = past.measure(50)
    assert limit(result)["runs"]["of"] == "10 previous runs" and result["verdict"] == "fail"


def test_equal_runs_have_no_spread(past):
    """0.1 ten times: what is the same holds, what is not is broken."""
    past.record([0.1] * 10)
    for word, all_or_most in (("sigma", "all"), ("mad", "most")):
        past.change(CHECK.replace("sigma", word))
        assert past.measure(0.1)["verdict"] == "pass"
        other = past.measure(0.1001)
        assert other["verdict"] == "fail" and limit(other)["runs"]["spread"] == 0
        assert f"is not 0.1, as {all_or_most} of 10 previous runs are" in other["message"]


def test_one_outlier_hides_a_shift_from_sigma_and_not_from_mad(past):
    past.record([*PAST, 40])
    assert past.measure(12)["verdict"] == "pass"
    past.change(CHECK.replace("sigma", "mad"))
    assert past.measure(12)["verdict"] == "fail"


def test_numbers_too_far_apart_for_a_spread_pass_nothing(past):
    past.record([*PAST, 1e300, -1e300])
    result = past.measure(4)
    assert result["verdict"] == "error", result["message"]
    assert "earlier runs have no finite sigma" in result["message"]
    past.change(CHECK.replace("sigma", "mad"))
    assert past.measure(4)["verdict"] == "pass", "the median knows better"


def test_an_improvement_is_none(past):
    """As with every limit of a baseline."""
    past.record([0.5, 0.6, 0.4, 0.5, 0.6, 0.4, 0.5, 0.5], "not_null: {column: x, min: 0%}")
    past.change("not_null: {column: x, within: 3 sigma, baseline: {previous: 12}}")
    assert past.measure(4)["verdict"] == "pass", "no NULL at all"
    past.rows = lambda _: (past.work / "rows.csv").write_text("id,x\n1,4\n" + "2,\n" * 9)
    worse = past.measure(None)
    assert worse["verdict"] == "fail" and "of 8 previous runs (sigma 7.559 points)" in worse["message"]


def test_the_same_hour_of_the_week(past):
    """Saturdays and Sundays have other numbers; the clock is a little off, and UTC."""
    first = datetime.datetime(2026, 9, 2, 6)
    times = [first + datetime.timedelta(days=i, minutes=i % 20) for i in range(63)]
    numbers = [(20 if time.weekday() >= 5 else 4) + time.day / 100 for time in times]
    past.record(numbers, times=[f"{time.isoformat()}Z" for time in times])
    weekly = CHECK.replace("previous: 12", "previous: 12, same_hour_of: week")
    for check, x, verdict in ((CHECK, 20, "pass"), (weekly, 4.3, "pass"), (weekly, 20, "fail")):
        past.change(check)
        result = past.measure(x, as_of="2026-11-04T06:05:00Z")
        assert result["verdict"] == verdict, result["message"]
    assert "of 9 previous runs at the same hour of the week" in result["message"]
    past.change(CHECK.replace("previous: 12", "previous: 12, same_hour_of: day"))
    assert limit(past.measure(4, as_of="2026-11-04T06:29:00Z"))["runs"]["of"] == (
        "12 previous runs at the same hour of the day")
    other = past.measure(4, as_of="2026-11-04T12:00:00Z")
    assert limit(other)["state"] == "lacking" and "no run of churn" in other["message"]


def test_another_baseline_has_no_spread(past):
    for baseline, said in (("{previous: 7}", "7 are too few"), ("reference, reference: rows", "lie apart")):
        past.change(f"mean: {{column: x, within: 3 sigma, baseline: {baseline}}}")
        done = past.modelgate("validate")
        assert done.returncode == 2 and said in done.stderr.decode() + done.stdout.decode()
