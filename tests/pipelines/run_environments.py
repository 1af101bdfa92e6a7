#!/usr/bin/env python3
"""No pipeline names an environment by default, and each that docs/azure.md shows names environments that the page
tells to make and protect: one that nobody made comes to be without checks, and promotes without asking."""

import re
import sys

import yaml

from pipelines import corpus

SOURCE = corpus.SOURCE
PAGE = (SOURCE / "docs/azure.md").read_text()


def environments(value):
    """Every environment that a YAML value names."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "environment":
                yield inner
            yield from environments(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from environments(inner)


def extends_release(block):
    return isinstance(block, dict) and "model-release.yml" in str((block.get("extends") or {}).get("template"))


def main():
    failures = []
    told = set(re.findall(r"`([\w-]+)`", re.search(r"\*\*The environments\.\*\*.*?\n\d", PAGE, re.S)[0])) - {"modelgate"}
    blocks = [yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.S)]
    releases = [block for block in blocks if extends_release(block)]
    if len(releases) < 5 or not told:
        failures.append(f"the page is not read: {len(releases)} releases, {told}")
    for block in releases:
        if not block["extends"]["parameters"].get("stages"):
            failures.append(f"a release without stages: {block}")
    for block in blocks:
        unknown = set(environments(block)) - told
        if unknown:
            failures.append(f"nobody was told to protect {unknown}: {block}")
    for file in sorted((SOURCE / "templates").rglob("*.yml")):
        parameters = (yaml.safe_load(file.read_text()) or {}).get("parameters") or []
        for parameter in parameters:
            default = parameter.get("default")
            if parameter["name"] == "environment" and "default" in parameter or any(environments(default)):
                failures.append(f"{file.name}: an environment by default: {parameter}")
    for failure in failures:
        print(f"FAILED: {failure}")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
