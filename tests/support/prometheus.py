"""Reads Prometheus' text format 0.0.4 as strictly as its specification allows, and finds what promtool and Prometheus
pass over or refuse as a whole: series that come twice, metrics in pieces, times of samples."""

import re
import subprocess

LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"'
SAMPLE = re.compile(rf'([a-z_]+)\{{((?:{LABEL})(?:,{LABEL})*|)\}} (NaN|[+-]Inf|-?[0-9][0-9.e+-]*)')
ESCAPES = {r"\\": "\\", r"\"": '"', r"\n": "\n"}


def labels_of(text):
    pairs = re.findall(r'([a-zA-Z0-9_]+)="((?:[^"\\\n]|\\.)*)"', text)
    assert len(dict(pairs)) == len(pairs), f"a label comes twice: {text}"
    return {name: re.sub(r"\\.", lambda m: ESCAPES[m.group()], value) for name, value in pairs}


class Metrics:
    """The samples of a text by metric: a list of (labels, value)."""

    def __init__(self, text):
        assert text.endswith("\n")
        self.of, self.help = {}, {}
        seen, name = set(), None
        for line in text.removesuffix("\n").split("\n"):
            if line.startswith("# HELP "):
                name = line.split(" ", 3)[2]
                assert name not in self.of, f"{name} is in pieces"
                self.of[name], self.help[name] = [], line.split(" ", 3)[3]
            elif line.startswith("# TYPE "):
                assert line == f"# TYPE {name} gauge"
            else:
                match = SAMPLE.fullmatch(line)
                assert match and match[1] == name, line
                labels = labels_of(match[2])
                series = (name, *sorted(labels.items()))
                assert series not in seen, f"a series comes twice: {line}"
                seen.add(series)
                self.of[name].append((labels, float(match[3])))

    def value(self, name, **labels):
        """The one sample that has these labels among its own; None where there is none."""
        found = [value for own, value in self.of[name] if labels.items() <= own.items()]
        assert len(found) <= 1, (name, labels)
        return found[0] if found else None


def lint(text):
    """What promtool finds wrong; it finds a metric without help or with a name against the conventions."""
    done = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True)
    return "" if done.returncode == 0 else done.stdout + done.stderr
