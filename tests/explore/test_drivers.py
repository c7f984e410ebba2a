#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""iopfsim explore on drivers and models: nothing is found in the right ones, the same search finds the same, time-outs may come."""
import json
import pathlib
import re
import subprocess
import sys

IOPFSIM = sys.argv[1]
FAILURES = []


def explore(*arguments):
    done = subprocess.run([IOPFSIM, "explore", *arguments], capture_output=True, text=True, timeout=1500)
    return done.returncode, done.stdout, done.stderr


def check(claim, text):
    if not claim:
        FAILURES.append(text)


def sums(*arguments):
    code, out, err = explore(*arguments, "--json")
    check(code == 0, f"{arguments}: exit {code}: {out} {err}")
    result = json.loads(out) if out else {}
    return {key: result.get(key) for key in ("schedules", "points", "decisions", "failures")}


scenarios = [path.stem for path in sorted(pathlib.Path("tests/schedules").glob("*.yaml"))
             if re.search(r"^machine: (?!mock)", path.read_text(encoding="utf-8"), re.M)]
check(len(scenarios) >= 20, f"{len(scenarios)} scenarios run on drivers")
for scenario in scenarios:
    found = sums(scenario, "-n", "200")
    check(found["schedules"] == 200, f"{scenario}: {found}")
first = sums("smmuv3-fault-and-unbind", "-n", "100")
check(first == sums("smmuv3-fault-and-unbind", "-n", "100"), "a second search differs")
check(sums("smmuv3-fault-and-unbind", "-s", "dpor", "-n", "100")["schedules"] > 0, "dpor runs nothing")
code, out, _ = explore("vtd-translation-and-invalidation", "-n", "500", "--timeouts", "1", "--json", "--all")
check(code in (0, 1) and json.loads(out)["schedules"] == 500, f"--timeouts 1: exit {code}: {out}")
if FAILURES:
    sys.exit("\n".join(FAILURES))
