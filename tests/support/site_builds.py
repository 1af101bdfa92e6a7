"""Builds sites of small histories, and holds all that is in them against their contract."""

import datetime
import html.parser
import json

import jsonschema

from support import console, histories

SCHEMA = json.loads((console.SOURCE / "docs/contract/site.schema.json").read_text())
LAST = datetime.datetime(2026, 11, 29, 4, 5, 6)
NOW = "2026-11-29T06:00:00Z"


def day(ago, hours=0):
    return LAST - ago * histories.DAY + datetime.timedelta(hours=hours)


def put(history, plain, *ago, model="churn", stage="PRD", value=0.5):
    return [histories.put(history, histories.run_of(plain, model, stage, day(a), [value] * 3)) for a in ago]


def build(lab, history, *arguments, now=NOW, out=None, code=0, repo=True):
    """Builds it, checks all its data, and returns {path: text}."""
    out = out or history.parent / "site"
    done = lab.modelgate("site", "--from", history, "--out", out, "--as-of", now, *arguments,
        cwd=lab.work if repo else history.parent)
    assert done.returncode == code, (done.stdout, done.stderr)
    site = {str(p.relative_to(out)): p.read_text() for p in out.rglob("*") if p.is_file()}
    for path, text in site.items():
        if path.endswith(".html"):
            check_page(path, text, site)
        elif path.endswith(".json"):
            jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(text))
    site["stderr"] = done.stderr.decode()
    return site


class Page(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.links, self.data, self.tags, self.open = [], {}, [], None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.tags.append((tag, given))
        self.links += [given[name] for name in ("href", "src") if name in given and given[name][0] != "#"]
        self.open = given.get("id") if given.get("type") == "application/json" else None

    def handle_data(self, text):
        if self.open:
            self.data[self.open] = self.data.get(self.open, "") + text

    def handle_endtag(self, tag):
        self.open = None


def check_page(path, text, site):
    page = Page(text)
    folder = path.split("/")[:-1]
    for link in page.links:
        parts = folder + link.split("#")[0].split("/")
        while ".." in parts:
            at = parts.index("..")
            del parts[at - 1:at + 1]
        assert "/".join(parts) in site, f"{path} leads to {link}, which is not there"
    for name, data in page.data.items():
        if name in ("fleet", "model", "decisions"):
            jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(data))
    policy = next(given["content"] for tag, given in page.tags if given.get("http-equiv"))
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert not any(name.startswith("on") or name == "style" for _, given in page.tags for name in given)


def fleet(site):
    return json.loads(site["fleet.json"])


def stage(site, model="churn", name="PRD"):
    entry = next(m for m in fleet(site)["models"] if m["name"] == model)
    return next(s for s in entry["stages"] if s["stage"] == name)


def kinds(site, model="churn"):
    return {f["kind"] for f in fleet(site)["findings"] if f["model"] == model}
