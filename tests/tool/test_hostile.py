#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# Usage: test_hostile.py IOPFSIM [unittest arguments]
"""
Some hundred inputs that mean no good, made from tables of mutations: workload and platform files, sweeps, traces,
command lines, requests to `serve`, signals, a full disk. Claim: each ends by itself, with one line that says what is
wrong and exit 2 (130 after a signal, 1 if the host failed), prints no result, and leaves its folder as it was. No
path outside of that folder is named.
"""
import os
import random
import resource
import signal
import socket
import subprocess
import sys
import time

sys.dont_write_bytecode = True

from command import BOUND, IOPFSIM, SMALL, InFolder, main, pack, records  # noqa: E402

HEAD, POINTS = SMALL.split("sweep:")
MAX_LINE = 1500
tried = set()


def limits():
    resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 << 20, 64 << 20))


class Hostile(InFolder):
    def snapshot(self):
        seen = {}
        for folder, folders, files in os.walk(".", followlinks=False):
            for name in folders + files:
                path = os.path.join(folder, name)
                stat = os.lstat(path)
                seen[path] = (stat.st_mode, stat.st_size, stat.st_ino)
        return seen

    def ends_well(self, args, codes=(2,), **more):
        """Run it; what is wrong with how it ended, or None."""
        tried.add((self.id(), len(tried)))
        before = self.snapshot()
        got = subprocess.run([IOPFSIM, *args], stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False,
                             preexec_fn=limits, env={**os.environ, "TMPDIR": self.folder, **more.pop("env", {})}, **more)
        said = got.stderr.decode(errors="replace")
        if got.returncode not in codes:
            return f"exit {got.returncode}: {said[:3000]}"
        if said.count("\n") != 1 or len(said) > MAX_LINE or not said.strip():
            return f"not one line: {said[:3000]}"
        if got.stdout:
            return f"printed {got.stdout[:200]}"
        if self.snapshot() != before:
            return f"left {set(self.snapshot().items()) ^ set(before.items())}"
        return None

    def all_end_well(self, cases, prepare):
        """cases: (name, input); prepare(input) gives the arguments."""
        for name, case in cases:
            with self.subTest(case=name):
                wrong = self.ends_well(prepare(case))
                self.assertIsNone(wrong, wrong)


# --- workload files ---

NUMBERS = ("''", "-1", "1e3", "0x", "99999999999999999999999", "[1]", "{a: 1}", "nan", "1.5.5", "0x1g", "5 5", "\u0663")
KEYS = ("machine.devices", "machine.cpus", "workload.message", "cpu.wakeup", "device.bandwidth", "smmu.features.evtq_lg2",
        "memory.size", "handler.iopf")
WORDS = ("''", "x", "[a]", "{a: b}", "VFIO", "vfio sva", "\u00e9", "0")
WORD_KEYS = ("iommu", "device.kind", "device.faults", "handler.mode", "handler.design", "handler.dispatch",
             "workload.generator", "name", "platform")
MAPPINGS = ("[]", "{}", "1", "[1]", "[[]]", "[{}]", "[{iova: 0}]", "[{size: 4K}]", "[{iova: 0, size: 0}]",
            "[{iova: 1, size: 4K}]", "[{iova: 0, size: 4097}]", "[{iova: 0xfffffffffffff000, size: 8K}]",
            "[{iova: 0, size: 4K}, {iova: 0, size: 4K}]", "[{iova: 0, size: 4K, access: x}]",
            "[{iova: 0, size: 4K, iova: 0}]", "[{iova: -4096, size: 4K}]", "[{iova: 0, size: 16EiB}]",
            "[{iova: 0, size: 4K, extra: 1}]", "[{iova: 0x10000000000000000, size: 4K}]", "[null]",
            "[" + ",".join(f"{{iova: {i * 8192}, size: 4K}}" for i in range(1025)) + "]")
