"""The expression language of Azure Pipelines, as far as templates here use it: parse once, evaluate with a context.

Values are None, bool, float, str, list and dict. Comparisons turn the right side into the left side's type, texts
compare without regard to case. What is unknown (a function, a name) is an error, never an empty text.
"""
import json
import re

TOKEN = re.compile(r"""\s*(?:
    (?P<string>'(?:[^']|'')*')
  | (?P<number>-?(?:\d+\.?\d*|\.\d+)(?![\w.]))
  | (?P<name>[A-Za-z_][\w-]*)
  | (?P<sign>[()\[\],.*])
)""", re.VERBOSE)


class BadExpression(Exception):
    pass


def tokens(text):
    position, found = 0, []
    text = text.rstrip()
    while position < len(text):
        match = TOKEN.match(text, position)
        if not match:
            raise BadExpression(f"cannot read {text[position:].strip()[:30]!r} in {text.strip()!r}")
        found.append((match.lastgroup, match[match.lastgroup]))
        position = match.end()
    return found


class _Parser:
    def __init__(self, text):
        self.text, self.tokens, self.next = text.strip(), tokens(text), 0

    def peek(self):
        return self.tokens[self.next] if self.next < len(self.tokens) else ("end", "")

    def take(self, sign=None):
        kind, value = self.peek()
        if sign is not None and value != sign:
            raise BadExpression(f"{sign!r} is missing before {value or 'the end'!r} in {self.text!r}")
        self.next += 1
        return kind, value

    def whole(self):
        tree = self.value()
        if self.peek()[0] != "end":
            raise BadExpression(f"{self.peek()[1]!r} is too much in {self.text!r}")
        return tree

    def arguments(self):
        self.take("(")
        found = []
        while self.peek()[1] != ")":
            if found:
                self.take(",")
            found.append(self.value())
        self.take(")")
        return found

    def value(self):
        kind, text = self.take()
        if kind == "string":
            return ("literal", text[1:-1].replace("''", "'"))
        if kind == "number":
            return ("literal", float(text))
        if kind != "name":
            raise BadExpression(f"a value is missing before {text or 'the end'!r} in {self.text!r}")
        if self.peek()[1] == "(":
            return ("call", text, self.arguments())
        low = text.lower()
        tree = ("literal", {"true": True, "false": False, "null": None}[low]) if low in ("true", "false", "null") \
            else ("name", text)
        while self.peek()[1] in (".", "["):
            if self.take()[1] == ".":
                kind, key = self.take()
                if kind != "name":
                    raise BadExpression(f"a property is missing after '.' in {self.text!r}")
                tree = ("index", tree, ("literal", key))
            else:
                tree = ("index", tree, self.value())
                self.take("]")
        return tree


def parse(text):
    """Trees: (literal, v), (name, n), (index, tree, tree), (call, name, [tree])."""
    return _Parser(text).whole()


def walk(tree):
    """All parts of a tree, itself first."""
    yield tree
    if tree[0] == "index":
        yield from walk(tree[1])
        yield from walk(tree[2])
    elif tree[0] == "call":
        for argument in tree[2]:
            yield from walk(argument)


def path(tree):
    """['dependencies', 'A', 'outputs', 'b.c'] for a chain of constant keys, else None."""
    if tree[0] == "name":
        return [tree[1]]
    if tree[0] == "index" and tree[2][0] == "literal":
        above = path(tree[1])
        return above and above + [tree[2][1]]
    return None


