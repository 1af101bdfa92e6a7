"""site/feed.atom and site/metrics.prom: what changed, and what the newest runs say, for readers and for Prometheus."""

import datetime
import re
import urllib.parse
import xml.etree.ElementTree as ET

import feedparser
import pytest

from support import histories
from support.prometheus import Metrics, lint
from support.site_builds import NOW, Page, build, day, put, stage

ATOM = "{http://www.w3.org/2005/Atom}"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
URI = re.compile(r"tag:modelgate\.invalid,2026:[A-Za-z0-9._~/@=:%-]+")


def texts(element, name):
    return [child.text for child in element.findall(ATOM + name)]


def check_common(element):
    """RFC 4287, 4.1.1 and 4.1.2: what a feed and an entry must have, once."""
    [name], [title], [updated] = (texts(element, name) for name in ("id", "title", "updated"))
    assert URI.fullmatch(name) and title and TIME.fullmatch(updated), (name, title, updated)
    links = [dict(link.attrib) for link in element.findall(ATOM + "link")]
    assert [link["rel"] for link in links].count("alternate") == 1
    return name, updated, links


def check_atom(text, site):
    root = ET.fromstring(text)
    assert root.tag == ATOM + "feed" and all(child.tag.startswith(ATOM) for child in root.iter())
    assert len(root.findall(f"{ATOM}author/{ATOM}name")) == 1, "else each entry needs an author"
    _, updated, links = check_common(root)
    assert {link["rel"]: link["href"] for link in links} == {"self": "feed.atom", "alternate": "index.html"}
    found = [check_common(entry) for entry in root.findall(ATOM + "entry")]
    assert len({name for name, _, _ in found}) == len(found), "an id comes twice"
    assert [time for _, time, _ in found] == sorted((time for _, time, _ in found), reverse=True)
    assert updated == (found[0][1] if found else "1970-01-01T00:00:00Z")
    for _, _, [link] in found:
        assert urllib.parse.unquote(link["href"]) in site, link


def entries(site):
    text = site["feed.atom"]
    check_atom(text, site)
    parsed = feedparser.parse(text)
    assert not parsed.bozo and parsed.version == "atom10", parsed
    assert len(parsed.entries) <= 200
    return parsed.entries


def told(site, stages=("PRD",)):
    """The kinds and titles of what runs say, oldest first."""
    found = [(e.tags[0].term, e.title) for e in reversed(entries(site))]
    return [(kind, title) for kind, title in found if kind in ("opened", "changed", "resolved", "missed")
            and any(f"churn {name}:" in title for name in stages)]


def test_a_failure_opens_changes_and_is_resolved(lab, history, plain):
    put(history, plain, 5, 4)
    put(history, plain, 3, value=0.95)
    [failed] = put(history, plain, 2, value=1.5)
    put(history, plain, 1, 0)
    site = build(lab, history)
    assert told(site) == [("opened", "churn PRD: warn, was pass"), ("changed", "churn PRD: fail, was warn"),
                          ("resolved", "churn PRD: pass, was fail")]
    entry = next(e for e in entries(site) if "fail, was" in e.title)
    assert entry.id == "tag:modelgate.invalid,2026:" + failed.removesuffix(".run.json.gz")
    assert entry.updated == "2026-11-27T04:05:06Z" and entry.link.startswith("runs/churn/PRD-2026-11-27")
    assert "3 failed" in entry.summary, entry.summary
    assert ("link", {"rel": "alternate", "type": "application/atom+xml", "href": "feed.atom"}) in Page(
        site["index.html"]).tags


def test_the_first_run_is_no_change_unless_it_did_not_pass(lab, history, plain):
    put(history, plain, 0)
    put(history, plain, 0, stage="PPS", value=2)
    assert told(build(lab, history), ("PRD", "PPS")) == [("opened", "churn PPS: fail")]


def test_silence_is_told_once_and_ends(lab, history, plain):
    put(history, plain, 9, 8)
    silent = build(lab, history)
    assert told(silent) == [("missed", "churn PRD: no run since 2026-11-21T04:05:06Z")]
    entry = entries(silent)[[e.tags[0].term for e in entries(silent)].index("missed")]
    assert entry.updated == "2026-11-22T10:05:06Z", "a quarter of a day is forgiven"
    assert entry.summary == "a run was due 2026-11-22T04:05:06Z (every 1 d 00 h, by the policy)"
    put(history, plain, 0)
    ended = build(lab, history)
    assert told(ended) == [*told(silent), ("resolved", "churn PRD: pass, was late")]
    assert entry in entries(ended), "what was told stays as it was"


def test_what_failed_has_not_ended_by_being_silent(lab, history, plain):
    put(history, plain, 9, value=2)
    put(history, plain, 0, value=2)
    assert told(build(lab, history)) == [("opened", "churn PRD: fail"),
                                         ("missed", "churn PRD: no run since 2026-11-20T04:05:06Z")]


