"""modelgate site: what a history and release tags say, as pages and data that keep to their schema."""

import datetime
import gzip
import json
import pathlib
import re
import shutil

import pytest

from support import histories
from support.lab import copy
from support.prometheus import Metrics
from support.site_builds import NOW, Page, build, day, fleet, kinds, put, stage


@pytest.mark.parametrize("values", [[0.5, 0.95, 1.5], [1, 0.9, 2], [1.0, 0.900001, 1e-7], [-3.5, 0.5, 0.5]])
def test_made_up_runs_are_the_same_in_pieces_and_in_whole(plain, values):
    run = histories.run_of(plain, "churn", "PRD", day(0), values)
    assert histories.Texts(plain).of(run) == histories.text_of(run)


def test_a_run_of_today_is_green(lab, history, plain):
    names = put(history, plain, 2, 1, 0)
    site = build(lab, history)
    now = stage(site)
    assert (now["state"], now["version"], now["every"], now["every_from"]) == ("pass", "v1.2.3", 86400, "policy")
    assert not now["late"]
    assert now["days"].endswith("ppp") and now["next"] == "2026-11-30T04:05:06Z"
    assert now["last"]["record"] == names[-1] and now["last"]["page"] in site
    month = json.loads(site["data/churn/2026-11.json"])
    [part] = month["stages"]
    assert [run["record"] for run in part["runs"]] == names
    assert [(c["id"], c["values"], c["verdicts"]) for c in part["checks"]][0] == ("s/m00[x]", [0.5] * 3, "ppp")
    assert part["checks"][0]["limits"] == [
        {"from": 0, "min": None, "max": 1, "warn_min": None, "warn_max": 0.9, "text": "max 1, warn max 0.9"}]
    assert "s/m00" in site["models/churn.html"] and "2026-11-29" in site["index.html"]


def test_the_report_of_a_run_leads_back(lab, history, plain):
    put(history, plain, 1, 0)
    put(history, plain, 0, stage=None)
    site = build(lab, history)
    for name, address in (("PRD", "PRD"), (None, "no+stage")):
        page = Page(site[stage(site, name=name)["last"]["page"]])
        assert [link for link in page.links if ".html" in link] == [
            "../../index.html", "../../decisions.html", f"../../models/churn.html#stage={address}"]


def test_silence_is_never_green(lab, history, plain):
    put(history, plain, 6, 5, 4)
    site = build(lab, history)
    now = stage(site)
    assert (now["state"], now["late"], now["missed"]) == ("late", True, 3), now
    assert now["days"].endswith("pppmmm-"), "today's run is not late yet"
    assert "late" in kinds(site)
    assert "a run was due 2026-11-26T04:05:06Z" in site["index.html"]


def test_a_model_with_a_rhythm_of_its_own_in_one_stage_has_that_of_all_in_the_others(lab, history, plain):
    put(history, plain, 3)
    histories.put(history, histories.run_of(plain, "churn", "PPS", day(3), [0.5] * 3))
    site = build(lab, history)
    now = {one["stage"]: one for one in fleet(site)["models"][0]["stages"]}
    assert (now["PPS"]["every"], now["PPS"]["every_from"], now["PPS"]["state"]) == (7 * 86400, "policy", "pass")
    assert (now["PRD"]["every"], now["PRD"]["every_from"], now["PRD"]["state"]) == (86400, "policy", "late")


def test_a_rhythm_is_estimated_where_none_is_demanded(lab, history, plain):
    put(history, plain, *range(30, 3, -1), model="other", stage="PPS")
    now = stage(build(lab, history), "other", "PPS")
    assert (now["state"], now["every"], now["every_from"]) == ("late", 86400, "estimated"), now
    assert "estimated" in now["why"]


def test_days_without_a_schedule_are_not_missed(lab, history, plain):
    # 2026-11-29 is a Sunday.
    weekdays = [ago for ago in range(27, 1, -1) if day(ago).weekday() < 5]
    put(history, plain, *weekdays, model="other", stage="PPS")
    now = stage(build(lab, history), "other", "PPS")
    assert (now["state"], now["missed"], now["next"]) == ("pass", 0, "2026-11-30T04:05:06Z"), now
    assert "m" not in now["days"]


