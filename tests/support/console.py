"""Commands run in a clean place, and their output compared with what was written down.

Standard library only.
"""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile

SOURCE = pathlib.Path(os.environ.get("MODELGATE_SOURCE", pathlib.Path(__file__).parents[2]))
PROGRAM = pathlib.Path(os.environ.get("MODELGATE", SOURCE / "build" / "dev" / "modelgate")).absolute()
TIMEOUT_S = 120

GIT_CONFIG = """[user]
	name = Test
	email = test@example.com
[init]
	defaultBranch = main
[commit]
	gpgSign = false
"""


def version():
    """The version that the program under test says it has."""
    line = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, check=True).stdout
    return line.split()[1]


class Place:
    """A temporary folder with a home and a PATH that has `modelgate`; removed at the end."""

    def __init__(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="modelgate-cli.")).resolve()
        self.home = self.root / "home"
        self.work = self.root / "work"
        programs = self.root / "bin"
        for folder in (self.home, self.work, programs):
            folder.mkdir()
        (programs / "modelgate").symlink_to(PROGRAM)
        (self.home / ".gitconfig").write_text(GIT_CONFIG)
        self.environment = {
            "PATH": f"{programs}:/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.home),
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            "TERM": "dumb",
            "TMPDIR": str(self.root),
        }
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "DUCKDB_ROOT"):
            if name in os.environ:
                self.environment[name] = os.environ[name]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.root, ignore_errors=True)

    def normalize(self, text):
        """Puts placeholders where the output differs from run to run."""
        text = text.replace(str(self.work), "<WORK>").replace(str(self.home), "<HOME>")
        return normalize(text.replace(str(self.root), "<TMP>"))


_VERSION = None


def normalize(text):
    """The placeholders that need no place: also applied to what was written down."""
    global _VERSION
    if _VERSION is None:
        _VERSION = re.compile(rf"(?<![\w.]){re.escape(version())}(?![\w.]*\d)")
    text = _VERSION.sub("<VERSION>", text)
    text = re.sub(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "<TIME>", text)
    number = r"(?<![\w.])\d+(\.\d+)?"
    text = re.sub(rf"{number} (d \d\d h|h \d\d min|min \d\d s)\b", "<DURATION>", text)
    return re.sub(rf"{number} (ms|s)\b", "<DURATION>", text)


def matches(expected, actual):
    """Compares lists of lines. `...` alone stands for any lines, `<...>` for part of one."""
    pattern = ""
    for line in expected:
        if line == "...":
            pattern += r"(?:[^\n]*\n)*"
        else:
            pattern += re.escape(line).replace(re.escape("<...>"), r"[^\n]*") + r"\n"
    return re.fullmatch(pattern, "".join(line + "\n" for line in actual)) is not None
