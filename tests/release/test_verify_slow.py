"""verify: a history as it was written is good; each thing that can be done to it is found and named."""

import json
import shutil
import subprocess

import pytest

from support import console, repository


def findings(repo, *arguments):
    """Exit code and what was found: (break?, rule, tag) -> text."""
    done = repo.modelgate("verify", *arguments, "--json")
    if done.stderr:
        return done.returncode, {"error": done.stderr.decode()}
    told = json.loads(done.stdout)
    assert told["good"] == (done.returncode == 0), "the exit code is what the JSON says"
    return done.returncode, {(f["break"], f["rule"], f["tag"]): f["text"] for f in told["findings"]}


class Life:
    """A repository with two models that went through all stages, to be copied and damaged."""

    def __init__(self, place):
        self.place = place
        self.repo = repository.Repository(place, "life")
        self.repo.write({".modelgate.yaml": "models: {churn: '', fraud: f}\n"})
        self.repo.add_model("churn")
        self.repo.add_model("fraud", "f")
        for stage in ("PPD", "PPS", "PRD"):
            self.repo.promote(stage)
        self.repo.promote("PPD", model="fraud", folder="f")
        self.repo.commit({"train.py": "2\n"})
        self.repo.promote("PPD")
        self.repo.promote("PRD", "--override", "in haste")
        done = self.repo.modelgate("rollback", "--model", "churn", "--stage", "PRD", "--to", "v0.0.1",
            "--reason", "it was good")
        assert done.returncode == 0, f"rollback: {done.stdout}{done.stderr}"
        self.count = 0

    def copy(self):
        self.count += 1
        repo = object.__new__(repository.Repository)
        repo.place, repo.seconds = self.place, 10 ** 9
        repo.path = self.place.work / f"copy{self.count}"
        shutil.copytree(self.repo.path, repo.path)
        return repo


def message_of(repo, tag):
    return repo.git("cat-file", "tag", tag).split("\n\n", 1)[1] + "\n"


def made_again(repo, tag, change=lambda text: text, **options):
    """The tag once more, as somebody would who deletes and creates it."""
    text = message_of(repo, tag)
    commit = repo.git("rev-parse", f"refs/tags/{tag}^{{commit}}")
    repo.git("update-ref", "-d", f"refs/tags/{tag}")
    return repo.tag(tag, options.pop("commit", commit), change(text), **options)


def point(repo, tag, object_id):
    repo.git("update-ref", f"refs/tags/{tag}", object_id)


def evidence_of(repo, tag):
    line = next(line for line in message_of(repo, tag).splitlines() if line.startswith("Evidence: "))
    return line.split()[1]


# What was done, and what must be found: break?, rule, tag.
def delete_middle(repo):
    repo.git("tag", "--delete", "churn#PPS#2")
    return [(True, "deleted", "churn#PRD#3"), (True, "counter", None), (True, "order", "churn#PRD#3")]


def delete_version(repo):
    repo.git("tag", "--delete", "churn@v0.0.1")
    return [(True, "deleted", "churn#PPD#1")]


def move(repo):
    made_again(repo, "churn#PPD#1", commit="HEAD")
    return [(True, "moved", "churn#PPS#2")]


def reword(repo):
    made_again(repo, "churn#PPS#2", lambda text: text.replace("PASSED", "OVERRIDDEN"))
    return [(True, "moved", "churn#PRD#3")]


def reuse_object(repo):
    point(repo, "churn#PRD#99", repo.git("rev-parse", "refs/tags/churn#PRD#3"))
    return [(True, "stray", "churn#PRD#99"), (True, "counter", None)]


def lightweight(repo):
    repo.git("tag", "fraud#PRD#2")
    return [(True, "stray", "fraud#PRD#2")]


def back_date(repo):
    last = repo.json("history", "churn")[0]["ref"]
    made_again(repo, last, seconds=-10 ** 8)
    return [(True, "time", last)]


def skip_stage(repo):
    first = repo.git("rev-parse", "refs/tags/fraud#PPD#1")
    text = message_of(repo, "fraud#PPD#1")
    lines = [line for line in text.splitlines() if not line.startswith(("Previous", "From"))]
    repo.tag("fraud#PRD#2", "refs/tags/fraud#PPD#1", "\n".join(lines) + f"\nPrevious: fraud#PPD#1 {first}\n",
        seconds=10 ** 9)
    return [(True, "order", "fraud#PRD#2"), (True, "evidence", "fraud#PRD#2")]


