#!/usr/bin/env python3
"""Make the committed files of the diabetes example from the data set that ships with scikit-learn.

    python -m venv venv && venv/bin/pip install -r ../requirements.txt
    venv/bin/python make.py             # data/train.csv, scored/test.csv and oracle.json
"""
import json
from pathlib import Path

import numpy as np
from scipy import stats
from sklearn import metrics
from sklearn.datasets import load_diabetes
from sklearn.linear_model import RidgeCV
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

HERE = Path(__file__).resolve().parent
SEED = 2004
# The data set calls its serum measurements s1 to s6; its description says what they are.
NAMES = {"s1": "tc", "s2": "ldl", "s3": "hdl", "s4": "tch", "s5": "ltg", "s6": "glu", "target": "y"}


def main():
    patients = load_diabetes(as_frame=True, scaled=False).frame.rename(columns=NAMES)
    patients = patients.astype({"age": int, "sex": int, "y": int})
    patients.insert(0, "patient", patients.index)
    features = [c for c in patients if c not in ("patient", "y")]

    train, test = (part.sort_index() for part in
                   train_test_split(patients, test_size=0.3, random_state=SEED))
    model = make_pipeline(StandardScaler(), RidgeCV(np.logspace(-2, 3, 26)))
    model.fit(train[features], train.y)
    test = test.assign(y_hat=model.predict(test[features]).round(2))

    for path, rows in ((HERE / "data" / "train.csv", train), (HERE / "scored" / "test.csv", test)):
        path.parent.mkdir(exist_ok=True)
        rows.to_csv(path, index=False, lineterminator="\n")
        print(f"{path.relative_to(HERE)}: {len(rows)} rows, {path.stat().st_size} bytes")

    y, y_hat = test.y, test.y_hat
    oracle = {
        "rows": {"train": len(train), "test": len(test)},
        "mae": metrics.mean_absolute_error(y, y_hat),
        "rmse": metrics.root_mean_squared_error(y, y_hat),
        "r2": metrics.r2_score(y, y_hat),
        "bias": float((y_hat - y).mean()),
        "mape": metrics.mean_absolute_percentage_error(y, y_hat),
        "max_error": metrics.max_error(y, y_hat),
        "mean_y": {"train": train.y.mean(), "test": y.mean()},
        "rmse_of_train_mean": float(np.sqrt(((y - train.y.mean()) ** 2).mean())),
        "ks": {c: float(stats.ks_2samp(train[c], test[c]).statistic) for c in features},
        "ks_p_value": {c: float(stats.ks_2samp(train[c], test[c]).pvalue) for c in features},
    }
    (HERE / "oracle.json").write_text(json.dumps(oracle, indent=1) + "\n")


if __name__ == "__main__":
    main()
