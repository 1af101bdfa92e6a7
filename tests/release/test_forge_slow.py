"""A forger who may write tags, and knows every digest: each field of a tag, of its evidence and of its run is
changed by itself, with all digests made to fit. verify finds each, and neither verify --stage nor status nor
show call it whole."""

import hashlib
import json
import re
import subprocess

import pytest

from support.lab import Lab

DECISION = "urn:modelgate:decision:2"
FILES = ("evidence.intoto.jsonl", "run.json")


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def sealed(run, seal=True):
    """The run as a forger writes it, with a seal that holds."""
    text = json.dumps({key: value for key, value in run.items() if key != "seal"}, indent=1)
    head = text.rstrip()[:-1].rstrip()
    if not seal:
        return text.encode()
    return f'{head},\n  "seal": "sha256:{sha256(head.encode())}"\n}}\n'.encode()


class Forgery:
    """What a tag and its evidence say, to be changed and written again; object by object, as git keeps it."""

    def __init__(self, lab, tag):
        self.lab, self.tag = lab, tag
        raw = lab.git("cat-file", "tag", tag)
        self.head, self.message = raw.split("\n\n", 1)
        self.message += "\n"
        self.ref = re.search(r"^Evidence: (\S+)", self.message, re.M)[1]
        jsonl, self.run_text = (self.blob(name) for name in FILES)
        self.statements = [json.loads(line) for line in jsonl.splitlines()]
        self.run = json.loads(self.run_text)
        self.seal = True
        self.kept = self.run_text

    def blob(self, name):
        return subprocess.run(["git", "cat-file", "blob", f"{self.ref}:{name}"], cwd=self.lab.work,
            env=self.lab.environment, capture_output=True, check=True).stdout

    def object(self, kind, data):
        return subprocess.run(["git", "hash-object", "-w", "-t", kind, "--stdin", "--literally"], input=data,
            cwd=self.lab.work, env=self.lab.environment, capture_output=True, check=True).stdout.decode().strip()

    def write(self):
        if json.loads(self.run_text) != self.run or not self.seal:
            self.kept = sealed(self.run, self.seal)
            self.message = re.sub(r"^Run: .*", f"Run: sha256:{sha256(self.kept)}", self.message, flags=re.M)
            decision = self.statements[-1]["predicate"][DECISION]
            decision["runSha256"] = decision["keptRunSha256"] = sha256(self.kept)
        lines = [json.dumps(s, separators=(", ", ": "), ensure_ascii=False).encode() for s in self.statements]
        named = self.statements[-1]["predicate"]["inputAttestations"]
        for digest, line in zip(named, lines):
            digest["digest"]["sha256"] = sha256(line)
        lines[-1] = json.dumps(self.statements[-1], separators=(", ", ": "), ensure_ascii=False).encode()
        jsonl = b"".join(line + b"\n" for line in lines)
        self.message = re.sub(r"(?<=sha256:)[0-9a-f]+(?=\n)", lambda m: sha256(jsonl)
            if self.message[:m.start()].rsplit("\n", 1)[1].startswith("Evidence: ") else m[0], self.message)
        tree = "".join(f"100644 blob {self.object('blob', data)}\t{name}\n"
            for name, data in zip(FILES, (jsonl, self.kept)))
        commit = self.lab.git("commit-tree", self.lab.git("mktree", input=tree), "-m", "x")
        self.lab.git("update-ref", f"refs/tags/{self.ref}", commit)
        made = self.object("tag", f"{self.head}\n\n{self.message}".encode())
        self.lab.git("update-ref", f"refs/tags/{self.tag}", made)
        return self


