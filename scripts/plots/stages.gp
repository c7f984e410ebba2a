# SPDX-License-Identifier: GPL-2.0-only
# Mean and p99 of each stage, stacked.
call ARG5 . "/style.gp" ARG1 ARG2 ARG3 ARG4

# stats obeys the ranges that are set, so it comes before them.
if (rows > 0) {
	stats data . "/stages.dat" using 5 nooutput
	longest = STATS_max > 0 ? STATS_max : 1
	set xrange [0:longest * 1.06]
}

height = 420
set title heading("Where the time of a fault goes") noenhanced
set xlabel "us"
set yrange [-0.5:1.5]
set ytics ("mean" 1, "p99 of\neach stage" 0) scale 0
unset grid
set grid xtics back lc rgb "#d0d7de" lw 1
set key at screen 0.5,0.03 bottom center horizontal Left reverse maxrows 2 width 1 samplen 1.5
set style fill solid 1 border lc rgb "white"
set lmargin 12
set rmargin 4
set bmargin 7

# A segment bears its value if it is wide enough.
at(from, to) = (to - from) > 0.048 * longest ? (from + to) / 2 : NaN

do for [kind in "svg png"] {
	eval(terminal_of(kind))
	if (rows == 0) {
		eval(nothing("no faults"))
	} else {
		plot for [i = 0:10] data . "/stages.dat" \
			using ($2 == i ? $4 : NaN):(1 - $1):4:5:(0.7 - $1):(1.3 - $1) \
			with boxxyerror lc rgb stage_colour(i) title stage_name(i), \
			data . "/stages.dat" using (is_dark($2) ? at($4, $5) : NaN):(1 - $1):(sprintf("%.2f", $6)) \
			with labels textcolor rgb "#ffffff" font ",10" notitle, \
			data . "/stages.dat" using (is_dark($2) ? NaN : at($4, $5)):(1 - $1):(sprintf("%.2f", $6)) \
			with labels textcolor rgb "#1b1f24" font ",10" notitle, \
			data . "/stages.dat" using ($2 == 10 ? $5 : NaN):(1.38 - $1):(sprintf("%.2f us", $7)) \
			with labels right textcolor rgb "#1b1f24" font ",11" notitle
	}
	unset output
}
