#!/usr/bin/env python3
"""Files that change while a run reads them never make a verdict of mixed data, nor a digest of other bytes."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "cli"))
import changing

changing.main(seconds=25, tries=100)
