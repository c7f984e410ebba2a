#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""iopfsim zoo: every bug is found, by the detector that its file says; what guards "complete" is found there too; a detector or a
kind of point that is off makes some bug go unnoticed; bugs from elsewhere; what it refuses."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

IOPFSIM = sys.argv[1]
FAILURES = []

# Without this there is no finding, or another than the file says.
NEEDED = [
    ("group-keeps-its-device", "--without", "reference"),
    ("queues-go-early", "--without", "use after free"),
    ("group-end-not-told", "--without", "deadlock"),
    ("bond-not-drained", "--without", "use after free"),
    ("bits-not-atomic", "--without", "data race"),
    ("lock-order-reversed", "--without", "lock order"),
    ("sleeps-under-a-spinlock", "--without", "assertion"),
    ("gate-not-asked", "--without", "answer"),
    ("removed-before-closed", "--without", "leak"),
    ("fault-lets-drains-go-first", "--without", "livelock"),
    ("report-looks-early", "--without", "lost write"),
    ("invalidation-looks-first", "--without", "mapping"),
    ("unmap-without-sync", "--without", "dma"),
    ("drained-under-no-pasid", "--without", "identity"),
]

# A search of all schedules that differ finds it with all kinds of points, and says complete without this one.
NEEDED_POINTS = [
    ("claim-not-asked", "lock"),
    ("gate-not-asked", "unlock"),
    ("bits-given-silently", "atomic"),
    ("gate-opens-silently", "load"),
    ("walk-without-reader", "store"),
    ("unmap-waits-for-nobody", "reader"),
    ("range-lock-for-walk", "step"),
]

# 20,000 schedules of the mix have it with all kinds of points, and not without this one.
NEEDED_POINTS_OF_WALKS = [
    ("bond-kept-for-a-taken-lock", "unlock"),
    ("count-read-after-its-lock", "release", "--without", "data race"),
]

# No bug, and exhausted only with this one.
NEEDED_FOR_COMPLETE = ("tests/explore/drain-polls.patch", "yield")


def zoo(*arguments, program=IOPFSIM):
    done = subprocess.run([program, "zoo", *arguments], capture_output=True, text=True, timeout=1500)
    return done.returncode, done.stdout, done.stderr


def check(claim, text):
    if not claim:
        FAILURES.append(text)


def every_bug_is_found():
    code, out, err = zoo("--json")
    check(code == 0, f"exit {code}: {out} {err}")
    bugs = json.loads(out)["bugs"]
    check(len(bugs) >= 62, f"{len(bugs)} bugs")
    for bug in bugs:
        wanted = {"id", "found", "detector", "strategy", "schedules", "switches", "seconds"}
        check(wanted <= set(bug) and bug["found"] and "unexpected" not in bug, f"{bug}")
    guards = [bug for bug in bugs if "complete_finds" in bug]
    check(len(guards) >= 6 and all(bug["complete_finds"] for bug in guards), f"what guards completeness: {guards}")


def each_detector_is_needed():
    for bug, option, what in NEEDED:
        code, out, err = zoo(bug, option, what)
        check(code == 1, f"{bug} {option} {what}: exit {code}: {out} {err}")


def search(bug, *options, folder="tests/zoo", strategy="dpor"):
    """As its file says where; of dpor all schedules."""
    with open(f"{folder}/{bug}.patch", encoding="utf-8") as file:
        head = dict(re.findall("^([a-z]+): (.*)$", file.read().split("--- a/")[0], re.M))
    program = os.path.join(os.path.dirname(os.path.abspath(IOPFSIM)), "zoo", bug, "iopfsim-explore")
    where = [head["scenario"], "-d", head.get("design", "range-lock"), "-p", head.get("dispatch", "inline")]
    done = subprocess.run([program, *where, "-s", strategy, "--json", *(["-n", "20000"] if strategy == "mix" else []), *options],
                          capture_output=True, text=True, check=False)
    return json.loads(done.stdout)


