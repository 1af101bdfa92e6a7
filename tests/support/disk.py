"""A small disk, and how it gets full. Standard library only."""

import contextlib
import os
import subprocess


@contextlib.contextmanager
def small(folder, size):
    """Mounts a disk of that size ("64k") at a new folder; False where that needs rights we have not."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size},nr_inodes=2000", "tmpfs", folder]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
        print("NOT RUN: a full disk (needs the right to mount a tmpfs)")
        yield False
        return
    try:
        yield True
    finally:
        subprocess.run(["umount", folder], check=True)


def fill(folder, room=0):
    """Leaves that many bytes; the file `ballast` has the rest."""
    with open(folder / "ballast", "wb", buffering=0) as ballast:
        with contextlib.suppress(OSError):
            while True:
                ballast.write(bytes(4096))
        ballast.truncate(max(0, ballast.tell() - room))
