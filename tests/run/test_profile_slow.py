# program: plain
"""`modelgate profile` and specs whose reference is a profile: what it shows, what it hides, and what is refused."""

import hashlib
import json
import os
import subprocess

import pytest

from support import postgres

HEAD = "version: 1\nmodel: churn\n"
SUITE = "suites:\n  drift:\n    on: serving\n    reference: {%s}\n    checks: [%s]\n"
PSI = "psi: {columns: [age, city], max: 0.9}"


@pytest.fixture
def gate(tmp_path):
    return Gate(tmp_path)


class Gate:
    """A folder with data, and the program in it."""

    def __init__(self, folder):
        self.folder = folder
        rows = "".join(f"{18 + i % 60},{'bonn' if i % 3 else 'ulm'},{i}@x.org,{'true' if i % 2 else ''}\n"
                       for i in range(300))
        self.write("train.csv", "age,city,mail,ok\n" + rows)
        self.write("serving.csv", "age,city,mail,ok\n" + rows.replace("18,", "19,"))

    def write(self, name, text):
        (self.folder / name).write_text(text, encoding="utf-8")

    def call(self, *arguments, **environment):
        done = subprocess.run([os.environ["MODELGATE"], *arguments], cwd=self.folder, capture_output=True, text=True,
            check=False, env={**os.environ, **environment})
        self.said = " ".join((done.stdout + done.stderr).split())
        return done.returncode

    def spec(self, reference="data: train", checks=PSI, train="train.csv", more=""):
        self.write("modelgate.yaml", f"{HEAD}data:\n  train: {train}\n  serving: serving.csv\n{more}"
                   + SUITE % (reference, checks))

    def make(self, **options):
        self.spec(**options)
        assert self.call("profile", "--data", "train", "--out", "p.json") == 0, self.said
        return json.loads((self.folder / "p.json").read_text(encoding="utf-8"))

    def run(self, **options):
        self.spec(**{"reference": "profile: p.json", **options})
        out = self.folder / "run.json"
        out.unlink(missing_ok=True)
        code = self.call("run", "--json", "run.json")
        self.record = json.loads(out.read_text(encoding="utf-8")) if out.exists() else None
        return code


def test_table_for_people(gate):
    gate.spec()
    assert gate.call("profile", "--data", "train") == 0
    assert "train: 300 rows COLUMN TYPE MISSING DISTINCT LEAST MEAN GREATEST DISTRIBUTION" in gate.said
    assert "age BIGINT - 60 18 47.5 77 " in gate.said
    assert "city VARCHAR - 2 - - - █▄ bonn 66.7% ulm 33.3%" in gate.said
    assert "ok BOOLEAN 50% 1" in gate.said


def test_reference_is_not_read(gate):
    profile = gate.make()
    digest = hashlib.sha256((gate.folder / "train.csv").read_bytes()).hexdigest()
    assert profile["sources"] == [{"path": "train.csv", "bytes": os.path.getsize(gate.folder / "train.csv"),
                                   "sha256": digest}]
    (gate.folder / "train.csv").unlink()
    assert gate.run() == 0, gate.said
    used = {i["data"]: i for i in gate.record["inputs"]}["p.json"]
    assert used["sha256"] == hashlib.sha256((gate.folder / "p.json").read_bytes()).hexdigest()
    assert used["profile"]["sources"] == profile["sources"]
    assert all(r["reference"] == "p.json" for r in gate.record["results"])
    assert gate.call("report", "run.json", "--markdown", "again.md") == 0
    assert f"train.csv sha256:{digest}" in (gate.folder / "again.md").read_text(encoding="utf-8")


def test_stage_puts_a_profile_in_the_place_of_data(gate):
    gate.make(train="{path: train.csv, where: 'age > 20', missing: [nobody]}")
    stage = "stages:\n  CI: {suites: [drift], data: {train: {profile: p.json}}}\n"
    gate.spec(train="{path: train.csv, where: 'age > 20', missing: [nobody]}")
    gate.write("modelgate.yaml", (gate.folder / "modelgate.yaml").read_text(encoding="utf-8") + stage)
    (gate.folder / "train.csv").unlink()
    assert gate.call("run", "--stage", "CI") == 0, gate.said
    assert gate.call("run") == 3


