"""The 40 checks of data40.yaml with pandera on polars, as its documentation shows them.

    data40_peer.py BOOKINGS CUSTOMERS

Prints {"passed": true, "seconds": without the imports, "versions": ...} as JSON; a check that does not
hold raises, with all that do not.
"""
import datetime
import json
import sys
import time

import pandera
import pandera.polars as pa
import polars as pl

CARRIERS = ["WN", "AA", "DL", "UA", "US", "NW", "CO", "TW", "AS", "HP", "MQ", "AQ", "HA", "FL"]


def holds(condition):
    """A check of a whole column: one expression that gives one truth."""
    return pa.Check(lambda data: data.lazyframe.select(condition(pl.col(data.key))))


def mostly_there(share):
    return holds(lambda x: x.is_not_null().mean() >= share)


def schema(customers):
    known = customers["customer"].to_list()
    as_of = datetime.datetime(2025, 3, 2)
    return pa.DataFrameSchema({
        "id": pa.Column(str, pa.Check.str_length(26, 26), unique=True),
        "booking": pa.Column(str),
        "leg": pa.Column(pl.Int32, pa.Check.in_range(1, 4)),
        "customer": pa.Column(pl.Int64, pa.Check.isin(known)),
        "scheduled": pa.Column(pl.Datetime, holds(lambda x: as_of - x.max() <= datetime.timedelta(hours=36))),
        "carrier": pa.Column(str, [holds(lambda x: x.is_in(CARRIERS).mean() >= 0.99),
                                   holds(lambda x: x.n_unique().is_between(10, 50))]),
        "origin": pa.Column(str, pa.Check.str_matches("^[A-Z]{3}$")),
        "destination": pa.Column(str, pa.Check.str_matches("^[A-Z]{3}$")),
        "landed": pa.Column(pl.Datetime, mostly_there(0.95), nullable=True),
        "delay": pa.Column(float, [
            mostly_there(0.95), pa.Check.in_range(-120, 1800), holds(lambda x: x.mean().is_between(0, 15)),
            holds(lambda x: x.std().is_between(5, 60)), holds(lambda x: x.quantile(0.99, "linear") <= 600),
        ], nullable=True),
        "passengers": pa.Column(pl.Int32, [mostly_there(0.95), pa.Check.in_range(0, 600)], nullable=True),
        "distance": pa.Column(pl.Int32, pa.Check.in_range(1, 6000)),
        "seats": pa.Column(pl.Int32, [pa.Check.in_range(1, 600), holds(lambda x: x.max() <= 600)]),
        "air_time": pa.Column(float, pa.Check.in_range(0, 1200)),
        "fuel": pa.Column(float, pa.Check.in_range(0, 1000000)),
        "fare": pa.Column(float, [pa.Check.in_range(5, 5000), holds(lambda x: x.mean().is_between(50, 500))]),
        "late": pa.Column(pl.Int32, pa.Check.isin([0, 1])),
        "status": pa.Column(str, pa.Check.isin(["booked", "flown ", "cancel"])),
        "tail": pa.Column(str, [holds(lambda x: x.str.contains("^N[0-9]{5}$").mean() >= 0.999),
                                pa.Check.str_length(2, 7), holds(lambda x: x.n_unique() >= 1000)]),
    }, checks=[
        pa.Check(lambda data: data.lazyframe.select(pl.len() >= 1000)),
        pa.Check(lambda data: data.lazyframe.select((pl.col("origin") != pl.col("destination")).mean() >= 0.99)),
    ], unique=["booking", "leg"])


def main(bookings_path, customers_path):
    began = time.perf_counter()
    schema(pl.read_parquet(customers_path)).validate(pl.read_parquet(bookings_path), lazy=True)
    print(json.dumps({"passed": True, "seconds": time.perf_counter() - began,
                      "versions": {"pandera": pandera.__version__, "polars": pl.__version__}}))


main(*sys.argv[1:])
