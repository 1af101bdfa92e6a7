"""Specs and SQL that a case makes itself, and how the results of both are matched: by the check's name."""
import json

from lab import compare, measured


def gate(lab, name, file, checks, key="id", select=None):
    """The command that runs `checks`, lines of YAML, on a file, or on what a SELECT makes of it as table `p`; and
    where its run.json will be."""
    lines = "".join(f"      - {check}\n" for check in checks)
    spec, report = (lab.folder / "out" / f"{name}.{ending}" for ending in ("yaml", "json"))
    keyed = f", key: [{key}]" if key else ""
    data = f"  d: {{path: '{file}'{keyed}}}\n"
    if select:
        data = f"  p: {{path: '{file}'}}\n  d: {{sql: '{select}'{keyed}}}\n"
    spec.write_text(f"version: 1\nmodel: bench\ndata:\n{data}"
                    f"suites:\n  {name}:\n    on: d\n    checks:\n{lines}")
    return [lab.program, "run", spec, "--json", report, "--quiet", "--threads", str(lab.threads),
            "--allow-path", lab.folder / "data"], report


def by_hand(lab, source, terms, most):
    """The command of SQL that computes terms, {name: aggregate}, with at most so many in a statement."""
    items = [f'{term} AS "{name}"' for name, term in terms.items()]
    parts = [items[i:i + most] for i in range(0, len(items), most)]
    statements = "".join(f"CREATE TEMP TABLE part_{i} AS SELECT {', '.join(part)} FROM {source};\n"
                         for i, part in enumerate(parts))
    names = (f"part_{i}" for i in range(len(parts)))
    return lab.sql("parts", statements=statements, parts=" POSITIONAL JOIN ".join(names))


def agreement(report, side):
    """Of the named checks of a run.json with the one row that SQL by hand printed."""
    ours = {r["name"].split("/", 1)[1]: r for r in measured(report)}
    return compare(ours, json.loads(side["outputs"][-1])["rows"][0], tolerance=1e-9)
