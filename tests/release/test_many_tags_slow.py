"""20,000 tags of 200 models: the facts are right, and telling them takes under half a second of work
(of the processor: other programs on the machine do not count; not with sanitizers)."""

import json
import resource
import subprocess

import pytest

from support import console, program, repository

MODELS, VERSIONS, STAGES = 200, 25, ("PPD", "PPS", "PRD")
MOST_SECONDS = 0.5


def history():
    """What git fast-import reads."""
    for i in range(1, VERSIONS + 1):
        yield f"commit refs/heads/main\nmark :{i}\ncommitter A <a@x> {repository.START - 1000 + i} +0000\n"
        yield f"data 1\nc\nM 100644 inline f\ndata {len(str(i))}\n{i}\n"
    seconds = repository.START
    for model in range(MODELS):
        for version in range(VERSIONS):
            names = [f"m{model}@v0.{version}.0"]
            names += [f"m{model}#{stage}#{3 * version + k}" for k, stage in enumerate(STAGES, 1)]
            for name in names:
                seconds += 1
                text = f"{name}\n\nModelgate: 1\nDecision: PASSED\nModel: m{model}\nVersion: v0.{version}.0\n"
                yield (f"tag {name}\nfrom :{version + 1}\ntagger A <a@x> {seconds} +0000\n"
                    f"data {len(text)}\n{text}\n")


def timed(repo, what, *arguments):
    """The command's JSON."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = repo.modelgate(*arguments, "--json")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"{what}, {' '.join(arguments)}: {seconds:.2f} s")
    assert program.ASAN or seconds < MOST_SECONDS, f"{what}, {arguments}: {seconds:.2f} s"
    return json.loads(done.stdout)


def look(repo, what):
    told = timed(repo, what, "status")
    latest = f"v0.{VERSIONS - 1}.0"
    assert len(told) == MODELS and all(model["stage"] == dict.fromkeys(STAGES, latest)
        and model["next_counter"] == 3 * VERSIONS + 1 for model in told.values()), f"{what}: status"
    one = timed(repo, what, "status", "m7")["m7"]
    assert one["stage"] == told["m7"]["stage"] and one["versions"] == told["m7"]["versions"], f"{what}: one model"
    assert len(timed(repo, what, "history", "m7")) == 4 * VERSIONS, f"{what}: history"
    assert timed(repo, what, "show", "m7#PRD")["ref"] == f"m7#PRD#{3 * VERSIONS}", f"{what}: show"


@pytest.fixture(scope="module")
def repo():
    with console.Place() as place:
        repo = repository.Repository(place)
        subprocess.run(["git", "fast-import", "--quiet"], cwd=repo.path, input="".join(history()).encode(),
            env=place.environment, check=True)
        assert len(repo.git("tag").splitlines()) == 20000, "20,000 tags"
        yield repo


def test_a_file_for_each_tag(repo):
    look(repo, "a file for each tag")


def test_packed_refs(repo):
    """As a clone has them."""
    repo.git("pack-refs", "--all")
    look(repo, "packed refs")
