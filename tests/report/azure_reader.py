"""What Azure Pipelines makes of JUnit XML and of a log: its open-source readers' rules in Python.

JUnit: only /testsuites/testsuite/testcase counts; `name` is the title and the identity; the first
failure or error makes Failed with its message and body; skipped makes NotExecuted. A document type
is not read. Log: a command may stand anywhere in a line; lines end at CR, LF or CRLF.
"""
import math
import re
import xml.etree.ElementTree as xml

FAILED, SKIPPED, PASSED = "Failed", "NotExecuted", "Passed"


def _seconds(text):
    """NumberStyles.Any of an invariant culture: commas group thousands; else 0."""
    try:
        value = float((text or "").replace(",", ""))
    except ValueError:
        return 0.0
    return value if math.isfinite(value) and value >= 0 else 0.0


def _case(case, suite):
    outcome, message, stack = PASSED, None, None
    trouble = case.find("failure")
    if trouble is None:
        trouble = case.find("error")
    if trouble is not None:
        outcome, message, stack = FAILED, trouble.get("message"), trouble.text
    elif case.find("skipped") is not None:
        outcome, message = SKIPPED, case.find("skipped").get("message")
    return {
        "title": case.get("name"),
        "file": case.get("classname"),
        "owner": case.get("owner"),
        "seconds": _seconds(case.get("time")),
        "computer": suite.get("hostname"),
        "outcome": outcome,
        "message": message,
        "stack": stack,
    }


def read_junit(path):
    """[(run name, timestamp, seconds, [case])]; an unknown root gives no results, as there."""
    if b"<!DOCTYPE" in open(path, "rb").read():
        raise ValueError("a document type")
    root = xml.parse(path).getroot()
    suites = [root] if root.tag == "testsuite" else root.findall("testsuite")
    runs = []
    for suite in suites:
        cases = [_case(c, suite) for c in suite.findall("testcase") if c.get("name")]
        runs.append((suite.get("name"), suite.get("timestamp"), _seconds(suite.get("time")), cases))
    return runs


_DECODE = (("%3B", ";"), ("%0D", "\r"), ("%0A", "\n"), ("%5D", "]"), ("%AZP25", "%"))


def _decode(text, codes):
    for code, char in codes:
        text = text.replace(code, char)
    return text


def read_log(text):
    """[(event, properties, data)] of all commands that an agent would obey."""
    commands = []
    for line in re.split(r"\r\n|\r|\n", text):
        start = line.find("##vso[")
        if start < 0:
            continue
        end = line.find("]", start)
        if end < 0:
            continue
        header, data = line[start + 6 : end], line[end + 1 :]
        event, _, rest = header.partition(" ")
        properties = {}
        for part in rest.split(";"):
            key, equals, value = part.partition("=")
            if equals and value:
                properties[key] = _decode(value, _DECODE)
        data_codes = [d for d in _DECODE if d[0] in ("%0D", "%0A", "%AZP25")]
        commands.append((event, properties, _decode(data, data_codes)))
    return commands
