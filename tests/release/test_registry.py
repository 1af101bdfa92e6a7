"""What status, history and show tell of a life, and that nothing from git reaches a terminal raw."""

import os
import pty
import re
import subprocess

import pytest

from support import console, repository


def run(repo, *arguments, **options):
    done = repo.modelgate(*arguments, **options)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def rows(text):
    """The table's rows as lists; cells are parted by two blanks or more."""
    return [re.split(r" {2,}", line.strip()) for line in text.splitlines()]


class Life:
    """A model of two versions, of which the second came into PRD by an override."""

    def __init__(self, place):
        self.repo = repository.Repository(place, "life")
        self.first = self.repo.add_model()
        self.repo.promote("PPD")
        self.repo.promote("PPS")
        self.second = self.repo.commit({"train.py": "2\n"})
        self.repo.promote("PPD", "--bump", "minor")
        self.repo.promote("PRD", "--override", "fraud wave, see INC-7")


@pytest.fixture(scope="module")
def life():
    with console.Place() as place:
        yield Life(place)


@pytest.fixture(scope="module")
def repo(life):
    return life.repo


def test_status(life, repo):
    code, out, err = run(repo, "status", "--as-of", "2100-01-01")
    assert code == 0 and err == "", f"status ends with {code}: {err}"
    table = rows(out)
    assert table[0] == ["MODEL", "STAGE", "VERSION", "COMMIT", "SINCE", "AGE", "BY", "DECISION",
        "EVIDENCE", "DEPLOYED"], f"headings of status: {table[0]}"
    told = [row[:4] + row[6:] for row in table[1:]]
    assert told == [
        ["churn", "PPD", "v0.1.0", life.second[:7], "Test", "passed", "whole", "-"],
        ["churn", "PPS", "v0.0.1", life.first[:7], "Test", "passed", "whole", "-"],
        ["churn", "PRD", "v0.1.0", life.second[:7], "Test", "overridden", "whole", "-"]], f"status: {told}"
    assert all(" d " in row[5] for row in table[1:]), f"ages by --as-of: {out}"
    since = table[1][4]
    assert "just now" in run(repo, "status", "--as-of", since)[1].splitlines()[1], "a fresh promotion is just now"
    assert "in the future" in run(repo, "status", "--as-of", "2001-01-01")[1], "a tag after the clock is in the future"


def test_history(repo):
    _, out, _ = run(repo, "history", "churn")
    assert [row[1] for row in rows(out)[1:]] == ["v0.1.0 into PRD", "v0.1.0 into PPD", "v0.1.0 registered",
        "v0.0.1 into PPS", "v0.0.1 into PPD", "v0.0.1 registered"], f"history, newest first: {out}"
    assert "fraud wave, see INC-7" in out.splitlines()[1], "the reason of an override is told"


def test_show(life, repo):
    _, out, _ = run(repo, "show", "churn#PRD#4")
    for words in ("churn v0.1.0 into PRD", "Test <test@example.com>", life.second, "overridden",
            "fraud wave, see INC-7", "it is whole", "1 passed", "evidence/", "modelgate.yaml  sha256:"):
        assert words in out, f"show says '{words}': {out}"
    assert run(repo, "show", "churn#PRD")[1] == out, "MODEL#STAGE shows what stands there"
    assert "v0.1.0 registered" in run(repo, "show", "churn@latest")[1], "MODEL@latest"
    assert run(repo, "show", "churn@v0.0.1")[0] == 0, "a version's tag is shown"


def test_status_as_json(life, repo):
    told = repo.json("status")["churn"]
    prd = told["standings"]["PRD"]
    assert told["stage"] == {"PPD": "v0.1.0", "PPS": "v0.0.1", "PRD": "v0.1.0"}, f"{told}"
    assert told["version"] == "v0.1.0" and told["active"] and told["registered"], f"{told}"
    assert told["next_counter"] == 5, f"the next counter: {told['next_counter']}"
    assert (prd["ref"], prd["commit"], prd["decision"], prd["reason"], prd["evidence_state"],
        prd["evidence_problem"]) == ("churn#PRD#4", life.second, "overridden", "fraud wave, see INC-7",
        "whole", None), f"what stands in PRD: {prd}"
    assert prd["id"] == repo.git("rev-parse", "refs/tags/churn#PRD#4"), "the tag object's id"


