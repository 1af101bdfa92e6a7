"""Specs, good and bad: what `modelgate validate` says of them, and whether the JSON Schema agrees.

    spec/good/*.yaml  are good, and the schema accepts them
    spec/bad/*.yaml   are refused with exit code 2 and the text of the .txt file beside them

The first line of a bad file says of what sort its errors are:
    # syntax: WHY     it is not YAML that can be read, so there is nothing for a schema to see
    # shape: WHY      keys, types or ranges are wrong: the schema refuses it, too
    # meaning: WHY    only who knows the whole spec can tell: the schema accepts it
and a line `# args: --stage PRD` after it gives more arguments. The schema is tried with two
validators: Python's jsonschema and Node's ajv.

pytest tests/golden/test_spec.py --renew writes the .txt files anew, to be read in review.
"""

import functools
import json
import os
import pathlib
import re
import subprocess

import jsonschema
import pytest
import yaml

PROGRAM = os.environ["MODELGATE"]
SOURCE = pathlib.Path(os.environ["MODELGATE_SOURCE"])
CORPUS = SOURCE / "tests" / "golden" / "spec"
EXAMPLES = sorted(SOURCE.glob("examples/*/modelgate.yaml"))
SORTS = {"syntax", "shape", "meaning"}
GOOD = [*sorted((CORPUS / "good").glob("*.yaml")), *EXAMPLES]
BAD = sorted((CORPUS / "bad").glob("*.yaml"))
AJV = """
const Ajv = require('ajv/dist/2020');
const {schema, specs} = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const validate = new Ajv({strict: true, strictTypes: false, strictRequired: false,
  allErrors: true, allowUnionTypes: true}).compile(schema);
console.log(JSON.stringify(specs.map((spec) => validate(spec))));
"""

class Loader(yaml.SafeLoader):
    """YAML 1.2: `on` and `yes` are texts, and only true, false, null and decimals are not."""

    yaml_implicit_resolvers = {}


def resolver(tag, pattern, first):
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), first)


