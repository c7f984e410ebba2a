# SPDX-License-Identifier: GPL-2.0-only
# Simulated over published, against published, marks for each number: on the line they are the same, in the band within 20 %.
call ARG5 . "/style.gp" ARG1 ARG2 ARG3 ARG4 ARG6 ARG7

dat = data . "/study.dat"
height = tall(440)
array names[16]
stats dat using 1:($2 / $1) nooutput
blocks = STATS_blocks
least = STATS_min_x
most = STATS_max_x
low = STATS_min_y < 0.75 ? STATS_min_y : 0.75
high = STATS_max_y > 1.3 ? STATS_max_y : 1.3
do for [i = 0:blocks - 1] {
	stats dat index i using (names[i + 1] = strcol(4), column(2)) nooutput
}
if (is_decades(least, most)) {
	set logscale x
	set format x "%g"
	set xrange [least / 1.5:most * 1.5]
} else {
	set xrange [least - 0.1 * (most - least) - 0.01 * least:most + 0.1 * (most - least) + 0.01 * most]
}
set logscale y
set yrange [low / 1.1:high * 1.25]
set ytics (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.6, 0.8, 1, 1.2, 1.5, 2, 3, 5, 10, 20, 50, 100)
set xlabel blocks == 1 ? names[1] . ", published" : "published, each in its own unit" noenhanced
set ylabel "simulated / published"
set key top left Left reverse samplen 1 noenhanced horizontal maxrows 2
set object 1 rectangle from graph 0,first 0.8 to graph 1,first 1.2 fc rgb "#eaeef2" fs solid noborder behind

do for [kind in formats] {
	eval(terminal_of(kind))
	set title heading("Simulated beside published")
	plot 1 with lines lw 1.5 lc rgb grey title "the same; grey: within 20 %", \
		for [i = 0:blocks - 1] dat index i using 1:($2 / $1) with points ls i + 1 ps 1.1 title names[i + 1]
	unset output
}
