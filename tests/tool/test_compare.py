#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# Usage: test_compare.py IOPFSIM IOPFSIM-WITH-MMAP-WRITE-LOCK
#
# Results side by side. Claims: a handler that is 2 us slower is a difference of 2 us, and its stage is named; one that takes
# mmap_lock for writing is named with lock and call site, and so is a container's design; two seeds of one workload are no
# difference; the differences are those of the numbers of result.json; commands and register writes stand side by side;
# --fail-on passes and fails by its bound and sign; what cannot be compared is refused in a line; text, page and JSON say the same.
import copy
import json
import os
import sys

import command
from command import IOPFSIM, InFolder

MMAP_WRITE = os.path.realpath(sys.argv.pop(2))
RUN = ("-q", "--no-plots", "--set", "output.timeline_limit=0", "--set", "output.trace_limit=0", "-o")
SITE = "fault_once() design_mmap_lock.c:"


class Compare(InFolder):
    def setUp(self):
        super().setUp()
        os.unlink("platforms")

    def left(self):
        return sorted(os.listdir("."))

    def simulate(self, name, workload, *options, program=IOPFSIM):
        command.IOPFSIM = program
        self.accepted("run", workload, *options, *RUN, name)
        command.IOPFSIM = IOPFSIM
        with open(f"{name}/result.json", encoding="utf-8") as file:
            return json.load(file)

    def compare(self, *names):
        found = json.loads(self.accepted("compare", *names, "--json"))
        return [side["points"][0] for side in found["against"]]

    def change(self, name, to, edit):
        """A copy of result folder @name whose result is edited."""
        os.mkdir(to)
        with open(f"{name}/result.json", encoding="utf-8") as file:
            result = json.load(file)
        edit(result)
        self.write(f"{to}/result.json", json.dumps(result))

    def test_a_slower_handler_is_found_and_its_stage_named(self):
        a = self.simulate("a", "uadk-sva")
        b = self.simulate("b", "uadk-sva", "--set", "handler.extra=2us")
        pair, = self.compare("a", "b")
        test = pair["tests"]["mean"]
        self.assertTrue(test["is_difference"])
        self.assertAlmostEqual(test["b"]["mean"] - test["a"]["mean"], 2000, delta=test["chance"])
        self.assertIn("A difference between these two runs: ", pair["sentence"])
        self.assertNotIn("lock &", pair["sentence"])
        self.assertIn("stage 'locked' +2.000 us", pair["sentence"])
        for stage, value in pair["stages_ns"].items():
            want = b["faults"]["stages_ns"][stage]["mean"] - a["faults"]["stages_ns"][stage]["mean"]
            self.assertAlmostEqual(value["difference"], want, places=6)
            self.assertLess(abs(value["difference"] - (2000 if stage == "locked" else 0)), 30, stage)
        self.assertEqual(pair["configuration"], {"handler.extra": {"a": "0", "b": "2us"}})
        self.assertEqual(pair["verdicts"]["b"]["latency"], b["verdict"]["latency"])
        text = self.accepted("compare", "a", "b", "-o", "page")
        with open("page/compare.html", encoding="utf-8") as file:
            page = file.read()
        for said in (pair["sentence"], a["verdict"]["throughput"], b["verdict"]["latency"], "handler.extra"):
            self.assertIn(said, text)
            self.assertIn(said, page)

    def test_two_versions_are_said(self):
        self.simulate("a", "uadk-sva")
        self.change("a", "b", lambda result: result.update(version="v9.9"))
        self.assertIn("Two versions of iopfsim made them", self.accepted("compare", "a", "b"))
        found = json.loads(self.accepted("compare", "a", "b", "--json"))
        self.assertEqual(found["against"][0]["versions"]["b"], "v9.9")
        self.assertNotIn("Two versions", self.accepted("compare", "a", "a"))

    def test_an_mmap_lock_for_writing_is_named_with_its_site(self):
        self.simulate("a", "sva-locks")
        b = self.simulate("b", "sva-locks", program=MMAP_WRITE)
        pair, = self.compare("a", "b")
        lock = pair["locks"][0]
        self.assertEqual(lock["name"], "&mm->mmap_lock")
        self.assertEqual(lock["a"]["contentions"], 0)
        self.assertGreater(lock["b"]["contentions"], b["faults"]["completed"] / 2)
        self.assertEqual((lock["b"]["site"]["function"], lock["b"]["site"]["file"]), ("fault_once", "design_mmap_lock.c"))
        row, = [line for line in self.accepted("compare", "a", "b").splitlines() if line.startswith("  &mm->mmap_lock ")]
        self.assertIn(SITE, row)
        self.assertRegex(pair["sentence"], r"lock &mm->mmap_lock is waited for \+.* most at fault_once\(\) \(design_mmap_lock.c:")
        self.assertGreater(pair["stages_ns"]["locked"]["difference"], 10 * pair["stages_ns"]["locked"]["a"])
        self.assertEqual(pair["configuration"], {})

    def test_designs_of_a_container_are_told_apart(self):
        self.simulate("a", "container", "--set", "handler.design=core-path")
        self.simulate("b", "container", "--set", "handler.design=rfc-v3")
        pair, = self.compare("a", "b")
        self.assertEqual(pair["configuration"], {"handler.design": {"a": "core-path", "b": "rfc-v3"}})
        names = [lock["name"] for lock in pair["locks"]]
        self.assertEqual(names[0], "pfh_container.lock")
        self.assertIn("pfh_container.map_lock", names)
        self.assertIn("pfh_group_tree_lock", names)
        self.assertEqual(pair["locks"][0]["b"]["site"]["file"], "design_rfc_v3.c")

    def test_the_site_is_the_one_that_waited_longest(self):
        self.simulate("a", "uadk-sva")
        sites = [{"function": f"f{wait}", "file": "x.c", "line": wait, "wait_total_ns": wait} for wait in (5, 9, 7)]
        self.change("a", "b", lambda result: result.update(locks=[
            {"name": "x", "contentions": 3, "wait_ns": {"total": 21}, "sites": sites},
            {"name": "y", "contentions": 1, "wait_ns": {"total": 400}}]))
        locks = self.compare("a", "b")[0]["locks"]
        self.assertEqual([lock["name"] for lock in locks if lock["b"]["contentions"]], ["y", "x"])
        self.assertEqual([lock["b"]["site"]["line"] for lock in locks if lock["name"] == "x"], [9])

    def test_seeds_are_no_difference(self):
        hashes = {self.simulate(f"s{seed}", "uadk-sva", "--seed", str(seed))["trace_hash"] for seed in (1, 2, 3)}
        self.assertEqual(len(hashes), 3)
        for pair in self.compare("s1", "s2", "s3"):
            self.assertFalse(pair["tests"]["mean"]["is_difference"])
            self.assertTrue(pair["sentence"].startswith("No difference: "))
            self.assertEqual(pair["configuration"], {})
        self.assertIn("The same run", self.compare("s1", "s1")[0]["sentence"])

    def test_repeats_are_compared_over_their_seeds(self):
        a = self.simulate("a", "uadk-sva", "--repeat", "4")
        self.simulate("b", "uadk-sva", "--seed", "50", "--repeat", "4")
        self.simulate("c", "uadk-sva", "--repeat", "4", "--set", "handler.extra=200ns")
        seeds, slower = self.compare("a", "b", "c")
        for name in ("rate", "mean", "p50"):
            self.assertEqual(seeds["tests"][name]["over"], "seeds")
            self.assertFalse(seeds["tests"][name]["is_difference"], name)
            self.assertTrue(slower["tests"][name]["is_difference"], name)
        self.assertIn("A difference: ", slower["sentence"])
        self.assertIn("No difference: ", seeds["sentence"])
        self.assertAlmostEqual(seeds["tests"]["mean"]["a"]["half_width"],
                               a["repeats"]["latency_mean_ns"]["half_width"], delta=0.01)

    def test_welch_is_computed(self):
        self.simulate("a", "uadk-sva")

        def seeds(values, **more):
            return lambda result: result.update(repeats={"latency_mean_ns": {"values": values}, **more})
        self.change("a", "x", seeds([10, 12, 11, 11, 12.5]))
        self.change("a", "y", seeds([13, 14, 12.6, 15, 13.2]))
        test = self.compare("x", "y")[0]["tests"]["mean"]
        n, x, y = 5, [10, 12, 11, 11, 12.5], [13, 14, 12.6, 15, 13.2]
        errors = [sum((v - sum(of) / n) ** 2 for v in of) / (n - 1) / n for of in (x, y)]
        freedom = int(sum(errors) ** 2 / sum(e * e / (n - 1) for e in errors))
        self.assertEqual(freedom, 7)
        self.assertAlmostEqual(test["chance"], 2.365 * sum(errors) ** 0.5, places=2)
        self.assertTrue(test["is_difference"])
        # the same seeds: differences 1.1, 0.9, 1, 1.2, 0.8, error sqrt(0.025 / 5), t(4) 2.776
        self.change("a", "p", seeds([10, 20, 30, 40, 50], first_seed=1, seeds=5))
        self.change("a", "q", seeds([11.1, 20.9, 31, 41.2, 50.8], first_seed=1, seeds=5))
        self.change("a", "r", seeds([11.1, 20.9, 31, 41.2, 50.8], first_seed=2, seeds=5))
        paired, other = (pair["tests"]["mean"] for pair in self.compare("p", "q", "r"))
        self.assertEqual((paired["over"], other["over"]), ("same seeds", "seeds"))
        self.assertAlmostEqual(paired["chance"], 2.776 * 0.005 ** 0.5, places=3)
        self.assertTrue(paired["is_difference"])
        self.assertFalse(other["is_difference"])

    def test_bounds_hold_or_fail_by_their_sign(self):
        self.simulate("a", "uadk-sva")
        self.simulate("b", "uadk-sva", "--set", "handler.extra=2us")
        for bound in ("p50:+25%", "p50:-0%", "mean:+2100", "throughput:-20%", "rate:+0%", "faults:+0%",
                      "faults.stages_ns.locked.mean:+2001"):
            self.accepted("compare", "a", "b", "-q", "--fail-on", bound)
        for bound in ("p50:+3%", "mean:+1900", "throughput:-2%", "rate:-1%", "faults.latency_ns.p50:+18%",
                      "faults.stages_ns.locked.mean:+1999"):
            self.refused(f"{bound.split(':', maxsplit=1)[0]} of b is ", "compare", "a", "b", "-q", "--fail-on", bound, code=1)
            self.accepted("compare", "a", "a", "-q", "--fail-on", bound)
        self.accepted("compare", "b", "a", "-q", "--fail-on", "p50:+0%")
        for bound in ("p50", "p50:3%", "p50:+", "p50:+x", "p50:+3%%", ":+3%", "p50:+3us", "p50:++3", "p50:+inf", "p50:+1.2.3"):
            self.refused(f"--fail-on {bound}: expected", "compare", "a", "b", "-q", "--fail-on", bound)
        self.refused("has no such number", "compare", "a", "b", "-q", "--fail-on", "p98:+3%")
        self.refused("does not know it", "compare", "a", "b", "-q", "--fail-on", "p99.9:+3%")

    def test_sweeps_are_compared_point_by_point(self):
        for name, options in (("a", []), ("b", ["--set", "handler.extra=2us"])):
            self.accepted("sweep", "uadk-sva", "-q", "--no-plots", "-o", name, *options)
        found = json.loads(self.accepted("compare", "a", "b", "--json"))
        points = found["against"][0]["points"]
        self.assertEqual(points[0]["point"], "workload.messages 1")
        self.assertGreater(len(points), 2)
        for point in points[1:]:
            self.assertTrue(point["tests"]["mean"]["is_difference"])
            self.assertIn("stage 'locked'", point["sentence"])
        self.assertIn("handler.extra", self.accepted("compare", "a", "b"))
        self.refused("b, workload.messages 1, is ", "compare", "a", "b", "-q", "--fail-on", "mean:+1%", code=1)

    def test_what_cannot_be_compared_is_refused(self):
        self.simulate("a", "uadk-sva")
        self.accepted("sweep", "uadk-sva", "-q", "--no-plots", "-o", "sweep")
        self.accepted("sweep", "iommus", "-q", "--no-plots", "-o", "iommus")
        self.refused("sweep: is of a sweep or study, a is of a run", "compare", "a", "sweep")
        self.refused("iommus: point 1 has other parameters than that of sweep", "compare", "sweep", "iommus")
        with open("sweep/points.json", encoding="utf-8") as file:
            points = json.load(file)
        for name, change, said in (("fewer", points["points"].pop, "fewer: has 3 points, sweep has 4"),
                                   ("failed", lambda: points["points"][1].update(result=None), "a point of it has no result"),
                                   ("none", points["points"].clear, "none: has no points")):
            change()
            os.mkdir(name)
            self.write(f"{name}/points.json", json.dumps(points))
            self.refused(said, "compare", "sweep", name)
        self.refused("gone: is no iopfsim folder", "compare", "a", "gone")
        self.refused("A B... is missing", "compare", "a")
        edits = {
            "form": (lambda r: r.update(form=99), "form 99, this program's of form 1"),
            "old": (lambda r: r.pop("form"), "form 0"),
            "part": (lambda r: r.update(interrupted=True), "was interrupted"),
            "stuck": (lambda r: r.update(stuck=True), "got stuck"),
            "less": (lambda r: r.pop("faults"), "lacks 'faults'"),
            "list": (lambda r: r.update(locks={}), "lacks 'locks'"),
        }
        for name, (edit, said) in edits.items():
            self.change("a", name, edit)
            self.refused(said, "compare", "a", name)
        with open("a/result.json", "rb") as file:
            whole = file.read()
        for name, content in (("cut", whole[:len(whole) // 2]), ("empty", b""), ("array", b"[]"), ("deep", b"[" * 100000),
                              ("twice", b'{"form":1,"form":1}'), ("bytes", b"\xff\0")):
            os.mkdir(name)
            self.write(f"{name}/result.json", content)
            self.refused(f"{name}: result.json, line", "compare", "a", name)

    def test_odd_results_are_compared_without_harm(self):
        self.simulate("a", "uadk-sva")
        edits = {
            "types": lambda r: r.update(steady="x", run={"lock_wait_ns": []}, faults={"latency_ns": 3, "stages_ns": [1]},
                                        verdict={"throughput": 3}, limits=3),
            "locks": lambda r: r.update(locks=[3, {}, {"name": 3}, {"name": "<b>&", "sites": [3, {"function": 1}]}]),
            "less": lambda r: [r.pop(key) for key in list(r) if key not in
                               ("form", "verdict", "faults", "run", "configuration", "locks")],
            "swap": lambda r: r.update(configuration={"handler": 3, "mappings": {"x": None}}),
            "numbers": lambda r: r["steady"].update(batches=-1, mean_interval_ns=-5),
        }
        for name, edit in edits.items():
            self.change("a", name, copy.copy(edit))
            for pair in (("a", name), (name, "a"), (name, name)):
                self.accepted("compare", *pair)
                json.loads(self.accepted("compare", *pair, "--json"))
                self.accepted("compare", *pair, "-q", "-o", "page")
        with open("page/compare.html", encoding="utf-8") as file:
            self.assertNotIn("<b>", file.read())

    def test_what_software_said_to_the_iommus_is_laid_side_by_side(self):
        a = self.simulate("a", "uadk-sva")
        b = self.simulate("b", "uadk-sva", "--set", "mm_events.munmap.interval=1ms")
        pair, = self.compare("a", "b")
        of_a, of_b = (result["iommus"]["smmu0"] for result in (a, b))
        self.assertNotIn("TLBI_NH_VA", of_a["commands"])
        self.assertGreater(of_b["commands"]["TLBI_NH_VA"], 0)
        self.assertEqual(pair["commands"]["TLBI_NH_VA"], {"a": 0, "b": of_b["commands"]["TLBI_NH_VA"]})
        self.assertEqual(pair["commands"]["RESUME"]["a"], a["faults"]["completed"])
        self.assertEqual(pair["register_writes"]["CMDQ_PROD"]["b"], of_b["registers"]["writes"]["CMDQ_PROD"])
        self.assertGreater(of_b["registers"]["reads"], 0)
        text = self.accepted("compare", "a", "b")
        self.assertRegex(text, r"command +TLBI_NH_VA +0 +\d+ +\+\d+")
        self.assertRegex(text, r"write +EVTQ_CONS +\d+ +\d+ +\+\d+")
        self.assertNotIn("Commands that", self.accepted("compare", "a", "a"))

    def test_a_page_replaces_only_a_page(self):
        self.simulate("a", "uadk-sva")
        self.accepted("compare", "a", "a", "-q", "-o", "page")
        self.accepted("compare", "a", "a", "-q", "-o", "page")
        self.assertEqual(sorted(os.listdir("page")), ["compare.html", "compare.json"])
        self.refused("a", "compare", "a", "a", "-q", "-o", "a")
        self.assertIn("result.json", os.listdir("a"))


command.main()
