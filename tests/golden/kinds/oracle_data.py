"""What the golden cases of the kinds that look at data must give: see oracle.py."""
import collections
import datetime
import fractions
import math
import re
import statistics

import numpy
from oracle_words import NO_ROWS, T_HALL, column, known, mean_ends, measured, unmeasured
from scipy import stats

AS_OF = datetime.datetime(2001, 2, 1)


def moment(text):
    return datetime.datetime.fromisoformat(text)


def since_1970(when):
    return (when - datetime.datetime(1970, 1, 1)) / datetime.timedelta(seconds=1)


def boolean(text):
    return text == "true"


FORMS = list(zip(column("formats", "form"), column("formats", "taken", int)))
TAKEN = {form: statistics.fmean(taken for other, taken in FORMS if other == form) for form, _ in FORMS}
X = column("numbers", "x", float)
N = column("numbers", "n", int)
ID = column("numbers", "id", int)
WORD = column("numbers", "word")
FLAG = column("numbers", "flag", boolean)
MOMENT = column("numbers", "moment", moment)
G = column("numbers", "g")
K = column("numbers", "k", int)
FLOATS = column("floats", "x", float)
PAIRS = list(zip(G, FLAG))
TWICE_IN = {g or "NULL": sum(other == g for other in G) - len({pair for pair in PAIRS if pair[0] == g}) for g in G}
LARGE = column("large", "x", float)
LARGE_N = column("large", "n", int)
ONE = column("one", "x", float)
CONSTANT = column("constant", "x", float)
MANY = column("many", "x", float)
FEW = column("many", "few", int)


# ---- shares ----

def share(values, holds, nulls="ignore"):
    """The share of values for which `holds`, with NULLs as the key `nulls` says."""
    if nulls == "ignore":
        values = known(values)
    return sum(nulls == "pass" if v is None else bool(holds(v)) for v in values) / len(values)


def wilson(values, holds):
    values = known(values)
    held = sum(bool(holds(v)) for v in values)
    interval = stats.binomtest(held, len(values)).proportion_ci(0.95, method="wilson")
    return {"interval": [float(interval.low), float(interval.high)]}


def only_nulls(text="are NULL"):
    return unmeasured("error", text)


COUNTED = "counted in Python"


def once(values, nulls="ignore"):
    times = collections.Counter(known(values))
    return share(values, lambda v: times[v] == 1, nulls)


def by(slices, values):
    """The values of each slice, by the text that names it."""
    parts = {}
    for slice_, value in zip(slices, values):
        parts.setdefault("NULL" if slice_ is None else str(slice_).lower(), []).append(value)
    return parts


def in_words(v):
    return v in ("abc", "ABC")


def in_range(v):
    return 0 <= v <= 10


def re2(pattern, how=re.search):
    compiled = re.compile(pattern, re.ASCII)
    return lambda v: how(compiled, v) is not None


PARENTS = set(known(column("parents", "code")))
PARENT_NAMES = set(known(column("parents", "name")))
CODES = column("children", "code")
# NULLs in keys are equal, unless that is not wanted.
KEYS = list(zip(G, K))
FLAGS = list(zip(N, FLAG))


def without_nulls(keys):
    return [None if None in key else key for key in keys]


# NaN equals NaN here, as it does in GROUP BY.
FLOAT_KEYS = [None if v is None else repr(v) for v in FLOATS]

