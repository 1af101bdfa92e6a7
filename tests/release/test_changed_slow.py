"""changed: which models a range of commits touches, in clones as people and pipelines make them."""

import json
import subprocess

import pytest

from support import repository

FILES = {
    "README.md": "x\n",
    "shared/clean.py": "1\n",
    "shared/deep/a.py": "1\n",
    "data/big.csv": "a\n1\n",
    "models/churn/modelgate.yaml": "version: 1\nmodel: churn\n"
        "data: {d: {path: ../../data/big.csv}, m: '../../months/${month}.csv', u: 's3://x/y'}\n"
        "stages: {PRD: {data: {d: {path: ../../data/prd.csv}}}}\n",
    "models/churn/train.py": "1\n",
    "models/churn/inner/modelgate.yaml": "version: 1\nmodel: inner\n",
    "models/churn/inner/train.py": "1\n",
    "models/fraud-2/modelgate.yaml": "version: 1\nmodel: fraud-2\n",
    "models/fraud-2/train.py": "1\n",
    "months/2001-01.csv": "a\n",
}
POLICY = """models:
  churn: models/churn
  models/fraud-2:fraud: {folder: models/fraud-2, spec: specs/fraud.yaml, inputs: ["shared/*.py", ./shared/deep/]}
"""

# What is changed, which models of the specs it touches, which of the policy's.
CHANGES = [
    ({"README.md": "y\n"}, [], []),
    ({"models/churn/train.py": "2\n"}, ["churn"], ["churn"]),
    ({"models/churn/modelgate.yaml": "version: 1\nmodel: churn\ndata: {d: ../../data/big.csv}\n"},
        ["churn"], ["churn"]),
    ({"models/churn/inner/train.py": "2\n"}, ["inner"], ["churn"]),
    ({"models/fraud-2/new file.txt": "x"}, ["fraud-2"], ["models/fraud-2:fraud"]),
    ({"models/fraud-2/train.py": None}, ["fraud-2"], ["models/fraud-2:fraud"]),
    ({"data/big.csv": "a\n2\n"}, ["churn"], ["churn"]),
    ({"data/prd.csv": "a\n2\n"}, ["churn"], ["churn"]),
    ({"shared/clean.py": "2\n"}, [], ["models/fraud-2:fraud"]),
    ({"shared/deep/a.py": "2\n"}, [], ["models/fraud-2:fraud"]),
    ({"specs/fraud.yaml": "x: 1\n"}, [], ["models/fraud-2:fraud"]),
    ({"models/churn/train.py": "3\n", "models/fraud-2/a": "1"}, ["churn", "fraud-2"],
        ["churn", "models/fraud-2:fraud"]),
    ({"models/churnx/train.py": "1\n"}, [], []),
    ({"models/new/modelgate.yaml": "version: 1\nmodel: new\n"}, ["new"], []),
    ({"models/churn/modelgate.yaml": "not: [yaml\n"}, ["churn"], ["churn"]),
]


def names(repo, range_, *arguments, **options):
    done = repo.modelgate("changed", range_, *arguments, **options)
    assert done.returncode == 0, f"changed {range_}: {done.stderr.decode()}"
    return done.stdout.decode().splitlines()


def fails(repo, range_, *words, options=(), status=2, **more):
    done = repo.modelgate("changed", range_, *options, **more)
    told = done.stderr.decode()
    assert done.returncode == status and done.stdout == b"" and all(word in told for word in words), (
        f"changed {range_}: {done.returncode} {told}")


@pytest.mark.parametrize("policy", [False, True], ids=["specs", "policy"])
def test_finds_changes(place, policy):
    repo = repository.Repository(place, "changes")
    base = repo.commit({**FILES, **({".modelgate.yaml": POLICY} if policy else {})})
    for change in CHANGES:
        repo.git("checkout", "--quiet", "--detach", base)
        repo.commit(change[0])
        got = names(repo, f"{base}..HEAD")
        wanted = change[2 if policy else 1]
        assert got == wanted, f"{change[0].keys()} touches {got}, not {wanted}"
    assert names(repo, f"{base}..{base}") == [], "nothing changed"
    every = ["churn", "models/fraud-2:fraud"] if policy else ["churn", "inner", "fraud-2"]
    assert names(repo, f"{'0' * 40}..{base}") == every, "a new branch touches every model"


def test_give_formats(place):
    repo = repository.Repository(place, "formats")
    base = repo.commit({})
    repo.commit({"a/modelgate.yaml": "model: same\n", "b/modelgate.yaml": "model: same\n",
        "2nd/modelgate.yaml": "model: 2-nd\n", "evil/modelgate.yaml": 'model: "##vso[x]\\e[31m"\n',
        "none/modelgate.yaml": "x: 1\n"})
    done = repo.modelgate("changed", f"{base}..", "--format", "azure-matrix")
    assert done.stdout.count(b"\n") == 1 and repository.is_harmless(done.stdout), f"{done.stdout}"
    matrix = json.loads(done.stdout)
    assert matrix == {
        "m_2_nd": {"model": "2-nd", "folder": "2nd", "spec": "2nd/modelgate.yaml"},
        "a_same": {"model": "a:same", "folder": "a", "spec": "a/modelgate.yaml"},
        "b_same": {"model": "b:same", "folder": "b", "spec": "b/modelgate.yaml"},
        "m___vso_x___31m": {"model": "##vso[x]\x1b[31m", "folder": "evil", "spec": "evil/modelgate.yaml"},
        "none": {"model": "none", "folder": "none", "spec": "none/modelgate.yaml"}}, f"{matrix}"
    told = json.loads(repo.modelgate("changed", f"{base}..", "--format", "json").stdout)
    assert told[0] == {"model": "2-nd", "folder": "2nd", "spec": "2nd/modelgate.yaml",
        "because": "2nd/modelgate.yaml"}, f"{told}"
    assert repository.is_harmless(repo.modelgate("changed", f"{base}..").stdout), "names are harmless"
    done = repo.modelgate("changed", "HEAD..HEAD", "--format", "azure-matrix")
    assert done.stdout == b"{}\n", f"no job: {done.stdout}"
    done = repo.modelgate("changed", f"HEAD..{base}")
    assert done.stdout == b"" and b"no model found" in done.stderr, f"no model at all: {done}"


