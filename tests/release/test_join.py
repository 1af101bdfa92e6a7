"""A run that several machines shared: its parts are joined, and promoted as any other. What is not whole is not."""

import json


def parts(lab, stage, of=2):
    files = [f"{stage}-part{k}.json" for k in range(1, of + 1)]
    for k, file in enumerate(files, 1):
        lab.run(stage, "--part", f"{k}/{of}", file=file)
    return files


def join(lab, *files, to="whole.json"):
    return lab.modelgate("join", *files, "--json", to, "--quiet")


def test_to_production(lab):
    lab.good("PPD", "--version", "v1.0.0")
    for stage in ("PPS", "PRD"):
        done = join(lab, *parts(lab, stage))
        assert done.returncode == 0, f"join {stage}: {done}"
        lab.good(stage, run="whole.json")
    assert lab.modelgate("verify").returncode == 0, f"verify: {lab.modelgate('verify')}"
    # What an auditor finds: the seals in the evidence are those of the parts that were kept.
    tag = next(t for t in lab.events() if t.startswith("churn#PRD"))
    evidence = next(w for w in lab.message(tag).split() if w.startswith("evidence/"))
    kept = json.loads(lab.git("show", f"{evidence}:run.json"))
    seals = [json.loads((lab.work / f"PRD-part{k}.json").read_text())["seal"] for k in (1, 2)]
    assert [p["seal"] for p in kept["parts"]] == seals, f"parts in the evidence: {kept.get('parts')}"
    assert kept["suites"] == ["quality", "score"], f"suites in the evidence: {kept['suites']}"


def test_not_whole(lab):
    lab.good("PPD")
    one, two = parts(lab, "PPS")
    before = lab.refs()
    done = lab.promote("PPS", "--json", run=one)
    rules = {r["rule"] for r in json.loads(done.stdout)["refusals"]}
    assert done.returncode == 1 and rules == {"run-joined", "run-suites"}, f"a part: {done}"
    done = lab.promote("PPS", "--override", "INC-7", run=one)
    assert done.returncode == 1 and b"modelgate join" in done.stdout, f"a part, overridden: {done}"
    assert join(lab, one, to="none.json").returncode == 3, "one of two"
    text = (lab.work / two).read_text()
    (lab.work / "edited.json").write_text(text.replace('"value": 1,', '"value": 2,'))
    assert (lab.work / "edited.json").read_text() != text, "nothing was edited"
    done = join(lab, one, "edited.json", to="none.json")
    assert done.returncode == 3 and b"changed after the run" in done.stderr, f"edited: {done}"
    # Half of the suites, shared out and joined: whole as to itself, but not what the stage demands.
    half = lab.run("PPS", "--suite", "quality", "--part", "1/1", file="half.json")
    assert join(lab, half, to="half-whole.json").returncode == 0, "half of the suites"
    done = lab.promote("PPS", "--json", run="half-whole.json")
    assert [r["rule"] for r in json.loads(done.stdout)["refusals"]] == ["run-suites"], f"half: {done}"
    # Parts of two commits, of two stages, and of a work tree that was changed.
    lab.commit("another")
    other = lab.run("PPS", "--part", "2/2", file="other.json")
    done = join(lab, one, other, to="none.json")
    assert done.returncode == 3 and b"not the same commit" in done.stderr, f"two commits: {done}"
    stage = lab.run("PRD", "--part", "1/2", file="stage.json")
    done = join(lab, stage, other, to="none.json")
    assert b"not the same stage: PRD" in done.stderr, f"two stages: {done}"
    (lab.work / "rows.csv").write_text("id,x\n1,3\n2,3\n")
    changed = lab.run("PPS", "--part", "1/2", file="changed.json")
    done = join(lab, changed, other, to="none.json")
    assert b"not the same commit" in done.stderr and b"not committed" in done.stderr, f"changed: {done}"
    assert not (lab.work / "none.json").exists(), "a refused join wrote a run"
    assert lab.refs() == before, "something was tagged"


def test_failed(lab):
    lab.good("PPD")
    lab.commit("worse", x=0.25)
    lab.good("PPD")
    done = join(lab, *parts(lab, "PPS"))
    assert done.returncode == 1, f"a part failed: {done}"
    done = lab.promote("PPS", "--json", run="whole.json")
    assert [r["rule"] for r in json.loads(done.stdout)["refusals"]] == ["run-passed"], f"promote: {done}"
