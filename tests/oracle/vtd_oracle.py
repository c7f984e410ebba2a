#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""VT-d oracle: runs translation cases on QEMU's intel-iommu over qtest.

    vtd_oracle.py cases.json [-o results.json]   run cases ("-" = stdin)
    vtd_oracle.py cases.json --lower             only print the raw form
    vtd_oracle.py --caps                         read and decode CAP/ECAP

A case is JSON in high-level form (lowered here to a memory image + register
writes) or already in raw form ("form": "raw", as printed by --lower).

Devices (edu DMA masters; the source-id is the PCI requester id):
    dev 0  00:03.0  SID 0x0018
    dev 1  00:13.0  SID 0x0098  (devfn >= 0x80: upper context table when scalable)
    dev 2  12:00.0  SID 0x1200  (behind a root port)

CASE FORMAT (every number may be an int or a string like "0x1000", "4k", "2M")
  name       label
  machine    {"aw_bits": 48|39, "scalable": false, "pasid": false, "pt": true,
              "snoop": false, "caching": false}
  mode       "legacy" | "scalable"  (RTADDR.TTM; default from machine.scalable)
  contexts   [{"dev": 0 | "sid": n, "root": {...}, "ctx": {...}, "pdir": {...},
               "pasid": {...}, "map": [...]}]
             shorthand: those keys at top level describe dev 0
  root       {"p": 1, "ptr": auto, "raw": {dword: value}}
  ctx        legacy:   fields of CTX_FIELDS, "slptptr"; scalable: SM_CTX_FIELDS,
             "pasiddirptr"; "raw" replaces dwords
  pdir       {"p", "fpd", "ptr", "raw"}      scalable only, PASID directory entry
  pasid      fields of PASID_FIELDS, "slptptr", "raw"         scalable only
  map        [{"iova", "pa", "size": "4K"|"2M"|"1G", "count": 1, "r": 1, "w": 1,
               "x", "snp", "a", "d", "tm", "raw": full_entry,
               "tables": {level: {"raw" | "r" | "w" | "next"}}}]   levels 4..1
  levels     page-table levels (default: from ctx/pasid "aw")
  regs       {"te": 1, "qie": 1, "rtaddr": override}
  keep_faults  true: do not clear FRCD/FSTS after each op
  flush_between  true: global IOTLB invalidation before every DMA.  QEMU 7.2 records
             no fault when an access is denied by an IOTLB *hit* (see "perm_cached_*")
  mem        [{"pa", "u64": [...]}] written last, over everything else
  data       extra PAs whose 4K page should be address-coded
  ops        [{"op": "dma", "rw": "r"|"w", "iova", "len": 4, "dev": 0},
              {"op": "inv", "kind": "cc"|"iotlb"|"wait"|"pasid"|"piotlb"|"devtlb",
               "g": n, "did", "sid", "fm", "addr", "am", "ih", "pasid"},
              {"op": "inv", "raw": [dwords]},
              {"op": "pte", "iova", "context": 0, "level": leaf, "raw": n | map keys},
              {"op": "mem", "pa", "u64": [...]},
              {"op": "reg_w", "off", "val", "size": 4}, {"op": "reg_r", ...}]
             shorthand: top-level "iova"/"rw"/"len" = one dma op

