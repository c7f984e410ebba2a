#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# Usage: test_merge.py IOPFSIM
"""
Two recordings of one machine at one time, of what a guest mapped and of what QEMU translated, become one trace: clocks are put
over one another by unmaps and their invalidations, devices are known by name, each access meets what was mapped then.
"""
import csv
import io
import json
import random

from command import InFolder, main

MAP = "  cp-1  [000] .....  {}: dma_map_page: 0000:00:0{}.0 dir={} dma_addr={:x} size={} phys_addr=5078 attrs=\n"
UNMAP = "  cp-1  [000] .....  {}: dma_unmap_page: 0000:00:0{}.0 dir={} dma_addr={:x} size={} attrs=\n"
ACCESS = "1@{}:smmuv3_translate_success smmuv3-iommu-memory-region-{}-1 sid={:#x} iova={:#x} translated=0x5 perm=0x3\n"
INVALIDATE = "1@{}:smmuv3_s1_range_inval vmid=0 asid=1 addr={:#x} tg=1 num_pages={:#x} ttl=3 leaf=1\n"


def seconds(us):
    return f"{us // 1000000}.{us % 1000000:06}"


class Merge(InFolder):
    def imported(self, name, text, *options):
        self.write(name + ".txt", text)
        self.accepted("trace", "import", name + ".txt", "-o", name, "-q", *options)

    def merged(self, guest, host):
        self.imported("m", guest, "--access", "none")
        self.imported("a", host)
        return json.loads(self.accepted("trace", "merge", "m", "a", "-o", "t", "--json"))

    def rows(self):
        text = self.accepted("trace", "export", "t", "--as", "csv")
        return [(row["op"], row["device"], int(row["address"], 16), row["flags"]) for row in csv.DictReader(io.StringIO(text))]

    def recordings(self, seed, ahead_us, nr=200):
        """What a guest does with two devices, as its ftrace and as QEMU's log have it; and what must come out."""
        draw = random.Random(seed)
        guest, host, want, now = [], [], [], 100000
        for _ in range(nr):
            device, page, pages = draw.choice((3, 4)), draw.randrange(16) * 4, draw.choice((1, 1, 3))
            way, address = draw.choice(("TO_DEVICE", "FROM_DEVICE", "BIDIRECTIONAL")), 0xfff00000 + page * 4096 + 120
            bytes_ = 16 + (pages - 1) * 4096
            flags = {"TO_DEVICE": "read", "FROM_DEVICE": "write", "BIDIRECTIONAL": "read write"}[way]
            name = f"0000:00:0{device}.0"
            guest.append(MAP.format(seconds(now), device, way, address, bytes_))
            want.append(("map", name, address, flags))
            for _ in range(draw.randrange(4)):
                now += draw.randrange(20, 90)
                at = address + draw.randrange(pages) * 4096
                host.append(ACCESS.format(seconds(now + ahead_us), device * 8, device * 8, at))
                want.append(("access", name, at, "write" if way == "FROM_DEVICE" else "read"))
            now += draw.randrange(20, 90)
            for i in range(pages):
                host.append(INVALIDATE.format(seconds(now + ahead_us + i), (address & ~4095) + i * 4096, 1))
            now += pages + draw.randrange(3)
            guest.append(UNMAP.format(seconds(now), device, way, address, bytes_))
            want.append(("unmap", name, address, "-"))
            now += draw.randrange(20, 300)
        return "".join(guest), "".join(host), want

    def test_each_access_meets_what_was_mapped(self):
        for seed, ahead_us in ((1, 0), (2, 1796010211 * 1000000), (3, -70000), (4, 12345678)):
            guest, host, want = self.recordings(seed, ahead_us)
            result = self.merged(guest, host)
            nr = sum(row[0] == "access" for row in want)
            self.assertEqual((result["accesses"], result["met_nothing"], result["pairs"]), (nr, 0, 200), seed)
            self.assertLess(result["spread_ns"], 4000)
            self.assertEqual([row for row in self.rows() if row[0] != "invalidate"], want, seed)

    def test_an_access_to_what_is_gone_is_counted_and_kept(self):
        guest, host, _ = self.recordings(5, 1000)
        late = ACCESS.format("99.000000", 24, 24, 0x1000) + ACCESS.format("99.000001", 40, 40, 0xfff00000)
        result = self.merged(guest, host + late)
        self.assertEqual(result["met_nothing"], 2)
        self.assertEqual(self.rows()[-2:], [("access", "0000:00:03.0", 0x1000, "read"),
                                            ("access", "0000:00:05.0", 0xfff00000, "read")])

    def test_recordings_of_two_machines_do_not_fit(self):
        guest, _, _ = self.recordings(6, 0)
        _, host, _ = self.recordings(7, 0)
        self.imported("m", guest, "--access", "none")
        self.imported("a", host)
        self.refused("do not fit together", "trace", "merge", "m", "a", "-o", "t")
        self.refused("do not fit together", "trace", "merge", "a", "m", "-o", "t")
        self.imported("a", ACCESS.format("1.000000", 24, 24, 0x1000))
        self.refused("do not fit together", "trace", "merge", "m", "a", "-o", "t")

    def test_what_is_no_trace_is_refused(self):
        guest, host, _ = self.recordings(8, 0)
        self.imported("m", guest, "--access", "none")
        self.imported("a", host)
        self.refused("one file, expected two", "trace", "merge", "m", "-o", "t")
        self.refused("two files, expected one", "trace", "info", "m", "a")
        self.refused("-o TRACE is missing", "trace", "merge", "m", "a")
        self.refused("a.txt: ", "trace", "merge", "m", "a.txt", "-o", "t")
        with open("a", "rb") as whole, open("cut", "wb") as cut:
            cut.write(whole.read()[:-200])
        self.refused("cut: ", "trace", "merge", "m", "cut", "-o", "t")


main()
