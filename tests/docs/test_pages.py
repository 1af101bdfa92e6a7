"""Pages that must name all there is: every check kind answers a question."""

import json
import re
import subprocess

from support.console import PROGRAM, SOURCE


def test_every_kind_answers_a_question():
    kinds = json.loads(subprocess.run([PROGRAM, "kinds", "--json"], capture_output=True, text=True,
        check=True).stdout)["kinds"]
    page = (SOURCE / "docs/which-check.md").read_text(encoding="utf-8")
    named = set(re.findall(r"\]\(checks/(\w+)\.md\)", page))
    assert named == {kind["name"] for kind in kinds}


def test_lines_of_kinds_are_counted():
    """CONTRIBUTING.md says how long the files of some kinds are, and how much of them describes the kind."""
    page = (SOURCE / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \[(\w+)\]\(.*?\) \| (\d+), (\d+) \|", page, re.MULTILINE)
    counted = []
    for name, _, _ in rows:
        text = next((SOURCE / "runner/checks").glob(f"*/{name}.c")).read_text(encoding="utf-8")
        described = re.search(r"^const struct mg_check_kind .*?^};$", text, re.MULTILINE | re.DOTALL).group()
        counted.append((name, str(text.count("\n")), str(described.count("\n") + 1)))
    assert len(rows) == 5 and rows == counted
