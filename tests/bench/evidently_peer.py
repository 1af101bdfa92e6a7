"""The drift of all columns with Evidently's preset.

    evidently_peer.py REFERENCE CURRENT [METHOD]    psi, or what Evidently picks by itself

Prints {"columns": how many it judged, "seconds": without the imports, "versions": ...} as JSON.
"""
import json
import sys
import time

import evidently
import pandas as pd
from evidently import Report
from evidently.presets import DataDriftPreset


def main(reference_path, current_path, method=None):
    began = time.perf_counter()
    reference, current = pd.read_parquet(reference_path), pd.read_parquet(current_path)
    done = Report([DataDriftPreset(method=method) if method else DataDriftPreset()]).run(current, reference)
    judged = [metric for metric in done.dict()["metrics"] if metric["metric_name"].startswith("ValueDrift")]
    print(json.dumps({"columns": len(judged), "seconds": time.perf_counter() - began,
                      "versions": {"evidently": evidently.__version__, "pandas": pd.__version__}}))


main(*sys.argv[1:])
