#!/usr/bin/env python3
"""The same as run_changing.py, for minutes."""


from run import changing

changing.main(seconds=240, tries=1000)
