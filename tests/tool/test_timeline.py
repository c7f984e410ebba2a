#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# Usage: test_timeline.py IOPFSIM
#
# timeline.json of each workload that comes with iopfsim and has accesses. Claims: times are whole nanoseconds; slices of a
# track nest, at most three deep, and none outlasts its parent; each fault is a slice, with a path that begins and ends on it
# and begins each step in a slice; depths are those of a queue; a CPU's threads, and what its threads' tracks say, agree;
# output.timeline_limit bounds the faults, what was left out is said, and no number of the run depends on it.
import collections
import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile

IOPFSIM = os.path.realpath(sys.argv[1])
WORKLOADS = sorted(os.path.basename(path)[:-5] for path in glob.glob("workloads/*.yaml"))
# Shorter than they are: 256 faults show all.
LIMIT = ["--set", "output.timeline_limit=256"]
SHORTER = {name: ["--set", "workload.accesses=64", "--set", "workload.footprint=256KiB"]
           for name in ("locks", "sva-locks", "premap")}


def run(*command):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"FAILED: {' '.join(command)}: exit {done.returncode}: {done.stderr}")
    return done.stdout


def claim(holds, text):
    if not holds:
        sys.exit(f"FAILED: {text}")


def ns(us):
    """The file has three decimals; a float has not."""
    whole = round(us * 1000)
    claim(abs(us * 1000 - whole) < 1e-3, f"{us} us is no whole number of ns")
    return whole


class Track:
    def __init__(self):
        self.slices = []  # (from, to, category, name), as they stand in the file

    def check(self, name):
        stack = []
        for begin, end, category, what in self.slices:
            claim(end > begin, f"{name}: {what} takes no time")
            while stack and stack[-1][1] <= begin:
                claim(stack[-1][1] < begin, f"{name}: {what} begins when {stack[-1]} ends")
                stack.pop()
            if stack:
                claim(end <= stack[-1][1], f"{name}: {what} [{begin}, {end}] outlasts {stack[-1]}")
            # Who adds begin and length as floating-point numbers may be off by a trifle.
            claim(not stack or end < stack[-1][1], f"{name}: {what} ends with {stack}")
            stack.append((begin, end, what))
            claim(len(stack) <= 3, f"{name}: {stack} is more than three deep")

    def has(self, at):
        return any(begin <= at < end for begin, end, _, _ in self.slices)


def check(name, root, nr_faults):
    tracks, names, paths = collections.defaultdict(Track), {}, collections.defaultdict(list)
    queues = {queue for queue in root["result"]["queues"]}
    for event in root["timeline"]["traceEvents"]:
        place = event.get("pid"), event.get("tid")
        if event["ph"] == "X":
            begin = ns(event["ts"])
            tracks[place].slices.append((begin, begin + ns(event["dur"]), event["cat"], event["name"]))
        elif event["ph"] == "M" and event["name"].endswith("_name"):
            names[place] = event["args"]["name"]
        elif event["ph"] == "C":
            claim(event["name"] in queues, f"{name}: {event['name']} is no queue")
        elif event["ph"] in "stf":
            paths[event["id"]].append((event["ph"], place, ns(event["ts"])))
    nr_slices = collections.Counter()
    for place, track in tracks.items():
        claim(place in names, f"{name}: track {place} has no name")
        track.slices.sort(key=lambda slice: (slice[0], -slice[1]))
        track.check(f"{name}, {names[place]}")
        nr_slices.update(category for _, _, category, _ in track.slices)
    claim(nr_slices["fault"] == nr_faults, f"{name}: {nr_slices['fault']} slices of {nr_faults} faults")
    for number, steps in paths.items():
        phases = "".join(phase for phase, _, _ in steps)
        claim(phases in ("stf", "sttf"), f"{name}: fault {number} has a path {phases}")
        claim(steps[0][1] == steps[-1][1], f"{name}: fault {number} ends on another track")
        claim(all(a[2] <= b[2] for a, b in zip(steps, steps[1:])), f"{name}: fault {number} goes back in time")
        for phase, place, at in steps:
            claim(tracks[place].has(at), f"{name}: step {phase} of fault {number} is in no slice")
    claim(len(paths) == nr_faults, f"{name}: {len(paths)} paths of {nr_faults} faults")
    of_threads = had_a_cpu(tracks, names, 2, ("running", "spinning"))
    of_cpus = had_a_cpu(tracks, names, 1, ("thread",))
    ran = any(thread["running_ns"] for thread in root["result"]["threads"])
    claim(bool(of_threads) == ran and of_threads.keys() == of_cpus.keys(), f"{name}: threads {of_threads}, CPUs {of_cpus}")
    for thread, (time, nr) in of_threads.items():
        # each end is rounded, and up to 3 ns early (timeline.c)
        claim(abs(time - of_cpus[thread][0]) <= 4 * (nr + of_cpus[thread][1]),
              f"{name}: {thread} ran {time} ns by its own track, {of_cpus[thread][0]} ns by those of the CPUs")
    return nr_slices


def had_a_cpu(tracks, names, process, categories):
    """By thread: how long, ns, and how many slices say so. On CPUs less the interrupts on top."""
    sums = {}
    for (pid, tid), track in tracks.items():
        thread = None
        for begin, end, category, what in track.slices if pid == process else ():
            name = names[pid, tid] if process == 2 else what
            if category in categories:
                time, nr = sums.get(name, (0, 0))
                sums[name] = time + end - begin, nr + 1
                thread = (name, end)
            elif category == "interrupt" and thread and end <= thread[1]:
                time, nr = sums[thread[0]]
                sums[thread[0]] = time - (end - begin), nr + 1
    return sums


def load(folder):
    return {"result": json.load(open(f"{folder}/result.json")), "timeline": json.load(open(f"{folder}/timeline.json"))}


def each_workload():
    nr = 0
    for name in WORKLOADS:
        if "benchmark:" in open(os.path.join(SOURCE, "workloads", name + ".yaml")).read():
            continue
        run(IOPFSIM, "run", name, "-q", "--no-plots", "-o", name, *LIMIT, *SHORTER.get(name, []))
        root = load(name)
        ended, said = root["result"]["faults"]["completed"], root["timeline"]["otherData"]
        claim(int(said["faults"]) == ended, f"{name}: {said} and {ended} faults")
        claim(int(said["dropped_faults"]) == max(0, ended - 256), f"{name}: {said}")
        check(name, root, min(ended, 256))
        nr += 1
    claim(nr >= 9, f"only {nr} workloads have accesses")


def a_limit_changes_no_number():
    for limit in (0, 7, 1000000):
        run(IOPFSIM, "run", SMALL, "-q", "--no-plots", "-o", f"limit{limit}", "--set", f"output.timeline_limit={limit}")
    roots = {limit: load(f"limit{limit}") for limit in (0, 7, 1000000)}
    claim(len({root["result"]["trace_hash"] for root in roots.values()}) == 1, "the hash depends on the limit")
    claim(check("none", roots[7], 7)["running"], "nobody runs")
    claim(not [event for event in roots[0]["timeline"]["traceEvents"] if event["ph"] != "M"], "a limit of 0 has events")
    claim(roots[1000000]["timeline"]["otherData"]["dropped_faults"] == "0", "all faults fit")


SOURCE = os.getcwd()
SMALL = os.path.realpath("tests/data/small.yaml")
folder = tempfile.mkdtemp(prefix="iopfsim-timeline-")
try:
    os.chdir(folder)
    each_workload()
    a_limit_changes_no_number()
finally:
    os.chdir("/")
    shutil.rmtree(folder)
print("timelines nest, agree with themselves, and say what they leave out")
