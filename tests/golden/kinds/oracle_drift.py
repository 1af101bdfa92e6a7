"""What the golden cases of the drift kinds must give: see oracle.py."""
import collections
import math

import numpy
from oracle_words import NO_ROWS, column, known, measured, unmeasured
from scipy import stats
from scipy.spatial import distance

FLOOR = 1e-4
NO_REFERENCE = unmeasured("error", "the reference has no rows")
ALL_MISSING = unmeasured("error", "all values")
FEW_ROWS = unmeasured("error", "needs 100 rows on either side")
TOO_MUCH_MISSING = unmeasured("error", "missing values went from 2% to ")


def numbers(side, key):
    """A column without NULL and NaN, as floats."""
    values = numpy.array(known(column(side, key, float)))
    return values[~numpy.isnan(values)]


def both(key):
    return numbers("current", key), numbers("reference", key)


def table(current, reference):
    """Counts of both sides over all values of either, in order."""
    names = sorted(set(current) | set(reference))
    counts = [collections.Counter(side) for side in (current, reference)]
    return [numpy.array([c[name] for name in names], dtype=float) for c in counts]


def categories(key, cast=str):
    """Missing values are a category, when there are any."""
    return table(*([repr(v) for v in column(side, key, cast)] for side in ("current", "reference")))


def known_categories(key, cast=str):
    return table(*(known(column(side, key, cast)) for side in ("current", "reference")))


GREATEST = numpy.array([numbers("current", "x").max()])
GREATEST_CITY = [
    city for x, city in zip(column("current", "x", float), column("current", "city"))
    if x == GREATEST[0]
]


# ---- bins ----

def counted(values, edges):
    return numpy.bincount(
        numpy.searchsorted(edges, values, side="left"), minlength=len(edges) + 1).astype(float)


def by_deciles(current, reference, bins=10):
    values = numpy.unique(reference)
    if len(values) <= bins:
        rest = float((~numpy.isin(current, values)).sum())
        return [numpy.array([(side == v).sum() for v in values] + [extra], dtype=float)
                for side, extra in ((current, rest), (reference, 0.0))]
    edges = numpy.quantile(reference, numpy.arange(1, bins) / bins, method="inverted_cdf")
    return counted(current, edges), counted(reference, edges)


def by_width(current, reference, bins):
    finite = reference[numpy.isfinite(reference)]
    least, most = finite.min(), finite.max()
    edges = numpy.linspace(least, most, bins + 1)[1:-1]
    return counted(current, edges), counted(reference, edges)


def by_sturges(current, reference):
    return by_width(current, reference, math.ceil(math.log2(len(reference)) + 1))


def with_missing(key, shares):
    """One more bin for NULL and NaN."""
    missing = [len(column(side, key)) - len(numbers(side, key)) for side in ("current", "reference")]
    return [numpy.append(share, float(n)) for share, n in zip(shares, missing)]


def one_row():
    current, reference = by_deciles(GREATEST, numbers("reference", "x"))
    missing = len(column("reference", "x")) - len(numbers("reference", "x"))
    return numpy.append(current, 0.0), numpy.append(reference, float(missing))


def half_of_x():
    """NaN where `few` is even; and what is left."""
    values = [float("nan") if few is not None and few % 2 == 0 else x
              for x, few in zip(column("current", "x", float), column("current", "few", int))]
    return values, numpy.array([v for v in values if v is not None and v == v])


def half_missing(of):
    values, kept = half_of_x()
    current, reference = by_deciles(kept, numbers("reference", "x"))
    missing = len(column("reference", "x")) - len(numbers("reference", "x"))
    return of([numpy.append(current, float(len(values) - len(kept))), numpy.append(reference, float(missing))])


def psi(counts, floor=FLOOR):
    """Where one side is empty: the floor, at most half a row, at most half of what the other side has."""
    p, q = (c / c.sum() for c in counts)
    total = 0
    for a, b in zip(p, q):
        if a == 0 and b == 0:
            continue
        a, b = (a or min(floor, 0.5 / counts[0].sum(), b / 2)), (b or min(floor, 0.5 / counts[1].sum(), a / 2))
        total += (a - b) * math.log(a / b)
    return total


def jensen_shannon(counts):
    return distance.jensenshannon(*counts, base=2)


def hellinger(counts):
    p, q = (numpy.asarray(side) / numpy.sum(side) for side in counts)
    return distance.euclidean(numpy.sqrt(p), numpy.sqrt(q)) / math.sqrt(2)


