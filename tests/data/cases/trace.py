#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# Usage: trace.py [TIME_PS,IOVA,LENGTH,DEVICE,PASID,FLAGS]... > TRACE.zst
#
# Writes a trace of these records (docs/trace-format.md). PASID 0xfffffffe is the one that the run binds.
import struct
import subprocess
import sys

MAGIC = b"IOPFTRC1"
records = [[int(field, 0) for field in record.split(",")] for record in sys.argv[1:]]
out = struct.pack("<8sIIQQ", MAGIC, 1, 32, len(records), 0)
for fields in records:
    out += struct.pack("<QQIIII", *fields)
out += struct.pack("<Q8s12xI", len(records), MAGIC, 0x80000000)
subprocess.run(["zstd", "-q", "--check"], input=out, check=True)
