#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# Usage: spoil.py STORE...
#
# Adds one to a number of each run that these stores of a sweep keep.
import sqlite3
import sys

for path in sys.argv[1:]:
    with sqlite3.connect(path) as store:
        store.execute('UPDATE runs SET "faults.recorded" = "faults.recorded" + 1')
