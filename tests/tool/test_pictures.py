#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# Usage: test_pictures.py IOPFSIM
#
# The pictures of every workload that comes with iopfsim, of sweeps and of studies. Claims: each axis has a title, with the unit; no
# letter is beyond the picture or upon another; none is empty, and one that would be is not there; PNG has twice the SVG's pixels, PDF its
# size; equal data give equal bytes; the theme for paper has the same files and no titles; the stages about a percentile are those of faults.csv.
import csv
import os
import re
import struct
import subprocess
import sys

import command
from command import InFolder
from svg_text import Font, nr_drawn, texts_of

WORKLOADS = os.path.realpath("workloads")
FONT = Font("DejaVu Sans")
QUEUE_TITLES = {"event queue", "command queue", "invalidation queue", "page request queue", "PRI queue", "slots of walks"}
# What stands at the axes of each kind of picture.
AXES = {
    "latency_cdf": {"latency of a fault, us", "share of faults at most so long, %", "the same on an axis of nines, %"},
    "stages": {"time since the fault began, us, mean", "faults, by their latency"},
    "translation": {"latency of a translation, ns", "share of translations at most so long, %", "the same on an axis of nines, %"},
    "queue_depth": {"simulated time, ms (highest depth in each interval)", "share of the time, %", "depth"},
    "locks": {"in all, ms", "p99 of one acquisition, us", "class of lock"},
    "sweep": {"point of the sweep, by what it sets"},
    "sweep_stages": {"time since the fault began, us, mean of all faults", "point of the sweep"},
    "study_scaling": {"CPUs", "million faults a second"},
    "study_validation": {"simulated / published"},
    "study_premap": {"pages mapped per fault, at most", "throughput, % of static mapping"},
    "study_load": {"million faults offered a second", "latency, us"},
}
QUICK = ("-q", "--set", "output.timeline_limit=0")


def names_of(folder, suffix):
    return sorted(name[:-len(suffix)] for name in os.listdir(folder) if name.endswith(suffix))


