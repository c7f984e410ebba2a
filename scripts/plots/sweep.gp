# SPDX-License-Identifier: GPL-2.0-only
# Published beside simulated, a group of bars a point, in two panels that sweep_panels.txt names.
call ARG5 . "/style.gp" ARG1 ARG2 ARG3 ARG4

dat = data . "/sweep.dat"
# stats obeys the ranges that are set, so it comes before them. What is not known is 0 and has no bar.
panel = ""
left_name = ""
array most[6]
do for [i = 2:5] {
	most[i] = 0
	stats dat using (most[i] = column(i) > most[i] ? column(i) : most[i], 0) nooutput
}
stats data . "/sweep_panels.txt" using (left_name = panel, panel = strcol(1), 0) nooutput
top(a, b) = a <= 0 && b <= 0 ? 1 : 1.08 * (a > b ? a : b)

width = 1100
height = 470
set xrange [-0.6:rows - 0.4]
set style fill solid 1 noborder
set key outside top right horizontal samplen 1.5
unset grid
set grid ytics back lc rgb "#d0d7de" lw 1
set xtics noenhanced
if (rows > 5) {
	set xtics rotate by -30
	height = 500
}
set xlabel "point of the sweep, by what it sets"

do for [kind in "svg png"] {
	eval(terminal_of(kind))
	set multiplot layout 1,2 title heading(most[2] > 0 || most[4] > 0 ? "Published and simulated" : "Simulated") noenhanced font ",13"
	unset title
	do for [i = 1:2] {
		set ylabel i == 1 ? left_name : panel
		set yrange [0:top(most[2 * i], most[2 * i + 1])]
		if (most[2 * i] > 0) {
			plot dat using ($1 - 0.19):(column(2 * i)):(0.36):xtic(6) with boxes \
				lc rgb grey title "published", \
				"" using ($1 + 0.19):(column(2 * i + 1)):(0.36) with boxes \
				lc rgb blue title "simulated"
		} else {
			plot dat using 1:(column(2 * i + 1)):(0.5):xtic(6) with boxes \
				lc rgb blue title "simulated"
		}
	}
	unset multiplot
	unset output
}
