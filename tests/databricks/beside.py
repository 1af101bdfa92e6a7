"""What a workspace answers beside the Statement Execution API. A test puts its own into `facade.beside`:

    warehouse   the state of the warehouse, or None: nobody may look at it
    bytes       that each statement has read, or None: nobody may look at the history
"""

import urllib.parse


class Beside:
    def __init__(self):
        self.warehouse = "RUNNING"
        self.bytes = 1000


def refused():
    return 403, {"error_code": "PERMISSION_DENIED", "message": "You do not have permission."}


def warehouse(beside, name):
    if name != "wh":
        return 404, {"error_code": "RESOURCE_DOES_NOT_EXIST", "message": f"SQL warehouse {name} does not exist."}
    if not beside.warehouse:
        return refused()
    return 200, {"id": name, "name": "Gates", "state": beside.warehouse, "num_clusters": 0}


def history(facade, wanted):
    """Of statements that have ended, with what they took."""
    if facade.beside.bytes is None:
        return refused()
    known = [facade.statements[i] for i in wanted.get("filter_by.statement_ids", []) if i in facade.statements]
    return 200, {"has_next_page": False, "res": [
        {"query_id": s.id, "status": {"SUCCEEDED": "FINISHED"}.get(s.state, s.state),
         **({"metrics": {"read_bytes": facade.beside.bytes, "rows_produced_count": len(s.rows)}}
            if wanted.get("include_metrics") == ["true"] else {})} for s in known]}


def answer(facade, method, path):
    """(status, body), or None: there is no such address."""
    address = urllib.parse.urlsplit(path)
    parts = urllib.parse.unquote(address.path).strip("/").split("/")
    if method == "GET" and parts[:4] == ["api", "2.0", "sql", "warehouses"] and len(parts) == 5:
        return warehouse(facade.beside, parts[4])
    if method == "GET" and parts == ["api", "2.0", "sql", "history", "queries"]:
        return history(facade, urllib.parse.parse_qs(address.query))
    return None
