#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# Usage: test_sensitivity.py IOPFSIM
#
# --sensitivity, and section `sources` that it goes by. Claims: each estimate is run at half and at twice, and comes to what
# --set with that value comes to, a distribution with each of its quantiles; what is fitted or does nothing is left
# alone; the table is sorted by how far the answer moves; sweeps, studies and benchmarks have it; what is wrong in `sources` is
# said where it stands; of the platforms that come with iopfsim `sources` says what the comment at each number does.
import glob
import json
import os
import re
import subprocess
import sys
import tempfile

IOPFSIM = os.path.realpath(sys.argv[1])
DATA = os.path.realpath("tests/data")
PLATFORMS = sorted(glob.glob(os.path.realpath("workloads/platforms") + "/*.yaml"))
ONE = ("--set", "machine.devices=1", "--set", "workload.messages=8")  # each fault wakes the event thread
SOURCES = """
sources:
  fitted: [host.mm_fault]
  estimate: [cpu.switch, cpu.irq_entry, cpu.wakeup, host.pte_write, smmu.timing.command, vtd.timing.link, kernel.queue_work]
"""


def run(*command, code=0):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != code:
        sys.exit(f"FAILED: {' '.join(command)}: exit {done.returncode}: {done.stderr}")
    return done


def claim(holds, text):
    if not holds:
        sys.exit(f"FAILED: {text}")


def platform(name, sources, **values):
    with open(f"{DATA}/platforms/small.yaml") as small:
        text = small.read()
    for key, value in values.items():
        text, nr = re.subn(rf"\b{key}: *[^\s#]+", f"{key}: {value}", text)
        claim(nr == 1, f"small.yaml has {nr} times {key}")
    with open(name, "w") as out:
        out.write(text + sources)
    return name


def result(file, *options):
    return json.loads(run(IOPFSIM, "run", f"{DATA}/small.yaml", "--platform", file, "--json", "--quiet", "--no-plots", "-o", "out",
                          *ONE, *options).stdout)


def answer(one):
    part = one["steady"] if one["steady"]["verdict"] in (0, 2) else one["faults"]
    return part["latency_ns"]["mean"]


def each_side_is_what_its_value_comes_to():
    file = platform("own.yaml", SOURCES, wakeup="{quantiles: {50: 1us, 100: 9us}}")
    got = result(file, "--sensitivity")
    costs = got["sensitivity"]
    claim(sorted(costs) == ["cpu.irq_entry", "cpu.switch", "cpu.wakeup", "host.pte_write", "kernel.queue_work", "smmu.timing.command"],
          f"costs are {sorted(costs)}")
    base = answer(got)
    values = {"cpu.irq_entry": ("200ns", "800ns"), "cpu.switch": ("150ns", "600ns"), "smmu.timing.command": ("2", "8"),
              "cpu.wakeup": ("{quantiles: {50: 500ns, 100: 4.5us}}", "{quantiles: {50: 2us, 100: 18us}}")}
    for path, sides in values.items():
        for side, value in zip(("half", "twice"), sides):
            want = 100 * (answer(result(file, "--set", f"{path}={value}")) - base) / base
            claim(abs(costs[path][side]["answer_percent"] - want) < 0.01,
                  f"{path} at {side}: {costs[path][side]['answer_percent']} %, alone {want:.3f} %")
    claim(abs(costs["cpu.wakeup"]["twice"]["answer_percent"]) > 5, "the wake-up does not move it")


def the_table_is_sorted():
    text = run(IOPFSIM, "run", f"{DATA}/small.yaml", "--platform", "own.yaml", "--sensitivity", "--no-plots", "-o", "out", *ONE).stdout
    table = text.split("sensitivity: each estimate of platform own")[1]
    moves = [max(abs(float(x)) for x in re.findall(r"([+-][\d.]+) %", line)[:2]) for line in table.splitlines() if " % " in line]
    claim(len(moves) >= 3 and moves == sorted(moves, reverse=True), f"moves are {moves}")
    claim("cpu.wakeup" in table and "quantiles" in table, "the distribution is not in the table")


