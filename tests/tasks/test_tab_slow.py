"""The extension's tab in a real Chromium, inside a host that speaks the protocol of the SDK and serves the REST calls:
what it shows of good, bad, broken, foreign, hostile and missing runs."""
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
    b.add(4, "forbidden", [], faults=[403])
    b.add(5, "trouble, then well", b.attachments("good", 1, b.run(5, "2001-02")), faults=[500])
    b.add(6, "broken off", b.attachments("run", 1, b.run(6, "2001-02"), run_fault="broken off"))
    b.add(7, "huge", b.attachments("run", 1, b.run(7, "2001-02"), run_fault="huge"))
    b.add(8, "slow", b.attachments("run", 1, b.run(8, "2001-02"), page_fault="slow"))
    b.add(9, "no page", b.attachments("run", 1, b.run(9, "2001-05"), page=None))
    b.add(10, "page of another run", b.attachments("run", 1, b.run(10, "2001-05"), page=b.page(good)))
    page = b.page(b.run(11, "2001-05")).read_text()
    forged = {"script": page.replace("<main>", "<main><script>alert(1)</script>"),
        "handler": page.replace("<main>", '<main onclick="alert(2)">'),
        "image": page.replace("<main>", "<main><img src=//evil.example>"),
        "style": page.replace("<main>", "<main><p style='color:red'>x</p>"),
        "link": page.replace("<main>", "<main><a href='javascript:alert(3)'>x</a>"),
        "green": page.replace('<header class="fail">', '<header class="pass">'),
        "green row": re.sub(r'(<tr data-result="\d+"><td><span class="verdict )fail', r"\1pass", page),
        "cut page": page[:len(page) * 9 // 10]}
    run = b.folder / f"run-{b.count}.json"
    for i, (name, text) in enumerate(forged.items()):
        b.add(20 + i, f"forged {name}", b.attachments("run", 1, b.run(20 + i, "2001-05") if i < 0 else run,
            page=b.write("page.html", text)))
    return bad


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    agent.build()
    folder = pathlib.Path(os.environ.get("MODELGATE_PICTURES") or tmp_path_factory.mktemp("tab"))
    b = Builds(folder)
    add_builds(b)
    # the forged pages are of the run of build 11
    for number, build in b.all.items():
        if build["name"].startswith("forged"):
            run = b.sealed(json.loads(pathlib.Path(build["attachments"][0]["file"]).read_text()),
                {"pipeline": {"build": str(number), "job": "flights/test", "attempt": 1}})
            build["attachments"][0]["file"] = str(run)
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


def test_x(seen):
    pathlib.Path("/tmp/tab.json").write_text(json.dumps(seen, indent=1))
