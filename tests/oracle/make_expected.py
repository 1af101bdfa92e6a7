#!/usr/bin/env python3
"""Writes the expected values of the unit tests of runner/stats, computed by numpy, scipy and sklearn.

    build/deps/venv/bin/python tests/oracle/make_expected.py     # writes expected_*.h here

test_expected_slow.py checks that the committed files still say what these libraries say. Where tools
disagree on a definition, this file spells ours out in numpy, apart from the C code.
"""
import itertools
import math
import warnings
from fractions import Fraction
from pathlib import Path

import numpy as np
import scipy
import scipy.optimize as optimize
import scipy.special as special
import scipy.stats as stats
import sklearn
from scipy.spatial.distance import jensenshannon
from sklearn import metrics

warnings.simplefilter("ignore")  # classes without a prediction: on purpose
HERE = Path(__file__).resolve().parent
NAN = float("nan")


def number(x):
    x = float(x)
    if math.isnan(x):
        return "NAN"
    if math.isinf(x):
        return "INFINITY" if x > 0 else "-INFINITY"
    return repr(x)


def array(values):
    return "{" + ", ".join(number(v) for v in values) + "}"


# ---- special functions ----

def special_rows():
    """(function, arguments, value)"""
    for p in [1e-300, 1e-100, 1e-17, 1e-5, 0.025, 0.2, 0.5, 0.6, 0.975, 0.999999]:
        yield "normal_quantile", (p, 0, 0), special.ndtri(p)
    for z in [-38, -8, -1.5, 0, 0.3, 2, 5.9]:
        yield "normal_cdf", (z, 0, 0), special.ndtr(z)
        yield "normal_sf", (z, 0, 0), special.ndtr(-z)
    for a in [0.5, 1, 4.5, 50, 5000]:
        for factor in [1e-6, 0.3, 0.95, 1, 1.0001, 1.05, 2, 30]:
            yield "gamma_q", (a, a * factor, 0), special.gammaincc(a, a * factor)
    for df in [1, 2, 9, 99, 9999]:
        for factor in [0.01, 0.9, 1, 1.1, 1.5, 4]:
            yield "chi2_sf", (df * factor, df, 0), special.chdtrc(df, df * factor)
    for a, b in [(0.5, 0.5), (1, 3), (2.5, 30), (100, 1), (5000, 5000)]:
        for x in [0, 1e-9, 0.1, 0.5, 0.77, 0.999, 1]:
            yield "beta_inc", (a, b, x), special.betainc(a, b, x)
    for df in [1, 2.5, 10, 99, 1000, 1e6]:
        for t in [-4, 0, 0.5, 1.96, 20]:
            yield "t_sf", (t, df, 0), stats.t.sf(t, df)
        for p in [0.025, 0.6, 0.975, 0.9999]:
            yield "t_quantile", (p, df, 0), stats.t.ppf(p, df)
    for x, n, p in [(0, 10, 0.2), (10, 10, 0.2), (3, 10, 0.2), (500, 1000, 0.51), (12, 10**6, 1e-5)]:
        yield "binomial_pdf", (x, n, p), stats.binom.pmf(x, n, p)


def write_special(out):
    out.append("static const struct special_case special_cases[] = {")
    for name, arguments, value in special_rows():
        out.append(f"\t{{\"{name}\", {array(arguments)}, {number(value)}}},")
    out.append("};")


# ---- Kolmogorov-Smirnov distributions ----

