# SPDX-License-Identifier: GPL-2.0-only
"""Where the letters of one of gnuplot's SVGs stand, by the widths that are in the font's file."""
import re
import struct
import subprocess
import xml.etree.ElementTree

SVG = "{http://www.w3.org/2000/svg}"


class Font:
    """Advance widths of a TrueType font: tables head, hhea, hmtx, and cmap of format 4."""

    def __init__(self, name):
        path = subprocess.run(["fc-match", "-f", "%{file}", name], capture_output=True, text=True, check=True).stdout
        with open(path, "rb") as file:
            self.data = file.read()
        self.tables = {}
        for i in range(struct.unpack_from(">H", self.data, 4)[0]):
            tag, _, offset, _ = struct.unpack_from(">4sIII", self.data, 12 + 16 * i)
            self.tables[tag] = offset
        self.per_em, = struct.unpack_from(">H", self.data, self.tables[b"head"] + 18)
        self.nr_metrics, = struct.unpack_from(">H", self.data, self.tables[b"hhea"] + 34)
        self.glyphs = self.read_cmap()

    def read_cmap(self):
        cmap = self.tables[b"cmap"]
        for i in range(struct.unpack_from(">H", self.data, cmap + 2)[0]):
            offset = cmap + struct.unpack_from(">HHI", self.data, cmap + 4 + 8 * i)[2]
            if struct.unpack_from(">H", self.data, offset)[0] == 4:
                return self.read_segments(offset)
        raise ValueError("the font has no table of format 4")

    def read_segments(self, offset):
        nr = struct.unpack_from(">H", self.data, offset + 6)[0] // 2
        ends, starts, deltas, ranges = (struct.unpack_from(f">{nr}H", self.data, offset + 14 + 2 * nr * i + (2 if i else 0))
                                        for i in range(4))
        glyphs = {}
        for i in range(nr):
            for code in range(starts[i], min(ends[i], 0xfffe) + 1):
                glyph = code
                if ranges[i]:
                    at = offset + 16 + 6 * nr + 2 * i + ranges[i] + 2 * (code - starts[i])
                    glyph, = struct.unpack_from(">H", self.data, at)
                    if not glyph:
                        continue
                glyphs[code] = (glyph + deltas[i]) & 0xffff
        return glyphs

    def width(self, text, size):
        units = 0
        for letter in text:
            glyph = min(self.glyphs.get(ord(letter), 0), self.nr_metrics - 1)
            units += struct.unpack_from(">H", self.data, self.tables[b"hmtx"] + 4 * glyph)[0]
        return units * size / self.per_em


class Text:
    """A line of letters: what it says, and the box that it stands in."""

    def __init__(self, group, text, font):
        x, y = (float(part) for part in re.match(r"translate\(([-\d.]+),([-\d.]+)\)", group.get("transform")).groups())
        turned = re.search(r"rotate\(([-\d.]+)\)", group.get("transform"))
        size = float(group.get("font-size"))
        self.said = "".join(text.itertext()).strip()
        self.angle = float(turned[1]) % 360 if turned else 0
        width = font.width(self.said, size)
        left = {"start": 0, "middle": -width / 2, "end": -width}[group.get("text-anchor")]
        # capitals are 0.73 of the size high, and some letters go 0.24 below the line
        corners = [(left, -0.73 * size), (left + width, 0.24 * size)]
        if self.angle == 270:
            corners = [(down, -right) for right, down in corners]
        self.is_upright = self.angle in (0, 270)
        self.left, self.right = sorted(x + corner[0] for corner in corners)
        self.top, self.bottom = sorted(y + corner[1] for corner in corners)

    def meets(self, other):
        return (self.left < other.right - 1 and other.left < self.right - 1 and self.top < other.bottom - 1
                and other.top < self.bottom - 1)


def texts_of(path, font):
    """The size of the picture, and its texts."""
    root = xml.etree.ElementTree.parse(path).getroot()
    size = [float(part) for part in root.get("viewBox").split()[2:]]
    return size, [Text(group, text, font) for group in root.iter(f"{SVG}g") if group.get("font-size")
                  for text in group.findall(f"{SVG}text") if "".join(text.itertext()).strip()]


def nr_drawn(path):
    """How many lines, areas and marks stand for data."""
    root = xml.etree.ElementTree.parse(path).getroot()
    plots = [group for group in root.iter(f"{SVG}g") if group.get("id", "").startswith("gnuplot_plot_")]
    return sum(1 for plot in plots for shape in plot.iter() if shape.tag in (f"{SVG}path", f"{SVG}polygon", f"{SVG}use", f"{SVG}polyline"))
