"""Which pipelines there are: the golden cases, the examples, and the YAML blocks of the documentation."""
import os
import pathlib
import re
import tempfile

from pipelines.expand import expand
from pipelines.source import Map, parse, read

SOURCE = pathlib.Path(os.environ.get("MODELGATE_SOURCE", pathlib.Path(__file__).resolve().parents[2]))
TEMPLATES = SOURCE / "templates"
GOLDEN = SOURCE / "tests/golden/pipelines"
SCHEMA = SOURCE.parent / "shared/data/azure-pipelines-service-schema.json"
FENCE = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PIPELINE = re.compile(r"^(extends|jobs|steps):|^stages:\n *- (stage|template|\$\{\{)", re.MULTILINE)


class Case:
    """A folder with case.yaml: the pipeline (from the top of the repository, or in.yml), parameters of the run."""

    def __init__(self, folder):
        self.folder, self.name = folder, folder.name
        described = read(folder / "case.yaml")
        inside = "pipeline" not in described
        self.pipeline = folder / "in.yml" if inside else SOURCE / described["pipeline"]
        self.parameters = described.get("parameters", Map())
        self.expected = folder / "expect.yml"

    def expand(self):
        return expand(self.pipeline, self.parameters, self.pipeline.parent, {"modelgate": SOURCE})


def cases():
    return [Case(path.parent) for path in sorted(GOLDEN.glob("*/case.yaml"))]


def documented():
    """[(name:line, text)] of the YAML blocks in docs that are pipelines."""
    found = []
    for page in sorted([SOURCE / "README.md", *SOURCE.glob("docs/**/*.md"), *SOURCE.glob("tasks/*.md")]):
        text = page.read_text("utf-8")
        for block in FENCE.finditer(text):
            if PIPELINE.search(block[1]):
                line = text.count("\n", 0, block.start()) + 1
                found.append((f"{page.relative_to(SOURCE)}:{line}", block[1]))
    return found


def expand_text(text, name, repositories=None):
    """As if the text were azure-pipelines.yml of a repository of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "azure-pipelines.yml"
        path.write_text(text, "utf-8")
        given = Map()
        for one in parse(text, name).get("parameters", []):
            if "default" not in one:
                given[one["name"]] = (one.get("values") or ["x"])[0]
        return expand(path, given, folder, repositories or {"modelgate": SOURCE})


def written():
    """Every pipeline file that people write or include."""
    examples = SOURCE.glob("examples/**/azure-pipelines*.yml")
    return sorted([*TEMPLATES.rglob("*.yml"), *SOURCE.glob("*.yml"), *examples, *GOLDEN.glob("*/in.yml")])
