"""csv: the 40 checks of `fused` on the same rows as CSV, against DuckDB's read_csv, which guesses form and types."""
from case_fused import ROWS, against_sql, flights


def measure(lab, runs):
    file = lab.csv(flights(lab, lab.rows(ROWS)))
    return against_sql(lab, runs or (1 if lab.quick else 3), "csv", file, f"read_csv('{file}')", wanted=None)
