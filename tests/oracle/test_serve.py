#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What docs/serve.md says of iopfsim serve.

    test_serve.py IOPFSIM [unittest arguments]

Claims: every verb does what it says; whatever a client sends is answered with exactly
one line, and the next request is served as if it had not been; a stalled DMA ends as
software says; an endpoint gets translations, responses and invalidations; messages are kept;
a socket outlives its clients and is removed at the end.
"""
import base64
import os
import random
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True

import smmuv3_oracle as smmu                 # noqa: E402
from qtest import Qtest                      # noqa: E402
from serve import ServeProc                  # noqa: E402

IOPFSIM = None
RAM, SMMU = 0x40000000, 0x09050000
DATA = 0x44005000
IOVA = 0x10000


class Served(unittest.TestCase):
    model = "smmuv3"
    profile = ""

    def setUp(self):
        self.vm = ServeProc("%s serve --model %s %s" % (shlex.quote(IOPFSIM), self.model, self.profile))
        self.qt = self.vm.qt

    def tearDown(self):
        self.qt.sock.close()
        self.vm.proc.wait(20)
        words = self.vm.stderr()
        self.vm.close()
        self.assertEqual((self.vm.proc.returncode, words), (0, ""))

    def ask(self, line):
        """One request as bytes or text; its answer."""
        data = line if isinstance(line, bytes) else line.encode()
        self.qt.sock.sendall(data + b"\n")
        return self.qt._readline()

    def ok(self, line, want="OK"):
        self.assertEqual(self.ask(line), want)

    def fails(self, line, why=""):
        answer = self.ask(line)
        self.assertTrue(answer.startswith("FAIL "), "%r answered %r" % (line, answer))
        self.assertIn(why, answer)
        self.assertLess(len(answer), 200)
        self.ok("endianness", "OK little")


class Memory(Served):
    def test_words_are_little_endian_and_cut_to_their_size(self):
        self.ok("writeq 0x40001000 0x1122334455667788")
        self.ok("readb 0x40001000", "OK 0x0000000000000088")
        self.ok("readw 0x40001001", "OK 0x0000000000006677")
        self.ok("readl 0x40001002", "OK 0x0000000033445566")
        self.ok("readq 0x40001000", "OK 0x1122334455667788")
        self.ok("writeb 0x40001000 0xfff")
        self.ok("writew 0x40001002 0xabcdef01")
        self.ok("writel 0x40001004 1")
        self.ok("readq 0x40001000", "OK 0x00000001ef0177ff")

    def test_blocks(self):
        self.ok("write 0x40000fff 4 0x01020304")
        self.ok("read 0x40000ffe 6", "OK 0x000102030400")
        self.ok("write 0x40000fff 4 0xAA")       # the rest is filled up with zeros
        self.ok("read 0x40000fff 4", "OK 0xaa000000")
        for size in range(1, 8):
            data = bytes(range(251, 251 + size)) if size < 5 else os.urandom(size)
            self.ok("b64write 0x40002000 %d %s" % (size, base64.b64encode(data).decode()))
            self.ok("b64read 0x40002000 %d" % size, "OK " + base64.b64encode(data).decode())
            self.ok("read 0x40002000 %d" % size, "OK 0x" + data.hex())
        self.ok("memset 0x40003ffe 4 0x5a")
        self.ok("read 0x40003ffd 6", "OK 0x005a5a5a5a00")
        self.ok("memset 0x40003ffe 0 0")

    def test_a_megabyte_goes_at_once(self):
        data = os.urandom(1 << 20)
        self.ok("b64write 0x40000000 0x100000 " + base64.b64encode(data).decode())
        self.ok("read 0x40000000 0x100000", "OK 0x" + data.hex())
        self.ok("write 0x41000000 0x100000 0x" + data.hex())
        self.ok("b64read 0x41000000 0x100000", "OK " + base64.b64encode(data).decode())

    def test_where_nothing_is_reads_zero_and_is_not_written(self):
        for at in (0, 0x1000, 0x3fffffff - 3, 0x50000000, 2**64 - 8):
            self.fails("writeq %d 0x1234" % at, "nothing is there")
            self.ok("readl 0x%x" % at, "OK 0x0000000000000000")
        self.fails("memset 0x3ffffff0 0x20 0xaa", "nothing is there")
        self.fails("write 0x4ffffffe 3 0x010203", "nothing is there")
        self.fails("b64write 0x3fffffff 3 AAAA", "nothing is there")
        self.fails("writel 0x4ffffffe 0xffffffff", "nothing is there")
        self.fails("memset 0x1000 0xfffffffffffff000 0xff", "nothing is there")
        for at in (0x40000000, 0x4ffffff8):
            self.ok("readq 0x%x" % at, "OK 0x0000000000000000")      # not in part either
        self.ok("memset 0x40000000 0x10000000 0xaa")
        self.ok("read 0x4ffffffe 4", "OK 0xaaaa0000")

    def test_registers(self):
        idr1 = self.qt.readl(SMMU + 4)
        self.assertEqual(self.qt.readq(SMMU + 0x80), 0)
        self.qt.writeq(SMMU + 0x80, 0x4000000041000040)
        self.assertEqual(self.qt.readq(SMMU + 0x80), 0x4000000041000040)
        self.ok("read 0x%x 4" % (SMMU + 4), "OK 0x" + idr1.to_bytes(4, "little").hex())
        self.ok("readb 0x%x" % (SMMU + 4), "OK 0x0000000000000000")
        self.ok("write 0x%x 8 0x8000004200000040" % (SMMU + 0x80))
        self.assertEqual(self.qt.readq(SMMU + 0x80), 0x4000000042000080)

    def test_reset_keeps_ram(self):
        self.qt.writeq(RAM, 0x1234)
        self.qt.writel(SMMU + smmu.CR0, 0x8)
        self.assertEqual(self.qt.readl(SMMU + smmu.CR0ACK), 0x8)
        self.ok("reset")
        self.assertEqual(self.qt.readl(SMMU + smmu.CR0), 0)
        self.assertEqual(self.qt.readl(SMMU + smmu.CR0ACK), 0)
        self.assertEqual(self.qt.readq(RAM), 0x1234)

    def test_clock(self):
        self.ok("clock_step 100", "OK 100")
        self.ok("clock_step", "OK 100")
        self.ok("clock_step 5", "OK 105")
        self.fails("clock_step 0xffffffffffffffff", "virtual time")
        self.ok("clock_step", "OK 105")

    def test_many_requests_at_once_are_answered_in_order(self):
        lines = []
        for i in range(2000):
            lines += ["writel 0x%x 0x%x" % (RAM + 4 * i, i), "readl 0x%x" % (RAM + 4 * i)]
        answers = self.qt.batch(lines)
        self.assertEqual([int(a, 0) for a in answers[1::2]], list(range(2000)))

    def test_an_unfinished_line_at_the_end_is_no_request(self):
        self.qt.sock.sendall(b"writel 0x40000000 1")


class Hostile(Served):
    def test_wrong_requests_fail(self):
        for line, why in (
                ("", "empty"), ("   \t", "empty"), ("frobnicate", "Unknown command"),
                ("READL 0x40000000", "Unknown command"), ("readl", "arguments"),
                ("readl 1 2", "arguments"), ("a " * 50, "Unknown command"),
                ("readl " + "1 " * 50, "arguments"),
                ("readl x", "not a number"), ("readl -1", "not a number"),
                ("readl +1", "not a number"), ("readl 0x", "not a number"),
                ("readl 1x", "not a number"), ("readl 0x10000000000000000", "not a number"),
                ("read 0x40000000 0", "size"), ("read 0x40000000 0x100001", "large"),
                ("read 0xffffffffffffffff 2", "wrap"),
                ("write 0x40000000 2 1234", "0xHEX"), ("write 0x40000000 2 0x123", "0xHEX"),
                ("write 0x40000000 2 0x123456", "0xHEX"), ("write 0x40000000 2 0xzz", "0xHEX"),
                ("b64write 0x40000000 3 AAA", "base64"), ("b64write 0x40000000 3 AA=A", "base64"),
                ("b64write 0x40000000 2 AAAA", "base64"), ("b64write 0x40000000 3 !!!!", "base64"),
                ("b64write 0x40000000 3 ====", "base64"), ("b64write 0x40000000 3", "arguments"),
                ("memset 0x40000000 1 256", "large"), ("memset 0x2 0xffffffffffffffff 0", "wrap"),
                ("clock_step soon", "not a number"),
                ("dma_read 8 - 0 0", "size"), ("dma_read 8 - 0 0x10001", "large"),
                ("dma_read 0x100000000 - 0 4", "StreamID"), ("dma_read 8 0x100000 0 4", "PASID"),
                ("dma_read 8 x 0 4", "PASID"), ("dma_read 8 - 0xfffffffffffffffe 4", "wrap"),
                ("dma_write 8 - 0 4", "arguments"), ("dma_write 8 - 0 4 0x0102030405", "0xHEX"),
                ("dma_read_translated 8 - 0 0", "size"), ("dma_write_translated 8 - 0 4", "arguments"),
                ("msi_log 1", "arguments"), ("invalidations x", "arguments"),
                ("dma_result 0", "no DMA"), ("dma_result", "arguments"),
                (b"readl 0x40000000\0", "NUL"), (b"\xff\xfe\x01\x7f", "Unknown command '????'"),
                ("x" * 1000, "Unknown command '" + "x" * 40 + "'")):
            with self.subTest(line=line):
                self.fails(line, why)

    def test_a_line_without_end_is_skipped_and_answered_once(self):
        for size in (2 * (1 << 20) + 128, 2 * (1 << 20) + 129, 5 << 20):
            with self.subTest(size=size):
                self.fails(b"readl " + b"z" * (size - 6), "")
        self.fails(b"z" * (5 << 20), "characters")

    def test_no_more_than_256_streams(self):
        for sid in range(256):
            self.ok("dma_read %d - 0x40000000 1" % sid, "OK 0x00")
        self.fails("dma_read 256 - 0x40000000 1", "StreamIDs")
        self.ok("dma_read 255 - 0x40000000 1", "OK 0x00")
        self.ok("reset")
        self.ok("dma_read 256 - 0x40000000 1", "OK 0x00")

    def test_random_lines_are_answered_one_by_one(self):
        rng = random.Random(20261122)
        verbs = ("readb readw readl readq writeb writew writel writeq read write b64read b64write "
                 "memset clock_step reset dma_read dma_write dma_result endianness dma_read_translated "
                 "dma_write_translated translation_request page_request page_responses invalidations msi_log").split()
        words = ("0 1 - 4 8 0x40 0x1000 0x9050020 0x9050088 0x9050098 0x90600a8 0x40000000 "
                 "0x4ffffffc 0xffffffffffffffff 0xff 0xdeadbeef AAAA AA== 0x zz").split()
        for _ in range(20):
            lines = []
            for _ in range(500):
                line = " ".join([rng.choice(verbs)] + rng.choices(words, k=rng.randint(0, 5)))
                for _ in range(rng.choice((0, 0, 1, 3))):
                    at = rng.randrange(len(line) + 1)
                    line = line[:at] + rng.choice("\0\t -09afxz\x7f\xe9") + line[at + 1:]
                lines.append(line)
            self.qt.sock.sendall("\n".join(lines).encode("latin-1") + b"\n")
            for line in lines:
                answer = self.qt._readline()
                self.assertIn(answer.split(" ")[0], ("OK", "FAIL", "STALL"), line)
        self.ok("endianness", "OK little")

    def test_random_registers_and_dma_do_no_harm(self):
        rng = random.Random(7)
        values = (0, 1, 0xd, 0xf, 0x10008, 0x40000000, 0x41000013, 0x4000000041000000, 2**63,
                  2**64 - 1)
        for _ in range(100):
            lines = ["reset"]
            for _ in range(60):
                page = rng.choice((0, 0, 0, 0x10000))
                lines.append("write%s 0x%x 0x%x" % (
                    rng.choice("lllq"), SMMU + page + 4 * rng.randrange(0, 0x40),
                    rng.choice(values) ^ rng.choice((0, 0, rng.getrandbits(32)))))
                lines.append("writeq 0x%x 0x%x" % (
                    0x41000000 + 8 * rng.randrange(64),
                    rng.choice(values) ^ rng.choice((0, rng.getrandbits(64)))))
                lines.append("dma_write %d %s 0x%x 4 0x01020304" % (
                    rng.randrange(20), rng.choice(("-", "0", "5")), rng.getrandbits(40)))
            self.qt.sock.sendall("\n".join(lines).encode() + b"\n")
            for _ in lines:
                self.qt._readline()
        self.ok("endianness", "OK little")


class Dma(Served):
    """Masters behind an SMMU that stalls, set up as a case of the oracle."""

    def start(self, ste=None, **fields):
        """Translation on, IOVA mapped to DATA and the page behind it not mapped."""
        raw = smmu.lower({"ste": ste or {}, "cd": {"s": 1, **fields}, "iova": hex(IOVA),
                          "map": [{"iova": hex(IOVA), "pa": hex(DATA)}]})
        self.oracle = smmu.Oracle.__new__(smmu.Oracle)     # its helpers, without a QEMU
        self.oracle.qt, self.oracle.q = self.qt, (raw["evtq"], raw["cmdq"])
        self.oracle.evt_cons = self.oracle.cmd_prod = 0
        for chunk in raw["chunks"]:
            self.qt.write_u64s(chunk["pa"], chunk["u64"])
        for off, size, value in raw["regs"]:
            self.oracle.setreg(off, value, size)
        self.oracle.setreg(smmu.CR0, raw["cr0"])
        self.mapped = smmu.lower({"cd": {"s": 1, **fields}, "iova": hex(IOVA), "map": [
            {"iova": hex(IOVA), "pa": hex(DATA), "count": 8}]})

    def map_all(self):
        """Everything as above, but with eight pages mapped."""
        for chunk in self.mapped["chunks"]:
            self.qt.write_u64s(chunk["pa"], chunk["u64"])

    def resume(self, event, how):
        return self.oracle._cmd([0x44 | how << 12 | event["sid"] << 32, event["stag"]])

    def test_bypass_moves_bytes(self):
        self.ok("dma_write 8 - 0x40001ffe 4 0x01020304")
        self.ok("read 0x40001ffe 4", "OK 0x01020304")
        self.ok("dma_read 0x12345678 - 0x40001fff 2", "OK 0x0203")
        self.ok("dma_read 8 - 0x60000000 4", "FAIL abort")
        self.ok("dma_write 8 - 0x4ffffffe 4 0x01020304", "FAIL abort")

    def test_translated(self):
        self.start()
        self.ok("dma_write 8 - 0x%x 4 0x01020304" % (IOVA + 0xffc))
        self.ok("read 0x%x 4" % (DATA + 0xffc), "OK 0x01020304")
        self.ok("dma_read 8 - 0x%x 2" % (IOVA + 0xffd), "OK 0x0203")
        self.ok("dma_read 9 - 0x%x 2" % IOVA, "FAIL abort")
        self.assertEqual([e["name"] for e in self.oracle._events()], ["C_BAD_STE"])
        self.ok("dma_read 8 0 0x%x 2" % IOVA, "FAIL abort")
        self.assertEqual([e["name"] for e in self.oracle._events()], ["C_BAD_SUBSTREAMID"])

    def test_a_stalled_read_is_retried(self):
        self.start()
        self.qt.write_u64s(DATA, range(0x400))
        self.ok("dma_read 8 - 0x%x 16" % (IOVA + 0xff8), "STALL 0")
        self.ok("dma_result 0", "STALL 0")
        event, = self.oracle._events()
        self.assertEqual((event["name"], event["stall"], event["input_addr"], event["rnw"]),
                         ("F_TRANSLATION", 1, hex(IOVA + 0x1000), 1))
        self.map_all()
        self.assertTrue(self.resume(event, 1)["consumed"])
        self.ok("dma_result 0", "OK 0xff01000000000000" + "0002000000000000")
        self.fails("dma_result 0", "no DMA")

    def test_a_stalled_write_is_aborted(self):
        self.start()
        self.ok("dma_write 8 - 0x%x 8 0x0102030405060708" % (IOVA + 0xffc), "STALL 0")
        event, = self.oracle._events()
        self.resume(event, 2)
        self.ok("dma_result 0", "FAIL abort")
        self.ok("read 0x%x 4" % (DATA + 0xffc), "OK 0x01020304")
        self.fails("dma_result 0", "no DMA")

    def test_a_retry_may_stall_again(self):
        self.start()
        self.ok("dma_read 8 - 0x%x 4" % (IOVA + 0x1000), "STALL 0")
        for _ in range(3):
            event, = self.oracle._events()
            self.resume(event, 1)
            self.ok("dma_result 0", "STALL 0")
        event, = self.oracle._events()
        self.resume(event, 2)
        self.ok("dma_result 0", "FAIL abort")

    def test_several_stall_and_end_out_of_order(self):
        self.start()
        for i in range(4):
            self.ok("dma_write 8 - 0x%x 1 0x%02x" % (IOVA + 0x1000 * (i + 1), i + 1), "STALL %d" % i)
        events = self.oracle._events()
        self.assertEqual(len({e["stag"] for e in events}), 4)
        self.map_all()
        for i in (2, 0, 3, 1):
            self.resume(events[i], 1)
            self.ok("dma_result %d" % i)
        self.ok("readb 0x%x" % (DATA + 0x3000), "OK 0x0000000000000003")

    def test_reset_forgets_stalled_dma(self):
        self.start()
        self.ok("dma_read 8 - 0x%x 4" % (IOVA + 0x1000), "STALL 0")
        self.ok("reset")
        self.fails("dma_result 0", "no DMA")
        self.ok("dma_read 8 - 0x%x 4" % DATA, "OK 0x00000000")

    def test_no_more_than_1024_stalled(self):
        self.start()
        for i in range(1024):
            self.ok("dma_read 8 - 0x%x 4" % (IOVA + 0x1000), "STALL %d" % i)
        self.fails("dma_read 8 - 0x%x 4" % (IOVA + 0x1000), "DMAs")
        self.oracle.setreg(smmu.CR0, 0xc)        # SMMUEN = 0 ends what is stalled
        self.ok("reset")
        self.ok("dma_read 8 - 0x%x 4" % DATA, "OK 0x00000000")

    def test_events_that_do_not_stall_abort(self):
        self.start(s=0)
        self.ok("dma_read 8 - 0x%x 16" % (IOVA + 0xff8), "FAIL abort")
        self.assertEqual([e["name"] for e in self.oracle._events()], ["F_TRANSLATION"])


class Messages(Dma):
    """Interrupt messages come to where virt's interrupt controllers are."""

    def test_messages_are_kept_until_asked_for(self):
        self.ok("msi_log", "OK 0 0")
        self.start(s=0)
        self.qt.writeq(SMMU + 0xb0, 0x08090040)
        self.qt.writel(SMMU + 0xb8, 0x1234)
        self.oracle.setreg(0x50, 4)                      # IRQ_CTRL: the event queue's
        self.ok("dma_read 8 - 0x%x 4" % (IOVA + 0x1000), "FAIL abort")
        self.ok("msi_log", "OK 1 0 0x8090040 0x1234")
        self.ok("msi_log", "OK 0 0")
        self.assertEqual(self.qt.readl(SMMU + 0x60), 0)  # GERROR: no write was aborted
        self.ok("writel 0x08020040 7")
        self.ok("write 0x08fffffc 4 0x01000000")
        self.ok("readl 0x08020040", "OK 0x0000000000000000")
        self.ok("msi_log", "OK 2 0 0x8020040 0x7 0x8fffffc 0x1")

    def test_a_thousand_and_twenty_four_are_kept(self):
        self.qt.batch(["writel 0x%x %d" % (0x08000000 + 4 * i, i) for i in range(1030)])
        answer = self.ask("msi_log").split()
        self.assertEqual(answer[:3] + answer[-2:], ["OK", "1024", "6", "0x8000ffc", "0x3ff"])
        self.ok("msi_log", "OK 0 0")


