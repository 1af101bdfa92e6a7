"""Do the committed expected values still say what numpy, scipy and scikit-learn say?"""

import math
import re
from pathlib import Path

import pytest

from oracle import make_expected

NUMBER = re.compile(r"(?<![\w.])-?(?:\d+\.?\d*(?:e[+-]?\d+)?|INFINITY)(?![\w.])")


def numbers(text):
    body = text.split("*/", 1)[1]  # the first line names versions
    return [float(x.replace("INFINITY", "inf")) for x in NUMBER.findall(body)]


@pytest.mark.parametrize("name", make_expected.FILES)
def test_expected(name):
    committed = Path(__file__).with_name(name).read_text()
    now = make_expected.text_of(name)
    same = NUMBER.sub("#", committed.split("*/", 1)[1]) == NUMBER.sub("#", now.split("*/", 1)[1])
    assert same, "the cases are not those of make_expected.py; run it again"
    for a, b in zip(numbers(committed), numbers(now), strict=True):
        assert math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-300) or abs(a - b) <= 1e-15, f"committed {a!r}, now {b!r}"
