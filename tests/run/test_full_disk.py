"""Reports that cannot be written whole are not written at all: what lay there before stays byte for
byte, nothing else is left behind, and the run ends with 3. On a full disk, with files of limited size,
in a folder that may not be written to."""

import os
import resource
import subprocess

import pytest

from support import console, disk, program

SPEC = """version: 1
model: disk
data:
  rows: {path: rows.csv}
suites:
  s:
    on: rows
    checks:
      - row_count: {min: 1}
      - mean: {column: x, min: 0}
"""
OLD = b"<old/>"
FORMATS = {"junit": "j.xml", "json": "r.json", "markdown": "m.md"}


def check(place, folder, name, say, **options):
    for file in FORMATS.values():
        (folder / file).write_bytes(OLD)
    before = sorted(os.listdir(folder))
    for kind, file in FORMATS.items():
        done = program.run(place, ["run", f"--{kind}", folder / file], **options)
        assert done.returncode == 3, f"{name}: --{kind}: exit {done.returncode}: {done.stderr[-300:]!r}"
        assert say in done.stderr, f"{name}: --{kind}: it does not say {say!r}: {done.stderr[-300:]!r}"
        assert (folder / file).read_bytes() == OLD, f"{name}: --{kind}: the old file was touched"
    assert sorted(os.listdir(folder)) == before, f"{name}: left behind: {os.listdir(folder)}"


@pytest.fixture(scope="module")
def place():
    with console.Place() as place:
        (place.work / "rows.csv").write_text("id,x\n1,0.5\n2,1.5\n")
        (place.work / "modelgate.yaml").write_text(SPEC)
        yield place


def test_small_files(place):
    folder = place.work / "limited"
    folder.mkdir()
    check(place, folder, "limited size", b"File too large",
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300)))


def test_full_disk(place):
    folder = place.work / "full"
    with disk.small(folder, "64k") as mounted:
        if not mounted:
            pytest.skip("a full disk needs the right to mount")
        for file in FORMATS.values():
            (folder / file).write_bytes(OLD)
        disk.fill(folder)
        check(place, folder, "full disk", b"No space left on device")


def test_closed_folder(place):
    folder = place.work / "closed"
    folder.mkdir()
    for file in FORMATS.values():
        (folder / file).write_bytes(OLD)
    folder.chmod(0o555)
    if os.geteuid() == 0:
        # Root may write everywhere but on what is mounted read-only.
        mount = ["mount", "--bind", "-o", "ro", folder, folder]
        if subprocess.run(mount, capture_output=True).returncode != 0:
            pytest.skip("a folder that root may not write to needs the right to mount")
    try:
        for kind, file in FORMATS.items():
            done = program.run(place, ["run", f"--{kind}", folder / file])
            assert done.returncode == 3, f"closed folder: --{kind}: exit {done.returncode}"
            assert b"cannot write" in done.stderr, f"closed folder: {done.stderr[-300:]!r}"
            assert (folder / file).read_bytes() == OLD, f"closed folder: --{kind}: file touched"
    finally:
        if os.geteuid() == 0:
            subprocess.run(["umount", folder], check=True)
        folder.chmod(0o755)
