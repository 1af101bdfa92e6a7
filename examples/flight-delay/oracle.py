"""What the committed files really look like, measured by numpy, scipy and sklearn.

An independent second opinion: tests compare modelgate's numbers with these. Definitions where
tools disagree are spelled out in the "definitions" of the written file.
"""
import json
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats
from scipy.spatial.distance import jensenshannon
from sklearn import metrics as sk

HERE = Path(__file__).resolve().parent
FLOOR = 1e-4
THRESHOLD = 0.25
DEFINITIONS = {
    "psi": "reference deciles (inverted-cdf quantiles, duplicates merged), bins right-closed, ends open, "
           "sum (c-r)*ln(c/r) with 1e-4 for an empty bin (at most half a row), not renormalised",
    "psi_linear": "the same with linearly interpolated deciles: how much the quantile rule matters",
    "psi_left_closed": "the same as psi with bins closed on the left",
    "psi_categories": "one bin per value of either side; for an empty bin 1e-4, at most half a row of its side and half the "
                      "other side's share",
    "ks": "D of the two-sample Kolmogorov-Smirnov test",
    "wasserstein": "W1 in the column's own unit",
    "wasserstein_std": "W1 divided by the reference's standard deviation (ddof 0)",
    "jensen_shannon": "distance, the square root, base 2, one bin per value",
    "jensen_shannon_e": "the same, base e",
    "chi_square": "two-sample contingency, no Yates correction, p-value",
    "cramers_v": "sqrt(chi2 / n / min(r-1, c-1)) of the contingency table sample x value, no correction",
    "new_category_share": "rows of the month whose value the reference sample does not have",
    "ece": "10 equal-width bins, right-closed",
    "ece_left_closed": "10 equal-width bins, left-closed",
    "roc_auc_low": "lower end of a two-sided 95% interval, DeLong's error on the logit scale",
    "roc_auc_low_hanley": "the same, Hanley and McNeil",
    "threshold": f"late is predicted when p_late >= {THRESHOLD}",
    "stddev": "ddof 1",
    "quantile": "inverted cdf: a value that occurs",
    "quantile_linear": "linear interpolation",
}


def psi(ref, cur, method="inverted_cdf", side="left"):
    edges = np.unique(np.quantile(ref, np.arange(1, 10) / 10, method=method))
    r, c = (np.bincount(np.searchsorted(edges, x, side=side), minlength=len(edges) + 1) / len(x)
            for x in (ref, cur))
    return psi_of_shares(r, c, (len(ref), len(cur))), edges.tolist()


def psi_of_shares(r, c, rows):
    kept = (r > 0) | (c > 0)
    r, c = r[kept], c[kept]
    r, c = (np.where(share > 0, share, np.minimum(min(FLOOR, 0.5 / n), other / 2))
            for share, other, n in ((r, c, rows[0]), (c, r, rows[1])))
    return float(np.sum((c - r) * np.log(c / r)))


def counts(ref, cur):
    values = sorted(set(ref) | set(cur))
    return np.array([pd.Series(x).value_counts().reindex(values, fill_value=0) for x in (ref, cur)])


def numeric_drift(ref, cur):
    ref, cur = np.asarray(ref, float), np.asarray(cur, float)
    w = stats.wasserstein_distance(ref, cur)
    value, edges = psi(ref, cur)
    return {"psi": value, "psi_edges": edges, "psi_linear": psi(ref, cur, "linear")[0],
            "psi_left_closed": psi(ref, cur, side="right")[0],
            "ks": float(stats.ks_2samp(ref, cur).statistic), "wasserstein": float(w),
            "wasserstein_std": float(w / ref.std())}


def category_drift(ref, cur):
    table = counts(ref, cur)
    shares = table / table.sum(axis=1, keepdims=True)
    chi2, p, _, _ = stats.chi2_contingency(table, correction=False)
    return {"psi_categories": psi_of_shares(*shares, table.sum(axis=1)), "jensen_shannon": float(jensenshannon(*shares, base=2)),
            "jensen_shannon_e": float(jensenshannon(*shares)), "chi_square": float(p),
            "cramers_v": float(np.sqrt(chi2 / table.sum())),
            "new_category_share": float(table[1][table[0] == 0].sum() / table[1].sum())}


def ece(late, p, right_closed=True):
    bins = np.ceil(p * 10) - 1 if right_closed else np.floor(p * 10)
    bins = np.clip(np.where(np.isclose(p * 10, np.round(p * 10)),
                            np.round(p * 10) - right_closed, bins), 0, 9).astype(int)
    gaps = np.abs(np.bincount(bins, late, 10) - np.bincount(bins, p, 10))
    return float(gaps.sum() / len(p))


