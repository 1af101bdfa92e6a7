"""KS, Wasserstein and Jensen-Shannon of all columns with NannyML, the current rows as one chunk.

    nannyml_peer.py REFERENCE CURRENT

Prints {"columns": how many it judged, "seconds": without the imports, "versions": ...} as JSON.
"""
import json
import sys
import time

import nannyml
import pandas as pd


def main(reference_path, current_path):
    began = time.perf_counter()
    reference, current = pd.read_parquet(reference_path), pd.read_parquet(current_path)
    calculator = nannyml.UnivariateDriftCalculator(
        column_names=list(reference.columns), chunk_number=1,
        continuous_methods=["kolmogorov_smirnov", "wasserstein", "jensen_shannon"])
    found = calculator.fit(reference).calculate(current).filter(period="analysis").to_df()
    print(json.dumps({"columns": len(set(found.columns.get_level_values(0)) - {"chunk"}),
                      "seconds": time.perf_counter() - began,
                      "versions": {"nannyml": nannyml.__version__, "pandas": pd.__version__}}))


main(*sys.argv[1:])
