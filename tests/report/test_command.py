"""`modelgate report`: the same bytes again, exit codes, full disks, and a log that obeys nobody."""
import hashlib
import json
import os
import pathlib
import resource
import signal
import subprocess

import pytest

from support import disk
from support.azure_reader import read_log

SOURCE = pathlib.Path(os.environ.get("MODELGATE_SOURCE", "."))
PROGRAM = os.environ.get("MODELGATE", "build/dev/modelgate")
GOLDEN = SOURCE / "tests/golden/report"
CASES = sorted(path.parent for path in GOLDEN.glob("*/expect.json"))
FILES = {"junit": "expect.xml", "json": "expect.json", "markdown": "expect.md", "prometheus": "expect.prom"}


def report(*args, stdin=None, stdout=subprocess.PIPE, **more):
    env = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
    return subprocess.run(
        [PROGRAM, "report", *map(str, args)],
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.PIPE,
        env=env,
        **more,
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_same_bytes_again(case, tmp_path):
    run = case / "expect.json"
    said = json.loads(run.read_text("utf-8"))
    # Metrics are of whole runs; test_prometheus.py has the refusal.
    files = {name: file for name, file in FILES.items()
        if name != "prometheus" or not (said["selection"] or "part" in said)}
    options = []
    for name in files:
        options += [f"--{name}", tmp_path / name]
    done = report(run, *options)
    assert done.returncode == 0, done.stderr
    assert done.stdout == (case / "expect.txt").read_bytes(), "console"
    assert done.stderr == b""
    for name, file in files.items():
        assert (tmp_path / name).read_bytes() == (case / file).read_bytes(), name
        alone = report(run, f"--{name}", "-")
        assert alone.stdout == (case / file).read_bytes(), f"--{name} -"
    again = report(tmp_path / "json", "--json", "-")
    assert again.stdout == (case / "expect.json").read_bytes()
    piped = report("-", "--json", "-", stdin=run.open("rb"))
    assert piped.stdout == (case / "expect.json").read_bytes()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_log_obeys_nobody(case, tmp_path):
    """Every command that an agent would find is one that the program means."""
    run = json.loads((case / "expect.json").read_text("utf-8"))
    done = report(
        case / "expect.json", "--azure", "--verbose", "--json", tmp_path / "r.json", "--markdown",
        tmp_path / "s.md",
    )
    commands = read_log(done.stdout.decode("utf-8"))
    events = {event for event, _, _ in commands}
    assert events <= {"task.logissue", "task.setvariable", "task.uploadsummary"}, events
    variables = {p["variable"]: data for e, p, data in commands if e == "task.setvariable"}
    assert variables["modelgate.verdict"] == run["verdict"]
    assert variables["modelgate.failed"] == str(run["counts"]["fail"])
    assert variables["modelgate.total"] == str(len(run["results"]))
    assert variables["modelgate.run"] == str((tmp_path / "r.json").resolve())
    assert ("task.uploadsummary", {}, str((tmp_path / "s.md").resolve())) in commands
    assert all(p.get("type") in ("error", "warning") for e, p, _ in commands if "issue" in e)
    if case.name == "rich":
        psi = next(p for e, p, d in commands if "issue" in e and "drift/psi" in d)
        assert psi == {
            "type": "error",
            "sourcepath": "models/flight-delay/modelgate.yaml",
            "linenumber": "81",
            "columnnumber": "9",
            "code": "psi",
        }


def without_seal(text):
    return text[: text.rindex(",")] + "\n}\n"


def test_exit_codes(tmp_path):
    want = {"rich": 3, "empty": 3, "skipped": 3, "stopped": 3, "warned": 1}
    for name, code in want.items():
        run = GOLDEN / name / "expect.json"
        assert report(run).returncode == 0
        assert report(run, "--exit-code").returncode == code, name
    assert report().returncode == 2
    assert report(tmp_path / "absent.json").returncode == 2
    broken = tmp_path / "broken.json"
    broken.write_text('{"format": "modelgate.run/1"')
    done = report(broken)
    assert done.returncode == 3 and b"broken.json" in done.stderr and b"line 1" in done.stderr
    # A tampered verdict does not get far.
    text = (GOLDEN / "warned/expect.json").read_text("utf-8")
    tampered = text.replace('"verdict": "warn"', '"verdict": "pass"', 1)
    broken.write_text(tampered, "utf-8")
    done = report(broken)
    assert done.returncode == 3 and b"changed after the run" in done.stderr, done.stderr
    # Neither without the seal; a file of an early version, that has none, is read as ever.
    broken.write_text(without_seal(tampered), "utf-8")
    done = report(broken)
    assert done.returncode == 3 and b"$.verdict" in done.stderr, done.stderr
    broken.write_text(without_seal(text), "utf-8")
    done = report(broken, "--json", "-")
    assert done.returncode == 0 and done.stdout.decode("utf-8") == without_seal(text), done


def test_seals():
    """The seal as the schema words it, made here."""
    for case in GOLDEN.glob("*/expect.json"):
        text = case.read_bytes()
        before, seal = text.rsplit(b",", 1)
        assert json.loads(b"{" + seal) == {"seal": "sha256:" + hashlib.sha256(before).hexdigest()}


def small_files_only():
    """Writes beyond 4 KiB fail as they would on a full disk."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))


def test_full_disk(tmp_path):
    run = GOLDEN / "rich/expect.json"
    old = tmp_path / "old.xml"
    old.write_text("the old report")
    done = report(run, "--junit", old, preexec_fn=small_files_only)
    assert done.returncode == 3, done
    assert b"old.xml" in done.stderr and b"File too large" in done.stderr, done.stderr
    assert old.read_text() == "the old report"
    assert [p.name for p in tmp_path.iterdir()] == ["old.xml"], "a temporary file was left"
    assert b"flight-delay PPS" in done.stdout, "the console report is shown all the same"
    with open("/dev/full", "wb") as full:
        assert report(run, stdout=full).returncode == 3
        assert report(run, "--junit", "-", stdout=full).returncode == 3
    done = report(run, "--junit", tmp_path)
    assert done.returncode == 3 and str(tmp_path).encode() in done.stderr


def test_tiny_disk(tmp_path):
    """A real file system without room, where one may be mounted."""
    with disk.small(tmp_path / "disk", "8k") as mounted:
        if not mounted:
            pytest.skip("a full disk needs the right to mount")
        old = tmp_path / "disk/run.json"
        old.write_text("{}")
        done = report(GOLDEN / "rich/expect.json", "--json", old)
        assert done.returncode == 3 and b"No space left" in done.stderr, done
        assert old.read_text() == "{}" and list(old.parent.iterdir()) == [old]
