#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# Usage: test_verdict.py IOPFSIM
#
# What limits a run. Claims: each workload that comes with iopfsim is limited by what the table in docs/verdict.md says, and all
# are in it; each rule fires where it should and not where it should not; shares are between 0 and 1; text, report.html and
# result.json say the same sentence; an interrupted run says of what.
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

IOPFSIM = os.path.realpath(sys.argv[1])
SOURCE = os.getcwd()
WORKLOADS = sorted(os.path.basename(path)[:-5] for path in glob.glob("workloads/*.yaml"))
IN_TURN = ("device", "faults in flight", "start-up")

# Resource, name or None, workload, settings: each fires here ...
FIRES = [
    ("device", "device.bandwidth", "uadk-sva", ["handler.iopf=false", "workload.startup=0"]),
    ("memory bandwidth", "memory.bandwidth", "container", ["memory.bandwidth=10MB/s"]),
    ("CPUs", "all", "locks", ["machine.cpus=4"]),
    ("lock", "pfh_container.lock", "container", []),
    ("cache line", "&cmdq->q.llq", "cmdq", []),
    ("thread", "dmar-prq", "vtd-sva", ["cpu.idle_states=0", "host.event_decode=2us"]),
    ("CPU", "CPU 1", "pcie-sva", []),
    ("command queue", "smmu0.cmdq", "cmdq", ["smmu.timing.invalidation=20000"]),
    ("queue full", "evtq", "container", ["smmu.features.evtq_lg2=1"]),
    ("walker", "smmu0.walks", "premap", ["handler.iopf=false", "smmu.timing.walk_slots=1", "workload.accesses=20000"]),
    ("stall table", "smmu0.stalls", "locks", ["smmu.features.stall_max=16"]),
    ("page request credits", "pcie.page_request_credits", "vtd-sva", ["pcie.page_request_credits=4"]),
    ("faults in flight", "device.outstanding_faults", "uadk-sva", ["handler.extra=100us", "workload.startup=0"]),
    ("start-up", "workload.startup", "uadk-sva", ["workload.startup=1s"]),
]
# ... and is not even listed, or below 10 %, here.
SILENT = [
    ("device", "container", []),
    ("memory bandwidth", "container", []),
    ("CPUs", "uadk-sva", []),
    ("CPUs", "uadk-vfio", ["load.threads_per_cpu=1"]),  # that fills all CPUs, and makes room
    ("lock", "uadk-sva", []),
    ("cache line", "uadk-sva", []),
    ("thread", "uadk-sva", []),
    ("CPU", "uadk-sva", ["workload.startup=100ms"]),
    ("command queue", "uadk-sva", []),
    ("queue full", "container", []),
    ("walker", "premap", ["handler.iopf=false", "workload.accesses=20000"]),
    ("stall table", "locks", []),
    ("page request credits", "vtd-sva", []),
    ("faults in flight", "uadk-sva", ["workload.messages=20000"]),
    ("start-up", "container", []),
]
# Shorter than they are, where that changes nothing.
SHORTER = {"premap": ["workload.accesses=262144", "workload.footprint=16MiB"]}


def run(*command, code=0):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != code:
        sys.exit(f"FAILED: {' '.join(command)}: exit {done.returncode}: {done.stderr}")
    return done.stdout


def claim(holds, text):
    if not holds:
        sys.exit(f"FAILED: {text}")


def result_of(name, settings):
    run(IOPFSIM, "run", name, "-q", "--no-plots", "-o", "run", "--set", "output.timeline_limit=0",
        *[word for one in settings + SHORTER.get(name, []) for word in ("--set", one)])
    result = json.load(open("run/result.json"))
    for limit in result["limits"]:
        claim(0.05 <= limit["share"] <= 1, f"{name} {settings}: a share of {limit['share']}: {limit}")
    shares = [limit["share"] for limit in result["limits"]]
    claim(result["verdict"]["is_limited"] == bool(shares and shares[0] >= 0.75), f"{name}: {result['verdict']}")
    return result


def expected():
    table = open(os.path.join(SOURCE, "docs/verdict.md")).read().split("<!-- verdicts:")[1].split("<!-- /verdicts")[0]
    return dict(re.findall(r"^\| `([^`]+)` \| ([^|]+) \|", table, re.M))


def shipped_workloads_are_limited_by_what_the_page_says():
    table = expected()
    claim(sorted(table) == WORKLOADS, f"the table has {sorted(table)}, there are {WORKLOADS}")
    for name, words in table.items():
        result = result_of(name, [])
        limits = result["limits"]
        if words == "nothing":
            claim(not result["verdict"]["is_limited"], f"{name}: {limits[:1]}, not {words}")
            continue
        if words.startswith("in turn: "):
            wanted = words[len("in turn: "):].split(", ")
            serial = [limit["resource"] for limit in limits if limit["resource"] in IN_TURN]
            claim("two in turn" in result["verdict"]["throughput"] and serial[:2] == wanted,
                  f"{name}: {result['verdict']['throughput']}, not {wanted}")
            continue
        if words == "nothing":
            claim("Limited by nothing: " in result["verdict"]["throughput"], f"{name}: {result['verdict']}")
            continue
        resource, _, quoted = words.partition("`")
        claim(result["verdict"]["is_limited"] and limits[0]["resource"] == resource.strip() and
              quoted.rstrip("`") in limits[0]["name"], f"{name}: {limits[:1]}, not {words}")


def each_rule_fires_and_is_silent():
    for resource, which, name, settings in FIRES:
        found = [limit for limit in result_of(name, settings)["limits"] if limit["resource"] == resource]
        claim(found and found[0]["share"] >= 0.75 and which in found[0]["name"], f"{name} {settings}: no {resource}: {found}")
    for resource, name, settings in SILENT:
        for limit in result_of(name, settings)["limits"]:
            claim(limit["resource"] != resource or limit["share"] < 0.1, f"{name} {settings}: {limit}")
    claim({row[0] for row in FIRES} == {row[0] for row in SILENT}, "a rule lacks one of the two")


def little_to_do_is_limited_by_nothing():
    result = result_of("container", ["workload.interval=1ms"])
    claim("Limited by nothing: all is below its limits" in result["verdict"]["throughput"], result["verdict"])


def all_say_the_same():
    text = run(IOPFSIM, "run", "container", "--no-plots", "-o", "same")
    verdict = json.load(open("same/result.json"))["verdict"]
    report = open("same/report.html").read()
    for key in ("throughput", "latency", "next"):
        claim(verdict[key] and verdict[key] in text, f"the text lacks {verdict[key]}")
        claim(verdict[key].replace("&", "&amp;").replace("'", "&#39;") in report or
              verdict[key].replace("&", "&amp;") in report, f"report.html lacks {verdict[key]}")
    claim(report.index(verdict["throughput"]) < report.index("<dl>"), "it is not the first thing in the report")


folder = tempfile.mkdtemp(prefix="iopfsim-verdict-")
try:
    os.chdir(folder)
    shipped_workloads_are_limited_by_what_the_page_says()
    each_rule_fires_and_is_silent()
    little_to_do_is_limited_by_nothing()
    all_say_the_same()
finally:
    os.chdir("/")
    shutil.rmtree(folder)
print("verdicts are what docs/verdict.md says")
