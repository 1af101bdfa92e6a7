"""The provenance graph of real repositories: what auditors ask, answered; what nobody proved is never green."""

import json
import re
import subprocess
from xml.etree import ElementTree

import pytest

from support import console
from support.lab import Lab, copy
from support.repository import Repository, is_harmless

PROVEN, CONTRADICTED = "proven", "contradicted"


class Graph:
    def __init__(self, done):
        assert not done.stderr, done.stderr.decode()
        assert done.returncode == 0, done.stdout.decode()
        self.all = json.loads(done.stdout)
        self.nodes = {node["id"]: node for node in self.all["nodes"]}

    def of(self, kind, **want):
        return [n for n in self.all["nodes"] if n["kind"] == kind and all(n[k] == v for k, v in want.items())]

    def labels(self, kind):
        return sorted(n["label"] for n in self.of(kind))

    def one(self, kind, **want):
        found = self.of(kind, **want)
        assert len(found) == 1, (kind, want, found)
        return found[0]

    def before(self, node):
        return [self.nodes[e["from"]] for e in self.all["edges"] if e["to"] == node["id"]]

    def fact(self, node, name):
        return [f["value"] for f in node["facts"] if f["name"] == name]


def graph(lab, *arguments, **options):
    return Graph(lab.modelgate("graph", *arguments, "--json", **options))


def live(lab):
    """v1.0.0 in all stages; v1.1.0 in PPD, and over its head in PRD."""
    lab.good("PPD", "--version", "v1.0.0")
    lab.good("PPS")
    lab.good("PRD", "--approver", "Grace Hopper")
    lab.commit("two", x=0.25)
    lab.good("PPD", "--bump", "minor")
    lab.run("PRD")
    lab.good("PRD", "--override", "the old one is down, INC-7", run="run-PRD.json")


@pytest.fixture(scope="module")
def lived():
    with Lab() as lab:
        live(lab)
        yield lab


# ---- what is asked ----


def test_why_it_stands_in_prd(lived):
    g = graph(lived, "churn#PRD")
    stage = g.one("stage")
    assert (stage["label"], stage["verdict"], stage["look"]) == ("PRD", "overridden", "warn")
    tag = g.before(stage)[0]
    assert tag["label"] == "churn#PRD#5"
    decision = g.one("decision")
    assert g.fact(decision, "reason") == ["the old one is down, INC-7"]
    assert {n["label"]: n["verdict"] for n in g.of("suite")} == {"quality": "pass", "score": "fail"}
    assert g.labels("data") == ["rows.csv"] and g.labels("version") == ["churn v1.1.0"]
    approver = g.one("approver")
    assert (approver["proof"], approver["label"]) == ("not recorded", "—")
    assert g.one("training")["proof"] == "not recorded"


def test_what_a_version_was_tested_on_by_whom_approved_and_where_it_stands(lived):
    g = graph(lived, "churn@v1.0.0")
    assert g.labels("stage") == ["PPS"]
    assert g.labels("tag") == ["churn#PPD#1", "churn#PPS#2", "churn#PRD#3"]
    prd = next(n for n in g.of("decision") if n["label"] == "for PRD")
    assert "Grace Hopper (claimed)" in [n["label"] for n in g.before(prd)]
    assert g.one("data")["proof"] == PROVEN
    assert g.one("version")["label"] == "churn v1.0.0"
    assert [n["look"] for n in g.of("run")] == ["good"] * 3


def test_the_same_of_a_tag_and_of_the_latest(lived):
    assert graph(lived, "churn@latest").all["nodes"] == graph(lived, "churn@v1.1.0").all["nodes"]
    g = graph(lived, "churn#PRD#3")
    assert g.labels("tag") == ["churn#PPD#1", "churn#PPS#2", "churn#PRD#3"] and not g.of("stage")


