#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# Usage: test_rows.py IOPFSIM IOPFSIM-WITH-A-DUMMY-ROW
#
# Results leave by rows. Claims: a row that is added is in result.json, in points.json and the sweep's table where
# it was published, and in `list results`; every row of `list results` is in the result of a run, and every
# number of a run is a row; every queue that was used is in the plot's data and in the picture, by its name, for each
# workload that comes with iopfsim and has accesses; work and waiting of each stage make it up; a lock is in the plot's data if it has a bar that can be seen.
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from decimal import Decimal

IOPFSIM, DUMMY = (os.path.realpath(path) for path in sys.argv[1:3])
SMALL = os.path.realpath("tests/data/small.yaml")
WORKLOADS = sorted(os.path.basename(path)[:-5] for path in glob.glob("workloads/*.yaml"))
# Shorter than they are: what queues there are does not depend on it.
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


def at(tree, key):
    for part in key.split("."):
        tree = tree.get(part) if isinstance(tree, dict) else None
    return tree


def leaves(tree, key=""):
    """Keys of all numbers, lists of numbers being one."""
    if isinstance(tree, dict):
        for part, value in tree.items():
            yield from leaves(value, f"{key}.{part}" if key else part)
    else:
        yield key


def a_row_that_is_added_is_everywhere():
    key = "dummy.lock_classes"
    run(DUMMY, "run", SMALL, "-q", "--no-plots", "-o", "dummy")
    result = json.load(open("dummy/result.json"))
    claim(at(result, key) == len(result["locks"]) > 0, f"result.json has {at(result, key)}")
    with open(SMALL) as small, open("published.yaml", "w") as published:
        text = small.read()
        published.write(re.sub(r"published: *\{", "published: {" + key + ": 3, ", text, count=1))
    shutil.copytree(os.path.join(os.path.dirname(SMALL), "platforms"), "platforms")
    points = json.loads(run(DUMMY, "sweep", "published.yaml", "--json"))["points"]
    claim(points[0]["published"][key] == 3, "points.json lacks what was published")
    claim(all(at(point["result"], key) == len(point["result"]["locks"]) for point in points),
          "points.json lacks the row")
    table = run(DUMMY, "sweep", "published.yaml", "-q") + run(DUMMY, "sweep", "published.yaml")
    claim(key in table, "the sweep's table lacks the row")
    row = json.loads(run(DUMMY, "list", "results", key, "--json"))["results"]
    claim(row == [{"key": key, "unit": "count", "adds": "sum", "help": "classes of locks that there are"}],
          f"list results has {row}")
    claim(key in run(DUMMY, "list", "results"), "list results lacks the row")
    claim(key not in run(IOPFSIM, "list", "results"), "the row is in the command itself")


def rows():
    listed = json.loads(run(IOPFSIM, "list", "results", "--json"))["results"]
    for row in listed:
        for part in row.get("times", {"": ""}):
            yield row["key"] + ("." + part if part else "")


def members(result):
    """Numbers of a run as `list results` writes their keys."""
    apart = {"queues", "driver_latency", "iommus", "groups", "devices", "cpus", "locks", "wakeups", "threads"}
    head = {"form", "version", "workload", "seed", "config_hash", "trace_hash", "interrupted", "stuck", "unchecked", "configuration", "verdict",
            "limits", "refused", "trace_names", "defect_lines"}
    yield from leaves({key: value for key, value in result.items() if key not in apart | head})
    for name in sorted(apart & set(result)):
        between, each = (".*.", result[name].values()) if isinstance(result[name], dict) else ("[].", result[name])
        for member in each:
            yield from (name + between + key for key in leaves(member) if key.split(".")[0] not in ("name", "sites", "commands", "registers"))


def check_traffic(name, result):
    """What software said, by the specification's names: each came at least once."""
    for unit in result["iommus"].values():
        said = list(unit["commands"].items()) + list(unit["registers"]["writes"].items())
        claim(said and all(re.fullmatch("[A-Z][A-Z0-9_]+", word) and number > 0 for word, number in said), f"{name}: {said}")
        claim(unit["registers"]["reads"] > 0, f"{name}: no register was read")


