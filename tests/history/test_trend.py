"""`modelgate trend`: the numbers of test cases over time, from records that are proven first."""

import gzip
import json
import shutil

import pytest

from support import history


@pytest.fixture(scope="module")
def recorded():
    """Five days of churn in PRD (1, 2, 0, nothing, -1 of which the last fails), and one without a stage."""
    with history.Model() as model:
        for day, x in enumerate([1, 2, 0, "", -1], 1):
            model.rows(x)
            model.run("run.json", f"2026-11-0{day}", "--stage", "PRD", "--record", "history")
        model.rows(9)
        model.run("run.json", "2026-11-06", "--record", "history")
        yield model


@pytest.fixture
def model(recorded):
    """The same with a history of its own."""
    shutil.rmtree(recorded.work / "copy", ignore_errors=True)
    shutil.copytree(recorded.work / "history", recorded.work / "copy")
    return recorded


def trend(model, *arguments, store="history"):
    return json.loads(model.good("trend", "churn", "--from", store, "--json", *arguments))


def values(series):
    return [point["value"] for point in series["points"]]


def test_numbers_come_by_stage_in_the_order_of_time(model):
    told = trend(model)
    assert told["runs"] == {"pass": 4, "warn": 0, "fail": 1, "error": 1}
    prd, none = told["series"]
    assert (prd["check"], prd["stage"], none["stage"]) == ("s/mean[x]", "PRD", None)
    assert values(prd) == [1, 2, 0, None, -1] and values(none) == [9]
    assert [point["verdict"] for point in prd["points"]] == ["pass"] * 3 + ["error", "fail"]
    for point in prd["points"]:
        assert (model.work / "history" / point["record"]).exists()


@pytest.mark.parametrize("arguments, wanted", [
    (["--stage", "PRD"], [1, 2, 0, None, -1]),
    (["--stage", "none"], [9]),
    (["--stage", "PRD", "--last", "48h", "--as-of", "2026-11-05"], [0, None, -1]),
    (["--stage", "PRD", "--last", "48h", "--as-of", "2026-11-05T00:00:01Z"], [None, -1]),
    (["--stage", "PRD", "--as-of", "2026-11-02"], [1, 2]),
    (["--check", "s/mean[x]", "--stage", "PRD"], [1, 2, 0, None, -1]),
    (["--check", "*mean*", "--stage", "PRD"], [1, 2, 0, None, -1]),
])
def test_what_is_asked_for_is_what_is_shown(model, arguments, wanted):
    series, = trend(model, *arguments)["series"]
    assert values(series) == wanted


@pytest.mark.parametrize("check", ["*", "s/mean[x]"])
def test_a_check_that_the_newest_run_lacks_does_not_look_like_one_that_passed(check):
    with history.Model() as model:
        model.run("run.json", "2026-11-01", "--record", "history")
        spec = model.work / "modelgate.yaml"
        spec.write_text(spec.read_text().replace("mean: {column: x, min: 0}", "row_count: {min: 1}"))
        model.run("run.json", "2026-11-02", "--record", "history")
        lines = model.good("trend", "churn", "--from", "history", "--check", check).splitlines()
        rows = {line.split()[0]: line for line in lines[3:] if line.startswith("s/")}
        assert "pass, until 2026-11-01" in rows["s/mean[x]"]
        assert "until" not in rows.get("s/row_count", "")


def test_people_see_a_sparkline_and_each_number(model):
    text = model.good("trend", "churn", "--from", "history", "--stage", "PRD")
    lines = text.splitlines()
    assert lines[0] == ("churn: 5 runs from 2026-11-01T00:00:00Z to 2026-11-05T00:00:00Z: "
        "3 passed, 1 failed, 1 not measured")
    assert lines[3].split()[:8] == ["s/mean[x]", "PRD", "5", "▆█▃·▁", "-1", "2", "-1", "fail"]
    assert [line.split()[:3] for line in lines[6:]] == [["2026-11-01T00:00:00Z", "1", "pass"],
        ["2026-11-02T00:00:00Z", "2", "pass"], ["2026-11-03T00:00:00Z", "0", "pass"],
        ["2026-11-04T00:00:00Z", "-", "error"], ["2026-11-05T00:00:00Z", "-1", "fail"]]


def test_numbers_of_two_measures_are_kept_apart():
    with history.Model() as model:
        for day, where in enumerate(["", "", ", where: id > 1"], 1):
            (model.work / "modelgate.yaml").write_text(
                history.SPEC.replace("min: 0", f"min: 0{where}"))
            model.run("run.json", f"2026-11-0{day}", "--record", "history")
        text = model.good("trend", "churn", "--from", "history")
        assert "▅▅|▅" in text and text.splitlines()[-1].endswith("measures something else from here on")


