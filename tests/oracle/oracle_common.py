# SPDX-License-Identifier: GPL-2.0-only
"""Pieces shared by smmuv3_oracle.py and vtd_oracle.py.

Edu          driver for QEMU's "edu" PCI device, used as a DMA master
RamShadow    bookkeeping of what a case wrote to guest RAM (undone afterwards)
Data pages   RAM pages filled with address-coded words, so that the payload of a
             DMA read tells which PA it hit, and the unique tokens preloaded into
             the edu buffer tell where a DMA write landed.
"""

import base64
import struct

from qtest import QtestError

# edu BAR0 registers
EDU_ID, EDU_SRC, EDU_DST, EDU_CNT, EDU_CMD = 0x00, 0x80, 0x88, 0x90, 0x98
EDU_BUF = 0x40000           # device-side address of its 4096-byte buffer
# QEMU 7.2 has an off-by-one in edu_check_range and calls hw_error() (abort of
# the whole process) for a transfer that ends at the end of the buffer.
EDU_MAX = 4095
EDU_VENDOR_DEVICE = 0x11E81234

PAGE = 4096
ADDR_KEY = 0x5A5A5A5A       # data word at PA is (PA & 0xffffffff) ^ ADDR_KEY
TOKEN_BASE = 0xD0000000     # edu buffer word at offset o is TOKEN_BASE | dev<<16 | o


def num(x):
    """JSON integers may be ints or strings such as "0x1000"."""
    if isinstance(x, bool):
        return int(x)
    if isinstance(x, int):
        return x
    s = x.strip().lower().replace("_", "")
    for suffix, shift in (("k", 10), ("m", 20), ("g", 30), ("t", 40)):
        if s.endswith(suffix) and not s.startswith("0x"):
            return int(s[:-1], 0) << shift
    return int(s, 0)


def bits(v, hi, lo):
    return (v >> lo) & ((1 << (hi - lo + 1)) - 1)


def pack_fields(layout, values, what):
    """layout: name -> (dword, hi, lo).  Returns the dwords as a list."""
    ndw = max(dw for dw, _, _ in layout.values()) + 1
    out = [0] * ndw
    for name, val in values.items():
        if name not in layout:
            raise ValueError("%s: unknown field %r" % (what, name))
        dw, hi, lo = layout[name]
        width = hi - lo + 1
        val = num(val)
        if val >> width:
            raise ValueError("%s.%s: 0x%x does not fit %d bits" % (what, name, val, width))
        out[dw] = (out[dw] & ~(((1 << width) - 1) << lo)) | (val << lo)
    return out


