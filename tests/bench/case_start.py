"""start: the program's help, and 5 checks on 100 rows of CSV, against the engine's own start."""
from figures import alone, beside
from lab import measured


def measure(lab, runs):
    file = lab.folder / "data" / "small.csv"
    file.write_text("id,name,amount,kind\n" + "".join(
        f"{i},name {i},{i * 7.5},{'abc'[i % 3]}\n" for i in range(1, 101)))
    report = lab.folder / "out" / "start.json"
    sides = lab.paired({"help": [lab.program, "--help"], "suite": lab.gate("start", report, file=file),
                        "engine": lab.sql("forty_two")}, runs or (3 if lab.quick else 51))
    measured(report)
    suite = sides["suite"]
    return {"sides": sides, "figures": [
        alone("`modelgate --help`", sides["help"], "wall", 10, "ms"),
        alone("5 checks on 100 rows of CSV", suite, "wall", 60, "ms"),
        *beside("the engine's own start", suite, sides["engine"])]}
