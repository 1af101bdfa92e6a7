"""What the golden cases of the model kinds must give: see oracle.py."""
import functools
import json
import math
import pathlib

import numpy
import oracle_bootstrap as drawn
from oracle_words import NO_ROWS, T_HALL, mean_ends, measured, read, unmeasured
from scipy import stats
from sklearn import isotonic, metrics

SKLEARN = "scikit-learn"
ALL = "none of the 2 rows has a label and a prediction"


def rows(name, part, *columns, cast=float):
    """Rows of one part that have all of these columns, as arrays; `cast` may be one a column."""
    data = read(name)
    casts = cast if isinstance(cast, tuple) else (cast,) * len(columns)
    picked = [
        values for values in zip(*(data[c] for c in columns), data["part"])
        if values[-1] == part and None not in values
    ]
    return [numpy.array([c(v[i]) for v in picked]) for i, c in enumerate(casts)]


def undefined(says):
    return unmeasured("error", says)


# ---- two classes ----

def binary(part="main", threshold=0.5):
    """Label, score and prediction of a part."""
    y, p = rows("scores", part, "y", "p", cast=(int, float))
    return y, p, (p >= threshold).astype(int)


def three():
    y, pred = rows("classes", "main", "y", "pred", cast=str)
    return y, pred


def three_scores():
    """Labels, scores and the class with the greatest score, the first of equal ones."""
    y, a, b, c = rows("classes", "main", "y", "pa", "pb", "pc", cast=(str, float, float, float))
    scores = numpy.stack([a, b, c], axis=1)
    return y, scores, numpy.array(list("abc"))[numpy.argmax(scores, axis=1)]


def wilson(part, whole, confidence=0.9):
    ends = stats.binomtest(int(part), int(whole)).proportion_ci(confidence, method="wilson")
    return {"interval": [float(ends.low), float(ends.high)]}


def of_confusion(of, bad, interval=None, dummy=None, averages=None, parts=None):
    """Cases of a metric of (label, prediction) with positive class 1.

    bad: verdict of the first case; parts: what it is where it is not defined, by part; averages: the
    metric as f(label, prediction, average) or, for one number, f(label, prediction).
    """
    parts = parts or {}
    y, p, pred = binary()
    y2, pred2 = rows("scores", "main", "y", "pred", cast=int)
    cases = {
        "by-score": measured(bad, of(y, pred), SKLEARN),
        "threshold": measured("pass", of(y, (p >= 0.3).astype(int)), SKLEARN),
        "prediction": measured("pass", of(y2, pred2), SKLEARN),
        "text": measured("pass", of(y, pred), SKLEARN),
        # "on time" is positive now, when the score says so.
        "other-class": measured("pass", of(1 - y, pred), SKLEARN),
        "nulls-fail": undefined("without a label or a prediction, and `nulls: fail` allows none"),
        "unlabelled": undefined(ALL),
        "nothing": NO_ROWS,
        "nan": undefined("the score is NaN in 1 row"),
    }
    if interval:
        cases["interval"] = measured(
            "pass", of(y, pred), "binomtest(...).proportion_ci(method='wilson')",
            **wilson(*interval(y, pred)))
    if dummy is not None:
        cases["dummy"] = measured(
            "pass" if of(y, pred) >= dummy(y) else "fail", of(y, pred), SKLEARN, baseline=dummy(y))
    for part in ("positive", "never", "one"):
        py, _, ppred = binary(part)
        if part in parts:
            cases[part] = undefined(parts[part])
        else:
            cases[part] = measured("pass", of(py, ppred), SKLEARN)
    ty, tpred = three()
    sy, _, spred = three_scores()
    if averages:
        for average in ("macro", "micro", "weighted"):
            cases[average] = measured("pass", averages(ty, tpred, average), SKLEARN)
        cases["class-b"] = measured("pass", of((ty == "b") * 1, (tpred == "b") * 1), SKLEARN)
        cases["class-x"] = undefined("class 'x' is neither among the labels nor the predictions")
        cases["greatest-score"] = measured("pass", averages(sy, spred, "macro"), SKLEARN)
    return cases


def classes(of):
    """The cases of a metric that takes any number of classes as it is."""
    ty, tpred = three()
    sy, _, spred = three_scores()
    return {
        "classes": measured("pass", of(ty, tpred), SKLEARN),
        "greatest-score": measured("pass", of(sy, spred), SKLEARN),
    }


def specificity(y, pred):
    return metrics.recall_score(1 - y, 1 - pred)


def specificity_average(y, pred, average):
    labels = sorted(set(y) | set(pred))
    parts = [specificity((y == k) * 1, (pred == k) * 1) for k in labels]
    if average == "micro":
        tn = sum(((y != k) & (pred != k)).sum() for k in labels)
        fp = sum(((y != k) & (pred == k)).sum() for k in labels)
        return tn / (tn + fp)
    weights = [(y == k).sum() for k in labels] if average == "weighted" else None
    return numpy.average(parts, weights=weights)


def npv(y, pred):
    return metrics.precision_score(1 - y, 1 - pred)


