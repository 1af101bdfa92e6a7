"""The same as test_changing_sanitized_slow.py, for longer, and with the quicker program: more tries in less time."""
# program: plain

from run import changing


def test_changing():
    changing.try_often(seconds=45, tries=500)
