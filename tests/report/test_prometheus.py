"""`--prometheus FILE`: what Prometheus is told of a run; and examples/monitoring, which is made for it."""

import json
import re
import subprocess
import warnings

import pytest
import yaml

from support import console, program
from support.prometheus import Metrics, lint

GOLDEN = console.SOURCE / "tests/golden/report"
EXAMPLE = console.SOURCE / "examples/monitoring"
CASES = sorted(GOLDEN.glob("*/expect.prom"))


def metrics(place, run, name="run.json"):
    (place.work / name).write_text(json.dumps(run) if isinstance(run, dict) else run)
    done = program.run(place, ["report", name, "--prometheus", "-"])
    assert done.returncode == 0, done.stderr.decode()
    text = done.stdout.decode()
    assert not lint(text)
    return Metrics(text)


@pytest.fixture
def rich():
    run = json.loads((GOLDEN / "rich/expect.json").read_text())
    del run["seal"]
    return run


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.parent.name)
def test_every_report_is_valid(path):
    text = path.read_text(encoding="utf-8")
    assert not lint(text)
    found = Metrics(text)
    run = json.loads((path.parent / "expect.json").read_text())
    assert sum(value for _, value in found.of["modelgate_run_verdict"]) == 1
    assert found.value("modelgate_run_verdict", verdict=run["verdict"]) == 1
    verdicts = [labels["verdict"] for labels, value in found.of["modelgate_check_verdict"] if value]
    assert verdicts == [r["verdict"] for r in run["results"]]
    assert len(found.of["modelgate_check_value"]) == sum(r["measured"] for r in run["results"])
    for name in found.of:
        for labels, _ in found.of[name]:
            assert not {run["seal"], str(run["git"]["commit"])} & set(labels.values())


def test_what_was_not_measured_has_no_value(place, rich):
    found = metrics(place, rich)
    who = {"model": "flight-delay", "stage": "PPS", "check": "accuracy/recall[slice=long-haul]"}
    assert found.value("modelgate_check_value", **who) is None
    assert found.value("modelgate_check_verdict", verdict="error", **who) == 1
    assert found.value("modelgate_run_passed") == 0
    assert found.value("modelgate_check_judged", check="accuracy/roc_auc") == 0.6374312


@pytest.mark.parametrize("change, say", [({"selection": "tag:quick"}, "some checks alone (--select)"),
    ({"part": {"number": 1, "of": 3, "suites": []}}, "--part")], ids=["select", "part"])
def test_what_some_checks_say_does_not_pass_for_the_whole(place, rich, change, say):
    (place.work / "run.json").write_text(json.dumps(rich | change))
    done = program.run(place, ["report", "run.json", "--prometheus", "churn.prom"])
    assert done.returncode == 2 and say in done.stderr.decode(), done
    assert not (place.work / "churn.prom").exists()


@pytest.mark.parametrize("option", [["--select", "kind:mean"], ["--part", "1/2"]])
def test_a_run_of_some_checks_has_no_metrics(place, option):
    (place.work / "s.yaml").write_text("model: churn\nversion: 1\ndata: {d: d.csv}\nsuites:\n"
        "  q: {on: d, checks: [mean: {column: x, max: 2}, row_count: {min: 5}]}\n"
        "  r: {on: d, checks: [row_count: {min: 1}]}\n")
    (place.work / "d.csv").write_text("x\n1\n")
    done = program.run(place, ["run", "s.yaml", *option, "--prometheus", "churn.prom"])
    assert done.returncode == 2 and "--prometheus" in done.stderr.decode(), done
    assert not (place.work / "churn.prom").exists()


def test_numbers_that_are_none(place, rich):
    values = {"data-quality/row_count": (None, "NaN"), "accuracy/f1": ("Infinity", "inf"),
        "drift/psi[column=delay]": ("-Infinity", "-inf")}
    for result in rich["results"]:
        if result["name"] in values:
            result["value"] = values[result["name"]][0]
    found = metrics(place, rich)
    for name, (_, value) in values.items():
        shown = found.value("modelgate_check_value", check=name)
        assert str(shown) == value.lower()


