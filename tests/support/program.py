"""Starts the program under test in a console.Place, for drivers that look at more than its text.
Standard library only."""

import subprocess

from support import console

ASAN = b"__asan_init" in console.PROGRAM.read_bytes()


def run(place, arguments, timeout=console.TIMEOUT_S, **options):
    """subprocess.run with bytes, in the place's work folder and environment."""
    environment = {**place.environment, **options.pop("environment", {})}
    return subprocess.run([console.PROGRAM, *arguments], cwd=options.pop("cwd", place.work),
        env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout, **options)


def start(place, arguments, **options):
    """The same, not waited for."""
    options.setdefault("stdout", subprocess.PIPE)
    options.setdefault("stderr", subprocess.PIPE)
    return subprocess.Popen([console.PROGRAM, *arguments], cwd=place.work, env=place.environment,
        stdin=subprocess.DEVNULL, **options)
