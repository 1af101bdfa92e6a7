"""The HTML report in a real Chromium: what people see and do, by eye, keyboard and screen reader; hostile names and
cells; with scripts off; many checks; a phone."""
# program: plain

import json
import os
import pathlib
import subprocess

import pytest

from support import charted, run_json

PROGRAM = os.environ["MODELGATE"]
SOURCE = pathlib.Path(os.environ["MODELGATE_SOURCE"]).resolve()
MODULES = SOURCE / "build/deps/browser/node_modules"
FLIGHTS = SOURCE / "examples/flight-delay/modelgate.yaml"
EVIL = ["</script><script>alert(1)</script>", "<img src=x onerror=alert(2)>", "\u202etxt.exe\u2066", "'\"><b>bold</b>",
    "javascript:alert(3)", "]]><!--", "<style>*{display:none}</style>", "x\u0000y\u0007z\u009b31m", "n" * 10_000,
    "<a href=//evil.example>", "{{7*7}}"]


def page(folder, name, run):
    """A page of the run, which nobody seals again."""
    run.pop("seal", None)
    counts = dict.fromkeys(run["counts"], 0)
    for result in run["results"]:
        counts[result["verdict"]] += 1
    run["counts"] = counts
    path = folder / f"{name}.json"
    # no NUL: JSON of ours has none
    path.write_text(json.dumps(run).replace("\\u0000", ""))
    subprocess.run([PROGRAM, "report", path, "--html", folder / f"{name}.html", "--quiet"], check=True,
        stdout=subprocess.DEVNULL)


def hostile(run):
    texts = ["model", "owner", "host", "selection"]
    for i, key in enumerate(texts):
        run[key] = EVIL[i]
    run["git"] = {"commit": EVIL[1], "branch": EVIL[2], "dirty": True}
    run["vars"] = [{"name": EVIL[0], "value": EVIL[8]}]
    for i, result in enumerate(run["results"]):
        evil = EVIL[i % len(EVIL)]
        result |= dict.fromkeys(["message", "sql", "definition", "column", "slice", "owner"], evil)
        result |= {"name": f"{result['suite']}/{evil}{i}", "tags": [evil], "facts": [{"name": evil, "text": evil}],
            "samples": {"columns": [evil, "b"], "rows": [[evil, None]] * 3, "note": evil}}
        for chart in result.get("charts", []):
            chart |= {"x": evil, "y": evil, "columns": [evil] * len(chart["columns"])}
            if "labels" in chart:
                chart["labels"] = [EVIL[k % len(EVIL)] for k in range(len(chart["labels"]))]
    return run


def many(run):
    """5,000 checks, every tenth of which failed."""
    base = next(r for r in run["results"] if r["kind"] == "psi")
    run["suites"] = [f"suite-{i}" for i in range(20)]
    run["results"] = [base | {"suite": f"suite-{i % 20}", "name": f"suite-{i % 20}/psi[column_{i}]",
        "column": f"column_{i}", "verdict": "fail" if i % 10 == 0 else "pass"} for i in range(5000)]
    run["results"].sort(key=lambda r: int(r["suite"].removeprefix("suite-")))
    return run | {"verdict": "fail"}


