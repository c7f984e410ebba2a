#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# Usage: test_files.py IOPFSIM [unittest arguments]
"""
What a command leaves. Claims: its output is whole or not there, whatever ends it: a signal, kill -9, a full disk;
what is not ours is never replaced; what a killed one left goes with the next; no process outlives a sweep; time in
which nothing happens, and memory that nothing touches, cost nothing.
"""
import contextlib
import os
import pathlib
import resource
import signal
import subprocess
import sys
import time
import unittest

sys.dont_write_bytecode = True

from command import BOUND, HAS_ASAN, SMALL, InFolder, main, pack, records  # noqa: E402

ENDLESS = "workload.messages=100000000"


def is_running(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def children(pid):
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(child) for child in listed.stdout.split()]


class Traces(InFolder):
    def setUp(self):
        super().setUp()
        self.write("w.yaml", SMALL)

    def test_what_is_no_trace_is_not_replaced(self):
        self.write("notes", "mine")
        self.write("packed.zst", pack(b"something else"))
        os.symlink("w.yaml", "link")
        os.symlink("nowhere", "dangling")
        os.mkfifo("fifo")
        os.mkdir("folder")
        for name in ("w.yaml", "notes", "packed.zst", "link", "dangling", "fifo", "folder", "/dev/null"):
            with self.subTest(name=name):
                self.refused(f"iopfsim trace: {name}: exists and is no iopfsim trace; choose another with -o",
                             "trace", "w.yaml", "-o", name)
        self.refused("cannot be written: No such file", "trace", "w.yaml", "-o", "none/t")
        self.refused("cannot be written", "trace", "w.yaml", "-o", "")
        self.refused("cannot be written: File name too long", "trace", "w.yaml", "-o", "x" * 300)
        with open("w.yaml", encoding="utf-8") as kept:
            self.assertEqual(kept.read(), SMALL)
        self.assertEqual(self.left(), ["dangling", "fifo", "folder", "link", "notes", "packed.zst", "w.yaml"])

    def test_an_older_trace_is_replaced_also_behind_a_link(self):
        self.accepted("trace", "w.yaml", "-q", "-o", "t")
        with open("t", "rb") as trace:
            whole = trace.read()
        self.write("t", pack(records([])))
        os.symlink("t", "link")
        self.accepted("trace", "w.yaml", "-q", "-o", "link")
        self.assertTrue(os.path.islink("link"))
        with open("t", "rb") as trace:
            self.assertEqual(trace.read(), whole)
        mask = os.umask(0)
        os.umask(mask)
        self.assertEqual(os.stat("t").st_mode & 0o777, 0o666 & ~mask)

    def test_a_trace_without_records_takes_no_time(self):
        self.write("t", pack(records([])))
        printed = self.accepted("run", "w.yaml", "--no-plots", "--json", "-o", "o", "--set", "workload.generator=trace",
                                "--set", f"workload.trace={self.folder}/t")
        self.assertIn('"simulated_time_ns": 0,', printed)

    def test_idle_time_costs_nothing(self):
        self.write("t", pack(records([(0, 0x10000000, 64, 0, BOUND, 1), (10**17, 0x10001000, 64, 1, BOUND, 0)])))
        began = time.monotonic()
        self.accepted("run", "w.yaml", "-q", "--no-plots", "-o", "o", "--set", "workload.generator=trace",
                      "--set", f"workload.trace={self.folder}/t")
        self.assertLess(time.monotonic() - began, 5)

    def test_a_large_window_of_zstd_is_named(self):
        lines = [(0, 0x10000000 + 4096 * (i * 7919 % 512), 64, 0, BOUND, 1) for i in range(300000)]
        self.write("t", pack(records(lines), "--long=24", "--no-check", "-1"))
        self.refused("window of more than 8 MiB", "run", "w.yaml", "--no-plots", "-o", "o", "--set",
                     "workload.generator=trace", "--set", f"workload.trace={self.folder}/t")


