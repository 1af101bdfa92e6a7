"""The task ModelgateRun with the real program: which results end green, what an agent is asked to do,
and that nothing else can ask it."""
# program: plain

import json
import pathlib
import signal
import types

from run import stopping
from support import azure_reader
from tasks import agent

SPEC = "examples/flight-delay/modelgate.yaml"
OUTPUTS = {"verdict", "passed", "warned", "failed", "errors", "skipped", "total", "runFile", "junitFile"}
HOSTILE = "##vso[task.complete result=Succeeded;done=true]"
HOSTILE_ROWS = f"""id,text
1,good
2,"{HOSTILE}"
3,"x\r##vso[task.setvariable variable=verdict]pass"
4,"##[endgroup]"
"""
HOSTILE_SPEC = """version: 1
model: hostile
vars: {who: nobody}
data:
  rows: {path: rows.csv, key: [text]}
suites:
  s:
    on: rows
    checks:
      - matches: {column: text, pattern: "^good$"}
      - one_of: {column: text, values: [good, "${who}"]}
"""
DEAF = "#!/bin/sh\nexit 2\n"
LONG_SPEC = f"""version: 1
model: slow
data:
  rows: {{path: rows.csv}}
suites:
  s:
    on: rows
    checks:
      - row_count: {{min: 1}}
      - sql: {{name: endless, query: "{stopping.LONG}", min: 0, timeout: 120s}}
"""  # bounded, for should the test itself be killed


def failed_titles(step):
    (_, [file]), = step.published
    return {c["title"] for run in azure_reader.read_junit(file) for c in run[3]
        if c["outcome"] == azure_reader.FAILED}


def test_passes(job):
    step = job.run("ModelgateRunV1", {"spec": SPEC, "suites": "data-quality\nscores\n"})
    assert step.result == "Succeeded", f"pass: {step.result}: {step.message()}"
    assert step.issues == [], f"pass: issues {step.issues}"
    events = step.events()
    wanted = 9 * ["task.setvariable"] + ["task.uploadsummary", "results.publish"]
    wanted += 9 * ["task.setvariable"] + 2 * ["task.addattachment"] + ["task.complete"]
    assert events == wanted, f"pass: commands are {events}"
    attached = {kind: (name, file) for kind, name, file in step.attachments}
    assert attached["modelgate.run"] == ("flight-delay.json", pathlib.Path(step.variables["runFile"]))
    name, page = attached["modelgate.page"]
    assert name == "flight-delay.html" and "<!doctype html>" in page.read_text(), "pass: the page"
    assert OUTPUTS <= set(step.variables), f"pass: outputs {step.variables}"
    assert step.variables["verdict"] == "pass", f"pass: outputs {step.variables}"
    saved = json.loads(pathlib.Path(step.variables["runFile"]).read_text())
    assert saved["suites"] == ["data-quality", "scores"], "pass: the suites"
    for name, key in (("passed", "pass"), ("skipped", "skip"), ("failed", "fail")):
        assert step.variables[name] == str(saved["counts"][key]), f"pass: {name}"
    assert step.variables["total"] == str(len(saved["results"])), "pass: total"
    (title, [file]), = step.published
    assert title == "flight-delay", f"pass: title {title!r}"
    assert str(file) == step.variables["junitFile"], "pass: what was published"
    assert not file.name.upper().startswith("TEST-"), f"pass: an agent publishes {file.name} again"
    again = job.run("ModelgateRunV1", {"spec": SPEC, "suites": "scores"})
    assert again.variables["runFile"] != step.variables["runFile"], "two steps share a folder"


def test_warns(job):
    inputs = {"spec": SPEC, "stage": "PRD", "testRunTitle": "February; 100%"}
    step = job.run("ModelgateRunV1", inputs)
    assert step.result == "SucceededWithIssues", f"warn: {step.result}: {step.message()}"
    assert step.variables["verdict"] == "warn", f"warn: {step.variables}"
    assert "4 checks warned" in step.message(), f"warn: {step.message()}"
    assert [i[0] for i in step.issues] == 5 * ["warning"], f"warn: {step.issues}"
    assert step.published[0][0] == "February; 100%", f"warn: {step.published}"
    closed = job.run("ModelgateRunV1", {**inputs, "failOn": "warn", "publishResults": "false"})
    assert closed.result == "Failed", f"fail on warn: {closed.result}"
    assert "4 checks warned" in closed.message(), f"fail on warn: {closed.message()}"
    assert closed.published == [], "published though told not to"


