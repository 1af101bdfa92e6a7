"""docs/architecture.md names files, folders and functions that there are."""

import re
import subprocess

from support import console

PAGE = (console.SOURCE / "docs/architecture.md").read_text(encoding="utf-8")
FILE = re.compile(r"[\w./-]+\.(?:c|h|def|py|sh|ts|yaml|yml)\b")
FOLDER = re.compile(r"(?:[\w-]+/)+")
FUNCTION = re.compile(r"mg_\w+")
# What users have, and what a run writes.
NOT_OURS = {".modelgate.yaml"}


def tracked():
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=console.SOURCE,
        check=True, capture_output=True, text=True).stdout.splitlines()
    return [f"/{path}" for path in listed if (console.SOURCE / path).exists()]


def code():
    """What stands in backticks, and the drawings."""
    blocks = re.findall(r"^```\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    return blocks + re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", PAGE, flags=re.DOTALL | re.MULTILINE))


def test_files():
    paths = tracked()
    names = {name for text in code() for name in FILE.findall(text)} - NOT_OURS
    assert len(names) > 50 and not {name for name in names if not any(path.endswith(f"/{name}") for path in paths)}


def test_folders():
    paths = tracked()
    names = {text for text in code() if FOLDER.fullmatch(text)}
    assert len(names) > 20 and not {name for name in names if not any(f"/{name}" in path for path in paths)}


def test_functions():
    sources = "\n".join(path.read_text(encoding="utf-8") for folder in ("include", "runner")
        for path in sorted((console.SOURCE / folder).rglob("*.[ch]")))
    known = set(FUNCTION.findall(sources))
    names = {name for text in code() for name in FUNCTION.findall(text)} - {"mg_x_"}
    assert len(names) > 20 and not names - known


def test_the_walk_is_short():
    """From a column to a test case: a dozen files at most."""
    walk = PAGE.split("## A walk", 1)[1].split("\n## ", 1)[0]
    assert 0 < len(set(FILE.findall(walk))) <= 12


def test_shared_parts():
    """What the families share has a list each: of a family, of several."""
    parts = PAGE.split("what their family shares", 1)[1].split("No family uses another", 1)[0]
    paths = tracked()
    roots = {path.split("/")[-1][:-2] for path in paths if re.fullmatch(r"/runner/checks/\w+\.[ch]", path)}
    listed = {name for line in re.findall(r"^- (.*?):", parts.split("at the root", 1)[1], re.MULTILINE)
        for name in re.findall(r"`(\w+)`", line)}
    assert listed == roots - {"kinds"}


def test_kinds_are_found_by_their_names():
    """In a file of its name, or of one that the table names beside it."""
    rows = PAGE.split("A kind lies in a file of its name", 1)[1].split("Beside the kinds", 1)[0].splitlines()
    homes = {}  # kind: names of the files in its row
    for row in rows:
        cells = row.split("|")
        if len(cells) > 2:
            files = [name.split("/")[-1] for name in re.findall(r"`([\w/]+)`", cells[1])]
            homes |= dict.fromkeys(re.findall(r"`(\w+)`", cells[2]), files)
    for path in (console.SOURCE / "runner/checks").glob("*/*.c"):
        text = path.read_text(encoding="utf-8")
        for kind in re.findall(r"^const struct mg_check_kind mg_check_(\w+) =", text, re.MULTILINE):
            assert path.stem == kind or path.stem in homes.get(kind, []), kind