@pytest.mark.parametrize("arguments, code, say", [
    (["nobody", "--from", "history"], 2, "folder history has no run of model 'nobody'"),
    (["churn", "--from", "elsewhere"], 2, "there is no folder elsewhere to read a history from"),
    (["churn", "--from", "history", "--stage", "PPS"], 2, "no run of model 'churn' in stage PPS"),
    (["churn", "--from", "history", "--last", "1d", "--as-of", "2027-01-01"], 2, "in that time"),
    (["churn", "--from", "history", "--check", "nothing"], 2, "has a test case 'nothing'"),
    (["../churn", "--from", "history"], 2, "is not a model's name"),
    (["churn", "--from", "history", "--stage", "../x"], 2, "is not a stage's name"),
])
def test_nothing_to_show_is_said(model, arguments, code, say):
    done = model.modelgate("trend", *arguments)
    assert done.returncode == code and say in done.stderr.decode() and not done.stdout


def spoil(model, change):
    """Changes a record of the copy, whose history must then be refused as a whole."""
    path = sorted((model.work / "copy").rglob("*.gz"))[1]
    change(path)
    done = model.modelgate("trend", "churn", "--from", "copy")
    assert done.returncode == 3 and not done.stdout, done
    return done.stderr.decode()


def rename(path, name):
    path.rename(path.with_name(name))


def put_below(path, name):
    path.unlink()
    path.mkdir()
    (path / name).write_text("")


def edit(path, old, new):
    text = gzip.decompress(path.read_bytes()).decode()
    assert old in text
    path.write_bytes(gzip.compress(history.sealed(text.replace(old, new)).encode()))


def test_a_record_that_is_not_what_its_name_says_is_never_believed(model):
    other = "232323Z-0123456789abcdef.run.json.gz"
    assert "it contradicts its name" in spoil(model, lambda path: rename(path, other))


@pytest.mark.parametrize("change, say", [
    (lambda path: rename(path, "x.run.json.gz"), "a record is named MODEL/STAGE/"),
    (lambda path: path.write_bytes(path.read_bytes()[:-20]), "it is cut off"),
    (lambda path: edit(path, '"model": "churn"', '"model": "other"'), "it contradicts its name"),
    (lambda path: edit(path, '"as_of": "2026-11-02', '"as_of": "2026-11-09'), "it contradicts its name"),
    (lambda path: edit(path, '"stage": "PRD"', '"stage": null'), "it contradicts its name"),
    (lambda path: put_below(path, "x.run.json.gz"), "a record is named MODEL/STAGE/"),
])
def test_a_broken_record_breaks_the_history_and_is_named(model, change, say):
    told = spoil(model, change)
    assert say in told and "record churn/PRD/2026/11/02/" in told and "of folder copy" in told


def test_other_files_are_left_alone(model):
    folder = next((model.work / "copy").rglob("*.gz")).parent
    for name in ("README.md", ".DS_Store", "040506Z-0.run.json.gz.0123.tmp", "x.decision.json.gz"):
        (folder / name).write_text("##vso[task.complete]")
    assert trend(model, store="copy") == trend(model)


def test_a_name_that_a_log_would_obey_is_made_harmless(model):
    folder = next((model.work / "copy").rglob("*.gz")).parent
    (folder / "##vso[task.setvariable]\n\x1b[31m.run.json.gz").write_text("")
    done = model.modelgate("trend", "churn", "--from", "copy")
    assert done.returncode == 3 and b"##vso" not in done.stderr and b"\x1b" not in done.stderr


def test_links_that_go_round_come_to_an_end(model):
    folder = next((model.work / "copy").rglob("*.gz")).parent
    (folder / "round").symlink_to(model.work / "copy")
    assert trend(model, store="copy") == trend(model)


def test_copies_are_kept_and_proven_like_records(model):
    copies, records = model.work / "copies", model.work / "copy"
    shutil.rmtree(copies, ignore_errors=True)
    told = trend(model, "--cache", "copies", store="copy")
    assert history.files(copies) == history.files(records)
    name = min(history.files(copies))
    packed = (records / name).read_bytes()
    (copies / name).write_bytes(packed[:-9])
    assert trend(model, "--cache", "copies", store="copy") == told
    assert (copies / name).read_bytes() == packed, "a copy that does not hold is replaced"
    (records / name).write_bytes(packed[:-9])
    assert trend(model, "--cache", "copies", store="copy") == told, "the copy is what the name says"
    (copies / name).unlink()
    done = model.modelgate("trend", "churn", "--from", "copy", "--cache", "copies")
    assert done.returncode == 3 and name.encode() in done.stderr
    assert not (copies / name).exists(), "what is broken is not kept"
    (records / name).unlink()
    fewer = trend(model, "--cache", "copies", store="copy")
    assert len(fewer["series"][0]["points"]) == len(told["series"][0]["points"]) - 1
