"""Promotions that race each other or find the disk full: nothing is lost, nothing half done; the same
command again finishes it. (test_kills_slow.py kills them.)"""

import json
import resource
import shutil
import subprocess

import pytest

from support import console, disk
from support.lab import SPEC, Lab, copy, sound, tags

# ---- without room ----

def no_room(lab, folder, what, say, **options):
    """The command fails in plain words and leaves no event, or was small enough and is whole."""
    command = ["promote", "--model", "churn", "--to", "PPD", "--run", lab.work / "run-PPD.json"]
    before = tags(lab, folder)
    done = lab.modelgate(*command, cwd=folder, **options)
    if done.returncode == 0:
        return False
    assert done.returncode == 3 and say in done.stderr, f"{what}: {done}"
    stages = [tag for tag in tags(lab, folder) if "#" in tag and tag not in before]
    assert not stages, f"{what}: {stages}"
    return True


@pytest.fixture(scope="module")
def lab():
    with Lab() as lab:
        lab.run("PPD")
        yield lab


def test_small_files(lab):
    failed = 0
    for size in (0, 20, 60, 100, 200, 400, 800):
        folder = copy(lab, "small")
        failed += no_room(lab, folder, f"files of {size} bytes", b"File too large",
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)))
        again = lab.promote("PPD", run=lab.work / "run-PPD.json", cwd=folder)
        assert again.returncode == 0, f"{size}: {again}"
        sound(lab, folder, f"files of {size} bytes", ["churn@v0.0.1", "churn#PPD#1"])
        shutil.rmtree(folder)
    assert failed >= 3, f"only {failed} of the limits were felt"


def test_full_disk(lab):
    place = lab.root / "disk"
    with disk.small(place, "2m") as mounted:
        failed = 0
        for room in range(0, 40, 4) if mounted else ():
            folder = place / "repository"
            shutil.copytree(lab.work, folder, symlinks=True)
            disk.fill(place, room * 1024)
            failed += no_room(lab, folder, f"{room} kB left", b"No space left on device")
            (place / "ballast").unlink()
            again = lab.promote("PPD", run=lab.work / "run-PPD.json", cwd=folder)
            assert again.returncode == 0, f"{room} kB: {again}"
            sound(lab, folder, f"{room} kB left", ["churn@v0.0.1", "churn#PPD#1"])
            shutil.rmtree(folder)
        assert failed >= 3 or not mounted, f"only {failed} of the disks were full"


# ---- races ----

RACERS = 8


def race(lab, folder, commands):
    started = [subprocess.Popen([console.PROGRAM, *map(str, command)], cwd=folder, env=lab.environment,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for command in commands]
    return [(process.communicate(timeout=console.TIMEOUT_S), process.returncode) for process in started]


def test_races(lab):
    promote = ["promote", "--model", "churn", "--to", "PPD", "--json", "--run"]
    lab.run("PPD")
    folder = copy(lab, "same")
    done = race(lab, folder, [[*promote, "run-PPD.json"]] * RACERS)
    assert [code for _, code in done] == [0] * RACERS, f"the same {RACERS} times: {done}"
    ids = {json.loads(out)["id"] for (out, _), _ in done}
    assert len(ids) == 1, f"the same {RACERS} times: {ids}"
    sound(lab, folder, "the same", ["churn@v0.0.1", "churn#PPD#1"])
    runs = [(lab.git("rev-parse", "HEAD"), "run-PPD.json")]
    for i in range(1, RACERS):
        commit = lab.commit(f"racer {i}", spec=SPEC)
        runs.append((commit, lab.run("PPD", file=f"run-{i}.json")))
    # A commit that is older than what came in meanwhile is let in on record only.
    commands = [[*promote, run, "--commit", commit, "--override", "they race"] for commit, run in runs]
    for name in ("in turns", "without turns"):
        folder = copy(lab, name.replace(" ", "-"))
        if name == "without turns":
            (folder / ".git" / "modelgate.lock").mkdir()
        left = commands
        for attempt in range(5):  # noqa: B007 (looked at below)
            done = race(lab, folder, left)
            codes = [code for _, code in done]
            assert set(codes) <= {0, 3}, f"{name}: {done}"
            for (_, error), code in done:
                assert code == 0 or b"run the same command again" in error, f"{name}: {error}"
            left = [command for command, code in zip(left, codes) if code]
            if not left:
                break
        assert not left and (attempt == 0 or name != "in turns"), f"{name}: {left} after {attempt}"
        want = [tag for i in range(1, RACERS + 1) for tag in (f"churn@v0.0.{i}", f"churn#PPD#{i}")]
        sound(lab, folder, name, want)
        print(f"{name}: {attempt + 1} rounds")


def test_two_clones():
    """Other stages of one model at the same moment: no server can tell, so both get one number."""
    with Lab() as lab:
        one = lab.git("rev-parse", "HEAD")
        lab.good("PPD")
        pps = lab.run("PPS")
        lab.commit("two")
        lab.run("PPD")
        folders = [copy(lab, "left"), copy(lab, "right")]
        left = lab.promote("PPS", "--commit", one, run=pps, cwd=folders[0])
        right = lab.promote("PPD", run="run-PPD.json", cwd=folders[1])
        assert left.returncode == right.returncode == 0, f"{left} {right}"
        lab.git("fetch", "--quiet", str(folders[0]), "refs/tags/*:refs/tags/*", cwd=folders[1])
        want = ["churn@v0.0.1", "churn#PPD#1", "churn#PPS#2", "churn@v0.0.2", "churn#PPD#2"]
        sound(lab, folders[1], "two clones", want)
        told = lab.modelgate("verify", cwd=folders[1]).stdout
        assert b"has the same number as" in told and b"were made at the same time, after" in told, told
        run = lab.work / lab.run("PPS", file="next.json")
        done = lab.promote("PPS", "--json", run=run, cwd=folders[1])
        assert json.loads(done.stdout)["tag"] == "churn#PPS#3", done
        sound(lab, folders[1], "two clones, later", [*want, "churn#PPS#3"])
