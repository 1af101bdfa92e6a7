"""The files that a run read must be those of its commit: however git was kept from seeing that they are
not, the run is refused; and what lies outside of git is told in the evidence and by show."""

import hashlib
import json

from support.lab import SPEC, Lab

POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize {}\n"
OTHER = "id,x\n1,9\n2,9\n"


def refused(lab, what, rules=("run-inputs",), stage="PPD"):
    done = lab.promote(stage, "--json", run=lab.run(stage, file="what.json"))
    found = {r["rule"]: r["found"] for r in json.loads(done.stdout or b'{"refusals": []}')["refusals"]}
    assert done.returncode == 1 and set(found) == set(rules), f"{what}: {done.returncode} {found}"
    return found.get("run-inputs", "")


def test_hidden_from_git():
    """git was told not to look."""
    for flag in ("--assume-unchanged", "--skip-worktree"):
        with Lab() as lab:
            lab.git("update-index", flag, "rows.csv")
            (lab.work / "rows.csv").write_text(OTHER)
            found = refused(lab, flag)
            assert "rows.csv" in found, f"{flag}: {found}"
            (lab.work / "rows.csv").unlink()
            (lab.root / "rows.csv").write_text(OTHER)
            (lab.work / "rows.csv").symlink_to(lab.root / "rows.csv")
            lab.commit("nothing")
            lab.git("update-index", flag, "rows.csv")
            done = lab.modelgate("run", "--stage", "PPD", "--json", "link.json", "--quiet", "--allow-path",
                str(lab.root))
            assert done.returncode == 0, f"{flag}: a link out of the repository: {done}"
            done = lab.promote("PPD", run="link.json")
            assert done.returncode == 1 and b"run-inputs" in done.stdout, f"{flag}: a link: {done}"


def test_links():
    """The commit's link leads to bad data, the work tree's to good data of the same commit."""
    for what, name, target, other in (("a file", "rows.csv", "bad.csv", "good.csv"), ("a folder", "data", "old", "new"),
            ("a link to a link", "rows.csv", "via", "good.csv"),
            ("out of the repository", "rows.csv", "/nowhere/bad.csv", "good.csv"),
            ("to what is not tracked", "rows.csv", "cache.json", "good.csv")):
        with Lab(SPEC.replace("rows.csv", "data/rows.csv" if name == "data" else name)) as lab:
            for folder, text in (("old", "id,x\n"), ("new", "id,x\n1,1\n2,1\n")):
                (lab.work / folder).mkdir()
                (lab.work / folder / "rows.csv").write_text(text)
            (lab.work / "bad.csv").write_text("id,x\n")
            (lab.work / "cache.json").write_text("id,x\n")
            (lab.work / "good.csv").write_text("id,x\n1,1\n2,1\n")
            (lab.work / "via").symlink_to("old/../bad.csv")
            (lab.work / name).unlink(missing_ok=True)
            (lab.work / name).symlink_to(target)
            lab.commit("a link")
            lab.git("update-index", "--assume-unchanged", name)
            (lab.work / name).unlink()
            (lab.work / name).symlink_to(other)
            refused(lab, f"{what}: another link")
    with Lab() as lab:
        (lab.work / "in").mkdir()
        (lab.work / "in" / "a.csv").write_text("id,x\n1,1\n2,1\n")
        (lab.work / "rows.csv").unlink()
        (lab.work / "rows.csv").symlink_to("through/a.csv")
        (lab.work / "through").symlink_to("./in/../in")
        lab.commit("links that hold")
        assert lab.good("PPD", "--dry-run")["outcome"] == "would be done", "links as they were committed"
        (lab.work / "in" / "b.csv").symlink_to("../in/a.csv")
        lab.commit("among parts", spec=SPEC.replace("rows.csv", "through/*.csv"))
        assert lab.good("PPD", "--dry-run")["outcome"] == "would be done", "parts behind links"


