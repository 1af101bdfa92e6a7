"""What the rehearsals share: a mono repo in a bare repository, a project with environments, the tasks as an agent has
them."""
import functools
import hashlib
import os
import pathlib
import shutil
import subprocess
import tarfile
import tempfile

from pipelines.agent import Project
from pipelines.corpus import SOURCE
from pipelines.expand import expand
from pipelines.meaning import check
from pipelines.source import Map, parse

MODELGATE = pathlib.Path(os.environ.get("MODELGATE", SOURCE / "build/release/modelgate")).resolve()
EXAMPLE = SOURCE / "examples/azure-monorepo"
# The jobs' environment is an agent's; what a build with sanitizers must know comes in here.
PROGRAM = " ".join(["exec", "env",
    *(f"'{name}={os.environ[name]}'" for name in ("ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS")
                                    if name in os.environ), f"'{MODELGATE}'", '"$@"'])
HEAD = """
resources:
  repositories:
  - repository: modelgate
    type: git
    name: modelgate
    ref: refs/tags/v0.1.0
"""


def git(folder, *arguments, **more):
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1", **more}
    for who in ("AUTHOR", "COMMITTER"):
        environment.update({f"GIT_{who}_NAME": "Grace Hopper", f"GIT_{who}_EMAIL": "grace@example.com"})
    done = subprocess.run(["git", *arguments], cwd=folder, env=environment, text=True, capture_output=True)
    if done.returncode:
        raise AssertionError(f"git {' '.join(arguments)}: {done.stderr}")
    return done.stdout.strip()


@functools.cache
def build_tasks():
    subprocess.run([SOURCE / "script/tasks"], check=True)


class Story:
    """One story in folders of its own: `with Story() as story`."""

    def __init__(self, models=("churn", "demand", "fraud-score")):
        self.models = models

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="rehearsal-"))
        self.tools = self.folder / "tools"
        self.tools.mkdir()
        self.use(f'#!/bin/sh\n{PROGRAM}\n')
        self.work, self.bare = self.folder / "work", self.folder / "models.git"
        shutil.copytree(EXAMPLE, self.work)
        for folder in (self.work / "models").iterdir():
            if folder.name not in self.models:
                shutil.rmtree(folder)
        policy = [line for line in (self.work / ".modelgate.yaml").read_text().splitlines(True)
                  if "models/" not in line or line.split(":")[0].strip() in self.models]
        (self.work / ".modelgate.yaml").write_text("".join(policy))
        git(self.folder, "init", "--quiet", "--bare", "--initial-branch=main", str(self.bare))
        for option in ("uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"):
            git(self.bare, "config", option, "true")
        git(self.work, "init", "--quiet", "--initial-branch=main")
        git(self.work, "remote", "add", "origin", self.bare.as_uri())
        self.project = Project(self.folder / "agent", self.bare.as_uri(), pathlib.Path("/nonexistent"),
                               self.folder / "own")
        self.environments("models-ppd", "models-pps", "models-prd")
        return self

    def __exit__(self, kind, error, trace):
        if kind is None or not os.environ.get("MODELGATE_KEEP"):
            shutil.rmtree(self.folder)
        else:
            print(f"kept: {self.folder}")

    def use(self, text):
        """What `modelgate` is in the jobs."""
        (self.tools / "modelgate").write_text(text)
        (self.tools / "modelgate").chmod(0o755)

    def environments(self, *names, check=None):
        for name in names:
            self.project.environments[name] = [check] if check else []

    def use_tasks(self):
        """The real tasks, the installing one with a bundle as the extension has it."""
        build_tasks()
        shutil.copytree(SOURCE / "build/tasks", self.project.own_tasks)
        bundle = self.project.own_tasks / "ModelgateInstallV1/bundle"
        bundle.mkdir(exist_ok=True)
        self.archive(bundle, "modelgate-0.1.0-linux-x64.tar.gz")

    def archive(self, folder, name="modelgate-0.1.0-linux-x86_64.tar.gz"):
        """A bundle of the program under test; its SHA-256."""
        with tarfile.open(folder / name, "w:gz") as tar:
            tar.add(self.tools / "modelgate", "modelgate-0.1.0/bin/modelgate")
        digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        (folder / f"{name}.sha256").write_text(f"{digest}  {name}\n")
        return digest

    def commit(self, message="A change", push="main"):
        git(self.work, "add", "--all")
        git(self.work, "commit", "--quiet", "--allow-empty", "--message", message)
        if push:
            git(self.work, "push", "--quiet", "origin", f"HEAD:{push}")
        return git(self.work, "rev-parse", "HEAD")

    def edit(self, path, old, new):
        file = self.work / path
        text = file.read_text()
        assert old in text, f"{path} does not hold {old!r}"
        file.write_text(text.replace(old, new))

    def expand(self, path, parameters=None, checked=True):
        pipeline, problems, _ = expand(path, parameters or {}, self.work, {"modelgate": SOURCE})
        problems = problems or (check(pipeline) if checked else [])
        assert not problems, "\n".join(map(str, problems))
        return pipeline

    def expand_text(self, text):
        """As if the text, which extends or includes templates, were a pipeline of the mono repo."""
        path = self.work / ".git/azure-pipelines.yml"
        path.write_text(HEAD + text)
        return self.expand(path)

    def expand_unchecked(self, text):
        """Likewise, for a pipeline that does what it should not."""
        path = self.work / ".git/azure-pipelines.yml"
        path.write_text(HEAD + text)
        return self.expand(path, checked=False)

    def run(self, pipeline, commit=None, parameters=None, **more):
        """pipeline: a file of the mono repo, or text."""
        commit = commit or git(self.work, "rev-parse", "HEAD")
        given = parse("\n".join(f"{k}: {v}" for k, v in (parameters or {}).items()), "parameters") or Map()
        whole = self.expand_text(pipeline) if "\n" in pipeline else self.expand(self.work / pipeline, given)
        return self.project.run(whole, commit, **more)

    def tags(self, *pattern):
        return git(self.bare, "tag", "--list", "--sort=version:refname", *pattern).split()

    def marked(self, tag):
        return git(self.bare, "rev-parse", f"{tag}^{{commit}}")


def same(found, wanted, what, run=None):
    if found != wanted:
        if run:
            print(run.log())
        raise AssertionError(f"{what}: {found!r}, expected {wanted!r}")


def holds(fact, what, run=None):
    if not fact:
        if run:
            print(run.log())
        raise AssertionError(what)
