# SPDX-License-Identifier: GPL-2.0-only
"""Verdicts on cases: our model's results beside QEMU's.

agrees         every operation as on QEMU (CLASS of events masked: QEMU 7.2 always
               writes 0), and as the case expects
deviation      QEMU deviates from IHI 0070, the case says so ("qemu72"); ours is as
               the case expects, not as QEMU
choice         IHI 0070 leaves a choice ("permitted"); ours is among the choices
not modelled   the case needs a feature that our ID registers say is absent; ours
               answers as hardware without it must
differs        none of these
"""

from check_expect import agrees, brief
from oracle_common import num

VERDICTS = ("agrees", "deviation", "choice", "not modelled", "differs")
COMPARED = ("status", "pa", "pieces", "data", "val", "consumed", "cerror", "gerror")
CLASS = 3 << 40                              # dword 1 of an event record

# (TG0 or TG1, value) -> feature bit of IDR5
GRANULES = {("tg0", 1): "GRAN64K", ("tg0", 2): "GRAN16K", ("tg0", 0): "GRAN4K",
            ("tg1", 3): "GRAN64K", ("tg1", 1): "GRAN16K", ("tg1", 2): "GRAN4K"}


def masked_event(event):
    words = [num(w) for w in event["raw"]]
    words[1] &= ~CLASS
    return words


def same(ours, theirs):
    """Do two results of one operation agree in all that is compared?"""
    if any(ours.get(k) != theirs.get(k) for k in COMPARED):
        return False
    return [masked_event(e) for e in ours.get("events", ())] == \
           [masked_event(e) for e in theirs.get("events", ())]


def missing_feature(case, idr):
    """The feature that ``case`` needs and ID registers ``idr`` lack, or None."""
    streams = case.get("streams") or [case]
    for stream in streams:
        cd = stream.get("cd") or {}
        for field, disabled, default in (("tg0", num(cd.get("epd0", 0)), 0),
                                         ("tg1", num(cd.get("epd1", 1)), 2)):
            feature = GRANULES.get((field, num(cd.get(field, default))))
            if not disabled and feature and not idr["IDR5"][feature]:
                return feature
    return None


def is_answered_as_absent(results):
    """5.4: a granule that is not implemented makes the CD ILLEGAL."""
    want = {"status": "fault", "event": "C_BAD_CD"}
    return all(agrees(want, r) for r in results if r["op"] == "dma")


def judge(case, ours, theirs, idr):
    """(verdict, [line about each operation that differs])"""
    if "error" in ours:
        return "differs", ["ours died: %s %s" % (ours["error"], ours.get("stderr", "")[-200:])]
    if "error" in theirs:
        return "differs", ["QEMU died: %s" % theirs["error"]]
    feature = missing_feature(case, idr)
    if feature:
        if is_answered_as_absent(ours["results"]):
            return "not modelled", []
        return "differs", ["%s is 0 in IDR5, want C_BAD_CD, got %s" % (
            feature, [brief(r) for r in ours["results"]])]
    wants = case.get("expect_ops") or [case.get("expect")]
    wants = wants + [None] * (len(ours["results"]) - len(wants))
    label = "deviation" if "qemu72" in case else "choice" if "permitted" in case else None
    lines, masked = [], 0
    for i, (want, mine, yours) in enumerate(zip(wants, ours["results"], theirs["results"])):
        is_same = same(mine, yours)
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
