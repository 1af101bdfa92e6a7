"""A repository with one model, for tests of what promote and its like do to it. The model's numbers lie in
rows.csv, so that a commit can make it better or worse. Standard library only."""

import json
import re
import shutil
import subprocess

from support import console, program

SPEC = """version: 1
model: churn
data:
  rows: {path: rows.csv}
suites:
  quality:
    on: rows
    checks:
      - row_count: {min: 2}
  score:
    on: rows
    checks:
      - mean: {column: x, min: 0.5}
stages:
  PPD: {suites: [quality]}
  PPS: {suites: [quality, score]}
  PRD: {suites: [quality, score]}
"""


class Lab(console.Place):
    """Its work folder is the repository; commits have names ("one") that transcripts show."""

    def __init__(self, spec=SPEC):
        super().__init__()
        self.names = {}
        self.git("init", "--quiet")
        (self.work / ".gitignore").write_text("*.json\n")
        self.commit("one", spec=spec, x=1)

    def git(self, *arguments, check=True, **options):
        done = subprocess.run(["git", *arguments], cwd=options.pop("cwd", self.work),
            env={**self.environment, **options.pop("environment", {})}, text=True,
            capture_output=True, **options)
        if check and done.returncode:
            raise RuntimeError(f"git {arguments}: {done.stderr}")
        return done.stdout.strip() if check else done

    def commit(self, name, spec=None, x=None, **files):
        """Commits the given files (policy= is .modelgate.yaml), and returns the commit's id."""
        if spec is not None:
            (self.work / "modelgate.yaml").write_text(spec)
        if x is not None:
            (self.work / "rows.csv").write_text(f"id,x\n1,{x}\n2,{x}\n")
        if "policy" in files:
            (self.work / ".modelgate.yaml").write_text(files["policy"])
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", name)
        commit = self.git("rev-parse", "HEAD")
        self.names[commit] = name
        return commit

    def modelgate(self, *arguments, **options):
        return program.run(self, [str(a) for a in arguments], **options)

    def run(self, stage, *arguments, file=None):
        """Runs the suites; returns the file with the run."""
        file = file or f"run-{stage}.json"
        self.modelgate("run", "--stage", stage, "--json", file, "--quiet", *arguments)
        return file

    def promote(self, stage, *arguments, run=None, **options):
        run = run or self.run(stage)
        return self.modelgate("promote", "--model", "churn", "--to", stage, "--run", run, *arguments,
            **options)

    def good(self, stage, *arguments, **options):
        """A promotion that must succeed, as what --json tells of it."""
        done = self.promote(stage, "--json", *arguments, **options)
        if done.returncode:
            raise RuntimeError(f"promote {stage}: exit {done.returncode}: {done.stdout} {done.stderr}")
        return json.loads(done.stdout)

    def refs(self):
        """{tag: object id}, of everything below refs/tags."""
        lines = self.git("for-each-ref", "--format=%(refname:lstrip=2) %(objectname)", "refs/tags")
        return dict(line.split() for line in lines.splitlines())

    def events(self):
        return {tag for tag in self.refs() if not tag.startswith("evidence/")}

    def message(self, tag):
        return self.git("for-each-ref", "--format=%(contents)", f"refs/tags/{tag}")

    def transcript(self, text):
        """What differs from run to run, by placeholders."""
        text = self.normalize(text)
        for commit, name in self.names.items():
            for digits in (40, 10, 7):
                text = re.sub(rf"\b{commit[:digits]}\b", f"<{name}>", text)
        text = re.sub(r"evidence/[0-9a-f]{20}", "evidence/<NAME>", text)
        text = re.sub(r"\b[0-9a-f]{64}\b", "<DIGEST>", text)
        text = re.sub(r"\b[0-9a-f]{40}\b", "<ID>", text)
        return re.sub(r"<NAME> +", "<NAME>  ", text)


def copy(lab, name):
    """A copy of the repository to be spoilt."""
    folder = lab.root / name
    shutil.copytree(lab.work, folder, symlinks=True)
    return folder


def tags(lab, folder):
    return lab.git("for-each-ref", "--format=%(refname:lstrip=2)", "refs/tags", cwd=folder).split()


def sound(lab, folder, what, want):
    """The tags are these and no others, and everything about them is true."""
    found = sorted(tag for tag in tags(lab, folder) if not tag.startswith("evidence/"))
    assert found == sorted(want), f"{what}: tags {found}"
    verify = lab.modelgate("verify", cwd=folder)
    assert verify.returncode == 0, f"{what}: verify: {verify.stdout.decode()}"
    fsck = lab.git("fsck", "--strict", "--no-dangling", cwd=folder, check=False)
    assert fsck.returncode == 0 and not fsck.stderr, f"{what}: fsck: {fsck}"
