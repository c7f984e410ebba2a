#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# Usage: test_study_load.py IOPFSIM
#
# iopfsim study load. Claims: where one mutex admits one fault at a time the mean is that of a queue of one server with
# constant service (M/D/1, a closed form) within 4 % up to half the highest rate, and within 8 % above (of seed 1); each curve rises with the load, its percentiles stand
# in order, and its p99 rises first; what is saturated has no latency; the more a design handles, the later; what limits a
# saturated design with one mutex is that mutex.
import json
import os
import subprocess
import sys

IOPFSIM = os.path.realpath(sys.argv[1])
ONE_SERVER = ("rfc-v3", "core-path")


def claim(holds, text):
    if not holds:
        sys.exit(f"FAILED: {text}")


def curves():
    done = subprocess.run([IOPFSIM, "study", "load", "--json", "--quiet"], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, check=False)
    claim(not done.returncode, f"study load: {done.stderr}")
    found = {}
    for point in json.loads(done.stdout)["points"]:
        key = point["parameters"]["handler.design"], point["parameters"]["handler.dispatch"]
        found.setdefault(key, []).append(point["result"])
    return found


def check_curve(key, results):
    free = [result for result in results if not result["load"]["is_saturated"]]
    full = [result for result in results if result["load"]["is_saturated"]]
    claim(len(free) >= 4 and full, f"{key}: {len(free)} points below saturation, {len(full)} beyond")
    times = [result["steady"]["latency_ns"] for result in free]
    claim(all(time[what] for time in times for what in ("mean", "p50", "p99", "p999")), f"{key}: a percentile is refused")
    claim(all(time["p50"] < time["p99"] < time["p999"] <= time["max"] for time in times), f"{key}: percentiles out of order")
    claim(all(a["p99"] < 1.05 * b["p99"] for a, b in zip(times, times[1:])), f"{key}: p99 falls as the load grows")
    claim(times[-1]["p99"] / times[0]["p99"] > times[-1]["p50"] / times[0]["p50"], f"{key}: the median rises before p99")
    most = max(result["load"]["handled_faults_per_s"] for result in results)
    for result in free:
        formula = result["load"]["mdone_mean_us"]
        claim((formula is not None) == (key[0] in ONE_SERVER), f"{key}: M/D/1 is {formula}")
        if formula:
            off = result["steady"]["latency_ns"]["mean"] / 1000 / formula - 1
            limit = 0.04 if result["load"]["offered_faults_per_s"] < 0.55 * most else 0.08
            claim(abs(off) <= limit, f"{key}: the mean is off M/D/1 by {off:.1%} at {result['load']['offered_faults_per_s']}")
    if key[0] in ONE_SERVER:
        claim(all("pfh_container.lock" in result["load"]["limited_by"] for result in full), f"{key}: not limited by its mutex")
    return most


most = {key: check_curve(key, results) for key, results in curves().items()}
claim(len(most) == 6, f"{len(most)} curves")
claim(most["core-path", "cpu-threads"] < most["range-lock", "cpu-threads"] < most["rcu", "cpu-threads"], f"handled: {most}")
print("latency against load is what queues make of it")
