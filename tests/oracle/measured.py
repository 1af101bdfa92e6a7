"""Kinds end to end: random data with every nasty case, measured by modelgate and by
numpy, scipy and scikit-learn. Values must agree to 1e-6, or the truth lie within a printed bound.
"""

import json
import math
import os
import subprocess
import tempfile
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import scipy.stats as stats
from scipy.spatial.distance import chebyshev, cityblock, euclidean, jensenshannon
from sklearn import metrics

from oracle import make_expected as oracle
from support import run_json

warnings.simplefilter("ignore")
MODELGATE = os.environ.get("MODELGATE", "modelgate")
RELATIVE = 1e-6


class Suite:
    """Checks of one suite with what they must give, by the name they get."""

    def __init__(self, name, head):
        self.name, self.head = name, head
        self.lines, self.expected = [], {}

    def add(self, kind, expected, **keys):
        name = f"c{len(self.expected)}-{kind}"
        keys = {"name": name, **keys}
        if not set(keys) & {"min", "max", "max_failing"}:
            keys["max"] = 1e6 if kind not in UNIT else 1
        written = ", ".join(f"{k}: {json.dumps(v)}" for k, v in keys.items())
        self.lines.append(f"      - {kind}: {{{written}}}")
        self.expected[name] = (expected, f"{kind} {keys}")

    def text(self):
        return "\n".join([f"  {self.name}:", *(f"    {line}" for line in self.head), "    checks:",
                          *self.lines])


UNIT = {"accuracy", "balanced_accuracy", "precision", "recall", "specificity", "f1", "f_beta", "mcc", "kappa",
        "npv", "fpr", "fnr", "jaccard", "explained_variance", "l_infinity",
        "roc_auc", "average_precision", "ece", "r2", "jensen_shannon", "hellinger", "total_variation", "ks",
        "cramers_v", "null_share_change", "new_category_share", "brier", "is_null", "distinct_share"}


# ---- drift ----

def drift_frame(rng, rows, shift):
    """One side; `shift` moves every distribution a little."""
    normal = rng.normal(shift, 1 + shift / 4, rows)
    gaps = np.where(rng.random(rows) < 0.2 + shift / 2, np.nan, normal)
    words = np.array(["AA", "BB", "CC", "DD", "ü–x'\"", "new"], object)
    share = np.array([0.4, 0.3, 0.2, 0.09, 0.01, 0.0]) + shift * np.array([-0.2, 0, 0.1, 0, 0.05, 0.05])
    word = rng.choice(words, rows, p=share / share.sum())
    return pd.DataFrame({
        "normal": normal,
        "whole": pd.array(rng.poisson(6 + 3 * shift, rows), dtype="Int64"),
        "few": rng.integers(0, 4 + (shift > 0), rows),
        "zeros": np.where(rng.random(rows) < 0.9, 0.0, normal),
        "large": 1e15 + np.floor(rng.normal(1000 * shift, 700, rows)),
        "wide": np.exp(rng.normal(shift, 40, rows)) * rng.choice([-1, 1], rows),
        "same": np.full(rows, 3.25),
        "nan": gaps,  # NaN stays NaN in Parquet below
        "gaps": pd.array(np.where(np.isnan(gaps), None, gaps), dtype="Float64"),
        "infinite": np.where(rng.random(rows) < 0.03, np.inf, normal),
        "only": np.full(rows, 1.0 + (shift > 0)),
        "word": np.where(rng.random(rows) < 0.1 + shift / 5, None, word),
        "flag": rng.random(rows) < 0.3 + shift / 3,
    })


def present(column):
    values = column.dropna()
    return np.asarray(values, float) if values.dtype != object else np.asarray(values)


def tables(a, b):
    values = sorted(set(a) | set(b))
    return np.array([[np.sum(x == v) for v in values] for x in (a, b)], float)


def with_missing(counts, current, reference):
    """One bin more, for what is missing."""
    return [np.append(h, s.isna().sum()) for h, s in zip(counts, (current, reference))]


def add_distances(suite, p, q, **keys):
    """The distances of two histograms that are 0 to 1."""
    p, q = np.asarray(p) / np.sum(p), np.asarray(q) / np.sum(q)
    suite.add("hellinger", euclidean(np.sqrt(p), np.sqrt(q)) / math.sqrt(2), **keys)
    suite.add("total_variation", cityblock(p, q) / 2, **keys)
    suite.add("l_infinity", chebyshev(p, q), **keys)


