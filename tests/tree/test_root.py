"""What may lie at the root of the repository; a file that somebody tried something with may not."""

import subprocess

from support import console

FOLDERS = {".ci", ".github", "cmake", "docs", "examples", "include", "runner", "script", "tasks",
    "templates", "tests", "web"}
FILES = {".clang-format", ".clang-tidy", ".gitignore", "CHANGELOG.md", "CMakeLists.txt",
    "CMakePresets.json", "CONTRIBUTING.md", "LICENSE", "README.md", "SECURITY.md", "azure-pipelines.yml",
    "pyproject.toml"}


def test_root():
    """Also what is not committed yet, unless .gitignore knows it."""
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=console.SOURCE,
        check=True, capture_output=True, text=True).stdout.splitlines()
    assert not {path.split("/")[0] for path in listed} - FOLDERS - FILES
