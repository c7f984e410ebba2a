#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# Usage: test_shards.py IOPFSIM [POINTS]
#
# A sweep in shards. Claims: POINTS points (default: 1000) by four shards, each killed twice with all that it started, and
# joined, leave byte for byte what one process leaves, in points.csv and in all else; nothing that was finished is run again; what
# does not belong together, is not whole, or is no shard is refused in one line.
import filecmp
import glob
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

from command import DATA, GROUPS, IOPFSIM, SMALL, InFolder, main

NR = int(sys.argv.pop(2)) if len(sys.argv) > 2 else 1000
HEAD = SMALL.split("sweep:")[0]
NR_SHARDS = 4
QUICK = ["--set", "machine.devices=1", "--set", "workload.message=4KiB", "--set", "workload.startup=0",
         "--sweep", f"workload.messages=1..{NR // 10}", "--sweep", "handler.extra=0us..4us+1us", "--sweep", "seed=1,2"]


def count(folder):
    nr = 0
    for path in glob.glob(f"{folder}/*.sqlite"):
        try:
            with sqlite3.connect(path, timeout=10) as store:
                nr += store.execute("SELECT count(*) FROM runs").fetchone()[0]
        except sqlite3.OperationalError:
            pass  # not made yet
    return nr


def rows(folder):
    """What is kept, by which row of which file."""
    kept = {}
    for path in glob.glob(f"{folder}/*.sqlite"):
        with sqlite3.connect(path, timeout=10) as store:
            kept.update({(path, config): row for row, config in store.execute("SELECT rowid, config FROM runs")})
    return kept


