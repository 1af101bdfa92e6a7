"""What a workspace answers beside the Statement Execution API. A test puts its own into `facade.beside`:

    bytes       that each statement has read, or None: nobody may look at the history
    shows       does a statement stand in the history yet?
    text        of statements, or None: it is kept from whoever asks
    table       what the catalog says of every table beside its name, or None: nobody may ask
    policies    that may apply to every table, or None: nobody may ask
    ended       so many links have ended before they are followed
    storage     what links begin with, or None: the facade itself
    fetched     headers of the questions to the storage
"""

import secrets
import urllib.parse


class Beside:
    def __init__(self):
        self.bytes, self.ended, self.storage = 1000, 0, None
        self.shows, self.text = lambda statement: True, lambda statement: statement.body["statement"]
        self.table, self.policies = {"table_type": "MANAGED", "data_source_format": "DELTA"}, []
        self.links, self.fetched = {}, []


def refused():
    return 403, {"error_code": "PERMISSION_DENIED", "message": "You do not have permission."}


STATUS = {"SUCCEEDED": "FINISHED", "PENDING": "QUEUED", "CLOSED": "FINISHED"}


def history(facade, wanted):
    """Of the statements that are asked for, or the newest, with what they took."""
    if facade.beside.bytes is None:
        return refused()
    ids = wanted.get("filter_by.statement_ids")
    told = [s for s in facade.statements.values() if facade.beside.shows(s)]
    known = [s for s in reversed(told) if s.id in (ids or [s.id])
             and s.body["warehouse_id"] in wanted.get("filter_by.warehouse_ids", [s.body["warehouse_id"]])]
    return 200, {"has_next_page": False, "res": [
        {"query_id": s.id, "query_text": facade.beside.text(s), "query_tags": s.body.get("query_tags", []),
         "status": STATUS.get(s.state, s.state),
         **({"metrics": {"read_bytes": facade.beside.bytes, "rows_produced_count": len(s.rows)}}
            if wanted.get("include_metrics") == ["true"] else {})}
        for s in known[:int(wanted.get("max_results", ["100"])[0])]]}


def catalog(facade, parts, wanted):
    """What Unity Catalog says of a table, and of the policies upon it, one a page."""
    if parts[0] == "tables":
        known = facade.beside.table
        return refused() if known is None else (200, {"name": parts[1].split(".")[-1], "full_name": parts[1], **known})
    policies, page = facade.beside.policies, int(wanted.get("page_token", ["0"])[0])
    if parts[0] != "policies" or wanted.get("include_inherited") != ["true"] or policies is None:
        return refused()
    more = {"next_page_token": str(page + 1)} if page + 1 < len(policies) else {}
    return 200, {"policies": policies[page:page + 1]} | more


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
    if method == "GET" and parts[:3] == ["api", "2.1", "unity-catalog"]:
        return catalog(facade, parts[3:], urllib.parse.parse_qs(address.query))
    return None
