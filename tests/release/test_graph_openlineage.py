"""The events of OpenLineage that the graph is written as: what they say, and that nothing false is said.

Each facet is read by the classes of the official client. No registry has the specification's JSON Schemas: where
they lie beside the repository, each event and facet is held to its own.
"""

import datetime
import enum
import importlib
import json
import pkgutil
import typing
import uuid

import attrs
import openlineage.client.generated
import pytest
from referencing import Registry, Resource

from support import console, histories
from support.lab import Lab, copy
from support.repository import is_harmless

SCHEMAS = console.SOURCE.parent / "shared/data/openlineage"
PROMISED = {"test", "parent", "tags", "jobType", "sourceCodeLocation", "datasetType", "version", "lifecycleStateChange",
    "dataQualityAssertions", "dataQualityMetrics"}


def events(lab, *arguments, code=0, **options):
    done = lab.modelgate("graph", *arguments, "--openlineage", **options)
    assert done.returncode == code, done.stderr.decode()
    assert is_harmless(done.stdout)
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


@pytest.fixture(scope="module")
def lived():
    with Lab() as lab:
        lab.environment.update(BUILD_BUILDID="4711", TF_BUILD="True", SYSTEM_STAGENAME="PPD", SYSTEM_JOBNAME="gate",
            SYSTEM_JOBATTEMPT="1", SYSTEM_STAGEATTEMPT="1")
        lab.good("PPD", "--version", "v1.0.0", "--approver", "Grace")
        lab.good("PPS")
        lab.commit("two", x=0.25)
        lab.run("PPS")
        lab.good("PPD", "--bump", "minor")
        lab.good("PPS", "--override", "INC-7", run="run-PPS.json")
        lab.modelgate("withdraw", "--model", "churn", "--stage", "PPD", "--version", "v1.1.0", "--reason", "mend")
        yield lab


def facets(event):
    """(name, facet) of all of an event."""
    places = [event["run"], event["job"], *event["inputs"], *event["outputs"]]
    for place in places:
        for key in ("facets", "inputFacets", "outputFacets"):
            yield from place.get(key, {}).items()


def test_a_run_starts_and_ends(lived):
    found = [e for e in events(lived, "churn@v1.0.0") if e["job"]["name"] == "churn/evaluation"]
    assert [e["eventType"] for e in found] == ["START", "COMPLETE"] * 2
    start, end = found[:2]
    assert start["run"]["runId"] == end["run"]["runId"] == str(uuid.UUID(end["run"]["runId"]))
    assert start["eventTime"] <= end["eventTime"]
    assert [t["name"] for t in end["run"]["facets"]["test"]["tests"]] == ["quality/row_count"]
    data, model = end["inputs"]
    assert (data["namespace"], data["name"]) == ("file", "rows.csv")
    assert data["facets"]["version"]["datasetVersion"].startswith("sha256:")
    assertion = data["inputFacets"]["dataQualityAssertions"]["assertions"][0]
    assert (assertion["assertion"], assertion["success"], assertion["actual"]) == ("row_count", True, "2")
    assert (model["name"], model["facets"]["version"]["datasetVersion"]) == ("churn", "v1.0.0")
    code = end["job"]["facets"]["sourceCodeLocation"]
    assert code["url"] == f"swh:1:rev:{lived.git('rev-parse', 'HEAD~1')}" and code["path"] == "modelgate.yaml"


@pytest.mark.parametrize("seconds", [None, "Infinity", 1e300, -5.0], ids=str)
def test_a_duration_that_is_none_moves_no_time(lived, tmp_path, seconds):
    """A record says what its writer wants; its end is not before its start, nor in another age."""
    run = histories.run_of(histories.template(1), "churn", "PRD", datetime.datetime(2026, 11, 29), [0.5])
    histories.put(tmp_path, run | {"seconds": seconds})
    found = events(lived, "churn", "--from", tmp_path)
    ends = [e["eventTime"] for e in found if e["eventTime"].startswith("2026-11-29") or e["eventTime"][0] == "-"]
    assert ends == ["2026-11-29T00:00:00Z"] * 2


