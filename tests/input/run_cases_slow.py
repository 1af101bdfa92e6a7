#!/usr/bin/env python3
"""All that cases/ has; see cases.py."""
import sys

from input import cases

cases.run(False, sys.argv[1:])