def by_counts(of):
    """An average over classes of a metric of their tp, fp, fn and tn."""
    def average_of(y, pred, average):
        labels = sorted(set(y) | set(pred))
        each = metrics.multilabel_confusion_matrix(y, pred, labels=labels)
        if average == "micro":
            (tn, fp), (fn, tp) = each.sum(axis=0)
            return of(tp, fp, fn, tn)
        parts = [of(tp, fp, fn, tn) for (tn, fp), (fn, tp) in each]
        return numpy.average(parts, weights=[(y == k).sum() for k in labels] if average == "weighted" else None)

    return average_of


def averaged(score):
    return lambda y, pred, average: score(y, pred, average=average)


def share_right(y, pred):
    return (y == pred).sum(), len(y)


def zero_division(never, positive):
    """The two cases that say what an undefined number counts as."""
    return {
        "never-is-0": measured("pass", never, "by definition"),
        "positive-is-1": measured("pass", positive, "by definition"),
    }


POSITIVE_Y, _, POSITIVE_PRED = binary("positive")
NEVER_Y, _, NEVER_PRED = binary("never")



def f_beta(beta):
    """scikit-learn's, as a metric and as an average."""
    return (lambda y, pred: metrics.fbeta_score(y, pred, beta=beta),
            lambda y, pred, average: metrics.fbeta_score(y, pred, beta=beta, average=average))


def kappa_of(y, pred, weights=None, labels=None):
    return measured("pass", metrics.cohen_kappa_score(y, pred, weights=weights, labels=labels), SKLEARN)


def kappas():
    """Of classes in an order: that in which they are named, or that of numbers."""
    ty, tpred = three()
    sy, _, spred = three_scores()
    i = numpy.arange(40)
    tenths = numpy.array([2, 9, 10])
    all_y, all_pred = (numpy.array([row[k] for row in zip(*(read("classes")[c] for c in ("y", "pred", "part")))
                                    if row[2] == "main" and row[0]]) for k in (0, 1))
    said = numpy.array(["none" if k is None else k for k in all_pred])
    return {
        "linear": {**kappa_of(ty, tpred, "linear"), "definition": "kappa/cohen-linear"},
        "quadratic": kappa_of(ty, tpred, "quadratic"),
        "other-order": kappa_of(ty, tpred, "quadratic", list("bac")),
        "of-scores": kappa_of(sy, spred, "linear"),
        "no-order": undefined("`weights` need an order of the classes"),
        "numbers": kappa_of(tenths[i % 3], tenths[numpy.rint(i * i / 3).astype(int) % 3], "quadratic"),
        # no prediction is a class that no row has
        "wrong": kappa_of(all_y, said),
    }