def test_redacted_columns_stay_hidden(gate):
    profile = gate.make(train="{path: train.csv, redact: [mail, age]}")
    text = (gate.folder / "p.json").read_text(encoding="utf-8")
    assert "@x.org" not in text
    columns = {c["name"]: c for c in profile["columns"]}
    assert not columns["age"].get("entries")
    assert (columns["age"]["redacted"], columns["age"]["nulls"]) == (True, 0)
    assert gate.run(checks="null_share_change: {column: age, max: 1%}") == 0, gate.said
    assert gate.run(checks="psi: {column: age, max: 0.9}") == 3
    assert "the profile has no distribution of column 'age': it is redacted" in gate.said
    gate.spec(train="{path: train.csv, redact: [mail, age]}")
    assert gate.call("profile", "--data", "train") == 0
    assert "@x.org" not in gate.said


def reseal(text):
    start = text.rindex(',\n  "seal"')
    return text[:start] + f',\n  "seal": "sha256:{hashlib.sha256(text[:start].encode()).hexdigest()}"\n}}\n'


@pytest.mark.parametrize(("change", "words"), [
    (lambda text: text.replace('"rows": 300', '"rows": 301'), "the profile was changed after it was made"),
    (lambda text: text[:-300], "or not the whole of one: not JSON"),
    (lambda text: "", "or not the whole of one: not JSON"),
    (lambda text: '{"format": "modelgate.run/1"}', "it is not a profile that 'modelgate profile' wrote"),
    (lambda text: "age,city\n1,a\n", "it is not a profile that 'modelgate profile' wrote"),
    (lambda text: reseal(text.replace('"rows": 300', '"rows": 301')), "column 'age' does not count all rows"),
    (lambda text: reseal(text.replace('{"from": 18,', '{"from": 99,')), "column 'age' has entries out of order"),
    (lambda text: reseal(text.replace('"least": "-9223372036854775808"', '"least": "x"')),
     "column 'age' does not say what numbers it holds"),
    (lambda text: reseal(text.replace("exact-width/1", "exact-width/0")), "this version compares with"),
    (lambda text: reseal(text.replace('"nulls": 0', '"nulls": 400', 1)), "counts more rows than there are"),
], ids=range(10))
def test_file_that_is_none(gate, change, words):
    gate.make()
    text = (gate.folder / "p.json").read_text(encoding="utf-8")
    assert change(text) != text
    gate.write("p.json", change(text))
    assert gate.run() == 3
    assert all(r["verdict"] == "error" for r in gate.record["results"])
    assert "p.json" in gate.said
    assert words in gate.said


def test_file_that_is_not_there(gate):
    assert gate.run() == 3
    assert "there is no profile p.json; 'modelgate profile --data NAME --out FILE' makes one" in gate.said
    assert gate.run(reference="profile: ../p.json") == 3


def test_same_data(gate):
    """A profile of what is checked says nothing of drift; other rows of the same file do."""
    gate.make(train="serving.csv")
    assert gate.run() == 3
    assert "are by its profile the same file (serving.csv)" in gate.said
    assert gate.run(checks="psi: {column: age, max: 0.9, same_data: allowed}") == 0
    gate.make(train="{path: serving.csv, where: 'age < 40'}")
    assert gate.run() == 1


