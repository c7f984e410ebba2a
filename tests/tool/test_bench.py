#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Usage: test_bench.py IOPFSIM_BENCH

iopfsim-bench from outside. Claims: every path that exists has a rate and a spread in JSON, and a row in the table; --only
measures one; what is wrong is one line and exit 2. Nothing here depends on how fast the machine is.
"""
import json
import subprocess
import sys

KEYS = ("events_per_s", "switches_per_s", "translations_cached_per_s", "translations_walked_per_s", "timed_hits_per_s",
        "fault_round_trips_per_s", "schedules_per_s", "rewinds_per_s")
ABSENT = ()
QUICK = ("--quick", "--repeat=2")


def run(*arguments):
    return subprocess.run(sys.argv[1:2] + list(arguments), capture_output=True, text=True, check=False)


def check_json():
    done = run("--json", *QUICK)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert tuple(result)[:len(KEYS)] == KEYS, list(result)
    for key in KEYS:
        if key in ABSENT:
            assert result[key] is None, key
            continue
        spread = result["spread"][key]
        assert spread["runs"] == 2, spread
        assert 0 < spread["min"] <= result[key] <= spread["max"], (key, result[key], spread)


def check_table():
    done = run("--only=translations_cached_per_s", *QUICK)
    assert done.returncode == 0, done.stderr
    head, *rows = done.stdout.splitlines()
    assert head.split()[0] == "path", head
    measured = [row for row in rows if " M " in row or " k " in row]
    assert len(measured) == 1 and "pages cached" in measured[0], done.stdout


def check_refused():
    for arguments, says in (
            (("--repeat=0",), "iopfsim-bench: --repeat 0: expected "),
            (("--only=nothing",), "iopfsim-bench: --only nothing: there is no such path"),
            (("--fast",), "iopfsim-bench: bad option near '--fast'"),
            (("more",), "iopfsim-bench: one argument too many: 'more'"),
    ):
        done = run(*arguments)
        assert done.returncode == 2, (arguments, done)
        assert done.stdout == "" and done.stderr.count("\n") == 1, (arguments, done)
        assert done.stderr.startswith(says), (arguments, done.stderr)


def main():
    check_json()
    check_table()
    check_refused()
    print("all claims hold")


if __name__ == "__main__":
    main()