def test_which_models_were_tested_on_this_file(lived):
    done = lived.modelgate("graph", "--uses", "rows.csv")
    text = done.stdout.decode()
    assert done.returncode == 0 and text.startswith("Tested on rows.csv, and standing in a stage now:\n")
    assert "stage churn#PRD  overridden, proven  v1.1.0" in text
    assert "churn#PPS" not in text
    g = graph(lived, "--uses", "rows.csv")
    assert g.labels("stage") == ["PPD", "PRD"] and g.labels("version") == ["churn v1.1.0"]
    first = subprocess.run(["git", "show", "HEAD~1:rows.csv"], cwd=lived.work, env=lived.environment,
        capture_output=True, check=True).stdout
    (lived.root / "first.csv").write_bytes(first)
    g = graph(lived, "--uses", str(lived.root / "first.csv"))
    assert g.labels("stage") == ["PPS"]


def test_a_file_that_nobody_read(lived):
    done = lived.modelgate("graph", "--uses", "modelgate.yaml")
    assert done.returncode == 0 and done.stdout == b"No run on record read modelgate.yaml.\n"
    done = lived.modelgate("graph", "--uses", "main.sales.orders")
    assert done.returncode != 0 and b"no run on record read a table of that name" in done.stderr


REFERENCE = """version: 1
model: {model}
data:
  rows: {{path: rows.csv}}
  train: {{path: train.csv}}
suites:
  drift:
    on: rows
    reference: train
    checks:
      - psi: {{column: x, max: 100, min_rows: 1}}
"""


def test_the_training_data_was_withdrawn(place):
    repo = Repository(place)
    for model, train in (("churn", "1,5"), ("fraud", "1,5"), ("price", "9,9")):
        repo.commit({f"{model}/modelgate.yaml": REFERENCE.format(model=model), f"{model}/rows.csv": "id,x\n1,2\n2,4\n",
            f"{model}/train.csv": f"id,x\n{train}\n2,7\n", ".gitignore": "run.json\n"})
    for model in ("churn", "fraud", "price"):
        repo.promote("PPD", "--version", "v1.0.0", model=f"{model}:{model}", folder=model)
    g = Graph(repo.modelgate("graph", "--uses", "churn/train.csv", "--json"))
    assert sorted(n["model"] for n in g.of("stage")) == ["churn:churn", "fraud:fraud"]
    words = {e["word"] for e in g.all["edges"] if e["from"] == g.one("data")["id"]}
    assert words == {"read as train"}
    # Of one model alone.
    g = Graph(repo.modelgate("graph", "fraud:fraud", "--uses", "churn/train.csv", "--json"))
    assert [n["model"] for n in g.of("stage")] == ["fraud:fraud"]


def test_what_happened_since(lab):
    live(lab)
    lab.modelgate("rollback", "--model", "churn", "--stage", "PRD", "--reason", "bad, INC-8")
    lab.modelgate("withdraw", "--model", "churn", "--stage", "PPD", "--version", "v1.1.0", "--reason", "mend it")
    g = graph(lab, "churn")
    stages = {n["label"]: g.fact(n, "version")[0] for n in g.of("stage")}
    assert stages == {"PPD": "v1.0.0", "PPS": "v1.0.0", "PRD": "v1.0.0"}
    words = {(e["from"], e["word"], e["to"]) for e in g.all["edges"]}
    assert ("tag:churn#PRD#3", "rolled back to it", "tag:churn#PRD#6") in words
    assert ("tag:churn#PPD#4", "withdrawn by", "tag:churn#PPD!#7") in words
    # One decision made both tags.
    made = {e["to"] for e in g.all["edges"] if e["word"] == "made" and
        e["from"] == next(e["from"] for e in g.all["edges"] if e["to"] == "tag:churn#PRD#3" and e["word"] == "made")}
    assert made == {"tag:churn#PRD#3", "tag:churn#PRD#6"}
    assert all(n["look"] == "good" for n in g.of("stage"))


