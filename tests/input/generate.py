"""Random tables, and those who write them: as hand-written CSV, TSV, NDJSON and JSON with everything that
files have in them. What a file holds is known before it is written; contract.py says what becomes of it."""

import datetime
import json
import math
import string
import struct
import uuid

from input import contract
from input.contract import Refusal
from input.proof import Case

# ---- columns: lists of texts; None is NULL, "" the empty text ----

WORDS = ["red", "blue", "Zürich", "naïve", "日本", "🙂", "a b", " lead", "trail ", "O'Neil", "x-1", "#3",
    "1,000", "7;8", "a\tb", "p|q", 'say "hi"', '"', "'", "\\", "\\N", "two\nlines", "cr\rhere", "crlf\r\nhere",
    "-", "--", "+", ".", "e", "1e", "0x1F", "1_000", "1.2.3", "5%", "$5", "5 EUR", "10.0.0.1", "${x}", "{", "[1]",
    "null ", "nil", "∞", "\u200b", "\u00a0", "é", "e\u0301", "=1+1", "@x", "//", "/*", "--;", "%s"]
NULL_WORDS = ["NA", "N/A", "NULL", "null", "None", "nan?", "\\N", "-", "?", "#N/A", "missing"]


def whole(rng, bits):
    return str(rng.randrange(-(2**bits), 2**bits))


def real(rng):
    value = math.nan
    while not math.isfinite(value):
        value = struct.unpack("d", rng.randbytes(8))[0]
    return repr(rng.choice([value, rng.gauss(0, 1), rng.random() * 1e6, round(rng.random() * 100, 2)]))


def date(rng, first=1600, last=2400):
    return datetime.date(rng.randrange(first, last), rng.randrange(1, 13), rng.randrange(1, 29))


def clock(rng, digits=0, seconds=True):
    text = f"{rng.randrange(24):02}:{rng.randrange(60):02}"
    text += f":{rng.randrange(60):02}" if seconds else ""
    return text + (f".{rng.randrange(10**digits):0{digits}}" if digits else "")


def stamp(rng, digits=0, joint=" ", seconds=True, first=1600, last=2400):
    return f"{date(rng, first, last)}{joint}{clock(rng, digits, seconds)}"


def zone(rng):
    return rng.choice(["Z", "+00:00", f"{rng.choice('+-')}{rng.randrange(13):02}:{rng.choice(['00', '30', '45'])}"])


def odd_text(rng):
    return "".join(rng.choice(WORDS) for _ in range(rng.randrange(1, 4)))


