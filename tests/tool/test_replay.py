#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# Usage: test_replay.py IOPFSIM
"""
A trace with mappings, replayed: each access meets what is mapped where it stands in the file; what is not mapped, or not
any more, is the fault that it is; times are kept, scaled or left out; devices, processes and PASIDs have the names that the
file gave them; page request groups, privilege and execute are those of the records.
"""
import csv
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
  - {{iova: {iova}, size: {memory}}}
"""
HEAD = "time_us,op,address,bytes,device,flags\n"
VTD = "iommu: vtd\ndevice: {kind: pcie}"
PRI = "smmu: {features: {ats: true, pri: true}}\ndevice: {kind: pcie, outstanding_accesses: 32}"
FIELDS = "time_us,op,device,address,bytes,pasid,process,group,flags\n"


class Replay(InFolder):
    def replay(self, rows, *settings, devices=1, more="", platform="small", head=HEAD, memory="4MiB"):
        self.write("in.csv", head + "".join(rows))
        self.accepted("trace", "import", "in.csv", "-o", "t", "-q", "--format", "csv")
        iova = "0x10000000" if "handler.mode=sva" in settings else "0x100000000"
        self.write("w.yaml", WORKLOAD.format(devices=devices, more=more, platform=platform, memory=memory, iova=iova))
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

    def test_so_it_is_on_each_iommu_and_what_happened_is_told(self):
        """Without and with page requests; the record of the fault stands where the access stood."""
        rows = ["0,map,0x1000,4096,nic,read write\n", "1,write,0x1000,64,nic,\n", "2,unmap,0x1000,4096,nic,\n",
                "3,write,0x1000,64,nic,\n", "4,map,0x1000,4096,nic,read\n", "5,write,0x1000,64,nic,\n", "6,read,0x1000,64,nic,\n"]
        for more, settings in (("", []), (PRI, []), (VTD, ["memory.base=4GiB"]), ("iommu: vtd", ["memory.base=4GiB", "handler.iopf=false"])):
            with self.subTest(more=more, settings=settings):
                result = self.replay(rows, *settings, more=more)
                self.assertEqual(self.counts(result), [(2, 2)])
                self.assertEqual(result["trace"]["refused"], 0)
                self.assertFalse(any(result["defects"].values()))

    def test_devices_that_report_faults_replay_mappings(self):
        """device.faults: report needs a process: what is mapped is nothing to it, what is taken away faults anew."""
        rows = ["0,read,0x10000000,64,nic,\n", "1,map,0x1000,4096,nic,\n", "2,invalidate,0x10000000,4096,nic,\n",
                "3,read,0x10000000,64,nic,\n", "4,unmap,0x10000000,4096,nic,\n", "5,write,0x10000000,64,nic,\n"]
        for more, settings in ((PRI, ["device.faults=report"]), (VTD, ["memory.base=4GiB", "device.faults=report"])):
            result = self.replay(rows, *settings, "handler.mode=sva", more=more)
            self.assertEqual(self.counts(result), [(3, 0)], more)
            self.assertEqual(result["devices"][0]["reports"]["sent"], 3)
            self.assertEqual((result["mm"]["minor_faults"], result["trace"]["refused"]), (3, 0))

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
        self.write("w.yaml", WORKLOAD.format(devices=1, more="", platform="small", memory="4MiB", iova="0x10000000").replace("vfio", "sva"))
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

    def faults(self):
        with open("o/faults.csv", encoding="utf-8", newline="") as rows:
            return list(csv.DictReader(rows))

    def test_groups_are_those_of_the_records(self):
        """Two groups that overlap in time, and one that its file cuts: an answer a group, at its Last."""
        rows = ["0,read,nic,0x10100000,64,bound,-,-,read\n",  # has Linux's workqueue make its workers
                "200,read,nic,0x10000000,64,bound,-,5,read\n", "201,read,nic,0x10001000,64,bound,-,7,read\n",
                "202,read,nic,0x10002000,64,bound,-,5,read\n", "230,read,nic,0x10003000,64,bound,-,7,last\n",
                "260,read,nic,0x10004000,64,bound,-,5,last\n", "290,read,nic,0x10005000,64,bound,-,9,read\n"]
        for more, settings in ((PRI, []), (VTD, ["memory.base=4GiB"])):
            result = self.replay(rows, *settings, "handler.mode=sva", more=more, head=FIELDS)
            pri = result["devices"][0]["page_requests"]
            self.assertEqual((self.counts(result), pri["groups"], pri["success"]), ([(7, 0)], 4, 4))
            self.assertEqual(pri["sent"], 8)  # the last group was ended by a request more
            faults = sorted(self.faults(), key=lambda fault: int(fault["number"]))
            self.assertEqual([fault["tag"] for fault in faults], ["0", "5", "7", "9"])
            # the first waits for its Last, which is 60 us later; the second has it after 29
            self.assertTrue(60000 < float(faults[1]["latency_ns"]) < 80000, faults[1])
            self.assertTrue(29000 < float(faults[2]["latency_ns"]) < 49000, faults[2])

    def test_groups_of_any_shape_end(self):
        draw = random.Random(11)
        for round_ in range(12):
            nr, rows = 300, []
            for i in range(nr):
                page, group = draw.randrange(600), draw.randrange(4)
                flags = draw.choice(("read", "write")) + (" last" if draw.random() < 0.2 else "")
                is_grouped = draw.random() < 0.8
                rows.append(f"{i // 8},access,nic{draw.randrange(2)},{0x10000000 + page * 4096:#x},{draw.choice((64, 9000))},bound,-,"
                            f"{group if is_grouped else '-'},{flags if is_grouped else flags.split()[0]}\n")
            rows = ["0,read,nic0,0x10000000,1,bound,-,-,read\n", "0,read,nic1,0x10000000,1,bound,-,-,read\n"] + rows
            credits, slots = draw.choice((1, 2, 5, 32)), draw.choice((1, 3, 32))
            more, settings = draw.choice(((PRI, []), (VTD, ["memory.base=4GiB"])))
            result = self.replay(rows, *settings, "handler.mode=sva", f"device.outstanding_accesses={slots}",
                                 f"pcie.page_request_credits={credits}", more=more, head=FIELDS, devices=2)
            self.assertEqual(result["aborted"], 0, round_)
            self.assertGreaterEqual(result["accesses"], nr + 2)
            self.assertFalse(any(result["defects"].values()))

    def test_privilege_and_execute_reach_the_iommu(self):
        rows = ["0,map,nic,0x1000,4096,bound,-,-,read write\n", "0,map,nic,0x2000,4096,bound,-,-,read execute\n",
                "0,map,nic,0x3000,4096,bound,-,-,read privileged\n"]
        rows += [f"{1 + i},access,nic,{page:#x},64,bound,-,-,{flags}\n" for i, (page, flags) in enumerate(
            (page, flags) for page in (0x1000, 0x2000, 0x3000) for flags in ("read", "read execute", "read privileged"))]
        result = self.replay(rows, "handler.iopf=false", head=FIELDS)
        # data, execute and privileged of: read write, with execute, privileged only
        self.assertEqual((self.counts(result)), [(6, 3)])

    def test_a_process_has_its_memory_executed_where_it_says_so(self):
        rows = ["0,access,nic,0x10000000,64,bound,-,-,read execute\n", "5,access,nic,0x10001000,64,bound,-,-,read\n"]
        for access, want in (("rw", [(1, 1)]), ("rx", [(2, 0)]), ("rwx", [(2, 0)])):
            self.write("w.yaml", WORKLOAD.format(devices=1, more="", platform="small", iova="0x10000000", memory=f"4MiB, access: {access}")
                       .replace("vfio", "sva"))
            self.write("in.csv", FIELDS + "".join(rows))
            self.accepted("trace", "import", "in.csv", "-o", "t", "-q")
            self.accepted("run", "w.yaml", "-q", "--no-plots", "-o", "o")
            with open("o/result.json", encoding="utf-8") as result:
                self.assertEqual(self.counts(json.load(result)), want, access)
            self.assertEqual([fault["access"] for fault in self.faults()], ["execute", "read"])

    def test_processes_have_their_names_and_do_their_own_maps(self):
        rows = []
        for i in range(60):
            page, name = 0x100000 + i * 0x10000, ("qemu-vm", 'a, "b"', "kworker/2:1")[i % 3]
            name = '"' + name.replace('"', '""') + '"'
            rows += [f"{i},map,nic,{page:#x},65536,bound,{name},-,read write\n", f"{i},write,nic,{page:#x},64,bound,{name},-,write\n"]
        result = self.replay(rows, head=FIELDS)
        self.assertEqual((self.counts(result), result["trace"]["maps"], result["trace"]["refused"]), ([(60, 0)], 60, 0))
        self.assertEqual([(name["of"], name["name"]) for name in result["trace_names"]],
                         [("process", "qemu-vm"), ("process", 'a, "b"'), ("process", "kworker/2:1")])
        self.assertEqual([fault["process"] for fault in self.faults()], ["qemu-vm", 'a, "b"', "kworker/2:1"] * 20)
        with open("o/timeline.json", encoding="utf-8") as timeline:
            said = timeline.read()
        for name in ("qemu-vm", "kworker/2:1"):
            self.assertIn(name, said)
        self.assertIn("Fault 2 of o", self.accepted("explain", "o", "2"))

    def test_maps_of_several_processes_go_on_at_once(self):
        """As fast as possible: four who map take less time than one who maps as much, or wait for the container's lock."""
        times, waits = [], []
        for processes in (1, 4):
            rows = [f"0,map,nic,{0x100000 + i * 0x40000:#x},262144,bound,p{i % processes},-,read write\n" for i in range(200)]
            rows = ["0,attach,nic,0,0,bound,-,-,\n"] + rows + ["0,read,nic,0x100000,1,bound,-,-,read\n"]
            result = self.replay(rows, "cpu.cpus=8", memory="256MiB", head=FIELDS)
            self.assertEqual((result["trace"]["maps"], result["trace"]["refused"]), (200, 0))
            times.append(result["simulated_time_ns"])
            self.replay(rows, "cpu.cpus=8", "handler.iopf=false", memory="256MiB", head=FIELDS)
            with open("o/locks.csv", encoding="utf-8", newline="") as locks:
                waits += [int(lock["contentions"]) for lock in csv.DictReader(locks) if lock["name"] == "pfh_container.lock"]
        self.assertLess(times[1], times[0] / 2)
        self.assertEqual(waits[0], 0)
        self.assertGreater(waits[1], 100)

    def test_what_concerns_the_same_pages_keeps_its_order(self):
        draw = random.Random(3)
        rows, want = self.random_rows(9, 2)
        rows = [row.split(",") for row in rows]
        rows = [f"{r[0]},{r[1]},{r[4]},{r[2]},{r[3]},bound,{draw.choice(('-', 'p0', 'p1', 'p2'))},-,{r[5]}" for r in rows]
        for settings in ([], ["handler.iopf=false"], ["workload.trace_time=0"]):
            result = self.replay(rows, *settings, devices=2, head=FIELDS)
            self.assertEqual((self.counts(result), result["trace"]["refused"]), (want, 0), settings)

    def test_groups_of_devices_have_a_trace_each(self):
        for name, page in (("a", 0x1000), ("b", 0x7000)):
            self.write("in.csv", HEAD + f"0,map,{page:#x},4096,dev-{name},read write\n1,write,{page:#x},64,dev-{name},\n"
                       f"2,unmap,{page:#x},4096,dev-{name},\n3,write,{page:#x},64,dev-{name},\n4,read,0x1000,64,dev-{name},\n")
            self.accepted("trace", "import", "in.csv", "-o", f"t{name}", "-q", "--format", "csv")
        group = "  - {{name: {0}, container: {1}, workload: {{generator: trace, trace: t{0}}}, mappings: [{{iova: {2}, size: 1MiB}}]}}\n"
        for spaces in (("x", "y"), ("x", "x")):
            self.write("w.yaml", "platform: small\ndevices:\n" + group.format("a", spaces[0], "0x100000000") +
                       group.format("b", spaces[1], "0x200000000"))
            self.accepted("run", "w.yaml", "-q", "--no-plots", "-o", "o")
            with open("o/result.json", encoding="utf-8") as result:
                result = json.load(result)
            self.assertEqual([device["name"] for device in result["devices"]], ["dev-a", "dev-b"])
            self.assertEqual(self.counts(result), [(1, 2), (1, 2)], spaces)
            self.assertEqual((result["trace"]["maps"], result["trace"]["unmaps"], result["trace"]["refused"]), (2, 2, 0))

    def test_two_replays_are_the_same(self):
        rows, _ = self.random_rows(5, 2)
        hashes = {self.replay(rows, devices=2)["trace_hash"] for _ in range(2)}
        self.assertEqual(len(hashes), 1)

    def test_files_of_real_machines_replay(self):
        for name, devices in (("02-ftrace-iommu-map-6.x.txt", 2), ("04-ftrace-dma-6.12.txt", 1), ("05-ftrace-dma-newer.txt", 2)):
            self.accepted("trace", "import", f"{DATA}/files/{name}", "-o", "t", "-q", "--access", "unmap")
            self.write("w.yaml", WORKLOAD.format(devices=devices, more="", platform="small", memory="4MiB", iova="0x100000000"))
            self.accepted("run", "w.yaml", "-q", "--no-plots", "-o", "o", "--set", "workload.trace_time=0")


main()
