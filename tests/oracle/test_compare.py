#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The comparison with QEMU sees what it must see, and forgives only what a label says.

Results are taken from QEMU's golden ones and damaged, one thing at a time.
"""
import copy
import json
import os
import stat
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True

import compare                               # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))


def load(name):
    with open(os.path.join(HERE, name)) as f:
        return {x["name"]: x for x in json.load(f)} if name != "idr_qemu72.json" else json.load(f)


CASES, GOLDEN = load("cases_smmuv3.json"), load("results_smmuv3.json")
QEMU_IDR = load("idr_qemu72.json")
NO_64K = copy.deepcopy(QEMU_IDR)
NO_64K["IDR5"]["GRAN64K"] = 0


def judge(name, damage=None, idr=QEMU_IDR, **case):
    ours = copy.deepcopy(GOLDEN[name])
    if damage:
        damage(ours["results"])
    return compare.judge({**CASES[name], **case}, ours, GOLDEN[name], compare.Smmuv3(idr))[0]


def put(op, **values):
    return lambda results: results[op].update(values)


def event_bit(op, dword, bit):
    def damage(results):
        event = results[op]["events"][0]
        event["raw"][dword] = hex(int(event["raw"][dword], 16) ^ 1 << bit)
    return damage


class Judge(unittest.TestCase):
    def test_qemu_agrees_with_itself_where_it_does_not_deviate(self):
        for name, case in CASES.items():
            with self.subTest(case=name):
                self.assertEqual(judge(name), "differs" if "qemu72" in case else "agrees")

    def test_every_field_counts(self):
        for name, damage in (
                ("page4k_r", put(0, pa="0x44005014")), ("page4k_r", put(0, status="ok+event")),
                ("page4k_r", put(0, data="4a0a5a1f")), ("page4k_w", put(0, pa=None)),
                ("page4k_r", put(0, gerror="0x1")), ("cmd_illegal", put(0, cerror=2)),
                ("cmd_illegal", put(0, consumed=True)), ("cmd_illegal", put(1, val="0x1")),
                ("cross_page_both", put(0, pieces=[])),
                ("unmapped_r", lambda r: r[0]["events"].clear()),
                ("unmapped_r", lambda r: r[0]["events"].append(r[0]["events"][0])),
                ("regs_after_setup", put(0, val="0xc")), ("evq_overflow", put(0, pa="0x1"))):
            with self.subTest(case=name):
                self.assertEqual(judge(name, damage), "differs")

    def test_every_bit_of_a_record_but_class_counts(self):
        for bit in range(256):
            want = "agrees" if bit in (64 + 40, 64 + 41) else "differs"
            with self.subTest(bit=bit):
                self.assertEqual(judge("unmapped_r", event_bit(0, bit // 64, bit % 64)), want)

    def test_a_label_forgives_what_the_case_expects_and_nothing_else(self):
        fault = copy.deepcopy(GOLDEN["unmapped_r"]["results"])
        access = copy.deepcopy(fault)
        access[0]["events"][0]["name"] = "F_ACCESS"
        for results, want in ((access, "deviation"), (fault, "differs")):
            damage = lambda r, new=results: r.__setitem__(slice(None), new)
            self.assertEqual(judge("af0", damage), want)
        self.assertEqual(judge("af0"), "differs", "the same mistake as QEMU's")
        self.assertEqual(judge("af0", put(0, pa="0x44005018")), "differs")

    def test_a_choice_is_one_of_those_listed(self):
        self.assertEqual(judge("tlbi_nh_asid_remap", put(4, pa="0x44005010")), "choice")
        self.assertEqual(judge("tlbi_nh_asid_remap", put(4, pa="0x44006010")), "differs")
        self.assertEqual(judge("regs_after_setup", put(4, val="0x1000")), "choice")
        self.assertEqual(judge("regs_after_setup", put(4, val="0x2000")), "differs")

    def test_both_being_wrong_is_a_difference(self):
        self.assertEqual(judge("page4k_r", expect={"status": "ok", "pa": "0x1"}), "differs")

    def test_what_is_not_modelled_is_told_by_id_registers_and_answered(self):
        name, bad_cd = "gran64k_block64K", GOLDEN["cd_v0"]["results"]
        damage = lambda r: r.__setitem__(slice(None), copy.deepcopy(bad_cd))
        self.assertEqual(judge(name, damage, NO_64K), "not modelled")
        self.assertEqual(judge(name, None, NO_64K), "differs")
        self.assertEqual(judge(name, damage, QEMU_IDR), "differs")
        self.assertEqual(judge("page4k_r", damage, NO_64K), "differs")

    def test_a_dead_peer_is_a_difference(self):
        for ours, theirs in (({"error": "died"}, GOLDEN["page4k_r"]),
                             (GOLDEN["page4k_r"], {"error": "no golden result"})):
            self.assertEqual(compare.judge(CASES["page4k_r"], ours, theirs, compare.Smmuv3(QEMU_IDR))[0],
                             "differs")


VTD_CASES, VTD_GOLDEN = load("cases_vtd.json"), load("results_vtd.json")


def judge_vtd(name, damage=None):
    """QEMU against itself; its PASID fields of requests without PASID are put right."""
    ours = copy.deepcopy(VTD_GOLDEN[name])
    for result in ours["results"]:
        for fault in result.get("faults", ()):
            fault["raw"][1] = hex(int(fault["raw"][1], 16) & ~compare.Vtd.PASID)
    if damage:
        damage(ours["results"])
    return compare.judge(VTD_CASES[name], ours, VTD_GOLDEN[name], compare.Vtd())[0]


def reason(value):
    def damage(results):
        fault = results[0]["faults"][0]
        fault["reason"] = value
        word = int(fault["raw"][1], 16) & ~compare.Vtd.REASON
        fault["raw"][1] = hex(word | value << 32)
    return damage


def fault_bit(dword, bit):
    def damage(results):
        raw = results[0]["faults"][0]["raw"]
        raw[dword] = hex(int(raw[dword], 16) ^ 1 << bit)
    return damage


class JudgeVtd(unittest.TestCase):
    def test_qemu_agrees_with_itself_where_it_does_not_deviate(self):
        for name, case in VTD_CASES.items():
            with self.subTest(case=name):
                self.assertEqual(judge_vtd(name), "differs" if "qemu72" in case else "agrees")

    def test_every_field_counts(self):
        for name, damage in (
                ("page4k_r", put(0, pa="0x4005014")), ("page4k_r", put(0, data="4a0a5a1f")),
                ("qi_bad_type", put(0, fsts="0x40")), ("qi_wait_status", put(0, wait_status="0x1")),
                ("qi_wait_status", put(0, consumed=False)), ("regs_after_setup", put(0, val="0xc")),
                ("unmapped_r", lambda r: r[0]["faults"].clear()),
                ("unmapped_r", lambda r: r[0]["faults"].append(r[0]["faults"][0]))):
            with self.subTest(case=name):
                self.assertEqual(judge_vtd(name, damage), "differs")

    def test_every_bit_of_a_record_counts(self):
        for bit in range(128):
            if not 96 <= bit < 104:                  # the reason has its own test
                with self.subTest(bit=bit):
                    self.assertEqual(judge_vtd("unmapped_r", fault_bit(bit // 64, bit % 64)),
                                     "differs")

    def test_a_scalable_mode_reason_stands_for_that_of_legacy_mode_and_no_other(self):
        for name, value, want in (
                ("sm_unmapped_r", 0x79, "agrees"), ("sm_unmapped_r", 0x7A, "differs"),
                ("sm_root_np", 0x39, "agrees"), ("sm_root_np", 0x38, "differs"),
                ("sm_pasid_np", 0x59, "agrees"), ("sm_pasid_np", 0x41, "differs")):
            with self.subTest(case=name, reason=value):
                self.assertEqual(judge_vtd(name, reason(value)), want)


class Run(unittest.TestCase):
    """tests/oracle/run with programs that are not iopfsim."""

    def run_with(self, script):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "iopfsim")
            if script:
                with open(path, "w") as f:
                    f.write("#!%s\n%s" % (sys.executable, script))
                os.chmod(path, stat.S_IRWXU)
            got = subprocess.run([sys.executable, os.path.join(HERE, "run"), "--model", "smmuv3",
                                  "--iopfsim", path], capture_output=True, text=True)
        self.assertNotIn("Traceback", got.stderr)
        return got

    def test_no_program(self):
        got = self.run_with(None)
        self.assertEqual((got.returncode, got.stderr.count("\n")), (2, 1))

    def test_a_program_that_ends_at_once(self):
        got = self.run_with("import sys; sys.exit('sorry')")
        self.assertEqual(got.returncode, 2)
        self.assertIn("sorry", got.stderr)

    def test_a_program_that_always_says_zero(self):
        got = self.run_with("import sys\n"
                            "for line in sys.stdin:\n"
                            "    print('OK 0x0' if line[0] in 'rd' else 'OK', flush=True)\n")
        self.assertEqual(got.returncode, 1)
        self.assertIn("DIFFERS page4k_r", got.stdout)


if __name__ == "__main__":
    unittest.main()