TABLE = {
    "row_count": {
        "rows": measured("pass", len(ID), COUNTED),
        "rows-of-a-condition": measured("pass", sum(v > 2 for v in known(X)), COUNTED),
        "one-row": measured("pass", 1, COUNTED),
        "no-rows": measured("fail", 0, COUNTED),
    },
    "same_row_count": {
        "itself-by-another-name": measured("pass", 0, COUNTED, says="12 rows against 12 in twin"),
        "one-row": measured("fail", len(ID) - 1, COUNTED, says="1 row against 12 in twin",
            facts={"rows": 1, "reference_rows": 12}),
        "within-a-limit": measured("pass", len(ID) - 1, COUNTED),
        "more": measured("fail", len(ID) - 1, COUNTED, says="12 rows against 1 in one"),
        "of-a-condition": measured("pass", 0, COUNTED, says="7 rows against 7 in twin"),
        "of-a-condition-here-only": measured("warn", len(ID) - sum(v > 2 for v in known(X)), COUNTED),
        "sliced": measured("fail", 2, COUNTED),
        **{f"sliced[g={g}]": measured("fail" if g in "bc" else "pass", sum(v is not None and v <= 0 for v in part),
            COUNTED)
           for g, part in by(G, X).items()},
        "sliced[g=NULL]": measured("pass", 0, COUNTED),
        "one-side-without-rows": measured("fail", len(ID), COUNTED),
        "no-rows": unmeasured("error", "no rows on either side"),
        "no-rows-is-fine": unmeasured("pass", "no rows on either side"),
    },
    "columns": {
        "as-written": measured("pass", 0, "compared by a person", says=""),
        "differences": measured(
            "fail", 3, "colour is missing, word is forbidden, x is DOUBLE",
            says="missing: colour; forbidden, but present: word; wrong type: x is DOUBLE, not integer"),
        "out-of-order": measured("fail", 1, "n has to move behind x", says="out of order: n"),
        "too-many": measured("fail", 6, "all but id and x", says="too many: n, word, flag"),
        "one-too-many-is-fine": measured("pass", 1, "word is forbidden"),
        "no-rows": measured("pass", 0, "compared by a person"),
    },
    "column_count": {
        "eight": measured("pass", 8, COUNTED),
        "two": measured("fail", 2, COUNTED),
        "no-rows": measured("pass", 4, COUNTED),
    },
    "freshness": {
        "half-a-second[moment]": measured(
            "pass", (AS_OF - max(known(MOMENT))).total_seconds(), "Python's datetime"),
        "three-weeks[moment]": measured(
            "fail", (AS_OF - datetime.datetime(2001, 1, 10)).total_seconds(), "Python's datetime",
            says="2001-01-10T00:00:00Z"),
        "one-row[moment]": measured("pass", 22 * 86400, "Python's datetime"),
        "future[moment]": measured(
            "fail", -6 * 3600, "Python's datetime", says="-6 h 00 min is under min 0 s"),
        "future-by-default[moment]": measured(
            "fail", -6 * 3600, "Python's datetime", says="-6 h 00 min is under min -1 h; the newest moment"),
        "future-within-tolerance[moment]": measured("pass", -6 * 3600, "Python's datetime"),
        "future-below-tolerance[moment]": measured("fail", -6 * 3600, "Python's datetime"),
        "future-is-fine[moment]": measured("pass", -6 * 3600, "Python's datetime"),
        "future-warns[moment]": measured("warn", -6 * 3600, "Python's datetime"),
        "future-of-a-warning[moment]": measured("fail", -6 * 3600, "Python's datetime"),
        "dates[moment]": measured("pass", 0, "a date is its first moment"),
        "only-nulls[moment]": only_nulls(),
        "no-rows[moment]": NO_ROWS,
        "text[word]": unmeasured("error", "freshness needs a date or timestamp"),
    },
}

