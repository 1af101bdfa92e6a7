#!/usr/bin/env python3
"""A server that takes the login when it is asked what it has, and refuses it when a tag is sent."""

from support import program, registry, server


def main():
    checks = program.Checks()
    with server.Server() as git:
        models = registry.Registry(git, "late")
        clone = models.clone("late", way="401-late")
        for environment in ({}, {"SYSTEM_ACCESSTOKEN": server.TOKEN}):
            done = models.promote(clone, models.run(clone), **environment)
            checks.that(done.code == 3 and "401" in done.err and "signal" not in done.err, f"{environment}: {done}")
            checks.that(not models.tags(), models.tags())
    checks.end()


if __name__ == "__main__":
    main()