def a_grace_period_not_waited_for_is_found():
    """Whether or not the reader uses once more what is freed."""
    bug, others = "unmap-waits-for-nobody", ("--without", "use after free", "--without", "data race")
    zoo(bug)
    found = search(bug, *others)["found"]
    check(found and found["kind"] == "grace period", f"{bug}: {found}")
    found = search(bug, *others, "--without", "grace period")["found"]
    check(not found or found["kind"] != "grace period", f"{bug} without: {found}")


def each_kind_of_point_is_needed():
    for bug, kind in NEEDED_POINTS:
        zoo(bug)
        check(search(bug)["found"], f"{bug}: not found")
        without = search(bug, "--without-points", kind)
        check(without["complete"] and not without["found"], f"{bug} without {kind}: {without['found']}")
    for bug, kind, *options in NEEDED_POINTS_OF_WALKS:
        zoo(bug)
        check(search(bug, *options, strategy="mix")["found"], f"{bug} {options}: not found")
        without = search(bug, *options, "--without-points", kind, strategy="mix")
        check(not without["found"], f"{bug} without {kind}: {without['found']}")
    patch, kind = NEEDED_FOR_COMPLETE
    zoo("--patch", patch)
    folder, bug = os.path.dirname(patch), os.path.basename(patch).removesuffix(".patch")
    check(search(bug, folder=folder)["complete"], f"{patch}: not complete")
    check(not search(bug, "--without-points", kind, folder=folder)["complete"], f"{patch} without {kind}: complete")


def no_kind_of_point_is_left_out():
    done = subprocess.run([IOPFSIM, "explore", "fault-and-unbind", "--without-points", "nonsense"], capture_output=True, text=True,
                          check=False)
    kinds = set(done.stderr.strip().split("expected one of ")[-1].split(", "))
    shown = {row[1] for row in NEEDED_POINTS + NEEDED_POINTS_OF_WALKS} | {NEEDED_FOR_COMPLETE[1]}
    check(done.returncode == 2 and kinds == shown, f"kinds of points {kinds}, shown to be needed {shown}")


def bugs_from_elsewhere_are_hunted_the_same_way():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "mine.patch")
        with open("tests/zoo/group-end-not-told.patch", encoding="utf-8") as file:
            text = file.read()
        with open(path, "w", encoding="utf-8") as file:
            file.write(text[text.index("--- a/"):])
        code, out, err = zoo("--patch", path, "--scenario", "fault-and-unbind", "--json")
        check(code == 0 and json.loads(out)["bugs"][0]["detector"] == "deadlock", f"exit {code}: {out} {err}")
        check(zoo("--patch", path)[0] == 2, "no scenario is said")
        for hostile in ("", "--- a/../../etc/passwd\n", "--- a/handler/sva.c\nnonsense\n"):
            with open(path, "w", encoding="utf-8") as file:
                file.write(hostile)
            code, _, err = zoo("--patch", path, "--scenario", "fault-and-unbind")
            check(code == 2 and err.count("\n") == 1, f"{hostile!r}: exit {code}: {err!r}")


def without_source_it_says_so():
    with tempfile.TemporaryDirectory() as folder:
        copy = os.path.join(folder, "iopfsim")
        shutil.copy(IOPFSIM, copy)
        code, _, err = zoo(program=copy)
        check(code == 2 and "build tree" in err and err.count("\n") == 1, f"exit {code}: {err!r}")
    check(zoo("no-such-bug")[0] == 2, "a bug that is not there")


for test in (every_bug_is_found, each_detector_is_needed, a_grace_period_not_waited_for_is_found, each_kind_of_point_is_needed,
             no_kind_of_point_is_left_out, bugs_from_elsewhere_are_hunted_the_same_way, without_source_it_says_so):
    before = len(FAILURES)
    test()
    print(test.__name__, "failed" if len(FAILURES) > before else "holds")
for failure in FAILURES:
    print(failure)
sys.exit(bool(FAILURES))
