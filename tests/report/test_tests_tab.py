"""The Tests tab: first that our reader of JUnit follows the rules of Azure's, then what a person sees there of our
files, whichever of the three programs reads them."""


import pytest

from report.test_junit_readers import GOLDEN
from support.azure_reader import FAILED, PASSED, READERS, SHOWN, SKIPPED, tests_tab

CASE = '<testsuites><testsuite name="s">{}</testsuite></testsuites>'
# A case's content: the outcome, the message, the body.
OUTCOMES = {
    "": (PASSED, None, None),
    '<failure message="m">body</failure>': (FAILED, "m", "body"),
    '<error message="m" type="t">body</error>': (FAILED, "m", "body"),
    '<failure message="1"/><failure message="2"/>': (FAILED, "1", None),
    '<error message="e"/><failure message="f"/>': (FAILED, "f", None),
    '<skipped message="m">body</skipped>': (SKIPPED, "m", None),
    '<skipped message="m"/><failure message="f"/>': (FAILED, "f", None),
    '<flakyFailure message="m"/>': (PASSED, None, None),
    '<rerunFailure message="m"/>': (PASSED, None, None),
    "<system-out>text</system-out>": (PASSED, None, None),
}


class Folder:
    def __init__(self, folder):
        self.folder = folder

    def write(self, text, name="a.xml"):
        (self.folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return self.folder / name

    def cases(self, text, **options):
        (run,) = tests_tab([self.write(text)], **options)
        return run["cases"]


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)


def test_read_cases(folder):
    for inside, wanted in OUTCOMES.items():
        (case,) = folder.cases(CASE.format(f'<testcase name="c">{inside}</testcase>'))
        found = (case["outcome"], case["message"], case["stack"])
        assert found == wanted, f"{inside}: {found}"
    long = "x" * (SHOWN + 1)
    (case,) = folder.cases(CASE.format(f'<testcase name="c"><failure message="{long}">{long}</failure></testcase>'))
    assert (len(case["message"]), len(case["stack"])) == (SHOWN, SHOWN), "a long message is cut"
    assert folder.cases(CASE.format('<testcase/><testcase name=""/>')) == [], "a case without a name is dropped"
    (case,) = folder.cases(CASE.format('<testcase name="c" classname="k" time="0,006" owner="o"/>'))
    assert (case["file"], case["seconds"], case["owner"]) == ("k", 6, "o"), f"attributes: {case}"
    for time in ("-1", "NaN", "Infinity", "soon"):
        (case,) = folder.cases(CASE.format(f'<testcase name="c" time="{time}"/>'))
        assert case["seconds"] == 0, f"a time of {time}"
    nested = ('<testcase name="1"/><testsuite name="in"><testcase name="2"/><testsuite><testcase name="3"/></'
        'testsuite></testsuite>')
    assert [c["title"] for c in folder.cases(CASE.format(nested))] == ["1", "2", "3"], "suites in suites lie flat"
    assert tests_tab([folder.write(CASE.format(f'<testcase name="{"n" * 513}"/>'))]) == [], "a name that is too long"
    out = "<system-out>\n[[ATTACHMENT|/etc/passwd]]\n</system-out>"
    for reader in READERS:
        case, failed = (folder.cases(CASE.format(f'<testcase name="c">{more}{out}</testcase>'),
            reader=reader)[0]["attachments"]
            for more in ("", '<failure message="m"/>'))
        log = ["Standard_Console_Output.log"]
        wanted = ([], log) if reader == "agent" else (log + ["/etc/passwd"],) * 2
        assert (case, failed) == wanted, f"attachments by {reader}: {case} {failed}"


