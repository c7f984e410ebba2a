# SPDX-License-Identifier: GPL-2.0-only
# Two parameters with three values or more each: a cell for each pair, a panel for each of the others. Places are those of the
# values, not their sizes, so that each has as much room.
call ARG5 . "/style.gp" ARG1 ARG2 ARG3 ARG4 ARG6 ARG7

dat = data . "/sweep_map.dat"
meta = data . "/sweep_axes.dat"
array said[5]
array number[5]
stats meta using (column(1) < 5 ? (number[int(column(1)) + 1] = column(2), said[int(column(1)) + 1] = strcol(3), 0) : 0, 0) nooutput
across = int(number[1])
down = int(number[2])
panels = int(number[3])
shown = panels > 6 ? 6 : panels
array panel[panels]
nr = 0
stats meta using (column(1) == 12 ? (nr = nr + 1, panel[nr] = strcol(3), 0) : 0, 0) nooutput
stats dat using 3 nooutput
low = STATS_records > 0 ? STATS_min : 0
high = STATS_records > 0 && STATS_max > low ? STATS_max : low + 1

columns = shown > 3 ? 3 : shown
lines = (shown + columns - 1) / columns
cell = across * columns > 24 ? 46 : 64
width = columns * (across * cell + 170) + 60
width = wide(width < 700 ? 700 : width)
height = tall(lines * (down * 34 + 150) + 32)
set tmargin
has_numbers = across * down <= 200
# A cell has no number where there are too few faults for the percentile, or the point failed.
stats dat using (strcol(3) eq "nan" ? 1 : 0) nooutput
no_number = has_numbers && STATS_records > 0 && STATS_sum > 0 ? ";  - : too few values for it, or no result" : ""
# By factors where the highest is far from the lowest.
is_log = is_decades(low, high)
share(v) = is_log ? log(v / low) / log(high / low) : (v - low) / (high - low)
format_of(v) = v >= 100 ? sprintf("%.0f", v) : v >= 10 ? sprintf("%.1f", v) : sprintf("%.2f", v)

set cbrange [low:high]
if (is_log) { set logscale cb }
set cbtics scale 0.4
set cblabel said[5] noenhanced
set xrange [-0.5:across - 0.5]
set yrange [-0.5:down - 0.5]
set xtics scale 0 noenhanced rotate by -35
set ytics scale 0 noenhanced
unset grid
unset key

do for [kind in formats] {
	eval(terminal_of(kind))
	set multiplot layout int(lines),columns title heading(said[5] . no_number . (panels > shown ? sprintf(" (the first %d of %d panels)", shown, panels) : "")) noenhanced font ",13"
	do for [p = 0:shown - 1] {
		set title panels > 1 ? panel[p + 1] : "" noenhanced font ",11" offset 0,-0.5
		set xlabel said[1] noenhanced
		set ylabel said[2] noenhanced
		plot dat index p using 1:2:3:xtic(4):ytic(5) with image notitle, \
			dat index p using (has_numbers ? $1 : -9):2:(strcol(3) eq "nan" ? "-" : format_of($3)):(strcol(3) eq "nan" ? 0x57606a : share($3) > 0.55 ? 0xffffff : 0x1b1f24) \
			with labels textcolor rgb variable font ",9" notitle
	}
	unset multiplot
	unset output
}
