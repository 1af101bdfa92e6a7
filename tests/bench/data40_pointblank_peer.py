"""The 40 checks of data40.yaml with pointblank on polars.

    data40_pointblank_peer.py BOOKINGS CUSTOMERS

Prints {"passed": true, "seconds": without the imports, "versions": ...} as JSON; a check that does not hold raises.
"""
import datetime
import json
import sys
import time

import pointblank as pb
import polars as pl

CARRIERS = ["WN", "AA", "DL", "UA", "US", "NW", "CO", "TW", "AS", "HP", "MQ", "AQ", "HA", "FL"]
AS_OF = datetime.datetime(2025, 3, 2)
THERE = ["id", "booking", "leg", "customer", "scheduled", "carrier", "origin", "destination"]
RANGES = {"leg": (1, 4), "distance": (1, 6000), "seats": (1, 600), "passengers": (0, 600), "delay": (-120, 1800),
          "air_time": (0, 1200), "fuel": (0, 1000000), "fare": (5, 5000)}


def mostly(share):
    """Fails where more rows than the rest do not hold."""
    return pb.Thresholds(error=1 - share)


def holds(check, expression):
    """A check of a whole table: one expression that gives one truth."""
    return check.specially(lambda table: table.select(expression).item())


def forty(bookings, customers):
    check = holds(pb.Validate(bookings, thresholds=pb.Thresholds(error=1)), pl.len() >= 1000)
    check = check.col_vals_not_null(THERE).rows_distinct("id").rows_distinct(["booking", "leg"])
    check = check.col_vals_in_table("customer", customers, "customer")
    for column in ("landed", "delay", "passengers"):
        check = check.col_vals_not_null(column, thresholds=mostly(0.95))
    for column, (low, high) in RANGES.items():
        check = check.col_vals_between(column, low, high, na_pass=True)
    check = check.col_vals_in_set("carrier", CARRIERS, thresholds=mostly(0.99))
    check = check.col_vals_in_set("late", [0, 1]).col_vals_in_set("status", ["booked", "flown ", "cancel"])
    check = check.col_vals_regex(["origin", "destination"], "^[A-Z]{3}$")
    check = check.col_vals_regex("tail", "^N[0-9]{5}$", thresholds=mostly(0.999))
    for column, low, high in (("id", 26, 26), ("tail", 2, 7)):
        check = check.col_vals_str_len(column, min_val=low, max_val=high)
    for expression in (
            pl.col("delay").mean().is_between(0, 15), pl.col("fare").mean().is_between(50, 500),
            pl.col("delay").std().is_between(5, 60), pl.col("seats").max() <= 600,
            pl.col("delay").quantile(0.99, "linear") <= 600, pl.col("carrier").n_unique().is_between(10, 50),
            pl.col("tail").n_unique() >= 1000, AS_OF - pl.col("scheduled").max() <= datetime.timedelta(hours=36)):
        check = holds(check, expression)
    return check.col_vals_expr(pl.col("origin") != pl.col("destination"), thresholds=mostly(0.99))


def main(bookings_path, customers_path):
    began = time.perf_counter()
    done = forty(pl.read_parquet(bookings_path), pl.read_parquet(customers_path)).interrogate(
        collect_extracts=False)
    done.assert_below_threshold(level="error")
    print(json.dumps({"passed": True, "seconds": time.perf_counter() - began,
                      "versions": {"pointblank": pb.__version__, "polars": pl.__version__}}))


main(*sys.argv[1:])
