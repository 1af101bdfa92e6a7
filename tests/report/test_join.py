"""`modelgate join` with parts that no run here would write: every thing that parts must share, one after the other,
with seals that hold. tests/cli/cases/join has what a person would type."""
import hashlib
import json
import os
import pathlib
import shutil
import subprocess

import pytest

SOURCE = pathlib.Path(os.environ.get("MODELGATE_SOURCE", "."))
PROGRAM = pathlib.Path(os.environ.get("MODELGATE", "build/dev/modelgate")).resolve()
# What is changed in part two, and a part of what is said then.
DIFFERENT = [
    ('"model": "people"', '"model": "other"', "not the same model: people in one.json, other in two.json"),
    ('"owner": null', '"owner": "ada"', "not the same owner: none in one.json, ada in two.json"),
    ('"stage": null', '"stage": "PPS"', "not the same stage: none in one.json, PPS in two.json"),
    ('"commit": null', '"commit": "1234"', "not the same commit: none in one.json, 1234 in two.json"),
    ('"branch": null', '"branch": "main"', "not the same branch: none in one.json, main in two.json"),
    ('"repo_path": null', '"repo_path": "a/b.yaml"',
        "not the same spec: modelgate.yaml in one.json, a/b.yaml in two.json"),
    ('"sha256": "', '"sha256": "0', "not the same spec's SHA-256: "),
    ('"version": "', '"version": "9.', "not the same program: modelgate "),
    ('"name": "duckdb"', '"name": "spark"', "not the same engine: duckdb "),
    ('"of": 2', '"of": 3', "not the same number of parts: 2 in one.json, 3 in two.json"),
    ('"suites": ["age"]', '"suites": ["keys"]', "two.json has the suite keys, which is not in part 2 of 2"),
    ('"suites": ["age"]', '"suites": ["aged"]', "two.json has the suite aged, which is not in part 2 of 2"),
    ('"selection": null', '"selection": "tag:x"', "two.json left out checks (--select tag:x)"),
    ('"number": 2', '"number": 1', "one.json and two.json are both part 1 of 2"),
]


def modelgate(folder, *arguments):
    return subprocess.run([PROGRAM, *arguments], cwd=folder, capture_output=True, text=True)


def changed(text, *changes):
    """The text of a run with changes, and the seal of what it is then."""
    body = text[: text.rindex(',\n  "seal"')]
    for old, new in changes:
        assert old in body, f"{old!r} is not in the run"
        body = body.replace(old, new, 1)
    return f'{body},\n  "seal": "sha256:{hashlib.sha256(body.encode()).hexdigest()}"\n}}\n'


@pytest.fixture
def folder(tmp_path):
    """Two parts of a run."""
    for file in ("modelgate.yaml", "people.csv"):
        shutil.copy(SOURCE / "tests/cli/cases/join" / file, tmp_path)
    for k, file in ((1, "one.json"), (2, "two.json")):
        done = modelgate(tmp_path, "run", "--part", f"{k}/2", "--json", file, "--quiet")
        assert done.returncode == 0, done
    return tmp_path


@pytest.fixture
def two(folder):
    text = (folder / "two.json").read_text()
    assert changed(text) == text, "the seal as it is made here"
    return text


def test_refused(folder, two):
    for old, new, said in DIFFERENT:
        (folder / "two.json").write_text(changed(two, (old, new)))
        done = modelgate(folder, "join", "one.json", "two.json", "--json", "whole.json", "--quiet")
        assert done.returncode == 3 and said in done.stderr, f"{new}: {done.returncode}: {done.stderr}"
        assert not (folder / "whole.json").exists(), new


def test_stopped(folder, two):
    """A part that ended early makes the whole end early; machines are listed each once."""
    (folder / "two.json").write_text(changed(two, ('"stopped": null', '"stopped": "timeout after 30 s"'),
        ('"verdict": "pass"', '"verdict": "error"'), ('"host": "', '"host": "another-')))
    done = modelgate(folder, "join", "one.json", "two.json", "--json", "whole.json", "--quiet")
    whole = json.loads((folder / "whole.json").read_text())
    parts = [json.loads((folder / f"{name}.json").read_text()) for name in ("one", "two")]
    assert (done.returncode, whole["verdict"]) == (3, "error"), done
    assert whole["stopped"] == "part 2 of 2: timeout after 30 s", whole["stopped"]
    assert whole["host"] == f"{parts[0]['host']}, {parts[1]['host']}", whole["host"]
    assert whole["started"] == min(p["started"] for p in parts)
    assert whole["seconds"] == sum(p["seconds"] for p in parts)
    assert [p["seal"] for p in whole["parts"]] == [p["seal"] for p in parts]
    assert "part" not in whole and whole["suites"] == ["shape", "age", "keys"]