def write_kolmogorov(out):
    out.append("static const struct kstwo_case kstwo_cases[] = {")
    for n in [1, 2, 7, 20, 100, 140, 141, 1000, 20000, 100001, 1000000, 1000001, 5000000]:
        for z in [0.3, 0.5, 0.7, 0.866, 0.87, 1.1, 1.48, 1.49, 1.9, 2.1, 4, 12, 18]:
            x = z / math.sqrt(n)
            if x < 1:
                out.append(f"\t{{{n}, {number(x)}, {number(stats.kstwo.sf(x, n))}}},")
        for t in [0.4, 0.6, 1.0, 1.5, n - 0.5]:
            if 0 < t / n < 1:
                out.append(f"\t{{{n}, {number(t / n)}, {number(stats.kstwo.sf(t / n, n))}}},")
    out.append("};")
    out.append("static const struct ks_p_case ks_p_cases[] = {")
    from scipy.stats import _stats_py
    sizes = [(1, 1), (1, 9), (2, 3), (5, 5), (7, 10), (60, 45), (100, 100), (1000, 1500), (999, 1000),
             (10000, 10000), (9999, 10000), (10001, 50), (20000, 30000), (10**6, 10**6)]
    for n, m in sizes:
        gcd = math.gcd(n, m)
        lcm = n // gcd * m
        for z in [0.3, 0.7, 1, 1.4, 2.2, 4, 9]:
            h = round(min(1, z * math.sqrt((n + m) / (n * m))) * lcm)
            d = h / lcm
            if h == 0:
                continue
            if max(n, m) <= 10000:
                with np.errstate(all="ignore"):
                    ok, _, p = _stats_py._attempt_exact_2kssamp(n, m, gcd, d, "two-sided")
                p = p if ok or p > 1 else NAN  # scipy's own count failed: nothing to compare with
            else:
                p = stats.kstwo.sf(d, np.round(n * m / (n + m)))
            if not math.isnan(p):
                out.append(f"\t{{{n}, {m}, {number(d)}, {number(min(1, max(0, p)))}}},")
    out.append("};")


# ---- two samples ----

def samples():
    rng = np.random.default_rng(20010201)
    normal = lambda n, mean, sd: np.round(rng.normal(mean, sd, n), 3)
    yield "normal, shifted", normal(60, 0, 1), normal(45, 0.7, 1)
    yield "same shape", normal(80, 5, 2), normal(80, 5, 2)
    yield "ties", rng.integers(0, 15, 120), rng.integers(2, 17, 90)
    yield "few values", rng.integers(0, 3, 50), rng.integers(0, 4, 70)
    yield "a value that the reference has not", np.r_[np.zeros(20), -5.0], np.zeros(30)
    yield "mostly zero", np.r_[np.zeros(90), normal(10, 3, 1)], np.r_[np.zeros(60), normal(40, 3, 1)]
    yield "equal constants", np.full(5, 2.5), np.full(9, 2.5)
    yield "different constants", np.full(5, 2.5), np.full(9, 4.5)
    yield "one row each", [1.0], [3.0]
    yield "one row and many", [0.1], normal(100, 0, 1)
    yield "nothing in common", normal(40, -100, 1), normal(30, 100, 1)
    yield "very large", 1e15 + rng.integers(0, 400, 70), 1e15 + rng.integers(100, 500, 70)
    yield "very small", normal(50, 0, 1) * 1e-300, normal(50, 0.2, 1) * 1e-300
    yield "wide range", np.exp(rng.normal(0, 30, 80)), -np.exp(rng.normal(1, 30, 80))
    yield "infinities", np.r_[normal(30, 0, 1), np.inf, np.inf, -np.inf], np.r_[normal(40, 0, 1), np.inf]
    yield "negative zero", np.r_[-0.0, 0.0, 1.0, -1.0], np.r_[0.0, 0.0, -0.0, 2.0]
    yield "skewed", np.round(rng.exponential(10, 150), 2), np.round(rng.exponential(12, 160), 2)


def inverted_cdf_edges(reference, bins):
    """The value of rank ceil(n k / bins), in whole numbers."""
    ordered = np.sort(np.asarray(reference, float))
    ranks = [math.ceil(Fraction(len(ordered) * k, bins)) for k in range(1, bins)]
    edges = [ordered[r - 1] for r in ranks]
    for k, edge in enumerate(edges, 1):  # numpy agrees wherever its n * q is not rounded
        q = Fraction(k, bins)
        if Fraction(float(q)) == q:
            assert edge == np.quantile(ordered, float(q), method="inverted_cdf")
    return edges


