"""Random tables in all formats, by all writers: each cell's value and each column's type is what was written,
or the dataset is an ERROR that names file and line, as contract.py says.

    run_generated*.py [SEED [NUMBER]]    other tables; only that one, whose files are kept
"""

import random
import sys
import tempfile
from pathlib import Path


try:
    from input import generate
    from input import libraries
    from input import proof
except ImportError as missing:
    print(f"SKIPPED: {missing}; script/bootstrap --test installs it")
    sys.exit(77)


def run(by_hand, by_library, arguments):
    seed, *numbers = arguments or ["quick"]
    makers = [generate.by_hand] * by_hand + [libraries.by_library] * by_library
    chosen = [int(n) for n in numbers] or range(len(makers))
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(tempfile.mkdtemp() if numbers else temporary)
        cases = [makers[i](random.Random(f"{seed}/{i}"), folder, f"f{i}") for i in chosen]
        failed = proof.prove(folder, cases)
        if numbers:
            print(f"{folder} has the files")
    for case, text in failed:
        print(f"FAILED {seed} {Path(case.path).stem.split('.')[0][1:]}: {case.label}, {case.path}: {text}")
    print(f"{len(cases) - len(failed)} passed, {len(failed)} failed")
    sys.exit(1 if failed else 0)
