# SPDX-License-Identifier: GPL-2.0-only
# Throughput as a share of that of static mapping, against pages mapped per fault.
call ARG5 . "/style.gp" ARG1 ARG2 ARG3 ARG4

dat = data . "/study.dat"
if (rows > 0) {
	stats dat using 1:4 nooutput
	set logscale x 2
	set xrange [STATS_min_x * 0.9:STATS_max_x * 1.1]
}
set yrange [0:108]
set xlabel "pages mapped per fault, at most"
set ylabel "throughput, % of static mapping"
set key bottom right samplen 2

do for [kind in "svg png"] {
	eval(terminal_of(kind))
	set title heading("Throughput against pages mapped per fault") noenhanced
	if (rows == 0) {
		eval(nothing("no point has run"))
	} else {
		plot 100 with lines lw 1.5 dt 2 lc rgb grey title "everything mapped in advance", \
			dat using 1:4 with linespoints lw 2 pt 7 ps 0.7 lc rgb blue title "by faults"
	}
	unset output
}
