#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# Usage: test_calibrate.py IOPFSIM
#
# iopfsim calibrate and study locks-here. Claims: what cannot be obeyed is one line and exit 2; with one CPU nothing is
# written, and why is said; the file that is written loads as a platform and runs, each number measured or marked as another
# platform's; it replaces one of its own and nothing else; both ways of the study are printed, each cell with its line; who
# comes while another measures waits and says for whom; whoever asked being gone, it ends; nothing is left. None fails on a
# time that was measured.
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
import unittest

from command import IOPFSIM, InFolder

USAGE = [
    (["calibrate"], "iopfsim calibrate: where to? -o FILE is missing"),
    (["calibrate", "nope", "-o", "x"],
     "iopfsim calibrate: no platform is called 'nope', see 'iopfsim list platforms'"),
    (["calibrate", "../platforms/grace", "-o", "x"],
     "iopfsim calibrate: no platform is called '../platforms/grace', see 'iopfsim list platforms'"),
    (["calibrate", "grace", "grace", "-o", "x"], "iopfsim calibrate: one argument too many: 'grace'"),
    (["calibrate", "--seed", "1", "-o", "x"], "iopfsim calibrate: option '--seed' does nothing here"),
    (["calibrate", "--set", "cpu.cpus=2", "-o", "x"], "iopfsim calibrate: option '--set' does nothing here"),
    (["calibrate", "--platform", "x", "-o", "x"], "iopfsim calibrate: option '--platform' does nothing here"),
    (["calibrate", "-o", "none/x"], "iopfsim calibrate: none/x: cannot be written: No such file or directory"),
    (["study", "locks-here", "locks"], "iopfsim study: FILE does nothing in locks-here"),
    (["study", "locks-here", "--set", "cpu.cpus=2"], "iopfsim study: option '--set' does nothing in locks-here"),
    (["study", "locks-here", "--seed", "2"], "iopfsim study: option '--seed' does nothing in locks-here"),
    (["study", "locks-here", "-j", "2"], "iopfsim study: option '--jobs' does nothing in locks-here"),
    (["study", "locks-her"], "iopfsim study: nothing is called 'locks-her'; did you mean 'locks-here'?"),
    (["run", "uadk-sva", "--platform", "none.yaml"], "none.yaml: No such file or directory"),
    (["run", "uadk-sva", "--platform", "x", "--set", "platform=grace"],
     "--set platform: the platform is stated twice, by --platform, too"),
    (["list", "--platform", "x"], "iopfsim list: option '--platform' does nothing here, only with 'parameters'"),
]


def one_cpu():
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