def drift_numbers(suite, column, current, reference):
    a, b = present(current), present(reference)
    keys = {"column": column}
    for method in ("quantiles", "equal_width", "sturges"):
        known = oracle.histograms(a, b, method)
        p, q = with_missing(known, current, reference)
        suite.add("psi", oracle.psi(p, q), method=method, **keys)
        suite.add("jensen_shannon", jensenshannon(p, q, base=2), method=method, **keys)
        add_distances(suite, p, q, method=method, **keys)
        suite.add("psi", oracle.psi(*known), method=method, missing_bin=False, **keys)
        suite.add("jensen_shannon", jensenshannon(*known, base=2), method=method, missing_bin=False, **keys)
    finer = with_missing(oracle.histograms(a, b, "quantiles", 25), current, reference)
    suite.add("psi", oracle.psi(*finer, floor=0.01), bins=25, floor=0.01, **keys)
    keys["max_missing_change"] = "100%"
    ks = stats.ks_2samp(a, b)
    suite.add("ks", ks.statistic, **keys)
    suite.add("ks", ks.pvalue if ks.pvalue > 1e-300 else 0, measure="p_value", min=0, **keys)
    if np.isinf(a).any() or np.isinf(b).any():
        suite.add("wasserstein", "infinite", **keys)
        suite.add("mean_shift", "infinite", **keys)
    else:
        deviation = np.std(b - b[0])
        suite.add("mean_shift", abs(np.mean(a - b[0]) - np.mean(b - b[0])) / deviation if deviation > 0
                  else "one value only", max=1e300, **keys)
        w = stats.wasserstein_distance(a, b)
        suite.add("wasserstein", w, max=1e300, **keys)
        suite.add("wasserstein", w / np.std(b - b[0]) if np.std(b - b[0]) > 0 else "one value only",
                  scale="reference_std", **keys)


def drift_categories(suite, column, current, reference):
    for missing_bin in (True, False):
        table = tables(present(current), present(reference))
        if missing_bin:
            table = np.array(with_missing(table, current, reference), float)
            table = table[:, table.sum(axis=0) > 0]
        categories_of(suite, table, {"column": column, "missing_bin": missing_bin})
    table = tables(present(current), present(reference))
    suite.add("new_category_share", np.sum(table[0][table[1] == 0]) / table[0].sum(), column=column)


def categories_of(suite, table, keys):
    suite.add("psi", oracle.psi(*table), method="categories", **keys)
    suite.add("jensen_shannon", jensenshannon(*table, base=2), method="categories", **keys)
    if table.shape[1] > 1:
        plain = stats.chi2_contingency(table, correction=False)
        yates = stats.chi2_contingency(table, correction=True)
        values = plain.pvalue, plain.statistic, yates.pvalue, oracle.bergsma(plain.statistic, table)
    else:
        plain, values = None, (1, 0, 1, 0)
    rare = plain is not None and np.mean(plain.expected_freq < 5) > 0.2
    suite.add("chi_square", "Cochran's rule" if rare else values[0], min=0, **keys)
    suite.add("chi_square", values[1], measure="statistic", **keys)
    suite.add("chi_square", "Cochran's rule" if rare else values[2], yates=True, min=0, **keys)
    suite.add("cramers_v", math.sqrt(values[1] / table.sum()), **keys)
    suite.add("cramers_v", values[3], bias_correction=True, **keys)


def drift_suite(name, current, reference, numbers, categories):
    suite = Suite(name, [f"on: {name}_current", f"reference: {name}_reference", "min_rows: 1"])
    for column in numbers:
        drift_numbers(suite, column, current[column], reference[column])
    for column in categories:
        drift_categories(suite, column, current[column], reference[column])
    for column in current.columns:
        gap = abs(current[column].isna().mean() - reference[column].isna().mean())
        suite.add("null_share_change", gap, column=column)
    return suite


def corrected_suites(name, current, reference, columns):
    """The same p-values three times, each adjusted among all of them."""
    p = np.array([stats.ks_2samp(present(current[c]), present(reference[c])).pvalue for c in columns])
    order = np.argsort(p)
    holm = np.empty(len(p))
    holm[order] = np.minimum(1, np.maximum.accumulate(p[order] * (len(p) - np.arange(len(p)))))
    ways = {"bonferroni": np.minimum(1, p * len(p)), "holm": holm,
            "benjamini_hochberg": stats.false_discovery_control(p)}
    for way, adjusted in ways.items():
        suite = Suite(f"{name}-{way}", [f"on: {name}_current", f"reference: {name}_reference",
                                        f"correction: {way}"])
        for column, value in zip(columns, adjusted):
            suite.add("ks", value, column=column, measure="p_value", min=0, max_missing_change="100%")
        suite.add("ks", stats.ks_2samp(present(current["normal"]), present(reference["normal"])).statistic,
                  column="normal")
        yield suite


NUMBERS = ["normal", "whole", "few", "zeros", "large", "wide", "same", "nan", "gaps", "infinite", "only"]
CATEGORIES = ["whole", "few", "same", "word", "flag", "only"]


# ---- two classes ----

