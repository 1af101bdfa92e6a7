"""What an extension package must hold, file by file; used with and without the packed runner."""

import io
import json
import pathlib
import re
import struct
import subprocess
import xml.etree.ElementTree as xml
import zipfile

import jsonschema

from support import console

SCHEMA = json.loads((pathlib.Path(__file__).parent / "task.schema.json").read_text())
TASK_FILES = {"index.js", "task.json", "icon.png", "ThirdPartyNotices.txt"}
OWN_FILES = {"[Content_Types].xml", "extension.vsixmanifest", "extension.vsomanifest", "icon.png", "overview.md",
    "LICENSE.txt", "screenshots/run.png"}
TASKS = {f"Modelgate{word}V1" for word in ("Install", "Run", "Promote", "Status", "Rollback", "Withdraw", "Comment",
    "Changed")}


def make(*words):
    script = console.SOURCE / "script" / "package-extension"
    done = subprocess.run([script, *words], check=True, capture_output=True, text=True)
    return pathlib.Path(done.stdout.splitlines()[-1])


def _png_size(data):
    if data[:8] != b"\x89PNG\r\n\x1a\n":
        return None
    return struct.unpack(">II", data[16:24])


def _rule_names(rule):
    """[(input, value)] of a visibleRule."""
    return re.findall(r'(\w+)\s*(?:!=|=)\s*(?:"([^"]*)"|(\w+))', rule)


def _look_at_task(package, folder):
    task = json.loads(package.read(f"{folder}/task.json"))
    for error in jsonschema.Draft202012Validator(SCHEMA).iter_errors(task):
        raise AssertionError(f"{folder}/task.json: {error.json_path}: {error.message}")
    assert folder == f"{task['name']}V{task['version']['Major']}", f"{folder} is not the task's name"
    assert _png_size(package.read(f"{folder}/icon.png")) == (32, 32), f"{folder}: the icon"
    code = package.read(f"{folder}/index.js").decode()
    inputs = {i["name"]: i for i in task["inputs"]}
    assert len({name.lower() for name in inputs}) == len(task["inputs"]), f"{folder}: input twice"
    groups = {g["name"] for g in task.get("groups", [])}
    assert groups == {i["groupName"] for i in task["inputs"] if "groupName" in i}, f"{folder}: groups"
    for name, about in inputs.items():
        assert f'"{name}"' in code, f"{folder}: nobody reads the input {name}"
        for other, quoted, bare in _rule_names(about.get("visibleRule", "")):
            value = quoted or bare
            known = inputs[other].get("options", {"true", "false", ""}) if other in inputs else ()
            assert value in known or not value, f"{folder}: {name} is visible by {about['visibleRule']}"
        if "options" in about:
            assert about["defaultValue"] in about["options"], f"{folder}: default of {name}"
    for name in re.findall(r"\$\((\w+)\)", task["instanceNameFormat"]):
        assert name in inputs, f"{folder}: instanceNameFormat has {name}"
    assert task["helpUrl"].startswith("https://") and task["demands"] and task["releaseNotes"], (
        f"{folder}: help, demands, news")
    outputs = [o["name"] for o in task["outputVariables"]]
    settable = [a for a in task["restrictions"]["settableVariables"]["allowed"] if a != "modelgate.*"]
    assert sorted(outputs) == sorted(settable), f"{folder}: outputs {outputs}, may set {settable}"
    notices = package.read(f"{folder}/ThirdPartyNotices.txt").decode()
    for bundled in set(re.findall(r"node_modules/((?:@[^/\s]+/)?[^/\s]+)/", code)):
        assert f"\n{bundled} " in notices, f"{folder}: no licence of {bundled}"
    assert str(console.SOURCE) not in code, f"{folder}: a path of the machine that built it"
    return task


def _look_at_manifest(package, version, home):
    manifest = json.loads(package.read("extension.vsomanifest"))
    tasks = [c["properties"]["name"] for c in manifest["contributions"]]
    assert sorted(tasks) == sorted(TASKS), f"contributed are {tasks}"
    assert all(c["type"] == "ms.vss-distributed-task.task" for c in manifest["contributions"]), "types"
    about = xml.fromstring(package.read("extension.vsixmanifest"))
    identity = about.find(".//{*}Identity").attrib
    properties = {p.get("Id"): p.get("Value") for p in about.findall(".//{*}Property")}
    assert properties.get("Microsoft.VisualStudio.Services.Branding.Color") == "#1b4f72", f"branding: {properties}"
    links = {k.rpartition(".")[2]: v for k, v in properties.items() if ".Links." in k}
    assert bool(links) == bool(home) and all(v.startswith(home) for v in links.values()), f"links {links}"
    assert identity["Version"] == version, f"the extension has version {identity['Version']}"
    types = xml.fromstring(package.read("[Content_Types].xml"))
    suffixes = {e.get("Extension").lstrip(".") for e in types.findall("{*}Default")}
    parts = {e.get("PartName").lstrip("/") for e in types.findall("{*}Override")}
    for name in package.namelist():
        typed = name in parts or name.rpartition(".")[2] in suffixes
        assert typed or name.endswith("/") or name == "[Content_Types].xml", f"{name} has no content type"


def look_at(file, bundle, home=""):
    """bundle: names below ModelgateInstallV1/bundle/. Prints the size."""
    data = file.read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = {name for name in package.namelist() if not name.endswith("/")}
        wanted = OWN_FILES | {f"{task}/{name}" for task in TASKS for name in TASK_FILES}
        wanted |= {f"ModelgateInstallV1/bundle/{name}" for name in bundle}
        assert names == wanted, f"unexpected {names - wanted}, missing {wanted - names}"
        width, height = _png_size(package.read("icon.png"))
        assert width == height >= 128, f"the icon is {width} by {height}"
        _look_at_manifest(package, console.version(), home)
        tasks = [_look_at_task(package, folder) for folder in sorted(TASKS)]
        assert len({task["id"] for task in tasks}) == len(TASKS), "two tasks have one id"
        numbers = {tuple(task["version"].values()) for task in tasks}
        assert len(numbers) == 1, f"the tasks have versions {numbers}"
        overview = package.read("overview.md").decode()
        for task in tasks:
            assert f"{task['name']}@{task['version']['Major']}" in overview, f"{task['name']} is not told of"
    print(f"{file.name}: {len(names)} files, {len(data):,} bytes")
    return len(data)
