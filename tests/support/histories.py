"""A seeded history of many models: records as the program writes them, made from one real run. Standard library only.

usage: python3 tests/support/histories.py DIR [MODELS [STAGES [DAYS [CHECKS]]]]"""

import concurrent.futures
import copy
import datetime
import gzip
import hashlib
import json
import pathlib
import random
import sys

import support.console as console
from support import program

STAGES = ["PPD", "PPS", "PRD"]
DAY = datetime.timedelta(days=1)


def template(checks):
    """run.json of a real run with as many checks, which pass."""
    suites = "\n".join(f"      - mean: {{name: m{i:02}, column: x, max: 1, warn: {{max: 0.9}}}}" for i in range(checks))
    with console.Place() as place:
        (place.work / "rows.csv").write_text("id,x\n1,0.5\n2,0.5\n")
        (place.work / "modelgate.yaml").write_text(
            "version: 1\nmodel: m\nowner: team\ndata: {rows: rows.csv}\n"
            f"suites:\n  s:\n    on: rows\n    checks:\n{suites}\n")
        done = program.run(place, ["run", "--quiet", "--as-of", "2026-01-01", "--json", "run.json"])
        assert done.returncode == 0, done
        return json.loads((place.work / "run.json").read_text())


def sealed(head):
    """The text of a run that lacks its end, with a seal that holds."""
    return f'{head},\n  "seal": "sha256:{hashlib.sha256(head.encode()).hexdigest()}"\n}}\n'


def text_of(run):
    """As the program writes it."""
    run.pop("seal", None)
    return sealed(json.dumps(run, indent=1)[:-2])


def time_text(time):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def put(folder, run, text=None):
    """Writes a record under the name that is its own, and returns the name. text: that of the run, if it is known."""
    text = text or text_of(run)
    seal = text[text.rindex("sha256:") + 7:][:16]
    time = run["as_of"].replace("-", "/", 2).replace("T", "/").replace(":", "")
    name = f"{run['model']}/{run['stage'] or 'none'}/{time}-{seal}.run.json.gz"
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode(), 1, mtime=0))
    return name


def verdict_of(value):
    return "fail" if value > 1 else "warn" if value > 0.9 else "pass"


def judge(result, value):
    """Gives a result of the template another value, and the verdict that follows."""
    verdict = verdict_of(value)
    result.update(value=value, lo=value, hi=value, judged=value, verdict=verdict)
    for limit in result["limits"]:
        limit["held"] = value <= limit["value"]
        limit["state"] = "held" if limit["held"] else "broken"
    result["message"] = f"{value} against max 1" if verdict != "pass" else result["message"]
    return verdict


def run_of(plain, model, stage, time, values):
    """A run of the template at that time; values: of its checks, in order."""
    run = copy.copy(plain)
    run["results"] = [{**result, "limits": [dict(limit) for limit in result["limits"]]} for result in plain["results"]]
    verdicts = [judge(result, value) for result, value in zip(run["results"], values)]
    run.update(model=model, stage=stage, as_of=time_text(time), started=time_text(time), owner=f"team {model[-1]}",
        counts={word: verdicts.count(word) for word in ("pass", "warn", "fail", "skip", "error")},
        verdict="fail" if "fail" in verdicts else "warn" if "warn" in verdicts else "pass")
    return run


class Texts:
    """The texts of runs as text_of(run_of()) makes them, in a tenth of the time: what of a result does not depend on
    its value is made once for each verdict."""

    EXAMPLES = {"pass": 0.123456789, "warn": 0.912345678, "fail": 1.123456789}

    def __init__(self, plain):
        self.plain = plain
        self.pieces = {}  # by a result's place and its verdict: what stands around its values

    def result(self, place, value):
        key = place, verdict_of(value)
        if key not in self.pieces:
            example = self.EXAMPLES[key[1]]
            result = copy.deepcopy(self.plain["results"][place])
            judge(result, example)
            text = json.dumps({"results": [result]}, indent=1)
            self.pieces[key] = text[text.index("[") + 1:text.rindex("\n ]")].split(json.dumps(example))
        return json.dumps(value).join(self.pieces[key])

    def of(self, run):
        head = json.dumps({**run, "results": [], "seal": None}, indent=1).removesuffix(',\n "seal": null\n}')
        results = ",".join(self.result(place, result["value"]) for place, result in enumerate(run["results"]))
        return sealed(head.replace('"results": []', f'"results": [{results}\n ]', 1))


def write_model(folder, plain, index, stages, days, checks, last, seed):
    texts = Texts(plain)
    for stage in STAGES[-stages:]:
        for day in range(days):
            if index % 50 == 7 and day >= days - 3:
                continue
            # From the place alone: a smaller history is the beginning of a larger one.
            dice = random.Random(f"{seed}/{index}/{stage}/{day}")
            drift = max(0, day - days + 10) / 12 if index % 50 == 3 else 0
            values = [round(0.5 + dice.gauss(0, 0.08) + (drift if i == 0 else 0), 6) for i in range(checks)]
            run = run_of(plain, f"model-{index:03}", stage, last - (days - 1 - day) * DAY, values)
            put(folder, run, texts.of(run))


def write(folder, models=200, stages=3, days=365, checks=60, last=datetime.datetime(2026, 11, 29, 4, 5, 6), seed=15):
    """A run a day of each model and stage. Of every 50 models one drifts in its last ten days, and one falls silent."""
    plain = template(checks)
    with concurrent.futures.ProcessPoolExecutor() as pool:
        done = [pool.submit(write_model, folder, plain, index, stages, days, checks, last, seed)
                for index in range(models)]
        for each in done:
            each.result()


if __name__ == "__main__":
    write(pathlib.Path(sys.argv[1]), *map(int, sys.argv[2:]))