VALUES = {
    "not_null": {
        "strict[x]": measured(
            "fail", len(known(X)) / len(X), COUNTED, says="NULL in 2 of 12 rows", samples=2),
        "with-a-limit[x]": measured("pass", len(known(X)) / len(X), COUNTED),
        "interval[x]": measured(
            "fail", len(known(X)) / len(X), "binomtest(...).proportion_ci(method='wilson')",
            **wilson([v is not None for v in X], lambda v: v)),
        "complete[id]": measured("pass", 1, COUNTED),
        "text[word]": measured("pass", len(known(WORD)) / len(WORD), COUNTED),
        "missing-words[word]": measured(
            "fail", sum(v not in (None, "N/A") for v in WORD) / len(WORD), COUNTED, samples=2),
        "nan-is-a-value[x]": measured(
            "pass", len(known(FLOATS)) / len(FLOATS), COUNTED, facts={"nans": 2},
            says="NULL in 1 of 9 rows; NaN in 2, which counts as a value"),
        "nan-is-missing[x]": measured(
            "fail", sum(x is not None and x == x for x in FLOATS) / len(FLOATS), COUNTED,
            facts={"nans": 0, "nulls": 3}, samples=3),
        "one-row[x]": measured("pass", 1, COUNTED),
        "only-nulls[x]": measured("fail", 0, COUNTED, samples=3),
        "no-rows[x]": NO_ROWS,
        "no-rows-is-fine[x]": unmeasured("pass", ""),
        "absent[xx]": unmeasured("error", "no column 'xx'"),
    },
    "is_null": {
        "some[x]": measured(
            "fail", X.count(None) / len(X), COUNTED, says="NULL in 2 of 12 rows", samples=5,
            facts={"failing_rows": 10}),
        "few[x]": measured("pass", X.count(None) / len(X), COUNTED),
        "interval[x]": measured(
            "fail", X.count(None) / len(X), "binomtest(...).proportion_ci(method='wilson')",
            **wilson([v is None for v in X], lambda v: v)),
        "of-a-condition[x]": measured("pass", 1, COUNTED),
        "missing-words[word]": measured("pass", sum(v in (None, "N/A") for v in WORD) / len(WORD), COUNTED),
        "nan-is-a-value[x]": measured("pass", FLOATS.count(None) / len(FLOATS), COUNTED, facts={"nans": 2}),
        "nan-is-missing[x]": measured(
            "pass", sum(x is None or x != x for x in FLOATS) / len(FLOATS), COUNTED),
        "one-row[x]": measured("fail", 0, COUNTED, samples=1),
        "only-nulls[x]": measured("pass", 1, COUNTED, samples=0),
        "no-rows[x]": NO_ROWS,
        "no-rows-is-fine[x]": unmeasured("pass", ""),
    },
    "unique": {
        "ids[id]": measured("pass", once(ID), COUNTED),
        "ties[x]": measured("fail", once(X), COUNTED, says="5 of 10 rows share their value"),
        "ties-nulls-fail[x]": measured("pass", once(X, "fail"), COUNTED),
        "ties-nulls-pass[x]": measured("pass", once(X, "pass"), COUNTED),
        "compound": measured("pass", once(KEYS), COUNTED, definition="unique/rows-seen-once/nulls-equal"),
        "compound-ignore": measured(
            "pass", once(without_nulls(KEYS)), COUNTED, definition="unique/rows-seen-once/nulls-ignore"),
        "nulls-equal": measured(
            "fail", 1 / 3, COUNTED, says="2 of 3 rows share their key with another row (2 NULLs taken as equal)",
            samples=1),
        "nulls-distinct": measured(
            "pass", 1, COUNTED, says="2 NULLs taken as distinct", samples=0,
            definition="unique/rows-seen-once/nulls-distinct"),
        "nulls-ignore": measured("pass", 1, COUNTED, samples=0),
        "nulls-fail": measured("fail", 1 / 3, COUNTED),
        "key-of-one": measured("fail", once(X), COUNTED, says="2 NULLs ignored"),
        "sliced[k]": measured("fail", once(K), COUNTED),
        **{f"sliced[k][g={g}]": measured("fail" if g in "bd" else "pass", once(part), COUNTED)
           for g, part in by(G, K).items()},
        "sliced-missing[k]": measured("fail", once(K), COUNTED, samples=2),
        **{f"sliced-missing[k][g={g}]": measured(
            "fail" if g in ("b", "d", "NULL") else "pass", once(part), COUNTED,
            **({"samples": 1} if g in ("b", "d", "NULL") else {}))
           for g, part in by([None if g == "a" else g for g in G], K).items()},
        "sliced-key": measured("fail", once(FLAGS), COUNTED),
        **{f"sliced-key[g={g}]": measured("pass", once(part), COUNTED)
           for g, part in by(G, FLAGS).items()},
        "nan-twice[x]": measured("pass", once(FLOAT_KEYS), COUNTED),
        "large[n]": measured("pass", once(LARGE_N), COUNTED),
        "constant[x]": measured("pass", once(CONSTANT), COUNTED),
        "one-row[x]": measured("pass", 1, COUNTED),
        "only-nulls[x]": only_nulls(),
        "no-rows[x]": NO_ROWS,
    },
    "one_of": {
        "words[word]": measured("pass", share(WORD, in_words), COUNTED),
        "words-nulls-fail[word]": measured("pass", share(WORD, in_words, "fail"), COUNTED),
        "words-nulls-pass[word]": measured(
            "fail", share(WORD, in_words, "pass"), COUNTED,
            says="7 of 12 rows not among abc, ABC (1 NULL counted as passing)", samples=5),
        "integers[n]": measured("pass", share(N, lambda v: v in (3, 5)), COUNTED),
        "reals[x]": measured("pass", share(X, lambda v: v in (10, 2.5)), COUNTED),
        "booleans[flag]": measured("pass", share(FLAG, lambda v: v), COUNTED),
        "moments[moment]": measured(
            "pass", share(MOMENT, lambda v: v in (
                moment("2001-01-10"), moment("2001-01-02T12:30:00"))), COUNTED),
        "not-finite[x]": measured(
            "pass", share(FLOATS, lambda v: v in (1, 2, 3, 5)), COUNTED),
        "large[n]": measured("pass", share(LARGE_N, lambda v: v == 10**15 + 1), COUNTED),
        "wrong-type[n]": unmeasured("error", "'red' is not a number"),
        "one-row[word]": measured("pass", 1, COUNTED),
        "only-nulls[word]": only_nulls(),
        "no-rows[word]": NO_ROWS,
    },
    "range": {
        "bounds-belong[x]": measured(
            "fail", share(X, in_range), COUNTED, says="1 of 10 rows outside 0..10 (2 NULLs ignored)",
            samples=1),
        "strict[x]": measured("pass", share(X, lambda v: 0 < v < 10), COUNTED),
        "nulls-fail[x]": measured("pass", share(X, in_range, "fail"), COUNTED),
        "nulls-pass[x]": measured("pass", share(X, in_range, "pass"), COUNTED),
        "interval[x]": measured(
            "fail", share(X, in_range), "binomtest(...).proportion_ci(method='wilson')",
            **wilson(X, in_range)),
        "integers[n]": measured("pass", share(N, lambda v: v >= 4.5), COUNTED),
        "lower-bound-and-nan[x]": measured("pass", share(FLOATS, lambda v: v >= 0), COUNTED),
        "upper-bound-and-nan[x]": measured("pass", share(FLOATS, lambda v: v <= 4), COUNTED),
        "moments[moment]": measured(
            "pass",
            share(MOMENT, lambda v: moment("2001-01-02") <= v <= moment("2001-01-10")), COUNTED),
        "half-open[x]": measured(
            "pass", share(X, lambda v: 0 <= v < 10), COUNTED, says="4 of 10 rows not at or above 0 and below 10"),
        "half-open-below[x]": measured(
            "fail", share(X, lambda v: 0 < v <= 10), COUNTED, says="2 of 10 rows not above 0 and at or below 10",
            samples=2),
        "above[x]": measured("fail", share(X, lambda v: v > 0), COUNTED, says="not above 0"),
        "below-and-nan[x]": measured("pass", share(FLOATS, lambda v: v < 5), COUNTED, says="not below 5"),
        "above-and-nan[x]": measured("pass", share(FLOATS, lambda v: v > 5), COUNTED, says="not above 5"),
        "open[n]": measured("pass", share(N, lambda v: 3 < v < 9), COUNTED, says="not strictly between 3 and 9"),
        "half-open-moments[moment]": measured(
            "pass",
            share(MOMENT, lambda v: moment("2001-01-02") <= v < moment("2001-01-10")), COUNTED),
        "outside[x]": measured(
            "fail", share(X, lambda v: not 2.5 <= v <= 4), COUNTED, says="3 of 10 rows not outside 2.5..4", samples=3),
        "outside-and-nan[x]": measured("pass", share(FLOATS, lambda v: v < 1 or v > 3), COUNTED),
        "outside-nulls-fail[x]": measured("pass", share(X, lambda v: not 2.5 <= v <= 4, "fail"), COUNTED),
        "large[x]": measured("pass", share(LARGE, lambda v: 1e15 <= v <= 3.5e15), COUNTED),
        "large-integers[n]": measured(
            "pass", share(LARGE_N, lambda v: v >= 10**15 + 1), COUNTED),
        "text[word]": unmeasured("error", "range needs numbers or times"),
        "wrong-bound[x]": unmeasured("error", "'2001-01-02' is not a number"),
        "one-row[x]": measured("pass", 1, COUNTED),
        "only-nulls[x]": only_nulls(),
        "no-rows[x]": NO_ROWS,
    },
    "matches": {
        "anywhere[word]": measured("pass", share(WORD, re2("[a-z]")), "Python's re, ASCII"),
        "whole[word]": measured(
            "pass", share(WORD, re2("[a-z]+", re.fullmatch)), "Python's re, ASCII"),
        "no-case[word]": measured(
            "pass", share(WORD, re2("(?i)^abc$")), "Python's re, ASCII"),
        "nulls-fail[word]": measured(
            "fail", share(WORD, re2("[a-z]"), "fail"), "Python's re, ASCII",
            says="(1 NULL counted as failing)", samples=5),
        "integers[n]": measured(
            "pass", share([None if v is None else str(v) for v in N], re2("^-?[0-9]$")),
            "Python's re, ASCII"),
        "reals[x]": unmeasured("error", "matches needs text"),
        "broken-pattern[word]": unmeasured("error", "("),
        "one-row[word]": measured("pass", 1, COUNTED),
        "only-nulls[word]": only_nulls(),
        "no-rows[word]": NO_ROWS,
    },
    "format": {
        **{f"{form}[text]": measured("fail", TAKEN[form], "the standard's text, by hand", definition=f"format/{form}")
           for form in TAKEN if form != "gaps"},
        "gaps[text]": measured("pass", 1, COUNTED),
        "gaps-fail[text]": measured("fail", 0.5, COUNTED, says="not an e-mail address (1 NULL counted as failing)"),
        "numbers[x]": unmeasured("error", "format needs text"),
        "no-rows[word]": NO_ROWS,
    },
    "not_one_of": {
        "words[word]": measured("pass", share(WORD, lambda v: not in_words(v)), COUNTED),
        "words-nulls-fail[word]": measured(
            "fail", share(WORD, lambda v: not in_words(v), "fail"), COUNTED,
            says="5 of 12 rows among abc, ABC (1 NULL counted as failing)", samples=5),
        "words-nulls-pass[word]": measured(
            "pass", share(WORD, lambda v: not in_words(v), "pass"), COUNTED),
        "integers[n]": measured("pass", share(N, lambda v: v not in (3, 5)), COUNTED),
        "moments[moment]": measured(
            "pass", share(MOMENT, lambda v: v != moment("2001-01-10")), COUNTED),
        "not-finite[x]": measured("pass", share(FLOATS, lambda v: v not in (1, 2, 3)), COUNTED),
        "large[n]": measured("pass", share(LARGE_N, lambda v: v != 10**15 + 1), COUNTED),
        "wrong-type[n]": unmeasured("error", "'red' is not a number"),
        "one-row[word]": measured("fail", 0, COUNTED),
        "only-nulls[word]": only_nulls(),
        "no-rows[word]": NO_ROWS,
    },
    "not_matches": {
        "anywhere[word]": measured(
            "pass", share(WORD, lambda v: not re2("[a-z]")(v)), "Python's re, ASCII"),
        "whole[word]": measured(
            "pass", share(WORD, lambda v: not re2("[a-z]+", re.fullmatch)(v)),
            "Python's re, ASCII"),
        "nulls-fail[word]": measured(
            "fail", share(WORD, lambda v: "z" not in v, "fail"), COUNTED,
            says="2 of 12 rows matching z", samples=2),
        "integers[n]": measured("pass", share(N, lambda v: v >= 0), COUNTED),
        "reals[x]": unmeasured("error", "not_matches needs text"),
        "one-row[word]": measured("fail", 0, COUNTED),
        "only-nulls[word]": only_nulls(),
        "no-rows[word]": NO_ROWS,
    },
    "length": {
        "three[word]": measured("pass", share(WORD, lambda v: len(v) == 3), COUNTED),
        "at-least-two[word]": measured("pass", share(WORD, lambda v: len(v) >= 2), COUNTED),
        "at-most-two[word]": measured(
            "fail", share(WORD, lambda v: len(v) <= 2), COUNTED,
            says="8 of 11 rows longer than 2 characters", samples=5),
        "nulls-fail[word]": measured(
            "pass", share(WORD, lambda v: len(v) == 3, "fail"), COUNTED),
        "integers[n]": measured("pass", share(N, lambda v: len(str(v)) <= 1), COUNTED),
        "moments[moment]": unmeasured("error", "length needs text"),
        "one-row[word]": measured("pass", 1, COUNTED),
        "only-nulls[word]": only_nulls(),
        "no-rows[word]": NO_ROWS,
    },
}