def slices(run):
    base = next(r for r in run["results"] if r["name"] == "accuracy/roc_auc")
    run["results"] = [base | {"name": f"{base['name']}[carrier=C{i:02}]", "slice": f"carrier=C{i:02}", "charts": [],
        "value": 0.5 + i / 200, "judged": 0.5 + i / 200, "lo": 0.5 + i / 200, "hi": 0.5 + i / 200,
        "verdict": "fail" if i < 5 else "pass"} for i in range(50)]
    return run | {"verdict": "fail"}


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    done = subprocess.run([PROGRAM, "run", FLIGHTS, "--var", "month=2001-05", "--json", folder / "month.json", "--html",
        folder / "month.html", "--quiet"], stdout=subprocess.DEVNULL, check=False)
    assert done.returncode == 1
    text = (folder / "month.json").read_text()
    for make in (hostile, many, slices):
        page(folder, make.__name__, make(run_json.filled_in(json.loads(text))))
    charts = charted.run(PROGRAM, folder)
    found = subprocess.run(["node", pathlib.Path(__file__).with_name("browse.mjs"), MODULES, folder],
        capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    return json.loads(found.stdout) | {"run": run_json.filled_in(json.loads(text)), "charts": charts}


def test_hostile_texts_stay_texts(seen):
    page = seen["hostile"]
    assert page["troubles"] == [], "a script ran, something was fetched, or the policy was broken"
    scripts, images, frames, bold, links, styles = page["elements"]
    assert (scripts, images, frames, links, styles) == (2, 0, 0, 0, 1)
    troubles = [r for r in seen["run"]["results"] if r["verdict"] in ("fail", "warn", "error") and r["measured"]]
    assert bold == len(troubles)
    assert "<img src=x onerror=alert(2)>" in page["text"] and "</script><script>" in page["text"]
    assert "\u202e" not in page["text"] and "\\u202e" in page["text"], "text that runs backwards is shown as what it is"
    assert page["pictures"] > 10
    assert page["axe"] == []
    assert page["width"] == 390


def test_first_screen_says_what_failed(seen):
    month = seen["month"]
    assert month["title"] == "flight-delay: failed"
    first = month["first"]
    assert first["top"] < 500 and first["pictures"] == 2, "the first failure and its pictures are on the first screen"
    assert "accuracy/f1" in first["text"] and "max drop 10%" in first["text"]


def test_search_filter_details(seen):
    month = seen["month"]
    results = seen["run"]["results"]
    assert month["checks"] == len(results)
    assert month["found"] == 1 and month["said"] == f"1 of {len(results)} checks"
    assert month["none"] == 0
    assert month["failed"] == len([r for r in results if r["verdict"] == "fail"]) == 3
    assert "data-quality/row_count" in month["details"] and results[0]["definition"] in month["details"]
    assert month["closed"] == 0
    assert month["troubles"] == []


def test_everybody_can_read_it(seen):
    assert seen["month"]["axe"] == seen["month"]["axeOpen"] == seen["phone"]["axe"] == seen["slices"]["axe"] == []


def test_phone_has_no_sideways_scroll(seen):
    assert seen["phone"]["width"] == seen["slices"]["width"] == 390
    assert seen["phone"]["troubles"] == seen["slices"]["troubles"] == []


def test_without_scripts_all_is_there(seen):
    plain = seen["plain"]
    assert plain["tools"] == 0 and plain["checks"] == len(seen["run"]["results"])
    for result in seen["run"]["results"]:
        assert result["name"].removeprefix(result["suite"] + "/") in plain["text"]
        if result["verdict"] in ("fail", "warn"):
            assert result["message"] in plain["text"]
    for file in seen["run"]["inputs"]:
        assert file["sha256"] in plain["text"]


def test_prints(seen):
    assert not seen["month"]["print"]["tools"] and seen["month"]["print"]["bytes"] > 20_000


def test_many_checks_open_at_once(seen):
    assert seen["many"]["found"] == 1
    assert seen["many"]["seconds"] < 2, seen["many"]
    assert seen["many"]["searched"] < 0.5, seen["many"]


def test_slices_are_a_heat_map(seen):
    assert seen["slices"]["rows"] == 50 and seen["slices"]["shades"] >= 5


def test_every_chart_has_a_picture_and_a_table(seen):
    wanted = sum(len(r["charts"]) for r in seen["charts"].values())
    for page in seen["charted"]:
        assert page["pictures"] == page["tables"] == wanted > 10
        assert page["axe"] == [] and page["troubles"] == []
        assert "carrier=ZZ" in page["parts"], "the bars of slices stand beside that of all rows"
    assert [page["width"] for page in seen["charted"]] == [1280, 390]