class Signals(InFolder):
    def setUp(self):
        super().setUp()
        self.write("w.yaml", SMALL)
        self.write("long.yaml", SMALL.replace("workload.messages: 1}", ENDLESS.replace("=", ": ") + "}")
                   .replace("workload.messages: 4,", ENDLESS.replace("=", ": ") + ","))

    def stop(self, number, *args):
        running = self.start(*args)
        self.addCleanup(running.stdout.close)
        self.addCleanup(running.stderr.close)
        deadline = time.monotonic() + 20
        while not any(".tmp-" in name for name in os.listdir(".")) and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(0.3)
        below = children(running.pid)
        running.send_signal(number)
        code = running.wait(30)
        time.sleep(0.2)
        self.assertEqual([pid for pid in below if is_running(pid)], [])
        return code, running.stderr.read()

    def test_each_signal_ends_each_verb(self):
        verbs = {"run": ["w.yaml", "--no-plots", "--set", ENDLESS], "sweep": ["long.yaml", "-j", "2", "--no-plots"],
                 "study": ["locks", "--no-plots", "-j", "2"], "trace": ["w.yaml", "--set", ENDLESS]}
        for verb, args in verbs.items():
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                with self.subTest(verb=verb, number=number):
                    code, said = self.stop(number, verb, *args, "-q", "-o", "o")
                    self.assertEqual((code, said.count("\n")), (130, 1), said)
                    self.assertIn("interrupted", said)
                    self.assertEqual([name for name in self.left() if ".tmp-" in name], [])
                    self.assertEqual(os.path.exists("o"), verb != "trace")
                    subprocess.run(["rm", "-rf", "o", "o.points"], check=True)

    def test_what_a_killed_one_left_goes_with_the_next(self):
        for args in (["run", "w.yaml", "--no-plots"], ["sweep", "long.yaml", "-j", "2", "--no-plots"],
                     ["trace", "w.yaml"]):
            with self.subTest(args=args):
                more = ["--set", ENDLESS] if args[0] != "sweep" else []
                self.assertEqual(self.stop(signal.SIGKILL, *args, *more, "-q", "-o", "o")[0], -9)
                self.assertEqual(len([name for name in self.left() if ".tmp-" in name]), 1)
                self.accepted(args[0], "w.yaml", "-q", "-o", "o", *args[2:])
                self.assertEqual([name for name in self.left() if ".tmp-" in name or ".points" in name], [])
                subprocess.run(["rm", "-rf", "o"], check=True)

    def snapshot(self, name):
        return {path.relative_to(name): path.read_bytes() for path in pathlib.Path(name).rglob("*") if path.is_file()}

    def test_a_part_stands_beside_a_whole_old_result(self):
        for verb, args in (("run", ["w.yaml", "--set", ENDLESS]), ("sweep", ["long.yaml", "-j", "2"]),
                           ("study", ["locks", "-j", "2"])):
            with self.subTest(verb=verb):
                old = ["study", "memory"] if verb == "study" else [verb, "w.yaml"]
                self.accepted(*old, "-q", "--no-plots", "-o", "o")
                before = self.snapshot("o")
                for _ in range(2):  # a part gives way to the next
                    code, said = self.stop(signal.SIGINT, verb, *args, "-q", "--no-plots", "-o", "o")
                    self.assertEqual((code, said.count("\n")), (130, 1), said)
                    if verb == "run":
                        self.assertIn("is in o.interrupted", said)
                    self.assertEqual(self.snapshot("o"), before)
                    marker = "result.json" if verb == "run" else "points.json"
                    with open(f"o.interrupted/{marker}", encoding="utf-8") as file:
                        self.assertIn('"interrupted": true', file.read())
                # where only a part stands, another one and then the whole take its place
                subprocess.run(["rm", "-r", "o", "o.points"], check=False, capture_output=True)
                os.rename("o.interrupted", "o")
                self.assertEqual(self.stop(signal.SIGINT, verb, *args, "-q", "--no-plots", "-o", "o")[0], 130)
                self.assertFalse(os.path.exists("o.interrupted"))
                subprocess.run(["rm", "-rf", "o.points"], check=True)
                self.accepted(*old, "-q", "--no-plots", "-o", "o")
                self.assertEqual(self.snapshot("o"), before)
                subprocess.run(["rm", "-r", "o"], check=True)

    def wait_for_group(self, group):
        """Until all that were killed have let go of their locks: a kill does not wait for that."""
        deadline = time.monotonic() + 20
        with contextlib.suppress(ProcessLookupError):
            while time.monotonic() < deadline:
                os.killpg(group, 0)
                time.sleep(0.01)

    def test_kill_9_at_any_moment_leaves_the_old_or_the_new_one(self):
        for args in (("run", "w.yaml"), ("sweep", "w.yaml", "-j", "2")):
            with self.subTest(args=args):
                self.accepted(*args, "-q", "-o", "new", "--seed", "9")
                begin = time.monotonic()
                self.accepted(*args, "-q", "-o", "o")
                took = time.monotonic() - begin
                old, new = self.snapshot("o"), self.snapshot("new")
                self.assertNotEqual(old, new)
                nr_old = 0
                for i in range(24):
                    running = self.start(*args, "-q", "-o", "o", "--seed", "9", start_new_session=True)
                    time.sleep(took * i / 18)
                    os.killpg(running.pid, signal.SIGKILL)
                    running.communicate()
                    self.wait_for_group(running.pid)
                    left = self.snapshot("o")
                    self.assertIn(left, (old, new), f"after {i} of 18 parts of {took:.3f} s")
                    nr_old += left == old
                    if left == new:
                        subprocess.run(["rm", "-rf", "o"], check=True)
                        self.accepted(*args, "-q", "-o", "o")
                self.assertGreater(nr_old, 0)
                self.accepted(*args, "-q", "-o", "o", "--seed", "9")
                self.assertEqual(self.snapshot("o"), new)
                self.assertEqual([name for name in self.left() if ".tmp-" in name or ".old-" in name], [])
                subprocess.run(["rm", "-rf", "o", "new"], check=True)

    def test_a_failing_gnuplot_leaves_the_old_result(self):
        self.accepted("run", "w.yaml", "-q", "-o", "o")
        before = self.snapshot("o")
        self.write("gnuplot", "#!/bin/sh\necho it broke\nexit 3\n")
        os.chmod("gnuplot", 0o755)
        self.refused("it broke", "run", "w.yaml", "-q", "-o", "o", "--seed", "9", code=1,
                     env={**os.environ, "PATH": f"{self.folder}:{os.environ['PATH']}"})
        self.assertEqual(self.snapshot("o"), before)

    def test_what_only_looks_so_is_not_touched(self):
        os.makedirs("o.tmp-99999999/mine")
        os.makedirs("o.tmp-x")
        os.makedirs(f"o.tmp-{os.getpid()}")            # we live
        self.write("o.tmp-99999998", "a file")
        before = self.left()
        self.accepted("run", "w.yaml", "-q", "--no-plots", "-o", "o")
        self.assertEqual(self.left(), sorted(before + ["o"]))

    def test_what_made_way_goes_back(self):
        self.accepted("run", "w.yaml", "-q", "--no-plots", "-o", "o")
        os.rename("o", "o.old-99999999")
        self.refused("unlimited", "run", "w.yaml", "--no-plots", "-o", "o", "--set", "handler.extra=unlimited")
        self.stop(signal.SIGKILL, "run", "w.yaml", "-q", "--no-plots", "-o", "o", "--set", ENDLESS)
        self.assertTrue(os.path.exists("o/result.json"))

    def test_what_appears_meanwhile_is_not_replaced(self):
        running = self.start("run", "w.yaml", "-q", "--no-plots", "-o", "o", "--set", ENDLESS)
        while not any(".tmp-" in name for name in os.listdir(".")):
            time.sleep(0.01)
        os.mkdir("o")
        self.write("o/mine", "precious")
        time.sleep(0.3)
        running.send_signal(signal.SIGINT)
        said = running.communicate(timeout=30)[1]
        self.assertEqual((running.returncode, said.count("\n")), (1, 1))
        self.assertIn("exists and is no iopfsim folder", said)
        self.assertEqual(os.listdir("o"), ["mine"])
        self.assertEqual(self.left(), ["long.yaml", "o", "w.yaml"])


