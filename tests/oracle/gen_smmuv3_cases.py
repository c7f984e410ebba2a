#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Directed SMMUv3 cases (JSON on stdout), each with "expect" = what the
architecture (IHI 0070) asks for on an implementation with QEMU 7.2's ID
registers.  check_expect.py shows where QEMU disagrees.  "kind" groups the cases; a
case with "qemu72" says where QEMU 7.2 deviates from IHI 0070, one with "permitted"
where IHI 0070 leaves a choice (its expectation lists the choices).

    gen_smmuv3_cases.py [--random N --seed S]
"""
import argparse
import json
import random

kind = ""
PA, PA2, IOVA = 0x44005000, 0x44009000, 0x10000
OUT = 0x8_0000_0000            # 32 GiB: inside 44-bit OAS, outside RAM
cases = []

# Where QEMU 7.2 is known to differ from "expect" (prefix of name -> why).
QEMU72 = {
    "t0sz16_above_range": "IOMMU region is 48 bits wide: IOVA >= 2^48 never reaches the SMMU",
    "ttb1_": "IOVA >= 2^48 never reaches the SMMU, so TTB1 is unreachable",
    "hole_between_ttbs": "IOVA >= 2^48 never reaches the SMMU",
    "tbi0_": "IOVA >= 2^48 never reaches the SMMU, so TBI is unreachable",
    "ap0_": "privilege ignored: AP[1] (EL0 access) not checked",
    "ap2_r": "privilege ignored: AP[1] (EL0 access) not checked",
    "aptable_noel0_had0_r": "APTable[0] (EL0 access) not checked",
    "af0": "Access flag not checked, F_ACCESS never raised",
    "af0_ro_write": "Access flag not checked",
    "table_l0_block": "accepts a reserved level 0 block with a 4K granule",
    "ips": "output size only checked for TTBx (C_BAD_CD), F_ADDR_SIZE never raised",
    "cd_fetch": "F_CD_FETCH puts FetchAddr in dword 2 instead of dword 3",
    "strtab_2lvl_span3_outside": "reports C_BAD_STE instead of C_BAD_STREAMID",
    "strtab_2lvl_span4_outside": "L1STD.Span limit is 2^Span instead of 2^(Span-1)",
    "strtab_fmt_back_to_linear": "2-level format is sticky until system reset",
    "smmu_off_gbpa_abort": "SMMU_GBPA not implemented (reads 0, bypass always)",
    "ste_s1cdmax_ssidsize0": "reports C_BAD_STE; S1CDMax is IGNORED if SSIDSIZE is 0 (5.2)",
    "ste_privcfg_priv_ap0": "privilege ignored: AP[1] not checked (PRIVCFG is RES0, "
                            "ATTR_PERMS_OVR is 0)",
    "evq_overflow": "raises EVENTQ_ABT_ERR instead of OVFLG (7.4)",
    "cmd_unsupported_": "consumes commands of features that it has not, instead of CERROR_ILL",
}
# Where IHI 0070 leaves a choice.
PERMITTED = {
    "tlbi_nh_asid_remap": "a TLBI by ASID need not meet global entries (4.4.2.2)",
    "tlbi_nh_asid_unmap": "a TLBI by ASID need not meet global entries (4.4.2.2)",
    "regs_after_setup": "the reset of GBPA is IMPLEMENTATION DEFINED (6.3.14)",
}


def m(iova=IOVA, pa=PA, **kw):
    return {"iova": hex(iova), "pa": hex(pa), **kw}


def add(name, expect, rw="r", iova=IOVA + 0x10, **kw):
    c = {"name": name, "kind": kind, "expect": expect}
    kw.setdefault("map", [m()])
    c.update(kw)
    if "ops" not in c:
        c.update(iova=hex(iova), rw=rw)
    cases.append(c)


def ok(pa):
    return {"status": "ok", "pa": hex(pa)}


def ev(name, **kw):
    return {"status": "fault", "event": name, **kw}


SILENT = {"status": "silent"}


def section(name):
    global kind
    kind = name


def directed():
    section("pages and blocks")
    for rw in "rw":
        add("page4k_" + rw, ok(PA + 0x10), rw)
        add("unmapped_" + rw, ev("F_TRANSLATION", rnw=int(rw == "r")), rw, 0x20010)
        add("bypass_ste_" + rw, ok(PA + 8), rw, PA + 8, ste={"config": "bypass"}, map=[])
    # granules and block sizes
    for tg, size, name in ((0, "4K", "4k"), (0, "2M", "4k"), (0, "1G", "4k"),
                           (2, "16K", "16k"), (2, "32M", "16k"),
                           (1, "64K", "64k"), (1, "512M", "64k")):
        sz = {"4K": 1 << 12, "2M": 1 << 21, "1G": 1 << 30, "16K": 1 << 14,
              "32M": 1 << 25, "64K": 1 << 16, "512M": 1 << 29}[size]
        pa = 0x40000000 if sz > 1 << 26 else (0x44000000 + sz - 1) & ~(sz - 1)
        off = 0x5000120 if sz > 1 << 26 else 0x120 if sz < 1 << 16 else 0x3120
        add("gran%s_block%s" % (name, size), ok(pa + off), "r", 4 * sz + off,
            cd={"tg0": tg, "t0sz": 25}, map=[m(4 * sz, pa, size=size)])
    section("table size")
    for tsz in (16, 17, 20, 24, 25, 26, 30, 33, 34, 35, 39):
        add("t0sz%d_4k" % tsz, ok(PA + 0x10), cd={"t0sz": tsz})
        hi = (1 << (64 - tsz)) - 0x1000
        add("t0sz%d_top_page" % tsz, ok(PA + 4), "r", hi + 4, cd={"t0sz": tsz}, map=[m(hi)])
        add("t0sz%d_above_range" % tsz, ev("F_TRANSLATION"), "r", hi + 0x1000,
            cd={"t0sz": tsz}, map=[m(hi)])
    for tg, tszs in ((2, (16, 17, 20, 28, 39)), (1, (16, 22, 25, 39))):
        for tsz in tszs:
            g = {2: 14, 1: 16}[tg]
            add("t0sz%d_g%d" % (tsz, g), ok(0x44010010), "r", (1 << g) + 0x10,
                cd={"t0sz": tsz, "tg0": tg}, map=[m(1 << g, 0x44010000)])
    section("TTB1, TBI, EPD")
    # TTB1, TBI, EPD
    hi = 2**64 - 0x40000
    for tg1, g in ((2, 12), (1, 14), (3, 16)):
        add("ttb1_g%d" % g, ok(0x44010010), "r", hi + 0x10,
            cd={"epd1": 0, "t1sz": 25, "tg1": tg1, "epd0": 1}, map=[m(hi, 0x44010000, tt=1)])
    add("ttb1_epd1", ev("F_TRANSLATION"), "r", hi + 0x10, cd={"epd1": 1})
    add("epd0", ev("F_TRANSLATION"), cd={"epd0": 1})
    add("hole_between_ttbs", ev("F_TRANSLATION"), "r", 1 << 50,
        cd={"epd1": 0, "t1sz": 25, "tg1": 2})
    tagged = 0xAB << 56 | (IOVA + 0x10)
    add("tbi0_on", ok(PA + 0x10), "r", tagged, cd={"tbi0": 1})
    add("tbi0_off", ev("F_TRANSLATION"), "r", tagged, cd={"tbi0": 0})
    section("permissions")
    # permissions
    for ap, r, w in ((0, 0, 0), (1, 1, 1), (2, 0, 0), (3, 1, 0)):
        for rw, good in (("r", r), ("w", w)):
            add("ap%d_%s" % (ap, rw), ok(PA + 0x10) if good else ev("F_PERMISSION"), rw,
                map=[m(ap=ap)])
    for bit in ("pxn", "uxn", "ng", "cont", "dbm"):
        add("leaf_%s_ignored" % bit, ok(PA + 0x10), map=[m(**{bit: 1})])
    add("wxn_data", ok(PA + 0x10), "w", cd={"wxn": 1})
    for had in (0, 1):
        add("aptable_ro_had%d_w" % had, ok(PA + 0x10) if had else ev("F_PERMISSION"), "w",
            cd={"had0": had}, map=[m(tables={"1": {"aptable": 2}})])
        add("aptable_noel0_had%d_r" % had, ok(PA + 0x10) if had else ev("F_PERMISSION"), "r",
            cd={"had0": had}, map=[m(tables={"1": {"aptable": 1}})])
    section("access flag")
    # access flag
    add("af0", ev("F_ACCESS"), map=[m(af=0)])
    add("af0_affd", ok(PA + 0x10), cd={"affd": 1}, map=[m(af=0)])
    add("af0_ro_write", ev("F_ACCESS"), "w", map=[m(af=0, ap=3)])
    section("descriptors")
    # descriptors
    for lvl in ("1", "2"):
        add("table_l%s_invalid" % lvl, ev("F_TRANSLATION"), map=[m(tables={lvl: {"valid": 0}})])
    add("table_l0_invalid", ev("F_TRANSLATION"), cd={"t0sz": 16},
        map=[m(tables={"0": {"valid": 0}})])
    add("table_l0_block", ev("F_TRANSLATION"), "r", PA + 0x10, cd={"t0sz": 16},
        map=[m(PA, PA2, tables={"0": {"raw": "0x741"}})])   # would be VA==PA if accepted
    add("leaf_invalid", ev("F_TRANSLATION"), map=[m(valid=0)])
    add("leaf_l3_block_type", ev("F_TRANSLATION"), map=[m(raw=hex(PA | 0x741))])
    add("leaf_raw_zero", ev("F_TRANSLATION"), map=[m(raw=0)])
    add("leaf_sw_bits", ok(PA + 0x10), map=[m(raw=hex(0xF << 55 | PA | 0x743))])
    section("address size")
    # address size
    for ips, bits in ((0, 32), (1, 36), (2, 40), (3, 42), (4, 44), (5, 44), (6, 44)):
        add("ips%d_leaf_too_big" % ips, ev("F_ADDR_SIZE"), "r", cd={"ips": ips},
            map=[m(pa=1 << bits)])
        add("ips%d_leaf_ok" % ips, ok(PA + 0x10), "r", cd={"ips": ips})
    add("ips0_table_too_big", ev("F_ADDR_SIZE"), cd={"ips": 0},
        map=[m(tables={"2": {"next": hex(OUT)}})])
    add("ips0_ttb_too_big", ev("C_BAD_CD"), cd={"ips": 0, "ttb0": hex(OUT)})
    section("external aborts")
    # external aborts
    add("walk_eabt_l2", ev("F_WALK_EABT", fetch=hex(OUT + 8 * 0x10)),
        map=[m(tables={"2": {"next": hex(OUT)}})])
    add("walk_eabt_ttb", ev("F_WALK_EABT", fetch=hex(OUT)), cd={"ttb0": hex(OUT)})
    add("cd_fetch", ev("F_CD_FETCH", fetch=hex(OUT)), ste={"s1contextptr": hex(OUT)})
    add("ste_fetch_linear", ev("F_STE_FETCH", fetch=hex(OUT + 8 * 64)),
        strtab={"base_raw": hex(OUT)})
    add("ste_fetch_l1", ev("F_STE_FETCH", fetch=hex(OUT)),
        strtab={"fmt": "2lvl", "base_raw": hex(OUT)})
    add("ste_fetch_l2", ev("F_STE_FETCH", fetch=hex(OUT + 8 * 64)),
        strtab={"fmt": "2lvl"}, l1={"l2ptr": hex(OUT)})
    section("STE")
    # STE
    add("ste_v0", ev("C_BAD_STE"), ste={"v": 0})
    for c in range(4):
        add("ste_config%d" % c, SILENT, ste={"config": c})
    add("ste_s2_unsupported", ev("C_BAD_STE"), ste={"config": "s2"})
    add("ste_nested_unsupported", ev("C_BAD_STE"), ste={"config": "nested"})
    add("ste_s1stalld", None, ste={"s1stalld": 1})
    add("ste_s1cdmax_ssidsize0", ok(PA + 0x10), ste={"s1cdmax": 3})
    for f, v in (("s1dss", 1), ("s1dss", 2), ("strw", 2), ("shcfg", 1), ("mtcfg", 1),
                 ("alloccfg", 7), ("instcfg", 2), ("s1fmt", 1), ("mev", 1), ("cont", 5)):
        add("ste_%s%d_ignored" % (f, v), ok(PA + 0x10), ste={f: v})
    add("ste_eats1_no_ats", ok(PA + 0x10), ste={"eats": 1})
    add("ste_privcfg_priv_ap0", ev("F_PERMISSION"), ste={"privcfg": 3}, map=[m(ap=0)])
    section("stream table")
    # stream table geometry
    add("strtab_linear_too_small", ev("C_BAD_STREAMID"), strtab={"log2size": 3})
    add("strtab_linear_just_big", ok(PA + 0x10), strtab={"log2size": 4})
    add("strtab_linear_16", ok(PA + 0x10), strtab={"log2size": 16})
    add("strtab_linear_log2_20", ok(PA + 0x10), strtab={"log2size": 8, "cfg_raw": 20,
                                                        "base": "0x48000000"})
    for split in (6, 8, 10):
        add("strtab_2lvl_split%d" % split, ok(PA + 0x10),
            strtab={"fmt": "2lvl", "log2size": 16, "split": split})
        c = {"streams": [{"dev": 2, "map": [m()]}], "dev": 2, "map": None}
        add("strtab_2lvl_split%d_sid1200" % split, ok(PA + 0x10),
            strtab={"fmt": "2lvl", "log2size": 16, "split": split}, **c)
    add("strtab_2lvl_span0", ev("C_BAD_STREAMID"), strtab={"fmt": "2lvl"}, l1={"span": 0})
    add("strtab_2lvl_span4_inside", ok(PA + 0x10), strtab={"fmt": "2lvl"}, l1={"span": 5})
    add("strtab_2lvl_span4_outside", ev("C_BAD_STREAMID"), strtab={"fmt": "2lvl"}, l1={"span": 4})
    add("strtab_2lvl_span3_outside", ev("C_BAD_STREAMID"), strtab={"fmt": "2lvl"}, l1={"span": 3})
    add("strtab_fmt_back_to_linear", None,
        ops=[{"op": "reg_w", "off": "0x20", "val": "0xc"},
             {"op": "reg_w", "off": "0x88", "val": hex(1 << 16 | 8 << 6 | 8)},
             {"op": "reg_w", "off": "0x88", "val": "0x8"},
             {"op": "reg_w", "off": "0x20", "val": "0xd"},
             {"op": "dma", "rw": "r", "iova": hex(IOVA + 0x10)}])
    cases[-1]["expect_ops"] = [None] * 4 + [ok(PA + 0x10)]
    add("strtab_2lvl_sid_range", ev("C_BAD_STREAMID"), dev=2,
        strtab={"fmt": "2lvl", "log2size": 12}, streams=[{"dev": 2, "map": [m()]}], map=None)
    add("two_streams", None, streams=[{"dev": 0, "map": [m()]},
                                      {"dev": 1, "cd": {"asid": 2}, "map": [m(pa=PA2)]}],
        ops=[{"op": "dma", "rw": "w", "iova": hex(IOVA + 0x20), "dev": 0},
             {"op": "dma", "rw": "w", "iova": hex(IOVA + 0x20), "dev": 1},
             {"op": "dma", "rw": "r", "iova": hex(IOVA + 0x20), "dev": 1}], map=None)
    cases[-1]["expect_ops"] = [ok(PA + 0x20), ok(PA2 + 0x20), ok(PA2 + 0x20)]
    section("CD")
    # CD
    add("cd_v0", ev("C_BAD_CD"), cd={"v": 0})
    add("cd_aa32", ev("C_BAD_CD"), cd={"aa64": 0})
    add("cd_a0_term_model1", ev("C_BAD_CD"), cd={"a": 0})
    add("cd_s1_no_stall", ev("C_BAD_CD"), cd={"s": 1})
    add("cd_ha_no_httu", None, cd={"ha": 1})
    add("cd_endi_be", ev("C_BAD_CD"), cd={"endi": 1})
    add("cd_tg0_reserved", ev("C_BAD_CD"), cd={"tg0": 3})
    add("cd_t0sz15", ev("C_BAD_CD"), cd={"t0sz": 15})
    add("cd_t0sz40", ev("C_BAD_CD"), cd={"t0sz": 40})
    add("cd_t1sz15_epd1_0", ev("C_BAD_CD"), cd={"epd1": 0, "t1sz": 15, "tg1": 2})
    add("cd_t1sz0_epd1_1", ok(PA + 0x10), cd={"epd1": 1, "t1sz": 0})
    add("cd_tg1_reserved", ev("C_BAD_CD"), cd={"epd1": 0, "t1sz": 25, "tg1": 0})
    add("cd_r0_unmapped", SILENT, "r", 0x20010, cd={"r": 0})
    add("cd_r0_perm", SILENT, "w", cd={"r": 0}, map=[m(ap=3)])
    section("global state")
    # global state
    add("smmu_off", ok(PA + 0x10), "r", PA + 0x10, regs={"cr0": "0xc"})
    add("smmu_off_gbpa_abort", SILENT, "r", PA + 0x10, regs={"cr0": "0xc", "gbpa_abort": 1})
    add("evtq_off", SILENT, "r", 0x20010, regs={"cr0": "0x9"})
    section("transfers")
    # transfers that cross pages
    add("cross_page_both", ok(PA + 0xFF8), "w", map=[m(), m(IOVA + 0x1000, PA2)],
        iova=IOVA + 0xFF8, len=16)
    add("cross_page_second_bad", {"status": "partial"}, "w", iova=IOVA + 0xFF8, len=16)
    section("queues")
    # queues
    add("evq_overflow", None, queues={"evq_log2": 1},
        ops=[{"op": "dma", "rw": "r", "iova": hex(0x20000), "len": 16},
             {"op": "reg_r", "off": "0x100a8"}, {"op": "reg_r", "off": "0x60"}])
    cases[-1]["expect_ops"] = [ev("F_TRANSLATION", gerror=None),
                               {"val": hex(1 << 31 | 2)}, {"val": "0x0"}]
    add("cmd_illegal", None,
        ops=[{"op": "cmd", "raw": ["0xff", 0]}, {"op": "reg_r", "off": "0x9c"},
             {"op": "ack_gerror"}, {"op": "reg_r", "off": "0x9c"}])
    add("cmd_ssec", None, ops=[{"op": "cmd", "name": "CFGI_STE", "sid": 8, "ssec": 1}])
    for n in ("ATC_INV", "RESUME", "STALL_TERM", "TLBI_S12_VMALL", "TLBI_S2_IPA"):
        add("cmd_unsupported_" + n.lower(), None, ops=[{"op": "cmd", "name": n}])
        cases[-1]["expect_ops"] = [{"consumed": False, "cerror": 1, "gerror": "0x1"}]
    section("invalidation")
    # invalidation: change + invalidate + access must see the new state
    rd = {"op": "dma", "rw": "r", "iova": hex(IOVA + 0x10)}
    new = {"op": "pte", "iova": hex(IOVA), "pa": hex(PA2)}
    kill = {"op": "pte", "iova": hex(IOVA), "raw": 0}
    sync = {"op": "cmd", "name": "SYNC"}
    for nm, cmd in (("nh_va", {"name": "TLBI_NH_VA", "asid": 1, "addr": hex(IOVA), "leaf": 1}),
                    ("nh_va_leaf0", {"name": "TLBI_NH_VA", "asid": 1, "addr": hex(IOVA)}),
                    ("nh_vaa", {"name": "TLBI_NH_VAA", "addr": hex(IOVA), "leaf": 1}),
                    ("nh_asid", {"name": "TLBI_NH_ASID", "asid": 1}),
                    ("nh_all", {"name": "TLBI_NH_ALL"}),
                    ("nsnh_all", {"name": "TLBI_NSNH_ALL"}),
                    ("nh_va_range", {"name": "TLBI_NH_VA", "asid": 1, "addr": hex(IOVA),
                                     "tg": 1, "num": 3, "scale": 0, "leaf": 1})):
        for what, step, want in (("remap", new, ok(PA2 + 0x10)),
                                 ("unmap", kill, ev("F_TRANSLATION"))):
            seen = [ok(PA + 0x10), None, None, None]
            add("tlbi_%s_ng_%s" % (nm, what), None, map=[m(ng=1)],
                ops=[rd, {**step, **ng(step)}, {"op": "cmd", **cmd}, sync, rd])
            cases[-1]["expect_ops"] = seen + [want]
            add("tlbi_%s_%s" % (nm, what), None,
                ops=[rd, step, {"op": "cmd", **cmd}, sync, rd])
            if nm == "nh_asid":          # these pages are global
                want = [ok(PA + 0x10), want]
            cases[-1]["expect_ops"] = seen + [want]
    for nm, cmd in (("cfgi_ste", {"name": "CFGI_STE", "sid": 8, "leaf": 1}),
                    ("cfgi_all", {"name": "CFGI_ALL"}),
                    ("cfgi_ste_range", {"name": "CFGI_STE_RANGE", "sid": 8, "range": 3})):
        add("%s_to_abort" % nm, None,
            ops=[rd, {"op": "ste", "set": {"config": "abort"}}, {"op": "cmd", **cmd}, sync, rd])
        cases[-1]["expect_ops"] = [ok(PA + 0x10), None, None, None, SILENT]
    for nm, cmd in (("cfgi_cd", {"name": "CFGI_CD", "sid": 8, "leaf": 1}),
                    ("cfgi_cd_all", {"name": "CFGI_CD_ALL", "sid": 8})):
        add("%s_to_invalid" % nm, None,
            ops=[rd, {"op": "cd", "set": {"v": 0}}, {"op": "cmd", **cmd}, sync, rd])
        cases[-1]["expect_ops"] = [ok(PA + 0x10), None, None, None, ev("C_BAD_CD")]
    section("permissions")
    # permission check on a TLB hit
    add("perm_cached_ro", None, map=[m(ap=3)],
        ops=[rd, {"op": "dma", "rw": "w", "iova": hex(IOVA + 0x20)}])
    cases[-1]["expect_ops"] = [ok(PA + 0x10), ev("F_PERMISSION", rnw=0)]
    section("registers")
    # register file reset/readback
    add("regs_after_setup", None, ops=[{"op": "reg_r", "off": hex(o)} for o in
                                       (0x20, 0x24, 0x28, 0x2C, 0x44, 0x60, 0x64, 0x88, 0x9C)])
    cases[-1]["expect_ops"] = [None] * 4 + [[{"val": "0x0"}, {"val": "0x1000"}]]


def ng(step):
    """The descriptor written by ``step`` is of a page that is not global, too."""
    return {"ng": 1} if "pa" in step else {}


def rand(n, seed):
    """Random well-formed tables; expectation computed from the mapping list."""
    rng = random.Random(seed)
    grans = {0: (12, (12, 21, 30)), 2: (14, (14, 25)), 1: (16, (16, 29))}
    for k in range(n):
        tg = rng.choice((0, 0, 0, 1, 2))
        g, sizes = grans[tg]
        tsz = rng.randint(16, 34 if g != 16 else 33)
        va = 64 - tsz
        maps, used = [], set()
        for _ in range(rng.randint(1, 4)):
            s = rng.choice([x for x in sizes if x < va] or [g])
            pa = 0x40000000 if s >= 29 else rng.randrange(0x44000000, 0x4F000000) >> s << s
            iova = rng.randrange(0, 1 << va) >> s << s
            if any(iova < b + z and b < iova + (1 << s) for b, z in used):
                continue
            if pa < 0x44000000 and s < 29:
                continue
            # blocks and tables must not share an upper-level slot
            top = 30 if g == 12 else 36 if g == 14 else 42
            if any((b >> top) == (iova >> top) for b, _ in used):
                continue
            used.add((iova, 1 << s))
            maps.append(m(iova, pa, size=hex(1 << s), ap=rng.choice((1, 1, 3))))
        ops, exp = [], []
        for _ in range(rng.randint(2, 6)):
            mm = rng.choice(maps)
            s = int(mm["size"], 16)
            off = rng.randrange(0, s) & ~3
            pa = int(mm["pa"], 16)
            if pa == 0x40000000:
                off = 0x4000000 + off % 0xB000000 & ~3
            rw = rng.choice("rw")
            iova = int(mm["iova"], 16) + off
            want = ok(pa + off)
            if rng.random() < 0.2:
                iova = rng.randrange(0, 1 << min(va + 1, 48)) & ~3
                hit = [x for x in maps if 0 <= iova - int(x["iova"], 16) < int(x["size"], 16)]
                want = ev("F_TRANSLATION", rnw=int(rw == "r"))
                if hit:
                    continue
            elif rw == "w" and mm["ap"] == 3:
                want = ev("F_PERMISSION", rnw=0)
            ops.append({"op": "dma", "rw": rw, "iova": hex(iova)})
            exp.append(want)
        cases.append({"name": "rand_%d_%d" % (seed, k), "kind": "random",
                      "cd": {"tg0": tg, "t0sz": tsz}, "map": maps, "ops": ops,
                      "expect_ops": exp, "expect": None})


def label(c):
    for key, table in (("qemu72", QEMU72), ("permitted", PERMITTED)):
        why = [table[k] for k in sorted(table, key=len) if c["name"].startswith(k)]
        if why and not (c["name"].startswith("ips") and "too_big" not in c["name"]) \
                and c["name"] not in ("af0_affd", "ips0_ttb_too_big"):
            c[key] = why[-1]


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
        if c.get("map", 0) is None:
            del c["map"]
        label(c)
    print(json.dumps(cases, indent=1))