def test_another_spec():
    """Equal bytes in another folder name other data."""
    with Lab() as lab:
        for folder, text in (("a", "id,x\n"), ("b", "id,x\n1,1\n2,1\n")):
            (lab.work / folder).mkdir()
            (lab.work / folder / "rows.csv").write_text(text)
            (lab.work / folder / "modelgate.yaml").write_text(SPEC)
        lab.commit("twins", policy="models: {churn: ./a}\n")
        lab.modelgate("run", "b/modelgate.yaml", "--stage", "PPD", "--json", "b.json", "--quiet")
        done = lab.promote("PPD", "--json", run="b.json")
        told = {r["rule"]: r["found"] for r in json.loads(done.stdout)["refusals"]}
        assert set(told) == {"run-spec"} and "b/modelgate.yaml" in told["run-spec"], told
        (lab.work / "a/rows.csv").write_text("id,x\n1,1\n2,1\n")
        lab.commit("good data")
        lab.modelgate("run", "a/modelgate.yaml", "--stage", "PPD", "--json", "a.json", "--quiet")
        assert lab.good("PPD", "--dry-run", run="a.json")["outcome"] == "would be done", "its own spec"
    # git is told that its work tree is elsewhere: then nothing here is of the commit.
    with Lab() as lab:
        (lab.root / "elsewhere").mkdir()
        lab.git("checkout-index", "--all", f"--prefix={lab.root}/elsewhere/")
        lab.git("config", "core.worktree", str(lab.root / "elsewhere"))
        (lab.work / "rows.csv").write_text("id,x\n1,7\n2,7\n")
        refused(lab, "another work tree", ("run-clean", "run-spec"))


def test_part_taken_away():
    """A bad part of a dataset of many files that the commit holds, and the run did not see."""
    with Lab(SPEC.replace("rows.csv", "parts/*.csv")) as lab:
        (lab.work / "parts").mkdir()
        for part in "ab":
            (lab.work / "parts" / f"{part}.csv").write_text("id,x\n1,1\n2,1\n")
        lab.commit("parts")
        lab.git("update-index", "--assume-unchanged", "parts/b.csv")
        (lab.work / "parts" / "b.csv").unlink()
        found = refused(lab, "a part taken away")
        assert "parts/b.csv" in found, found


def test_parts_at_a_depth():
    """Two stars are as one: what the reader takes for data is what the commit is searched for."""
    with Lab(SPEC.replace("rows.csv", "parts/**/*.csv")) as lab:
        for part in ("a.csv", "in/b.csv", "in/c.csv", "in/deep/d.csv"):
            (lab.work / "parts" / part).parent.mkdir(parents=True, exist_ok=True)
            (lab.work / "parts" / part).write_text("id,x\n1,1\n2,1\n")
        lab.commit("parts")
        done = lab.good("PPD", "--dry-run")
        assert done["outcome"] == "would be done", done
        read = [i["path"] for i in json.loads((lab.work / "run-PPD.json").read_text())["inputs"]]
        assert read == ["parts/in/b.csv", "parts/in/c.csv"], read
        lab.git("update-index", "--assume-unchanged", "parts/in/c.csv")
        (lab.work / "parts/in/c.csv").unlink()
        found = refused(lab, "a part taken away")
        assert "parts/in/c.csv" in found and "deep" not in found and "a.csv" not in found, found


def test_baseline(lab):
    """A run that checks are compared with decides as the data do."""
    lab.modelgate("run", "--stage", "PPS", "--json", "first.run", "--quiet")
    lab.commit("a baseline", spec=SPEC.replace("min: 0.5}", "baseline: {file: first.run}, max_drop: 0.1}"))
    lab.good("PPS", "--override", "for the test", "--dry-run")
    told = json.loads((lab.work / "run-PPS.json").read_text())["inputs"]
    assert [(i["data"], i["path"]) for i in told] == [("rows", "rows.csv"), ("baseline", "first.run")], told
    lab.git("update-index", "--skip-worktree", "first.run", "rows.csv")
    good, rows = (lab.work / "first.run").read_text(), (lab.work / "rows.csv").read_text()
    (lab.work / "rows.csv").write_text("id,x\n1,0.1\n2,0.1\n")
    (lab.work / "bad.yaml").write_text(SPEC)
    lab.modelgate("run", "bad.yaml", "--stage", "PPS", "--json", "first.run", "--quiet")
    (lab.work / "rows.csv").write_text(rows)
    found = refused(lab, "another baseline", ("run-inputs", "stage-order"), "PPS")
    assert "first.run" in found, found
    (lab.work / "first.run").write_text(good)
    # One that is taken away is not missing where the commit has it.
    lab.git("update-index", "--no-skip-worktree", "first.run", "rows.csv")
    lab.commit("a baseline that may be missing", spec=SPEC.replace("min: 0.5}",
        "baseline: {file: first.run}, max_drop: 0.1, min: 0.1, baseline_missing: pass}"))
    lab.git("update-index", "--assume-unchanged", "first.run")
    (lab.work / "first.run").unlink()
    found = refused(lab, "no baseline", ("run-inputs", "stage-order"), "PPS")
    assert "first.run" in found, found


