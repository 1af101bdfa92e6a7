"""What a workspace answers beside the Statement Execution API. A test puts its own into `facade.beside`:

    bytes       that each statement has read, or None: nobody may look at the history
"""

import urllib.parse


class Beside:
    def __init__(self):
        self.bytes = 1000


def refused():
    return 403, {"error_code": "PERMISSION_DENIED", "message": "You do not have permission."}


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
    if method == "GET" and parts == ["api", "2.0", "sql", "history", "queries"]:
        return history(facade, urllib.parse.parse_qs(address.query))
    return None