def test_an_estimated_rhythm_is_the_one_of_then(lab, history, plain):
    put(history, plain, *range(30, 15, -1), stage="PPS")
    silent = told(build(lab, history), ["PPS"])
    assert [kind for kind, _ in silent] == ["missed"]
    put(history, plain, *range(3, -1, -1), stage="PPS")
    assert told(build(lab, history), ["PPS"])[0] == silent[0]


def test_a_stage_in_which_no_run_ever_came_is_told(lab, history, plain):
    put(history, plain, 0, model="other")
    tomorrow = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=3)).strftime("%Y-%m-%dT%H:%M:%SZ")
    [(kind, title)] = told(build(lab, history, now=tomorrow))
    assert kind == "missed" and title.startswith("churn PRD: no run since ")


def test_a_run_that_was_made_again_resolves_what_it_said_first(lab, history, plain):
    put(history, plain, 0, value=2)
    again = histories.run_of(plain, "churn", "PRD", day(0), [0.5] * 3)
    again["started"] = "2026-11-29T05:00:00Z"
    histories.put(history, again)
    assert [kind for kind, _ in told(build(lab, history))] == ["opened", "resolved"]


def test_promotions_and_overrides_are_told(lab, history, plain):
    put(history, plain, 0)
    found = {e.title: e for e in entries(build(lab, history)) if e.tags[0].term == "promotion"}
    assert {"churn: v1.2.3 into PPD", "churn: v1.2.3 into PRD"} <= set(found)
    summary = found["churn: v1.2.3 into PRD"].summary_detail
    assert "overridden: fraud wave <b>INC-7</b>" in summary.value and summary.type == "text/plain"


def test_the_feed_says_nothing_of_the_build(lab, history, plain, tmp_path):
    put(history, plain, *range(20, -1, -1))
    put(history, plain, 5, stage="PPS", value=2)
    cache = ["--cache", tmp_path / "cache"]
    first = build(lab, history, *cache)["feed.atom"]
    assert first == build(lab, history, *cache, now="2026-11-29T08:00:00Z")["feed.atom"]
    assert NOW not in first


def test_an_empty_history_has_an_empty_feed(lab, history, plain):
    history.mkdir()
    site = build(lab, history, repo=False)
    assert entries(site) == [] and not Metrics(site["metrics.prom"]).of["modelgate_run_passed"]


def test_of_many_changes_the_newest_are_kept(lab, history, plain):
    for ago in range(220, -1, -1):
        put(history, plain, ago, value=0.5 if ago % 2 else 2)
    found = entries(build(lab, history, repo=False))
    assert len(found) == 200 and found[0].updated == "2026-11-29T04:05:06Z"


def test_hostile_texts_stay_texts(lab, history, plain):
    evil = "]]></summary><entry>&amp;\x01\u202e\ud7ff##vso[x]"
    run = histories.run_of(plain, "churn", "PRD", day(0), [2] * 3)
    for result in run["results"]:
        result["message"] = evil
    run["results"][0].update(name=f"s/{evil}")
    histories.put(history, run)
    site = build(lab, history)
    assert [kind for kind, _ in told(site)] == ["opened"]
    assert "##vso[" not in site["feed.atom"] and "\u202e" not in site["feed.atom"]
    assert not lint(site["metrics.prom"])


@pytest.mark.parametrize("cached", [False, True])
def test_a_broken_newest_record_is_told_and_has_no_metrics(lab, history, plain, tmp_path, cached):
    [_, name] = put(history, plain, 1, 0)
    if cached:
        build(lab, history, "--cache", tmp_path / "cache")
    (history / name).write_bytes(b"")
    site = build(lab, history, *(["--cache", tmp_path / "cache"] if cached else []), code=3)
    assert told(site) == [("opened", "churn PRD: error, was pass")]
    assert Metrics(site["metrics.prom"]).of["modelgate_run_passed"] == [], "an older run says nothing of now"


def test_metrics_are_of_the_newest_run_of_each_stage(lab, history, plain):
    put(history, plain, 1, value=2)
    put(history, plain, 0)
    put(history, plain, 0, stage="PPS", value=2)
    put(history, plain, *range(8, -1, -1), model="other", stage=None)
    site = build(lab, history)
    assert not lint(site["metrics.prom"])
    metrics = Metrics(site["metrics.prom"])
    assert {(who["model"], who.get("stage")): value for who, value in metrics.of["modelgate_run_passed"]} == {
        ("churn", "PRD"): 1, ("churn", "PPS"): 0, ("other", None): 1}
    assert {(who["model"], who.get("stage")): value
            for who, value in metrics.of["modelgate_run_expected_interval_seconds"]} == {
        ("churn", "PRD"): 86400, ("churn", "PPS"): 7 * 86400, ("other", None): 86400}
    assert metrics.value("modelgate_check_value", model="churn", stage="PPS", check="s/m00[x]") == 2
    assert stage(site)["state"] == "pass"
