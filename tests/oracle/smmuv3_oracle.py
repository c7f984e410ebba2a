#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""SMMUv3 oracle: runs translation cases on QEMU's arm-smmuv3 over qtest.

    smmuv3_oracle.py cases.json [-o results.json]   run cases ("-" = stdin)
    smmuv3_oracle.py cases.json --lower             only print the raw form
    smmuv3_oracle.py --idr                          read and decode ID registers

A case is JSON in high-level form (lowered here to a memory image + register
writes) or already in raw form.  --lower prints the raw form, which can be fed
unchanged to another emulator.  See CASE FORMAT at the end of this docstring.

Devices (edu DMA masters; the StreamID is the PCI requester id):
    dev 0  00:01.0  SID 0x0008
    dev 1  00:02.0  SID 0x0010
    dev 2  12:00.0  SID 0x1200  (behind a root port)

CASE FORMAT (every number may be an int or a string like "0x1000", "4k", "2M")
  name        label
  strtab      {"fmt": "linear"|"2lvl", "log2size": 8, "split": 8, "base": pa}
  streams     [{"dev": 0 | "sid": n, "ste": {...}, "cd": {...}, "map": [...],
                "l1": {"span": n, "l2ptr": pa}}]
              shorthand: top-level "ste"/"cd"/"map" describe dev 0
  ste         fields of STE_FIELDS; "config" also takes abort/bypass/s1/s2/nested;
              "raw": {dword: value} replaces whole dwords.  Default: valid s1 STE.
  cd          fields of CD_FIELDS; "raw" as above.  Default: T0SZ=25, 4K, A=R=1.
  map         [{"iova", "pa", "size": "4K", "count": 1, "tt": 0|1, "ap": 1,
                "af": 1, "sh": 3, "attridx": 0, "ng", "pxn", "uxn", "ns", "cont",
                "dbm", "valid": 1, "raw": full_descriptor,
                "tables": {level: {"raw" | "valid" | "next" | "aptable" |
                                   "xntable" | "pxntable" | "nstable"}}}]
  regs        {"cr0": n, "cr1": n, "cr2": n, "gbpa_abort": 0|1}
  queues      {"evq_log2": 8, "cmdq_log2": 8, "evq_base": pa, "cmdq_base": pa}
  mem         [{"pa", "u64": [...]}] written last, over everything else
  data        extra PAs whose 4K page should be address-coded
  ops         [{"op": "dma", "rw": "r"|"w", "iova", "len": 4, "dev": 0},
               {"op": "cmd", "name": "CFGI_STE", "sid", "asid", "addr", ...},
               {"op": "cmd", "raw": [dw0, dw1]},
               {"op": "pte", "iova", "stream": 0, "level": leaf, "raw": n | map keys},
               {"op": "mem", "pa", "u64": [...]}, {"op": "ack_gerror"},
               {"op": "reg_w", "off", "val", "size": 4}, {"op": "reg_r", ...}]
              shorthand: top-level "iova"/"rw"/"len" = one dma op

RESULT per dma op: status
    ok       every byte moved to/from a located PA, no event
    fault    at least one event record, nothing moved
    partial  some 4K pieces moved, others did not
    silent   nothing moved and no event (STE abort, GBPA abort, CD.R=0, ...)
    lost     no event, but the PA was not one of the observed data pages
