#!/usr/bin/env python3
"""Specs, good and bad: what `modelgate validate` says of them, and whether the JSON Schema agrees.

    spec/good/*.yaml  are good, and the schema accepts them
    spec/bad/*.yaml   are refused with exit code 2 and the text of the .txt file beside them

The first line of a bad file says of what sort its errors are:
    # syntax: WHY     it is not YAML that can be read, so there is nothing for a schema to see
    # shape: WHY      keys, types or ranges are wrong: the schema refuses it, too
    # meaning: WHY    only who knows the whole spec can tell: the schema accepts it
and a line `# args: --stage PRD` after it gives more arguments. The schema is tried with two
validators: Python's jsonschema, and ajv where Node is there.

--renew writes the .txt files anew, to be read in review.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import jsonschema
import yaml

PROGRAM = os.environ["MODELGATE"]
SOURCE = pathlib.Path(os.environ["MODELGATE_SOURCE"])
CORPUS = SOURCE / "tests" / "golden" / "spec"
EXAMPLES = sorted(SOURCE.glob("examples/*/modelgate.yaml"))
SORTS = {"syntax", "shape", "meaning"}
AJV = """
const Ajv = require('ajv/dist/2020');
const {schema, specs} = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const validate = new Ajv({strict: true, strictTypes: false, strictRequired: false,
  allErrors: true, allowUnionTypes: true}).compile(schema);
console.log(JSON.stringify(specs.map((spec) => validate(spec))));
"""

failures = []


def fail(text):
    failures.append(text)
    print(f"FAIL {text}", file=sys.stderr)


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
    if sort not in SORTS:
        fail(f"{path.name}: '{sort}' is none of {sorted(SORTS)}")
    return sort, more.group(1).split() if more else []


def validate(path, args=()):
    return subprocess.run([PROGRAM, "validate", path.name, *args], cwd=path.parent,
                          capture_output=True, text=True, check=False)


def try_good(path):
    done = validate(path)
    if done.returncode != 0 or done.stderr:
        fail(f"{path.name} is good, but: exit {done.returncode}\n{done.stderr}")
    elif not re.fullmatch(r"\S+: \d+ suites?, \d+ checks?(, \d+ stages?)?: good\n", done.stdout):
        fail(f"{path.name}: unexpected output: {done.stdout}")


def try_bad(path, args, renew):
    done = validate(path, args)
    wanted = path.with_suffix(".txt")
    if done.returncode != 2 or done.stdout:
        fail(f"{path.name} is bad, but: exit {done.returncode}\n{done.stdout}")
    if renew:
        wanted.write_text(done.stderr, encoding="utf-8")
    elif not wanted.exists():
        fail(f"{wanted.name} is missing; --renew writes it")
    elif wanted.read_text(encoding="utf-8") != done.stderr:
        fail(f"{path.name}: wanted\n{wanted.read_text(encoding='utf-8')}but got\n{done.stderr}")
    # For programs: the same errors, as many as there are lines with a place.
    told = json.loads(subprocess.run([PROGRAM, "validate", path.name, "--json", *args],
                                     cwd=path.parent, capture_output=True, text=True,
                                     check=False).stdout)
    if told["good"] or f"{len(told['errors'])} error" not in done.stderr:
        fail(f"{path.name}: --json has {len(told['errors'])} errors, the text has others")


def judge_python(schema, specs):
    judge = jsonschema.Draft202012Validator(schema)
    return [judge.is_valid(spec) for spec in specs]


def judge_ajv(schema, specs):
    if not shutil.which("node"):
        print("no node: the schema is tried with jsonschema only")
        return None
    done = subprocess.run(["node", "-e", AJV], input=json.dumps({"schema": schema, "specs": specs}),
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        if "Cannot find module" in done.stderr:
            print("no ajv: the schema is tried with jsonschema only")
            return None
        fail(f"ajv: {done.stderr}")
        return None
    return json.loads(done.stdout)


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
        yield (f"{path.name}, dataset {name}",
               {"version": 1, "model": "demo", "data": {name: data[name]},
                "suites": {"s": {"checks": [{"row_count": {"min": 1}}]}}})


def try_one_by_one(schema, paths):
    """Whatever validate refuses for its shape, the schema refuses for the same reason."""
    judge = jsonschema.Draft202012Validator(schema)
    count = 0
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "modelgate.yaml"
        for path in paths:
            for name, spec in one_by_one(path):
                if "${" in json.dumps(spec):
                    continue  # variables are for the whole spec to know
                count += 1
                file.write_text(json.dumps(spec, ensure_ascii=False), encoding="utf-8")
                good = validate(file).returncode == 0
                if judge.is_valid(spec) != good:
                    fail(f"{name}: validate {'accepts' if good else 'refuses'}, the schema does "
                         f"not\n{validate(file).stderr}")
    return count


def try_schema(cases):
    """cases: (path, accepted)."""
    schema = json.loads(subprocess.run([PROGRAM, "schema"], capture_output=True, text=True,
                                       check=True).stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    specs = [load(path) for path, _ in cases]
    for name, answers in (("jsonschema", judge_python(schema, specs)),
                          ("ajv", judge_ajv(schema, specs))):
        for (path, accepted), answer in zip(cases, answers or []):
            if answer == accepted:
                continue
            fail(f"{name} {'accepts' if answer else 'refuses'} {path.name}")
            if not answer:
                best = jsonschema.exceptions.best_match(
                    jsonschema.Draft202012Validator(schema).iter_errors(load(path)))
                print(f"  {best.json_path}: {best.message[:300]}" if best else "", file=sys.stderr)
    return schema


def main():
    renew = "--renew" in sys.argv[1:]
    good = sorted((CORPUS / "good").glob("*.yaml"))
    bad = sorted((CORPUS / "bad").glob("*.yaml"))
    for path in good + EXAMPLES:
        try_good(path)
    cases = [(path, True) for path in good + EXAMPLES]
    sorts = dict.fromkeys(SORTS, 0)
    for path in bad:
        sort, args = heading(path)
        sorts[sort] += 1
        try_bad(path, args, renew)
        if sort != "syntax":
            cases.append((path, sort == "meaning"))
    for path in (CORPUS / "bad").glob("*.txt"):
        if not path.with_suffix(".yaml").exists():
            fail(f"{path.name} belongs to no spec")
    schema = try_schema(cases)
    parts = try_one_by_one(schema, [p for p in bad if heading(p)[0] == "shape"])
    print(f"{len(good)} good specs and {len(EXAMPLES)} examples; bad ones: {sorts['syntax']} of "
          f"syntax, {sorts['shape']} of shape, {sorts['meaning']} of meaning; "
          f"{parts} parts by themselves; {len(failures)} failures")
    sys.exit(1 if failures else 0)


main()
