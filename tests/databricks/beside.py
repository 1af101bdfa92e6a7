"""What a workspace answers beside the Statement Execution API. A test puts its own into `facade.beside`:

    bytes       that each statement has read, or None: nobody may look at the history
    ended       so many links have ended before they are followed
    storage     what links begin with, or None: the facade itself
    fetched     headers of the questions to the storage
"""

import secrets
import urllib.parse


class Beside:
    def __init__(self):
        self.bytes, self.ended, self.storage = 1000, 0, None
        self.links, self.fetched = {}, []


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


def link(statement, chunk):
    """In place of the chunk's rows: where they lie, for whoever has the address."""
    beside, key = statement.facade.beside, secrets.token_hex(8)
    rows = chunk.pop("data_array")
    beside.links[key] = None if beside.ended > 0 else rows
    beside.ended -= 1
    return chunk | {"external_link": f"{beside.storage or statement.facade.address}/storage/{key}?sig=signature-{key}",
                    "expiration": "2026-11-30T12:00:00Z", "http_headers": {"x-ms-key": "key-of-storage"}}


def stored(facade, path, headers):
    """As an object store: an address that has ended and a token beside the signature are refused."""
    address = urllib.parse.urlsplit(path)
    key = address.path.split("/")[-1]
    facade.beside.fetched.append(dict(headers))
    rows = facade.beside.links.get(key)
    if rows is None or address.query != f"sig=signature-{key}" or headers.get("Authorization") or (
            headers.get("x-ms-key") != "key-of-storage"):
        return 403, {"error": "AuthenticationFailed"}
    return 200, rows


def answer(facade, method, path):
    """(status, body), or None: there is no such address."""
    address = urllib.parse.urlsplit(path)
    parts = urllib.parse.unquote(address.path).strip("/").split("/")
    if method == "GET" and parts == ["api", "2.0", "sql", "history", "queries"]:
        return history(facade, urllib.parse.parse_qs(address.query))
    return None