def text_of(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "True" if value else "False"
    if isinstance(value, float):
        return str(int(value)) if value == int(value) else repr(value)
    if isinstance(value, (list, dict)):
        raise BadExpression("a list or mapping cannot become a text")
    return str(value)


def truth(value):
    if isinstance(value, str):
        return value != ""
    if isinstance(value, (list, dict)):
        return True
    return bool(value)


def _like(left, right):
    """right as left's type; BadExpression when there is no way."""
    if isinstance(left, bool):
        return truth(right)
    if isinstance(left, float):
        if isinstance(right, bool):
            return float(right)
        try:
            return float(right)
        except (TypeError, ValueError):
            raise BadExpression("not a number") from None
    if isinstance(left, str):
        return text_of(right)
    if left is None and right in (None, ""):
        return None
    raise BadExpression("no common type")


def equal(left, right):
    try:
        right = _like(left, right)
    except BadExpression:
        return False
    return left.lower() == right.lower() if isinstance(left, str) else left == right


def _order(left, right):
    right = _like(left, right)
    if isinstance(left, str):
        left, right = left.lower(), right.lower()
    return (left > right) - (left < right)


def _format(pattern, *values):
    def put(match):
        if match[0] in ("{{", "}}"):
            return match[0][0]
        return text_of(values[int(match[1])])
    return re.sub(r"\{\{|\}\}|\{(\d+)\}", put, pattern)


def _contains(whole, part):
    if isinstance(whole, (list, dict)):
        raise BadExpression("contains looks into texts; containsValue looks into lists")
    return text_of(part).lower() in text_of(whole).lower()


def _contains_value(whole, part):
    return any(equal(v, part) for v in (whole.values() if isinstance(whole, dict) else whole))


FUNCTIONS = {
    "and": (2, None, lambda *v: all(map(truth, v))),
    "or": (2, None, lambda *v: any(map(truth, v))),
    "not": (1, 1, lambda v: not truth(v)),
    "xor": (2, 2, lambda a, b: truth(a) != truth(b)),
    "eq": (2, 2, equal),
    "ne": (2, 2, lambda a, b: not equal(a, b)),
    "gt": (2, 2, lambda a, b: _order(a, b) > 0),
    "ge": (2, 2, lambda a, b: _order(a, b) >= 0),
    "lt": (2, 2, lambda a, b: _order(a, b) < 0),
    "le": (2, 2, lambda a, b: _order(a, b) <= 0),
    "in": (2, None, lambda a, *v: any(equal(a, x) for x in v)),
    "notIn": (2, None, lambda a, *v: not any(equal(a, x) for x in v)),
    "contains": (2, 2, _contains),
    "containsValue": (2, 2, _contains_value),
    "startsWith": (2, 2, lambda a, b: text_of(a).lower().startswith(text_of(b).lower())),
    "endsWith": (2, 2, lambda a, b: text_of(a).lower().endswith(text_of(b).lower())),
    "format": (1, None, _format),
    "join": (2, 2, lambda sep, v: text_of(sep).join(map(text_of, v)) if isinstance(v, list) else text_of(v)),
    "split": (2, 2, lambda v, sep: re.split("|".join(map(re.escape, sep)), text_of(v))),
    "replace": (3, 3, lambda v, a, b: text_of(v).replace(text_of(a), text_of(b))),
    "lower": (1, 1, lambda v: text_of(v).lower()),
    "upper": (1, 1, lambda v: text_of(v).upper()),
    "trim": (1, 1, lambda v: text_of(v).strip()),
    "coalesce": (2, None, lambda *v: next((x for x in v if x not in (None, "")), "")),
    "length": (1, 1, lambda v: float(len(v if isinstance(v, (str, list)) else text_of(v)))),
    "iif": (3, 3, lambda c, a, b: a if truth(c) else b),
    "convertToJson": (1, 1, lambda v: json.dumps(v, indent=2)),
}
STATUS = ("always", "canceled", "failed", "succeeded", "succeededOrFailed")
_BY_LOWER = {name.lower(): name for name in FUNCTIONS}


def evaluate(tree, names, status=None):
    """names: the contexts; status: {function name: callable} where those of jobs and stages are allowed."""
    kind = tree[0]
    if kind == "literal":
        return tree[1]
    if kind == "name":
        for name, value in names.items():
            if name.lower() == tree[1].lower():
                return value
        raise BadExpression(f"{tree[1]!r} is unknown here; there are {', '.join(sorted(names))}")
    if kind == "index":
        whole, key = evaluate(tree[1], names, status), evaluate(tree[2], names, status)
        if isinstance(whole, dict):
            if hasattr(whole, "look_up"):
                return whole.look_up(text_of(key))
            return next((v for k, v in whole.items() if k.lower() == text_of(key).lower()), None)
        if isinstance(whole, list) and isinstance(key, float):
            return whole[int(key)] if 0 <= key < len(whole) else None
        return None
    name, arguments = tree[1], tree[2]
    if status:
        for known, function in status.items():
            if known.lower() == name.lower():
                return function(*(evaluate(a, names, status) for a in arguments))
    known = _BY_LOWER.get(name.lower())
    if not known:
        raise BadExpression(f"there is no function {name!r} here")
    least, most, function = FUNCTIONS[known]
    if len(arguments) < least or (most is not None and len(arguments) > most):
        raise BadExpression(f"{name} takes {least}{'' if most == least else ' or more'} values, not {len(arguments)}")
    return function(*(evaluate(a, names, status) for a in arguments))
