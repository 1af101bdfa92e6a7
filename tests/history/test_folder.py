"""`modelgate record` and `run --record` into a folder: a run is kept once, whole, under the name that follows from
it; what is there already is never written over."""

import gzip
import json
import os
import pathlib
import subprocess

import pytest

from support import disk, history, program


@pytest.fixture
def model():
    with history.Model() as model:
        yield model


def records(model, folder="history"):
    return history.files(model.work / folder)


def test_a_run_is_kept_byte_for_byte_once(model):
    saved = model.run("run.json")
    first = model.good("record", "run.json", "--to", "history")
    again = model.good("record", "run.json", "--to", "history")
    (name, text), = records(model).items()
    assert history.NAME.fullmatch(name) and name.startswith("churn/none/2026/11/23/040506Z-")
    assert text == saved.read_text()
    assert first == f"recorded {name}\n" and again == f"already there: {name}\n"


def test_names_sort_by_stage_and_time(model):
    for i, (when, more) in enumerate([("2026-11-23T23:59:59Z", []), ("2026-11-24", ["--stage", "PRD"]),
            ("2025-01-02T03:04:05.5Z", ["--stage", "PRD"])]):
        model.run(f"{i}.json", when, *more)
    model.good("record", "0.json", "1.json", "2.json", "--to", "history")
    assert [name[:-len("-0123456789abcdef.run.json.gz")] for name in records_names(model)] == [
        "churn/PRD/2025/01/02/030405Z", "churn/PRD/2026/11/24/000000Z", "churn/none/2026/11/23/235959Z"]


def records_names(model):
    """Names alone: a fraction of a second is in the record, and not in its name."""
    folder = model.work / "history"
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*.gz"))


def test_a_run_records_itself_whatever_its_verdict(model):
    model.rows(-1)
    done = model.modelgate("run", "--quiet", "--json", "run.json", "--record", "history")
    assert done.returncode == 1
    (name, text), = records(model).items()
    assert text == (model.work / "run.json").read_text() and json.loads(text)["verdict"] == "fail"
    assert f"recorded {name} in folder history" in done.stderr.decode()


def test_a_history_that_cannot_be_written_fails_a_run_that_passed(model):
    (model.work / "closed").write_text("a file")
    done = model.modelgate("run", "--quiet", "--record", "closed/history")
    assert done.returncode == 3 and b"the run cannot be recorded: cannot write closed/history" in done.stderr


def test_an_early_end_is_recorded_where_the_model_is_known(model):
    (model.work / "rows.csv").unlink()
    assert model.modelgate("run", "--quiet", "--record", "history").returncode != 0
    (text,) = records(model).values()
    assert json.loads(text)["verdict"] == "error"
    (model.work / "modelgate.yaml").write_text("model: [")
    assert model.modelgate("run", "--quiet", "--record", "history").returncode == 2
    assert len(records(model)) == 1


@pytest.mark.parametrize("option, say", [
    (["--untrusted"], b"record runs of trusted commits only"),
    (["--part", "1/1"], b"record the joined run"),
])
def test_runs_that_are_not_to_be_recorded(model, option, say):
    done = model.modelgate("run", "--record", "history", *option)
    assert done.returncode == 2 and say in done.stderr
    assert not (model.work / "history").exists()


def test_another_run_under_the_name_is_an_error_with_both_digests(model):
    model.run("run.json")
    model.run("other.json", "2026-11-24")
    model.good("record", "run.json", "other.json", "--to", "history")
    first, other = sorted((model.work / "history").rglob("*.gz"))
    first.write_bytes(other.read_bytes())
    done = model.modelgate("record", "run.json", "--to", "history")
    assert done.returncode == 3 and first.read_bytes() == other.read_bytes()
    for digest in (digest_of(model.work / "run.json"), digest_of(model.work / "other.json")):
        assert digest.encode() in done.stderr


def digest_of(path):
    return subprocess.run(["sha256sum", path], capture_output=True, text=True, check=True).stdout.split()[0]


@pytest.mark.parametrize("change, say", [
    (lambda packed: packed[:-10], b"it is cut off"),
    (lambda packed: packed + b"x", b"bytes follow its end"),
    (lambda packed: b"", b"it is cut off"),
    (lambda packed: b"<html>", b"not a gzip file"),
    (lambda packed: gzip.compress(b"x" * (65 << 20)), b"unpacks to more than"),
])
def test_what_is_damaged_is_not_taken_for_the_record(model, change, say):
    model.run("run.json")
    model.good("record", "run.json", "--to", "history")
    path, = (model.work / "history").rglob("*.gz")
    path.write_bytes(change(path.read_bytes()))
    done = model.modelgate("record", "run.json", "--to", "history")
    assert done.returncode != 0 and say in done.stderr


def test_the_same_text_packed_by_another_program_is_the_same_record(model):
    model.run("run.json")
    model.good("record", "run.json", "--to", "history")
    path, = (model.work / "history").rglob("*.gz")
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()), 1))
    assert model.good("record", "run.json", "--to", "history").startswith("already there")