def width_edges(reference, bins):
    finite = [x for x in reference if math.isfinite(x)]
    lo, hi = min(finite), max(finite)
    if lo == hi:
        return None
    return [float(Fraction(lo) + (Fraction(hi) - Fraction(lo)) * k / bins) for k in range(1, bins)]


def binned(values, edges):
    """Counts of (-inf, e0], (e0, e1], ..., (last, inf)."""
    place = np.searchsorted(np.unique(edges), np.asarray(values, float), side="left")
    return np.bincount(place, minlength=len(np.unique(edges)) + 1).astype(float)


def by_value(values, categories):
    values = np.asarray(values, float)
    counts = [np.sum(values == k) for k in categories]
    return np.array(counts + [len(values) - sum(counts)], float)


def histograms(current, reference, method, bins=10):
    distinct = np.unique(np.asarray(reference, float) + 0.0)
    if method == "sturges":
        bins = max(2, math.ceil(math.log2(len(reference)) + 1))
    if method == "quantiles":
        edges = None if len(distinct) <= bins else inverted_cdf_edges(reference, bins)
        known = distinct
    else:
        edges = width_edges(reference, bins)
        known = distinct[np.isfinite(distinct)]
    if edges is None:
        return by_value(current, known), by_value(reference, known)
    return binned(current, edges), binned(reference, edges)


def psi(current, reference, floor=1e-4):
    p, q = current / current.sum(), reference / reference.sum()
    kept = (p > 0) | (q > 0)
    p, q = p[kept], q[kept]
    p, q = (np.where(share > 0, share, np.minimum(min(floor, 0.5 / side.sum()), other / 2))
            for share, other, side in ((p, q, current), (q, p, reference)))
    return np.sum((p - q) * np.log(p / q))


def variance(values):
    """By exact fractions: np.var loses six digits where values are around 1e15. None where squares lose digits."""
    exact = [Fraction(x) for x in values]
    mean = sum(exact) / len(exact)
    found = sum((x - mean) ** 2 for x in exact) / len(exact)
    smallest = Fraction(np.finfo(float).tiny) / Fraction(np.finfo(float).eps)
    return NAN if 0 < found < smallest else float(found)


def sample_values(a, b):
    a, b = np.asarray(a, float), np.asarray(b, float)
    with np.errstate(all="ignore"):
        # scipy's own D of sorted values, with infinities at the ends
        d = stats.ks_2samp(a, b).statistic
        w1 = NAN if np.isinf(a).any() or np.isinf(b).any() else stats.wasserstein_distance(a, b)
    quantiles = histograms(a, b, "quantiles")
    values = [d, w1, psi(*quantiles), psi(*histograms(a, b, "quantiles", 4)),
              psi(*histograms(a, b, "equal_width")), psi(*histograms(a, b, "sturges")),
              jensenshannon(*quantiles, base=2), NAN if np.isinf(a).any() else variance(a)]
    table = np.array([[np.sum(x == k) for k in np.unique(np.r_[a, b])] for x in (a, b)], float)
    if table.shape[1] == 1:
        return values + [0, 1, 0, 1, 0, 0]
    plain = stats.chi2_contingency(table, correction=False)
    yates = stats.chi2_contingency(table, correction=True)
    return values + [plain.statistic, plain.pvalue, yates.statistic, yates.pvalue,
                     math.sqrt(plain.statistic / table.sum()), bergsma(plain.statistic, table)]


def bergsma(statistic, table):
    n, (r, k) = table.sum(), table.shape
    phi2 = max(0, statistic / n - (k - 1) * (r - 1) / (n - 1))
    rows, columns = r - (r - 1) ** 2 / (n - 1), k - (k - 1) ** 2 / (n - 1)
    least = min(rows, columns) - 1
    return math.sqrt(min(1, phi2 / least)) if least > 0 else 0


