"""The server that the tests of this folder push to."""

import pytest

from support import server


@pytest.fixture(scope="module")
def git():
    with server.Server() as git:
        yield git
