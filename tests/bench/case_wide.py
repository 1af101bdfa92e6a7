"""wide: not_null, range and mean of 2,000 columns and 20,000 rows, of a file and of two SELECTs, against SQL by hand in
statements of 150 aggregates, pandera on polars, and a bare scan."""
from figures import alone, beside
from generated import agreement, by_hand, gate

ROWS, COLUMNS = 20_000, 2_000
MOST = 150  # aggregates in a statement by hand: DuckDB's time is not linear in them


def terms(columns):
    of_kind = {"not_null": "count({0}) / count(*)", "mean": "avg({0})",
               "range": "count_if({0} BETWEEN 0 AND 1) / count({0})"}
    return {f"{kind}[{column}]": term.format(column) for column in columns for kind, term in of_kind.items()}


def measure(lab, runs):
    rows = lab.rows(ROWS)
    columns = [f"c{i}" for i in range(lab.rows(COLUMNS))]
    numbers = ", ".join(f"u(i, {i}) AS {column}" for i, column in enumerate(columns))
    file = lab.data(f"wide-{rows}", "wide", rows=rows, numbers=numbers)
    source = f"read_parquet('{file}')"
    checks = ["not_null: {columns: [c*]}", "range: {columns: [c*], from: 0, to: 1}",
              "mean: {columns: [c*], min: 0.3, max: 0.7}"]
    ours, report = gate(lab, "wide", file, checks)
    selected, _ = gate(lab, "wide-sql", file, checks, select=f"SELECT id, {', '.join(columns)} FROM p WHERE c0 >= 0")
    star, _ = gate(lab, "wide-star", file, checks, select="SELECT *, c0 + c1 AS s FROM p")
    sides = lab.paired({
        "modelgate": ours,
        "select": selected,
        "star": star,
        "sql": by_hand(lab, source, terms(columns), MOST),
        "pandera": lab.peer("wide_peer.py", file),
        "scan": by_hand(lab, source, {column: f"sum({column})" for column in columns}, MOST),
    }, runs or (1 if lab.quick else 3))
    mine = sides["modelgate"]
    return {"rows": rows, "sides": sides, "agreement": agreement(report, sides["sql"]),
            "figures": [alone("wall time", mine, "wall", 8, "s"), alone("peak memory", mine, "peak_bytes", 400, "MB"),
                        *beside("the file itself, where a SELECT makes the columns", sides["select"], mine),
                        *beside("the file itself, where a SELECT * has one more", sides["star"], mine),
                        *beside("SQL by hand", mine, sides["sql"]),
                        *beside("pandera on polars", mine, sides["pandera"]),
                        *beside("a bare scan", mine, sides["scan"])]}