def write_samples(out):
    cases = []
    for i, (name, a, b) in enumerate(samples()):
        out.append(f"static const double sample_a{i}[] = {array(a)};")
        out.append(f"static const double sample_b{i}[] = {array(b)};")
        values = ", ".join(number(v) for v in sample_values(a, b))
        cases.append(f"\t{{\"{name}\", sample_a{i}, {len(a)}, sample_b{i}, {len(b)}, {values}}},")
    out.append("static const struct sample_case sample_cases[] = {")
    out.extend(cases)
    out.append("};")


# ---- scores ----

def scores():
    rng = np.random.default_rng(20010131)
    y = rng.integers(0, 2, 90)
    yield "continuous", y, np.round(np.clip(0.3 + 0.25 * y + rng.normal(0, 0.2, 90), 0, 1), 6)
    y = (rng.random(150) < 0.2).astype(int)
    yield "ties", y, np.round(np.clip(0.2 + 0.2 * y + rng.normal(0, 0.2, 150), 0, 1), 1)
    yield "perfect", [0, 0, 0, 1, 1], [0.1, 0.2, 0.3, 0.7, 0.9]
    yield "upside down", [1, 1, 0, 0, 0], [0.1, 0.2, 0.3, 0.7, 0.9]
    yield "all equal", [0, 1, 0, 1, 1], [0.5] * 5
    yield "one of each", [0, 1], [0.2, 0.8]
    yield "at the edges of bins", [0, 1, 0, 1, 1, 0, 1], [0, 0.1, 0.2, 0.3, 0.7, 1, 1]
    yield "only positives", [1, 1, 1], [0.2, 0.9, 0.4]


def delong_se(y, s):
    """DeLong, DeLong and Clarke-Pearson (1988), pair by pair."""
    positive, negative = s[y == 1], s[y == 0]
    if len(positive) < 2 or len(negative) < 2:
        return NAN
    wins = (positive[:, None] > negative) + 0.5 * (positive[:, None] == negative)
    return math.sqrt(np.var(wins.mean(axis=1), ddof=1) / len(positive)
                     + np.var(wins.mean(axis=0), ddof=1) / len(negative))


def ece(y, s, edges):
    place = np.searchsorted(np.unique(edges), s, side="left")
    return sum(abs(y[place == k].sum() - s[place == k].sum()) for k in np.unique(place)) / len(y)


def write_scores(out):
    cases = []
    for i, (name, y, s) in enumerate(scores()):
        y, s = np.asarray(y), np.asarray(s, float)
        out.append(f"static const double score_p{i}[] = {array(s[y == 1])};")
        both = len(np.unique(y)) == 2
        if both:
            out.append(f"static const double score_n{i}[] = {array(s[y == 0])};")
        values = [metrics.roc_auc_score(y, s) if both else NAN, delong_se(y, s) if both else NAN,
                  metrics.average_precision_score(y, s), ece(y, s, inverted_cdf_edges(s, 10)),
                  ece(y, s, inverted_cdf_edges(s, 3))]
        listed = ", ".join(number(v) for v in values)
        negatives = f"score_n{i}, {int(np.sum(y == 0))}" if both else "NULL, 0"
        cases.append(f"\t{{\"{name}\", {negatives}, score_p{i}, {int(np.sum(y == 1))}, {listed}}},")
    out.append("static const struct score_case score_cases[] = {")
    out.extend(cases)
    out.append("};")


# ---- confusion matrices ----

def matrices():
    yield "binary", [[50, 10], [5, 35]]
    yield "three classes", [[20, 3, 2], [4, 15, 6], [1, 0, 30]]
    yield "never predicted", [[10, 0, 5], [3, 0, 7], [0, 0, 9]]
    yield "predicted but no label", [[10, 2, 1], [0, 0, 0], [3, 1, 12]]
    yield "perfect", [[7, 0], [0, 3]]
    yield "all wrong", [[0, 7], [3, 0]]
    yield "four classes, large", [[10**7, 12, 3, 4], [5, 10**6, 7, 8], [1, 2, 10**5, 3], [0, 9, 8, 77]]


def per_class(table, k):
    """2 x 2 counts as labels, predictions and weights for sklearn."""
    return table[k, k], table[:, k].sum() - table[k, k], table[k].sum() - table[k, k]


