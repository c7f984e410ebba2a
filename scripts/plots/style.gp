# SPDX-License-Identifier: GPL-2.0-only
# What all plots share. A script is called as
#   gnuplot -d -c NAME.gp DATA-FOLDER OUTPUT-WITHOUT-SUFFIX TITLE ROWS FOLDER-OF-SCRIPTS THEME FORMATS
# and writes OUTPUT.svg, OUTPUT.png and OUTPUT.pdf, those that FORMATS ("svg png pdf") names. ROWS is the number of lines of
# data, at least 1: a picture of nothing is not drawn. THEME is "paper", without titles, for a column of text, or "default".
# Nothing here depends on date, host or the user's settings, so equal data give equal bytes; but for a PDF's date, which who
# calls takes out.

data = ARG1
out = ARG2
rows = int(ARG4)
is_paper = ARG5 eq "paper"
formats = ARG6

# What the picture shows, with the workload's title below; what does not fit is cut.
subtitle = strlen(ARG3) > 100 ? ARG3[1:97] . "..." : ARG3
heading(subject) = is_paper ? "" : subject . "\n" . subtitle

# Pixels of the screen, on paper fewer beside the same letters, and none for a title.
top = is_paper ? 14 : 58
wide(pixels) = int(is_paper ? 0.75 * pixels : pixels)
tall(pixels) = pixels + top
width = wide(960)
height = tall(400)

# Called with one of formats before each drawing. A PNG has twice the pixels, and letters and lines that are twice as large.
weight = is_paper ? 1.3 : 1
terminal_of(kind) = sprintf("set terminal %s background 'white'; set output '%s.%s'", \
	kind eq "svg" ? sprintf("svg size %d,%d font 'DejaVu Sans,13' linewidth %g", width, height, weight) : \
	kind eq "png" ? sprintf("pngcairo size %d,%d font 'DejaVu Sans,10.5' fontscale 2 linewidth %g pointscale 2", \
				2 * width, 2 * height, 2 * weight) : \
	sprintf("pdfcairo size %.4fin,%.4fin font 'DejaVu Sans,9.75' fontscale 1 linewidth %g pointscale 0.75", \
		width / 96.0, height / 96.0, 1.5 * weight), \
	quoted(out), kind)

# A quote within a single-quoted string is doubled.
quoted(s) = (strstrt(s, "'") == 0) ? s \
	: s[1:strstrt(s, "'")] . "'" . quoted(s[strstrt(s, "'") + 1:strlen(s)])

# Values from @low to @high want a logarithmic axis: they span a decade.
is_decades(low, high) = low > 0 && high >= 10 * low
# Of two values, of which 0 is none.
larger(a, b) = a > b ? a : b
smaller(a, b) = a <= 0 ? b : b <= 0 ? a : a < b ? a : b
# Bounds of such an axis, with a little room.
log_low(low) = low / 1.3
log_high(high) = high * 1.3

# Four digits, or all of a large number.
short(value) = value >= 1000 ? sprintf("%.0f", value) : sprintf("%.4g", value)

set encoding utf8
set title noenhanced font ",13" offset 0,0.2
set border 3 lc rgb "#57606a" lw 1
set tics nomirror textcolor rgb "#1b1f24"
set grid back lc rgb "#d0d7de" lw 1
set key textcolor rgb "#1b1f24"
set tmargin at screen 1 - real(top) / height

# Series. tests/tool/test_palette.py computes how far apart these look to whom.
series = "0x2c649c 0xf77c26 0x346c5a 0xb6100e 0x4f27ba 0x5dacba 0xbd9d6b 0x191919"
colour(i) = int(word(series, 1 + i % 8))
blue = colour(0); orange = colour(1); green = colour(2); red = colour(3)
grey = 0x8c959f
# Beside their colours lines have dashes and marks, of which there are other numbers: no two of 40 are the same.
dash(i) = word("1 (12,4) (3,3) (12,4,3,4) (7,7)", 1 + i % 5)
mark(i) = int(word("7 5 9 11 13 6 4 8 10 12", 1 + i % 10))
do for [i = 0:39] {
	eval(sprintf("set style line %d lc rgb %d dt %s pt %d ps 0.8 lw 2", i + 1, colour(i), dash(i), mark(i)))
}

# Of a map: darker is more.
set palette defined (0 "#f7fbff", 0.35 "#9ecae1", 0.7 "#2171b5", 1 "#08306b")

# The stages of a fault. Hardware and delivery in blues, software in warm colours and greens, the way back in violets.
stages = "0x102d4f 0x137cc7 0x9acadb 0x15706c 0xfeb210 0xd40d04 0xe1d582 0x66a282 0x1a4734 0xc7a7ff 0x3d18a9"
stage_colour(i) = int(word(stages, 1 + i))
stage_name(i) = word("detected recorded interrupted dequeued handled locked pinned mapped answered consumed completed", 1 + i)
# White letters on these, black ones on the others.
is_dark(i) = i <= 1 || i == 3 || i == 5 || i == 8 || i == 10