def check_stages(name, result):
    """Work and waiting make up each stage, in picoseconds, and so all of the latency."""
    faults, whole = result["faults"], 0
    for stage, times in faults["stages_ns"].items():
        work, waiting = faults["work_ns"][stage], faults["waiting_ns"][stage]
        claim(min(work, waiting) >= 0 and work + waiting == times["total"], f"{name}: {stage}: {work} + {waiting}, {times}")
        whole += work + waiting
    claim(whole == faults["latency_ns"]["total"], f"{name}: {whole}, not {faults['latency_ns']}")


def check_queues(name, result):
    used = {queue for queue, numbers in result["queues"].items() if numbers["pushed"]}
    with open(f"{name}/data/queues.dat") as data:
        drawn = set(re.findall(r"^time_ms (\S+)$", data.read(), re.M))
    claim(used and drawn == used, f"{name}: queues used: {sorted(used)}, in the data: {sorted(drawn)}")
    if not shutil.which("gnuplot"):
        return
    with open(f"{name}/queue_depth.svg") as picture:
        text = picture.read()
    with open(f"{name}/data/queue_panels.dat") as panels:
        nr_of_kind = [int(last) - int(first) + 1 for first, last in re.findall(r"^(\d+) (\d+) ", panels.read(), re.M)]
    claim(sum(nr_of_kind) == len(used), f"{name}: the panels show {nr_of_kind} queues")
    for nr in nr_of_kind:
        claim(nr <= 4 or f">{nr} queues, from the lowest to the highest<" in text, f"{name}: the picture does not count {nr} queues")
    if max(nr_of_kind) <= 4:
        for queue in used:
            claim(f">{queue}<" in text, f"{name}: the picture does not name {queue}")
    check_shares(name, result)
    claim("not_used" not in text and "no queue" not in text, f"{name}: a panel without a queue")
    with open(f"{name}/data/queue_panels.dat") as panels:
        for kind in re.findall(r'"(.*), .*"', panels.read()):
            claim(kind in text, f"{name}: the picture does not name the {kind}")


def check_shares(name, result):
    """For how long the queues of a kind had which depth adds up to all of the time."""
    with open(f"{name}/data/queue_shares.dat") as data:
        blocks = re.split(r"\n\n+", data.read())
    for block in blocks:
        total = sum(float(share) for share in re.findall(r"^\d+ ([\d.]+) ", block, re.M))
        claim(abs(total - 100) < 0.01, f"{name}: shares of the time add up to {total} %")
    with open(f"{name}/data/queue_bands.dat") as data:
        for low, high in re.findall(r"^[\d.]+ (\d+) (\d+)$", data.read(), re.M):
            claim(int(low) <= int(high) <= max(queue["max_depth"] for queue in result["queues"].values()), f"{name}: a band from {low} to {high}")


def check_locks(name, result):
    """The ten that were waited for most, of those with a bar of half a percent of the longest."""
    def bars(lock):
        return lock["wait_ns"]["total"] + lock["line_wait_ns"], lock["hold_ns"]["total"]
    taken = [lock for lock in result["locks"] if lock["acquisitions"]]
    least = max((bar for lock in taken for bar in bars(lock)), default=0) / 200
    seen = [lock["name"] for lock in taken if max(bars(lock)) > least][:10]
    with open(f"{name}/data/locks.dat") as data:
        drawn = re.findall(r'"(.*)"$', data.read(), re.M)
    claim(bool(seen) == bool(taken) and drawn == seen, f"{name}: locks with a bar: {seen}, in the data: {drawn}")


def numbers_are_rows_and_queues_are_drawn():
    listed, there = set(rows()), set()
    for name in WORKLOADS:
        run(IOPFSIM, "run", name, "-q", "-o", name, *SHORTER.get(name, []))
        with open(f"{name}/result.json") as text:
            result = json.load(text, parse_float=Decimal)
        check_stages(name, result)
        check_traffic(name, result)
        if result["configuration"]["benchmark"]["kind"] == "none":
            check_queues(name, result)
            check_locks(name, result)
        there |= set(members(result))
    claim(there <= listed, f"no rows: {sorted(there - listed)}")
    claim(listed <= there, f"in no result: {sorted(listed - there)}")


with tempfile.TemporaryDirectory() as work:
    os.chdir(work)
    a_row_that_is_added_is_everywhere()
    numbers_are_rows_and_queues_are_drawn()
print("all claims hold")
