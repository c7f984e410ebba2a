# SPDX-License-Identifier: GPL-2.0-only
# Mean of each stage, stacked, a bar for all faults, and one for those whose latency is about a percentile: the bar of p99
# is a mean of faults that there were, and its stages add up to their latency, as each stage's own p99 would not.
call ARG5 . "/style.gp" ARG1 ARG2 ARG3 ARG4 ARG6 ARG7

# stats obeys the ranges that are set, so it comes before them.
bars = rows / 11
stats data . "/stages.dat" using 5 nooutput
longest = STATS_max > 0 ? STATS_max : 1
left = 185.0
foot = is_paper ? 142 : 118

height = tall(32 + foot + 62 * bars)
set title heading("Where the time of a fault goes")
set tmargin at screen 1 - (top + 8.0) / height
set xrange [0:longest * 1.1]
set xlabel "time since the fault began, us, mean"
set ylabel "faults, by their latency"
set yrange [bars - 0.5:-0.5]
set ytics scale 0 noenhanced
unset grid
set grid xtics back lc rgb "#d0d7de" lw 1
set key at screen 0.5,screen 8.0 / height bottom center horizontal Left reverse maxrows 4 width 1 samplen 1.5
set style fill solid 1 border lc rgb "white"
set lmargin at screen left / width
set rmargin at screen 1 - 20.0 / width
set bmargin at screen real(foot) / height

# A segment bears its value if it is wide enough.
at(from, to) = (to - from) > 46.0 / (width - left - 20) * 1.1 * longest ? (from + to) / 2 : NaN

do for [kind in formats] {
	eval(terminal_of(kind))
	plot for [i = 0:10] data . "/stages.dat" \
		using ($2 == i ? $4 : NaN):1:4:5:($1 - 0.3):($1 + 0.3):ytic(8) \
		with boxxyerror lc rgb stage_colour(i) title stage_name(i), \
		data . "/stages.dat" using (is_dark($2) ? at($4, $5) : NaN):1:(sprintf("%.2f", $6)) \
		with labels textcolor rgb "#ffffff" font ",10" notitle, \
		data . "/stages.dat" using (is_dark($2) ? NaN : at($4, $5)):1:(sprintf("%.2f", $6)) \
		with labels textcolor rgb "#1b1f24" font ",10" notitle, \
		data . "/stages.dat" using ($2 == 10 ? $5 : NaN):1:(" " . short($7)) \
		with labels left textcolor rgb "#1b1f24" font ",11" notitle
	unset output
}