def rule(v):
    return v > 2


# SQL's three values: an unknown x makes the comparison unknown, and unknown OR true is true.
EITHER = [
    True if flag else None if None in (x, n, flag) else n <= x for x, n, flag in zip(X, N, FLAG)
]

RELATIONS = {
    "foreign_key": {
        "orphans[code]": measured(
            "fail", share(CODES, lambda v: v in PARENTS), COUNTED,
            says="4 of 7 rows not found in parents.code (1 NULL ignored)", samples=3),
        "nulls-fail[code]": measured(
            "pass", share(CODES, lambda v: v in PARENTS, "fail"), COUNTED),
        "nulls-pass[code]": measured(
            "pass", share(CODES, lambda v: v in PARENTS, "pass"), COUNTED),
        "complete[code]": measured("pass", 1, COUNTED),
        "into-no-rows[word]": measured("pass", 0, COUNTED),
        "missing-there[code]": measured(
            "fail", share(CODES, lambda v: v in PARENTS - {"B"}), COUNTED,
            says="5 of 7 rows not found in few.code (1 NULL ignored)", samples=4),
        "sliced[g]": measured("pass", share(G, lambda v: v in PARENT_NAMES), COUNTED),
        **{f"sliced[g][flag={flag}]": measured(
            "fail" if flag == "true" else "pass", share(part, lambda v: v in PARENT_NAMES), COUNTED)
           for flag, part in by(FLAG, G).items()},
        "absent[code]": unmeasured("error", "did you mean 'code'"),
        "only-nulls[word]": only_nulls(),
        "no-rows[word]": NO_ROWS,
    },
    "duplicate_rows": {
        "key": measured(
            "fail", len(PAIRS) - len(set(PAIRS)), COUNTED, says="rows are there more than once",
            facts={"distinct": len(set(PAIRS)), "repeated": sum(PAIRS.count(pair) > 1 for pair in PAIRS)}),
        "key-is-fine": measured("pass", len(PAIRS) - len(set(PAIRS)), COUNTED),
        "all-columns": measured("pass", 0, COUNTED, says="12 rows, none twice"),
        "doubled": measured("fail", len(X), COUNTED, facts={"distinct": len(X), "repeated": 2 * len(X)}),
        "not-finite": measured("fail", len(FLOAT_KEYS) - len(set(FLOAT_KEYS)), COUNTED),
        "one-row": measured("pass", 0, COUNTED),
        "nulls": measured("fail", 2, COUNTED),
        "absent": unmeasured("error", "xx"),
        "no-rows": NO_ROWS,
        "sliced": measured("fail", len(PAIRS) - len(set(PAIRS)), COUNTED),
        **{f"sliced[g={g}]": measured(
            "fail" if count else "pass", count, COUNTED) for g, count in TWICE_IN.items()},
    },
    "row_rule": {
        "rule": measured("pass", share(X, rule), COUNTED),
        "nulls-fail": measured(
            "fail", share(X, rule, "fail"), COUNTED,
            says="5 of 12 rows breaking x > 2 (2 NULLs counted as failing)", samples=5),
        "nulls-pass": measured("pass", share(X, rule, "pass"), COUNTED),
        "two-columns": measured("fail", share(EITHER, bool), COUNTED),
        "absent": unmeasured("error", "xx"),
        "not-sql": unmeasured("error", ""),
        "one-row": measured("pass", 1, COUNTED),
        "only-nulls": only_nulls(),
        "no-rows": NO_ROWS,
    },
    "sql": {
        "share": measured("pass", sum(v is True for v in FLAG) / len(FLAG), COUNTED),
        "join": measured("fail", sum(v in PARENTS for v in CODES), COUNTED),
        "null": unmeasured("error", "the query returned NULL"),
        "null-is-fine": unmeasured("pass", ""),
        "absent": unmeasured("error", "nowhere"),
    },
    "sql_rows": {
        "none": measured("pass", sum(v > 10 for v in known(X)), COUNTED),
        "some": measured(
            "fail", sum(v == 10 for v in known(X)), COUNTED, says="the query returned 3 rows",
            samples=3),
        "some-are-fine": measured("pass", sum(v == 10 for v in known(X)), COUNTED),
        "absent": unmeasured("error", "xx"),
    },
}


