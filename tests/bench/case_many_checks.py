"""many-checks: 10,000 checks on two rows, against the same numbers by hand in statements of 250 aggregates, and
against a tenth of the checks."""
from figures import alone, beside
from generated import agreement, by_hand, gate

COLUMNS, RANGES = 100, 99
MOST = 250  # aggregates in a statement by hand


def measure(lab, runs):
    columns = [f"c{i}" for i in range(lab.rows(COLUMNS))]
    file = lab.data("two-rows", "wide", rows=2, numbers=", ".join(f"u(i, {i}) AS c{i}" for i in range(COLUMNS)))
    checks, terms = [], {}
    for column in columns:
        checks.append(f"mean: {{column: {column}, name: mean-{column}, min: 0, max: 1}}")
        terms[f"mean-{column}[{column}]"] = f"avg({column})"
        for i in range(1, RANGES + 1):
            checks.append(f"range: {{column: {column}, name: up-to-{i}-{column}, from: 0, to: 0.{i:02}, max: 1}}")
            terms[f"up-to-{i}-{column}[{column}]"] = (
                f"count_if({column} BETWEEN 0 AND 0.{i:02}::DOUBLE) / count({column})")
    ours, report = gate(lab, "many-checks", file, checks)
    tenth, _ = gate(lab, "tenth", file, checks[:len(checks) // 10])
    sides = lab.paired({"modelgate": ours, "tenth": tenth,
                        "sql": by_hand(lab, f"read_parquet('{file}')", terms, MOST)}, runs or (1 if lab.quick else 5))
    mine = sides["modelgate"]
    return {"checks": len(checks), "sides": sides, "agreement": agreement(report, sides["sql"]),
            "figures": [alone("wall time", mine, "wall", 3, "s"),
                        *beside("SQL by hand", mine, sides["sql"]),
                        *beside("a tenth of the checks", mine, sides["tenth"])]}
