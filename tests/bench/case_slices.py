"""slices: 8 metrics on all of 5 million predictions and on each of 20 segments, against scikit-learn in a loop."""
from figures import beside
from lab import compare, measured
from peers import figures, take_output

ROWS = 5_000_000
METRICS = ["accuracy", "precision", "recall", "f1", "roc_auc", "average_precision", "log_loss", "brier"]
UNEQUAL = "(sqrt(u(i, 1)) * u(i, 2) * 20)::INTEGER % 20"


def by_segment(lab, runs, name, metrics, rows, segment_no, digits, by_hand=None):
    """The metrics of tests/bench/<name>.yaml, of rows whose segment is what `segment_no` computes, written with so
    many digits. by_hand: a second peer, which prints the same."""
    file = lab.data(f"{name}-{rows}", "predictions", rows=rows, segment_no=segment_no, digits=digits)
    report = lab.folder / "out" / f"{name}.json"
    commands = {"modelgate": lab.gate(name, report, file=file),
                "scikit-learn": lab.peer("slices_peer.py", file, *metrics)}
    if by_hand:
        commands["NumPy by hand"] = lab.peer(by_hand, file, *metrics)
    sides = lab.paired(commands, runs)
    answer = take_output(sides["scikit-learn"])
    ours = {f"{r['kind']}[{(r['slice'] or 'all').removeprefix('segment=')}]": r for r in measured(report)}
    rows_of_table = figures(f"{len(ours):,} numbers, to scikit-learn", sides["modelgate"], sides["scikit-learn"],
                            wanted=25)
    if by_hand:
        compare(ours, take_output(sides["NumPy by hand"])["values"], tolerance=1e-6)
        rows_of_table += beside("NumPy by hand", sides["modelgate"], sides["NumPy by hand"])
    return {"rows": rows, "agreement": compare(ours, answer["values"], tolerance=1e-6),
            "versions": answer["versions"], "sides": sides, "figures": rows_of_table}


def measure(lab, runs):
    return by_segment(lab, runs or (1 if lab.quick else 5), "slices", METRICS, lab.rows(ROWS), UNEQUAL, 2)
