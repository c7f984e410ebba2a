#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# Usage: test_large.py IOPFSIM
"""
Ten million records are written, read, converted and replayed, a million of them maps and unmaps; none is lost, and memory is
that of a tenth of them. iopfsim's own peak is taken, of each command: 400 MB of records are more than any noise in it.
"""
import json
import os
import subprocess

from command import IOPFSIM, InFolder, main

ACCESSES = """
platform: small
machine: {devices: 4}
handler: {mode: vfio}
workload: {generator: random, accesses: 1, access: 512B, footprint: 4MiB}
mappings: [{iova: 0x100000000, size: 4MiB}]
output: {trace_limit: 100, timeline_limit: 10}
"""
PAIRS = """
BEGIN {
    print "time_us,op,address,bytes,device,flags"
    for (i = 0; i < nr; i++) {
        address = 4096 * (1 + i % 997)
        printf "%d,map,%d,4096,nic,read write\\n%d,write,%d,64,nic,\\n%d,unmap,%d,4096,nic,\\n", 4 * i, address, 4 * i + 1, address, 4 * i + 2, address
    }
}
"""
SLACK_KIB = 6 << 10


class Large(InFolder):
    def setUp(self):
        super().setUp()
        self.write("w.yaml", ACCESSES)
        self.write("r.yaml", ACCESSES.replace("generator: random, accesses: 1, access: 512B, footprint: 4MiB",
                                              "generator: trace, trace: t"))

    def peak(self, *args, stdin=None):
        """What it prints, and the KiB that it had at the most."""
        with open("out", "w", encoding="utf-8") as out, open("err", "w", encoding="utf-8") as err:
            running = subprocess.Popen([IOPFSIM, *args], stdin=stdin or subprocess.DEVNULL, stdout=out, stderr=err)
            _, status, usage = os.wait4(running.pid, 0)
            running.returncode = os.waitstatus_to_exitcode(status)
        with open("out", encoding="utf-8") as out, open("err", encoding="utf-8") as err:
            self.assertEqual((running.returncode, err.read()), (0, ""), args)
            return out.read(), usage.ru_maxrss

    def replayed(self):
        with open("o/result.json", encoding="utf-8") as result:
            return json.load(result)

    def accesses(self, nr):
        """Peaks of all commands with @nr accesses of four devices."""
        peaks = {"generate": self.peak("trace", "generate", "w.yaml", "-q", "-o", "t", "--set", f"workload.accesses={nr // 4}")[1]}
        said, peaks["validate"] = self.peak("trace", "validate", "t")
        self.assertEqual(said, f"t: {nr} records, whole and valid\n")
        said, peaks["info"] = self.peak("trace", "info", "t", "--json")
        self.assertEqual((json.loads(said)["records"], json.loads(said)["bytes"]), (nr, 512 * nr))
        _, peaks["to 1"] = self.peak("trace", "convert", "t", "--to", "1", "-o", "u")
        _, peaks["to 2"] = self.peak("trace", "convert", "u", "-o", "v")
        self.assertEqual(self.peak("trace", "validate", "v")[0], f"v: {nr} records, whole and valid\n")
        _, peaks["run"] = self.peak("run", "r.yaml", "-q", "--no-plots", "-o", "o")
        self.assertEqual((self.replayed()["accesses"], self.replayed()["aborted"]), (nr, 0))
        return peaks

    def mapped(self, nr):
        """Peaks with @nr times map, access, unmap, from text in a pipe."""
        with subprocess.Popen(["awk", "-v", f"nr={nr}", PAIRS], stdout=subprocess.PIPE) as awk:
            _, imported = self.peak("trace", "import", "-", "--format", "csv", "-q", "-o", "t", stdin=awk.stdout)
        _, run = self.peak("run", "r.yaml", "-q", "--no-plots", "-o", "o", "--set", "machine.devices=1")
        self.assertEqual(self.replayed()["trace"], {"maps": nr, "unmaps": nr, "invalidates": 0, "refused": 0})
        self.assertEqual((self.replayed()["accesses"], self.replayed()["aborted"]), (nr, 0))
        return {"import": imported, "run": run}

    def must_be_flat(self, small, large):
        for command, peak in large.items():
            self.assertLess(peak, small[command] + SLACK_KIB, (command, small, large))

    def test_ten_million_accesses(self):
        self.must_be_flat(self.accesses(1000000), self.accesses(10000000))

    def test_a_million_maps_and_unmaps(self):
        self.must_be_flat(self.mapped(50000), self.mapped(500000))


main()
