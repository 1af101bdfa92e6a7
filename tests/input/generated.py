"""Random tables in all formats, by all writers: each cell's value and each column's type is what was written,
or the dataset is an ERROR that names file and line, as contract.py says.

    python -m input.generated SEED NUMBER    only that table of the slow test's; its files are kept
"""

import random
import sys
import tempfile
from pathlib import Path

from input import generate, libraries, proof

MANY = {"by_hand": 700, "by_library": 300}


def makers(by_hand, by_library):
    """One a table; tables have numbers from 0."""
    return [generate.by_hand] * by_hand + [libraries.by_library] * by_library


def complaints(seed, makers, only=None, folder=None):
    """What is wrong with the tables of this seed, in words; `only` the table of that number."""
    chosen = range(len(makers)) if only is None else [only]
    with tempfile.TemporaryDirectory() as temporary:
        folder = folder or Path(temporary)
        cases = [makers[i](random.Random(f"{seed}/{i}"), folder, f"f{i}") for i in chosen]
        return [f"{seed} {Path(case.path).stem.split('.')[0][1:]}: {case.label}, {case.path}: {text}"
            for case, text in proof.prove(folder, cases)]


if __name__ == "__main__":
    kept = Path(tempfile.mkdtemp())
    found = complaints(sys.argv[1], makers(**MANY), int(sys.argv[2]), kept)
    print("\n".join([*found, f"{kept} has the files"]))
