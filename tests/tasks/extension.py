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
    "LICENSE.txt", "screenshots/run.png", "screenshots/tab.png"}
PAGES = {"tab", "hub", "widget"}
PAGE_FILES = {f"pages/{page}.{kind}" for page in PAGES for kind in ("html", "js", "css")} | {
    "pages/ThirdPartyNotices.txt", "pages/icon.png"}
# What the pages may do with the reader's rights: all else would ask an administrator for more.
SCOPES = ["vso.build"]
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
    given = manifest["contributions"]
    tasks = [c["properties"]["name"] for c in given if c["type"] == "ms.vss-distributed-task.task"]
    assert sorted(tasks) == sorted(TASKS), f"contributed are {tasks}"
    _look_at_pages(package, manifest, [c for c in given if c["type"] != "ms.vss-distributed-task.task"])
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


def _look_at_pages(package, manifest, contributions):
    assert manifest["scopes"] == SCOPES, f"scopes {manifest['scopes']}"
    assets = {a.get("Path") for a in xml.fromstring(package.read("extension.vsixmanifest")).findall(".//{*}Asset")
        if a.get("Addressable") == "true"}
    assert {name for name in assets if "/" in name} - OWN_FILES == PAGE_FILES, f"a browser may load {assets}"
    ids = {json.loads(package.read(f"{task}/task.json"))["id"] for task in ("ModelgateInstallV1", "ModelgateRunV1")}
    for one in contributions:
        uri = one["properties"]["uri"]
        assert uri in package.namelist() and uri.startswith("pages/"), f"{one['id']}: {uri}"
        if one["type"] == "ms.vss-build-web.build-results-tab":
            assert set(one["properties"]["supportsTasks"]) == ids, "the tab is there for builds of ours alone"
    assert {one["properties"]["uri"] for one in contributions} == {f"pages/{page}.html" for page in PAGES}
    for page in PAGES:
        _look_at_page(package, page)
    types = {one["type"]: one["id"] for one in contributions}
    code = {page: package.read(f"pages/{page}.js").decode() for page in PAGES}
    for kind, page in (("ms.vss-web.hub", "widget"), ("ms.vss-build-web.build-results-tab", "hub")):
        name = f"{manifest.get('publisher', 'modelgate')}.modelgate.{types[kind]}"
        assert name in code[page], f"{page} leads to {name}, by the name that the manifest has"
    notices = package.read("pages/ThirdPartyNotices.txt").decode()
    assert "\nazure-devops-extension-sdk " in notices and "MIT" in notices, "licences of what is bundled"


def _look_at_page(package, page):
    html = package.read(f"pages/{page}.html").decode()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)[1]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules == {"default-src": "'none'", "script-src": "'self'", "style-src": "'self'", "connect-src": "https:",
        "base-uri": "'none'", "form-action": "'none'"}, f"{page}: policy {rules}"
    assert html.index("Content-Security-Policy") < html.index("<link"), f"{page}: the policy comes first"
    named = re.findall(r'<(?:link|script|img|iframe)\b[^>]*(?:src|href)="([^"]*)"', html)
    assert sorted(named) == [f"{page}.css", f"{page}.js"], f"{page} loads {named}"
    assert not re.search(r"<script[^>]*>[^<]|\son\w+=|style=", html), f"{page}: a script or style in the markup"
    size = sum(package.getinfo(f"pages/{page}.{kind}").file_size for kind in ("js", "css"))
    assert size < 300_000, f"{page}: {size:,} bytes of script and style"
    code = package.read(f"pages/{page}.js").decode()
    assert "innerHTML" not in code.replace("innerHTML:", ""), f"{page}: markup made of text"
    assert str(console.SOURCE) not in code, f"{page}: a path of the machine that built it"


def look_at(file, bundle, home=""):
    """bundle: names below ModelgateInstallV1/bundle/. Prints the size."""
    data = file.read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = {name for name in package.namelist() if not name.endswith("/")}
        wanted = OWN_FILES | {f"{task}/{name}" for task in TASKS for name in TASK_FILES}
        wanted |= PAGE_FILES | {f"ModelgateInstallV1/bundle/{name}" for name in bundle}
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