"""

import argparse
import json
import struct
import sys

from oracle_common import (EDU_MAX, PAGE, Edu, RamShadow, Slots, bits, hexs,
                           locate_read, locate_write, num, pack_fields, split_pages,
                           tokens)
from qtest import QemuProc, QtestError
from serve import DmaPort, ServeProc

SMMU = 0x09050000
ECAM = 0x4010000000                      # virt, highmem on
RAM_LO, RAM_HI = 0x40200000, 0x50000000  # first 2 MiB hold QEMU's DTB
TABLES, TABLES_END = 0x41000000, 0x42000000
CMDQ_BASE, EVTQ_BASE = 0x42000000, 0x42100000
SCRATCH = 0x43000000
STRTAB_POOL = 0x43100000                 # up to 4 MiB, for big linear tables

BUS2 = 0x12
DEVS = [  # (sid, ecam offset of config space, bar0)
    (0x0008, 0x0008 << 12, 0x10000000),
    (0x0010, 0x0010 << 12, 0x10100000),
    (BUS2 << 8, (BUS2 << 8) << 12, 0x10200000),
]
RP_CFG = (4 << 3) << 12

ARGV = ["qemu-system-aarch64", "-M", "virt,iommu=smmuv3,gic-version=3",
        "-cpu", "cortex-a57,start-powered-off=on", "-m", "256M",
        "-device", "edu,addr=01.0,dma_mask=0xffffffffffffffff",
        "-device", "edu,addr=02.0,dma_mask=0xffffffffffffffff",
        "-device", "pcie-root-port,id=rp0,addr=04.0,chassis=1,slot=1",
        "-device", "edu,bus=rp0,addr=00.0,dma_mask=0xffffffffffffffff"]

# register offsets
CR0, CR0ACK, CR1, CR2, GBPA = 0x20, 0x24, 0x28, 0x2C, 0x44
GERROR, GERRORN = 0x60, 0x64
STRTAB_BASE, STRTAB_BASE_CFG = 0x80, 0x88
CMDQ_BASE_R, CMDQ_PROD, CMDQ_CONS = 0x90, 0x98, 0x9C
EVENTQ_BASE_R, EVENTQ_PROD, EVENTQ_CONS = 0xA0, 0x100A8, 0x100AC

STE_FIELDS = {
    "v": (0, 0, 0), "config": (0, 3, 1), "s1fmt": (0, 5, 4),
    "s1cdmax": (0, 63, 59),
    "s1dss": (1, 1, 0), "s1cir": (1, 3, 2), "s1cor": (1, 5, 4), "s1csh": (1, 7, 6),
    "dre": (1, 12, 12), "cont": (1, 16, 13), "ppar": (1, 18, 18), "mev": (1, 19, 19),
    "s1stalld": (1, 27, 27), "eats": (1, 29, 28), "strw": (1, 31, 30),
    "memattr": (1, 35, 32), "mtcfg": (1, 36, 36), "alloccfg": (1, 40, 37),
    "shcfg": (1, 45, 44), "nscfg": (1, 47, 46), "privcfg": (1, 49, 48),
    "instcfg": (1, 51, 50),
    "s2vmid": (2, 15, 0), "s2t0sz": (2, 37, 32), "s2sl0": (2, 39, 38),
    "s2ir0": (2, 41, 40), "s2or0": (2, 43, 42), "s2sh0": (2, 45, 44),
    "s2tg": (2, 47, 46), "s2ps": (2, 50, 48), "s2aa64": (2, 51, 51),
    "s2endi": (2, 52, 52), "s2affd": (2, 53, 53), "s2ptw": (2, 54, 54),
    "s2hd": (2, 55, 55), "s2ha": (2, 56, 56), "s2s": (2, 57, 57), "s2r": (2, 58, 58),
    "pad7": (7, 63, 63),
}
STE_CONFIG = {"abort": 0, "bypass": 4, "s1": 5, "s2": 6, "nested": 7}

CD_FIELDS = {
    "t0sz": (0, 5, 0), "tg0": (0, 7, 6), "ir0": (0, 9, 8), "or0": (0, 11, 10),
    "sh0": (0, 13, 12), "epd0": (0, 14, 14), "endi": (0, 15, 15),
    "t1sz": (0, 21, 16), "tg1": (0, 23, 22), "ir1": (0, 25, 24), "or1": (0, 27, 26),
    "sh1": (0, 29, 28), "epd1": (0, 30, 30), "v": (0, 31, 31), "ips": (0, 34, 32),
    "affd": (0, 35, 35), "wxn": (0, 36, 36), "uwxn": (0, 37, 37),
    "tbi0": (0, 38, 38), "tbi1": (0, 39, 39), "pan": (0, 40, 40),
    "aa64": (0, 41, 41), "hd": (0, 42, 42), "ha": (0, 43, 43), "s": (0, 44, 44),
    "r": (0, 45, 45), "a": (0, 46, 46), "aset": (0, 47, 47), "asid": (0, 63, 48),
    "nscfg0": (1, 0, 0), "had0": (1, 1, 1),
    "nscfg1": (2, 0, 0), "had1": (2, 1, 1),
    "mair": (3, 63, 0),
    "pad7": (7, 63, 63),
}
TG0_SHIFT = {0: 12, 1: 16, 2: 14}
TG1_SHIFT = {1: 14, 2: 12, 3: 16}

OPCODES = {
    "PREFETCH_CONFIG": 0x01, "PREFETCH_ADDR": 0x02, "CFGI_STE": 0x03,
    "CFGI_ALL": 0x04, "CFGI_STE_RANGE": 0x04, "CFGI_CD": 0x05, "CFGI_CD_ALL": 0x06,
    "TLBI_NH_ALL": 0x10, "TLBI_NH_ASID": 0x11, "TLBI_NH_VA": 0x12,
    "TLBI_NH_VAA": 0x13, "TLBI_S12_VMALL": 0x28, "TLBI_S2_IPA": 0x2A,
    "TLBI_NSNH_ALL": 0x30, "ATC_INV": 0x40, "RESUME": 0x44, "STALL_TERM": 0x45,
    "SYNC": 0x46,
}
EVENTS = {
    0x01: "F_UUT", 0x02: "C_BAD_STREAMID", 0x03: "F_STE_FETCH", 0x04: "C_BAD_STE",
    0x05: "F_BAD_ATS_TREQ", 0x06: "F_STREAM_DISABLED", 0x07: "F_TRANSL_FORBIDDEN",
    0x08: "C_BAD_SUBSTREAMID", 0x09: "F_CD_FETCH", 0x0A: "C_BAD_CD",
    0x0B: "F_WALK_EABT", 0x10: "F_TRANSLATION", 0x11: "F_ADDR_SIZE",
    0x12: "F_ACCESS", 0x13: "F_PERMISSION", 0x20: "F_TLB_CONFLICT",
    0x21: "F_CFG_CONFLICT", 0x24: "E_PAGE_REQUEST", 0x25: "F_VMS_FETCH",
}
IDR_FIELDS = {
    0x00: ("IDR0", {"S2P": (0, 0), "S1P": (1, 1), "TTF": (3, 2), "COHACC": (4, 4),
                    "BTM": (5, 5), "HTTU": (7, 6), "DORMHINT": (8, 8), "HYP": (9, 9),
                    "ATS": (10, 10), "NS1ATS": (11, 11), "ASID16": (12, 12),
                    "MSI": (13, 13), "SEV": (14, 14), "ATOS": (15, 15),
                    "PRI": (16, 16), "VMW": (17, 17), "VMID16": (18, 18),
                    "CD2L": (19, 19), "VATOS": (20, 20), "TTENDIAN": (22, 21),
                    "ATSRECERR": (23, 23), "STALL_MODEL": (25, 24),
                    "TERM_MODEL": (26, 26), "ST_LEVEL": (28, 27)}),
    0x04: ("IDR1", {"SIDSIZE": (5, 0), "SSIDSIZE": (10, 6), "PRIQS": (15, 11),
                    "EVENTQS": (20, 16), "CMDQS": (25, 21), "ATTR_PERMS_OVR": (26, 26),
                    "ATTR_TYPES_OVR": (27, 27), "REL": (28, 28),
                    "QUEUES_PRESET": (29, 29), "TABLES_PRESET": (30, 30),
                    "ECMDQ": (31, 31)}),
    0x08: ("IDR2", {"BA_VATOS": (9, 0)}),
    0x0C: ("IDR3", {"HAD": (2, 2), "PBHA": (3, 3), "XNX": (4, 4), "PPS": (5, 5),
                    "MPAM": (7, 7), "FWB": (8, 8), "STT": (9, 9), "RIL": (10, 10),
                    "BBML": (12, 11), "E0PD": (13, 13), "PTWNNC": (14, 14)}),
    0x10: ("IDR4", {}),
    0x14: ("IDR5", {"OAS": (2, 0), "GRAN4K": (4, 4), "GRAN16K": (5, 5),
                    "GRAN64K": (6, 6), "VAX": (11, 10), "STALL_MAX": (31, 16)}),
    0x18: ("IIDR", {}), 0x1C: ("AIDR", {"major": (7, 4), "minor": (3, 0)}),
}


# --------------------------------------------------------------------------
# lowering: structured case -> memory image + register writes + raw ops
# --------------------------------------------------------------------------
class Image:
    """Sparse physical memory of 64-bit words plus a bump allocator."""

    def __init__(self):
        self.words = {}
        self.next = TABLES

    def alloc(self, size, align):
        base = (self.next + align - 1) & ~(align - 1)
        self.next = base + size
        if self.next > TABLES_END:
            raise ValueError("table arena exhausted")
        return base

    def put(self, pa, words):
        for i, w in enumerate(words):
            self.words[pa + 8 * i] = num(w) & (2**64 - 1)

    def chunks(self):
        out, run, start = [], [], None
        for pa in sorted(self.words):
            if start is None or pa != start + 8 * len(run):
                if run:
                    out.append((start, run))
                start, run = pa, []
            run.append(self.words[pa])
        if run:
            out.append((start, run))
        return out


class S1Table:
    """VMSAv8-64 stage 1 table for one TTB."""

    def __init__(self, img, granule, tsz):
        self.img, self.g, self.stride = img, granule, granule - 3
        self.va_bits = 64 - tsz
        self.start = 4 - -(-(self.va_bits - granule) // self.stride)
        idx_bits = self.va_bits - self.shift(self.start)
        size = 8 << max(idx_bits, 0)
        self.root = img.alloc(max(size, 64), max(size, 64))
        self.children = {}
        self.desc_pa = {}

    def shift(self, level):
        return self.g + self.stride * (3 - level)

    def index(self, va, level):
        width = (self.va_bits - self.shift(level)) if level == self.start else self.stride
        return (va >> self.shift(level)) & ((1 << width) - 1)

    def leaf_level(self, size):
        for level in range(self.start, 4):
            if size == 1 << self.shift(level):
                return level
        raise ValueError("no level has block size 0x%x" % size)

    @staticmethod
    def leaf(pa, level, m):
        if "raw" in m:
            return num(m["raw"])
        d = pa | (3 if level == 3 else 1)
        for name, lo, dflt in (("attridx", 2, 0), ("ns", 5, 0), ("ap", 6, 1),
                               ("sh", 8, 3), ("af", 10, 1), ("ng", 11, 0),
                               ("dbm", 51, 0), ("cont", 52, 0), ("pxn", 53, 0),
                               ("uxn", 54, 0)):
            d |= num(m.get(name, dflt)) << lo
        if not num(m.get("valid", 1)):
            d &= ~1
        return d

    def map(self, m):
        size = num(m.get("size", 1 << self.g))
        for i in range(num(m.get("count", 1))):
            self._map_one(num(m["iova"]) + i * size, num(m["pa"]) + i * size, size, m)

    def _map_one(self, iova, pa, size, m):
        va = iova & ((1 << self.va_bits) - 1)
        last = self.leaf_level(size)
        tables = {int(k): v for k, v in m.get("tables", {}).items()}
        table = self.root
        for level in range(self.start, last):
            slot = table + 8 * self.index(va, level)
            self.desc_pa[(iova, level)] = slot
            if slot not in self.children:
                self.children[slot] = self.img.alloc(1 << self.g, 1 << self.g)
                self.img.put(slot, [self.children[slot] | 3])
            table = self.children[slot]
            t = tables.get(level)
            if t:
                d = num(t.get("next", table)) | 3
                for name, lo in (("pxntable", 59), ("xntable", 60), ("aptable", 61),
                                 ("nstable", 63)):
                    d |= num(t.get(name, 0)) << lo
                if not num(t.get("valid", 1)):
                    d &= ~1
                self.img.put(slot, [num(t["raw"]) if "raw" in t else d])
        slot = table + 8 * self.index(va, last)
        self.desc_pa[(iova, last)] = slot
        self.desc_pa[(iova, "leaf")] = slot
        self.img.put(slot, [self.leaf(pa, last, m)])


def build_ste(st, cdptr):
    f = dict(st.get("ste", {}))
    raw = f.pop("raw", {})
    ctx = num(f.pop("s1contextptr", cdptr))
    f.setdefault("v", 1)
    f.setdefault("config", "s1")
    f["config"] = STE_CONFIG.get(f["config"], f["config"])
    s2ttb = num(f.pop("s2ttb", 0))
    dw = pack_fields(STE_FIELDS, f, "ste")
    dw[0] |= ctx & 0x00FFFFFFFFFFFFC0
    dw[3] |= s2ttb & 0x000FFFFFFFFFFFF0
    for k, v in raw.items():
        dw[int(k)] = num(v)
    return dw


def build_cd(st, img):
    f = dict(st.get("cd", {}))
    raw = f.pop("raw", {})
    for k, v in (("v", 1), ("t0sz", 25), ("tg0", 0), ("epd1", 1), ("ips", 4),
                 ("aa64", 1), ("r", 1), ("a", 1), ("asid", 1)):
        f.setdefault(k, v)
    if not num(f["epd1"]):
        f.setdefault("t1sz", 25)
        f.setdefault("tg1", 2)
    tts = {}
    for i, shifts in ((0, TG0_SHIFT), (1, TG1_SHIFT)):
        need = any(map_tt(m) == i for m in st.get("map", []))
        g = shifts.get(num(f.get("tg%d" % i, 0)))
        tsz = num(f.get("t%dsz" % i, 25))
        if (need or (i == 0 and not num(f.get("epd0", 0)))) and g and 12 <= tsz <= 39:
            tts[i] = S1Table(img, g, tsz)
    ttb = [num(f.pop("ttb%d" % i, tts[i].root if i in tts else 0)) for i in (0, 1)]
    dw = pack_fields(CD_FIELDS, f, "cd")
    dw[1] |= ttb[0] & 0x000FFFFFFFFFFFF0
    dw[2] |= ttb[1] & 0x000FFFFFFFFFFFF0
    for k, v in raw.items():
        dw[int(k)] = num(v)
    return dw, tts


def map_tt(m):
    return num(m["tt"]) if "tt" in m else num(m["iova"]) >> 63


def lower_cmd(op):
    if "raw" in op:
        return [num(x) for x in op["raw"]]
    name = op["name"].upper()
    dw0 = OPCODES[name] | num(op.get("ssec", 0)) << 10
    dw1 = 0
    if name.startswith("CFGI") or name.startswith("PREFETCH"):
        dw0 |= num(op.get("sid", 0)) << 32 | num(op.get("ssid", 0)) << 12
        dw1 = num(op.get("leaf", 1))
        if OPCODES[name] == 0x04:
            dw1 = 31 if name == "CFGI_ALL" else num(op.get("range", 0))
    elif name.startswith("TLBI"):
        dw0 |= num(op.get("asid", 0)) << 48 | num(op.get("vmid", 0)) << 32
        dw0 |= num(op.get("num", 0)) << 12 | num(op.get("scale", 0)) << 20
        dw1 = (num(op.get("addr", 0)) & ~0xFFF) | num(op.get("tg", 0)) << 10
        dw1 |= num(op.get("ttl", 0)) << 8 | num(op.get("leaf", 0))
    elif name == "SYNC":
        dw0 |= num(op.get("cs", 0)) << 12
    return [dw0, dw1]


def lower(case):
    """Structured case -> raw case (idempotent on raw cases)."""
    if case.get("form") == "raw":
        return case
    img = Image()
    streams = case.get("streams")
    if streams is None:
        streams = [{k: case[k] for k in ("ste", "cd", "map", "l1") if k in case}]
    stt = dict(case.get("strtab", {}))
    log2 = num(stt.get("log2size", 8))
    split = num(stt.get("split", 8))
    two = stt.get("fmt", "linear") == "2lvl"
    n_top = max(1 << max(log2 - split, 0), 8) * 8 if two else 64 << log2
    if "base" in stt:
        base = num(stt["base"])
    elif n_top > 0x100000:
        base = STRTAB_POOL + (-STRTAB_POOL % n_top)
    else:
        base = img.alloc(n_top, max(n_top, 64))

    l2_tables, built, data = {}, [], {PAGE * (num(d) // PAGE) for d in case.get("data", [])}
    for st in streams:
        sid = num(st["sid"]) if "sid" in st else DEVS[num(st.get("dev", 0))][0]
        cdptr, tts = 0, {}
        if st.get("cd", {}) is not None:
            cd, tts = build_cd(st, img)
            cdptr = img.alloc(64, 64)
            img.put(cdptr, cd)
        for m in st.get("map", []):
            if map_tt(m) in tts:
                tts[map_tt(m)].map(m)
            data.add(num(m["pa"]) & ~(PAGE - 1))
        if two:
            top = sid >> split
            if top not in l2_tables:
                l2_tables[top] = img.alloc(64 << split, 64 << split)
            l1 = st.get("l1", {})
            img.put(base + 8 * top, [num(l1.get("l2ptr", l2_tables[top]))
                                     | num(l1.get("span", split + 1))])
            ste_pa = l2_tables[top] + 64 * (sid & ((1 << split) - 1))
        else:
            ste_pa = base + 64 * sid
        if st.get("ste", {}) is not None:
            img.put(ste_pa, build_ste(st, cdptr))
        built.append({"sid": sid, "ste": ste_pa, "cd": cdptr, "tts": tts,
                      "map": st.get("map", [])})
    for blk in case.get("mem", []):
        img.put(num(blk["pa"]), blk["u64"])

    q = case.get("queues", {})
    cmdq = num(q.get("cmdq_base", CMDQ_BASE)) | num(q.get("cmdq_log2", 8))
    evtq = num(q.get("evq_base", EVTQ_BASE)) | num(q.get("evq_log2", 8))
    r = case.get("regs", {})
    cfg = log2 | (split << 6 | 1 << 16 if two else 0)
    cfg = num(stt.get("cfg_raw", cfg))
    regs = [(CR1, 4, num(r.get("cr1", 0x0D75))), (CR2, 4, num(r.get("cr2", 0x2))),
            (STRTAB_BASE, 8, num(stt.get("base_raw", base | 1 << 62))),
            (STRTAB_BASE_CFG, 4, cfg),
            (CMDQ_BASE_R, 8, cmdq), (CMDQ_PROD, 4, 0), (CMDQ_CONS, 4, 0),
            (EVENTQ_BASE_R, 8, evtq), (EVENTQ_PROD, 4, 0), (EVENTQ_CONS, 4, 0)]
    if num(r.get("gbpa_abort", 0)):
        regs.append((GBPA, 4, 1 << 31 | 1 << 20 | 0x1000))
    cr0 = num(r.get("cr0", 0xD))

    ops_in = case.get("ops")
    if ops_in is None:
        ops_in = [{"op": "dma", "rw": case.get("rw", "r"), "iova": case["iova"],
                   "len": case.get("len", 4), "dev": case.get("dev", 0)}]
    ops = []
    for op in ops_in:
        kind = op["op"]
        if kind == "dma":
            iova, n = num(op["iova"]), num(op.get("len", 4))
            ops.append({"op": "dma", "rw": op["rw"], "iova": iova, "len": n,
                        "dev": num(op.get("dev", 0)),
                        "sid": DEVS[num(op.get("dev", 0))][0]})
            for piece, _, _ in split_pages(iova, 0, n):
                if RAM_LO <= piece < RAM_HI and not TABLES <= piece < STRTAB_POOL:
                    data.add(piece & ~(PAGE - 1))        # where bypass would land
                for b in built:
                    for m in b["map"]:
                        size = num(m.get("size", 4096))
                        d = piece - num(m["iova"])
                        if 0 <= d < size * num(m.get("count", 1)):
                            data.add((num(m["pa"]) + d) & ~(PAGE - 1))
        elif kind == "cmd":
            ops.append({"op": "cmd", "raw": lower_cmd(op)})
        elif kind == "pte":
            b = built[num(op.get("stream", 0))]
            tt = b["tts"][map_tt(op)]
            level = op.get("level", "leaf")
            pa = tt.desc_pa[(num(op["iova"]), level if level == "leaf" else num(level))]
            if "raw" in op:
                val = num(op["raw"])
            else:
                lvl = tt.leaf_level(num(op.get("size", 1 << tt.g)))
                val = tt.leaf(num(op["pa"]), lvl, op)
                data.add(num(op["pa"]) & ~(PAGE - 1))
            ops.append({"op": "mem", "pa": pa, "u64": [val]})
        elif kind in ("ste", "cd"):          # rewrite a whole STE / CD
            b = built[num(op.get("stream", 0))]
            if kind == "ste":
                ops.append({"op": "mem", "pa": b["ste"],
                            "u64": build_ste({"ste": op["set"]}, b["cd"])})
            else:
                f = dict(op["set"])
                for i in b["tts"]:
                    f.setdefault("ttb%d" % i, b["tts"][i].root)
                ops.append({"op": "mem", "pa": b["cd"],
                            "u64": build_cd({"cd": f}, Image())[0]})
        elif kind == "mem":
            ops.append({"op": "mem", "pa": num(op["pa"]), "u64": [num(w) for w in op["u64"]]})
        elif kind in ("reg_r", "reg_w"):
            ops.append({"op": kind, "off": num(op["off"]), "size": num(op.get("size", 4)),
                        **({"val": num(op["val"])} if kind == "reg_w" else {})})
        elif kind == "ack_gerror":
            ops.append({"op": kind})
        else:
            raise ValueError("unknown op %r" % kind)

    return {"form": "raw", "name": case.get("name", ""),
            "chunks": [{"pa": pa, "u64": w} for pa, w in img.chunks()],
            "regs": [list(x) for x in regs], "cr0": cr0,
            "cmdq": {"base": cmdq & 0x000FFFFFFFFFFFE0, "log2": min(cmdq & 31, 19)},
            "evtq": {"base": evtq & 0x000FFFFFFFFFFFE0, "log2": min(evtq & 31, 19)},
            "data_pages": sorted(data), "ops": ops}


# --------------------------------------------------------------------------
# execution
# --------------------------------------------------------------------------
def decode_event(raw):
    """raw: the four 64-bit words of an event record."""
    d0, d1, d2, d3 = raw
    t = d0 & 0xFF
    ev = {"type": t, "name": EVENTS.get(t, "UNKNOWN"), "sid": bits(d0, 63, 32),
          "ssv": bits(d0, 11, 11), "ssid": bits(d0, 31, 12)}
    if t in (0x01, 0x07, 0x0B, 0x10, 0x11, 0x12, 0x13):
        ev.update(input_addr=hexs(d2), rnw=bits(d1, 35, 35), ind=bits(d1, 34, 34),
                  pnu=bits(d1, 33, 33))
    if t in (0x0B, 0x10, 0x11, 0x12, 0x13):
        ev.update(stag=bits(d1, 15, 0), stall=bits(d1, 31, 31), s2=bits(d1, 39, 39),
                  **{"class": bits(d1, 41, 40)})
        ev["fetch_addr" if t == 0x0B else "ipa"] = hexs(d3)
    if t in (0x03, 0x09):
        ev["fetch_addr"] = hexs(d3)
    ev["raw"] = [hexs(x) for x in raw]
    return ev


class Oracle:
    def __init__(self, accel="auto", log=None, trace=(), serve=None):
        self.serve = serve
        if serve:
            self.vm = ServeProc(serve + " --model smmuv3 --profile qemu72")
        else:
            self.vm = QemuProc(ARGV, accel=accel, log=log, trace=trace)
        self.qt = self.vm.qt
        self._setup_pci()
        self.edu = [DmaPort(self.vm, sid) if serve else Edu(self.vm, bar)
                    for sid, _, bar in DEVS]
        self.ram = RamShadow(self.qt, RAM_LO, RAM_HI)

    def close(self):
        self.vm.close()

    def reg(self, off):
        return self.qt.readl(SMMU + off)

    def setreg(self, off, val, size=4):
        (self.qt.writel if size == 4 else self.qt.writeq)(SMMU + off, val)

    def _setup_pci(self):
        if self.serve:
            return
        w = ["writel 0x%x 0x%x" % (ECAM + RP_CFG + 0x18, BUS2 << 16 | BUS2 << 8),
             "writel 0x%x 0x%x" % (ECAM + RP_CFG + 0x20, 0x10201020),
             "writew 0x%x 0x6" % (ECAM + RP_CFG + 4)]
        for _, cfg, bar in DEVS:
            w += ["writel 0x%x 0x%x" % (ECAM + cfg + 0x10, bar),
                  "writew 0x%x 0x6" % (ECAM + cfg + 4)]   # memory + bus master
        self.qt.batch(w)

    def idr(self):
        out = {}
        for off, (name, fields) in IDR_FIELDS.items():
            v = self.reg(off)
            out[name] = {"value": hexs(v),
                         **{k: bits(v, hi, lo) for k, (hi, lo) in fields.items()}}
        return out

    def run(self, case):
        raw = lower(case)
        try:
            return self._run(raw)
        finally:
            self.ram.clear()

    def _run(self, raw):
        self.vm.reset()                      # SMMU off, GBPA = bypass, caches empty
        self._setup_pci()
        self.ram.write_many([(c["pa"], struct.pack("<%dQ" % len(c["u64"]), *c["u64"]))
                             for c in raw["chunks"]])
        for pa in raw["data_pages"]:
            self.ram.add_data_page(pa)
        used = sorted({op["dev"] for op in raw["ops"] if op["op"] == "dma"})
        for d in used:
            self.ram.write(SCRATCH, tokens(d))
            self.edu[d].dma_read(SCRATCH, 0, EDU_MAX)
        for off, size, val in raw["regs"]:
            self.setreg(off, val, size)

        self.evt_cons = self.cmd_prod = 0
        self.q = raw["evtq"], raw["cmdq"]
        self.ram.dirty.update({raw["evtq"]["base"], raw["cmdq"]["base"]})
        cr0 = raw["cr0"]
        self.setreg(CR0, cr0 & ~1)
        if cr0 & 8:
            for name in ("CFGI_ALL", "TLBI_NSNH_ALL", "SYNC"):
                self._cmd(lower_cmd({"name": name}))
        self.setreg(CR0, cr0)

        slots = [Slots() for _ in DEVS]
        results, reads = [], []
        for op in raw["ops"]:
            res = {"op": op["op"]}
            results.append(res)
            getattr(self, "_op_" + op["op"])(op, res, slots, reads)
            events = self._events()
            if op["op"] == "dma" or events:
                res["events"] = events
            pend = self.reg(GERROR) ^ self.reg(GERRORN)
            if pend:
                res["gerror"] = hexs(pend)

        self._setup_off()                    # to fetch what the devices read
        bufs = {}
        for d in {r[1]["dev"] for r in reads}:
            self.qt.memset(SCRATCH, PAGE, 0)
            self.edu[d].dma_write(SCRATCH, 0, EDU_MAX)
            bufs[d] = self.qt.memread(SCRATCH, EDU_MAX)
        for res, op, off, data in reads:
            self._finish(res, [(i, bufs[op["dev"]][o:o + n], locate_read(
                bufs[op["dev"]][o:o + n], data, i))
                for i, o, n in split_pages(op["iova"], off, op["len"])])
        for res, op in zip(results, raw["ops"]):
            if op["op"] == "dma":
                self._status(res)
        return {"name": raw["name"], "results": results}

    def _setup_off(self):
        self.setreg(CR0, 0)
        self.setreg(GBPA, 1 << 31 | 0x1000)

    # ---- ops ------------------------------------------------------------------
    def _op_dma(self, op, res, slots, reads):
        off = slots[op["dev"]].take(op["len"])
        res.update(rw=op["rw"], iova=hexs(op["iova"]), len=op["len"], sid=op["sid"])
        edu = self.edu[op["dev"]]
        if op["rw"] == "r":
            reads.append((res, op, off, dict(self.ram.data)))
            edu.dma_read(op["iova"], off, op["len"])
            return
        edu.dma_write(op["iova"], off, op["len"])
        changed, sent = self.ram.changed(), tokens(op["dev"])
        self._finish(res, [(i, None, locate_write(sent[o:o + n], changed))
                           for i, o, n in split_pages(op["iova"], off, op["len"])])

    def _op_cmd(self, op, res, slots, reads):
        res.update(self._cmd(op["raw"]))

    def _op_mem(self, op, res, slots, reads):
        self.ram.write(op["pa"], struct.pack("<%dQ" % len(op["u64"]), *op["u64"]))

    def _op_reg_w(self, op, res, slots, reads):
        self.setreg(op["off"], op["val"], op["size"])

    def _op_reg_r(self, op, res, slots, reads):
        rd = self.qt.readl if op["size"] == 4 else self.qt.readq
        res.update(off=hexs(op["off"]), val=hexs(rd(SMMU + op["off"])))

    def _op_ack_gerror(self, op, res, slots, reads):
        self.setreg(GERRORN, self.reg(GERROR))

    # ---- helpers --------------------------------------------------------------
    def _cmd(self, words):
        cq = self.q[1]
        mask = (1 << cq["log2"]) - 1
        self.qt.write_u64s(cq["base"] + 16 * (self.cmd_prod & mask), words)
        self.cmd_prod = (self.cmd_prod + 1) & (2 * mask + 1)
        self.setreg(CMDQ_PROD, self.cmd_prod)
        cons = self.reg(CMDQ_CONS)
        out = {"consumed": (cons & (2 * mask + 1)) == self.cmd_prod}
        if bits(cons, 30, 24) or not out["consumed"]:
            out["cerror"] = bits(cons, 30, 24)
        return out

    def _events(self):
        eq = self.q[0]
        mask = (1 << eq["log2"]) - 1
        prod, out = self.reg(EVENTQ_PROD), []
        while self.evt_cons != (prod & (2 * mask + 1)):
            rec = self.qt.read_u64s(eq["base"] + 32 * (self.evt_cons & mask), 4)
            out.append(decode_event(rec))
            self.evt_cons = (self.evt_cons + 1) & (2 * mask + 1)
        if out:
            self.setreg(EVENTQ_CONS, self.evt_cons | (prod & 1 << 31))
        return out

    @staticmethod
    def _finish(res, pieces):
        res["_hit"] = [pa is not None for _, _, pa in pieces]
        res["_zero"] = all(b is None or not any(b) for _, b, _ in pieces)
        res["pa"] = hexs(pieces[0][2])
        if len(pieces) > 1:
            res["pieces"] = [{"iova": hexs(i), "pa": hexs(pa)} for i, _, pa in pieces]
        if pieces[0][1] is not None:
            res["data"] = b"".join(b for _, b, _ in pieces).hex()

    @staticmethod
    def _status(res):
        hit, zero = res.pop("_hit"), res.pop("_zero")
        if all(hit):
            res["status"] = "ok" if not res["events"] else "ok+event"
        elif any(hit):
            res["status"] = "partial"
        elif res["events"]:
            res["status"] = "fault"
        else:
            res["status"] = "silent" if zero else "lost"


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ap.add_argument("cases", nargs="?", help="JSON list of cases, '-' for stdin")
    ap.add_argument("-o", "--out", help="write results here instead of stdout")
    ap.add_argument("--lower", action="store_true", help="print the raw form and stop")
    ap.add_argument("--idr", action="store_true", help="read and decode ID registers")
    ap.add_argument("--accel", default="auto", choices=("auto", "qtest", "icount"))
    ap.add_argument("--trace", action="store_true", help="dump QEMU's smmu traces to stderr")
    ap.add_argument("--serve", metavar="CMD", help="run the cases on this emulator, not on QEMU")
    a = ap.parse_args()
    if not a.idr and not a.cases:
        ap.error("need a case file or --idr")
    cases = []
    if a.cases:
        with (sys.stdin if a.cases == "-" else open(a.cases)) as f:
            cases = json.load(f)
    if a.lower:
        out = [lower(c) for c in cases]
    else:
        new = lambda: Oracle(a.accel, log="guest_errors,unimp" if a.trace else None,
                             trace=("smmu*",) if a.trace else (), serve=a.serve)
        orc, out = new(), []
        try:
            if a.idr:
                out = orc.idr()
            for c in cases:
                try:
                    out.append(orc.run(c))
                except (ValueError, KeyError) as exc:
                    out.append({"name": c.get("name", ""), "error": "bad case: %r" % exc})
                except QtestError as exc:        # QEMU died: report, start afresh
                    out.append({"name": c.get("name", ""), "error": str(exc),
                                "stderr": orc.vm.stderr()})
                    orc.close()
                    orc = new()
            if a.trace:
                sys.stderr.write(orc.vm.log_text())
        finally:
            orc.close()
    text = json.dumps(out, indent=1)
    if a.out:
        with open(a.out, "w") as f:
            f.write(text + "\n")
    else:
        print(text)


if __name__ == "__main__":
    main()
