"""The data of sites keep to their schema: those written by hand, and made-up ones that tests of the pages open."""

import datetime
import json
import pathlib
import re

import jsonschema
import pytest

from support import site_pages
from support.console import SOURCE

SAMPLES = sorted((pathlib.Path(__file__).parent / "site-sample").glob("*.json"))
SCHEMA = json.loads((SOURCE / "docs/contract/site.schema.json").read_text())


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_sample_keeps_to_the_schema(path):
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(path.read_text()))


def test_made_up_sites_keep_to_the_schema(tmp_path):
    site_pages.write(tmp_path, ["m"], datetime.datetime(2026, 11, 30, tzinfo=datetime.UTC), days=50, count=12)
    for name in ("index.html", "models/m.html", "decisions.html"):
        held = re.search(r'type="application/json" id="\w+">(.*?)</script>', (tmp_path / name).read_text(), re.DOTALL)
        jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(held[1]))
