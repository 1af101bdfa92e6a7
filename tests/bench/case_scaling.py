"""scaling: the checks of the case fused on 1 million and on 10 million rows."""
import case_fused
from figures import beside
from lab import measured


def measure(lab, runs):
    large, small = lab.rows(case_fused.ROWS), lab.rows(case_fused.ROWS) // 10
    report = lab.folder / "out" / "scaling.json"
    sides = lab.paired({rows: case_fused.gate(lab, report, case_fused.flights(lab, rows)) for rows in (small, large)},
                       runs or (1 if lab.quick else 7))
    measured(report)
    return {"rows": [small, large], "sides": {str(rows): side for rows, side in sides.items()}, "figures": beside(
        "those of a tenth of the rows", sides[large], sides[small], wall=10)}
