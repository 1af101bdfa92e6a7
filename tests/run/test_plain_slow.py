"""The program as users get it, without sanitizers: under valgrind it neither leaks nor reads what it
should not, and when memory is out it ends with 3 and says so, never with a crash.

Of what valgrind remarks only what modelgate itself asked for or touched counts:
DuckDB and libgit2 are not ours."""

import pathlib
import resource
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree

import pytest

from support import console

PROGRAM = console.SOURCE / "build/release/modelgate"
CASES = pathlib.Path(__file__).parents[1] / "cli" / "cases"
OUTPUTS = ["--junit", "j.xml", "--json", "r.json", "--markdown", "m.md"]


@pytest.fixture(scope="module")
def place():
    subprocess.run([console.SOURCE / "script/build"], check=True)
    with console.Place() as place:
        shutil.copytree(CASES / "run-samples", place.work, dirs_exist_ok=True)
        yield place


def test_under_valgrind(place):
    if not shutil.which("valgrind"):
        pytest.skip("valgrind is not installed")
    log = place.root / "valgrind.xml"
    command = ["valgrind", "--quiet", "--leak-check=full", "--show-leak-kinds=definite,possible",
        "--xml=yes", f"--xml-file={log}", "--num-callers=40",
        str(PROGRAM), "run", "--threads", "1", "--select", "kind:not_null", "--select",
        "kind:range", "--select", "kind:sql_rows", "--select", "kind:unique", *OUTPUTS]
    done = subprocess.run(command, cwd=place.work, env=place.environment, capture_output=True, timeout=1000)
    assert done.returncode == 1, f"valgrind: exit {done.returncode}: {done.stderr[-500:]!r}"
    root = ElementTree.parse(log).getroot()
    assert root.findall("status/state")[-1].text == "FINISHED", "valgrind did not see the end"
    errors = root.findall("error")
    ours = 0
    for error in errors:
        frames = error.findall("stack/frame")
        names = [frame.findtext("fn") or "?" for frame in frames]
        objects = [frame.findtext("obj") or "" for frame in frames]
        # The frame that asked for it or touched it, below malloc and memcpy.
        at = next((i for i, obj in enumerate(objects) if "vgpreload" not in obj), 0)
        if objects and objects[at].endswith("/modelgate"):
            ours += 1
            print(f"{error.findtext('kind')}: {' < '.join(names[:12])}")
    print(f"valgrind: {len(errors)} remarks, {ours} of them about modelgate")
    assert ours == 0, "valgrind has errors of ours"


def test_out_of_memory(place):
    """Ever less address space: it judges, or says why it cannot. (Below some 130 MB DuckDB 1.5 itself
    reads through a null pointer while it starts, which nobody can catch.)"""
    ends = {}
    # Around 200 MB memory ends in the midst of the work, where DuckDB's own handling of it fails.
    for megabytes in (4000, 2000, 1000, 700, 500, 400, 350, 300, 280, 260, 240, 220, 215, *[210] * 8, *[205] * 8,
            200, 180, 160):
        limit = megabytes << 20
        done = subprocess.run([PROGRAM, "run", "--quiet", "--memory", "100MB"], cwd=place.work,
            env=place.environment, capture_output=True, timeout=console.TIMEOUT_S,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))
        ends.setdefault(megabytes, set()).add(done.returncode)
        # 127: the loader itself could not map the libraries.
        assert done.returncode in (1, 3, 127), (f"{megabytes} MB: exit {done.returncode}: "
            f"{done.stderr[-300:]!r}")
        if done.returncode == 3:
            said = done.stdout + done.stderr
            assert b"modelgate: " in said or b"not measured" in said or b"ERROR" in said, (
                f"{megabytes} MB: it says nothing")
    print(f"exit by megabytes: {ends}")
    assert ends[4000] == {1}, "with enough memory it does not fail the gate as it should"
    assert any(3 in end for end in ends.values()), "memory was never out"


def test_a_stranger_is_bounded(place):
    """One text of 3 GB passes by the engine's own bound, which --untrusted makes one of the process."""
    stranger = place.root / "stranger"
    stranger.mkdir()
    (stranger / "rows.csv").write_text("x\n1\n")
    query = "SELECT length(repeat('x', 3000000000))"
    (stranger / "modelgate.yaml").write_text(
        "version: 1\nmodel: s\ndata: {rows: {path: rows.csv}}\nsuites:\n  s:\n    on: rows\n"
        f"    checks:\n      - sql: {{name: much, query: \"{query}\", min: 0}}\n      - mean: {{column: x, equals: "
        f"1}}\n")
    for memory, threads in (("500MB", "1"), ("500MB", "64"), ("100MB", "2")):
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        done = subprocess.run([PROGRAM, "run", "--untrusted", "--memory", memory, "--threads", threads],
            cwd=stranger, env=place.environment, capture_output=True, text=True, timeout=console.TIMEOUT_S)
        # The most that any child took so far; the compiler was one of them.
        kilobytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        assert (done.returncode == 3 and "more memory than the engine may use" in done.stdout
            and "1 passed" in done.stdout), (
            f"a stranger's text, {memory}, {threads}: exit {done.returncode}: {done.stdout[-600:]} "
            f"{done.stderr[-300:]}")
        assert kilobytes < max(1_000_000, before + 1), f"a stranger's text, {memory}: {kilobytes} kB were taken"
