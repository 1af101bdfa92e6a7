#!/usr/bin/env python3
"""run_schema.py with every change that it knows, not only some."""
import sys

from report import run_schema

if __name__ == "__main__":
    sys.exit(run_schema.main(every=1))