TEXTS = {
    "empty": b"", "blank": b"\n\n", "null": b"null\n", "list": b"- a\n", "word": b"hello\n", "nul": b"a: \0\n",
    "comment": b"# nothing\n", "controls": b"name: \x01\n", "latin-1": "title: \xe9\n".encode("latin-1"),
    "utf-16": HEAD.encode("utf-16"), "utf-32": HEAD.encode("utf-32"), "mark within": HEAD.replace("seed", "\ufeffseed").encode(),
    "tab": HEAD.replace("  devices", "\tdevices").encode(), "anchor": b"a: &a [1]\n" + HEAD.encode(),
    "alias": b"a: *a\n" + HEAD.encode(), "tag": HEAD.replace("seed: 7", "seed: !!int 7").encode(),
    "binary tag": HEAD.replace("title: A", "title: !!binary QQ==").encode(), "merge": HEAD.encode() + b"<<: {a: 1}\n",
    "two documents": HEAD.encode() + b"---\na: 1\n", "directive": b"%YAML 9.9\n---\n" + HEAD.encode(),
    "deep": b"a: " + b"[" * 5000, "deep maps": "\n".join(" " * i + "a:" for i in range(500)).encode(),
    "wide": b"{" + b",".join(b"k%d: 1" % i for i in range(20000)) + b"}", "long key": b"k" * 200000 + b": 1\n",
    "long value": HEAD.encode() + b"title: " + b"x" * 100000 + b"\n", "flow bomb": b"{" * 20000,
    "key twice": HEAD.encode() + b"seed: 8\n", "complex key": b"? [a, b]\n: 1\n", "number key": b"1: 2\n",
    "unended": HEAD.encode() + b"title: \"abc\n", "big": b"#" * (1 << 20) + b"\n" + HEAD.encode(),
    "unknown": HEAD.encode() + b"machnie: {devices: 1}\n", "dotted key": HEAD.encode() + b"cpu.wakeup: 1us\n",
    "zst": pack(HEAD.encode()), "escape": HEAD.encode() + b"name: \"\\x1b[2J\"\n",
    "percent": HEAD.encode() + b"title: %s%n%n\nx: 1\n", "name is a path": HEAD.replace("name: small", "name: ../../x").encode(),
    "trace without generator": HEAD.replace("messages: 3", "trace: x").encode(),
}


def set_in(path, value):
    """SMALL's head with one key more, in a section of its own at the end."""
    kept, skip = [], False
    for line in HEAD.splitlines():
        if line and not line.startswith((" ", "#")):
            skip = line.split(":")[0] == path.split(".")[0]
        if not skip:
            kept.append(line)
    text = "\n".join(kept) + "\n"
    for depth, part in enumerate(path.split(".")):
        text += "  " * depth + part + ":" + ("\n" if depth + 1 < len(path.split(".")) else f" {value}\n")
    return text


class Files(Hostile):
    def run_text(self, text):
        self.write("w.yaml", text)
        return ["run", "w.yaml", "--no-plots", "-o", "o"]

    def test_values(self):
        cases = [(f"{key}: {value}", set_in(key, value)) for key in KEYS for value in NUMBERS
                 if not (key == "handler.iopf" and value == "nan")]
        cases += [(f"{key}: {value}", set_in(key, value)) for key in WORD_KEYS for value in WORDS
                  if (key, value) not in (("name", "x"), ("name", "0"), ("name", "VFIO"))]
        cases += [(f"mappings: {value[:40]}", set_in("mappings", value)) for value in MAPPINGS]
        self.all_end_well(random.Random(1).sample(cases, 120), self.run_text)

    def test_texts(self):
        self.all_end_well(TEXTS.items(), self.run_text)

    def test_cuts_and_noise(self):
        rng = random.Random(2)
        whole = HEAD.encode()
        cases = [(f"cut at {at}", whole[:at]) for at in rng.sample(range(whole.index(b"mappings")), 12)]
        for i in range(12):
            noise = bytearray(whole)
            for _ in range(40):
                noise[rng.randrange(len(noise))] = rng.randrange(128, 256)
            cases.append((f"noise {i}", bytes(noise)))
        self.all_end_well(cases, self.run_text)

    def test_what_is_no_file(self):
        os.mkdir("folder")
        os.mkfifo("fifo")
        os.symlink("loop", "loop")
        os.symlink("none", "dangling")
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind("socket")
        self.all_end_well([(name, name) for name in
                           ("folder", "fifo", "loop", "dangling", "socket", "none", "", "x" * 300, "a/" * 3000, "folder/x",
                            "w.yaml/x", ".", "platforms")],
                          lambda name: ["run", name, "--no-plots", "-o", "o"])


