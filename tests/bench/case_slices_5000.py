"""slices-5000: 8 metrics on all of 5 million predictions and on each of 5,000 segments, against scikit-learn."""
from case_slices import ROWS, by_segment

SEGMENTS = 5_000


def measure(lab, runs):
    return by_segment(lab, runs or (1 if lab.quick else 3), "slices-5000", lab.rows(ROWS),
                      f"(i % {lab.rows(SEGMENTS)})", 4)
