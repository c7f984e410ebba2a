#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# Usage: test_translation.py IOPFSIM
#
# Translations and invalidations of a run. Claims: every look-up that hits is in the distribution of hits, with what a look-up
# takes; what missed and found no fault is in that of walks, which are longer where fewer may walk at a time; an endpoint's are
# requests; IOMMUs add up to the run; invalidations are counted by kind, with what they drop and who waited; what there
# was none of is not told.
import json
import os
import subprocess
import sys
import tempfile
from decimal import Decimal

IOPFSIM = os.path.realpath(sys.argv[1])
MUNMAP = ["mm_events.munmap.interval=20us", "mm_events.munmap.poisson=false"]
KINDS = ("by_address", "by_space", "all", "configuration", "endpoints")


def claim(holds, text):
    if not holds:
        sys.exit(f"FAILED: {text}")


def run(name, *settings):
    done = subprocess.run([IOPFSIM, "run", name, "--no-plots", "-o", "run", *(word for one in settings for word in ("--set", one))],
                          capture_output=True, text=True, check=False)
    claim(done.returncode == 0, done.stderr)
    with open("run/result.json") as text:
        return json.load(text, parse_float=Decimal, parse_int=Decimal), done.stdout


def counts(result):
    return {kind: times["count"] for kind, times in result["translations"].items() if kind.endswith("_ns")}


def hits_take_what_a_lookup_takes():
    result, text = run("uadk-sva")
    timing = result["configuration"]["smmu"]["timing"]
    claim(timing["clock"] == "1GHz", "a cycle is 1 ns, in what follows")
    hits, tlb = result["translations"]["hits_ns"], result["tlb"]
    claim(hits["count"] == tlb["hits"] > 0, f"{hits}, {tlb}")
    short, both = timing["utlb_lookup"], timing["utlb_lookup"] + timing["tlb_lookup"]
    claim(hits["total"] == (tlb["hits"] - tlb["main_hits"]) * short + tlb["main_hits"] * both, f"{hits}, {tlb}, {timing}")
    claim("look-ups hit" in text and "\n  walks " in text and "invalidated" not in text and "\n  ats " not in text, text)


def what_misses_walks():
    """An access that stalled is translated when it is told to try again; one that did not fault, at once."""
    result, _ = run("container")
    claim(counts(result)["walks_ns"] == result["stalls"]["retried"] == result["accesses"], f"{counts(result)}, {result['stalls']}")
    result, _ = run("premap", "workload.accesses=2000")
    claim(counts(result)["walks_ns"] + counts(result)["hits_ns"] == result["accesses"], f"{counts(result)}, {result['accesses']}")


def fewer_walkers_are_waited_for():
    many, _ = run("premap", "workload.accesses=2000")
    one, _ = run("premap", "workload.accesses=2000", "smmu.timing.walk_slots=1")
    a, b = many["translations"]["walks_ns"], one["translations"]["walks_ns"]
    claim(a["count"] == b["count"] and b["total"] > a["total"] and b["max"] > a["max"], f"{a}, {b}")


def endpoints_request():
    result, text = run("vtd-sva")
    claim(counts(result)["requests_ns"] > 0 and counts(result)["walks_ns"] == 0 == counts(result)["hits_ns"], counts(result))
    claim("\n  ats " in text and "look-ups" not in text and "of level 4" in text and "of level 0" not in text, text)


def iommus_add_up():
    result, _ = run("container")
    for kind in counts(result):
        times = result["translations"][kind]
        parts = [iommu["translations"][kind] for iommu in result["iommus"].values()]
        claim(sum(part["count"] for part in parts) == times["count"] and sum(part["total"] for part in parts) == times["total"],
              f"{kind}: {parts}, {times}")


def invalidations_are_counted():
    for name, endpoints in (("sva-locks", False), ("pcie-sva", True), ("vtd-sva", True)):
        result, text = run(name, *MUNMAP, "workload.accesses=500")
        invals = result["invalidations"]
        claim(result["mm"]["munmaps"] > 0, f"{name}: no munmap")
        claim(invals["by_address"]["count"] + invals["by_space"]["count"] > 0, f"{name}: {invals}")
        claim((invals["endpoints"]["count"] > 0) == endpoints, f"{name}: {invals}")
        claim(invals["waits"] > 0 and invals["waits_ns"] > 0, f"{name}: {invals}")
        claim(sum(invals[kind]["dropped"] for kind in KINDS) > 0, f"{name}: {invals}")
        for kind in KINDS:
            one = invals[kind]
            claim(one["count"] * one["max_ns"] >= one["total_ns"] >= one["max_ns"], f"{name}: {kind}: {one}")
        claim("invalidated" in text and "threads waited" in text, text)


def nothing_is_told_of_nothing():
    _, text = run("workqueue")
    claim("look-ups" not in text and "fetches" not in text and "invalidated" not in text, text)
    with open("run/data/translation.dat") as data:
        claim(all(line.startswith("#") for line in data), "a picture of nothing")


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    hits_take_what_a_lookup_takes()
    what_misses_walks()
    fewer_walkers_are_waited_for()
    endpoints_request()
    iommus_add_up()
    invalidations_are_counted()
    nothing_is_told_of_nothing()
    os.chdir("/")
print("all claims hold")
