"""drift: 10 numeric columns x 4 drift kinds, against scipy and against a bare scan of the columns."""
from figures import beside
from lab import compare, measured
from peers import figures, take_output

ROWS = 1_000_000


def measure(lab, runs):
    rows = lab.rows(ROWS)
    reference = lab.data(f"reference-{rows}", "numbers", rows=rows, seed=0, shift="0")
    current = lab.data(f"current-{rows}", "numbers", rows=rows, seed=10**9, shift="0.1")
    report = lab.folder / "out" / "drift.json"
    gate = lab.gate("drift", report, reference=reference, current=current)
    runs = runs or (1 if lab.quick else 5)

    python = lab.paired({"modelgate": gate, "scipy": lab.peer("drift_peer.py", reference, current)}, runs)
    answer = take_output(python["scipy"])
    agreed = compare({f"{r['kind']}[{r['column']}]": r for r in measured(report)}, answer["values"], tolerance=1e-6)

    scan = lab.paired({"modelgate": gate, "scan": lab.sql("scan", reference=reference, current=current)}, runs)
    ours, bare = scan["modelgate"], scan["scan"]
    return {"rows": rows, "agreement": agreed, "versions": answer["versions"],
            "sides": {**python, "modelgate beside the scan": ours, "scan": bare},
            "figures": [*figures("40 numbers, to scipy", python["modelgate"], python["scipy"], wanted=20),
                        *beside("a bare scan", ours, bare, wall=2.0)]}
