"""Runs statements in a warehouse, one after the other, and prints the rows of each: what someone does by hand.

    engines_peer.py HOST TOKEN FILE    statements end with a line of ;
"""
import json
import sys
import time
import urllib.request

HOST, TOKEN, FILE = sys.argv[1:]


def ask(method, path, body=None):
    asked = urllib.request.Request(HOST + path, data=body and json.dumps(body).encode(), method=method,
                                   headers={"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"})
    with urllib.request.urlopen(asked, timeout=60) as answer:
        return json.load(answer)


def run(sql):
    said = ask("POST", "/api/2.0/sql/statements", {"statement": sql, "warehouse_id": "wh", "schema": "bench",
                                                   "wait_timeout": "30s", "on_wait_timeout": "CONTINUE"})
    while said["status"]["state"] in ("PENDING", "RUNNING"):
        time.sleep(0.2)
        said = ask("GET", f"/api/2.0/sql/statements/{said['statement_id']}")
    if said["status"]["state"] != "SUCCEEDED":
        sys.exit(said["status"]["error"]["message"])
    names = [column["name"] for column in said["manifest"]["schema"]["columns"]]
    return [dict(zip(names, row)) for row in said["result"]["data_array"]]


with open(FILE, encoding="utf-8") as text:
    print(json.dumps([run(sql) for sql in text.read().split("\n;\n") if sql.strip()]))