class Limits(InFolder):
    def setUp(self):
        super().setUp()
        self.write("w.yaml", SMALL)

    def limited(self, what, most, *args):
        got = self.run_it(*args, preexec_fn=lambda: resource.setrlimit(what, (most, most)))
        self.assertEqual((got.returncode, got.stdout, got.stderr.count("\n")), (1, "", 1), got.stderr)
        self.assertEqual([name for name in self.left() if name != "w.yaml" and not name.endswith(".points")], [])
        return got.stderr

    def test_files_that_may_not_grow(self):
        for most in (0, 1000, 20000):
            said = self.limited(resource.RLIMIT_FSIZE, most, "run", "w.yaml", "--no-plots", "-o", "o")
            self.assertIn("cannot be written: File too large", said)
        said = self.limited(resource.RLIMIT_FSIZE, 30000, "trace", "w.yaml", "--set", ENDLESS, "-o", "t")
        self.assertIn("cannot be written: File too large", said)

    def test_gnuplot_draws_in_any_locale_and_how_it_ended_is_said(self):
        self.accepted("run", "w.yaml", "-q", "-o", "o", env=dict(os.environ, LC_ALL="C"))
        self.refused("ended by File size limit exceeded", "plot", "o", code=1,
                     preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (8000, 8000)))

    def test_points_take_no_descriptors(self):
        points = "".join(f"    - set: {{workload.messages: {1 + i}}}\n" for i in range(100))
        self.write("w.yaml", SMALL.split("  points:")[0] + "  points:\n" + points)
        self.accepted("sweep", "w.yaml", "-q", "-o", "o", "--no-plots",
                      preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (60, 60)))

    @unittest.skipIf(HAS_ASAN, "ASan's own memory grows with the range")
    def test_memory_follows_what_is_touched(self):
        self.write("w.yaml", "platform: small\nhandler: {mode: vfio}\nworkload: {generator: random, accesses: 4000, "
                   "footprint: 32TiB}\nmappings: [{iova: 0x100000000, size: 32TiB}]\n")
        for design in ("rfc-v3", "core-path", "range-lock", "rcu"):
            running = self.start("run", "w.yaml", "-q", "--no-plots", "-o", "o", "--set", f"handler.design={design}")
            usage = os.wait4(running.pid, 0)[2]
            self.assertEqual(running.stderr.read(), "")
            running.stdout.close()
            running.stderr.close()
            running.returncode = 0
            self.assertLess(usage.ru_maxrss, 200 << 10, design)