VALUES = {
    "small whole": lambda r: str(r.randrange(-9, 10)),
    "bits": lambda r: str(r.randrange(2)),
    "whole": lambda r: whole(r, r.choice([8, 31, 53, 54, 63])),
    "whole of 64 bits": lambda r: r.choice([str(2**63 - 1), str(-(2**63)), whole(r, 63)]),
    "whole of 38 digits": lambda r: r.choice(["9" * 38, "-" + "9" * 38, "12345678901234567890", whole(r, 126)]),
    "whole of more": lambda r: whole(r, r.choice([60, 140, 300])),
    "near 2^53": lambda r: str(2**53 + r.randrange(-3, 4)),
    "padded": lambda r: f"{r.randrange(1000):04}",
    "some padded": lambda r: r.choice(["7", "12", "007"]) if r.random() < 0.1 else str(r.randrange(99)),
    "plus": lambda r: f"+{r.randrange(99)}",
    "minus zero": lambda r: r.choice(["0", "-0", "1"]),
    "price": lambda r: f"{r.randrange(100000) / 100:.2f}",
    "money": lambda r: f"{r.randrange(10**19)}.{r.randrange(100):02}",
    "long decimals": lambda r: f"0.{r.randrange(10**20):020}",
    "decimals and wholes": lambda r: r.choice([f"{r.randrange(10**20)}", "0.5", "1.25"]),
    "too long for a decimal": lambda r: f"{r.randrange(10**25)}.{r.randrange(10**25):025}",
    "shares": lambda r: repr(r.random()),
    "reals": real,
    "short reals": lambda r: r.choice([".5", "-.25", "1e-3", "2E5", "1.5e+10", "0.0", "-0.0", "3."]),
    "reals with inf": lambda r: r.choice(["1.5", "inf", "-inf", "nan", "NaN", "Infinity", "0"]),
    "wholes with inf": lambda r: r.choice(["1", "2", "inf"]),
    "beyond doubles": lambda r: r.choice(["1.5", "1e400"]) if r.random() < 0.2 else "2.5",
    "decimal comma": lambda r: f"{r.randrange(100)},{r.randrange(10)}",
    "true": lambda r: r.choice(["true", "false"]),
    "True": lambda r: r.choice(["True", "False"]),
    "TRUE": lambda r: r.choice(["TRUE", "FALSE", "true"]),
    "tRue": lambda r: r.choice(["true", "tRue"]),
    "yes": lambda r: r.choice(["yes", "no"]),
    "Yes": lambda r: r.choice(["Yes", "No"]),
    "T": lambda r: r.choice(["T", "F"]),
    "t": lambda r: r.choice(["t", "f"]),
    "Y": lambda r: r.choice(["Y", "N"]),
    "true and 1": lambda r: r.choice(["true", "1", "0"]),
    "dates": lambda r: str(date(r)),
    "dates with a 30 February": lambda r: "2026-02-30" if r.random() < 0.1 else str(date(r)),
    "dates of another form": lambda r: date(r).strftime(r.choice(["%d/%m/%Y"])),
    "US dates": lambda r: date(r).strftime("%m/%d/%Y"),
    "German dates": lambda r: date(r).strftime("%d.%m.%Y"),
    "dates without dashes": lambda r: date(r, 1900).strftime("%Y%m%d"),
    "short dates": lambda r: f"{r.randrange(1990, 2030)}-{r.randrange(1, 13)}-{r.randrange(1, 29)}",
    "months": lambda r: f"{r.randrange(1990, 2030)}-{r.randrange(1, 13):02}",
    "years": lambda r: str(r.randrange(1900, 2030)),
    "times": lambda r: clock(r, r.choice([0, 3, 6])),
    "times of 24": lambda r: r.choice(["24:00:00", "23:59:59"]),
    "short times": lambda r: clock(r, seconds=False),
    "durations": lambda r: f"{r.randrange(10)}:{r.randrange(60):02}:{r.randrange(60):02}",
    "stamps": lambda r: stamp(r, r.choice([0, 0, 3, 6])),
    "stamps with T": lambda r: stamp(r, 0, "T"),
    "stamps without seconds": lambda r: stamp(r, 0, r.choice(" T"), False),
    "stamps and dates": lambda r: r.choice([stamp(r), str(date(r))]),
    "stamps of nanoseconds": lambda r: stamp(r, r.choice([0, 7, 9]), " ", True, 1700, 2250),
    "stamps of ten digits": lambda r: stamp(r, 10),
    "instants": lambda r: stamp(r, r.choice([0, 3]), r.choice(" T")) + zone(r),
    "instants and stamps": lambda r: stamp(r) + r.choice(["", "Z"]),
    "dates and words": lambda r: r.choice([str(date(r)), "unknown"]),
    "UUIDs": lambda r: str(uuid.UUID(int=r.getrandbits(128))).upper(),
    "hex": lambda r: f"{r.getrandbits(32):08x}",
    "like reals": lambda r: f"{r.randrange(10)}e{r.randrange(10)}",
    "words": lambda r: r.choice(WORDS),
    "odd texts": odd_text,
    "long texts": lambda r: odd_text(r) * r.randrange(1, 400),
    "NULL words": lambda r: r.choice(NULL_WORDS),
    "wholes and NULL words": lambda r: r.choice([str(r.randrange(100)), "NA"]),
    "blanks around": lambda r: r.choice([" 5", "5 ", "6"]),
    "blanks": lambda r: r.choice([" ", "  ", "x"]),
    "empty": lambda r: "",
    "empty or word": lambda r: r.choice(["", "x"]),
    "empty or whole": lambda r: r.choice(["", "5"]),
    "NULL": lambda r: None,
    "thousands": lambda r: f"{r.randrange(1000, 10**7):,}",
    "comments": lambda r: f"# {r.randrange(9)}",
}
SURPRISES = ["x", "0.5", "007", "12345678901234567890", "2026-11-29", "true", "1e3", "nan", "1,5", "", "+1", None]


def column(rng, rows, kind=None):
    make = VALUES[kind or rng.choice(list(VALUES))]
    cells = [make(rng) for _ in range(rows)]
    if rng.random() < 0.4:
        share = rng.choice([0.05, 0.5, 0.95])
        cells = [None if rng.random() < share else c for c in cells]
    if rows and rng.random() < 0.15:
        cells[-1] = rng.choice(SURPRISES)
    return cells