def test_without_a_rhythm_old_age_is_not_green(lab, history, plain):
    put(history, plain, 45, model="other", stage="PPS")
    now = stage(build(lab, history), "other", "PPS")
    assert (now["state"], now["every"]) == ("late", None) and "no rhythm is known" in now["why"]


def test_decisions_that_do_not_hold_are_marked_where_they_are_listed(lab, history, plain, tmp_path):
    folder = copy(lab, "forged")
    lab.git("tag", "-a", "churn#PRD#90", "-m", lab.message("churn#PPD#1"), "HEAD", cwd=folder)
    lab.git("tag", "-a", "churn#PPS#91", "-m", "by hand", "HEAD", cwd=folder)
    put(history, plain, 0)
    done = lab.modelgate("site", "--from", history, "--out", tmp_path / "site", "--as-of", NOW, cwd=folder)
    assert done.returncode == 0, done
    page = (tmp_path / "site/decisions.html").read_text()
    events = {one["tag"]: one for one in json.loads(Page(page).data["decisions"])["events"]}
    assert events["churn#PRD#90"]["problem"] and events["churn#PPS#91"]["decision"] is None
    assert events["churn#PPD#1"]["problem"] is None and events["churn#PPD#1"]["decision"] == "passed"
    findings = json.loads((tmp_path / "site/fleet.json").read_text())["findings"]
    [found] = [one for one in findings if one["kind"] == "by-hand"]
    assert found["stage"] == "PPS" and "churn#PPS#91" in found["text"], "nor is what stands there by it silent"
    assert "it does not hold: " in (tmp_path / "site/feed.atom").read_text()
    assert page.count("does not hold") == sum(bool(one["problem"]) for one in events.values())


def test_what_is_not_well_is_told(lab, history, plain):
    put(history, plain, 1, 0)
    site = build(lab, history)
    assert kinds(site, "geo") == {"no-gate"}
    assert "override" in kinds(site)
    text = next(f["text"] for f in fleet(site)["findings"] if f["kind"] == "override")
    assert text == "v1.2.3 stands there by an override: fraud wave <b>INC-7</b>"
    assert "<b>INC-7</b>" not in site["index.html"] + site["decisions.html"] + site["models/churn.html"]
    decisions = json.loads(Page(site["decisions.html"]).data["decisions"])["events"]
    assert [e["kind"] for e in decisions] == ["promotion", "registration", "promotion"] or len(decisions) == 3
    assert any(e["decision"] == "overridden" and e["why"].startswith("fraud wave") for e in decisions)
    assert "graphs/churn.html" in site and "<svg" in site["graphs/churn.html"]


def test_a_failure_has_its_page_and_its_worst_check(lab, history, plain):
    put(history, plain, 2, 1)
    [name] = put(history, plain, 0, value=1.5)
    site = build(lab, history)
    now = stage(site)
    assert now["state"] == "fail" and now["worst"]["check"] == "s/m00[x]" and now["worst"]["value"] == 1.5
    assert "max 1 (broken)" in now["worst"]["limit"] and now["days"].endswith("ppf")
    assert name.split("/")[-1].split("-")[1][:16] in now["last"]["page"]


def test_a_run_that_was_mended_counts_once(lab, history, plain):
    bad = histories.run_of(plain, "churn", "PRD", day(0), [2, 2, 2])
    histories.put(history, bad)
    good = histories.run_of(plain, "churn", "PRD", day(0), [0.5] * 3)
    good["started"] = "2026-11-29T05:00:00Z"
    histories.put(history, good)
    now = stage(build(lab, history))
    assert now["state"] == "pass" and now["days"].endswith("p") and now["runs"] == 2


def test_a_run_with_changes_does_not_take_the_place_of_one_without(lab, history, plain):
    put(history, plain, 0, value=2)
    mine = histories.run_of(plain, "churn", "PRD", day(0), [0.5] * 3)
    mine.update(started="2026-11-29T05:00:00Z", git=mine["git"] | {"dirty": True})
    histories.put(history, mine)
    assert stage(build(lab, history))["state"] == "fail"


