# program: plain
"""Rows and values that Unity Catalog hides from whoever runs: nothing that was measured can tell, so the run asks and
says it."""

import pytest
from databricks.test_protocol_slow import lake, run  # noqa: F401 (a fixture)

FILTER = {"row_filter": {"function_name": "prd.rules.own_region", "input_column_names": ["region"]}}
MASKS = {"columns": [{"name": "id"}, {"name": "x", "mask": {"function_name": "prd.rules.blur"}}]}
TABLE = {"table_type": "MANAGED", "data_source_format": "DELTA"}
POLICY = {"name": "own-region", "policy_type": "POLICY_TYPE_ROW_FILTER", "to_principals": ["account users"]}


def access(lake):  # noqa: F811
    """What run.json has, and what was said for people; the verdict is that of the rows that were seen."""
    code, _, text = run(lake)
    assert code == 0, text
    return lake.run["inputs"][0]["table"]["access"], " ".join(text.split())


def test_whole(lake):  # noqa: F811
    word, text = access(lake)
    assert word == "whole"
    assert "hides" not in text


@pytest.mark.parametrize(("table", "word", "hidden"), [
    (TABLE | FILTER, "filtered", "rows"),
    (TABLE | MASKS, "masked", "values"),
    (TABLE | FILTER | MASKS, "filtered and masked", "rows and values"),
    ({"table_type": "VIEW"} | FILTER, "filtered", "rows"),
])
def test_hidden(lake, table, word, hidden):  # noqa: F811
    lake.facade.beside.table = table
    said, text = access(lake)
    assert said == word
    assert f"prd.churn.features is {word}; {hidden} that it hides from whoever ran this were not judged" in text


@pytest.mark.parametrize(("table", "policies"), [
    (None, []), (TABLE, None), ({"table_type": "VIEW"}, []), ({"table_type": "FOREIGN"}, []),
    ({"table_type": "MANAGED", "data_source_format": "DELTASHARING"}, []),
    (TABLE, [{"name": "grants", "policy_type": "POLICY_TYPE_GRANT"}, POLICY]),
])
def test_unknown(lake, table, policies):  # noqa: F811
    """What may not be asked, what a view or another system decides, and policies that may apply."""
    lake.facade.beside.table, lake.facade.beside.policies = table, policies
    said, text = access(lake)
    assert said == "unknown"
    assert "whether prd.churn.features hides rows or values from whoever ran this is unknown" in text


def test_policies_of_other_kinds(lake):  # noqa: F811
    lake.facade.beside.policies = [{"name": f"p{i}", "policy_type": "POLICY_TYPE_GRANT"} for i in range(3)]
    assert access(lake)[0] == "whole"


def test_history_that_is_kept_from_whoever_sees_not_all(lake):  # noqa: F811
    """Then no version can be read either."""
    lake.table.guarded, lake.facade.beside.table = True, TABLE | FILTER
    assert access(lake)[0] == "filtered"
    assert "version" not in lake.run["inputs"][0]["table"]


def test_nonsense(lake):  # noqa: F811
    lake.facade.behave(only="unity-catalog", throttle=1000, retry_after="60")
    assert access(lake)[0] == "unknown"
