"""Each sentence of docs/data.md, with a file that shows it: what is read, or which line is refused.

A sentence that does not stand in docs/data.md any more fails, so that the page and this table do not part."""

import os
from datetime import date, time
from decimal import Decimal
from math import inf, nan
from pathlib import Path

from input import contract, proof
from input.contract import Column, Refusal

SOURCE = Path(os.environ.get("MODELGATE_SOURCE", Path(__file__).parents[2]))


def moments(*texts):
    return [None if t is None else contract.moment(t)[0] for t in texts]


def text(*values):
    return "VARCHAR", list(values)


def whole(*values):
    return "BIGINT", list(values)


def real(*values):
    return "DOUBLE", list(values)


# Sentence; the file's name; its bytes; keys of the dataset; columns as (type, values) by name, or the
# line that is refused (None: no line is to blame) and words that are said.
FORM = [
    ("UTF-8, with or without a byte order mark.",
        "bom.csv", "\ufeffid,name\n1,é\n".encode(), {}, {"id": whole(1), "name": text("é")}),
    ("Anything else, and a NUL byte, is an ERROR with its line",
        "latin.csv", b"id,name\n1,a\n2,caf\xe9\n", {}, (3, "encoding")),
    ("Anything else, and a NUL byte, is an ERROR with its line",
        "late-latin.csv", b"id,name\n" + b"1,a\n" * 30000 + b"2,caf\xe9\n", {}, (30002, "encoding")),
    ("Anything else, and a NUL byte, is an ERROR with its line",
        "nul.csv", b"id,name\n1,a\0b\n", {}, (2, "")),
    ("Anything else, and a NUL byte, is an ERROR with its line",
        "utf16.csv", "id,name\n1,a\n".encode("utf-16"), {}, (1, "UTF-16")),
    ("`encoding: latin-1`",
        "said-latin.csv", b"id,name\n1,caf\xe9\n", {"csv": {"encoding": "latin-1"}},
        {"id": whole(1), "name": text("café")}),
    ("A record ends at LF, CR LF or CR, which may be mixed, or at the end of the file.",
        "ends.csv", b"id,name\r\n1,a\n2,b\r3,c", {}, {"id": whole(1, 2, 3), "name": text("a", "b", "c")}),
    ("Within quotes they belong to the value.",
        "within.csv", b'id,name\n1,"a\r\nb\rc\nd"\n', {}, {"id": whole(1), "name": text("a\r\nb\rc\nd")}),
    ("In `.tsv` the tab.",
        "tab.tsv", b"a,b\tc\n1,2\t3\n", {}, {"a,b": text("1,2"), "c": whole(3)}),
    ("that parts the first record and by which all records have the same number of fields",
        "semicolon.csv", b"a;b\n1,5;2\n1;2\n", {}, {"a": text("1,5", "1"), "b": whole(2, 2)}),
    ("that parts the first record and by which all records have the same number of fields",
        "pipe.csv", b"a|b\nx|2\n", {}, {"a": text("x"), "b": whole(2)}),
    ("If two of them do, it is an ERROR.",
        "two.csv", b"a,b;c\n1,2;3\n", {}, (None, "delimiter")),
    ("If two of them do, it is an ERROR.",
        "said.csv", b"a,b;c\n1,2;3\n", {"csv": {"delimiter": ","}}, {"a": whole(1), "b;c": text("2;3")}),
    ("If none parts the first record, it is the comma: the file has one column.",
        "one.csv", b"a b\nx y\nz\n", {}, {"a b": text("x y", "z")}),
    ("If none parts the first record, it is the comma: the file has one column.",
        "one-wide.csv", b"id\n1\n2,3\n", {}, (3, "")),
    ("the first may be a title: an ERROR.",
        "title.csv", b"Report\nid;a\n1;2\n", {}, (1, "title")),
    ("the first may be a title: an ERROR.",
        "late-title.csv", b"\n\nReport 2026\nid\ta\n1\t2\n", {}, (3, "title")),
    ("the first may be a title: an ERROR.",
        "title-skipped.csv", b"Report\nid;a\n1;2\n", {"csv": {"skip": 1}}, {"id": whole(1), "a": whole(2)}),
    ("the first may be a title: an ERROR.",
        "notes.csv", b"note\na;b\nc;d\n", {"csv": {"delimiter": ","}}, {"note": text("a;b", "c;d")}),
    ("the first may be a title: an ERROR.",
        "few-notes.csv", b"note\na;b\nc\n", {}, {"note": text("a;b", "c")}),
    ("`\"`, doubled inside of quotes (RFC 4180).",
        "doubled.csv", b'a,b\n"say ""hi""","x,y"\n', {}, {"a": text('say "hi"'), "b": text("x,y")}),
    ("It opens only at the start of a field and closes only at its end; within an unquoted field it is a character "
        "like any other.",
        "middle.csv", b'a,b\n5" pipe,2"\nx,"y"\n', {}, {"a": text('5" pipe', "x"), "b": text('2"', "y")}),
    ("It opens only at the start of a field and closes only at its end; within an unquoted field it is a character "
        "like any other.",
        "behind.csv", b'a,b\n1,2\n"x"y,2\n', {}, (3, "")),
    ("One that never closes is an ERROR with the line where it opened.",
        "open.csv", b'a,b\n1,2\n3,"4\n5,6\n7,8\n', {}, (3, "")),
    ("Each record has as many as the first. One that has more or fewer is an ERROR with its line.",
        "fewer.csv", b"a,b,c\n1,2,3\n4,5\n", {}, (3, "")),
    ("Each record has as many as the first. One that has more or fewer is an ERROR with its line.",
        "more.csv", b"a,b\n1,2\n\n\"4\n\",5\n4,5,6\n", {}, (6, "")),
    ("In a file of several columns an empty line is not a record.",
        "blank.csv", b"a,b\n1,2\n\n\r\n3,4\n\n", {}, {"a": whole(1, 3), "b": whole(2, 4)}),
    ("In a file of several columns an empty line is not a record.",
        "blank-not.csv", b"a,b\n1,2\n \n3,4\n", {}, (3, "")),
    ("With one column it is a record, and its value is NULL.",
        "blank-one.csv", b"a\n1\n\n3\n", {}, {"a": whole(1, None, 3)}),
    ("The first record, unless `header: false` or `columns` is given.",
        "no-header.csv", b"a,1\nb,2\n", {"csv": {"header": False}},
        {"column0": text("a", "b"), "column1": whole(1, 2)}),
    ("The first record, unless `header: false` or `columns` is given.",
        "columns.csv", b"a,1\nb,2\n", {"csv": {"columns": ["x", "y"]}}, {"x": text("a", "b"), "y": whole(1, 2)}),
    ("The first record, unless `header: false` or `columns` is given.",
        "texts.csv", b"a,b\nc,d\n", {}, {"a": text("c"), "b": text("d")}),
    ("it may be data as well: an ERROR, until `header` says which",
        "numbers.csv", b"1,2.5\n3,4\n", {}, (1, "header")),
    ("it may be data as well: an ERROR, until `header` says which",
        "moments.csv", b"2026-11-29,true,\n2026-11-29,true,\n", {}, (1, "header")),
    ("it may be data as well: an ERROR, until `header` says which",
        "years.csv", b"2024,2025\n3,4\n", {"csv": {"header": True}}, {"2024": whole(3), "2025": whole(4)}),
    ("it may be data as well: an ERROR, until `header` says which",
        "blank-numbers.csv", b"1700, 48.3243\n1701, 49.1\n", {}, (1, "header")),
    ("it may be data as well: an ERROR, until `header` says which",
        "one-of-blanks.csv", b"2.2 1.0 0.61\n2.3 1.1 0.62\n", {}, (1, "header")),
    ("it may be data as well: an ERROR, until `header` says which",
        "no-letters.csv", b"007,29.11.2026,+5\n008,30.11.2026,+6\n", {}, (1, "header")),
    ("If none of its fields has quotes, and each is empty, a number, a time or a boolean, or has no letter at all",
        "quoted-years.csv", b'"2024","2025"\n3,4\n', {}, {"2024": whole(3), "2025": whole(4)}),
    ("If none of its fields has quotes, and each is empty, a number, a time or a boolean, or has no letter at all",
        "one-name.csv", b"2024,x\n3,4\n", {}, {"2024": whole(3), "x": whole(4)}),
    ("As the header has them.",
        "names.csv", b'" a ",A b,"x""y",select\n1,2,3,4\n', {},
        {" a ": whole(1), "A b": whole(2), 'x"y': whole(3), "select": whole(4)}),
    ("An empty name is called `column0`, by its place, and stands only in the first place",
        "r.csv", b'"","x"\n"a",1\n', {}, {"column0": text("a"), "x": whole(1)}),
    ("elsewhere it is an ERROR",
        "empty-name.csv", b"a,,c\n1,2,3\n", {}, (1, "")),
    ("elsewhere it is an ERROR",
        "last-empty.csv", b"a,b,\n1,2,\n", {}, (1, "")),
    ("Without a header columns are `column0`, `column1` and so on.",
        "without.csv", b"5,x\n", {"csv": {"header": False}}, {"column0": whole(5), "column1": text("x")}),
    ("There are none: each line is a record.",
        "hash.csv", b"id,c\n1,5\n#3,500\n", {}, {"id": text("1", "#3"), "c": whole(5, 500)}),
    ("There are none: each line is a record.",
        "preamble.csv", b"Report\nid,c\n1,5\n", {}, (2, "")),
    ("`skip: N` lines, `comment: \"#\"`",
        "skip.csv", b"Report\n\nid,c\n1,5\n", {"csv": {"skip": 2}}, {"id": whole(1), "c": whole(5)}),
    ("`skip: N` lines, `comment: \"#\"`",
        "skip-fault.csv", b"Report\n\nid,c\n1,5\n2\n", {"csv": {"skip": 2}}, (5, "")),
    ("`skip: N` lines, `comment: \"#\"`",
        "comment.csv", b"# one\nid,c\n1,5\n#3,500\n2,#6\n", {"csv": {"comment": "#"}},
        {"id": whole(1, 2), "c": text("5", "#6")}),
    ("A field of no characters.",
        "null.csv", b"a,b\n,x\n1,\n", {}, {"a": whole(None, 1), "b": text("x", None)}),
    ("`\"\"` is the empty text in a column of text, and NULL in any other.",
        "empty.csv", b'a,b\n"",""\n1,x\n', {}, {"a": whole(None, 1), "b": text("", "x")}),
    ("`null_text`, `missing`",
        "null-text.csv", b"a,b\n.,x\n1,.\n", {"csv": {"null_text": "."}}, {"a": whole(None, 1), "b": text("x", None)}),
    ("`null_text`, `missing`",
        "missing.csv", b"a,b\nNA,x\n1,-\n", {"missing": ["NA", "-"]}, {"a": whole(None, 1), "b": text("x", None)}),
]
TYPES = [
    ("`true` or `false`; also `True`, `False`, `TRUE`, `FALSE`",
        "booleans.csv", b"a,b,c\ntrue,True,TRUE\nfalse,false,\n", {},
        {"a": ("BOOLEAN", [True, False]), "b": ("BOOLEAN", [True, False]), "c": ("BOOLEAN", [True, None])}),
    ("whole numbers without leading zeros or a plus sign, of 64 bits, of up to 38 digits",
        "wholes.csv",
        b"a,b,c\n-9223372036854775808,9223372036854775808,0\n"
        b"9223372036854775807,-99999999999999999999999999999999999999,-5\n", {},
        {"a": whole(-(2**63), 2**63 - 1), "b": ("HUGEINT", [2**63, 1 - 10**38]), "c": whole(0, -5)}),
    ("numbers, also as `.5`, `1e-3`, `nan`, `inf`; each is what the DOUBLE prints to that many digits",
        "reals.csv", b"a,b,c,d\n.5,1,nan,0.1\n1e-3,2.5,-inf,123456789012345.6\n", {},
        {"a": real(0.5, 0.001), "b": real(1, 2.5), "c": real(nan, -inf), "d": real(0.1, 123456789012345.6)}),
    ("numbers that DOUBLE does not hold, of at most 38 digits: `12345678901234567.89`",
        "decimals.csv", b"a,b\n12345678901234567.89,0.12345678901234567890123456789012345678\n1,0\n", {},
        {"a": ("DECIMAL(19,2)", [Decimal("12345678901234567.89"), Decimal(1)]),
            "b": ("DECIMAL(38,38)", [Decimal("0.12345678901234567890123456789012345678"), Decimal(0)])}),
    ("numbers that DOUBLE does not hold, of at most 38 digits: `12345678901234567.89`",
        "mixed.csv", b"a,b\n12345678901234567891,12345678901234567891\n0.5,1.0\n", {},
        {"a": ("DECIMAL(21,1)", [Decimal("12345678901234567891"), Decimal("0.5")]),
            "b": ("DECIMAL(20,0)", [Decimal("12345678901234567891"), Decimal("1")])}),
    ("`2026-11-29`, a day of the calendar",
        "dates.csv", b"a,b,c\n2026-11-29,2024-02-29,2026-1-5\n0001-01-01,2025-02-29,2026-01-05\n", {},
        {"a": ("DATE", [date(2026, 11, 29), date(1, 1, 1)]), "b": text("2024-02-29", "2025-02-29"),
            "c": text("2026-1-5", "2026-01-05")}),
    ("`23:59:59`, with up to six digits of a fraction",
        "times.csv", b"a,b,c\n23:59:59,00:00:00.123456,23:59\n00:00:00.5,00:00:00.1234567,00:00:00\n", {},
        {"a": ("TIME", [time(23, 59, 59), time(0, 0, 0, 500000)]), "b": text("00:00:00.123456", "00:00:00.1234567"),
            "c": text("23:59", "00:00:00")}),
    ("`2026-11-29 23:59:59` or with a `T`; seconds may be left out, and have up to six digits of a fraction",
        "stamps.csv", b"a,b\n2026-11-29 23:59:59,2026-11-29 23:59\n2026-11-29T23:59:59.000001,2026-11-29T01:00\n", {},
        {"a": ("TIMESTAMP", moments("2026-11-29 23:59:59", "2026-11-29T23:59:59.000001")),
            "b": ("TIMESTAMP", moments("2026-11-29 23:59", "2026-11-29 01:00"))}),
    ("a DATE among TIMESTAMPs is its midnight",
        "midnight.csv", b"a,b\n2026-11-29,x\n2026-11-29 01:00:00,y\n", {},
        {"a": ("TIMESTAMP", moments("2026-11-29 00:00", "2026-11-29 01:00")), "b": text("x", "y")}),
    ("the same with up to nine digits",
        "nanoseconds.csv", b"a,b\n2026-11-29 01:00:00.123456789,x\n2026-11-29 01:00:00,y\n", {},
        {"a": ("TIMESTAMP_NS", moments("2026-11-29 01:00:00.123456789", "2026-11-29 01:00")), "b": text("x", "y")}),
    ("the same as TIMESTAMP with `Z` or `+01:00`: the instant",
        "instants.csv",
        b"a,b\n2026-11-29 01:00:00Z,2026-11-29 01:00:00Z\n2026-11-29T01:00:00+01:00,2026-11-29 01:00:00\n", {},
        {"a": ("TIMESTAMP WITH TIME ZONE", moments("2026-11-29 01:00", "2026-11-29 00:00")),
            "b": text("2026-11-29 01:00:00Z", "2026-11-29 01:00:00")}),
    ("anything else",
        "else.csv", b"a,b\n1,true\nx,1\n", {}, {"a": text("1", "x"), "b": text("true", "1")}),
    ("So `7.10` is the number 7.1, and `007`, `+5`, `yes`, `T`, `1,000`, `29.11.2026` and `24:00:00` are texts.",
        "so.csv", b'a,b,c,d,e,f,g,h\n7.10,007,+5,yes,T,"1,000",29.11.2026,24:00:00\n', {},
        {"a": real(7.1), "b": text("007"), "c": text("+5"), "d": text("yes"), "e": text("T"), "f": text("1,000"),
            "g": text("29.11.2026"), "h": text("24:00:00")}),
    ("what fits no number is a text",
        "long.csv", b"a,b\n" + b"9" * 45 + b",x\n1,y\n", {}, {"a": text("9" * 45, "1"), "b": text("x", "y")}),
    ("what fits no number is a text",
        "far.csv", b"a,b\n1e400,1e-400\n1,1\n", {}, {"a": text("1e400", "1"), "b": text("1e-400", "1")}),
    ("A column without any value is VARCHAR.",
        "nothing.csv", b"a,b\n,x\n,y\n", {}, {"a": text(None, None), "b": text("x", "y")}),
    ("A column without any value is VARCHAR.",
        "no-rows.csv", b"a,b\n", {}, {"a": text(), "b": text()}),
    ("has the first of these types that holds all its values exactly",
        "late.csv", b"a,b\n" + b"1,2\n" * 30000 + b"x,0.5\n", {},
        {"a": text(*["1"] * 30000, "x"), "b": real(*[2.0] * 30000, 0.5)}),
    ("A column has the first of these types that holds all its values exactly",
        "blanks.csv", b"a,b\n 1,2\n2,2 \n", {}, {"a": text(" 1", "2"), "b": text("2", "2 ")}),
    ("`types:` declares what a column is.",
        "declared.csv", b"a,b,c,d\n007,7.10,29/11/2026,29.11.2026 23:59\n8,1,01/02/2026,1.2.2026 0:05\n",
        {"types": {"a": "VARCHAR", "b": "DECIMAL(10, 2)", "c": {"date": "%d/%m/%Y"},
            "d": {"timestamp": "%d.%m.%Y %H:%M"}}},
        {"a": text("007", "8"), "b": ("DECIMAL(10,2)", [Decimal("7.10"), Decimal(1)]),
            "c": ("DATE", [date(2026, 11, 29), date(2026, 2, 1)]),
            "d": ("TIMESTAMP", moments("2026-11-29 23:59", "2026-02-01 00:05"))}),
    ("a value that is not is an ERROR with its line, never a rounded number",
        "rounded.csv", b"a,b\n7,x\n7.4,y\n", {"types": {"a": "BIGINT"}}, (3, "BIGINT")),
    ("a value that is not is an ERROR with its line, never a rounded number",
        "too-long.csv", b"a,b\n1.25,x\n1.255,y\n", {"types": {"a": "DECIMAL(10,2)"}}, (3, "DECIMAL(10,2)")),
    ("a value that is not is an ERROR with its line, never a rounded number",
        "too-late.csv", b"a,b\n" + b"1,x\n" * 30000 + b"y,y\n", {"types": {"a": "DOUBLE"}}, (30002, "DOUBLE")),
    ("a value that is not is an ERROR with its line, never a rounded number",
        "no-day.csv", b"a,b\n28/02/2026,x\n30/02/2026,y\n", {"types": {"a": {"date": "%d/%m/%Y"}}}, (3, "")),
]
JSON = [
    ("NDJSON is one object a line; `.json` is an array of objects, or one or more objects, one after another, over "
        "any number of lines.",
        "lines.ndjson", b'{"a": 1, "b": "x"}\n{"a": 2, "b": "y"}\n', {}, {"a": whole(1, 2), "b": text("x", "y")}),
    ("NDJSON is one object a line; `.json` is an array of objects, or one or more objects, one after another, over "
        "any number of lines.",
        "array.json", b'[{"a": 1},\n {"a": 2}\n]', {}, {"a": whole(1, 2)}),
    ("NDJSON is one object a line; `.json` is an array of objects, or one or more objects, one after another, over "
        "any number of lines.",
        "object.json", b'{\n"a":\n 1\n}', {}, {"a": whole(1)}),
    ("NDJSON is one object a line; `.json` is an array of objects, or one or more objects, one after another, over "
        "any number of lines.",
        "after.json", b'{"a": 1} {"a": 2}{"a":\n3}', {}, {"a": whole(1, 2, 3)}),
    ("Any other value in the place of a row is an ERROR with its line",
        "number.ndjson", b'{"a": 1}\n2\n', {}, (2, "")),
    ("Any other value in the place of a row is an ERROR with its line",
        "null.json", b'[{"a": 1},\nnull]', {}, (2, "")),
    ("a key that is empty or stands twice in an object (also in one that is nested)",
        "twice.ndjson", b'{"a": 1}\n{"a": 1, "b": 2, "a": 3}\n', {}, (2, "a")),
    ("a key that is empty or stands twice in an object (also in one that is nested)",
        "twice-escaped.ndjson", b'{"a": 1}\n{"a": 1, "\\u0061": 3}\n', {}, (2, "a")),
    ("Columns are the keys of all rows, in the order in which they come first; `id` and `ID` are two.",
        "order.ndjson", b'{"b": 1}\n{"a": 2, "b": 3}\n{"c": "x", "a": 4}\n', {},
        {"b": whole(1, 3, None), "a": whole(None, 2, 4), "c": text(None, None, "x")}),
    ("A key that a row lacks is NULL there.",
        "lack.ndjson", b'{"a": 1}\n' * 30000 + b'{"late": true}\n', {},
        {"a": whole(*[1] * 30000, None), "late": ("BOOLEAN", [None] * 30000 + [True])}),
    ("| `true`, `false` | BOOLEAN |",
        "booleans.ndjson", b'{"a": true, "b": "true"}\n{"a": false, "b": "false"}\n', {},
        {"a": ("BOOLEAN", [True, False]), "b": text("true", "false")}),
    ("BIGINT, HUGEINT, DOUBLE or DECIMAL, by the rules above",
        "numbers.ndjson",
        b'{"a": 1, "b": 12345678901234567891, "c": 1.50, "d": 12345678901234567.89}\n{"a": -2, "b": 1, "c": 1e3, '
        b'"d": 1}\n', {},
        {"a": whole(1, -2), "b": ("HUGEINT", [12345678901234567891, 1]), "c": real(1.5, 1000.0),
            "d": ("DECIMAL(19,2)", [Decimal("12345678901234567.89"), Decimal(1)])}),
    ("DATE, TIME, TIMESTAMP... if all of them are ISO 8601, by the rules above",
        "moments.ndjson",
        b'{"a": "2026-11-29", "b": "01:02:03", "c": "2026-11-29T01:02:03", "d": "2026-11-29"}\n{"a": "2026-11-30", '
        b'"b": "01:02:04", "c": null, "d": "soon"}\n', {},
        {"a": ("DATE", [date(2026, 11, 29), date(2026, 11, 30)]), "b": ("TIME", [time(1, 2, 3), time(1, 2, 4)]),
            "c": ("TIMESTAMP", moments("2026-11-29 01:02:03", None)), "d": text("2026-11-29", "soon")}),
    ("Strings of digits are texts, and so is `\"\"`.",
        "digits.ndjson", b'{"a": "7", "b": "1.5"}\n{"a": "8", "b": "nan"}\n', {},
        {"a": text("7", "8"), "b": text("1.5", "nan")}),
    ("JSON, as text, to be asked with `x->>'$.key'`",
        "objects.ndjson", b'{"a": {"k": 1}, "b": [1, 2]}\n{"a": {"k": [2]}, "b": []}\n', {},
        {"a": ("JSON", ['{"k": 1}', '{"k": [2]}']), "b": ("JSON", ["[1, 2]", "[]"])}),
    ("VARCHAR: strings without their quotes, all else as it is written",
        "several.ndjson", b'{"a": "x", "b": 1.50}\n{"a": 1.50, "b": true}\n{"a": {"k": 1}, "b": null}\n', {},
        {"a": text("x", "1.50", '{"k": 1}'), "b": text("1.50", "true", None)}),
    ("VARCHAR: strings without their quotes, all else as it is written",
        "several-late.ndjson", b'{"a": 1}\n' * 30000 + b'{"a": "\\u00e9\\n"}\n', {},
        {"a": text(*["1"] * 30000, "é\n")}),
    ("Strings of digits are texts, and so is `\"\"`.",
        "empty-text.ndjson", b'{"a": "2026-11-29"}\n{"a": ""}\n', {}, {"a": text("2026-11-29", "")}),
    ("| none but `null` | VARCHAR |", "nulls.ndjson", b'{"a": null}\n', {}, {"a": text(None)}),
    ("`NaN`, `Infinity`, `-Infinity` for numbers, as Python writes them",
        "words.json", b'[{"a": NaN}, {"a": -Infinity}, {"a": 1}]', {}, {"a": real(nan, -inf, 1.0)}),
    ("a byte order mark", "bom.ndjson", b'\xef\xbb\xbf{"a": 1}\n', {}, {"a": whole(1)}),
    ("Blank lines of NDJSON are skipped", "blank.ndjson", b'{"a": 1}\n\n  \r\n{"a": 2}', {}, {"a": whole(1, 2)}),
    ("a key that is empty or stands twice", "empty-key.ndjson", b'{"a": 1}\n{"": 1}\n', {}, (2, "")),
    ("(also in one that is nested)", "nested.ndjson", b'{"a": 1}\n{"a": {"k": 1, "k": 2}}\n', {}, (2, "")),
    ("In NDJSON so is an object over several lines, or two objects in one.", "over.ndjson", b'{"a": 1}\n{"a":\n2}\n',
        {}, (2, "")),
    ("In NDJSON so is an object over several lines, or two objects in one.", "in-one.ndjson",
        b'{"a": 1}\n{"a": 2} {"a": 3}\n', {}, (2, "")),
    ("anything after the end of the array", "behind.json", b'[{"a": 1}]\n[{"a": 2}]', {}, (2, "")),
    ("a file that ends too early", "early.json", b'[{"a": 1},\n{"a": 2}', {}, (2, "")),
    ("So `[]` and an NDJSON file of 0 bytes are data without rows when `types` names their columns, else an ERROR",
        "no-rows.json", b"[]", {"types": {"a": "BIGINT"}}, {"a": whole()}),
    ("So `[]` and an NDJSON file of 0 bytes are data without rows when `types` names their columns, else an ERROR",
        "no-bytes.ndjson", b"", {"types": {"a": "DATE"}}, {"a": ("DATE", [])}),
    ("So `[]` and an NDJSON file of 0 bytes are data without rows when `types` names their columns, else an ERROR",
        "nothing.json", b"[]", {}, (None, "types")),
    ("`types` may name columns that no row has: they are NULL then.",
        "no-key.ndjson", b'{"a": 1}\n', {"types": {"b": "DOUBLE"}}, {"a": whole(1), "b": ("DOUBLE", [None])}),
    ("A string may hold a declared number or time: `\"5\"` is a BIGINT.",
        "string.ndjson", b'{"a": "5"}\n{"a": 6}\n', {"types": {"a": "BIGINT"}}, {"a": whole(5, 6)}),
    ("A string may hold a declared number or time: `\"5\"` is a BIGINT.",
        "no-number.ndjson", b'{"a": "5"}\n{"a": "six"}\n', {"types": {"a": "BIGINT"}}, (2, "BIGINT")),
    *[("Each of these is an ERROR with its line", f"wrong-{i}.ndjson", b'{"a": 1}\n' + row + b"\n", {}, (2, ""))
        for i, row in enumerate([b"{'a': 1}", b'{"a": 1,}', b'{"a": 007}', b'{"a": True}', b'{"a": 1} // one',
            b'{"a": "\\x"}',
            b'{"a": "\\ud800"}', b'{"a": "\t"}', b'{"a": "\\u0000"}', b'{"a": "\xe9"}', b'{"a" 1}', b'{"a": .5}',
            b'{"a": +1}'])],
]
PARTS = [
    ("All files of a pattern have the same columns; order does not matter.",
        "order/*.csv", {"order/a.csv": b"a,b\n1,x\n", "order/b.csv": b"b,a\ny,2\n"}, {},
        {"a": whole(1, 2), "b": text("x", "y")}),
    ("A column that one of them lacks is an ERROR with file and column, unless `union_by_name: true`",
        "lack/*.csv", {"lack/a.csv": b"a,b\n1,x\n", "lack/b.csv": b"a\n2\n"}, {}, (None, "b.csv")),
    ("A column that one of them lacks is an ERROR with file and column, unless `union_by_name: true`",
        "union/*.csv", {"union/a.csv": b"a,b\n1,x\n", "union/b.csv": b"a\n2\n"}, {"union_by_name": True},
        {"a": whole(1, 2), "b": text("x", None)}),
    ("Types of text files are of all files together.",
        "types/*.csv", {"types/a.csv": b"a,b\n1,1\n", "types/b.csv": b"a,b\n0.5,x\n"}, {},
        {"a": real(1, 0.5), "b": text("1", "x")}),
    ("| a file of 0 bytes | anywhere, also as one of many; but not a CSV file whose `columns` the spec names |",
        "zero.csv", b"", {}, (None, "zero.csv")),
    ("| a file of 0 bytes | anywhere, also as one of many; but not a CSV file whose `columns` the spec names |",
        "zero-named.csv", b"", {"csv": {"columns": ["a"]}}, {"a": text()}),
    ("| a file of 0 bytes | anywhere, also as one of many; but not a CSV file whose `columns` the spec names |",
        "zero/*.csv", {"zero/a.csv": b"a,b\n1,x\n", "zero/b.csv": b""}, {}, (None, "b.csv")),
]


def case_of(folder, sentence, path, content, keys, expected):
    for name, data in (content if isinstance(content, dict) else {path: content}).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
    if isinstance(expected, dict):
        columns = [Column(name, *typed) for name, typed in expected.items()]
        return proof.Case(sentence, path, columns, keys=keys)
    return proof.Case(sentence, path, refusal=Refusal(*expected), keys=keys, says=expected[1])


ROWS = FORM + TYPES + JSON + PARTS


def test_every_sentence_stands_in_the_page():
    page = " ".join((SOURCE / "docs/data.md").read_text().split())
    assert not [row[0] for row in ROWS if " ".join(row[0].split()) not in page]


def test_every_sentence_holds(tmp_path):
    cases = [case_of(tmp_path, *row) for row in ROWS]
    assert not [f"{case.path}: {case.label}: {text}" for case, text in proof.prove(tmp_path, cases)]
