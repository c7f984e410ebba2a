# SPDX-License-Identifier: GPL-2.0-only
# Latency against faults offered, a panel for each of mean, p50, p99, p99.9, a curve each; where a curve ends, more are
# not handled, which a mark says. In the panel of the mean what a queue of one server would make of it, dashed.
call ARG5 . "/style.gp" ARG1 ARG2 ARG3 ARG4 ARG6 ARG7

dat = data . "/study.dat"
width = wide(1100)
height = tall(780)
array names[16]
array ends[16]
array what[4] = ["mean", "p50", "p99", "p99.9"]
stats dat using 1:2 nooutput
curves = STATS_blocks
least = STATS_min_x
last = STATS_max_x
stats dat using 3 nooutput
low = STATS_min
stats dat using 6 nooutput
high = STATS_max
has_formula = 0
do for [i = 0:curves - 1] {
	stats dat index i using (names[i + 1] = strcol(9), column(2)) nooutput
	ends[i + 1] = STATS_max
	stats dat index i using 7 nooutput
	if (STATS_max > 0) { has_formula = 1 }
}
set logscale xy
set xrange [least * 0.9:last * 1.15]
set yrange [low * 0.6:high * 1.5]
set ytics (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)
set xtics (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
set tmargin

do for [kind in formats] {
	eval(terminal_of(kind))
	set multiplot layout 2,2 title heading("Latency of a fault against faults offered") noenhanced font ",13" \
		margins screen 70.0 / width, screen 1 - 20.0 / width, screen 60.0 / height, screen 1 - (top + 24.0) / height \
		spacing screen 85.0 / width, screen 95.0 / height
	do for [panel = 1:4] {
		set title what[panel] noenhanced offset 0,-0.6
		set xlabel "million faults offered a second"
		set ylabel "latency, us"
		if (panel == 1) { set key top left Left reverse samplen 3 noenhanced } else { unset key }
		unset arrow
		do for [i = 1:curves] {
			set arrow i from ends[i],graph 0 to ends[i],graph 0.06 nohead lw 2 lc rgb colour(i - 1)
		}
		plot for [i = 0:curves - 1] dat index i using 1:2 + panel with linespoints ls i + 1 title names[i + 1], \
			for [i = 0:curves - 1] dat index i using 1:(panel == 1 && column(7) > 0 ? column(7) : NaN) with lines lw 1.5 dt 3 \
				lc rgb grey title i == 0 && has_formula ? "M/D/1 of one mutex" : "", \
			keyentry with lines lw 2 lc rgb grey title "at the bottom: the most handled"
	}
	unset multiplot
	unset output
}
