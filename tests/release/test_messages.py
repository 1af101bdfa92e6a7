"""Messages of tags as `git interpret-trailers --parse` reads them: those that modelgate writes, and that
modelgate reads others as git does."""

import re

from support import repository

SHA = "0" * 64


def parsed(repo, message):
    """git's trailers as (key in small letters, value)."""
    text = repo.git("interpret-trailers", "--parse", input=message.encode())
    pairs = [line.split(":", 1) for line in text.splitlines()]
    return [(key.strip().lower(), value.strip()) for key, value in pairs]


def message_of(repo, tag):
    return repo.git("cat-file", "tag", tag).split("\n\n", 1)[1] + "\n"


def test_git_reads_ours(place):
    repo = repository.Repository(place, "ours")
    repo.add_model()
    repo.promote("PPD", "--approver", "Ada Lovelace", "--approver", "Grace")
    reason = "two\nlines: and ##vso[x] \x1b[31m\n---\nDecision: PASSED"
    repo.promote("PRD", "--override", reason)
    for tag in ("churn@v0.0.1", "churn#PPD#1", "churn#PRD#2"):
        message = message_of(repo, tag)
        lines = message.split("\n\n", 1)[1].splitlines()
        assert len(message) <= 4096, f"{tag} has {len(message)} bytes"
        assert ([f"{key}: {value}" for key, value in parsed(repo, message)] ==
            [re.sub("^[^:]*", lambda key: key[0].lower(), line) for line in lines]), (
            f"git reads each line of {tag} as a trailer: {message}")
    told = dict(parsed(repo, message_of(repo, "churn#PRD#2")))
    assert told["decision"] == "OVERRIDDEN", f"a reason forges no decision: {told}"
    assert [value for key, value in parsed(repo, message_of(repo, "churn#PPD#1"))
        if key == "approved-by"] == ["Ada Lovelace (claimed)", "Grace (claimed)"], "each approver has a line"
    assert repo.git("fsck", "--strict", "--no-dangling") == "", "git fsck finds nothing"


MESSAGES = [
    "s\n\nModelgate: 1\nReason: r\n",
    "s\nstill s\n\nModelgate: 1\nReason: r\n",
    "s\n\nbody\n\nModelgate: 1\nReason: r\n\n\n",
    "Modelgate: 1\nReason: r\n",
    "s\n\nModelgate: 1\nReason: one\n  two\n\tthree\n",
    "s\n\nmodelgate : 1\nREASON:r\n",
    "s\n\nModelgate: 1\nX-Y: z\nReason: r\n",
    "s\n\nModelgate: 1\nReason: r\n\nthe end\n",
    "s\n\nModelgate: 1\nReason: r\n---\nReason: q\n",
    "s\n\nModelgate: 1\nReason: r\n--- a\nReason: q\n",
    "s\n\nModelgate: 1\nReason: r\n---x: y\n",
    "s\n---\n\nModelgate: 1\nReason: r\n",
    "---\n\nModelgate: 1\nReason: r\n",
    "s\n\nModelgate: 1\nReason: a: b: c\n",
    "s\n\n  Modelgate: 1\nReason: r\n",
    "s\n\nModelgate: 1\nReason:\n",
    "s\n \t\nModelgate: 1\nReason: r\n",
    "s\n\nModelgate: 1\nReason: r",
    "\n\ns\n\nModelgate: 1\nReason: r\n",
]


def test_we_read_as_git(place):
    repo = repository.Repository(place, "theirs")
    repo.commit({"a": "1"})
    for i, message in enumerate(MESSAGES, 1):
        repo.tag(f"m#PPD#{i}", message=message)
        event = repo.json("show", f"m#PPD#{i}")
        by_git = parsed(repo, message)
        ours = dict(by_git).get("modelgate") == "1"
        assert event["by_modelgate"] == ours, f"{message!r}: git reads {by_git}"
        assert (event["reason"] or "") == (dict(by_git).get("reason", "") if ours else ""), (
            f"{message!r}: reason {event['reason']!r}, git reads {by_git}")
