#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# Usage: test_trace.py IOPFSIM
"""iopfsim trace and its commands: traces of both versions, files and pipes."""
import json
import os
import subprocess

from command import BOUND, DATA, IOPFSIM, InFolder, main, pack, records


class Trace(InFolder):
    def setUp(self):
        super().setUp()
        self.write("one", pack(records([(0, 0x10000000, 64, 0, BOUND, 1), (5000, 0x10001000, 8192, 1, 7, 0)])))

    def info(self, name):
        return json.loads(self.accepted("trace", "info", name, "--json"))

    def test_a_trace_of_version_1_becomes_one_of_version_2_and_comes_back(self):
        self.accepted("trace", "convert", "one", "-o", "two")
        self.accepted("trace", "convert", "two", "--to", "1", "-o", "three")
        infos = [self.info(name) for name in ("one", "two", "three")]
        self.assertEqual([info.pop("version") for info in infos], [1, 2, 1])
        self.assertEqual([info.pop("frames") for info in infos], [0, 1, 0])
        self.assertTrue(infos[0] == infos[1] == infos[2])
        self.assertEqual((infos[0]["records"], infos[0]["devices"], infos[0]["writes"], infos[0]["bytes"]), (2, 2, 1, 8256))
        rows = [self.accepted("trace", "head", name) for name in ("one", "two", "three")]
        self.assertTrue(rows[0] == rows[1] == rows[2])

    def test_both_versions_replay_alike(self):
        self.accepted("trace", "convert", "one", "-o", "two")
        results = []
        for name in ("one", "two"):
            self.accepted("run", f"{DATA}/small.yaml", "-q", "--no-plots", "-o", "o", "--set", "workload.generator=trace",
                          "--set", f"workload.trace={self.folder}/{name}")
            with open("o/result.json", encoding="utf-8") as result:
                results.append(json.load(result))
        self.assertEqual(results[0]["trace_hash"], results[1]["trace_hash"])
        self.assertEqual(results[0]["devices"], results[1]["devices"])

    def test_generate_is_what_a_file_alone_is(self):
        self.accepted("trace", "generate", f"{DATA}/small.yaml", "-o", "a")
        self.accepted("trace", f"{DATA}/small.yaml", "-o", "b")
        with open("a", "rb") as first, open("b", "rb") as second:
            self.assertEqual(first.read(), second.read())
        self.assertEqual(self.info("a")["records"], 192)

    def test_a_command_is_no_file(self):
        os.rename("one", "info")
        self.refused("FILE is missing (a file of that name is ./info)", "trace", "info")
        self.assertEqual(self.info("./info")["records"], 2)
        self.refused("no command 'inf'; did you mean 'info'?", "trace", "inf", "info")

    def test_options_that_do_nothing_are_refused(self):
        for command, option in (("info", "--set=a=b"), ("head", "--json"), ("validate", "-o=x"), ("convert", "--seed=1"),
                                ("export", "--to=1"), ("generate", "--as=csv"), ("info", "-n3"), ("head", "--gap=1us")):
            self.refused("does nothing here", "trace", command, "one", option)
        self.refused("expected csv or ftrace", "trace", "export", "one", "--as", "x")
        self.refused("expected 1 or 2", "trace", "convert", "one", "--to", "3", "-o", "x")
        self.refused("-o TRACE is missing", "trace", "convert", "one")
        self.assertEqual(self.left(), ["one"])

    def test_pipes_are_read(self):
        with open("one", "rb") as trace:
            got = subprocess.run([IOPFSIM, "trace", "validate", "-"], input=trace.read(), capture_output=True, check=True)
        self.assertEqual(got.stdout, b"-: 2 records, whole and valid\n")
        got = subprocess.run(["bash", "-c", f"{IOPFSIM} trace head <(cat one) -n 1"], capture_output=True, text=True, check=True)
        self.assertEqual(len(got.stdout.splitlines()), 2)

    def test_what_is_damaged_is_refused_and_leaves_nothing(self):
        with open("one", "rb") as trace:
            whole = trace.read()
        self.write("bad", whole[:-5])
        for command in ("info", "head", "validate", "export"):
            got = self.run_it("trace", command, "bad")
            self.assertEqual((got.returncode, got.stderr.count("\n")), (2, 1), got.stderr)
        self.refused("truncated", "trace", "convert", "bad", "-o", "new")
        got = self.run_it("trace", "export", "bad", "-o", "new")
        self.assertEqual(got.returncode, 2)
        self.assertEqual(self.left(), ["bad", "one"])
        self.refused("cannot be opened", "trace", "info", "missing")
        self.refused("exists and is no iopfsim trace", "trace", "convert", "one", "-o", self.write("mine", "x"))

    def test_csv_has_every_field(self):
        rows = self.accepted("trace", "export", "one", "--as", "csv").splitlines()
        self.assertEqual(rows, ["time_ps,op,device,address,bytes,pasid,process,group,flags",
                                "0,access,0,0x10000000,64,bound,-,-,write", "5000,access,1,0x10001000,8192,7,-,-,read"])


main()
