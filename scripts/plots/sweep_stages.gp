# SPDX-License-Identifier: GPL-2.0-only
# Mean of each stage, stacked, a bar for each point of a sweep.
call ARG5 . "/style.gp" ARG1 ARG2 ARG3 ARG4 ARG6 ARG7

# stats obeys the ranges that are set, so it comes before them.
dat = data . "/sweep_stages.dat"
points = rows / 11
stats dat using 4 nooutput
longest = STATS_max > 0 ? STATS_max : 1
letters = 0
foot = is_paper ? 142 : 118
stats dat using (letters = strlen(strcol(6)) > letters ? strlen(strcol(6)) : letters, 0) nooutput

height = tall(32 + foot + 34 * points)
set tmargin at screen 1 - (top + 8.0) / height
set xrange [0:longest * 1.12]
set title heading("Where the time of a fault goes")
set xlabel "time since the fault began, us, mean of all faults"
set ylabel "point of the sweep"
set yrange [points - 0.5:-0.5]
set ytics scale 0 noenhanced
unset grid
set grid xtics back lc rgb "#d0d7de" lw 1
set key at screen 0.5,screen 8.0 / height bottom center horizontal Left reverse maxrows 4 width 1 samplen 1.5
set style fill solid 1 border lc rgb "white"
set lmargin at screen (50.0 + 7.6 * letters) / width
set rmargin at screen 1 - 30.0 / width
set bmargin at screen real(foot) / height

do for [kind in formats] {
	eval(terminal_of(kind))
	plot for [i = 0:10] dat using ($2 == i ? $3 : NaN):1:3:4:($1 - 0.35):($1 + 0.35):ytic(6) \
		with boxxyerror lc rgb stage_colour(i) title stage_name(i), \
		dat using ($2 == 10 ? $5 : NaN):1:(sprintf("  %.2f", $5)) \
		with labels left textcolor rgb "#1b1f24" font ",10" notitle
	unset output
}
