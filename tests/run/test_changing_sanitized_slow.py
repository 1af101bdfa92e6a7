"""Files that change while a run reads them never make a verdict of mixed data, nor a digest of other bytes."""

from run import changing


def test_changing():
    # Some twenty tries see both outcomes; test_changing_slow.py looks for what is rare.
    changing.try_often(seconds=3, tries=50)
