"""Runs a built task as an agent does, and obeys its log by an agent's rules, strictly: where an agent
would warn or guess, this one raises.

An agent passes inputs as INPUT_NAME, roots paths in the folder of the sources, passes variables in
upper case with `_`, starts the handler's target with node, scans both streams for commands, and lets the
worst result count. A task process ends with 0 whatever its result is.
"""

import fnmatch
import json
import os
import pathlib
import re
import subprocess

from support import azure_reader, console, handler

TASKS = pathlib.Path(os.environ.get("MODELGATE_TASKS", console.SOURCE / "build" / "tasks"))
TOKEN = "job-token-8f3c"
TIMEOUT_S = 120

# event: (properties that may be there, allowed in restricted mode)
EVENTS = {
    "task.debug": (set(), True),
    "task.logissue": ({"type", "sourcepath", "linenumber", "columnnumber", "code"}, True),
    "task.issue": ({"type", "source"}, True),
    "task.complete": ({"result", "done"}, True),
    "task.setprogress": ({"value"}, True),
    "task.setvariable": ({"variable", "isOutput", "issecret", "isReadOnly"}, True),
    "task.setsecret": (set(), True),
    "task.prependpath": (set(), True),
    "task.uploadsummary": (set(), False),
    "task.addattachment": ({"type", "name"}, False),
    "build.addbuildtag": (set(), False),
    "artifact.upload": ({"containerfolder", "artifactname"}, False),
    "results.publish": ({"type", "mergeResults", "runTitle", "publishRunAttachments", "resultFiles",
        "testRunSystem"}, False),
}
WORSE = ["Succeeded", "SucceededWithIssues", "Failed"]


class Broken(Exception):
    """What an agent would not take, or should not have been asked for."""


def build():
    subprocess.run([console.SOURCE / "script" / "tasks"], check=True)


def manifest(name):
    return json.loads((TASKS / name / "task.json").read_text())


def _read_commands(text):
    """[(event, properties, data)]; a command that is anywhere but at the start of a line is one that
    somebody slipped in."""
    for line in re.split(r"\r\n|\r|\n", text):
        at = line.lower().find("##vso")
        if at > 0 or (at == 0 and not re.match(r"##vso\[[a-z]+\.[a-z]+(?: [^]]*)?\]", line)):
            raise Broken(f"an agent may take this for a command: {line!r}")
    commands = azure_reader.read_log(text)
    for event, properties, _ in commands:
        if event not in EVENTS:
            raise Broken(f"no agent knows {event}")
        unknown = set(properties) - EVENTS[event][0]
        if unknown:
            raise Broken(f"{event} has no {unknown}")
    return commands


class Step:
    """What is left of a step: its result, and what it asked the agent to do."""

    def __init__(self, task, status, out, err):
        self.out, self.err, self.log = out, err, out + err
        self.variables, self.published, self.summaries, self.issues, self.paths = {}, [], [], [], []
        self.tags, self.results, self.messages, self.artifacts, self.attachments = [], [], [], [], []
        if _read_commands(err):
            raise Broken(f"commands on standard error: {err}")
        self.commands = [c for c in _read_commands(out) if c[0] not in ("task.debug", "task.setprogress")]
        for event, properties, data in self.commands:
            self._obey(task, event, properties, data)
        self.result = max(self.results, key=WORSE.index) if self.results else None
        if status != 0:
            raise Broken(f"the task's process ended with {status}: {self.log[-2000:]}")
        if len(self.results) != 1:
            raise Broken(f"{len(self.results)} results: {self.log[-2000:]}")

    def events(self):
        return [event for event, _, _ in self.commands]

    def message(self):
        return self.messages[-1]

    def _obey(self, task, event, properties, data):
        restricted = task["restrictions"]["commands"]["mode"] == "restricted"
        if restricted and not EVENTS[event][1]:
            raise Broken(f"{event} is not allowed in a restricted task")
        if event == "task.setvariable":
            self._set_variable(task, properties, data)
        elif event == "task.complete":
            self.results.append(properties["result"])
            self.messages.append(data)
        elif event in ("task.logissue", "task.issue"):
            if properties["type"] not in ("error", "warning"):
                raise Broken(f"an issue of type {properties['type']}")
            self.issues.append((properties["type"], data))
        elif event == "task.uploadsummary":
            self.summaries.append(_existing(data))
        elif event == "task.addattachment":
            if not re.fullmatch(r"[\w. -]+", properties["name"]):
                raise Broken(f"an attachment's name {properties['name']!r}")
            self.attachments.append((properties["type"], properties["name"], _existing(data)))
        elif event == "results.publish":
            # The agent joins and splits the names at commas.
            files = [_existing(file) for file in properties["resultFiles"].split(",")]
            self.published.append((properties["runTitle"], files))
        elif event == "artifact.upload":
            self.artifacts.append((properties["artifactname"], _existing(data)))
        elif event == "task.prependpath":
            self.paths.append(_existing(data))
        elif event == "build.addbuildtag":
            # The service takes no tag with a colon, and agents before mid 2026 send other signs of URLs as they are.
            if not re.fullmatch(r"[\w.-]+", data):
                raise Broken(f"the build tag {data!r}")
            self.tags.append(data)

    def _set_variable(self, task, properties, data):
        name = properties["variable"]
        allowed = task["restrictions"]["settableVariables"]["allowed"]
        if not any(fnmatch.fnmatch(name.lower(), pattern.lower()) for pattern in allowed):
            raise Broken(f"{name} may not be set")
        if properties.get("isOutput", "").lower() != "true":
            raise Broken(f"{name} is no output variable")
        self.variables[name] = data