def sweeps_studies_and_benchmarks_have_it():
    points = json.loads(run(IOPFSIM, "sweep", f"{DATA}/small.yaml", "--platform", "own.yaml", "--sensitivity", "--json", "-q",
                            "--no-plots").stdout)["points"]
    claim(all(len(p["result"]["sensitivity"]) == 6 for p in points), "a point without it")
    claim("sensitivity" not in json.loads(run(IOPFSIM, "sweep", f"{DATA}/small.yaml", "--json", "-q").stdout)["points"][0]["result"],
          "it is there unasked")
    platform("large.yaml", SOURCES, cpus="64", socket_cpus="64")
    text = run(IOPFSIM, "study", "sva", "--platform", "large.yaml", "--sensitivity", "--set", "workload.accesses=16", "--set",
               "workload.footprint=64KiB", "--no-plots", "-o", "studied").stdout
    claim("most at" in text and "cpu.switch" in text, "the study's table lacks it")
    with open("studied/data/study.dat") as data:
        bands = [[float(x) for x in line.split()[-2:]] for line in data if line[0] not in "#\n"]
    claim(len(bands) == 14 and all(0 < low <= high for low, high in bands), f"bands are {bands}")
    text = run(IOPFSIM, "study", "workqueue", "--sensitivity", "--set", "benchmark.iterations=10", "--no-plots").stdout
    claim("items_per_s at half" in text, "a benchmark's answer is not the published number")


def refused(line, *options):
    done = run(IOPFSIM, *options, code=2)
    claim(not done.stdout and done.stderr == line + "\n", f"{options}: {done.stderr}")


def what_is_wrong_is_said():
    small = [f"{DATA}/small.yaml", "-q", "--no-plots"]
    refused(f"{DATA}/small.yaml: --sensitivity: section 'sources' of its platform names no estimate that acts here",
            "run", *small, "--sensitivity")
    refused("iopfsim study: option '--sensitivity' does nothing here: locks-here measures", "study", "locks-here", "--sensitivity")
    lines = len(open(f"{DATA}/platforms/small.yaml").read().splitlines())
    for sources, where, line in (
            ("sources:\n  estimates: [cpu.switch]\n", (1, 3), "unknown key 'estimates' in 'sources'; did you mean 'estimate'?"),
            ("sources:\n  estimate: [cpu.swich]\n", (1, 14), "unknown key 'cpu.swich'; did you mean 'cpu.switch'?"),
            ("sources:\n  estimate: cpu.switch\n", (1, 13), "'estimate' wants a list of keys"),
            ("sources: [cpu.switch]\n", (0, 10), "'sources' wants keys and lists"),
            ("sources:\n  estimate: [cpu.switch, cpu.switch]\n", (1, 26), "'cpu.switch' has a source already")):
        file = platform("wrong.yaml", sources)
        refused(f"wrong.yaml:{lines + 1 + where[0]}:{where[1]}: {line}", "run", *small, "--platform", file)


def keys_of(path):
    """Each number of a platform file that is a value, or a distribution with a comment, with what its comment begins with; and its
    sources."""
    stack, keys, sources, kind = [], {}, {}, None
    with open(path) as text:
        for line in text:
            found = re.match(r"^( *)([a-z0-9_]+):([^#]*)(?:# *(\S+))?", line)
            if found:
                stack = stack[:len(found[1]) // 2] + [found[2]]
            if stack and stack[0] == "sources":
                kind = found[2] if found else kind
                sources.update({key: kind for key in re.findall(r"[a-z0-9_]+(?:\.[a-z0-9_]+)+", line)})
            elif found and (found[3].strip() or found[4]):
                keys[".".join(stack)] = (found[4] or "").rstrip(":,")
    return keys, sources


def sources_say_what_the_comments_do():
    for path in PLATFORMS:
        keys, sources = keys_of(path)
        name = os.path.basename(path)
        claim(sources, f"{name} has no section 'sources'")
        for key, kind in sources.items():
            claim(key in keys, f"{name}: {key} is in 'sources' and not in the file")
        for key, comment in keys.items():
            if comment in ("published", "measured", "fitted", "estimate"):
                claim(sources.get(key) == comment, f"{name}: the comment of {key} begins with '{comment}', but in 'sources' "
                                                   f"it is {sources.get(key, 'in no list')}")


with tempfile.TemporaryDirectory() as work:
    os.chdir(work)
    each_side_is_what_its_value_comes_to()
    the_table_is_sorted()
    sweeps_studies_and_benchmarks_have_it()
    what_is_wrong_is_said()
    sources_say_what_the_comments_do()
print("all claims hold")