def test_a_run_of_some_checks_alone_earns_nothing(lab, history, plain):
    put(history, plain, 1, value=2)
    part = histories.run_of(plain, "churn", "PRD", day(0), [0.5] * 3)
    part["selection"] = "s/m00"
    histories.put(history, part)
    now = stage(build(lab, history))
    assert now["state"] == "fail" and now["days"].endswith("f-")


def test_a_run_of_the_future_does_not_hide_silence(lab, history, plain):
    put(history, plain, 5, -400)
    site = build(lab, history)
    assert stage(site)["state"] == "late" and "future" in kinds(site)


def test_a_run_that_was_made_before_its_time_says_nothing_of_it(lab, history, plain):
    put(history, plain, 2)
    early = histories.run_of(plain, "churn", "PRD", day(0), [0.5] * 3)
    early["started"] = histories.time_text(day(25))
    histories.put(history, early)
    site = build(lab, history)
    now = stage(site)
    assert now["state"] == "late" and now["missed"] > 0, "what was measured weeks ago is not the run of today"
    [found] = [f for f in fleet(site)["findings"] if f["kind"] == "future"]
    assert "1 run is dated after its own start" in found["text"]
    measured = Metrics(site["metrics.prom"]).value("modelgate_run_as_of_timestamp_seconds")
    assert measured == day(2).replace(tzinfo=datetime.UTC).timestamp()


def test_a_run_of_a_wrong_clock_does_not_win_over_later_ones(lab, history, plain):
    put(history, plain, 0, value=2)
    wrong = histories.run_of(plain, "churn", "PRD", day(0), [0.5] * 3)
    wrong["started"] = "2199-01-01T00:00:00Z"
    histories.put(history, wrong)
    site = build(lab, history)
    assert stage(site)["state"] == "fail" and "future" in kinds(site)


def test_a_broken_record_of_the_newest_second_may_be_the_one_that_counts(lab, history, plain):
    [name] = put(history, plain, 0)
    again = histories.run_of(plain, "churn", "PRD", day(0), [2, 2, 2])
    again["started"] = "2026-11-29T05:00:00Z"
    broken = histories.put(history, again)
    (history / broken).write_bytes(b"")
    site = build(lab, history, code=3)
    assert stage(site)["state"] == "error" and stage(site)["days"].endswith("e")
    assert "modelgate_run_passed{" not in site["metrics.prom"], "nor do metrics say that it passed"
    assert name != broken


