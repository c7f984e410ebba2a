# SPDX-License-Identifier: GPL-2.0-only
# Published beside simulated, a group of bars a point: throughput as a share of the baseline's,
# and added time per fault.
call ARG5 . "/style.gp" ARG1 ARG2 ARG3 ARG4

width = 1100
height = 460
set xrange [-0.6:rows - 0.4]
set yrange [0:*]
set style fill solid 1 noborder
set boxwidth 0.36
set key outside top right horizontal samplen 1.5
unset grid
set grid ytics back lc rgb "#d0d7de" lw 1
set xtics noenhanced rotate by (rows > 8 ? -30 : 0)
set xlabel "what the point of the sweep sets"

do for [kind in "svg png"] {
	eval(terminal_of(kind))
	set multiplot layout 1,2 title heading("Published and simulated") noenhanced font ",13"
	unset title
	set ylabel "throughput, % of the baseline"
	plot data . "/sweep.dat" using ($1 - 0.19):2:xtic(6) with boxes lc rgb grey title "published", \
		"" using ($1 + 0.19):3 with boxes lc rgb blue title "simulated"
	set ylabel "added time per fault, us"
	plot data . "/sweep.dat" using ($1 - 0.19):4:xtic(6) with boxes lc rgb grey title "published", \
		"" using ($1 + 0.19):5 with boxes lc rgb blue title "simulated"
	unset multiplot
	unset output
}
