"""scaling: the checks of the case fused on 1 million and on 10 million rows."""
import case_fused
from lab import measured, ratio


def measure(lab, runs):
    large, small = lab.rows(case_fused.ROWS), lab.rows(case_fused.ROWS) // 10
    report = lab.folder / "out" / "scaling.json"
    sides = lab.paired({rows: case_fused.gate(lab, report, case_fused.flights(lab, rows)) for rows in (small, large)},
                       runs or (1 if lab.quick else 7))
    measured(report)
    return {"rows": [small, large], "sides": {str(rows): side for rows, side in sides.items()}, "figures": [
        {"what": "10 times the rows, wall time", "ratio": ratio(sides[large], sides[small]), "wanted": 10,
         "ours": f"{sides[large]['wall']['median']:.2f} s", "theirs": f"{sides[small]['wall']['median']:.2f} s"},
        {"what": "CPU time", "ratio": ratio(sides[large], sides[small], "cpu"),
         "ours": f"{sides[large]['cpu']['median']:.2f} s", "theirs": f"{sides[small]['cpu']['median']:.2f} s"},
        {"what": "peak memory", "ratio": ratio(sides[large], sides[small], "peak_bytes"),
         "ours": f"{sides[large]['peak_bytes']['median'] / 1e6:.0f} MB",
         "theirs": f"{sides[small]['peak_bytes']['median'] / 1e6:.0f} MB"},
    ]}
