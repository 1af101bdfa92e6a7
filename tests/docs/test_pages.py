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
