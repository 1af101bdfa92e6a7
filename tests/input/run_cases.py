#!/usr/bin/env python3
"""The first of each file of cases/; see cases.py."""
import sys

from input import cases

cases.run(True, sys.argv[1:])
