"""minimum and maximum of dates and times are held to dates and times, by the microsecond, and said as such."""
# program: plain

import datetime

import pyarrow

from support import program, spec_run

T = datetime.datetime
D = datetime.date
UTC = datetime.UTC
COLUMNS = {
    "day": [D(2026, 1, 2), None, D(2026, 3, 1)],
    "at": ([T(2026, 1, 2, 3, 4, 5, 678901), T(2026, 1, 2, 3, 4, 5, 678902), None], pyarrow.timestamp("us")),
    "zoned": ([T(2026, 1, 2, 23, 30, tzinfo=UTC)] * 3, pyarrow.timestamp("us", "Europe/Berlin")),
    "far": [D(1500, 1, 1), D(9999, 12, 31), D(1969, 12, 31)],
    "far_at": ([T(1000, 1, 1, 0, 0, 0, 1), T(9999, 12, 31, 23, 59, 59, 999999), None], pyarrow.timestamp("us")),
    "none": ([None] * 3, pyarrow.date32()),
    "n": [1, 2, 3],
    "t": ["a", "b", "c"],
}
# check, verdict, value or None, words
CASES = [
    ("minimum: {column: day, min: 2026-01-02}", "pass", D(2026, 1, 2), ""),
    ("minimum: {column: day, min: 2026-01-03}", "fail", D(2026, 1, 2), "2026-01-02 is under min 2026-01-03"),
    ("minimum: {column: day, above: 2026-01-02}", "fail", D(2026, 1, 2), "2026-01-02 is not above 2026-01-02"),
    ("minimum: {column: day, min: 2025-01-01, warn: {min: 2026-02-01}}", "warn", D(2026, 1, 2),
        "2026-01-02 is under warn min 2026-02-01"),
    ("maximum: {column: day, max: 2026-03-01}", "pass", D(2026, 3, 1), ""),
    ("maximum: {column: day, below: 2026-03-01T00:00:00.000001Z}", "pass", D(2026, 3, 1), ""),
    ("maximum: {column: day, below: 2026-03-01}", "fail", D(2026, 3, 1), "is not below 2026-03-01"),
    ("maximum: {column: day, equals: 2026-03-01}", "pass", D(2026, 3, 1), ""),
    ("maximum: {column: day, equals: 2026-03-03, tolerance: 2d}", "pass", D(2026, 3, 1), ""),
    ("maximum: {column: day, equals: 2026-03-03, tolerance: 47h}", "fail", D(2026, 3, 1),
        "2026-03-01 breaks equals 2026-03-03 ± 47 h"),
    ("maximum: {column: day, not_equals: 1970-01-01}", "pass", D(2026, 3, 1), ""),
    ("maximum: {column: day, not_equals: 2026-03-01}", "fail", D(2026, 3, 1), ""),
    ("minimum: {column: at, min: '2026-01-02T03:04:05.678901Z'}", "pass", T(2026, 1, 2, 3, 4, 5, 678901), ""),
    ("minimum: {column: at, min: 2026-01-02 03:04:05.678902}", "fail", T(2026, 1, 2, 3, 4, 5, 678901),
     "2026-01-02T03:04:05.678901Z is under min 2026-01-02T03:04:05.678902Z"),
    ("maximum: {column: at, max: '2026-01-02T03:04:05.678901Z'}", "fail", T(2026, 1, 2, 3, 4, 5, 678902),
        "03:04:05.678902Z is over max"),
    ("maximum: {column: at, max: '2026-01-02T04:04:05.678902+01:00'}", "pass", T(2026, 1, 2, 3, 4, 5, 678902), ""),
    ("maximum: {column: zoned, equals: 2026-01-02T23:30:00Z}", "pass", T(2026, 1, 2, 23, 30), ""),
    ("minimum: {column: far, equals: 1500-01-01}", "pass", D(1500, 1, 1), ""),
    ("maximum: {column: far, max: 9999-12-31}", "pass", D(9999, 12, 31), ""),
    ("maximum: {column: far, max: 9999-12-30}", "fail", D(9999, 12, 31), "9999-12-31 is over max 9999-12-30"),
    ("maximum: {column: far_at, max: '9999-12-31T23:59:59.999998Z'}", "fail", None,
        "9999-12-31T23:59:59.999999Z is over max 9999-12-31T23:59:59.999998Z"),
    ("maximum: {column: far_at, max: '9999-12-31T23:59:59.999999Z'}", "pass", None, ""),
    ("minimum: {column: far_at, above: '1000-01-01T00:00:00.000001Z'}", "fail", None,
        "1000-01-01T00:00:00.000001Z is not above"),
    ("minimum: {column: day, where: 'n = 1', min: 2026-01-02}", "pass", D(2026, 1, 2), ""),
    ("minimum: {column: none, min: 2026-01-01}", "error", None, "all 3 values are NULL"),
    ("minimum: {column: day, where: 'false', min: 2026-01-01}", "error", None, "there are no rows"),
    ("minimum: {column: day, where: 'false', min: 2026-01-01, on_empty: pass}", "pass", None, "there are no rows"),
    ("minimum: {column: day, min: 5}", "error", None,
        "column 'day' holds dates or times, and a limit is a number; write a date such as 2026-01-31"),
    ("minimum: {column: n, min: 2026-01-01}", "error", None, "column 'n' holds numbers, and a limit is a date or time"),
    ("minimum: {column: n, min: 0, warn: {max: 2026-01-01}}", "error", None, "column 'n' holds numbers"),
    ("minimum: {column: t, min: 2026-01-01}", "error", None, "needs a numeric column"),
    ("minimum: {column: day, max_drop: 2, baseline: {file: b.json}, baseline_missing: pass}", "error", None,
        "which are held to `min`"),
]
HEAD = "version: 1\nmodel: m\ndata: {d: d.parquet}\nsuites:\n  s:\n    on: d\n    checks:\n"


