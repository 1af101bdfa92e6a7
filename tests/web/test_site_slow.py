"""The pages of a site in a real Chromium: what people see and do there, by eye, keyboard and screen reader; hostile
names, broken data, a phone; 200 models, and a year of 60 checks."""
# program: plain

import datetime
import json
import os
import pathlib
import subprocess

import pytest

from support import histories, site_pages

SOURCE = pathlib.Path(os.environ["MODELGATE_SOURCE"]).resolve()
MODULES = SOURCE / "build/deps/browser/node_modules"
NOW = datetime.datetime(2026, 11, 30, 18, 0, tzinfo=datetime.UTC)
PAGES = ["fleet", "model", "compare", "decisions", "graph"]


def build(folder):
    """A site of the program's own: a model whose last run failed."""
    plain = histories.template(3)
    for day, value in ((2, 0.5), (1, 2)):
        time = NOW.replace(tzinfo=None) - datetime.timedelta(days=day)
        histories.put(folder / "history", histories.run_of(plain, "churn", "PRD", time, [value, 0.5, 0.5]))
    command = [os.environ["MODELGATE"], "site", "--from", "history", "--as-of", f"{NOW:%Y-%m-%dT%H:%M:%SZ}"]
    subprocess.run([*command, "--out", "built"], cwd=folder, check=True, capture_output=True)
    [page] = (folder / "built/runs/churn").iterdir()
    page.rename(page.with_name("run.html"))


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sites")
    site_pages.write_all(folder, NOW)
    build(folder)
    found = subprocess.run(
        ["node", pathlib.Path(__file__).with_name("browse_site.mjs"), MODULES, folder, NOW.isoformat()],
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stderr
    return json.loads(found.stdout)


def test_what_is_wrong_stands_first(seen):
    fleet = seen["fleet"]
    assert fleet["title"] == "Models 2 of 4 are not well"
    assert "flight-delay PRD" in fleet["worst"] and "not well for" in fleet["worst"] and "min 0.8" in fleet["worst"]
    assert fleet["order"][:2] == ["flight-delay", "churn"]
    assert "late" in fleet["late"] and "missed" in fleet["late"], "a missed run is seen as one"


def test_filters_have_addresses(seen):
    fleet = seen["fleet"]
    assert fleet["found"] == [1, "1 of 4 models", "#q=price"]
    assert fleet["filtered"] == [1, "#state=late&stage=PRD"]
    assert seen["sent"] == {"rows": 1, "pressed": "true"}, "the address shows the same to a colleague"
    assert fleet["none"] == "No model is like that."
    assert not fleet["print"]


def test_an_old_site_is_not_green(seen):
    assert "built 4 days ago" in seen["stale"]["notice"]
    assert seen["stale"]["green"] == 0


def test_a_model_over_time(seen):
    model = seen["model"]
    assert model["title"].startswith("flight-delay fails in PRD, not well for")
    assert model["pressed"] == "PRD", "the stage that is worst is the first that is shown"
    assert model["unwell"] >= 3 and "max 0.2" in model["says"]
    assert model["checks"] == 31 and model["found"] == 1
    assert model["address"].startswith("#check=drift")


def test_keys_lead_through_a_picture(seen):
    model = seen["model"]
    assert "pass" in model["first"] and "fail" in model["last"] and "v1.2.0 stands" in model["last"]
    assert model["table"] >= 90, "the table behind the picture has every run"
    assert model["closed"] == 0 and model["back"] == 1, "the way back leads to the view before"
    assert "of its limit" in model["heat"] and model["opened"].split(" ")[-1].startswith("drift/psi")


def test_older_months_from_disk(seen):
    assert "python3 -m http.server" in seen["model"]["older"]


def test_two_runs_side_by_side(seen):
    compare = seen["compare"]
    assert "no longer pass" in compare["summary"] and compare["rows"] == 31
    assert "worse" in compare["first"] and "fail" in compare["first"]
    assert 0 < compare["changed"] < 31
    assert compare["same"].startswith("No verdict fell or rose")
    assert "no run among the months" in seen["unknown"]


def test_decisions(seen):
    assert seen["decisions"]["title"] == "Decisions 4 overrides and withdrawals of 10"
    assert seen["decisions"]["rows"] == 10
    assert len(seen["decisions"]["overrides"]) == 4 and all(
        "agreed with Ada" in row for row in seen["decisions"]["overrides"]
    )


def test_the_report_of_a_run_leads_back(seen):
    run = seen["run"]
    assert run["focus"] == "churn", "the third key leads to the model, behind all models and the decisions"
    assert run["model"] == ["churn fails in PRD, not well for 2 days", "#stage=PRD", "PRD"]
    assert run["compare"].startswith("1 check no longer passes. "), "the newest run stands beside the one before"
    assert run["fleet"] == "Models 1 of 1 are not well"
    assert run["plain"] == "none", "its links look like those of the other pages"


def test_why_it_stands_there(seen):
    graph = seen["graph"]
    lit, words, address = graph["path"]
    assert 1 < lit < graph["nodes"] and "Why does this stand here?" in words and address.startswith("#node=stage")
    assert graph["file"][0] < graph["nodes"] and "What else came from this file?" in graph["file"][1]
    assert not graph["zoomed"].startswith("-28 -28")


@pytest.mark.parametrize(
    "name",
    [
        *PAGES,
        "phone-fleet",
        "phone-model",
        "phone-compare",
        "phone-decisions",
        "phone-graph",
        "phone-run",
        "run",
        "empty",
        "hostile-index",
        "hostile-decisions",
        "hostile-models/evil",
        "broken-index",
        "broken-decisions",
        "broken-models/m",
    ],
)
def test_everybody_can_read_it_and_nothing_is_broken(seen, name):
    page = seen[name]
    assert page["troubles"] == [], "a script failed, something was fetched, or the policy was broken"
    assert page["axe"] == page.get("axeOpen", []) == page.get("axeOlder", []) == []
    assert page.get("width", 390) == 390, "nobody scrolls sideways on a phone"


def test_a_phone_has_room_for_all(seen):
    assert seen["phone-fleet"]["stages"] == ['"DEV"', '"PPD"', '"PRD"'], "without heads each cell says its stage"
    assert seen["phone-compare"]["right"] <= 390, "both sides and their difference are in sight"
    some, width, all_nodes = seen["phone-graph"]["nodes"]
    assert 0 < some < all_nodes == seen["graph"]["nodes"] and width > 100, "a graph begins with what can be read"


@pytest.mark.parametrize("name", ["hostile-index", "hostile-decisions", "hostile-models/evil"])
def test_hostile_texts_stay_texts(seen, name):
    assert seen[name]["elements"] == [0, 0, 0, 0] and seen[name]["links"] == 0


def test_empty_and_broken_have_designs(seen):
    assert "There is no model yet." in seen["empty"]["text"]
    for name in ("index", "decisions", "models/m"):
        assert "cannot be read" in seen[f"broken-{name}"]["text"]


def test_much_is_quick(seen):
    # An interaction takes less than 100 ms on a quiet machine; on one that is busy its caches are cold.
    assert seen["many"]["troubles"] == seen["year"]["troubles"] == []
    assert seen["many"]["rows"] == 100, "all steps were done"
    assert seen["year"]["rows"] == 60, "all steps were done"
    for name, seconds in seen["times"].items():
        assert seconds < (2 if name.endswith("open") else 0.2), seen["times"]