CONFUSION = {
    "accuracy": {
        **of_confusion(metrics.accuracy_score, "fail", interval=share_right,
                       dummy=lambda y: max(y.mean(), 1 - y.mean())),
        **classes(metrics.accuracy_score),
    },
    "balanced_accuracy": {
        **of_confusion(
            metrics.balanced_accuracy_score, "fail", dummy=lambda y: 0.5,
            parts={"positive": "only one class: 5 rows, all positive", "one": "only one class"}),
        **classes(metrics.balanced_accuracy_score),
    },
    "mcc": {
        **of_confusion(
            metrics.matthews_corrcoef, "fail", dummy=lambda y: 0,
            parts={"positive": "only one class", "one": "only one class",
                   "never": "no row is predicted positive"}),
        **classes(metrics.matthews_corrcoef),
    },
    "kappa": {
        **of_confusion(
            metrics.cohen_kappa_score, "fail", dummy=lambda y: 0,
            parts={"positive": "only one class", "one": "only one class"}),
        **classes(metrics.cohen_kappa_score),
        **kappas(),
    },
    "precision": {
        **of_confusion(
            metrics.precision_score, "fail", dummy=lambda y: y.mean(),
            interval=lambda y, pred: ((y & pred).sum(), pred.sum()),
            averages=averaged(metrics.precision_score),
            parts={"never": "no row is predicted to be of it"}),
        **zero_division(0, metrics.precision_score(POSITIVE_Y, POSITIVE_PRED)),
    },
    "recall": {
        **of_confusion(
            metrics.recall_score, "fail", averages=averaged(metrics.recall_score),
            interval=lambda y, pred: ((y & pred).sum(), y.sum())),
        **zero_division(0, metrics.recall_score(POSITIVE_Y, POSITIVE_PRED)),
    },
    "specificity": {
        **of_confusion(
            specificity, "fail", averages=specificity_average,
            interval=lambda y, pred: (((1 - y) & (1 - pred)).sum(), (1 - y).sum()),
            parts={"positive": "all rows are labelled with it",
                   "one": "all rows are labelled with it"}),
        **zero_division(specificity(NEVER_Y, NEVER_PRED), 1),
    },
    "npv": {
        **of_confusion(
            npv, "fail", averages=by_counts(lambda tp, fp, fn, tn: tn / (tn + fn)),
            interval=lambda y, pred: (((1 - y) & (1 - pred)).sum(), (1 - pred).sum()),
            parts={"one": "all rows are predicted to be of it"}),
        **zero_division(npv(NEVER_Y, NEVER_PRED), npv(POSITIVE_Y, POSITIVE_PRED)),
    },
    "fpr": {
        **of_confusion(
            lambda y, pred: 1 - specificity(y, pred), "fail",
            averages=lambda y, pred, average: 1 - specificity_average(y, pred, average),
            interval=lambda y, pred: (((1 - y) & pred).sum(), (1 - y).sum()),
            parts={"positive": "all rows are labelled with it", "one": "all rows are labelled with it"}),
        **zero_division(0, 1),
    },
    "fnr": {
        **of_confusion(
            lambda y, pred: 1 - metrics.recall_score(y, pred), "fail",
            averages=lambda y, pred, average: 1 - metrics.recall_score(y, pred, average=average),
            interval=lambda y, pred: ((y & (1 - pred)).sum(), y.sum())),
        **zero_division(1, 1 - metrics.recall_score(POSITIVE_Y, POSITIVE_PRED)),
    },
    "jaccard": {
        **of_confusion(
            metrics.jaccard_score, "fail", averages=averaged(metrics.jaccard_score),
            interval=lambda y, pred: ((y & pred).sum(), (y | pred).sum()),
            dummy=lambda y: metrics.jaccard_score(y, numpy.ones_like(y))),
        **zero_division(0, metrics.jaccard_score(POSITIVE_Y, POSITIVE_PRED)),
    },
    "f1": {
        **of_confusion(
            metrics.f1_score, "fail", averages=averaged(metrics.f1_score),
            dummy=lambda y: metrics.f1_score(y, numpy.ones_like(y))),
        **zero_division(0, metrics.f1_score(POSITIVE_Y, POSITIVE_PRED)),
    },
    "f_beta": {
        **of_confusion(
            f_beta(2)[0], "fail", averages=f_beta(2)[1], dummy=lambda y: f_beta(2)[0](y, numpy.ones_like(y))),
        **zero_division(0, f_beta(2)[0](POSITIVE_Y, POSITIVE_PRED)),
        "half": measured("pass", f_beta(0.5)[0](*binary()[::2]), SKLEARN, definition="f_beta/beta-0.5/positive"),
    },
}


# ---- the order of scores ----

def newcombe(auc, negatives, positives, z):
    """Newcombe 2006, method 5, by bisection: where z errors of a hypothesis just reach the AUC."""
    more = (negatives + positives) / 2 - 1

    def reaches(theta):
        factor = 1 + more * (1 - theta) / (2 - theta) + more * theta / (1 + theta)
        error = math.sqrt(theta * (1 - theta) * factor / (negatives * positives))
        return abs(auc - theta) <= z * error

    ends = []
    for near, far in ((auc, 0.0), (auc, 1.0)):
        for _ in range(100):
            middle = (near + far) / 2
            near, far = (middle, far) if reaches(middle) else (near, middle)
        ends.append(near)
    return ends


def auc_ends(y, p, confidence=0.9):
    """The placement values' variance (DeLong and others 1988) on the logit scale, or Newcombe's interval where that
    is wider: the classes have fewer than 200 rows."""
    positive, negative = p[y == 1], p[y == 0]
    wins = (positive[:, None] > negative) + 0.5 * (positive[:, None] == negative)
    auc = wins.mean()
    error = math.sqrt(wins.mean(axis=1).var(ddof=1) / len(positive)
                      + wins.mean(axis=0).var(ddof=1) / len(negative))
    z = stats.norm.ppf(0.5 + confidence / 2)
    lo, hi = newcombe(auc, len(negative), len(positive), z)
    if error == 0:
        return lo, hi
    at, half = math.log(auc / (1 - auc)), z * error / (auc * (1 - auc))
    return min(lo, 1 / (1 + math.exp(half - at))), max(hi, 1 / (1 + math.exp(-half - at)))


def of_ranking(of, dummy):
    y, p, _ = binary()
    sy, scores, _ = three_scores()
    one_vs_rest = [of((sy == k) * 1, scores[:, i]) for i, k in enumerate("abc")]
    weights = [(sy == k).sum() for k in "abc"]
    cases = {
        "ties": measured("fail", of(y, p), SKLEARN),
        "text": measured("pass", of(y, p), SKLEARN),
        "other-class": measured("pass", of(1 - y, p), SKLEARN),
        "nulls-fail": undefined("without a label or a prediction"),
        "dummy": measured("pass", of(y, p), SKLEARN, baseline=dummy(y)),
        "never": measured("pass", of(*binary("never")[:2]), SKLEARN),
        # Only their order counts, so scores may lie outside 0..1.
        "outside": measured("pass", of(*binary("outside")[:2]), SKLEARN),
        "unlabelled": undefined(ALL),
        "nothing": NO_ROWS,
        "nan": undefined("the score is NaN in 1 row"),
        "macro": measured("pass", numpy.mean(one_vs_rest), SKLEARN),
        "weighted": measured("pass", numpy.average(one_vs_rest, weights=weights), SKLEARN),
        "class-b": measured("pass", one_vs_rest[1], SKLEARN),
    }
    for part in ("positive", "one"):
        cases[part] = undefined("only one class")
    return cases


