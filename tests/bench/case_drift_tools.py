"""drift-tools: 30 numeric columns, 1 million rows against 1 million, against Evidently and NannyML. These define their
numbers in ways of their own, so that all columns were judged is what is compared."""
import json

from case_drift import ROWS
from figures import beside
from lab import Wrong, measured

COLUMNS = 30


def thirty(lab, name, rows, seed, shift):
    """A file of 30 columns: three of numbers.sql beside each other."""
    parts = {part: lab.data(f"{name}-{part}-{rows}", "numbers", rows=rows, seed=seed + i * 10**8, shift=shift)
             for i, part in enumerate("abc")}
    return lab.data(f"{name}-30-{rows}", "numbers30", **parts)


def measure(lab, runs):
    rows = lab.rows(ROWS)
    files = {"reference": thirty(lab, "reference", rows, 0, "0"), "current": thirty(lab, "current", rows, 10**9, "0.1")}
    reports = {name: lab.folder / "out" / f"{name}-30.json" for name in ("psi", "drift")}
    sides = lab.paired({
        **{name: lab.gate(name, report, **files) for name, report in reports.items()},
        "evidently": lab.peer("evidently_peer.py", *files.values(), "psi", needs="evidently"),
        "evidently by default": lab.peer("evidently_peer.py", *files.values(), needs="evidently"),
        "nannyml": lab.peer("nannyml_peer.py", *files.values(), needs="nannyml"),
    }, runs or (1 if lab.quick else 3))
    for name, kinds in (("psi", 1), ("drift", 4)):
        if len(measured(reports[name])) != kinds * COLUMNS:
            raise Wrong(f"{name}: not {kinds * COLUMNS} numbers")
    versions = {}
    for name in ("evidently", "evidently by default", "nannyml"):
        if "absent" in sides[name]:
            continue
        answer = json.loads(sides[name]["outputs"][-1].splitlines()[-1])
        if answer["columns"] != COLUMNS:
            raise Wrong(f"{name} judged {answer['columns']} columns, not {COLUMNS}")
        versions |= answer["versions"]
    return {"rows": rows, "sides": sides, "versions": versions, "figures": [
        *beside("Evidently's PSI of 30 columns", sides["psi"], sides["evidently"]),
        *beside("what Evidently picks by default", sides["psi"], sides["evidently by default"]),
        *beside("NannyML's three distances (four of ours)", sides["drift"], sides["nannyml"])]}
