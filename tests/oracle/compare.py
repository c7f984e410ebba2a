# SPDX-License-Identifier: GPL-2.0-only
"""Verdicts on cases: our model's results beside QEMU's.

agrees         every operation as on QEMU, and as the case expects
deviation      QEMU deviates from the specification, the case says so ("qemu72"); ours is
               as the case expects, not as QEMU
choice         the specification leaves a choice ("permitted"); ours is among the choices
not modelled   the case needs a feature that our ID registers say is absent; ours
               answers as hardware without it must
differs        none of these

What is masked: of SMMUv3 event records CLASS, which QEMU 7.2 always writes as 0; of VT-d
faults the reason in scalable mode, where QEMU 7.2 reports that of legacy mode: ours has
to be one of those that stand for it; and PASID and PP, which QEMU 7.2 writes for requests
without PASID: ours have to be 0.
"""

from check_expect import agrees, brief
from oracle_common import num

VERDICTS = ("agrees", "deviation", "choice", "not modelled", "differs")


class Smmuv3:
    """What is particular to SMMUv3 cases. idr: our decoded ID registers."""

    COMPARED = ("status", "pa", "pieces", "data", "val", "consumed", "cerror", "gerror")
    CLASS = 3 << 40                          # dword 1 of an event record

    # (TG0 or TG1, value) -> feature bit of IDR5
    GRANULES = {("tg0", 1): "GRAN64K", ("tg0", 2): "GRAN16K", ("tg0", 0): "GRAN4K",
                ("tg1", 3): "GRAN64K", ("tg1", 1): "GRAN16K", ("tg1", 2): "GRAN4K"}

    def __init__(self, idr):
        self.idr = idr

    def masked(self, event):
        words = [num(w) for w in event["raw"]]
        words[1] &= ~self.CLASS
        return words

    def same_records(self, ours, theirs):
        return [self.masked(e) for e in ours.get("events", ())] == \
               [self.masked(e) for e in theirs.get("events", ())]

    def missing_feature(self, case):
        """The feature that ``case`` needs and our ID registers lack, or None."""
        streams = case.get("streams") or [case]
        for stream in streams:
            cd = stream.get("cd") or {}
            for field, disabled, default in (("tg0", num(cd.get("epd0", 0)), 0),
                                             ("tg1", num(cd.get("epd1", 1)), 2)):
                feature = self.GRANULES.get((field, num(cd.get(field, default))))
                if not disabled and feature and not self.idr["IDR5"][feature]:
                    return feature
        return None

    @staticmethod
    def is_answered_as_absent(results):
        """5.4: a granule that is not implemented makes the CD ILLEGAL."""
        want = {"status": "fault", "event": "C_BAD_CD"}
        return all(agrees(want, r) for r in results if r["op"] == "dma")


class Vtd:
    """What is particular to VT-d cases."""

    COMPARED = ("status", "pa", "pieces", "data", "val", "consumed", "wait_status", "fsts")
    REASON = 0xFF << 32                      # dword 1 of a fault record
    PASID = 0xFFFFF << 40 | 1 << 31          # PV and PP

    # scalable-mode reason -> what QEMU 7.2 reports for it
    LEGACY = {0x38: (8,), 0x39: (1,), 0x3A: (10,), 0x40: (9,), 0x41: (2,), 0x42: (11,),
              0x43: (3,), 0x50: (0x58,), 0x51: (0x58,), 0x52: (0x58,), 0x58: (0x58,),
              0x59: (0x58,), 0x5A: (0x58,), 0x5B: (0x58,), 0x78: (7,), 0x79: (5, 6),
              0x7A: (12,), 0x7B: (3,), 0x84: (4,), 0x85: (5,), 0x86: (6,)}

    def same_fault(self, mine, yours):
        a, b = ([num(w) for w in f["raw"]] for f in (mine, yours))
        if mine["reason"] != yours["reason"] and \
                yours["reason"] not in self.LEGACY.get(mine["reason"], ()):
            return False
        # no master here has a PASID
        return (a[0], a[1] & ~self.REASON) == (b[0], b[1] & ~(self.REASON | self.PASID))

    def same_records(self, ours, theirs):
        a, b = ours.get("faults") or [], theirs.get("faults") or []
        return len(a) == len(b) and all(map(self.same_fault, a, b))

    @staticmethod
    def missing_feature(case):
        return None


def same(ours, theirs, model):
    """Do two results of one operation agree in all that is compared?"""
    if any(ours.get(k) != theirs.get(k) for k in model.COMPARED):
        return False
    return model.same_records(ours, theirs)


def judge(case, ours, theirs, model):
    """(verdict, [line about each operation that differs])"""
    if "error" in ours:
        return "differs", ["ours died: %s %s" % (ours["error"], ours.get("stderr", "")[-200:])]
    if "error" in theirs:
        return "differs", ["QEMU died: %s" % theirs["error"]]
    feature = model.missing_feature(case)
    if feature:
        if model.is_answered_as_absent(ours["results"]):
            return "not modelled", []
        return "differs", ["%s is 0 in IDR5, want C_BAD_CD, got %s" % (
            feature, [brief(r) for r in ours["results"]])]
    wants = case.get("expect_ops") or [case.get("expect")]
    wants = wants + [None] * (len(ours["results"]) - len(wants))
    label = "deviation" if "qemu72" in case else "choice" if "permitted" in case else None
    lines, masked = [], 0
    for i, (want, mine, yours) in enumerate(zip(wants, ours["results"], theirs["results"])):
        is_same = same(mine, yours, model)
        if not agrees(want, mine):           # even if QEMU has the same mistake
            lines.append("op%d (%s): want %s, ours %s, QEMU %s" % (
                i, mine["op"], want, brief(mine), brief(yours)))
        elif not is_same and (not label or want is None):
            lines.append("op%d (%s): QEMU %s, ours %s" % (
                i, mine["op"], brief(yours), brief(mine)))
        masked += not is_same
    if lines:
        return "differs", lines
    return (label if masked else "agrees"), []
