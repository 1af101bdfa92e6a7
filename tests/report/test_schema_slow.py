"""The same as test_schema.py with every change, not only some."""

from report import schema_changes


def test_schema():
    schema_changes.agree(every=1)