PLATFORM_NAMES = ("../w", "/", "", ".", "..", "a/b", "none", "x" * 100, "-", "small.yaml", "\"a\\0b\"", "~", "[a]", "*", "folder")
PLATFORMS = {"empty": "", "list": "- 1\n", "workload's key": "workload: {messages: 1}\n", "mappings": "mappings: []\n",
             "unknown": "cpu: {cups: 1}\n", "number": "cpu: {cpus: x}\n", "range": "cpu: {cpus: 100000}\n",
             "its own platform": "platform: small\n", "name": "name: x\n", "deep": "cpu: [[[[[[[[[[[[[[1]]]]]]]]]]]]]]\n",
             "binary": b"\xff\xfe\0", "half": "cpu: {cpus: 8, cluster_cpus: 3, socket_cpus: 8}\n", "alias": "cpu: *a\n",
             "few values": "cpu: {cpus: 1}\n", "too big": "#" * (2 << 20)}


class Platforms(Hostile):
    def setUp(self):
        super().setUp()
        os.unlink("platforms")
        os.mkdir("platforms")
        os.mkdir("platforms/folder.yaml")

    def test_names(self):
        self.all_end_well([(name, name) for name in PLATFORM_NAMES], lambda name: (
            self.write("w.yaml", HEAD.replace("platform: small", f"platform: {name}")),
            ["run", "w.yaml", "--no-plots", "-o", "o"])[1])

    def test_contents(self):
        self.write("w.yaml", HEAD.replace("platform: small", "platform: bad"))
        self.all_end_well(PLATFORMS.items(), lambda text: (
            self.write("platforms/bad.yaml", text), ["run", "w.yaml", "--no-plots", "-o", "o"])[1])


SWEEPS = ("[]", "1", "{}", "{points: []}", "{points: 1}", "{points: [1]}", "{points: [{set: 1}]}",
          "{points: [{set: {a.b: 1}}]}", "{points: [{set: {seed: x}}]}", "{points: [{set: {platform: small}}]}",
          "{points: [{set: {mappings: 1}}]}", "{points: [{set: {machine.devices: 0}}]}", "{points: [{set: {name: [1]}}]}",
          "{points: [{set: {seed: 1}, published: {nothing: 1}}]}", "{points: [{set: {seed: 1}, published: {faults: x}}]}",
          "{points: [{set: {seed: 1}, published: {faults: [1]}}]}", "{points: [{set: {seed: 1}, unknown: 1}]}",
          "{baseline: 1, points: [{set: {seed: 1}}]}", "{baseline: {x: 1}, points: [{set: {seed: 1}}]}",
          "{source: [1], points: [{set: {seed: 1}}]}", "{unknown: 1, points: [{set: {seed: 1}}]}",
          "{points: [{set: {handler.design: mmap-lock}}]}", "{points: [{set: {workload.generator: trace}}]}",
          "{points: [" + ",".join("{set: {seed: %d}}" % i for i in range(20000)) + "]}",
          "{grid: 1}", "{grid: [seed]}", "{grid: {seed: {}}}", "{grid: {seed: [[1]]}}", "{grid: {seed: [..]}}",
          "{grid: {seed: 1..}}", "{grid: {seed: ..1}}", "{grid: {seed: [1..2..3]}}", "{grid: {seed: 1..9*}}",
          "{grid: {seed: 1..9+-1}}", "{grid: {seed: 0..18446744073709551615}}", "{zip: {seed: []}}", "{grid: {seed: [1, 1]}}",
          "{grid: {a.b: [1, 2]}}", "{zip: {seed: [1], handler.extra: [1us, 2us]}}", "{repeat: 99999999999, grid: {seed: 1}}",
          "{points: [{set: {" + ",".join(f"a{i}: 1" for i in range(50)) + "}}]}")


class Sweeps(Hostile):
    def test_sections(self):
        self.all_end_well([(text[:60], text) for text in SWEEPS], lambda text: (
            self.write("w.yaml", HEAD + f"sweep: {text}\n"), ["sweep", "w.yaml", "--no-plots", "-o", "o"])[1])


# --- traces ---

GOOD = (0, 0x10000000, 64, 0, BOUND, 1)


def one(**fields):
    names = ("time", "iova", "length", "device", "pasid", "flags")
    return [GOOD, tuple(fields.get(name, value) for name, value in zip(names, GOOD))]


