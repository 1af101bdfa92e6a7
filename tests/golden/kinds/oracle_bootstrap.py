"""Confidence intervals by scipy's bootstrap of whole rows: see oracle.py.

modelgate draws other resamples, from tables, so its ends agree but for the luck of the draw: a tenth of the width is
twice what 2,000 resamples leave open.
"""
import numpy
from scipy import stats


def bootstrap(of, *columns, confidence=0.9, part=10, one_sided=False):
    """The ends of a statistic of paired columns, and how far they may be missed: by a part of the width."""
    found = stats.bootstrap(
        columns, of, paired=True, vectorized=False, n_resamples=4000, confidence_level=confidence, method="BCa", rng=7)
    lo, hi = map(float, found.confidence_interval)
    if one_sided:  # the wider end of that and of the plain percentile
        tails = numpy.quantile(found.bootstrap_distribution, [0.5 - confidence / 2, 0.5 + confidence / 2])
        lo, hi = min(lo, float(tails[0])), max(hi, float(tails[1]))
    return {"interval_near": {"ends": [lo, hi], "within": (hi - lo) / part}}


# Quick ways to say what scikit-learn says; the values themselves are held to scikit-learn's.

def f1(y, pred):
    return 2 * numpy.sum(y & pred) / (numpy.sum(y) + numpy.sum(pred))


def f2(y, pred):
    return 5 * numpy.sum(y & pred) / (4 * numpy.sum(y) + numpy.sum(pred))


def kappa(y, pred):
    said, seen = numpy.mean(pred), numpy.mean(y)
    return 1 - numpy.mean(y != pred) / (seen * (1 - said) + said * (1 - seen))


def precision(y, pred):
    return numpy.sum(y & pred) / numpy.sum(pred)


def recall(y, pred):
    return numpy.sum(y & pred) / numpy.sum(y)


def specificity(y, pred):
    return recall(1 - y, 1 - pred)


def accuracy(y, pred):
    return numpy.mean(y == pred)


def balanced(y, pred):
    return (recall(y, pred) + specificity(y, pred)) / 2


def mcc(y, pred):
    return numpy.corrcoef(y, pred)[0, 1]


def macro(of):
    """Of classes as numbers."""
    return lambda y, pred: numpy.mean([of((y == k) * 1, (pred == k) * 1) for k in range(3)])


def auc(y, p):
    ranks, positives = stats.rankdata(p), y.sum()
    return (ranks[y == 1].sum() - positives * (positives + 1) / 2) / positives / (len(y) - positives)


def average_precision(y, p):
    order = numpy.argsort(-p, kind="stable")
    y, p = y[order], p[order]
    last = numpy.append(numpy.flatnonzero(numpy.diff(p)), len(p) - 1)
    hits = numpy.cumsum(y)[last]
    return numpy.sum(numpy.diff(hits, prepend=0) * hits / (last + 1)) / y.sum()


def r2(y, y_hat):
    return 1 - numpy.sum((y - y_hat) ** 2) / numpy.sum((y - y.mean()) ** 2)
