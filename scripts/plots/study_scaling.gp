# SPDX-License-Identifier: GPL-2.0-only
# Faults a second against CPUs, a curve each, with a line for the highest: CPUs times the rate of one.
call ARG5 . "/style.gp" ARG1 ARG2 ARG3 ARG4 ARG6 ARG7

dat = data . "/study.dat"
height = tall(500)
array names[16]
stats dat using 1:2 nooutput
curves = STATS_blocks
last = STATS_max_x
least = STATS_min_y
most = STATS_max_y
best = 0
do for [i = 0:curves - 1] {
	stats dat index i using (names[i + 1] = strcol(5), column(2)) nooutput
	if (STATS_max >= most) { best = i }
}
stats dat using 10 nooutput
has_bars = STATS_max > 0
stats dat using 13 nooutput
has_band = STATS_max > 0
most = STATS_max > most ? STATS_max : most
set logscale x 2
set xrange [0.9:last * 1.1]
if (is_decades(least, most)) {
	set logscale y
	set yrange [least / 1.5:most * 3]
	set ytics (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
} else {
	set yrange [0:most * 1.25]
}
set xlabel "CPUs"
set ylabel "million faults a second"
set key top left Left reverse samplen 3 noenhanced

# A band, with half or twice of one estimate; bars, the interval of the mean rate over seeds; each if it was asked for.
band = has_band ? "for [i = 0:curves - 1] dat index i using 1:12:13 with filledcurves fs transparent solid 0.18 noborder lc rgb colour(i) notitle, " : ""
curve = has_bars ? "using 1:2:10 with yerrorlines" : "using 1:2 with linespoints"

do for [kind in formats] {
	eval(terminal_of(kind))
	set title heading("Faults a second against CPUs")
	eval("plot " . band . "dat index best using 1:3 with lines lw 1.5 dt 3 lc rgb grey title names[best + 1] . ': CPUs times the rate of one', " \
		. "for [i = 0:curves - 1] dat index i " . curve . " ls i + 1 title names[i + 1]")
	unset output
}