# ---- what is not proven is never green ----


def evidence_of(lab, folder, tag):
    message = lab.git("for-each-ref", "--format=%(contents)", f"refs/tags/{tag}", cwd=folder)
    return re.search(r"^Evidence: (\S+)", message, re.M)[1]


def greens(g):
    return sorted(n["id"] for n in g.all["nodes"] if n["look"] == "good")


def test_evidence_of_another_digest_is_contradicted(lived):
    folder = copy(lived, "forged")
    refs = [evidence_of(lived, folder, tag) for tag in ("churn#PPS#2", "churn#PRD#3")]
    lived.git("update-ref", f"refs/tags/{refs[0]}", f"refs/tags/{refs[1]}", cwd=folder)
    g = graph(lived, "churn", cwd=folder)
    stage = g.one("stage", label="PPS")
    assert stage["look"] == stage["proof"] == CONTRADICTED
    decision = g.one("decision", label="for PPS")
    assert decision["proof"] == CONTRADICTED and "its digest differs" in decision["why"]
    # Nothing of what it says is believed, and nothing that rests on it.
    run = next(n for n in g.before(decision) if n["kind"] == "run")
    assert run["verdict"] is None and run["look"] == CONTRADICTED
    assert not [n for n in g.before(run) if n["kind"] == "data"]
    after = g.nodes["tag:churn#PRD#3"]
    assert after["proof"] == CONTRADICTED and "it rests on churn#PPS#2" in after["why"]
    assert [p["tag"] for p in g.all["problems"]] == ["churn#PPS#2"]
    assert not [n for n in g.of("stage") if n["look"] == "good"]
    text = lived.modelgate("graph", "churn#PPS", cwd=folder).stdout.decode()
    assert "contradicted" in text and "its digest differs" in text and text.startswith("BREAK  churn#PPS#2: ")
    # The answer about its data lacks it, and says so.
    done = lived.modelgate("graph", "--uses", "rows.csv", cwd=folder)
    assert done.returncode == 3 and b"nothing proves what churn#PPD, churn#PPS, churn#PRD was tested on" in done.stderr


def test_evidence_that_the_clone_lacks(lived):
    folder = copy(lived, "lacking")
    lived.git("update-ref", "-d", f"refs/tags/{evidence_of(lived, folder, 'churn#PPD#4')}", cwd=folder)
    g = graph(lived, "churn#PPD", cwd=folder)
    assert g.one("stage")["proof"] == "not in this clone" and g.one("stage")["look"] == "unknown"
    assert not greens(g)


def test_a_tag_that_was_deleted_or_made_by_hand(lived):
    folder = copy(lived, "deleted")
    lived.git("update-ref", "-d", "refs/tags/churn#PPD#4", cwd=folder)
    g = graph(lived, "churn", cwd=folder)
    assert g.all["problems"] and not [n for n in g.of("stage") if n["proof"] != CONTRADICTED]
    folder = copy(lived, "by-hand")
    lived.git("tag", "-a", "churn#PPS#6", "-m", "trust me", cwd=folder)
    g = graph(lived, "churn#PPS", cwd=folder)
    assert g.one("decision")["proof"] == "not recorded" and g.one("run")["look"] == "unknown"
    assert g.one("stage")["proof"] != PROVEN and not greens(g)


def test_a_history_is_on_record_and_no_proof(lab):
    live(lab)
    history = lab.root / "history"
    lab.commit("three", x=3)
    lab.modelgate("run", "--stage", "PPD", "--quiet", "--json", "run.json", "--record", history)
    g = graph(lab, "churn", "--from", history)
    record = [n for n in g.of("run") if g.fact(n, "record")]
    assert [(n["proof"], n["verdict"], n["look"]) for n in record] == [("on record", "pass", "plain")]
    # The same run, once its digest is on a tag.
    lab.good("PPD", "--bump", "minor", run="run.json")
    g = graph(lab, "churn", "--from", history)
    record = [n for n in g.of("run") if g.fact(n, "record")]
    assert [(n["proof"], n["look"]) for n in record] == [(PROVEN, "good")]
    # A record that was changed is no record.
    file = next(history.rglob("*.gz"))
    file.write_bytes(file.read_bytes()[:-20])
    assert lab.modelgate("graph", "churn", "--from", history).returncode == 3


