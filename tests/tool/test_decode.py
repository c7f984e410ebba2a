#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# Usage: test_decode.py IOPFSIM
"""iopfsim decode: words, logs and traces mean what the specifications and Linux say."""
import glob
import json
import os
import random
import re
import subprocess

from command import DATA, IOPFSIM, InFolder, main

DOCS = os.path.realpath("docs")
FILES = f"{DATA}/files"

# IHI 0070 7.3, and what Linux has names for.
EVENTS = {
    0x01: "F_UUT", 0x02: "C_BAD_STREAMID", 0x03: "F_STE_FETCH", 0x04: "C_BAD_STE", 0x05: "F_BAD_ATS_TREQ",
    0x06: "F_STREAM_DISABLED", 0x07: "F_TRANSL_FORBIDDEN", 0x08: "C_BAD_SUBSTREAMID", 0x09: "F_CD_FETCH",
    0x0a: "C_BAD_CD", 0x0b: "F_WALK_EABT", 0x10: "F_TRANSLATION", 0x11: "F_ADDR_SIZE", 0x12: "F_ACCESS",
    0x13: "F_PERMISSION", 0x20: "F_TLB_CONFLICT", 0x21: "F_CFG_CONFLICT", 0x24: "E_PAGE_REQUEST", 0x25: "F_VMS_FETCH",
}
KNOWN_TO_LINUX = {2, 3, 4, 6, 8, 9, 0xa, 0x10, 0x11, 0x12, 0x13, 0x25}
CLASSES = ("CD fetch", "Stage 1 translation table fetch", "Input address caused fault", "Reserved")


def bits(word, high, low=None):
    low = high if low is None else low
    return word >> low & (1 << high - low + 1) - 1


def linux_prints(words):
    """What Linux since 6.15 makes of an event (arm_smmu_decode_event, arm_smmu_dump_event), by another way than the tool's tables."""
    number = bits(words[0], 7, 0)
    name = EVENTS[number] if number in KNOWN_TO_LINUX else "UNKNOWN"
    first = f"event: {name} client: ? sid: {bits(words[0], 63, 32):#x} ssid: {bits(words[0], 31, 12) if bits(words[0], 11) else 0:#x}"
    if number in (3, 9, 0x25):
        return [first + f" fetch_addr: {bits(words[3], 51, 3) << 3:#x}"]
    if number not in (0x10, 0x11, 0x12, 0x13):
        return [first]
    kind = bits(words[1], 41, 40)
    parts = ("priv" if bits(words[1], 33) else "unpriv", "inst" if bits(words[1], 34) else "data",
             "read" if bits(words[1], 35) else "write", "s2" if bits(words[1], 39) else "s1", f'"{CLASSES[kind]}"')
    table = " ttd_read" if bits(words[1], 44) else " ttd_write"
    table = table if number == 0x13 and kind == 1 else ""  # of F_PERMISSION only
    stall = " stall" if bits(words[1], 31) else ""
    return [first + f" iova: {words[2]:#x} ipa: {bits(words[3], 51, 12) << 12:#x}",
            " ".join(parts) + f"{table}{stall} stag: {bits(words[1], 15, 0):#x}"]


def log_of(source, lines):
    return "".join(f"[  1.000000] arm-smmu-v3 {source}: {line}\n" for line in lines)


def raw_of(words):
    return [f"event 0x{words[0] & 0xff:02x} received:"] + [f"\t0x{word:016x}" for word in words]


