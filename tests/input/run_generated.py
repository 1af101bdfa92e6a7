#!/usr/bin/env python3
"""A hundred random tables; see generated.py."""
import sys

from input import generated

generated.run(60, 40, sys.argv[1:])
