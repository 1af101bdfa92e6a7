"""Sites to look at, of made-up models: what `modelgate site` writes for the pages, without its months of runs.
From the shell: site_pages.py FOLDER makes them all there."""

import base64
import datetime
import hashlib
import json
import math
import pathlib
import random
import shutil
import sys

SOURCE = pathlib.Path(__file__).resolve().parents[2]
STAGES = ["DEV", "PPD", "PRD"]
OWNERS = ["flights-ds", "churn-team", "credit-risk", "pricing"]
LETTERS = {"pass": "p", "warn": "w", "fail": "f", "error": "e", "skip": "s"}
COLUMNS = ["delay", "distance", "carrier", "origin", "dest", "hour", "weekday", "taxi_out", "air_time", "tail"]
POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; script-src 'self' file:; style-src 'self' file:; "
    "connect-src 'self'"
)


def text_of(time):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def page(title, depth, id_, data):
    up = "../" * depth
    held = json.dumps(data).replace("<", "\\u003c")
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>
<link rel="stylesheet" href="{up}assets/site.css"></head>
<body data-page="{id_}" data-top="{up}"><header><nav aria-label="Pages">
<a href="{up}index.html">Models</a> <a href="{up}decisions.html">Decisions</a></nav>
<h1>{title}</h1></header><main></main>
<script type="application/json" id="{id_}">{held}</script><script src="{up}assets/site.js"></script></body></html>
"""


def decisions_page(now, events):
    decisions = {
        "format": "modelgate.decisions/1",
        "built": text_of(now),
        "fixed": False,
        "repository": True,
        "events": events,
    }
    return page("Decisions", 0, "decisions", decisions)


def graph_page(name, svg):
    """The style of the drawing has its own leave."""
    style = svg[svg.index("<style>") + 7 : svg.index("</style>")]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        page(f"{name}: graph", 1, "graph", {})
        .replace("style-src 'self'", f"style-src 'sha256-{digest}' 'self'")
        .replace("<main></main>", f'<main><figure id="picture">{svg}</figure></main>')
    )


def checks_of(count):
    """Name, suite, kind, column, slice, unit, better, usual value, noise, limits."""
    some = [
        (
            "accuracy/roc_auc",
            "accuracy",
            "roc_auc",
            None,
            None,
            "",
            "higher",
            0.84,
            0.006,
            dict(min=0.8, warn_min=0.82),
        ),
        ("accuracy/f1", "accuracy", "f1", None, None, "", "higher", 0.61, 0.012, dict(min=0.5)),
        (
            "data-quality/row_count",
            "data-quality",
            "row_count",
            None,
            None,
            "count",
            "either",
            52000,
            1500,
            dict(min=40000),
        ),
    ]
    some += [
        (
            f"accuracy/roc_auc[carrier={c}]",
            "accuracy",
            "roc_auc",
            None,
            f"carrier={c}",
            "",
            "higher",
            0.82 + i / 200,
            0.012,
            dict(min=0.76),
        )
        for i, c in enumerate(["AA", "DL", "UA", "WN", "US", "NW", "CO", "TW"])
    ]
    some += [
        (f"drift/psi[{c}]", "drift", "psi", c, None, "", "lower", 0.02 + i / 400, 0.006, dict(max=0.2, warn_max=0.1))
        for i, c in enumerate(COLUMNS)
    ]
    some += [
        (
            f"data-quality/null_share[{c}]",
            "data-quality",
            "null_share",
            c,
            None,
            "share",
            "lower",
            0.004,
            0.002,
            dict(max=0.05),
        )
        for c in COLUMNS
    ]
    i = 0
    while len(some) < count:
        some.append(
            (
                f"drift/ks[feature_{i:02}]",
                "drift",
                "ks",
                f"feature_{i:02}",
                None,
                "",
                "lower",
                0.03,
                0.008,
                dict(max=0.15),
            )
        )
        i += 1
    return some[:count]


def months_of(name, stages, now, days, count, seed, troubles):
    """Every month of a model whose column `delay` drifts in the last `troubles` days."""
    rng = random.Random(seed)
    months = {}
    for number, stage in enumerate(stages):
        for back in range(days, -1, -1):
            time = now - datetime.timedelta(days=back, hours=3 + number)
            key = time.strftime("%Y-%m")
            month = months.setdefault(
                key, {"format": "modelgate.month/1", "model": name, "month": key, "stages": [], "events": []}
            )
            here = next((s for s in month["stages"] if s["stage"] == stage), None)
            if not here:
                here = {"stage": stage, "runs": [], "checks": []}
                for id_, suite, kind, column, slice_, unit, better, _, _, limits in checks_of(count):
                    words = ", ".join(f"{k.replace('_', ' ')} {v}" for k, v in limits.items())
                    here["checks"].append(
                        {
                            "id": id_,
                            "suite": suite,
                            "kind": kind,
                            "column": column,
                            "slice": slice_,
                            "unit": unit,
                            "better": better,
                            "definition": f"{kind}/1",
                            "data": "scored",
                            "limits": [
                                {"from": 0, "min": None, "max": None, "warn_min": None, "warn_max": None}
                                | limits
                                | {"text": words}
                            ],
                            "measures": [{"from": 0, "digest": "sha256:1"}],
                            "values": [],
                            "verdicts": "",
                            "notes": [],
                        }
                    )
                month["stages"].append(here)
            worst = "pass"
            for check, (_, _, kind, column, _, _, _, usual, noise, limits) in zip(here["checks"], checks_of(count)):
                value = usual + noise * rng.gauss(0, 1) + noise * math.sin(back / 58)
                if stage == stages[-1] and back < troubles:
                    since = (troubles - back) / troubles
                    value += {
                        "psi": 0.32 * since if column in ("delay", "hour") else 0,
                        "roc_auc": -0.075 * since,
                        "f1": -0.08 * since,
                    }.get(kind, 0)
                value = round(max(value, 0), 6)
                verdict = "pass"
                if value > limits.get("warn_max", math.inf) or value < limits.get("warn_min", -math.inf):
                    verdict = "warn"
                if value > limits.get("max", math.inf) or value < limits.get("min", -math.inf):
                    verdict = "fail"
                if verdict != "pass":
                    check["notes"].append(
                        {"at": len(check["values"]), "text": f"{value:.4g} breaks {check['limits'][0]['text']}"}
                    )
                check["values"].append(value)
                check["verdicts"] += LETTERS[verdict]
                worst = max(worst, verdict, key=["pass", "warn", "fail"].index)
            seal = f"{rng.getrandbits(256):064x}"
            here["runs"].append(
                {
                    "time": text_of(time),
                    "started": text_of(time),
                    "seal": f"sha256:{seal}",
                    "verdict": worst,
                    "commit": f"{rng.getrandbits(160):040x}",
                    "branch": "main",
                    "dirty": False,
                    "selection": None,
                    "build": None,
                    "seconds": 1.4,
                    "summary": f"{count} checks",
                    "record": f"{name}/{stage}/{time:%Y/%m/%d}/{seal[:12]}.run.json.gz",
                    "page": f"runs/{name}/{seal[:12]}.html" if worst == "fail" else None,
                }
            )
    for back, kind, stage, version, decision, why in [
        (80, "promotion", STAGES[1], "v1.2.0", "passed", None),
        (74, "promotion", STAGES[2], "v1.2.0", "passed", None),
        (30, "promotion", STAGES[2], "v1.3.0", "overridden", "The fare feed is late; agreed with Ada"),
        (21, "rollback", STAGES[2], "v1.2.0", None, "v1.3.0 lost 2 points of AUC in the south"),
    ]:
        time = now - datetime.timedelta(days=back)
        if back < days:
            months[time.strftime("%Y-%m")]["events"].append(event(name, time, kind, stage, version, decision, why))
    return [months[key] for key in sorted(months)]


def event(name, time, kind, stage, version, decision, why):
    into = "back to" if kind == "rollback" else "into"
    return {
        "time": text_of(time),
        "model": name,
        "kind": kind,
        "what": f"{version} {into} {stage}",
        "stage": stage,
        "version": version,
        "decision": decision,
        "by": "Grace Hopper",
        "email": "grace@example.com",
        "why": why,
        "approvers": ["Ada (claimed)"] if kind == "promotion" and stage == "PRD" else [],
        "commit": "4f1c2d9ab0",
        "tag": f"{name}#{stage}#7",
        "build": "20261130.4",
        "problem": None,
    }


def stage_of(months, name, now, rng, kind):
    """The stage as index.html has it, of the runs that the months have."""
    runs = [
        (run, check)
        for month in months
        for s in month["stages"]
        if s["stage"] == name
        for check in [s]
        for run in s["runs"]
    ]
    last, held = runs[-1]
    letters = ("-" * 30 + "".join(LETTERS[run["verdict"]] for run, _ in runs))[-30:]
    worst = None
    bad = [c for c in held["checks"] if c["verdicts"][-1] in "wfe"]
    if bad:
        check = max(bad, key=lambda c: "wfe".index(c["verdicts"][-1]))
        word = {"w": "warn", "f": "fail", "e": "error"}[check["verdicts"][-1]]
        worst = {
            "check": check["id"],
            "value": check["values"][-1],
            "shown": f"{check['values'][-1]:.4g}",
            "verdict": word,
            "limit": check["limits"][0]["text"],
            "message": check["notes"][-1]["text"],
        }
    state = {"skip": "error"}.get(last["verdict"], last["verdict"])
    late, missed = kind == "late", 0
    time = last["time"]
    if late:
        missed = rng.randint(2, 9)
        letters = letters[missed:] + "m" * missed
        time = text_of(now - datetime.timedelta(days=missed, hours=5))
        state = "late"
    return {
        "stage": name,
        "state": state,
        "why": "a run is overdue" if late else f"the last run: {state}",
        "version": f"v1.{rng.randint(0, 9)}.{rng.randint(0, 4)}",
        "tag": f"m#{name}#3",
        "since": text_of(now - datetime.timedelta(days=21)),
        "decision": "overridden" if kind == "override" else "passed",
        "evidence": "whole",
        "last": {
            "time": time,
            "started": time,
            "verdict": last["verdict"],
            "summary": last["summary"],
            "record": last["record"],
            "page": last["page"],
        },
        "every": 86400,
        "every_from": "policy",
        "next": text_of(now - datetime.timedelta(days=missed) + datetime.timedelta(hours=20)),
        "late": late,
        "missed": missed,
        "days": letters,
        "worst": worst,
        "runs": len(runs),
    }


def entry(name, months, now, rng, kind):
    return {
        "name": name,
        "file": name,
        "owner": rng.choice(OWNERS),
        "tags": rng.sample(["nightly", "gdpr", "eu", "batch"], 2),
        "page": f"models/{name}.html",
        "graph": f"graphs/{name}.html",
        "months": [m["month"] for m in months],
        "stages": [stage_of(months, s, now, rng, kind if s == "PRD" else None) for s in STAGES],
    }


def write(folder, names, now, days=160, count=31, data_for=1):
    """A site of these models. Only the first `data_for` have a page and data of their own."""
    rng = random.Random(7)
    assets(folder)
    entries, events, findings = [], [], []
    plain = months_of("m", STAGES, now, 40, count, 3, 0)
    sick = months_of("m", STAGES, now, 40, count, 3, 26)
    for i, name in enumerate(names):
        kind = {1: "late", 2: "override", 9: "late"}.get(i % 40)
        months = sick if i % 17 == 0 else plain
        if i < data_for:
            months = months_of(name, STAGES, now, days, count, i, 26 if i == 0 else 0)
        one = entry(name, months, now, rng, kind)
        entries.append(one)
        if kind == "override":
            findings.append(
                {
                    "kind": "override",
                    "look": "warn",
                    "model": name,
                    "stage": "PRD",
                    "time": None,
                    "text": "stands there by an override: The fare feed is late; agreed with Ada",
                    "page": one["page"],
                }
            )
        if kind == "late":
            findings.append(
                {
                    "kind": "late",
                    "look": "fail",
                    "model": name,
                    "stage": "PRD",
                    "time": None,
                    "text": "a run is overdue",
                    "page": one["page"],
                }
            )
        for month in months:
            events += [e | {"model": name} for e in month["events"]]
        if i < data_for:
            model = {
                "format": "modelgate.model/1",
                "built": text_of(now),
                "fixed": False,
                "model": one,
                "findings": [f for f in findings if f["model"] == name],
                "months": months[-4:],
            }
            (folder / "models" / f"{name}.html").write_text(page(name, 1, "model", model))
            (folder / "data" / name).mkdir(parents=True, exist_ok=True)
            for month in months:
                (folder / "data" / name / f"{month['month']}.json").write_text(json.dumps(month))
    (folder / "graphs").mkdir(exist_ok=True)
    (folder / "graphs" / f"{names[0]}.html").write_text(
        graph_page(names[0], (SOURCE / "docs/pictures/graph.svg").read_text())
    )
    fleet = {
        "format": "modelgate.site/1",
        "built": text_of(now),
        "fixed": False,
        "program": "0.1.0",
        "from": "folder history",
        "days_from": text_of(now - datetime.timedelta(days=29))[:10],
        "models": entries,
        "findings": findings,
    }
    (folder / "index.html").write_text(page("Models", 0, "fleet", fleet))
    events.sort(key=lambda e: e["time"], reverse=True)
    (folder / "decisions.html").write_text(decisions_page(now, events))


EVIL = [
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    "'\"><b>bold</b>",
    "javascript:alert(3)",
    "]]><!--",
    "<style>*{display:none}</style>",
    "n" * 3000,
    "<a href=//evil.example>",
    "__proto__",
    "a,b&c=d#e",
]


def assets(folder):
    (folder / "assets").mkdir(parents=True, exist_ok=True)
    (folder / "models").mkdir(exist_ok=True)
    for file in ("site.js", "site.css"):
        shutil.copy(SOURCE / "web/dist" / file, folder / "assets")


def write_hostile(folder, now):
    """Names, texts and cells that want to be markup, as JSON may hold them."""
    assets(folder)
    rng = random.Random(1)
    months = months_of("m", STAGES, now, 60, 24, 1, 20)
    for month in months:
        month["model"] = EVIL[0]
        for i, one in enumerate(month["events"]):
            one |= dict.fromkeys(
                ["what", "version", "by", "email", "why", "tag", "commit", "build"], EVIL[i % len(EVIL)]
            ) | {"approvers": EVIL[:2]}
        for stage in month["stages"]:
            for run in stage["runs"]:
                run |= {"summary": EVIL[1], "commit": EVIL[2], "selection": EVIL[0]}
            for i, check in enumerate(stage["checks"]):
                evil = EVIL[i % len(EVIL)]
                check |= {
                    "id": f"{evil}{i}",
                    "suite": evil,
                    "column": evil,
                    "definition": evil,
                    "data": evil,
                    "notes": [{"at": 0, "text": evil}],
                }
                check["limits"][0]["text"] = evil
    entries = [
        entry(evil, months, now, rng, None)
        | {
            "file": "evil",
            "page": "models/evil.html",
            "graph": None,
            "owner": EVIL[(i + 1) % len(EVIL)],
            "tags": EVIL[:3],
        }
        for i, evil in enumerate(EVIL)
    ]
    for one in entries:
        for stage in one["stages"]:
            stage |= {
                "version": EVIL[2],
                "why": EVIL[0],
                "worst": {
                    "check": EVIL[1],
                    "value": None,
                    "shown": EVIL[2],
                    "verdict": "fail",
                    "limit": EVIL[4],
                    "message": EVIL[0],
                },
            }
    findings = [
        {
            "kind": "override",
            "look": "warn",
            "model": evil,
            "stage": evil,
            "time": None,
            "text": evil,
            "page": "models/evil.html",
        }
        for evil in EVIL
    ]
    fleet = {
        "format": "modelgate.site/1",
        "built": text_of(now),
        "fixed": False,
        "program": EVIL[0],
        "from": EVIL[1],
        "days_from": text_of(now)[:10],
        "models": entries,
        "findings": findings,
    }
    (folder / "index.html").write_text(page("Models", 0, "fleet", fleet))
    model = {
        "format": "modelgate.model/1",
        "built": text_of(now),
        "fixed": False,
        "model": entries[0],
        "findings": findings[:3],
        "months": months,
    }
    (folder / "models" / "evil.html").write_text(page("evil", 1, "model", model))
    events = [e for m in months for e in m["events"]]
    (folder / "decisions.html").write_text(decisions_page(now, events))


def write_broken(folder):
    """What a disk that was full, or another version of the program, leaves."""
    assets(folder)
    for name, id_ in (("index", "fleet"), ("decisions", "decisions")):
        whole = page(name, 0, id_, {"format": "modelgate.other/9", "models": []})
        (folder / f"{name}.html").write_text(whole)
    (folder / "models" / "m.html").write_text(page("m", 1, "model", {}).replace(">{}<", '>{"format": "modelg<'))


def write_empty(folder, now):
    assets(folder)
    (folder / "blank.html").write_text("<!doctype html><title>blank</title>")
    (folder / "index.html").write_text(
        page(
            "Models",
            0,
            "fleet",
            {
                "format": "modelgate.site/1",
                "built": text_of(now),
                "fixed": False,
                "program": "0.1.0",
                "from": "folder history",
                "days_from": text_of(now)[:10],
                "models": [],
                "findings": [],
            },
        )
    )


def write_all(folder, now):
    write(folder / "few", ["flight-delay", "churn", "fraud-score", "price-elasticity"], now)
    write(folder / "many", [f"model-{i:03}" for i in range(200)], now, days=364, count=60)
    write_hostile(folder / "hostile", now)
    write_broken(folder / "broken")
    write_empty(folder / "empty", now)


if __name__ == "__main__":
    write_all(pathlib.Path(sys.argv[1]), datetime.datetime.now(datetime.UTC).replace(microsecond=0))
