#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# Usage: test_study_cmdq.py IOPFSIM
#
# iopfsim study cmdq. Claims: 18 of the 21 published rates of D06 come out within 20 %, all of the way to which constants
# are fitted and all of atomic-add; attempts for each cmpxchg that succeeds within 25 % from 16 CPUs on; where published
# rates of two ways differ by more than 5 %, but for 16 CPUs, the same one is ahead; between published numbers of CPUs
# nothing lies off the way; docs/validation.md says what comes out; of the second vendor seven of eight rates come out.
import json
import os
import re
import subprocess
import sys

IOPFSIM = os.path.realpath(sys.argv[1])
RATE, ATTEMPTS = "map_unmap_per_s_per_cpu", "cmpxchg_attempts_per_success"
# D06 with 16 CPUs in two messages: what lies between is as good.
TWICE = {("cmpxchg", 16): (115000, 157000)}


def claim(holds, text):
    if not holds:
        sys.exit(f"FAILED: {text}")


def study(*args):
    done = subprocess.run([IOPFSIM, "study", "cmdq", *args, "--json", "--quiet"], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, check=False)
    claim(not done.returncode, f"study cmdq {args}: {done.stderr}")
    points = json.loads(done.stdout)["points"]
    return {(p["parameters"]["smmu.driver.cmdq"], p["parameters"]["machine.cpus"]): p for p in points}


def is_close(points, key):
    low, high = TWICE.get(key, (0, 0))
    rate, published = points[key]["result"][RATE], points[key]["published"][RATE]
    # ten milliseconds of one seed are within 3 % of the mean of seeds
    return 0.97 * low <= rate <= 1.03 * high if high else abs(rate / published - 1) <= 0.2


points = study()
measured = [key for key, point in points.items() if RATE in point["published"]]
close = [key for key in measured if is_close(points, key)]
claim(len(measured) == 21, f"{len(measured)} rates were published")
claim(len(close) >= 18, f"{len(close)} of 21 within 20 %")
for key in measured:
    claim(key[0] == "spinlock-fallback" or key in close, f"{key} is not within 20 %")
for (way, cpus), point in points.items():
    if way == "cmpxchg" and cpus >= 16 and ATTEMPTS in point["published"]:
        off = point["result"][ATTEMPTS] / point["published"][ATTEMPTS] - 1
        claim(abs(off) <= 0.25, f"attempts with {cpus} CPUs are off by {off:.0%}")

# docs/validation.md has these numbers, in thousands, each with the digits that it is written with.
with open("docs/validation.md", encoding="utf-8") as file:
    table = re.search(r"^\| CPUs \| 2 \|.*?\n\n", file.read(), re.M | re.S)[0]
cpus_of = [int(cell) for cell in table.split("\n")[0].split("|")[2:-1]]
for line in table.split("\n")[2:]:
    if not line:
        continue
    cells = [cell.strip(" *") for cell in line.split("|")[1:-1]]
    way, key, unit = ("cmpxchg", ATTEMPTS, 1) if "attempts" in cells[0] else (re.search("`(.*)`", cells[0])[1], RATE, 1000)
    for cpus, cell in zip(cpus_of, cells[1:]):
        said = cell.split("/")[-1].strip()
        places = len(said.partition(".")[2])
        value = points[way, cpus]["result"][key] / unit
        claim(abs(float(said) - value) <= 0.5001 * 10 ** -places, f"docs/validation.md, {way}, {cpus} CPUs: {said}, and it is {value}")

for way, cpus in measured:
    for other in ("cmpxchg", "spinlock-fallback", "atomic-add"):
        if cpus == 16 or points[way, cpus]["published"][RATE] <= 1.05 * points[other, cpus]["published"][RATE]:
            continue
        claim(points[way, cpus]["result"][RATE] > points[other, cpus]["result"][RATE],
              f"{way} is not ahead of {other} with {cpus} CPUs")

for way in ("cmpxchg", "spinlock-fallback", "atomic-add"):
    curve = sorted((cpus, point["result"][RATE]) for (w, cpus), point in points.items() if w == way)
    for (few, before), (_, rate), (many, after) in zip(curve, curve[1:], curve[2:]):
        # 1 % for what chance does to a rate.
        claim(0.99 * after <= rate <= 1.01 * before, f"{way}: between {few} and {many} CPUs")

points = study("cmdq-second-vendor")
claim(sum(is_close(points, key) for key in points) >= 7 and len(points) == 8, "the second vendor")