NAMES = ["id", "name", "Straße", "é", "日本", "a b", " lead", "trail ", 'q"uote', "it's", "select", "order", "group",
    "a,b", "a;b", "a\tb", "a|b", "2020", "1.5", "true", "x.y", "x-y", "#h", "column0", "rowid", "_", "__x", "%", "100%",
    "a/b", "a\\b", "$x", "{}", "(a)", "a=b", "a:b", "@", "!", "🙂", "n" * 200, "two\nlines", "NULL", "null", "x" * 63,
    "filename", "row_number", "e1", "nan", "2020-01-01"]


def names(rng, count):
    if rng.random() < 0.5:
        return [f"c{i}" for i in range(count)]
    found, seen = [], set()
    while len(found) < count:
        name = rng.choice(NAMES) if rng.random() < 0.7 else "".join(
            rng.choice(string.ascii_letters + "_ é") for _ in range(rng.randrange(1, 12)))
        if name.casefold() not in seen:
            seen.add(name.casefold())
            found.append(name)
    return found


class Table:
    def __init__(self, rng, rows=None, columns=None, kinds=None):
        rows = rng.choice([0, 1, 2, 3, 5, 20, 60, 300]) if rows is None else rows
        columns = columns or rng.choice([1, 2, 2, 3, 4, 5, 8, 8, 40])
        self.names = names(rng, columns)
        self.columns = [column(rng, rows, kinds and kinds[i]) for i in range(columns)]
        self.rows = rows

    def expected(self):
        return [contract.typed(n, [None if c is None else (c, True) for c in cells])
            for n, cells in zip(self.names, self.columns)]

    def records(self):
        return list(zip(*self.columns)) if self.rows else []


# ---- CSV by hand ----

class Style:
    def __init__(self, rng):
        self.delimiter = rng.choice([",", ",", ",", ";", "\t", "|"])
        self.ends = rng.choice([["\n"], ["\n"], ["\r\n"], ["\r"], ["\n", "\r\n"], ["\n", "\r\n", "\r"]])
        self.quoting = rng.choice(["needed", "needed", "all", "texts", "some"])
        self.bom = rng.random() < 0.1
        self.last_end = rng.random() < 0.8
        self.blank_lines = rng.random() < 0.1
        self.tsv = self.delimiter == "\t" and rng.random() < 0.7
        self.said = rng.random() < 0.3
        self.null = ""


def field(rng, text, style):
    if text is None:
        return style.null
    needed = text in ("", style.null) or text[0] == '"' or any(c in text for c in f"{style.delimiter}\r\n") or (
        '"' in text and rng.random() < 0.5)
    texts = style.quoting == "texts" and not contract.is_number(text)
    if needed or style.quoting == "all" or texts or (style.quoting == "some" and rng.random() < 0.5):
        return '"' + text.replace('"', '""') + '"'
    return text


def csv_lines(rng, table, style):
    rows = [table.names, *table.records()]
    lines = [style.delimiter.join(field(rng, text, style) for text in row) for row in rows]
    if style.blank_lines and len(table.names) > 1:
        for _ in range(3):
            lines.insert(rng.randrange(1, len(lines) + 1), "")
    return lines


def joined(rng, lines, style):
    # CR, an empty line and LF would be one CR LF.
    ends = style.ends[:1] if "" in lines else style.ends
    text = "".join(line + rng.choice(ends) for line in lines)
    if not style.last_end and lines[-1] != "":
        text = text.rstrip("\r\n") if lines[-1][-1] not in "\r\n" else text
    return ("\ufeff" if style.bom else "").encode() + text.encode()


def judged(label, path, data, folder, keys=None, expected=None):
    """The case of a file; where the contract reads it, it must read what was written."""
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_bytes(data)
    own = dict(keys or {})
    own.update(own.pop("csv", {}))
    try:
        columns = contract.read(path, data, **own)
    except Refusal as refusal:
        return Case(label, path, refusal=refusal, keys=keys)
    if expected is not None and not alike(columns, expected):
        raise AssertionError(f"{label} {path}: not what was written: {columns} {expected}")
    return Case(label, path, columns, keys=keys)


def alike(some, others):
    return len(some) == len(others) and all(a.name == b.name and a.type == b.type and
        len(a.values) == len(b.values) and all(same(x, y) for x, y in zip(a.values, b.values))
        for a, b in zip(some, others))


def same(x, y):
    return x == y or (x != x and y != y and x is not None and y is not None)


def hand_csv(rng, folder, number):
    table, style = Table(rng), Style(rng)
    lines = csv_lines(rng, table, style)
    path = f"{number}.{'tsv' if style.tsv else 'csv'}"
    keys = {"csv": {"delimiter": style.delimiter}} if style.said and not style.tsv else {}
    return judged("hand-written CSV", path, joined(rng, lines, style), folder, keys, table.expected())


