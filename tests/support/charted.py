"""A run whose checks have every chart that the flight example has not, over rows that are plain to count."""
import pathlib
import subprocess

from support import run_json

# 1,000 rows: every 8th delay is missing, half of them of ZZ. Ten classes, three scores, one of which is never wrong.
SPEC = """version: 1
model: charted
data:
  before: {sql: "SELECT CASE WHEN i % 50 = 0 THEN NULL ELSE i END AS delay FROM range(1000) AS t(i)"}
  rows:
    sql: >
      SELECT i AS id, CASE WHEN i % 8 = 0 THEN NULL ELSE i % 100 END AS delay,
      CASE WHEN i % 16 = 0 THEN 'ZZ' ELSE 'C' || (i % 3)::VARCHAR END AS carrier,
      i::DOUBLE AS y, (i + (i * 37) % 21 - 10)::DOUBLE AS y_hat,
      'class ' || (i % 10)::VARCHAR AS label, i % 10 = 3 AS is_three,
      (1 + (i * 7919) % 97) / 100.0 AS chance
      FROM range(1000) AS t(i)
  scored:
    sql: >
      SELECT *, CASE WHEN i % 10 = 0 THEN 1.5 ELSE 0.1 * (i * 31 % 10) END AS s0, 0.1 * ((i * 13 + 5) % 10) AS s1,
      (CASE WHEN i % 10 = 2 THEN 0.3 ELSE 0 END + 0.1 * ((i // 10) % 10)) AS s2
      FROM (SELECT i, 'class ' || (i % 10)::VARCHAR AS label FROM range(1000) AS t(i)) AS r
suites:
  charted:
    on: rows
    checks:
      - not_null: {column: delay, slices: [carrier]}
      - range: {column: delay, below: 90}
      - null_share_change: {column: delay, reference: before, max: 1%, severity: warn}
      - drift_share: {of: null_share_change, max: 10%}
      - mae: {max: 1, confidence: 95%, interval: bootstrap, task: {type: regression, label: y, prediction: y_hat}}
      - bias: {min: 1, confidence: 95%, interval: bootstrap, task: {type: regression, label: y, prediction: y_hat}}
      - r2: {min: 1, task: {type: regression, label: y, prediction: y_hat}}
      - brier: {max: 0, task: {type: binary, label: is_three, positive: true, score: chance}}
      - roc_auc: {on: scored, min: 1, task: &many {type: multiclass, label: label, scores: {CLASSES}}}
      - average_precision: {on: scored, min: 1, task: *many}
""".replace("CLASSES", ", ".join(f"class {k}: s{min(k, 2)}" for k in range(10)))


def run(program, folder):
    """Runs it; gives its results by name, and leaves charted.html in the folder."""
    folder = pathlib.Path(folder)
    (folder / "charted.yaml").write_text(SPEC, encoding="utf-8")
    done = subprocess.run(
        [program, "run", folder / "charted.yaml", "--json", folder / "charted.json", "--html", folder / "charted.html",
         "--quiet"], check=False, capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    return {result["name"].split("/", 1)[1]: result for result in run_json.read(folder / "charted.json")["results"]}
