# program: plain
"""Two hundred runs through random faults, each with several of them: never a wrong verdict, never a hang. Fifty more
are ended from outside: a run that may say goodbye leaves no statement behind, and none a record of half a run."""

import concurrent.futures
import json
import random
import signal
import time

from databricks import canned, facade
from databricks.test_protocol_slow import SETTLED, a_lake, run

from support import program

RUNS, KILLS, AT_ONCE = 200, 50, 8
ORDERLY = (signal.SIGINT, signal.SIGTERM)


def misbehaviour(dice, seed):
    return {"faults": dice.choice([0.05, 0.2, 0.4]), "seed": seed, "chunk_rows": dice.choice([200, 1000, 5000]),
            "retry_after": "0", "token_seconds": dice.choice([1, 60]), "starting": dice.choice([0, 0, 0.2]),
            "delay": dice.choice([0, 0, 0.05]), "forget": dice.choice([0, 0, 1]), "deaf": dice.choice([False, True])}


def through_faults(seed):
    """Whether the run got through."""
    with a_lake() as lake:
        lake.facade.behave(**misbehaviour(random.Random(seed), seed))
        code, results, text = run(lake, "--timeout", "60s", DATABRICKS_TOKEN=None, DATABRICKS_CLIENT_ID=facade.CLIENT,
                                  DATABRICKS_CLIENT_SECRET=facade.SECRET)
        verdicts = {kind: (r["verdict"], r["value"] if r["measured"] else None) for kind, r in results.items()}
        right = {"row_count": ("pass", 3000), "quantile": ("pass", 1499.5)}
        assert code in (0, 3), f"seed {seed}: {text}"
        for kind, (verdict, value) in verdicts.items():
            assert (verdict, value) == right[kind] or (verdict == "error" and code == 3), f"seed {seed}: {text}"
        assert code == 3 or set(verdicts) == set(right), f"seed {seed}: {text}"
        return code == 0


def test_random():
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        passed = sum(pool.map(through_faults, range(RUNS)))
    # Most get through: errors are for what does not stop.
    assert passed > RUNS * 0.8


def ended(lake):
    return all(s.state in SETTLED for s in lake.facade.statements.values())


def killed(seed):
    """Whether it was in time."""
    dice = random.Random(seed)
    sent = dice.choice([*ORDERLY, signal.SIGKILL])
    with a_lake() as lake:
        lake.facade.behave(slow=dice.choice([0.2, 60]), faults=dice.choice([0, 0.05]), seed=seed, retry_after="0")
        (lake.place.work / "s.yaml").write_text(canned.SPEC % {"keys": "", "data": ""})
        started = program.start(lake.place, ["run", "s.yaml", "--json", "run.json"])
        until = time.monotonic() + 60
        while not lake.facade.statements and started.poll() is None:
            assert time.monotonic() < until, f"seed {seed}: nothing is asked"
            time.sleep(0.02)
        time.sleep(dice.uniform(0, 1))
        started.send_signal(sent)
        out, errors = started.communicate(timeout=60)
        text = f"seed {seed}, signal {sent}, exit {started.returncode}: {(out + errors).decode()}"
        assert started.returncode in (0, 3, 128 + sent, -sent), text
        if sent in ORDERLY:
            until = time.monotonic() + 5
            while not ended(lake) and time.monotonic() < until:
                time.sleep(0.05)
            assert ended(lake), text
        record = lake.place.work / "run.json"
        for result in json.loads(record.read_text())["results"] if record.exists() else []:
            assert result["verdict"] == "pass" or started.returncode != 0, text
            assert result["verdict"] in ("pass", "error"), text
        return started.returncode != 0


def test_kills():
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        assert sum(pool.map(killed, range(KILLS))) > KILLS / 2
