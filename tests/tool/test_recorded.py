#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# Usage: test_recorded.py IOPFSIM
"""
Traces of Linux guests that scripts/record made: each is whole, small, and says how it was made. Replayed behind the IOMMU that they
were recorded behind, and behind the other, there are exactly as many translations as the recorder counted, none of them fails,
and every mapping that the guest made and took away is made and taken away.
"""
import glob
import json
import os
import re

from command import InFolder, main

SOURCE = os.path.realpath(".")
TRACES = sorted(glob.glob(f"{SOURCE}/workloads/traces/*.trace"))
WORKLOADS = sorted(glob.glob(f"{SOURCE}/workloads/recorded-*.yaml"))


def recorders_number(trace):
    with open(trace[:-6] + ".txt", encoding="utf-8") as how:
        return int(re.search(r"^translations of the recorder: (\d+)$", how.read(), re.MULTILINE)[1])


def trace_of(workload):
    with open(workload, encoding="utf-8") as text:
        return os.path.join(SOURCE, "workloads", re.search(r"trace: (traces/[\w.-]+)", text.read())[1])


class Recorded(InFolder):
    def replay(self, workload, *settings):
        args = [part for setting in settings for part in ("--set", setting)]
        self.accepted("run", workload, "-q", "--no-plots", "-o", "o", *args)
        with open("o/result.json", encoding="utf-8") as result:
            return json.load(result)

    def translations(self, result):
        """All that the IOMMU was asked: by accesses, TLB or walk, and by endpoints' translation requests; and what failed."""
        of = result["translations"]
        return sum(of[name]["count"] for name in ("hits_ns", "walks_ns", "requests_ns")) + of["aborted"]

    def test_each_trace_has_a_workload_and_a_text(self):
        self.assertGreaterEqual(len(TRACES), 2)
        self.assertEqual(sorted(trace_of(workload) for workload in WORKLOADS), TRACES)
        for trace in TRACES:
            self.assertLess(os.path.getsize(trace), 1 << 20)
            self.accepted("trace", "validate", trace, "-q")
            info = json.loads(self.accepted("trace", "info", trace, "--json"))
            self.assertEqual((info["version"], info["kinds"]["access"]), (2, recorders_number(trace)), trace)
            with open(trace[:-6] + ".txt", encoding="utf-8") as how:
                text = how.read()
            for part in ("scripts/record --devices", "QEMU emulator version 7.2", "Package: linux-image-", "What the guest did:",
                         "RECORD done", "0 of "):
                self.assertIn(part, text)

    def test_as_many_translations_as_the_recorder_had(self):
        for workload in WORKLOADS:
            number = recorders_number(trace_of(workload))
            for iommu in ("vtd", "smmuv3"):
                result = self.replay(workload, f"iommu={iommu}")
                self.assertEqual((self.translations(result), result["accesses"], result["aborted"], result["trace"]["refused"]),
                                 (number, number, 0, 0), (workload, iommu))
                self.assertEqual({device["name"] for device in result["devices"]}, {"0000:00:03.0", "0000:00:04.0"})
                self.assertFalse(any(result["defects"].values()))

    def test_so_it_is_as_fast_as_possible(self):
        for workload in WORKLOADS:
            number = recorders_number(trace_of(workload))
            result = self.replay(workload, "workload.trace_time=0")
            self.assertEqual((self.translations(result), result["accesses"], result["aborted"]), (number, number, 0), workload)

    def test_an_endpoint_that_keeps_translations_asks_for_the_rest_only(self):
        for workload in WORKLOADS:
            number = recorders_number(trace_of(workload))
            for behind in ("iommu=vtd",), ("iommu=smmuv3", "smmu.features.ats=true"):
                result = self.replay(workload, "pcie.atc_entries=64", *behind)
                requests = result["translations"]["requests_ns"]["count"]
                self.assertTrue(0 < requests < number, (workload, behind))
                self.assertEqual(requests + result["atc"]["hits"], number, (workload, behind))

    def test_in_one_container_devices_take_each_others_mappings_away(self):
        """Addresses of domains overlap: so a domain for each is what makes the number right."""
        result = self.replay(WORKLOADS[-1], "handler.containers=one")
        self.assertGreater(result["aborted"], 0)


main()