def auc_low(late, p):
    """(DeLong on the logit scale, Hanley-McNeil) lower 95% ends."""
    pos, neg = p[late == 1], p[late == 0]
    m, n = len(pos), len(neg)
    def placement(x, other):
        other = np.sort(other)
        return (np.searchsorted(other, x, "left") + np.searchsorted(other, x, "right")) / 2 / len(other)
    v10, v01 = placement(pos, neg), 1 - placement(neg, pos)
    auc, z = v10.mean(), stats.norm.ppf(0.975)
    delong = np.sqrt(v10.var(ddof=1) / m + v01.var(ddof=1) / n)
    q1, q2 = auc / (2 - auc), 2 * auc ** 2 / (1 + auc)
    hanley = np.sqrt((auc * (1 - auc) + (m - 1) * (q1 - auc ** 2) + (n - 1) * (q2 - auc ** 2)) / m / n)
    logit = np.log(auc / (1 - auc)) - z * delong / (auc * (1 - auc))
    return float(1 / (1 + np.exp(-logit))), float(auc - z * hanley)


def classifier(rows):
    late, p = rows.late.to_numpy(), rows.p_late.to_numpy()
    said = (p >= THRESHOLD).astype(int)
    tn, fp, fn, tp = sk.confusion_matrix(late, said).ravel()
    low, hanley = auc_low(late, p)
    return {"rows": len(rows), "late_share": late.mean(), "mean_p_late": p.mean(),
            "predicted_over_observed": p.mean() / late.mean(),
            "roc_auc": sk.roc_auc_score(late, p), "roc_auc_low": low, "roc_auc_low_hanley": hanley,
            "average_precision": sk.average_precision_score(late, p), "log_loss": sk.log_loss(late, p),
            "log_loss_constant": sk.log_loss(late, np.full(len(p), late.mean())),
            "brier": sk.brier_score_loss(late, p), "ece": ece(late, p),
            "ece_left_closed": ece(late, p, False), "accuracy": sk.accuracy_score(late, said),
            "balanced_accuracy": sk.balanced_accuracy_score(late, said),
            "precision": sk.precision_score(late, said), "recall": sk.recall_score(late, said),
            "specificity": tn / (tn + fp), "f1": sk.f1_score(late, said), "mcc": sk.matthews_corrcoef(late, said)}


SLICES = {
    "long-haul": lambda rows: rows.distance > 1500,
    "big-hubs": lambda rows: rows.origin.isin(["ATL", "DFW", "ORD"]),
    "evening": lambda rows: rows.hour >= 18,
}


def data_quality(rows, airports):
    return {"rows": len(rows), "days": int(rows.date.dt.date.nunique()),
            "nulls": int(rows.isna().sum().sum()), "duplicate_flight_ids": int(rows.flight_id.duplicated().sum()),
            "delay_min": int(rows.delay.min()), "delay_max": int(rows.delay.max()),
            "delay_mean": rows.delay.mean(), "delay_stddev": rows.delay.std(),
            "delay_p95": float(np.quantile(rows.delay, 0.95, method="inverted_cdf")),
            "delay_p95_linear": float(np.quantile(rows.delay, 0.95)),
            "delay_in_-120_1800": rows.delay.between(-120, 1800).mean(),
            "distance_min": int(rows.distance.min()), "distance_max": int(rows.distance.max()),
            "distance_mean": rows.distance.mean(), "distance_sum": int(rows.distance.sum()),
            "origins": int(rows.origin.nunique()), "destinations": int(rows.destination.nunique()),
            "same_airport": int((rows.origin == rows.destination).sum()),
            "known_origin_share": rows.origin.isin(airports.code).mean(),
            "known_destination_share": rows.destination.isin(airports.code).mean()}


def measure(months):
    airports = pd.read_csv(HERE / "data" / "airports.csv", keep_default_na=False)
    data = {m: pd.read_parquet(HERE / "data" / f"{m}.parquet") for m in months}
    scored = {m: pd.read_parquet(HERE / "scored" / f"{m}.parquet") for m in months}
    train, validation = data[months[0]], scored[months[0]]
    out = {}
    for m in months:
        serving, answers = data[m], scored[m]
        out[m] = {
            "data": data_quality(serving, airports),
            "accuracy": classifier(answers),
            "slices": {name: classifier(answers[pick(answers)]) for name, pick in SLICES.items()},
            "drift": {"delay": numeric_drift(train.delay, serving.delay),
                      "distance": numeric_drift(train.distance, serving.distance),
                      "origin": category_drift(train.origin, serving.origin),
                      "destination": category_drift(train.destination, serving.destination)},
            "score_drift": {"p_late": numeric_drift(validation.p_late, answers.p_late),
                            "hour": numeric_drift(validation.hour, answers.hour),
                            "late": category_drift(validation.late, answers.late)},
        }
    return {"definitions": DEFINITIONS, "months": out}


def write(path, months):
    text = json.dumps(measure(months), indent=1, default=float)
    path.write_text(text + "\n")
    print(f"{path.name}: {len(text)} bytes")
