#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# Usage: test_replay.py IOPFSIM
"""
A trace with mappings, replayed: each access meets what is mapped where it stands in the file; what is not mapped, or not
any more, is the fault that it is; times are kept, scaled or left out; devices have the names that the file gave them.
"""
import json
import random

from command import DATA, InFolder, main

WORKLOAD = """
name: replay
platform: {platform}
machine: {{devices: {devices}}}
{more}
handler: {{mode: vfio}}
workload: {{generator: trace, trace: t}}
mappings:
  - {{iova: 0x100000000, size: 4MiB}}
"""
HEAD = "time_us,op,address,bytes,device,flags\n"
VTD = "iommu: vtd\ndevice: {kind: pcie}"


class Replay(InFolder):
    def replay(self, rows, *settings, devices=1, more="", platform="small"):
        self.write("in.csv", HEAD + "".join(rows))
        self.accepted("trace", "import", "in.csv", "-o", "t", "-q", "--format", "csv")
        self.write("w.yaml", WORKLOAD.format(devices=devices, more=more, platform=platform))
        args = [part for setting in settings for part in ("--set", setting)]
        got = self.run_it("run", "w.yaml", "-q", "--no-plots", "-o", "o", *args)
        self.assertEqual(got.returncode, 0, got.stderr)
        with open("o/result.json", encoding="utf-8") as result:
            return json.load(result)

    def counts(self, result):
        return [(device["accesses"], device["aborted"]) for device in result["devices"]]

    def test_dma_after_unmap_is_a_fault(self):
        rows = ["0,map,0x1000,4096,nic,read write\n", "1,write,0x1000,64,nic,\n", "2,unmap,0x1000,4096,nic,\n",
                "3,write,0x1000,64,nic,\n", "4,read,0x9000,64,nic,\n", "5,map,0x1000,4096,nic,read write\n",
                "6,read,0x1000,64,nic,\n"]
        for settings in ([], ["handler.iopf=false"], ["workload.trace_time=0"]):
            result = self.replay(rows, *settings)
            self.assertEqual(self.counts(result), [(2, 2)], settings)
            self.assertEqual(result["devices"][0]["name"], "nic")
            self.assertEqual(result["trace"], {"maps": 2, "unmaps": 1, "invalidates": 0, "refused": 0})
            self.assertFalse(any(result["defects"].values()))

    def test_each_device_may_have_a_container_of_its_own(self):
        """The same IOVA is another mapping for each; what nobody is named for is mapped for all."""
        rows = ["0,map,0x1000,4096,a,\n", "1,map,0x1000,4096,b,\n", "2,unmap,0x1000,4096,a,\n", "3,read,0x1000,64,a,\n",
                "4,read,0x1000,64,b,\n", "5,map,0x2000,4096,all,\n", "6,read,0x2000,64,a,\n", "7,read,0x2000,64,b,\n"]
        for more in ("", VTD):
            for iopf in ("false", "true"):
                result = self.replay(rows, "handler.containers=each", f"handler.iopf={iopf}", "memory.base=4GiB",
                                     devices=2, more=more)
                self.assertEqual((self.counts(result), result["trace"]["refused"]), ([(1, 1), (2, 0)], 0), (more, iopf))
        result = self.replay(rows, "handler.containers=one", devices=2)
        self.assertEqual(self.counts(result), [(1, 1), (1, 1)])

    def test_what_the_machine_refuses_is_counted(self):
        result = self.replay(["0,unmap,0x1000,4096,nic,\n", "1,map,0x2000,8MiB,nic,\n".replace("8MiB", str(8 << 20)),
                              "2,write,0x2000,64,nic,\n", "3,map,0x2000,4096,nic,\n", "4,map,0x2000,4096,nic,\n",
                              "5,write,0x2000,64,nic,\n"])
        self.assertEqual((result["trace"]["refused"], self.counts(result)), (2, [(1, 1)]))

    def test_permissions_are_those_of_the_mapping(self):
        result = self.replay(["0,map,0x1000,4096,nic,read\n", "1,read,0x1000,64,nic,\n", "2,write,0x1000,64,nic,\n"])
        self.assertEqual(self.counts(result), [(1, 1)])

    def test_detached_devices_reach_nothing(self):
        rows = ["0,map,0x1000,4096,nic,\n", "1,read,0x1000,64,nic,\n", "2,detach,0,0,nic,\n", "3,read,0x1000,64,nic,\n",
                "4,attach,0,0,nic,\n", "5,read,0x1000,64,nic,\n"]
        self.assertEqual(self.counts(self.replay(rows)), [(2, 1)])

    def test_times_are_kept_scaled_or_left_out(self):
        rows = ["0,map,0x1000,4096,nic,\n", "1000,read,0x1000,64,nic,\n", "2000,unmap,0x1000,4096,nic,\n"]
        times = [self.replay(rows, f"workload.trace_time={percent}")["simulated_time_ns"] for percent in (0, 10, 100, 300)]
        self.assertLess(times[0], 100000)
        for percent, time in zip((10, 100, 300), times[1:]):
            self.assertTrue(20000 * percent <= time < 20000 * percent + 100000, (percent, time))

    def test_a_process_gives_pages_back_and_ends(self):
        rows = ["0,read,0x10000000,64,nic,\n", "1,invalidate,0x10000000,4096,nic,\n", "2,read,0x10000000,64,nic,\n",
                "3,exit,0,0,nic,\n", "4,read,0x10000000,64,nic,\n"]
        self.write("in.csv", HEAD + "".join(rows))
        self.accepted("trace", "import", "in.csv", "-o", "t", "-q")
        self.write("w.yaml", WORKLOAD.format(devices=1, more="", platform="small").replace("vfio", "sva")
                   .replace("0x100000000", "0x10000000"))
        self.accepted("run", "w.yaml", "-q", "--no-plots", "-o", "o")
        with open("o/result.json", encoding="utf-8") as result:
            result = json.load(result)
        self.assertEqual((self.counts(result), result["trace"]["invalidates"]), ([(2, 1)], 1))
        self.assertEqual(result["mm"]["minor_faults"], 2)

    def random_rows(self, seed, devices):
        """Records at random, and how many accesses of each device find what they need, and do not."""
        draw = random.Random(seed)
        mapped, rows, want = {}, [], [[0, 0] for _ in range(devices)]
        for i in range(400):
            page = draw.randrange(24)
            kind = draw.random()
            if kind < 0.25:
                first, nr = page, draw.randrange(1, 4)
                if any(start < first + nr and first < start + length for start, (length, _) in mapped.items()):
                    continue
                flags = draw.choice(("read", "read write"))  # no tables of an SMMUv3 say "write only"
                mapped[first] = (nr, flags)
                rows.append(f"{i // 3},map,{(0x100 + first) * 4096:#x},{nr * 4096},nic{draw.randrange(devices)},{flags}\n")
            elif kind < 0.45 and mapped:
                first = draw.choice(sorted(mapped))
                nr, _ = mapped.pop(first)
                rows.append(f"{i // 3},unmap,{(0x100 + first) * 4096:#x},{nr * 4096},nic0,\n")
            else:
                device, op = draw.randrange(devices), draw.choice(("read", "write"))
                is_right = any(start <= page < start + nr and op in flags for start, (nr, flags) in mapped.items())
                want[device][not is_right] += 1
                rows.append(f"{i // 3},{op},{(0x100 + page) * 4096 + draw.randrange(4000):#x},8,nic{device},\n")
        names = [f"0,attach,0,0,nic{device},\n" for device in range(devices)]
        return names + rows, [tuple(counts) for counts in want]

    def test_random_traces_meet_what_is_mapped_where_they_stand(self):
        for seed in range(3):
            for devices in (1, 3):
                rows, want = self.random_rows(seed, devices)
                for settings in ([], ["handler.iopf=false"], ["workload.trace_time=0"]):
                    result = self.replay(rows, *settings, devices=devices)
                    self.assertEqual(self.counts(result), want, (seed, devices, settings))
                    self.assertEqual(result["trace"]["refused"], 0)
                    self.assertEqual([device["name"] for device in result["devices"]],
                                     [f"nic{device}" for device in range(devices)])

    def test_so_they_do_behind_vtd(self):
        rows, want = self.random_rows(7, 2)
        self.assertEqual(self.counts(self.replay(rows, "memory.base=4GiB", devices=2, more=VTD)), want)

    def test_two_replays_are_the_same(self):
        rows, _ = self.random_rows(5, 2)
        hashes = {self.replay(rows, devices=2)["trace_hash"] for _ in range(2)}
        self.assertEqual(len(hashes), 1)

    def test_files_of_real_machines_replay(self):
        for name, devices in (("02-ftrace-iommu-map-6.x.txt", 2), ("04-ftrace-dma-6.12.txt", 1), ("05-ftrace-dma-newer.txt", 2)):
            self.accepted("trace", "import", f"{DATA}/files/{name}", "-o", "t", "-q", "--access", "unmap")
            self.write("w.yaml", WORKLOAD.format(devices=devices, more="", platform="small"))
            self.accepted("run", "w.yaml", "-q", "--no-plots", "-o", "o", "--set", "workload.trace_time=0")


main()