def binary_frame(rng, rows):
    y = (rng.random(rows) < 0.3).astype(int)
    p = np.clip(0.3 + 0.25 * y + rng.normal(0, 0.2, rows), 0, 1)
    frame = pd.DataFrame({
        "y": pd.array(np.where(rng.random(rows) < 0.05, None, y), dtype="Int64"),
        "p": np.where(rng.random(rows) < 0.05, np.nan, p),
        "rounded": np.round(p, 1),
        "half": np.full(rows, 0.5),
        "part": rng.choice(["a", "b", "c"], rows),
    })
    frame["word"] = frame.y.map({1: "yes", 0: "no"}).astype(object).where(frame.y.notna(), None)
    frame["flag"] = frame.y.astype("boolean")
    frame["said"] = (p > 0.6).astype(int)
    frame["real"] = frame.y.astype("Float64")
    frame["sure"] = frame.y.astype("Float64").fillna(0)
    frame["one"] = 1
    frame["nans"] = np.where(rng.random(rows) < 0.01, np.nan, p)
    frame["outside"] = p * 1.1
    return frame


def binary_checks(suite, y, p, threshold, **keys):
    said = p >= threshold
    for kind, value in {
        "accuracy": metrics.accuracy_score(y, said),
        "balanced_accuracy": metrics.balanced_accuracy_score(y, said),
        "precision": metrics.precision_score(y, said) if said.any() else "no row is predicted",
        "recall": metrics.recall_score(y, said),
        "specificity": metrics.recall_score(1 - y, ~said),
        "f1": metrics.f1_score(y, said),
        "mcc": metrics.matthews_corrcoef(y, said) if len(set(said)) > 1 else "predicted positive",
        "kappa": metrics.cohen_kappa_score(y, said),
        "roc_auc": metrics.roc_auc_score(y, p),
        "average_precision": metrics.average_precision_score(y, p),
        "log_loss": metrics.log_loss(y, p),
        "brier": metrics.brier_score_loss(y, p),
        "ece": oracle.ece(y, p, [k / 10 for k in range(1, 10)]),
    }.items():
        suite.add(kind, value, **keys)
    suite.add("f_beta", metrics.fbeta_score(y, said, beta=2), beta=2, **keys)
    suite.add("ece", oracle.ece(y, p, [k / 7 for k in range(1, 7)]), bins=7, **keys)
    suite.add("ece", oracle.ece(y, p, oracle.inverted_cdf_edges(p, 10)), method="quantile", **keys)


def binary_suites(frame):
    for label, positive in (("y", None), ("word", "yes"), ("flag", None), ("real", 1)):
        for score in ("p", "rounded", "half", "sure"):
            for threshold in (0.5, 0.9):
                kept = frame[frame[label].notna() & frame[score].notna()]
                task = {"type": "binary", "unpredicted": "ignore", "label": label, "score": score,
                    "threshold": threshold}
                if positive is not None:
                    task["positive"] = positive
                suite = Suite(f"binary-{label}-{score}-{threshold}",
                              ["on: binary", f"task: {json.dumps(task)}"])
                binary_checks(suite, kept.y.to_numpy(int), kept[score].to_numpy(float), threshold)
                yield suite
    suite = Suite("binary-said", ["on: binary",
                                  'task: {type: binary, unpredicted: ignore, label: word, positive: "yes", '
                                  'prediction: spoken}'])
    kept = frame[frame.word.notna() & frame.spoken.notna()]
    y, said = kept.y.to_numpy(int), kept.said.to_numpy(int)
    for kind, of in {"accuracy": metrics.accuracy_score, "precision": metrics.precision_score,
                     "recall": metrics.recall_score, "f1": metrics.f1_score,
                     "mcc": metrics.matthews_corrcoef, "kappa": metrics.cohen_kappa_score}.items():
        suite.add(kind, of(y, said))
    yield suite
    yield broken_scores()


def broken_scores():
    suite = Suite("binary-broken", ["on: binary"])
    for score, why, kinds in (
            ("nans", "NaN", ["accuracy", "roc_auc", "average_precision", "log_loss", "brier", "ece", "f1"]),
            ("outside", "not a probability", ["log_loss", "brier", "ece"])):
        for kind in kinds:
            suite.add(kind, why, task={"type": "binary", "unpredicted": "ignore", "label": "y", "score": score})
    for kind in ("roc_auc", "balanced_accuracy", "mcc"):
        suite.add(kind, "only one class",
            task={"type": "binary", "unpredicted": "ignore", "label": "one", "score": "rounded"})
    for kind in ("accuracy", "roc_auc", "log_loss"):
        suite.add(kind, "no rows", task={"type": "binary", "unpredicted": "ignore", "label": "y", "score": "p"},
            where="part = 'z'")
    suite.add("accuracy", "nulls: fail", task={"type": "binary", "unpredicted": "ignore", "label": "y", "score": "p"},
        nulls="fail")
    suite.add("accuracy", "is not a number",
        task={"type": "binary", "unpredicted": "ignore", "label": "y", "score": "p",
                                                "positive": "yes"})
    suite.add("precision", 0,
              task={"type": "binary", "unpredicted": "ignore", "label": "y", "score": "half", "threshold": 0.9},
              zero_division=0)
    return suite


