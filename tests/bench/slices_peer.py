"""Metrics with scikit-learn: of all rows, then in a loop over the segments.

    slices_peer.py PREDICTIONS METRIC...

Prints {"values": {name: number}, "seconds": without the imports, "versions": ...} as JSON.
"""
import json
import sys
import time

import numpy as np
import pyarrow
import pyarrow.parquet as pq
import sklearn
from sklearn import metrics

METRICS = {
    "accuracy": lambda y, hat, p: metrics.accuracy_score(y, hat),
    "precision": lambda y, hat, p: metrics.precision_score(y, hat),
    "recall": lambda y, hat, p: metrics.recall_score(y, hat),
    "f1": lambda y, hat, p: metrics.f1_score(y, hat),
    "roc_auc": lambda y, hat, p: metrics.roc_auc_score(y, p),
    "average_precision": lambda y, hat, p: metrics.average_precision_score(y, p),
    "log_loss": lambda y, hat, p: metrics.log_loss(y, p),
    "brier": lambda y, hat, p: metrics.brier_score_loss(y, p),
}


def main(path, *names):
    began = time.perf_counter()
    # The segment as a dictionary, so that picking a slice compares whole numbers, not texts.
    table = pq.read_table(path, columns=["segment", "label", "score"], read_dictionary=["segment"])
    segments = table["segment"].unify_dictionaries().combine_chunks()
    codes = segments.indices.to_numpy()
    label, score = table["label"].to_numpy(), table["score"].to_numpy()
    values = {}

    def measure(segment, y, p):
        hat = (p >= 0.5).astype(y.dtype)
        for name in names:
            values[f"{name}[{segment}]"] = float(METRICS[name](y, hat, p))

    measure("all", label, score)
    # Rows are sorted by segment once: a comparison with each of thousands of segments would take longer.
    order = np.argsort(codes, kind="stable")
    label, score = label[order], score[order]
    ends = np.cumsum(np.bincount(codes))
    for segment, begin, end in zip(segments.dictionary.to_pylist(), [0, *ends], ends):
        measure(segment, label[begin:end], score[begin:end])
    print(json.dumps({"values": values, "seconds": time.perf_counter() - began, "versions": {
        "numpy": np.__version__, "scikit-learn": sklearn.__version__, "pyarrow": pyarrow.__version__}}))


main(*sys.argv[1:])
