#!/usr/bin/env python3
"""The same as run_changing.py, for minutes."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "cli"))
import changing

changing.main(seconds=240, tries=1000)
