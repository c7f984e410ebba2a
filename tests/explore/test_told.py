#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The compiler tells each access of the core: link-time optimization would silently have dropped the calls."""
import subprocess
import sys

WANTED = ("__tsan_read8", "__tsan_write8", "__tsan_volatile_read8", "__tsan_volatile_write1")

names = subprocess.run(["nm", "-A", "--undefined-only", sys.argv[1]], check=True, capture_output=True, text=True).stdout
files = {line.split(":")[1] for line in names.splitlines() if "__tsan_" in line}
missing = [name for name in WANTED if name not in names]
if missing or len(files) < 25:
    sys.exit(f"{sys.argv[1]}: {len(files)} files tell of accesses, expected 25 or more; missing: {missing}")