@pytest.mark.parametrize(("options", "words"), [
    ({"checks": "psi: {column: age, max: 1, where: 'age > 20'}"}, "where chooses rows of the reference as well"),
    ({"checks": "psi: {column: age, max: 1, slices: [city]}"}, "slices cut the reference as well"),
    ({"checks": "mean: {column: age, max_change: 1, baseline: reference}"}, "it takes rows of the reference"),
    ({"checks": "psi: {column: age, max: 1, on: q}", "more": "  q: {profile: p.json}\n"}, "which has no rows to check"),
    ({"checks": "sql: {query: SELECT count(*) FROM q, min: 1}", "more": "  q: {profile: p.json}\n"},
     "'q', which is a profile, which has no rows"),
    ({"more": "  q: {profile: p.json, where: 'age > 1'}\n"}, "where has no effect on a profile"),
    ({"more": "  q: {profile: p.json, path: train.csv}\n"}, "has both a path and a profile"),
    ({"reference": "profile: p.json, data: train"}, "reference has both data and a profile"),
    ({"reference": "profile: p.json, where: 'age > 1'"}, "where has no effect on a profile"),
    ({"reference": "where: 'age > 1'"}, "reference has neither data nor a profile"),
    ({"reference": "profile: '*.json'"}, "profile cannot be '*.json'"),
])
def test_refused_by_validate(gate, options, words):
    gate.make()
    gate.spec(**{"reference": "profile: p.json", **options})
    assert gate.call("validate") == 2
    assert words in gate.said


def test_refused_by_profile(gate):
    gate.spec(more="  q: {profile: p.json}\n")
    assert gate.call("profile", "--data", "trian") == 2
    assert "the spec has no data 'trian'; did you mean 'train'?" in gate.said
    assert gate.call("profile", "--data", "q") == 2
    assert gate.call("profile", "--data", "train", "--out", "serving.csv") == 2
    assert "--out serving.csv exists and is not a profile" in gate.said
    assert gate.call("profile", "--data", "train", "--entries", "10") == 2
    assert gate.call("profile") == 2
    (gate.folder / "train.csv").unlink()
    assert gate.call("profile", "--data", "train", "--out", "p.json") == 3
    assert not (gate.folder / "p.json").exists()


def test_column_that_a_profile_has_not(gate):
    gate.make()
    assert gate.run(checks="psi: {column: salary, max: 1}") == 3
    assert "no column 'salary'" in gate.said


def test_more_values_than_categories_can_be(gate):
    gate.write("train.csv", "mail\n" + "".join(f"{i}@x.org\n" for i in range(10001)))
    gate.write("serving.csv", "mail\n" + "".join(f"{i}@x.org\n" for i in range(300)))
    gate.make()
    assert gate.run(checks="psi: {column: mail, max: 1}") == 3
    assert "it has more than 10000 different values" in gate.said


def test_profile_of_a_query(gate):
    gate.make(train="{sql: 'SELECT age, city FROM serving WHERE age < 40'}")
    assert gate.run() == 1, gate.said


def test_profile_of_a_table(gate):
    """Of PostgreSQL, whose tables come bucketed; the state of the table stands in the run."""
    with postgres.Server() as server:
        server.sql("CREATE TABLE train AS SELECT sqrt(i) AS age, CASE WHEN i % 3 = 0 THEN 'ulm' ELSE 'bonn' END "
                   "AS city FROM generate_series(1, 20000) i")
        checks = "{psi: {columns: [age, city], max: 1000}}, {jensen_shannon: {column: age, method: sturges, max: 1}}"
        head = HEAD + "connections: {store: postgres}\ndata:\n  train: {table: train, connection: store}\n"
        head += "  serving: serving.csv\n"
        numbers = []
        for reference in ("data: train", "profile: p.json"):
            gate.write("modelgate.yaml", head + SUITE % (reference, checks))
            if reference.startswith("profile"):
                assert gate.call("profile", "--data", "train", "--out", "p.json", **server.environment) == 0, gate.said
            gate.call("run", "--json", "run.json", **server.environment)
            run = json.loads((gate.folder / "run.json").read_text(encoding="utf-8"))
            numbers.append({r["name"]: r["value"] for r in run["results"]})
        assert numbers[0] == pytest.approx(numbers[1], rel=1e-12)
        assert len(numbers[0]) == 3
        (source,) = run["inputs"][-1]["profile"]["sources"]
        assert source["path"] == "postgres.public.train"
        assert source["table"]["rows"] == 20000
