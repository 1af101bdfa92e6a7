"""slices: 8 metrics on all of 5 million predictions and on each of 20 segments, against scikit-learn in a loop."""
from lab import compare, measured
from peers import figures, take_output

ROWS = 5_000_000


def measure(lab, runs):
    rows = lab.rows(ROWS)
    file = lab.data(f"predictions-{rows}", "predictions", rows=rows)
    report = lab.folder / "out" / "slices.json"
    sides = lab.paired({"modelgate": lab.gate("slices", report, file=file),
                        "scikit-learn": lab.peer("slices_peer.py", file)}, runs or (1 if lab.quick else 5))
    answer = take_output(sides["scikit-learn"])
    ours = {f"{r['kind']}[{(r['slice'] or 'all').removeprefix('segment=')}]": r for r in measured(report)}
    return {"rows": rows, "agreement": compare(ours, answer["values"], tolerance=1e-6),
            "versions": answer["versions"], "sides": sides,
            "figures": figures("168 numbers, to scikit-learn", sides["modelgate"], sides["scikit-learn"])}
