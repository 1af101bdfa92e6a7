"""A run of a few small files that somebody changes at random moments: what came of it must be of one state of
the files, or be an ERROR that says that they changed."""

import hashlib
import json
import os
import random
import subprocess
import time

from support import console, program

SPEC = """version: 1
model: changing
data:
  rows: {path: rows.csv}
  parts: {path: "parts/*.csv"}
  table: {path: table.parquet}
  old: {path: old.parquet}
suites:
  s:
    on: rows
    checks:
      - row_count: {min: 1}
      - mean: {column: x, min: 0}
      - mean: {column: x, name: again, on: parts, min: 0}
      - mean: {column: x, name: columnar, on: table, min: 0}
      - ks: {column: x, on: table, reference: old, max: 1}
      - row_count: {name: base, baseline: {file: base.json}, max_drop: 100%}
      - mean: {column: SCALE, name: scaled, min: 0}
"""
ROWS = 4000
FEWEST = 20  # tries, however slow the machine is


def csv(value, rows=ROWS):
    return ("x,a,b\n" + f"{value},10,20\n" * rows).encode()


def parquet(path, value):
    import pandas

    pandas.DataFrame({"x": [float(value)] * ROWS, "y": range(ROWS)}).to_parquet(path)
    return path.read_bytes()


class Files:
    """name -> the states that it may be in; each has a value of its own in column x"""

    def __init__(self, place):
        self.work = place.work
        (self.work / "parts").mkdir()
        self.states = {}
        for name in ("rows.csv", "parts/1.csv", "parts/2.csv"):
            self.states[name] = [csv(3), csv(7)]
        for name in ("table.parquet", "old.parquet"):
            self.states[name] = [parquet(self.work / name, value) for value in (3, 7)]
        self.states["modelgate.yaml"] = [SPEC.replace("SCALE", column).encode() for column in ("a", "b")]
        self.states["base.json"] = []
        self.known = {}

    def settle(self):
        for name, states in self.states.items():
            if states:
                (self.work / name).write_bytes(states[0])
                for number, state in enumerate(states):
                    self.known[hashlib.sha256(state).hexdigest()] = (3, 7)[number]

    def make_baseline(self, place):
        self.settle()
        spec = self.work / "modelgate.yaml"
        spec.write_text(SPEC.replace("SCALE", "a").replace("baseline: {file: base.json}, max_drop: 100%", "min: 1"))
        program.run(place, ["run", "--json", "base.json"])
        first = (self.work / "base.json").read_bytes()
        program.run(place, ["run", "--json", "base.json", "--seed", "2"])
        self.states["base.json"] = [first, (self.work / "base.json").read_bytes()]
        self.settle()


# ---- what happens to a file ----


def replace(path, content):
    other = path.with_name(path.name + ".new")
    other.write_bytes(content)
    other.rename(path)


def overwrite(path, content):
    with open(path, "r+b") as file:
        file.write(content)
        file.truncate()


def in_pieces(path, content):
    with open(path, "r+b", buffering=0) as file:
        for at in range(0, len(content), 4096):
            file.write(content[at:at + 4096])
        file.truncate()


def truncate_and_write(path, content):
    path.write_bytes(content)


def swap(path, content):
    other = path.with_name(path.name + ".new")
    other.write_bytes(content)
    path.rename(path.with_name(path.name + ".was"))
    other.rename(path)


def append_and_cut(path, _):
    size = path.stat().st_size
    with open(path, "ab") as file:
        file.write(b"9,9,9\n" * 1000)
    os.truncate(path, size)


def hide_the_time(path, content):
    was = path.stat()
    overwrite(path, content)
    os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))


def checkout(path, content):
    """as git does it: what was is gone, then the new file is written"""
    path.unlink()
    path.write_bytes(content)


def come(path, content):
    """one more file beside it, which the pattern of parts/*.csv finds"""
    other = path.with_name("9" + path.suffix)
    was = other.with_suffix(".new")
    was.write_bytes(content)
    was.rename(other)


