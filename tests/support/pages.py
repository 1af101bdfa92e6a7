"""Pages of Markdown whose commands are typed, and what comes out compared with what they say.

A ```console block holds commands (`$ `, continued by `> `) and the output that each of them prints,
both streams together. All blocks of one page are typed into one bash, in order. `...` alone on a
line stands for any lines, `<...>` for part of one; durations, times and the version may differ. A
command without output below it may print anything. It must end with 0, unless the next command is
`echo $?`. `<!-- not-run: reason -->` before a block leaves it out. A block of any language with
`title="NAME"` behind it is a file: it is written to that name before what follows is typed.
"""

import difflib
import re
import shlex
import subprocess
import threading
import uuid

import pytest

from support import console

FENCE = re.compile(r"^(\s*)```(\w*)")
TITLE = re.compile(r'\btitle="([^"/][^"]*)"')
NOT_RUN = re.compile(r"<!--\s*not-run:\s*(.*?)\s*-->")


class Command:
    def __init__(self, line, text):
        self.line, self.text, self.expected = line, text, []


def command_that_writes(line, name, body):
    """What a reader does by saving a file, as a command."""
    path = shlex.quote(name)
    text = "".join(f"{row}\n" for row in body)
    return Command(line, f'mkdir -p "$(dirname {path})" && printf %s {shlex.quote(text)} >{path}')


def parse(path):
    """Yields (line, reason why it is not run or None, commands) for each console block and file."""
    lines = path.read_text().splitlines()
    reason = None
    i = 0
    while i < len(lines):
        fence = FENCE.match(lines[i])
        if not fence:
            found = NOT_RUN.search(lines[i])
            if found:
                reason = found.group(1) or pytest.fail(f"{path}:{i + 1}: not-run needs a reason")
            elif lines[i].strip():
                reason = None
            i += 1
            continue
        start, indent = i + 1, len(fence.group(1))
        body = []
        i += 1
        while i < len(lines) and not lines[i].strip().startswith("```"):
            body.append(lines[i][indent:])
            i += 1
        i += 1
        title = TITLE.search(lines[start - 1])
        if title:
            yield start, reason, [command_that_writes(start, title.group(1), body)]
        elif fence.group(2) == "console":
            yield start, reason, commands_of(path, start, body)
        reason = None


def commands_of(path, start, body):
    commands = []
    for offset, line in enumerate(body, 1):
        if line.startswith("$ "):
            commands.append(Command(start + offset, line[2:]))
        elif line.startswith("> ") and commands and not commands[-1].expected:
            commands[-1].text += "\n" + line[2:]
        elif commands:
            commands[-1].expected.append(line)
        else:
            pytest.fail(f"{path}:{start + offset}: output without a command")
    for command in commands:
        while command.expected and not command.expected[-1].strip():
            command.expected.pop()
    return commands


class Shell:
    """A bash that stays alive from command to command."""

    def __init__(self, place):
        self.mark = f"end-{uuid.uuid4().hex}"
        self.code = 0
        self.bash = subprocess.Popen(["bash", "--norc", "--noprofile"], cwd=place.work,
            env=place.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, start_new_session=True)

    def run(self, text):
        """Output lines, or None when the shell ended or took too long."""
        # $? is that of the command before; the command reads nothing of what we type.
        typed = f"{{ (exit {self.code}); {text}\n}} </dev/null\nprintf '\\n%s %d\\n' {self.mark} $?\n"
        timer = threading.Timer(console.TIMEOUT_S, self.bash.kill)
        timer.start()
        lines = []
        try:
            self.bash.stdin.write(typed.encode())
            self.bash.stdin.flush()
            for raw in self.bash.stdout:
                line = raw.decode("utf-8", "backslashreplace").rstrip("\n")
                if line.startswith(self.mark):
                    self.code = int(line.split()[1])
                    if lines and lines[-1] == "":
                        lines.pop()  # the newline before the mark
                    return lines
                lines.append(line)
        except BrokenPipeError:
            pass
        finally:
            timer.cancel()
        return None

    def close(self):
        self.bash.stdin.close()
        self.bash.kill()
        self.bash.wait()
        self.bash.stdout.close()


def complaint(command, following, shell, place):
    """What is wrong with what came of a command, or None."""
    got = shell.run(command.text)
    if got is None:
        return f"the shell ended, or it took more than {console.TIMEOUT_S} seconds"
    got = [line.rstrip() for line in place.normalize("\n".join(got)).split("\n")] if got else []
    expected = [console.normalize(line.rstrip()) for line in command.expected]
    wrong = []
    if shell.code != 0 and not (following and following.text.strip() == "echo $?"):
        wrong.append(f"ended with {shell.code}")
    if expected and not console.matches(expected, got):
        wrong += difflib.unified_diff(expected, got, "the page", "what came", lineterm="", n=1)
    elif wrong:
        wrong += [f"| {line}" for line in got]
    return "\n\t".join(wrong) or None


def complaints(path, shell, place):
    """All that is wrong with what came of a page's blocks, typed in order."""
    name = path.relative_to(console.SOURCE)
    wrong = []
    for commands in (commands for _, reason, commands in parse(path) if reason is None):
        for command, following in zip(commands, [*commands[1:], None]):
            text = complaint(command, following, shell, place)
            wrong += [f"{name}:{command.line}: $ {command.text}\n\t{text}"] if text else []
    return wrong
