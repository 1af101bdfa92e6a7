"""The expressions and directives as the service's documentation describes them, case by case."""
import pathlib
import tempfile

import pytest

from pipelines.expand import expand
from pipelines.expressions import BadExpression, evaluate, parse
from pipelines.source import Map, dump
from pipelines.source import parse as parse_yaml

NAMES = {"parameters": {"name": "Churn", "count": 3.0, "yes": True, "no": False, "list": ["a", "b"], "empty": [],
                        "map": {"Key": "value"}, "off": "false"}}
# Learn: "Expressions", sections Literals, Functions and Type casting.
VALUES = [
    ("'it''s'", "it's"), ("1.5", 1.5), ("-2", -2.0), ("true", True), ("null", None),
    ("parameters.name", "Churn"), ("parameters['name']", "Churn"), ("parameters.map.key", "value"),
    ("parameters.list[1]", "b"), ("parameters.list[7]", None), ("parameters.map.absent", None),
    # Texts are compared without regard to case; the right side becomes the left side's type.
    ("eq('A', 'a')", True), ("eq(parameters.name, 'CHURN')", True), ("ne('a', 'b')", True),
    ("eq(3, '3')", True), ("eq('3', 3)", True), ("eq(3, 'three')", False), ("eq(true, 'anything')", True),
    # The documented trap: a text 'false' is no false.
    ("eq(parameters.off, false)", True), ("eq(true, parameters.off)", True), ("eq(parameters.list, 'previous')", False),
    ("eq(null, '')", True), ("gt(parameters.count, 1)", True), ("gt(1, 1)", False), ("ge(1, '1')", True),
    ("lt('a', 'B')", True),
    ("le(2, 1)", False), ("and(true, 'x', 1)", True), ("and(true, '')", False), ("or(false, 0, 'x')", True),
    ("not('')", True),
    ("xor(true, 1)", False), ("in('b', 'A', 'B')", True), ("notIn('c', 'a', 'b')", True),
    ("contains('Release', 'LEA')", True),
    ("containsValue(parameters.list, 'B')", True), ("containsValue(parameters.list, 'c')", False),
    ("startsWith('refs/tags/v1', 'refs/tags/')", True), ("endsWith('a.yml', '.YML')", True),
    ("format('{0}-{1}-{{x}}', 'a', 2)", "a-2-{x}"), ("format('{0}', parameters.yes)", "True"),
    ("join(';', parameters.list)", "a;b"),
    ("join(';', parameters.empty)", ""), ("join(';', 'one')", "one"), ("replace('a-b-c', '-', '_')", "a_b_c"),
    ("coalesce(parameters.map.absent, '', 'x')", "x"), ("length(parameters.list)", 2.0), ("length('four')", 4.0),
    ("lower('ÄB')", "äb"), ("upper('ab')", "AB"), ("trim('  a ')", "a"), ("iif(eq(1, 1), 'y', 'n')", "y"),
    ("split('a,b', ',')", ["a", "b"]),
]
BAD = [
    ("eq(1", "is missing"), ("eq(1,)", "is missing"), ("eq(1 2)", "is missing"), ("1 2", "too much"),
    ("", "is missing"),
    ("\"a\"", "cannot read"), ("eq(1)", "takes 2"), ("nope(1)", "no function"), ("paramters.x", "unknown here"),
    ("parameters.", "property is missing"), ("contains(parameters.list, 'a')", "containsValue"),
    ("gt(1, 'x')", "not a number"),
    ("format('{0}', parameters.list)", "cannot become a text"), ("a == b", "cannot read"),
("succeeded()", "no function"), ]
# (what, steps of a pipeline with the parameters below, what is left)
PARAMETERS = """
parameters:
- {name: on, type: boolean, default: true}
- {name: which, type: string, default: b, values: [a, b, c]}
- {name: count, type: number, default: 2}
- {name: things, type: object, default: [x, y]}
- {name: pairs, type: object, default: {k1: v1, k2: v2}}
- {name: more, type: stepList, default: [{bash: one}, {bash: two}]}
"""
EXPANDED = [
    ("if", "- ${{ if parameters.on }}:\n  - bash: yes\n", "- bash: yes\n"),
    ("if not", "- ${{ if not(parameters.on) }}:\n  - bash: yes\n- bash: rest\n", "- bash: rest\n"),
    ("the first branch that holds",
     "- ${{ if eq(parameters.which, 'a') }}:\n  - bash: A\n- ${{ elseif eq(parameters.which, 'b') }}:\n  - bash: B\n"
     "- ${{ elseif eq(parameters.which, 'B') }}:\n  - bash: twice\n- ${{ else }}:\n  - bash: C\n", "- bash: B\n"),
    ("else", "- ${{ if eq(parameters.which, 'a') }}:\n  - bash: A\n- ${{ else }}:\n  - bash: C\n", "- bash: C\n"),
    ("two chains", "- ${{ if true }}:\n  - bash: A\n- ${{ if false }}:\n  - bash: B\n- ${{ else }}:\n  - bash: C\n",
        "- bash: A\n- bash: C\n"),
    ("keys under if",
     "- bash: x\n  ${{ if parameters.on }}:\n    displayName: seen\n  ${{ else }}:\n    displayName: other\n",
     "- bash: x\n  displayName: seen\n"),
    ("each item", "- ${{ each t in parameters.things }}:\n  - bash: say ${{ t }}\n", "- bash: say x\n- bash: say y\n"),
    ("each pair, in keys",
     "- bash: x\n  env:\n    ${{ each p in parameters.pairs }}:\n      A_${{ p.key }}: ${{ p.value }}\n",
     "- bash: x\n  env:\n    A_k1: v1\n    A_k2: v2\n"),
    ("each in each",
     "- ${{ each t in parameters.things }}:\n  - ${{ each p in parameters.pairs }}:\n    - bash: ${{ t }}${{ p.key "
     "}}\n",
     "- bash: xk1\n- bash: xk2\n- bash: yk1\n- bash: yk2\n"),
    ("insert", "- bash: x\n  env:\n    own: 1\n    ${{ insert }}: ${{ parameters.pairs }}\n",
        "- bash: x\n  env:\n    own: '1'\n    k1: v1\n    k2: v2\n"),
    ("a list of steps", "- bash: first\n- ${{ parameters.more }}\n", "- bash: first\n- bash: one\n- bash: two\n"),
    ("values within a text", "- bash: a ${{ parameters.which }} b ${{ parameters.count }} ${{ parameters.on }}\n",
        "- bash: a b b 2 True\n"),
    ("a runtime expression stays", "- bash: $(x) $[ y ]\n", "- bash: $(x) $[ y ]\n"),
]


def steps(text):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "p.yml"
        path.write_text(f"{PARAMETERS}\nsteps:\n{text}")
        pipeline, problems, _ = expand(path, Map(), folder)
    return pipeline["stages"][0]["jobs"][0]["steps"], problems


@pytest.mark.parametrize("text, wanted", VALUES)
def test_value(text, wanted):
    found = evaluate(parse(text), NAMES)
    assert found == wanted and type(found) is type(wanted)


@pytest.mark.parametrize("text, words", BAD)
def test_bad(text, words):
    with pytest.raises(BadExpression) as error:
        evaluate(parse(text), NAMES)
    assert words in str(error.value)


@pytest.mark.parametrize("text, wanted", [pytest.param(*case, id=what) for what, *case in EXPANDED])
def test_expanded(text, wanted):
    found, problems = steps(text)
    assert not problems
    assert dump(found) == dump(parse_yaml(wanted, "wanted"))
