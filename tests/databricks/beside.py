"""What a workspace answers beside the Statement Execution API. A test puts its own into `facade.beside`:

    warehouse   the state of the warehouse, or None: nobody may look at it
"""

import urllib.parse


class Beside:
    def __init__(self):
        self.warehouse = "RUNNING"


def refused():
    return 403, {"error_code": "PERMISSION_DENIED", "message": "You do not have permission."}


def warehouse(beside, name):
    if name != "wh":
        return 404, {"error_code": "RESOURCE_DOES_NOT_EXIST", "message": f"SQL warehouse {name} does not exist."}
    if not beside.warehouse:
        return refused()
    return 200, {"id": name, "name": "Gates", "state": beside.warehouse, "num_clusters": 0}


def answer(facade, method, path):
    """(status, body), or None: there is no such address."""
    address = urllib.parse.urlsplit(path)
    parts = urllib.parse.unquote(address.path).strip("/").split("/")
    if method == "GET" and parts[:4] == ["api", "2.0", "sql", "warehouses"] and len(parts) == 5:
        return warehouse(facade.beside, parts[4])
    return None
