#!/usr/bin/env python3
"""A bug of ours ends with 70 and one plain line: the program is sent the signals of bugs while it
waits for a pipe that nobody reads."""

import fcntl
import os
import select
import signal
import subprocess
import sys

from support import console

LINE = "modelgate: internal error, please report it with the command line and the lines above\n"
F_SETPIPE_SZ = 1031


def waiting_program(place):
    """`modelgate man` that waits for room in its pipe, and the end that would read it."""
    read_end, write_end = os.pipe()
    size = fcntl.fcntl(write_end, F_SETPIPE_SZ, 4096)
    os.write(write_end, b"x" * size)
    os.set_blocking(read_end, False)
    program = subprocess.Popen([console.PROGRAM, "man"], stdout=write_end, stderr=subprocess.PIPE,
        env=place.environment)
    os.close(write_end)
    # Until it waits in write(2), the handlers may not be there yet.
    while True:
        with open(f"/proc/{program.pid}/wchan") as wchan, open(f"/proc/{program.pid}/stat") as stat:
            asleep = stat.read().rsplit(")", 1)[1].split()[0] == "S"
            if asleep and ("pipe" in wchan.read() or not select.select([program.stderr], [], [], 0.5)[0]):
                return program, read_end


def main():
    failed = 0
    with console.Place() as place:
        asan = b"__asan_init" in console.PROGRAM.read_bytes()
        signals = [signal.SIGABRT]
        if not asan:
            signals += [signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL]
        for number in signals:
            program, read_end = waiting_program(place)
            program.send_signal(number)
            text = program.communicate(timeout=console.TIMEOUT_S)[1].decode()
            os.close(read_end)
            if program.returncode != 70 or text != LINE:
                failed += 1
                print(f"{number.name}: exit {program.returncode}, said: {text!r}")
    print(f"{len(signals) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
