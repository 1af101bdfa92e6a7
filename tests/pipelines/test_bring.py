"""steps/bring.yml: a partial clone gets the contents that modelgate reads and leaves the rest of the past at the
server; that is enough for a baseline from a stage, for status and for verify, and a host without filters needs
nothing."""

import random
import subprocess

import pytest
import yaml

from support import console
from support.lab import SPEC, Lab

STEP = yaml.safe_load((console.SOURCE / "templates/steps/bring.yml").read_text())["steps"][0]
PLAIN = SPEC.replace("PPD: {suites: [quality]}", "PPD: {suites: [quality, score]}")
CHAMPION = PLAIN.replace("mean: {column: x, min: 0.5}", "mean: {column: x, baseline: {stage: PPD}, max_drop: 0.5}")
COMMITS = 4


class Clone:
    """As an agent's checkout with fetchFilter leaves it."""

    def __init__(self, lab, bare, name, *options):
        self.lab, self.folder = lab, lab.root / name
        lab.git("clone", "--quiet", "--filter=blob:none", *options, f"file://{bare}", str(self.folder))

    def objects(self):
        """{id: bytes} of the contents that are here."""
        listed = self.lab.git("cat-file", "--batch-all-objects",
            "--batch-check=%(objecttype) %(objectname) %(objectsize)", cwd=self.folder)
        return {one.split()[1]: int(one.split()[2]) for one in listed.splitlines() if one.startswith("blob")}

    def bring(self, **variables):
        environment = {**self.lab.environment, **{name: "" for name in ("MODEL", "POLICY_REF", "SYSTEM_ACCESSTOKEN")},
            "OF": "stages", "BUILD_REPOSITORY_PROVIDER": "TfsGit", "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "safe.directory",
            "GIT_CONFIG_VALUE_0": "*", "PATH": f"{console.PROGRAM.parent}:{self.lab.environment['PATH']}", **variables}
        return subprocess.run(["bash", "-c", STEP["bash"]], cwd=self.folder, env=environment,
            capture_output=True, text=True)

    def modelgate(self, *arguments):
        return self.lab.modelgate(*arguments, cwd=self.folder)


def history(lab):
    """Each commit with other data, of which the model reads one file in two; all but the last are promoted."""
    chance = random.Random(7)
    (lab.work / ".gitattributes").write_text("*.csv -delta\n")
    for number in range(COMMITS):
        rows = "".join(f"{n},{chance.random() + 1}\n" for n in range(2000))
        (lab.work / "rows.csv").write_text(f"id,x\n{rows}")
        (lab.work / "notebook.bin").write_bytes(chance.randbytes(300_000))
        last = number == COMMITS - 1
        lab.commit(str(number), spec=CHAMPION if last else PLAIN)
        if not last:
            lab.good("PPD")
    bare = lab.root / "models.git"
    lab.git("clone", "--quiet", "--bare", str(lab.work), str(bare))
    for option in ("uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"):
        lab.git("config", option, "true", cwd=bare)
    return bare


def blobs(lab, path):
    """Of each promoted commit, oldest first."""
    return [lab.git("rev-parse", f"churn#PPD#{number}:{path}") for number in
        sorted(int(tag.split("#")[2]) for tag in lab.refs() if tag.startswith("churn#PPD#"))]


@pytest.fixture(scope="module")
def lab():
    with Lab() as lab:
        yield lab


@pytest.fixture(scope="module")
def bare(lab):
    return history(lab)


def test_partial(lab, bare):
    clone = Clone(lab, bare, "partial")
    before = clone.objects()
    done = clone.bring(OF="policy")
    assert (done.returncode, clone.objects()) == (0, before), f"the policy of the branch is checked out: {done}"
    failed = clone.modelgate("run", "--stage", "PPS", "--json", "x.json", "--quiet")
    assert failed.returncode == 3, f"without the evidence there is no champion: {failed}"
    done = clone.bring(MODEL="churn")
    assert done.returncode == 0 and "##vso" not in done.stdout, done
    after = clone.objects()
    rows, books = blobs(lab, "rows.csv"), blobs(lab, "notebook.bin")
    assert rows[-1] in after and not set(rows[:-1]) & set(after), "the inputs of what stands there, and no others"
    assert not set(books) & set(after), "nothing that no run read"
    whole = sum(Clone(lab, bare, "whole", "--no-filter").objects().values())
    print(f"{sum(before.values())} bytes of contents were checked out, {sum(after.values()) - sum(before.values())} "
        f"brought; "
        f"all are {whole}")
    assert sum(after.values()) - sum(before.values()) < whole / 5, "it is little"
    done = clone.modelgate("run", "--stage", "PPS", "--json", "x.json", "--quiet")
    assert done.returncode == 0, f"a baseline from the stage: {done}"
    assert b"whole" in clone.modelgate("status").stdout, "status"
    for of in ("refs/tags/churn#PPD#2", ""):
        done = clone.bring(MODEL=of, OF="history")
        assert done.returncode == 0, done
    after = clone.objects()
    assert set(rows) <= set(after) and not set(books) & set(after), "what verify reads, and no more"
    done = clone.modelgate("verify")
    assert done.returncode == 0, done
    count = len(after)
    clone.bring(OF="history")
    assert len(clone.objects()) == count, "there is nothing more to bring"


def test_rules_of_today(lab, bare):
    """The branch moved on while the stage waited: its policy is not the one that is checked out."""
    clone = Clone(lab, bare, "waiting")
    run = ("run", "--stage", "PPD", "--json", "x.json", "--quiet")
    clone.modelgate(*run)
    lab.commit("new rules", policy="stages: [{name: PPD, approvers: [Grace]}, PPS, PRD]\n")
    lab.git("push", "--quiet", str(bare), "main")
    lab.git("fetch", "--quiet", "--filter=blob:none", "origin", cwd=clone.folder)
    promote = ("promote", "--model", "churn", "--to", "PPD", "--run", "x.json", "--dry-run")
    assert clone.modelgate(*promote).returncode == 3, "the rules are not here"
    assert clone.bring(OF="policy").returncode == 0, "they are brought"
    done = clone.modelgate(*promote)
    assert done.returncode == 1 and b"approver" in done.stdout, done


def test_other_hosts(lab, bare):
    # One that refuses what is asked for by its id.
    clone = Clone(lab, bare, "stubborn")
    lab.git("config", "protocol.version", "0", cwd=clone.folder)
    lab.git("config", "uploadpack.allowAnySHA1InWant", "false", cwd=bare)
    done = clone.bring(MODEL="churn")
    assert done.returncode == 0 and "##vso[task.logissue type=warning]" in done.stdout, f"it warns: {done}"
    # And one without filters, which sends all.
    lab.git("config", "uploadpack.allowFilter", "false", cwd=bare)
    clone = Clone(lab, bare, "all")
    done = clone.bring(MODEL="churn")
    assert (done.returncode, done.stdout) == (0, ""), done
    assert clone.modelgate("verify").returncode == 0, "verify"
