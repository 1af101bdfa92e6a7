"""Who may sign: a key that may not is refused before anything is written; show and verify name whose it is;
what stands behind a signature is signed by nobody."""

import json
import os
import subprocess

import pytest

from support.lab import Lab


def key(lab, name):
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", lab.root / name], check=True)
    return " ".join((lab.root / f"{name}.pub").read_text().split()[:2])


def refusals(done):
    return {r["rule"]: r["found"] for r in json.loads(done.stdout or b'{"refusals": []}')["refusals"]}


def findings(lab):
    told = json.loads(lab.modelgate("verify", "--json").stdout)
    return {(f["break"], f["rule"], f["text"]) for f in told["findings"]}


@pytest.fixture(scope="module")
def lab():
    """Its policy lets some keys sign; each test goes on where the one before it ended."""
    with Lab() as lab:
        mine, expired, git_only, dsse_only, ada = (
            key(lab, name) for name in ("mine", "expired", "git-only", "dsse-only", "ada"))
        key(lab, "unknown")
        (lab.work / ".signers").write_text(f"test@example.com {mine}\nada@example.com {ada}\n"
            f'e@example.com valid-before="20200101" {expired}\n'
            f'g@example.com namespaces="git" {git_only}\nd@example.com namespaces="modelgate" {dsse_only}\n')
        lab.commit("signers", policy="allowed_signers: .signers\n")
        yield lab


def test_keys_that_may_not(lab):
    run = lab.run("PPD")
    before = lab.refs()
    for name, words in (("unknown", "does not name"), ("expired", ""), ("git-only", "is not valid"),
            ("dsse-only", "is not valid")):
        done = lab.promote("PPD", "--json", "--sign", lab.root / name, run=run)
        found = refusals(done)
        assert done.returncode == 1 and set(found) == {"signer"} and words in found["signer"], f"{name}: {done}"
    assert lab.refs() == before, "nothing was written"
    lab.good("PPD", "--sign", lab.root / "mine", run=run)


def test_whose_it_is(lab):
    shown = lab.modelgate("show", "churn#PPD").stdout.decode()
    assert "SSH, by test@example.com\n" in shown, shown
    assert not findings(lab), findings(lab)
    lab.commit("next", x=2)
    done = lab.good("PPD", "--sign", lab.root / "ada")
    shown = lab.modelgate("show", done["tag"]).stdout.decode()
    assert "SSH, by ada@example.com, who is not the tagger" in shown, shown
    found = findings(lab)
    assert found and all(not f[0] and "ada@example.com signed it" in f[2] for f in found), f"a remark: {found}"
    text = (lab.work / ".modelgate.yaml").read_text()
    lab.commit("strict", policy=text + "signer: tagger\n")
    assert any(f[0] and "ada@example.com signed it" in f[2] for f in findings(lab)), "a break"
    assert set(refusals(lab.promote("PPD", "--json", "--sign", lab.root / "ada"))) == {"signer"}, "refused"
    lab.commit("as before", policy=text)


def test_going_back_with(lab):
    """rollback and withdraw ask whose key it is as well."""
    before = lab.refs()
    for name in ("unknown", "expired", "git-only", "dsse-only"):
        for command in (("rollback",), ("withdraw", "--version", "v0.0.2")):
            done = lab.modelgate(command[0], "--model", "churn", "--stage", "PPD", "--reason", "burns", *command[1:],
                "--json", "--sign", lab.root / name)
            assert done.returncode == 1 and set(refusals(done)) == {"signer"}, f"{command} {name}: {done}"
    assert lab.refs() == before, "nothing was written"
    done = lab.modelgate("withdraw", "--model", "churn", "--stage", "PPD", "--reason", "burns", "--version", "v0.0.2",
        "--dry-run", "--sign", lab.root / "mine")
    assert done.returncode == 0, done


def test_of_the_branch(lab):
    """The file in the work tree, or of a side branch, makes nobody a signer; nor does a pipe hold anything up."""
    signers = (lab.work / ".signers").read_text()
    own = signers + "test@example.com " + " ".join((lab.root / "unknown.pub").read_text().split()[:2]) + "\n"
    (lab.work / ".signers").write_text(own)
    done = lab.modelgate("withdraw", "--model", "churn", "--stage", "PPD", "--reason", "burns", "--version", "v0.0.2",
        "--json", "--dry-run", "--sign", lab.root / "unknown")
    assert set(refusals(done)) == {"signer"}, f"of the work tree: {done}"
    lab.git("checkout", "--quiet", "-b", "side")
    lab.commit("let me sign")
    done = lab.promote("PPD", "--json", "--sign", lab.root / "unknown")
    assert set(refusals(done)) == {"signer", "protected-branch"}, f"of a side branch: {done}"
    lab.git("checkout", "--quiet", "main")
    (lab.work / ".signers").write_text("")
    assert "SSH, by ada@example.com" in lab.modelgate("show", "churn#PPD").stdout.decode(), "show"
    assert not any(f[0] for f in findings(lab)), findings(lab)
    (lab.work / ".signers").unlink()
    os.mkfifo(lab.work / ".signers")
    done = lab.modelgate("verify", timeout=60)
    assert done.returncode == 0, done
    (lab.work / ".signers").unlink()
    bare = lab.root / "bare.git"
    lab.git("clone", "--quiet", "--bare", str(lab.work), str(bare))
    done = lab.modelgate("verify", "--repo", bare)
    assert done.returncode == 0 and b"; 4 signatures" in done.stdout, f"without a work tree: {done}"
    lab.git("checkout", "--quiet", ".signers")


def test_without_the_file(lab):
    """Without it nobody may sign, and what was signed does not hold."""
    text = (lab.work / ".modelgate.yaml").read_text()
    lab.commit("nowhere", policy=text.replace(".signers", "nobody"))
    assert any(f[0] and "has no file 'nobody'" in f[2] for f in findings(lab)), findings(lab)
    done = lab.promote("PPD", "--json", "--sign", lab.root / "mine")
    assert set(refusals(done)) == {"signer"}, done
    lab.commit("as it was", policy=text)


def test_behind_it(lab):
    tag = json.loads(lab.modelgate("status", "--json").stdout)["churn"]["standings"]["PPD"]["ref"]
    raw = lab.git("cat-file", "tag", tag) + "\n"
    made = lab.git("hash-object", "-w", "-t", "tag", "--stdin", "--literally", input=raw + "Approved-by: Grace\n")
    lab.git("update-ref", f"refs/tags/{tag}", made)
    assert any(f[0] and "bytes after" in f[2] for f in findings(lab)), findings(lab)