def sliced_suite(frame):
    suite = Suite("sliced", ["on: binary", "slices: [part]",
                             "task: {type: binary, unpredicted: ignore, label: y, score: p}"])
    suite.expected = {}
    for kind, of in (("roc_auc", metrics.roc_auc_score), ("brier", metrics.brier_score_loss),
                     ("f1", lambda y, p: metrics.f1_score(y, p >= 0.5))):
        suite.lines.append(f"      - {kind}: {{name: {kind}, max: 1}}")
        for part, rows in frame[frame.y.notna() & frame.p.notna()].groupby("part"):
            value = of(rows.y.to_numpy(int), rows.p.to_numpy(float))
            suite.expected[f"{kind}[part={part}]"] = (value, f"{kind} of slice {part}")
        values = [v for name, (v, _) in suite.expected.items() if name.startswith(f"{kind}[")]
        for measure, expected in (("worst", max(values) if kind == "brier" else min(values)),
                                  ("difference", max(values) - min(values)), ("ratio", min(values) / max(values))):
            suite.lines.append(
                f"      - worst_slice: {{name: {kind}-{measure}, of: {kind}, measure: {measure}, max: 1}}")
            suite.expected[f"{kind}-{measure}"] = (expected, f"{measure} of the slices of {kind}")
    return suite


def sliced_keys_suite(rng, folder):
    """Keys of whole columns and of slices, some rows without either."""
    def gaps(values):
        return pd.Series(values).astype(object).where(rng.random(len(values)) > 0.05, None)

    frame = pd.DataFrame({"part": gaps(rng.choice(list("uvwxyz"), 4000)),
                          "key": gaps(rng.integers(0, 3000, 4000)),
                          "half": gaps(rng.integers(0, 90, 4000) / 2)})
    there = pd.DataFrame({"key": gaps(rng.integers(0, 3000, 2000))})
    frame.to_csv(folder / "keys.csv", index=False)
    there.to_csv(folder / "there.csv", index=False)
    suite = Suite("sliced-keys", ["on: keys", "slices: [part]"])
    suite.expected = {}
    suite.lines = ["      - unique: {name: one, column: key, min: 0}",
                   "      - unique: {name: both, key: [key, half], min: 0}",
                   "      - unique: {name: both-distinct, key: [key, half], nulls: distinct, min: 0}",
                   "      - unique: {name: both-ignore, key: [key, half], nulls: ignore, min: 0}",
                   "      - foreign_key: {name: found, column: key, to: {data: there, column: key}, min: 0}"]
    found = set(there.key.dropna())
    slices = [("NULL" if part is None else part, frame[frame.part.isna() if part is None else frame.part == part])
              for part in [None, *"uvwxyz"]]
    for end, rows in [("", frame), *((f"[part={part}]", rows) for part, rows in slices)]:
        keys, both = rows.key.dropna(), rows.dropna(subset=["key", "half"])
        equal = ~rows.duplicated(subset=["key", "half"], keep=False)
        suite.expected[f"one[key]{end}"] = (float(np.mean(~keys.duplicated(keep=False))), f"unique{end}")
        suite.expected[f"both{end}"] = (float(np.mean(equal)), f"unique key, NULLs equal{end}")
        suite.expected[f"both-distinct{end}"] = (
            float(np.mean(equal | rows[["key", "half"]].isna().any(axis=1))), f"unique key, NULLs distinct{end}")
        suite.expected[f"both-ignore{end}"] = (
            float(np.mean(~both.duplicated(subset=["key", "half"], keep=False))), f"unique key{end}")
        suite.expected[f"found[key]{end}"] = (float(np.mean(keys.isin(found))), f"foreign_key{end}")
    return suite


def interval_suite(frame):
    """Both ends of 95% intervals."""
    suite = Suite("intervals", ["on: binary", "task: {type: binary, unpredicted: ignore, label: y, score: p}"])
    kept = frame[frame.y.notna() & frame.p.notna()]
    y, p = kept.y.to_numpy(int), kept.p.to_numpy(float)
    hits = int(np.sum((p >= 0.5) == y))
    suite.add("accuracy", tuple(stats.binomtest(hits, len(y)).proportion_ci(0.95, method="wilson")), min=0,
              confidence=0.95)
    auc, se = metrics.roc_auc_score(y, p), oracle.delong_se(y, p)
    # hundreds of rows of either class: DeLong's, on the logit scale
    half = stats.norm.ppf(0.975) * se / (auc * (1 - auc))
    ends = tuple(1 / (1 + math.exp(-(math.log(auc / (1 - auc)) + sign * half))) for sign in (-1, 1))
    suite.add("roc_auc", ends, min=0, confidence=0.95)
    loss = (p - y) ** 2
    ends = oracle.mean_interval(loss.mean(), loss.std(ddof=1), stats.skew(loss), len(y), 0.95)
    suite.add("brier", ends, max=1, confidence=0.95)
    return suite


# ---- many classes ----

def class_frame(rng, rows):
    names = np.array(["a", "b", "c"], object)
    y = rng.choice(3, rows, p=[0.5, 0.3, 0.2])
    scores = rng.dirichlet([1, 1, 1], rows) + 0.8 * np.eye(3)[y] * rng.random((rows, 1))
    scores /= scores.sum(axis=1, keepdims=True)
    frame = pd.DataFrame({"label": names[y], "number": y, "said": names[scores.argmax(axis=1)],
                          **{f"p_{n}": scores[:, k] for k, n in enumerate(names)}})
    frame.loc[rng.random(rows) < 0.03, "label"] = None
    frame["never"] = np.where(frame.said == "c", "a", frame.said)
    return frame


