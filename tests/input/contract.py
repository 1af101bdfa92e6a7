"""The reading contract of docs/data.md once more: slowly, in Python, and without a line of the program's
own. Bytes and keys of the spec become a table, or a Refusal with the line that is to blame.
Standard library only."""

import datetime
import functools
import json
import math
import re
from decimal import Decimal, getcontext
from fractions import Fraction

getcontext().prec = 2000


class Refusal(Exception):
    """The dataset is an ERROR. `line` is None where no line is to blame; `others` has those that may be
    blamed as well: by another delimiter, or for another fault before it."""

    def __init__(self, line, why):
        super().__init__(f"line {line}: {why}")
        self.line, self.why, self.others, self.records = line, why, [], []


class Column:
    """Values as Python has them (None: NULL): bool, int, float, Decimal, str, date, time; a moment is a
    whole number of nanoseconds since 1970."""

    def __init__(self, name, type_name, values):
        self.name, self.type, self.values = name, type_name, values

    def __repr__(self):
        return f"{self.name!r} {self.type} {self.values[:5]!r}"


# ---- types: the narrowest that holds all texts exactly ----

BOOLEANS = {"true": True, "false": False, "True": True, "False": False, "TRUE": True, "FALSE": False}
WORDS = {"nan", "NaN", "NAN", "inf", "Inf", "INF", "infinity", "Infinity", "INFINITY"}
WHOLE = re.compile(r"-?(0|[1-9][0-9]*)")
NUMBER = re.compile(r"-?(0|[1-9][0-9]*|(?=[.]))([.][0-9]*)?([eE][+-]?[0-9]+)?")
SHORT = re.compile(r"-?(?=.{1,15}$)(0|[1-9][0-9]*)([.][0-9]+)?")  # any double prints so few digits
MOMENT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[ T]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.]([0-9]{1,9}))?)?(Z|[+-][0-9]{2}(?::?[0-9]{2})?)?)?")
TIME = re.compile(r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:[.]([0-9]{1,6}))?")
EPOCH = datetime.date(1970, 1, 1)


def is_number(text):
    if text.removeprefix("-") in WORDS:
        return True
    return bool(NUMBER.fullmatch(text)) and text.split("e")[0].split("E")[0].strip("-.") != ""


def significant(text):
    digits = re.sub(r"[^0-9]", "", re.split("[eE]", text)[0]).lstrip("0").rstrip("0")
    return len(digits)


def double_holds(text):
    """Does the nearest double print as the text when printed to that many digits?"""
    if SHORT.fullmatch(text) or text.removeprefix("-") in WORDS:
        return True
    if len(text) > 60 and abs(int((re.findall(r"[eE]([+-]?[0-9]+)$", text) or ["0"])[0])) > 5000:
        return False
    value, written = float(text), Decimal(text)
    if written == 0:
        return True
    if math.isinf(value):
        return False
    if WHOLE.fullmatch(text):
        return Fraction(value) == Fraction(int(text))
    return Decimal(f"{value:.{significant(text) - 1}e}") == written


