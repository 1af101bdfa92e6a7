"""data40: 40 checks with keys, a foreign key and a quantile on 10 million rows and 20 columns of Parquet, against
pandera on polars, the same numbers in SQL by hand, and a bare scan of the columns."""
import json

from case_fused import AS_OF, ROWS, flights, name_of
from figures import alone, beside
from lab import compare, measured


def measure(lab, runs):
    rows = lab.rows(ROWS)
    file = lab.data(f"bookings-{rows}", "bookings", flights=flights(lab, rows))
    customers = lab.data("customers", "customers")
    report = lab.folder / "out" / "data40.json"
    source = f"read_parquet('{file}')"
    sides = lab.paired({
        "modelgate": [*lab.gate("data40", report, file=file, customers=customers), "--as-of", AS_OF],
        "pandera": lab.peer("data40_peer.py", file, customers),
        "sql": lab.sql("data40", source=source, customers=f"read_parquet('{customers}')"),
        "scan": lab.sql("bookings_scan", source=source),
    }, runs or (1 if lab.quick else 3))
    ours = sides["modelgate"]
    agreed = compare({name_of(r): r for r in measured(report)},
                     json.loads(sides["sql"]["outputs"][-1])["rows"][0], tolerance=1e-9)
    return {"rows": rows, "agreement": agreed, "sides": sides,
            "versions": json.loads(sides["pandera"]["outputs"][-1])["versions"],
            "figures": [*beside("pandera on polars", ours, sides["pandera"], wall=0.8, cpu=0.8),
                        alone("peak memory", ours, "peak_bytes", 600, "MB"),
                        *beside("SQL by hand", ours, sides["sql"]), *beside("a bare scan", ours, sides["scan"])]}