TRACES = {
    "empty": b"", "text": b"no trace at all\n", "gzip": b"\x1f\x8b\x08" + bytes(40), "xz": b"\xfd7zXZ\0" + bytes(40),
    "old zstd": b"\x22\xb5\x2f\xfd" + bytes(40), "skippable": b"\x50\x2a\x4d\x18\x04\0\0\0abcd" + pack(records([GOOD])),
    "no bytes": pack(b""), "half a header": pack(records([GOOD])[:20]), "header alone": pack(records([], end=False)),
    "no end": pack(records([GOOD] * 50, end=False)), "magic": pack(records([GOOD], magic=b"IOPFTRC2")),
    "version": pack(records([GOOD])[:8] + b"\2" + records([GOOD])[9:]),
    "size": pack(records([GOOD])[:12] + b"\x21" + records([GOOD])[13:]),
    "reserved": pack(records([GOOD])[:24] + b"\1" + records([GOOD])[25:]),
    "too few": pack(records([GOOD], count=2)), "too many": pack(records([GOOD] * 3, count=2)),
    "promised": pack(records([GOOD], count=1 << 63)), "after the end": pack(records([GOOD]) + bytes(32)),
    "after the frame": pack(records([GOOD])) + b"x", "two frames": pack(records([GOOD])) * 2,
    "odd bytes": pack(records([GOOD], end=False) + bytes(7)), "raw": records([GOOD]),
    "length 0": pack(records(one(length=0))), "wraps": pack(records(one(iova=(1 << 64) - 32))),
    "device": pack(records(one(device=2))), "device -1": pack(records(one(device=0xffffffff))),
    "pasid": pack(records(one(pasid=1 << 20))), "flags": pack(records(one(flags=2))),
    "far flags": pack(records(one(flags=0x40000000))), "end flag": pack(records(one(flags=0x80000001))),
    "beyond": pack(records(one(time=1 << 62))), "back": pack(records([(5, *GOOD[1:]), GOOD])),
    "window": pack(records([GOOD] * 300000), "--long=24", "-1"),
    "no checksum, cut": pack(records([GOOD] * 500), "--no-check")[:-3],
}


class Traces(Hostile):
    ARGS = ["run", "w.yaml", "--no-plots", "-o", "o"]

    def setUp(self):
        super().setUp()
        self.write("w.yaml", HEAD.replace("generator: messages\n  messages: 3\n  message: 64KiB",
                                          "generator: trace\n  trace: t").replace("  device_stride: 1MiB\n", ""))

    def test_contents(self):
        self.all_end_well(TRACES.items(), lambda data: (self.write("t", data), self.ARGS)[1])

    def test_cuts_and_flips(self):
        rng = random.Random(3)
        whole = pack(records([(i, 0x10000000 + 4096 * rng.randrange(512), 64, i % 2, BOUND, i % 2) for i in range(400)]))
        cases = [(f"cut at {at}", whole[:at]) for at in rng.sample(range(1, len(whole)), 20)]
        for _ in range(25):  # behind the frame header, which has bits without a meaning
            at, bit = rng.randrange(8, len(whole)), rng.randrange(8)
            cases.append((f"flip {at}.{bit}", whole[:at] + bytes([whole[at] ^ 1 << bit]) + whole[at + 1:]))
        self.all_end_well(cases, lambda data: (self.write("t", data), self.ARGS)[1])

    def test_what_is_no_file(self):
        os.mkdir("folder")
        os.mkfifo("fifo")
        os.symlink("loop", "loop")
        self.all_end_well([(name, name) for name in ("folder", "fifo", "loop", "none", "w.yaml", "x" * 1000, "")],
                          lambda name: [*self.ARGS, "--set", f"workload.trace={name and self.folder + '/' + name}"])


# --- command lines ---