class Endpoint(Dma):
    """A master that sends translation requests and page requests."""
    profile = "--set smmu.features.ats=true --set smmu.features.pri=true"
    PRIQ = 0x43000000

    def start_pri(self):
        self.start(ste={"eats": 1}, s=0)
        self.qt.writeq(SMMU + 0xc0, self.PRIQ | 4)
        self.oracle.setreg(smmu.CR0, self.qt.readl(SMMU + smmu.CR0) | 2)

    def test_a_translation_is_used(self):
        self.start_pri()
        self.ok("translation_request 8 - 0x%x w" % (IOVA + 0x123), "OK 0x%x 12 rw" % DATA)
        self.ok("translation_request 8 - 0x%x -" % IOVA, "OK 0x%x 12 rw" % DATA)
        self.ok("dma_write_translated 8 - 0x%x 4 0x01020304" % (DATA + 8))
        self.ok("dma_read_translated 8 - 0x%x 4" % (DATA + 8), "OK 0x01020304")
        self.ok("dma_read_translated 8 - 0x60000000 4", "FAIL abort")
        self.ok("translation_request 8 - 0x%x w" % (IOVA + 0x1000), "OK - 12 -")
        self.ok("translation_request 9 - 0x%x w" % IOVA, "FAIL aborted")         # C_BAD_STE
        self.ok("reset")
        self.start(ste={"eats": 0}, s=0)
        self.ok("translation_request 8 - 0x%x w" % IOVA, "FAIL unsupported")

    def test_invalidations_are_completed_and_kept(self):
        self.start_pri()
        self.ok("translation_request 8 - 0x%x w" % IOVA, "OK 0x%x 12 rw" % DATA)
        self.assertTrue(self.oracle._cmd([0x40 | 8 << 32, IOVA])["consumed"])     # CMD_ATC_INV
        self.assertTrue(self.oracle._cmd([0x46, 0])["consumed"])
        self.ok("invalidations", "OK 1 0 0x8 - 0x%x 12" % IOVA)
        self.ok("invalidations", "OK 0 0")

    def test_a_page_request_is_recorded_and_answered(self):
        self.start_pri()
        self.ok("page_request 8 - 0x%x 5 rwl" % (IOVA + 0x1000))
        words = self.qt.read_u64s(self.PRIQ, 2)
        self.assertEqual((words[0] & 0xffffffff, words[0] >> 58), (8, 0x1c))    # last, write, read
        self.assertEqual((words[1] & ~0xfff, words[1] & 0x1ff), (IOVA + 0x1000, 5))
        self.ok("page_responses", "OK 0 0")
        self.assertTrue(self.oracle._cmd([0x41 | 8 << 32, 5 | 2 << 12])["consumed"])
        self.ok("page_responses", "OK 1 0 0x8 - 5 success")
        self.ok("page_request 8 - 0x%x 6 wl" % (IOVA + 0x2000))
        self.assertTrue(self.oracle._cmd([0x41 | 8 << 32, 6 | 1 << 12])["consumed"])
        self.ok("page_responses", "OK 1 0 0x8 - 6 invalid")

    def test_a_full_queue_answers_by_itself(self):
        self.start_pri()
        for group in range(18):
            self.ok("page_request 8 - 0x%x %d rl" % (IOVA, group))
        answer = self.ask("page_responses")
        self.assertEqual(answer, "OK 2 0 0x8 - 16 success 0x8 - 17 success")

    def test_an_endpoint_does_not_stall(self):
        self.start(ste={"eats": 1})
        self.ok("dma_read 8 - 0x%x 4" % (IOVA + 0x1000), "STALL 0")
        self.ok("translation_request 8 - 0x%x -" % IOVA, "OK 0x%x 12 rw" % DATA)
        self.ok("dma_read 8 - 0x%x 4" % (IOVA + 0x1000), "FAIL abort")

    def test_wrong_requests_fail(self):
        self.fails("translation_request 8 - 0 z", "flags 'z'")
        self.fails("translation_request 8 - 0 ww", "flags 'ww'")
        self.fails("page_request 8 - 0 512 l", "group")
        self.fails("page_request 8 - 0 0 xl", "PASID")
        self.fails("translation_request 0x100000000 - 0 w", "StreamID")
        self.fails("page_responses 8", "arguments")