# ---- its forms ----

HOSTILE = 'a"]]--><script>alert(1)</script>##vso[task.complete]`|\\N&lt;é'


@pytest.fixture(scope="module")
def hostile():
    with Lab() as lab:
        lab.good("PPD", "--version", "v1.0.0", "--approver", HOSTILE)
        yield lab


def test_mermaid(lived, hostile):
    lines = lived.modelgate("graph", "churn", "--mermaid").stdout.decode().splitlines()
    assert lines[0] == "graph LR"
    node = r'  n\d+(\[\(|\(\[|\{\{|\[\[|\[)"[\w .,#;/<>]*"(\)\]|\]\)|\}\}|\]\]|\]):::\w+'
    edge = r'  n\d+ (-->|-\.->)\|"[\w .,#;]*"\| n\d+'
    for line in lines[1:]:
        assert re.fullmatch(node + "|" + edge + r"|  (classDef|linkStyle) .*", line), line
    out = hostile.modelgate("graph", "churn", "--mermaid").stdout
    label = next(line for line in out.decode().splitlines() if "script" in line)
    assert re.fullmatch(r'  n\d+\["(?:[\w .,]|#\d+;|<br/>)*"\]:::\w+', label), label
    assert is_harmless(out)


def test_dot(hostile):
    out = hostile.modelgate("graph", "churn", "--dot").stdout.decode()
    assert r"\\N&amp;lt;" in out and r"a\"]]-->" in out and "##vso" not in out
    quoted = re.sub(r'"(?:[^"\\]|\\.)*"', '""', out)
    assert "script" not in quoted and quoted.count("{") == quoted.count("}") == 1


def test_text_is_harmless(hostile):
    for form in ((), ("--json",), ("--svg",), ("--dot",)):
        assert is_harmless(hostile.modelgate("graph", "churn", *form).stdout), form


def test_the_same_again(lived):
    for form in ("--json", "--svg", "--mermaid", "--dot"):
        assert lived.modelgate("graph", "churn", form).stdout == lived.modelgate("graph", "churn", form).stdout


@pytest.mark.parametrize("arguments, words", [
    (("churn", "--json", "--dot"), "two forms"),
    (("chrun",), "did you mean 'churn'"),
    (("churn@v9.9.9",), "is or registers 'churn@v9.9.9'"),
    (("churn#QA",), "no version of churn stands in QA"),
    (("churn#PRD", "--uses", "rows.csv"), "all versions"),
    (("--uses", "sha256:12"), "64 digits"),
    (("--uses", ""), "is empty"),
])
def test_what_is_refused(lived, arguments, words):
    done = lived.modelgate("graph", *arguments)
    assert done.returncode != 0 and words in done.stderr.decode() and not done.stdout


def test_too_many_nodes_are_grouped(place):
    suites = "\n".join(f"  s{i}: {{on: d, checks: [{{row_count: {{min: 1}}}}]}}" for i in range(320))
    repo = Repository(place)
    repo.commit({"modelgate.yaml": f"version: 1\nmodel: churn\ndata: {{d: d.csv}}\nsuites:\n{suites}\n",
        "d.csv": "a\n1\n", ".gitignore": "run.json\n"})
    repo.promote("PPD", "--version", "v1.0.0")
    g = Graph(repo.modelgate("graph", "churn", "--json"))
    assert len(g.of("suite")) == 320
    out = repo.modelgate("graph", "churn", "--dot").stdout.decode()
    assert "320 suites: pass" in out and len(re.findall(r"^  n\d+ \[", out, re.M)) < 20
    assert "nodes are shown as" in repo.modelgate("graph", "churn").stdout.decode()


