"""Eight writers at once, each killed at random moments until its command ends well: every record is there, whole, and
once; nothing else is. In every store."""
# program: plain

import concurrent.futures
import gzip
import os
import random
import signal
import subprocess
import threading
import time

import pytest
from databricks.facade import PAT, Facade

from support import azurite, console, cosmos, history
from support.registry import Registry

WRITERS, RUNS = 8, 6


def many(text, count):
    """Runs of that many minutes, each with a seal that holds."""
    old = '"as_of": "2026-11-23T04:05:06Z"'
    assert old in text
    times = [f"2026-11-23T{i // 60:02}:{i % 60:02}:00Z" for i in range(count)]
    return [history.sealed(text.replace(old, f'"as_of": "{time}"')) for time in times]


class Writer:
    """Records one file after the other. Most tries are killed, and the last of each is not."""

    def __init__(self, seed, folder, environment, files, store, seconds):
        self.chance = random.Random(seed)
        self.folder, self.environment, self.files, self.store = folder, environment, files, store
        self.seconds, self.kills = seconds, 0

    def once(self, file, deadline):
        process = subprocess.Popen([console.PROGRAM, "record", file, "--to", self.store], cwd=self.folder,
            env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            start_new_session=True)
        try:
            return process.communicate(timeout=deadline), process.returncode
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            self.kills += 1
            return None, None

    def work(self):
        for file in self.files:
            for attempt in range(4):
                said, code = self.once(file, self.seconds * self.chance.random() if attempt < 3 else 300)
                if code is not None:
                    assert code == 0, said
                    break
        return self.kills


def race(folders, environment, files, store):
    for _ in range(2):  # the first has to read the program from the disk
        began = time.monotonic()
        Writer(0, folders[0], environment, files[:1], store, 0).once(files[0], 300)
        seconds = 1.5 * (time.monotonic() - began)
    shares = [files[i::WRITERS] for i in range(WRITERS)]
    # Each file has two writers, so that a retry meets a record of somebody else.
    writers = [Writer(i, folders[i % len(folders)], environment, shares[i] + shares[(i + 1) % WRITERS], store, seconds)
        for i in range(WRITERS)]
    with concurrent.futures.ThreadPoolExecutor(WRITERS) as pool:
        kills = sum(pool.map(Writer.work, writers))
    print(f"{kills} kills of {2 * len(files)} commands")
    assert kills > len(files) / 2, "hardly anything was killed"


@pytest.fixture
def texts():
    with history.Model() as model:
        yield many(model.run("run.json").read_text(), WRITERS * RUNS)


def save(folder, texts):
    files = [folder / f"run{i}.json" for i in range(len(texts))]
    for file, text in zip(files, texts):
        file.write_text(text)
    return [str(file) for file in files]


def test_folder(place, texts):
    files = save(place.work, texts)
    race([place.work], place.environment, files, "history")
    for left in (place.work / "history").rglob("*.tmp"):
        left.unlink()  # of those that were killed
    assert sorted(history.files(place.work / "history").values()) == sorted(texts)


def test_git(git, texts):
    registry = Registry(git, "killed")
    clones = [registry.clone(f"writer{i}") for i in range(WRITERS // 2)]  # two writers share one
    files = save(git.root, texts)
    race(clones, registry.environment(), files, "git:origin")
    bare, ref = git.repositories / "killed.git", "refs/modelgate/history/churn"
    assert sorted(history.of_ref(bare, git.environment, ref).values()) == sorted(texts)
    assert git.git(bare, "rev-list", "--count", ref) == str(len(texts)), "no record has a second commit"
    assert not git.git(bare, "fsck", "--strict", "--no-dangling")
    for clone in clones:
        told = registry.modelgate(clone, "trend", "churn", "--from", "git:origin", "--json")
        assert told.code == 0 and len(told.json()["series"][0]["points"]) == len(texts), told


def test_blob(place, texts):
    files = save(place.work, texts)
    with azurite.Azurite() as server:
        address = server.container("killed")
        race([place.work], {**place.environment, "AZURE_STORAGE_SAS_TOKEN": server.sas}, files, address)
        found = {name: gzip.decompress(packed).decode() for name, packed in server.blobs("killed").items()}
    for name, text in found.items():
        history.check(name, text)
    assert sorted(found.values()) == sorted(texts)


def test_cosmos(place, texts):
    files = save(place.work, texts)
    with cosmos.Cosmos() as server:
        environment = {**place.environment, "AZURE_COSMOS_KEY": cosmos.KEY}
        race([place.work], environment, files, server.container("killed"))
        found = [(name, gzip.decompress(packed).decode()) for name, packed in server.blobs("killed")]
    for name, text in found:
        history.check(name, text)
    assert sorted(text for _, text in found) == sorted(texts)


def test_volume(place, texts):
    files = save(place.work, texts)
    facade, root = Facade(None), "/Volumes/prd/churn/history"
    threading.Thread(target=facade.server.serve_forever, args=(0.02,), daemon=True).start()
    race([place.work], {**place.environment, "DATABRICKS_HOST": facade.address, "DATABRICKS_TOKEN": PAT}, files, root)
    facade.server.shutdown()
    facade.server.server_close()
    found = {name.removeprefix(f"{root}/"): gzip.decompress(packed).decode()
             for name, packed in facade.volumes.files.items()}
    for name, text in found.items():
        history.check(name, text)
    assert sorted(found.values()) == sorted(texts)
