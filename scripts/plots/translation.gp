# SPDX-License-Identifier: GPL-2.0-only
# Share of translations that took at most so long, by kind: on the left the body, in %, on the right the tail, on an axis of
# nines, as latency_cdf.gp has the faults'. A kind that always takes the same is a vertical line.
call ARG5 . "/style.gp" ARG1 ARG2 ARG3 ARG4 ARG6 ARG7

width = wide(1100)
height = tall(430)

# stats obeys the ranges that are set, so it comes before them.
stats data . "/translation.dat" using 3 nooutput
highest = STATS_max + 0.15
stats data . "/translation.dat" using (1000 * $1) nooutput
kinds = STATS_blocks
# Below the curves, on their right, there is room for their names.
span = STATS_max - STATS_min
if (is_decades(STATS_min, STATS_max)) {
	set logscale x
	set xrange [STATS_min / 1.4:STATS_max * (STATS_max / STATS_min) ** 0.4]
	if (STATS_max / STATS_min < 40) {
		set xtics (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000, 200000, 500000, 1000000)
	} else {
		set format x "%g"
	}
} else {
	room = span > 0 ? 0.1 * span : 0.05 * STATS_max + 0.5
	set xrange [STATS_min - room:STATS_max + 5 * room]
	set xtics autofreq
}
array names[kinds]
do for [i = 1:kinds] {
	stats data . "/translation.dat" index (i - 1) using (names[i] = strcol(4), $1) nooutput
}

unset key
set tmargin
do for [kind in formats] {
	eval(terminal_of(kind))
	set multiplot layout 1,2 title heading("Latency of a translation") noenhanced font ",13" \
		margins screen 80.0 / width, screen 1 - 25.0 / width, screen 58.0 / height, screen 1 - (top + 24.0) / height \
		spacing screen 105.0 / width, 0
	set xlabel "latency of a translation, ns"
	set title "body" noenhanced offset 0,-0.6
	set ylabel "share of translations at most so long, %"
	set yrange [0:103]
	set ytics 10
	set key bottom right noenhanced samplen 3
	plot for [i = 1:kinds] data . "/translation.dat" index (i - 1) using (1000 * $1):2 with steps ls i lw 2.5 title names[i]
	unset key
	set title "tail" noenhanced offset 0,-0.6
	set ylabel "the same on an axis of nines, %"
	set yrange [0:highest]
	set ytics ("0" 0, "50" 0.30103, "90" 1, "99" 2, "99.9" 3, "99.99" 4, "99.999" 5, "99.9999" 6, "99.99999" 7)
	plot for [i = 1:kinds] data . "/translation.dat" index (i - 1) using (1000 * $1):3 with steps ls i lw 2.5 notitle
	unset multiplot
	unset output
}
