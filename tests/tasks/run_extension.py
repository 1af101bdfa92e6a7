#!/usr/bin/env python3
"""The extension without the packed runner: every task in it is well formed, and nothing else is in it."""


from support import program
from tasks import extension


def main():
    checks = program.Checks()
    home = "https://example.com/ml/modelgate"
    extension.look_at(checks, extension.make("--without-runner", "--home", home), (), home)
    size = extension.look_at(checks, extension.make("--without-runner"), ())
    checks.that(size < 1_000_000, f"{size:,} bytes are too many for some small tasks")
    checks.end()


if __name__ == "__main__":
    main()
