#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A schedule that one build has found is the same schedule in another build of the same source, under gdb, and is refused where it is not.

Usage: test_other_build.py IOPFSIM [OTHER...]; OTHER: builds to replay in (their iopfsim, whose neighbour is the explorer), by default
those beside IOPFSIM's folder with its version. The program itself compares all steps with those that were recorded; here is compared what it says.
"""
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

IOPFSIM = os.path.abspath(sys.argv[1])
FAILURES = []
# Found by different strategies, detectors and dispatches.
RECORDED = [
    ("fault-and-detach", "-d", "rfc-v3", "--minimize"),
    ("fault-copies-its-page", "-d", "rfc-v3"),
    ("fault-and-tracking", "-d", "rfc-v3", "-s", "pct"),
    ("detach-and-answer", "-d", "rfc-v3", "-p", "workqueue"),
    ("fault-and-detach", "-d", "rfc-v3", "-s", "dpor"),
]


def run(program, *arguments):
    done = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=900)
    return done.returncode, done.stdout, done.stderr


def explorer(iopfsim):
    return os.path.join(os.path.dirname(os.path.abspath(iopfsim)), "iopfsim-explore")


def version(iopfsim):
    return run(explorer(iopfsim), "--version")[1]


def beside():
    """Other builds of the same source, by the same compiler: another one tells other accesses."""
    folder = os.path.dirname(os.path.dirname(IOPFSIM))
    return [path for path in sorted(glob.glob(os.path.join(folder, "build*", "iopfsim-explore")))
            if os.path.dirname(path) != os.path.dirname(IOPFSIM) and "clang" not in path and version(path) == version(IOPFSIM)]


def check(claim, text):
    if not claim:
        FAILURES.append(text)


def told(answer):
    """Exit status and what was found. Not who freed an object, which the simulated allocator knows, in whose place AddressSanitizer is; nor
    the functions of each step, of which a compiler that optimizes leaves fewer."""
    return answer[0], re.sub(r"(?m)^object of .*\n", "", answer[1]).split("\n\n")[0], answer[2]


def same(first, second, what):
    check(first == second, f"{what}: another answer: {first}\n instead of {second}"[:2000])


def record(arguments, path):
    code, out, err = run(explorer(IOPFSIM), *arguments, "-o", path)
    check(code == 1 and os.path.exists(path), f"{arguments}: exit {code}: {out} {err}")


def under_gdb(path):
    """What it prints, between gdb's own lines. A bad address, behind a use after free, is the explorer's to tell."""
    out = run("gdb", "-nx", "-batch", "-ex", "handle SIGSEGV SIGBUS nostop noprint pass", "-ex", "run", "--args", explorer(IOPFSIM),
              "--replay", path)[1]
    out = re.sub(r"(?m)^(Signal +Stop.*|SIG(SEGV|BUS) +No.*)\n", "", out)
    out = re.sub(r"(?m)^(\[.*\]|Using host libthread_db.*|warning:.*|This GDB.*|Debuginfod.*|Enable debuginfod.*)\n", "", out)
    return out.strip("\n")


def changed(path, folder, key, value):
    """The file with another value of @key."""
    other = os.path.join(folder, "changed")
    with open(path, encoding="utf-8") as file:
        text = re.sub(rf"(?m)^{key} .*$", f"{key} {value}", file.read())
    with open(other, "w", encoding="utf-8") as file:
        file.write(text)
    return other


def refusals(path, folder):
    def code_and_lines(file):
        code, out, err = run(explorer(IOPFSIM), "--replay", file)
        return code, out, err.count("\n")
    check(run(explorer(IOPFSIM), "--replay", changed(path, folder, "program", "1"))[0] == 1, "another build of this source is not admitted")
    check(run(explorer(IOPFSIM), "--replay", changed(path, folder, "source", "x"))[0] == 1, "the same program is not admitted")
    check(code_and_lines(changed(changed(path, folder, "program", "1"), folder, "source", "x")) == (2, "", 1), "another source is admitted")
    check(code_and_lines(changed(path, folder, "steps", "1")) == (2, "", 1), "other steps are taken for the same")


others = [os.path.abspath(path) for path in sys.argv[2:]] or beside()
has_gdb = bool(shutil.which("gdb"))
with tempfile.TemporaryDirectory() as scratch:
    for number, recorded in enumerate(RECORDED):
        schedule = os.path.join(scratch, str(number))
        record(recorded, schedule)
        here = run(explorer(IOPFSIM), "--replay", schedule)
        check(here[0] == 1, f"{recorded}: {here}")
        for build in others:
            same(told(here), told(run(explorer(build), "--replay", schedule)), f"{build}, {recorded}")
        if has_gdb:
            same(here[1].strip("\n"), under_gdb(schedule), f"gdb, {recorded}")
    refusals(os.path.join(scratch, "0"), scratch)
print(f"{len(RECORDED)} schedules, in {len(others)} other builds{', under gdb' if has_gdb else ''}")
for failure in FAILURES:
    print(failure)
if FAILURES:
    sys.exit(1)
if not has_gdb and "IOPFSIM_CI" in os.environ:
    sys.exit("gdb is not installed")
