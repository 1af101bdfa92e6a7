"""Golden cases of several kinds as one spec: an engine opens each dataset, and the program starts, once for all."""

import dataclasses
import pathlib
import re

import yaml

CASES = pathlib.Path(__file__).parent / "kinds"
DATA = CASES / "data"


def on_file(data):
    """A dataset of a golden case, over its file."""
    data = {"path": data} if isinstance(data, str) else dict(data)
    return data | ({"path": str(DATA / pathlib.Path(data["path"]).name)} if "path" in data else {})


@dataclasses.dataclass
class Batch:
    names: list
    data: dict
    suites: str

    def spec(self, source=on_file, **keys):
        """The text of a spec, with what source(dataset) makes of each dataset."""
        # What the spec does not name is written as it stands: to this reader of YAML `on` is a boolean.
        data = {name: source(one) for name, one in self.data.items()}
        head = {"version": 1, "model": "golden", **keys, "data": data}
        return yaml.safe_dump(head, sort_keys=False, width=1000).replace("\\", r"\\") + "suites:\n" + self.suites


def batches():
    """All golden cases, together wherever none of them gives another's dataset a meaning of its own."""
    made = []
    for folder in sorted(path.parent for path in CASES.glob("*/modelgate.yaml")):
        text = (folder / "modelgate.yaml").read_text(encoding="utf-8")
        head, suites = text.split("\nsuites:\n")
        data = yaml.safe_load(head)["data"]
        fit = next((b for b in made if all(b.data.get(name, one) == one for name, one in data.items())), None)
        if not fit:
            fit = Batch([], {}, "")
            made.append(fit)
        fit.names.append(folder.name)
        fit.data |= data
        fit.suites += suites
    return made


def suites_of(name):
    """Names of a kind's suites."""
    return set(re.findall(r"^  ([\w-]+):$", (CASES / name / "modelgate.yaml").read_text(encoding="utf-8"), re.M))


def only(results, name):
    """Of results by their full names those of a kind's cases."""
    suites = suites_of(name)
    return {case: result for case, result in results.items() if case.split("/")[0] in suites}
