#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# Usage: test_against.py IOPFSIM
"""iopfsim against and export: counters of real machines beside a run's, in the same shape."""
import glob
import json
import math
import os
import random

from command import DATA, InFolder, main

FILES = f"{DATA}/files"
WORKLOADS = os.path.realpath("workloads")


class Against(InFolder):
    def setUp(self):
        super().setUp()
        self.accepted("run", f"{WORKLOADS}/vtd-sva.yaml", "-q", "--no-plots", "-o", "o", "--set", "workload.accesses=300")
        with open("o/result.json", encoding="utf-8") as result:
            self.result = json.load(result)

    def rows(self, path):
        return {row["name"]: row for row in json.loads(self.accepted("against", "o", path, "--json"))["rows"]}

    def test_what_is_exported_is_the_run_itself(self):
        for form in ("dmar_perf_latency", "lock_stat"):
            rows = self.rows(self.write("real", self.accepted("export", "o", "--as", form)))
            self.assertGreater(len(rows), 3)
            for name, row in rows.items():
                self.assertIsNotNone(row["run"], name)
                for column, value in row["file"].items():
                    # as Linux writes them: whole microseconds, or two places
                    step = 1 if form.startswith("dmar") else 0.01
                    self.assertLessEqual(abs(row["run"][column] - value), step, (name, column))

    def test_dmar_perf_latency_has_the_runs_own_numbers_beside_it(self):
        rows = self.rows(f"{FILES}/13-dmar_perf_latency.txt")
        self.assertEqual(sorted(rows), ["inv_devtlb", "inv_iec", "inv_iotlb", "svm_prq"])
        self.assertEqual(rows["svm_prq"]["file"]["1us-10us"], 25200)
        ours = self.result["driver_latency"]["svm_prq"]
        self.assertEqual([rows["svm_prq"]["run"][column] for column in list(rows["svm_prq"]["run"])[:7]], ours["buckets"])
        self.assertTrue(math.isclose(rows["svm_prq"]["run"]["average(us)"], ours["sum_ns"] / ours["count"] / 1000))

    def test_units_of_dmar_perf_latency_add_up(self):
        with open(f"{FILES}/13-dmar_perf_latency.txt", encoding="utf-8") as text:
            one = text.read()
        rows = self.rows(self.write("two", one + one))
        self.assertEqual((rows["svm_prq"]["file"]["1us-10us"], rows["svm_prq"]["file"]["max(us)"]), (50400, 556))

    def test_lock_stat_of_both_versions(self):
        rows = self.rows(f"{FILES}/14-lock_stat.txt")
        self.assertEqual(sorted(rows), ["&mm->mmap_lock-R", "&mm->mmap_lock-W"])
        self.assertEqual(rows["&mm->mmap_lock-W"]["file"]["holdtime-avg"], 5.98)
        ours, = [lock for lock in self.result["locks"] if lock["name"] == "&mm->mmap_lock"]
        self.assertEqual(rows["&mm->mmap_lock-R"]["run"]["acquisitions"], ours["acquisitions"])
        old = "lock_stat version 0.3\n class name con-bounces\n  &mm->mmap_lock-W:  46 84 0.26 939.10 16371.53 47291 2922365 0.16 4301.69 17464026.32\n"
        row = self.rows(self.write("old", old))["&mm->mmap_lock-W"]["file"]
        self.assertEqual((row["contentions"], row["acquisitions"], row["holdtime-total"], row["waittime-avg"]),
                         (84, 2922365, 17464026.32, None))

    def test_counters_of_pmus_simulators_and_rdma(self):
        rows = self.rows(f"{FILES}/28-perf-stat-pmcg.txt")
        self.assertEqual(rows["tlb_miss"]["file"], {"count": 500037, "a second": 500037 / 1.000105080})
        self.assertEqual(rows["tlb_miss"]["run"]["count"], self.result["tlb"]["misses"])
        self.assertEqual(self.rows(f"{FILES}/27-rdma-stat-mr.txt")["page_faults"]["run"]["value"], self.result["faults"]["recorded"])
        rows = self.rows(f"{FILES}/22-gem5-stats.txt")
        self.assertEqual((rows["steFetches"]["file"]["value"], rows["steFetches"]["run"]), (12, None))

    def test_what_does_not_fit_is_refused(self):
        for path in (f"{FILES}/15-blkparse.txt", self.write("empty", "")):
            self.refused("no counters that iopfsim knows", "against", "o", path)
        self.refused("cannot be opened", "against", "o", "missing")
        self.refused("no iopfsim folder", "against", ".", f"{FILES}/14-lock_stat.txt")
        self.refused("expected dmar_perf_latency or lock_stat", "export", "o", "--as", "x")
        self.refused("--as is missing", "export", "o")
        self.accepted("run", f"{DATA}/small.yaml", "-q", "--no-plots", "-o", "smmu")
        self.refused("the run has nothing", "export", "smmu", "--as", "dmar_perf_latency")

    def test_broken_files_end_in_an_answer(self):
        draw = random.Random(5)
        texts = []
        for name in ("13", "14", "22", "27", "28"):
            path, = glob.glob(f"{FILES}/{name}*")
            with open(path, "rb") as file:
                texts.append(file.read())
        for _ in range(100):
            text = bytearray(draw.choice(texts))
            for _ in range(draw.randrange(1, 6)):
                at = draw.randrange(len(text) + 1)
                text[at:at + draw.randrange(0, 20)] = draw.choice((b"", b"nan", b"1e999", b"-5", b"\0", b"\xff", b":", b"0x1p9999"))
            got = self.run_it("against", "o", self.write("real", bytes(text)), "--json")
            self.assertIn(got.returncode, (0, 2), got.stderr)
            self.assertEqual(got.stderr.count("\n"), 1 if got.returncode else 0)
            if not got.returncode:
                json.loads(got.stdout)


main()
