#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# Usage: test_work.py IOPFSIM
#
# What of a stage is work and what is waiting. Claims: a handler that computes longer adds just that to the
# work of one stage; a fault that nobody is in the way of waits for wake-ups and interrupts only; what waits for the
# container's mutex is the waiting before 'locked'; a full queue is waiting; the table of stages
# has both, in 100 columns. (That the two make up each stage of each workload is test_rows.py's.)
import json
import os
import subprocess
import sys
import tempfile
from decimal import Decimal

IOPFSIM = os.path.realpath(sys.argv[1])


def claim(holds, text):
    if not holds:
        sys.exit(f"FAILED: {text}")


def run(name, *settings):
    done = subprocess.run([IOPFSIM, "run", name, "--no-plots", "-o", "run", *(word for one in settings for word in ("--set", one))],
                          capture_output=True, text=True, check=False)
    claim(done.returncode == 0, done.stderr)
    with open("run/result.json") as text:
        return json.load(text, parse_float=Decimal, parse_int=Decimal), done.stdout


def mean(result, what):
    faults = result["faults"]
    return {stage: total / faults["completed"] for stage, total in faults[what].items()}


def a_longer_handler_is_work():
    before, after = (run("uadk-sva", f"handler.extra={extra}")[0] for extra in ("0ns", "2us"))
    work = {stage: mean(after, "work_ns")[stage] - ps for stage, ps in mean(before, "work_ns").items()}
    more = {stage: ps for stage, ps in work.items() if abs(ps) > 20}
    claim(len(more) == 1 and abs(sum(more.values()) - 2000) < 1, f"2 us more are {work}")


def nobody_is_in_the_way():
    result, text = run("uadk-sva")
    waits = {stage for stage, ns in mean(result, "waiting_ns").items() if ns > 1}
    claim(waits == {"interrupted", "dequeued", "handled"}, f"a single fault waits in {waits}")
    table = text[text.index("\n  stage "):].split("\n\n")[0].strip("\n").splitlines()
    claim(table[0].split() == ["stage", "mean", "work", "waiting", "p50", "p99", "max", "share"], table[0])
    claim(len(table) == 13 and max(map(len, table)) <= 100, table)


def a_mutex_is_waited_for():
    result, _ = run("container")
    lock = next(lock for lock in result["locks"] if lock["name"] == "pfh_container.lock")
    waiting = result["faults"]["waiting_ns"]["locked"]
    # Who waits has some work with it: getting into the queue, out of the way of a spin.
    claim(Decimal("0.95") < waiting / lock["wait_ns"]["total"] <= 1, f"{waiting}, not {lock['wait_ns']['total']}")


def a_full_queue_is_waited_for():
    short, _ = run("container", "smmu.features.evtq_lg2=2")
    long, _ = run("container")
    claim(mean(short, "waiting_ns")["recorded"] > 50 * mean(short, "work_ns")["recorded"], mean(short, "waiting_ns"))
    claim(abs(mean(short, "work_ns")["recorded"] - mean(long, "work_ns")["recorded"]) < 5, "writing a record takes as long")


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    a_longer_handler_is_work()
    nobody_is_in_the_way()
    a_mutex_is_waited_for()
    a_full_queue_is_waited_for()
    os.chdir("/")
print("all claims hold")
