"""JUnit XML as four independent readers see it: Azure's rules, junitparser, and two Node packages.

All must count what run.json counts, under the same names, and find the numbers first.
"""
import json
import os
import pathlib
import subprocess
import unicodedata

import junitparser
import pytest

from support.azure_reader import FAILED, PASSED, SKIPPED, read_junit

SOURCE = pathlib.Path(os.environ.get("MODELGATE_SOURCE", "."))
GOLDEN = SOURCE / "tests/golden/report"


def wanted(run):
    """(failed, skipped, passed) for a reader without errors and warnings of its own."""
    counts = run["counts"]
    lacks_error = run["verdict"] == "error" and counts["error"] == 0
    return (
        counts["fail"] + counts["error"] + lacks_error,
        counts["skip"],
        counts["pass"] + counts["warn"],
    )


def check_azure(path, run):
    runs = read_junit(path)
    cases = [case for _, _, _, suite_cases in runs for case in suite_cases]
    tally = tuple(sum(c["outcome"] == o for c in cases) for o in (FAILED, SKIPPED, PASSED))
    assert tally == wanted(run), f"Azure: {tally}, not {wanted(run)}"
    names = [case["title"] for case in cases]
    assert len(set(names)) == len(names), "a name is there twice"
    for case in cases:
        assert 0 < len(case["title"].encode()) <= 200, case["title"]
        assert case["file"], "no test file to group by"
        assert case["seconds"] >= 0
        if case["outcome"] == FAILED:
            assert case["message"], case["title"]
            assert len(case["message"].encode()) <= 1000
            assert "\n" not in case["message"]
    for name, timestamp, seconds, _ in runs:
        assert name and timestamp.endswith("Z") and seconds >= 0
    assert len({name for name, _, _, _ in runs}) == len(runs), "two suites of one name"
    return names


def check_junitparser(path, run, names):
    seen = junitparser.JUnitXml.fromfile(str(path))
    cases = [case for suite in seen for case in suite]
    skipped = sum(case.is_skipped for case in cases)
    failed = sum(case.is_failure or case.is_error for case in cases)
    tally = (failed, skipped, sum(case.is_passed for case in cases))
    assert tally == wanted(run), f"junitparser: {tally}, not {wanted(run)}"
    assert [case.name for case in cases] == names
    assert (seen.failures + seen.errors, seen.skipped) == tally[:2], "the numbers at the top"
    assert seen.tests == len(cases)


def check_node(path, run, names):
    script = SOURCE / "tests/report/read_junit.mjs"
    output = subprocess.run(["node", script, path], check=True, capture_output=True, text=True)
    for reader, seen in json.loads(output.stdout).items():
        tally = (seen["failed"], seen["skipped"], seen["passed"])
        assert tally == wanted(run), f"{reader}: {tally}, not {wanted(run)}"
        assert seen["names"] == names, reader


def check_text(path):
    """Nothing in the file that a log, a person or Azure's attachments could trip over."""
    text = path.read_bytes().decode("utf-8")
    assert not text.startswith("\ufeff") and "<!DOCTYPE" not in text
    for char in text:
        control = unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp", "Cn", "Cs")
        assert not control or char == "\n", f"U+{ord(char):04X}"
    assert "[[ATTACHMENT|" not in text
    assert "##vso" not in text.lower() and "##[" not in text


CASES = sorted(path.parent for path in GOLDEN.glob("*/expect.xml"))


def test_there_are_cases():
    assert len(CASES) >= 6, f"only {len(CASES)} transcripts in {GOLDEN}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_readers_agree(case):
    path = case / "expect.xml"
    run = json.loads((case / "expect.json").read_text("utf-8"))
    check_text(path)
    names = check_azure(path, run)
    check_junitparser(path, run, names)
    check_node(path, run, names)


def test_numbers_come_first():
    rich = [c for _, _, _, cases in read_junit(GOLDEN / "rich/expect.xml") for c in cases]
    psi = next(c for c in rich if c["title"] == "flight-delay/drift/psi[column=delay]")
    assert psi["message"] == "0.2841 is over max 0.2"
    assert psi["file"] == "flight-delay.drift" and psi["owner"] == "flights-ds"
    nulls = next(c for c in rich if c["title"].endswith("not_null[column=delay]"))
    assert "São Paulo  NULL" in nulls["stack"] and "SELECT count(*)" in nulls["stack"]
