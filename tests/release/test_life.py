"""A whole life of a model, typed and compared with what was written down (tests/golden/release/life.txt).
--renew writes it anew; read the difference. Then git's own tools look at what is left."""

import difflib
import re
import shlex

import pytest

from support import console
from support.lab import Lab

GOLDEN = console.SOURCE / "tests/golden/release/life.txt"
FULL = "--stage {0} --json {0}.json --quiet"


class Transcript:
    def __init__(self, lab):
        self.lab, self.lines = lab, []

    def say(self, remark):
        self.lines += ["", f"# {remark}"]

    def type(self, line, exit=0):
        done = self.lab.modelgate(*shlex.split(line))
        out = (done.stdout + done.stderr).decode()
        self.lines.append(f"$ modelgate {line}")
        out = self.lab.transcript(out)
        if line.startswith(("status", "history")):
            # Columns are as wide as what the placeholders stand for.
            out = re.sub(r" {2,}", "  ", out)
        self.lines += [text.rstrip() for text in out.split("\n")[:-1]]
        if done.returncode:
            self.lines.append(f"exit {done.returncode}")
        assert done.returncode == exit, f"{line}: exit {done.returncode}: {out}"

    def gate(self, stage, exit=0):
        self.type("run " + FULL.format(stage), exit)

    def promote(self, stage, more="", exit=0):
        self.type(f"promote --model churn --to {stage} --run {stage}.json{more}", exit)


def live(t):
    t.say("The first version goes from stage to stage.")
    for stage, more in (("PPD", " --version v1.0.0"), ("PPS", ""), ("PRD", " --approver Grace")):
        t.gate(stage)
        t.promote(stage, more)
    t.say("The same again is no second tag.")
    t.promote("PRD", " --approver Grace")
    t.say("The next one is not good enough for PPS, and may not go round it.")
    t.lab.commit("two", x=0.25)
    t.gate("PPD")
    t.promote("PPD", " --bump minor")
    t.gate("PPS", exit=1)
    t.promote("PPS", exit=1)
    t.gate("PRD", exit=1)
    t.promote("PRD", exit=1)
    t.say("Somebody answers for it.")
    t.promote("PRD", ' --override "the old one is down, INC-7"')
    t.say("That was no good idea.")
    t.type('rollback --model churn --stage PRD --reason "it was no good, INC-8"')
    t.type('rollback --model churn --stage PRD --reason "it was no good, INC-8"')
    t.type('withdraw --model churn --stage PPD --version v1.1.0 --reason "mend it first"')
    t.say("Where do we stand, and is it all true?")
    t.type("status --as-of 2099-01-01")
    t.type("history churn")
    t.type("verify")


@pytest.fixture(scope="module")
def lived():
    with Lab() as lab:
        t = Transcript(lab)
        live(t)
        yield t


def test_as_written_down(lived, renew):
    lines = lived.lines[1:]
    if renew:
        GOLDEN.write_text("\n".join(lines) + "\n")
    difference = "\n".join(difflib.unified_diff(GOLDEN.read_text().splitlines(), lines, "life.txt", "now", lineterm=""))
    assert not difference, difference


def test_git_finds_nothing(lived):
    found = lived.lab.git("fsck", "--strict")
    assert found == ""


def test_git_reads_each_line_as_a_trailer(lived):
    lab = lived.lab
    for tag in lab.events():
        message = lab.message(tag)
        assert len(message.encode()) < 4096, tag
        trailers = lab.git("interpret-trailers", "--parse", input=message).splitlines()
        assert trailers[0] == "Modelgate: 1", (tag, trailers)
        assert len(trailers) == len(message.split("\n\n", 1)[1].strip().splitlines()), tag
