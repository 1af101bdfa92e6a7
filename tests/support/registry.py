"""A repository with one model, its runs and its promotions, for the tests that push to a server.
Standard library only."""

import json
import os
import subprocess

from support import console, server

SPEC = """version: 1
model: churn
data: {table: {path: data.csv}}
suites:
  quality:
    on: table
    checks:
      - row_count: {min: 2}
stages:
  PPD: {suites: [quality]}
  PPS: {suites: [quality]}
  PRD: {suites: [quality]}
"""


class Registry:
    """One repository on the server, and `seed`, a clone that its commits come from."""

    def __init__(self, git, name):
        self.git, self.name = git, name
        git.repository(name)
        self.seed = git.clone(name, f"seed-{name}")
        (self.seed / "data.csv").write_text("a\n1\n2\n3\n")
        (self.seed / "modelgate.yaml").write_text(SPEC)
        git.git(self.seed, "add", ".")
        self.commit()

    def commit(self):
        """A new commit on the server's main."""
        made = self.git.commit(self.seed)
        self.git.git(self.seed, "push", "--quiet", "origin", "HEAD:refs/heads/main")
        return made

    def clone(self, to, *options, way="open"):
        return self.git.clone(self.name, f"{self.name}-{to}", *options, way=way)

    def environment(self, **variables):
        options = {n: os.environ[n] for n in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS")
            if n in os.environ}
        return {**self.git.environment, "TZ": "UTC", **options, **variables}

    def start(self, folder, *arguments, **variables):
        return subprocess.Popen([console.PROGRAM, *arguments], cwd=folder,
            env=self.environment(**variables), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)

    def modelgate(self, folder, *arguments, **variables):
        return Done(self.start(folder, *arguments, **variables))

    def run(self, folder, stage="PPD"):
        """A run of the commit that is checked out; its file."""
        file = folder.parent / f"{folder.name}-{stage}.json"
        done = self.modelgate(folder, "run", "--stage", stage, "--json", str(file), "--quiet")
        if done.code:
            raise RuntimeError(f"the run does not pass: {done}")
        return str(file)

    def promotion(self, run, stage="PPD", to="origin"):
        return ["promote", "--model", "churn", "--to", stage, "--run", run, "--push", to]

    def promote(self, folder, run, stage="PPD", to="origin", more=(), **variables):
        return self.modelgate(folder, *self.promotion(run, stage, to), *more, **variables)

    def tags(self, pattern="churn"):
        """{short name: object id} on the server."""
        return {ref.removeprefix("refs/tags/"): oid for ref, oid in self.git.refs(self.name).items()
            if ref.startswith(f"refs/tags/{pattern}")}


class Done:
    """A program that has ended, and what it said."""

    def __init__(self, process, timeout=120):
        try:
            self.out, self.err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            self.out, self.err = process.communicate()
            self.err += "\n(it hung and was killed)"
        self.code = process.returncode

    @property
    def text(self):
        return self.out + self.err

    def json(self):
        return json.loads(self.out)

    def __str__(self):
        return f"exit {self.code}: {self.text}"


def shows_secret(done):
    return any(secret in done.text for secret in (server.TOKEN, server.LOGIN))
