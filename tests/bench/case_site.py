"""site: the monitoring site of a history with a run a day of each model and stage: every record read, and again with
all but the newest records in the cache. There is no peer: other tools keep their history in a server."""
import hashlib
import json
import os
import shutil
import subprocess
import sys

from figures import alone
from lab import HERE, Wrong, say, sum_up

MODELS, STAGES, DAYS, CHECKS = 200, 3, 365, 60
SECONDS = 60  # that a site of full size may take
AS_OF = "2026-11-29T06:00:00Z"  # two hours after the newest run of the history


def size(lab):
    if lab.quick:
        return lab.models or 2, STAGES, 20, 5
    return lab.models or MODELS, STAGES, DAYS, CHECKS


def history(lab, numbers):
    """The seeded history of tests/support/histories.py, unless it is there from last time."""
    folder = lab.folder / "data" / f"history-{'-'.join(map(str, numbers))}"
    if not folder.exists():
        say(f"making {folder.name}")
        unfinished = folder.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        subprocess.run([sys.executable, HERE.parent / "support/histories.py", unfinished, *map(str, numbers)],
                       check=True, env={**os.environ, "MODELGATE": str(lab.program), "PYTHONPATH": str(HERE.parent)})
        unfinished.rename(folder)
    return folder


def repository(lab):
    """One of its own: that of modelgate has tags that are none of the history's."""
    folder = lab.folder / "data" / "history-repository"
    if not folder.exists():
        folder.mkdir()
        (folder / ".modelgate.yaml").write_text("monitor: {PRD: 1d}\n")
        git = ["git", "-C", folder, "-c", "user.name=bench", "-c", "user.email=bench@example.com"]
        for command in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "--message", "policy"]):
            subprocess.run([*git, *command], check=True)
    return folder


def contents(site):
    """Digests of all files of a site, by path."""
    return {str(path.relative_to(site)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(site.rglob("*")) if path.is_file()}


def compare(sites, records):
    """All are the same, and have every record."""
    first, *others = (contents(site) for site in sites)
    if any(other != first for other in others):
        raise Wrong("the site from the cache is not the one from the records")
    fleet = json.loads((sites[0] / "fleet.json").read_text())
    found = sum(stage["runs"] for model in fleet["models"] for stage in model["stages"])
    if found != records:
        raise Wrong(f"the site has {found} runs of {records} records")
    return {"files": len(first), "bytes": sum(path.stat().st_size for path in sites[0].rglob("*") if path.is_file())}


def each(what, side, cost, records):
    return {"what": f"{what}, of each record", "value": side[cost]["median"] / records * 1e6, "unit": " µs"}


def whole(what, side, numbers, records):
    """The time of a site of full size. Of fewer models an estimate of it, which is held to nothing; of other models
    the time by itself."""
    full = (MODELS, STAGES, DAYS, CHECKS)
    if numbers == full or numbers[1:] != full[1:]:
        return alone(f"wall time, {what}", side, "wall", SECONDS, "s")
    return {"what": f"wall time of {MODELS} models, {what}, EXTRAPOLATED from {numbers[0]}",
            "value": side["wall"]["median"] / records * MODELS * STAGES * DAYS, "unit": " s"}


def measure(lab, runs):
    models, stages, days, checks = numbers = size(lab)
    folder, cache = history(lab, numbers), lab.folder / "out" / "site-cache"
    sites = {name: lab.folder / "out" / f"site-{name}" for name in ("filling", "first", "again")}
    records = sum(1 for path in folder.rglob("*.run.json.gz"))
    shutil.rmtree(cache, ignore_errors=True)
    build = [lab.program, "site", "--from", folder, "--repo", repository(lab), "--as-of", AS_OF, "--out"]
    filling = sum_up([lab.run([*build, sites["filling"], "--cache", cache])])
    sides = lab.paired({"first": [*build, sites["first"]], "again": [*build, sites["again"], "--cache", cache]},
                       runs or (1 if lab.quick else 3))
    sides["filling"] = filling
    figures = []
    for what, name in (("every record read", "first"), ("and kept in the cache", "filling"),
                       ("from the cache", "again")):
        side = sides[name]
        figures += [whole(what, side, numbers, records),
                    each(f"wall time, {what}", side, "wall", records), each(f"CPU time, {what}", side, "cpu", records),
                    alone(f"peak memory, {what}", side, "peak_bytes", None, "MB")]
    return {"models": models, "stages": stages, "days": days, "checks": checks, "records": records, "sides": sides,
            "site": compare(list(sites.values()), records), "figures": figures}
