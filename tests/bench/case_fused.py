"""fused: 40 data checks on 10 million rows, against the same 40 in one hand-written statement."""
import json

from figures import beside
from lab import compare, measured

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


def agreement(report, side):
    """Of a run.json with what fused.sql printed."""
    return compare({name_of(r): r for r in measured(report)},
                   json.loads(side["outputs"][-1])["rows"][0], tolerance=1e-9)


def measure(lab, runs):
    file = flights(lab, lab.rows(ROWS))
    report = lab.folder / "out" / "fused.json"
    sides = lab.paired({"modelgate": gate(lab, report, file),
                        "sql": lab.sql("fused", source=f"read_parquet('{file}')")}, runs or (1 if lab.quick else 7))
    return {"rows": lab.rows(ROWS), "agreement": agreement(report, sides["sql"]), "sides": sides,
            "figures": beside("one statement by hand", sides["modelgate"], sides["sql"], wall=1.15, peak_bytes=1.5)}
