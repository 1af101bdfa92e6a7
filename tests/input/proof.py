"""Proves that modelgate reads files as a table says: value by value and type by type. Many files make one
spec; each is compared with a Parquet file of what it should hold, by the engine's own Parquet reader."""

import concurrent.futures
import json
import os
import re
import subprocess
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

MODELGATE = os.environ.get("MODELGATE", "modelgate")
FILES_A_SPEC = 40

ARROW = {"BOOLEAN": pa.bool_(), "TINYINT": pa.int8(), "SMALLINT": pa.int16(), "INTEGER": pa.int32(),
    "BIGINT": pa.int64(), "UTINYINT": pa.uint8(), "UINTEGER": pa.uint32(), "UBIGINT": pa.uint64(),
    "FLOAT": pa.float32(), "DOUBLE": pa.float64(), "VARCHAR": pa.string(),
    "DATE": pa.date32(), "TIME": pa.time64("us"), "TIMESTAMP": pa.timestamp("us"),
    "TIMESTAMP_NS": pa.timestamp("ns"), "TIMESTAMP WITH TIME ZONE": pa.timestamp("us", "UTC")}


class Case:
    """One dataset: `path` as the spec has it, `keys` beside it; `columns` (contract.Column) or a Refusal
    to come out, with words that are said."""

    def __init__(self, label, path, columns=None, refusal=None, keys=None, says=""):
        self.label, self.path, self.columns, self.refusal = label, path, columns, refusal
        self.keys, self.says = keys or {}, says


def arrow(column):
    if column.type == "HUGEINT":
        return pa.array([None if v is None else str(v) for v in column.values], pa.string())
    if column.type == "JSON":
        return pa.array(column.values, pa.string())
    decimal = re.fullmatch(r"DECIMAL\((\d+),(\d+)\)", column.type)
    if decimal:
        return pa.array(column.values, pa.decimal128(int(decimal[1]), int(decimal[2])))
    kind = ARROW[column.type]
    if column.type.startswith("TIMESTAMP"):
        unit = 1 if column.type == "TIMESTAMP_NS" else 1000
        return pa.array([None if v is None else v // unit for v in column.values], pa.int64()).cast(kind)
    return pa.array(column.values, kind)


def write_expected(path, columns):
    arrays = [arrow(column) for column in columns]
    pq.write_table(pa.table(arrays, names=[f"c{i}" for i in range(len(columns))]), path)


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def selected(columns, given):
    """The columns by name from what was read, or by place from what is expected."""
    names = [quoted(c.name) if given else f"c{i}" for i, c in enumerate(columns)]
    cast = [f"CAST({n} AS VARCHAR)" if c.type in ("HUGEINT", "JSON") else n for n, c in zip(names, columns)]
    return ", ".join(cast)


def in_spec(value):
    """As YAML that no variable is put into."""
    return json.dumps(value, ensure_ascii=False).replace("${", "$${")


def checks_of(name, case):
    if case.refusal:
        return [f"      - row_count: {{name: {name}, on: {name}, min: 0}}"]
    got, wanted = (f"SELECT {selected(case.columns, given)} FROM {table}"
        for given, table in ((True, name), (False, f"{name}x")))
    query = (f"SELECT count(*) FROM (({got} EXCEPT ALL {wanted}) UNION ALL ({wanted} EXCEPT ALL {got}))")
    names = [c.name for c in case.columns]
    types = {c.name: c.type for c in case.columns}
    typed = {"name": f"{name}-types", "on": name, "required": names, "order": True, "exact": True,
        "types": types}
    return [f"      - columns: {in_spec(typed)}",
        f"      - row_count: {{name: {name}-rows, on: {name}, equals: {len(case.columns[0].values)}}}",
        f"      - sql: {in_spec({'name': name + '-values', 'on': name, 'query': query, 'max': 0})}"]


def run(folder, cases, number):
    lines, checks = ["version: 1", "model: m", "data:"], []
    for i, case in enumerate(cases):
        name = f"t{i}"
        lines.append(f"  {name}: {in_spec({'path': case.path, **case.keys})}")
        if not case.refusal:
            write_expected(folder / f"expected-{number}-{i}.parquet", case.columns)
            lines.append(f"  {name}x: expected-{number}-{i}.parquet")
        checks += checks_of(name, case)
    spec = folder / f"spec-{number}.yaml"
    spec.write_text("\n".join([*lines, "suites:", "  s:", "    checks:", *checks, ""]))
    report = folder / f"run-{number}.json"
    # None of the files is larger than what one thread takes at once; others would only look whether there is more.
    done = subprocess.run([MODELGATE, "run", "-q", "--threads", "1", "--json", str(report), str(spec)], cwd=folder,
        capture_output=True, text=True, timeout=280)
    if done.returncode not in (0, 1, 3) or not report.exists():
        raise AssertionError(f"{spec}: exit {done.returncode}\n{done.stderr[-3000:]}")
    return {r["name"].split("/", 1)[1].split("[")[0]: r for r in json.loads(report.read_text())["results"]}


def complaint(name, case, results):
    """What is wrong with the case's results, or None."""
    if case.refusal:
        result = results[name]
        message = result.get("message") or ""
        if result["verdict"] != "error":
            return f"read, though it must not be: {case.refusal}"
        file = re.escape(Path(case.path).name)
        lines = "|".join(map(str, [case.refusal.line, *case.refusal.others]))
        if case.refusal.line and not re.search(rf"{file}:({lines})\b", message):
            return f"refused, but not with {Path(case.path).name}:{case.refusal.line} ({case.refusal}): {message}"
        return None if case.says in message else f"refused, but not with {case.says!r}: {message}"
    for part in ("types", "rows", "values"):
        result = results[f"{name}-{part}"]
        if result["verdict"] != "pass":
            return f"{part}: {result['verdict']} {result.get('value')} {result.get('message')}"
    return None


def prove(folder, cases):
    """The complaints of all cases: (case, text)."""
    parts = [cases[i : i + FILES_A_SPEC] for i in range(0, len(cases), FILES_A_SPEC)]
    found = []
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for part, results in zip(parts, pool.map(run, [folder] * len(parts), parts, range(len(parts)))):
            complaints = [(case, complaint(f"t{i}", case, results)) for i, case in enumerate(part)]
            found += [(case, text) for case, text in complaints if text]
    return found
