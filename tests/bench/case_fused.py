"""fused: 40 data checks on 10 million rows, against the same 40 in one hand-written statement."""
import json

from lab import compare, measured, ratio

# Rows of the data; the last flight leaves just before AS_OF.
ROWS = 10_000_000
AS_OF = "2025-03-02"


def flights(lab, rows):
    return lab.data(f"flights-{rows}", "flights", rows=rows)


def gate(lab, report, file):
    return [*lab.gate("fused", report, file=file), "--as-of", AS_OF]


def name_of(result):
    """As fused.sql names its columns."""
    return f"{result['kind']}[{result['column']}]" if result["column"] else result["kind"]


def against_sql(lab, runs, name, file, source, wanted):
    """The 40 checks on a file, against one statement by hand on what DuckDB reads from the same file."""
    report = lab.folder / "out" / f"{name}.json"
    sides = lab.paired({"modelgate": gate(lab, report, file), "sql": lab.sql("fused", source=source)},
                       runs or (1 if lab.quick else 7))
    ours, peer = sides["modelgate"], sides["sql"]
    agreed = compare({name_of(r): r for r in measured(report)},
                     json.loads(peer["outputs"][-1])["rows"][0], tolerance=1e-9)
    return {"rows": lab.rows(ROWS), "agreement": agreed, "sides": sides, "figures": [
        {"what": "40 checks, wall time, to one statement by hand", "ratio": ratio(ours, peer), "wanted": wanted,
         "ours": f"{ours['wall']['median']:.2f} s", "theirs": f"{peer['wall']['median']:.2f} s"},
        {"what": "CPU time", "ratio": ratio(ours, peer, "cpu"),
         "ours": f"{ours['cpu']['median']:.2f} s", "theirs": f"{peer['cpu']['median']:.2f} s"},
        {"what": "peak memory", "ratio": ratio(ours, peer, "peak_bytes"), "wanted": 1.5,
         "ours": f"{ours['peak_bytes']['median'] / 1e6:.0f} MB",
         "theirs": f"{peer['peak_bytes']['median'] / 1e6:.0f} MB"},
    ]}


def measure(lab, runs):
    file = flights(lab, lab.rows(ROWS))
    return against_sql(lab, runs, "fused", file, f"read_parquet('{file}')", wanted=1.15)