def test_another_folder(lab):
    """Data beside the spec's folder, in the same repository, is data of the commit too."""
    (lab.work / "shared").mkdir()
    (lab.work / "m").mkdir()
    (lab.work / "shared" / "d.csv").write_text("id,x\n1,1\n2,1\n")
    (lab.work / "m" / "modelgate.yaml").write_text(SPEC.replace("rows.csv", "../shared/d.csv"))
    lab.commit("two folders", policy="models: {churn: m}\n")
    words = ("run", "m/modelgate.yaml", "--stage", "PPD", "--json", "m.json", "--quiet",
        "--allow-path", "shared")
    lab.modelgate(*words)
    done = lab.good("PPD", "--dry-run", run="m.json")
    assert done["outcome"] == "would be done", done
    lab.git("update-index", "--assume-unchanged", "shared/d.csv")
    (lab.work / "shared" / "d.csv").write_text(OTHER)
    lab.modelgate(*words)
    done = lab.promote("PPD", run="m.json")
    assert done.returncode == 1 and b"run-inputs" in done.stdout and b"shared/d.csv" in done.stdout, done


def test_submodule(lab):
    other = lab.root / "other"
    other.mkdir()
    lab.git("init", "--quiet", cwd=other)
    for text in ("id,x\n1,1\n2,1\n", OTHER):
        (other / "d.csv").write_text(text)
        lab.git("add", ".", cwd=other)
        lab.git("commit", "--quiet", "--message", "x", cwd=other)
    lab.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other), "sub")
    lab.git("config", "--file", ".gitmodules", "submodule.sub.ignore", "all")
    lab.commit("with a submodule", spec=SPEC.replace("rows.csv", "sub/d.csv"))
    (lab.work / "sub" / "notes.txt").write_text("git does not track me\n")
    done = lab.good("PPD", "--dry-run", run=lab.run("PPD"))
    assert done["outcome"] == "would be done", f"as it was committed: {done}"
    lab.git("checkout", "--quiet", "HEAD^", cwd=lab.work / "sub")
    refused(lab, "at another commit", ("run-clean", "clean-tree", "run-inputs"))
    lab.git("checkout", "--quiet", "-", cwd=lab.work / "sub")
    (lab.work / "sub" / "d.csv").write_text("id,x\n1,5\n2,5\n")
    refused(lab, "edited", ("run-clean", "clean-tree", "run-inputs"))
    lab.git("checkout", "--quiet", ".", cwd=lab.work / "sub")
    (lab.work / "good.csv").write_text("id,x\n1,5\n2,5\n")
    lab.commit("data beside it")
    assert lab.promote("PPD", run=lab.run("PPD")).returncode == 0, "as it was committed"
    lab.git("update-index", "--assume-unchanged", "d.csv", cwd=lab.work / "sub")
    (lab.work / "sub" / "d.csv").unlink()
    (lab.work / "sub" / "d.csv").symlink_to("../good.csv")
    refused(lab, "a link in its place")
    (lab.work / "sub" / "d.csv").unlink()
    lab.git("update-index", "--no-assume-unchanged", "d.csv", cwd=lab.work / "sub")
    lab.git("checkout", "--quiet", "d.csv", cwd=lab.work / "sub")
    (other / "e.csv").write_text("id,x\n1,5\n2,5\n")
    lab.git("add", ".", cwd=other)
    lab.git("commit", "--quiet", "--message", "two parts", cwd=other)
    lab.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "update", "--remote", "sub")
    lab.commit("parts", spec=SPEC.replace("rows.csv", "sub/*.csv"))
    assert lab.good("PPD", "--dry-run")["outcome"] == "would be done", "parts of a submodule"
    lab.git("update-index", "--assume-unchanged", "e.csv", cwd=lab.work / "sub")
    (lab.work / "sub" / "e.csv").unlink()
    assert "sub/e.csv" in refused(lab, "a part of a submodule taken away"), "which part"


