#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# Usage: test_store.py IOPFSIM
#
# What a sweep keeps of its finished points. Claims: a killed sweep, and one whose worker was killed, lose nothing
# that was finished, and what is kept is not run again; the files are SQLite with the rows of `list results` as
# columns; one of another version, of other rows, by another program, or damaged, is said in a line and its points
# are run again; at the end there is what an undisturbed sweep leaves, and no store.
import glob
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

IOPFSIM = os.path.realpath(sys.argv[1])
DATA = os.path.realpath("tests/data")
NR_POINTS = 4  # each with its baseline
NR_RUNS = 2 * NR_POINTS
ENDLESS = 100000000  # messages


def fail(text):
    sys.exit(f"FAILED: {text}")


def write_workload(name, nr_endless):
    with open(f"{DATA}/small.yaml") as small:
        head = small.read().split("\n  points:")[0]
    points = [f"    - set: {{workload.messages: {1 + i}}}" for i in range(NR_POINTS)]
    points += [f"    - set: {{workload.messages: {ENDLESS + i}}}" for i in range(nr_endless)]
    with open(name, "w") as out:
        out.write("\n".join([head, "  points:"] + points) + "\n")


def sweep(workload):
    return [IOPFSIM, "sweep", workload, "-j", "3", "-q", "--no-plots", "-o", "out"]


def count_runs():
    nr = 0
    for path in glob.glob("out.points/worker-*.sqlite"):
        try:
            with sqlite3.connect(path, timeout=10) as store:
                nr += store.execute("SELECT count(*) FROM runs").fetchone()[0]
        except sqlite3.OperationalError:
            pass  # not made yet
    return nr


def start():
    """A sweep with points that never end, once all others have."""
    running = subprocess.Popen(sweep("endless.yaml"), stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                               start_new_session=True)
    deadline = time.monotonic() + 900
    while count_runs() < NR_RUNS:
        if time.monotonic() > deadline or running.poll() is not None:
            kill_all(running)
            fail(f"{count_runs()} runs are kept, exit {running.returncode}")
        time.sleep(0.05)
    return running


def kill_all(running):
    """What is left of its processes."""
    try:
        os.killpg(running.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    running.wait()
    running.stderr.close()


def times():
    return {path: os.stat(path).st_mtime_ns for path in glob.glob("out.points/worker-*.sqlite")}


def expect_end(complaints):
    """The sweep goes on and ends: with these complaints, and what an undisturbed one leaves."""
    done = subprocess.run(sweep("ends.yaml"), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        fail(f"exit {done.returncode}: {done.stderr}")
    said = sorted(re.sub(r"^\S*out\.points/worker-\d+\.sqlite ", "", line) for line in done.stderr.splitlines())
    if said != sorted(complaints):
        fail(f"expected {complaints}, got {done.stderr!r}")
    with open("out/points.json") as mine, open("undisturbed/points.json") as other:
        if mine.read() != other.read():
            fail("what goes on comes to something else")
    if os.path.exists("out.points"):
        fail("the store stays behind")
    shutil.rmtree("out")


def what_is_finished_survives(kill):
    running = start()
    before = times()
    kill(running)
    kill_all(running)
    if count_runs() != NR_RUNS:
        fail(f"{NR_RUNS - count_runs()} runs are lost")
    # once more, with points that do not end: nothing that is kept is run, or written, again
    again = start()
    time.sleep(0.5)
    kill_all(again)
    if times() != before:
        fail("what is kept was run again")
    expect_end([])


def kill_the_sweep(running):
    os.kill(running.pid, signal.SIGKILL)


def kill_a_worker(running):
    children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(running.pid)], capture_output=True, text=True,
                              check=True).stdout.split()
    os.kill(int(children[0]), signal.SIGKILL)
    time.sleep(0.3)


def the_rows_are_columns():
    listed = subprocess.run([IOPFSIM, "list", "results", "--json"], capture_output=True, text=True, check=True).stdout
    keys = {row["key"] for row in json.loads(listed)["results"]}
    kill_all(start())
    with sqlite3.connect(glob.glob("out.points/worker-*.sqlite")[0]) as store:
        columns = {row[1].split(" ")[0] for row in store.execute("PRAGMA table_info(runs)")}
    missing = {key for key in keys if not re.search(r"\*|\[", key)
               and not any(column == key or column.startswith(key + ".") for column in columns)}
    if missing:
        fail(f"no columns: {sorted(missing)}")
    expect_end([])


def sql(statement):
    def spoil(path):
        with sqlite3.connect(path) as store:
            return store.execute(statement).rowcount != 0  # a worker may have none of them
    return spoil


def roll_back(path):
    """What a killed worker was about to write: SQLite would take the journal for the truth."""
    with sqlite3.connect(path) as store:
        store.execute("SELECT count(*) FROM sqlite_master").fetchall()


def write_over(path):
    roll_back(path)
    with open(path, "r+b") as store:
        store.seek(0, os.SEEK_END)
        nr = store.tell()
        for at in range(4096, nr, 4096):
            store.seek(at)
            store.write(b"\xff" * 64)
    return True


def write_words(path):
    roll_back(path)
    with open(path, "w") as store:
        store.write("no store at all\n")
    return True


def another_form_is_said_and_run_again(spoil, complaint):
    kill_all(start())
    spoiled = [path for path in glob.glob("out.points/worker-*.sqlite") if spoil(path)]
    expect_end([f"{complaint}: what it has is run again"] * len(spoiled))


with tempfile.TemporaryDirectory() as work:
    os.chdir(work)
    os.symlink(f"{DATA}/platforms", "platforms")
    write_workload("ends.yaml", 0)
    write_workload("endless.yaml", 3)
    subprocess.run([*sweep("ends.yaml")[:-1], "undisturbed"], check=True)
    what_is_finished_survives(kill_the_sweep)
    what_is_finished_survives(kill_a_worker)
    the_rows_are_columns()
    another_form_is_said_and_run_again(sql("PRAGMA user_version = 99"), "is of another version")
    another_form_is_said_and_run_again(sql("UPDATE made_by SET rows = rows + 1"), "has other rows")
    another_form_is_said_and_run_again(sql("UPDATE made_by SET program = program + 1"), "is of another program")
    another_form_is_said_and_run_again(sql('UPDATE runs SET "faults.recorded" = 1'), "is damaged")
    another_form_is_said_and_run_again(sql("UPDATE runs SET members = substr(members, 2) WHERE members != ''"), "is damaged")
    another_form_is_said_and_run_again(write_over, "is damaged")
    another_form_is_said_and_run_again(write_words, "is damaged")
print("all claims hold")