class Decode(InFolder):
    def decoded(self, *args):
        return json.loads(self.accepted("decode", "--json", *args))

    def items(self, text):
        return self.decoded(self.write("log", text))["items"]

    def test_raw_words_give_what_linux_prints_in_every_sample_that_has_both(self):
        nr = 0
        for path in sorted(glob.glob(f"{FILES}/*")):
            with open(path, encoding="utf-8") as log:
                lines = log.read().split("\n")
            for i, line in enumerate(lines):
                said = re.search(r"(event: \S+ client: (\S+) .*)", line)
                if not said or not re.search(r"\t0x[0-9a-f]{16}$", lines[i - 1]):
                    continue
                nr += 1
                source, second = line.split("] ")[1].split(": ")[0], lines[i + 1].split(": ", 1)[1]
                self.assertIn(source, lines[i + 1])
                raw = "\n".join(lines[i - 5:i]) + "\n"
                got, = self.items(raw)
                self.assertEqual([text.replace("client: ?", f"client: {said[2]}") for text in got["prints"]],
                                 [said[1], second])
                both, = self.items("\n".join(lines[i - 5:i + 2]) + "\n")
                self.assertEqual(both["fields"], got["fields"])
                self.assertNotIn("note", both)
        self.assertGreater(nr, 0)

    def test_random_words_are_printed_as_linux_does(self):
        draw = random.Random(17)
        events = [[draw.choice(list(EVENTS)) | draw.getrandbits(64) & ~0xff] + [draw.getrandbits(64) for _ in range(3)]
                  for _ in range(300)]
        items = self.items("".join(log_of("s", raw_of(words)) for words in events))
        self.assertEqual([item["prints"] for item in items], [linux_prints(words) for words in events])
        self.assertEqual([item["name"].split()[0] for item in items], [EVENTS[words[0] & 0xff] for words in events])

    def test_the_decoded_form_alone_gives_the_same_fields(self):
        draw = random.Random(18)
        for _ in range(60):
            words = [draw.choice(sorted(KNOWN_TO_LINUX)) | draw.getrandbits(64) & ~0xff]
            words += [draw.getrandbits(64) for _ in range(3)]
            raw, = self.items(log_of("s", raw_of(words)))
            text, = self.items(log_of("s", linux_prints(words)))
            self.assertEqual(raw["prints"], text["prints"])
            both = {key for key in text["fields"] if key != "SSV" and (key != "SubstreamID" or bits(words[0], 11))}
            self.assertEqual({key: raw["fields"][key] for key in both}, {key: text["fields"][key] for key in both})

    def test_a_decoded_form_that_says_something_else_is_noted(self):
        words = [0x310000000010, 0x20000000000, 0x1000, 0]
        for old, new in (("sid: 0x3100", "sid: 0x3101"), ("iova: 0x1000", "iova: 0x2000"), ("unpriv", "priv"),
                         ("stag: 0x0", "stag: 0x1"), ("F_TRANSLATION", "F_ACCESS")):
            log = log_of("s", raw_of(words)) + log_of("s", linux_prints(words)).replace(old, new)
            self.assertIn("something else", self.items(log)[0].get("note", ""), new)
        self.assertNotIn("note", self.items(log_of("s", raw_of(words) + linux_prints(words)))[0])

    def test_smmus_that_log_at_the_same_time_are_told_apart(self):
        first, second = [0x10010, 1 << 41, 0x1000, 0], [0x20013, 1 << 41, 0x2000, 0]
        lines = [log_of(source, [line]) for a, b in zip(raw_of(first) + linux_prints(first),
                                                        raw_of(second) + linux_prints(second))
                 for source, line in (("a", a), ("b", b))]
        items = self.items("".join(lines))
        self.assertEqual([(item["source"][-1], item["fields"]["InputAddr"]) for item in items],
                         [("a", "0x1000"), ("b", "0x2000")])

    def test_dmar_faults_of_all_forms(self):
        items = self.decoded(f"{FILES}/11-dmesg-dmar-forms.txt")["items"]
        faults = [(item["name"], item["fields"]["SID"], item["fields"]["T1"], item["fields"]["FI"]) for item in items
                  if item["kind"] == "fault"]
        self.assertEqual(faults, [("LGN.2", "0x98", "0x0", "0x1000"), ("LGN.3", "0x18", "0x1", "0x9b000000"),
                                  ("LSS.1", "0x18", "0x1", "0x71ad5000"), ("SFS.2", "0x400", "0x1", "0x200000"),
                                  ("LGN.3", "0xa8", "0x1", "0x38700000")])

    def test_old_linux_has_decimal_reasons_on_a_line_of_their_own(self):
        item, = self.items("DMAR:[DMA Write] Request device [02:1f.7] fault addr abc000 \n"
                           "DMAR:[fault reason 12] non-zero reserved fields in PTE\n")
        self.assertEqual((item["name"], item["fields"]["FR"], item["fields"]["SID"]), ("LSS.2", "0xc", "0x2ff"))
        item, = self.items("DMAR: [INTR-REMAP] Request device [f0:1f.0] fault index 5 [fault reason 34] x\n")
        self.assertEqual((item["name"], item["fields"]["interrupt_index"]), ("22h", "0x5"))

    def test_every_fault_reason_of_the_model_has_a_name(self):
        with open(f"{DOCS}/../models/vtd/regs.h", encoding="utf-8") as regs:
            rows = re.findall(r"X\(([LRSI]\w+), (0x\w\w), [01], (?:UR|CA|NONE|PERMS)", regs.read())
        self.assertGreater(len(rows), 60)
        for name, reason in rows:
            item, = self.items(f"DMAR: [DMA Read NO_PASID] Request device [00:01.0] fault addr 0x1 [fault reason {reason}] x\n")
            self.assertIn(f"{reason[2:]}h" if name.startswith("IR") else name.replace("_", "."), item["name"])

    def test_page_requests_and_descriptors_of_ftrace(self):
        items = self.decoded(f"{FILES}/06-ftrace-intel-prq-qi.txt")["items"]
        got = [[item["fields"].get(key) for key in ("RID", "PASID", "ADDR", "PRGI", "LPIG", "WRR")] for item in items[:3]]
        self.assertEqual(got, [["0x6a08", "0x3", "0x7f10aa001000", "0x0", "0x1", "0x1"],
                               ["0x6a08", "0x3", "0x7f10aa002000", "0x1", "0x0", "0x0"],
                               ["0x6a08", "0x3", "0x7f10aa003000", "0x1", "0x1", "0x0"]])
        self.assertEqual([item["name"] for item in items[3:]],
                         ["page group response 0x9", "PASID-based IOTLB invalidate 0x6"])

    def test_words_with_a_name_may_go_over_lines(self):
        ste, cd, command = self.items("STE: 0x80000fcb 0xd0000000\n 0x0 0x0\nffff0000: 0x0 0x0 0x0 0x0\n"
                                      "cd: 0x0001230080000010 0x45000 0 0 0 0 0 0\ncmd: 0x0000210000001044, 0x12\n")
        self.assertEqual((ste["fields"]["V"], ste["fields"]["Config"], ste["fields"]["S1ContextPtr"]),
                         ("0x1", "0x5", "0x80000fc0"))
        self.assertEqual((cd["fields"]["ASID"], cd["fields"]["T0SZ"], cd["fields"]["TTB0"]), ("0x1", "0x10", "0x45000"))
        self.assertEqual((command["name"], command["fields"]["Ac"], command["fields"]["STAG"]),
                         ("CMD_RESUME 0x44", "0x1", "0x12"))
        cut, = self.items("STE: 0x1 0x2\n")
        self.assertEqual((cut["fields"], cut["note"]), ({}, "only 2 of its 8 words are here"))

    def test_amd_and_smmuv2_are_said_not_to_be_modelled(self):
        for name in ("10-dmesg-smmuv2.txt", "12-dmesg-amd-vi.txt"):
            items = self.decoded(f"{FILES}/{name}")["items"]
            self.assertTrue(items and all(item["model"].startswith("not modelled") for item in items))

    def test_suppressed_messages_are_counted(self):
        for name, nr in (("08-dmesg-smmuv3-raw", 1200), ("11-dmesg-dmar-forms", 893), ("12-dmesg-amd-vi", 96)):
            self.assertEqual(self.decoded(f"{FILES}/{name}.txt")["suppressed"], nr)

    def test_rules_that_are_named_exist(self):
        known = {}
        for unit, page in (("SMMUv3", "smmuv3-rules.md"), ("VT-d", "vtd-rules.md")):
            with open(f"{DOCS}/{page}", encoding="utf-8") as text:
                known[unit] = set(re.findall(r"^\| (\w+-\d+) \|", text.read(), flags=re.M))
        log = "".join(log_of("s", raw_of([number, 0, 0, 0])) for number in EVENTS)
        log += "".join(f"cmd: {op:#x} 0\n" for op in range(256)) + "".join(f"qi: {kind:#x} 0\n" for kind in range(16))
        log += "STE: 1 0 0 0 0 0 0 0\nCD: 0 0 0 0 0 0 0 0\npriq: 0 0\nprq: 1 0 0 0\ncontext: 1 0\npasid: 1 0 0 0 0 0 0 0\n"
        items = self.items(log)
        for path in glob.glob(f"{FILES}/*dmesg*"):
            items += self.decoded(path)["items"]
        nr = 0
        for item in items:
            family = None
            for found in re.findall(r"\b([A-Z]\w+)?-(\d+)\b|rules ([A-Z]\w+)", item.get("model", "")):
                family = found[0] or family
                if found[2]:
                    self.assertTrue(any(rule.startswith(f"{found[2]}-") for rule in known[item["unit"]]), item["model"])
                elif found[0] or "model" not in item["model"]:
                    self.assertIn(f"{family}-{found[1]}", known[item["unit"]], item["model"])
                nr += 1
        self.assertGreater(nr, 40)

    def test_text_and_json_tell_of_the_same(self):
        for path in sorted(glob.glob(f"{FILES}/*dmesg*")):
            told = self.accepted("decode", path)
            items = self.decoded(path)["items"]
            self.assertEqual(len(re.findall(rf"^{re.escape(path)}:\d+: ", told, flags=re.M)), len(items))

    def test_standard_input_is_read(self):
        with open(f"{FILES}/10-dmesg-smmuv2.txt", encoding="utf-8") as log:
            got = subprocess.run([IOPFSIM, "decode", "-", "--json"], stdin=log, capture_output=True, text=True, check=True)
        self.assertEqual(json.loads(got.stdout)["items"], self.decoded(f"{FILES}/10-dmesg-smmuv2.txt")["items"])

    def test_what_says_nothing_is_refused(self):
        self.refused("nothing to decode", "decode", self.write("empty", ""))
        self.refused("nothing to decode", "decode", self.write("other", "hello\nworld\n"))
        self.refused("cannot be opened", "decode", "missing")
        self.refused("folder", "decode", ".")

    def test_broken_logs_end_in_an_answer(self):
        draw = random.Random(19)
        texts = []
        for path in sorted(glob.glob(f"{FILES}/*")):
            with open(path, "rb") as log:
                texts.append(log.read())
        for _ in range(150):
            text = bytearray(draw.choice(texts) + draw.choice(texts))
            for _ in range(draw.randrange(1, 40)):
                at = draw.randrange(len(text))
                if draw.random() < 0.5:
                    text[at] = draw.randrange(256)
                else:
                    del text[at:at + draw.randrange(1, 30)]
                if len(text) < 2:
                    break
            got = self.run_it("decode", self.write("log", bytes(text)))
            self.assertIn(got.returncode, (0, 2))
            self.assertEqual(got.stderr.count("\n"), 1 if got.returncode else 0)


main()
