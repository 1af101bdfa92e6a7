"""not_null, range and mean of all columns but the id with pandera on polars.

    wide_peer.py FILE

Prints {"passed": true, "seconds": without the imports, "versions": ...} as JSON; a check that does not
hold raises, with all that do not.
"""
import json
import sys
import time

import pandera
import pandera.polars as pa
import polars as pl


def mean_is_between(low, high):
    return pa.Check(lambda data: data.lazyframe.select(pl.col(data.key).mean().is_between(low, high)))


def main(path):
    began = time.perf_counter()
    frame = pl.read_parquet(path)
    checks = [pa.Check.in_range(0, 1), mean_is_between(0.3, 0.7)]
    schema = pa.DataFrameSchema({name: pa.Column(float, checks) for name in frame.columns if name != "id"})
    schema.validate(frame, lazy=True)
    print(json.dumps({"passed": True, "seconds": time.perf_counter() - began,
                      "versions": {"pandera": pandera.__version__, "polars": pl.__version__}}))


main(*sys.argv[1:])