class Calibrate(InFolder):
    def test_usage(self):
        for args, expected in USAGE:
            with self.subTest(args):
                done = self.run_it(*args)
                self.assertEqual((done.returncode, done.stdout, done.stderr), (2, "", expected + "\n"))
        self.assertEqual(self.left(), [])

    def test_help(self):
        self.assertIn("calibrate", self.run_it("--help").stdout)
        self.assertIn("-o FILE names the platform file", " ".join(self.run_it("calibrate", "--help").stdout.split()))
        self.assertIn("locks-here", self.run_it("study", "--help").stdout)

    def test_one_cpu(self):
        for args in (["calibrate", "-o", "x.yaml"], ["study", "locks-here", "-o", "x"]):
            done = self.run_it(*args, preexec_fn=one_cpu)
            self.assertEqual((done.returncode, done.stdout, done.stderr.count("\n")), (1, "", 1), done.stderr)
            self.assertIn("one CPU is all there is", done.stderr)
        self.assertEqual(self.left(), [])

    @unittest.skipIf(len(os.sched_getaffinity(0)) < 2, "what one CPU does is another test")
    def test_written(self):
        self.write("foreign.yaml", "a: b\n")
        done = self.run_it("calibrate", "-o", "foreign.yaml")
        self.assertEqual(done.returncode, 2)
        self.assertIn("is no iopfsim", done.stderr)
        for _ in range(2):
            done = self.run_it("calibrate", "xeon-sp4", "-o", "here.yaml", "--json")
            self.assertEqual((done.returncode, done.stderr), (0, ""))
        measured = json.loads(done.stdout)
        self.assertEqual(measured["cpus"], min(64, len(os.sched_getaffinity(0))))
        self.assertIn("line_hit", [row["what"] for row in measured["measured"]])
        with open("here.yaml", encoding="utf-8") as text:
            values = [line for line in text if line.startswith("  ") and line.strip()[0] != "#" and not line.endswith(":\n")]
        # The names of section sources are no values.
        values = [value for value in values if ": " in value]
        for value in values:
            self.assertRegex(value, r"# (measured here|fitted here|as xeon-sp4|as the kernel says|that iopfsim|"
                                    r"CPUs that share|groups here|here$)")
        self.assertTrue(any("# measured here" in value for value in values))
        done = self.run_it("run", "vtd-sva", "--platform", "here.yaml", "--no-plots", "-o", "result", "--quiet")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        with open("result/result.json", encoding="utf-8") as result:
            self.assertEqual(json.load(result)["configuration"]["platform"], "here")

    @unittest.skipIf(len(os.sched_getaffinity(0)) < 2, "what one CPU does is another test")
    def test_study(self):
        done = self.run_it("study", "locks-here", "-o", "kept", "--json")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        study = json.loads(done.stdout)
        with open("kept/points.json", encoding="utf-8") as kept:
            self.assertEqual(json.load(kept), study)
        self.assertTrue(os.path.exists("kept/table.txt"))
        cells = {tuple(point["parameters"].values()) for point in study["points"]}
        for lock in "fetch_add", "rwsem-read", "spinlock", "mutex":
            for threads in 1, 2:
                for span in 0, 14, 56, 280, 1120:
                    self.assertIn((lock, threads, 0 if lock == "fetch_add" else span, span), cells)
        for point in study["points"]:
            for number in (point["measured"]["ns_per_operation"], point["measured"]["line_ns"],
                           point["result"]["ns_per_operation"], point["ratio"]["median"]):
                self.assertGreater(number, 0)

    def claim(self):
        folder = os.open("/sys/devices/system/cpu", os.O_RDONLY)
        self.addCleanup(os.close, folder)
        fcntl.flock(folder, fcntl.LOCK_EX)
        return folder

    def test_one_at_a_time(self):
        self.claim()
        for args in (["calibrate", "-o", "x.yaml"], ["study", "locks-here", "-o", "x"]):
            with self.subTest(args), self.start(*args) as waits:
                self.assertEqual(waits.stderr.readline(),
                                 f"iopfsim: waits for process {os.getpid()}, which measures this machine\n")
                waits.send_signal(signal.SIGTERM)
                out, err = waits.communicate(timeout=60)
                self.assertEqual((waits.returncode, out), (130, ""))
                self.assertIn("interrupted", err)
        self.assertEqual(self.left(), [])

    @unittest.skipIf(len(os.sched_getaffinity(0)) < 2, "what one CPU does is another test")
    def test_waits(self):
        folder = self.claim()
        with self.start("calibrate", "-o", "x.yaml", "--quiet") as waits:
            self.assertIn("waits for", waits.stderr.readline())
            fcntl.flock(folder, fcntl.LOCK_UN)
            self.assertEqual(waits.communicate(timeout=120), ("", ""))
            self.assertEqual(waits.returncode, 0)
        self.assertEqual(self.left(), ["x.yaml"])

    @unittest.skipIf(len(os.sched_getaffinity(0)) < 2, "what one CPU does is another test")
    def test_interrupted(self):
        with self.start("study", "locks-here", "-o", "x") as measures:
            time.sleep(0.5)
            measures.send_signal(signal.SIGINT)
            out, err = measures.communicate(timeout=60)
            self.assertEqual((measures.returncode, out), (130, ""))
            self.assertIn("interrupted", err)
        self.assertEqual(self.left(), [])

    def has_ended(self, process):
        for _ in range(3000):
            try:
                with open(f"/proc/{process}/stat", encoding="utf-8") as stat:
                    if stat.read().rpartition(")")[2].split()[0] == "Z":
                        return True
            except FileNotFoundError:
                return True
            time.sleep(0.02)
        return False

    def test_without_parent(self):
        with subprocess.Popen(["sh", "-c", f"{IOPFSIM} study locks-here -o x >/dev/null 2>&1 & echo $!; wait"],
                              stdout=subprocess.PIPE, text=True) as parent:
            child = int(parent.stdout.readline())
            time.sleep(0.5)
            self.assertTrue(os.path.exists(f"/proc/{child}"))
            parent.kill()
        self.assertTrue(self.has_ended(child), "measures on without its parent")
        self.assertEqual(self.left(), [])


unittest.main(argv=sys.argv[:1])
