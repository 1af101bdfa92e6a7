"""An engine that does not obey is left behind after a time of grace, and the reports are complete.

DuckDB cannot be interrupted while it finishes one aggregate: a list of 999 quantiles over 20 million
rows takes it half a minute, in which it hears nothing."""

import pathlib
import signal
import time

from run import stopping
from support import console, program

QUANTILES = ", ".join(f"{i / 1000}" for i in range(1, 1000))
SPEC = f"""version: 1
model: deaf
data:
  rows: {{path: rows.csv}}
suites:
  s:
    on: rows
    checks:
      - row_count: {{min: 1}}
      - sql: {{name: endless, query: "SELECT len(quantile_disc(x, [{QUANTILES}])) FROM range(20000000) t(x)", min: 0}}
      - mean: {{column: x, min: 0}}
"""


def cpu_seconds(process):
    stat = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(stat[11]) + int(stat[12])) / 100


def test_deaf_engine(place):
    (place.work / "rows.csv").write_text("id,x\n1,0.5\n2,1.5\n3,2.5\n")
    (place.work / "modelgate.yaml").write_text(SPEC)
    process = program.start(place, ["run", "--threads", "2", *stopping.OUTPUTS])
    # By then it has read the rows and finishes the aggregate.
    assert stopping.wait_for(lambda: cpu_seconds(process) > 4), "it did not get there"
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=console.TIMEOUT_S)
    took = time.monotonic() - began
    assert process.returncode == 3, f"exit {process.returncode}: {err[-300:]!r}"
    assert took < 9, f"it took {took:.1f} s to end"
    assert took > 4, f"the engine obeyed within {took:.1f} s: this test shows nothing any more"
    assert b"interrupted" in out, f"the console does not say so: {out[-500:]!r}"
    stopping.look_at(place, "left behind", {"row_count": "pass", "endless": "error",
        "mean[x]": "pass"})
