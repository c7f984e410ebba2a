#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A schedule in which two threads let each other go first for ever is a livelock; one that is endless only because the thread that
could end it never runs is none: searches are fair. The handler with a loop that polls in place of its wait, with cpu_relax() and
without, has such schedules, and no bug."""
import json
import os
import subprocess
import sys

IOPFSIM = sys.argv[1]
FAILURES = []
PATCHES = ["drain-polls", "drain-polls-tightly"]


def check(claim, text):
    if not claim:
        FAILURES.append(text)


def planted_livelock_is_found():
    done = subprocess.run([IOPFSIM, "zoo", "--json", "fault-lets-drains-go-first"], capture_output=True, text=True, check=False)
    check(done.returncode == 0 and json.loads(done.stdout)["bugs"][0]["detector"] == "livelock", f"{done}")


def polling_is_no_livelock():
    """20,000 schedules of the mix; all with one preemption or none; and with each strategy by itself."""
    for name in PATCHES:
        done = subprocess.run([IOPFSIM, "zoo", "--patch", f"tests/explore/{name}.patch"], capture_output=True, text=True, check=False)
        check(done.returncode == 1 and "NOT FOUND" in done.stdout, f"{name}: {done}")
        program = os.path.join(os.path.dirname(os.path.abspath(IOPFSIM)), "zoo", name, "iopfsim-explore")
        for options in (["-s", "dfs", "--depth", "1"], ["-s", "pct", "--depth", "3", "-n", "3000"], ["-s", "random", "-n", "3000"]):
            done = subprocess.run([program, "fault-and-unbind", "--json", *options], capture_output=True, text=True, check=False)
            result = json.loads(done.stdout)
            check(not result["found"], f"{name} {options}: {result}")
            check(options[1] != "dfs" or result["complete"], f"{name} {options}: not complete: {result}")
            print(f"{name} {options}: {result['schedules']} schedules")


for test in (planted_livelock_is_found, polling_is_no_livelock):
    before = len(FAILURES)
    test()
    print(test.__name__, "failed" if len(FAILURES) > before else "holds")
for failure in FAILURES:
    print(failure)
sys.exit(bool(FAILURES))
