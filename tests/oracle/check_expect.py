#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Compare oracle results with the "expect"/"expect_ops" of the cases.

    check_expect.py cases.json results.json     exit 1 on an unexplained disagreement

Cases labelled "qemu72" are known to differ on QEMU 7.2; they are listed as KNOWN, as are
those labelled "permitted" (the architecture leaves a choice, "expect" lists the choices),
and as STALE if they agree after all (for example on a newer QEMU).
"""
import json
import sys


def brief(r):
    if "error" in r:
        return {"error": r["error"]}
    out = {"status": r.get("status"), "pa": r.get("pa")}
    e = r.get("events") or r.get("faults")
    if e:
        out["events"] = [(x["name"], x.get("input_addr", x.get("addr")), x.get("fetch_addr"))
                         for x in e[:3]]
    out.update({k: r[k] for k in ("val", "consumed", "cerror", "gerror") if k in r})
    return out


def agrees(want, r):
    """Does the result ``r`` of one operation meet ``want``?

    want: None (anything), one expectation, or a list of which one must be met.
    """
    if want is None:
        return True
    if isinstance(want, list):
        return any(agrees(w, r) for w in want)
    for key in ("status", "pa", "val", "consumed", "cerror", "gerror"):
        if key in want and r.get(key) != want[key]:
            return False
    evs = r.get("events") or r.get("faults") or []
    if want.get("status") == "fault":
        if not evs or ("event" in want and evs[0]["name"] != want["event"]):
            return False
        if "rnw" in want and evs[0].get("rnw") != want["rnw"]:
            return False
        if "fetch" in want and evs[0].get("fetch_addr") != want["fetch"]:
            return False
        if "addr" in want and evs[0].get("addr") != want["addr"]:
            return False
        if "reason" in want and evs[0].get("reason") != want["reason"]:
            return False
    return True


def main():
    cases, results = (json.load(open(p)) for p in sys.argv[1:3])
    n = bad = known = 0
    for c, r in zip(cases, results):
        if "error" in r:
            print("%-34s QEMU DIED: %s %s" % (c["name"], r["error"], r.get("stderr", "")[-200:]))
            bad += 1
            continue
        dma = r["results"]
        wants = c.get("expect_ops") or [c.get("expect")]
        why, differs = c.get("qemu72") or c.get("permitted"), False
        for i, (w, x) in enumerate(zip(wants, dma)):
            n += w is not None
            if not agrees(w, x):
                differs = True
                bad, known = (bad, known + 1) if why else (bad + 1, known)
                print("%s %s op%d%s\n      want %s\n      got  %s" % (
                    "KNOWN" if why else "DIFF ", c["name"], i, ": " + why if why else "",
                    json.dumps(w), json.dumps(brief(x))))
        if c.get("qemu72") and not differs:
            print("STALE %s agrees, label says: %s" % (c["name"], why))
    print("%d expectations, %d known QEMU 7.2 deviations, %d unexplained" % (n, known, bad))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
