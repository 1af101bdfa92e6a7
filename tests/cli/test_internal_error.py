"""A bug of ours ends with 70 and one plain line: the program is sent the signals of bugs while it
waits for a pipe that nobody reads."""

import fcntl
import os
import select
import signal
import subprocess

import pytest

from support import console, program

LINE = "modelgate: internal error, please report it with the command line and the lines above\n"
F_SETPIPE_SZ = 1031


def waiting_program(place):
    """`modelgate man` that waits for room in its pipe, and the end that would read it."""
    read_end, write_end = os.pipe()
    size = fcntl.fcntl(write_end, F_SETPIPE_SZ, 4096)
    os.write(write_end, b"x" * size)
    os.set_blocking(read_end, False)
    waiting = subprocess.Popen([console.PROGRAM, "man"], stdout=write_end, stderr=subprocess.PIPE,
        env=place.environment)
    os.close(write_end)
    # Until it waits in write(2), the handlers may not be there yet.
    while True:
        with open(f"/proc/{waiting.pid}/wchan") as wchan, open(f"/proc/{waiting.pid}/stat") as stat:
            asleep = stat.read().rsplit(")", 1)[1].split()[0] == "S"
            if asleep and ("pipe" in wchan.read() or not select.select([waiting.stderr], [], [], 0.5)[0]):
                return waiting, read_end


# Sanitizers have handlers of their own for the others.
SIGNALS = [signal.SIGABRT]
if not program.ASAN:
    SIGNALS += [signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL]


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_signal_of_a_bug(number, place):
    waiting, read_end = waiting_program(place)
    waiting.send_signal(number)
    text = waiting.communicate(timeout=console.TIMEOUT_S)[1].decode()
    os.close(read_end)
    assert (waiting.returncode, text) == (70, LINE)
