# SPDX-License-Identifier: GPL-2.0-only
# Simulated against published, a colour for each number; on the line they are the same.
call ARG5 . "/style.gp" ARG1 ARG2 ARG3 ARG4

dat = data . "/study.dat"
height = 560
array names[16]
if (rows > 0) {
	stats dat using 1:2 nooutput
	blocks = STATS_blocks
	least = STATS_min_x < STATS_min_y ? STATS_min_x : STATS_min_y
	most = STATS_max_x > STATS_max_y ? STATS_max_x : STATS_max_y
	do for [i = 0:blocks - 1] {
		stats dat index i using (names[i + 1] = strcol(4), column(2)) nooutput
	}
	set logscale xy
	set xrange [least / 2:most * 2]
	set yrange [least / 2:most * 2]
}
set xlabel "published"
set ylabel "simulated"
set key top left Left reverse samplen 2 noenhanced

do for [kind in "svg png"] {
	eval(terminal_of(kind))
	set title heading("Simulated against published") noenhanced
	if (rows == 0) {
		eval(nothing("no point has run"))
	} else {
		plot x with lines lw 1.5 dt 2 lc rgb grey title "the same", \
			for [i = 0:blocks - 1] dat index i using 1:2 with points pt 7 ps 1 \
				lc rgb colour(i) title names[i + 1]
	}
	unset output
}
