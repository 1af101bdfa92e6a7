"""README.md and docs/**/*.md say what one can type, and what comes out; support/pages.py types it.

Each page has a folder of its own with a copy of examples/. What is not run is told.
"""

import shutil

import pytest

from support import console, pages

PAGES = [console.SOURCE / "README.md", *sorted((console.SOURCE / "docs").glob("**/*.md"))]


@pytest.fixture
def shell(place):
    shutil.copytree(console.SOURCE / "examples", place.work / "examples", symlinks=True,
        ignore=shutil.ignore_patterns("__pycache__"))
    shell = pages.Shell(place)
    yield shell
    shell.close()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(console.SOURCE)))
def test_page(path, request, capsys):
    blocks = list(pages.parse(path))
    name = path.relative_to(console.SOURCE)
    for start, reason, _ in blocks:
        if reason is not None:
            with capsys.disabled():
                print(f"NOT RUN {name}:{start}: {reason}")
    if all(reason is not None for _, reason, _ in blocks):
        return
    shell, place = request.getfixturevalue("shell"), request.getfixturevalue("place")
    wrong = pages.complaints(path, shell, place)
    assert not wrong, "\n".join(wrong)
