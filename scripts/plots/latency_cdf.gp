# SPDX-License-Identifier: GPL-2.0-only
# Share of faults that took at most so long, in nines, x logarithmic in us; percentiles with their 95 % interval.
call ARG5 . "/style.gp" ARG1 ARG2 ARG3 ARG4

# stats obeys the ranges that are set, so it comes before them.
if (rows > 0) {
	# none is told of few faults, or of a latency that drifts
	stats data . "/percentiles.dat" using 2 nooutput
	told = STATS_max > 0
	stats data . "/latency.dat" using 3 nooutput
	top = STATS_max + 0.15
	stats data . "/latency.dat" using 1 nooutput
	low = STATS_min > 0 ? STATS_min * 0.8 : 0.001
	high = STATS_max > 0 ? STATS_max * 1.3 : 1
	set yrange [0:top]
	set logscale x
	set xrange [low:high]
	# less than two decades need finer marks than 1, 10, 100
	if (high / low < 100) {
		set xtics ("0.01" 0.01, "0.02" 0.02, "0.05" 0.05, "0.1" 0.1, "0.2" 0.2, "0.5" 0.5, \
			"1" 1, "2" 2, "3" 3, "4" 4, "5" 5, "6" 6, "7" 7, "8" 8, "10" 10, "12" 12, \
			"15" 15, "20" 20, "30" 30, "40" 40, "50" 50, "70" 70, "100" 100, "150" 150, \
			"200" 200, "300" 300, "500" 500, "700" 700, "1000" 1000, "2000" 2000, \
			"5000" 5000, "10000" 10000, "20000" 20000, "50000" 50000, "100000" 100000)
	} else {
		set format x "%g"
	}
}

# Body and tail have room alike: each nine as much as the one before.
set title heading("Latency of an I/O page fault") noenhanced
set xlabel "latency, us (logarithmic)"
set ylabel "share of faults at most so long, %"
set ytics ("0" 0, "50" 0.30103, "90" 1, "99" 2, "99.9" 3, "99.99" 4, "99.999" 5, "99.9999" 6, "99.99999" 7)
unset key
set rmargin 16

do for [kind in "svg png"] {
	eval(terminal_of(kind))
	if (rows == 0) {
		eval(nothing("no faults"))
	}
	if (rows > 0 && !told) {
		plot data . "/latency.dat" using 1:3 with steps lc rgb blue lw 2.5
	}
	if (rows > 0 && told) {
		# the curve has passed a percentile's height, so below and to the right is room
		plot data . "/percentiles.dat" using ($2 > 0 ? $2 : NaN):4:(0):(-$4) with vectors nohead lc rgb grey dt 2 lw 1.2, \
			data . "/latency.dat" using 1:3 with steps lc rgb blue lw 2.5, \
			data . "/percentiles.dat" using ($2 > 0 ? $2 : NaN):4:5:6 with xerrorbars pt 7 ps 0.9 lw 2 lc rgb orange, \
			data . "/percentiles.dat" using ($2 > 0 ? $2 : NaN):4:(sprintf("%s  %.4g us", strcol(1), $2)) \
				with labels left offset 1.2,-0.7 textcolor rgb "#1b1f24"
	}
	unset output
}
