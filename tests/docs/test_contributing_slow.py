"""Follows the steps of CONTRIBUTING.md in a copy of the repository: files, commands, what they print. Its builds are
those that take the least time."""

import os
import shutil
import subprocess

from support import console, pages

PAGE = console.SOURCE / "CONTRIBUTING.md"
BUILD_TIMEOUT_S = 1000  # the first build is of everything


def copy_of_the_repository(folder):
    """The files that git knows or would add; what was installed is shared."""
    names = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=console.SOURCE, capture_output=True, text=True, check=True).stdout
    for name in filter(None, names.split("\0")):
        if (console.SOURCE / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(console.SOURCE / name, folder / name, follow_symlinks=False)
    (folder / "build").mkdir()
    (folder / "build/deps").symlink_to((console.SOURCE / "build/deps").resolve())


def test_the_steps_work(place, monkeypatch):
    monkeypatch.setattr(console, "TIMEOUT_S", BUILD_TIMEOUT_S)
    copy_of_the_repository(place.work)
    if shutil.which("ccache"):
        place.environment |= {"CMAKE_C_COMPILER_LAUNCHER": "ccache", "CCACHE_NOHASHDIR": "1",
            "CCACHE_BASEDIR": str(place.work), "CCACHE_DIR": os.path.expanduser("~/.cache/ccache")}
    subprocess.run(["cmake", "--preset", "release", "-DCMAKE_C_FLAGS_RELEASE=-O0 -DNDEBUG",
        "-DCMAKE_INTERPROCEDURAL_OPTIMIZATION=OFF"], cwd=place.work, env=place.environment, check=True)
    subprocess.run("git init --quiet && git add . && git commit --quiet --message Copy", shell=True,
        cwd=place.work, env=place.environment, check=True)
    shell = pages.Shell(place)
    try:
        wrong = pages.complaints(PAGE, shell, place)
    finally:
        shell.close()
    assert not wrong, "\n".join(wrong)


def test_the_page_has_steps():
    assert len(list(pages.parse(PAGE))) >= 8