def auc_interval():
    y, p, _ = binary()
    return measured("pass", metrics.roc_auc_score(y, p), "the formulas in numpy",
                    interval=list(auc_ends(y, p)))


def classes_auc_interval(weighted):
    """Each end is the mean of the classes' ends."""
    sy, scores, _ = three_scores()
    weights = [(sy == k).sum() for k in "abc"] if weighted else None
    each = [((sy == k) * 1, scores[:, i]) for i, k in enumerate("abc")]
    value = numpy.average([metrics.roc_auc_score(*one) for one in each], weights=weights)
    ends = numpy.average([auc_ends(*one) for one in each], axis=0, weights=weights)
    return measured("pass", value, "the formulas in numpy", interval=[float(end) for end in ends])


def classes_dummy(of, weighted):
    sy, _, _ = three_scores()
    shares = numpy.array([(sy == k).mean() for k in "abc"])
    return numpy.average(of(shares), weights=shares if weighted else None)


RANKING = {
    "roc_auc": {
        **of_ranking(metrics.roc_auc_score, lambda y: 0.5),
        "interval": auc_interval(),
        "separated": measured("fail", 1.0, "the formulas in numpy", interval=list(
            auc_ends(numpy.array([0, 0, 1, 1]), numpy.array([1.0, 2.0, 3.0, 4.0])))),
        "macro-interval": classes_auc_interval(False),
        "weighted-interval": classes_auc_interval(True),
    },
    "average_precision": of_ranking(
        metrics.average_precision_score, lambda y: y.mean()),
}


# ---- probabilities ----

def interval_of_mean(losses, confidence=0.9):
    ends = mean_ends(losses, confidence)
    # A loss is never negative, and neither is the lower end; the errors of `bias` may be.
    least = 0.0 if min(losses) >= 0 else -math.inf
    return {"interval": [max(least, end) for end in ends]}


def equal_losses(loss, most):
    """40 rows with one loss: a mean of bounded losses varies at most as one of losses 0 and `most`."""
    ends = wilson_of_share(40 * loss / most, 40)
    return measured("pass", loss, "Wilson's formula", interval=[most * end for end in ends])


def wilson_of_share(part, whole, confidence=0.9):
    z2 = stats.norm.ppf(0.5 + confidence / 2) ** 2
    share = part / whole
    half = math.sqrt(z2 * (share * (1 - share) / whole + z2 / (4 * whole**2)))
    return [(share + z2 / (2 * whole) + side * half) / (1 + z2 / whole) for side in (-1, 1)]


def of_probabilities(of, of_classes, low):
    y, p, _ = binary()
    cases = {
        "binary": measured("fail", of(y, p), SKLEARN),
        "text": measured("pass", of(y, p), SKLEARN),
        "nulls-fail": undefined("without a label or a prediction"),
        "outside": undefined("the score is not a probability (outside 0..1) in 2 rows"),
        "unlabelled": undefined(ALL),
        "nothing": NO_ROWS,
        "nan": undefined("the score is NaN in 1 row"),
        "classes": measured("pass", of_classes(), SKLEARN),
        "bad-scores": low,
    }
    for part in ("positive", "never", "one"):
        cases[part] = measured("pass", of(*binary(part)[:2]), SKLEARN)
    return cases


def log_loss(y, p):
    return metrics.log_loss(y, p, labels=[0, 1])


def log_losses(y, p):
    return -numpy.log(numpy.where(y == 1, p, 1 - p))


def brier(y, p):
    return numpy.mean((y - p) ** 2)


def classes_log_loss():
    y, scores, _ = three_scores()
    return metrics.log_loss(y, scores, labels=list("abc"))


def classes_brier():
    y, scores, _ = three_scores()
    truth = numpy.stack([y == k for k in "abc"], axis=1)
    return ((scores - truth) ** 2).sum(axis=1).mean()


def ece(held, p, edges):
    """Sum over the bins of |positives - sum of scores|, by rows; bins are closed on the right."""
    bins = numpy.searchsorted(edges, p, side="left")
    total = sum(abs(held[bins == k].sum() - p[bins == k].sum()) for k in range(len(edges) + 1))
    return total / len(p)


def uniform_ece(y, p, bins=10):
    return ece(y, p, numpy.arange(1, bins) / bins)


def quantile_ece(y, p, bins):
    return ece(y, p, numpy.quantile(p, numpy.arange(1, bins) / bins, method="inverted_cdf"))


def classes_ece():
    y, scores, best = three_scores()
    return uniform_ece((y == best) * 1, scores.max(axis=1))


