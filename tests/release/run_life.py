#!/usr/bin/env python3
"""A whole life of a model, typed and compared with what was written down (tests/golden/release/life.txt).
MODELGATE_RENEW=1 writes it anew; read the difference. Then git's own tools look at what is left."""

import difflib
import os
import re
import shlex
import sys

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


def live(lab, t):
    t.say("The first version goes from stage to stage.")
    for stage, more in (("PPD", " --version v1.0.0"), ("PPS", ""), ("PRD", " --approver Grace")):
        t.gate(stage)
        t.promote(stage, more)
    t.say("The same again is no second tag.")
    t.promote("PRD", " --approver Grace")
    t.say("The next one is not good enough for PPS, and may not go round it.")
    lab.commit("two", x=0.25)
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


def judge(lab):
    """What git says of the tags."""
    assert lab.git("fsck", "--strict") == "", lab.git("fsck", "--strict")
    for tag in lab.events():
        message = lab.message(tag)
        assert len(message.encode()) < 4096, tag
        trailers = lab.git("interpret-trailers", "--parse", input=message).splitlines()
        assert trailers[0] == "Modelgate: 1", (tag, trailers)
        assert len(trailers) == len(message.split("\n\n", 1)[1].strip().splitlines()), tag


def main():
    with Lab() as lab:
        t = Transcript(lab)
        live(lab, t)
        judge(lab)
    lines = t.lines[1:]
    if os.environ.get("MODELGATE_RENEW"):
        GOLDEN.parent.mkdir(parents=True, exist_ok=True)
        GOLDEN.write_text("\n".join(lines) + "\n")
        return 0
    want = GOLDEN.read_text().splitlines()
    difference = list(difflib.unified_diff(want, lines, "life.txt", "now", lineterm=""))
    print("\n".join(difference) or "the same")
    return 1 if difference else 0


if __name__ == "__main__":
    sys.exit(main())
