# SPDX-License-Identifier: GPL-2.0-only
# Share of faults that took at most so long, x logarithmic in us: on the left the body, in %, on the right the tail, on an
# axis of nines, where each has as much room as the one before; percentiles with their 95 % interval.
# With groups of devices there is a curve for each, beside that of all in grey.
call ARG5 . "/style.gp" ARG1 ARG2 ARG3 ARG4

width = 1100
height = 500

# stats obeys the ranges that are set, so it comes before them.
if (rows > 0) {
	# none is told of few faults, or of a latency that drifts
	stats data . "/percentiles.dat" using 2 nooutput
	told = STATS_max > 0
	stats data . "/latency.dat" using 3 nooutput
	top = STATS_max + 0.15
	stats data . "/latency.dat" using 1 nooutput
	groups = STATS_blocks - 1
	low = STATS_min > 0 ? STATS_min * 0.9 : 0.001
	high = STATS_max > 0 ? STATS_max * 1.15 : 1
	if (high / low > 2) {
		set logscale x
		set xrange [low:high]
	} else {
		set xrange [STATS_min - 0.2 * (STATS_max - STATS_min):STATS_max + 0.2 * (STATS_max - STATS_min) + 0.001]
	}
	# less than two decades need finer marks than 1, 10, 100
	if (high / low > 2 && high / low < 100) {
		set xtics ("0.01" 0.01, "0.02" 0.02, "0.05" 0.05, "0.1" 0.1, "0.2" 0.2, "0.5" 0.5, \
			"1" 1, "2" 2, "3" 3, "5" 5, "7" 7, "10" 10, "15" 15, "20" 20, "30" 30, "50" 50, "70" 70, "100" 100, "150" 150, \
			"200" 200, "300" 300, "500" 500, "700" 700, "1000" 1000, "2000" 2000, \
			"5000" 5000, "10000" 10000, "20000" 20000, "50000" 50000, "100000" 100000)
	} else {
		set format x "%g"
	}
}

# Block 0 is of all, each other of a group of devices.
name_of(i) = "all"
if (rows > 0 && groups > 0) {
	array names[groups]
	do for [i = 1:groups] {
		stats data . "/latency.dat" index i using (names[i] = strcol(4), $1) nooutput
	}
	name_of(i) = i == 0 ? "all" : names[i]
}
colour_of(i) = i > 0 ? int(colour(i - 1)) : (groups > 0 ? grey : blue)
point_colour = rows > 0 && groups > 0 ? grey : orange

unset key
do for [kind in "svg png"] {
	eval(terminal_of(kind))
	if (rows == 0) {
		set title heading("Latency of an I/O page fault") noenhanced
		eval(nothing("no faults"))
	}
	if (rows > 0) {
		set multiplot layout 1,2 title heading("Latency of an I/O page fault") noenhanced font ",13" \
			margins 0.07,0.975,0.13,0.82 spacing 0.1,0
		set xlabel high / low > 2 ? "latency, us (logarithmic)" : "latency, us"
		set title "body" noenhanced offset 0,-0.6
		set ylabel "share of faults at most so long, %"
		set yrange [0:103]
		set ytics 10
		if (groups > 0) {
			set key top left noenhanced
		}
		plot for [i = 0:groups] data . "/latency.dat" index i using 1:2 with steps lc rgb colour_of(i) lw 2.5 title name_of(i), \
			data . "/percentiles.dat" using ($2 > 0 && $0 == 0 ? $2 : NaN):3 with points pt 7 ps 0.9 lc rgb point_colour notitle
		unset key
		set title told ? "tail, with 95 % intervals" : "tail" noenhanced offset 0,-0.6
		set ylabel "the same on an axis of nines, %"
		set yrange [0:top]
		set ytics ("0" 0, "50" 0.30103, "90" 1, "99" 2, "99.9" 3, "99.99" 4, "99.999" 5, "99.9999" 6, "99.99999" 7)
		if (told) {
			# before a percentile's height the curve is further to the left and below: there is room above it
			plot for [i = 0:groups] data . "/latency.dat" index i using 1:3 with steps lc rgb colour_of(i) lw 2.5, \
				data . "/percentiles.dat" using ($2 > 0 ? $2 : NaN):4:5:6 with xerrorbars pt 7 ps 0.9 lw 2 lc rgb point_colour, \
				data . "/percentiles.dat" using ($2 > 0 ? $5 : NaN):4:(sprintf("%s  %.4g us  ", strcol(1), $2)) \
					with labels right offset 0,0.6 textcolor rgb "#1b1f24"
		} else {
			plot for [i = 0:groups] data . "/latency.dat" index i using 1:3 with steps lc rgb colour_of(i) lw 2.5
		}
		unset multiplot
	}
	unset output
}