def write_confusion(out):
    cases = []
    for i, (name, matrix) in enumerate(matrices()):
        table = np.array(matrix, float)
        k = len(table)
        label, said = np.repeat(np.arange(k), k), np.tile(np.arange(k), k)
        weights = table.ravel()
        keep = weights > 0
        y, p, w = label[keep], said[keep], weights[keep]
        values = [metrics.accuracy_score(y, p, sample_weight=w),
                  metrics.balanced_accuracy_score(y, p, sample_weight=w),
                  metrics.matthews_corrcoef(y, p, sample_weight=w)]
        for average in ("macro", "micro", "weighted"):
            for score in (metrics.precision_score, metrics.recall_score, metrics.f1_score):
                values.append(score(y, p, sample_weight=w, average=average, zero_division=0,
                                    labels=range(k)))
            # specificity is recall of "not this class"
            specific = []
            for c in range(k):
                tp, fp, fn = per_class(table, c)
                tn = table.sum() - tp - fp - fn
                specific.append((tn, tn + fp))
            parts, wholes = np.array(specific).T
            each = np.where(wholes > 0, parts / np.maximum(wholes, 1), 0)
            support = table.sum(axis=1)
            values.append({"macro": each.mean(), "micro": parts.sum() / wholes.sum(),
                           "weighted": np.average(each, weights=support)}[average])
        out.append(f"static const double matrix{i}[] = {array(weights)};")
        listed = ", ".join(number(v) for v in values)
        cases.append(f"\t{{\"{name}\", matrix{i}, {k}, {{{listed}}}}},")
    out.append("/* accuracy, balanced accuracy, mcc; then for macro, micro, weighted: precision, recall,")
    out.append(" * f1, specificity, with zero_division 0 */")
    out.append("static const struct matrix_case matrix_cases[] = {")
    out.extend(cases)
    out.append("};")


# ---- intervals ----

def newcombe(auc, negatives, positives, confidence):
    """Newcombe (2006), Statistics in Medicine 25, 559: method 5."""
    z = stats.norm.ppf(0.5 + confidence / 2)
    more = (negatives + positives) / 2 - 1

    def beyond(theta):
        factor = 1 + more * (1 - theta) / (2 - theta) + more * theta / (1 + theta)
        variance = theta * (1 - theta) * factor / (negatives * positives)
        return (auc - theta) ** 2 - z * z * variance

    edge = 1e-9  # beyond() is above 0 at both ends, and not above it at the AUC
    lo = 0 if auc == 0 else optimize.brentq(beyond, 0, auc - edge * auc, xtol=1e-15)
    hi = 1 if auc == 1 else optimize.brentq(beyond, auc + edge * (1 - auc), 1, xtol=1e-15)
    return lo, hi


def auc_interval(negative, positive, confidence):
    """The AUC, DeLong's error, and the interval: logit, and Newcombe's where that is wider or has to do alone."""
    wins = (positive[:, None] > negative) + 0.5 * (positive[:, None] == negative)
    auc = wins.mean()
    error = math.sqrt(wins.mean(axis=1).var(ddof=1) / len(positive)
                      + wins.mean(axis=0).var(ddof=1) / len(negative))
    lo, hi = newcombe(auc, len(negative), len(positive), confidence)
    if error > 0 and 0 < auc < 1:
        half = stats.norm.ppf(0.5 + confidence / 2) * error / (auc * (1 - auc))
        logit = special.expit(special.logit(auc) + np.array([-half, half]))
        small = min(len(negative), len(positive)) < 200
        lo, hi = (min(lo, logit[0]), max(hi, logit[1])) if small else logit
    return auc, error, lo, hi


