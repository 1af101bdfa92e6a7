#!/usr/bin/env python3
"""Follows the steps of CONTRIBUTING.md in a copy of the repository: files, commands, what they print."""

import os
import pathlib
import shutil
import subprocess
import sys

SOURCE = pathlib.Path(os.environ["MODELGATE_SOURCE"])
sys.path.insert(0, str(SOURCE / "tests" / "cli"))
import console  # noqa: E402
import run_docs  # noqa: E402

console.TIMEOUT_S = 1000  # the first build is of everything


def copy_of_the_repository(folder):
    """The files that git knows or would add, in a repository of their own; dependencies are shared."""
    names = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                           cwd=SOURCE, capture_output=True, text=True, check=True).stdout
    for name in filter(None, names.split("\0")):
        if (SOURCE / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(SOURCE / name, folder / name, follow_symlinks=False)
    (folder / "build").mkdir()
    (folder / "build" / "deps").symlink_to((SOURCE / "build" / "deps").resolve())


def main():
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    page = SOURCE / "CONTRIBUTING.md"
    with console.Place() as place:
        copy_of_the_repository(place.work)
        place.environment["CMAKE_BUILD_PARALLEL_LEVEL"] = str(os.cpu_count())
        if shutil.which("ccache"):
            place.environment |= {"CMAKE_C_COMPILER_LAUNCHER": "ccache", "CCACHE_NOHASHDIR": "1",
                                  "CCACHE_BASEDIR": str(place.work),
                                  "CCACHE_DIR": os.path.expanduser("~/.cache/ccache")}
        subprocess.run("git init --quiet && git add . && git commit --quiet --message Copy",
                       shell=True, cwd=place.work, env=place.environment, check=True)
        shell = run_docs.Shell(place)
        blocks = [commands for _, reason, commands in run_docs.parse(page) if reason is None]
        for commands in blocks:
            following = [*commands[1:], None]
            results = [run_docs.run_command(command, after, shell, place, page.name)
                       for command, after in zip(commands, following, strict=True)]
            counts["passed" if all(results) else "failed"] += 1
        shell.close()
    print("{passed} passed, {failed} failed, {skipped} skipped".format(**counts))
    # A page without steps would pass.
    return 1 if counts["failed"] or counts["passed"] < 8 else 0


if __name__ == "__main__":
    sys.exit(main())
