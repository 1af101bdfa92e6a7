"""text-files: the 40 checks of `fused` on text, against one statement by hand on DuckDB's reader, without and with
the file's digest; and keys and a quantile of CSV within --memory."""
from case_fused import ROWS, agreement, flights, gate
from figures import alone, beside
from generated import agreement as agreement_by_name
from generated import by_hand
from generated import gate as gate_of
from lab import HERE

NDJSON_ROWS = 3_600_000
MEMORY_MB = 500
# Of NDJSON by hand the types are written down: those that DuckDB guesses from the first rows do not hold.
TYPES = {"flight_id": "BIGINT", "scheduled": "TIMESTAMP", "landed": "TIMESTAMP", "carrier": "VARCHAR",
         "origin": "VARCHAR", "destination": "VARCHAR", "tail": "VARCHAR", "distance": "INTEGER", "seats": "INTEGER",
         "passengers": "INTEGER", "delay": "DOUBLE", "air_time": "DOUBLE", "fuel": "DOUBLE", "fare": "DOUBLE",
         "late": "INTEGER"}


def forty(lab, runs, form, file, source):
    report = lab.folder / "out" / f"{form}.json"
    by_sql = lab.sql("fused", source=source)
    sides = lab.paired({f"modelgate {form}": gate(lab, report, file), f"sql {form}": by_sql,
                        f"sql and digest {form}": [HERE / "with_digest.sh", file, *by_sql]}, runs)
    ours, plain, digested = sides.values()
    return sides, agreement(report, plain), [
        *beside(f"one statement by hand on {form}", ours, plain, wall=1.1),
        *beside(f"the same and the digest of the {form}", ours, digested)]


def within_memory(lab, runs, file):
    checks = ["unique: {column: flight_id}", "quantile: {column: delay, q: 99%, max: 600}"]
    terms = {"unique[flight_id]": "count(DISTINCT flight_id) / count(flight_id)",
             "quantile[delay]": "quantile_cont(delay, 0.99)"}
    ours, report = gate_of(lab, "keys", file, checks, key="flight_id")
    sides = lab.paired({"keys": [*ours, "--memory", f"{MEMORY_MB}MB"],
                        "sql keys": by_hand(lab, f"read_csv('{file}')", terms, len(terms))}, runs)
    agreement_by_name(report, sides["sql keys"])
    return sides, [alone(f"peak memory with --memory {MEMORY_MB}MB", sides["keys"], "peak_bytes", MEMORY_MB, "MB"),
                   *beside("unique and quantile of the csv by hand", sides["keys"], sides["sql keys"])]


def measure(lab, runs):
    runs = runs or (1 if lab.quick else 3)
    csv = lab.text(flights(lab, lab.rows(ROWS)), "csv")
    ndjson = lab.text(flights(lab, lab.rows(NDJSON_ROWS)), "ndjson")
    types = ", ".join(f"{name}: '{type_}'" for name, type_ in TYPES.items())
    sides, agreed, figures = forty(lab, runs, "csv", csv, f"read_csv('{csv}')")
    others, agreed_too, more = forty(
        lab, runs, "ndjson", ndjson, f"read_json('{ndjson}', format = 'newline_delimited', columns = {{{types}}})")
    keys, of_keys = within_memory(lab, runs, csv)
    return {"rows": [lab.rows(ROWS), lab.rows(NDJSON_ROWS)], "agreement": [agreed, agreed_too],
            "sides": sides | others | keys, "figures": [*figures, *more, *of_keys]}