class NoEndpoint(Served):
    def test_without_the_features_there_are_no_requests(self):
        self.fails("translation_request 8 - 0 w", "unsupported")
        self.fails("page_request 8 - 0 1 rl", "unsupported")
        self.ok("dma_read_translated 8 - 0x40000000 4", "FAIL abort")


class Settings(Served):
    profile = "--profile qemu72 --set smmu.features.sid_bits=9 --set smmu.features.stall=true"

    def test_settings_go_over_the_profile(self):
        self.assertEqual(self.qt.readl(SMMU + 4) & 0x3f, 9)
        self.assertEqual(self.qt.readl(SMMU) >> 24 & 3, 0)           # IDR0.STALL_MODEL

    def test_reset_keeps_them(self):
        self.ok("reset")
        self.assertEqual(self.qt.readl(SMMU + 4) & 0x3f, 9)


VTD = 0xfed90000


class Vtd(Served):
    model = "vtd"

    def test_there_are_512_mib(self):
        self.ok("writel 0x1ffffffc 0x12345678")
        self.ok("readl 0x1ffffffc", "OK 0x0000000012345678")
        self.fails("writel 0x20000000 1", "nothing is there")
        self.fails("writel 0xfed8fffc 1", "nothing is there")

    def translate(self, root=0x10000000):
        """On, with tables where QEMU's own tests have them: device 0:3.0, 0 leads to 0x5000."""
        self.qt.write_u64s(root, [0x10001001, 0])
        self.qt.write_u64s(0x10001000 + 0x18 * 16, [0x10002001 | 1 << 2, 1 << 8 | 2])
        for table in (0x10002000, 0x10003000, 0x10004000):
            self.qt.write_u64s(table, [(table + 0x1000) | 3])
        self.qt.write_u64s(0x10005000, [0x5000 | 3])
        self.qt.writeq(VTD + 0x20, root)
        self.qt.writel(VTD + 0x18, 1 << 30)
        self.qt.writel(VTD + 0x18, 1 << 31)
        self.assertEqual(self.qt.readl(VTD + 0x1c) >> 30, 3)

    def test_tables_at_256_mib_translate(self):
        self.translate()
        self.ok("dma_write 0x18 - 0x10 4 0x01020304")
        self.ok("read 0x5010 4", "OK 0x01020304")
        self.ok("dma_read 0x18 - 0x1000 4", "FAIL abort")
        self.ok("translation_request 0x18 - 0 w", "OK 0x5000 12 rw")
        self.ok("dma_read_translated 0x18 - 0x5010 4", "OK 0x01020304")

    def test_faults_send_their_message(self):
        self.translate()
        self.qt.writel(VTD + 0x3c, 0x41)
        self.qt.writel(VTD + 0x40, 0xfee02000)
        self.qt.writel(VTD + 0x38, 0)
        self.ok("dma_read 0x18 - 0x1000 4", "FAIL abort")
        self.ok("msi_log", "OK 1 0 0xfee02000 0x41")

    def test_a_device_asks_for_an_interrupt(self):
        self.ok("dma_write 0x18 - 0xfee01004 4 0x31000000")
        answer = self.ask("msi_log").split()
        self.assertEqual((answer[1], answer[4]), ("1", "0x31"))

    def test_a_remapped_interrupt_has_its_data(self):
        self.qt.write_u64s(0x10010000 + 16, [1 | 0x55 << 16 | 5 << 40, 0])      # IRTE 1: vector 0x55, APIC 5
        self.qt.writeq(VTD + 0xb8, 0x10010007)
        self.qt.writel(VTD + 0x18, 1 << 24)
        self.qt.writel(VTD + 0x18, 1 << 25)
        self.ok("dma_write 0x18 - 0xfee00018 4 0x01000000")                     # handle 0, subhandle 1
        answer = self.ask("msi_log").split()
        self.assertEqual((answer[1], int(answer[3], 0) >> 12 & 0xff, answer[4]), ("1", 5, "0x55"))
        self.ok("dma_write 0x18 - 0xfee00018 4 0x02000000", "FAIL abort")       # no entry is there
        self.ok("msi_log", "OK 0 0")

    def test_wrong_requests_fail(self):
        self.fails("translation_request 0x10000 - 0 w", "StreamID")
        self.fails("page_request 0x18 - 0 1 q", "flags")


