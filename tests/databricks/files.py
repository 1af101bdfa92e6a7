"""The Files API of a workspace, for volumes of Unity Catalog. What lies in them a test sees and changes in `Volumes`:

    volumes     that there are
    files       {path: bytes}
    folders     that were made, beside the volumes
    most        entries of a page, whatever is asked for
    implied     are folders made with the first file in them? Else a file needs its folder, as Databricks' CLI has it
    refuse      403 to these methods
    instead     the answer to all, or None
    change      gets a page of a list, as bytes, and returns what is sent
"""

import json
import threading
import urllib.parse


class Volumes:
    def __init__(self):
        self.lock = threading.Lock()
        self.volumes, self.files, self.folders = {"/Volumes/prd/churn/history"}, {}, set()
        self.most, self.implied, self.refuse, self.instead = 1000, False, (), None
        self.change = lambda page: page

    def has(self, folder):
        return folder in self.volumes or folder in self.folders

    def make(self, folder):
        """With all folders above it; False: it is in no volume."""
        if not any(folder == volume or folder.startswith(volume + "/") for volume in self.volumes):
            return False
        while folder not in self.volumes:
            self.folders.add(folder)
            folder = folder.rpartition("/")[0]
        return True

    def entries(self, folder):
        """Of a folder, in no order that helps."""
        found = [{"path": path, "is_directory": False, "file_size": len(body), "last_modified": 1764000000000}
                 for path, body in self.files.items()] + [{"path": path, "is_directory": True} for path in self.folders]
        found = [{**entry, "name": entry["path"].rpartition("/")[2]} for entry in found
                 if entry["path"].rpartition("/")[0] == folder]
        return sorted(found, key=lambda entry: entry["name"][::-1])


def missing(path):
    return 404, {"error_code": "NOT_FOUND", "message": f"The file or directory being accessed is not found: {path}."}


def put(volumes, path, body, overwrite):
    folder = path.rpartition("/")[0]
    if volumes.implied:
        volumes.make(folder)
    if not volumes.has(folder):
        return missing(folder)
    if path in volumes.files and overwrite != "true":
        return 409, {"error_code": "ALREADY_EXISTS", "message": "The file being created already exists."}
    volumes.files[path] = body
    return 204, b""


def page(volumes, folder, wanted):
    if not volumes.has(folder):
        return missing(folder)
    first, most = int(wanted.get("page_token", "0")), min(int(wanted["page_size"]), volumes.most)
    found = volumes.entries(folder)
    said = {"contents": found[first:first + most]} if found else {}
    if first + most < len(found):
        said["next_page_token"] = str(first + most)
    return 200, volumes.change(json.dumps(said).encode())


def answer(volumes, method, address, body):
    """(status, body)."""
    address = urllib.parse.urlsplit(address)
    wanted = dict(urllib.parse.parse_qsl(address.query))
    _, _, _, _, api, path = urllib.parse.unquote(address.path).split("/", 5)
    path = "/" + path
    with volumes.lock:
        if volumes.instead:
            return volumes.instead
        if method in volumes.refuse:
            return 403, {"error_code": "PERMISSION_DENIED", "message": "User does not have this privilege."}
        if (method, api) == ("PUT", "files"):
            return put(volumes, path, body, wanted.get("overwrite", "true"))
        if (method, api) == ("PUT", "directories"):
            return (204, b"") if volumes.make(path) else missing(path)
        if (method, api) == ("GET", "files"):
            return (200, volumes.files[path]) if path in volumes.files else missing(path)
        if (method, api) == ("GET", "directories"):
            return page(volumes, path, wanted)
    return 404, {"error_code": "ENDPOINT_NOT_FOUND", "message": f"No API found for '{method} {address.path}'"}
