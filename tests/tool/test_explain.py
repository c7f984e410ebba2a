#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# Usage: test_explain.py IOPFSIM
#
# What the command explains. Claims: each row of docs/words.md is found by each name in it, in any case, and printed with its
# meaning whole; so are stages, resources of a verdict, keys; an unknown word is one line with what was meant, exit 2.
# A fault is told with the times that faults.csv has, beside medians computed here; broken files are one line.
# Completion offers what the command takes, and nothing that it refuses. Each verb has a manual page.
import csv
import json
import os
import re
import shutil
import subprocess
import unittest

import command

SCRIPT = os.path.realpath("scripts/man")
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

    def test_every_lock_of_the_workloads_and_designs_is_explained(self):
        short = ["--set", "workload.accesses=64", "--set", "workload.footprint=256KiB"]
        runs = [["vtd-sva"], ["pcie-sva"], ["workqueue", "--set", "benchmark.iterations=2"],
                ["memory", "--set", "benchmark.run_pages=64"], ["cmdq", "--set", "smmu.driver.cmdq=spinlock"]]
        runs += [["locks", "--set", f"handler.design={design}", *short]
                 for design in ("rfc-v3", "core-path", "range-lock", "rcu")]
        runs += [["sva-locks", "--set", f"handler.design={design}", *short] for design in ("mmap-lock", "per-vma")]
        explained = {name for section, names, _ in rows() if section == "Locks" for name in names}
        met = set()
        for words in runs:
            self.accepted("run", *words, "-q", "--no-plots", "-o", "run")
            with open("run/locks.csv", encoding="ascii") as file:
                met |= {line["name"] for line in csv.DictReader(file) if line["acquisitions"] != "0"}
        self.assertGreater(len(met), 25)
        # "&cmdq->lock, owner_prod" is one name here, and two there
        self.assertEqual({name for name in met if re.split("[,(]", name)[0] not in explained}, set())

    def test_resources_designs_and_generators(self):
        self.assertIn("it has no place left for a further stalled access", self.accepted("explain", "stall table"))
        self.assertIn("(a design of the handler)", self.accepted("explain", "rfc-v3"))
        self.assertIn("(where accesses come from)", self.accepted("explain", "trace"))

    def test_keys_with_and_without_what_they_stand_in(self):
        for word in ("handler.extra", "extra"):
            self.assertIn("see 'iopfsim list parameters handler.extra'", self.accepted("explain", word))
        for word in ("devices[].accesses", "accesses"):
            self.assertIn("see 'iopfsim list results devices[].accesses'", self.accepted("explain", word))
        self.assertIn("section of a workload file", self.accepted("explain", "handler"))

    def test_json_says_what_the_text_says(self):
        for word in ("stall", "locked", "rfc-v3", "stall table", "handler", "extra"):
            text = "".join(f"{answer['word']}  ({answer['kind']})\n" + "".join(f"    {line}\n" for line in answer["says"])
                           for answer in json.loads(self.accepted("explain", word, "--json")))
            self.assertEqual(text, self.accepted("explain", word))
        listed = json.loads(self.accepted("explain", "--json"))
        self.assertEqual(len(listed), len(re.findall(r"^  ", self.accepted("explain"), re.M)))
        self.refused("no word is called 'xyzzyx'", "explain", "xyzzyx", "--json")

    def test_an_unknown_word_is_one_line(self):
        self.refused("iopfsim explain: no word is called 'STGA'; did you mean 'STAG'?", "explain", "STGA")
        self.refused("no word is called 'xyzzyx', see 'iopfsim explain'", "explain", "xyzzyx")
        self.refused("no word is called ''", "explain", "")
        self.refused("no word is called '-'", "explain", "--", "-")
        self.refused("no word is called 'a???", "explain", "a\n\x1b\x7f" * 40)


STAGES = ["detected", "recorded", "interrupted", "dequeued", "handled", "locked", "pinned", "mapped", "answered", "consumed",
          "completed"]
WAITING = {"interrupted", "dequeued", "handled", "locked", "consumed"}