Y, P, _ = binary()
NOT_ONE = undefined("are not probabilities: outside 0..1, or not 1 together")
UNSEEN = undefined("the label has what is not a class of the task: 'd' (1 row)")
PREVALENCE = Y.mean()
BAD_Y, BAD_A, BAD_B, BAD_C = rows(
    "classes", "bad", "y", "pa", "pb", "pc", cast=(str, float, float, float))
BAD = numpy.stack([BAD_A, BAD_B, BAD_C], axis=1)
BAD_BEST = numpy.array(list("abc"))[numpy.argmax(BAD, axis=1)]

PROBABILITIES = {
    "log_loss": {
        **of_probabilities(log_loss, classes_log_loss, NOT_ONE),
        "unseen-class": UNSEEN,
        "interval-of-equal-losses": equal_losses(-math.log(0.75), -math.log(2**-52)),
        "interval": measured(
            "pass", log_loss(Y, P), T_HALL, **interval_of_mean(log_losses(Y, P))),
        "dummy": measured(
            "pass", log_loss(Y, P), SKLEARN,
            baseline=log_loss(Y, numpy.full(len(Y), PREVALENCE))),
    },
    "brier": {
        **of_probabilities(brier, classes_brier, NOT_ONE),
        "unseen-class": UNSEEN,
        "interval-of-equal-losses": equal_losses(0.0625, 1),
        "interval": measured(
            "pass", brier(Y, P), T_HALL, **interval_of_mean((Y - P) ** 2)),
        "dummy": measured(
            "pass", brier(Y, P), SKLEARN, baseline=PREVALENCE * (1 - PREVALENCE)),
    },
    "ece": {
        **of_probabilities(
            uniform_ece, classes_ece,
            # Only the greatest score of a row is looked at.
            measured("pass", uniform_ece((BAD_Y == BAD_BEST) * 1, BAD.max(axis=1)), "numpy")),
        "five-bins": measured(
            "pass", uniform_ece(Y, P, 5), "numpy", definition="ece/uniform-5"),
        "quantiles": measured(
            "pass", quantile_ece(Y, P, 7), "numpy", definition="ece/quantile-7"),
    },
}


# ---- numbers ----

def numbers(part):
    return rows("predictions", part, "y", "y_hat")


def of_numbers(of, losses=None, special=None, root=False):
    """Cases of a metric f(label, prediction); losses: what a row adds to it, for the interval."""
    special = special or {}
    cases = {
        "predictions": measured("fail", of(*numbers("main")), SKLEARN),
        "nulls-fail": undefined("without a label or a prediction, and `nulls: fail` allows none"),
        "not-finite": undefined("the label or the prediction is NaN or infinite in 2 rows"),
        "unknown": undefined(ALL),
        "none": NO_ROWS,
    }
    for part in ("zero", "only-zero", "constant", "right", "one", "large"):
        name = "single" if part == "one" else part
        cases[name] = special.get(part) or measured("pass", of(*numbers(part)), SKLEARN)
    if losses:
        interval = interval_of_mean(losses(*numbers("main")))["interval"]
        if root:
            interval = [math.sqrt(end) for end in interval]
        cases["interval"] = measured(
            "pass", of(*numbers("main")), T_HALL, interval=interval)
        cases["interval-of-one-row"] = undefined("one row has no confidence interval")
        cases["interval-of-equal-errors"] = undefined("does not say how far others may lie")
    return cases


TOO_SMALL = {"too-small": undefined("the squares of the errors are too small for a double")}
MEAN_TOO_SMALL = {"too-small": undefined("the mean of the errors is too small for a double")}


def bias(y, y_hat):
    return numpy.mean(y_hat - y)


def share_off(y, y_hat):
    return numpy.abs(y_hat - y) / numpy.abs(y)


def share_of_both(y, y_hat):
    both = numpy.abs(y_hat) + numpy.abs(y)
    return numpy.where(both == 0, 0, 2 * numpy.abs(y_hat - y) / numpy.where(both == 0, 1, both))


def log_off(y, y_hat):
    return numpy.log1p(y_hat) - numpy.log1p(y)


# ln(1 + x) itself loses half of their digits.
SMALL = numpy.arange(1, 51) * 1e-9, numpy.arange(1, 51) * 3e-9
TOO_LOW = {"zero": undefined("the label or the prediction is -1 or less in 1 row, and ln(1 + x)")}


def without_zero(part):
    y, y_hat = numbers(part)
    return y[y != 0], y_hat[y != 0]


SPREAD = numpy.var(numbers("main")[0])
NO_VARIANCE = undefined("the label is the same in all rows")