class Pictures(InFolder):
    def setUp(self):
        super().setUp()
        os.unlink("platforms")

    def check_letters(self, path):
        (width, height), texts = texts_of(path, FONT)
        for text in texts:
            self.assertTrue(-1 <= text.left and text.right <= width + 1 and -1 <= text.top and text.bottom <= height + 1 or
                            not text.is_upright, f"{path}: '{text.said}' is beyond the picture: {vars(text)}")
        for i, text in enumerate(texts):
            for other in texts[:i]:
                self.assertFalse(text.is_upright and other.is_upright and text.meets(other),
                                 f"{path}: '{text.said}' is upon '{other.said}'")
        return {text.said for text in texts}

    def check_sizes(self, name):
        (width, height), _ = texts_of(f"{name}.svg", FONT)
        with open(f"{name}.png", "rb") as png:
            self.assertEqual(struct.unpack(">II", png.read(24)[16:]), (2 * width, 2 * height), name)
        with open(f"{name}.pdf", "rb") as pdf:
            box = re.search(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]", pdf.read())
        self.assertAlmostEqual(float(box[1]), 0.75 * width, delta=1)
        self.assertAlmostEqual(float(box[2]), 0.75 * height, delta=1)

    def check_folder(self, folder, is_paper=False):
        names = names_of(folder, ".svg")
        self.assertEqual((names_of(folder, ".png"), names_of(folder, ".pdf")), (names, names), folder)
        for name in names:
            path = f"{folder}/{name}.svg"
            said = self.check_letters(path)
            is_grid = name == "sweep" and "throughput, MB/s" in said and "latency of a fault, p99, us" in said
            self.assertTrue(is_grid or AXES[name] <= said, f"{path}: {said}")
            self.assertGreater(nr_drawn(path), 0, f"{path} is empty")
            self.check_sizes(f"{folder}/{name}")
            if name == "queue_depth":
                self.assertTrue(QUEUE_TITLES & said, path)
            with open(f"{folder}/data/title.txt", encoding="utf-8") as title:
                self.assertEqual(title.read().strip()[:90] in {text[:90] for text in said}, not is_paper, path)
        return names

    def rows_of(self, path):
        with open(path, encoding="utf-8") as file:
            return [re.findall(r'"[^"]*"|\S+', line) for line in file if line.strip() and line[0] != "#"]

    def test_every_workload(self):
        for name in sorted(os.listdir(WORKLOADS)):
            if not name.endswith(".yaml"):
                continue
            with self.subTest(name):
                self.accepted("run", name[:-5], *QUICK, "-o", "out")
                drawn = self.check_folder("out")
                self.assertEqual("stages" in drawn, bool(self.rows_of("out/data/stages.dat")))
                self.assertEqual("translation" in drawn, bool(self.rows_of("out/data/translation.dat")))
                self.assertEqual("locks" in drawn, bool(self.rows_of("out/data/locks.dat")))
                self.accepted("plot", "out", "--theme", "paper")
                self.assertEqual(self.check_folder("out", is_paper=True), drawn)

    def test_sweeps_and_studies(self):
        for args in (("sweep", "uadk-sva"), ("sweep", "container"), ("sweep", "memory"), ("study", "memory"), ("study", "cmdq"), ("study", "sva")):
            with self.subTest(args):
                self.accepted(*args, "-q", "-o", "out")
                drawn = self.check_folder("out")
                # pinning memory has no faults, moves no bytes
                self.assertEqual(len(drawn), 0 if args == ("sweep", "memory") else 2 if args[0] == "sweep" else 1)
                self.accepted("plot", "out", "--theme", "paper")
                self.assertEqual(self.check_folder("out", is_paper=True), drawn)
                subprocess.run(["rm", "-r", "out"], check=True)

    def test_a_picture_of_nothing_is_removed(self):
        self.accepted("run", "uadk-sva", *QUICK, "-o", "out")
        self.write("out/data/stages.dat", "# nothing\n")
        self.accepted("plot", "out")
        self.assertEqual(names_of("out", ".pdf"), ["latency_cdf", "locks", "queue_depth", "translation"])
        with open("out/report.html", encoding="utf-8") as report:
            self.assertNotIn("p98.5 to p99.5", report.read())

    def test_equal_data_give_equal_bytes(self):
        for name in ("one", "other"):
            self.accepted("run", "container", *QUICK, "-o", name)
            subprocess.run(["sleep", "1.1"], check=True)
        subprocess.run(["diff", "-r", "one", "other"], check=True)

    def test_stages_about_a_percentile_are_those_of_its_faults(self):
        self.accepted("run", "container", *QUICK, "-o", "out")
        with open("out/faults.csv", encoding="utf-8") as file:
            faults = list(csv.DictReader(file))
        faults.sort(key=lambda fault: (-float(fault["latency_ns"]), int(fault["number"])))
        bars = {}
        for _, _, stage, _, _, length, whole, label in self.rows_of("out/data/stages.dat"):
            bars.setdefault(label.strip('"'), []).append((stage, float(length), float(whole)))
        self.assertEqual(list(bars), [f"all {len(faults)}", "p25 to p75", "p98.5 to p99.5", "p99.85 to p99.95"])
        for label, low, high in (("p25 to p75", 25000, 75000), ("p98.5 to p99.5", 98500, 99500), ("p99.85 to p99.95", 99850, 99950)):
            about = faults[len(faults) * (100000 - high) // 100000:len(faults) * (100000 - low) // 100000]
            for stage, length, whole in bars[label]:
                self.assertAlmostEqual(length, sum(float(fault[f"{stage}_ns"]) for fault in about) / len(about) / 1000, places=5)
                self.assertAlmostEqual(whole, sum(float(fault["latency_ns"]) for fault in about) / len(about) / 1000, places=4)
        few = self.rows_of("out/data/percentiles.dat")[2]
        self.assertAlmostEqual(bars["p98.5 to p99.5"][0][2], float(few[1]), delta=0.01 * float(few[1]))

    def test_a_theme_that_is_none_is_refused(self):
        self.refused("--theme: there is no 'papr', expected default or paper", "run", "uadk-sva", "--theme", "papr")


if __name__ == "__main__":
    if not os.path.exists("/usr/bin/gnuplot"):
        sys.exit("gnuplot is not installed")
    command.main()
