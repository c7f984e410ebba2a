# SPDX-License-Identifier: GPL-2.0-only
"""What tests that start iopfsim share: a folder of their own, and the command in it."""
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest

IOPFSIM = os.path.realpath(sys.argv[1])
DATA = os.path.realpath("tests/data")
with open(f"{DATA}/small.yaml", encoding="utf-8") as small:
    SMALL = small.read()
# Two groups of devices behind one PRI queue and one event queue.
GROUPS = """platform: small
seed: 7
smmu: {features: {ats: true, pri: true, priq_lg2: 4}}
devices:
  - name: nic
    process: net
    device: {kind: pcie, outstanding_accesses: 32, bandwidth: 3GB/s}
    pcie: {page_request_credits: 8}
    workload: {generator: random, accesses: 2000, access: 1500B, footprint: 8MiB}
    mappings: [{iova: 0x10000000, size: 8MiB}]
  - name: disk
    workload: {generator: messages, message: 16KiB, messages: 20, buffer_pairs: 2}
    process: store
    mappings: [{iova: 0x40000000, size: 1MiB}]
"""
with open(IOPFSIM, "rb") as binary:
    HAS_ASAN = b"__asan_init" in binary.read()

BOUND = 0xfffffffe


def records(entries, count=None, magic=b"IOPFTRC1", end=True):
    """A trace, not packed. An entry: time_ps, iova, length, device, pasid, flags."""
    count = len(entries) if count is None else count
    out = bytearray(struct.pack("<8sIIQQ", magic, 1, 32, count, 0))
    for entry in entries:
        out += struct.pack("<QQIIII", *entry)
    if end:
        out += struct.pack("<Q8s12xI", count, magic, 0x80000000)
    return bytes(out)


def pack(data, *options):
    return subprocess.run(["zstd", "-q", "--check", *options], input=data, capture_output=True, check=True).stdout


class InFolder(unittest.TestCase):
    """Each test has an empty folder to itself, but for the platforms."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="iopfsim-test-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(self.folder)
        os.symlink(f"{DATA}/platforms", "platforms")

    def write(self, name, content):
        with open(name, "wb") as out:
            out.write(content if isinstance(content, bytes) else content.encode())
        return name

    def left(self):
        return sorted(name for name in os.listdir(".") if name != "platforms")

    def start(self, *args, **more):
        return subprocess.Popen([IOPFSIM, *args], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, errors="replace", **more)

    def run_it(self, *args, timeout=120, **more):
        return subprocess.run([IOPFSIM, *args], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              errors="replace", timeout=timeout, check=False, **more)

    def accepted(self, *args, **more):
        got = self.run_it(*args, **more)
        self.assertEqual((got.returncode, got.stderr), (0, ""), args)
        return got.stdout

    def refused(self, want, *args, code=2, **more):
        got = self.run_it(*args, **more)
        self.assertEqual((got.returncode, got.stdout), (code, ""), f"{args}: {got.stderr}")
        self.assertEqual(got.stderr.count("\n"), 1, got.stderr)
        self.assertIn(want, got.stderr)


def main():
    del sys.argv[1]
    unittest.main(module="__main__")