def odd_keys(rng, folder, number):
    """Files that need a key of the spec."""
    style = Style(rng)
    style.delimiter, style.tsv = ";", False
    kind = rng.choice(["decimal", "header", "columns", "skip", "null_text", "missing", "comment"])
    if kind == "decimal":
        table = Table(rng, rng.randrange(1, 40), 3, ["words", "small whole", "words"])
        numbers = [f"{rng.randrange(10**6) / 1000:.3f}" for _ in range(table.rows)]
        table.columns.append([n.replace(".", ",") for n in numbers])
        table.names.append("number")
        lines = csv_lines(rng, table, style)
        table.columns[-1] = numbers
        return judged("decimal comma", f"{number}.csv", joined(rng, lines, style), folder,
            {"csv": {"delimiter": ";", "decimal": ","}})
    table = Table(rng, rng.randrange(1, 40), rng.randrange(2, 6))
    lines, csv, keys = csv_lines(rng, table, style), {"delimiter": ";"}, {}
    if kind == "header":
        lines, csv["header"] = lines[1:], False
        table.names = [f"column{i}" for i in range(len(table.names))]
    elif kind == "columns":
        lines, csv["columns"] = lines[1:], table.names
    elif kind == "skip":
        lines, csv["skip"] = ["Report of May", "", 'by "us'] + lines, 3
    elif kind == "comment":
        table.columns = [[c and c.replace('"', "'") for c in cells] for cells in table.columns]
        table.names = [f"n{i}" for i in range(len(table.names))]
        style.quoting = "never"
        table.columns = [[c and c.translate(str.maketrans(";\r\n#", "____")) or None for c in cells]
            for cells in table.columns]
        lines = [";".join(c or "" for c in row) for row in [table.names, *table.records()]]
        csv["comment"] = "#"
        lines[1:1] = ["# a comment; with; more; fields"]
        lines.append("#another")
    else:
        word = rng.choice(["NA", "-999", "N/A"])
        if kind == "null_text":
            csv["null_text"] = style.null = word
        else:
            keys["missing"] = [word]
            table.columns = [[word if c is None else c for c in cells] for cells in table.columns]
        lines = csv_lines(rng, table, style)
        if kind == "missing":
            table.columns = [[None if c == word else c for c in cells] for cells in table.columns]
    return judged(f"CSV with {kind}", f"{number}.csv", joined(rng, lines, style), folder,
        {"csv": csv, **keys}, None if kind == "header" and not lines else table.expected())


def r_csv(rng, folder, number):
    """As write.csv of R writes: texts and names in quotes, NA and numbers without, names of rows first."""
    rows = rng.randrange(1, 50)
    table = Table(rng, rows, rng.randrange(1, 6))
    lines = [",".join(['""'] + ['"' + n.replace('"', '""') + '"' for n in table.names])]
    for i, row in enumerate(table.records()):
        texts = [f'"{i + 1}"']
        for text in row:
            plain = text is not None and contract.is_number(text)
            texts.append("NA" if text is None else text if plain else '"' + text.replace('"', '""') + '"')
        lines.append(",".join(texts))
    table.names.insert(0, "column0")
    table.columns.insert(0, [str(i + 1) for i in range(rows)])
    table.columns = [[None if c == "NA" else c for c in cells] for cells in table.columns]
    if "column0" in table.names[1:]:
        return r_csv(rng, folder, number)
    expected = table.expected()
    return judged("R's write.csv", f"{number}.csv", "".join(line + "\n" for line in lines).encode(), folder,
        {"missing": ["NA"]}, expected)


def late(rng, folder, number):
    """More rows than anybody's sample, and the surprise at the end."""
    rows = rng.choice([20479, 20480, 20481, 25000])
    table = Table(rng, rows, 3, ["bits", rng.choice(["whole", "dates", "price", "true", "times"]), "NULL"])
    for cells in table.columns:
        cells[-1] = rng.choice([s for s in SURPRISES if s != ""])
    style = Style(rng)
    style.quoting = "needed"
    lines = csv_lines(rng, table, style)
    path = f"{number}.{'tsv' if style.tsv else 'csv'}"
    return judged("late surprise", path, joined(rng, lines, style), folder, {}, table.expected())