def test_broken_records_are_named_and_the_site_is_built(lab, history, plain):
    [old, name] = put(history, plain, 1, 0)
    whole = (history / name).read_bytes()
    (history / name).write_bytes(whole[: len(whole) // 2])
    (history / "churn/PRD/notes.run.json.gz").write_bytes(b"x")
    (history / "stray.run.json.gz").write_bytes(b"x")
    (history / "README").write_text("not ours")
    site = build(lab, history, code=3)
    texts = [f["text"] for f in fleet(site)["findings"] if f["kind"] == "broken-record"]
    assert len(texts) == 3 and any(name in text and "cut off" in text for text in texts), texts
    now = stage(site)
    assert now["state"] == "error" and now["days"].endswith("pe") and now["last"]["record"] == old
    assert name in site["stderr"]


@pytest.mark.parametrize("what", ["rename", "forge"])
def test_a_record_that_lies_counts_for_nothing(lab, history, plain, what):
    [name] = put(history, plain, 0, value=2)
    path = history / name
    if what == "rename":
        path.rename(path.with_name("040507" + path.name[6:]))
    else:
        text = gzip.decompress(path.read_bytes()).decode()
        path.write_bytes(gzip.compress(text.replace('"verdict": "fail"', '"verdict": "pass"').encode()))
    site = build(lab, history, code=3)
    assert stage(site)["state"] == "error" and "broken-record" in kinds(site)


def test_the_cache_gives_the_same_site(lab, history, plain, tmp_path):
    put(history, plain, *range(70, -1, -1))
    cache = ["--cache", tmp_path / "cache"]
    first = build(lab, history, out=tmp_path / "a")
    cold = build(lab, history, *cache, out=tmp_path / "b")
    warm = build(lab, history, *cache, out=tmp_path / "c")
    assert "71 of them from the cache" in warm["stderr"] and "from the cache" not in cold["stderr"]
    for site in (first, cold, warm):
        del site["stderr"]
    assert first == cold == warm


def test_the_cache_notices_what_is_new_and_what_is_damaged(lab, history, plain, tmp_path):
    put(history, plain, *range(40, 0, -1))
    cache = ["--cache", tmp_path / "cache"]
    build(lab, history, *cache)
    put(history, plain, 0, value=2)
    site = build(lab, history, *cache)
    assert stage(site)["state"] == "fail" and "from the cache" in site["stderr"]
    for path in filter(pathlib.Path.is_file, (tmp_path / "cache").rglob("*")):
        path.write_text(path.read_text().replace('"p', '"f'))
    again = build(lab, history, *cache)
    assert "from the cache" not in again["stderr"]
    assert again["data/churn/2026-10.json"] == site["data/churn/2026-10.json"]


def test_a_newest_record_damaged_behind_the_cache_is_named(lab, history, plain, tmp_path):
    [name] = put(history, plain, 0)
    cache = ["--cache", tmp_path / "cache"]
    build(lab, history, *cache)
    (history / name).write_bytes(b"")
    assert stage(build(lab, history, *cache, code=3))["state"] == "error"


def test_models_that_share_a_folder_are_not_green_by_each_other(lab, history, plain, tmp_path):
    clone = tmp_path / "clone"
    shutil.copytree(lab.work, clone)
    (clone / ".modelgate.yaml").write_text("models: {'a:same': a, 'b:same': b}\n")
    lab.git("commit", "--quiet", "--all", "--message", "two of a name", cwd=clone)
    put(history, plain, 0, model="same")
    site = build(lab, history, "--repo", clone)
    assert {m["name"]: len(m["stages"]) for m in fleet(site)["models"] if "same" in m["name"]} == {
        "a:same": 0, "b:same": 0, "same": 1}
    assert all("ambiguous" in kinds(site, name) for name in ("a:same", "b:same", "same"))
    assert "models/a~3asame.html" in site


def test_a_folder_that_is_no_site_is_left_alone(lab, history, plain, tmp_path):
    put(history, plain, 0)
    other = tmp_path / "other"
    other.mkdir()
    (other / "thesis.txt").write_text("mine")
    done = lab.modelgate("site", "--from", history, "--out", other)
    assert done.returncode == 2 and b"is no site of modelgate" in done.stderr, done
    assert [p.name for p in other.iterdir()] == ["thesis.txt"]
    build(lab, history)
    site = tmp_path / "site"
    (site / "notes.txt").write_text("mine")
    done = lab.modelgate("site", "--from", history, "--out", site)
    assert done.returncode == 2 and b"has notes.txt in it" in done.stderr and (site / "notes.txt").exists(), done


def test_a_build_takes_the_place_of_the_one_before(lab, history, plain, tmp_path):
    put(history, plain, 0, model="old")
    build(lab, history)
    shutil.rmtree(history / "old")
    put(history, plain, 0, model="new")
    site = build(lab, history)
    assert "models/new.html" in site and "models/old.html" not in site
    assert sorted(p.name for p in tmp_path.iterdir()) == ["history", "site"], "nothing is left beside it"


def test_what_a_killed_build_left_is_removed(lab, history, plain, tmp_path):
    put(history, plain, 0)
    (tmp_path / "site.building-abcdef/models").mkdir(parents=True)
    build(lab, history)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["history", "site"]


def test_without_a_repository_there_are_runs_alone(lab, history, plain):
    put(history, plain, 0)
    site = build(lab, history, repo=False)
    assert "there is no git repository here" in site["stderr"]
    assert "without a repository" in site["index.html"]
    assert stage(site)["version"] is None and fleet(site)["models"][0]["graph"] is None


@pytest.mark.parametrize("arguments, say", [
    (["--from", "nowhere", "--out", "site"], "there is no folder nowhere"),
    (["--from", ".", "--out", "no/such/site"], "there is no folder no/such"),
    (["--out", "site"], "--from"),
    (["--from", "."], "--out"),
])
def test_usage(lab, arguments, say):
    done = lab.modelgate("site", *arguments)
    assert done.returncode == 2 and say in done.stderr.decode(), done
    assert not (lab.work / "site").exists()


def test_hostile_texts_stay_texts(lab, history, plain):
    run = histories.run_of(plain, "churn", "PRD", day(0), [2] * 3)
    evil = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\u202e"
    run["results"] = [dict(result) for result in run["results"]]
    for i, result in enumerate(run["results"]):
        result.update(name=f"s/{evil}{i}".replace("</", "<"), message=evil, owner=evil)
    run.update(owner=evil[:100], branch=evil)
    run["git"] = {**run["git"], "branch": evil} if run.get("git") else run.get("git")
    histories.put(history, run)
    site = build(lab, history)
    for path, text in site.items():
        if path.endswith(".html"):
            page = Page(text)
            assert not any(tag == "img" for tag, _ in page.tags), path
            scripts = [given for tag, given in page.tags if tag == "script"]
            assert all(given.get("type") == "application/json" or "src" in given for given in scripts), path
            assert "\u202e" not in text, path


def test_policy_names_stages_that_are_there(lab, history, plain, tmp_path):
    clone = tmp_path / "clone"
    shutil.copytree(lab.work, clone)
    (clone / ".modelgate.yaml").write_text("monitor: {PROD: 1d}\n")
    lab.git("commit", "--quiet", "--all", "--message", "typo", cwd=clone)
    put(history, plain, 0)
    done = lab.modelgate("site", "--from", history, "--out", tmp_path / "site", "--repo", clone)
    assert done.returncode == 2 and re.search(rb"stage 'PROD' that is not there.*PPD, PPS", done.stderr), done


def upstream(lab, history, folder):
    """A repository with the history as `modelgate record --to git:` keeps it: a ref for each model."""
    lab.git("init", "--quiet", "--bare", str(folder))
    here = {"GIT_DIR": str(folder), "GIT_WORK_TREE": str(history)}
    for model in sorted(path.name for path in history.iterdir()):
        lab.git("read-tree", "--empty", cwd=history, environment=here)
        lab.git("add", model, cwd=history, environment=here)
        tree = lab.git("write-tree", cwd=history, environment=here)
        commit = lab.git("commit-tree", tree, "-m", model, cwd=history, environment=here)
        lab.git("update-ref", f"refs/modelgate/history/{model}", commit, cwd=history, environment=here)
    return f"git:file://{folder}"


def test_a_server_is_asked_once_for_the_records_of_all_models(lab, history, plain, tmp_path, monkeypatch):
    for model in ("churn", "geo", "price", "risk", "route"):
        put(history, plain, 1, 0, model=model, stage="PPD")
        put(history, plain, 1, 0, model=model, stage="PRD")
    address = upstream(lab, history, tmp_path / "upstream.git")
    log, wrapper = tmp_path / "git.log", tmp_path / "bin" / "git"
    wrapper.parent.mkdir()
    wrapper.write_text(f'#!/bin/sh\necho "$*" >> {log}\nexec {shutil.which("git")} "$@"\n')
    wrapper.chmod(0o755)
    of_folder = build(lab, history)
    monkeypatch.setitem(lab.environment, "PATH", f"{wrapper.parent}:{lab.environment['PATH']}")
    of_server = build(lab, address, out=tmp_path / "other")
    assert [line.split()[0] for line in log.read_text().splitlines()] == ["ls-remote", "fetch"]
    assert {path for path in of_server if path.startswith("data/")} == {
        path for path in of_folder if path.startswith("data/")}
    assert all(of_server[path] == text for path, text in of_folder.items() if path.startswith("data/"))


def test_a_model_alone_is_read_by_several_threads_past_what_is_broken(lab, history, plain):
    names = put(history, plain, *range(11, -1, -1), model="alone")
    broken = [names[3], names[8]]
    for name in broken:
        (history / name).write_bytes((history / name).read_bytes()[:-30])
    site = build(lab, history, repo=False, code=3)
    [part] = json.loads(site["data/alone/2026-11.json"])["stages"]
    assert [run["record"] for run in part["runs"]] == [name for name in names if name not in broken]
    told = [finding["text"] for finding in fleet(site)["findings"] if finding["kind"] == "broken-record"]
    assert len(told) == 2 and all(any(name in text for text in told) for name in broken), told