def total_variation(counts):
    p, q = (numpy.asarray(side) / numpy.sum(side) for side in counts)
    return distance.cityblock(p, q) / 2


def l_infinity(counts):
    return distance.chebyshev(*(numpy.asarray(side) / numpy.sum(side) for side in counts))


def of_bins(of, source, name, end):
    def binned(key, way, *more):
        return of(with_missing(key, way(*both(key), *more)))

    return {
        "deciles[x]": measured(
            "fail", binned("x", by_deciles), source, definition=f"{name}/ref-deciles-10{end}/missing-bin",
            says="missing in 5% against 2%"),
        "five-bins[x]": measured("pass", binned("x", by_deciles, 5), source),
        "equal-width[x]": measured("pass", binned("x", by_width, 8), source),
        "sturges[x]": measured("pass", binned("x", by_sturges), source),
        "few-values[few]": measured("pass", binned("few", by_deciles), source),
        "few-as-categories[few]": measured("pass", of(categories("few", int)), source),
        "text[city]": measured("pass", of(categories("city")), source),
        "booleans[flag]": measured("pass", of(categories("flag")), source),
        "constant[same]": measured("pass", 0, "both sides are the same"),
        "infinite[wild]": measured("pass", binned("wild", by_deciles), source),
        "nan[nan]": measured("pass", binned("nan", by_deciles), source),
        "without-missing[x]": measured(
            "pass", of(by_deciles(*both("x"))), source, definition=f"{name}/ref-deciles-10{end}"),
        "text-without-missing[city]": measured(
            "pass", of(known_categories("city")), source, definition=f"{name}/categories{end}"),
        "half-missing[x]": measured("fail", half_missing(of), source, says="most moved: missing values"),
        "large[big]": measured("pass", binned("big", by_deciles), source),
        "itself[x]": measured("pass", 0, "both sides are the same"),
        "no-rows[x]": NO_ROWS,
        "no-reference[x]": NO_REFERENCE,
        "one-row[x]": measured("pass", of(one_row()), source),
        "few-rows[x]": FEW_ROWS,
        "only-nulls[nothing]": ALL_MISSING,
        "only-nulls-of-text[nothing]": ALL_MISSING,
    }


BINS = {
    "psi": {
        **of_bins(psi, "the formula in numpy", "psi", "/empty-floor-1e-4"),
        "floor[x]": measured(
            "pass", psi(with_missing("x", by_width(*both("x"), 20)), 0.01), "the formula in numpy"),
    },
    "jensen_shannon": of_bins(
        jensen_shannon, "scipy.spatial.distance.jensenshannon(base=2)", "jensen_shannon", "/base-2-root"),
    "hellinger": of_bins(hellinger, "scipy.spatial.distance.euclidean of the roots", "hellinger", ""),
    "l_infinity": of_bins(l_infinity, "scipy.spatial.distance.chebyshev", "l_infinity", ""),
    "total_variation": of_bins(
        total_variation, "scipy.spatial.distance.cityblock", "total_variation", ""),
}


# ---- distribution functions ----

def ks(current, reference):
    return stats.ks_2samp(current, reference)


def of_values(of, source, **special):
    cases = {
        "few-values[few]": measured("pass", of(*both("few")), source),
        "constant[same]": measured("pass", 0, "both sides are the same"),
        "nan[nan]": measured("pass", of(*both("nan")), source),
        "large[big]": measured("pass", of(*both("big")), source),
        "itself[x]": measured("pass", 0, "both sides are the same"),
        "no-rows[x]": NO_ROWS,
        "no-reference[x]": NO_REFERENCE,
        "one-row[x]": measured("pass", of(GREATEST, numbers("reference", "x")), source),
        "few-rows[x]": FEW_ROWS,
        "only-nulls[nothing]": ALL_MISSING,
        "shifted[x]": measured("fail", of(*both("x")), source),
    }
    return {**cases, **special}


def mean_shift(current, reference):
    start = reference.min()
    return abs(numpy.mean(current - start) - numpy.mean(reference - start)) / numpy.std(reference - start)


