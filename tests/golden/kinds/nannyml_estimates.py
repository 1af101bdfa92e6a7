#!/usr/bin/env python3
"""Writes down what NannyML's CBPE estimates of data/estimates.csv, in data/estimates.json, for oracle_models.py.

Needs a venv of tests/bench/nannyml.txt: NannyML wants an older pandas than the other oracles.
"""
import json
import pathlib

import nannyml
import pandas

FOLDER = pathlib.Path(__file__).parent / "data"
METRICS = ["roc_auc", "average_precision", "accuracy", "f1", "precision", "recall", "specificity", "confusion_matrix"]


def estimates(labelled, current):
    """Of the current rows as one chunk; a score from 0.5 on is a positive prediction."""
    labelled, current = (part.assign(predicted=(part["p"] >= 0.5).astype(int)) for part in (labelled, current))
    cbpe = nannyml.CBPE(
        problem_type="classification_binary", y_pred_proba="p", y_pred="predicted", y_true="y", metrics=METRICS,
        chunk_number=1)
    cbpe.fit(labelled)
    assert cbpe.needs_calibration, "NannyML would take the scores as they are"
    found = cbpe.estimate(current.drop(columns="y")).filter(period="analysis").to_df()
    names = [*METRICS[:-1], "true_positive", "false_positive", "false_negative", "true_negative"]
    return {name: float(found[name]["value"].iloc[0]) for name in names}


def main():
    rows = pandas.read_csv(FOLDER / "estimates.csv")
    found = estimates(*(rows[rows["part"] == part].reset_index(drop=True) for part in ("labelled", "current")))
    text = json.dumps({"by": f"NannyML {nannyml.__version__}", **found}, indent=2)
    (FOLDER / "estimates.json").write_text(text + "\n", encoding="utf-8")


main()
