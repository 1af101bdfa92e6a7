"""Random tables written by pandas, polars and pyarrow, in all formats. What the file holds is told by
contract.py, and that must be what was in the frame."""

import csv
import datetime
import gzip
import io
from decimal import Decimal

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from input import contract
from input.contract import Column
from input.generate import WORDS, judged, names
from input.proof import Case

UTC = datetime.timezone.utc
TEXTS = [w for w in WORDS if "\0" not in w] + ["x", "007", "1.50", "true", "2026-11-29"]


def moment(rng, step=1):
    return datetime.datetime(1970, 1,
        1) + datetime.timedelta(microseconds=rng.randrange(-10**15, 4 * 10**15) // step * step)


# What Parquet makes of it; a value; what holds it in pandas; in polars.
KINDS = {
    "whole": ("BIGINT", lambda r: r.randrange(-(2**63), 2**63), "Int64", pl.Int64),
    "small": ("TINYINT", lambda r: r.randrange(-128, 128), "Int8", pl.Int8),
    "int": ("INTEGER", lambda r: r.randrange(-(2**31), 2**31), "Int32", pl.Int32),
    "unsigned": ("UBIGINT", lambda r: r.randrange(2**64), "UInt64", pl.UInt64),
    "real": ("DOUBLE", lambda r: r.choice([r.gauss(0, 1), r.random() * 10**r.randrange(-30, 30), 0.1, 5e-324, 1.5]),
    "float64", pl.Float64),
    "wholly real": ("DOUBLE", lambda r: float(r.randrange(100)), "float64", pl.Float64),
    "truth": ("BOOLEAN", lambda r: r.random() < 0.5, "boolean", pl.Boolean),
    "text": ("VARCHAR", lambda r: r.choice(TEXTS), "object", pl.String),
    "day": ("DATE", lambda r: moment(r).date(), "object", pl.Date),
    "stamp": ("TIMESTAMP", lambda r: moment(r, r.choice([1, 1000, 10**6])), "datetime64[us]", pl.Datetime("us")),
    "instant": ("TIMESTAMP WITH TIME ZONE", lambda r: moment(r, 10**6).replace(tzinfo=UTC), "datetime64[us, UTC]",
    pl.Datetime("us", "UTC")),
}


class Frame:
    def __init__(self, rng):
        rows = rng.choice([1, 2, 10, 50, 200])
        self.names = [n for n in names(rng, rng.randrange(2, 7)) if n != "column0"] + ["last"]
        self.kinds = [rng.choice(list(KINDS)) for _ in self.names]
        self.columns = []
        for kind in self.kinds:
            values = [KINDS[kind][1](rng) for _ in range(rows)]
            if rng.random() < 0.3:
                values = [None if rng.random() < 0.3 else v for v in values]
            if kind == "text":
                values[0] = "first"  # so that it stays a text
            self.columns.append(values)

    def pandas(self):
        return pd.DataFrame({n: pd.Series(values, dtype=KINDS[kind][2])
            for n, kind, values in zip(self.names, self.kinds, self.columns)})

    def polars(self):
        return pl.DataFrame({n: pl.Series(n, values, dtype=KINDS[kind][3], strict=True)
            for n, kind, values in zip(self.names, self.kinds, self.columns)})

    def arrow(self):
        return self.polars().to_arrow(compat_level=pl.CompatLevel.oldest())

    def typed(self):
        return [Column(n, KINDS[kind][0], [since_1970(v) for v in values])
            for n, kind, values in zip(self.names, self.kinds, self.columns)]


def since_1970(value):
    """A moment as contract.py has it."""
    if not isinstance(value, datetime.datetime):
        return value
    return (value.replace(tzinfo=UTC) - datetime.datetime(1970, 1, 1,
        tzinfo=UTC)) // datetime.timedelta(microseconds=1) * 1000


def agrees(column, values):
    """Does the file hold the frame's values? A date may have become a midnight, a whole a double."""
    for got, wanted in zip(column.values, map(since_1970, values)):
        if isinstance(wanted, datetime.date) and isinstance(got, int):
            wanted = (wanted - contract.EPOCH).days * 86400 * 10**9
        if isinstance(got, datetime.date) and isinstance(wanted, int):
            got = (got - contract.EPOCH).days * 86400 * 10**9
        if got != wanted and not (isinstance(got, Decimal) and float(got) == wanted):
            return f"{column.name}: {got!r} is not {wanted!r}"
    return None if len(column.values) == len(values) else f"{column.name}: {len(column.values)} values"


def checked(label, path, data, folder, frame, keys=None, packed=False):
    case = judged(label, path, data, folder, keys)
    if case.columns is None:
        raise AssertionError(f"{label} {path}: {case.refusal}")
    columns = {c.name: c for c in case.columns}
    for name, values in zip(frame.names, frame.columns):
        fault = agrees(columns[name], values)
        if fault:
            raise AssertionError(f"{label} {path}: {fault}")
    if packed:
        case.path += ".gz"
        (folder / case.path).write_bytes(gzip.compress(data))
    return case


def pandas_csv(rng, folder, number):
    frame = Frame(rng)
    index, separator = rng.random() < 0.3, rng.choice([",", ";", "\t", "|"])
    # pandas puts no quotes around a CR, and with QUOTE_NONNUMERIC it writes NULL as "", the empty text.
    frame.columns = [[v.replace("\r", "") if isinstance(v, str) else v for v in values] for values in frame.columns]
    quoting = rng.choice([csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC])
    missing = "NA" if quoting == csv.QUOTE_NONNUMERIC else rng.choice(["", "NA"])
    data = frame.pandas().to_csv(index=index, sep=separator, na_rep=missing, lineterminator=rng.choice(["\n", "\r\n"]),
        quoting=quoting).encode()
    keys = {"csv": {"delimiter": separator}}
    if missing:
        keys["missing"] = [missing]
    return checked("pandas.to_csv", f"{number}.csv", data, folder, frame, keys, rng.random() < 0.2)


def polars_csv(rng, folder, number):
    frame = Frame(rng)
    separator = rng.choice([",", ";", "|"])
    data = frame.polars().write_csv(separator=separator, include_bom=rng.random() < 0.2,
        line_terminator=rng.choice(["\n", "\r\n"]),
        quote_style=rng.choice(["necessary", "non_numeric"])).encode()
    return checked("polars.write_csv", f"{number}.csv", data, folder, frame, {"csv": {"delimiter": separator}})


def arrow_csv(rng, folder, number):
    frame, data = Frame(rng), io.BytesIO()
    pa.csv.write_csv(frame.arrow(), data)
    return checked("pyarrow.write_csv", f"{number}.csv", data.getvalue(), folder, frame, {"csv": {"delimiter": ","}})


def pandas_json(rng, folder, number):
    frame = Frame(rng)
    while {"real", "unsigned", "instant"} & set(frame.kinds):  # to_json rounds reals, and cannot write 2^64
        frame = Frame(rng)
    lines = rng.random() < 0.5
    data = frame.pandas().to_json(orient="records", lines=lines, date_format="iso", date_unit="us",
        force_ascii=rng.random() < 0.5)
    return checked("pandas.to_json", f"{number}.{'ndjson' if lines else 'json'}", data.encode(), folder, frame)


def polars_json(rng, folder, number):
    frame, lines = Frame(rng), rng.random() < 0.5
    data = frame.polars().write_ndjson() if lines else frame.polars().write_json()
    return checked("polars' JSON", f"{number}.{'ndjson' if lines else 'json'}", data.encode(), folder, frame)


def parquet(rng, folder, number):
    frame, path = Frame(rng), f"{number}.parquet"
    writer = rng.choice(["pandas", "polars", "pyarrow"])
    compression = rng.choice(["snappy", "zstd", "gzip", "lz4"])
    if writer == "pandas":
        frame.pandas().to_parquet(folder / path, compression=compression)
    elif writer == "polars":
        frame.polars().write_parquet(folder / path, compression=compression, row_group_size=rng.choice([None, 7]))
    else:
        pa.parquet.write_table(frame.arrow(), folder / path, compression=compression,
            row_group_size=rng.choice([None, 7]),
            data_page_version=rng.choice(["1.0", "2.0"]), use_dictionary=rng.random() < 0.5)
    return Case(f"Parquet by {writer}", path, frame.typed())


MAKERS = [pandas_csv, polars_csv, arrow_csv, pandas_json, polars_json, parquet]


def by_library(rng, folder, number):
    return rng.choice(MAKERS)(rng, folder, number)
