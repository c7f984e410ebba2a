#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# Usage: test_palette.py STYLE.gp
#
# The colours of the pictures, as those see them who see all colours, no red (protanopia) and no green (deuteranopia). Claims: stages
# that are neighbours, or become so where one or two between them took no time, and any two series, are at least 20 apart in CIE 1976 L*a*b* (the
# distance of CIE 1976), for each of the three; letters on a stage can be read; no two of 40 series have colour, dash and mark in common, and
# neighbours differ in all three; scripts name no colour of their own.
#
# What those see is computed as in Machado, Oliveira and Fernandes, "A Physiologically-based Model for Simulation of Color Vision
# Deficiency", 2009: their matrices of severity 1.0, on linear sRGB.
import glob
import math
import os
import re
import sys
import unittest

STYLE = sys.argv.pop(1)
LEAST = 20

EYES = {
    "all colours": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
}
# Linear sRGB to CIE XYZ with the white of D65 (IEC 61966-2-1), and that white.
TO_XYZ = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
WHITE = (0.95047, 1, 1.08883)


def linear(colour):
    parts = [(colour >> shift & 255) / 255 for shift in (16, 8, 0)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def product(matrix, vector):
    return [sum(a * b for a, b in zip(row, vector)) for row in matrix]


def lab(colour, eye):
    seen = [min(1, max(0, part)) for part in product(EYES[eye], linear(colour))]
    x, y, z = ((part / white) for part, white in zip(product(TO_XYZ, seen), WHITE))
    x, y, z = (part ** (1 / 3) if part > 216 / 24389 else (24389 / 27 * part + 16) / 116 for part in (x, y, z))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def distance(one, other, eye):
    return math.dist(lab(one, eye), lab(other, eye))


def contrast(one, other):
    """As WCAG 2 has it."""
    light, dark = sorted((product(TO_XYZ, linear(colour))[1] for colour in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


class Palette(unittest.TestCase):
    def setUp(self):
        with open(STYLE, encoding="utf-8") as file:
            self.style = file.read()

    def colours(self, name):
        return [int(colour, 16) for colour in re.search(rf'^{name} = "(.*)"$', self.style, re.M)[1].split()]

    def words(self, function):
        return re.findall(r"[^ ]+", re.search(rf'^{function}\(i\) = .*word\("(.*?)"', self.style, re.M)[1])

    def check_apart(self, pairs):
        for one, other in pairs:
            for eye in EYES:
                self.assertGreaterEqual(distance(one, other, eye), LEAST, f"0x{one:06x} and 0x{other:06x}, {eye}")

    def test_distances_are_those_of_the_published_method(self):
        # white to black is 100 of L*; red and green of equal lightness are far apart, and not without green
        self.assertAlmostEqual(distance(0xffffff, 0, "all colours"), 100, places=1)
        # sRGB's red is L* 53.24, a* 80.09, b* 67.20
        for value, want in zip(lab(0xff0000, "all colours"), (53.24, 80.09, 67.20)):
            self.assertAlmostEqual(value, want, places=1)
        self.assertGreater(distance(0xb5651d, 0x6b8e23, "all colours"), 40)
        self.assertLess(distance(0xb5651d, 0x6b8e23, "deuteranopia"), LEAST)

    def test_stages_are_told_apart(self):
        stages = self.colours("stages")
        self.assertEqual(len(stages), 11)
        self.assertEqual(len(self.words("stage_name")), 11)
        self.check_apart([(one, other) for i, one in enumerate(stages) for other in stages[i + 1:i + 4]])

    def test_series_are_told_apart(self):
        series = self.colours("series")
        self.assertEqual(len(series), 8)
        self.check_apart([(one, other) for i, one in enumerate(series) for other in series[:i]])

    def test_letters_on_stages_can_be_read(self):
        dark = {int(i) for i in re.findall(r"i == (\d+)", re.search(r"^is_dark\(i\) = (.*)$", self.style, re.M)[1])}
        for i in range(int(re.search(r"^is_dark\(i\) = i <= (\d+)", self.style, re.M)[1]) + 1):
            dark.add(i)
        for i, colour in enumerate(self.colours("stages")):
            letters = 0xffffff if i in dark else 0x1b1f24
            self.assertGreaterEqual(contrast(colour, letters), 4, f"stage {i}")

    def test_lines_differ_by_more_than_colour(self):
        dashes, marks, series = self.words("dash"), self.words("mark"), self.colours("series")
        lines = [(series[i % len(series)], dashes[i % len(dashes)], marks[i % len(marks)]) for i in range(40)]
        self.assertEqual(len(set(lines)), 40)
        for one, other in zip(lines, lines[1:]):
            for part_of_one, part_of_other in zip(one, other):
                self.assertNotEqual(part_of_one, part_of_other)

    def test_scripts_have_no_colours_of_their_own(self):
        greys = {"1b1f24", "57606a", "d0d7de", "eaeef2", "ffffff"}
        for path in glob.glob(f"{os.path.dirname(STYLE)}/*.gp"):
            if path == STYLE:
                continue
            with open(path, encoding="utf-8") as file:
                for colour in re.findall(r'(?:#|0x)([0-9a-fA-F]{6})\b|lc rgb "(?!#)(?!white)(\w+)"', file.read()):
                    self.assertIn(colour[0], greys, path)


unittest.main()