KS = ks(*both("x"))
DISTANCES = {
    "mean_shift": {
        **of_values(mean_shift, "numpy.mean and numpy.std"),
        "constant[same]": unmeasured("error", "the reference has one value only"),
        "half-missing[x]": TOO_MUCH_MISSING,
        "half-missing-is-fine[x]": measured(
            "pass", mean_shift(half_of_x()[1], numbers("reference", "x")), "numpy.mean and numpy.std"),
        "infinite[wild]": unmeasured("error", "infinite values"),
        "text[city]": unmeasured("error", "numeric"),
    },
    "ks": {
        **of_values(lambda c, r: ks(c, r).statistic, "scipy.stats.ks_2samp"),
        "half-missing[x]": TOO_MUCH_MISSING,
        "half-missing-is-fine[x]": measured(
            "pass", ks(half_of_x()[1], numbers("reference", "x")).statistic, "scipy.stats.ks_2samp"),
        "infinite[wild]": measured("pass", ks(*both("wild")).statistic, "scipy.stats.ks_2samp"),
        "within-chance[x]": unmeasured("error", "may be chance: with"),
        "within-chance-is-fine[x]": measured(
            "fail", ks(numbers("current", "x"), numbers("current", "x") + 0.1).statistic, "scipy.stats.ks_2samp",
            facts={"chance_level": 1.3580986 * math.sqrt(2 / len(numbers("current", "x")))}),
        "p-value[x]": measured(
            "fail", KS.pvalue, "scipy.stats.ks_2samp", effect=KS.statistic,
            facts={"distance": KS.statistic}),
        "p-value-small-effect[x]": measured(
            "pass", KS.pvalue, "scipy.stats.ks_2samp", effect=KS.statistic),
        "p-value-of-ties[few]": measured("fail", ks(*both("few")).pvalue, "scipy.stats.ks_2samp"),
        "text[city]": unmeasured("error", "numeric"),
    },
    "wasserstein": {
        **of_values(stats.wasserstein_distance, "scipy.stats.wasserstein_distance"),
        "half-missing[x]": TOO_MUCH_MISSING,
        "half-missing-is-fine[x]": measured(
            "pass", stats.wasserstein_distance(half_of_x()[1], numbers("reference", "x")),
            "scipy.stats.wasserstein_distance"),
        "scaled[x]": measured(
            "pass", stats.wasserstein_distance(*both("x")) / numpy.std(numbers("reference", "x")),
            "scipy.stats.wasserstein_distance / numpy.std",
            definition="wasserstein/1/by-reference-std-ddof-0"),
        "constant-scaled[same]": unmeasured("error", "the reference has one value only"),
        "infinite[wild]": unmeasured("error", "infinite values"),
    },
}


# ---- categories ----

def chi_square(counts, yates=False):
    counts = [c[counts[0] + counts[1] > 0] for c in counts]
    return stats.chi2_contingency(numpy.array(counts), correction=yates)


def cramers_v(counts):
    return math.sqrt(chi_square(counts).statistic / (counts[0].sum() + counts[1].sum()))


def bergsma(counts):
    """Bergsma 2013: a bias-correction for Cramer's V."""
    n = counts[0].sum() + counts[1].sum()
    k, r = len(counts[0]), 2
    phi2 = max(0, chi_square(counts).statistic / n - (k - 1) * (r - 1) / (n - 1))
    k, r = (m - (m - 1) ** 2 / (n - 1) for m in (k, r))
    return math.sqrt(phi2 / min(k - 1, r - 1))


CITIES = categories("city")
FLAGS = categories("flag")
FEW = categories("few", int)
KNOWN_CITIES = known_categories("city")
ONE_CITY = table(*([repr(v) for v in side] for side in (GREATEST_CITY, column("reference", "city"))))
SCIPY = "scipy.stats.chi2_contingency(correction=False)"


def of_categories(of, source, verdict, same):
    return {
        "text[city]": measured(verdict, of(CITIES), source),
        "booleans[flag]": measured("pass", of(FLAGS), source),
        "integers[few]": measured(verdict, of(FEW), source),
        "constant[same]": measured("pass", same, "both sides are the same"),
        "itself[city]": measured("pass", same, "both sides are the same"),
        "no-rows[city]": NO_ROWS,
        "no-reference[city]": NO_REFERENCE,
        "one-row[city]": measured("pass", of(ONE_CITY), source),
        "few-rows[city]": FEW_ROWS,
        "only-nulls[nothing]": ALL_MISSING,
    }


