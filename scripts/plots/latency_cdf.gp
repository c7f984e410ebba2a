# SPDX-License-Identifier: GPL-2.0-only
# Share of faults that took at most so long: on the left the body, in %, on the right the tail, on an axis of nines, where
# each has as much room as the one before; percentiles with their 95 % interval.
# With groups of devices there is a curve for each, beside that of all in grey.
call ARG5 . "/style.gp" ARG1 ARG2 ARG3 ARG4 ARG6 ARG7

width = wide(1100)
height = tall(430)

# stats obeys the ranges that are set, so it comes before them.
# none is told of few faults, or of a latency that drifts
stats data . "/percentiles.dat" using 2 nooutput
told = STATS_max > 0
stats data . "/percentiles.dat" using ($2 > 0 ? column(6) : 0) nooutput
far = STATS_max
stats data . "/latency.dat" using 3 nooutput
highest = STATS_max + 0.15
stats data . "/latency.dat" using 1 nooutput
groups = STATS_blocks - 1
# percentiles are of the steady window, the curves of groups of the whole run
told = told && groups == 0
far = STATS_max > far ? STATS_max : far
if (is_decades(STATS_min, far)) {
	set logscale x
	set xrange [STATS_min * 0.9:far * 1.15]
	# less than two decades need finer marks than 1, 10, 100
	if (far / STATS_min < 100) {
		set xtics ("0.01" 0.01, "0.02" 0.02, "0.05" 0.05, "0.1" 0.1, "0.2" 0.2, "0.5" 0.5, \
			"1" 1, "2" 2, "5" 5, "10" 10, "20" 20, "50" 50, "100" 100, "200" 200, "500" 500, "1000" 1000, "2000" 2000, \
			"5000" 5000, "10000" 10000, "20000" 20000, "50000" 50000, "100000" 100000)
	} else {
		set format x "%g"
	}
} else {
	room = far > STATS_min ? 0.1 * (far - STATS_min) : 0.5
	set xrange [STATS_min - room:far + room]
	set xtics autofreq
}

# of the axis; labels stand on the side where there is more room
middle = is_decades(STATS_min, far) ? sqrt(STATS_min * far) : (STATS_min + far) / 2
told_of(name, us) = "  " . name . "  " . short(us) . " us  "

# Block 0 is of all, each other of a group of devices.
array names[groups + 2]
names[1] = "all"
do for [i = 1:groups] {
	stats data . "/latency.dat" index i using (names[i + 1] = strcol(4), $1) nooutput
}
# The curves, of which @y is the column of the share. (plot goes through a loop without end, too: no "for" without groups.)
curves(y) = sprintf("plot data . '/latency.dat' index 0 using 1:%s with steps lc rgb %d lw 2.5 title names[1]", y, groups > 0 ? grey : blue) \
	. (groups > 0 ? sprintf(", for [i = 1:groups] data . '/latency.dat' index i using 1:%s with steps ls i lw 2.5 title names[i + 1]", y) : "")
marks = ", data . '/percentiles.dat' using "

unset key
set tmargin
do for [kind in formats] {
	eval(terminal_of(kind))
	set multiplot layout 1,2 title heading("Latency of an I/O page fault") noenhanced font ",13" \
		margins screen 80.0 / width, screen 1 - 25.0 / width, screen 58.0 / height, screen 1 - (top + 24.0) / height \
		spacing screen 105.0 / width, 0
	set xlabel "latency of a fault, us"
	set title "body" noenhanced offset 0,-0.6
	set ylabel "share of faults at most so long, %"
	set yrange [0:103]
	set ytics 10
	if (groups > 0) { set key bottom right noenhanced samplen 3 }
	eval(curves("2") . (told ? marks . "($2 > 0 && $0 == 0 ? $2 : NaN):3 with points pt 7 ps 0.9 lc rgb orange notitle" : ""))
	unset key
	set title told ? "tail, percentiles with 95 % intervals" : "tail" noenhanced offset 0,-0.6
	set ylabel "the same on an axis of nines, %"
	set yrange [0:highest]
	set ytics ("0" 0, "50" 0.30103, "90" 1, "99" 2, "99.9" 3, "99.99" 4, "99.999" 5, "99.9999" 6, "99.99999" 7)
	# the curve rises to the right: there is room above it on its left, and below it on its right
	eval(curves("3") . (told ? marks . "($2 > 0 ? $2 : NaN):4:5:6 with xerrorbars pt 7 ps 0.9 lw 2 lc rgb orange notitle" \
		. marks . "($2 > middle ? column(5) : -1):4:(told_of(strcol(1), $2)) with labels right offset 0,0.6 textcolor rgb '#1b1f24' notitle" \
		. marks . "($2 > 0 && $2 <= middle ? column(6) : -1):4:(told_of(strcol(1), $2)) with labels left offset 0,-0.6 textcolor rgb '#1b1f24' notitle" : ""))
	unset multiplot
	unset output
}
