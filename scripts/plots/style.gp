# SPDX-License-Identifier: GPL-2.0-only
# What all plots share. A script is called as
#   gnuplot -d -c NAME.gp DATA-FOLDER OUTPUT-WITHOUT-SUFFIX TITLE ROWS FOLDER-OF-SCRIPTS
# and writes OUTPUT.svg and OUTPUT.png. ROWS is the number of lines of data; 0: nothing to draw.
# Nothing here depends on date, host or the user's settings, so equal data give equal bytes.

data = ARG1
out = ARG2
# The workload's title stands below what a plot shows; what does not fit is cut.
subtitle = strlen(ARG3) > 100 ? ARG3[1:97] . "..." : ARG3
heading(subject) = subject . "\n" . subtitle
rows = int(ARG4)

width = 960
height = 460

# Called with "svg" or "png" before each drawing; a script may change width and height first.
terminal_of(kind) = kind eq "svg" \
	? sprintf("set terminal svg size %d,%d font 'DejaVu Sans,13' background 'white'; set output '%s.svg'", \
		  width, height, quoted(out)) \
	: sprintf("set terminal pngcairo size %d,%d font 'DejaVu Sans,10.5' background 'white'; set output '%s.png'", \
		  width, height, quoted(out))

# A quote within a single-quoted string is doubled.
quoted(s) = (strstrt(s, "'") == 0) ? s \
	: s[1:strstrt(s, "'")] . "'" . quoted(s[strstrt(s, "'") + 1:strlen(s)])

set encoding utf8
set title subtitle noenhanced font ",13" offset 0,0.2
set border 3 lc rgb "#57606a" lw 1
set tics nomirror textcolor rgb "#1b1f24"
set grid back lc rgb "#d0d7de" lw 1
set key textcolor rgb "#1b1f24"

blue = 0x0b6bcb; orange = 0xd9730d; green = 0x2e8b57; red = 0xc43c39; grey = 0x8c959f
colour(i) = word("0x0b6bcb 0xd9730d 0x2e8b57 0xc43c39 0x7d5ba6 0x8a6d3b 0x17a2b8 0xe377c2 0x6b7280 0xb5a400 0x1f4e79 0xa65628 0x66a61e 0xe7298a 0x5254a3 0x000000", \
	1 + i % 16)

# The stages of a fault. Hardware and delivery in blues, software in warm colours and greens, the way back in violets.
stage_colour(i) = int(word("0x08306b 0x2171b5 0x6baed6 0xbdd7e7 0xfdae61 0xd7301f 0xe6c229 0x41ab5d 0x006d2c 0x9e9ac8 0x54278f", 1 + i))
stage_name(i) = word("detected recorded interrupted dequeued handled locked pinned mapped answered consumed completed", 1 + i)
is_dark(i) = i <= 1 || i == 5 || i == 8 || i == 10

# A picture that says why it shows nothing.
nothing(why) = sprintf("unset border; unset tics; unset grid; unset key; unset xlabel; unset ylabel; set label 99 '%s' at screen 0.5,0.5 center font ',16' textcolor rgb '#57606a'; plot [0:1][0:1] 2 notitle", why)
