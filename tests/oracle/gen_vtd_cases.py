#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Directed VT-d cases (JSON on stdout), each with "expect" = what the VT-d
specification asks for given QEMU 7.2's CAP/ECAP.  check_expect.py shows where
QEMU disagrees.  Scalable-mode expectations name no fault code: the spec has
separate scalable-mode codes, QEMU 7.2 reports the legacy ones.

    gen_vtd_cases.py [--random N --seed S]
"""
import argparse
import json
import random

PA, PA2, IOVA = 0x04005000, 0x04009000, 0x10000
OUT = 0x8_0000_0000            # 32 GiB: no RAM there
SID = 0x18
cases = []

# Where QEMU 7.2 is known to differ from "expect" (name -> why).
QEMU72 = {
    **{p + "perm_cached_%s" % k: "access denied by an IOTLB hit is dropped without a fault record"
       for p in ("", "sm_") for k in ("ro", "wo")},
    "sm_pdir_fpd_np": "FPD of a PASID directory entry ignored",
    "sm_pasid_np_fpd": "FPD of a non-present PASID entry ignored",
    "sm_pgtt1_fl": "PGTT=1 accepted and walked as second-level although ECAP.FLTS=0",
    "sm_pgtt3_nested": "PGTT=3 accepted and walked as second-level although ECAP.NEST=0",
    **{p + "aw2_above": "a fault's address is recorded whole, beyond the largest AGAW"
       for p in ("", "sm_")},
    "aw39_machine_above": "a fault's address is recorded whole, beyond the largest AGAW",
    **{p + "iova_interrupt_range_r": "a read of the interrupt range is dropped without a fault record"
       for p in ("", "sm_")},
    **{p + "iova_interrupt_range_w" + k: "a write of any size to the interrupt range is an interrupt"
       for p in ("", "sm_") for k in ("2", "_unaligned")},
    **{p + "qi_bad_type": "the queue is not fetched from again when software clears IQE"
       for p in ("", "sm_")},
    "legacy_hw_sm_ttm": "a table mode that is not supported is taken for legacy mode",
    "sm_pte_snp_sc0": "SNP is not reserved in scalable mode although ECAP.SC=0",
    "sm_rid_pasid_5_rps0": "RID_PASID is not reserved although ECAP.RPS=0",
    "sm_inv_piotlb": "PASID-based IOTLB invalidation does nothing",
    "sm_inv_pasid_cache": "PASID entry not re-validated until the context cache is invalidated too",
}


def m(iova=IOVA, pa=PA, **kw):
    return {"iova": hex(iova), "pa": hex(pa), **kw}


def add(name, expect, rw="r", iova=IOVA + 0x10, **kw):
    c = {"name": name, "expect": expect}
    kw.setdefault("map", [m()])
    c.update(kw)
    if "ops" not in c:
        c.update(iova=hex(iova), rw=rw)
    if c.get("map", 0) is None:
        del c["map"]
    cases.append(c)


def ok(pa):
    return {"status": "ok", "pa": hex(pa)}


def fl(reason=None, **kw):
    return {"status": "fault", **({} if reason is None else {"reason": reason}), **kw}


SILENT = {"status": "silent"}
SM = {"machine": {"scalable": True}}


def common(sm):
    """Cases that hold in both modes (second-level tables)."""
    pre = "sm_" if sm else ""
    kw = dict(SM) if sm else {}
    code = (lambda r, **k: fl(None, **k)) if sm else fl
    where = "pasid" if sm else "ctx"

    def a(name, expect, *p, **k):
        add(pre + name, expect, *p, **{**kw, **k})

    for rw in "rw":
        deny = code(6 if rw == "r" else 5, rnw=int(rw == "r"))
        a("page4k_" + rw, ok(PA + 0x10), rw)
        a("unmapped_" + rw, deny, rw, 0x20010)
        a("perm_none_" + rw, deny, rw, map=[m(r=0, w=0)])
        a("perm_ro_" + rw, ok(PA + 0x10) if rw == "r" else deny, rw, map=[m(w=0)])
        a("perm_wo_" + rw, ok(PA + 0x10) if rw == "w" else deny, rw, map=[m(r=0)])
        for lvl in ("2", "3", "4"):
            a("table%s_np_%s" % (lvl, rw), deny, rw, map=[m(tables={lvl: {"raw": 0}})])
            a("table%s_ro_%s" % (lvl, rw), ok(PA + 0x10) if rw == "r" else deny, rw,
              map=[m(tables={lvl: {"w": 0}})])
    for first, second, key in (("r", "w", "ro"), ("w", "r", "wo")):
        for flush in (False, True):
            a("perm_cached_%s%s" % (key, "_flush" if flush else ""), None,
              map=[m(r=int(key == "ro"), w=int(key == "wo"))], flush_between=flush,
              ops=[{"op": "dma", "rw": first, "iova": hex(IOVA + 0x10)},
                   {"op": "dma", "rw": second, "iova": hex(IOVA + 0x20)}])
            cases[-1]["expect_ops"] = [ok(PA + 0x10), code(5 if second == "w" else 6)]
    for aw in (1, 2):
        for size, sh in (("4K", 12), ("2M", 21), ("1G", 30)):
            pa, off = (0, 0x5000120) if sh == 30 else (0x04000000, 0x120)
            if size == "4K":
                pa = 0x04005000
            a("aw%d_%s" % (aw, size), ok(pa + off), "r", (2 << sh) + off,
              **{where: {"aw": aw}}, map=[m(2 << sh, pa, size=size)])
        top = 1 << (39 if aw == 1 else 48)
        a("aw%d_top_page" % aw, ok(PA + 4), "r", top - 0x1000 + 4,
          **{where: {"aw": aw}}, map=[m(top - 0x1000)])
        a("aw%d_above" % aw, code(4, **({"addr": "0x1000"} if aw == 2 else {})), "r", top + 0x1000, **{where: {"aw": aw}})
    a("aw0", code(3), **{where: {"aw": 0}})
    a("aw3_5level", code(3), **{where: {"aw": 3}}, levels=4)
    a("root_np", code(1), root={"p": 0})
    a("ctx_np", code(2), ctx={"p": 0})
    a("ctx_np_fpd", SILENT, ctx={"p": 0, "fpd": 1})
    a("fpd_unmapped", SILENT, "r", 0x20010, **{where: {"fpd": 1}})
    a("ctx_table_no_ram", code(9), root={"ptr": hex(OUT)})
    a("root_no_ram", code(8), regs={"rtaddr": hex(OUT | (1 << 10 if sm else 0))})
    a("sl_root_no_ram", code(3), **{where: {"slptptr": hex(OUT)}})
    for lvl in ("2", "3", "4"):
        a("table%s_no_ram" % lvl, code(7), map=[m(tables={lvl: {"next": hex(OUT)}})])
    # reserved bits in paging entries (HAW = 48 in this machine)
    a("pte_rsvd_51", code(0xC), map=[m(raw=hex(1 << 51 | PA | 3))])
    a("pte_rsvd_48", code(0xC), map=[m(raw=hex(1 << 48 | PA | 3))])
    a("pte_ign_52", ok(PA + 0x10), map=[m(raw=hex(1 << 52 | PA | 3))])
    a("pte_ign_avail_10_8", ok(PA + 0x10), map=[m(raw=hex(7 << 8 | PA | 3))])
    a("pte_l1_bit7", None, map=[m(raw=hex(1 << 7 | PA | 3))])
    a("pte_snp_sc0", code(0xC), map=[m(snp=1)])
    a("pte_tm_dt0", None, map=[m(tm=1)])
    a("pml4e_ps", code(0xC), map=[m(tables={"4": {"raw": hex(0x01010000 | 0x83)}})])
    a("pte_2m_rsvd_13", code(0xC), "r", 0x400010,
      map=[m(0x400000, 0x04000000, size="2M", raw=hex(0x04000000 | 1 << 13 | 0x83))])
    a("pte_1g_rsvd_21", code(0xC), "r", (1 << 30) + 0x4000010,
      map=[m(1 << 30, 0, size="1G", raw=hex(1 << 21 | 0x83))])
    a("pte_np_with_rsvd", code(6), map=[m(raw=hex(1 << 51 | PA))])
    a("xlat_to_interrupt_range", None, "w", map=[m(pa=0xFEE00000)])
    a("iova_interrupt_range_w", SILENT, "w", 0xFEE00000, map=[m(0xFEE00000)])
    a("iova_interrupt_range_r", fl(0x29, rnw=1), "r", 0xFEE00000, map=[m(0xFEE00000)])
    a("iova_interrupt_range_w2", fl(0x29, rnw=0), "w", 0xFEE00000, len=2, map=[m(0xFEE00000)])
    a("iova_interrupt_range_w_unaligned", fl(0x29, rnw=0), "w", 0xFEE00001, len=2, map=[m(0xFEE00000)])
    a("te_off", ok(PA + 0x10), "r", PA + 0x10, regs={"te": 0})
    a("cross_page_both", ok(PA + 0xFF8), "w", map=[m(), m(IOVA + 0x1000, PA2)],
      iova=IOVA + 0xFF8, len=16)
    a("cross_page_second_bad", {"status": "partial"}, "w", iova=IOVA + 0xFF8, len=16)
    a("three_devices", None, map=None, contexts=[
        {"dev": i, where: {"did": i + 1}, "map": [m(pa=PA + 0x2000 * i)]} for i in range(3)],
      ops=[{"op": "dma", "rw": "w", "iova": hex(IOVA + 0x20), "dev": i} for i in range(3)])
    cases[-1]["expect_ops"] = [ok(PA + 0x2000 * i + 0x20) for i in range(3)]
    a("wrong_device", code(2, rnw=1), contexts=[{"dev": 0, "map": [m()]}], map=None, dev=1)
    # invalidation
    rd = {"op": "dma", "rw": "r", "iova": hex(IOVA + 0x10)}
    wait = {"op": "inv", "kind": "wait"}
    for nm, inv in (("global", {"kind": "iotlb", "g": 1}),
                    ("domain", {"kind": "iotlb", "g": 2, "did": 1}),
                    ("page", {"kind": "iotlb", "g": 3, "did": 1, "addr": hex(IOVA)}),
                    ("page_am4", {"kind": "iotlb", "g": 3, "did": 1, "addr": hex(IOVA), "am": 4})):
        for what, step, want in (("remap", {"op": "pte", "iova": hex(IOVA), "pa": hex(PA2)},
                                  ok(PA2 + 0x10)),
                                 ("unmap", {"op": "pte", "iova": hex(IOVA), "raw": 0}, code(6))):
            a("inv_iotlb_%s_%s" % (nm, what), None, ops=[rd, step, {"op": "inv", **inv}, wait, rd])
            cases[-1]["expect_ops"] = [ok(PA + 0x10), None, None, None, want]
    a("qi_bad_type", None, ops=[{"op": "inv", "raw": [0xF, 0, 0, 0]}, {"op": "reg_r", "off": "0x34"}])
    cases[-1]["expect_ops"] = [None, {"val": "0x10"}]
    a("qi_wait_status", None, ops=[{"op": "inv", "kind": "wait", "data": "0xabcd1234"}])
    a("qi_iotlb_rsvd", None, ops=[{"op": "inv", "raw": [0x2 | 1 << 4 | 1 << 8, 0, 0, 0]}])


def directed():
    common(False)
    # legacy only
    add("tt1_no_dt", fl(3), ctx={"tt": 1})
    add("tt3_reserved", fl(3), ctx={"tt": 3})
    for rw in "rw":
        add("tt2_passthrough_" + rw, ok(PA + 0x10), rw, PA + 0x10, ctx={"tt": 2}, map=[])
    add("tt2_pt_off", fl(3), "r", PA + 0x10, ctx={"tt": 2}, map=[], machine={"pt": False})
    add("aw39_machine_aw2", fl(3), machine={"aw_bits": 39}, ctx={"aw": 2})
    add("aw39_machine_ok", ok(PA + 0x10), machine={"aw_bits": 39})
    add("aw39_machine_above", fl(4, addr="0x0"), "r", 1 << 39, machine={"aw_bits": 39})
    add("root_rsvd_lo", fl(0xA), root={"raw": {"0": "0x1001003"}})
    add("root_rsvd_hi", fl(0xA), root={"raw": {"0": "0x1001001", "1": "0x1"}})
    for bit in (4, 7, 11):
        add("ctx_rsvd_lo%d" % bit, fl(0xB), mem=[], ctx={"raw": {"0": hex(0x1002001 | 1 << bit)}})
    for bit in (7, 24, 40, 63):
        add("ctx_rsvd_hi%d" % bit, fl(0xB), ctx={"raw": {"1": hex(0x102 | 1 << bit)}})
    add("ctx_ign_hi_6_3", ok(PA + 0x10), ctx={"ign": 15})
    add("did_ffff", ok(PA + 0x10), ctx={"did": "0xffff"})
    add("snp_with_sc", ok(PA + 0x10), machine={"snoop": True}, map=[m(snp=1)])
    rd = {"op": "dma", "rw": "r", "iova": hex(IOVA + 0x10)}
    wait = {"op": "inv", "kind": "wait"}
    for nm, inv in (("global", {"kind": "cc", "g": 1}),
                    ("domain", {"kind": "cc", "g": 2, "did": 1}),
                    ("device", {"kind": "cc", "g": 3, "did": 1, "sid": SID, "fm": 0})):
        add("inv_cc_%s_to_np" % nm, None,
            ops=[rd, {"op": "ctx", "set": {"p": 0}}, {"op": "inv", **inv},
                 {"op": "inv", "kind": "iotlb", "g": 1}, wait, rd])
        cases[-1]["expect_ops"] = [ok(PA + 0x10), None, None, None, None, fl(2)]
    # register-based invalidation instead of QI
    add("ccmd_iotlb_regs", None, regs={"qie": 0},
        ops=[rd, {"op": "pte", "iova": hex(IOVA), "pa": hex(PA2)},
             {"op": "reg_w", "off": "0x28", "size": 8, "val": hex(1 << 63 | 1 << 61)},
             {"op": "reg_w", "off": "0xf8", "size": 8, "val": hex(1 << 63 | 1 << 60)}, rd,
             {"op": "reg_r", "off": "0x28", "size": 8}, {"op": "reg_r", "off": "0xf8", "size": 8}])
    cases[-1]["expect_ops"] = [ok(PA + 0x10), None, None, None, ok(PA2 + 0x10)]
    # fault recording: one FRCD register, so the second fault overflows
    bad = [{"op": "dma", "rw": "r", "iova": hex(0x20000 + 0x1000 * i)} for i in range(3)]
    add("frcd_overflow", None, keep_faults=True, ops=bad + [{"op": "reg_r", "off": "0x34"}])
    add("frcd_overflow_other_sid", None, keep_faults=True,
        contexts=[{"dev": 0, "map": [m()]}, {"dev": 1, "map": [m()]}], map=None,
        ops=[bad[0], {**bad[0], "dev": 1}, {"op": "reg_r", "off": "0x34"}])
    add("frcd_same_page", None, keep_faults=True, ops=[bad[0], bad[0],
                                                      {"op": "reg_r", "off": "0x34"}])
    add("fault_len64", None, ops=[{"op": "dma", "rw": "r", "iova": "0x20000", "len": 64}])
    add("regs_after_setup", None, ops=[{"op": "reg_r", "off": hex(o)} for o in
                                       (0x0, 0x1C, 0x34, 0x38, 0x9C, 0xA0)])
    common(True)
    # scalable only
    add("sm_pdir_np", fl(), **SM, pdir={"p": 0})
    add("sm_pdir_no_ram", fl(), **SM, pdir={"ptr": hex(OUT)})
    add("sm_pdir_fpd_np", SILENT, **SM, pdir={"p": 0, "fpd": 1})
    add("sm_pasid_np", fl(), **SM, pasid={"p": 0})
    add("sm_pasid_np_fpd", SILENT, **SM, pasid={"p": 0, "fpd": 1})
    for pgtt, nm in ((0, "rsvd"), (1, "fl"), (3, "nested"), (5, "rsvd5")):
        add("sm_pgtt%d_%s" % (pgtt, nm), fl(), **SM, pasid={"pgtt": pgtt})
    for rw in "rw":
        add("sm_pgtt4_pt_" + rw, ok(PA + 0x10), rw, PA + 0x10, **SM, pasid={"pgtt": 4}, map=[])
    add("sm_rid_pasid_5_rps0", fl(), **SM, ctx={"rid_pasid": 5})
    add("sm_upper_ctx_table", ok(PA + 0x10), **SM, dev=1, map=None,
        contexts=[{"dev": 1, "map": [m()]}])
    add("sm_ctx_rsvd", fl(), **SM, ctx={"raw": {"2": "0x1"}})
    add("sm_legacy_ttm_on_sm_hw", ok(PA + 0x10), **SM, mode="legacy")
    add("legacy_hw_sm_ttm", fl(0x30), mode="scalable", machine={"scalable": False})
    add("sm_inv_pasid_cache", None, **SM,
        ops=[rd, {"op": "pasid", "set": {"p": 0}}, {"op": "inv", "kind": "pasid", "g": 3},
             {"op": "inv", "kind": "iotlb", "g": 1}, wait, rd])
    cases[-1]["expect_ops"] = [ok(PA + 0x10), None, None, None, None, fl()]
    add("sm_inv_pasid_cache_and_cc", None, **SM,
        ops=[rd, {"op": "pasid", "set": {"p": 0}}, {"op": "inv", "kind": "pasid", "g": 3},
             {"op": "inv", "kind": "cc", "g": 1},
             {"op": "inv", "kind": "iotlb", "g": 1}, wait, rd])
    cases[-1]["expect_ops"] = [ok(PA + 0x10)] + [None] * 5 + [fl()]
    add("sm_inv_piotlb", None, **SM,
        ops=[rd, {"op": "pte", "iova": hex(IOVA), "pa": hex(PA2)},
             {"op": "inv", "kind": "piotlb", "g": 2, "did": 1}, wait, rd])
    cases[-1]["expect_ops"] = [ok(PA + 0x10), None, None, None, ok(PA2 + 0x10)]


def rand(n, seed):
    """Random well-formed tables; expectation computed from the mapping list."""
    rng = random.Random(seed)
    for k in range(n):
        sm = bool(n > 1 and k >= n // 2)
        aw = rng.choice((1, 2))
        va = 39 if aw == 1 else 48
        maps, used = [], []
        for _ in range(rng.randint(1, 4)):
            s = rng.choice((12, 12, 21, 30))
            pa = 0 if s == 30 else rng.randrange(0x04000000, 0x0F000000) >> s << s
            iova = rng.randrange(0, 1 << va) >> s << s
            if any((b >> 30) == (iova >> 30) for b in used) or 0xFEE == iova >> 20:
                continue
            used.append(iova)
            perm = rng.choice(((1, 1), (1, 1), (1, 0), (0, 1)))
            maps.append(m(iova, pa, size=hex(1 << s), r=perm[0], w=perm[1]))
        if not maps:
            maps.append(m())
        ops, exp = [], []
        for _ in range(rng.randint(2, 6)):
            mm = rng.choice(maps)
            s = int(mm.get("size", "0x1000"), 16)
            off, pa = rng.randrange(0, s) & ~3, int(mm["pa"], 16)
            if pa == 0:
                off = 0x4000000 + off % 0xB000000 & ~3
            rw = rng.choice("rw")
            iova = int(mm["iova"], 16) + off
            want = ok(pa + off)
            deny = fl(None if sm else 6 if rw == "r" else 5, rnw=int(rw == "r"))
            if rng.random() < 0.2:
                iova = rng.randrange(0, 1 << va) & ~3
                if iova >> 20 == 0xFEE or any(
                        0 <= iova - int(x["iova"], 16) < int(x.get("size", "0x1000"), 16)
                        for x in maps):
                    continue
                want = deny
            elif not mm.get(rw, 1):
                want = deny
            ops.append({"op": "dma", "rw": rw, "iova": hex(iova)})
            exp.append(want)
        cases.append({"name": "rand_%d_%d" % (seed, k),
                      "kind": "random scalable" if sm else "random legacy", "map": maps, "ops": ops,
                      "flush_between": True,
                      "expect_ops": exp, "expect": None,
                      **({**SM, "pasid": {"aw": aw}} if sm else {"ctx": {"aw": aw}})})


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--random", type=int, default=0)
    ap.add_argument("--seed", type=int, default=1)
    a = ap.parse_args()
    if a.random:
        rand(a.random, a.seed)
    else:
        directed()
    for c in cases:
        if not a.random:
            c["kind"] = "directed scalable" if c.get("machine", {}).get("scalable") \
                else "directed legacy"
        if c["name"] in QEMU72:
            c["qemu72"] = QEMU72[c["name"]]
    print(json.dumps(cases, indent=1))