def forge_without_chain(repo):
    repo.tag("fraud#PPS#2", "refs/tags/fraud#PPD#1", "x\n\nModelgate: 1\nDecision: PASSED\nModel: fraud\n",
        seconds=10 ** 9)
    return [(True, "chain", "fraud#PPS#2"), (True, "evidence", "fraud#PPS#2")]


def fork(repo):
    first = repo.git("rev-parse", "refs/tags/fraud#PPD#1")
    for number in (2, 3):
        repo.tag(f"fraud#PPS#{number}", "refs/tags/fraud#PPD#1",
            f"x\n\nModelgate: 1\nDecision: OVERRIDDEN\nPrevious: fraud#PPD#1 {first}\n",
            seconds=10 ** 9 + 1000 * number)
    return [(True, "chain", "fraud#PPS#3")]


def other_model(repo):
    made_again(repo, "fraud#PPD#1", lambda text: text.replace("Model: fraud", "Model: churn"))
    return [(True, "message", "fraud#PPD#1")]


def no_decision(repo):
    made_again(repo, "fraud#PPD#1", lambda text: text.replace("Decision: PASSED\n", ""))
    return [(True, "message", "fraud#PPD#1")]


def other_commit(repo):
    made_again(repo, "fraud#PPD#1", commit="HEAD")
    return [(True, "message", "fraud#PPD#1")]


def lose_evidence(repo):
    repo.git("tag", "--delete", evidence_of(repo, "churn#PPS#2"))
    return [(True, "evidence", "churn#PPS#2")]


def swap_evidence(repo):
    point(repo, evidence_of(repo, "churn#PPS#2"),
        repo.git("rev-parse", f"refs/tags/{evidence_of(repo, 'churn#PPD#1')}"))
    return [(True, "evidence", "churn#PPS#2")]


def second_version(repo):
    repo.tag("fraud@v7.0.0", "refs/tags/fraud#PPD#1")
    return [(False, "version", "fraud@v7.0.0"), (False, "foreign", None)]


def same_number(repo):
    repo.tag("fraud#dev#1", "refs/tags/fraud#PPD#1", seconds=10 ** 9)
    return [(True, "counter", "fraud#dev#1"), (False, "foreign", None)]


def demand_signatures(repo):
    repo.commit({".modelgate.yaml": "stages: [{name: PPD, signed: true}, PPS, PRD]\n"
        "allowed_signers: signers\n", "signers": ""})
    return [(True, "signature", "fraud#PPD#1"), (False, "signature", "churn#PPD#1")]


DAMAGES = [delete_middle, delete_version, move, reword, reuse_object, lightweight, back_date, skip_stage,
    forge_without_chain, fork, other_model, no_decision, other_commit, lose_evidence, swap_evidence,
    second_version, same_number, demand_signatures]


@pytest.fixture(scope="module")
def life():
    with console.Place() as place:
        yield Life(place)


def test_as_it_was_written(life):
    code, found = findings(life.repo)
    assert code == 0 and found == {}, f"{code} {found}"
    text = life.repo.modelgate("verify").stdout.decode()
    assert "checked " in text and "no break, 0 remarks" in text, f"what was checked: {text}"


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_finds(life, damage):
    repo = life.copy()
    expected = damage(repo)
    code, found = findings(repo)
    for wanted in expected:
        assert wanted in found, f"{wanted} is missing in {found}"
    breaks = any(wanted[0] for wanted in expected)
    assert code == (1 if breaks else 0), f"ends with {code}: {found}"
    if not breaks:
        assert not any(key[0] for key in found), found
    text = repo.modelgate("verify").stdout.decode()
    assert ("BREAK" in text) == breaks, text


def test_break_of_another_model(life):
    repo = life.copy()
    delete_middle(repo)
    assert findings(repo, "fraud")[0] == 0, "one model's break is not another's"
    assert findings(repo, "churn")[0] == 1, "and is found when it is named"


