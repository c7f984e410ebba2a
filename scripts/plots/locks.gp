# SPDX-License-Identifier: GPL-2.0-only
# Time waited for, and for the lock's cache line, and held, by lock class: totals on the left, p99 on the right.
call ARG5 . "/style.gp" ARG1 ARG2 ARG3 ARG4

# stats obeys the ranges that are set, so it comes before them.
if (rows > 0) {
	stats data . "/locks.dat" using ($3 > $2 + $6 ? $3 : $2 + $6) nooutput
	most_total = STATS_max > 0 ? STATS_max * 1.06 / 1000 : 1
	stats data . "/locks.dat" using ($5 > $4 ? $5 : $4) nooutput
	most_p99 = STATS_max > 0 ? STATS_max * 1.06 : 1
}

height = 196 + 46 * (rows > 0 ? rows : 4)
set yrange [rows - 0.4:-0.6]
set ytics noenhanced
set style fill solid 1 noborder
unset grid
set grid xtics back lc rgb "#d0d7de" lw 1
set xtics autofreq
set key at screen 0.98,screen 1 - 48.0 / height right top horizontal Left reverse samplen 1.5
set bmargin at screen 58.0 / height
set tmargin at screen 1 - 82.0 / height

do for [kind in "svg png"] {
	eval(terminal_of(kind))
	if (rows == 0) {
		set title heading("Locks") noenhanced
		eval(nothing("no lock was taken"))
	} else {
		set multiplot layout 1,2 title heading("Waiting for locks and holding them") \
			noenhanced font ",13"
		unset title
		set xrange [0:most_total]
		set xlabel "total, ms"
		set lmargin at screen 0.24
		set rmargin at screen 0.60
		plot data . "/locks.dat" using 2:1:(0):($2 / 1000):($1 - 0.36):($1 - 0.02):ytic(9) \
			with boxxyerror lc rgb red title "waited for", \
			"" using ($2 + $6):1:($2 / 1000):(($2 + $6) / 1000):($1 - 0.36):($1 - 0.02) \
			with boxxyerror lc rgb orange title "for its line", \
			"" using 3:1:(0):($3 / 1000):($1 + 0.02):($1 + 0.36) \
			with boxxyerror lc rgb blue title "held"
		unset key
		set format y ""
		set ytics 1
		set xrange [0:most_p99]
		set xlabel "p99 of one acquisition, us"
		set lmargin at screen 0.64
		set rmargin at screen 0.98
		plot data . "/locks.dat" using 4:1:(0):4:($1 - 0.36):($1 - 0.02) \
			with boxxyerror lc rgb red notitle, \
			"" using 5:1:(0):5:($1 + 0.02):($1 + 0.36) \
			with boxxyerror lc rgb blue notitle
		unset multiplot
		set key
		set format y "%h"
		set ytics autofreq
	}
	unset output
}