def test_each_event_names_the_one_before_it(repo):
    history = repo.json("history", "churn")
    assert [event["previous"] for event in history] == [event["ref"] for event in history[1:]] + [None]
    assert repo.json("show", "churn#PRD")["previous_id"] == history[1]["id"], "by its id"


def test_evidence_is_gone_or_another(repo):
    history = repo.json("history", "churn")
    ref = f"refs/tags/{repo.json('status')['churn']['standings']['PRD']['evidence']}"
    was = repo.git("rev-parse", ref)
    repo.git("update-ref", "-d", ref)
    assert repo.json("status")["churn"]["standings"]["PRD"]["evidence_state"] == "missing", (
        "evidence that the clone lacks is missing")
    repo.git("update-ref", ref, repo.git("rev-parse", f"refs/tags/{history[-2]['evidence']}"))
    assert rows(run(repo, "status")[1])[3][-2] == "broken", "other evidence is broken"
    assert "is not what" in run(repo, "show", "churn#PRD")[1], "and show says so"
    repo.git("update-ref", ref, was)


def test_from_other_folders(repo):
    for below in (repo.path / "sub", repo.path / ".git"):
        below.mkdir(exist_ok=True)
        assert run(repo, "status", cwd=below)[1].count("churn") == 3, f"status works in {below}"
    assert run(repo, "status", "--repo", str(repo.path), cwd=repo.place.work)[1].count("churn") == 3, (
        "--repo names another repository")


def test_tell_errors(place):
    repo = repository.Repository(place, "errors")
    cases = [
        (["history", "churn"], 2, "no tag in this clone names a model 'churn'"),
        (["show", "churn"], 2, "'churn' is not a tag; accepted are MODEL#STAGE#N"),
        (["history", "a b"], 2, "'a b' cannot be a model's name"),
        (["status", "--as-of", "soon"], 2, "--as-of 'soon' is not a time"),
        (["verify", "churn", "--all"], 2, "takes a MODEL or --all, not both"),
    ]
    for arguments, code, words in cases:
        got = run(repo, *arguments)
        assert got[0] == code and words in got[2], f"{arguments}: {got}"
    assert run(repo, "status") == (0, "no model has a tag in this clone\n", ""), (
        f"status of an empty repository: {run(repo, 'status')}")
    assert repo.json("status") == {}, "and as JSON"
    repo.commit({"a": "1"})
    repo.tag("churn#PPD#1")
    repo.git("tag", "churn#PPS#2")
    for arguments, words in [
        (["history", "chrun"], "did you mean 'churn'?"),
        (["show", "churn#PPD#7"], "this clone has no tag 'churn#PPD#7'"),
        (["show", "churn#PPS#2"], "it is a lightweight tag"),
    ]:
        got = run(repo, *arguments)
        assert got[0] == 2 and words in got[2], f"{arguments}: {got}"
    outside = place.work / "outside"
    outside.mkdir()
    got = run(repo, "status", cwd=outside)
    assert got[0] == 2 and "there is no git repository in ." in got[2], f"outside: {got}"
    repo.commit({".modelgate.yaml": "stages: [PPD]\nmodel: {}\n"})
    got = run(repo, "status")
    assert got[0] == 2 and ".modelgate.yaml:2:1:" in got[2], f"a wrong policy: {got}"
    repo.commit({".modelgate.yaml": "stages: [dev, PPD]\n"})
    assert [row[1] for row in rows(run(repo, "status")[1])[1:]] == ["dev", "PPD"], "stages are those of .modelgate.yaml"
    repo.git("update-ref", "refs/tags/churn#PPD#9", repo.tag("x"))
    broken = repo.path / ".git" / "refs" / "tags" / "churn#PPD#3"
    broken.write_text("1" * 40 + "\n")
    got = run(repo, "status")
    assert got[0] == 3 and "the object of tag 'churn#PPD#3' cannot be read" in got[2], (
        f"a tag without its object: {got}")


