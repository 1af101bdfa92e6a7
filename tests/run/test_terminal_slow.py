"""What a run shows on a terminal: a bar that fits while it works and is gone before the report, colours
unless they are not wanted; and setprogress in a pipeline."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios

from run import stopping
from support import console, program

ERASE = "\r\x1b[2K"
INK = re.compile(r"\x1b\[[0-9;]*m")


def on_terminal(place, arguments, width=80, environment=None):
    """Everything that the program writes to a terminal of this width, and its exit code."""
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    process = subprocess.Popen([console.PROGRAM, *arguments], cwd=place.work, stdin=subprocess.DEVNULL,
        stdout=its, stderr=its, env={**place.environment, "TERM": "xterm", **(environment or {})})
    os.close(its)
    data = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:
            break
        if not part:
            break
        data += part
    os.close(ours)
    return data.decode(), process.wait()


def test_terminal(place):
    (place.work / "rows.csv").write_text("id,x\n1,0.5\n2,1.5\n3,2.5\n")
    (place.work / "modelgate.yaml").write_text(stopping.SPEC)
    work = ["run", "--suite", "stopped", "--timeout", "1500ms"]

    for width in (80, 60, 30):
        text, status = on_terminal(place, work, width)
        assert status == 3, f"width {width}: exit {status}"
        bars = [INK.sub("", part) for part in re.findall(r"\r\x1b\[2K([^\r\n]*%[^\r\n]*)", text)]
        assert len(bars) > 2, f"width {width}: no bar: {text[:300]!r}"
        assert all(len(bar) < width for bar in bars), f"width {width}: too wide: {bars[:3]}"
        report = text.rfind(ERASE) + len(ERASE)
        assert "slow" in text[report:report + 30] and "━" not in text[report:], (
            f"width {width}: the bar is not gone before the report: {text[report:report + 100]!r}")

    text, _ = on_terminal(place, work)
    assert len(INK.findall(text[text.rfind(ERASE):])) > 4, "no colours on a terminal"
    for name, arguments, environment in (("NO_COLOR", [], {"NO_COLOR": "1"}),
            ("--color never", ["--color", "never"], {}), ("TERM=dumb", [], {"TERM": "dumb"})):
        text, _ = on_terminal(place, work + arguments, environment=environment)
        assert not INK.search(text), f"{name}: colours all the same"
    assert "\x1b" not in text, "TERM=dumb: a bar"
    text, _ = on_terminal(place, work + ["--quiet"])
    assert "%" not in text, f"--quiet: a bar: {text[:200]!r}"

    done = program.run(place, work)
    assert b"\x1b" not in done.stdout + done.stderr and b"\r" not in done.stderr, (
        "a bar or colours where there is no terminal")
    done = program.run(place, work + ["--azure"])
    steps = re.findall(rb"^##vso\[task\.setprogress value=(\d+)\]\S", done.stdout, re.M)
    assert len(steps) >= 1, f"no setprogress: {done.stdout[:300]!r}"
    assert [int(s) for s in steps] == sorted(int(s) for s in steps), f"it goes back: {steps}"
