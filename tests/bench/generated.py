"""Specs that a case makes itself, and what such a case compares: two specs of modelgate, in turn."""
from lab import measured, ratio


def gate(lab, name, file, checks, **suite):
    """The command that runs `checks`, lines of YAML, on a file; and where its run.json will be."""
    keys = "".join(f"    {key}: {value}\n" for key, value in suite.items())
    lines = "".join(f"      - {check}\n" for check in checks)
    spec, report = (lab.folder / "out" / f"{name}.{ending}" for ending in ("yaml", "json"))
    spec.write_text(f"version: 1\nmodel: bench\ndata:\n  d: {{path: '{file}', key: [id]}}\n"
                    f"suites:\n  {name}:\n    on: d\n{keys}    checks:\n{lines}")
    return [lab.program, "run", spec, "--json", report, "--quiet", "--threads", str(lab.threads),
            "--allow-path", lab.folder / "data"], report


def against(lab, runs, what, ours, plain, wanted):
    """What `ours` costs beside `plain`; both are pairs that gate() gave. All of it must be measured."""
    sides = lab.paired({"modelgate": ours[0], "plain": plain[0]}, runs or (1 if lab.quick else 5))
    for _, report in (ours, plain):
        measured(report)
    mine, other = sides["modelgate"], sides["plain"]
    return {"sides": sides, "figures": [
        {"what": f"{what}, CPU time", "ratio": ratio(mine, other, "cpu"), "wanted": wanted,
         "ours": f"{mine['cpu']['median']:.2f} s", "theirs": f"{other['cpu']['median']:.2f} s"},
        {"what": "wall time", "ratio": ratio(mine, other),
         "ours": f"{mine['wall']['median']:.2f} s", "theirs": f"{other['wall']['median']:.2f} s"},
        {"what": "peak memory", "ratio": ratio(mine, other, "peak_bytes"),
         "ours": f"{mine['peak_bytes']['median'] / 1e6:.0f} MB",
         "theirs": f"{other['peak_bytes']['median'] / 1e6:.0f} MB"},
    ]}