def test_the_format(lived, hostile):
    import jsonschema
    schema = json.loads((console.SOURCE / "docs/contract/graph.schema.json").read_text())
    for lab in (lived, hostile):
        for arguments in (("churn",), ("--uses", "rows.csv"), ()):
            jsonschema.validate(graph(lab, *arguments).all, schema)


# ---- the picture ----


class Picture:
    """The cards of an SVG, by where they are."""

    def __init__(self, svg):
        self.root = ElementTree.fromstring(svg)
        name = "{http://www.w3.org/2000/svg}"
        self.tags = {e.tag.removeprefix(name) for e in self.root.iter()}
        self.cards = []  # title, box, texts, class
        for g in self.root.iter(f"{name}g"):
            rect = g.find(f"{name}rect")
            if rect is not None:
                box = tuple(float(rect.get(k)) for k in ("x", "y", "width", "height"))
                texts = [t.text for t in g.findall(f"{name}text")]
                self.cards.append((g.find(f"{name}title").text, box, texts, g.get("class")))


def overlap(a, b):
    return a[0] < b[0] + b[2] and b[0] < a[0] + a[2] and a[1] < b[1] + b[3] and b[1] < a[1] + a[3]


def check_picture(svg):
    picture = Picture(svg)
    boxes = [box for _, box, _, _ in picture.cards]
    left, top, width, height = (float(x) for x in picture.root.get("viewBox").split())
    for i, a in enumerate(boxes):
        assert left <= a[0] and top <= a[1] and a[0] + a[2] <= left + width and a[1] + a[3] <= top + height
        assert not any(overlap(a, b) for b in boxes[:i])
    assert picture.tags == {"svg", "title", "style", "rect", "text", "g", "path"}
    return picture


def test_svg(lived, hostile):
    picture = check_picture(lived.modelgate("graph", "churn", "--svg").stdout)
    assert len(picture.cards) == len(graph(lived, "churn").all["nodes"])
    stage = next(card for card in picture.cards if card[0].startswith("stage PRD: "))
    assert stage[2:] == (["stage · v1.1.0", "churn#PRD", "! overridden, proven"], "warn")
    # From left to right: what a thing came from is left of it.
    x = {title.split(" ")[0]: box[0] for title, box, _, _ in picture.cards}
    assert x["data"] < x["version"] < x["run"] < x["suite"] < x["decision"] < x["tag"] < x["stage"]
    out = hostile.modelgate("graph", "churn", "--svg").stdout
    check_picture(out)
    assert is_harmless(out) and b"<script" not in out


def test_svg_of_many_nodes(place):
    """Three models: ten files of each are its own, and twenty are the same in all."""
    repo = Repository(place)
    names, numbers = ("churn", "fraud", "price"), range(30)
    for model in names:
        spec = f"version: 1\nmodel: {model}\ndata:\n" + "".join(f"  d{i}: {{path: d{i}.csv}}\n" for i in numbers) + \
            "suites:\n" + "".join(f"  s{i}: {{on: d{i}, checks: [{{row_count: {{min: 1}}}}]}}\n" for i in numbers)
        files = {f"{model}/d{i}.csv": f"a\n{model if i < 10 else i}{i}\n" for i in numbers}
        repo.commit({f"{model}/modelgate.yaml": spec, ".gitignore": "run.json\n", **files})
    for model in names:
        repo.promote("PPD", "--version", "v1.0.0", model=f"{model}:{model}", folder=model)
    out = repo.modelgate("graph", "--svg").stdout
    picture = check_picture(out)
    titles = [title.split(" ")[0] for title, *_ in picture.cards]
    assert (titles.count("data"), titles.count("suite")) == (50, 90)
    assert out == repo.modelgate("graph", "--svg").stdout