def seconds(moment):
    if not isinstance(moment, T):
        moment = T(moment.year, moment.month, moment.day)
    return (moment - T(1970, 1, 1)) / datetime.timedelta(seconds=1)


def test_moments(place):
    spec_run.parquet(place, "d.parquet", COLUMNS)
    lines = [f"    - {text.replace('{', f'{{name: c{i}, ', 1)}\n" for i, (text, *_) in enumerate(CASES)]
    code, results = spec_run.results(place, HEAD + "".join(lines), "--markdown", "r.md")
    assert code == 3, f"exit {code}: {results.get('stderr')}"
    by_name = {name.split("/")[1].partition("[")[0]: r for name, r in results.items()}
    for i, (text, verdict, value, words) in enumerate(CASES):
        found = by_name.get(f"c{i}", {"verdict": None, "value": None, "message": "", "unit": ""})
        fits = found["verdict"] == verdict and words in found["message"]
        fits = fits and (value is None or (found["value"] == seconds(value) and found["unit"] == "time"))
        assert fits, f"{text}: {found['verdict']} {found['value']}, not {verdict} {value}: {found['message']}"
    assert "2026-01-02 is under min 2026-01-03" in (place.work / "r.md").read_text(), "Markdown says no dates"
    again = program.run(place, ["report", "r.json", "--json", "again.json", "--markdown", "again.md"])
    assert again.returncode == 0, again.stderr.decode()
    for name in ("json", "md"):
        assert (place.work / f"again.{name}").read_bytes() == (place.work / f"r.{name}").read_bytes(), (
            f"{name} read back")
    refused = {"minimum: {column: day, min: 2026-13-01}": "min is not a number",
        "mean: {column: n, min: 2026-01-01}": "min is not a number",
        "minimum: {column: day, min: 2026-02-01, max: 2026-01-01}": "no number can meet these limits together",
        "minimum: {column: day, min: 2026-02-01, warn: {min: 2026-01-01}}": "this warning can never fire",
        "minimum: {column: day, max_drop: 2026-01-01, baseline: {file: b.json}}": "max_drop is not a number"}
    code, results = spec_run.results(place,
        HEAD + "".join(f"    - {t.replace('{', f'{{name: c{i}, ', 1)}\n" for i, t in enumerate(refused)))
    assert code == 2, f"refused: {code}"
    for text, words in refused.items():
        assert words in results.get("stderr", ""), f"{text}: not '{words}'"
    assert "2026-01-31" in results.get("stderr", ""), "the fix is not told"