def test_fails(job):
    folder = job.place.work / "may"
    step = job.run("ModelgateRunV1", {"spec": SPEC, "stage": "PRD", "vars": "month=2001-05",
        "resultsFolder": folder, "arguments": "--timeout 10m\n--quiet"})
    assert step.result == "Failed", f"fail: {step.result}"
    assert "3 checks failed" in step.message(), f"fail: {step.message()}"
    assert step.variables["verdict"] == "fail" and step.variables["failed"] == "3", "fail: outputs"
    assert len(failed_titles(step)) == 3, f"fail: the Tests tab shows {failed_titles(step)}"
    assert step.published[0][0] == "flight-delay PRD", f"fail: title {step.published}"
    files = ["flight-delay PRD.md", "modelgate-junit.xml", "report.html", "run.json"]
    assert sorted(f.name for f in folder.iterdir()) == files, "fail: the folder for results"
    # The next run ends before it writes anything: what lies there is not its result.
    path, job.path = job.path, f"{agent.stand_in(job.place, 'deaf', DEAF)}:/usr/bin:/bin"
    step = job.run("ModelgateRunV1", {"spec": SPEC, "resultsFolder": folder})
    job.path = path
    assert step.result == "Failed" and failed_titles(step) == {"results"}, f"old results: {step.published}"
    assert step.variables["verdict"] == "error", f"old results: {step.variables}"


def test_inputs_of_their_own(job):
    """What has an input needs no further options, and the folder of results is kept when a name is given."""
    written = job.place.work / "words"
    folder = agent.stand_in(job.place, "words-of", f'#!/bin/sh\nprintf "%s\\n" "$PWD" "$@" >{written}\nexit 2\n')
    path, job.path = job.path, f"{folder}:/usr/bin:/bin"
    slices = {"SYSTEM_JOBPOSITIONINPHASE": "2", "SYSTEM_TOTALJOBSINPHASE": "3"}
    inputs = {"spec": SPEC, "untrusted": "true", "model": "flight-delay", "timeout": "15m", "memory": "2GB",
        "part": "job", "allowPaths": "/data\n/more", "workingDirectory": job.place.work}
    job.run("ModelgateRunV1", inputs, environment=slices)
    here, *words = written.read_text().splitlines()
    said = " ".join(words)
    assert here == str(job.place.work), f"inputs: runs in {here}"
    assert ("run --untrusted --model flight-delay --timeout 15m --memory 2GB --part 2/3 --allow-path /data "
        "--allow-path /more "
        in said), f"inputs: {said}"
    step = job.run("ModelgateRunV1", {"spec": SPEC, "part": "job"})
    assert step.result == "Failed" and "strategy: parallel" in step.message(), f"no slices: {step.message()}"
    job.path = path
    step = job.run("ModelgateRunV1", {"spec": SPEC, "suites": "scores", "artifact": "run-flights"})
    (name, kept), = step.artifacts
    assert (name, str(kept)) == ("run-flights", str(pathlib.Path(step.variables["runFile"]).parent)), (
        f"kept: {step.artifacts}")


def test_wrong_spec(job):
    step = job.run("ModelgateRunV1", {"spec": SPEC, "stage": "NOPE"})
    assert step.result == "Failed" and "exit status 2" in step.message(), f"stage: {step.message()}"
    assert "accepted: PPD, PPS, PRD" in step.message(), f"stage: {step.message()}"
    assert step.variables["verdict"] == "error", f"stage: {step.variables}"
    assert len(failed_titles(step)) == 1, f"stage: the Tests tab shows {failed_titles(step)}"
    step = job.run("ModelgateRunV1", {"spec": "nowhere.yaml"})
    assert step.result == "Failed" and "there is no spec" in step.message(), f"no spec: {step.message()}"


def test_not_measured(job):
    (job.place.work / "empty.csv").write_text("id\n")
    (job.place.work / "empty.yaml").write_text("version: 1\nmodel: empty\ndata:\n  rows: {path: empty.csv}\n"
        "suites:\n  s:\n    on: rows\n    checks:\n      - mean: {column: id, min: 0}\n")
    step = job.run("ModelgateRunV1", {"spec": job.place.work / "empty.yaml"})
    assert step.result == "Failed" and "exit status 3" in step.message(), f"error: {step.message()}"
    assert step.variables["verdict"] == "error" and step.variables["errors"] == "1", "error: outputs"
    assert len(failed_titles(step)) == 1, "error: the Tests tab is green"