resolver("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", list("tTfF"))
resolver("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""])
resolver("float", r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$",
         list("-+.0123456789"))
resolver("float", r"^[-+]?\.(?:inf|Inf|INF)$|^\.(?:nan|NaN|NAN)$", list("-+."))
resolver("int", r"^0x[0-9a-fA-F]+$|^0o[0-7]+$", ["0"])
resolver("merge", r"^<<$", ["<"])
Loader.add_constructor("tag:yaml.org,2002:float",
                       lambda loader, node: as_number(loader.construct_scalar(node)))
Loader.add_constructor("tag:yaml.org,2002:int",
                       lambda loader, node: int(loader.construct_scalar(node).replace("0o", "0O"), 0))


def as_number(text):
    if re.fullmatch(r"[-+]?[0-9]+", text):
        return int(text)
    return float(text.replace("inf", "infinity").lstrip(".") if "n" in text.lower() else text)


@functools.cache
def load(path):
    """The spec as JSON sees it: keys are texts."""
    text = path.read_bytes().decode("utf-8-sig")
    if text.startswith("{"):
        return json.loads(text)
    # PyYAML refuses tabs that YAML allows between tokens.
    return json_form(yaml.load(text.replace("\t", " "), Loader))


def json_form(value):
    if isinstance(value, dict):
        return {key if isinstance(key, str) else json.dumps(key): json_form(v)
                for key, v in value.items()}
    if isinstance(value, list):
        return [json_form(v) for v in value]
    if isinstance(value, float) and value != value or value in (float("inf"), -float("inf")):
        return str(value)  # JSON has no such numbers
    return value


def heading(path):
    """Sort and arguments of a bad file."""
    lines = path.read_bytes().decode("utf-8", "replace").splitlines()
    found = re.match(r"# (\w+): ", lines[0])
    sort = found.group(1) if found else "syntax"  # of what is not even text
    more = re.match(r"# args: (.*)", lines[1]) if len(lines) > 1 else None
    assert sort in SORTS, f"{path.name}: '{sort}' is none of {sorted(SORTS)}"
    return sort, more.group(1).split() if more else []


def validate(path, args=()):
    return subprocess.run([PROGRAM, "validate", path.name, *args], cwd=path.parent,
                          capture_output=True, text=True, check=False)


def name_of(path):
    return path.stem


@pytest.mark.parametrize("path", GOOD, ids=name_of)
def test_good(path):
    done = validate(path)
    assert done.returncode == 0 and not done.stderr, f"exit {done.returncode}\n{done.stderr}"
    assert re.fullmatch(r"\S+: \d+ suites?, \d+ checks?(, \d+ stages?)?: good\n", done.stdout)


@pytest.mark.parametrize("path", BAD, ids=name_of)
def test_bad(path, renew):
    _, args = heading(path)
    done = validate(path, args)
    assert done.returncode == 2 and not done.stdout, f"exit {done.returncode}\n{done.stdout}"
    wanted = path.with_suffix(".txt")
    if renew:
        wanted.write_text(done.stderr, encoding="utf-8")
    assert wanted.read_text(encoding="utf-8") == done.stderr
    # For programs: the same errors, as many as there are lines with a place.
    told = json.loads(validate(path, ["--json", *args]).stdout)
    assert not told["good"] and f"{len(told['errors'])} error" in done.stderr


def test_every_text_belongs_to_a_spec():
    assert not [path for path in (CORPUS / "bad").glob("*.txt") if not path.with_suffix(".yaml").exists()]


# ---- the schema ----


@pytest.fixture(scope="module")
def schema():
    schema = json.loads(subprocess.run([PROGRAM, "schema"], capture_output=True, text=True, check=True).stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    return schema


def cases():
    """(path, does the schema accept it?)"""
    sorts = [(path, heading(path)[0]) for path in BAD]
    return [*((path, True) for path in GOOD), *((path, sort == "meaning") for path, sort in sorts if sort != "syntax")]


def reason(schema, path):
    best = jsonschema.exceptions.best_match(jsonschema.Draft202012Validator(schema).iter_errors(load(path)))
    return f"{best.json_path}: {best.message[:300]}" if best else ""


def test_jsonschema_agrees(schema):
    judge = jsonschema.Draft202012Validator(schema)
    wrong = [(path.name, reason(schema, path)) for path, accepted in cases() if judge.is_valid(load(path)) != accepted]
    assert not wrong


def test_ajv_agrees(schema):
    specs = [load(path) for path, _ in cases()]
    done = subprocess.run(["node", "-e", AJV], input=json.dumps({"schema": schema, "specs": specs}),
        capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout)
    assert not [path.name for (path, accepted), answer in zip(cases(), answers, strict=True) if answer != accepted]


def one_by_one(path):
    """Specs with a single check or dataset of a file's, so that no error hides behind another."""
    spec = load(path)
    if not isinstance(spec, dict) or not isinstance(spec.get("suites"), dict):
        return
    data, suites = spec.get("data"), spec["suites"]
    for name, suite in suites.items():
        checks = suite.get("checks") if isinstance(suite, dict) else None
        for number, check in enumerate(checks if isinstance(checks, list) else []):
            yield (f"{path.name}, check {number + 1} of {name}",
                {**spec, "suites": {name: {**suite, "checks": [check]}}, "stages": {}})
    for name in data if isinstance(data, dict) and len(data) > 1 else []:
        yield (f"{path.name}, dataset {name}", {"version": 1, "model": "demo", "data": {name: data[name]},
            "suites": {"s": {"checks": [{"row_count": {"min": 1}}]}}})


@pytest.mark.parametrize("path", [path for path in BAD if heading(path)[0] == "shape"], ids=name_of)
def test_one_by_one(path, schema, tmp_path):
    """Whatever validate refuses for its shape, the schema refuses for the same reason."""
    judge = jsonschema.Draft202012Validator(schema)
    file = tmp_path / "modelgate.yaml"
    for name, spec in one_by_one(path):
        if "${" in json.dumps(spec):
            continue  # variables are for the whole spec to know
        file.write_text(json.dumps(spec, ensure_ascii=False), encoding="utf-8")
        done = validate(file)
        good = done.returncode == 0
        assert judge.is_valid(spec) == good, (
            f"{name}: validate {'accepts' if good else 'refuses'}, the schema does not\n{done.stderr}")
