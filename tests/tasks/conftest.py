"""What tests of the tasks share: the tasks as they are built, and a job that runs them. Some have their own."""

import pytest

from support import console
from tasks import agent


@pytest.fixture(scope="module")
def place():
    agent.build()
    with console.Place() as place:
        yield place


@pytest.fixture(scope="module")
def job(place):
    return agent.Agent(place, console.SOURCE)
