"""The extension's tab in a real Chromium, inside a host that speaks the protocol of the SDK and serves the REST calls:
what it shows of good, bad, broken, foreign, hostile and missing runs. MODELGATE_PICTURES=FOLDER keeps the pictures:
two-gates.png is docs/pictures/tab.png and tasks/screenshots/tab.png."""
# program: plain

import hashlib
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
EVIL = "</script><img src=x onerror=alert(1)>\u202e##vso[task.complete]"


def record(i):
    return f"bbbbbbbb-0000-0000-0000-{i:012}"


class Builds:
    """What the service knows, and the files that it serves."""

    def __init__(self, folder):
        self.folder, self.all, self.count = folder, {}, 0

    def run(self, build, month, attempt=1, stage="PRD", **more):
        """A real run as the agent of that build would make it."""
        self.count += 1
        file = self.folder / f"run-{self.count}.json"
        env = os.environ | {"BUILD_BUILDID": str(build), "SYSTEM_STAGENAME": more.pop("job", "flights"),
            "SYSTEM_JOBNAME": "test", "SYSTEM_JOBATTEMPT": str(attempt)}
        done = subprocess.run([PROGRAM, "run", FLIGHTS, "--stage", stage, "--var", f"month={month}", "--json", file,
            "--quiet"], env=env, stdout=subprocess.DEVNULL, check=False)
        assert done.returncode in (0, 1)
        return self.sealed(json.loads(file.read_text()), more) if more else file

    def sealed(self, run, more):
        """The run with other values, and a seal that holds."""
        self.count += 1
        file = self.folder / f"run-{self.count}.json"
        run.pop("seal", None)
        body = json.dumps(run | more, indent=2, ensure_ascii=False).removesuffix("\n}").encode()
        file.write_bytes(body + b',\n  "seal": "sha256:' + hashlib.sha256(body).hexdigest().encode() + b'"\n}\n')
        return file

    def page(self, file):
        page = file.with_suffix(".html")
        subprocess.run([PROGRAM, "report", file, "--html", page, "--quiet"], check=True, stdout=subprocess.DEVNULL)
        return page

    def write(self, name, text):
        self.count += 1
        file = self.folder / f"{self.count}-{name}"
        file.write_text(text)
        return file

    def attachments(self, name, place, run, page="made", run_fault=None, page_fault=None):
        given = [{"type": "modelgate.run", "name": f"{name}.json", "record": record(place), "file": str(run),
            "fault": run_fault}]
        if page == "made":
            page = self.page(run)
        if page:
            given.append({"type": "modelgate.page", "name": f"{name}.html", "record": record(place),
                "file": str(page), "fault": page_fault})
        return given

    def add(self, number, name, attachments, **more):
        self.all[number] = {"name": name, "attachments": attachments} | more


def cut(file):
    path = file.with_name(f"cut-{file.name}")
    path.write_bytes(file.read_bytes()[:20_000])
    return path


def changed(file):
    """Green by an editor."""
    path = file.with_name(f"changed-{file.name}")
    path.write_text(file.read_text().replace('"verdict": "fail"', '"verdict": "pass"'))
    return path