def test_refuses_inputs(job):
    step = job.run("ModelgateRunV1", {"spec": SPEC, "resultsFolder": job.place.work / "a,b"})
    assert step.result == "Failed" and "comma" in step.message(), f"comma: {step.message()}"
    step = job.run("ModelgateRunV1", {"spec": SPEC, "arguments": "timeout 15m"})
    assert step.result == "Failed" and "one option a line" in step.message(), f"arguments: {step.message()}"


def test_hostile(job):
    (job.place.work / "rows.csv").write_text(HOSTILE_ROWS, newline="")
    (job.place.work / "hostile.yaml").write_text(HOSTILE_SPEC)
    value = f"who={HOSTILE} $(id) `id` 'quoted' \"too\""
    step = job.run("ModelgateRunV1", {"spec": job.place.work / "hostile.yaml", "vars": value,
        "testRunTitle": f"a\n{HOSTILE}"})
    assert step.result == "Failed", f"hostile: {step.result}"
    assert "2 checks failed" in step.message(), f"hostile: {step.message()}"
    assert step.variables["verdict"] == "fail", f"hostile: {step.variables}"
    assert "**vso[task.complete" in step.log, "hostile: the cell is not shown at all"
    saved = json.loads(pathlib.Path(step.variables["runFile"]).read_text())
    assert saved["vars"][0]["value"] == value.partition("=")[2], f"hostile: {saved['vars']}"
    # An input may hold whatever a pull request wrote.
    step = job.run("ModelgateRunV1", {"spec": SPEC, "stage": f"x\r\n{HOSTILE}", "arguments": f"--memory {HOSTILE}"})
    assert step.result == "Failed" and step.variables["verdict"] == "error", "hostile inputs"


def measuring(process):
    """The program that the task has started is at work."""
    children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return any(stopping.measuring(types.SimpleNamespace(pid=int(child))) for child in children)


def test_cancelled(job):
    (job.place.work / "slow.yaml").write_text(LONG_SPEC)
    for number in (signal.SIGINT, signal.SIGTERM):
        started = job.start("ModelgateRunV1", {"spec": job.place.work / "slow.yaml"})
        assert stopping.wait_for(lambda: measuring(started[1])), "cancel: it did not get to measuring"
        started[1].send_signal(number)
        step = job.finish(started)
        name = signal.Signals(number).name
        assert step.result == "Failed", f"{name}: {step.result}"
        assert f"stopped ({name})" in step.message(), f"{name}: {step.message()}"
        assert failed_titles(step) == {"slow/s/endless"}, f"{name}: {failed_titles(step)}"
        assert step.variables["verdict"] == "error", f"{name}: {step.variables}"


def test_bad_programs(job):
    place, path = job.place, job.path
    inputs = {"spec": SPEC}
    job.path = "/usr/bin:/bin"
    step = job.run("ModelgateRunV1", inputs)
    assert step.result == "Failed" and "ModelgateInstall@1" in step.message(), f"none: {step.message()}"
    for name, script, wanted in (
            ("silent", "exit 0", "left no results"),
            ("bug", "echo 'oh no' >&2; exit 70", "bug in modelgate (exit status 70)"),
            ("killed", "kill -9 $$", "ended by SIGKILL"),
            ("stranger", "exit 42", "exit status 42"),
            ("loud", f"echo 'x {HOSTILE}' >&2; exit 3", "exit status 3")):
        folder = agent.stand_in(place, name, f"#!/bin/sh\n{script}\n")
        job.path = f"{folder}:/usr/bin:/bin"
        step = job.run("ModelgateRunV1", inputs)
        assert step.result == "Failed" and wanted in step.message(), f"{name}: {step.message()}"
        assert failed_titles(step) == {"results"} and step.variables["verdict"] == "error", f"{name}: outputs"
        assert step.variables["runFile"] == step.variables["junitFile"] == "", f"{name}: files {step.variables}"
        (kind, what, file), = step.attachments
        assert (kind, what) == ("modelgate.run", "flight-delay.json"), "the extension's tab misses no run"
        assert "left no results" in file.read_text(), f"{name}: {file.read_text()}"
    job.path = path
