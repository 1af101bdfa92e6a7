#!/usr/bin/env python3
"""script/version finds each disagreement about the version, and tags only what agrees."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(os.environ["MODELGATE_SOURCE"])
failures = []


class Copy:
    """A repository with what script/version reads, and a program that says a version."""

    def __init__(self, folder, says="0.3.0", section="0.3.0"):
        self.folder = folder
        (folder / "script").mkdir()
        shutil.copy(SOURCE / "script/version", folder / "script")
        (folder / "CMakeLists.txt").write_text("project(modelgate VERSION 0.3.0 LANGUAGES C)\n")
        (folder / "CHANGELOG.md").write_text(f"# Changes\n\n## {section}\n")
        program = folder / "modelgate"
        program.write_text(f"#!/bin/sh\necho modelgate {says}\n")
        program.chmod(0o755)
        self.environment = os.environ | {
            "MODELGATE": str(program), "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "T", "GIT_AUTHOR_EMAIL": "t@example.com",
            "GIT_COMMITTER_NAME": "T", "GIT_COMMITTER_EMAIL": "t@example.com"}
        self.git("init", "--quiet")
        self.git("add", ".")
        self.git("commit", "--quiet", "--message", "One")

    def git(self, *arguments):
        done = subprocess.run(["git", *arguments], cwd=self.folder, env=self.environment,
                              capture_output=True, text=True, check=True)
        return done.stdout.split()

    def version(self, *arguments):
        return subprocess.run([self.folder / "script/version", *arguments], cwd=self.folder,
                              env=self.environment, capture_output=True, text=True, check=False)


def expect(what, done, status, says):
    if done.returncode != status or says not in done.stdout + done.stderr:
        failures.append(f"{what}: {done.returncode} {done.stdout}{done.stderr}")


def case(what, status, wanted, *arguments, before=lambda copy: None, **options):
    with tempfile.TemporaryDirectory() as name:
        copy = Copy(pathlib.Path(name), **options)
        before(copy)
        expect(what, copy.version(*arguments), status, wanted)
        return copy.git("tag")


case("all agree", 0, "0.3.0")
case("the next version is described", 0, "0.3.0", section="Next")
case("another program", 1, "says 'modelgate 0.2.0'", says="0.2.0")
case("no section", 1, "neither a section 'Next' nor one '0.3.0'", section="0.2.0")
case("a tag above", 1, "the tag v0.10.0 is above 0.3.0",
     before=lambda copy: copy.git("tag", "v0.10.0"))
case("another tag here", 1, "tagged v0.2.0, not v0.3.0",
     before=lambda copy: copy.git("tag", "v0.2.0"))
if case("tagging", 0, "0.3.0", "--tag") != ["v0.3.0"]:
    failures.append("--tag made no tag v0.3.0")
case("tagging twice", 1, "is there already", "--tag", before=lambda copy: copy.git("tag", "v0.3.0"))
if case("tagging what is not described", 1, "no section '0.3.0'", "--tag", section="Next"):
    failures.append("--tag made a tag of a version that is not described")
case("tagging what is not committed", 1, "differs from the commit", "--tag",
     before=lambda copy: (copy.folder / "more").write_text("x"))
expect("this repository", subprocess.run([SOURCE / "script/version"], capture_output=True, text=True,
                                         check=False), 0, "")
for failure in failures:
    print(failure, file=sys.stderr)
print(f"version: {len(failures)} failures")
sys.exit(bool(failures))
