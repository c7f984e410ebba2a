#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# Usage: test_seeds.py IOPFSIM
#
# --repeat. Claims: the runs are those of seed, seed + 1, ..., in run, sweep and study; mean and interval are those of
# Student's t; of 20 intervals of ten seeds each at least 17 cover the mean of a hundred seeds; any number of processes gives
# the same, and what was interrupted goes on; what cannot be repeated is refused in one line.
import json
import math
import os
import subprocess
import sys
import tempfile

IOPFSIM = os.path.realpath(sys.argv[1])
SMALL = os.path.realpath("tests/data/small.yaml")
# Faults at random times, most of which wait for others: 400 a run.
RANDOM = [SMALL] + [f"--set={setting}" for setting in (
    "workload.generator=random", "workload.accesses=300", "workload.footprint=1MiB", "workload.interval=8us",
    "workload.poisson=true", "device.outstanding_faults=4")]
T = {9: 2.262, 2: 4.303, 4: 2.776}


def run(*command, code=0):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != code:
        sys.exit(f"FAILED: {' '.join(command)}: exit {done.returncode}: {done.stderr}")
    return done


def claim(holds, text):
    if not holds:
        sys.exit(f"FAILED: {text}")


def result(*options):
    return json.loads(run(IOPFSIM, "run", *RANDOM, "--json", "--quiet", "--no-plots", "-o", "out", *options).stdout)


def headline(one):
    steady = one["steady"]
    return (steady if steady["verdict"] in (0, 2) else one["faults"])["latency_ns"]


def repeats_are_the_runs_of_further_seeds():
    got = result("--repeat", "5", "--seed", "40")
    claim(got["seed"] == 40, "the run itself has another seed")
    repeats = got["repeats"]
    claim((repeats["first_seed"], repeats["seeds"]) == (40, 5), f"repeats of {repeats['first_seed']}")
    for i in range(5):
        one = result("--seed", str(40 + i))
        claim("repeats" not in one, "a single run has repeats")
        for name, key in (("mean", "latency_mean_ns"), ("p50", "latency_p50_ns"), ("p99", "latency_p99_ns")):
            alone, among = headline(one)[name], repeats[key]["values"][i]
            claim((alone is None) == (among is None) and (alone is None or abs(alone - among) < 0.001),
                  f"seed {40 + i}: {name} is {alone} alone, {among} among others")
    values = repeats["latency_mean_ns"]["values"]
    claim(len(set(values)) == 5, "seeds change nothing")
    mean = sum(values) / 5
    width = T[4] * math.sqrt(sum((v - mean) ** 2 for v in values) / 4 / 5)
    claim(abs(mean - repeats["latency_mean_ns"]["mean"]) < 0.01, "the mean is another")
    claim(abs(width - repeats["latency_mean_ns"]["half_width"]) < 0.01, "the interval is another")


def intervals_cover_the_mean():
    of_100 = result("--repeat", "100", "--seed", "1")["repeats"]["latency_mean_ns"]["mean"]
    covered, widths = 0, []
    for i in range(20):
        got = result("--repeat", "10", "--seed", str(1000 + 10 * i))["repeats"]["latency_mean_ns"]
        covered += abs(got["mean"] - of_100) <= got["half_width"]
        widths.append(got["half_width"])
    print(f"{covered} of 20 intervals of ten seeds cover the mean of 100, {of_100:.0f} ns; "
          f"half widths {min(widths):.0f} to {max(widths):.0f} ns")
    claim(covered >= 17, f"only {covered} of 20 intervals cover the mean")
    claim(0 < max(widths) < of_100, "intervals that say nothing")


def sweeps_and_studies_have_them():
    command = [IOPFSIM, "sweep", *RANDOM[:1], "--repeat", "3", "--set", "device.outstanding_faults=2", "--json", "-q", "--no-plots"]
    one, three = run(*command, "-j", "1").stdout, run(*command, "-j", "3", "-o", "swept").stdout
    claim(one == three, "one process and three differ")
    claim(one == open("swept/points.json").read(), "the folder has something else")
    for point in json.loads(one)["points"]:
        claim(point["result"]["repeats"]["seeds"] == 3, "a point without repeats")
        claim(point["result"]["derived"]["throughput_share_percent"] is not None, "no baseline")
    small = ["--set", "workload.accesses=64", "--set", "workload.footprint=256KiB", "--no-plots"]
    table = run(IOPFSIM, "study", "sva", "--repeat", "3", *small).stdout
    claim("over 3 seeds, mean and half of its 95 % interval" in table, "the study's table lacks the intervals")
    claim(table.count(" ± ") >= 14 * 3, "the study's table lacks intervals")
    summary = run(IOPFSIM, "run", *RANDOM, "--repeat", "3", "--no-plots", "-o", "out").stdout
    claim("over 3 seeds" in summary and " ± " in summary, "the summary lacks the intervals")


def what_was_interrupted_goes_on():
    command = [IOPFSIM, "sweep", *RANDOM[:1], "--repeat", "40", "-j", "1", "--json", "-q", "--no-plots", "-o", "later"]
    whole = run(*command).stdout
    os.rename("later", "before")
    subprocess.run(["timeout", "-s", "INT", "0.5", *command], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    claim(run(*command).stdout == whole, "what goes on comes to something else")
    claim(not os.path.exists("later.points"), "finished runs stay behind")


def refused(line, *options):
    done = run(IOPFSIM, *options, code=2)
    claim(not done.stdout and done.stderr == line + "\n", f"{options}: {done.stderr}")


def what_has_no_seeds_is_refused():
    refused("iopfsim run: --repeat: 1 is out of range, expected 2 to 1000", "run", SMALL, "--repeat", "1")
    refused("iopfsim study: option '--repeat' does nothing here: cmdq has no faults", "study", "cmdq", "--repeat", "3")
    refused("iopfsim study: option '--repeat' does nothing here: locks-here has no faults", "study", "locks-here",
            "--repeat", "3")


with tempfile.TemporaryDirectory() as work:
    os.chdir(work)
    repeats_are_the_runs_of_further_seeds()
    intervals_cover_the_mean()
    sweeps_and_studies_have_them()
    what_was_interrupted_goes_on()
    what_has_no_seeds_is_refused()
print("all claims hold")