REGRESSION = {
    "mae": {
        **of_numbers(metrics.mean_absolute_error, lambda y, y_hat: abs(y_hat - y)), **MEAN_TOO_SMALL},
    "mse": {
        **TOO_SMALL,
        **of_numbers(metrics.mean_squared_error, lambda y, y_hat: (y_hat - y) ** 2),
        "dummy": measured(
            "pass", metrics.mean_squared_error(*numbers("main")), SKLEARN, baseline=SPREAD),
    },
    "rmse": {
        **TOO_SMALL,
        **of_numbers(metrics.root_mean_squared_error, lambda y, y_hat: (y_hat - y) ** 2, root=True),
        "dummy": measured(
            "pass", metrics.root_mean_squared_error(*numbers("main")), SKLEARN,
            baseline=math.sqrt(SPREAD)),
    },
    "bias": {**of_numbers(bias, lambda y, y_hat: y_hat - y), **MEAN_TOO_SMALL},
    "mape": {
        **of_numbers(
            metrics.mean_absolute_percentage_error, share_off,
            {"zero": undefined("the label is 0 in 2 rows"),
             "only-zero": undefined("the label is 0 in 2 rows")}),
        "zero-dropped": measured(
            "pass", metrics.mean_absolute_percentage_error(*without_zero("zero")), SKLEARN,
            definition="mape/share/zero-drop"),
        "zero-eps": measured(
            "pass", metrics.mean_absolute_percentage_error(*numbers("zero")), SKLEARN),
        "only-zero-dropped": undefined("the label is 0 in all rows"),
    },
    "msle": {
        **of_numbers(metrics.mean_squared_log_error, lambda y, y_hat: log_off(y, y_hat) ** 2, TOO_LOW),
        "small": measured("pass", numpy.mean(log_off(*SMALL) ** 2), "numpy.log1p"),
    },
    "rmsle": {
        **of_numbers(metrics.root_mean_squared_log_error, lambda y, y_hat: log_off(y, y_hat) ** 2, TOO_LOW, root=True),
        "small": measured("pass", math.sqrt(numpy.mean(log_off(*SMALL) ** 2)), "numpy.log1p"),
    },
    "smape": {
        **of_numbers(lambda y, y_hat: numpy.mean(share_of_both(y, y_hat)), share_of_both),
        "opposite": measured("pass", 2, "by hand"),
    },
    "wape": of_numbers(
        lambda y, y_hat: numpy.abs(y_hat - y).sum() / numpy.abs(y).sum(),
        special={"only-zero": undefined("the label is 0 in all rows")}),
    "median_absolute_error": of_numbers(metrics.median_absolute_error),
    "max_error": {
        **of_numbers(metrics.max_error),
        "too-large": undefined("the error of 1 row is too large for a double"),
    },
    "pinball": {
        **of_numbers(
            lambda y, y_hat: metrics.mean_pinball_loss(y, y_hat, alpha=0.9),
            lambda y, y_hat: numpy.maximum(0.9 * (y - y_hat), 0.1 * (y_hat - y))),
        "half": measured(
            "pass", metrics.mean_absolute_error(*numbers("main")) / 2, SKLEARN, definition="pinball/q-0.5"),
        "none-too-low": measured("pass", numpy.maximum(0, numpy.subtract(*numbers("main")[::-1])).mean(), "numpy"),
    },
    "explained_variance": {
        "labels-too-small": undefined("the variance is too small for a double"),
        **of_numbers(
            metrics.explained_variance_score,
            special={"only-zero": NO_VARIANCE, "constant": NO_VARIANCE}),
        "shifted": measured("pass", 1, "by hand"),
        "dummy": measured("pass", metrics.explained_variance_score(*numbers("main")), SKLEARN, baseline=0),
    },
    "r2": {
        **TOO_SMALL,
        "labels-too-small": undefined("the variance is too small for a double"),
        **of_numbers(
            metrics.r2_score,
            special={"only-zero": NO_VARIANCE, "constant": NO_VARIANCE, "one": NO_VARIANCE}),
        "dummy": measured("pass", metrics.r2_score(*numbers("main")), SKLEARN, baseline=0),
    },
}

# ---- slices of other checks ----

def by_group(of, groups, *columns):
    """A metric of each group, by its name."""
    return {k: of(*(column[groups == k] for column in columns)) for k in sorted(set(groups))}


def gap_of(values, **more):
    return measured("pass", max(values.values()) - min(values.values()), SKLEARN, **more)


