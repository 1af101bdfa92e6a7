"""What a task's rows are: no answer, no label, a third class, a score that is no probability are told, never passed
over."""
# program: plain

import math

import pyarrow

from support import spec_run

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
    "shifted": [1, 2] * (N // 2),
    "others": [2, 3] * (N // 2),
    "skipped": [0, 2] * (N // 2),
    "word": ["fraud", "ok"] * (N // 2),
    "blank": ["yes", "no"] * 49 + ["yes ", "no"],
    "truth": [True, False] * (N // 2),
    "real": [1.0, 0.0] * (N // 2),
    "margin": [3.5, -2.0] * (N // 2),
    "half": ["a", "b"] * (N // 2),
    "yes": ["Yes", "No"] * (N // 2),
    "one": [0] * N,
    "trio": ["good", "bad", "unknown", "good"] * (N // 4),
    "trio_said": ["good", "bad", "good", "good"] * (N // 4),
    "trio_gone": ["good", "bad", None, "good"] * (N // 4),
    "text_one": ["1.0", "0.0"] * (N // 2),
    "text_true": ["true", "false"] * (N // 2),
    "wide": ([1, 0] * (N // 2), pyarrow.decimal128(38, 4)),
    "nan": [1.0, float("nan")] * (N // 2),
    "s1": [0.8, 0.1, 0.1, 0.8] * (N // 4),
    "s2": [0.2, 0.9, 0.9, 0.2] * (N // 4),
    "s_gone": [0.8, 0.1, None, 0.8] * (N // 4),
    "number_nan": [float(i) if i < 5 else float("nan") for i in range(N)],
    "number": [float(i) for i in range(N)],
    "number_gone": [float(i) if i < 5 else None for i in range(N)],
}
# task, check, verdict, value or None, words
B = "type: binary, label: "
M = "type: multiclass, label: "
# R_K of 75 good and 25 bad labels, where 25 of the good have no answer: those are as a class that no label has
MCC_WRONG = (75 * 100 - (75 * 50 + 25 * 25)) / math.sqrt((100**2 - (50**2 + 25**2 + 25**2))
    * (100**2 - (75**2 + 25**2)))
CASES = [
    (B + "y, score: p", "accuracy", "pass", 1, ""),
    (B + "y, score: gone", "accuracy", "error", None, "98 of 100 rows with a label have no prediction"),
    (B + "y, score: gone", "roc_auc", "error", None, "98 of 100 rows with a label have no prediction"),
    (B + "y, score: gone", "brier", "error", None, "98 of 100 rows with a label have no prediction"),
    (B + "y, prediction: said_gone", "recall", "error", None, "`wrong` counts them as wrong"),
    (B + "y, score: gone, unpredicted: ignore", "accuracy", "pass", 1, "98 rows without a prediction left out"),
    (B + "y, score: gone, unpredicted: wrong", "accuracy", "pass", 0.02,
        "98 rows without a prediction counted as wrong"),
    (B + "y, score: gone, unpredicted: wrong", "recall", "pass", 0.02, "98 rows"),
    (B + "y, score: gone, unpredicted: wrong", "specificity", "pass", 0.02, "98 rows"),
    (B + "y, prediction: said_gone, unpredicted: wrong", "accuracy", "pass", 0.02, "98 rows"),
    (B + "late, score: p", "accuracy", "pass", 1, "40 rows without a label left out"),
    (B + "late, score: p, max_unlabelled: 40%", "accuracy", "pass", 1, "40 rows"),
    (B + "late, score: p, max_unlabelled: 39%", "accuracy", "error", None,
        "40 of 100 rows have no label, more than max_unlabelled (39%)"),
    (B + "late, score: p, max_unlabelled: 39%", "log_loss", "error", None, "have no label"),
    (B + "y, score: p, prediction: wrong", "accuracy", "pass", 0, ""),
    (B + "y, score: p, prediction: wrong", "mcc", "pass", -1, ""),
    (B + "y, score: p, prediction: wrong", "roc_auc", "pass", 1, ""),
    (B + "y, score: gone, prediction: said", "accuracy", "pass", 1, ""),
    (B + "third, score: p", "accuracy", "error", None, "'0' (50 rows), '2' (25 rows)"),
    (B + "third, score: p", "roc_auc", "error", None, "'0' (50 rows), '2' (25 rows)"),
    (B + "minus, score: p", "ece", "error", None, "'-1' (25 rows), '0' (50 rows)"),
    (B + "shifted, score: p", "accuracy", "pass", 1, ""),
    (B + "others, score: p", "brier", "error", None, "'2' (50 rows), '3' (50 rows)"),
    (B + "skipped, score: p", "log_loss", "error", None, "'0' (50 rows), '2' (50 rows)"),
    (B + "y, prediction: third", "accuracy", "error", None, "label and prediction together have more than one class"),
    (B + "word, positive: Fraud, score: p", "brier", "error", None,
        "beside the positive 'Fraud': 'fraud' (50 rows), 'ok' (50 rows)"),
    (B + "word, positive: fraud, score: p", "accuracy", "pass", 1, ""),
    (B + "blank, positive: 'yes', score: p", "accuracy", "error", None, "'yes ' (1 row)"),
    (B + "yes, positive: 'Yes', score: p", "accuracy", "pass", 1, ""),
    (B + "truth, score: p", "accuracy", "pass", 1, ""),
    (B + "truth, prediction: said", "accuracy", "pass", 1, ""),
    (B + "real, prediction: truth", "accuracy", "pass", 1, ""),
    (B + "y, prediction: real", "accuracy", "pass", 1, ""),
    (B + "one, score: p", "accuracy", "pass", 0.5, ""),
    (B + "y, score: margin", "accuracy", "error", None, "not a probability (outside 0..1) in 100 rows"),
    (B + "y, score: margin", "f1", "error", None, "not a probability"),
    (B + "y, score: margin, threshold: 0", "accuracy", "pass", 1, ""),
    (B + "y, score: margin", "roc_auc", "pass", 1, ""),
    ("type: multiclass, label: half, prediction: word", "accuracy", "pass", 0, ""),
    ("type: multiclass, label: half, prediction: said_gone", "accuracy", "error", None,
        "98 of 100 rows with a label have no prediction"),
    # the classes that a binary task names
    (B + "trio, positive: bad, prediction: trio_said, ignore_labels: [unknown]", "accuracy", "pass", 1,
        "25 rows without a label left out"),
    (B + "trio, positive: bad, score: p, ignore_labels: [unknown]", "accuracy", "pass", 1 / 3, "25 rows"),
    (B + "trio, positive: bad, prediction: trio_said, ignore_labels: unknown, max_unlabelled: 24%", "accuracy",
        "error", None, "25 of 100 rows have no label"),
    (B + "trio, positive: bad, prediction: trio_said", "accuracy", "error", None,
        "'good' (50 rows), 'unknown' (25 rows); a binary task has two"),
    (B + "trio, positive: bad, prediction: trio_said, classes: [good, bad, unknown]", "accuracy", "pass", 1, ""),
    (B + "trio, positive: bad, score: s2, classes: [good, bad]", "brier", "error", None,
        "the label has what is not a class of the task: 'unknown' (25 rows); the task's classes are good, bad"),
    (B + "trio_said, positive: bad, prediction: trio, classes: [good, bad]", "f1", "error", None,
        "the prediction has what is not a class of the task: 'unknown' (25 rows)"),
    (B + "trio_said, positive: bad, prediction: trio, score: s2, classes: [good, bad]", "roc_auc", "pass", 5 / 6, ""),
    (B + "one, score: p, classes: [1, 2]", "accuracy", "error", None, "'0' (100 rows)"),
    (B + "minus, score: p, ignore_labels: [-1]", "roc_auc", "pass", 1, "25 rows without a label"),
    (B + "minus, score: p, ignore_labels: [-1]", "log_loss", "pass", None, "25 rows without a label"),
    (B + "minus, score: p, ignore_labels: [-1]", "ece", "pass", None, "25 rows without a label"),
    (B + "y, score: p, ignore_labels: [unknown]", "accuracy", "error", None,
        "column 'y' is numeric, and the class 'unknown' is not a number"),
    # a class is found however its column holds it
    (B + "real, positive: 1, score: p", "accuracy", "pass", 1, ""),
    (B + "y, positive: 1.0, score: p", "accuracy", "pass", 1, ""),
    (B + "wide, positive: 1, score: p", "accuracy", "pass", 1, ""),
    (B + "truth, positive: 1, score: p", "accuracy", "pass", 1, ""),
    (B + "y, positive: true, score: p", "accuracy", "pass", 1, ""),
    (B + "text_true, positive: true, score: p", "accuracy", "pass", 1, ""),
    (B + "text_true, positive: 'true', score: p", "accuracy", "pass", 1, ""),
    (B + "text_one, positive: 1, score: p", "accuracy", "error", None,
        "beside the positive '1': '0.0' (50 rows), '1.0' (50 rows)"),
    (B + "nan, score: p, max_unlabelled: 10%", "accuracy", "error", None, "50 of 100 rows have no label"),
    # multiclass: every kind looks at the classes
    (M + "trio, prediction: trio_said", "accuracy", "pass", 0.75, ""),
    (M + "trio, prediction: trio_said, classes: [good, bad]", "accuracy", "error", None,
        "the label has what is not a class of the task: 'unknown' (25 rows)"),
    (M + "trio_said, prediction: trio, classes: [good, bad]", "mcc", "error", None,
        "the prediction has what is not a class of the task: 'unknown' (25 rows)"),
    (M + "trio, prediction: trio_said, ignore_labels: [unknown]", "accuracy", "pass", 1,
        "25 rows without a label left out"),
    *[(M + "trio, scores: {good: s1, bad: s2}", kind, "error", None,
        "the label has what is not a class of the task: 'unknown' (25 rows)")
      for kind in ("accuracy", "f1", "balanced_accuracy", "mcc", "recall", "roc_auc", "average_precision", "log_loss",
              "brier", "ece")],
    *[(M + "trio, scores: {good: s1, bad: s2}, ignore_labels: [unknown]", kind, "pass", None,
        "25 rows without a label left out")
      for kind in ("accuracy", "f1", "balanced_accuracy", "mcc", "recall", "roc_auc", "average_precision", "log_loss",
              "brier", "ece")],
    (M + "trio, scores: {good: s1, bad: s2}, prediction: trio", "accuracy", "error", None, "'unknown' (25 rows)"),
    (M + "trio, scores: {good: s1, bad: s2}, classes: [good, bad, unknown]", "accuracy", "pass", 0.75, ""),
    (M + "trio, scores: {good: s1, bad: s2}, classes: [good, bad, unknown]", "log_loss", "error", None,
        "a class that `scores` does not name"),
    (M + "truth, scores: {1: p, 0: s1}", "accuracy", "pass", 0.75, ""),
    (M + "third, prediction: real, classes: [0, 1]", "accuracy", "error", None, "'2' (25 rows)"),
    # and a row without an answer is a wrong one, where that is asked for
    (M + "trio_said, prediction: trio_gone, unpredicted: wrong", "accuracy", "pass", 0.75,
        "25 rows without a prediction counted as wrong"),
    (M + "trio_said, prediction: trio_gone, unpredicted: wrong", "balanced_accuracy", "pass", (50 / 75 + 1) / 2, ""),
    (M + "trio_said, prediction: trio_gone, unpredicted: wrong", "recall", "pass", (50 / 75 + 1) / 2, ""),
    (M + "trio_said, prediction: trio_gone, unpredicted: wrong", "mcc", "pass", MCC_WRONG, ""),
    (M + "trio_said, prediction: trio_gone, unpredicted: ignore", "accuracy", "pass", 1,
        "25 rows without a prediction left out"),
    (M + "trio_said, scores: {good: s_gone, bad: s2}, unpredicted: wrong", "accuracy", "pass", 0.75, "25 rows"),
    (M + "trio_said, scores: {good: s_gone, bad: s2}", "accuracy", "error", None,
        "25 of 100 rows with a label have no prediction"),
    ("type: regression, label: number, prediction: number_nan", "mae", "error", None, "is NaN or infinite in 95 rows"),
    ("type: regression, label: number_nan, prediction: number", "mae", "error", None, "is NaN or infinite in 95 rows"),
    ("type: regression, label: number, prediction: number_gone", "mae", "error", None,
        "95 of 100 rows with a label have no prediction"),
    ("type: regression, label: number, prediction: number_gone, unpredicted: ignore", "mae", "pass", 0,
        "95 rows without a prediction left out"),
    ("type: regression, label: number_gone, prediction: number, max_unlabelled: 10%", "r2", "error", None,
        "95 of 100 rows have no label"),
]
LIMITS = {"accuracy": "min: 0", "recall": "min: 0", "specificity": "min: 0", "f1": "min: 0",
    "balanced_accuracy": "min: 0", "average_precision": "min: 0", "mcc": "min: -1", "roc_auc": "min: 0",
    "brier": "max: 1", "log_loss": "max: 99", "ece": "max: 1", "mae": "max: 99", "r2": "max: 1"}
HEAD = "version: 1\nmodel: m\ndata: {d: d.parquet}\nsuites:\n  s:\n    on: d\n    checks:\n"


def test_task_rows(place):
    spec_run.parquet(place, "d.parquet", COLUMNS)
    lines = [f"    - {kind}: {{name: c{i}, {LIMITS[kind]}, task: {{{task}}}}}\n"
        for i, (task, kind, *_) in enumerate(CASES)]
    code, results = spec_run.results(place, HEAD + "".join(lines))
    assert code == 3, f"exit {code}: {results.get('stderr')}"
    for i, (task, kind, verdict, value, words) in enumerate(CASES):
        result = results.get(f"s/c{i}", {"verdict": None, "value": None, "message": ""})
        fits = result["verdict"] == verdict and words in result["message"] and (
            value is None or (result["value"] is not None and abs(result["value"] - value) < 1e-9))
        assert fits, (
            f"{kind} of {task}: {result['verdict']} {result['value']}, not {verdict} {value}: {result['message']}")
    facts = results["s/c11"]["facts"]
    assert (facts["unlabelled"], facts["unpredicted"], facts["rows"]) == (40, 0, 100), f"facts: {facts}"
    # a slice may have one class only, and one whose rows have no answer is an error of its own
    sliced = HEAD + f"    - accuracy: {{slices: [half], min: 0, task: {{{B}y, score: p}}}}\n"
    code, results = spec_run.results(place, sliced)
    assert code == 0 and len(results) == 3, f"slices: {code} {results}"
    # three classes are no binary label, also where each slice by itself has two of them
    for task in ("third, score: p", "third, prediction: said", "y, prediction: third"):
        code, results = spec_run.results(place, HEAD
            + f"    - accuracy: {{slices: [third], min: 0, task: {{{B}{task}}}}}\n"
            + f"    - f1: {{slices: [{{name: few, where: third < 2}}], min: 0, task: {{{B}{task}}}}}\n")
        verdicts = {name: r["verdict"] for name, r in results.items()}
        assert code == 3 and len(verdicts) == 6 and set(verdicts.values()) == {"error"}, f"{task}: {verdicts}"
        assert all("more than one class beside the positive '1'" in r["message"] for r in results.values()), results
    code, results = spec_run.results(place,
        HEAD + f"    - accuracy: {{min: 0, task: {{{B}y, score: p, prediction: said, threshold: 0.4}}}}\n")
    assert code == 2 and "threshold has no effect next to prediction" in results["stderr"], (
        f"threshold: {code} {results}")
    refused = {
        B + "y, score: p, unpredicted: wrong": ("roc_auc", "check roc_auc does not judge decisions"),
        M + "half, prediction: word, scores: {a: p, b: p}, unpredicted: wrong": ("ece",
            "check ece does not judge decisions"),
        "type: regression, label: y, prediction: p, unpredicted: wrong": ("mae", "check mae does not judge decisions"),
        B + "y, score: p, classes: [no, yes]": ("f1", "positive is '1', which is not among classes"),
        B + "y, score: p, classes: [0, 1], ignore_labels: [1.0]": ("f1", "'1.0' is a class of the task"),
        M + "half, prediction: word, classes: [a]": ("f1", "classes has one class"),
        M + "half, prediction: word, classes: [a, b, a]": ("f1", "classes has a twice"),
        M + "half, scores: {a: p, c: p}, classes: [a, b]": ("f1", "scores names the class 'c'"),
        M + "half, prediction: word, ignore_labels: [null]": ("f1", "NULL is not a class"),
        "type: regression, label: y, prediction: p, classes: [1, 2]": ("mae",
            "classes has no effect on a task that predicts no classes"),
    }
    lines = [f"    - {kind}: {{name: c{i}, {LIMITS[kind]}, task: {{{task}}}}}\n"
        for i, (task, (kind, _)) in enumerate(refused.items())]
    code, results = spec_run.results(place, HEAD + "".join(lines))
    assert code == 2, f"refused: {code} {results}"
    for task, (_, words) in refused.items():
        assert words in results["stderr"], f"{task}: {words}, not {results['stderr']}"
    # from a text file: what a column is follows from its bytes, and a class is found in all of them
    words = [("Yes", "No", "Yes"), ("Yes", "No", "'Yes'"), ("yes", "no", "yes"), ("true", "false", "true"),
        ("1", "0", "1"),
        ("1.0", "0.0", "1"), ("1", "0", "1.0"), ("True", "False", "True"), ("TRUE", "FALSE", "TRUE"),
        ("01", "00", "'01'")]
    names = [f"y{i}" for i in range(len(words))]
    rows = [",".join([*names, "p"]),
        *[",".join([*(w[k] for w in words), score]) for k, score in ((0, "0.9"), (1, "0.2"))] * 10]
    (place.work / "t.csv").write_text("\n".join(rows) + "\n")
    lines = [f"    - accuracy: {{name: c{i}, min: 100%, task: {{{B}y{i}, score: p, positive: {w[2]}}}}}\n"
        for i, w in enumerate(words)]
    code, results = spec_run.results(place, HEAD.replace("d.parquet", "t.csv") + "".join(lines))
    for i, w in enumerate(words):
        result = results.get(f"s/c{i}", {"verdict": None, "message": str(results)[:200]})
        assert result["verdict"] == "pass", f"{w[0]} in a CSV, positive: {w[2]}: {result['message']}"
