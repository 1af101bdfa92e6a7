"""slices: 8 metrics on all of 5 million predictions and on each of 20 segments, against scikit-learn in a loop."""
from lab import compare, measured
from peers import figures, take_output

ROWS = 5_000_000
METRICS = ["accuracy", "precision", "recall", "f1", "roc_auc", "average_precision", "log_loss", "brier"]
UNEQUAL = "(sqrt(u(i, 1)) * u(i, 2) * 20)::INTEGER % 20"


def by_segment(lab, runs, name, metrics, rows, segment_no, digits):
    """The metrics of tests/bench/<name>.yaml, of rows whose segment is what `segment_no` computes, written with so
    many digits."""
    file = lab.data(f"{name}-{rows}", "predictions", rows=rows, segment_no=segment_no, digits=digits)
    report = lab.folder / "out" / f"{name}.json"
    sides = lab.paired({"modelgate": lab.gate(name, report, file=file),
                        "scikit-learn": lab.peer("slices_peer.py", file, *metrics)}, runs)
    answer = take_output(sides["scikit-learn"])
    ours = {f"{r['kind']}[{(r['slice'] or 'all').removeprefix('segment=')}]": r for r in measured(report)}
    return {"rows": rows, "agreement": compare(ours, answer["values"], tolerance=1e-6),
            "versions": answer["versions"], "sides": sides,
            "figures": figures(f"{len(ours):,} numbers, to scikit-learn", sides["modelgate"], sides["scikit-learn"],
                               wanted=25)}


def measure(lab, runs):
    return by_segment(lab, runs or (1 if lab.quick else 5), "slices", METRICS, lab.rows(ROWS), UNEQUAL, 2)