# The limits of a check, what they are held against, and (min, max, warn min, warn max).
EDGES = [
    ([("limit", "min", 3), ("limit", "max", 9), ("warn", "above", 4), ("warn", "below", 8)], {}, (3, 9, 4, 8)),
    ([("limit", "min", 3), ("limit", "max_drop", 2)], {}, (8, None, None, None)),
    ([("limit", "max_rise", {"value": 0.5, "of_baseline": True})], {}, (None, 15, None, None)),
    ([("limit", "max_change", 2)], {"better": "either"}, (8, 12, None, None)),
    ([("limit", "max_change", 2)], {"better": "higher"}, (8, None, None, None)),
    ([("limit", "max_change", 2)], {"better": "lower"}, (None, 12, None, None)),
    ([("limit", "equals", {"value": 5, "tolerance": 1})], {}, (4, 6, None, None)),
    ([("limit", "not_equals", 5), ("limit", "max_failing", 20)], {}, (None,) * 4),
    ([("effect", "min", 5)], {}, (None,) * 4),
    ([("limit", "max_drop", 2)], {"baseline": {"value": None, "source": None}}, (None,) * 4),
    ([("warn", "within", {"value": 3, "spread": "sigma",
        "runs": {"definition": "d", "of": "9 previous runs", "center": 100, "spread": 2}})], {"better": "either"},
        (None, None, 94, 106)),
    ([("limit", "within", {"value": 3, "spread": "sigma"})], {}, (None,) * 4),
]


@pytest.mark.parametrize("limits, changes, edges", EDGES, ids=lambda _: "")
def test_limits_on_the_scale_of_the_value(place, rich, limits, changes, edges):
    result = next(r for r in rich["results"] if r["name"] == "drift/ks[column=distance]")
    result.update({"baseline": {"value": 10, "source": "file b.json"}, **changes})
    result["limits"] = []
    for role, op, value in limits:
        more = value if isinstance(value, dict) else {"value": value}
        result["limits"].append({"role": role, "op": op, "as_percent": False, "of_baseline": False, "tolerance": 0,
            "state": "held", "held": True, **more})
    found = metrics(place, rich)
    for (role, bound), edge in zip([("limit", "min"), ("limit", "max"), ("warn", "min"), ("warn", "max")], edges):
        assert found.value("modelgate_check_limit", check=result["name"], role=role, bound=bound) == edge


def test_hostile_names_stay_labels(place, rich):
    first, second, third = rich["results"][:3]
    first["name"] = 'data-quality/a"} 1\nmodelgate_run_passed{model="x"} 1\n\\'
    # To a log these two are one.
    second["name"], third["name"] = "data-quality/b\u202e", "data-quality/b\\u202e"
    rich["model"] = 'm"\\'
    found = metrics(place, rich)
    assert found.value("modelgate_run_passed", model='m"\\') == 0
    names = [labels["check"] for labels, _ in found.of["modelgate_check_value"]]
    assert names[0] == 'data-quality/a"} 1\\nmodelgate_run_passed{model="x"} 1\\n\\'
    assert len(set(names)) == len(names)


def test_warnings_that_fail_a_run_do_not_pass(place, rich):
    rich["results"] = [r for r in rich["results"] if r["verdict"] in ("pass", "warn")]
    rich.update(verdict="warn", counts={"pass": 5, "warn": 2, "fail": 0, "skip": 0, "error": 0})
    assert metrics(place, rich).value("modelgate_run_passed") == 1
    rich["fail_on_warn"] = True
    found = metrics(place, rich)
    assert found.value("modelgate_run_passed") == 0 and found.value("modelgate_run_verdict", verdict="warn") == 1


def test_a_run_that_could_not_start_is_told(place):
    (place.work / "s.yaml").write_text("model: churn\nsuites: {q: [{row_count: {data: d, min: 1}}]}\n"
        "data: {d: {path: gone.csv}}\n")
    done = program.run(place, ["run", "s.yaml", "--stage", "PRD", "--prometheus", "churn.prom"])
    assert done.returncode in (2, 3), done.stderr
    found = Metrics((place.work / "churn.prom").read_text())
    assert found.value("modelgate_run_verdict", verdict="error") == 1
    assert found.value("modelgate_run_passed") == 0


