"""The site builds from the pages, asks no other server for anything, and a broken link ends it."""

import re
import shutil
import subprocess

import pytest

from support.console import SOURCE

PYTHON = SOURCE / "build/deps/site/bin/python"
# What a browser fetches by itself, as opposed to what a reader may follow.
FETCHED = re.compile(r'<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)="(?:https?:)?//[^"]*"')
# (what is wrong, page, text of the page, text in its place, what the build must say)
FAULTS = [
    ("a page that is not there", "docs/tutorial.md", "(which-check.md)", "(which-checks.md)", "which-checks"),
    ("a heading that is not there", "docs/tutorial.md", "reports.md)", "reports.md#nowhere)", "nowhere"),
    ("a page that no list names", "docs/README.md", "- [Recipes](recipes.md)", "- Recipes", "recipes.md"),
]


def build(root):
    return subprocess.run([PYTHON, root / "docs/site/build.py", root / "build/site"],
        capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """A copy of the pages, and of what builds them."""
    subprocess.run([SOURCE / "script/bootstrap", "--site"], check=True)
    folder = tmp_path_factory.mktemp("pages")
    for name in ("docs", "examples"):
        shutil.copytree(SOURCE / name, folder / name,
            ignore=shutil.ignore_patterns("*.parquet", "*.csv", "__pycache__"))
    for file in [*SOURCE.glob("*.md"), SOURCE / "LICENSE"]:
        shutil.copy(file, folder)
    return folder


def test_site_is_built_and_needs_no_network(pages):
    done = build(pages)
    assert done.returncode == 0, done.stderr
    html = pages / "build/site/html"
    for name in ("index.html", "CONTRIBUTING.html", "docs/tutorial.html", "docs/checks/psi.html"):
        assert (html / name).exists(), name
    for page in html.glob("**/*.html"):
        assert not FETCHED.findall(page.read_text(encoding="utf-8")), page


def test_faults_end_the_build(pages):
    """All of them in one build, which takes its time; each must be told."""
    for _, path, old, new, _ in FAULTS:
        text = (pages / path).read_text(encoding="utf-8")
        assert old in text
        (pages / path).write_text(text.replace(old, new, 1), encoding="utf-8")
    done = build(pages)
    assert done.returncode != 0
    for fault, *_, said in FAULTS:
        assert said in done.stderr, fault
