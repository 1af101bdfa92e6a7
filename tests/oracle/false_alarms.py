#!/usr/bin/env python3
"""How often drift checks alarm when nothing has moved: the figures of docs/few-rows.md.

    build/deps/venv/bin/python tests/oracle/false_alarms.py [MODELGATE] [TIMES]

Draws both sides of many columns from one distribution, and lets modelgate hold them to the limits of the kinds'
own examples: once as they are, once with `min_rows: 1`, which judges whatever there is. Prints Markdown. Takes
some minutes; no test runs it.
"""
import collections
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

MODELGATE = sys.argv[1] if len(sys.argv) > 1 else "build/release/modelgate"
COLUMNS = 20  # of each kind in one run
TIMES = int(sys.argv[2]) if len(sys.argv) > 2 else 20
ROWS = [100, 300, 1000, 3000, 10000]
CHECKS = [
    ("psi", "n_*", "max: 0.2, warn: {max: 0.1}"), ("psi", "w_*", "max: 0.2, warn: {max: 0.1}"),
    ("psi", "r_*", "max: 0.2, warn: {max: 0.1}"),
    ("jensen_shannon", "n_*", "max: 0.1"), ("jensen_shannon", "w_*", "max: 0.1"),
    ("jensen_shannon", "r_*", "max: 0.1"),
    ("ks", "n_*", "max: 0.1, warn: {max: 0.05}"),
    ("wasserstein", "n_*", "scale: reference_std, max: 0.1"),
    ("wasserstein", "e_*", "scale: reference_std, max: 0.1"),
    ("cramers_v", "w_*", "max: 0.1"), ("cramers_v", "r_*", "max: 0.1"),
    ("null_share_change", "n_*", "max: 0.5%"),
    ("new_category_share", "w_*", "max: 1%, warn: {max: 0.1%}"),
    ("new_category_share", "r_*", "max: 1%, warn: {max: 0.1%}"),
    ("ks", "e_*", "measure: p_value, min: 0.01"),
    ("chi_square", "w_*", "min: 0.01, effect: {max: 0.1}"),
]
MEANS = {"n_*": "normal numbers, 5% NULL", "e_*": "exponential numbers", "w_*": "20 words of Zipf's frequencies",
         "r_*": "300 such words"}


def zipf(rng, rows, words):
    share = 1 / np.arange(1, words + 1)
    return rng.choice([f"w{i}" for i in range(words)], rows, p=share / share.sum())


def side(rng, rows):
    made = {}
    for i in range(COLUMNS):
        made[f"n_{i}"] = pa.array(rng.normal(size=rows), mask=rng.random(rows) < 0.05)
        made[f"e_{i}"] = rng.exponential(size=rows)
        made[f"w_{i}"] = zipf(rng, rows, 20)
        made[f"r_{i}"] = zipf(rng, rows, 300)
    return pa.table(made)


def spec(more):
    lines = ["version: 1", "model: none", "data: {now: now.parquet, then: then.parquet}", "suites:", "  s:",
             "    on: now", "    reference: then", "    checks:"]
    for i, (kind, columns, limits) in enumerate(CHECKS):
        lines.append(f'    - {kind}: {{name: c{i}, columns: ["{columns}"], {limits}{more}}}')
    return "\n".join(lines) + "\n"


def run(folder, more):
    (folder / "modelgate.yaml").write_text(spec(more), encoding="utf-8")
    subprocess.run([MODELGATE, "run", "--json", folder / "run.json", folder / "modelgate.yaml"],
                   capture_output=True, check=False)
    counted = collections.defaultdict(collections.Counter)
    for result in json.loads((folder / "run.json").read_text(encoding="utf-8"))["results"]:
        name = int(result["name"].split("/c")[1].split("[")[0])
        counted[name][result["verdict"]] += 1
        level = [f["number"] for f in result["facts"] if f["name"] == "chance_level"]
        if level and result["value"] is not None:
            counted[name]["leveled"] += 1
            counted[name]["over"] += result["value"] > level[0]
            counted[name]["level"] += level[0]
    return counted


def percent(part, whole):
    return f"{100 * part / whole:.3g}%" if whole else "-"


def cell(all_judged, usual):
    """Alarms when everything is judged, alarms as it is, and how many are errors instead."""
    whole = COLUMNS * TIMES
    alarms = [percent(c["fail"] + c["warn"], whole) for c in (all_judged, usual)]
    return f"{alarms[0]} / {alarms[1]} / {percent(usual['error'], whole)}"


def count(folder, rows):
    """Per check, the verdicts with `min_rows: 1` and without."""
    counted = [collections.defaultdict(collections.Counter) for _ in range(2)]
    rng = np.random.default_rng(rows)
    for _ in range(TIMES):
        for name in ("now", "then"):
            pq.write_table(side(rng, rows), folder / f"{name}.parquet")
        for total, more in zip(counted, (", min_rows: 1", "")):
            for i, verdicts in run(folder, more).items():
                total[i] += verdicts
    for i, (kind, columns, _) in enumerate(CHECKS):
        print(rows, kind, columns, *(dict(total[i]) for total in counted), file=sys.stderr, flush=True)
    return counted


def main():
    with tempfile.TemporaryDirectory() as folder:
        figures = {rows: count(Path(folder), rows) for rows in ROWS}
    print("| check | column | " + " | ".join(f"{rows:,}" for rows in ROWS) + " |")
    print("|---" * (2 + len(ROWS)) + "|")
    for i, (kind, columns, limits) in enumerate(CHECKS):
        cells = [cell(*(f[i] for f in figures[rows])) for rows in ROWS]
        print(f"| `{kind}: {{{limits}}}` | {MEANS[columns]} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