def leaves(value, path=()):
    """Every place in a JSON value, but lists' and objects' own."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if items is None:
        yield path
        return
    for key, inner in list(items):
        yield from leaves(inner, (*path, key))


def other(value):
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, float)):
        return value + 1
    if value is None:
        return "x"
    if re.fullmatch(r"[0-9a-f]{40,64}", value):
        return value[:-1] + ("0" if value[-1] != "0" else "1")
    words = {"PASSED": "FAILED", "pass": "fail", "PPS": "PRD"}
    return words.get(value, value + "x")


def change(value, path):
    for key in path[:-1]:
        value = value[key]
    value[path[-1]] = other(value[path[-1]])


class Trial:
    def __init__(self, lab, stage):
        self.lab, self.stage = lab, stage
        self.tag = json.loads(lab.modelgate("verify", "churn", "--stage", stage, "--json").stdout)["standing"]["tag"]
        self.refs = lab.refs()
        self.count = 0

    def forge(self, what, change, rule=None):
        forgery = Forgery(self.lab, self.tag)
        change(forgery)
        forgery.write()
        self.judge(what, rule)

    def judge(self, what, rule=None):
        lab = self.lab
        done = lab.modelgate("verify", "churn", "--stage", self.stage, "--json")
        told = json.loads(done.stdout or b"{}")
        rules = {f["rule"] for f in told.get("findings", ()) if f["break"]}
        assert done.returncode == 1 and (not rule or rule in rules), (
            f"{what}: exit {done.returncode} {told.get('findings')} {done.stderr}\n{lab.message(self.tag)}")
        standing = told.get("standing") or {}
        if standing.get("tag") != self.tag or not rules <= {"evidence", "decision", "version"}:
            self.back()
            return
        assert standing["evidence"] != "whole", f"{what}: verify --stage says whole"
        self.count += 1
        if self.count % 8 == 1:  # they ask what verify --stage asks
            shown = lab.modelgate("show", self.tag).stdout
            assert b"it is whole" not in shown, f"{what}: show: {shown}"
            status = json.loads(lab.modelgate("status", "churn", "--json").stdout)
            state = status["churn"]["standings"][self.stage]["evidence_state"]
            assert state != "whole", f"{what}: status says {state}"
        self.back()

    def back(self):
        lab = self.lab
        now = lab.refs()
        for name, object_id in self.refs.items():
            if now.get(name) != object_id:
                lab.git("update-ref", f"refs/tags/{name}", object_id)
        for name in set(now) - set(self.refs):
            lab.git("update-ref", "-d", f"refs/tags/{name}")


def as_written(trial):
    """The forger's own hand is not what is found: what he writes unchanged is as it was."""
    Forgery(trial.lab, trial.tag).write()
    done = trial.lab.modelgate("verify")
    assert done.returncode == 0 and trial.lab.refs()[trial.tag] == trial.refs[trial.tag], f"unchanged: {done}"


def each_field_of_the_tag(trial, own=(), by=True):
    message = Forgery(trial.lab, trial.tag).message
    sentence, lines = message.split("\n\n", 1)[0], message.split("\n\n", 1)[1].splitlines()
    for line in lines:
        key, value = line.split(": ", 1)
        if key in ("Evidence", "Modelgate") or line in own:
            continue
        changed = {"PASSED": "OVERRIDDEN", "OVERRIDDEN": "PASSED"}.get(value)
        for word in value.split():
            changed = changed or value.replace(word, other(word.removeprefix("sha256:"))
                if not word.startswith("sha256:") else "sha256:" + other(word[7:]), 1)
            trial.forge(f"{key}: {word}", lambda f, new=changed: edit(f, line, f"{key}: {new}"))
            changed = None
        trial.forge(f"no {key}", lambda f: edit(f, line + "\n", ""))
    for more in ("Reason: it was late", "Approved-by: Eve", "Build: 7 https://example.com", "Mlflow-Run: 1",
            "From: churn#PPD#1 " + "0" * 40, "Nonsense: 1"):
        if not any(line.startswith(more.split()[0]) for line in lines):
            trial.forge(f"more: {more}", lambda f: setattr(f, "message", f.message + more + "\n"))
    trial.forge("the sentence", lambda f: edit(f, sentence, sentence.replace("churn", "fraud")))
    trial.forge("no sentence", lambda f: edit(f, sentence, "x"))
    if by:
        trial.forge("who", lambda f: head(f, "<test@", "<eve@"))
        trial.forge("who by name", lambda f: head(f, "tagger Test", "tagger Eve"))
    trial.forge("the year 5138", lambda f: head(f, re.search(r"> (\d+)", f.head)[1], "99999999999"), "time")


