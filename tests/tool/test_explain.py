#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# Usage: test_explain.py IOPFSIM
#
# What the command explains. Claims: each row of docs/words.md is found by each name in it, in any case, and printed with its
# meaning whole; so are stages, resources of a verdict, keys; an unknown word is one line with what was meant, exit 2.
import re
import unittest

import command

with open("docs/words.md", encoding="utf-8") as file:
    WORDS = file.read()


def plain(cell):
    return re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", cell).replace("`", "").strip()


def rows():
    """Section, names, meaning of each row of a table."""
    section = ""
    for line, after in zip(WORDS.splitlines(), WORDS.splitlines()[1:] + [""]):
        if line.startswith("## "):
            section = line[3:]
        elif line.startswith("| ") and not line.startswith("| ---") and not after.startswith("| ---"):
            *cells, meaning = [plain(cell) for cell in line.strip("| ").split(" | ")]
            names = [name.strip() for cell in cells if cell != "-" for name in re.split(r"[,;:()]", cell)]
            yield section, [name for name in names if name], meaning


class Words(command.InFolder):
    def test_every_row_is_found_by_each_of_its_names(self):
        found = list(rows())
        self.assertGreater(len(found), 100)
        for section, names, meaning in found:
            for name in names:
                got = self.accepted("explain", name)
                self.assertIn(meaning, got, name)
                self.assertIn(f"({section})", got, name)

    def test_case_dashes_and_spaces_do_not_matter(self):
        want = self.accepted("explain", "CMD_RESUME")
        self.assertIn("answers a stalled access: retry or abort", want)
        for name in ("cmd_resume", "cmd resume", "CMD-Resume"):
            self.assertEqual(self.accepted("explain", name), want)

    def test_both_architectures_names_are_said(self):
        got = self.accepted("explain", "iotlb")
        self.assertIn("SMMUv3: TLB, micro-TLB\n", got)
        self.assertIn("VT-d: IOTLB\n", got)

    def test_all_words_are_listed(self):
        got = self.accepted("explain")
        for _, names, _ in rows():
            self.assertIn(names[0], got)

    def test_a_stage_says_where_its_time_stands(self):
        got = self.accepted("explain", "dequeued")
        self.assertIn("stage 4 of 11 of a fault, behind interrupted", got)
        self.assertIn("dequeued_ns in faults.csv", got)

    def test_every_stage_has_a_row_of_the_glossary(self):
        for name in self.accepted("list", "stages").split("\n"):
            if name:
                self.assertIn("(The moments of a fault)", self.accepted("explain", name.split()[0]))

    def test_resources_designs_and_generators(self):
        self.assertIn("accesses wait for a place among the stalled ones", self.accepted("explain", "stall table"))
        self.assertIn("(a design of the handler)", self.accepted("explain", "rfc-v3"))
        self.assertIn("(where accesses come from)", self.accepted("explain", "trace"))

    def test_keys_with_and_without_what_they_stand_in(self):
        for word in ("handler.extra", "extra"):
            self.assertIn("see 'iopfsim list parameters handler.extra'", self.accepted("explain", word))
        for word in ("devices[].accesses", "accesses"):
            self.assertIn("see 'iopfsim list results devices[].accesses'", self.accepted("explain", word))
        self.assertIn("section of a workload file", self.accepted("explain", "handler"))

    def test_an_unknown_word_is_one_line(self):
        self.refused("iopfsim explain: no word is called 'STGA'; did you mean 'STAG'?", "explain", "STGA")
        self.refused("no word is called 'xyzzyx', see 'iopfsim explain'", "explain", "xyzzyx")
        self.refused("no word is called ''", "explain", "")
        self.refused("no word is called '-'", "explain", "--", "-")
        self.refused("no word is called 'a???", "explain", "a\n\x1b\x7f" * 40)


if __name__ == "__main__":
    command.main()