def test_read_runs(folder):
    one = folder.write(CASE.format('<testcase name="1"/>'), "one.xml")
    two = folder.write(
        "<testsuites><testsuite name='a'><testcase name='2'/></testsuite><testsuite name='b'/></testsuites>", "two.xml")
    alone = folder.write('<testsuite name="alone"><testcase name="3"/></testsuite>', "alone.xml")

    def titles(*paths, **options):
        return [run["title"] for run in tests_tab(paths, **options)]

    assert titles(one, two, alone) == ["s", "JUnit_two.xml", "alone"], "titles of their own"
    assert titles(one, title="t") == ["t"] and titles(one, two, title="t") == ["t_1", "t_2"], "a title is given"
    assert titles(one, two, merge=True) == ["JUnit_TestResults_1"], "merged"
    assert titles(one, two, merge=True, title="t") == ["t"], "merged, with a title"
    assert titles(*[one] * 101, title="t") == ["t"], "more than a hundred files are merged"
    assert tests_tab([folder.write("<results><testcase name='1'/></results>")])[0]["cases"] == [], "another root"
    for broken in ('<!DOCTYPE x><testsuites/>', "<testsuites><testsuite",
            b"<testsuites><testsuite name='\x1b'/></testsuites>", "<testsuites><testsuite name='&#0;'/></testsuites>"):
        bad = folder.write(broken, "bad.xml")
        assert titles(one, bad, title="t") == ["t"], f"{broken}: its results are missing, and nothing else"
        assert titles(one, bad, merge=True) == [], f"{broken}: the agent's code loses all that is merged"
        assert titles(one, bad, merge=True, reader="library") == ["JUnit_TestResults_1"], f"{broken}: the library"
    timed = ("<testsuites><testsuite timestamp='2026-01-01T00:00:00Z' time='5'/>"
        "<testsuite timestamp='2026-01-01T00:00:03Z' time='4'/></testsuites>")
    (run,) = tests_tab([folder.write(timed)])
    assert run["seconds"] == 7, f"from the first start to the last end: {run['seconds']}"
    (run,) = tests_tab([folder.write("<testsuites><testsuite time='5'/><testsuite time='4'/></testsuites>")])
    assert run["seconds"] == 9, "without starts: the sum"


def test_ours():
    """One run under the title that the templates and the task give, the same for every reader, nothing cut or
    attached."""
    for path in sorted(GOLDEN.glob("*/expect.xml")):
        seen = []
        for reader in READERS:
            (run,) = tests_tab([path], title="churn PPS", reader=reader)
            assert run["title"] == "churn PPS" and run["cases"], f"{path.parent.name}: {run['title']}"
            for case in run["cases"]:
                assert len(case["message"] or "") < SHOWN, f"{path.parent.name}: {case['title']}: its message is cut"
                assert set(case["attachments"]) <= {"Standard_Console_Output.log"}, f"attached: {case['attachments']}"
                verdict_first = case["outcome"] != FAILED or (case["stack"] or "").startswith(case["message"][:200])
                assert verdict_first, f"{path.parent.name}: {case['title']}: the body begins with the verdict"
            seen.append([{k: v for k, v in case.items() if k != "attachments"} for case in run["cases"]])
        assert seen[0] == seen[1] == seen[2], f"{path.parent.name}: the readers see different things"
    (run,) = tests_tab([GOLDEN / "rich/expect.xml"], title="flight-delay PPS")
    shown = {case["title"].split("/", 1)[1]: case for case in run["cases"]}
    psi = shown["drift/psi[column=delay]"]
    assert ((psi["outcome"], psi["message"], psi["file"], psi["owner"], psi["computer"]) ==
        (FAILED, "0.2841 is over max 0.2", "flight-delay.drift", "flights-ds", "build-7")), f"a drift: {psi}"
    fresh = shown["data-quality/freshness[column=date]"]
    assert fresh["outcome"] == SKIPPED and "remove this line" in fresh["message"], f"left out on purpose: {fresh}"
    assert shown["accuracy/roc_auc"]["outcome"] == PASSED, "a warning is no failure"
    groups = {case["file"] for case in run["cases"]}
    assert groups == {f"flight-delay.{suite}" for suite in ("data-quality", "accuracy", "drift")}, f"groups: {groups}"
