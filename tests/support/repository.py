"""A throw-away git repository with models in it, for tests that drive the program and git."""

import json
import re
import subprocess

from support import program

START = 1700000000  # 2023-11-14T22:13:20Z

SPEC = """version: 1
model: {model}
data: {{d: d.csv}}
suites:
  s: {{on: d, checks: [{{row_count: {{min: 1}}}}]}}
"""


class Repository:
    def __init__(self, place, name="repo"):
        self.place = place
        self.path = place.work / name
        self.path.mkdir()
        self.seconds = 0
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments, input=None, environment=None, check=True):
        """git's standard output, stripped."""
        done = subprocess.run(["git", *arguments], cwd=self.path, input=input, capture_output=True,
            env={**self.place.environment, **(environment or {})})
        if check and done.returncode != 0:
            raise RuntimeError(f"git {' '.join(arguments)}: {done.stderr.decode()}")
        return done.stdout.decode("utf-8", "surrogateescape").strip()

    def at(self, seconds):
        """An environment in which git's clock shows this."""
        when = f"{START + seconds} +0000"
        return {"GIT_COMMITTER_DATE": when, "GIT_AUTHOR_DATE": when}

    def write(self, files):
        for name, text in files.items():
            path = self.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def commit(self, files, message="a commit"):
        """Its id. Files of which the text is None are removed."""
        self.write({name: text for name, text in files.items() if text is not None})
        for name, text in files.items():
            if text is None:
                (self.path / name).unlink()
        self.git("add", "--all")
        self.seconds += 1
        self.git("commit", "--quiet", "--allow-empty", "-m", message,
            environment=self.at(-1000000 + self.seconds))
        return self.git("rev-parse", "HEAD")

    def tag(self, name, commit="HEAD", message="a tag\n", seconds=None):
        """An annotated tag with exactly this message (text or bytes); its object's id."""
        self.seconds += 1
        text = message.encode() if isinstance(message, str) else message
        target = self.git("rev-parse", f"{commit}^{{commit}}")
        when = START + (self.seconds if seconds is None else seconds)
        head = f"object {target}\ntype commit\ntag {name}\ntagger Ada <ada@example.com> {when} +0000\n\n"
        made = self.git("hash-object", "-t", "tag", "-w", "--stdin", "--literally",
            input=head.encode() + text)
        self.git("update-ref", f"refs/tags/{name}", made)
        return made

    def modelgate(self, *arguments, environment=None, cwd=None):
        return program.run(self.place, arguments, cwd=cwd or self.path,
            environment=environment or {})

    def json(self, *arguments):
        done = self.modelgate(*arguments, "--json")
        if done.stderr:
            raise RuntimeError(f"modelgate {' '.join(arguments)}: {done.stderr.decode()}")
        return json.loads(done.stdout)

    def add_model(self, model="churn", folder=""):
        """Commits a model that passes its checks."""
        prefix = f"{folder}/" if folder else ""
        return self.commit({f"{prefix}modelgate.yaml": SPEC.format(model=model),
            f"{prefix}d.csv": "a\n1\n", ".gitignore": "run.json\n"})

    def promote(self, stage, *options, model="churn", folder="", expect=0):
        """Runs the checks of the model and promotes it; standard output."""
        prefix = f"{folder}/" if folder else ""
        ran = self.modelgate("run", f"{prefix}modelgate.yaml", "--json", "run.json", "--quiet")
        if ran.returncode != 0:
            raise RuntimeError(f"modelgate run: {ran.stdout.decode()}{ran.stderr.decode()}")
        done = self.modelgate("promote", "--model", model, "--to", stage, "--run", "run.json",
            *options)
        if done.returncode != expect:
            raise RuntimeError(f"modelgate promote to {stage} ended with {done.returncode}: "
                f"{done.stdout.decode()}{done.stderr.decode()}")
        return done.stdout.decode()


INK = re.compile(rb"\x1b\[[0-9;]*m")


def is_harmless(output):
    """Nothing in it that a terminal or a pipeline agent would obey."""
    text = output.decode("utf-8", "strict")
    return not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text) and \
        not re.search(r"##(vso)?\[", text, re.IGNORECASE) and "##vso" not in text.lower()
