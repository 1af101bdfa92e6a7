"""Writes data and a spec, runs them, and gives the results by name. For drivers about what is measured."""

import pyarrow
import pyarrow.parquet

from support import program, run_json


def parquet(place, name, columns):
    """columns: name -> list, or (list, pyarrow type)."""
    arrays = {key: pyarrow.array(*value) if isinstance(value, tuple) else pyarrow.array(value)
        for key, value in columns.items()}
    pyarrow.parquet.write_table(pyarrow.table(arrays), place.work / name)


def results(place, spec, *arguments):
    """The exit code, and what run.json says of each test case; when nothing was run, what was said instead."""
    (place.work / "s.yaml").write_text(spec)
    out = place.work / "r.json"
    out.unlink(missing_ok=True)
    done = program.run(place, ["run", "s.yaml", "--json", "r.json", *arguments])
    listed = run_json.read(out)["results"] if out.exists() else []
    if not listed:
        return done.returncode, {"stderr": done.stderr.decode()}
    for result in listed:
        result["facts"] = {f["name"]: f["number"] if f.get("text") is None else f["text"] for f in result["facts"]}
    by_name = {r["name"]: r for r in listed}
    assert len(by_name) == len(listed), "two results of one name"
    return done.returncode, by_name
