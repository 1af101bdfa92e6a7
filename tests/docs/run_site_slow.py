#!/usr/bin/env python3
"""The site builds from the pages, asks no other server for anything, and a broken link ends it."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(os.environ["MODELGATE_SOURCE"])
PYTHON = SOURCE / "build" / "deps" / "site" / "bin" / "python"
# What a browser fetches by itself, as opposed to what a reader may follow.
FETCHED = re.compile(r'<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)="(?:https?:)?//[^"]*"')
FAULTS = {
    "a page that is not there": ("docs/tutorial.md", "(which-check.md)", "(which-checks.md)"),
    "a heading that is not there": ("docs/tutorial.md", "reports.md)", "reports.md#no-such-place)"),
    "a page that no list names": ("docs/README.md", "- [Recipes](recipes.md)", "- Recipes"),
}
failures = []


def build(root):
    return subprocess.run([PYTHON, root / "docs/site/build.py", root / "build/site"],
                          capture_output=True, text=True, check=False)


def copy_of_the_pages(folder):
    for name in ("docs", "examples"):
        shutil.copytree(SOURCE / name, folder / name,
                        ignore=shutil.ignore_patterns("*.parquet", "*.csv", "__pycache__"))
    for file in [*SOURCE.glob("*.md"), SOURCE / "LICENSE"]:
        shutil.copy(file, folder)


def check_pages(folder):
    html = folder / "build/site/html"
    wanted = ["index.html", "CONTRIBUTING.html", "docs/tutorial.html", "docs/checks/psi.html"]
    failures.extend(f"{name} is missing" for name in wanted if not (html / name).exists())
    for page in html.glob("**/*.html"):
        for found in FETCHED.findall(page.read_text(encoding="utf-8")):
            failures.append(f"{page.relative_to(html)} fetches from elsewhere: {found}")


def main():
    subprocess.run([SOURCE / "script/bootstrap", "--site"], check=True)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        copy_of_the_pages(folder)
        done = build(folder)
        if done.returncode != 0:
            failures.append(f"the site does not build:\n{done.stderr}")
        check_pages(folder)
        # All faults at once, as a build takes its time; each must be told.
        for path, old, new in FAULTS.values():
            text = (folder / path).read_text(encoding="utf-8")
            if old not in text:
                failures.append(f"{path} has no '{old}' to break")
            (folder / path).write_text(text.replace(old, new, 1), encoding="utf-8")
        done = build(folder)
        if done.returncode == 0:
            failures.append("the site builds with broken links")
        for fault, word in zip(FAULTS, ("which-checks", "no-such-place", "recipes.md"), strict=True):
            if word not in done.stderr:
                failures.append(f"{fault} is not told:\n{done.stderr}")
    for failure in failures:
        print(failure, file=sys.stderr)
    print(f"site: {len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
