"""script/prose finds long lines and long sentences, and leaves alone what is not prose."""

import importlib.machinery
import importlib.util
import subprocess
import sys

import pytest

from support.console import SOURCE

LONG = "word " * 29 + "last"  # 30 words, 149 columns
FILLED = "\n".join([" ".join(["Word"] * 19), " ".join(["word"] * 10 + ["last"])])


def prose(tmp_path, text, *options):
    page = SOURCE / "build" / f"prose-{tmp_path.name}.md"
    page.write_text(text, encoding="utf-8")
    try:
        done = subprocess.run([sys.executable, SOURCE / "script/prose", *options, page],
            capture_output=True, text=True, check=False)
        return done.returncode, done.stdout, page.read_text(encoding="utf-8")
    finally:
        page.unlink()


@pytest.mark.parametrize(("text", "wanted"), [
    (f"{LONG}.\n", ":1: 150 columns"),
    (f"Before.\n\n{FILLED} one.\n", ":3: a sentence of 31 words"),
    (f"- An item.\n- {FILLED} one.\n", ":2: a sentence of 31 words"),
    (f"{FILLED}: `code` counts.\n", "a sentence of 32 words"),
])
def test_what_is_too_long_is_found(tmp_path, text, wanted):
    status, said, _ = prose(tmp_path, text)
    assert status == 1
    assert wanted in said


@pytest.mark.parametrize("text", [
    f"{FILLED}.\n{FILLED}.\n",
    f"```text\n{LONG} {LONG}\n```\n",
    f"| {LONG} {LONG} |\n",
    f"# A heading\n{FILLED}.\n",
    f"- {FILLED}\n- {FILLED}\n",
    f"<!-- task ModelgateRunV1 -->\n{LONG} {LONG}\n<!-- end -->\n",
    "A [link with two words](https://example.com/a/very/long/address).\n",
])
def test_the_rest_is_left_alone(tmp_path, text):
    assert prose(tmp_path, text)[:2] == (0, "")


def test_wrapping_fills_long_paragraphs_alone(tmp_path):
    kept = "Short\nlines.\n\n| " + LONG + " |\n\n"
    status, _, text = prose(tmp_path, f"{kept}- {LONG}.\n", "--wrap")
    assert status == 0
    assert text == kept + "- " + " ".join(["word"] * 19) + "\n  " + " ".join(["word"] * 10) + " last.\n"


def test_pages_made_from_the_program():
    """They are read as well: their sentences are the program's, and their lines are as long as they are."""
    loader = importlib.machinery.SourceFileLoader("prose", str(SOURCE / "script/prose"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("prose", loader))
    loader.exec_module(module)
    page = SOURCE / "docs/checks/psi.md"
    lines = page.read_text(encoding="utf-8").splitlines()
    assert page in module.pages() and list(module.too_long_lines(lines))
    done = subprocess.run([sys.executable, SOURCE / "script/prose", page], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, ""), done.stdout