RESULT per dma op: status as in smmuv3_oracle.py, "faults" = decoded FRCD records.
"""

import argparse
import json
import os
import struct
import sys
import tempfile

from oracle_common import (EDU_MAX, PAGE, Edu, RamShadow, Slots, bits, hexs,
                           locate_read, locate_write, num, pack_fields, split_pages,
                           tokens)
from qtest import QemuProc, QtestError
from serve import DmaPort, ServeProc

VTD = 0xFED90000
RAM_LO, RAM_HI = 0x200000, 0x10000000
TABLES, TABLES_END = 0x01000000, 0x02000000
QI_BASE, WAIT_STATUS = 0x02000000, 0x02010000
SCRATCH = 0x03000000
BUS2 = 0x12
DEVS = [  # (sid, bus, devfn, bar0)
    (0x0018, 0, 0x18, 0xE0000000),
    (0x0098, 0, 0x98, 0xE0100000),
    (BUS2 << 8, BUS2, 0, 0xE0200000),
]
RP_DEVFN = 5 << 3

# register offsets
CAP, ECAP, GCMD, GSTS, RTADDR = 0x08, 0x10, 0x18, 0x1C, 0x20
CCMD, FSTS, IQH, IQT, IQA = 0x28, 0x34, 0x80, 0x88, 0x90
TE, SRTP, QIE = 1 << 31, 1 << 30, 1 << 26

CTX_FIELDS = {"p": (0, 0, 0), "fpd": (0, 1, 1), "tt": (0, 3, 2),
              "aw": (1, 2, 0), "ign": (1, 6, 3), "rsvd7": (1, 7, 7), "did": (1, 23, 8)}
SM_CTX_FIELDS = {"p": (0, 0, 0), "fpd": (0, 1, 1), "dte": (0, 2, 2), "paside": (0, 3, 3),
                 "pre": (0, 4, 4), "pdts": (0, 11, 9),
                 "rid_pasid": (1, 19, 0), "rid_priv": (1, 20, 20), "pad": (3, 0, 0)}
PASID_FIELDS = {"p": (0, 0, 0), "fpd": (0, 1, 1), "aw": (0, 4, 2), "slee": (0, 5, 5),
                "pgtt": (0, 8, 6), "slade": (0, 9, 9),
                "did": (1, 15, 0), "pwsnp": (1, 23, 23), "pgsnp": (1, 24, 24),
                "sre": (2, 0, 0), "ere": (2, 1, 1), "flpm": (2, 3, 2), "wpe": (2, 4, 4),
                "pad": (7, 0, 0)}
CAP_FIELDS = {"ND": (2, 0), "AFL": (3, 3), "RWBF": (4, 4), "PLMR": (5, 5), "PHMR": (6, 6),
              "CM": (7, 7), "SAGAW": (12, 8), "MGAW": (21, 16), "ZLR": (22, 22),
              "FRO": (33, 24), "SLLPS": (37, 34), "PSI": (39, 39), "NFR": (47, 40),
              "MAMV": (53, 48), "DWD": (54, 54), "DRD": (55, 55), "FL1GP": (56, 56),
              "PI": (59, 59), "FL5LP": (60, 60), "ESIRTPS": (62, 62), "ESRTPS": (63, 63)}
ECAP_FIELDS = {"C": (0, 0), "QI": (1, 1), "DT": (2, 2), "IR": (3, 3), "EIM": (4, 4),
               "PT": (6, 6), "SC": (7, 7), "IRO": (17, 8), "MHMV": (23, 20),
               "NEST": (26, 26), "PRS": (29, 29), "ERS": (30, 30), "SRS": (31, 31),
               "NWFS": (33, 33), "EAFS": (34, 34), "PSS": (39, 35), "PASID": (40, 40),
               "DIT": (41, 41), "PDS": (42, 42), "SMTS": (43, 43), "VCS": (44, 44),
               "SLADS": (45, 45), "SLTS": (46, 46), "FLTS": (47, 47), "SMPWCS": (48, 48),
               "RPS": (49, 49)}
REASONS = {  # fault reason codes; names follow the condition, not a header file
    0x01: "ROOT_NOT_PRESENT", 0x02: "CTX_NOT_PRESENT", 0x03: "CTX_INVALID",
    0x04: "ADDR_BEYOND_MGAW", 0x05: "NO_WRITE", 0x06: "NO_READ",
    0x07: "PTE_ACCESS_ERR", 0x08: "ROOT_ACCESS_ERR", 0x09: "CTX_ACCESS_ERR",
    0x0A: "ROOT_RSVD", 0x0B: "CTX_RSVD", 0x0C: "PTE_RSVD", 0x0D: "TT_BLOCKED",
    0x0E: "XLAT_IN_INTERRUPT_RANGE", 0x87: "SM_XLAT_IN_INTERRUPT_RANGE",
    0x50: "PASID_DIR_ACCESS_ERR", 0x51: "PASID_DIR_NOT_PRESENT",
    0x52: "PASID_DIR_RSVD", 0x58: "PASID_TABLE_ACCESS_ERR",
    0x59: "PASID_NOT_PRESENT", 0x5A: "PASID_RSVD", 0x5B: "PASID_INVALID",
}
INV_TYPES = {"cc": 1, "iotlb": 2, "devtlb": 3, "iec": 4, "wait": 5, "piotlb": 6, "pasid": 7}


# --------------------------------------------------------------------------
# lowering
# --------------------------------------------------------------------------
class Image:
    def __init__(self):
        self.words = {}
        self.next = TABLES

    def alloc(self, size=PAGE):
        base = (self.next + size - 1) & ~(size - 1)
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


class SLTable:
    """Second-level (second-stage) page table, 3 to 5 levels."""

    def __init__(self, img, levels):
        self.img, self.levels = img, levels
        self.root = img.alloc()
        self.children, self.desc_pa = {}, {}

    @staticmethod
    def shift(level):
        return 12 + 9 * (level - 1)

    @staticmethod
    def leaf(pa, level, m):
        if "raw" in m:
            return num(m["raw"])
        d = pa | (num(m.get("ps", 1)) << 7 if level > 1 else 0)
        for name, lo, dflt in (("r", 0, 1), ("w", 1, 1), ("x", 2, 0), ("a", 8, 0),
                               ("d", 9, 0), ("snp", 11, 0), ("tm", 62, 0)):
            d |= num(m.get(name, dflt)) << lo
        return d

    def map(self, m):
        size = num(m.get("size", PAGE))
        for i in range(num(m.get("count", 1))):
            self._map_one(num(m["iova"]) + i * size, num(m["pa"]) + i * size, size, m)

    def _map_one(self, iova, pa, size, m):
        last = next(l for l in (1, 2, 3, 4) if size == 1 << self.shift(l))
        tables = {int(k): v for k, v in m.get("tables", {}).items()}
        table = self.root
        for level in range(self.levels, last, -1):
            slot = table + 8 * (iova >> self.shift(level) & 511)
            self.desc_pa[(iova, level)] = slot
            if slot not in self.children:
                self.children[slot] = self.img.alloc()
                self.img.put(slot, [self.children[slot] | 3])
            table = self.children[slot]
            t = tables.get(level)
            if t:
                d = num(t.get("next", table)) | num(t.get("r", 1)) | num(t.get("w", 1)) << 1
                self.img.put(slot, [num(t["raw"]) if "raw" in t else d])
        slot = table + 8 * (iova >> self.shift(last) & 511)
        self.desc_pa[(iova, last)] = self.desc_pa[(iova, "leaf")] = slot
        self.img.put(slot, [self.leaf(pa, last, m)])


def entry(fields, layout, what, defaults, ptr_key, ptr, ndw):
    f = dict(fields)
    raw = f.pop("raw", {})
    ptr = num(f.pop(ptr_key, ptr))
    for k, v in defaults.items():
        f.setdefault(k, v)
    dw = pack_fields(layout, f, what)
    dw += [0] * (ndw - len(dw))
    dw[0] |= ptr & ~0xFFF & (2**64 - 1)
    for k, v in raw.items():
        dw[int(k)] = num(v)
    return dw


def lower_inv(op):
    if "raw" in op:
        return [num(x) for x in op["raw"]]
    kind = op["kind"]
    lo = INV_TYPES[kind]
    hi = 0
    g = num(op.get("g", 3 if kind == "pasid" else 1))
    if kind == "cc":
        lo |= g << 4 | num(op.get("did", 0)) << 16 | num(op.get("sid", 0)) << 32
        lo |= num(op.get("fm", 0)) << 48
    elif kind == "iotlb":
        lo |= g << 4 | num(op.get("dw", 1)) << 6 | num(op.get("dr", 1)) << 7
        lo |= num(op.get("did", 0)) << 16
        hi = (num(op.get("addr", 0)) & ~0xFFF) | num(op.get("ih", 0)) << 6
        hi |= num(op.get("am", 0))
    elif kind == "wait":
        lo |= num(op.get("if", 0)) << 4 | num(op.get("sw", 1)) << 5
        lo |= num(op.get("data", 0x600D)) << 32
        hi = num(op.get("addr", WAIT_STATUS))
    elif kind in ("pasid", "piotlb"):
        lo |= g << 4 | num(op.get("did", 0)) << 16 | num(op.get("pasid", 0)) << 32
        if kind == "piotlb":
            hi = (num(op.get("addr", 0)) & ~0xFFF) | num(op.get("ih", 0)) << 6
            hi |= num(op.get("am", 0))
    elif kind == "devtlb":
        lo |= num(op.get("sid", 0)) << 32
        hi = (num(op.get("addr", 0)) & ~0xFFF) | num(op.get("s", 0))
    return [lo, hi]


def lower(case):
    if case.get("form") == "raw":
        return case
    mach = {"aw_bits": 48, "scalable": False, "pasid": False, "pt": True,
            "snoop": False, "caching": False, **case.get("machine", {})}
    scal = case.get("mode", "scalable" if mach["scalable"] else "legacy") == "scalable"
    ctxs = case.get("contexts")
    if ctxs is None:
        ctxs = [{k: case[k] for k in ("root", "ctx", "pdir", "pasid", "map", "levels")
                 if k in case}]
    img = Image()
    root = img.alloc()
    tables, built = {}, []
    data = {num(d) & ~(PAGE - 1) for d in case.get("data", [])}
    aw_default = 2 if mach["aw_bits"] == 48 else 1
    for c in ctxs:
        sid = num(c["sid"]) if "sid" in c else DEVS[num(c.get("dev", 0))][0]
        bus, devfn = sid >> 8, sid & 0xFF
        level_src = c.get("pasid", {}) if scal else c.get("ctx", {})
        levels = num(c.get("levels", num((level_src or {}).get("aw", aw_default)) + 2))
        tab = SLTable(img, levels if 3 <= levels <= 5 else 4)
        for m in c.get("map", []):
            tab.map(m)
            data.add(num(m["pa"]) & ~(PAGE - 1))
        half = devfn >> 7 if scal else 0
        key = (bus, half)
        if key not in tables:
            tables[key] = img.alloc()
            img.put(root + 16 * bus + 8 * half, [tables[key] | 1])
        r = c.get("root")
        if r:
            if "raw" in r:
                for k, v in r["raw"].items():
                    img.put(root + 16 * bus + 8 * int(k), [v])
            else:
                img.put(root + 16 * bus + 8 * half,
                        [num(r.get("ptr", tables[key])) | num(r.get("p", 1))])
        b = {"sid": sid, "table": tab, "map": c.get("map", []), "scal": scal}
        if scal:
            pdir, ptab = img.alloc(), img.alloc()
            f = c.get("ctx", {})
            rid = num(f.get("rid_pasid", 0))
            pe = entry(c.get("pasid", {}), PASID_FIELDS, "pasid",
                       {"p": 1, "pgtt": 2, "aw": aw_default, "did": 1},
                       "slptptr", tab.root, 8)
            b["pasid"] = ptab + 64 * (rid & 63)
            img.put(b["pasid"], pe)
            pd = c.get("pdir", {})
            pdv = num(pd.get("ptr", ptab)) | num(pd.get("p", 1)) | num(pd.get("fpd", 0)) << 1
            img.put(pdir + 8 * (rid >> 6 & 511), [num(pd.get("raw", pdv))])
            b["ctx"] = tables[key] + 32 * (devfn & 0x7F)
            img.put(b["ctx"], entry(f, SM_CTX_FIELDS, "ctx", {"p": 1},
                                    "pasiddirptr", pdir, 4))
        else:
            b["ctx"] = tables[key] + 16 * devfn
            img.put(b["ctx"], entry(c.get("ctx", {}), CTX_FIELDS, "ctx",
                                    {"p": 1, "aw": aw_default, "did": 1},
                                    "slptptr", tab.root, 2))
        built.append(b)
    for blk in case.get("mem", []):
        img.put(num(blk["pa"]), blk["u64"])

    ops_in = case.get("ops")
    if ops_in is None:
        ops_in = [{"op": "dma", "rw": case.get("rw", "r"), "iova": case["iova"],
                   "len": case.get("len", 4), "dev": case.get("dev", 0)}]
    ops = []
    for op in ops_in:
        kind = op["op"]
        if kind == "dma":
            iova, n = num(op["iova"]), num(op.get("len", 4))
            dev = num(op.get("dev", 0))
            ops.append({"op": "dma", "rw": op["rw"], "iova": iova, "len": n,
                        "dev": dev, "sid": DEVS[dev][0]})
            for piece, _, _ in split_pages(iova, 0, n):
                if SCRATCH + PAGE <= piece < RAM_HI:
                    data.add(piece & ~(PAGE - 1))        # where pass-through would land
                for b in built:
                    for m in b["map"]:
                        d = piece - num(m["iova"])
                        if 0 <= d < num(m.get("size", PAGE)) * num(m.get("count", 1)):
                            data.add((num(m["pa"]) + d) & ~(PAGE - 1))
        elif kind == "inv":
            ops.append({"op": "inv", "raw": lower_inv(op)})
        elif kind == "pte":
            tab = built[num(op.get("context", 0))]["table"]
            level = op.get("level", "leaf")
            pa = tab.desc_pa[(num(op["iova"]), level if level == "leaf" else num(level))]
            if "raw" in op:
                val = num(op["raw"])
            else:
                size = num(op.get("size", PAGE))
                lvl = next(l for l in (1, 2, 3, 4) if size == 1 << tab.shift(l))
                val = tab.leaf(num(op["pa"]), lvl, op)
                data.add(num(op["pa"]) & ~(PAGE - 1))
            ops.append({"op": "mem", "pa": pa, "u64": [val]})
        elif kind in ("ctx", "pasid"):       # rewrite a context / PASID entry
            b = built[num(op.get("context", 0))]
            if kind == "pasid":
                w = entry(op["set"], PASID_FIELDS, "pasid",
                          {"p": 1, "pgtt": 2, "aw": aw_default, "did": 1},
                          "slptptr", b["table"].root, 8)
            elif b["scal"]:
                raise ValueError("ctx op: legacy mode only")
            else:
                w = entry(op["set"], CTX_FIELDS, "ctx",
                          {"p": 1, "aw": aw_default, "did": 1},
                          "slptptr", b["table"].root, 2)
            ops.append({"op": "mem", "pa": b[kind], "u64": w})
        elif kind == "mem":
            ops.append({"op": "mem", "pa": num(op["pa"]), "u64": [num(w) for w in op["u64"]]})
        elif kind in ("reg_r", "reg_w"):
            ops.append({"op": kind, "off": num(op["off"]), "size": num(op.get("size", 4)),
                        **({"val": num(op["val"])} if kind == "reg_w" else {})})
        else:
            raise ValueError("unknown op %r" % kind)
    r = case.get("regs", {})
    return {"form": "raw", "name": case.get("name", ""), "machine": mach,
            "chunks": [{"pa": pa, "u64": w} for pa, w in img.chunks()],
            "rtaddr": num(r.get("rtaddr", root | (1 << 10 if scal else 0))),
            "iqa": num(r.get("iqa", QI_BASE | (1 << 11 if scal else 0))),
            "qie": num(r.get("qie", 1)), "te": num(r.get("te", 1)),
            "keep_faults": bool(case.get("keep_faults", False)),
            "flush_between": bool(case.get("flush_between", False)),
            "data_pages": sorted(data), "ops": ops}


# --------------------------------------------------------------------------
# execution
# --------------------------------------------------------------------------
def decode_frcd(lo, hi):
    fr = bits(hi, 39, 32)
    return {"reason": fr, "name": REASONS.get(fr, "FR_0x%x" % fr), "sid": bits(hi, 15, 0),
            "addr": hexs(lo & ~0xFFF), "rnw": bits(hi, 62, 62), "at": bits(hi, 61, 60),
            "pasid": bits(hi, 59, 40), "pp": bits(hi, 31, 31), "exe": bits(hi, 30, 30),
            "priv": bits(hi, 29, 29), "raw": [hexs(lo), hexs(hi)]}


class Oracle:
    def __init__(self, machine, accel="auto", log=None, trace=(), serve=None):
        self.serve = serve
        opts = ["aw-bits=%d" % machine["aw_bits"]]
        for key, name in (("scalable", "x-scalable-mode"), ("pasid", "x-pasid-mode"),
                          ("pt", "pt"), ("snoop", "snoop-control"),
                          ("caching", "caching-mode")):
            opts.append("%s=%s" % (name, "on" if machine[key] else "off"))
        self.vm = (ServeProc(serve + " --model vtd --profile qemu72," + ",".join(opts))
                   if serve else self._start_qemu(opts, accel, log, trace))
        self.qt = self.vm.qt
        self._setup_pci()
        self.edu = [DmaPort(self.vm, d[0]) if serve else Edu(self.vm, d[3]) for d in DEVS]
        self.ram = RamShadow(self.qt, RAM_LO, RAM_HI)
        cap = self.r64(CAP)
        self.frcd = 16 * bits(cap, 33, 24)
        self.nfr = bits(cap, 47, 40) + 1

    def _start_qemu(self, opts, accel, log, trace):
        # 64 KiB of HLT: the boot CPU halts on its first instruction, for ever
        fd, rom = tempfile.mkstemp(prefix="hlt-", suffix=".bin")
        os.write(fd, b"\xF4" * 65536)
        os.close(fd)
        edu = "edu,dma_mask=0xffffffffffffffff,"
        try:
            return QemuProc(
                ["qemu-system-x86_64", "-M",
                 "q35,pit=off,hpet=off,smbus=off,sata=off,vmport=off,i8042=off,usb=off",
                 "-cpu", "qemu64", "-m", "256M", "-bios", rom,
                 "-device", ",".join(["intel-iommu", "intremap=off"] + opts),
                 "-device", edu + "addr=03.0", "-device", edu + "addr=13.0",
                 "-device", "pcie-root-port,id=rp0,addr=05.0,chassis=1,slot=1",
                 "-device", edu + "bus=rp0,addr=00.0"],
                accel=accel, log=log, trace=trace)
        finally:
            os.unlink(rom)

    def close(self):
        self.vm.close()

    def r32(self, off):
        return self.qt.readl(VTD + off)

    def r64(self, off):
        return self.qt.readq(VTD + off)

    def w32(self, off, v):
        self.qt.writel(VTD + off, v)

    def w64(self, off, v):
        self.qt.writeq(VTD + off, v)

    @staticmethod
    def _cfg(bus, devfn, reg, val):
        return ["outl 0xcf8 0x%x" % (1 << 31 | bus << 16 | devfn << 8 | reg),
                "outl 0xcfc 0x%x" % val]

    def _setup_pci(self):
        if self.serve:
            return
        w = self._cfg(0, RP_DEVFN, 0x18, BUS2 << 16 | BUS2 << 8)
        w += self._cfg(0, RP_DEVFN, 0x20, 0xE020E020)
        w += self._cfg(0, RP_DEVFN, 0x04, 0x6)
        for _, bus, devfn, bar in DEVS:
            w += self._cfg(bus, devfn, 0x10, bar)
            w += self._cfg(bus, devfn, 0x04, 0x6)          # memory + bus master
        self.qt.batch(w)

    def caps(self):
        out = {}
        for name, off, fields in (("CAP", CAP, CAP_FIELDS), ("ECAP", ECAP, ECAP_FIELDS)):
            v = self.r64(off)
            out[name] = {"value": hexs(v),
                         **{k: bits(v, hi, lo) for k, (hi, lo) in fields.items()}}
        out["VER"] = hexs(self.r32(0))
        return out

    def run(self, raw):
        try:
            return self._run(raw)
        finally:
            self.ram.clear()

    def _run(self, raw):
        self.vm.reset()
        self._setup_pci()
        self.ram.write_many([(c["pa"], struct.pack("<%dQ" % len(c["u64"]), *c["u64"]))
                             for c in raw["chunks"]])
        for pa in raw["data_pages"]:
            self.ram.add_data_page(pa)
        used = sorted({op["dev"] for op in raw["ops"] if op["op"] == "dma"})
        for d in used:
            self.ram.write(SCRATCH, tokens(d))
            self.edu[d].dma_read(SCRATCH, 0, EDU_MAX)
        self.ram.dirty.update((QI_BASE, WAIT_STATUS))

        self.keep, self.flush = raw["keep_faults"], raw["flush_between"]
        self.w64(RTADDR, raw["rtaddr"])
        self.w32(GCMD, SRTP)
        self.iq_tail, self.dw256 = 0, raw["iqa"] >> 11 & 1
        gcmd = 0
        if raw["qie"]:
            self.w64(IQA, raw["iqa"])
            self.w64(IQT, 0)
            gcmd |= QIE
            self.w32(GCMD, gcmd)
            for kind in ("cc", "iotlb"):
                self._inv(lower_inv({"kind": kind}))
        if raw["te"]:
            self.w32(GCMD, gcmd | TE)
        self.gcmd = gcmd

        slots = [Slots() for _ in DEVS]
        results, reads = [], []
        for op in raw["ops"]:
            res = {"op": op["op"]}
            results.append(res)
            getattr(self, "_op_" + op["op"])(op, res, slots, reads)
            faults = self._faults(res)
            if op["op"] == "dma" or faults:
                res["faults"] = faults

        self._setup_off()                    # to fetch what the devices read
        bufs = {}
        for d in {r[1]["dev"] for r in reads}:
            self.qt.memset(SCRATCH, PAGE, 0)
            self.edu[d].dma_write(SCRATCH, 0, EDU_MAX)
            bufs[d] = self.qt.memread(SCRATCH, EDU_MAX)
        for res, op, off, data in reads:
            self._finish(res, [(i, bufs[op["dev"]][o:o + n],
                                locate_read(bufs[op["dev"]][o:o + n], data, i))
                               for i, o, n in split_pages(op["iova"], off, op["len"])])
        for res, op in zip(results, raw["ops"]):
            if op["op"] == "dma":
                self._status(res)
        return {"name": raw["name"], "results": results}

    def _setup_off(self):
        self.w32(GCMD, self.gcmd & ~TE)

    # ---- ops ------------------------------------------------------------------
    def _op_dma(self, op, res, slots, reads):
        off = slots[op["dev"]].take(op["len"])
        res.update(rw=op["rw"], iova=hexs(op["iova"]), len=op["len"], sid=op["sid"])
        edu = self.edu[op["dev"]]
        if self.flush:
            self._inv(lower_inv({"kind": "iotlb"}))
        if op["rw"] == "r":
            reads.append((res, op, off, dict(self.ram.data)))
            edu.dma_read(op["iova"], off, op["len"])
            return
        edu.dma_write(op["iova"], off, op["len"])
        changed, sent = self.ram.changed(), tokens(op["dev"])
        self._finish(res, [(i, None, locate_write(sent[o:o + n], changed))
                           for i, o, n in split_pages(op["iova"], off, op["len"])])

    def _op_inv(self, op, res, slots, reads):
        res.update(self._inv(op["raw"]))

    def _op_mem(self, op, res, slots, reads):
        self.ram.write(op["pa"], struct.pack("<%dQ" % len(op["u64"]), *op["u64"]))

    def _op_reg_w(self, op, res, slots, reads):
        (self.w32 if op["size"] == 4 else self.w64)(op["off"], op["val"])
        if op["off"] == GCMD:
            self.gcmd = op["val"] & QIE

    def _op_reg_r(self, op, res, slots, reads):
        v = (self.r32 if op["size"] == 4 else self.r64)(op["off"])
        res.update(off=hexs(op["off"]), val=hexs(v))

    # ---- helpers --------------------------------------------------------------
    def _inv(self, words):
        size = 32 if self.dw256 else 16
        count = 4096 // size
        words = (list(words) + [0] * 4)[:size // 8]
        self.qt.write_u64s(QI_BASE + size * self.iq_tail, words)
        self.iq_tail = (self.iq_tail + 1) % count
        self.w64(IQT, self.iq_tail * size)
        out = {"consumed": self.r64(IQH) == self.iq_tail * size}
        fsts = self.r32(FSTS)
        if fsts & 0x70:
            out["fsts"] = hexs(fsts)
        if words[0] & 0xF == 5 and words[0] & 0x20:
            out["wait_status"] = hexs(self.qt.readl(words[1] & ~3))
        return out

    def _faults(self, res):
        fsts = self.r32(FSTS)
        if not fsts & 0xFF:
            return []
        out = []
        res["fsts"] = hexs(fsts)
        for i in range(self.nfr):
            base = self.frcd + 16 * i
            hi = self.r64(base + 8)
            if hi >> 63:
                out.append(decode_frcd(self.r64(base), hi))
                if not self.keep:
                    self.w32(base + 12, 1 << 31)            # RW1C F
        if not self.keep:
            self.w32(FSTS, 0x7D)                            # RW1C everything else
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
            res["status"] = "ok" if not res["faults"] else "ok+event"
        elif any(hit):
            res["status"] = "partial"
        elif res["faults"]:
            res["status"] = "fault"
        else:
            res["status"] = "silent" if zero else "lost"


class Pool:
    """One QEMU at a time; restarted when the machine options change."""

    def __init__(self, **kw):
        self.kw, self.key, self.orc, self.logs = kw, None, None, []

    def get(self, machine):
        key = json.dumps(machine, sort_keys=True)
        if key != self.key or not self.orc.vm.alive():
            self.close()
            self.orc, self.key = Oracle(machine, **self.kw), key
        return self.orc

    def close(self):
        if self.orc:
            self.logs.append(self.orc.vm.log_text())
            self.orc.close()
            self.orc = self.key = None


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ap.add_argument("cases", nargs="?", help="JSON list of cases, '-' for stdin")
    ap.add_argument("-o", "--out", help="write results here instead of stdout")
    ap.add_argument("--lower", action="store_true", help="print the raw form and stop")
    ap.add_argument("--caps", action="store_true", help="read and decode CAP/ECAP")
    ap.add_argument("--accel", default="auto", choices=("auto", "qtest", "icount"))
    ap.add_argument("--trace", action="store_true", help="dump QEMU's vtd traces to stderr")
    ap.add_argument("--serve", metavar="CMD", help="run the cases on this emulator, not on QEMU")
    a = ap.parse_args()
    if not a.caps and not a.cases:
        ap.error("need a case file or --caps")
    pool = Pool(accel=a.accel, log="guest_errors,unimp" if a.trace else None,
                trace=("vtd_*",) if a.trace else (), serve=a.serve)
    out = []
    try:
        if a.caps:
            base = lower({"iova": 0})["machine"]
            out = {label: pool.get({**base, **m}).caps() for label, m in (
                ("default", {}), ("aw39", {"aw_bits": 39}), ("scalable", {"scalable": True}),
                ("scalable+pasid", {"scalable": True, "pasid": True}),
                ("snoop+caching", {"snoop": True, "caching": True}))}
        else:
            with (sys.stdin if a.cases == "-" else open(a.cases)) as f:
                cases = json.load(f)
            for c in cases:
                try:
                    raw = lower(c)
                    if a.lower:
                        out.append(raw)
                        continue
                    orc = pool.get(raw["machine"])
                    out.append(orc.run(raw))
                except (ValueError, KeyError) as exc:
                    out.append({"name": c.get("name", ""), "error": "bad case: %r" % exc})
                except QtestError as exc:        # QEMU died: report, start afresh
                    out.append({"name": raw["name"], "error": str(exc),
                                "stderr": orc.vm.stderr()})
                    pool.close()
    finally:
        pool.close()
    if a.trace:
        sys.stderr.write("".join(pool.logs))
    text = json.dumps(out, indent=1)
    if a.out:
        with open(a.out, "w") as f:
            f.write(text + "\n")
    else:
        print(text)


if __name__ == "__main__":
    main()