RUN = ["run", "w.yaml", "--no-plots"]
LINES = [
    [], [""], ["rnu"], ["-x"], ["--"], ["--set"], ["run"], ["run", "w.yaml", "w.yaml"], ["run", "--", "-o"],
    [*RUN, "--seed"], [*RUN, "--seed", ""], [*RUN, "--seed", "-1"], [*RUN, "--seed", "x"], [*RUN, "--seed", "18446744073709551616"],
    [*RUN, "--seed=1ns"], [*RUN, "--quiet=1"], [*RUN, "--unknown"], [*RUN, "--un\nknown"], [*RUN, "--model", "vtd"],
    [*RUN, "-j", "3"], ["sweep", "w.yaml", "-j", "x"], ["sweep", "w.yaml", "-j", "-1"], ["sweep", "w.yaml", "-j", "1000"],
    *[[*RUN, "--set", text] for text in ("", "=", "a", "a=", "=1", "seed", "seed=", "a" * 500 + "=1", "seed=" + "1" * 500, "a.b.c.d=1",
                                         "cpu=1", "cpu.=1", ".cpus=1", "machine.devices=0", "machine.devices=1;2", "title=\n", "name=../x",
                                         "mappings=[]", "sweep=1", "platform=none", "platform=../w", "handler.design=x", "workload.trace=x",
                                         "memory.size=1", "%s%n=1", "smmu.features.priq_lg2=3", "vtd.caches.iotlb_ways=2")],
    [*RUN, *["--set", "seed=1"] * 33],
    *[[*RUN, "-o", name] for name in ("", "w.yaml", "w.yaml/x", "fifo", "dangling", "loop", "mine", "x" * 300, "y/" * 3000)],
    *[["sweep", "w.yaml", "--no-plots", "-o", name] for name in ("", "w.yaml", "mine", "loop")],
    ["trace", "w.yaml"], *[["trace", "w.yaml", "-o", name] for name in ("", "w.yaml", "fifo", "dangling", "loop", "mine", "none/x",
                                                                        "x" * 300)],
    ["trace", "w.yaml", "-o", "t", "--no-plots"], ["study"], ["study", "lokcs"], ["study", "locks", "none"], ["study", "locks", "a", "b"],
    ["study", "locks", "--set", "machine.cpus=8"], ["study", "premap", "--set", "handler.premap_pages=3"],
    ["study", "locks", "-o", "mine"], ["plot"], ["plot", "none"], ["plot", "mine"], ["plot", "w.yaml"], ["plot", ""],
    ["plot", "mine", "--seed", "1"], ["plot", "mine", "--set", "seed=1"], ["plot", "mine", "-o", "x"], ["plot", "mine", "--json"],
    ["list", "x"], ["list", "parameters", "nothing.like.this"], ["list", "a", "b", "c"], ["list", "-o", "x"], ["list", "--seed", "1"],
    ["serve"], ["serve", "--model"], ["serve", "--model", ""], ["serve", "--model", "smmuv2"], ["serve", "x"],
    ["serve", "--model", "vtd", "--profile", "qemu72,aw-bits=40"], ["serve", "--model", "vtd", "--profile", "qemu72,"],
    ["serve", "--model", "smmuv3", "--profile", "qemu72,pt=on"], ["serve", "--model", "vtd", "--socket", "x" * 200],
    ["serve", "--model", "vtd", "--socket", "mine"], ["serve", "--model", "vtd", "--socket", ""],
    ["serve", "--model", "vtd", "--socket", "none/s"], ["serve", "--model", "vtd", "-o", "x"], ["serve", "--model", "vtd", "--seed", "1"],
    ["serve", "--model", "vtd", "--set", "smmu.features.pri=true"], ["serve", "--model", "smmuv3", "--set", "workload.messages=1"],
    ["serve", "--model", "smmuv3", "--set", "smmu.features.sid_bits=64"], ["serve", "--model", "smmuv3", "--trace-mmio=1"],
]


class Lines(Hostile):
    def setUp(self):
        super().setUp()
        self.write("w.yaml", SMALL)
        os.mkdir("mine")
        self.write("mine/file", "precious")
        os.mkfifo("fifo")
        os.symlink("loop", "loop")
        os.symlink("none/such", "dangling")

    def test_lines(self):
        self.all_end_well([(" ".join(line)[:70], line) for line in LINES], lambda line: line)

    def test_data_folders(self):
        for folder in ("none", "w.yaml", "mine", "x" * 5000):
            with self.subTest(folder=folder[:20]):
                wrong = self.ends_well(["run", "uadk-sva", "-o", "o"], env={"IOPFSIM_DATA": folder})
                self.assertIsNone(wrong, wrong)


# --- requests to serve ---