# ---- statistics ----

def statistic(function, source, verdicts, one=True):
    """The cases that all statistics share; verdicts: which of them the limit lets fail."""
    finite = [v for v in known(FLOATS) if math.isfinite(v)]
    columns = {
        "ties-and-nulls[x]": known(X),
        "integers[n]": known(N),
        "constant[x]": CONSTANT,
        "large[x]": LARGE,
        "large-integers[n]": LARGE_N,
        "finite-only[x]": finite,
    }
    cases = {
        name: measured(verdicts.get(name.split("[")[0], "pass"), function(values), source)
        for name, values in columns.items()
    }
    cases["one-row[x]"] = (
        measured("pass", function(ONE), source) if one
        else unmeasured("error", "one value has no spread"))
    cases["not-finite[x]"] = unmeasured("error", "4 values of 'x' are NaN or infinite")
    cases["only-nulls[x]"] = only_nulls("all 3 values are NULL")
    cases["no-rows[x]"] = NO_ROWS
    cases["text[word]"] = unmeasured("error", "numeric")
    return cases


def mean_interval():
    return {"interval": mean_ends(known(X), 0.95)}


def quantile(q, method="linear"):
    return lambda values: numpy.quantile(numpy.array(values, dtype=float), q, method=method)


def distinct(values):
    return len(set(known(values)))


