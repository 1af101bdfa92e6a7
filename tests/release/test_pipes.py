"""A named pipe where git's files are looked for: opening it would wait for ever, so every command says which one it
is."""

import os
import signal
import subprocess

import pytest

from support import console, repository

OWN = [".git/config", ".git/packed-refs", ".git/refs/heads/side", ".git/refs/tags/a", ".git/objects/info/alternates",
    ".git/info/exclude", ".git/modules/sub/config"]
RULES = [".gitignore", ".gitmodules", "deep/.gitattributes", "deep/.gitignore"]


@pytest.fixture
def repo():
    with console.Place() as place:
        repo = repository.Repository(place)
        repo.add_model()
        repo.commit({"deep/a.txt": "a\n"})
        yield repo


def pipe(repo, name):
    path = repo.path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    os.mkfifo(path)


def ends(repo, *arguments):
    """It waits for nothing; what would wait takes no notice of SIGTERM either."""
    program = subprocess.Popen([console.PROGRAM, *arguments], cwd=repo.path, env=repo.place.environment,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        out, told = program.communicate(timeout=20)
    except subprocess.TimeoutExpired:
        program.send_signal(signal.SIGKILL)
        pytest.fail(f"{arguments} waits for ever")
    return program.returncode, told.decode()


@pytest.mark.parametrize("name", OWN)
def test_in_the_repository(repo, name):
    pipe(repo, name)
    for arguments in (("status",), ("history", "churn"), ("changed", "HEAD..HEAD"), ("run", "--quiet")):
        status, told = ends(repo, *arguments)
        assert status in (2, 3) and f"{name} is a named pipe" in told, f"{arguments}: {status} {told}"


@pytest.mark.parametrize("name", RULES)
def test_in_the_work_tree(repo, name):
    pipe(repo, name)
    status, told = ends(repo, "run", "--quiet")
    assert status in (2, 3) and f"{name} is a named pipe" in told, f"{status} {told}"


def test_by_a_link(repo):
    os.mkfifo(repo.path / "pipe")
    (repo.path / ".git/config").unlink()
    (repo.path / ".git/config").symlink_to(repo.path / "pipe")
    assert ".git/config is a named pipe" in ends(repo, "status")[1]


def test_in_a_work_tree_beside(repo):
    repo.git("worktree", "add", "-q", "../beside", "-b", "beside")
    pipe(repo, ".git/packed-refs")
    repo.path = repo.path.parent / "beside"
    assert "packed-refs is a named pipe" in ends(repo, "status")[1]


def test_others_do_no_harm(repo):
    os.mkfifo(repo.path / "deep/pipe")
    assert ends(repo, "status")[0] == 0
