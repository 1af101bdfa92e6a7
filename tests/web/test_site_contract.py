"""The data of sites keep to their schema: those written by hand, which the tests of the pages read."""

import json
import pathlib

import jsonschema
import pytest

from support.console import SOURCE

SAMPLES = sorted((pathlib.Path(__file__).parent / "site-sample").glob("*.json"))
SCHEMA = json.loads((SOURCE / "docs/contract/site.schema.json").read_text())


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_sample_keeps_to_the_schema(path):
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(path.read_text()))