TEST = chi_square(CITIES)
CATEGORIES = {
    "chi_square": {
        **of_categories(lambda c: chi_square(c).pvalue, SCIPY, "fail", 1),
        "one-row[city]": unmeasured("error", "of the cells expect fewer than 5 rows"),
        "rare[x]": unmeasured("error", "`p_value: monte_carlo` deals the rows out"),
        "rare-statistic[x]": measured("pass", chi_square(categories("x")).statistic, SCIPY),
        # with one value there is one table
        "constant-by-chance[same]": measured(
            "pass", 1, "both sides are the same", definition="chi_square/homogeneity/p-value-monte-carlo"),
        "statistic[city]": measured(
            "pass", TEST.statistic, SCIPY, facts={"degrees_of_freedom": TEST.dof},
            definition="chi_square/homogeneity/statistic/missing-bin"),
        "without-missing[city]": measured(
            "pass", chi_square(KNOWN_CITIES).pvalue, SCIPY, definition="chi_square/homogeneity/p-value-cochran"),
        "yates[flag]": measured(
            "pass", chi_square(FLAGS, True).pvalue, "scipy.stats.chi2_contingency(correction=True)"),
        # Yates' correction is for two categories.
        "yates-of-many[city]": measured("pass", TEST.pvalue, SCIPY),
        "small-effect[city]": measured("pass", TEST.pvalue, SCIPY, effect=cramers_v(CITIES)),
    },
    "cramers_v": {
        **of_categories(cramers_v, SCIPY + ", then the root of statistic / rows", "pass", 0),
        "limit[city]": measured("fail", cramers_v(CITIES), SCIPY, definition="cramers_v/plain/missing-bin"),
        "without-missing[city]": measured("pass", cramers_v(KNOWN_CITIES), SCIPY, definition="cramers_v/plain"),
        "corrected[city]": measured(
            "pass", bergsma(CITIES), "Bergsma's formula", definition="cramers_v/bergsma/missing-bin"),
        "corrected-booleans[flag]": measured("pass", bergsma(FLAGS), "Bergsma's formula"),
    },
}


# ---- shares ----

def missing_share(side, key, words=()):
    values = column(side, key)
    return sum(v is None or v == "nan" or v in words for v in values) / len(values)


def moved(key, words=()):
    return abs(missing_share("current", key, words) - missing_share("reference", key, words))


def new_share(key):
    seen = set(known(column("reference", key)))
    values = known(column("current", key))
    return sum(v not in seen for v in values) / len(values)


def new_interval(key):
    values = known(column("current", key))
    ends = stats.binomtest(round(new_share(key) * len(values)), len(values)).proportion_ci(
        0.95, method="wilson")
    return {"interval": [float(ends.low), float(ends.high)]}


COUNTED = "counted in Python"
SHARES = {
    "null_share_change": {
        "more[x]": measured(
            "fail", moved("x"), COUNTED, says="missing values went from 2% to 5%",
            facts={"current_missing_share": missing_share("current", "x")}),
        "as-many[few]": measured("pass", moved("few"), COUNTED),
        "nan[nan]": measured("pass", moved("nan"), COUNTED),
        "missing-word[city]": measured("pass", moved("city", ("Oslo",)), COUNTED),
        "all[nothing]": measured("pass", 0, COUNTED),
        "no-rows[x]": NO_ROWS,
        "no-reference[x]": NO_REFERENCE,
        "one-row[x]": measured("pass", missing_share("reference", "x"), COUNTED),
        "few-rows[x]": FEW_ROWS,
    },
    "new_category_share": {
        "none-allowed[city]": measured(
            "fail", new_share("city"), COUNTED, says="1 new value: 'Paris'"),
        "with-a-limit[city]": measured("pass", new_share("city"), COUNTED),
        "interval[city]": measured(
            "fail", new_share("city"), "binomtest(...).proportion_ci(method='wilson')",
            **new_interval("city")),
        "integers[few]": measured("pass", new_share("few"), COUNTED),
        "booleans[flag]": measured("pass", new_share("flag"), COUNTED),
        "itself[city]": measured("pass", 0, COUNTED),
        "no-rows[city]": NO_ROWS,
        "no-reference[city]": NO_REFERENCE,
        "one-row[city]": measured("pass", GREATEST_CITY[0] == "Paris", COUNTED),
        "few-rows[city]": FEW_ROWS,
        "only-nulls[nothing]": ALL_MISSING,
    },
    "drift_share": {
        "psi-share": measured(
            "fail", 2 / 3, "x and city are over 0.1, same is not",
            says="2 of 3 psi checks broke their limits"),
        "psi-share-is-fine": measured("pass", 2 / 3, "x and city are over 0.1, same is not"),
        "ks-share": unmeasured("error", "1 of the suite's 2 ks checks could not be measured"),
        "only-skipped": unmeasured("error", "all cramers_v checks of the suite are skipped"),
    },
}

CASES = {**BINS, **DISTANCES, **CATEGORIES, **SHARES}