def class_suites(frame):
    kept = frame[frame.label.notna()]
    y, said = kept.label.to_numpy(), kept.said.to_numpy()
    p = kept[["p_a", "p_b", "p_c"]].to_numpy()
    task = {"type": "multiclass", "unpredicted": "ignore", "label": "label", "prediction": "said",
            "scores": {"a": "p_a", "b": "p_b", "c": "p_c"}}
    suite = Suite("classes", ["on: classes", f"task: {json.dumps(task)}"])
    suite.add("accuracy", metrics.accuracy_score(y, said))
    suite.add("balanced_accuracy", metrics.balanced_accuracy_score(y, said))
    suite.add("mcc", metrics.matthews_corrcoef(y, said))
    suite.add("kappa", metrics.cohen_kappa_score(y, said))
    ordered = {**task, "classes": ["c", "a", "b"]}
    for weights in ("linear", "quadratic"):
        suite.add("kappa", metrics.cohen_kappa_score(y, said, labels=ordered["classes"], weights=weights),
                  weights=weights, task=ordered)
    table = metrics.confusion_matrix(y, said)
    for average in ("macro", "micro", "weighted"):
        suite.add("precision", metrics.precision_score(y, said, average=average), average=average)
        suite.add("recall", metrics.recall_score(y, said, average=average), average=average)
        suite.add("f1", metrics.f1_score(y, said, average=average), average=average)
        suite.add("f_beta", metrics.fbeta_score(y, said, beta=0.5, average=average), beta=0.5, average=average)
    for k, name in enumerate("abc"):
        suite.add("precision", metrics.precision_score(y == name, said == name), **{"class": name})
        suite.add("recall", metrics.recall_score(y == name, said == name), **{"class": name})
        suite.add("specificity", metrics.recall_score(y != name, said != name), **{"class": name})
        suite.add("npv", metrics.precision_score(y != name, said != name), **{"class": name})
        suite.add("fpr", 1 - metrics.recall_score(y != name, said != name), **{"class": name})
        suite.add("fnr", 1 - metrics.recall_score(y == name, said == name), **{"class": name})
        suite.add("jaccard", metrics.jaccard_score(y == name, said == name), **{"class": name})
        suite.add("roc_auc", metrics.roc_auc_score(y == name, p[:, k]), **{"class": name})
        suite.add("average_precision", metrics.average_precision_score(y == name, p[:, k]),
                  **{"class": name})
    for average in ("macro", "weighted"):
        suite.add("roc_auc", metrics.roc_auc_score(y, p, multi_class="ovr", average=average),
                  average=average)
        suite.add("average_precision",
                  metrics.average_precision_score(y[:, None] == np.array(list("abc")), p, average=average),
                  average=average)
    suite.add("log_loss", metrics.log_loss(y, p))
    hot = (y[:, None] == np.array(list("abc"))).astype(float)
    suite.add("brier", np.mean(np.sum((p - hot) ** 2, axis=1)), max=2)
    top = np.array(list("abc"))[p.argmax(axis=1)]
    suite.add("ece", oracle.ece((top == y).astype(int), p.max(axis=1), [k / 10 for k in range(1, 10)]))
    suite.add("precision", "class 'zzz'", **{"class": "zzz"})
    yield suite
    assert table.shape == (3, 3)

    suite = Suite("classes-never", ["on: classes",
                                    "task: {type: multiclass, unpredicted: ignore, label: label, prediction: never}"])
    never = kept.never.to_numpy()
    suite.add("precision", "precision of class 'c' is not defined")
    suite.add("precision", metrics.precision_score(y, never, average="macro", zero_division=0),
              zero_division=0)
    suite.add("recall", metrics.recall_score(y, never, average="macro"))
    yield suite

    task = {"type": "multiclass", "unpredicted": "ignore", "label": "number",
        "scores": {"0": "p_a", "1": "p_b", "2": "p_c"}}
    suite = Suite("classes-numbers", ["on: classes", f"task: {json.dumps(task)}"])
    every = frame[["p_a", "p_b", "p_c"]].to_numpy()
    suite.add("accuracy", metrics.accuracy_score(frame.number, every.argmax(axis=1)))
    suite.add("f1", metrics.f1_score(frame.number, every.argmax(axis=1), average="macro"))
    suite.add("log_loss", metrics.log_loss(frame.number, every))
    yield suite


# ---- regression ----

