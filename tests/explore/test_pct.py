#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""PCT finds a bug of depth d in a schedule with a chance of at least 1/(n k^(d-1)), with n and k as it prints them.

For bugs of known depth: so many schedules that the bound promises five hits or more; the test fails if so few were hit as the
bound lets come by chance once in a million.
"""
import json
import math
import os
import subprocess
import sys

IOPFSIM = sys.argv[1]

# Bug, depth (one more than the switches that matter), scenario, design.
BUGS = [
    ("gate-not-asked", 2, "fault-and-invalidation", "range-lock"),
    ("bond-not-drained", 2, "fault-and-unbind", "range-lock"),
    ("tracked-write-brings-more", 2, "fault-and-tracking", "range-lock"),
    ("gate-read-late", 3, "fault-and-invalidation", "range-lock"),
]
CHANCE = 1e-6


def chance_of_at_most(hits, nr, p):
    """Of a binomial: P(X <= hits), by logarithms."""
    total = 0.0
    for i in range(hits + 1):
        total += math.exp(math.lgamma(nr + 1) - math.lgamma(i + 1) - math.lgamma(nr - i + 1) + i * math.log(p)
                          + (nr - i) * math.log1p(-p))
    return total


def explore(bug, scenario, design, depth, nr):
    program = os.path.join(os.path.dirname(os.path.abspath(IOPFSIM)), "zoo", bug, "iopfsim-explore")
    done = subprocess.run([program, scenario, "-d", design, "-s", "pct", "--depth", str(depth), "-n", str(nr), "--all", "--json",
                           "-S", "11"], capture_output=True, text=True, check=False)
    return json.loads(done.stdout)


def main():
    status = 0
    for bug, depth, scenario, design in BUGS:
        subprocess.run([IOPFSIM, "zoo", bug], check=True, capture_output=True)
        trial = explore(bug, scenario, design, depth, 1)
        bound = 1 / (trial["threads"] * trial["pct_decisions"] ** (depth - 1))
        nr = min(100000, max(2000, math.ceil(20 / bound)))
        result = explore(bug, scenario, design, depth, nr)
        hits = result["failures"]
        chance = chance_of_at_most(hits, nr, bound)
        print(f"{bug}: depth {depth}, n {result['threads']}, k {result['pct_decisions']}: {hits} of {nr} schedules hit, the bound "
              f"promises {bound * nr:.1f}")
        if bound * nr < 5 or chance < CHANCE:
            print(f"  that few have a chance of {chance:.2g}")
            status = 1
    return status


sys.exit(main())
