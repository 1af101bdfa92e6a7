#!/usr/bin/env python3
"""Files that change while a run reads them never make a verdict of mixed data, nor a digest of other bytes."""


from run import changing

changing.main(seconds=25, tries=100)
