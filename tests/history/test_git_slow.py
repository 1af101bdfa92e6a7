"""A history in a ref of the model's own repository, git:REMOTE: by the servers that promotions are tested on."""

import gzip
import json
import re
import subprocess

import pytest

from support import history, server
from support.registry import Done, Registry, shows_secret

REF = "refs/modelgate/history/churn"


@pytest.fixture
def registry(git, request):
    """A repository of its own for each test."""
    return Registry(git, re.sub(r"\W+", "-", request.node.name))


def save(registry, folder, day, name=None):
    """A saved run of that day."""
    file = f"{name or folder.name}-{day}.json"
    done = registry.modelgate(folder, "run", "--quiet", "--as-of", f"2026-11-{day:02}", "--json",
        str(folder.parent / file))
    assert done.code == 0, done
    return str(folder.parent / file)


def bare(registry):
    return registry.git.repositories / f"{registry.name}.git"


def kept(registry):
    return history.of_ref(bare(registry), registry.git.environment, REF)


def commits(registry):
    return int(registry.git.git(bare(registry), "rev-list", "--count", REF))


def sound(registry):
    assert not registry.git.git(bare(registry), "fsck", "--strict", "--no-dangling")


def test_a_record_is_a_file_of_a_ref_of_its_own(registry):
    clone = registry.clone("one")
    before = registry.git.refs(registry.name)
    run = save(registry, clone, 23)
    first = registry.modelgate(clone, "record", run, "--to", "git:origin")
    again = registry.modelgate(clone, "record", run, "--to", "git:origin")
    assert first.code == 0 and again.code == 0, f"{first} {again}"
    (name, text), = kept(registry).items()
    assert (first.out, again.out) == (f"recorded {name}\n", f"already there: {name}\n")
    assert text == open(run).read() and name.startswith("churn/none/2026/11/23/000000Z-")
    assert commits(registry) == 1, "a retry is no commit"
    after = registry.git.refs(registry.name)
    assert after.pop(REF) and after == before, "branches and tags are left alone"
    sound(registry)


def test_a_run_records_itself_and_another_clone_sees_it(registry):
    one, two = registry.clone("one"), registry.clone("two")
    for folder, day in ((one, 1), (two, 2), (one, 3)):
        done = registry.modelgate(folder, "run", "--quiet", "--as-of", f"2026-11-0{day}", "--record", "git:origin")
        assert done.code == 0 and f"in git history at {registry.git.address(registry.name)}" in done.err, done
    told = registry.modelgate(two, "trend", "churn", "--from", "git:origin", "--json")
    points = told.json()["series"][0]["points"]
    assert [(point["as_of"][:10], point["value"]) for point in points] == [
        (f"2026-11-0{day}", 3) for day in (1, 2, 3)]
    last = registry.modelgate(one, "trend", "churn", "--from", "git:origin", "--json", "--last", "36h",
        "--as-of", "2026-11-03")
    assert last.json()["series"][0]["points"] == points[1:]
    assert registry.modelgate(one, "trend", "other", "--from", "git:origin").code == 2
    assert commits(registry) == 3


def test_the_address_of_a_repository_will_do(registry):
    clone = registry.clone("one")
    registry.git.git(clone, "remote", "remove", "origin")
    address = f"git:{registry.git.address(registry.name)}"
    assert registry.modelgate(clone, "record", save(registry, clone, 1), "--to", address).code == 0
    assert len(kept(registry)) == 1


def test_racing_writers_lose_nothing(registry):
    """Each in its own clone, and two more in one clone."""
    clones = [registry.clone(f"racer{i}") for i in range(3)]
    runs = [(clone, save(registry, clone, day)) for day, clone in enumerate([*clones, clones[0], clones[0]], 1)]
    racers = [registry.start(clone, "record", run, "--to", "git:origin") for clone, run in runs]
    answers = [Done(racer) for racer in racers]
    assert all(answer.code == 0 and answer.out.startswith("recorded ") for answer in answers), [str(a) for a in answers]
    assert sorted(kept(registry).values()) == sorted(open(run).read() for _, run in runs)
    assert commits(registry) == len(runs)
    sound(registry)