def regression_frame(rng, rows):
    y = rng.normal(10, 30, rows)
    frame = pd.DataFrame({
        "y": np.where(rng.random(rows) < 0.03, np.nan, y),
        "hat": np.where(rng.random(rows) < 0.03, np.nan, y + rng.normal(1, 5, rows)),
        "big": 1e15 + np.floor(rng.normal(0, 500, rows)),
        "whole": rng.integers(-3, 4, rows),
        "same": np.full(rows, 0.1),
        "infinite": np.where(np.arange(rows) == 1, np.inf, y),
    })
    frame["big_hat"] = frame.big + np.floor(rng.normal(0, 50, rows))
    frame["whole_hat"] = frame.whole + rng.normal(0, 1, rows)
    return frame


def regression_suites(frame):
    for label, hat in (("y", "hat"), ("big", "big_hat"), ("whole", "whole_hat"), ("y", "same"), ("big", "big")):
        suite = Suite(f"regression-{label}-{hat}", [
            "on: regression", f"task: {{type: regression, unpredicted: ignore, label: {label}, prediction: {hat}}}"])
        kept = frame[frame[label].notna() & frame[hat].notna()]
        y, p = kept[label].to_numpy(float), kept[hat].to_numpy(float)
        errors = p - y
        suite.add("mae", np.mean(np.abs(errors)))
        suite.add("mse", np.mean(errors ** 2))
        suite.add("rmse", math.sqrt(np.mean(errors ** 2)))
        suite.add("bias", np.mean(errors))
        suite.add("r2", metrics.r2_score(y, p))
        if np.ptp(y) > 0 or np.ptp(errors) == 0:
            suite.add("explained_variance", metrics.explained_variance_score(y, p))
        suite.add("max_error", metrics.max_error(y, p))
        suite.add("median_absolute_error", metrics.median_absolute_error(y, p))
        suite.add("pinball", metrics.mean_pinball_loss(y, p, alpha=0.3), q=0.3)
        suite.add("wape", np.abs(errors).sum() / np.abs(y).sum())
        both = np.abs(y) + np.abs(p)
        suite.add("smape", np.mean(np.divide(2 * np.abs(errors), both, out=np.zeros(len(y)), where=both > 0)), max=2)
        low = (y <= -1).any() or (p <= -1).any()
        suite.add("msle", "ln(1 + x) is not" if low else metrics.mean_squared_log_error(y, p))
        suite.add("rmsle", "ln(1 + x) is not" if low else metrics.root_mean_squared_log_error(y, p))
        zero = y == 0
        drop = np.mean(np.abs(errors[~zero]) / np.abs(y[~zero]))
        suite.add("mape", "the label is 0" if zero.any() else drop)
        suite.add("mape", drop, zero="drop")
        suite.add("mape", metrics.mean_absolute_percentage_error(y, p), zero="eps", max=1e300)
        yield suite
    suite = Suite("regression-broken", ["on: regression"])
    for kind in ("mae", "r2", "mape", "bias"):
        suite.add(kind, "NaN or infinite",
                  task={"type": "regression", "unpredicted": "ignore", "label": "infinite", "prediction": "whole"})
    suite.add("r2", "the same in all rows",
        task={"type": "regression", "unpredicted": "ignore", "label": "same", "prediction": "whole"})
    suite.add("r2", 1, task={"type": "regression", "unpredicted": "ignore", "label": "same", "prediction": "same"})
    yield suite


# ---- values of one column ----

def value_frame(rng, rows):
    def gaps(values, share=0.1):
        return pd.Series(values).astype(object).where(rng.random(rows) > share, None)

    return pd.DataFrame({
        "none": pd.array([None] * rows, dtype="Float64"),
        "number": pd.array(gaps(rng.normal(0, 1, rows)), dtype="Float64"),
        "nan": np.where(rng.random(rows) < 0.05, np.nan, rng.integers(0, 2, rows).astype(float)),
        "whole": pd.array(gaps(rng.integers(-20, 21, rows)), dtype="Int64"),
        "one": pd.array(gaps(np.full(rows, 7)), dtype="Int64"),
        "flag": pd.array(gaps(rng.random(rows) < 0.3), dtype="boolean"),
        "word": gaps(rng.choice(["a", "b", "ü–x", "", "it's"], rows)),
        "day": pd.to_datetime(gaps(pd.Timestamp("2026-01-01") + pd.to_timedelta(rng.integers(0, 10**6, rows),
            unit="s"))),
        "part": rng.choice(list("uvw"), rows),
    })


def values_without_gaps(column):
    """What modelgate calls a value: all but NULL. NaN of a plain float column is one."""
    return column if column.dtype == "float64" else column.dropna()


