# SPDX-License-Identifier: GPL-2.0-only
# Throughput as a share of that of static mapping, against pages mapped per fault.
call ARG5 . "/style.gp" ARG1 ARG2 ARG3 ARG4 ARG6 ARG7

dat = data . "/study.dat"
stats dat using 1:4 nooutput
set logscale x 2
set xrange [STATS_min_x * 0.9:STATS_max_x * 1.1]
set yrange [0:STATS_max_y > 100 ? 1.05 * STATS_max_y : 108]
set xlabel "pages mapped per fault, at most"
set ylabel "throughput, % of static mapping"
set key bottom right samplen 3

do for [kind in formats] {
	eval(terminal_of(kind))
	set title heading("Throughput against pages mapped per fault")
	plot 100 with lines lw 1.5 dt 3 lc rgb grey title "everything mapped in advance", \
		dat using 1:4 with linespoints ls 1 title "by faults"
	unset output
}
