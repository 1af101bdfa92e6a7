"""No pipeline names an environment by default, and each that docs/azure.md shows names environments that the page
tells to make and protect: one that nobody made comes to be without checks, and promotes without asking."""

import re

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


TOLD = set(re.findall(r"`([\w-]+)`", re.search(r"\*\*The environments\.\*\*.*?\n\d", PAGE, re.S)[0])) - {"modelgate"}
BLOCKS = [yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.S)]


def test_releases_have_stages():
    releases = [block for block in BLOCKS if extends_release(block)]
    assert len(releases) >= 5 and TOLD, f"the page is not read: {len(releases)} releases, {TOLD}"
    assert not [block for block in releases if not block["extends"]["parameters"].get("stages")]


def test_nobody_is_left_unprotected():
    unknown = [(set(environments(block)) - TOLD, block) for block in BLOCKS]
    assert not [(names, block) for names, block in unknown if names], "nobody was told to protect these"


def test_no_environment_by_default():
    for file in sorted((SOURCE / "templates").rglob("*.yml")):
        for parameter in (yaml.safe_load(file.read_text()) or {}).get("parameters") or []:
            named = parameter["name"] == "environment" and "default" in parameter
            assert not named and not any(environments(parameter.get("default"))), f"{file.name}: {parameter}"
