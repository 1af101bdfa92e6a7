"""What a tag and its evidence say, read by others: in-toto's own classes read the statements, git and
ssh-keygen judge the signatures, and whatever is changed afterwards is found."""

import base64
import hashlib
import json
import shutil
import signal
import subprocess
from pathlib import Path

import pytest
from google.protobuf import json_format
from in_toto_attestation.predicates.test_result.v0 import test_result_pb2
from in_toto_attestation.predicates.vsa.v1 import vsa_pb2
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.statement import Statement

from support.lab import SPEC, Lab

TEST_RESULT = "https://in-toto.io/attestation/test-result/v0.1"
SUMMARY = "https://slsa.dev/verification_summary/v1"
DECISION = "urn:modelgate:decision:2"
PREDICATES = {TEST_RESULT: test_result_pb2.TestResult, SUMMARY: vsa_pb2.VerificationSummary}
SAMPLES = SPEC.replace("- row_count: {min: 2}", "- not_null: {column: x, min: 0%, warn: {min: 100%}}")


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def pae(kind, body):
    """DSSE's pre-authentication encoding, from its specification."""
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(body), body)


def bundle(lab, ref, name="evidence.intoto.jsonl"):
    return subprocess.run(["git", "cat-file", "blob", f"{ref}:{name}"], cwd=lab.work,
        env=lab.environment, capture_output=True, check=True).stdout


def read(line):
    """A statement as in-toto reads it: (its own object, the predicate, the JSON)."""
    data = json.loads(line)
    pb = json_format.ParseDict(data, statement_pb2.Statement())
    Statement.copy_from_pb(pb).validate()
    # Our own part goes by a URI, as SLSA allows; and its text says that the levels are a list, where
    # these classes have one text.
    foreign = (DECISION, "verifiedLevels")
    predicate = {key: value for key, value in data["predicate"].items() if key not in foreign}
    return pb, json_format.ParseDict(predicate, PREDICATES[pb.predicate_type]()), data


@pytest.fixture(scope="module")
def lab():
    with Lab() as lab:
        yield lab


def test_statements(lab):
    """Every line, of a run with warnings and rows of data, promoted against the gate's advice."""
    lab.commit("warned", spec=SAMPLES, x="")
    run = json.loads((lab.work / lab.run("PPS")).read_text())
    assert run["verdict"] in ("error", "fail") and any(r["samples"]["rows"] for r in run["results"])
    weights = b"weights\0" * 1000
    (lab.work / "model.pkl").write_bytes(weights)
    done = lab.good("PPS", "--override", "INC-7 ##vso[x]\x1b[2J", "--approver", "Grace",
        "--artifact", "model.pkl")
    jsonl = bundle(lab, done["evidence"])
    assert sha256(jsonl) == done["evidence_sha256"], "digest of the bundle"
    lines = jsonl.splitlines()
    read_lines = [read(line) for line in lines]
    for pb, _, _ in read_lines:
        assert pb.subject[0].digest["gitCommit"] == done["commit"], "the subject is the commit"
        assert [(s.name, dict(s.digest)) for s in pb.subject[1:]] == [("model.pkl", {"sha256": sha256(weights)})], (
            f"and the model's file: {pb.subject}")
    suites = {data["predicate"]["configuration"][0]["annotations"]["suite"]: predicate
        for _, predicate, data in read_lines[:-1]}
    assert list(suites) == run["suites"], f"one statement a suite: {list(suites)}"
    for name, predicate in suites.items():
        want = {verdicts: [r["name"] for r in run["results"]
            if r["suite"] == name and r["verdict"] in verdicts]
            for verdicts in (("pass",), ("warn",), ("fail", "error"))}
        got = [list(predicate.passed_tests), list(predicate.warned_tests), list(predicate.failed_tests)]
        assert got == list(want.values()), f"{name}: {got}"
        result = "FAILED" if got[2] else "WARNED" if got[1] else "PASSED"
        assert predicate.result == result, f"{name}: {predicate.result}"
        assert predicate.configuration[0].digest["sha256"] == run["spec"]["sha256"], "spec"
        data = sha256((lab.work / "rows.csv").read_bytes())
        assert predicate.configuration[1].digest["sha256"] == data, "digest of the data"
    _, summary, data = read_lines[-1]
    decision = data["predicate"][DECISION]
    named = [a.digest["sha256"] for a in summary.input_attestations]
    assert named == [sha256(line) for line in lines[:-1]], "the decision names every statement"
    assert summary.verification_result == "FAILED", "an override is no pass to SLSA"
    assert data["predicate"]["verifiedLevels"] == ["FAILED"], "nor a level"
    assert decision["decision"] == "OVERRIDDEN" and decision["approvers"] == ["Grace (claimed)"], decision
    assert {o["rule"] for o in decision["overridden"]} == {"run-passed", "stage-order"}, decision
    assert decision["reason"] == "INC-7 ##vso[x] [2J", "the reason, as the tag has it"
    assert b"##" not in jsonl and b"\x1b" not in jsonl, "and yet no log obeys it"
    kept = bundle(lab, done["evidence"], "run.json")
    assert sha256(kept) == decision["keptRunSha256"], "digest of the kept run"
    assert not any(r["samples"]["rows"] for r in json.loads(kept)["results"]), "rows of data are not kept"
    (lab.work / "kept.json").write_bytes(kept)
    report = lab.modelgate("report", "kept.json", "--quiet", "--exit-code")
    assert report.returncode in (1, 3) and b"changed" not in report.stderr, report.stderr


