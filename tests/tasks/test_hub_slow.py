"""The extension's hub and widget in a real Chromium, inside the host that speaks the protocol of the SDK: the site's
own pages of data that a build has attached; none, cut, strange, hostile and refused ones. MODELGATE_PICTURES=FOLDER
keeps the pictures: fleet.png is docs/pictures/hub.png."""
# program: plain

import copy
import json
import os
import pathlib
import re
import subprocess

import pytest

from support import console
from tasks import agent

PROGRAM = os.environ["MODELGATE"]
FLIGHTS = console.SOURCE / "examples/flight-delay/modelgate.yaml"
SAMPLE = console.SOURCE / "tests/web/site-sample"
EVIL = "</script><img src=x onerror=alert(1)>"
RECORD = "bbbbbbbb-0000-0000-0000-000000000001"


class Sites:
    """Builds of the site, and the pages that they attached."""

    def __init__(self, folder):
        self.folder, self.count = folder, 0

    def page(self, kind, data, cut=None):
        """A page of the site, as far as the hub reads it."""
        self.count += 1
        file = self.folder / f"page-{self.count}.html"
        text = json.dumps(data).replace("<", "\\u003c")
        html = f'<!doctype html><body><script type="application/json" id="{kind}">{text}</script></body>'
        file.write_text(html[:cut])
        return str(file)

    def build(self, fleet, model, **more):
        return {"tags": ["modelgate-site"], "attachments": [
            {"type": "modelgate.fleet", "name": "index.html", "record": RECORD,
                "file": self.page("fleet", fleet, **more)},
            {"type": "modelgate.model", "name": f"{model['model']['file']}.html", "record": RECORD,
                "file": self.page("model", model)}]}


def made(folder):
    """A site of the program's own, as steps/show-site.yml attaches it."""
    for month in ("2001-02", "2001-05"):
        subprocess.run([PROGRAM, "run", FLIGHTS, "--stage", "PRD", "--var", f"month={month}", "--as-of", f"{month}-28",
            "--record", "history", "--quiet"], cwd=folder, check=False, stdout=subprocess.DEVNULL,
            env=os.environ | {"BUILD_BUILDID": "8001"})
    subprocess.run([PROGRAM, "site", "--from", "history", "--as-of", "2001-06-01", "--out", "site"], cwd=folder,
        check=True, stdout=subprocess.DEVNULL)
    pages = [("modelgate.fleet", folder / "site/index.html")]
    pages += [("modelgate.model", page) for page in (folder / "site/models").iterdir()]
    return {"tags": ["modelgate-site"], "attachments": [{"type": kind, "name": page.name, "record": RECORD,
        "file": str(page)} for kind, page in pages]}


def evil(value, key=""):
    """Every free text is hostile; words of the schema and times stay."""
    keep = {"format", "built", "time", "since", "started", "next", "days_from", "days", "state", "kind", "look",
        "verdict", "every_from", "decision", "evidence", "file", "month", "seal", "better", "unit", "verdicts"}
    if isinstance(value, dict):
        return {name: evil(one, name) for name, one in value.items()}
    if isinstance(value, list):
        return [evil(one, key) for one in value]
    if key in ("page", "graph") and isinstance(value, str):
        return "javascript:alert(2)"
    return EVIL + value if isinstance(value, str) and key not in keep else value


def never_run(fleet):
    """Four models that passed, and one that nobody ever ran."""
    stage = fleet["models"][0]["stages"][1] | {"state": "pass", "next": None}
    models = [one | {"stages": [stage]} for one in fleet["models"]]
    return fleet | {"findings": [], "models": [*models, models[0] | {"name": "new", "file": "new", "stages": []}]}


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    agent.build()
    folder = pathlib.Path(os.environ.get("MODELGATE_PICTURES") or tmp_path_factory.mktemp("hub"))
    fleet = json.loads((SAMPLE / "fleet.json").read_text())
    model = json.loads((SAMPLE / "churn.json").read_text())
    for month in model["months"]:
        for stage in month["stages"]:
            for i, run in enumerate(stage["runs"]):
                run["build"] = str(9000 + i)
    sites = Sites(folder)
    well = sites.build(fleet, model)
    hostile = sites.build(evil(copy.deepcopy(fleet)), evil(copy.deepcopy(model)))
    strange = sites.build(fleet | {"format": "modelgate.site/2"}, model)
    other = sites.build(fleet | {"built": "2026-11-30T23:00:00Z"}, model)
    cases = {"well": {"70": well}, "none": {"70": {"attachments": []}}, "forbidden": {"70": well, "faults": [403] * 9},
        "cut": {"70": sites.build(fleet, model, cut=-400)}, "strange": {"70": strange},
        "behind": {"70": well, "71": {"tags": ["modelgate-site"], "attachments": []}}, "hostile": {"70": hostile},
        "branch": {"70": well, "71": other | {"branch": "refs/heads/green"},
            "72": other | {"branch": "refs/pull/5/merge"}, "73": other | {"definition": 8}},
        "failed": {"70": well, "71": {"branch": "refs/heads/green"}, "72": {"definition": 9}, "69": {}},
        "failed since": {"70": well, "71": {}},
        "never run": {"70": sites.build(never_run(fleet), model)},
        "overtaken": {"70": well | {"finish": 90}, "71": other},
        "made": {"70": made(tmp_path_factory.mktemp("made"))}}
    (folder / "cases.json").write_text(json.dumps(cases))
    done = subprocess.run(["node", pathlib.Path(__file__).parent / "host/browse_hub.mjs", console.SOURCE, folder],
        capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-6000:]
    return json.loads(done.stdout) | {"data": fleet}