def edit(forgery, old, new):
    assert old in forgery.message
    forgery.message = forgery.message.replace(old, new, 1)


def head(forgery, old, new):
    assert old in forgery.head
    forgery.head = forgery.head.replace(old, new, 1)


def each_field_of_the_statements(trial, first=0):
    for i, statement in enumerate(Forgery(trial.lab, trial.tag).statements):
        if i < first:
            continue
        for path in leaves(statement):
            if "inputAttestations" not in path:
                trial.forge(f"statement {i}: {path}", lambda f: change(f.statements[i], path))
    trial.forge("no statements", lambda f: (f.statements.__setitem__(slice(0, -1), []),
        f.statements[-1]["predicate"].__setitem__("inputAttestations", [])))
    trial.forge("one more subject", lambda f: f.statements[0]["subject"].append(
        {"name": "model.pkl", "digest": {"sha256": "0" * 64}}))
    trial.forge("one more field", lambda f: f.statements[-1].__setitem__("x", 1))


def forms(trial):
    """What no field says: bytes that readers pass over, and what comes along with the evidence."""
    lab, line = trial.lab, "Decision: PASSED"
    for what, change in (("twice", lambda f: edit(f, line, f"{line}\n{line}")),
            ("folded", lambda f: edit(f, line, f"{line}\n  x")),
            ("in small letters", lambda f: edit(f, line, line.lower())), ("CR", lambda f: edit(f, line, line + "\r")),
            ("a blank", lambda f: edit(f, line, line + " ")),
            ("a paragraph before", lambda f: edit(f, "\n\n", "\n\nReason: x\n\n")),
            ("behind a NUL", lambda f: setattr(f, "message", f.message + "\0Approved-by: Grace\n")),
            ("a line of the head", lambda f: setattr(f, "head", f.head + "\nencoding ISO-8859-1")),
            ("lines of the head", lambda f: setattr(f, "head", f.head + "\nx y\n z"))):
        trial.forge(f"form: {what}", change)
    ref = Forgery(lab, trial.tag).ref
    tree, listed = lab.git("rev-parse", f"{ref}^{{tree}}"), lab.git("ls-tree", ref)
    for what, parents, listing in (("a parent", ("-p", "HEAD"), listed),
            ("one more file", (), f"{listed}\n040000 tree {tree}\tx"),
            ("a link", (), listed.replace("100644", "120000")), ("a program", (), listed.replace("100644", "100755"))):
        made = lab.git("commit-tree", lab.git("mktree", input=listing + "\n"), *parents, "-m", "x")
        lab.git("update-ref", f"refs/tags/{ref}", made)
        trial.judge(f"evidence with {what}", "evidence")


def what_the_rules_ask_of_the_run(trial):
    def at(*path):
        return lambda f: change(f.run, path)

    for what, path in (("verdict", ("verdict",)), ("model", ("model",)), ("stage", ("stage",)),
            ("commit", ("git", "commit")), ("dirty", ("git", "dirty")), ("selection", ("selection",)),
            ("spec", ("spec", "sha256")), ("spec's path", ("spec", "repo_path")), ("suites", ("suites", 0)),
            ("an input's digest", ("inputs", 0, "sha256")), ("an input's data", ("inputs", 0, "data")),
            ("an input's path", ("inputs", 0, "path"))):
        trial.forge(f"the run's {what}", at(*path),
            "evidence" if what in ("verdict", "an input's data", "an input's path") else "decision")
    trial.forge("no seal", lambda f: setattr(f, "seal", False), "decision")


