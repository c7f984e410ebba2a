#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""iopfsim explore on drivers and models: nothing is found in the right ones, the same search finds the same, time-outs may come."""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

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
    for dispatch in ("inline", "workqueue", "device-workqueue", "cpu-threads"):
        found = sums(scenario, "-p", dispatch, "-n", "200")
        check(found["schedules"] == 200, f"{scenario} {dispatch}: {found}")
first = sums("smmuv3-fault-and-unbind", "-n", "100")
check(first == sums("smmuv3-fault-and-unbind", "-n", "100"), "a second search differs")
check(sums("smmuv3-fault-and-unbind", "-s", "dpor", "-n", "100")["schedules"] > 0, "dpor runs nothing")
code, out, _ = explore("vtd-translation-and-invalidation", "-n", "500", "--timeouts", "1", "--json", "--all")
check(code in (0, 1) and json.loads(out)["schedules"] == 500, f"--timeouts 1: exit {code}: {out}")
# A time-out that comes early is the end of nobody else's time.
sums("vtd-fault-and-unbind", "-n", "200", "--timeouts", "1")


def early_timeouts_are_in_the_file():
    """As Linux does, the driver goes on when CMD_SYNC is not complete in time: the device still reaches the page."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "schedule")
        code, out, err = explore("smmuv3-shared-translation-and-invalidation", "--timeouts", "3", "-n", "400", "-q", "-o", path)
        check((code, out, err) == (1, "", ""), f"--timeouts 3: exit {code}: {out} {err}")
        replays = [explore("--replay", path) for _ in range(2)]
        check(replays[0] == replays[1] and replays[0][0] == 1 and "time-outs" in replays[0][1], f"the replay: {replays[0]}")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        check("\ntimeouts 3\n" in text, text)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace("\ntimeouts 3\n", "\ntimeouts 0\n"))
        code, _, err = explore("--replay", path)
        check(code == 2 and "other steps" in err, f"without time-outs: exit {code}: {err}")


early_timeouts_are_in_the_file()
if FAILURES:
    sys.exit("\n".join(FAILURES))
