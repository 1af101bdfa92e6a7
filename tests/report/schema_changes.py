"""docs/contract/run.schema.json is what the program prints, and against what is written and read: two validators accept
every run.json, and refuse one change after the other just as the program's reader does."""
import copy
import json
import multiprocessing.pool
import os
import pathlib
import subprocess
import tempfile

import jsonschema

SOURCE = pathlib.Path(os.environ.get("MODELGATE_SOURCE", "."))
PROGRAM = os.environ.get("MODELGATE", "build/dev/modelgate")
SCHEMA = SOURCE / "docs/contract/run.schema.json"
GOLDEN = SOURCE / "tests/golden/report"


def places(value, path=()):
    """Paths of all values inside, lists by their first two entries."""
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value[:2])
    else:
        return
    for key, inner in items:
        yield path + (key,)
        yield from places(inner, path + (key,))


def holder(run, path):
    for key in path[:-1]:
        run = run[key]
    return run


def changes(run):
    """(what was done, changed run): a key taken away, or a value of each other type put there."""
    for path in places(run):
        if isinstance(holder(run, path), dict):
            changed = copy.deepcopy(run)
            del holder(changed, path)[path[-1]]
            yield f"without {path}", changed
        for other in (None, True, -3, 1.5, "text", [3], {}):
            changed = copy.deepcopy(run)
            if holder(changed, path)[path[-1]] == other:
                continue
            holder(changed, path)[path[-1]] = other
            yield f"{path} is {other!r}", changed


# What a schema cannot say: numbers that must agree with other parts, and names that must differ.
def only_the_reader_refuses(error):
    return (
        "$.counts does not agree" in error
        or "as the results say" in error
        or "a name that no other result has" in error
        or ".rows[" in error
        and " cells" in error
    )


def ajv(files):
    script = SOURCE / "tests/report/check_schema.mjs"
    output = subprocess.run(
        ["node", script, SCHEMA, *files], check=True, capture_output=True, text=True
    )
    return [line == "valid" for line in output.stdout.split()]


def read_by_program(path):
    """None when it is read, else what was said."""
    done = subprocess.run([PROGRAM, "report", "-q", path], capture_output=True, text=True)
    assert done.returncode in (0, 3), done
    return done.stderr if done.returncode else None


def agree(every):
    """One of so many of the changes is tried."""
    schema = json.loads(SCHEMA.read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    printed = subprocess.run([PROGRAM, "schema", "run"], check=True, capture_output=True).stdout
    assert printed == SCHEMA.read_bytes(), "docs/contract/run.schema.json is another; script/docs writes it"
    validator = jsonschema.Draft202012Validator(schema)
    written = sorted(GOLDEN.glob("*/expect.json"))
    assert len(written) >= 6
    for path in written:
        validator.validate(json.loads(path.read_text("utf-8")))
    assert all(ajv(written)), "ajv refuses what is written"

    run = json.loads((GOLDEN / "rich/expect.json").read_text("utf-8"))
    # One of each suffices: a measured, failed result with samples, facts and an interval.
    run["results"] = [run["results"][9] | {"samples": run["results"][2]["samples"]}]
    run["counts"] = {"pass": 0, "warn": 0, "fail": 1, "skip": 0, "error": 0}
    run["verdict"] = "fail"
    for name, key in (("part", "part"), ("joined", "parts")):  # no run has both, but each may be wrong
        run[key] = json.loads((GOLDEN / name / "expect.json").read_text("utf-8"))[key]
    run["gone"] = [{"baseline": "file baseline.json", "name": "people/age"}]
    del run["seal"]  # it would not hold; test_command.py looks at it
    with tempfile.TemporaryDirectory() as folder:
        files, labels, here = [], [], []
        for label, changed in [("nothing", run), *list(changes(run))[::every]]:
            path = pathlib.Path(folder, f"{len(files)}.json")
            path.write_text(json.dumps(changed), "utf-8")
            files.append(path)
            labels.append(label)
            here.append(validator.is_valid(changed))
        there = ajv(files)
        assert here[0] and there[0]
        with multiprocessing.pool.ThreadPool() as pool:
            errors = pool.map(read_by_program, files)
        refused = 0
        for i, error in enumerate(errors):
            assert here[i] == there[i], f"{labels[i]}: jsonschema {here[i]}, ajv {there[i]}"
            assert i > 0 or error is None, error
            refused += error is not None
            if error and here[i] and only_the_reader_refuses(error):
                continue
            assert here[i] == (error is None), f"{labels[i]}: schema {here[i]}, program: {error}"
        assert refused > 700 / every

