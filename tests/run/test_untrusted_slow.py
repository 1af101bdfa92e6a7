"""run --untrusted: a stranger's spec measures what it would measure anyway, and can neither get out nor
go on for ever: the process is confined while it runs, and it has bounds unless others are given."""

import json
import os
import pathlib
import signal
import time

import pytest

from support import console, program

# Counting pairs takes minutes, and the engine looks around while it does.
LONG = "SELECT count(*) FROM range(3000000) a, range(3000000) b WHERE a.range + b.range = -1"
MUCH = "SELECT count(*) FROM (SELECT DISTINCT range * 7 AS x FROM range(400000000))"
HEAD = ("version: 1\nmodel: stranger\ndata:\n  rows: {path: rows.csv}\n  others: {path: rows.csv, where: \"x < 3\"}\n"
    "suites:\n  s:\n    on: rows\n    checks:\n")
GOOD = HEAD + ("      - mean: {column: x, equals: 2}\n      - ks: {column: x, reference: others, min_rows: 1, max: "
    "0.5}\n")
# Each attack with the words that answer it. Links lead out of the folder; `secret` is what they look for.
ATTACKS = {
    "file": ("SELECT content AS c FROM read_text('../secret.txt')", "reads files by itself"),
    "link": ("SELECT content AS c FROM read_text('link.csv')", "reads files by itself"),
    "environment": ("SELECT content AS c FROM read_blob('environment')", "reads files by itself"),
    "through-a-folder": ("SELECT content AS c FROM read_text('up/secret.txt')", "reads files by itself"),
    "network": ("SELECT * FROM read_csv('http://127.0.0.1:9/x.csv')", "reads files by itself"),
    "bucket": ("SELECT * FROM read_parquet('s3://bucket/x.parquet')", "reads files by itself"),
    "by-its-name": ("FROM '../secret.txt'", "is not a dataset"),
    "by-its-name-as-csv": ("FROM 'link.csv'", "is not a dataset"),
    "install": ("INSTALL httpfs", "only reading is allowed"),
    "load": ("LOAD '/tmp/evil.duckdb_extension'", "only reading is allowed"),
    "copy": ("COPY (SELECT 1) TO 'written.csv'", "only reading is allowed"),
    "copy-a-program": ("COPY (SELECT 1) TO PROGRAM 'touch written'", "SQL"),
    "attach": ("ATTACH 'written.db' AS w", "only reading is allowed"),
    "settings": ("SET enable_external_access=true", "only reading is allowed"),
    "hidden": ("SELECT * FROM query('SELECT 1')", "does more than read data"),
    "secrets": ("SELECT * FROM duckdb_secrets()", "does more than read data"),
    "variables": ("SELECT getenv('STRANGERS_PRIZE') AS c", "getenv"),
}


def checks_of(attacks):
    return "".join(f'      - sql_rows: {{name: {name}, query: "{query}", max: 0}}\n'
        for name, (query, _) in attacks.items())


def prepare(place):
    (place.work / "m").mkdir()
    (place.work / "m/rows.csv").write_text("x\n1\n2\n3\n")
    (place.work / "secret.txt").write_text("STRANGERS_PRIZE")
    os.symlink("../secret.txt", place.work / "m/link.csv")
    os.symlink("..", place.work / "m/up")
    os.symlink("/proc/self/environ", place.work / "m/environment")


def run(place, spec, *arguments, **options):
    (place.work / "m/modelgate.yaml").write_text(spec)
    return program.run(place, ["run", "m/modelgate.yaml", "--untrusted", *arguments], **options)


@pytest.fixture(scope="module")
def place():
    with console.Place() as place:
        prepare(place)
        yield place


def test_measures(place):
    done = run(place, GOOD, "--json", "r.json", "--junit", "j.xml")
    assert done.returncode == 0, f"a good spec: exit {done.returncode}: {done.stdout + done.stderr!r}"
    assert (place.work / "r.json").exists() and (place.work / "j.xml").exists(), "a good spec: reports"


def test_attacks(place):
    before = sorted(place.work.rglob("*"))
    for name, attack in ATTACKS.items():
        done = run(place, HEAD + checks_of({name: attack}), "--verbose",
            environment={"STRANGERS_PRIZE": "STRANGERS_PRIZE"})
        text = (done.stdout + done.stderr).decode()
        assert done.returncode == 3, f"{name}: exit {done.returncode}, not 3: {text}"
        assert attack[1] in text, f"{name}: '{attack[1]}' is not said: {text}"
        assert "PRIZE" not in text.replace("'STRANGERS_PRIZE'", ""), f"{name}: the prize is out: {text}"
    left = [p for p in sorted(place.work.rglob("*")) if p not in before and p.name != "modelgate.yaml"]
    assert not left, f"files came to be: {left}"


