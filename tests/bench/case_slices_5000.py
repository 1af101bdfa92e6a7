"""slices-5000: 4 metrics on all of 5 million predictions and on each of 5,000 segments, against scikit-learn in a loop,
and against NumPy by hand."""
from case_slices import ROWS, by_segment

SEGMENTS = 5_000
METRICS = ["accuracy", "f1", "roc_auc", "log_loss"]


def measure(lab, runs):
    return by_segment(lab, runs or (1 if lab.quick else 3), "slices-5000", METRICS, lab.rows(ROWS),
                      f"(i % {lab.rows(SEGMENTS)})", 4, by_hand="slices_numpy_peer.py")
