"""A real Prometheus reads our metrics through a real node exporter, and its alerts fire as examples/monitoring says."""

import contextlib
import json
import re
import shutil
import subprocess
import time
import urllib.parse
import urllib.request

import pytest

from support import console, program
from support.ports import free_port
from support.prometheus import Metrics

EXAMPLE = console.SOURCE / "examples/monitoring"
DEADLINE_S = 60


def ask(port, path, **query):
    address = f"http://127.0.0.1:{port}{path}?{urllib.parse.urlencode(query)}"
    with urllib.request.urlopen(address, timeout=10) as answer:
        return json.load(answer)["data"]


def wait_for(what):
    """The first result that is neither empty nor an error."""
    end = time.monotonic() + DEADLINE_S
    while True:
        with contextlib.suppress(OSError):
            found = what()
            if found:
                return found
        assert time.monotonic() < end, "nothing came in time"
        time.sleep(0.1)


@contextlib.contextmanager
def server(log, *command):
    with open(log, "wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out)
    try:
        yield
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="module")
def scraped(tmp_path_factory):
    """The port of a Prometheus that has read two models: one that passed just now, one that failed long ago."""
    with console.Place() as place:
        texts = place.work / "textfiles"
        texts.mkdir()
        (place.work / "s.yaml").write_text(
            "version: 1\nmodel: churn\ndata: {d: {path: d.csv}}\nsuites:\n  q:\n    on: d\n"
            "    checks: [row_count: {min: 1}, mean: {column: 'x\"}\\', max: 2.05}]\n")
        (place.work / "d.csv").write_text('"x""}\\"\n1\n3\n')
        done = program.run(place, ["run", "s.yaml", "--prometheus", texts / "churn.prom"])
        assert done.returncode == 0, done.stderr.decode()
        saved = json.loads((console.SOURCE / "tests/golden/report/rich/expect.json").read_text())
        (place.work / "rich.json").write_text(json.dumps(saved | {"seal": None})
            .replace(', "seal": null', ""))
        done = program.run(place, ["report", "rich.json", "--prometheus", texts / "flights.prom"])
        assert done.returncode == 0, done.stderr.decode()

        work, exporter, port = place.work, free_port(), free_port()
        shutil.copyfile(EXAMPLE / "modelgate.rules.yml", work / "modelgate.rules.yml")
        config = (EXAMPLE / "prometheus.yml").read_text()
        (work / "prometheus.yml").write_text(
            config.replace("localhost:9100", f"127.0.0.1:{exporter}").replace(": 1m", ": 1s"))
        with server(work / "exporter.log", "prometheus-node-exporter", f"--web.listen-address=127.0.0.1:{exporter}",
                "--collector.disable-defaults", "--collector.textfile", f"--collector.textfile.directory={texts}"), \
             server(work / "prometheus.log", "prometheus", f"--config.file={work}/prometheus.yml",
                f"--storage.tsdb.path={work}/tsdb", f"--web.listen-address=127.0.0.1:{port}"):
            wait_for(lambda: ask(port, "/api/v1/query", query="modelgate_run_passed")["result"])
            yield port, texts


def query(port, expression, **asked):
    return ask(port, "/api/v1/query", query=expression, **asked)["result"]


def test_every_sample_arrives(scraped):
    port, texts = scraped
    assert [s["value"][1] for s in query(port, "node_textfile_scrape_error")] == ["0"]
    wanted = []
    for path in texts.glob("*.prom"):
        for name, samples in Metrics(path.read_text()).of.items():
            wanted += [(name, sorted(labels.items()), value) for labels, value in samples]
    found = []
    for sample in query(port, '{__name__=~"modelgate_.*"}'):
        labels = {k: v for k, v in sample["metric"].items() if k not in ("__name__", "instance", "job")}
        found.append((sample["metric"]["__name__"], sorted(labels.items()), float(sample["value"][1])))
    assert sorted(found) == sorted(wanted)


def test_alerts_fire(scraped):
    port, _ = scraped

    def firing():
        alerts = ask(port, "/api/v1/alerts")["alerts"]
        return {(a["labels"]["alertname"], a["labels"]["model"], a["labels"].get("check")) for a in alerts
            if a["state"] == "firing"}

    assert wait_for(lambda: len(firing()) >= 4 and firing()) == {
        ("ModelgateError", "flight-delay", None), ("ModelgateRunMissed", "flight-delay", None),
        ("ModelgateCloseToLimit", "flight-delay", "accuracy/roc_auc"),
        ("ModelgateCloseToLimit", "churn", 'q/mean[x"}\\]')}


def test_the_dashboard_shows_something(scraped):
    port, _ = scraped
    wait_for(lambda: query(port, "modelgate:check_room:ratio"))
    dashboard = json.loads((EXAMPLE / "grafana-dashboard.json").read_text())
    for panel in dashboard["panels"]:
        for target in panel["targets"]:
            expression = re.sub(r"\$(model|stage|check)", ".*", target["expr"])
            assert query(port, expression), (panel["title"], expression)
            # Where nothing was ever measured no panel has a number, which could be a green one.
            assert not query(port, expression, time=1000), (panel["title"], expression)
    for variable in dashboard["templating"]["list"]:
        if variable["type"] == "query":
            series, label = re.fullmatch(r"label_values\((.*), (\w+)\)", variable["definition"]).groups()
            names = ask(port, f"/api/v1/label/{label}/values", **{"match[]": re.sub(r"\$\w+", ".*", series)})
            assert names, variable["name"]
