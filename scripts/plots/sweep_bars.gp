# SPDX-License-Identifier: GPL-2.0-only
# For sweep.gp: published beside simulated, a group of bars a point, in two panels that sweep_panels.txt names. Marks on an axis of
# decades, where the values span some; a panel of which nothing is known is not drawn.

# stats obeys the ranges that are set, so it comes before them. What is not known is 0 and has no bar.
array most[6]
array least[6]
do for [i = 2:5] {
	most[i] = 0
	least[i] = 0
	stats dat using (most[i] = larger(most[i], column(i)), least[i] = smaller(least[i], column(i)), 0) nooutput
}
array panels[2]
panel = 0
stats data . "/sweep_panels.txt" using (panel = panel + 1, panels[panel] = strcol(1), 0) nooutput
drawn = (most[2] > 0 || most[3] > 0) + (most[4] > 0 || most[5] > 0)
letters = 0
stats dat using (letters = larger(letters, strlen(strcol(6))), 0) nooutput

width = wide(1100)
is_long = rows * letters * 8 > width / drawn - 100
foot = is_long ? 75.0 + 4.2 * letters : 60.0
height = tall(340 + int(foot))
set xrange [-0.6:rows - 0.4]
set style fill solid 1 noborder
set key at screen 1 - 25.0 / width,screen 1 - (top + 2.0) / height right top horizontal Left reverse samplen 1.5
unset grid
set grid ytics back lc rgb "#d0d7de" lw 1
set xtics noenhanced
if (is_long) { set xtics rotate by -35 }
set xlabel "point of the sweep, by what it sets"
set tmargin at screen 1 - (top + 30.0) / height
set bmargin at screen foot / height
# Of many points only some have room for their names.
every_nth = int((rows * 22 + width / drawn - 1) / (width / drawn))
some(value) = value > 0 ? value : NaN

do for [kind in formats] {
	eval(terminal_of(kind))
	set multiplot title heading(most[2] > 0 || most[4] > 0 ? "Published and simulated" : "Simulated") noenhanced font ",13"
	unset title
	place = 0
	do for [i = 1:2] {
		p = 2 * i
		if (most[p] <= 0 && most[p + 1] <= 0) { continue }
		place = place + 1
		high = larger(most[p], most[p + 1])
		low = smaller(least[p], least[p + 1])
		set lmargin at screen (85.0 + (place - 1) * width / drawn) / width
		set rmargin at screen (width / drawn * place - (is_long ? 45.0 : 25.0)) / width
		set ylabel panels[i]
		if (is_decades(low, high)) {
			set logscale y
			set format y "%g"
			set yrange [log_low(low):log_high(high)]
			plot dat using ($1 - 0.1):(some(column(p))):xtic(int($0) % every_nth == 0 ? strcol(6) : "") with points pt 4 ps 1.4 lw 2 lc rgb orange \
					title most[p] > 0 ? "published" : "", \
				"" using ($1 + (most[p] > 0 ? 0.1 : 0)):(some(column(p + 1))) with points pt 7 ps 1.2 lc rgb blue title "simulated"
		} else {
			unset logscale y
			set format y "%h"
			set yrange [0:high > 0 ? 1.08 * high : 1]
			if (most[p] > 0) {
				plot dat using ($1 - 0.19):(column(p)):(0.36):xtic(int($0) % every_nth == 0 ? strcol(6) : "") with boxes lc rgb orange title "published", \
					"" using ($1 + 0.19):(column(p + 1)):(0.36) with boxes lc rgb blue title "simulated"
			} else {
				plot dat using 1:(column(p + 1)):(0.5):xtic(int($0) % every_nth == 0 ? strcol(6) : "") with boxes lc rgb blue title "simulated"
			}
		}
		# once, for both panels
		unset key
	}
	unset multiplot
	set key
	unset output
}