HOSTILE = [
    "\x1b[2J\x1b]0;owned\x07 cleared\n",
    "##vso[task.setvariable variable=x]y\n##[error]z\n",
    "s\n\nModelgate: 1\nDecision: PASSED\nVersion: \x1b[31mv1\nReason: ##vso[task.complete]\x07\n"
    "Approved-by: \u202eevil\nBuild: a\rb\nEvidence: ../../x sha256:" + "0" * 64 + "\n",
    "##VSO[task.complete result=Failed]\n\nModelgate: 1\nModel: ##vso[x]\nPrevious: \x1b[0m " + "a" * 40
    + "\nReason: \u2066\x9b31m[[ATTACHMENT|x\n",
    b"bytes \xff\xfe\x9b\n\nModelgate: 1\nReason: \xff\n",
    "\n" * 50 + "late\n",
    "",
]


def test_stay_harmless(place):
    repo = repository.Repository(place, "hostile")
    repo.commit({"a": "1"})
    for i, message in enumerate(HOSTILE, 1):
        repo.tag(f"m#PPD#{i}", message=message)
    who = repo.git("rev-parse", "HEAD")
    text = (f"object {who}\ntype commit\ntag m#PPS#99\ntagger ##vso[x]\x1b[31m <\x1b]8;;http://x\x07@y> "
        "9999999999999999 +9999\n\nx\n")
    made = repo.git("hash-object", "-t", "tag", "-w", "--stdin", "--literally", input=text.encode())
    repo.git("update-ref", "refs/tags/m#PPS#99", made)
    # Names that git takes and the grammar does not.
    for name in ("m#PPD#1\u202e", "##vso[x]#PPD#1", "m@v1.0.0\u2028", "evil\u009b31m#PPD#1"):
        try:
            repo.tag(name)
        except RuntimeError:
            continue
    assert len(repo.git("tag").splitlines()) > len(HOSTILE) + 2, "hostile names were made"
    commands = [["status"], ["status", "m"], ["history", "m"], ["verify"], ["status", "--json"],
        ["history", "m", "--json"], ["verify", "--json"], ["show", "m#PPS#99"],
        ["show", "m#PPS#99", "--json"], ["show", "\x1b[31m#PPD"], ["history", "##vso[x]"]]
    commands += [["show", f"m#PPD#{i}"] for i in range(1, len(HOSTILE) + 1)]
    for arguments in commands:
        done = repo.modelgate(*arguments)
        assert done.returncode in (0, 1, 2), f"{arguments} ends with {done.returncode}"
        assert repository.is_harmless(done.stdout + done.stderr), (
            f"{arguments} prints what a terminal obeys: {done.stdout + done.stderr}")
        lines = done.stdout.decode().splitlines()
        if arguments == ["history", "m"]:
            assert len(lines) == len(HOSTILE) + 2, f"a line for each event: {lines}"
    told = {event["ref"]: event for event in repo.json("history", "m")}
    assert told["m#PPD#1"]["message"] == HOSTILE[0].strip(), "JSON keeps what was written"


def test_colour_on_a_terminal(place):
    repo = repository.Repository(place, "terminal")
    repo.commit({"a": "1"})
    repo.tag("m#PPD#1")
    for environment, coloured in (({"TERM": "xterm"}, True), ({"TERM": "xterm", "NO_COLOR": "1"}, False)):
        ours, its = pty.openpty()
        subprocess.run([console.PROGRAM, "status"], cwd=repo.path, stdin=subprocess.DEVNULL, stdout=its,
            stderr=its, env={**place.environment, **environment}, check=True)
        os.close(its)
        shown = os.read(ours, 65536)
        os.close(ours)
        assert (b"\x1b[" in shown) == coloured, f"colour with {environment}: {shown}"
    assert b"\x1b[" not in repo.modelgate("status").stdout, "no colour in a pipe"