class Joined(InFolder):
    def same(self, one, other):
        compared = filecmp.dircmp(one, other)
        self.assertEqual((compared.left_only, compared.right_only), ([], []))
        names = [os.path.relpath(os.path.join(root, name), one) for root, _, files in os.walk(one) for name in files]
        self.assertIn("points.csv", names)
        self.assertEqual(filecmp.cmpfiles(one, other, names, shallow=False)[1:], ([], []))

    def kill(self, shard, folder, at):
        """Once it has @at runs, with every process that it started."""
        running = subprocess.Popen([IOPFSIM, "sweep", "w.yaml", *QUICK, "-q", "-j", "2", "--shard", f"{shard}/{NR_SHARDS}",
                                    "-o", folder], stdin=subprocess.DEVNULL, start_new_session=True)
        while count(folder) < at:
            self.assertIsNone(running.poll(), "it ended before it was killed")
            time.sleep(0.01)
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()

    def test_shards_that_are_killed_come_to_the_same(self):
        self.write("w.yaml", HEAD)
        self.accepted("sweep", "w.yaml", *QUICK, "-q", "--no-plots", "-o", "one", timeout=3000)
        with open("one/points.csv", encoding="utf-8") as file:
            self.assertEqual(len(file.readlines()), NR + 1)
        for shard in range(1, NR_SHARDS + 1):
            folder = f"shard{shard}"
            for part in (1, 2):
                self.kill(shard, folder, part * NR // NR_SHARDS // 3)
            before = rows(folder)
            self.accepted("sweep", "w.yaml", *QUICK, "-q", "-j", "2", "--shard", f"{shard}/{NR_SHARDS}", "-o", folder)
            after = rows(folder)
            self.assertEqual(count(folder), NR // NR_SHARDS)
            self.assertEqual({key: after.get(key) for key in before}, before)
        self.accepted("sweep", "--collect", *(f"shard{i}" for i in range(1, NR_SHARDS + 1)), "-q", "--no-plots", "-o", "joined")
        self.same("one", "joined")


class Small(InFolder):
    SWEEP = ["--sweep", "workload.messages=1..4"]

    def setUp(self):
        super().setUp()
        self.write("w.yaml", HEAD)

    def shard(self, which, folder, *options, file="w.yaml"):
        return self.accepted("sweep", file, "--shard", which, "-o", folder, *(options or self.SWEEP))

    def test_all_shards_may_be_in_one_folder_and_say_how_it_goes_on(self):
        self.assertEqual(self.shard("1/2", "s"), "shard 1 of 2 is in s; when all are: iopfsim sweep --collect s -o ANOTHER\n")
        self.refused("w.yaml: 2 of 4 runs are missing, of shards 2 of 2: start these again", "sweep", "--collect", "s", code=1)
        self.shard("2/2", "s")
        said = self.accepted("sweep", "--collect", "s", "--no-plots", "-o", "out")
        self.assertIn("written to out", said)
        self.accepted("sweep", "w.yaml", *self.SWEEP, "-q", "--no-plots", "-o", "one")
        self.assertTrue(filecmp.cmp("one/points.csv", "out/points.csv", shallow=False))

    def test_what_was_asked_is_asked_again_with_baseline_repeats_and_options(self):
        self.write("b.yaml", HEAD + "sweep: {baseline: {handler.iopf: false}, repeat: 2, grid: {workload.messages: [1, 2]}}\n")
        shutil.copy(f"{DATA}/platforms/small.yaml", "here.yaml")
        options = ["--set", "handler.extra=1us", "--seed", "9", "--platform", "here.yaml"]
        for which in ("1/3", "2/3", "3/3"):
            self.shard(which, "s", *options, file="b.yaml")
        self.accepted("sweep", "--collect", "s", "-q", "--no-plots", "-o", "out")
        self.accepted("sweep", "b.yaml", *options, "-q", "--no-plots", "-o", "one")
        for name in ("points.csv", "points.json", "report.html"):
            self.assertTrue(filecmp.cmp(f"one/{name}", f"out/{name}", shallow=False), name)

    def test_groups_of_devices_are_kept_with_the_seeds_and_the_baseline(self):
        self.write("g.yaml", GROUPS + "sweep: {baseline: {smmu.features.priq_lg2: 6}, repeat: 2, grid: {smmu.features.priq_lg2: [2, 3]}}\n")
        for which in ("1/2", "2/2"):
            self.accepted("sweep", "g.yaml", "--shard", which, "-o", "s")
        self.accepted("sweep", "--collect", "s", "-q", "--no-plots", "-o", "out")
        self.accepted("sweep", "g.yaml", "-q", "--no-plots", "-o", "one")
        with open("one/points.csv", encoding="utf-8") as file:
            self.assertIn(",devices.disk.faults.latency_ns.p50,", file.readline())
        for name in ("points.csv", "points.json", "report.html"):
            self.assertTrue(filecmp.cmp(f"one/{name}", f"out/{name}", shallow=False), name)

    def test_a_damaged_number_of_a_group_is_found(self):
        self.write("g.yaml", GROUPS)
        self.accepted("sweep", "g.yaml", "--sweep", "smmu.features.priq_lg2=2,3", "--shard", "1/1", "-o", "s")
        for path in glob.glob("s/*.sqlite"):
            with sqlite3.connect(path) as store:
                self.assertGreater(store.execute("UPDATE device_groups SET stalled = stalled + 1").rowcount, 0)
        self.refused("is damaged", "sweep", "--collect", "s")

    def test_what_does_not_belong_together_is_refused(self):
        self.shard("1/2", "a")
        self.shard("2/2", "b", "--sweep", "workload.messages=1..5")
        self.refused("is of another sweep than a/shard-1-of-2.worker-0.sqlite", "sweep", "--collect", "a", "b")
        self.refused("a: has runs of another sweep; choose another with -o", "sweep", "w.yaml", "--shard", "2/2", "-o", "a",
                     "--sweep", "workload.messages=1..5")
        self.shard("2/4", "c")
        self.refused("is of another number of shards than a/", "sweep", "--collect", "a", "c")
        self.shard("2/2", "a")
        self.write("w.yaml", HEAD.replace("startup: 10us", "startup: 11us"))
        self.refused("w.yaml: is not what it was when the shards were run", "sweep", "--collect", "a")

    def test_another_program_is_refused(self):
        self.shard("1/1", "a")
        for path in glob.glob("a/*.sqlite"):
            with sqlite3.connect(path) as store:
                store.execute("UPDATE made_by SET program = program + 1")
        self.refused("is of another program", "sweep", "--collect", "a")

    def test_what_is_no_shard_is_refused(self):
        os.makedirs("empty")
        os.makedirs("mine")
        self.write("mine/letter", "x")
        os.makedirs("bad")
        self.write("bad/worker-0.sqlite", "no store at all\n" * 100)
        for said, *options in (
                ("nowhere: cannot be read: No such file", "--collect", "nowhere"),
                ("empty: has no shards of a sweep", "--collect", "empty"),
                ("mine: has no shards of a sweep", "--collect", "mine"),
                ("bad/worker-0.sqlite: is damaged", "--collect", "bad"),
                ("mine: is no folder of shards (it has 'letter'); choose another with -o", "w.yaml", *self.SWEEP, "--shard", "1/2",
                 "-o", "mine"),
                ("-o DIR is missing", "w.yaml", *self.SWEEP, "--shard", "1/2"),
                ("option '--json' does nothing with shards", "w.yaml", *self.SWEEP, "--shard", "1/2", "-o", "x", "--json"),
                ("option '--set' does nothing with '--collect'", "--collect", "empty", "--set", "seed=1"),
                ("'--shard' and '--slurm', expected one of them", "w.yaml", *self.SWEEP, "--shard", "1/2", "--slurm", "2"),
                ("one argument too many: 'x'", "w.yaml", "x"), ("--slurm: 0 is out of range", "w.yaml", "--slurm", "0"),
                *((f"--shard: '{text}' is no shard, expected I/N such as 1/4", "w.yaml", "--shard", text)
                  for text in ("5/4", "0/4", "1/0", "x", "1", "1/4x", "-1/4", "1/99999", "99999999999/4"))):
            self.refused(said, "sweep", *options)

    def test_without_slurm_the_script_is_written(self):
        os.makedirs("none")
        self.refused("sweep.sbatch is written, but sbatch cannot be started", "sweep", "w.yaml", *self.SWEEP, "-q", "--slurm",
                     "3", "-j", "2", "--set", "title=it's", "-o", "s", code=1, env=dict(os.environ, PATH=os.path.abspath("none")))
        with open("s/sweep.sbatch", encoding="utf-8") as file:
            script = file.read()
        self.assertIn("\n#SBATCH --array=1-3\n#SBATCH --cpus-per-task=2\n", script)
        for task in ("1", "2", "3"):
            subprocess.run(["sh", "s/sweep.sbatch"], env=dict(os.environ, SLURM_ARRAY_TASK_ID=task), check=True,
                           capture_output=True)
        self.assertIn("it's", self.accepted("sweep", "--collect", "s"))


if __name__ == "__main__":
    main()