def test_passed(lab):
    lab.commit("good", spec=SPEC, x=1)
    for stage in ("PPD", "PPS"):
        done = lab.good(stage)
    _, summary, data = read(bundle(lab, done["evidence"]).splitlines()[-1])
    assert summary.verification_result == "PASSED", "a pass is one"
    assert data["predicate"]["verifiedLevels"] == ["MODELGATE_PPS"], "with its level"
    assert summary.resource_uri == f"modelgate:churn@{done['version']}#PPS", summary.resource_uri
    message = lab.message(done["tag"])
    assert f"Evidence: {done['evidence']} sha256:{done['evidence_sha256']}" in message, message
    ppd = next(tag for tag in lab.refs() if tag.startswith("churn#PPD#"))
    assert f"From: {ppd} {lab.refs()[ppd]}" in message, message


# ---- signatures ----

def key(lab, name, *more):
    path = lab.root / name
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "ada@example.com", *more,
        "-f", path], check=True)
    return path


def test_signed(lab):
    mine, other = key(lab, "mine"), key(lab, "other")
    public = (lab.root / "mine.pub").read_text().split()
    signers = lab.root / "signers"
    signers.write_text(f"ada@example.com {public[0]} {public[1]}\n")
    lab.git("config", "gpg.ssh.allowedSignersFile", str(signers))
    shutil.copy(signers, lab.work / ".signers")
    lab.commit("signed", policy="allowed_signers: .signers\nstages:\n  - {name: PPD, signed: true}\n")
    refused = lab.promote("PPD")
    assert refused.returncode == 1 and b"--sign" in refused.stdout, refused
    done = lab.good("PPD", "--sign", mine)
    for tag in (done["tag"], f"churn@{done['version']}"):
        judged = lab.git("tag", "--verify", tag, check=False)
        assert judged.returncode == 0 and 'Good "git" signature for ada@example.com' in judged.stderr, (
            f"git tag --verify {tag}: {judged.stderr}")
        assert len(lab.message(tag).encode()) < 4096, f"{tag} is too long"
    lines = bundle(lab, done["evidence"]).splitlines()
    for line in lines:
        envelope = json.loads(line)
        assert envelope["payloadType"] == "application/vnd.in-toto+json", "payload type"
        payload = base64.b64decode(envelope["payload"], validate=True)
        read(payload)
        body = envelope["signatures"][0]["sig"]
        armour = lab.root / "sig"
        armour.write_text(f"-----BEGIN SSH SIGNATURE-----\n{body}\n-----END SSH SIGNATURE-----\n")
        verify = ["ssh-keygen", "-Y", "verify", "-f", signers, "-I", "ada@example.com", "-n",
            "modelgate", "-s", armour]
        good = pae(b"application/vnd.in-toto+json", payload)
        for data, holds in ((good, True), (payload, False), (good + b" ", False)):
            got = subprocess.run(verify, input=data, capture_output=True)
            assert (got.returncode == 0) == holds, f"ssh-keygen -Y verify: {got}"
    # The example of DSSE's own specification.
    assert (pae(b"http://example.com/HelloWorld", b"hello world")
        == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"), "PAE of the specification"
    _, _, last = read(base64.b64decode(json.loads(lines[-1])["payload"]))
    named = [a["digest"]["sha256"] for a in last["predicate"]["inputAttestations"]]
    assert named == [sha256(line) for line in lines[:-1]], "the decision names the envelopes"
    assert lab.modelgate("verify").returncode == 0, lab.modelgate("verify").stdout
    public = (lab.root / "other.pub").read_text().split()
    allowed = (lab.work / ".signers").read_text()
    (lab.work / ".signers").write_text(f"ada@example.com {public[0]} {public[1]}\n")
    lab.commit("another signer")
    told = lab.modelgate("verify")
    assert told.returncode == 1 and b"line 1 of the evidence: the signature is by a key" in told.stdout, told
    (lab.work / ".signers").write_text(allowed)
    lab.commit("the signer again")
    unchecked(lab)
    signers.write_text(f"ada@example.com {public[0]} {public[1]}\n")
    judged = lab.git("tag", "--verify", done["tag"], check=False)
    assert judged.returncode != 0, "somebody else's key is not accepted"
    assert other.exists(), "the other key"


def unchecked(lab):
    """What is no fault of a tag is no break, unless it had to be checked."""
    empty = lab.root / "no-programs"
    empty.mkdir()
    told = lab.modelgate("verify", environment={"PATH": str(empty)})
    assert told.returncode == 3 and b"openssh-client" in told.stderr and not told.stdout, told
    told = lab.modelgate("verify", preexec_fn=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN))
    assert told.returncode == 0, f"started by a program that ignores its children: {told}"
    bare = lab.root / "bare.git"
    lab.git("clone", "--quiet", "--bare", lab.work, bare)
    told = lab.modelgate("verify", cwd=bare)
    # The file of allowed signers is that of the branch, so it needs no work tree.
    assert told.returncode == 0 and told.stdout == lab.modelgate("verify").stdout, f"a bare clone: {told}"