def test_sign(life):
    repo = life.copy()
    for name in ("ours", "theirs"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(life.place.work / name)],
            check=True)
    public = (life.place.work / "ours.pub").read_text()
    repo.commit({".modelgate.yaml": "models: {churn: '', fraud: f}\nstages: [PPD, {name: PPS, signed: true}, PRD]\n"
        "allowed_signers: signers\n", "signers": f"test@example.com {public}"})
    repo.promote("PPD", model="fraud", folder="f")
    repo.promote("PPS", "--sign", str(life.place.work / "ours"), model="fraud", folder="f")
    code, found = findings(repo, "fraud")
    assert code == 0 and found == {}, f"a signed tag: {code} {found}"
    assert "; 1 signature\n" in repo.modelgate("verify", "fraud").stdout.decode(), "the signature was checked"
    assert "SSH" in repo.modelgate("show", "fraud#PPS").stdout.decode(), "show tells of it"
    tag = repo.json("history", "fraud")[0]["ref"]
    # The file of allowed signers is that of the branch, so it needs no work tree.
    bare = life.place.work / "signed.git"
    subprocess.run(["git", "clone", "--quiet", "--mirror", repo.path, bare], check=True, env=life.place.environment)
    code, found = findings(repo, "fraud", "--repo", str(bare))
    assert code == 0 and found == {}, f"without a work tree: {code} {found}"
    raw = repo.git("cat-file", "tag", tag) + "\n"
    repo.git("update-ref", "-d", f"refs/tags/{tag}")
    made = repo.git("hash-object", "-t", "tag", "-w", "--stdin", input=raw.replace("PASSED", "OVERRIDDEN").encode())
    repo.git("update-ref", f"refs/tags/{tag}", made)
    code, found = findings(repo, "fraud")
    assert code == 1 and (True, "signature", tag) in found, f"a changed message: {found}"
    made = repo.git("hash-object", "-t", "tag", "-w", "--stdin", input=raw.encode())
    repo.git("update-ref", f"refs/tags/{tag}", made)
    repo.commit({"signers": f"test@example.com {(life.place.work / 'theirs.pub').read_text()}"})
    code, found = findings(repo, "fraud")
    assert code == 1 and (True, "signature", tag) in found, f"somebody else's key: {found}"
    repo.commit({"signers": f"test@example.com {public}"})
    repo.git("update-ref", "-d", f"refs/tags/{tag}")
    repo.tag(tag, message=raw.split("\n\n", 1)[1].split("-----BEGIN")[0], seconds=10 ** 9)
    code, found = findings(repo, "fraud")
    assert code == 1 and (True, "signature", tag) in found, f"the signature cut off: {found}"


def test_go_back(life):
    """A rollback is good where what it goes back to was: it keeps no rule anew."""
    back = ("rollback", "--model", "churn", "--reason", "x", "--stage")
    repo = life.copy()
    repo.commit({"train.py": "3\n"})
    repo.promote("PRD", "--override", "in haste")
    for words in (("withdraw", "--model", "churn", "--reason", "x", "--stage", "PPS", "--version", "v0.0.1"),
            (*back, "PRD", "--to", "v0.0.1")):
        done = repo.modelgate(*words)
        assert done.returncode == 0, f"{words}: {done}"
    code, found = findings(repo)
    assert code == 0 and found == {}, f"of a version that was withdrawn below: {code} {found}"
    repo = repository.Repository(life.place, "foreign")
    for number in (1, 2):
        repo.commit({"train.py": f"{number}\n"})
        repo.tag(f"churn@v0.0.{number}", seconds=10 * number)
        repo.tag(f"churn#PRD#{number}", seconds=10 * number + 1)
    done = repo.modelgate(*back, "PRD")
    assert done.returncode == 0, f"to what gto wrote: {done}"
    code, found = findings(repo)
    assert code == 0 and (False, "foreign", "churn#PRD#3") in found, f"to what gto wrote: {code} {found}"


