"""data40: 40 checks with keys, a foreign key and a quantile on 10 million rows and 20 columns of Parquet, against
pandera and pointblank on polars, Soda, the same numbers in SQL by hand, and a bare scan of the columns."""
import json

from case_fused import AS_OF, ROWS, flights, name_of
from figures import alone, beside
from lab import compare, measured


def soda_config(lab):
    """Where Soda may keep what it wants to remember; without it that is the home folder."""
    path = lab.folder / "out" / "soda.yml"
    path.write_text("send_anonymous_usage_stats: false\n")
    return path


def measure(lab, runs):
    rows = lab.rows(ROWS)
    file = lab.data(f"bookings-{rows}", "bookings", flights=flights(lab, rows))
    customers = lab.data("customers", "customers")
    report = lab.folder / "out" / "data40.json"
    source = f"read_parquet('{file}')"
    sides = lab.paired({
        "modelgate": [*lab.gate("data40", report, file=file, customers=customers), "--as-of", AS_OF],
        "pandera": lab.peer("data40_peer.py", file, customers),
        "pointblank": lab.peer("data40_pointblank_peer.py", file, customers, needs="pointblank"),
        "soda": lab.peer("data40_soda_peer.py", soda_config(lab), file, customers, needs="soda"),
        "sql": lab.sql("data40", source=source, customers=f"read_parquet('{customers}')"),
        "scan": lab.sql("bookings_scan", source=source),
    }, runs or (1 if lab.quick else 3))
    ours = sides["modelgate"]
    agreed = compare({name_of(r): r for r in measured(report)},
                     json.loads(sides["sql"]["outputs"][-1])["rows"][0], tolerance=1e-9)
    return {"rows": rows, "agreement": agreed, "sides": sides,
            "versions": [json.loads(sides[name]["outputs"][-1])["versions"]
                         for name in ("pandera", "pointblank", "soda") if "absent" not in sides[name]],
            "figures": [*beside("pandera on polars", ours, sides["pandera"], wall=0.8, cpu=0.8),
                        alone("peak memory", ours, "peak_bytes", 600, "MB"),
                        *beside("pointblank on polars", ours, sides["pointblank"]),
                        *beside("Soda on DuckDB", ours, sides["soda"]),
                        *beside("SQL by hand", ours, sides["sql"]), *beside("a bare scan", ours, sides["scan"])]}
