#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# Usage: stop.py SIGNAL COMMAND...
#
# Starts COMMAND, sends it SIGNAL (INT, HUP, KILL, ...) when it is at work, which is when a DIR.tmp-PID is there and,
# of a sweep, the store has a point; and says how it ended, how many of its children live on, and what it left.
import glob
import os
import signal
import sqlite3
import subprocess
import sys
import time


def is_at_work():
    if not glob.glob("*.tmp-*"):
        return False
    stores = glob.glob("*.points/*.sqlite")
    if "sweep" not in sys.argv:
        return True
    try:
        return any(sqlite3.connect(store).execute("SELECT count(*) FROM runs").fetchone()[0] for store in stores)
    except sqlite3.Error:
        return False  # it is just being made


def lives(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


before = set(os.listdir())
running = subprocess.Popen(sys.argv[2:])
while running.poll() is None and not is_at_work():
    time.sleep(0.05)
listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(running.pid)], capture_output=True, text=True, check=False)
running.send_signal(getattr(signal, f"SIG{sys.argv[1]}"))
code = running.wait()
time.sleep(0.5)  # a child's end needs no answer of its parent
alive = sum(lives(pid) for pid in listed.stdout.split())
left = sorted(name.replace(str(running.pid), "PID") for name in set(os.listdir()) - before)
ended = f"exit {code}" if code >= 0 else f"signal {-code}"
print(f"{ended}; children alive: {alive}; left: {' '.join(left) or 'nothing'}")