# ---- examples/monitoring ----

def test_rules_fire_as_they_say():
    for arguments in (["check", "rules", "modelgate.rules.yml"], ["check", "config", "prometheus.yml"],
            ["test", "rules", "modelgate.rules.test.yml"]):
        done = subprocess.run(["promtool", *arguments], cwd=EXAMPLE, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_has_a_test():
    rules = yaml.safe_load((EXAMPLE / "modelgate.rules.yml").read_text())["groups"][0]["rules"]
    tests = yaml.safe_load((EXAMPLE / "modelgate.rules.test.yml").read_text())["tests"]
    fired = {case["alertname"] for test in tests for case in test.get("alert_rule_test", []) if case["exp_alerts"]}
    assert fired == {rule["alert"] for rule in rules if "alert" in rule}


def expressions(value, key="expr"):
    """All texts under that key, and what variables of a dashboard ask for."""
    if isinstance(value, list):
        value = dict(enumerate(value))
    if not isinstance(value, dict):
        return
    for name, inner in value.items():
        if name in (key, "definition") and isinstance(inner, str):
            yield inner
        yield from expressions(inner, key)


def test_dashboard_and_rules_ask_for_metrics_that_are_written():
    written = set(Metrics((GOLDEN / "rich/expect.prom").read_text()).of)
    rules = yaml.safe_load((EXAMPLE / "modelgate.rules.yml").read_text())
    recorded = set(expressions(rules, "record"))
    asked = " ".join([*expressions(rules), *expressions(json.loads((EXAMPLE / "grafana-dashboard.json").read_text()))])
    asked = re.sub(r'"[^"]*"', '""', asked)
    found = set(re.findall(r"\bmodelgate[a-z_:]+", asked))
    assert found <= written | recorded
    # No alert and no picture needs this one.
    assert written - found == {"modelgate_run_info"}


def lost(wanted, kept, place="$"):
    """Where one JSON value has what the other has not."""
    if isinstance(wanted, dict) and isinstance(kept, dict):
        return [where for key, value in wanted.items()
            for where in (lost(value, kept[key], f"{place}.{key}") if key in kept else [f"{place}.{key}"])]
    if isinstance(wanted, list) and isinstance(kept, list) and len(wanted) == len(kept):
        return [where for i, value in enumerate(wanted) for where in lost(value, kept[i], f"{place}[{i}]")]
    return [] if wanted == kept else [place]


def read_by_grafana(dashboard):
    """What Grafana's own SDK keeps of a dashboard, by the types of the schema's version that it knows."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from grafana_foundation_sdk.cog.encoder import JSONEncoder
        from grafana_foundation_sdk.cog.plugins import register_default_plugins
        from grafana_foundation_sdk.models import dashboard as model
    register_default_plugins()
    assert dashboard["schemaVersion"] == model.Dashboard().schema_version, "a newer schema"
    return json.loads(JSONEncoder().encode(model.Dashboard.from_json(json.loads(json.dumps(dashboard)))))


def test_dashboard_is_of_grafanas_schema():
    dashboard = json.loads((EXAMPLE / "grafana-dashboard.json").read_text())
    assert lost(dashboard, read_by_grafana(dashboard)) == []
    panels = dashboard["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    dashboard["panels"][4]["options"]["cellHieght"] = "sm"
    assert lost(dashboard, read_by_grafana(dashboard)) == ["$.panels[4].options.cellHieght"]


def test_one_model_on_two_machines_is_the_worst_of_both(tmp_path):
    """Agents of a pool leave a file each: two that failed must not add up to a number that means nothing."""
    panels = {p["title"]: p for p in json.loads((EXAMPLE / "grafana-dashboard.json").read_text())["panels"]}
    words = {"modelgate_run_verdict": ["pass", "warn", "fail", "error"],
        "modelgate_check_verdict": ["pass", "warn", "fail", "error", "skip"]}
    pairs = [("fail", "fail"), ("warn", "warn"), ("pass", "fail"), ("error", "error")]
    series, cases = [], []
    for number, pair in enumerate(pairs):
        for machine, is_now in enumerate(pair):
            for metric, verdicts in words.items():
                check = ', check="q"' if "check" in metric else ""
                of = f'instance="{machine}", model="m{number}", stage="PRD"'
                series += [{"series": f'{metric}{{{of}{check}, verdict="{word}"}}',
                    "values": f"{int(word == is_now)}x4"} for word in verdicts]
            series.append({"series": f'modelgate_run_checks{{{of}, verdict="fail"}}', "values": "3x4"})
    for title, check in (("Models", ""), ("Verdicts", ""), ("Checks", 'check="q", ')):
        expression = re.sub(r"\$\w+", ".*", panels[title]["targets"][0]["expr"])
        cases.append({"expr": expression, "eval_time": "1m", "exp_samples": [
            {"labels": f'{{{check}model="m{number}", stage="PRD"}}',
                "value": words["modelgate_run_verdict"].index(worst)}
            for number, worst in enumerate(["fail", "warn", "fail", "error"])]})
    for target in panels["Models"]["targets"][2:]:
        cases.append({"expr": re.sub(r"\$\w+", ".*", target["expr"]), "eval_time": "1m",
            "exp_samples": [{"labels": f'{{model="m{n}", stage="PRD"}}', "value": 3} for n in range(len(pairs))]})
    (tmp_path / "two.yml").write_text(yaml.safe_dump({"evaluation_interval": "1m", "tests": [
        {"interval": "1m", "input_series": series, "promql_expr_test": cases}]}))
    done = subprocess.run(["promtool", "test", "rules", "two.yml"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    for title in ("Verdicts", "Checks"):
        steps = panels[title]["fieldConfig"]["defaults"]["thresholds"]["steps"]
        assert [step["color"] for step in steps] == ["text"], "what has no word is not green"


def test_a_model_whose_metrics_are_gone_is_not_one_less_to_look_at(tmp_path):
    """The newest record is broken, or nobody scrapes the machine: the alert about it is not all that tells."""
    panels = {p["title"]: p for p in json.loads((EXAMPLE / "grafana-dashboard.json").read_text())["panels"]}
    series = []
    for model, values in (("here", "1x30"), ("gone", "1x5 stale")):
        of = f'model="{model}", stage="PRD"'
        series += [{"series": f"modelgate_run_passed{{{of}}}", "values": values},
            {"series": f'modelgate_run_verdict{{{of}, verdict="error"}}', "values": values.replace("1", "0", 1)},
            {"series": f"modelgate_run_start_timestamp_seconds{{{of}}}", "values": values}]
    expression = panels["Not measured"]["targets"][0]["expr"]
    cases = [{"expr": expression, "eval_time": time, "exp_samples": [{"labels": "{}", "value": value}]}
        for time, value in (("4m", 0), ("20m", 1))]
    (tmp_path / "gone.yml").write_text(yaml.safe_dump({"evaluation_interval": "1m", "tests": [
        {"interval": "1m", "input_series": series, "promql_expr_test": cases}]}))
    done = subprocess.run(["promtool", "test", "rules", "gone.yml"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_verdicts_have_the_words_of_the_program():
    """The dashboard makes numbers of verdicts, and words of these numbers."""
    panels = json.loads((EXAMPLE / "grafana-dashboard.json").read_text())["panels"]
    lines = {p["title"]: p for p in panels}
    for title, words in (("Verdicts", "pass warn fail error"), ("Checks", "pass warn fail error skip")):
        options = lines[title]["fieldConfig"]["defaults"]["mappings"][0]["options"]
        assert [options[str(i)]["text"] for i in range(len(options))] == words.split()
        expression = lines[title]["targets"][0]["expr"]
        factors = dict((word, int(factor or 1)) for factor, word in
            re.findall(r'(?:(\d) \* )?modelgate_\w+_verdict\{verdict="(\w+)"', expression))
        assert all(options[str(code)]["text"] == word for word, code in factors.items()), factors
        assert len(factors) == len(options) - 1
