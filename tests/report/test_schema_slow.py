"""The same as test_schema.py with every change, not only some. There, and in fuzz/run_json, with the sanitizers."""
# program: plain

from report import schema_changes


def test_schema():
    schema_changes.agree(every=1)
