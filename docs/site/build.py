"""Builds the site of the documentation; script/docs --site calls it as build.py OUT.

The site is the repository's Markdown as it lies: README.md is the front page, the other pages keep
their places, and the files that they link to come along. docs/README.md is the navigation: its
headings are sections, its lists name the pages. Any warning ends the build, so a link to a page or a
heading that is not there does, and a page that no list names does.
"""

import pathlib
import re
import shutil
import subprocess
import sys

SITE = pathlib.Path(__file__).resolve().parent
ROOT = SITE.parent.parent
PULL_REQUESTS = ROOT / "docs" / "pull_request_template.md"  # where every host finds it
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)\s]*)?\)")
ITEM = re.compile(r"(?:- |\| )\[([^\]]+)\]\(([^)]+\.md)\)")
TITLED = re.compile(r'^```(\w+) title="([^"]+)"$', re.MULTILINE)
CONTENTS = "```{{toctree}}\n:hidden:\n{options}\n\n{entries}\n```\n"


def pages():
    for name in ("README", "CONTRIBUTING", "SECURITY", "CHANGELOG"):
        yield ROOT / f"{name}.md"
    yield from sorted(set((ROOT / "docs").glob("**/*.md")) - {PULL_REQUESTS})
    yield from sorted((ROOT / "examples").glob("**/README.md"))


def linked_files(text, page):
    """The files of the repository, other than pages, that a page links to."""
    for target in LINK.findall(text):
        file = (page.parent / target).resolve()
        if "://" not in target and file.suffix != ".md" and file.is_file():
            yield file


def stage(source):
    """Copies the pages, and what they link to, to the same places below source."""
    for page in pages():
        text = page.read_text(encoding="utf-8")
        for file in linked_files(text, page):
            copy = source / file.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)
        copy = source / page.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(TITLED.sub(r"```{code-block} \1\n:caption: \2", text), encoding="utf-8")
    (source / "README.md").rename(source / "index.md")


def entry(title, page):
    return f"{title} <{page.relative_to(ROOT).with_suffix('').as_posix()}>"


def listed(page):
    """(heading, entries of a table of contents) of each heading of a page, in order."""
    sections = [["", []]]
    for line in page.read_text(encoding="utf-8").splitlines():
        item = ITEM.match(line)
        if line.startswith("## "):
            sections.append([line[3:], []])
        elif item:
            sections[-1][1].append((item.group(1), (page.parent / item.group(2)).resolve()))
    return [(heading, entries) for heading, entries in sections if entries]


def add_contents(page, sections):
    """Appends a table of contents per section, which only the navigation shows."""
    with page.open("a", encoding="utf-8") as file:
        for heading, entries in sections:
            file.write("\n" + CONTENTS.format(
                options=f":caption: {heading}" if heading else ":maxdepth: 1",
                entries="\n".join(entries)))


def add_navigation(source):
    sections = [(heading, [entry(*item) for item in items])
                for heading, items in listed(ROOT / "docs" / "README.md")]
    examples = sorted((ROOT / "examples").glob("**/README.md"))
    sections.append(("Examples", [entry(page.parent.name.capitalize(), page) for page in examples]))
    sections.append(("The project", ["All pages <docs/README>", "CONTRIBUTING", "SECURITY",
                                     "CHANGELOG"]))
    add_contents(source / "index.md", sections)
    kinds = [f"{title} <{page.stem}>" for _, items in listed(ROOT / "docs/checks/README.md")
             for title, page in items]
    add_contents(source / "docs/checks/README.md", [("", kinds)])


def main():
    out = pathlib.Path(sys.argv[1]).resolve()
    shutil.rmtree(out, ignore_errors=True)
    stage(out / "source")
    add_navigation(out / "source")
    command = [sys.executable, "-m", "sphinx", "--builder", "html", "--fail-on-warning",
               "--keep-going", "--quiet", "--conf-dir", str(SITE),
               str(out / "source"), str(out / "html")]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
