# SPDX-License-Identifier: GPL-2.0-only
# For sweep.gp: a grid of points (sweep_axes.dat, sweep_grid.dat): along the parameter with most values, a curve for each value of
# the second, a panel for each of the others; over several seeds the mean, within the lowest and the highest.

# An axis of so many values has a mark for each; of more, for some.
every_nth = int((values + 9) / 10)
array curve[curves]
array panel[panels]
do for [i = 1:curves] { curve[i] = "" }
if (curves > 1) { stats meta using (column(1) == 11 ? (curve[int(column(2)) + 1] = strcol(3), 0) : 0, 0) nooutput }
nr = 0
stats meta using (column(1) == 12 ? (nr = nr + 1, panel[nr] = strcol(3), 0) : 0, 0) nooutput
array low[2]
array high[2]
do for [q = 1:2] {
	stats grid using 3 * q nooutput
	low[q] = STATS_records > 0 ? STATS_min : 0
	stats grid using 3 * q + 1 nooutput
	high[q] = STATS_records > 0 ? STATS_max : 1
}
stats grid using 1 nooutput
least = STATS_min
last = STATS_max
shown = panels > 12 ? 12 : panels
# Many panels show what matters most: the second quantity.
first_quantity = shown > 4 ? 2 : 1
columns = shown == 1 ? 2 : shown > 4 ? 4 : shown
lines = shown == 1 ? 1 : shown > 4 ? (shown + 3) / 4 : 2
width = wide(340 * columns > 1100 && shown > 1 ? 340 * columns : 1100)
height = tall(412 + 300 * (lines - 1))
gradient(i) = curves <= 8 ? int(colour(i)) : int(255.0 * i / (curves - 1)) * 65536 + 90 * 256 + int(200 - 160.0 * i / (curves - 1))
titled(i) = curves <= 12 || i == 0 || i == curves - 1 || i == curves / 2
span = number[4] > 0 ? log10(last / least) : last - least
if (number[4] > 0) {
	set xrange [least / 10 ** (0.04 * span):last * 10 ** (0.04 * span)]
} else {
	set xrange [least - 0.04 * span:last + 0.04 * span]
}
set style fill transparent solid 0.18 noborder
nr = 0
array ticks[values]
array places[values]
stats meta using (column(1) == 10 ? (nr = nr + 1, places[nr] = column(2), ticks[nr] = strcol(3), 0) : 0, 0) nooutput
longest = 0
do for [i = 1:values:every_nth] { longest = strlen(ticks[i]) > longest ? strlen(ticks[i]) : longest }
stats grid using 5 nooutput
gaps = STATS_records < curves * panels * values
has_room = curves > 1 && shown > 4 && shown % columns > 0
set tmargin

do for [kind in formats] {
	eval(terminal_of(kind))
	# Anew for each: the names' own place has none of it.
	set border 3 lc rgb "#57606a" lw 1
	set tics nomirror textcolor rgb "#1b1f24"
	set grid back lc rgb "#d0d7de" lw 1
	if (number[4] > 0) { set logscale x }
	set xtics noenhanced nomirror scale 0.5
	set ytics nomirror
	set xtics ()
	set for [i = 1:values:every_nth] xtics add (ticks[i] places[i])
	if (longest * values / every_nth > (shown > 1 ? 16 : 30)) { set xtics rotate by -35 }
	what = seeds > 1 ? sprintf("Mean of %d seeds; band: the lowest and the highest", seeds) : "One run a point"
	if (panels > shown) { what = what . sprintf("; the first %d of %d panels", shown, panels) }
	if (gaps) { what = what . "; gaps: not known, the table says why" }
	set multiplot layout int(lines),columns title heading(what) noenhanced font ",13"
	do for [q = first_quantity:2] {
		do for [p = 1:shown] {
			set title shown > 1 ? panel[p] : "" noenhanced font ",11" offset 0,-0.5
			set xlabel said[1] noenhanced
			set ylabel (q == 1 ? "throughput, MB/s" : said[5]) noenhanced
			if (is_decades(low[q], high[q])) { set logscale y; set yrange [low[q] * 0.8:high[q] * 1.25] } else {
				unset logscale y; set yrange [0:high[q] > 0 ? high[q] * 1.08 : 1] }
			unset key
			if (curves > 1 && p == 1 && q == 2) {
				set key outside right top vertical noenhanced samplen 1.2 spacing 0.95 title said[2] noenhanced font ",9"
			}
			has_both = curves == 1 && shown == 1 && q == 2 && strstrt(said[5], "p99") > 0
			if (has_both) {
				set ylabel "latency of a fault, us"
				set key inside top right noenhanced samplen 1.5 opaque
			}
			if (curves > 1 && shown > 1) {
				# All panels are of one size: the names stand within the last one.
				unset key
				if (p == shown && q == 2 && !has_room) { set key inside top right vertical noenhanced samplen 1 spacing 0.85 opaque width -1 title said[2] noenhanced font ",8" }
			}
			plot for [i = 0:curves - 1] grid index (p - 1) * curves + i using 1:3 * q:3 * q + 1 with filledcurves \
					lc rgb gradient(i) notitle, \
				for [i = 0:curves - 1] grid index (p - 1) * curves + i using 1:3 * q - 1 \
					with linespoints ls (has_both ? 2 : i + 1) ps 0.6 lc rgb (has_both ? orange : gradient(i)) title has_both ? "p99" : titled(i) ? curve[i + 1] : "", \
				grid index 0 using 1:(has_both ? column(9) : NaN):(has_both ? column(10) : NaN) with filledcurves lc rgb blue notitle, \
				grid index 0 using 1:(has_both ? column(8) : NaN) with linespoints ls 1 ps 0.6 title has_both ? "p50" : ""
		}
	}
	if (has_room) {
		# The names in a place of their own, behind the last panel.
		set title ""; unset border; unset tics; unset grid; unset xlabel; unset ylabel; unset logscale
		set key inside center top vertical noenhanced samplen 2 title said[2] noenhanced font ",11"
		plot [0:1][0:1] for [i = 0:curves - 1] NaN with linespoints ls i + 1 lc rgb gradient(i) title titled(i) ? curve[i + 1] : ""
	}
	unset multiplot
	unset output
}
