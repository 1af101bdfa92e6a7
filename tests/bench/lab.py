"""Where the benchmark works: its two small programs, its data, its peers, and paired timing."""
import json
import shutil
import statistics
import subprocess
import sys
import zlib
from pathlib import Path
from string import Template

HERE = Path(__file__).resolve().parent
C_FLAGS = ["-std=c11", "-O2", "-D_GNU_SOURCE="]
TIMED_OUT = 124  # exit status of timeout(1)


class Wrong(Exception):
    """Something failed, or two sides disagree; the text says what."""


class NotEnded(Exception):
    """A peer was stopped at its time limit."""


class Missing(str):
    """In place of a command: why the peer is not there."""


class Lab:
    def __init__(self, folder, program, duckdb, deps, threads, quick, models=None):
        self.folder, self.program, self.deps = folder, program, deps
        self.library = duckdb / "lib" / "libduckdb.so"
        self.threads, self.quick, self.models = threads, quick, models
        self.limit = 60 if quick else 300  # seconds that a peer gets
        for name in ("bin", "data", "out"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        for source in (HERE / "sql.c", HERE.parent / "support/stopwatch.c"):
            self._compile(source, duckdb / "include")

    def _compile(self, source, include):
        program = self.folder / "bin" / source.stem
        if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
            subprocess.run(["cc", *C_FLAGS, "-isystem", include, source, "-o", program, "-ldl"], check=True)

    def rows(self, full):
        return full // 100 if self.quick else full

    def data(self, name, template, **words):
        """A Parquet file made by tests/bench/<template>.sql, unless it is there from last time."""
        text = (HERE / f"{template}.sql").read_text()
        tag = zlib.crc32((text + repr(sorted(words.items()))).encode())
        path = self.folder / "data" / f"{name}-{tag:08x}.parquet"
        if not path.exists():
            say(f"making {path.name}")
            unfinished = path.with_suffix(".unfinished")
            self.run(self.sql(template, file=unfinished, **words))
            unfinished.rename(path)
            for old in path.parent.glob(f"{name}-????????.parquet"):
                if old != path:
                    old.unlink()
        return path

    def text(self, parquet, form):
        """The rows of a Parquet file as "csv" or "ndjson", unless they are there from last time."""
        path = parquet.with_suffix(f".{form}")
        if not path.exists():
            say(f"making {path.name}")
            unfinished = path.with_suffix(".unfinished")
            self.run(self.sql("text", parquet=parquet, file=unfinished,
                              form={"csv": "csv, HEADER", "ndjson": "json"}[form]))
            unfinished.rename(path)
        return path

    def sql(self, template, **words):
        """The command that runs tests/bench/<template>.sql with these words filled in."""
        text = Template((HERE / f"{template}.sql").read_text()).safe_substitute(words)
        path = self.folder / "out" / f"{template}-{zlib.crc32(text.encode()):08x}.sql"
        path.write_text(text)
        return [self.folder / "bin" / "sql", self.library, str(self.threads), path]

    def peer(self, script, *arguments, needs=None):
        """The command of a Python program that is stopped at its time limit. needs: what it is written
        for; tests/bench/<needs>.txt names the packages, which get a venv of their own."""
        python = [self.deps / "venv/bin/python"]
        if needs:
            found = self._venv(needs)
            if isinstance(found, Missing):
                return found
            python = [found, "-E"]  # no packages but its own
        return [shutil.which("timeout"), str(self.limit), *python, HERE / script, *arguments]

    def _venv(self, name):
        """The Python of a venv with the packages of tests/bench/<name>.txt; made when it is missing."""
        if self.quick:
            return missing(name, "is left out of a quick run")
        wanted, venv = HERE / f"{name}.txt", self.deps / f"bench-{name}"
        holds = venv / ".holds"
        if holds.exists() and holds.read_text() == wanted.read_text():
            return venv / "bin/python"
        say(f"making a Python venv with {name}")
        shutil.rmtree(venv, ignore_errors=True)
        for command in ([sys.executable, "-m", "venv", venv],
                        [venv / "bin/pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary",
                         ":all:", "--requirement", wanted]):
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode != 0:
                say(done.stderr)
                return missing(name, "could not be installed")
        shutil.copyfile(wanted, holds)
        return venv / "bin/python"

    def gate(self, spec, report, **variables):
        """The command that runs tests/bench/<spec>.yaml and writes its run.json to `report`."""
        return [self.program, "run", HERE / f"{spec}.yaml", "--json", report, "--quiet",
                "--threads", str(self.threads), "--allow-path", self.folder / "data",
                *(word for name, value in variables.items() for word in ("--var", f"{name}={value}"))]

    def run(self, command):
        """Runs a command once: its cost, with "output" as it was printed."""
        output = self.folder / "out" / "stdout"
        watched = [self.folder / "bin" / "stopwatch", output, *command]
        done = subprocess.run([str(word) for word in watched], capture_output=True, text=True)
        printed = output.read_text(errors="replace") if output.exists() else ""
        if done.returncode != 0:
            raise Wrong(done.stderr)
        cost = json.loads(done.stdout)
        if cost["exit"] == TIMED_OUT and command[0] == shutil.which("timeout"):
            raise NotEnded
        if cost["exit"] != 0:
            raise Wrong(f"exit code {cost['exit']} of {' '.join(map(str, command))}\n{done.stderr}{printed}")
        cost["output"] = printed
        return cost

    def paired(self, sides, runs):
        """Runs the commands of `sides` in turn, A B A B ..., and sums up what each cost; a first round is
        not counted. A side that is missing or does not end has "absent" instead, and is not tried again."""
        absent = {name: {"absent": str(command)} for name, command in sides.items() if isinstance(command, Missing)}
        costs = {name: [] for name in sides}
        for i in range(0 if self.quick else -1, runs):
            for name, command in sides.items():
                if name in absent:
                    continue
                try:
                    cost = self.run(command)
                except NotEnded:
                    absent[name] = {"absent": f"did not end in {self.limit} s", "limit": self.limit}
                    say(f"{name} {absent[name]['absent']}")
                    continue
                if i >= 0:
                    costs[name].append(cost)
        return {name: absent[name] if name in absent else sum_up(of_side) for name, of_side in costs.items()}


def spread(numbers):
    return {"median": statistics.median(numbers), "min": min(numbers), "max": max(numbers)}


def sum_up(costs):
    side = {key: spread([cost[key] for cost in costs]) for key in ("wall", "cpu", "peak_bytes")}
    side["walls"] = [cost["wall"] for cost in costs]
    side["outputs"] = [cost["output"] for cost in costs]
    return side


def ratio(a, b, key="wall"):
    """Of two sides that ran in turn: the medians' ratio, and how far single pairs stray from it."""
    found = {"median": a[key]["median"] / b[key]["median"]}
    if key == "wall":
        pairs = [x / y for x, y in zip(a["walls"], b["walls"])]
        found.update(min=min(pairs), max=max(pairs))
    return found


def measured(report):
    """The results of a run.json by name without the suite; every one of them must be measured."""
    results = json.loads(report.read_text())["results"]
    results = [{**results[r["like"]], **r} if "like" in r else r for r in results]  # slices repeat nothing
    unmeasured = [r for r in results if not r["measured"]]
    if unmeasured:
        raise Wrong("\n".join(f"not measured: {r['name']}: {r['message']}" for r in unmeasured))
    return results


def compare(ours, theirs, tolerance):
    """Holds each number of ours against theirs; returns how far they are apart at most.

    `ours` are results by name with value, lo and hi: where lo < hi the program says that it gives
    a bound only, and theirs must lie in it."""
    if set(ours) != set(theirs):
        raise Wrong(f"not the same numbers: {sorted(set(ours) ^ set(theirs))}")
    worst, bounds, wrong = 0.0, 0, []
    for name, result in ours.items():
        expected, slack = float(theirs[name]), tolerance * abs(float(theirs[name]))
        apart = abs(result["value"] - expected) / abs(expected) if expected else abs(result["value"])
        worst = max(worst, apart)
        bounds += result["lo"] < result["hi"]
        if not result["lo"] - slack <= expected <= result["hi"] + slack:
            wrong.append(f"{name}: {result['value']!r} in [{result['lo']!r}, {result['hi']!r}], not {expected!r}")
    if wrong:
        raise Wrong("\n".join(wrong))
    return {"numbers": len(ours), "tolerance": tolerance, "greatest_relative_difference": worst, "bounds": bounds}


def missing(name, why):
    say(f"MISSING: the peer {name} {why}")
    return Missing(f"{name} {why}")


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)