def test_links(place):
    """What the command line names in the checkout is what it seems: a link may lead anywhere."""
    work = place.work
    (work / "m/modelgate.yaml").write_text(GOOD)
    (work / "outside").mkdir()
    (work / "lists.txt").write_text("STRANGERS_PRIZE: 1\nother: 2\n")
    (work / "m/lists").symlink_to("../outside")
    (work / "l").mkdir()
    (work / "l/modelgate.yaml").symlink_to("../lists.txt")
    (work / "f").symlink_to("m")
    whole = str(work)
    for name, arguments, link in (
            ("a spec", ["l/modelgate.yaml"], "l/modelgate.yaml"),
            ("a folder", ["f/modelgate.yaml"], "f"),
            ("a folder, not at once", ["m/../f/./modelgate.yaml"], "m/../f"),
            ("a spec by its whole path", [f"{whole}/l/modelgate.yaml"], f"{whole}/l/modelgate.yaml"),
            ("a folder to read", ["m/modelgate.yaml", "--allow-path", "m/lists"], "m/lists"),
            ("a report", ["m/modelgate.yaml", "--json", "m/lists/r.json"], "m/lists"),
            ("another report", ["m/modelgate.yaml", "--junit", "m/link.csv"], "m/link.csv")):
        for flags, refused in ((["--untrusted"], True), ([], False)):
            done = program.run(place, ["run", *arguments, *flags])
            text = (done.stdout + done.stderr).decode()
            said = f"{link} is a symbolic link" in text
            assert said == refused, f"{name} {flags}: {text}"
            if refused:
                assert done.returncode == 2 and "PRIZE" not in text, f"{name}: {done.returncode} {text}"
                assert not list((work / "outside").iterdir()), f"{name}: something was written outside"
            for file in (work / "outside").iterdir():
                file.unlink()
            (work / "secret.txt").write_text("STRANGERS_PRIZE")
    # Where it is run from is the matter of who runs it.
    (place.root / "elsewhere").symlink_to(work)
    done = program.run(place, ["run", "m/modelgate.yaml", "--untrusted"], cwd=place.root / "elsewhere")
    assert done.returncode == 0, f"from behind a link: {done.returncode} {done.stderr!r}"
    done = program.run(place, ["run", f"{whole}/m/modelgate.yaml", "--untrusted"], cwd="/")
    assert done.returncode == 0, f"by its whole path: {done.returncode} {done.stderr!r}"


def test_repository(place):
    """What git keeps beside a spec is not data."""
    top = place.work / "top"
    (top / "data").mkdir(parents=True)
    (top / ".git").mkdir()
    (top / "sub/.git").mkdir(parents=True)
    for file in (top / ".git/config", top / "sub/.git/config"):
        file.write_text("STRANGERS_PRIZE\n1\n")
    (top / "sub/s.csv").write_text("x\n1\n")
    (top / "rows.csv").write_text("x\n1\n2\n3\n")
    (top / "data/more.csv").write_text("x\n1\n")
    (top / "aside").symlink_to(".git/config")
    (top / "data/aside").symlink_to("../.git")
    good = ["rows.csv", "*.csv", "data/*.csv", "./data/*.csv", "sub/s.csv", f"{top}/rows.csv"]
    bad = [".git/config", "sub/.git/config", "aside", "data/aside/config", "data/../.git/config", ".git/*", "*/config",
        f"{top}/.git/config"]
    for path in good + bad:
        (top / "modelgate.yaml").write_text(HEAD.replace("path: rows.csv}", f"path: {json.dumps(path)}, format: csv}}",
            1) +
            "      - sql_rows: {name: x, query: FROM rows, max: 9}\n")
        for flags in ([], ["--untrusted"]):
            done = program.run(place, ["run", "--verbose", *flags], cwd=top)
            text = (done.stdout + done.stderr).decode()
            assert done.returncode == (0 if path in good else 3) and "PRIZE" not in text, (
                f"{path} {flags}: {done.returncode} {text}")
    for flags in ([], ["--untrusted"]):
        (top / "modelgate.yaml").write_text(HEAD.replace("others: {path: rows.csv",
            "others: {path: .git/config, format: csv") +
            "      - row_count: {on: others, min: 1}\n      - row_count: {name: base, baseline: {file: .git/config}, "
            "max_drop: 1}\n")
        done = program.run(place, ["run", *flags, "--verbose"], cwd=top)
        text = (done.stdout + done.stderr).decode()
        assert done.returncode == 3 and "PRIZE" not in text and text.count("belongs to git") == 4, f"{flags}: {text}"


def test_bounds(place):
    done = run(place, HEAD + f'      - sql: {{name: endless, query: "{LONG}", min: 0}}\n', "--timeout", "1s")
    assert done.returncode == 3 and b"timeout" in done.stdout, f"endless: {done.returncode} {done.stdout!r}"
    done = run(place, HEAD + f'      - sql: {{name: much, query: "{MUCH}", min: 0}}\n', "--memory", "100MB")
    assert done.returncode == 3 and b"emory" in done.stdout, f"much: {done.returncode} {done.stdout!r}"
    # The bounds that hold when none is given would take too long to reach; the help tells them.
    told = b" ".join(program.run(place, ["run", "--help"]).stdout.split())
    assert b"--timeout is 30m and --memory 4GB" in told, "the help does not tell the bounds"


def test_confined(place):
    """As the kernel sees it while a query runs."""
    for flag, wanted in (("--untrusted", ("1", "2")), ("--quiet", ("0", "0"))):
        (place.work / "m/modelgate.yaml").write_text(HEAD
            + f'      - sql: {{name: endless, query: "{LONG}", min: 0}}\n')
        process = program.start(place, ["run", "m/modelgate.yaml", flag, "--threads", "2"])
        seen, until = set(), time.monotonic() + 60
        while len(seen) < 3 and time.monotonic() < until and process.poll() is None:
            time.sleep(0.05)
            seen = {}
            for status in pathlib.Path(f"/proc/{process.pid}/task").glob("*/status"):
                fields = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
                seen[status.parent.name] = (fields["NoNewPrivs"].strip(), fields["Seccomp"].strip())
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        assert len(seen) >= 3, f"{flag}: the engine's threads were not seen: {seen}"
        assert set(seen.values()) == {wanted}, f"{flag}: threads are {seen}, not {wanted}"
