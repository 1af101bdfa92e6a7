# program: plain
"""Runs through some hundred random faults: never a wrong verdict, never a hang; and runs that are killed."""

import random

from databricks import facade
from databricks.test_protocol import lake, run  # noqa: F401 (a fixture)

RUNS = 40


def test_random(lake):  # noqa: F811
    dice = random.Random(7)
    passed = 0
    for seed in range(RUNS):
        lake.facade.behave(faults=dice.choice([0.05, 0.2, 0.4]), seed=seed, chunk_rows=dice.choice([200, 1000, 5000]),
                           retry_after="0", token_seconds=dice.choice([1, 60]), starting=dice.choice([0, 0, 0.2]),
                           forget=dice.choice([0, 0, 1]))
        code, results, text = run(lake, "--timeout", "20s", DATABRICKS_TOKEN=None,
                                  DATABRICKS_CLIENT_ID=facade.CLIENT, DATABRICKS_CLIENT_SECRET=facade.SECRET)
        verdicts = {kind: (r["verdict"], r["value"] if r["measured"] else None) for kind, r in results.items()}
        right = {"row_count": ("pass", 3000), "quantile": ("pass", 1499.5)}
        for kind, (verdict, value) in verdicts.items():
            assert (verdict, value) == right[kind] or (verdict == "error" and code == 3), f"seed {seed}: {text}"
        passed += code == 0
    # Most get through: errors are for what does not stop.
    assert passed > RUNS * 0.8