class DmaAsQemu(Served):
    profile = "--profile qemu72"

    def test_a_master_goes_on_behind_an_abort(self):
        dma = Dma.start
        dma(self, s=0)
        self.ok("dma_read 8 - 0x%x 12" % (IOVA + 0x1001), "FAIL abort")
        self.assertEqual([int(e["input_addr"], 0) - IOVA for e in self.oracle._events()],
                         [0x1001, 0x1002, 0x1004, 0x1008, 0x100c])


class Socket(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.TemporaryDirectory()
        self.path = os.path.join(self.dir.name, "s")

    def tearDown(self):
        self.dir.cleanup()

    def command(self, *more):
        return [IOPFSIM, "serve", "--model", "smmuv3", "--socket", self.path, *more]

    def connect(self):
        for _ in range(200):
            sock = socket.socket(socket.AF_UNIX)
            try:
                sock.connect(self.path)
                return Qtest(sock)
            except OSError:
                sock.close()
                time.sleep(0.05)
        self.fail("nobody listens")

    def test_one_client_after_another_meets_the_same_machine(self):
        proc = subprocess.Popen(self.command())
        try:
            one = self.connect()
            one.writel(RAM, 0x1234)
            one.sock.sendall(b"read 0x40000000 0x100000\n" * 8)   # and does not listen
            one.sock.close()
            two = self.connect()
            self.assertEqual(two.readl(RAM), 0x1234)
            two.sock.close()
        finally:
            proc.send_signal(signal.SIGTERM)
        self.assertEqual(proc.wait(10), 130)
        self.assertFalse(os.path.exists(self.path))

    def test_a_signal_ends_a_connection(self):
        proc = subprocess.Popen(self.command())
        one = self.connect()
        self.assertEqual(one.cmd("endianness"), "little")
        proc.send_signal(signal.SIGINT)
        self.assertEqual(proc.wait(10), 130)
        one.sock.close()

    def check_refusal(self, want, *args):
        got = subprocess.run(args, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        self.assertEqual((got.returncode, got.stdout), (2, ""))
        self.assertEqual(got.stderr.count("\n"), 1, got.stderr)
        self.assertIn(want, got.stderr)

    def test_what_cannot_be_served_is_refused(self):
        with open(self.path, "w") as f:
            f.write("mine")
        self.check_refusal(self.path, *self.command())
        with open(self.path) as f:
            self.assertEqual(f.read(), "mine")
        serve = [IOPFSIM, "serve"]
        self.check_refusal("too long", *serve, "--model", "smmuv3", "--socket", "/" + "x" * 200)
        self.check_refusal("--model is missing", *serve)
        self.check_refusal("'smmuv4'", *serve, "--model", "smmuv4")
        self.check_refusal("'qemu73'", *serve, "--model", "smmuv3", "--profile", "qemu73")
        for model, options, want in (
                ("smmuv3", ["-o", "x"], "'--output' does nothing here"),
                ("smmuv3", ["--seed", "3"], "'--seed' does nothing here"),
                ("vtd", ["--json"], "'--json' does nothing here"),
                ("smmuv3", ["--set", "vtd.features.prs=true"], "expected a key of smmu.features or smmu.caches"),
                ("vtd", ["--set", "smmu.features.stall=true"], "expected a key of vtd.features or vtd.caches"),
                ("smmuv3", ["--set", "smmu.timing.port_slots=4"], "has no effect here"),
                ("smmuv3", ["--set", "handler.extra=1us"], "has no effect here"),
                ("smmuv3", ["--set", "smmu.features.priq_lg2=4"], "acts only where smmu.features.pri is true"),
                ("smmuv3", ["--set", "smmu.features.priq_lg3=4"], "unknown key"),
                ("smmuv3", ["--set", "smmu.features.sid_bits=99"], "out of range"),
                ("vtd", ["--set", "vtd.features.aw48=false", "--set", "vtd.features.aw39=false",
                         "--set", "vtd.features.aw57=false"], "vtd.features")):
            with self.subTest(options=options):
                self.check_refusal(want, *serve, "--model", model, *options)

    def test_hanging_up_ends_it(self):
        proc = subprocess.Popen(self.command())
        one = self.connect()
        proc.send_signal(signal.SIGHUP)
        self.assertEqual(proc.wait(10), 130)
        one.sock.close()
        self.assertFalse(os.path.exists(self.path))


class MmioTrace(unittest.TestCase):
    def test_each_register_access_is_a_line(self):
        got = subprocess.run([IOPFSIM, "serve", "--model", "smmuv3", "--trace-mmio"], capture_output=True, text=True,
                             check=True, input="readl 0x9050004\nwritel 0x9050020 8\nreadq 0x9050080\n"
                             "writel 0x9050084 0x40000000\nreadl 0x9050ff0\nwritel 0x40000000 1\n")
        self.assertEqual(got.stdout.count("OK"), 6)
        lines = got.stderr.splitlines()
        self.assertRegex(lines[0], "^mmio R 0x09050004 4 0x[0-9a-f]{8} IDR1$")
        self.assertEqual(lines[1:4], ["mmio W 0x09050020 4 0x00000008 CR0",
                                      "mmio R 0x09050080 8 0x0000000000000000 STRTAB_BASE",
                                      "mmio W 0x09050084 4 0x40000000 STRTAB_BASE+4"])
        self.assertEqual(len(lines), 5)
        got = subprocess.run([IOPFSIM, "serve", "--model", "vtd", "--trace-mmio"], capture_output=True, text=True,
                             check=True, input="readq 0xfed90008\n")
        self.assertRegex(got.stderr, "^mmio R 0xfed90008 8 0x[0-9a-f]{16} CAP\n$")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: test_serve.py IOPFSIM [unittest arguments]")
    IOPFSIM = os.path.abspath(sys.argv.pop(1))
    unittest.main()