def value_checks(suite, frame):
    for column in frame.columns:
        values = values_without_gaps(frame[column])
        suite.add("is_null", 1 - len(values) / len(frame), column=column)
        suite.add("not_null", len(values) / len(frame), column=column, min=0)
        if len(values):
            suite.add("constant", values.nunique(dropna=False) - 1, column=column)
            suite.add("distinct_count", values.nunique(dropna=False), column=column)
            suite.add("distinct_share", values.nunique(dropna=False) / len(values), column=column, min=0)
        else:
            for kind in ("constant", "distinct_share"):
                suite.add(kind, "NULL", column=column)
    for column in ("number", "whole"):
        x = frame[column].dropna().to_numpy(float)
        suite.add("variance", x.var(ddof=1), column=column)
        suite.add("iqr", np.quantile(x, 0.75) - np.quantile(x, 0.25), column=column)
        for kind, of in (("skewness", stats.skew), ("kurtosis", stats.kurtosis)):
            suite.add(kind, of(x, bias=False), column=column)
            suite.add(kind, of(x), column=column, estimator="population")
    flags, days = frame.flag.dropna().astype(float), frame.day.dropna()
    suite.add("mean", flags.mean(), column="flag")
    epoch = pd.Timestamp("1970-01-01")
    suite.add("minimum", (days.min() - epoch).total_seconds(), column="day", max="2027-01-01")
    suite.add("maximum", (days.max() - epoch).total_seconds(), column="day", max="2027-01-01")


def range_checks(suite, frame):
    for column in ("number", "whole", "nan"):
        x = values_without_gaps(frame[column]).to_numpy(float)
        for keys, holds in (
                ({"from": 0, "below": 1}, (x >= 0) & (x < 1)), ({"above": 0, "to": 1}, (x > 0) & (x <= 1)),
                ({"above": 0}, x > 0), ({"outside": [-1, 1]}, (x < -1) | (x > 1)),
                ({"from": -1, "to": 1, "strict": True}, (x > -1) & (x < 1))):
            suite.add("range", float(np.mean(holds)), column=column, min=0, **keys)
    days = frame.day.dropna()
    suite.add("range", float(np.mean(days < "2026-01-06")), column="day", min=0, below="2026-01-06")
    words = frame.word.dropna()
    suite.add("one_of", float(words.isin(["a", "ü–x"]).mean()), column="word", values=["a", "ü–x"],
        max_failing=len(words))
    suite.add("not_one_of", float((~words.isin([""])).mean()), column="word", values=[""], min=0)
    suite.add("length", float((words.str.len() >= 1).mean()), column="word", min=0, **{"from": 1})


def value_suites(frame, others):
    """`others` has another number of rows, as the reference."""
    suite = Suite("values", ["on: values", "reference: others"])
    value_checks(suite, frame)
    range_checks(suite, frame)
    suite.add("same_row_count", abs(len(frame) - len(others)))
    suite.add("same_row_count", abs((frame.part == "u").sum() - (others.part == "u").sum()), where="part = 'u'")
    suite.add("same_row_count", abs((frame.part == "u").sum() - len(others)), where="part = 'u'",
              reference={"data": "others", "where": "true"})
    suite.add("row_count", len(frame))
    yield suite
    suite = Suite("values-sliced", ["on: values", "reference: others", "slices: [part]"])
    suite.expected = {}
    suite.lines = ["      - is_null: {column: word, min: 0}", "      - constant: {column: one}",
                   "      - same_row_count: {max: 1e6}"]
    for end, rows, there in [("", frame, others), *((f"[part={p}]", frame[frame.part == p], others[others.part == p])
                                                    for p in "uvw")]:
        suite.expected[f"is_null[word]{end}"] = (float(rows.word.isna().mean()), f"is_null{end}")
        suite.expected[f"constant[one]{end}"] = (0, f"constant{end}")
        suite.expected[f"same_row_count{end}"] = (abs(len(rows) - len(there)), f"same_row_count{end}")
    yield suite


# ---- running and comparing ----

def write_parquet(frame, path, nan_columns=()):
    import pyarrow as pa
    import pyarrow.parquet as pq
    columns = {}
    for name, column in frame.items():
        keep_nan = name in nan_columns
        columns[name] = pa.array(column.to_numpy() if keep_nan else column, from_pandas=not keep_nan)
    pq.write_table(pa.table(columns), path)


def close(actual, expected, absolute=1e-9):
    return math.isclose(actual, expected, rel_tol=RELATIVE, abs_tol=absolute)


def judge(result, expected):
    """None when the result is as expected, else what is wrong."""
    if isinstance(expected, str):
        if result["measured"] or result["verdict"] != "error":
            return f"measured {result['value']} although it should be an error ({expected})"
        return None if expected in result["message"] else f"says: {result['message']}"
    if not result["measured"]:
        return f"not measured: {result['message']}"
    if isinstance(expected, tuple):
        found = result["interval"]["lo"], result["interval"]["hi"]
        return None if all(map(close, found, expected)) else f"interval {found}, not {expected}"
    # tiny p-values are compared relatively as well
    absolute = 0 if 0 < expected < 1e-9 else 1e-9
    if close(result["value"], expected, absolute):
        return None
    slack = 1e-9 * max(1, abs(expected))
    if result["lo"] < result["hi"] and result["lo"] - slack <= expected <= result["hi"] + slack:
        return None
    return f"is {result['value']!r} in {result['lo']!r}..{result['hi']!r}, expected {expected!r}"


