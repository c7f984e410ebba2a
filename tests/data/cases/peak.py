#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# Usage: peak.py MIB COMMAND...
#
# Runs COMMAND and says whether it took at most MIB of memory, or what it took. ASan's own memory grows with the range
# of addresses, an eighth of the 28 GiB that are set aside for them: under it 32 times as much is allowed.
import resource
import shutil
import subprocess
import sys

limit = int(sys.argv[1])
with open(shutil.which(sys.argv[2]), "rb") as binary:
    scale = 32 if b"__asan_init" in binary.read() else 1
subprocess.run(sys.argv[2:], check=True)
took = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
print(f"at most {limit} MiB" if took <= limit * scale else f"{took} MiB")
