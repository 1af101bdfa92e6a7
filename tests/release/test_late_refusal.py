"""A server that takes the login when it is asked what it has, and refuses it when a tag is sent."""

import pytest

from support import registry, server


@pytest.fixture(scope="module")
def models(git):
    return registry.Registry(git, "late")


@pytest.mark.parametrize("environment", [{}, {"SYSTEM_ACCESSTOKEN": server.TOKEN}], ids=["no token", "a token"])
def test_late_refusal(models, environment):
    clone = models.clone(f"late{len(environment)}", way="401-late")
    done = models.promote(clone, models.run(clone), **environment)
    assert done.code == 3 and "401" in done.err and "signal" not in done.err, done
    assert not models.tags(), models.tags()
