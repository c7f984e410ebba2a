#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# Usage: test_import.py IOPFSIM
"""iopfsim trace import: what files of real machines say is what their traces have, and no more."""
import csv
import glob
import json
import os
import random
import subprocess

from command import DATA, HAS_ASAN, IOPFSIM, InFolder, main

FILES = f"{DATA}/files"
MAP, ACCESS, UNMAP = "map", "access", "unmap"


class Import(InFolder):
    def imported(self, path, *options):
        return json.loads(self.accepted("trace", "import", path, "-o", "t", "--json", *options))

    def rows(self, path, *options):
        """The trace's records, as CSV."""
        self.imported(path, *options)
        self.accepted("trace", "validate", "t", "-q")
        return list(csv.DictReader(self.accepted("trace", "export", "t", "--as", "csv").splitlines()))

    def short(self, path, *options):
        return [(int(row["time_ps"]), row["op"], row["device"], int(row["address"], 16), int(row["bytes"]), row["flags"])
                for row in self.rows(path, *options)]

    def text(self, content, *options):
        return self.short(self.write("in", content), *options)

    def test_iommu_map_and_unmap_of_each_form(self):
        want = [(0, MAP, "all", 0, 786432, "read write"), (0, ACCESS, "iommu", 0, 786432, "write")]
        perf = self.short(f"{FILES}/07-perf-script-iommu.txt")
        self.assertEqual(perf, want + [(92900000000, UNMAP, "all", 0, 786432, "-")])
        newer = self.short(f"{FILES}/02-ftrace-iommu-map-6.x.txt")
        self.assertEqual(newer[:2], want)
        self.assertEqual(newer[-1], (99076000000, ACCESS, "0000:c1:00.0", 0x1000, 1, "write"))
        older = self.short(f"{FILES}/01-ftrace-iommu-map-5.10.txt")
        self.assertEqual(older[0], (0, MAP, "all", 0xe8de0000, 4096, "read write"))
        self.assertEqual(older[-1], (223000000, UNMAP, "all", 0xe8de0000, 4096, "-"))

    def test_names_of_devices_and_processes_come_back(self):
        self.imported(f"{FILES}/05-ftrace-dma-newer.txt")
        info = json.loads(self.accepted("trace", "info", "t", "--json"))
        self.assertEqual([(name["kind"], name["number"], name["name"]) for name in info["names"]],
                         [("device", 0, "0000:c1:00.0"), ("device", 1, "0000:02:00.0"), ("process", 0, "<idle>"),
                          ("process", 1, "kworker/2:1")])

    def test_attach_and_detach(self):
        self.assertEqual([row[1:3] for row in self.short(f"{FILES}/03-ftrace-iommu-groups.txt")],
                         [("attach", "0000:11:00.0"), ("detach", "0000:11:00.0")])

    def test_the_direction_of_the_dma_api_is_the_permission(self):
        rows = [row[1:] for row in self.short(f"{FILES}/04-ftrace-dma-6.12.txt")]
        device = "0000:c1:00.0"
        self.assertEqual(rows, [(MAP, device, 0xfe880000, 524288, "read write"), (ACCESS, device, 0xfe880000, 524288, "write"),
                                (MAP, device, 0xfdfff000, 2048, "write"), (ACCESS, device, 0xfdfff000, 2048, "write"),
                                (MAP, device, 0xfdffe000, 1514, "read"), (ACCESS, device, 0xfdffe000, 1514, "read"),
                                (UNMAP, device, 0xfdffe000, 1514, "-"), (UNMAP, device, 0xfe880000, 524288, "-")])

    def test_scatterlists_are_a_mapping_each_and_what_was_cut_is_said(self):
        rows = [row for row in self.short(f"{FILES}/05-ftrace-dma-newer.txt") if row[1] == MAP and row[2] == "0000:02:00.0"]
        self.assertEqual([row[3:5] for row in rows], [(0xfdf00000, 8192), (0xfdc00000, 8192), (0xfdc02000, 4096)])
        notes = self.imported(f"{FILES}/05-ftrace-dma-newer.txt")["notes"]
        self.assertIn("1 scatterlists were cut by the kernel: their rest is missing", notes)

    def test_page_requests_have_pasid_group_and_last(self):
        rows = self.rows(f"{FILES}/06-ftrace-intel-prq-qi.txt")
        self.assertEqual([(row["address"], row["pasid"], row["group"], row["flags"]) for row in rows],
                         [("0x7f10aa001000", "3", "0", "write last"), ("0x7f10aa002000", "3", "1", "read"),
                          ("0x7f10aa003000", "3", "1", "last")])

    def test_invalidations_by_page_are_records(self):
        line = "  kworker/1:2-402  [001] .....  60.000400: qi_submit: {} dmar1: {} {} 0x0 0x0\n"
        rows = self.text(line.format("p_iotlb_inv", "0x300010036", "0x7f10aa001003") +
                         line.format("iotlb_inv", "0x10032", "0x1002"))
        self.assertEqual([row[1:5] for row in rows], [("invalidate", "all", 0x7f10aa000000, 32768),
                                                      ("invalidate", "all", 0, 16384)])

    def test_logs_of_qemu(self):
        rows = self.rows(f"{FILES}/18-qemu72-smmuv3-trace.txt")
        self.assertEqual([row["address"] for row in rows], ["0x10010", "0x10010", "0x20010", "0x10010", "0x43000000", "0x10010"])
        self.assertEqual([row["flags"] for row in rows], ["read"] * 4 + ["write", "read"])
        self.assertEqual({row["device"] for row in rows}, {"0000:00:01.0", "0000:12:00.0"})
        rows = self.rows(f"{FILES}/20-qemu72-vtd-trace.txt")
        self.assertEqual((len(rows), {row["device"] for row in rows}), (8, {"0000:00:03.0"}))
        self.assertEqual(len(self.rows(f"{FILES}/19-qemu-new-smmuv3-trace.txt")), 1)

    def test_a_translation_is_of_one_page(self):
        line = "smmuv3_translate_success smmuv3-iommu-memory-region-8-2 sid=0x8 iova={} translated=0x55005010 perm=0x3\n"
        rows = self.text(line.format("0x10fe0") + line.format("0x10000"))
        self.assertEqual([row[3:5] for row in rows], [(0x10fe0, 32), (0x10000, 64)])

    def test_mappings_that_are_said_twice_are_one(self):
        """iommu:map is what dma:* says next, on the same CPU; what is left is of that device; dma_unmap_sg names no address."""
        lanes = ("[000] .....", "[001] .....", "[000] d.h1.")
        iommu_map = "map: IOMMU: iova=0x{0:016x} - 0x0 paddr=0x5000 size={1}"
        iommu_unmap = "unmap: IOMMU: iova=0x{0:016x} - 0x0 size={1} unmapped_size={1}"
        dma_map = "dma_map_page: {} dir=TO_DEVICE dma_addr={:x} size=16 phys_addr=5078 attrs="
        dma_map_sg = "dma_map_sg: {} dir=FROM_DEVICE dma_addrs={{0x{:x}}} sizes={{8192}} phys_addrs={{0x6000}} attrs="
        events = [(0, iommu_map.format(0xfffff000, 4096)), (1, iommu_map.format(0xa000, 4096)), (0, iommu_map.format(0xa000, 4096)),
                  (0, dma_map.format("disk", 0xa078)), (1, dma_map.format("nic", 0xa010)), (0, iommu_map.format(0x20000, 8192)),
                  (0, dma_map_sg.format("disk", 0x20000)), (0, iommu_unmap.format(0x20000, 8192)),
                  (0, "dma_unmap_sg: disk dir=FROM_DEVICE phys_addrs={0x6000} attrs="), (1, iommu_unmap.format(0xa000, 4096)),
                  (1, "dma_unmap_page: nic dir=TO_DEVICE dma_addr=a010 size=16 attrs="),
                  (0, dma_map_sg.format("nic", 0x40000).replace("{8192}", "{0x2000}")),
                  (1, "dma_free: nic dir=BIDIRECTIONAL dma_addr=70000 size=99 virt_addr=0 attrs="), (1, iommu_unmap.format(0x70000, 4096)),
                  (0, iommu_unmap.format(0x80000, 4096)), (2, iommu_unmap.format(0x90000, 4096)),
                  (2, "dma_unmap_page: nic dir=TO_DEVICE dma_addr=90010 size=16 attrs="),
                  (0, "dma_unmap_page: disk dir=TO_DEVICE dma_addr=80010 size=16 attrs="), (0, "dma_unmap_sg: nic dir=FROM_DEVICE phys_addrs={0x6000} attrs="), (1, iommu_unmap.format(0x50000, 4096)),
                  (0, iommu_unmap.format(0x40000, 8192)), (1, "dma_unmap_page: disk dir=TO_DEVICE dma_addr=60000 size=16 attrs="), (0, iommu_map.format(0x30000, 4096))]
        rows = self.text("".join(f"  a-{lane}  {lanes[lane]}  {10 + i}.0: {event}\n" for i, (lane, event) in enumerate(events)),
                         "--access", "none")
        self.assertEqual([row[1:] for row in rows],
                         [("map", "disk", 0xfffff000, 4096, "read write"), ("map", "disk", 0xa078, 16, "read"),
                          ("map", "nic", 0xa010, 16, "read"), ("map", "disk", 0x20000, 8192, "write"),
                          ("unmap", "disk", 0x20000, 8192, "-"), ("unmap", "nic", 0xa010, 16, "-"),
                          ("map", "nic", 0x40000, 8192, "write"), ("unmap", "nic", 0x70000, 99, "-"),
                          ("unmap", "nic", 0x90010, 16, "-"), ("unmap", "disk", 0x80010, 16, "-"), ("unmap", "nic", 0x40000, 8192, "-"),
                          ("unmap", "disk", 0x50000, 4096, "-"), ("unmap", "disk", 0x60000, 16, "-"),
                          ("map", "all", 0x30000, 4096, "read write")])

    def test_block_traces(self):
        self.assertEqual(self.short(f"{FILES}/15-blkparse.txt"), [(0, ACCESS, "8,0", 223490 * 512, 4096, "read")])
        self.assertEqual(self.short(f"{FILES}/15-blkparse.txt", "--sector", "4096", "--base", "0x1000", "--device", "disk"),
                         [(0, ACCESS, "disk", 223490 * 4096 + 4096, 32768, "read")])
        rows = self.short(f"{FILES}/16-fio-iolog-v3.txt")
        self.assertEqual(rows[0], (0, ACCESS, "/data/demo.dat", 491520, 16384, "write"))
        self.assertEqual((len(rows), rows[3][0], rows[3][5]), (5, 571000000, "read"))
        rows = self.text("fio version 2 iolog\n/d add\n/d open\n/d read 0 4096\n/d write 8192 512\n/d close\n")
        self.assertEqual([row[3:] for row in rows], [(0, 4096, "write"), (8192, 512, "read")])
        self.assertEqual(self.short(f"{FILES}/23-msr-cambridge.csv"),
                         [(0, ACCESS, "demo.0", 2654453760, 4096, "read"),
                          (78377800000, ACCESS, "demo.0", 3154132992, 20480, "write")])
        self.assertEqual([row[2:] for row in self.short(f"{FILES}/24-tencent-block.csv")],
                         [("volume 1063", 12910952 * 512, 65536, "write"), ("volume 1627", 6338688 * 512, 4096, "read")])
        self.assertEqual([row[3:] for row in self.short(f"{FILES}/17-nvme-trace.txt")], [(498455552 * 512, 4096, "read")])

    def test_lackey(self):
        rows = self.short(f"{FILES}/25-valgrind-lackey.txt", "--gap", "2ns")
        self.assertEqual(rows[:3], [(0, ACCESS, "cpu", 0x401ab73, 5, "execute"), (2000, ACCESS, "cpu", 0x1fff0006f8, 8, "write"),
                                    (4000, ACCESS, "cpu", 0x401b770, 1, "execute")])
        self.assertEqual([row[5] for row in self.text(" L 10,4\n M 20,8\n")], ["read", "write"])

    def test_any_csv_by_its_columns(self):
        want = [(0, ACCESS, "nic", 0x1000, 64, "write"), (1500000, ACCESS, "nic", 4096 + 512, 64, "read")]
        self.assertEqual(self.text("time_us,op,address,device\n3,write,0x1000,nic\n4.5,r,4608,nic\n"), want)
        self.assertEqual(self.text("a,3,write,0x1000,nic\nb,4.5,r,4608,nic\n", "--columns", "-,time_us,op,address,device"), want)
        self.refused("--columns has 'size'", "trace", "import", "in", "-o", "x", "--columns", "address,size")
        self.refused("in:2: column 4, address, is 'write'", "trace", "import", self.write("in", "time_us,-,-,address\n3,a,b,write\n"),
                     "-o", "x")

    def test_what_is_exported_comes_back(self):
        for path in sorted(glob.glob(f"{FILES}/*")):
            if self.run_it("trace", "import", path, "-o", "t", "-q").returncode:
                continue
            text = self.accepted("trace", "export", "t")
            self.write("again.csv", text)
            self.imported("again.csv", "--time", "keep")
            self.assertEqual(self.accepted("trace", "export", "t"), text, path)

    def test_policies(self):
        path = f"{FILES}/04-ftrace-dma-6.12.txt"
        self.assertEqual([row[1] for row in self.short(path, "--access", "none")], [MAP] * 3 + [UNMAP] * 2)
        self.assertEqual([row[1] for row in self.short(path, "--access", "unmap")], [MAP] * 3 + [ACCESS, UNMAP] * 2)
        self.assertEqual(self.short(path, "--time", "keep")[0][0], 5178079000000)
        self.assertEqual({row[0] for row in self.short(path, "--time", "none")}, {0})
        for option, value, want in (("--access", "x", "expected map, unmap, none"), ("--time", "x", "expected rebase, keep, none"),
                                    ("--gap", "1", "--gap"), ("--sector", "0", "--sector"), ("--format", "x", "expected one of ftrace")):
            self.refused(want, "trace", "import", path, "-o", "new", option, value)
        self.assertEqual(self.left(), ["t"])

    def test_times_are_rebased_kept_in_order_and_bounded(self):
        line = "x-1 [000] ..... {}: map: IOMMU: iova=0x1000 - 0x2000 paddr=0x0 size=4096\n"
        rows = self.text(line.format("99999999999.000001") + line.format("99999999999.000003") + line.format("99999999999.000002"),
                         "--access", "none")
        self.assertEqual([row[0] for row in rows], [0, 2000000, 2000000])
        self.write("in", line.format("1.0") + line.format("9000000.0"))
        self.refused("in:2: this is more than 53 days after the first record", "trace", "import", "in", "-o", "x")
        self.refused("more than 53 days", "trace", "import", self.write("in", line.format("9000000.0")), "-o", "x", "--time", "keep")

    def test_standard_input_and_format(self):
        with open(f"{FILES}/15-blkparse.txt", encoding="utf-8") as text:
            got = subprocess.run([IOPFSIM, "trace", "import", "-", "-o", "t", "--format", "blkparse", "-q"], stdin=text, check=True)
        self.assertEqual(got.returncode, 0)
        self.assertEqual(json.loads(self.accepted("trace", "info", "t", "--json"))["records"], 1)
        self.refused("no line of it can be used as lackey", "trace", "import", f"{FILES}/15-blkparse.txt", "-o", "x",
                     "--format", "lackey")

    def test_a_log_that_was_cut_ends_before(self):
        with open(f"{FILES}/04-ftrace-dma-6.12.txt", encoding="utf-8") as text:
            whole = text.read()
        got = self.imported(self.write("in", whole[:whole.rindex("size=")]))
        self.assertEqual((got["used"], got["notes"][0][:10]), (4, "the last l"))

    def test_what_is_of_no_use_is_refused_and_leaves_nothing(self):
        for name in ("08-dmesg-smmuv3-raw", "13-dmar_perf_latency", "14-lock_stat", "26-uvm-fault_stats"):
            self.refused("no line of it can be used", "trace", "import", f"{FILES}/{name}.txt", "-o", "t")
        self.refused("no line of it can be used", "trace", "import", self.write("empty", ""), "-o", "t")
        self.refused("no line of it can be used", "trace", "import", "/dev/null", "-o", "t")
        self.refused("-o TRACE is missing", "trace", "import", "empty")
        self.refused("cannot be opened", "trace", "import", "missing", "-o", "t")
        self.refused("folder", "trace", "import", ".", "-o", "t")
        self.refused("exists and is no iopfsim trace", "trace", "import", f"{FILES}/15-blkparse.txt", "-o", "empty")
        self.assertEqual(self.left(), ["empty"])

    def test_broken_and_hostile_files_end_in_one_line(self):
        draw = random.Random(17)
        texts = []
        for path in sorted(glob.glob(f"{FILES}/[0-2]*")):
            with open(path, "rb") as file:
                texts.append(file.read())
        numbers = [b"0", b"18446744073709551615", b"99999999999999999999", b"-1", b"0xffffffffffffffff", b"", b"1e9", b"\xff\xfe",
                   b"a" * 300, b"{", b"[", b"\0"]
        nr_refused = 0
        for i in range(400):
            text = bytearray(draw.choice(texts))
            for _ in range(draw.randrange(1, 6)):
                at, kind = draw.randrange(len(text) + 1), draw.randrange(4)
                if kind == 0 and text:
                    text[at % len(text)] = draw.randrange(256)
                elif kind == 1:
                    del text[at:at + draw.randrange(1, 60)]
                else:
                    text[at:at + draw.randrange(0, 14)] = draw.choice(numbers)
            got = self.run_it("trace", "import", self.write("in", bytes(text)), "-o", "t", "-q")
            self.assertIn(got.returncode, (0, 2), (i, got.stderr))
            self.assertEqual((got.stdout, got.stderr.count("\n")), ("", 1 if got.returncode else 0), (i, got.stderr))
            self.assertEqual(self.left(), ["in"] if got.returncode else ["in", "t"], i)
            if got.returncode:
                nr_refused += 1
                continue
            self.accepted("trace", "validate", "t", "-q")
            os.unlink("t")
        self.assertGreater(nr_refused, 100)

    def test_memory_does_not_grow_with_the_file(self):
        line = "   x-1 [002] ..s1. {}.{:06}: dma_map_page: 0000:c1:00.0 dir=FROM_DEVICE dma_addr={:x} size=2048 phys_addr=0 attrs=\n"
        peaks = []
        for nr in (20000, 200000):
            with open("in", "w", encoding="utf-8") as out:
                out.writelines(line.format(i // 1000000, i % 1000000, 4096 * i) for i in range(nr))
            code = f"import resource, subprocess, sys; subprocess.run([{IOPFSIM!r}, 'trace', 'import', 'in', '-o', 't', '-q'], check=True); " \
                   "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
            peaks.append(int(subprocess.run(["python3", "-c", code], capture_output=True, text=True, check=True).stdout))
        self.assertEqual(json.loads(self.accepted("trace", "info", "t", "--json"))["records"], 400000)
        if not HAS_ASAN:
            self.assertLess(peaks[1], peaks[0] + 4096)


main()
