#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""docs/review-answers.md against tests/scenarios. Claims: it has the 19 rows; each names a scenario or a
test that exists, and that says itself that it is of this row; it is marked as failing on rfc-v3 exactly if
its file says so; and no scenario that fails on rfc-v3 is missing from the page's rows for want of a row."""
import glob
import os
import re
import sys

DESIGNS = ("rfc-v3", "core-path", "range-lock", "rcu")
failures = []


def front(path):
    """Rows, and whether rfc-v3 fails."""
    text = open(path).read()
    rows = re.search(r"^rows: \[(.*)\]", text, re.M)
    fails = re.search(r"^fails-on: (.*)", text, re.M)
    return ([int(r) for r in rows.group(1).split(",")] if rows else [],
            bool(fails and "rfc-v3" in fails.group(1)))


def check_row(row, shows, known):
    named = 0
    for name, mark in re.findall(r"`([a-z0-9_-]+)`( ✗)?", shows):
        if name in known:
            rows, fails = known[name]
            named += 1
            if row not in rows:
                failures.append(f"row {row}: {name} is of rows {rows}")
            if bool(mark) != fails:
                failures.append(f"row {row}: {name}: the mark is wrong")
        elif name.startswith("test_"):
            if not os.path.exists(f"tests/handler/{name}.c"):
                failures.append(f"row {row}: no {name}.c")
        elif name not in DESIGNS:
            failures.append(f"row {row}: there is no scenario {name}")
    if not named:
        failures.append(f"row {row} names no scenario")


def main():
    known = {os.path.basename(path)[:-5]: front(path)
             for path in glob.glob("tests/scenarios/*.yaml")}
    lines = [line for line in open("docs/review-answers.md") if re.match(r"\| \d+ \|", line)]
    if [int(line.split("|")[1]) for line in lines] != list(range(1, 20)):
        failures.append("the page does not have the rows 1 to 19")
    for line in lines:
        check_row(int(line.split("|")[1]), line.split("|")[4], known)
    for name, (rows, fails) in known.items():
        if fails and not rows:
            failures.append(f"{name} fails on rfc-v3 and is of no row")
    for failure in failures:
        print(failure, file=sys.stderr)
    return bool(failures)


sys.exit(main())