def write_auc_intervals(out):
    rng = np.random.default_rng(20)
    cases = [([1, 2], [3, 4]), ([3, 4], [1, 2]), ([1, 1, 1], [1, 1]), (range(30), range(30, 60))]
    for negatives, positives, gap in [(5, 5, 1), (10, 10, 1.8), (10, 50, 1.8), (1000, 10, 1), (300, 250, 0.5),
                                      (200, 199, 2), (2000, 300, 3)]:
        cases.append((rng.normal(size=negatives), gap + rng.normal(size=positives)))
    cases.append((rng.integers(0, 4, 40), rng.integers(1, 5, 25)))
    out.append("static const struct auc_case auc_cases[] = {")
    for negative, positive in cases:
        negative, positive = np.array(negative, float), np.array(positive, float)
        for confidence in [0.8, 0.95, 0.99]:
            auc, error, lo, hi = auc_interval(negative, positive, confidence)
            out.append(f"\t{{{number(auc)}, {number(error)}, {len(negative)}, {len(positive)}, {confidence}, "
                       f"{number(lo)}, {number(hi)}}},")
    out.append("};")


def mean_interval(mean, sd, skewness, n, confidence):
    """The wider of Student's t and of Hall's ends: where his T(s) = s + g s^2/3 + g^2 s^3/27 + g/(6n), of the mean's
    distance s in standard deviations, is as far out as t / sqrt(n)."""
    lo, hi = stats.t.interval(confidence, n - 1, loc=mean, scale=sd / math.sqrt(n))
    if skewness == 0:
        return lo, hi
    ends = []
    for t in stats.t.ppf([0.5 + confidence / 2, 0.5 - confidence / 2], n - 1):
        roots = np.roots([skewness ** 2 / 27, skewness / 3, 1, skewness / (6 * n) - t / math.sqrt(n)])
        ends.append(mean - sd * roots[np.argmin(np.abs(roots.imag))].real)
    return min(lo, ends[0]), max(hi, ends[1])


def write_intervals(out):
    out.append("static const struct wilson_case wilson_cases[] = {")
    for part, whole in [(0, 10), (10, 10), (3, 10), (1, 1), (640, 1000), (999999, 1000000)]:
        for confidence in [0.8, 0.95, 0.99]:
            found = stats.binomtest(part, whole).proportion_ci(confidence, method="wilson")
            out.append(f"\t{{{part}, {whole}, {confidence}, {number(found.low)}, {number(found.high)}}},")
    out.append("};")
    out.append("static const struct mean_case mean_cases[] = {")
    for mean, sd, skewness, n in [(5, 2, 0, 2), (5, 2, 0, 30), (-1, 0.1, 0, 1000), (1e15, 3, 0, 50000), (5, 2, 1.5, 12),
                                  (5, 2, -3, 30), (1, 1, 2, 1000), (1, 3, 6.2, 40)]:
        for confidence in [0.8, 0.95, 0.99]:
            lo, hi = mean_interval(mean, sd, skewness, n, confidence)
            out.append(f"\t{{{mean}, {sd}, {skewness}, {n}, {confidence}, {number(lo)}, {number(hi)}}},")
    out.append("};")
    write_auc_intervals(out)


# ---- the bootstrap ----

def f1_of(kinds):
    tp, fp, fn = ((kinds == k).sum(axis=-1) for k in (0, 1, 2))
    return 2 * tp / (2 * tp + fp + fn)


def mcc_of(kinds):
    tp, fp, fn, tn = ((kinds == k).sum(axis=-1).astype(float) for k in (0, 1, 2, 3))
    return (tp * tn - fp * fn) / np.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))


def bootstrap_rows():
    """(statistic, values of the cells, rows of each, confidence, ends): scipy draws whole rows."""
    rng = np.random.default_rng(44)
    shared = {"method": "BCa", "n_resamples": 20000, "rng": 45}
    for statistic, of in (("f1", f1_of), ("mcc", mcc_of)):
        for counts in [(40, 10, 15, 135), (300, 4, 9, 20), (25, 12, 14, 30)]:
            kinds = np.repeat([0, 1, 2, 3], counts)
            for confidence in (0.9, 0.95):
                found = stats.bootstrap(
                    (kinds,), lambda x, axis: of(x), confidence_level=confidence, vectorized=True, batch=500, **shared)
                yield statistic, (0, 1, 2, 3), counts, confidence, found.confidence_interval
    for values in (rng.normal(5, 2, 40), rng.exponential(1, 60), rng.poisson(1.5, 5000), rng.lognormal(0, 1, 3000)):
        cells, counts = np.unique(values.round(4), return_counts=True)
        found = stats.bootstrap((np.repeat(cells, counts),), np.mean, confidence_level=0.95, batch=500, **shared)
        yield "mean", cells, counts, 0.95, found.confidence_interval


