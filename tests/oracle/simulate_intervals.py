#!/usr/bin/env python3
"""How often do 95% intervals miss the truth, and at which end? Prints the tables of docs/checks/intervals.md.

    build/deps/venv/bin/python tests/oracle/simulate_intervals.py     # minutes; run by hand

The intervals are written down in numpy once more, apart from the C code; make_expected.py holds the C code to the
same formulas. An end should lie on the wrong side of the truth in 2.5% of samples, and in no more.
"""
import sys

import numpy as np
from scipy import stats
from scipy.special import expit, logit

Z = stats.norm.ppf(0.975)
RNG = np.random.default_rng(1)
BOOT_SAMPLES = 1000  # a quarter of them for 1,000 rows


def percent(misses):
    return " / ".join(f"{100 * m:.1f}" for m in misses)


def misses(lo, hi, truth):
    return np.array([np.mean(lo > truth), np.mean(hi < truth)])


def table(head, rows):
    print("| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(map(str, row)) + " |", flush=True)
    print()


# ---- the area under the ROC curve ----

def placements(negative, positive):
    """AUC and DeLong's standard error of each row of samples."""
    both = stats.rankdata(np.hstack([negative, positive]), axis=1)
    m, n = negative.shape[1], positive.shape[1]
    of_positive = (both[:, m:] - stats.rankdata(positive, axis=1)) / m
    of_negative = 1 - (both[:, :m] - stats.rankdata(negative, axis=1)) / n
    error = np.sqrt(of_positive.var(axis=1, ddof=1) / n + of_negative.var(axis=1, ddof=1) / m)
    return of_positive.mean(axis=1), error


def newcombe(auc, m, n):
    def reaches(theta):
        more = (m + n) / 2 - 1
        factor = 1 + more * (1 - theta) / (2 - theta) + more * theta / (1 + theta)
        return np.abs(auc - theta) <= Z * np.sqrt(theta * (1 - theta) * factor / (m * n))

    ends = []
    for end in (0.0, 1.0):
        near, far = auc.copy(), np.full_like(auc, end)
        for _ in range(50):
            middle = (near + far) / 2
            inside = reaches(middle)
            near, far = np.where(inside, middle, near), np.where(inside, far, middle)
        ends.append(near)
    return ends


def ours(auc, error, m, n):
    sure = (error == 0) | (auc == 0) | (auc == 1)
    with np.errstate(all="ignore"):
        half = Z * error / (auc * (1 - auc))
        ends = [expit(logit(auc) - half), expit(logit(auc) + half)]
    wide = newcombe(auc, m, n)
    alone = sure if min(m, n) >= 200 else np.ones_like(sure)
    lo = np.where(sure, wide[0], np.where(alone, np.minimum(wide[0], ends[0]), ends[0]))
    hi = np.where(sure, wide[1], np.where(alone, np.maximum(wide[1], ends[1]), ends[1]))
    return lo, hi


def auc_misses(m, n, truth, spread, samples):
    """Normal scores; those of positives have `spread` times the standard deviation of negatives."""
    gap = stats.norm.ppf(truth) * np.sqrt(1 + spread**2)
    plain, held = np.zeros(2), np.zeros(2)
    batch = max(20, 400000 // (m + n))
    batches = -(-samples // batch)
    for _ in range(batches):
        auc, error = placements(RNG.normal(size=(batch, m)), gap + spread * RNG.normal(size=(batch, n)))
        plain += misses(auc - Z * error, auc + Z * error, truth)
        held += misses(*ours(auc, error, m, n), truth)
    return plain / batches, held / batches


def auc_tables():
    truths = (0.6, 0.75, 0.9, 0.95, 0.99)
    sizes = ((5, 5), (10, 10), (20, 20), (50, 50), (100, 100), (199, 199), (200, 200), (1000, 1000),
             (50, 10), (1000, 10), (1000, 50))
    for title, which in (("DeLong's interval, which is not used", 0), ("the interval of roc_auc", 1)):
        print(f"{title}\n")
        table(["negative + positive rows", *(f"AUC {t}" for t in truths)],
              ([f"{m} + {n}", *(percent(auc_misses(m, n, t, 1, 20000 if m + n < 500 else 5000)[which]) for t in truths)]
               for m, n in (sizes if which else sizes[:5])))
    print("positives' scores spread three times as far\n")
    table(["negative + positive rows", *(f"AUC {t}" for t in truths)],
          ([f"{m} + {n}", *(percent(auc_misses(m, n, t, 3, 10000 if m + n < 500 else 3000)[1]) for t in truths)]
           for m, n in ((10, 10), (50, 50), (200, 200), (1000, 1000), (1000, 10), (1000, 50))))


# ---- means ----

SHAPES = {  # a draw of any size, and its mean
    "normal": (lambda size: RNG.normal(size=size), 0),
    "squares of normal errors": (lambda size: RNG.normal(size=size) ** 2, 1),
    "exponential": (lambda size: RNG.exponential(size=size), 1),
    "lognormal": (lambda size: RNG.lognormal(size=size), np.exp(0.5)),
    "squares of errors of Student's t(5)": (lambda size: RNG.standard_t(5, size=size) ** 2, 5 / 3),
    "1 in 100 rows is 100, else 0 to 1": (
        lambda size: np.where(RNG.random(size) < 0.01, 100, RNG.random(size)), 1 + 0.99 * 0.5),
}


def t_ends(x):
    n = x.shape[1]
    half = stats.t.ppf(0.975, n - 1) * x.std(axis=1, ddof=1) / np.sqrt(n)
    return x.mean(axis=1) - half, x.mean(axis=1) + half


def skewness(x):
    return stats.skew(x, axis=1, bias=True)


def hall_ends(x):
    """Hall (1992): Student's t after a cubic transformation that takes its skewness off."""
    n, g, q = x.shape[1], skewness(x), stats.t.ppf(0.975, x.shape[1] - 1)
    g = np.where(np.abs(g) < 1e-9, 1e-9, g)
    at = [3 / g * (np.cbrt(1 + g * (z / np.sqrt(n) - g / (6 * n))) - 1) for z in (q, -q)]
    sd = x.std(axis=1, ddof=1)
    return x.mean(axis=1) - sd * at[0], x.mean(axis=1) - sd * at[1]


def mean_ends(x):
    t, hall = t_ends(x), hall_ends(x)
    return np.minimum(t[0], hall[0]), np.maximum(t[1], hall[1])


def told(x):
    """Does the result say that its interval may miss more often?"""
    return (np.abs(skewness(x)) / np.sqrt(x.shape[1]) > 0.3) | (x.shape[1] < 10)


def mean_tables():
    sizes = (5, 10, 30, 100, 300, 1000, 10000)
    for title, ends in (("Student's t alone", t_ends), ("the wider of t's and Hall's ends", mean_ends)):
        print(f"{title}\n")
        rows = []
        for name, (draw, truth) in SHAPES.items():
            row = [name]
            for n in sizes:
                x = draw((max(4000, 2000000 // n), n))
                row.append(percent(misses(*ends(x), truth)))
                if ends is mean_ends:
                    row[-1] += f", {100 * np.mean(told(x)):.0f}%"
            rows.append(row)
        table(["values", *(f"{n} rows" for n in sizes)], rows)


# ---- the bootstrap ----

def bca(value, resampled, left_out, weights, one_sided=False):
    below = np.clip(np.mean(resampled < value) + np.mean(resampled == value) / 2, 0.5 / 2000, 1 - 0.5 / 2000)
    bias = stats.norm.ppf(below)
    left_out, weights = left_out[weights > 0], weights[weights > 0]
    gaps = np.average(left_out, weights=weights) - left_out
    squares = np.sum(weights * gaps**2)
    if squares == 0 or np.ptp(resampled) == 0:
        return np.nan, np.nan  # an error in modelgate
    speed = np.sum(weights * gaps**3) / (6 * squares**1.5)
    ends = [np.quantile(resampled, stats.norm.cdf(bias + (bias + z) / (1 - speed * (bias + z)))) for z in (-Z, Z)]
    plain = np.quantile(resampled, [0.025, 0.975]) if one_sided else ends
    return min(ends[0], plain[0], value), max(ends[1], plain[1], value)


def f1(c):
    with np.errstate(all="ignore"):
        return 2 * c[..., 0] / (2 * c[..., 0] + c[..., 1] + c[..., 2])


def f1_interval(rows):
    counts = RNG.multinomial(rows, (0.15, 0.05, 0.08, 0.72))
    drawn = f1(RNG.poisson(counts, (2000, 4)))
    return bca(f1(counts), drawn[~np.isnan(drawn)], f1(counts - np.eye(4)), counts)


def r2(y, error, n):
    total, mean = n.sum(axis=-1), n @ y / n.sum(axis=-1)
    return 1 - n @ error**2 / (n @ y**2 - total * mean**2)


def r2_interval(rows):
    y, error = RNG.normal(size=rows), RNG.normal(0, 0.7, rows)
    one = np.ones(rows)
    return bca(r2(y, error, one), r2(y, error, RNG.poisson(1, (2000, rows)).astype(float)),
        r2(y, error, 1 - np.eye(rows)), one)


def ece_interval(rows, excess):
    """Of rows that lie in ten bins, with `positive - score` each."""
    score = RNG.random(rows)
    gaps = (RNG.random(rows) < np.clip(score + excess, 0, 1)) - score
    in_bins = (np.minimum((score * 10).astype(int), 9)[:, None] == np.arange(10)) * gaps[:, None]

    def ece(n):
        return np.abs(n @ in_bins).sum(axis=-1) / n.sum(axis=-1)

    one = np.ones(rows)
    return bca(ece(one), ece(RNG.poisson(1, (2000, rows)).astype(float)), ece(1 - np.eye(rows)), one, one_sided=True)


def ece_truth(excess):
    score = (np.arange(1000000) + 0.5) / 1000000
    return np.mean(np.abs([np.mean(part) for part in np.split(np.clip(score + excess, 0, 1) - score, 10)]))


def mean_interval(rows, shape):
    x, one = SHAPES[shape][0](rows), np.ones(rows)
    drawn = RNG.poisson(1, (2000, rows)).astype(float)
    return bca(x.mean(), drawn @ x / drawn.sum(axis=1), (x.sum() - x) / (rows - 1), one)


def boot_table():
    sizes = (30, 100, 300, 1000)
    cases = {"f1 of 0.70": (f1_interval, f1(np.array([0.15, 0.05, 0.08, 0.72]))), "r2 of 0.51": (r2_interval, 0.51),
             "ece of 0": (lambda n: ece_interval(n, 0), 0.0),
             f"ece of {ece_truth(0.1):.3f}": (lambda n: ece_interval(n, 0.1), ece_truth(0.1)),
             **{f"mean, {shape}": (lambda n, shape=shape: mean_interval(n, shape), SHAPES[shape][1])
                for shape in ("exponential", "lognormal")}}
    rows = []
    for name, (draw, truth) in cases.items():
        row = [name]
        for n in sizes:
            ends = np.array([draw(n) for _ in range(BOOT_SAMPLES if n < 1000 else BOOT_SAMPLES // 4)])
            ends = ends[~np.isnan(ends[:, 0])]
            row.append(percent(misses(ends[:, 0], ends[:, 1], truth)))
        rows.append(row)
        print(row, file=sys.stderr, flush=True)
    table(["measure", *(f"{n} rows" for n in sizes)], rows)


# ---- differences ----

def wilson_ends(share, n):
    centre = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z * np.sqrt(share * (1 - share) / n + Z**2 / (4 * n * n)) / (1 + Z**2 / n)
    return centre - half, centre + half


def difference(x, x_ends, y, y_ends, r):
    """Of x - y, by square-and-add with the correlation r."""
    def side(a, b):
        return np.sqrt(np.maximum(a * a + b * b - 2 * r * a * b, 0))

    return x - y - side(x - x_ends[0], y_ends[1] - y), x - y + side(x_ends[1] - x, y - y_ends[0])


def share_differences(n, cells, samples):
    """Two models on the same rows: both right, only the first, only the second, neither."""
    both, first, second, _ = RNG.multinomial(n, cells, samples).T
    x, y = (both + first) / n, (both + second) / n
    together = both - n * x * y
    together = np.where(together > 0, np.maximum(together - 0.5, 0), together)
    spread = n * np.sqrt(x * (1 - x) * y * (1 - y))
    r = np.where(spread > 0, together / np.where(spread > 0, spread, 1), 0)
    return [difference(x, wilson_ends(x, n), y, wilson_ends(y, n), one) for one in (0 * r, r)], cells[1] - cells[2]


def loss_differences(n, own, samples):
    """Squared errors of two models that have most of their error in common."""
    shared = RNG.normal(size=(samples, n))
    x, y = ((shared + own * RNG.normal(size=(samples, n))) ** 2 for _ in range(2))
    centred = (x - x.mean(axis=1, keepdims=True)), (y - y.mean(axis=1, keepdims=True))
    r = (centred[0] * centred[1]).mean(axis=1) / (x.std(axis=1) * y.std(axis=1)) * (1 - 2 / n)
    ends = mean_ends(x), mean_ends(y)
    return [difference(x.mean(axis=1), ends[0], y.mean(axis=1), ends[1], one) for one in (0 * r, r)], 0


def pair_table():
    sizes, samples = (30, 100, 300, 1000), 4000
    cases = {"accuracy of 0.85 and 0.83": lambda n: share_differences(n, (0.80, 0.05, 0.03, 0.12), samples),
             "accuracy of 0.98 and 0.97": lambda n: share_differences(n, (0.965, 0.015, 0.005, 0.015), samples),
             "mse of 1.09, errors mostly the same": lambda n: loss_differences(n, 0.3, samples)}
    rows = []
    for name, draw in cases.items():
        row = [name]
        for n in sizes:
            (apart, paired), truth = draw(n)
            width = np.mean(paired[1] - paired[0]) / np.mean(apart[1] - apart[0])
            row.append(f"{percent(misses(*apart, truth))}; {percent(misses(*paired, truth))}; {100 * width:.0f}%")
        rows.append(row)
    table(["difference of", *(f"{n} rows" for n in sizes)], rows)


if __name__ == "__main__":
    for part in sys.argv[1:] or ("auc", "mean", "boot", "pair"):
        {"auc": auc_tables, "mean": mean_tables, "boot": boot_table, "pair": pair_table}[part]()