@pytest.mark.parametrize("options", [["--depth", "1"], ["--filter=blob:none"], ["--bare"]], ids=str)
def test_clones_as_pipelines_make_them(registry, options):
    whole = registry.clone("whole")
    runs = [save(registry, whole, day) for day in (1, 2)]
    assert registry.modelgate(whole, "record", runs[0], "--to", "git:origin").code == 0
    clone = registry.clone("cut", *options)
    done = registry.modelgate(clone, "record", runs[1], "--to", "git:origin")
    assert done.code == 0, done
    told = registry.modelgate(clone, "trend", "churn", "--from", "git:origin", "--json")
    assert told.code == 0 and len(told.json()["series"][0]["points"]) == 2
    shallow = registry.git.git(clone, "rev-parse", "--is-shallow-repository")
    assert shallow == ("true" if "--depth" in options else "false"), "the clone is as it was"
    sound(registry)


def test_a_server_that_refuses_is_asked_once_and_heard(registry):
    clone = registry.clone("one")
    runs = [save(registry, clone, day) for day in (1, 2)]
    assert registry.modelgate(clone, "record", runs[0], "--to", "git:origin").code == 0
    count = registry.git.root / f"{registry.name}-asked"
    registry.git.hook(registry.name, "pre-receive", f"echo asked >>{count}; echo 'closed until Monday'; exit 1")
    done = registry.modelgate(clone, "record", runs[1], "--to", "git:origin")
    assert done.code == 3 and "closed until Monday" in done.err and f"refuses to change {REF}" in done.err, done
    assert count.read_text() == "asked\n" and commits(registry) == 1


def test_a_server_that_wants_a_login(registry):
    clone = registry.clone("one")
    run = save(registry, clone, 1)
    address = f"git:{registry.git.address(registry.name, 'bearer')}"
    refused = registry.modelgate(clone, "record", run, "--to", address)
    let_in = registry.modelgate(clone, "record", run, "--to", address, SYSTEM_ACCESSTOKEN=server.TOKEN)
    assert refused.code == 3 and let_in.code == 0, f"{refused} {let_in}"
    assert not shows_secret(let_in) and len(kept(registry)) == 1


def test_a_server_that_is_none(registry):
    clone = registry.clone("one")
    run = save(registry, clone, 1)
    for way in ("404", "500", "html"):
        done = registry.modelgate(clone, "record", run, "--to", f"git:{registry.git.address(registry.name, way)}")
        assert done.code == 3 and "cannot be recorded" in done.err, done
    for address, say in (("git:nobody", "no remote is named 'nobody'"), ("git:", "names no remote")):
        done = registry.modelgate(clone, "record", run, "--to", address)
        assert done.code == 2 and say in done.err, done
    outside = registry.modelgate(registry.git.root, "record", run, "--to", "git:origin")
    assert outside.code == 2 and "git init" in outside.err, outside


def put(registry, folder, name, text, mode="100644"):
    """Puts a file into the server's history by hand."""
    packed = gzip.compress(text.encode())
    git = registry.git.git
    done = subprocess.run(["git", "hash-object", "-w", "--stdin"], cwd=folder, env=registry.git.environment,
        input=packed, capture_output=True, check=True)
    git(folder, "fetch", "--quiet", "origin", f"+{REF}:{REF}")
    git(folder, "read-tree", REF)
    git(folder, "update-index", "--add", "--cacheinfo", f"{mode},{done.stdout.decode().strip()},{name}")
    tree = git(folder, "write-tree")
    commit = git(folder, "commit-tree", tree, "-p", REF, "-m", "by hand")
    git(folder, "push", "--quiet", "origin", f"{commit}:{REF}")


def test_what_somebody_put_there_is_proven(registry):
    clone, hand = registry.clone("one"), registry.clone("hand")
    runs = [save(registry, clone, day) for day in (1, 2)]
    assert registry.modelgate(clone, "record", runs[0], "--to", "git:origin").code == 0
    (name, text), = kept(registry).items()
    seal = json.loads(open(runs[1]).read())["seal"][7:23]
    other = f"churn/none/2026/11/02/000000Z-{seal}.run.json.gz"
    put(registry, hand, other, text)
    trend = registry.modelgate(clone, "trend", "churn", "--from", "git:origin")
    assert trend.code == 3 and f"record {other}" in trend.err and "contradicts its name" in trend.err, trend
    again = registry.modelgate(clone, "record", runs[1], "--to", "git:origin")
    assert again.code == 3 and "another run has this name already" in again.err, again
