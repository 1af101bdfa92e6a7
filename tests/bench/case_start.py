"""start: the program's help, and 5 checks on 100 rows of CSV, against the engine's own start."""
from lab import measured, ratio


def milliseconds(side):
    return {key: value * 1000 for key, value in side["wall"].items()}


def measure(lab, runs):
    file = lab.folder / "data" / "small.csv"
    file.write_text("id,name,amount,kind\n" + "".join(
        f"{i},name {i},{i * 7.5},{'abc'[i % 3]}\n" for i in range(1, 101)))
    report = lab.folder / "out" / "start.json"
    sides = lab.paired({"help": [lab.program, "--help"], "suite": lab.gate("start", report, file=file),
                        "engine": lab.sql("forty_two")}, runs or (3 if lab.quick else 51))
    measured(report)
    suite, engine = sides["suite"], sides["engine"]
    help_ms, suite_ms = milliseconds(sides["help"]), milliseconds(suite)
    return {"sides": sides, "figures": [
        {"what": "`modelgate --help`", "value": help_ms["median"], "spread": help_ms, "unit": " ms", "wanted": 10},
        {"what": "5 checks on 100 rows of CSV", "value": suite_ms["median"], "spread": suite_ms, "unit": " ms",
         "wanted": 60},
        {"what": "5 checks, to the engine's own start", "ratio": ratio(suite, engine),
         "ours": f"{suite_ms['median']:.0f} ms", "theirs": f"{engine['wall']['median'] * 1000:.0f} ms"},
    ]}