def _existing(name):
    path = pathlib.Path(name)
    if not path.is_absolute() or not path.exists():
        raise Broken(f"an agent cannot find {name}")
    return path


class Agent:
    """A job on an agent: a temporary folder, the sources, variables, PATH."""

    def __init__(self, place, sources):
        self.place, self.sources = place, pathlib.Path(sources)
        self.temp, self.tools = place.root / "agent-temp", place.root / "agent-tools"
        for folder in (self.temp, self.tools):
            folder.mkdir(exist_ok=True)
        self.path = place.environment["PATH"]

    def _environment(self, task, inputs):
        variables = {
            "Agent.TempDirectory": self.temp,
            "Agent.ToolsDirectory": self.tools,
            "Agent.OS": "Linux",
            "Build.SourcesDirectory": self.sources,
            "System.DefaultWorkingDirectory": self.sources,
            "System.Culture": "en-US",
            "TF_BUILD": "True",
        }
        environment = {**self.place.environment, "PATH": self.path}
        for name, value in variables.items():
            environment[name.upper().replace(".", "_")] = str(value)
        authorization = {"scheme": "OAuth", "parameters": {"AccessToken": TOKEN}}
        environment["ENDPOINT_AUTH_SYSTEMVSSCONNECTION"] = json.dumps(authorization)
        environment["ENDPOINT_AUTH_PARAMETER_SYSTEMVSSCONNECTION_ACCESSTOKEN"] = TOKEN
        known = {i["name"]: i for i in task["inputs"]}
        if set(inputs) - set(known):
            raise Broken(f"{task['name']} has no input {set(inputs) - set(known)}")
        for name, about in known.items():
            value = str(inputs.get(name, about.get("defaultValue", "")))
            if about["type"] == "filePath":
                value = str(self.sources / value)
            environment[f"INPUT_{name.upper().replace(' ', '_')}"] = value
        return environment

    def start(self, name, inputs, folder=None, environment=()):
        """Not waited for. Inputs are by name, as YAML has them."""
        folder = folder or TASKS / name
        task = json.loads((folder / "task.json").read_text())
        target = task["execution"][handler.NAME]["target"]
        process = subprocess.Popen([handler.node(), folder / target], cwd=self.sources, text=True,
            env={**self._environment(task, inputs), **dict(environment)}, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        return task, process

    def finish(self, started, timeout=TIMEOUT_S):
        task, process = started
        out, err = process.communicate(timeout=timeout)
        step = Step(task, process.returncode, out, err)
        for folder in step.paths:
            self.path = f"{folder}:{self.path}"
        return step

    def run(self, name, inputs, **options):
        return self.finish(self.start(name, inputs, **options))


def stand_in(place, name, text):
    """A folder with a script named modelgate, to be put on PATH."""
    folder = place.root / name
    folder.mkdir()
    (folder / "modelgate").write_text(text)
    (folder / "modelgate").chmod(0o755)
    return folder
