"""failing: 40 ranges that a million rows break, with failing rows shown, against the same without."""
from generated import against, gate

ROWS = 1_000_000
RANGES = [(0.1, 0.8), (0.001, 0.999)]


def ranges(extra):
    return [f"range: {{column: c{i}, from: {low}, to: {high}, name: within-{high}, severity: warn{extra}}}"
            for low, high in RANGES for i in range(20)]


def measure(lab, runs):
    rows = lab.rows(ROWS)
    file = lab.data(f"failing-{rows}", "failing", rows=rows)
    return {"rows": rows, **against(lab, runs, "40 failing checks, to the same without failing rows",
                                    gate(lab, "failing", file, ranges("")),
                                    gate(lab, "failing-none", file, ranges(", samples: 0")), wanted=1.25)}