def write_bootstrap(out):
    cases = []
    for i, (statistic, values, rows, confidence, ends) in enumerate(bootstrap_rows()):
        out.append(f"static const double boot_values{i}[] = {array(values)};")
        out.append(f"static const int64_t boot_rows{i}[] = {{" + ", ".join(map(str, rows)) + "};")
        cases.append(f"\t{{\"{statistic}\", boot_values{i}, boot_rows{i}, {len(rows)}, {confidence}, "
                     f"{number(ends.low)}, {number(ends.high)}}},")
    out += ["static const struct boot_case boot_cases[] = {", *cases, "};"]


# ---- few rows ----

def exact_p(current, reference):
    """Of all ways to deal the rows, those with at least this statistic: by their multivariate hypergeometric
    probabilities."""
    both, rows = [a + b for a, b in zip(current, reference)], sum(current)
    ways, reached, statistic = 0, 0, None

    def value(first):
        share = Fraction(rows, sum(both))
        return sum((a - b * share) ** 2 / Fraction(b) for a, b in zip(first, both))

    statistic = value(current)
    for first in itertools.product(*(range(b + 1) for b in both)):
        if sum(first) == rows:
            count = math.prod(math.comb(b, a) for a, b in zip(first, both))
            ways += count
            reached += count * (value(first) >= statistic)
    return reached / ways


def write_chance(out):
    out.append("static const struct table_case table_cases[] = {")
    for name, current, reference in [
            ("two categories", [3, 9], [8, 4]), ("rare ones", [5, 1, 0, 2], [1, 3, 2, 0]),
            ("the same", [4, 4], [4, 4]), ("far apart", [9, 0, 1], [0, 8, 3]),
            ("one row", [1, 0], [3, 7]), ("six", [2, 1, 0, 3, 1, 0], [0, 2, 2, 1, 1, 3])]:
        out.append(f"\t{{\"{name}\", {array(current)}, {array(reference)}, {len(current)}, "
                   f"{number(exact_p(current, reference))}}},")
    out.append("};")
    out.append("static const struct adjust_case adjust_cases[] = {")
    for p in [[0.01], [0.04, 0.01, 0.03], [0.5, 0.5, 0.9, 0.2], [0, 0.001, 0.001, 1, 0.2, 0.03],
              [0.012, 0.011, 0.013, 0.01, 0.014, 0.9, 0.8, 0.02]]:
        p, n = np.array(p), len(p)
        order = np.argsort(p, kind="stable")
        holm = np.empty(n)
        holm[order] = np.minimum(1, np.maximum.accumulate(p[order] * (n - np.arange(n))))
        out.append(f"\t{{{array(p)}, {n}, {array(np.minimum(1, n * p))}, {array(holm)}, "
                   f"{array(stats.false_discovery_control(p))}}},")
    out.append("};")


FILES = {
    "expected_special.h": write_special,
    "expected_kolmogorov.h": write_kolmogorov,
    "expected_samples.h": write_samples,
    "expected_scores.h": write_scores,
    "expected_confusion.h": write_confusion,
    "expected_intervals.h": write_intervals,
    "expected_bootstrap.h": write_bootstrap,
    "expected_chance.h": write_chance,
}


def text_of(name):
    out = [f"/* {name}: written by make_expected.py with numpy {np.__version__}, scipy {scipy.__version__}, "
           f"scikit-learn {sklearn.__version__}. */", "/* clang-format off */"]
    FILES[name](out)
    return "\n".join(out) + "\n"


if __name__ == "__main__":
    for name in FILES:
        (HERE / name).write_text(text_of(name))
