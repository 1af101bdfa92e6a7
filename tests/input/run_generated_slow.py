#!/usr/bin/env python3
"""A thousand random tables, others than the quick ones; see generated.py."""
import sys

from input import generated

generated.run(700, 300, sys.argv[1:] or ["slow"])