def test_aged_key():
    """A key counts for what it signed while it was allowed, as for git."""
    with Lab() as lab:
        public = Path(f"{key(lab, 'old')}.pub").read_text()
        signers = lab.work / ".signers"
        for name, value in (("gpg.format", "ssh"), ("user.signingKey", lab.root / "old"),
                ("gpg.ssh.allowedSignersFile", signers)):
            lab.git("config", name, str(value))
        signers.touch()
        lab.commit("signers", policy="allowed_signers: .signers\n")
        lab.git("tag", "--sign", "--message", "x", "churn@v1.0.0",
            environment={"GIT_COMMITTER_DATE": "2019-06-01T00:00:00Z"})
        for until, holds in (("20190101", False), ("20200101", True)):
            signers.write_text(f'ada@example.com valid-before="{until}" {public}')
            lab.commit(until)
            judged = lab.git("tag", "--verify", "churn@v1.0.0", check=False)
            told = lab.modelgate("verify")
            assert (judged.returncode == 0) == holds and (told.returncode == 0) == holds, (
                f"a key until {until}: {judged} {told}")


def test_unsignable(lab):
    """Keys that cannot be used, each with a fix; nothing is tagged."""
    locked = lab.root / "locked"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "secret", "-f", locked], check=True)
    nonsense = lab.root / "nonsense"
    nonsense.write_text("no key\n")
    nonsense.chmod(0o600)
    lab.commit("unsignable", x=2, policy="stages: [PPD, PPS, PRD]\n")
    before = lab.refs()
    empty = lab.root / "empty"
    empty.mkdir()
    mine = lab.root / "mine"
    for file, code, say, environment in ((locked, 3, b"passphrase", {}), (nonsense, 3, b"cannot sign", {}),
            (lab.root / "absent", 2, b"there is no key", {}),
            (mine, 3, b"openssh-client", {"PATH": str(empty)})):
        run = lab.run("PPD")
        done = lab.promote("PPD", "--sign", file, run=run, environment=environment)
        assert done.returncode == code and say in done.stderr, f"{file}: {done}"
    assert lab.refs() == before, "nothing was tagged"


# ---- changed afterwards ----

def test_tampered(lab):
    """An evidence tag that was moved to something else is found, and is no baseline."""
    done = lab.good("PPD")
    ref = done["evidence"]
    whole = lab.refs()[ref]
    jsonl, run = bundle(lab, ref), bundle(lab, ref, "run.json")

    def put(jsonl, run):
        tree = "".join(f"100644 blob {blob(data)}\t{name}\n"
            for name, data in (("evidence.intoto.jsonl", jsonl), ("run.json", run)))
        tree = lab.git("mktree", input=tree)
        commit = lab.git("commit-tree", tree, "-m", "x")
        lab.git("tag", "--force", ref, commit)

    def blob(data):
        return subprocess.run(["git", "hash-object", "-w", "--stdin"], input=data, cwd=lab.work,
            env=lab.environment, capture_output=True, check=True).stdout.decode().strip()

    assert lab.modelgate("verify").returncode == 0, lab.modelgate("verify").stdout
    for what, (a, b) in {
        "statements": (jsonl.replace(b"PASSED", b"WARNED", 1), run),
        "run": (jsonl, run.replace(b'"value": 2', b'"value": 3', 1)),
        "a line less": (b"".join(jsonl.splitlines(True)[1:]), run),
        "nothing": (b"", b""),
    }.items():
        assert (a, b) != (jsonl, run), what
        put(a, b)
        verify = lab.modelgate("verify")
        assert verify.returncode == 1 and ref.encode() in verify.stdout, f"{what}: {verify}"
    lab.git("tag", "--delete", ref)
    verify = lab.modelgate("verify")
    assert verify.returncode == 1, f"gone: {verify}"
    lab.git("tag", ref, whole)
    assert lab.modelgate("verify").returncode == 0, "as it was"


def test_what_is_left_is_sound(lab):
    assert lab.git("fsck", "--strict", "--no-dangling") == "", "git fsck"