def run(folder, data, suites, *options):
    spec = folder / "modelgate.yaml"
    lines = ["version: 1", "model: oracle", "data:"]
    lines += [f"  {name}: {{path: {path}}}" for name, path in data.items()]
    spec.write_text("\n".join([*lines, "suites:", *(s.text() for s in suites)]) + "\n")
    done = subprocess.run([MODELGATE, "run", spec, "--quiet", "--json", folder / "run.json", *options],
                          capture_output=True, text=True)
    assert done.returncode in (0, 1, 3) and "Sanitizer" not in done.stderr, (
        f"modelgate ended with {done.returncode}: {done.stderr[-4000:]}")
    results = {r["name"]: r for r in run_json.read(folder / "run.json")["results"]}
    bad = seen = bounded = 0
    for suite in suites:
        for name, (expected, text) in suite.expected.items():
            full = f"{suite.name}/{name}"
            keys = [full] if full in results else [k for k in results if k.startswith(f"{full}[")]
            wrong = judge(results[keys[0]], expected) if len(keys) == 1 else f"{len(keys)} results"
            seen += 1
            bounded += bool(keys) and results[keys[0]]["measured"] and \
                results[keys[0]]["lo"] < results[keys[0]]["hi"]
            if wrong:
                bad += 1
                print(f"{suite.name}: {text}: {wrong}")
    print(f"{seen} results, {bad} wrong, {bounded} with bounds")
    return bad


def one_seed(seed):
    """How many results are wrong; they are printed."""
    rng = np.random.default_rng(seed)
    bad = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        suites, data = [], {}
        for sizes, label in (((300, 250), "small"), ((15000, 11000), "large"), ((1, 40), "one")):
            current, reference = drift_frame(rng, sizes[0], 0.15), drift_frame(rng, sizes[1], 0)
            for side, frame in (("current", current), ("reference", reference)):
                write_parquet(frame, folder / f"{label}_{side}.parquet", ("nan",))
                data[f"{label}_{side}"] = f"{label}_{side}.parquet"
            full = label != "one"
            suites.append(drift_suite(label, current, reference, NUMBERS if full else ["normal", "same"],
                                      CATEGORIES if full else ["few", "flag"]))
            if full:
                suites += corrected_suites(label, current, reference, ["normal", "whole", "few", "zeros", "gaps"])
        frames = {"binary": binary_frame(rng, 3000), "classes": class_frame(rng, 2000),
                  "regression": regression_frame(rng, 2500)}
        frames |= {"values": value_frame(rng, 1500), "others": value_frame(rng, 1200)}
        frames["binary"]["spoken"] = np.where(frames["binary"].said == 1, "yes", "no")
        for label, frame in frames.items():
            write_parquet(frame, folder / f"{label}.parquet", ("nans", "nan"))
            data[label] = f"{label}.parquet"
        suites += [*binary_suites(frames["binary"]), sliced_suite(frames["binary"]),
                   interval_suite(frames["binary"]), *class_suites(frames["classes"]),
                   *regression_suites(frames["regression"]),
                   *value_suites(frames["values"], frames["others"])]
        suites.append(sliced_keys_suite(rng, folder))
        data |= {"keys": "keys.csv", "there": "there.csv"}
        bad += run(folder, data, suites)
    return bad


def short_of_memory():
    """Tables too large for the memory allowed: bucketed, refined, and still right."""
    rng = np.random.default_rng(5)
    rows = 400_000
    a, b = rng.normal(0.01, 1, rows), rng.normal(0, 1, rows)
    y = (rng.random(rows) < 0.3).astype(int)
    p = 1 / (1 + np.exp(1 - y - rng.normal(0, 1, rows)))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_parquet(pd.DataFrame({"x": a, "y": y, "p": p}), folder / "now.parquet")
        write_parquet(pd.DataFrame({"x": b}), folder / "then.parquet")
        suite = Suite("bucketed",
            ["on: now", "reference: then", "task: {type: binary, unpredicted: ignore, label: y, score: p}"])
        histograms = oracle.histograms(a, b, "quantiles")
        suite.add("psi", oracle.psi(*histograms), column="x")
        suite.add("jensen_shannon", jensenshannon(*histograms, base=2), column="x")
        suite.add("ks", stats.ks_2samp(a, b, method="asymp").statistic, column="x")
        suite.add("wasserstein", stats.wasserstein_distance(a, b), column="x")
        suite.add("roc_auc", metrics.roc_auc_score(y, p))
        suite.add("average_precision", metrics.average_precision_score(y, p))
        suite.add("ece", oracle.ece(y, p, oracle.inverted_cdf_edges(p, 10)), method="quantile")
        suite.add("ece", oracle.ece(y, p, [k / 10 for k in range(1, 10)]))
        suite.add("accuracy", metrics.accuracy_score(y, p >= 0.5))
        suite.add("mcc", metrics.matthews_corrcoef(y, p >= 0.5))
        suite.add("precision", metrics.precision_score(y, p >= 0.5))
        suite.add("f1", metrics.f1_score(y, p >= 0.5))
        suite.add("log_loss", metrics.log_loss(y, p))
        suite.add("brier", metrics.brier_score_loss(y, p))
        return run(folder, {"now": "now.parquet", "then": "then.parquet"}, [suite], "--memory", "20MB")
