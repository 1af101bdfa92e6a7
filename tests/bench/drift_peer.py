"""The 40 numbers of drift.yaml with pandas, numpy and scipy, as a careful data scientist would.

    drift_peer.py REFERENCE CURRENT

Prints {"values": {name: number}, "seconds": without the imports, "versions": ...} as JSON.
"""
import json
import sys
import time

import numpy as np
import pandas as pd
import pyarrow
import scipy
from scipy.spatial.distance import jensenshannon
from scipy.stats import ks_2samp, wasserstein_distance

FLOOR = 1e-4


def psi(r, c):
    r, c = np.maximum(r, FLOOR), np.maximum(c, FLOOR)
    return float(np.sum((c - r) * np.log(c / r)))


def shares_by_reference_deciles(reference, current):
    """Bins between the reference's deciles (values that occur), closed on the right, open ends."""
    edges = np.unique(np.quantile(reference, np.arange(1, 10) / 10, method="inverted_cdf"))
    return [np.bincount(np.searchsorted(edges, x, side="left"), minlength=len(edges) + 1) / len(x)
            for x in (reference, current)]


def main(reference_path, current_path):
    began = time.perf_counter()
    reference, current = pd.read_parquet(reference_path), pd.read_parquet(current_path)
    values = {}
    for column in reference.columns:
        r, c = (frame[column].dropna().to_numpy(dtype=float) for frame in (reference, current))
        r_shares, c_shares = shares_by_reference_deciles(r, c)
        values[f"psi[{column}]"] = psi(r_shares, c_shares)
        values[f"ks[{column}]"] = float(ks_2samp(r, c, method="asymp").statistic)
        values[f"wasserstein[{column}]"] = float(wasserstein_distance(r, c))
        values[f"jensen_shannon[{column}]"] = float(jensenshannon(r_shares, c_shares, base=2))
    print(json.dumps({"values": values, "seconds": time.perf_counter() - began, "versions": {
        "numpy": np.__version__, "scipy": scipy.__version__, "pandas": pd.__version__,
        "pyarrow": pyarrow.__version__}}))


main(*sys.argv[1:])