WAYS = (replace, overwrite, in_pieces, truncate_and_write, swap, append_and_cut, hide_the_time, checkout, come)


# ---- what came of it ----


def problem(files, done, run):
    """None, or why the run is neither of one state nor an ERROR that tells of a change"""
    text = done.stdout + done.stderr
    if done.returncode == 3 and "data changed while it was read" in text:
        if run and run["verdict"] != "error":
            return f"the report says {run['verdict']}"
        return None
    if done.returncode == 3 and ("does not exist" in text or "no file matches" in text or "there is no" in text):
        return None  # between two names
    if done.returncode == 2 and "there is no spec" in text:
        return None
    if not run:
        return f"exit {done.returncode} without a run: {text}"
    values = {}
    for entry in run["inputs"]:
        value = files.known.get(entry["sha256"])
        if value is None:
            return f"{entry['path']} has a digest of no state"
        values.setdefault(entry["data"], []).append(value)
    spec = [files.states["modelgate.yaml"].index(state) for state in files.states["modelgate.yaml"]
        if hashlib.sha256(state).hexdigest() == run["spec"]["sha256"]]
    if not spec:
        return "the spec has a digest of no state"
    wanted = {"mean[x]": values["rows"][0], "again": sum(values["parts"]) / len(values["parts"]),
        "columnar": values["table"][0], "ks[x]": float(values["table"] != values["old"]), "scaled": (10, 20)[spec[0]]}
    got = {result["name"]: result["value"] for result in run["results"]}
    for name, value in wanted.items():
        found = next((v for n, v in got.items() if n.startswith("s/" + name)), None)
        if found is None or abs(found - value) > 1e-9:
            return f"{name} is {found}, not {value}, of {values}: {text}"
    return None


def one_try(place, files, chance, longest):
    for more in place.work.rglob("9.*"):
        more.unlink()
    files.settle()
    report = place.work / "run.json"
    report.unlink(missing_ok=True)
    process = program.start(place, ["run", "--json", "run.json", "--as-of", "2026-01-01"])
    deeds = []
    for delay in sorted(chance.uniform(0, longest) for _ in range(chance.choice((0, 1, 1, 1, 2)))):
        name = chance.choice(list(files.states))
        deeds.append((delay, name, chance.choice(WAYS), chance.choice((0, 1))))
    began = time.monotonic()
    for delay, name, way, state in deeds:
        time.sleep(max(0, delay - (time.monotonic() - began)))
        way(files.work / name, files.states[name][state])
    out, err = process.communicate(timeout=120)
    done = subprocess.CompletedProcess([], process.returncode, out.decode(), err.decode())
    run = json.loads(report.read_text()) if report.exists() else None
    wrong = problem(files, done, run)
    outcome = "changed" if "data changed while it was read" in done.stdout + done.stderr else "whole"
    return outcome, wrong and f"{[(round(d, 3), n, w.__name__, s) for d, n, w, s in deeds]}: {wrong}"


def try_often(seconds, tries):
    """Until one of both is used up. A few of each outcome must come about, or nothing was tried."""
    chance = random.Random(9)
    counts = {"changed": 0, "whole": 0}
    with console.Place() as place:
        files = Files(place)
        files.make_baseline(place)
        began = time.monotonic()
        for _ in range(3):
            _, wrong = one_try(place, files, random.Random(0), 0)
            assert wrong is None, f"untouched: {wrong}"
        longest = (time.monotonic() - began) / 3
        began = time.monotonic()
        while (time.monotonic() - began < seconds or sum(counts.values()) < FEWEST) and sum(counts.values()) < tries:
            outcome, wrong = one_try(place, files, chance, longest)
            counts[outcome] += 1
            assert wrong is None, wrong
    assert min(counts.values()) > 2, f"too little came about: {counts}"