def failed_under_passed(trial):
    """A run that failed, whole and true, under a tag that says PASSED."""
    def fail(f):
        for result in f.run["results"]:
            result["verdict"] = "fail"
        f.run["verdict"] = "fail"
        f.run["counts"] = {key: len(f.run["results"]) if key == "fail" else 0 for key in f.run["counts"]}
        for statement in f.statements[:-1]:
            p = statement["predicate"]
            p["result"], p["failedTests"], p["passedTests"] = "FAILED", p["passedTests"], []
        f.statements[-1]["predicate"][DECISION]["verdict"] = "fail"

    trial.forge("a run that failed", fail, "decision")
    def override(f):
        fail(f)
        edit(f, "Decision: PASSED", "Decision: OVERRIDDEN")
        f.statements[-1]["predicate"][DECISION]["decision"] = "OVERRIDDEN"
        f.statements[-1]["predicate"]["verificationResult"] = "FAILED"
        f.statements[-1]["predicate"]["verifiedLevels"] = ["FAILED"]

    trial.forge("an override without a reason", override, "message")


def by_hand(trial):
    """A commit that never ran, put into the stage by a tag that overrides everything; and one that says
    that it was a rollback."""
    lab = trial.lab
    commit = lab.commit("never ran")
    last = list(json.loads(lab.modelgate("history", "churn", "--json").stdout))[0]
    number = int(trial.tag.rsplit("#", 1)[1]) + 1
    for words in ("Decision: OVERRIDDEN\nReason: trust me\n", "Decision: PASSED\n"):
        forgery = Forgery(lab, trial.tag)
        keep = [line for line in forgery.message.splitlines() if re.match("Model|Spec|Run|Evidence|Policy", line)]
        text = f"Put model churn version v9.0.0 into stage {trial.stage}\n\n" + "\n".join(keep) + \
            f"\nVersion: v9.0.0\nPrevious: {last['ref']} {last['id']}\n{words}"
        name = f"churn#{trial.stage}#{number}"
        made = forgery.object("tag", (f"object {commit}\ntype commit\ntag {name}\n" +
            forgery.head.splitlines()[-1] + f"\n\n{text}").encode())
        lab.git("update-ref", f"refs/tags/{name}", made)
        trial.judge(f"made by hand: {words}", "evidence")
    lab.git("reset", "--quiet", "--hard", "HEAD^")


AZURE = {"BUILD_BUILDID": "4711"}


@pytest.fixture(scope="module")
def lab():
    with Lab() as lab:
        lab.commit("rules", policy="stages: [PPD, {name: PPS, approvers: [Grace]}, PRD]\n")
        for number in (1, 2):
            lab.good("PPD", environment=AZURE)
            lab.good("PPS", "--approver", "Grace", environment=AZURE)
            lab.commit(f"{number}", x=number + 1)
        lab.git("checkout", "--quiet", "HEAD^")
        yield lab


@pytest.fixture(scope="module")
def trial(lab):
    return Trial(lab, "PPS")


@pytest.mark.parametrize("forging", [as_written, forms, each_field_of_the_tag, each_field_of_the_statements,
    what_the_rules_ask_of_the_run, failed_under_passed, by_hand], ids=lambda forging: forging.__name__)
def test_a_promotion(trial, forging):
    forging(trial)


@pytest.fixture(scope="module")
def overridden(lab):
    lab.git("checkout", "--quiet", "main")
    done = lab.good("PRD", "--override", "INC-7", environment=AZURE)
    assert done["overridden"], done
    return Trial(lab, "PRD")


@pytest.mark.parametrize("forging", [as_written, each_field_of_the_tag,
    lambda trial: each_field_of_the_statements(trial, first=2)], ids=["as_written", "the tag", "the statements"])
def test_an_override(overridden, forging):
    forging(overridden)


def test_a_rollback(lab):
    """It says what the promotion said to which it goes back. Its own reason, and who gave it, stand nowhere else."""
    back = lab.modelgate("rollback", "--model", "churn", "--stage", "PPS", "--reason", "it burns")
    assert back.returncode == 0, back
    each_field_of_the_tag(Trial(lab, "PPS"), ("Reason: it burns",), by=False)
