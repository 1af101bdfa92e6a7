# program: plain
"""Results that are too large to come with the answer: their rows lie in the workspace's storage for some minutes."""

import pytest
from databricks import beside, facade
from databricks.test_protocol_slow import lake, passes, run, says  # noqa: F401 (a fixture)


@pytest.fixture
def small(monkeypatch):
    """No more than 20 KB come with the answer."""
    monkeypatch.setattr(facade, "MOST_INLINE_BYTES", 20000)


@pytest.mark.usefixtures("small")
def test_links(lake):  # noqa: F811
    lake.facade.behave(chunk_rows=700)
    passes(lake)
    fetched = lake.facade.beside.fetched
    assert len(fetched) == 5, "3,000 rows by 700"
    assert not any("Authorization" in headers for headers in fetched), "a token went to the storage"
    sent = [s.body["disposition"] for s in lake.facade.statements.values()]
    assert sent.count("EXTERNAL_LINKS") == 1, "only what is too large comes by links"
    assert lake.run["costs"][0]["sent_again"] == 0


@pytest.mark.usefixtures("small")
def test_links_that_have_ended(lake):  # noqa: F811
    lake.facade.behave(chunk_rows=700)
    lake.facade.beside.ended = 2
    passes(lake)
    lake.facade.beside.ended = 99
    says(lake, "where the workspace keeps large results (HTTP 403)", "--select", "kind:quantile")


@pytest.mark.usefixtures("small")
def test_links_elsewhere(lake):  # noqa: F811
    """Rows are fetched over https:// alone, and messages have a host but no address, which is a secret."""
    lake.facade.beside.storage = "http://storage.example.com"
    says(lake, "lie at no https:// address", "--select", "kind:quantile")
    lake.facade.beside.storage = "http://127.0.0.1:9"
    _, _, text = run(lake, "--select", "kind:quantile")
    assert "do not come from 127.0.0.1:9, where the workspace keeps large results" in " ".join(text.split())
    assert "signature-" not in text
    assert "key-of-storage" not in text


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("fault", ["drop_before", "truncate", "nonsense", "unavailable"])
def test_faults_of_the_storage(lake, fault):  # noqa: F811
    lake.facade.behave(only="GET /storage/", **{fault: 2})
    passes(lake)


@pytest.mark.usefixtures("small")
def test_rows_that_do_not_come(lake, monkeypatch):  # noqa: F811
    whole = beside.link
    monkeypatch.setattr(beside, "link", lambda statement, chunk: whole(
        statement, chunk | {"data_array": chunk["data_array"][:3]}))
    says(lake, "of the result's 3000 rows came", "--select", "kind:quantile")
