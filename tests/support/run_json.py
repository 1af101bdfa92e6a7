"""Reads run.json as modelgate writes it."""

import json
import pathlib


def filled_in(run):
    """The run with all members in each result: slices leave out what they share with an earlier one."""
    results = run["results"]
    whole = [{**results[r["like"]], **r} if "like" in r else r for r in results]
    return {**run, "results": whole}


def read(path):
    return filled_in(json.loads(pathlib.Path(path).read_text(encoding="utf-8")))
