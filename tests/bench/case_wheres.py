"""wheres: 100 checks under 20 conditions on a million rows, against one statement by hand with CASE."""
from case_failing import ROWS
from figures import beside
from generated import agreement, by_hand, gate

CONDITIONS = 20


def checks_and_terms():
    """Under each condition five checks, of columns that the condition is not about."""
    checks, terms = [], {}
    for i in range(CONDITIONS):
        where, column = f"c{i} < 0.{25 + i}", f"c{(i + 7) % 20}"
        kept = f"CASE WHEN {where} THEN {column} END"
        of_kind = {
            "rows": ("row_count: {min: 1", f"count_if({where})"),
            "there": (f"not_null: {{column: {column}", f"count({kept}) / count_if({where})"),
            "within": (f"range: {{column: {column}, from: 0, to: 1",
                       f"count_if(({kept}) BETWEEN 0 AND 1) / count({kept})"),
            "mean": (f"mean: {{column: {column}, min: 0, max: 1", f"avg({kept})"),
            "greatest": (f"maximum: {{column: {column}, max: 1", f"max({kept})")}
        for name, (check, term) in of_kind.items():
            checks.append(f'{check}, name: {name}-{i}, where: "{where}"}}')
            terms[f"{name}-{i}" + (f"[{column}]" if name != "rows" else "")] = term
    return checks, terms


def measure(lab, runs):
    rows = lab.rows(ROWS)
    file = lab.data(f"failing-{rows}", "failing", rows=rows)
    checks, terms = checks_and_terms()
    ours, report = gate(lab, "wheres", file, checks)
    sides = lab.paired({"modelgate": ours, "sql": by_hand(lab, f"read_parquet('{file}')", terms, len(terms))},
                       runs or (1 if lab.quick else 5))
    return {"rows": rows, "sides": sides, "agreement": agreement(report, sides["sql"]),
            "figures": beside("one statement by hand with CASE", sides["modelgate"], sides["sql"])}