def test_compare_with_a_remote(life):
    bare = life.place.work / "remote.git"
    repo = life.copy()
    subprocess.run(["git", "clone", "--quiet", "--mirror", str(repo.path), str(bare)], check=True,
        env=life.place.environment)
    repo.git("remote", "add", "origin", str(bare))
    code, found = findings(repo, "--remote", "origin")
    assert code == 0, f"a remote with the same tags: {code} {found}"

    def at_remote(*arguments):
        subprocess.run(["git", "--git-dir", str(bare), *arguments], check=True, capture_output=True,
            env=life.place.environment)

    at_remote("update-ref", "-d", "refs/tags/churn#PRD#3")
    at_remote("update-ref", "refs/tags/churn#PPD#1", repo.git("rev-parse", "refs/tags/churn#PPS#2"))
    code, found = findings(repo, "churn", "--remote", "origin")
    assert code == 1 and (True, "remote", "churn#PRD#3") in found, f"deleted there: {found}"
    assert (True, "remote", "churn#PPD#1") in found, f"moved there: {found}"
    assert findings(repo, "churn")[0] == 0, "without --remote the clone alone is judged"
    # Tags that only the remote has come in before they are judged.
    repo.git("tag", "--delete", "churn#PPD#4")
    assert findings(repo, "churn")[0] == 1, "a clone that lacks a tag"
    _, found = findings(repo, "churn", "--remote", "origin")
    assert not any(key[1] in ("counter", "deleted") for key in found), f"was fetched: {found}"
    code, found = findings(repo, "--remote", "nowhere")
    assert code == 2 and "nowhere" in found["error"], f"an unknown remote: {found}"


IN_PRD = ("churn", "--stage", "PRD")


@pytest.fixture(scope="module")
def standing_at(life):
    """The commits of the first version, which is in PRD, and of the last."""
    return [life.repo.git("rev-parse", f"refs/tags/{tag}^{{commit}}") for tag in ("churn@v0.0.1", "churn@v0.0.2")]


def standing(repo, *question):
    return json.loads(repo.modelgate("verify", *question, "--json").stdout)["standing"]


def test_stands_there(life, standing_at):
    """This version, of this commit, is in this stage, with evidence that holds."""
    repo, first = life.repo, standing_at[0]
    for question in (IN_PRD, (*IN_PRD, "--version", "v0.0.1"), (*IN_PRD, "--commit", first),
            (*IN_PRD, "--version", "v0.0.1", "--commit", first)):
        code, found = findings(repo, *question)
        assert code == 0 and found == {}, f"{question}: {code} {found}"
    tag = repo.json("status", "churn")["churn"]["standings"]["PRD"]["ref"]
    assert standing(repo, *IN_PRD) == {"stage": "PRD", "tag": tag, "version": "v0.0.1", "commit": first,
        "decision": "passed", "evidence": "whole"}


def test_does_not_stand_there(life, standing_at):
    repo, (first, last) = life.repo, standing_at
    for question, words in (((*IN_PRD, "--version", "v0.0.2"), "v0.0.1 is in PRD, not v0.0.2"),
            ((*IN_PRD, "--commit", last), f"commit {first} is in PRD, not {last}"),
            (("fraud", "--stage", "PRD"), "no version of fraud is in PRD"),
            (("fraud", "--stage", "NOPE"), "no version of fraud is in NOPE")):
        code, found = findings(repo, *question)
        texts = [text for (is_break, rule, _), text in found.items() if is_break and rule == "standing"]
        assert code == 1 and len(texts) == 1 and words in texts[0], f"{question}: {code} {found}"
        assert words.encode() in repo.modelgate("verify", *question).stdout, f"{question} for people"
    assert standing(repo, "fraud", "--stage", "PRD") is None, "nothing stands there"


def test_stands_there_without_evidence(life):
    """Evidence that is missing is no yes, nor is a tag that carries none."""
    repo = life.copy()
    tag = repo.json("status", "churn")["churn"]["standings"]["PRD"]["ref"]
    repo.git("tag", "--delete", evidence_of(repo, tag))
    assert findings(repo, *IN_PRD)[0] == 1, "the evidence is missing"
    repo.tag("fraud#PRD#9", "refs/tags/fraud#PPD#1")
    code, found = findings(repo, "fraud", "--stage", "PRD")
    assert code == 1 and (True, "standing", "fraud#PRD#9") in found, f"a tag of gto: {found}"
    repo.tag("fraud@deprecated", "refs/tags/fraud#PPD#1")
    code, found = findings(repo, "fraud", "--stage", "PPD")
    assert any(key[1] == "standing" and "deprecated" in text for key, text in found.items()), f"deprecated: {found}"


def test_wrong_questions(life, standing_at):
    for wrong in (("--stage", "PRD"), ("churn", "--version", "v0.0.1"), ("churn", "--commit", standing_at[0]),
            (*IN_PRD, "--commit", "abc"), (*IN_PRD, "--version", ""), ("churn", "--stage", "")):
        code, found = findings(life.repo, *wrong)
        assert code == 2 and "error" in found, f"{wrong}: {code} {found}"
