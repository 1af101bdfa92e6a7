#!/usr/bin/env python3
"""Works out what the golden cases must give, without modelgate, and writes each expect.json.

    oracle.py            writes <kind>/expect.json for every kind that is described here
    oracle.py --check    compares with what is there, writes nothing; exit 1 when it differs

Numbers come from numpy, scipy and scikit-learn, or from counting in plain Python. Verdicts follow from
the limits in <kind>/modelgate.yaml, read by a person; test_kinds.py compares both with a real run.
"""
import importlib
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
# One module for each group of kinds; each has CASES: {kind: {case: expected}}.
MODULES = ["oracle_data", "oracle_models", "oracle_drift"]


def main():
    checking = sys.argv[1:] == ["--check"]
    wrong = []
    for name in MODULES:
        for kind, cases in importlib.import_module(name).CASES.items():
            path = HERE / kind / "expect.json"
            text = json.dumps(cases, indent=2, ensure_ascii=False) + "\n"
            if checking:
                if not path.exists() or path.read_text(encoding="utf-8") != text:
                    wrong.append(str(path))
            else:
                path.parent.mkdir(exist_ok=True)
                path.write_text(text, encoding="utf-8")
    for path in wrong:
        print(f"{path} is not what oracle.py says", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