def test_what_failed_failed(lived):
    ends = [e for e in events(lived, "churn@v1.1.0")
        if e["job"]["name"] == "churn/evaluation" and e["eventType"] != "START"]
    assert sorted(e["eventType"] for e in ends) == ["COMPLETE", "FAIL"]
    failed = next(e for e in ends if e["eventType"] == "FAIL")
    assert {t["name"]: (t["status"], t["severity"]) for t in failed["run"]["facets"]["test"]["tests"]} == {
        "quality/row_count": ("pass", "error"), "score/mean[x]": ("fail", "error")}


def test_a_decision_leads_from_its_run_to_the_stage(lived):
    found = events(lived, "churn")
    outputs = [e["outputs"][0] for e in found if e["job"]["name"] == "churn/evaluation" and e["outputs"]]
    moves = [e for e in found if e["job"]["name"] == "churn#PPS" and e["eventType"] == "COMPLETE"]
    assert len(moves) == 2
    for move in moves:
        run, model = move["inputs"]
        assert run in outputs and model["name"] == "churn"
        assert move["outputs"][0]["facets"]["lifecycleStateChange"]["lifecycleStateChange"] == "OVERWRITE"
        assert move["outputs"][0]["facets"]["version"] == model["facets"]["version"]
    gone = [e["outputs"][0] for e in found if e["job"]["name"] == "churn#PPD" and e["eventType"] == "COMPLETE"][-1]
    assert gone["facets"]["lifecycleStateChange"]["lifecycleStateChange"] == "DROP"


def test_what_is_contradicted_is_not_told(lived):
    folder = copy(lived, "forged")
    refs = lived.git("for-each-ref", "--format=%(refname)", "refs/tags/evidence").splitlines()
    for ref in refs[1:]:
        lived.git("update-ref", ref, refs[0], cwd=folder)
    found = events(lived, "churn", code=3, cwd=folder)
    assert len([e for e in found if e["job"]["name"] == "churn/evaluation"]) <= 2
    assert b"were left out" in lived.modelgate("graph", "churn", "--openlineage", cwd=folder).stderr


@pytest.mark.skipif(not SCHEMAS.exists(), reason=f"the schemas of OpenLineage are not in {SCHEMAS}")
def test_each_event_is_as_the_specification_says(lived):
    import jsonschema
    schemas = {s["$id"]: s for s in (json.loads(f.read_text()) for f in SCHEMAS.glob("*.json"))}
    registry = Registry().with_resources((i, Resource.from_contents(s)) for i, s in schemas.items())

    def check(what, url):
        jsonschema.Draft202012Validator({"$ref": url}, registry=registry,
            format_checker=jsonschema.FormatChecker()).validate(what)

    seen = set()
    for event in events(lived, "churn"):
        assert event["schemaURL"] == "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"
        check(event, event["schemaURL"])
        for name, facet in facets(event):
            check(facet, facet["_schemaURL"])
            assert name in schemas[facet["_schemaURL"].split("#")[0]]["properties"]
            seen.add(name)
    assert seen == PROMISED


def structured(kind, value):
    """The value as an object of the client's own class: unknown keys and missing ones are errors."""
    arguments = typing.get_args(kind)
    if type(None) in arguments:
        return None if value is None else structured(next(a for a in arguments if a is not type(None)), value)
    if typing.get_origin(kind) is list:
        return [structured(arguments[0], one) for one in value]
    if attrs.has(kind):
        hints = typing.get_type_hints(kind)
        return kind(**{key: structured(hints[key], one) for key, one in value.items()})
    return kind(value) if isinstance(kind, type) and issubclass(kind, enum.Enum) else value


def test_the_official_client_knows_every_facet(lived):
    """openlineage-python has classes made from the specification, each of which names its schema."""
    modules = [importlib.import_module(f"openlineage.client.generated.{module.name}")
        for module in pkgutil.iter_modules(openlineage.client.generated.__path__)]
    classes = {name: value for module in modules for name, value in vars(module).items() if attrs.has(value)}
    seen = set()
    for event in events(lived, "churn"):
        for name, facet in facets(event):
            kind = classes[facet["_schemaURL"].rsplit("/", 1)[1]]
            assert kind._get_schema() == facet["_schemaURL"]
            structured(kind, {key: one for key, one in facet.items() if not key.startswith("_")})
            seen.add(name)
    assert seen == PROMISED