class Story(command.InFolder):
    def setUp(self):
        super().setUp()
        self.write("small.yaml", command.SMALL)

    def run_small(self, *settings):
        options = [word for setting in settings for word in ("--set", setting)]
        self.accepted("run", "small.yaml", "-q", "--no-plots", "-o", "run", *options)
        with open("run/faults.csv", encoding="ascii") as file:
            return list(csv.DictReader(file))

    def test_json_of_a_fault_has_its_numbers(self):
        faults = {fault["number"]: fault for fault in self.run_small()}
        for which in ("slowest", "median", "1"):
            told = json.loads(self.accepted("explain", "run", which, "--json"))
            fault = faults[str(told["number"])]
            self.assertEqual(told["latency_ns"], float(fault["latency_ns"]))
            self.assertEqual([told[key] for key in ("access", "outcome", "iova")],
                             [fault["access"], fault["outcome"], f"0x{int(fault['iova'], 16):016x}"])
            for stage in told["stages"]:
                self.assertEqual(stage["took_ns"], float(fault[f"{stage['stage']}_ns"]))
                self.assertEqual(stage["is_waiting"], stage["stage"] in WAITING)
            self.assertAlmostEqual(sum(stage["took_ns"] for stage in told["stages"]), told["latency_ns"], places=3)

    def table(self, text):
        """Stage: its row's cells."""
        lines = [re.split(r"  +", line.strip()) for line in text.splitlines()]
        return {cells[0]: cells for cells in lines if cells[0] in STAGES}

    def check_numbers(self, text, fault, usual):
        table = self.table(text)
        self.assertEqual(list(table), STAGES)
        for stage in STAGES:
            took = float(fault[f"{stage}_ns"])
            want = sorted(float(one[f"{stage}_ns"]) for one in usual)[(len(usual) - 1) // 2]
            for cell, value in ((2, took), (3, want)):
                if value >= 1:
                    self.assertTrue(self.is_near(table[stage][cell], value), (stage, table[stage], value))
        waited = sum(float(fault[f"{stage}_ns"]) for stage in WAITING)
        said = float(re.search(r"waiting for somebody for .*, ([0-9.]+) % of its time", text).group(1))
        self.assertAlmostEqual(said, 100 * waited / float(fault["latency_ns"]), delta=0.06)
        longest = max(STAGES, key=lambda stage: float(fault[f"{stage}_ns"]))
        self.assertIn(f"Longest is {longest}, ", text)

    def is_near(self, cell, ns):
        value, unit = cell.split()
        return abs(float(value) * {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}[unit] / ns - 1) < 0.006

    def test_a_fault_is_told_beside_the_medians_of_its_run(self):
        faults = self.run_small()
        for fault in (faults[0], faults[len(faults) // 2], faults[-1]):
            text = self.accepted("explain", "run", fault["number"])
            self.assertTrue(text.startswith(f"Fault {fault['number']} of run: device {fault['device']} "), text)
            self.assertIn(f"IOVA {fault['iova']}", text)
            self.assertIn(f"began at {fault['began_ns']} ns", text)
            self.check_numbers(text, fault, faults)

    def test_slowest_and_median_are_found(self):
        faults = self.run_small()
        times = sorted(float(fault["latency_ns"]) for fault in faults)
        for which, want in (("slowest", times[-1]), ("median", times[(len(times) - 1) // 2])):
            number = re.match(r"Fault (\d+) of run", self.accepted("explain", "run", which)).group(1)
            got = [float(fault["latency_ns"]) for fault in faults if fault["number"] == number]
            self.assertEqual(got, [want])

    def test_faults_kept_as_slowest_are_told_and_leave_the_medians_alone(self):
        faults = self.run_small("output.trace_limit=5")
        usual = [fault for fault in faults if fault["kept"] == "first"]
        extra = [fault for fault in faults if fault["kept"] == "slowest"]
        self.assertEqual(len(usual), 5)
        self.assertTrue(extra)
        text = self.accepted("explain", "run", extra[-1]["number"])
        self.assertIn("The median of 5 kept faults", text)
        self.check_numbers(text, extra[-1], usual)

    def test_a_fault_that_was_not_kept_says_which_were(self):
        self.run_small()
        with open("run/faults.csv", encoding="ascii") as file:
            header, *lines = file.read().splitlines()
        kept = [line for line in lines if line.split(",")[0] in ("1", "2", "3", "5")]
        self.write("run/faults.csv", "\n".join([header, *kept]) + "\n")
        self.refused("fault 4 was not kept, expected one of 1 to 3, 5 (output.trace_limit), slowest, or median",
                     "explain", "run", "4")
        self.refused("'x' is no fault, expected a number, slowest, or median", "explain", "run", "x")
        self.refused("which fault of run? its number, slowest, or median", "explain", "run")

    def test_a_fault_that_had_not_ended_is_told_to_where_it_came(self):
        header = "number,device,iommu,pasid,tag,iova,access,outcome,kept,began_ns,latency_ns," + \
            ",".join(f"{stage}_ns" for stage in STAGES)
        os.mkdir("run")
        self.write("run/faults.csv", f"{header}\n7,1,0,,3,0x1000,write,pending,pending,5.25,,100,20,30.5,,,,,,,,\n")
        text = self.accepted("explain", "run", "7")
        self.assertIn("began at 5.25 ns and had not ended", text)
        self.assertIn("had not come to 'dequeued': it was waiting in the queue", text)
        self.assertEqual(list(self.table(text)), STAGES[:3])
        self.refused("no fault has ended", "explain", "run", "slowest")

    def test_what_is_no_folder_of_a_run_is_one_line(self):
        self.refused("nowhere: is no folder of a run (it has no faults.csv)", "explain", "nowhere", "1")
        faults = self.run_small()
        with open("run/faults.csv", "rb") as file:
            good = file.read()
        header, first = good.split(b"\n")[:2]
        for bad in (b"", b"\n", header.replace(b"tag", b"tga") + b"\n", b"a" * 5000, b"," * 5000 + b"\n"):
            self.write("run/faults.csv", bad)
            self.refused("has not the columns that this iopfsim writes", "explain", "run", "1")
        began = faults[0]["began_ns"].encode()
        for bad in (first[:-1], first + b",\n", first[:30] + b"\n", first.replace(began, b"-1") + b"\n", b"\n",
                    first.replace(began, b"1.2345") + b"\n", first.replace(began, b"9" * 25) + b"\n", b"\0\n",
                    first.replace(b",0x", b",y0x") + b"\n", b"1," * 600 + b"\n"):
            self.write("run/faults.csv", header + b"\n" + bad)
            self.refused("run/faults.csv:2: is no fault", "explain", "run", "1")
        self.write("run/faults.csv", header + b"\n")
        self.refused("run: has no faults", "explain", "run", "1")
        os.remove("run/faults.csv")
        os.symlink("/dev/zero", "run/faults.csv")
        self.refused("it has no faults.csv", "explain", "run", "1")


class Completion(command.InFolder):
    def setUp(self):
        super().setUp()
        self.script = self.write("completion", self.accepted("completion", "bash"))

    def offered(self, *words):
        """What bash's function leaves for the last of @words."""
        driver = "compopt() { :; }; . ./completion; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _iopfsim; " + \
            "printf '%s\\n' \"${COMPREPLY[@]}\""
        got = subprocess.run(["bash", "-c", driver, "bash", command.IOPFSIM, *words], capture_output=True, text=True, timeout=60,
                             check=False)
        self.assertEqual((got.returncode, got.stderr), (0, ""), words)
        return [line for line in got.stdout.split("\n") if line]

    def verbs(self):
        return [line.split()[0] for line in self.accepted("--help").split("Verbs:\n")[1].split("\n\n")[0].split("\n")
                if re.match(r"  \S", line)]

    def test_all_verbs_are_offered(self):
        self.assertGreater(len(self.verbs()), 8)
        self.assertEqual(sorted(self.offered("")), sorted([*self.verbs(), "help"]))
        self.assertEqual(self.offered("sw"), ["sweep"])

    def test_an_option_is_offered_where_the_verb_does_not_refuse_it(self):
        for verb in self.verbs():
            shown = set(re.findall(r"(--[a-z-]+)", self.accepted(verb, "--help").split("Mandatory")[0]))
            offered = [word for word in self.offered(verb, "--") if word.startswith("--")]
            self.assertLessEqual(set(offered), shown, verb)
            self.assertIn("--help", offered, verb)
            if verb in ("explore", "zoo"):  # their options are another program's
                continue
            values = {"--set": "=handler.extra=1us", "--platform": "=x", "--seed": "=1", "--output": "=x", "--json": ""}
            for option, value in values.items():
                said = self.run_it(verb, option + value, *self.arguments(verb)).stderr
                self.assertEqual(option not in offered, f"option '{option}' does nothing here\n" in said, (verb, option))

    def arguments(self, verb):
        return {"run": ["no.yaml"], "sweep": ["no.yaml"], "trace": ["no.yaml"], "study": ["nothing"], "plot": ["nowhere"],
                "list": ["nothing"], "completion": ["zsh"], "explain": ["xyzzyx"], "calibrate": ["nothing"],
                "decode": ["nowhere"], "drive": ["nowhere"], "export": ["nowhere"], "serve": []}.get(verb, ["nowhere", "nowhere"])

    def test_values_and_arguments(self):
        self.assertIn("handler.extra=", self.offered("run", "x", "--set", "handler.e"))
        self.assertIn("uadk-sva", self.offered("run", "uadk"))
        self.assertIn("kunpeng920", self.offered("calibrate", "kun"))
        self.assertEqual(self.offered("study", "page"), ["page-requests"])
        self.assertEqual(self.offered("list", "parameters", "handler.ext"), ["handler.extra"])
        self.assertEqual(self.offered("list", "parameters", "--js"), ["--json"])
        self.write("my file.yaml", "")
        self.assertEqual(self.offered("run", "my"), ["my file.yaml"])
        self.assertEqual(self.offered("run", "x", "-o", "my"), ["my file.yaml"])
        self.assertEqual(self.offered("run", "x", "--seed", ""), [])

    def test_what_list_and_study_know_is_offered(self):
        topics = [line.split()[2] for line in self.accepted("list").splitlines()]
        self.assertEqual(sorted(self.offered("list", "")), sorted(topics + self.left() + ["platforms"]))
        for study in self.offered("study", ""):
            if study not in (*self.left(), "platforms"):
                self.assertNotIn("nothing is called", self.run_it("study", study, "no.yaml").stderr)

    def test_every_parameter_is_offered(self):
        listed = re.findall(r"^([a-z0-9_.]+)  \(", self.accepted("list", "parameters"), re.M)
        self.assertGreater(len(listed), 200)
        self.assertEqual(sorted(f"{path}=" for path in listed), sorted(self.offered("run", "x", "--set", "")))

    def test_no_other_shell(self):
        self.refused("iopfsim completion: no shell 'zsh', expected bash", "completion", "zsh")


@unittest.skipUnless(shutil.which("help2man"), "no help2man")
class Manual(command.InFolder):
    def test_every_verb_has_a_page_with_its_options(self):
        subprocess.run([SCRIPT, command.IOPFSIM, "man"], check=True, timeout=120)
        verbs = Completion.verbs(self)
        self.assertGreater(len(verbs), 8)
        self.assertEqual(sorted(os.listdir("man")), sorted(["iopfsim.1", *(f"iopfsim-{verb}.1" for verb in verbs)]))
        for verb in verbs:
            with open(f"man/iopfsim-{verb}.1", encoding="utf-8") as file:
                page = file.read().replace("\\-", "-")
            said = self.accepted(verb, "--help")
            about = re.sub(r"\s+", " ", re.search(rf"\n  {verb}\b.*\n((?:      .*\n)+)", self.accepted("--help"))[1]).strip()
            self.assertIn(f".SH NAME\niopfsim-{verb} - {about}\n", page)
            for option in set(re.findall(r"^ .*?(--[a-z-]+)", said.split("Mandatory")[0], re.M)):
                self.assertIn(f"\\fB{option}\\fR", page, verb)


if __name__ == "__main__":
    command.main()
