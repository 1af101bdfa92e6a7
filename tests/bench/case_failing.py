"""failing: 40 ranges that a million rows break, with failing rows shown, against the same without."""
from figures import beside
from generated import gate
from lab import measured

ROWS = 1_000_000
RANGES = [(0.1, 0.8), (0.001, 0.999)]


def ranges(extra):
    return [f"range: {{column: c{i}, from: {low}, to: {high}, name: within-{high}, severity: warn{extra}}}"
            for low, high in RANGES for i in range(20)]


def measure(lab, runs):
    rows = lab.rows(ROWS)
    file = lab.data(f"failing-{rows}", "failing", rows=rows)
    ours, report = gate(lab, "failing", file, ranges(""))
    plain, of_plain = gate(lab, "failing-none", file, ranges(", samples: 0"))
    sides = lab.paired({"modelgate": ours, "plain": plain}, runs or (1 if lab.quick else 5))
    for one in (report, of_plain):
        measured(one)
    return {"rows": rows, "sides": sides, "figures": beside(
        "the same without failing rows", sides["modelgate"], sides["plain"], cpu=1.2)}