NUMPY_QUANTILE = "numpy.quantile"


def shapes(of, name, least):
    """scipy's, corrected for few rows unless the population's is asked for."""
    source = f"scipy.stats.{of.__name__}"
    no_shape = unmeasured("error", "all values are the same, and so have no shape")
    return {
        **statistic(
            lambda v: of(numpy.array(v, dtype=float) - v[0], bias=False), source + "(bias=False)", {}, one=False),
        "constant[x]": no_shape,
        "one-row[x]": unmeasured("error", f"needs {least} values; there is 1"),
        "many[x]": measured("fail", of(MANY, bias=False), source + "(bias=False)", definition=f"{name}/sample"),
        "population[x]": measured("pass", of(MANY), source, definition=f"{name}/population"),
        "population-of-two[x]": measured("pass", of([0.0, 1.0]), source),
        "too-few[x]": unmeasured("error", f"needs {least} values; there are 2"),
        # neither changes with the unit; scipy's powers of 1e150 overflow
        "tail[x]": measured("pass", of(numpy.append(numpy.zeros(999), 1), bias=False), source + "(bias=False)"),
    }

STATISTICS = {
    "mean": {
        **statistic(statistics.fmean, "statistics.fmean", {}),
        "interval[x]": measured(
            "pass", statistics.fmean(known(X)), T_HALL, **mean_interval()),
        "interval-of-one-row[x]": unmeasured(
            "error", "one value has no confidence interval"),
        "interval-of-equal-values[x]": unmeasured("error", "does not say how far others may lie"),
        "too-small[x]": unmeasured("error", "the result is too small for a double"),
        "boolean[flag]": measured(
            "pass", sum(known(FLAG)) / len(known(FLAG)), COUNTED, definition="mean/share-of-true"),
        "boolean-interval[flag]": measured(
            "fail", sum(known(FLAG)) / len(known(FLAG)), "binomtest(...).proportion_ci(method='wilson')",
            **wilson(FLAG, lambda v: v)),
        "boolean-bootstrap[flag]": measured("pass", sum(known(FLAG)) / len(known(FLAG)), COUNTED),
        "boolean-of-one[flag]": measured("pass", 1, COUNTED),
        "boolean-nulls[flag]": only_nulls("the only value is NULL"),
        "boolean-no-rows[flag]": NO_ROWS,
    },
    "sum": statistic(math.fsum, "math.fsum", {}),
    "stddev": {
        **statistic(lambda v: numpy.std(v, ddof=1), "numpy.std(ddof=1)", {}, one=False),
        "too-small[x]": unmeasured("error", "the squares are too small for a double"),
        "no-digits-left[x]": measured(
            "pass", statistics.stdev(column("tight", "x", fractions.Fraction)),
            "statistics.stdev of exact fractions", bounded=True),
    },
    "variance": {
        **statistic(lambda v: numpy.var(v, ddof=1), "numpy.var(ddof=1)", {}, one=False),
        "too-small[x]": unmeasured("error", "the squares are too small for a double"),
        "no-digits-left[x]": measured(
            "pass", statistics.variance(column("tight", "x", fractions.Fraction)),
            "statistics.variance of exact fractions", bounded=True),
    },
    "skewness": shapes(stats.skew, "skewness", 3),
    "kurtosis": shapes(stats.kurtosis, "kurtosis", 4),
    "minimum": {
        **statistic(
            min, "Python's min",
            {"ties-and-nulls": "fail", "integers": "fail", "large": "fail", "large-integers": "fail"}),
        "moments[moment]": measured("pass", since_1970(min(known(MOMENT))), "Python's datetime",
            definition="minimum/moment"),
        "moments-later[moment]": measured("fail", since_1970(min(known(MOMENT))), "Python's datetime",
            says="2001-01-01 is under min 2001-01-02"),
    },
    "maximum": {
        **statistic(max, "Python's max", {"large": "fail", "large-integers": "fail"}),
        "moments[moment]": measured("pass", since_1970(max(known(MOMENT))), "Python's datetime",
            definition="maximum/moment"),
        "moments-earlier[moment]": measured(
            "fail", since_1970(max(known(MOMENT))), "Python's datetime",
            says="2001-01-31T23:59:59.500000Z is over max 2001-01-31T23:59:59Z"),
    },
    "quantile": {
        **statistic(quantile(0.4), NUMPY_QUANTILE, {}),
        "median[x]": measured("pass", quantile(0.5)(MANY), NUMPY_QUANTILE),
        "tail[x]": measured("pass", quantile(0.987)(MANY), NUMPY_QUANTILE),
        "least[x]": measured("pass", min(MANY), NUMPY_QUANTILE),
        "greatest[x]": measured("pass", max(MANY), NUMPY_QUANTILE),
        "many-ties[few]": measured("pass", quantile(0.3)(FEW), NUMPY_QUANTILE),
        "inverted-cdf[x]": measured(
            "pass", quantile(0.987, "inverted_cdf")(MANY), NUMPY_QUANTILE,
            definition="quantile/inverted-cdf-1"),
        "inverted-cdf-ties[x]": measured(
            "pass", quantile(0.7, "inverted_cdf")(known(X)), NUMPY_QUANTILE),
    },
    "median": {
        **statistic(statistics.median, "statistics.median", {}),
        "odd[x]": measured("pass", statistics.median(MANY), "statistics.median"),
    },
    "iqr": {
        **statistic(lambda v: quantile(0.75)(v) - quantile(0.25)(v), NUMPY_QUANTILE, {}),
        "many[x]": measured("fail", quantile(0.75)(MANY) - quantile(0.25)(MANY), NUMPY_QUANTILE,
                            facts={"q25": quantile(0.25)(MANY), "q75": quantile(0.75)(MANY)}),
    },
    "distinct_share": {
        "ties[x]": measured("pass", distinct(X) / len(known(X)), COUNTED),
        "words[word]": measured("fail", distinct(WORD) / len(known(WORD)), COUNTED),
        "not-finite[x]": measured(
            "pass", distinct(FLOAT_KEYS) / len(known(FLOAT_KEYS)), COUNTED),
        "constant[x]": measured("pass", 1 / len(CONSTANT), COUNTED),
        "large[n]": measured("pass", 1, COUNTED),
        "one-row[x]": measured("pass", 1, COUNTED),
        "only-nulls[x]": only_nulls(),
        "no-rows[x]": NO_ROWS,
    },
    "constant": {
        "ties[x]": measured("fail", distinct(X) - 1, COUNTED, says="7 values in 10 rows (2 NULLs left out)"),
        "not-constant[word]": measured("pass", distinct(WORD) - 1, COUNTED),
        "constant[x]": measured("pass", 0, COUNTED, says="1 value in 5 rows"),
        "booleans[flag]": measured("warn", 1, COUNTED),
        "nan-is-a-value[x]": measured("fail", distinct(FLOAT_KEYS) - 1, COUNTED),
        "one-row[x]": measured("pass", 0, COUNTED, says="1 value in 1 row"),
        "only-nulls[x]": only_nulls(),
        "no-rows[x]": NO_ROWS,
        "no-rows-is-fine[x]": unmeasured("pass", ""),
    },
    "distinct_count": {
        "ties[x]": measured("pass", distinct(X), COUNTED),
        "words[word]": measured("fail", distinct(WORD), COUNTED),
        "booleans[flag]": measured("pass", distinct(FLAG), COUNTED),
        "moments[moment]": measured("pass", distinct(MOMENT), COUNTED),
        "not-finite[x]": measured("pass", distinct(FLOAT_KEYS), COUNTED),
        "constant[x]": measured("pass", 1, COUNTED),
        "large[n]": measured("pass", distinct(LARGE_N), COUNTED),
        "one-row[x]": measured("pass", 1, COUNTED),
        "only-nulls[x]": only_nulls(),
        "no-rows[x]": NO_ROWS,
    },
}

CASES = {**TABLE, **VALUES, **RELATIONS, **STATISTICS}