REQUESTS = [
    "", " ", "x", "READL 0", "readl", "readl 1 2", "readl x", "readl -1", "readl 0x1 " + "1 " * 60, "readl 0x10000000000000000",
    "readl 0xg", "read 0 0", "read 0x40000000 0x100001", "read 0xffffffffffffffff 2", "write 0x40000000 2 0x123456",
    "write 0x40000000 2 zz", "write 0x60000000 2 0x1234", "b64write 0x40000000 3 AAA", "b64write 0x40000000 3 ====",
    "memset 0x40000000 1 256", "memset 0 0xffffffffffffffff 0", "writeq 0x60000000 1", "clock_step x", "clock_step 0xffffffffffffffff",
    "reset 1", "dma_read 8 - 0 0", "dma_read 8 - 0 0x10001", "dma_read 0x100000000 - 0 4", "dma_read 8 0x100000 0 4",
    "dma_read 8 - 0xffffffffffffffff 2", "dma_write 8 - 0 4", "dma_write 8 - 0 4 0x0102030405", "dma_result 0", "dma_result -1",
    "translation_request 8 - 0 q", "translation_request 8 - 0", "page_request 8 - 0 512 l", "page_request 8 - 0 0 rr",
    "page_responses 1", "invalidations 1", "msi_log 1", "y" * 3000, "\x7f\x01", "readl\t0x40000000\t0x0", "%s%n%n%n",
]


class Requests(Hostile):
    def test_each_is_answered_with_one_line(self):
        for model in ("smmuv3", "vtd"):
            lines = ([request.replace("0x40000000", "0x0") for request in REQUESTS] if model == "vtd" else REQUESTS) + \
                ["z" * (3 << 20), "endianness"]
            got = subprocess.run([IOPFSIM, "serve", "--model", model], input="\n".join(lines) + "\n", capture_output=True,
                                 text=True, timeout=60, check=False)
            answers = got.stdout.splitlines()
            self.assertEqual((got.returncode, got.stderr, len(answers)), (0, "", len(lines)))
            for line, answer in zip(lines[:-1], answers):
                tried.add((self.id(), len(tried)))
                with self.subTest(line=line[:60]):
                    self.assertTrue(answer.startswith("FAIL ") and len(answer) < 200, answer)
            self.assertEqual(answers[-1], "OK little")
            self.assertEqual(self.left(), [])


# --- signals ---

class Signals(Hostile):
    VERBS = {"run": ["w.yaml", "--no-plots", "--set", "workload.messages=100000000", "-o", "o"],
             "sweep": ["long.yaml", "--no-plots", "-j", "2", "-o", "o"],
             "trace": ["w.yaml", "--set", "workload.messages=100000000", "-o", "o"],
             "serve": ["--model", "vtd", "--socket", "o"]}

    def test_at_any_moment(self):
        """Also before it is ready: then it dies by the signal, and had begun nothing."""
        self.write("w.yaml", SMALL)
        self.write("long.yaml", SMALL.replace("workload.messages: ", "workload.messages: 10000000"))
        before = self.left()
        for verb, args in self.VERBS.items():
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                for moment in (0.002, 0.05, 0.4):
                    with self.subTest(verb=verb, number=number, moment=moment):
                        tried.add((self.id(), len(tried)))
                        running = self.start(verb, *args, "-q")
                        time.sleep(moment)
                        running.send_signal(number)
                        said = running.communicate(timeout=60)[1]
                        self.assertIn(running.returncode, (130, -number), said)
                        self.assertLessEqual(said.count("\n"), 1)
                        subprocess.run(["rm", "-rf", "o", "o.points"], check=True)
                        self.assertEqual(self.left(), before)


class FullDisk(Hostile):
    def test_at_any_size(self):
        os.mkdir("disk")
        if os.geteuid() or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4k", "iopfsim-test", "disk"],
                                          capture_output=True, check=False).returncode:
            self.skipTest("no file system can be mounted here")
        self.addCleanup(subprocess.run, ["umount", "disk"], check=True)
        self.write("w.yaml", SMALL)
        for kib in (4, 8, 32, 100, 200, 330):
            subprocess.run(["mount", "-o", f"remount,size={kib}k", "disk"], check=True)
            for args in (["run", "w.yaml", "-o", "disk/o"], ["run", "w.yaml", "-o", "disk/a/b/o", "--no-plots"],
                         ["trace", "w.yaml", "--set", "workload.messages=200000", "-o", "disk/o"]):
                with self.subTest(kib=kib, args=args):
                    wrong = self.ends_well(args, codes=(1, 2))
                    if wrong and wrong.startswith("exit 0"):
                        subprocess.run("rm -rf disk/*", shell=True, check=True)
                    elif wrong:
                        self.fail(wrong)


def tearDownModule():
    print(f"{len(tried)} hostile inputs", file=sys.stderr)


if __name__ == "__main__":
    main()