@pytest.mark.parametrize("old, new, say", [
    ('"model": "churn"', '"model": "../../churn"', b"its model's name is not letters"),
    ('"model": "churn"', '"model": ""', b"the run is of no model"),
    ('"stage": null', '"stage": "a/b"', b"its stage's name is not letters"),
    ('"stage": null', '"stage": ".."', b"its stage's name is not letters"),
    ('"stage": null', '"stage": "none"', b"a stage called none"),
])
def test_hostile_names_lead_nowhere(model, old, new, say):
    saved = model.run("run.json")
    text = saved.read_text()
    assert old in text
    saved.write_text(history.sealed(text.replace(old, new)))
    done = model.modelgate("record", "run.json", "--to", "history")
    assert done.returncode == 2 and say in done.stderr and not (model.work / "history").exists()


def test_only_whole_runs_with_a_seal_are_records(model):
    saved = model.run("run.json")
    text = saved.read_text()
    saved.write_text(text[: text.rindex(',\n  "seal"')] + "\n}\n")
    unsealed = model.modelgate("record", "run.json", "--to", "history")
    saved.write_text(text.replace('"model": "churn"', '"model": "other"'))
    changed = model.modelgate("record", "run.json", "--to", "history")
    model.run("part.json", "2026-11-23", "--part", "1/1")
    part = model.modelgate("record", "part.json", "--to", "history")
    assert unsealed.returncode == 2 and b"has no seal" in unsealed.stderr
    assert changed.returncode == 3 and b"changed after the run" in changed.stderr
    assert part.returncode == 2 and b"part 1 of 1" in part.stderr
    assert not (model.work / "history").exists()


def test_all_are_tried_and_the_first_failure_counts(model):
    model.run("a.json")
    model.run("b.json", "2026-11-24")
    done = model.modelgate("record", "a.json", "nobody.json", "b.json", "--to", "history")
    assert done.returncode == 2 and len(records(model)) == 2
    assert b"nobody.json cannot be recorded" in done.stderr or b"cannot read nobody.json" in done.stderr


def test_addresses_that_are_no_folder(model):
    model.run("run.json")
    (model.work / "a-file").write_text("")
    for address, say in (("a-file", b"is a file"), ("htps://x/y", b"is not the address of a history"),
            ("", b"empty address")):
        done = model.modelgate("record", "run.json", "--to", address)
        assert done.returncode == 2 and say in done.stderr, address
    (model.work / "a:b").mkdir()
    model.good("record", "run.json", "--to", "a:b")


def test_a_month_behind_a_link_that_leads_nowhere_is_not_left_out(model):
    """The months of a year lie on another share, which is not mounted today."""
    for i, when in enumerate(["2026-10-23", "2026-11-23"]):
        model.run(f"{i}.json", when)
    model.good("record", "0.json", "1.json", "--to", "history")
    month, away = model.work / "history/churn/none/2026/11", model.work / "share"
    month.rename(away)
    month.symlink_to(away)
    assert "2 runs" in model.good("trend", "churn", "--from", "history", "--check", "*")
    away.rename(model.work / "unmounted")
    done = model.modelgate("trend", "churn", "--from", "history")
    assert done.returncode == 3 and "history/churn/none/2026/11: " in done.stderr.decode(), done
    (model.work / "history/.#notes").symlink_to("an editor's lock")
    (model.work / "unmounted").rename(away)
    (model.work / "history/churn").rename(model.work / "moved")
    (model.work / "history/churn").symlink_to(model.work / "gone")
    done = model.modelgate("trend", "churn", "--from", "history", "--stage", "none")
    assert done.returncode == 3 and "history/churn: " in done.stderr.decode(), done
    (model.work / "gone").symlink_to(model.work / "moved")
    assert "2 runs" in model.good("trend", "churn", "--from", "history", "--check", "*")


def test_several_writers_of_one_run(model):
    model.run("run.json")
    writers = [program.start(model, ["record", "run.json", "--to", "history"]) for _ in range(4)]
    said = sorted(writer.communicate()[0].split()[0] for writer in writers)
    assert said == [b"already"] * 3 + [b"recorded"] and len(records(model)) == 1


def test_a_full_disk_leaves_nothing(model):
    model.run("run.json")
    folder = model.work / "full"
    with disk.small(folder, "64k") as mounted:
        if not mounted:
            pytest.skip("a full disk needs the right to mount")
        disk.fill(folder)
        done = model.modelgate("record", "run.json", "--to", "full/history")
        assert done.returncode == 3 and b"No space left on device" in done.stderr
        assert not [path for path in folder.rglob("*") if path.is_file() and path.name != "ballast"]
        (folder / "ballast").unlink()
        model.good("record", "run.json", "--to", "full/history")
        assert len(history.files(folder / "history")) == 1


def test_a_share_without_links(model):
    """Where link(2) is not to be had, the file is named in one step all the same."""
    compiler = pathlib.Path("/usr/bin/cc")
    if not compiler.exists():
        pytest.skip("there is no C compiler")
    source = model.root / "nolink.c"
    source.write_text("#include <errno.h>\nint link(const char *a, const char *b)\n"
        "{ (void)a; (void)b; errno = EPERM; return -1; }\n")
    library = model.root / "nolink.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, source], check=True)
    model.run("run.json")
    options = f"{model.environment.get('ASAN_OPTIONS', '')}:verify_asan_link_order=0"
    environment = {"LD_PRELOAD": str(library), "ASAN_OPTIONS": options}
    first = model.good("record", "run.json", "--to", "history", environment=environment)
    again = model.good("record", "run.json", "--to", "history", environment=environment)
    assert first.startswith("recorded") and again.startswith("already there") and len(records(model)) == 1
    assert os.listdir(next((model.work / "history").rglob("*.gz")).parent) == [
        next((model.work / "history").rglob("*.gz")).name]
