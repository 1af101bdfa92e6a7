"""The schema of run.json, both validators and the reader agree on one of eight changes; see schema_changes.py."""

from report import schema_changes


def test_schema():
    schema_changes.agree(every=8)
