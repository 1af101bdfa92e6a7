"""A model whose runs are recorded, for tests of histories. Standard library only."""

import gzip
import hashlib
import json
import re
import subprocess

from support import console, program

SPEC = """version: 1
model: churn
data:
  rows: {path: rows.csv}
suites:
  s:
    on: rows
    checks:
      - mean: {column: x, min: 0}
stages:
  PRD: {suites: [s]}
"""
NAME = re.compile(r"churn/(none|PRD)/\d{4}/\d\d/\d\d/\d{6}Z-[0-9a-f]{16}\.run\.json\.gz")


class Model(console.Place):
    """Its work folder has the spec and rows.csv."""

    def __init__(self, spec=SPEC):
        super().__init__()
        (self.work / "modelgate.yaml").write_text(spec)
        self.rows(1)

    def rows(self, x):
        (self.work / "rows.csv").write_text(f"id,x\n1,{x}\n2,{x}\n")

    def modelgate(self, *arguments, **options):
        return program.run(self, [str(a) for a in arguments], **options)

    def run(self, file, as_of="2026-11-23T04:05:06Z", *arguments):
        """Saves a run of that time as a file, and returns its path."""
        self.modelgate("run", "--quiet", "--as-of", as_of, "--json", file, *arguments)
        return self.work / file

    def days(self, count, to):
        """Saves that many runs, and records them."""
        for day in range(count):
            self.run(f"{day}.json", f"2026-11-{day + 1:02}")
        return self.good("record", *(f"{day}.json" for day in range(count)), "--to", to)

    def good(self, *arguments, **options):
        done = self.modelgate(*arguments, **options)
        if done.returncode:
            raise RuntimeError(f"{arguments}: exit {done.returncode}: {done.stdout} {done.stderr}")
        return done.stdout.decode()


def sealed(text):
    """A run.json that was changed, with a seal that holds again."""
    head = text[: text.rindex(',\n  "seal"')]
    return f'{head},\n  "seal": "sha256:{hashlib.sha256(head.encode()).hexdigest()}"\n}}\n'


def files(folder):
    """{name: text} of a folder of records; all that is in it must be one."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            text = gzip.decompress(path.read_bytes()).decode()
            check(str(path.relative_to(folder)), text)
            found[str(path.relative_to(folder))] = text
    return found


def check(name, text):
    """Is the record whole, and under its own name?"""
    run = json.loads(text)
    assert sealed(text) == text, f"{name}: the seal is broken"
    time = run["as_of"].replace("-", "/", 2).replace("T", "/").replace(":", "")
    stage = run["stage"] or "none"
    assert name == f"{run['model']}/{stage}/{time}-{run['seal'][7:23]}.run.json.gz"


def of_ref(folder, environment, ref):
    """The same of a ref of the git repository in that folder."""
    def git(*arguments):
        return subprocess.run(["git", *arguments], cwd=folder, env=environment, capture_output=True, check=True).stdout
    found = {}
    for name in git("ls-tree", "-r", "--name-only", ref).decode().splitlines():
        found[name] = gzip.decompress(git("show", f"{ref}:{name}")).decode()
        check(name, found[name])
    return found
