#!/usr/bin/env python3
"""What a task's rows are: no answer, no label, a third class, a score that is no probability are told, never passed over."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "cli"))
import console
import program
import spec_run

N = 100
HALF = [1, 0] * (N // 2)
SCORES = [0.9, 0.2] * (N // 2)
COLUMNS = {
    "y": HALF,
    "p": SCORES,
    "said": HALF,
    "wrong": [1 - y for y in HALF],
    "gone": [0.9, 0.2] + [None] * (N - 2),
    "said_gone": [1, 0] + [None] * (N - 2),
    "late": [None] * 40 + HALF[40:],
    "third": [1, 0, 2, 0] * (N // 4),
    "minus": [1, 0, -1, 0] * (N // 4),
    "word": ["fraud", "ok"] * (N // 2),
    "blank": ["yes", "no"] * 49 + ["yes ", "no"],
    "truth": [True, False] * (N // 2),
    "real": [1.0, 0.0] * (N // 2),
    "margin": [3.5, -2.0] * (N // 2),
    "half": ["a", "b"] * (N // 2),
    "yes": ["Yes", "No"] * (N // 2),
    "one": [0] * N,
    "number": [float(i) for i in range(N)],
    "number_gone": [float(i) if i < 5 else None for i in range(N)],
}
# task, check, verdict, value or None, words
B = "type: binary, label: "
CASES = [
    (B + "y, score: p", "accuracy", "pass", 1, ""),
    (B + "y, score: gone", "accuracy", "error", None, "98 of 100 rows with a label have no prediction"),
    (B + "y, score: gone", "roc_auc", "error", None, "98 of 100 rows with a label have no prediction"),
    (B + "y, score: gone", "brier", "error", None, "98 of 100 rows with a label have no prediction"),
    (B + "y, prediction: said_gone", "recall", "error", None, "`wrong` counts them as wrong"),
    (B + "y, score: gone, unpredicted: ignore", "accuracy", "pass", 1, "98 rows without a prediction left out"),
    (B + "y, score: gone, unpredicted: wrong", "accuracy", "pass", 0.02, "98 rows without a prediction counted as wrong"),
    (B + "y, score: gone, unpredicted: wrong", "recall", "pass", 0.02, "98 rows"),
    (B + "y, score: gone, unpredicted: wrong", "specificity", "pass", 0.02, "98 rows"),
    (B + "y, prediction: said_gone, unpredicted: wrong", "accuracy", "pass", 0.02, "98 rows"),
    (B + "y, score: gone, unpredicted: wrong", "roc_auc", "error", None, "is for decisions of binary tasks"),
    (B + "late, score: p", "accuracy", "pass", 1, "40 rows without a label left out"),
    (B + "late, score: p, max_unlabelled: 40%", "accuracy", "pass", 1, "40 rows"),
    (B + "late, score: p, max_unlabelled: 39%", "accuracy", "error", None, "40 of 100 rows have no label, more than max_unlabelled (39%)"),
    (B + "late, score: p, max_unlabelled: 39%", "log_loss", "error", None, "have no label"),
    (B + "y, score: p, prediction: wrong", "accuracy", "pass", 0, ""),
    (B + "y, score: p, prediction: wrong", "mcc", "pass", -1, ""),
    (B + "y, score: p, prediction: wrong", "roc_auc", "pass", 1, ""),
    (B + "y, score: gone, prediction: said", "accuracy", "pass", 1, ""),
    (B + "third, score: p", "accuracy", "error", None, "'0' (50 rows), '2' (25 rows)"),
    (B + "third, score: p", "roc_auc", "error", None, "'0' (50 rows), '2' (25 rows)"),
    (B + "minus, score: p", "ece", "error", None, "'-1' (25 rows), '0' (50 rows)"),
    (B + "y, prediction: third", "accuracy", "error", None, "label and prediction together have more than one class"),
    (B + "word, positive: Fraud, score: p", "brier", "error", None, "beside the positive 'Fraud': 'fraud' (50 rows), 'ok' (50 rows)"),
    (B + "word, positive: fraud, score: p", "accuracy", "pass", 1, ""),
    (B + "blank, positive: 'yes', score: p", "accuracy", "error", None, "'yes ' (1 row)"),
    (B + "yes, positive: 'Yes', score: p", "accuracy", "pass", 1, ""),
    (B + "truth, score: p", "accuracy", "pass", 1, ""),
    (B + "truth, prediction: said", "accuracy", "pass", 1, ""),
    (B + "real, prediction: truth", "accuracy", "pass", 1, ""),
    (B + "y, prediction: real", "accuracy", "pass", 1, ""),
    (B + "one, score: p", "accuracy", "pass", 0.5, ""),
    (B + "y, score: margin", "accuracy", "error", None, "no probability (outside 0..1) in 100 rows"),
    (B + "y, score: margin", "f1", "error", None, "no probability"),
    (B + "y, score: margin, threshold: 0", "accuracy", "pass", 1, ""),
    (B + "y, score: margin", "roc_auc", "pass", 1, ""),
    ("type: multiclass, label: half, prediction: word", "accuracy", "pass", 0, ""),
    ("type: multiclass, label: half, prediction: said_gone", "accuracy", "error", None, "98 of 100 rows with a label have no prediction"),
    ("type: multiclass, label: half, prediction: half, unpredicted: wrong", "accuracy", "error", None, "binary tasks"),
    ("type: regression, label: number, prediction: number_gone", "mae", "error", None, "95 of 100 rows with a label have no prediction"),
    ("type: regression, label: number, prediction: number_gone, unpredicted: ignore", "mae", "pass", 0, "95 rows without a prediction left out"),
    ("type: regression, label: number_gone, prediction: number, max_unlabelled: 10%", "r2", "error", None, "95 of 100 rows have no label"),
]
LIMITS = {"accuracy": "min: 0", "recall": "min: 0", "specificity": "min: 0", "f1": "min: 0", "mcc": "min: -1", "roc_auc": "min: 0",
    "brier": "max: 1", "log_loss": "max: 99", "ece": "max: 1", "mae": "max: 99", "r2": "max: 1"}
HEAD = "version: 1\nmodel: m\ndata: {d: d.parquet}\nsuites:\n  s:\n    on: d\n    checks:\n"


def main():
    checks = program.Checks()
    with console.Place() as place:
        spec_run.parquet(place, "d.parquet", COLUMNS)
        lines = [f"    - {kind}: {{name: c{i}, {LIMITS[kind]}, task: {{{task}}}}}\n" for i, (task, kind, *_) in enumerate(CASES)]
        code, results = spec_run.results(place, HEAD + "".join(lines))
        checks.that(code == 3, f"exit {code}: {results.get('stderr')}")
        for i, (task, kind, verdict, value, words) in enumerate(CASES):
            result = results.get(f"s/c{i}", {"verdict": None, "value": None, "message": ""})
            fits = result["verdict"] == verdict and words in result["message"] and (
                value is None or (result["value"] is not None and abs(result["value"] - value) < 1e-9))
            checks.that(fits, f"{kind} of {task}: {result['verdict']} {result['value']}, not {verdict} {value}: {result['message']}")
        facts = results["s/c11"]["facts"]
        checks.that((facts["unlabelled"], facts["unpredicted"], facts["rows"]) == (40, 0, 100), f"facts: {facts}")
        # a slice may have one class only, and one whose rows have no answer is an error of its own
        sliced = HEAD + f"    - accuracy: {{slices: [half], min: 0, task: {{{B}y, score: p}}}}\n"
        code, results = spec_run.results(place, sliced)
        checks.that(code == 0 and len(results) == 3, f"slices: {code} {results}")
        code, results = spec_run.results(place, HEAD + f"    - accuracy: {{min: 0, task: {{{B}y, score: p, prediction: said, threshold: 0.4}}}}\n")
        checks.that(code == 2 and "threshold has no effect beside prediction" in results["stderr"], f"threshold: {code} {results}")
    checks.end()


main()
