"""Measures modelgate against what else one could do, in runs that take turns. See docs/benchmarks.md.

    bench.py --program MODELGATE --folder FOLDER [--quick] [--runs N] [case...]

Prints a table and writes results.json and results.md into the folder. Exit code 1: something
failed, or two sides did not get the same numbers. A target that was missed is only shown.
"""
import argparse
import datetime
import json
import os
import platform
import sys
from pathlib import Path

import case_data40
import case_drift
import case_drift_tools
import case_engines
import case_failing
import case_fused
import case_history_git
import case_many_checks
import case_scaling
import case_site
import case_slices
import case_slices_5000
import case_start
import case_text_files
import case_wheres
import case_wide
from lab import Lab, Wrong, say

CASES = {"fused": case_fused, "data40": case_data40, "text-files": case_text_files, "scaling": case_scaling,
         "wide": case_wide, "many-checks": case_many_checks, "wheres": case_wheres, "failing": case_failing,
         "drift": case_drift, "drift-tools": case_drift_tools, "slices": case_slices,
         "slices-5000": case_slices_5000, "start": case_start, "engines": case_engines, "site": case_site,
         "history-git": case_history_git}
SOURCE = Path(__file__).resolve().parent.parent.parent


def read_arguments():
    parser = argparse.ArgumentParser(description="Benchmarks of modelgate; see docs/benchmarks.md.")
    parser.add_argument("cases", nargs="*", metavar="case", help=f"of {', '.join(CASES)}; all by default")
    parser.add_argument("--quick", action="store_true",
                        help="a hundredth of the rows: does it work, do the numbers agree")
    parser.add_argument("--runs", type=int, help="paired runs of each case")
    parser.add_argument("--models", type=int,
                        help="how many the histories of site and history-git have; else 200, quick 2")
    parser.add_argument("--program", type=Path, required=True, help="modelgate to measure")
    parser.add_argument("--folder", type=Path, required=True, help="for data and results")
    arguments = parser.parse_args()
    unknown = [case for case in arguments.cases if case not in CASES]
    if unknown:
        parser.error(f"no case '{unknown[0]}'; there are {', '.join(CASES)}")
    for name in ("runs", "models"):
        if getattr(arguments, name) is not None and getattr(arguments, name) < 1:
            parser.error(f"--{name} must be 1 or more")
    return arguments


def first_line(path, start):
    with open(path) as lines:
        return next((line.split(":", 1)[1].strip() for line in lines if line.startswith(start)), "unknown")


def describe_machine(threads):
    return {
        "cpu": first_line("/proc/cpuinfo", "model name"), "cores": threads,
        "memory": first_line("/proc/meminfo", "MemTotal"), "kernel": platform.release(),
        "load_at_start": os.getloadavg()[0],
    }


def show(figure, quick):
    """One row of the table: what, ours, peer's, ratio, wanted, held. A quick run judges nothing."""
    row = [figure["what"], figure.get("ours", ""), figure.get("theirs", "")]
    if "ratio" not in figure and "value" not in figure:
        return [*row, "", "", ""]
    times = figure["ratio"]["median"] if "ratio" in figure else figure["value"]
    wanted, at_most = None if quick else figure.get("wanted"), figure.get("at_most", True)
    held = "" if wanted is None else "yes" if (times <= wanted if at_most else times >= wanted) else "NO"
    limit = "" if wanted is None else f"{'<=' if at_most else '>='} {wanted:g}{figure.get('unit', '')}"
    text = f"{figure.get('bound', '')}{times:.3g}{figure.get('unit', '')}"
    spread = figure.get("ratio", figure.get("spread", {}))
    if "min" in spread:
        text += f" ({spread['min']:.3g} to {spread['max']:.3g})"
    return [*row, text, limit, held]


def markdown(rows):
    head = ["figure", "modelgate", "peer", "result", "wanted", "held"]
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows])


def main():
    arguments = read_arguments()
    threads = len(os.sched_getaffinity(0))
    os.environ["PYTHONPATH"] = str(SOURCE / "build/deps/tables")  # some peers are there
    os.environ |= {"DO_NOT_TRACK": "1", "NML_DISABLE_USAGE_LOGGING": "1"}  # some tell their makers that they run
    lab = Lab(arguments.folder.resolve(), arguments.program.resolve(),
              Path(os.environ.get("DUCKDB_ROOT") or SOURCE / "build/deps/duckdb"),
              SOURCE / "build/deps", threads, arguments.quick, arguments.models)
    results = {"when": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
               "quick": arguments.quick, "machine": describe_machine(threads), "cases": {}}
    wrong = 0
    rows = []
    for name in arguments.cases or CASES:
        say(f"case {name}")
        try:
            case = CASES[name].measure(lab, arguments.runs)
        except Wrong as problem:
            say(f"case {name} failed\n{problem}")
            wrong += 1
            continue
        for side in case["sides"].values():
            side.pop("outputs", None)
        results["cases"][name] = case
        for figure in case["figures"]:
            what, *cells = show(figure, arguments.quick)
            rows.append([f"{name}: {what}", *cells])
    table = markdown(rows)
    (lab.folder / "results.json").write_text(json.dumps(results, indent=1) + "\n")
    (lab.folder / "results.md").write_text(table + "\n")
    print(table)
    return 1 if wrong else 0


sys.exit(main())