def worst_slices():
    y, pred, a, b, c = rows("classes", "main", "y", "pred", "pa", "pb", "pc", cast=(str, str, float, float, float))
    sy, scores, _ = three_scores()
    said = rows("classes", "main", "y", "pred", "pa", cast=str)[1]
    accuracy = by_group(metrics.accuracy_score, pred, y, pred)
    assert len(sy) == len(said) == len(y)
    counts = {k: (pred == k).sum() for k in accuracy}
    large = {k: v for k, v in accuracy.items() if counts[k] >= 72}
    assert 0 < len(large) < 3
    sure = by_group(metrics.accuracy_score, numpy.where(numpy.stack([a, b, c]).max(axis=0) > 0.6, "sure", "unsure"),
                    y, pred)
    losses = by_group(lambda y, p: metrics.log_loss(y, p, labels=list("abc")), said, sy, scores)
    city, x, few = (numpy.array(v) for v in zip(*(
        (row[0] or "NULL", float(row[1] or "nan"), float(row[2] or "nan"))
        for row in zip(*(read("current")[c] for c in ("city", "x", "few"))))))
    means, least = by_group(numpy.nanmean, city, x), by_group(numpy.nanmin, city, few)
    worst = min(accuracy, key=accuracy.get)
    return {
        "worst": measured("fail", accuracy[worst], SKLEARN, says=f"pred={worst} is the worst of 3 slices",
                          definition="worst_slice/worst/accuracy/share-right"),
        "difference": gap_of(accuracy, definition="worst_slice/difference/accuracy/share-right"),
        "ratio": measured("pass", min(accuracy.values()) / max(accuracy.values()), SKLEARN),
        "widest": max(gap_of(accuracy), gap_of(sure), key=lambda case: case["value"]),
        "of-all": measured("pass", max(losses.values()), SKLEARN),
        "no-labels": undefined("y=NULL could not be measured: none of the 5 rows has a label and a prediction"),
        "without-small-ones": measured(
            "pass", min(large.values()), SKLEARN, says=f"; {3 - len(large)} more skipped",
            facts={"slices": len(large), "skipped": 3 - len(large)}),
        "all-skipped": undefined("all slices are skipped"),
        "gap-of-skipped": undefined("a gap needs two slices that were measured"),
        "named-slices": gap_of(sure),
        "only-one": undefined("a gap needs two slices that were measured"),
        "no-slices": undefined("the suite has no accuracy checks of the name not-sliced with slices"),
        "greatest-loss": measured("fail", max(losses.values()), SKLEARN),
        "not-measured": undefined("could not be measured: precision of class 'b' is not defined"),
        "mean-gap": gap_of(means),
        "below-0": undefined("values below 0 have no ratio"),
        "columns-apart": gap_of(least),
    }


# ---- the bootstrap ----

def by_bootstrap():
    """Kind: its cases whose interval is drawn. The values are those of scikit-learn above."""
    y, p, pred = binary()
    numbers_of = {k: i for i, k in enumerate("abc")}
    ty, tpred = (numpy.array([numbers_of[k] for k in column]) for column in three())
    sy, scores, _ = three_scores()
    ny, n_hat = numbers("main")
    source = "scipy.stats.bootstrap"
    cases = {}
    for kind, of in (("accuracy", drawn.accuracy), ("balanced_accuracy", drawn.balanced), ("mcc", drawn.mcc),
                     ("precision", drawn.precision), ("f1", drawn.f1), ("f_beta", drawn.f2), ("kappa", drawn.kappa)):
        cases[kind] = {"bootstrap": measured("pass", of(y, pred), source, **drawn.bootstrap(of, y, pred))}
    for kind, of in (("precision", drawn.precision), ("recall", drawn.recall), ("specificity", drawn.specificity),
                     ("f1", drawn.f1), ("f_beta", drawn.f2)):
        of = drawn.macro(of)
        cases.setdefault(kind, {})["macro-bootstrap"] = measured(
            "pass", of(ty, tpred), source, **drawn.bootstrap(of, ty, tpred))
    for kind, of in (("roc_auc", drawn.auc), ("average_precision", drawn.average_precision)):
        cases[kind] = {
            "bootstrap": measured("pass", of(y, p), source, **drawn.bootstrap(of, y, p)),
            # whose score separates it
            "macro-bootstrap": undefined(
                "class 'b': there is no confidence interval: all resamples give the same number"),
            "class-bootstrap": measured(
                "pass", of((sy == "c") * 1, scores[:, 2]), source,
                **drawn.bootstrap(of, (sy == "c") * 1, scores[:, 2])),
        }
    for kind, of in (("log_loss", lambda y, p: numpy.mean(log_losses(y, p))), ("brier", brier), ("ece", uniform_ece)):
        drawn_ends = drawn.bootstrap(of, y, p, one_sided=kind == "ece")
        cases[kind] = {"bootstrap": measured("pass", of(y, p), source, **drawn_ends)}
    truth = numpy.stack([sy == k for k in "abc"], axis=1)
    for kind, losses in (("log_loss", -numpy.log(scores[truth])), ("brier", ((scores - truth) ** 2).sum(axis=1))):
        cases[kind]["classes-bootstrap"] = measured(
            "pass", losses.mean(), source, **drawn.bootstrap(numpy.mean, losses))
    for kind, of in (("mae", lambda y, y_hat: numpy.mean(abs(y - y_hat))),
                     ("mse", lambda y, y_hat: numpy.mean((y - y_hat) ** 2)),
                     ("rmse", lambda y, y_hat: math.sqrt(numpy.mean((y - y_hat) ** 2))), ("bias", bias),
                     ("mape", lambda y, y_hat: numpy.mean(share_off(y, y_hat))),
                     ("smape", lambda y, y_hat: numpy.mean(share_of_both(y, y_hat))),
                     ("msle", lambda y, y_hat: numpy.mean(log_off(y, y_hat) ** 2)),
                     ("rmsle", lambda y, y_hat: math.sqrt(numpy.mean(log_off(y, y_hat) ** 2))),
                     ("pinball", lambda y, y_hat: numpy.mean(numpy.maximum(0.9 * (y - y_hat), 0.1 * (y_hat - y)))),
                     ("r2", drawn.r2)):
        part = 5 if kind == "mape" else 10  # a few rows make up most of it
        cases[kind] = {
            "bootstrap": measured("pass", of(ny, n_hat), source, **drawn.bootstrap(of, ny, n_hat, part=part))}
    return cases


