#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# Usage: test_speedscope.py IOPFSIM SPEEDSCOPE
#
# timeline.json of each workload that comes with iopfsim, opened in speedscope (the unpacked npm package is SPEEDSCOPE, see
# scripts/speedscope) in chromium. Claims: each opens, without a complaint of the page; no profile that is offered is deeper
# than three; CPUs, threads and, where there were any, faults are among them, and there is something in each. A file that is
# deeper is found out.
import base64
import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile

import browser

IOPFSIM = os.path.realpath(sys.argv[1])
PAGE = os.path.realpath(os.path.join(sys.argv[2], "dist/release/index.html"))
WORKLOADS = sorted(os.path.basename(path)[:-5] for path in glob.glob("workloads/*.yaml"))
# As many faults show all, and a page reads them at once.
LIMIT = ["--set", "output.timeline_limit=256"]
ONCE = ["--set", "benchmark.iterations=2"]
FEW = ["--set", "workload.accesses=64", "--set", "workload.footprint=256KiB"]
SHORTER = {"locks": FEW, "sva-locks": FEW, "premap": FEW, "cmdq": ONCE, "cmdq-second-vendor": ONCE, "workqueue": ONCE,
           "workqueue-50": ONCE}
MAX_DEPTH = 3
# It draws with WebGL, here by the CPU.
FLAGS = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--allow-file-access-from-files"]

# Preact keeps its tree at an element of the page: where somebody was given a group of profiles, that is it.
PROFILES = r"""
(() => {
  let group = null;
  const walk = node => {
    if (!node || group) return;
    if (node.props && node.props.profileGroup) { group = node.props.profileGroup; return; }
    (Array.isArray(node.__k) ? node.__k : [node.__k]).forEach(walk);
  };
  [...document.querySelectorAll('*')].forEach(walk);
  if (!group) return null;
  return group.profiles.map(({profile}) => {
    let depth = 0, deepest = 0, calls = 0;
    profile.forEachCall(() => { calls++; deepest = Math.max(deepest, ++depth); }, () => { depth--; });
    return {name: profile.getName(), deepest, calls};
  });
})()
"""

failures = []


def fail(text):
    failures.append(text)
    print(f"FAILED: {text}", file=sys.stderr)


def open_in_speedscope(chromium, path):
    """The profiles that it offers; None: it shows none."""
    with open(path, "rb") as file:
        data = base64.b64encode(file.read()).decode()
    with open("profile.js", "w", encoding="ascii") as out:
        out.write(f"speedscope.loadFileFromBase64('timeline.json', '{data}')")
    # Another fragment of the same page would not load it again.
    chromium.open("about:blank")
    chromium.open(f"file://{PAGE}#localProfilePath={os.path.realpath('profile.js').lstrip('/')}")
    return chromium.until(PROFILES)


def has_slices(name):
    with open(f"out/{name}/timeline.json", encoding="utf-8") as file:
        return any(event["ph"] == "X" for event in json.load(file)["traceEvents"])


def check(chromium, name):
    if not has_slices(name):
        if has_faults(name) or any(thread["running_ns"] for thread in result_of(name)["threads"]):
            fail(f"{name}: nothing in its timeline")
        print(f"{name}: no fault and no thread that ran, nothing to show")
        return
    profiles = open_in_speedscope(chromium, f"out/{name}/timeline.json")
    for text in chromium.complaints():
        fail(f"{name}: {text}")
    if not profiles:
        fail(f"{name}: speedscope shows no profile")
        return
    for profile in profiles:
        if profile["deepest"] > MAX_DEPTH:
            fail(f"{name}: '{profile['name']}' is {profile['deepest']} deep")
        if not profile["calls"]:
            fail(f"{name}: '{profile['name']}' is empty")
    names = " ".join(profile["name"] for profile in profiles)
    for want in ("CPU", "thread", *(["fault"] if has_faults(name) else [])):
        if want.lower() not in names.lower():
            fail(f"{name}: no profile is of a {want}: {names[:400]}")
    deepest = max(profile["deepest"] for profile in profiles)
    print(f"{name}: {len(profiles)} profiles, at most {deepest} deep")


def check_that_it_can_fail(chromium):
    """Slices that stand in one another, and the same beside one another."""
    for step, want in ((1, MAX_DEPTH + 1), (20, 1)):
        events = [{"name": f"slice {i}", "ph": "X", "pid": 1, "tid": 1, "ts": i * step, "dur": 10 - i} for i in
                  range(MAX_DEPTH + 1)]
        with open("planted.json", "w", encoding="ascii") as out:
            json.dump({"traceEvents": events}, out)
        got = open_in_speedscope(chromium, "planted.json")
        if not got or [profile["deepest"] for profile in got] != [want]:
            fail(f"a profile {want} deep was planted, and it found {got}")


def result_of(name):
    with open(f"out/{name}/result.json", encoding="utf-8") as file:
        return json.load(file)


def has_faults(name):
    return result_of(name)["faults"]["completed"] > 0


def main():
    if not os.path.exists(PAGE):
        sys.exit(f"FAILED: {PAGE} is not there: scripts/speedscope fetches it")
    if not browser.is_here():
        sys.exit(f"FAILED: {browser.NAME} is missing (Debian: scripts/setup ci installs it)")
    folder = tempfile.mkdtemp(prefix="iopfsim-speedscope-")
    os.chdir(folder)
    try:
        with browser.Browser(FLAGS) as chromium:
            check_that_it_can_fail(chromium)
            for name in WORKLOADS:
                subprocess.run([IOPFSIM, "run", name, "-q", "--no-plots", "-o", f"out/{name}", *LIMIT,
                                *SHORTER.get(name, [])], stdin=subprocess.DEVNULL, check=True)
                check(chromium, name)
    finally:
        os.chdir("/")
        shutil.rmtree(folder)
    if failures:
        sys.exit(f"{len(failures)} failed")


if __name__ == "__main__":
    main()