def addr_coded(pa, length):
    return struct.pack("<%dI" % (length // 4),
                       *[((pa + i) & 0xFFFFFFFF) ^ ADDR_KEY for i in range(0, length, 4)])


class Edu:
    """DMA through one edu device whose BAR0 is already mapped at ``bar``."""

    def __init__(self, vm, bar):
        self.vm, self.qt, self.bar = vm, vm.qt, bar
        got = self.qt.readl(bar + EDU_ID)
        if got & 0xFF != 0xED:
            raise QtestError("no edu at 0x%x (id 0x%x)" % (bar, got))

    def _start_cmds(self, src, dst, cnt, cmd):
        b = self.bar
        return ["writeq 0x%x 0x%x" % (b + EDU_SRC, src),
                "writeq 0x%x 0x%x" % (b + EDU_DST, dst),
                "writeq 0x%x 0x%x" % (b + EDU_CNT, cnt),
                "writeq 0x%x 0x%x" % (b + EDU_CMD, cmd)]

    def _run(self, src, dst, cnt, cmd):
        lines = self._start_cmds(src, dst, cnt, cmd)
        poll = "readq 0x%x" % (self.bar + EDU_CMD)
        if self.vm.accel == "qtest":
            # edu arms a 100 ms timer on the virtual clock
            last = self.qt.batch(lines + ["clock_step 100000001", poll])[-1]
            if int(last, 0) & 1:
                raise QtestError("edu DMA did not complete")
            return
        # The timer cannot run inside one batch (QEMU's main loop is busy with our
        # input), so poll in a round trip of its own: usually the first one hits.
        self.qt.batch(lines)
        for _ in range(200000):
            if not int(self.qt.cmd(poll), 0) & 1:
                return
        raise QtestError("edu DMA did not complete (vCPU not idle?)")

    def _check(self, off, n):
        if not (0 <= off and 0 < n and off + n <= EDU_MAX):
            raise ValueError("edu transfer [0x%x,+0x%x) outside 0..%d" % (off, n, EDU_MAX))

    def dma_read(self, bus_addr, off, n):
        """bus_addr -> edu buffer[off:off+n]   (device reads memory)"""
        self._check(off, n)
        self._run(bus_addr, EDU_BUF + off, n, 1)

    def dma_write(self, bus_addr, off, n):
        """edu buffer[off:off+n] -> bus_addr   (device writes memory)"""
        self._check(off, n)
        self._run(EDU_BUF + off, bus_addr, n, 3)


class Slots:
    """Hands every DMA of a case its own range of one edu's buffer."""

    def __init__(self):
        self.next = 0

    def take(self, n):
        off = self.next
        self.next = (off + n + 7) & ~7
        if off + n > EDU_MAX:
            raise ValueError("case uses more than %d bytes of DMA on one device" % EDU_MAX)
        return off


def tokens(dev):
    """Initial content of device ``dev``'s buffer: unique 4-byte words."""
    return struct.pack("<1024I", *[TOKEN_BASE | dev << 16 | o
                                   for o in range(0, 4096, 4)])[:EDU_MAX]


class RamShadow:
    """Writes RAM and remembers what to clear once the case is over."""

    def __init__(self, qt, lo, hi):
        self.qt, self.lo, self.hi = qt, lo, hi
        self.dirty = set()
        self.data = {}          # page pa -> expected content

    def inside(self, pa, n=1):
        return self.lo <= pa and pa + n <= self.hi

    def write(self, pa, blob):
        if not self.inside(pa, len(blob)):
            raise ValueError("write outside RAM: 0x%x" % pa)
        self.dirty.update(range(pa & ~(PAGE - 1), pa + len(blob), PAGE))
        self.qt.memwrite(pa, blob)
        for page in list(self.data):
            if pa < page + PAGE and pa + len(blob) > page:
                self.data[page] = self.qt.memread(page, PAGE)

    def write_many(self, chunks):
        lines = []
        for pa, blob in chunks:
            if not self.inside(pa, len(blob)):
                raise ValueError("write outside RAM: 0x%x" % pa)
            self.dirty.update(range(pa & ~(PAGE - 1), pa + len(blob), PAGE))
            lines += self.qt.memwrite_cmds(pa, blob)
        for i in range(0, len(lines), 64):
            self.qt.batch(lines[i:i + 64])

    def add_data_page(self, pa):
        pa &= ~(PAGE - 1)
        if pa in self.data or not self.inside(pa, PAGE):
            return
        self.data[pa] = addr_coded(pa, PAGE)
        self.dirty.add(pa)
        self.qt.memwrite(pa, self.data[pa])

    def changed(self):
        """{page: (old, new)} for data pages that changed since last time."""
        if not self.data:
            return {}
        pages = sorted(self.data)
        replies = self.qt.batch(["b64read 0x%x 0x%x" % (p, PAGE) for p in pages])
        out = {}
        for p, r in zip(pages, replies):
            now = base64.b64decode(r)
            if now != self.data[p]:
                out[p] = (self.data[p], now)
                self.data[p] = now
        return out

    def clear(self):
        pages = sorted(self.dirty)
        lines = ["memset 0x%x 0x%x 0x0" % (p, PAGE) for p in pages]
        for i in range(0, len(lines), 256):
            self.qt.batch(lines[i:i + 256])
        self.dirty.clear()
        self.data.clear()


def split_pages(iova, off, n):
    """Cut a transfer at 4 KiB IOVA boundaries: [(iova, buffer_off, len)]."""
    out = []
    while n:
        step = min(n, PAGE - (iova & (PAGE - 1)))
        out.append((iova, off, step))
        iova, off, n = iova + step, off + step, n - step
    return out


def locate_read(blob, data, iova):
    """PA that a DMA read of ``iova`` hit, from its address-coded payload, else None.

    The code is of words: what two neighbours make between them says nothing.
    """
    hits = []
    for page, content in data.items():
        i = content.find(blob)
        while i >= 0:
            if (i - iova) % 4 == 0:
                hits.append(page + i)
            i = content.find(blob, i + 1)
    return hits[0] if len(hits) == 1 else None


def locate_write(token, changed):
    """PA where a DMA write landed, given RamShadow.changed(), else None."""
    for page, (old, now) in changed.items():
        if len(token) >= 4:
            i = now.find(token)
            if i >= 0 and old[i:i + len(token)] != token:
                return page + i
        else:
            for i in range(PAGE - len(token) + 1):
                if now[i] != old[i] and now[i:i + len(token)] == token:
                    return page + i
    return None


def hexs(x):
    return None if x is None else "0x%x" % x