# ---- guessing, of more than two classes ----

def by_guessing():
    """Always the commonest label, the class that is asked for, or the labels' shares as scores."""
    ty, tpred = three()
    names, counts = numpy.unique(ty, return_counts=True)
    common = numpy.full(len(ty), names[counts.argmax()])
    cases = {}
    for kind, of in (("f1", metrics.f1_score), ("precision", metrics.precision_score),
                     ("f_beta", functools.partial(metrics.fbeta_score, beta=2))):
        for average in ("macro", "micro", "weighted"):
            value, dummy = (of(ty, pred, average=average, zero_division=0) for pred in (tpred, common))
            cases.setdefault(kind, {})[f"{average}-dummy"] = measured("pass", value, SKLEARN, baseline=dummy)
        one = (ty == "b") * 1
        cases[kind]["class-dummy"] = measured(
            "pass", of(one, (tpred == "b") * 1), SKLEARN, baseline=of(one, numpy.ones_like(one)))
    sy, scores, _ = three_scores()
    shares = numpy.array([(sy == k).mean() for k in "abc"])
    same = numpy.tile(shares, (len(sy), 1))
    truth = numpy.stack([sy == k for k in "abc"], axis=1)
    cases["log_loss"] = {"classes-dummy": measured(
        "pass", classes_log_loss(), SKLEARN, baseline=metrics.log_loss(sy, same, labels=list("abc")))}
    cases["brier"] = {"classes-dummy": measured(
        "pass", classes_brier(), SKLEARN, baseline=((same - truth) ** 2).sum(axis=1).mean())}
    for kind, of, dummy in (("roc_auc", metrics.roc_auc_score, 0.5),
                            ("average_precision", metrics.average_precision_score, shares.mean())):
        each = [of(truth[:, i], scores[:, i]) for i in range(3)]
        cases[kind] = {
            "classes-dummy": measured("pass", numpy.mean(each), SKLEARN, baseline=dummy),
            # a class without labels has no AUC, and no weight either
            "weighted-absent": measured("pass", numpy.average(each, weights=shares), SKLEARN),
        }
    return cases


# ---- estimates without labels ----

def by_estimate():
    """Of estimates.csv: NannyML's own numbers, and what follows from its expected confusion matrix."""
    says = json.loads((pathlib.Path(__file__).parent / "data/estimates.json").read_text(encoding="utf-8"))
    tp, fp, fn, tn = (says[f"{word}_{sign}"] for word, sign in (
        ("true", "positive"), ("false", "positive"), ("false", "negative"), ("true", "negative")))
    rows, called, positive = tp + fp + fn + tn, tp + fp, tp + fn
    chance = (called * positive + (rows - called) * (rows - positive)) / rows**2
    follow = {
        "balanced_accuracy": (tp / positive + tn / (tn + fp)) / 2,
        "mcc": (tp * tn - fp * fn) / math.sqrt(called * positive * (tn + fp) * (tn + fn)),
        "kappa": ((tp + tn) / rows - chance) / (1 - chance),
        "f_beta": 5 * tp / (5 * tp + 4 * fn + fp),
    }
    cases = {kind: {"estimate": measured("pass", says[kind], says["by"], says="an estimate without labels (CBPE)")}
             for kind in ("roc_auc", "average_precision", "accuracy", "f1", "precision", "recall", "specificity")}
    for kind, value in follow.items():
        cases[kind] = {"estimate": measured("pass", value, f"{says['by']}'s expected confusion matrix")}
    return cases | estimates_of_ties(cases)


def estimates_of_ties(cases):
    """Scores of one decimal: equal ones are one step of the curve, as in scikit-learn's average_precision_score."""
    y, p = rows("estimates", "labelled", "y", "p", cast=(int, float))
    (now,) = rows("estimates", "current", "p")
    p, now = numpy.round(p, 1), numpy.round(now, 1)
    chance = isotonic.IsotonicRegression(out_of_bounds="clip").fit(p, y).predict(now)
    # each row twice, as a positive and as a negative one, by its chance of being so
    truth, twice = numpy.repeat([1, 0], len(now)), numpy.tile(now, 2)
    weights = numpy.concatenate([chance, 1 - chance])
    for kind, of in (("roc_auc", metrics.roc_auc_score), ("average_precision", metrics.average_precision_score)):
        cases[kind]["estimate-ties"] = measured(
            "pass", of(truth, twice, sample_weight=weights), "scikit-learn: isotonic, then weights")
    return cases


CASES = {**CONFUSION, **RANKING, **PROBABILITIES, **REGRESSION, "worst_slice": worst_slices()}
for name, more in [*by_bootstrap().items(), *by_guessing().items(), *by_estimate().items()]:
    CASES[name] = {**CASES[name], **more}