def test_refuse_macros(place):
    """Azure would fill in a variable that a folder is named after, and the matrix has its path."""
    repo = repository.Repository(place, "macros")
    repo.commit({"a": "1"})
    repo.add_model("churn", "models/$(System.AccessToken)")
    zeros = "0" * 40
    assert names(repo, f"{zeros}..HEAD") == ["churn"], "it is a model like others"
    fails(repo, f"{zeros}..HEAD", "'$('", "rename it", options=("--format", "azure-matrix"))


def test_count_models(place):
    """One more than are looked at is an error: a model that nobody sees would be a gate that nobody runs."""
    repo = repository.Repository(place, "many")
    files = "".join(f"M 100644 :1 m{i:05d}/modelgate.yaml\n" for i in range(10001))
    repo.git("fast-import", "--quiet", input=("blob\nmark :1\ndata 11\nversion: 1\n\ncommit refs/heads/many\n"
        f"committer Ada <ada@example.com> 1700000000 +0000\ndata 4\nmany\n{files}\n").encode())
    for options in ((), ("--format", "azure-matrix")):
        fails(repo, f"{'0' * 40}..many", "more than 10000", "list the models in .modelgate.yaml", options=options)
    # A matrix has an end before that; the service says nothing of use about more.
    files = "".join(f"M 100644 :1 m{i:05d}/modelgate.yaml\n" for i in range(257))
    repo.git("fast-import", "--quiet", input=("blob\nmark :1\ndata 11\nversion: 1\n\ncommit refs/heads/wide\n"
        f"committer Ada <ada@example.com> 1700000000 +0000\ndata 4\nwide\n{files}\n").encode())
    assert len(names(repo, f"{'0' * 40}..wide")) == 257, "257 models"
    fails(repo, f"{'0' * 40}..wide", "at most 256 jobs", "split the change", options=("--format", "azure-matrix"))


def test_look_at_branches(place):
    repo = repository.Repository(place, "branches")
    repo.commit(FILES)
    repo.git("checkout", "--quiet", "-b", "topic")
    repo.commit({"models/fraud-2/train.py": "2\n"})
    repo.git("checkout", "--quiet", "main")
    repo.commit({"models/churn/train.py": "2\n"})
    assert names(repo, "main..topic") == ["churn", "fraud-2"], "two dots: as they are"
    assert names(repo, "main...topic") == ["fraud-2"], "three dots: since they parted"
    for range_, words in (("main", "is not a range"), ("..main", "is not a range"),
        ("main..nowhere", "no commit 'nowhere'"), ("nowhere..main", "fetchDepth: 0")):
        fails(repo, range_, words)
    repo.git("checkout", "--quiet", "--orphan", "alone")
    repo.commit({})
    fails(repo, "main...alone", "have no commit in common; write main..alone")

    # As Azure's checkout step makes it: one commit, no branch, no tags.
    clone = repository.Repository(place, "clone")
    clone.git("fetch", "--quiet", "--depth=1", f"file://{repo.path}", "topic:refs/remotes/origin/topic")
    clone.git("checkout", "--quiet", "--detach", "origin/topic")
    fails(clone, f"{repo.git('rev-parse', 'main')}..HEAD", "fetchDepth: 0", "git fetch --unshallow")
    fails(clone, "HEAD~1..HEAD", "fetchDepth: 0")
    clone.git("fetch", "--quiet", "--depth=1", f"file://{repo.path}", "main:refs/remotes/origin/main")
    assert names(clone, "main..HEAD") == ["churn", "fraud-2"], (
        "two commits of a shallow clone can be compared, by the remote's branch")
    fails(clone, "main...HEAD", "cut off", "main..HEAD", "fetchDepth: 0")

    # Without contents of files (fetchFilter: blob:none), sparse, and bare.
    repo.git("config", "uploadpack.allowFilter", "true")
    partial = place.work / "partial"
    subprocess.run(["git", "clone", "--quiet", "--filter=blob:none", "--sparse", "--branch=topic",
        f"file://{repo.path}", partial], check=True, env=place.environment)
    # What a spec names is not known there, nor which model it is of.
    fails(repo, "origin/main...HEAD", "no content of 'models/", "git cat-file -p", status=3,
        options=("--repo", str(partial)))
    subprocess.run(["git", "sparse-checkout", "disable"], cwd=partial, check=True, env=place.environment)
    assert names(repo, "origin/main...HEAD", "--repo", str(partial)) == ["fraud-2"], "a partial clone"
    assert names(repo, "main...topic", "--repo", str(repo.path / ".git")) == ["fraud-2"], "a .git folder"
