"""What charts show is what the data have: counted here a second time, in plain Python."""
import os

import pytest

from support import charted

PROGRAM = os.environ["MODELGATE"]


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    return charted.run(PROGRAM, tmp_path_factory.mktemp("charted"))


def chart(result, name):
    (one,) = [chart for chart in result["charts"] if chart["name"] == name]
    return one


def parts(result):
    one = chart(result, "parts")
    return dict(zip(one["labels"], one["rows"], strict=True))


def test_parts_of_all_rows_and_of_each_slice(found):
    missing = [i for i in range(1000) if i % 8 == 0]
    assert parts(found["not_null[delay]"]) == {"have a value": [1000 - len(missing)], "NULL": [len(missing)]}
    late = [i for i in range(1000) if i % 8 and i % 100 >= 90]
    assert parts(found["range[delay]"]) == {
        "hold": [1000 - len(missing) - len(late)], "do not hold": [len(late)], "NULL": [len(missing)]}
    slices = {r["slice"]: parts(r) for r in found.values() if r["kind"] == "not_null" and r["slice"]}
    carriers = {f"carrier={'ZZ' if i % 16 == 0 else f'C{i % 3}'}": 0 for i in range(1000)}
    for i in missing:
        carriers[f"carrier={'ZZ' if i % 16 == 0 else f'C{i % 3}'}"] += 1
    assert {name: of["NULL"] for name, of in slices.items()} == {name: [n] for name, n in carriers.items()}
    assert slices["carrier=ZZ"]["have a value"] == [0]


def test_parts_beside_the_reference_and_of_checks(found):
    assert chart(found["null_share_change[delay]"], "parts")["columns"] == ["current", "reference"]
    assert parts(found["null_share_change[delay]"]) == {"have a value": [875, 980], "missing": [125, 20]}
    assert parts(found["drift_share"]) == {"hold": [0], "broken": [1], "skipped": [0]}


@pytest.mark.parametrize(("kind", "of"), [("mae", abs), ("bias", float)])
def test_histograms_of_errors(found, kind, of):
    errors = [of((i * 37) % 21 - 10) for i in range(1000)]
    rows = chart(found[kind], "histogram")["rows"]
    assert sum(n for _, _, n in rows) == 1000
    assert (rows[0][0], rows[-1][1]) == (min(errors), max(errors))
    for i, (start, end, n) in enumerate(rows):
        assert n == sum(start < e <= end or (i == 0 and e == start) for e in errors), (start, end)


def test_no_histogram_where_only_sums_leave_the_engine(found):
    assert [c["name"] for c in found["r2"]["charts"]] == ["distribution"]
    assert chart(found["r2"], "distribution")["columns"] == ["value", "current"]


def test_calibration_of_a_brier_score(found):
    rows = chart(found["brier"], "calibration")["rows"]
    assert sum(n for _, _, n in rows) == 1000
    chances = [(1 + (i * 7919) % 97) / 100 for i in range(1000)]
    low = [i for i, p in enumerate(chances) if p <= 0.1]
    assert rows[0] == [pytest.approx(sum(chances[i] for i in low) / len(low), rel=1e-5),
                       pytest.approx(sum(i % 10 == 3 for i in low) / len(low), rel=1e-5), len(low)]


def curves(of):
    each = {}
    for name, point in zip(of["labels"], of["rows"], strict=True):
        each.setdefault(name, []).append(point)
    return each


def test_curves_of_the_classes_with_the_least_areas(found):
    of = chart(found["roc_auc"], "roc_by_class")
    assert of["y"] == "the 8 of 10 classes with the least area"
    each = curves(of)
    assert len(each) == 8 and "class 0" not in each, "its score is never wrong"
    assert all(2 <= len(points) <= 200 and points[0] == [0, 0] and points[-1] == [1, 1] for points in each.values())

    def auc(k, score):
        good, bad = ([score(i) for i in range(1000) if (i % 10 == k) == wanted] for wanted in (True, False))
        return sum((a > b) + (a == b) / 2 for a in good for b in bad) / len(good) / len(bad)

    score = {1: lambda i: (i * 13 + 5) % 10, 2: lambda i: (3 if i % 10 == 2 else 0) + i // 10 % 10}
    for k in (1, 2, 5):
        points = each.get(f"class {k}")
        if not points:
            continue
        area = sum((b[0] - a[0]) * (a[1] + b[1]) / 2 for a, b in zip(points, points[1:], strict=False))
        assert area == pytest.approx(auc(k, score[min(k, 2)]), abs=1e-5), k
    ends = [points[-1] for points in curves(chart(found["average_precision"], "precision_recall_by_class")).values()]
    assert ends == [[1, 0.1]] * 8, "of all rows each class has a tenth"