def test_large_file(lab):
    """git-lfs keeps a pointer in the commit: its oid is the file's digest."""
    rows = (lab.work / "rows.csv").read_bytes()
    (lab.work / "rows.csv").write_text(POINTER.format(hashlib.sha256(rows).hexdigest(), len(rows)))
    lab.commit("a pointer")
    lab.git("update-index", "--assume-unchanged", "rows.csv")
    (lab.work / "rows.csv").write_bytes(rows)
    done = lab.good("PPD", "--dry-run", run=lab.run("PPD"))
    assert done["outcome"] == "would be done", done
    (lab.work / "rows.csv").write_text(OTHER)
    refused(lab, "another file than the pointer's")
    both = POINTER.format(hashlib.sha256(OTHER.encode()).hexdigest(), len(OTHER))
    lab.git("update-index", "--no-assume-unchanged", "rows.csv")
    (lab.work / "rows.csv").write_text(both + f"oid sha256:{hashlib.sha256(rows).hexdigest()}\n")
    lab.commit("a pointer to two files")
    lab.git("update-index", "--assume-unchanged", "rows.csv")
    (lab.work / "rows.csv").write_bytes(rows)
    refused(lab, "one of two files")


def test_line_ends(lab):
    """git itself writes CRLF into work trees; the rows are the same."""
    (lab.work / ".gitattributes").write_text("*.csv text eol=crlf\n")
    lab.commit("attributes")
    (lab.work / "rows.csv").unlink()
    lab.git("checkout", "--quiet", "rows.csv")
    assert b"\r\n" in (lab.work / "rows.csv").read_bytes(), "git wrote CRLF"
    done = lab.good("PPD", "--dry-run", run=lab.run("PPD"))
    assert done["outcome"] == "would be done", done


def test_outside_of_git():
    with Lab(SPEC.replace("rows.csv", "big.csv")) as lab:
        (lab.work / ".gitignore").write_text("*.json\nbig.csv\n")
        (lab.work / "big.csv").write_text("id,x\n1,1\n2,1\n")
        lab.commit("data that git does not track")
        done = lab.good("PPD")
        jsonl = lab.git("cat-file", "blob", f"{done['evidence']}:evidence.intoto.jsonl")
        inputs = json.loads(jsonl.splitlines()[0])["predicate"]["configuration"][1:]
        assert [i["annotations"]["place"] for i in inputs] == ["outside of git"], f"in the evidence: {inputs}"
        shown = lab.modelgate("show", done["tag"]).stdout.decode()
        assert "outside" in shown and "big.csv" in shown, f"in show: {shown}"
        told = json.loads(lab.modelgate("show", done["tag"], "--json").stdout)
        assert told["inputs"] == [{"data": "rows", "path": "big.csv", "place": "outside of git",
            "sha256": hashlib.sha256((lab.work / "big.csv").read_bytes()).hexdigest()}], told
        lab.commit("data that it does", spec=SPEC)
        done = lab.good("PPD")
        told = json.loads(lab.modelgate("show", done["tag"], "--json").stdout)
        assert [i["place"] for i in told["inputs"]] == ["commit"], told
        assert b"outside" not in lab.modelgate("show", done["tag"]).stdout, "nothing lies outside"


PROFILE = """    reference: {profile: rows.profile}
    checks:
      - same_row_count: {max: 0, same_data: allowed}
"""


def test_profile_and_what_it_is_made_of():
    """A reference that was not read: its profile is the commit's, and the evidence has what it was made of."""
    with Lab() as lab:
        made = lab.modelgate("profile", "--data", "rows", "--out", "rows.profile")
        assert made.returncode == 0, made.stderr
        lab.commit("a profile", spec=SPEC.replace("    checks:\n      - row_count: {min: 2}\n", PROFILE))
        lab.good("PPD")
        source = hashlib.sha256((lab.work / "rows.csv").read_bytes()).hexdigest()
        shown = json.loads(lab.modelgate("show", "churn#PPD", "--json").stdout)["inputs"]
        (profile,) = [i for i in shown if i["data"] == "rows.profile"]
        assert profile["sha256"] == hashlib.sha256((lab.work / "rows.profile").read_bytes()).hexdigest()
        assert profile["place"] == "commit"
        assert profile["profile"].endswith(f"of rows.csv sha256:{source}")
        assert f"rows.csv sha256:{source}".encode() in lab.modelgate("show", "churn#PPD").stdout
        assert lab.modelgate("verify").returncode == 0
        lab.git("update-index", "--assume-unchanged", "rows.profile")
        assert lab.modelgate("profile", "--data", "rows", "--out", "rows.profile").returncode == 0
        assert "rows.profile" in refused(lab, "another profile")
