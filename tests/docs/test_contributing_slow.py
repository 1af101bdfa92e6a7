"""Follows the steps of CONTRIBUTING.md in a copy of the repository: files, commands, what they print. Its builds are
those that take the least time."""

import subprocess

from support import console, copied, pages

PAGE = console.SOURCE / "CONTRIBUTING.md"
BUILD_TIMEOUT_S = 1000  # the first build is of everything


def test_the_steps_work(place, monkeypatch):
    monkeypatch.setattr(console, "TIMEOUT_S", BUILD_TIMEOUT_S)
    copied.copy(place.work)
    place.environment |= copied.ccache(place.work)
    subprocess.run(copied.CONFIGURE, cwd=place.work, env=place.environment, check=True)
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
