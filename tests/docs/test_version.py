"""script/version finds each disagreement about the version, and tags only what agrees."""

import os
import shutil
import subprocess

import pytest

from support.console import SOURCE


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
        done = subprocess.run([self.folder / "script/version", *arguments], cwd=self.folder,
            env=self.environment, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("section", ["0.3.0", "Next"])
def test_agreement_prints_the_version(tmp_path, section):
    assert Copy(tmp_path, section=section).version() == (0, "0.3.0\n")


@pytest.mark.parametrize(("options", "tag", "wanted"), [
    ({"says": "0.2.0"}, None, "says 'modelgate 0.2.0'"),
    ({"section": "0.2.0"}, None, "neither a section 'Next' nor one '0.3.0'"),
    ({}, "v0.10.0", "the tag v0.10.0 is above 0.3.0"),
    ({}, "v0.2.0", "tagged v0.2.0, not v0.3.0"),
])
def test_disagreement_is_told(tmp_path, options, tag, wanted):
    copy = Copy(tmp_path, **options)
    if tag:
        copy.git("tag", tag)
    status, text = copy.version()
    assert status == 1
    assert wanted in text


def test_tag_is_made(tmp_path):
    copy = Copy(tmp_path)
    assert copy.version("--tag")[0] == 0
    assert copy.git("tag") == ["v0.3.0"]
    status, text = copy.version("--tag")
    assert status == 1
    assert "is there already" in text


def test_what_is_not_described_is_not_tagged(tmp_path):
    copy = Copy(tmp_path, section="Next")
    status, text = copy.version("--tag")
    assert status == 1
    assert "no section '0.3.0'" in text
    assert copy.git("tag") == []


def test_what_is_not_committed_is_not_tagged(tmp_path):
    copy = Copy(tmp_path)
    (tmp_path / "more").write_text("x")
    status, text = copy.version("--tag")
    assert status == 1
    assert "differs from the commit" in text


def test_this_repository_agrees():
    done = subprocess.run([SOURCE / "script/version"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
