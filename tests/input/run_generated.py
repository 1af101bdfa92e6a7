#!/usr/bin/env python3
"""A hundred random tables; see generated.py."""
import sys

import generated

generated.run(60, 40, sys.argv[1:])
