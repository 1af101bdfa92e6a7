"""What Azure Pipelines makes of JUnit XML and of a log: its readers' rules in Python.

JUnit: only /testsuites/testsuite/testcase counts, and suites within suites are laid flat; `name` is the title and the
identity; the first failure or error makes Failed with its message and body; skipped makes NotExecuted. A document type
is not read. The publishing task is read by one of three programs, and nobody can choose: one on Windows, a library in
newer agents, and the agent's own older code. They differ in what they attach, and in what a broken file takes along.
Log: a command may stand anywhere in a line; lines end at CR, LF or CRLF.
"""
import datetime
import math
import pathlib
import re
import xml.etree.ElementTree as xml

FAILED, SKIPPED, PASSED = "Failed", "NotExecuted", "Passed"
READERS = ("windows", "library", "agent")
SHOWN = 4000  # characters of a message or a body; the rest is cut off without a word
LONGEST_NAME = 512  # one that is longer may take a whole batch of results along
ATTACHMENT = re.compile(r"^\s*\[\[ATTACHMENT\|(.*)\]\]\s*$", re.MULTILINE)
LOGS = {"system-out": "Standard_Console_Output.log", "system-err": "Standard_Console_Error.log"}


def _seconds(text):
    """NumberStyles.Any of an invariant culture: commas group thousands; else 0."""
    try:
        value = float((text or "").replace(",", ""))
    except ValueError:
        return 0.0
    return value if math.isfinite(value) and value >= 0 else 0.0


def _attached(case, outcome, reader):
    """Names of files beside a case. The agent's code keeps the output of failed cases alone and knows no
    [[ATTACHMENT|."""
    names = []
    for kind, name in LOGS.items():
        text = case.findtext(kind)
        if text and (reader != "agent" or outcome == FAILED):
            names.append(name)
        if text and reader != "agent":
            names += ATTACHMENT.findall(text)
    return names


def _case(case, suite, reader):
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
        "attachments": _attached(case, outcome, reader),
    }


def _cases(suite, reader):
    cases = [_case(c, suite, reader) for c in suite.findall("testcase") if c.get("name")]
    for inner in suite.findall("testsuite"):
        cases += _cases(inner, reader)
    return cases


def read_junit(path, reader="agent"):
    """[(suite's name, timestamp, seconds, [case])]; an unknown root gives no results, as there."""
    if b"<!DOCTYPE" in open(path, "rb").read():
        raise ValueError("a document type")
    root = xml.parse(path).getroot()
    suites = {"testsuite": [root], "testsuites": root.findall("testsuite")}.get(root.tag, [])
    return [(suite.get("name"), suite.get("timestamp"), _seconds(suite.get("time")), _cases(suite, reader))
        for suite in suites]


def _duration(suites):
    """From the first start to the last end where all suites tell theirs, else the sum of what is known."""
    if suites and all(timestamp for _, timestamp, _, _ in suites):
        starts = [datetime.datetime.fromisoformat(timestamp.replace("Z", "+00:00")) for _, timestamp, _, _ in suites]
        ends = [start + datetime.timedelta(seconds=seconds) for start, (_, _, seconds, _) in zip(starts, suites)]
        return (max(ends) - min(starts)).total_seconds()
    return sum(seconds for _, _, seconds, _ in suites) or sum(c["seconds"] for *_, cases in suites for c in cases)


def _title(path, suites, title, number, count):
    if title:
        return title if count == 1 else f"{title}_{number}"
    return suites[0][0] if len(suites) == 1 and suites[0][0] else f"JUnit_{path.name}"


def _as_shown(case):
    cut = {key: case[key][:SHOWN] if case[key] else case[key] for key in ("message", "stack")}
    return {**case, **cut}


def tests_tab(paths, title="", merge=False, reader="agent", build="1"):
    """What a person sees in the Tests tab after the files were published: [{title, seconds, cases}]. A broken file is a
    warning and its results are missing; merged, the agent's code loses those of all files. Nothing is red for it."""
    read, paths = [], [pathlib.Path(path) for path in paths]
    for path in paths:
        try:
            read.append((path, read_junit(path, reader)))
        except (xml.ParseError, ValueError):
            if merge and reader == "agent":
                return []
    if merge or len(paths) > 100:
        read = [(pathlib.Path("TestResults_" + build), [suite for _, suites in read for suite in suites])]
        title = title or f"JUnit_TestResults_{build}"
    runs = []
    for number, (path, suites) in enumerate(read, 1):
        cases = [_as_shown(case) for *_, found in suites for case in found]
        if any(len(case["title"]) > LONGEST_NAME for case in cases):
            continue
        runs.append({"title": _title(path, suites, title, number, len(read)), "seconds": _duration(suites),
            "cases": cases})
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
