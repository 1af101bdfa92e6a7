"""history-git: a history in the refs of one repository, git:REMOTE, with 200 models: its size, a push by an agent that
has a new clone, and a site of all of it. Of two lengths, so that one sees what grows with the days. No peer has it."""
import datetime
import gzip
import json
import shutil
import subprocess
import sys

from case_site import AS_OF, CHECKS, MODELS, STAGES, history
from figures import alone
from lab import HERE, Wrong, sum_up

sys.path.insert(0, str(HERE.parent))
from support import histories  # noqa: E402  (beside this folder)

DAYS = (10, 30)
GIT = ["git", "-c", "user.name=bench", "-c", "user.email=bench@example.com"]


def git(folder, *arguments, **given):
    return subprocess.run([*GIT, "-C", folder, *arguments], check=True, capture_output=True, **given).stdout


def stream(folder):
    """What git fast-import makes of the records: as the program does, a commit for each, in the ref of its model."""
    records = sorted(folder.rglob("*.run.json.gz"), key=lambda path: path.relative_to(folder).parts[2:])
    for path in records:
        name, packed = str(path.relative_to(folder)), path.read_bytes()
        model, _, year, month, day, file = name.split("/")
        time = datetime.datetime(*map(int, (year, month, day, file[:2], file[2:4], file[4:6])), tzinfo=datetime.UTC)
        yield (f"commit refs/modelgate/history/{model}\n"
               f"committer bench <bench@example.com> {time.timestamp():.0f} +0000\n"
               f"data {len(name)}\n{name}\nM 100644 inline {name}\ndata {len(packed)}\n").encode() + packed + b"\n"


def server(lab, folder):
    """A bare repository with the history, packed as a server packs it, and one commit on its branch."""
    bare = lab.folder / "data" / f"{folder.name}.git"
    if not bare.exists():
        unfinished = bare.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        subprocess.run([*GIT, "init", "--quiet", "--bare", "--initial-branch=main", unfinished], check=True)
        tree = git(unfinished, "mktree", input=b"").strip().decode()
        first = git(unfinished, "commit-tree", "-m", "first", tree).strip().decode()
        git(unfinished, "update-ref", "refs/heads/main", first)
        with subprocess.Popen([*GIT, "-C", unfinished, "fast-import", "--quiet"], stdin=subprocess.PIPE) as importer:
            for commit in stream(folder):
                importer.stdin.write(commit)
            importer.stdin.close()
        if importer.returncode:
            raise Wrong("git fast-import failed")
        git(unfinished, "gc", "--quiet")
        unfinished.rename(bare)
    return bare


def next_run(folder, seconds):
    """run.json of a model's next run."""
    last = max((folder / "model-000" / "PRD").rglob("*.run.json.gz"))
    run = json.loads(gzip.decompress(last.read_bytes()))
    time = datetime.datetime(2026, 11, 29, 5, 0, 0) + datetime.timedelta(seconds=seconds)
    return histories.text_of({**run, "as_of": histories.time_text(time), "started": histories.time_text(time)})


def bytes_of(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def measure_one(lab, models, days, checks):
    folder = history(lab, (models, STAGES, days, checks))
    place = lab.folder / "out" / "history-git"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    shutil.copytree(server(lab, folder), place / "server.git")
    records = sum(1 for _ in folder.rglob("*.run.json.gz"))
    sizes = {"server": bytes_of(place / "server.git")}

    def clone(name):
        subprocess.run([*GIT, "clone", "--quiet", (place / "server.git").as_uri(), place / name], check=True)
        for key in ("name", "email"):
            git(place / name, "config", f"user.{key}", "bench@example.com")
        return place / name

    def record(number):
        run = place / f"run-{number}.json"
        run.write_text(next_run(folder, number))
        return lab.run([lab.program, "record", run, "--to", "git:origin", "--repo", clones["writer"]])

    def site(source, name):
        return lab.run([lab.program, "site", "--from", source, "--repo", clones["reader"], "--as-of", AS_OF, "--out",
                        place / name])

    clones = {name: clone(name) for name in ("writer", "reader")}
    sizes["a clone without it"] = bytes_of(clones["reader"])
    costs = {"push, new clone": record(1), "push, the clone again": record(2)}
    sizes["a clone that wrote a record"] = bytes_of(clones["writer"])
    costs |= {"site, new clone": site("git:origin", "site-1"), "site, the clone again": site("git:origin", "site-2")}
    sizes["a clone that read all"] = bytes_of(clones["reader"])
    costs["site, from a folder"] = site(folder, "site-3")
    runs = [json.loads((place / name / "fleet.json").read_text())["models"] for name in ("site-1", "site-2", "site-3")]
    found = [sum(stage["runs"] for model in models for stage in model["stages"]) for models in runs]
    if found != [records + 2, records + 2, records]:
        raise Wrong(f"the sites have {found} runs of {records}, and of 2 more that were pushed")
    return {"days": days, "records": records, "bytes": sizes, "sides": {f"{days} days: {name}": sum_up([cost])
                                                                        for name, cost in costs.items()}}


def measure(lab, runs):
    models = lab.models or (2 if lab.quick else MODELS)
    lengths = (2, 4) if lab.quick else DAYS
    found = [measure_one(lab, models, days, 5 if lab.quick else CHECKS) for days in lengths]
    figures, sides = [], {}
    for one in found:
        figures += [{"what": f"{one['days']} days: size of {name}", "value": size / 1e6, "unit": " MB"}
                    for name, size in one["bytes"].items()]
        figures += [alone(f"{name}, {cost} time", side, cost, None, "s")
                    for name, side in one["sides"].items() for cost in ("wall", "cpu")]
        sides |= one.pop("sides")
    return {"models": models, "lengths": found, "sides": sides, "figures": figures}