def test_hub_is_the_fleet_of_the_site(seen):
    fleet = seen["fleet"]
    assert fleet["head"].startswith("Models") and "build 70" in fleet["notes"]
    for model in seen["data"]["models"]:
        assert model["name"] in fleet["text"], model["name"]
        for stage in model["stages"]:
            assert not stage["worst"] or stage["worst"]["check"] in fleet["text"]
    assert fleet["pictures"] >= 3


def test_hub_shows_what_the_program_makes(seen):
    fleet, model = seen["made"], seen["made model"]
    assert "flight-delay" in fleet["text"] and "accuracy/f1" in fleet["text"]
    assert "flight-delay" in model["head"] and model["search"] == "?model=flight-delay"
    assert "build:8001" in model["links"], "runs lead to their builds"


def test_hub_leads_to_models_and_builds(seen):
    model = seen["model"]
    assert "churn" in model["head"] and model["search"].startswith("?model=churn") and model["pictures"] > 5
    assert model["host"]["query"] == {"model": "churn"}, "the address of the host's page names it"
    assert not [link for link in model["links"] if link.startswith("graphs/") or link.startswith("runs/")]
    assert re.fullmatch(r"https://[^/]+/contoso/[\d-]+/_build/results\?buildId=9\d{3}"
        r"&view=modelgate\.modelgate\.model-gates-tab", seen["opened"]["host"]["opened"][0])
    assert seen["back"]["head"].startswith("Models") and seen["back"]["host"]["query"] == {"model": ""}


def test_address_leads_to_the_view(seen):
    sent = seen["sent"]
    assert "churn" in sent["head"] and sent["search"] == "?model=churn#stage=PRD" and sent["scheme"] == "dark"


def test_says_what_is_wrong_and_no_green(seen):
    for name, words in {"none": "No site was built yet", "forbidden": "HTTP 403", "cut": "cut off",
            "strange": "not of the format modelgate.site/1", "widget none": "No site was built yet",
            "widget forbidden": "HTTP 403"}.items():
        assert words in seen[name]["text"] and seen[name]["green"] == 0, f"{name}: {seen[name]}"
    assert "the builds since then have no site" in seen["behind"]["notes"]


def test_shows_the_site_of_the_pipelines_own_branch(seen):
    assert "build 70" in seen["branch"]["notes"], "no other branch, pull request or pipeline that is gone"
    assert "since then" not in seen["branch"]["notes"]


def test_tells_of_builds_that_failed_since(seen):
    assert "since then" not in seen["failed"]["notes"], "of another branch, of another pipeline, and before"
    assert "build 70" in seen["failed since"]["notes"]
    assert "the builds since then have no site" in seen["failed since"]["notes"]
    assert "The builds since then have no site" in seen["widget failed since"]["text"]
    assert "The builds since then" not in seen["widget well"]["text"]
    never = seen["widget never run"]["text"]
    assert "1 of 5 models not well" in never and "all well" not in never


def test_site_that_was_built_last_counts_not_the_build_that_ended_last(seen):
    assert "build 71" in seen["overtaken"]["notes"] and "since then" not in seen["overtaken"]["notes"]


def test_hostile_texts_stay_texts(seen):
    for name in ("hostile", "widget hostile"):
        page = seen[name]
        assert EVIL in page["text"] and page["troubles"] == [], name
    assert seen["hostile"]["width"] <= 390


def test_widget_shows_the_worst_first(seen):
    widget = seen["widget well"]
    assert widget["status"]["statusType"] == 0
    names = [model["name"] for model in seen["data"]["models"]]
    assert any(name in widget["text"] for name in names) and "not well" in widget["text"]
    assert "/_apps/hub/modelgate.modelgate.models-hub?model=" in widget["opened"][0]


def test_everybody_can_read_it(seen):
    for name, page in seen.items():
        if name != "data":
            assert page["troubles"] == [] and page.get("axe", []) == [], f"{name}: {page['troubles']} {page.get('axe')}"