def faulty(rng, folder, number):
    """A table with one fault in one line."""
    table, style = Table(rng, rng.choice([2, 5, 30, 3000]), rng.randrange(2, 6)), Style(rng)
    style.blank_lines = style.said = False
    lines = csv_lines(rng, table, style)
    place = rng.randrange(len(lines))
    fault = rng.choice(["wider", "narrower", "open quote", "latin-1", "NUL", "number names", "empty name", "preamble",
        "text behind a quote", "headless part"])
    if fault == "wider":
        lines[place] += style.delimiter + "x"
    elif fault == "narrower":
        lines[place] = "narrow"
    elif fault == "open quote":
        lines[place] = style.delimiter.join(['"open'] + ["x"] * (len(table.names) - 1))
    elif fault == "text behind a quote":
        lines[place] = style.delimiter.join(['"a"b'] + ["x"] * (len(table.names) - 1))
    elif fault == "number names":
        lines[0] = style.delimiter.join(rng.choice(["1", "2.5", "", "true", "2026-11-29"]) for _ in table.names)
    elif fault == "empty name":
        lines[0] = style.delimiter.join(["a"] + [""] * (len(table.names) - 1))
    elif fault == "preamble":
        lines[0:0] = ["Report of May", "made by us"]
    data = joined(rng, lines, style)
    if fault in ("latin-1", "NUL"):
        data += b"caf\xe9" if fault == "latin-1" else b"a\0b"
    path = f"{number}.{'tsv' if style.tsv else 'csv'}"
    return judged(f"CSV with {fault}", path, data, folder)


# ---- JSON by hand ----

def json_text(rng, text, wild):
    """A value as JSON has it."""
    if text is None:
        return "null"
    if text in ("true", "false"):
        return text
    number = contract.is_number(text) and contract.NUMBER.fullmatch(text) and text[-1] != "." and not (
        text.startswith((".", "-.")) or ".e" in text)
    if number and rng.random() < 0.98:
        return text
    if wild:
        return rng.choice(['{"k": 1}', "[1, 2]", json.dumps(text), "3"])
    return json.dumps(text, ensure_ascii=rng.random() < 0.5)


def hand_json(rng, folder, number):
    table = Table(rng, columns=rng.choice([1, 2, 3, 5, 8, 250]))
    if len(table.names) > 100 and table.rows > 60:
        table = Table(rng, 5, 250)
    sparse, wild = rng.random() < 0.3, rng.random() < 0.1
    blank = rng.choice(["", " ", "  "])
    rows = []
    for row in table.records():
        pairs = [(n, t) for n, t in zip(table.names, row) if not (t is None and sparse)]
        if rng.random() < 0.1:
            rng.shuffle(pairs)
        rows.append("{" + ("," + blank).join(
            f"{json.dumps(n)}:{blank}{json_text(rng, t, wild)}" for n, t in pairs) + "}")
    if not any('"' in row for row in rows):  # no column at all is another story
        rows.append('{"only": 1}')
    form = rng.choice(["ndjson", "jsonl", "array", "pretty", "objects"])
    fault = rng.choice(["", "", "", "", "twice", "no object", "cut off", "NaN"]) if rows else ""
    if fault == "twice":
        rows[-1] = '{"a": 1, "a": 2}'
    elif fault == "no object":
        rows[-1] = rng.choice(["1", '"x"', "null", "[1]"])
    elif fault == "cut off":
        rows[-1] = '{"a": 1'
    elif fault == "NaN":
        rows[-1] = '{"a": nan}'
    end = rng.choice(["\n", "\r\n"])
    if form in ("ndjson", "jsonl"):
        path, text = f"{number}.{form}", "".join(row + end for row in rows)
    else:
        path = f"{number}.json"
        text = end.join(rows) if form == "objects" else "[" + f",{end if form == 'pretty' else ''}".join(rows) + "]"
    if rng.random() < 0.1:
        text = "\ufeff" + text
    return judged(f"JSON {form} {fault}".strip(), path, text.encode(), folder)


def late_json(rng, folder, number):
    rows = [f'{{"a": {i % 2}, "b": "2026-11-29"}}' for i in range(rng.choice([20480, 20481, 25000]))]
    rows.append(rng.choice(['{"a": 0.5, "c": 1}', '{"a": "x"}', '{"b": "soon", "c": {"d": 1}}',
        '{"a": 12345678901234567890}']))
    return judged("late JSON", f"{number}.ndjson", "\n".join(rows).encode(), folder)


HAND = [(hand_csv, 40), (hand_json, 16), (faulty, 12), (r_csv, 8), (odd_keys, 10), (late, 2), (late_json, 1)]


def by_hand(rng, folder, number):
    makers, weights = zip(*HAND)
    return rng.choices(makers, weights)[0](rng, folder, number)