def day(text):
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def moment(text):
    """(nanoseconds since 1970, digits of the fraction, has a time, has a zone), or None."""
    found = MOMENT.fullmatch(text)
    date = found and day(found[1])
    if not date:
        return None
    ns = (date - EPOCH).days * 86400 * 10**9
    if not found[2]:
        return ns, 0, False, False
    hour, minute, second = int(found[2]), int(found[3]), int(found[4] or 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    fraction = found[5] or ""
    ns += ((hour * 60 + minute) * 60 + second) * 10**9 + int(fraction.ljust(9, "0") or 0)
    zone = found[6]
    if zone and zone != "Z":
        digits = zone[1:].replace(":", "")
        away = int(digits[:2]) * 60 + int(digits[2:] or 0)
        if int(digits[2:] or 0) > 59:
            return None
        ns -= (1 if zone[0] == "+" else -1) * away * 60 * 10**9
    return ns, len(fraction), True, bool(zone)


def time_of_day(text):
    found = TIME.fullmatch(text)
    if not found or int(found[1]) > 23 or int(found[2]) > 59 or int(found[3]) > 59:
        return None
    return datetime.time(int(found[1]), int(found[2]), int(found[3]), int((found[4] or "").ljust(6, "0") or 0))


def decimal_type(texts):
    """(width, scale) or None."""
    if not all(re.fullmatch(r"-?[0-9]*[.]?[0-9]*", t) for t in texts):
        return None
    values = [Decimal(t) for t in texts]
    scale = max(max(0, -v.normalize().as_tuple().exponent) for v in values)
    whole = max(len(str(abs(int(v)))) if abs(v) >= 1 else 0 for v in values)
    width = max(whole + scale, 1)
    return (width, scale) if width <= 38 else None


def narrowest(texts):
    """The type's name and its values for texts that are neither NULL nor empty; at least one."""
    if all(t in BOOLEANS for t in texts):
        return "BOOLEAN", [BOOLEANS[t] for t in texts]
    if all(WHOLE.fullmatch(t) for t in texts) and "-0" not in texts:
        values = [int(t) for t in texts]
        if all(-(2**63) <= v < 2**63 for v in values):
            return "BIGINT", values
        if all(abs(v) < 10**38 for v in values):
            return "HUGEINT", values
    if all(is_number(t) for t in texts):
        if all(double_holds(t) for t in texts):
            return "DOUBLE", [float(t) for t in texts]
        found = decimal_type(texts) if not any(t.removeprefix("-") in WORDS for t in texts) else None
        if found:
            return f"DECIMAL({found[0]},{found[1]})", [Decimal(t) for t in texts]
        return "VARCHAR", list(texts)
    times = [time_of_day(t) for t in texts]
    if all(t is not None for t in times):
        return "TIME", times
    moments = [moment(t) for t in texts]
    if all(moments):
        ns = [m[0] for m in moments]
        if not any(m[2] for m in moments):
            return "DATE", [day(t) for t in texts]
        if not any(m[3] for m in moments):
            if all(m[1] <= 6 for m in moments):
                return "TIMESTAMP", ns
            if all(abs(n) < 106751 * 86400 * 10**9 for n in ns):
                return "TIMESTAMP_NS", ns
        elif all(m[3] and m[1] <= 6 for m in moments):
            return "TIMESTAMP WITH TIME ZONE", ns
    return "VARCHAR", list(texts)


def typed(name, cells):
    """cells: None, or (text, quoted)."""
    texts = [c[0] for c in cells if c is not None and c[0] != ""]
    if not texts:
        return Column(name, "VARCHAR", [c and c[0] for c in cells])
    type_name, values = narrowest(texts)
    values = iter(values)
    empty = "" if type_name == "VARCHAR" else None
    return Column(name, type_name,
        [None if c is None else empty if c[0] == "" else next(values) for c in cells])


def with_sign(name, cells, decimal):
    """typed(), where numbers have another sign than a point between whole and part."""
    if decimal == ".":
        return typed(name, cells)
    turned = {decimal: ".", ".": decimal}
    column = typed(name, [c and (c[0].translate(str.maketrans(turned)), c[1]) for c in cells])
    if is_numeric(column.type):
        return column
    column = typed(name, cells)
    return Column(name, "VARCHAR", [c and c[0] for c in cells]) if is_numeric(column.type) else column


def is_numeric(type_name):
    return type_name in ("BIGINT", "HUGEINT", "DOUBLE") or type_name.startswith("DECIMAL")


# ---- text files: form ----

def decoded(data):
    try:
        text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        before = data.removeprefix(b"\xef\xbb\xbf")[: error.start]
        raise Refusal(1 + lines_in(before.decode("utf-8")), "not UTF-8") from None
    if "\0" in text:
        raise Refusal(1 + lines_in(text[: text.index("\0")]), "NUL")
    return text


def lines_in(text):
    return len(re.findall(r"\r\n|\r|\n", text))


def split(text, delimiter, quote='"', escape=None):
    """Records as (line, fields); a field is None or (text, quoted). [] is a line of no characters."""
    records = []
    try:
        return parts(text, delimiter, quote, escape, records)
    except Refusal as refusal:
        refusal.records = records
        try:
            width(records)
        except Refusal as earlier:
            refusal.others.append(earlier.line)
        raise


def bare_end(text, at, end, quote):
    """Where the line ends, if no quote is before: such a record, as most are, is parted at once."""
    found = end.search(text, at)
    stop = found.start() if found else len(text)
    return None if quote and text.find(quote, at, stop) >= 0 else stop


def parts(text, delimiter, quote, escape, records):
    """The same, which leaves behind the records before a fault."""
    end = re.compile(r"\r\n|\r|\n")
    plain = re.compile(r"[^\r\n" + re.escape(delimiter) + r"]*")
    at, line, fields, start = 0, 1, [], 1
    while True:
        stop = None if fields else bare_end(text, at, end, quote)
        if stop is not None:
            fields, at = [(field, False) if field else None for field in text[at:stop].split(delimiter)], stop
        elif quote and text.startswith(quote, at):
            opened, parts, at = line, [], at + 1
            while True:
                close = text.find(quote, at)
                if escape and escape != quote:
                    close = at
                    while close < len(text) and text[close] != quote:
                        close += 2 if text[close] == escape else 1
                    close = close if close < len(text) else -1
                if close < 0:
                    raise Refusal(opened, "quote")
                parts.append(text[at:close])
                at = close + 1
                if not text.startswith(quote, at) or (escape and escape != quote):
                    break
                parts.append(quote)
                at += 1
            value = "".join(parts)
            line += lines_in(value)
            if escape and escape != quote:
                value = re.sub(re.escape(escape) + "(.)", r"\1", value, flags=re.S)
            if at < len(text) and not text.startswith(delimiter, at) and text[at] not in "\r\n":
                raise Refusal(line, "quote")
            fields.append((value, True))
        else:
            found = plain.match(text, at)
            at = found.end()
            fields.append((found[0], False) if found[0] else None)
        if text.startswith(delimiter, at):
            at += 1
            continue
        if fields != [None] or at < len(text):
            records.append((start, [] if fields == [None] else fields))
        ended = end.match(text, at)
        if not ended:
            return records
        at, line, fields = ended.end(), line + 1, []
        start = line
        if at == len(text):
            return records


def width(records):
    """Fields of all records; a Refusal where one has another number."""
    filled = [r for r in records if r[1]]
    expected = len(filled[0][1]) if filled else 0
    for line, fields in filled:
        if len(fields) != expected:
            raise Refusal(line, "fields")
    return expected


@functools.lru_cache(maxsize=1)  # whoever reads the file beside others asks for the delimiter once more
def delimited(text, candidates, **quoting):
    """The delimiter by rule, and the records that it makes, which nobody changes."""
    good, refused = [], None
    quote = quoting.get("quote", '"')
    quoted = bool(quote) and quote in text
    for delimiter in candidates:
        if not quoted and delimiter not in text:  # one field a line, and nothing that could be refused
            continue
        try:
            records = split(text, delimiter, **quoting)
            first = next((r[1] for r in records if r[1]), [None])
            if len(first) > 1:
                width(records)
                good.append((delimiter, records))
        except Refusal as refusal:
            first = next((r[1] for r in refusal.records if r[1]), None)
            if first is None or len(first) > 1:
                refused = refused or refusal
                refused.others += [refusal.line, *refusal.others]
    if len(good) > 1:
        raise Refusal(None, "delimiter")
    if good:
        return good[0]
    if refused:
        raise refused
    return ",", split(text, ",", **quoting)


def may_be_data(fields):
    """No field has quotes, or a letter that is not of a number, time or boolean."""
    return all(f is None or (not f[1] and (f[0] in BOOLEANS or is_number(f[0]) or
        moment(f[0]) or time_of_day(f[0]) or not any(c.isalpha() or c > "\x7f" for c in f[0]))) for f in fields)


def read_csv(data, tsv=False, delimiter=None, header=None, columns=None, quote='"', escape=None,
        null_text=None, missing=(), skip=0, comment=None, decimal="."):
    try:
        text = decoded(data)
    except Refusal as refusal:
        try:
            delimited(data.decode("utf-8", "replace"), delimiter or ("\t" if tsv else ",;\t|"))
        except Refusal as earlier:
            refusal.others += [earlier.line, *earlier.others]
        raise
    lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", text)
    text = "".join(lines[skip:])
    assert comment is None or '"' not in text, "comments and quotes: not here"
    if comment:
        text = "".join(line if not line.startswith(comment) else re.sub("[^\r\n]", "", line)
            for line in re.split(r"(?<=\n)|(?<=\r)(?!\n)", text))
    quoting = {"quote": quote, "escape": escape}
    try:
        if delimiter or tsv:
            records = split(text, delimiter or "\t", **quoting)
        else:
            delimiter, records = delimited(text, ",;\t|", **quoting)
        if not any(r[1] for r in records):
            raise Refusal(None, "empty")
        count = width(records)
    except Refusal as refusal:
        refusal.line = refusal.line and refusal.line + skip
        raise
    records = [r for r in records if r[1]] if count > 1 else [(n, f or [None]) for n, f in records]
    if columns:
        names = list(columns)
    elif header is False:
        names = [f"column{i}" for i in range(count)]
    else:
        (line, first), *records = records
        if header is None and may_be_data(first):
            raise Refusal(line + skip, "header")
        names = [f[0] if f else "" for f in first]
        if "" in names[1:]:
            raise Refusal(line + skip, "name")
        names[0] = names[0] or "column0"

    def cell(field):
        field = field or ("", False)
        if field == (null_text or "", False) or field[0] in missing:
            return None
        return field

    columns = [[cell(r[1][i]) for r in records] for i in range(count)]
    return [with_sign(name, cells, decimal) for name, cells in zip(names, columns)]


# ---- JSON ----

class Raw(str):
    """A JSON number as it is written."""


decoder = json.JSONDecoder(parse_int=Raw, parse_float=Raw, parse_constant=Raw, strict=True)
BLANK = re.compile(r"[ \t\r\n]*")


def object_at(text, at, line):
    """{key: (value, as written)} of the object at `at`, and where it ends."""
    row, at = {}, BLANK.match(text, at + 1).end()
    while text[at : at + 1] != "}":
        if text[at : at + 1] != '"':
            raise Refusal(line(at), "key")
        key, at = decoder.raw_decode(text, at)
        at = BLANK.match(text, at).end()
        if text[at : at + 1] != ":":
            raise Refusal(line(at), "colon")
        at = BLANK.match(text, at + 1).end()
        value, stop = decoder.raw_decode(text, at)
        if key in row:
            raise Refusal(line(at), "twice")
        row[key] = value, text[at:stop]
        at = BLANK.match(text, stop).end()
        if text[at : at + 1] == ",":
            at = BLANK.match(text, at + 1).end()
        elif text[at : at + 1] != "}":
            raise Refusal(line(at), "comma")
    return row, at + 1


def json_column(name, cells):
    """cells: None (NULL or no key) or (value, as written)."""
    cells = [None if c is None or c[0] is None else c for c in cells]
    there = [c for c in cells if c is not None]
    if there and all(isinstance(c[0], bool) for c in there):
        return Column(name, "BOOLEAN", [c and c[0] for c in cells])
    if there and all(isinstance(c[0], Raw) for c in there):
        return typed(name, [c and (str(c[0]), False) for c in cells])
    if there and all(isinstance(c[0], (dict, list)) for c in there):
        return Column(name, "JSON", [c and c[1] for c in cells])
    texts = [c and (c[0] if isinstance(c[0], str) and not isinstance(c[0], Raw) else c[1]) for c in cells]
    if there and all(isinstance(c[0], str) and not isinstance(c[0], Raw) for c in there):
        dated = typed(name, [None if t is None else (t, False) for t in texts])
        if dated.type.startswith(("DATE", "TIME")) and "" not in texts:
            return dated
    return Column(name, "VARCHAR", texts)


def read_json(data, lines=False):
    text = decoded(data)
    at, rows = BLANK.match(text).end(), []

    def line(position):
        return 1 + text.count("\n", 0, position)

    array = not lines and text[at : at + 1] == "["
    at = BLANK.match(text, at + array).end()
    try:
        while at < len(text) and not (array and text[at] == "]"):
            if text[at] != "{":
                raise Refusal(line(at), "object")
            start = at
            row, at = object_at(text, at, (lambda _: line(start)) if lines else line)
            if lines and "\n" in text[start:at]:
                raise Refusal(line(start), "line")
            rows.append(row)
            at = BLANK.match(text, at).end()
            if array and text[at : at + 1] == ",":
                at = BLANK.match(text, at + 1).end()
            elif array and text[at : at + 1] != "]":
                raise Refusal(line(at), "array")
        if array and text[BLANK.match(text, at + 1).end() :]:
            raise Refusal(line(at), "more")
    except (ValueError, RecursionError) as error:
        raise Refusal(line(getattr(error, "pos", at)), "JSON") from None
    names = list(dict.fromkeys(key for row in rows for key in row))
    return [json_column(name, [row.get(name) for row in rows]) for name in names]


def read(path_name, data, **keys):
    """By the file's name, as the program does."""
    if path_name.endswith((".json", ".ndjson", ".jsonl")):
        return read_json(data, lines=not path_name.endswith(".json"))
    return read_csv(data, tsv=path_name.endswith(".tsv"), **keys)