class FullDisk(InFolder):
    def setUp(self):
        super().setUp()
        self.write("w.yaml", SMALL)
        os.mkdir("disk")
        if os.geteuid() or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4k", "iopfsim-test", "disk"],
                                          capture_output=True, check=False).returncode:
            self.skipTest("no file system can be mounted here")
        self.addCleanup(subprocess.run, ["umount", "disk"], check=True)

    def disk(self, kib):
        subprocess.run(["mount", "-o", f"remount,size={kib}k", "disk"], check=True)

    def check(self, kib, *args):
        """Nothing is there, or all. Return: all."""
        self.disk(kib)
        got = self.run_it(*args, "-q", "-o", "disk/o")
        there = [name for name in os.listdir("disk") if not name.endswith(".points")]
        if got.returncode:
            self.assertEqual((got.returncode, got.stderr.count("\n"), there), (1, 1, []), f"{kib} KiB: {got.stderr}")
            return False
        self.assertEqual((got.stderr, there), ("", ["o"]), f"{kib} KiB")
        return True

    def test_a_folder_is_whole_or_not_there(self):
        ends = {".svg": b"</svg>\n", ".png": b"IEND\xaeB`\x82", ".html": b"</html>\n", ".json": b"}\n"}
        for args in (["run", "w.yaml"], ["sweep", "w.yaml"]):
            nr_whole = 0
            self.assertTrue(self.check(64 * 1024, *args))
            whole = sum(os.path.getsize(f"{folder}/{name}") for folder, _, names in os.walk("disk/o") for name in names) >> 10
            subprocess.run("rm -rf disk/*", shell=True, check=True)
            for kib in range(20, 3 * whole, whole // 20):
                if not self.check(kib, *args):
                    continue
                nr_whole += 1
                for name in os.listdir("disk/o"):
                    with open(f"disk/o/{name}", "rb") if os.path.isfile(f"disk/o/{name}") else open(os.devnull, "rb") as f:
                        self.assertTrue(f.read().rstrip(b"\n").endswith(ends.get(name[name.rfind("."):], b"").rstrip(b"\n")),
                                        f"{kib} KiB: {name}")
                subprocess.run(["rm", "-rf", "disk/o"], check=True)
                if nr_whole == 2:
                    break
            self.assertTrue(nr_whole, args)

    def test_pictures_stay_when_drawing_them_again_fails(self):
        self.disk(4096)
        self.accepted("run", "w.yaml", "-q", "-o", "disk/o")
        before = {name: os.path.getsize(f"disk/o/{name}") for name in os.listdir("disk/o")}
        subprocess.run("dd if=/dev/zero of=disk/fill bs=4096 2>/dev/null", shell=True, check=False)
        self.refused("gnuplot has not written all of it; is the disk full?", "plot", "disk/o", code=1)
        self.assertEqual({name: os.path.getsize(f"disk/o/{name}") for name in os.listdir("disk/o")}, before)

    def test_a_trace_is_whole_or_not_there(self):
        for kib in (4, 64, 128):
            self.assertFalse(self.check(kib, "trace", "w.yaml", "--set", "workload.messages=100000"))
        self.assertTrue(self.check(64, "trace", "w.yaml"))


if __name__ == "__main__":
    main()