def add_builds(b):
    bad = b.run(1, "2001-05")
    b.add(1, "one", b.attachments("flight-delay-PRD", 1, bad))
    good = b.run(2, "2001-02", job="good", model="good")
    old = b.run(2, "2001-05")
    again = b.run(2, "2001-05", attempt=2)
    evil = b.run(2, "2001-05", job=EVIL, model=EVIL, owner=EVIL)
    several = b.attachments("good", 1, good) + b.attachments("old", 2, old) + b.attachments("again", 3, again)
    several += b.attachments("evil", 4, evil) + b.attachments("cut", 5, cut(old), page=None)
    several += b.attachments("changed", 6, changed(old), page=None) + b.attachments("foreign", 7, bad)
    several += b.attachments("missing", 8, b.write("missing.txt", "no results"), page=None)
    several += b.attachments("gone", 9, old, page=None, run_fault=404)
    b.add(2, "several", several)
    b.add(3, "none", [])
    b.add(12, "two-gates", b.attachments("PPS", 1, b.run(12, "2001-05", stage="PPS", job="flights_PPS_tests")) +
        b.attachments("churn", 2, b.run(12, "2001-02", job="churn_PRD_tests", model="churn")))
    b.add(4, "forbidden", [], faults=[403])
    b.add(5, "trouble, then well", b.attachments("good", 1, b.run(5, "2001-02")), faults=[500])
    b.add(6, "broken off", b.attachments("run", 1, b.run(6, "2001-02"), run_fault="broken off"))
    b.add(7, "huge", b.attachments("run", 1, b.run(7, "2001-02"), run_fault="huge"))
    b.add(8, "slow", b.attachments("run", 1, b.run(8, "2001-02"), page_fault="slow"))
    b.add(9, "no page", b.attachments("run", 1, b.run(9, "2001-05"), page=None))
    b.add(10, "page of another run", b.attachments("run", 1, b.run(10, "2001-05"), page=b.page(good)))
    run = b.run(11, "2001-05")
    page = b.page(run).read_text()
    forged = {"script": page.replace("<main>", "<main><script>alert(1)</script>"),
        "handler": page.replace("<main>", '<main onclick="alert(2)">'),
        "image": page.replace("<main>", "<main><img src=//evil.example>"),
        "style": page.replace("<main>", "<main><p style='color:red'>x</p>"),
        "link": page.replace("<main>", "<main><a href='javascript:alert(3)'>x</a>"),
        "green": page.replace('<header class="fail">', '<header class="pass">'),
        "green row": re.sub(r'(<tr data-result="\d+"><td><span class="verdict )fail', r"\1pass", page),
        "cut page": page[:len(page) * 9 // 10]}
    for i, (name, text) in enumerate(forged.items()):
        of = {"pipeline": {"build": str(20 + i), "job": "flights/test", "attempt": 1}}
        sealed = b.sealed(json.loads(run.read_text()), of)
        b.add(20 + i, f"forged {name}", b.attachments("run", 1, sealed, page=b.write("page.html", text)))
    return bad


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    agent.build()
    folder = pathlib.Path(os.environ.get("MODELGATE_PICTURES") or tmp_path_factory.mktemp("tab"))
    b = Builds(folder)
    add_builds(b)
    later = []
    for i, (name, month) in enumerate([("bad", "2001-05"), ("good", "2001-02"), ("worse", "2001-05")]):
        later += b.attachments(name, i + 1, b.run(40, month, job=name, model=name))
    b.all[40] = {"name": "running", "attachments": [], "later": later}
    b.all[3]["width"] = 390
    (folder / "builds.json").write_text(json.dumps(b.all))
    done = subprocess.run(["node", pathlib.Path(__file__).parent / "host/browse.mjs", console.SOURCE, folder],
        capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-6000:]
    return json.loads(done.stdout)


def test_one_run_is_its_report(seen):
    one = seen["one"]
    assert one["runs"] == [] and one["verdict"] == "fail" and one["loaded"] == 1
    assert "flight-delay PRD failed" in one["text"] and "0.3318 is 10.49% below the baseline" in one["text"]
    assert one["pictures"] > 10, "drawn by the scripts of the report"
    assert one["found"] == 1 and "psi[delay]" in one["details"], "search and details work as in the report"


def test_several_runs_worst_first(seen):
    several = seen["several"]
    assert several["list"] == "2 of 8 runs did not pass, 5 cannot be read"
    assert [row[0] for row in several["runs"]] == ["error"] * 5 + ["fail", "fail", "warn", "fail"]
    words = {row[1]: row[2] for row in several["runs"]}
    assert "seal does not hold" in words["changed"] and "cut off" in words["cut"] and "cut off" in words["missing"]
    assert words["foreign"] == "It is a run of build 1, not of this one."
    assert "HTTP 404" in words["gone"]
    assert words["good PRD"] == "55 checks: 4 warned, 1 skipped"
    attempts = [row[3] for row in several["runs"] if row[1] == "flight-delay PRD"]
    assert attempts == ["flights/test, attempt 2", "flights/test, attempt 1 (run again since)"]
    assert several["other"]["verdict"] == "warn" and "good PRD passed with warnings" in several["other"]["text"]
    assert several["missing"]["verdict"] == "" and "missing: this run cannot be read" in several["missing"]["text"]


def test_hostile_texts_stay_texts(seen):
    row = next(row for row in seen["several"]["runs"] if "<img" in row[1])
    assert row[1].startswith("</script><img src=x onerror=alert(1)>\\u202e")


def test_never_a_green_nobody_earned(seen):
    for name in ("none", "forbidden", "trouble, then well", "broken off", "huge", "no page", "page of another run",
            "running", *[name for name in seen if name.startswith("forged")]):
        assert seen[name]["green"] == 0 and seen[name]["verdict"] == "", f"{name}: {seen[name]}"
    assert seen["several"]["missing"]["green"] == 0


def test_says_what_is_wrong(seen):
    for name, words in {"none": "No run is attached", "forbidden": "HTTP 403: you may not read this",
            "trouble, then well": "HTTP 500", "broken off": "did not arrive whole", "huge": "more than 80 MB",
            "no page": "No report was attached", "page of another run": "report is that of another run",
            "forged script": "holds what no report", "forged handler": "holds what no report",
            "forged image": "holds what no report", "forged style": "holds what no report",
            "forged link": "holds what no report", "forged green": "does not say what the run says",
            "forged green row": "does not say what the run says", "forged cut page": "was cut off"}.items():
        assert words in seen[name]["text"], f"{name}: {seen[name]['text'][:300]}"
    page = seen["no page"]["text"]
    assert "flight-delay PRD: fail" in page and page.index("fail: accuracy/f1") < page.index("warn: "), "in words"
    assert seen["trouble, then well"]["again"]["verdict"] == "warn", "tried again"
    assert seen["slow"]["verdict"] == "warn"


def test_build_that_goes_on(seen):
    assert "No gate has ended yet" in seen["running"]["text"]
    ended = seen["ended"]
    assert ended["list"] == "2 of 3 runs did not pass" and ended["verdict"] == "warn", "what was opened stays open"


def test_theme_of_the_host(seen):
    dark, light = seen["theme dark"], seen["theme light"]
    assert (dark["scheme"], dark["ground"]) == ("dark", "rgb(32, 31, 30)"), "on a light system"
    assert (light["scheme"], light["ground"]) == ("light", "rgb(255, 255, 255)"), "on a dark system"


def test_everybody_can_read_it(seen):
    for name, page in seen.items():
        assert name == "asked" or page.get("troubles", []) == [], name
        assert name == "asked" or page.get("axe", []) == [], name
    assert seen["none"]["width"] <= 390


def test_asks_for_attachments_alone(seen):
    assert all("/_apis/build/builds/" in path and "/attachments/modelgate." in path for path in seen["asked"])
