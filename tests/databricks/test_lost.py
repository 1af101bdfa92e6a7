# program: plain
"""Answers that are lost: the statement is found again by its name in the query history, else it is sent again, and what
nobody waits for is cancelled."""

import pytest
from databricks.test_protocol_slow import SETTLED, lake, passes  # noqa: F401 (a fixture)

SUBMIT = "POST /api/2.0/sql/statements"


def texts(lake):  # noqa: F811
    """What was run, without the names of the statements; the history is asked at the start and at the end."""
    sent = [s.body["statement"].split("*/ ", 1)[1] for s in lake.facade.statements.values()]
    return [f"{text} at the end" if 2 < i == len(sent) - 1 and text == sent[0] else text for i, text in enumerate(sent)]


def test_names(lake):  # noqa: F811
    """Each statement says in its text and in its tags which one of which run it is."""
    passes(lake)
    named = [{tag["key"]: tag["value"] for tag in s.body["query_tags"]} for s in lake.facade.statements.values()]
    assert len({name["modelgate_run"] for name in named}) == 1
    assert sorted(int(name["modelgate_statement"]) for name in named) == list(range(1, len(named) + 1))
    for statement, name in zip(lake.facade.statements.values(), named, strict=True):
        assert (f"run {name['modelgate_run']}, statement {name['modelgate_statement']} */"
                in statement.body["statement"])


def test_found_again(lake):  # noqa: F811
    lake.facade.behave(only=SUBMIT, drop_after=1, slow=0.3)
    passes(lake)
    assert len(texts(lake)) == len(set(texts(lake))), "a statement ran twice"
    assert lake.run["costs"][0]["sent_again"] == 0


def test_lost_with_its_connection(lake):  # noqa: F811
    """libcurl sends again what a kept connection lost, and does not say so; the history does."""
    lake.facade.behave(only=SUBMIT, drop_after=2, slow=0.3)
    passes(lake)
    assert len(texts(lake)) == len(set(texts(lake))) + 1
    assert lake.run["costs"][0]["sent_again"] == 1
    assert lake.run["costs"][0]["statement_count"] == len(texts(lake))


def test_found_by_tags_alone(lake):  # noqa: F811
    """The text of statements may be kept from us."""
    lake.facade.beside.text = lambda statement: ""
    lake.facade.behave(only=SUBMIT, drop_after=1, slow=0.3)
    passes(lake)
    assert lake.run["costs"][0]["sent_again"] == 0


@pytest.mark.parametrize("settings", [{"bytes": None}, {"shows": lambda statement: False}])
def test_not_found(lake, settings):  # noqa: F811
    """The history is not for us, or comes too late."""
    for name, value in settings.items():
        setattr(lake.facade.beside, name, value)
    lake.facade.behave(only=SUBMIT, drop_after=1)
    passes(lake)
    assert lake.run["costs"][0]["sent_again"] == 1


def test_what_turns_up_late_is_cancelled(lake):  # noqa: F811
    """The first one runs on, and stands in the history only when a second one was sent."""
    answer, lost = lake.facade.run, []

    def hangs_once(statement):
        if not lost:
            lost.append(statement)
            statement.cancelled.wait(60)
        return answer(statement)
    lake.facade.run = hangs_once
    lake.facade.beside.shows = lambda statement: texts(lake).count(statement.body["statement"].split("*/ ", 1)[1]) > 1
    lake.facade.behave(only=SUBMIT, drop_after=1)
    passes(lake)
    assert lake.run["costs"][0]["sent_again"] == 1
    assert lost[0].cancelled.is_set(), "it was left running"
    assert lost[0].state in SETTLED
