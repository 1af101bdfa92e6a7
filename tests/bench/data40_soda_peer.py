"""The 40 checks of data40.yaml with Soda on DuckDB.

    data40_soda_peer.py CONFIG BOOKINGS CUSTOMERS

Prints {"passed": true, "seconds": without the imports, "versions": ...} as JSON; a check that does not hold raises.
"""
import importlib.metadata
import json
import os
import sys
import time
from pathlib import Path

import duckdb
from soda.common.config_helper import ConfigHelper


def main(config, bookings, customers):
    ConfigHelper.get_instance(config)
    from soda.scan import Scan  # only now: it asks at once whether to tell its makers that it runs

    began = time.perf_counter()
    connection = duckdb.connect(config={"threads": len(os.sched_getaffinity(0))})
    for name, path in (("bookings", bookings), ("customers", customers)):
        connection.execute(f"CREATE VIEW {name} AS FROM read_parquet('{path}')")
    scan = Scan()
    scan.set_verbose(False)
    scan.add_duckdb_connection(connection)
    scan.set_data_source_name("duckdb")
    scan.add_sodacl_yaml_file(str(Path(__file__).with_name("data40.soda.yaml")))
    scan.execute()
    scan.assert_no_error_logs()
    scan.assert_no_checks_warn_or_fail()
    print(json.dumps({"passed": True, "seconds": time.perf_counter() - began,
                      "versions": {"soda-core": importlib.metadata.version("soda-core"),
                                   "duckdb of soda": duckdb.__version__}}))


main(*sys.argv[1:])
