"""The same spec on the same data gives the same run: run.json differs in times and the machine's name
only. And a saved run makes the same reports again, byte for byte."""

import json
import shutil

from support import console, program

EXAMPLE = console.SOURCE / "examples" / "flight-delay"
OPTIONS = ["run", "--as-of", "2001-06-01T00:00:00Z", "--seed", "7", "--var", "month=2001-05"]
MOVES = {"started", "seconds", "host", "seal"}  # of a run, and `seconds` of each result


def normalized(text):
    def walk(node):
        if isinstance(node, dict):
            return {key: walk(value) for key, value in node.items() if key not in MOVES}
        return [walk(item) for item in node] if isinstance(node, list) else node
    return walk(json.loads(text))


def differences(a, b, path="$"):
    if isinstance(a, dict) and isinstance(b, dict):
        for key in sorted(a.keys() | b.keys()):
            yield from differences(a.get(key), b.get(key), f"{path}.{key}")
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        for i, (x, y) in enumerate(zip(a, b)):
            yield from differences(x, y, f"{path}[{i}]")
    elif a != b:
        yield f"{path}: {a!r} and {b!r}"


def test_repeatable(place):
    shutil.copytree(EXAMPLE, place.work, dirs_exist_ok=True)
    outputs = ["--json", "r.json", "--junit", "j.xml", "--markdown", "m.md"]
    first = program.run(place, [*OPTIONS, *outputs])
    assert first.returncode in (0, 1), f"exit {first.returncode}: {first.stderr[-500:]!r}"
    one = normalized((place.work / "r.json").read_text())
    assert len(one["results"]) > 40, f"only {len(one['results'])} results"
    for threads in ("1", "4"):
        program.run(place, [*OPTIONS, "--threads", threads, "--json", "again.json"])
        other = normalized((place.work / "again.json").read_text())
        found = list(differences(one, other))
        assert not found, f"with --threads {threads} it differs: {found[:5]}"

    again = program.run(place, ["report", "r.json", "--junit", "j2.xml", "--markdown", "m2.md",
        "--json", "r2.json"])
    assert again.returncode == 0, f"report: exit {again.returncode}: {again.stderr!r}"
    assert again.stdout == first.stdout, "the console report differs"
    for a, b in (("j.xml", "j2.xml"), ("m.md", "m2.md"), ("r.json", "r2.json")):
        same = (place.work / a).read_bytes() == (place.work / b).read_bytes()
        assert same, f"{b} made again differs from {a}"
