# SPDX-License-Identifier: GPL-2.0-only
# Time waited for, and for the lock's cache line, and held, by lock class: totals on the left, p99 on the right. Marks and
# not bars: they differ by decades, and a bar on such an axis has no length. What did not happen has no mark.
call ARG5 . "/style.gp" ARG1 ARG2 ARG3 ARG4 ARG6 ARG7

dat = data . "/locks.dat"
# stats obeys the ranges that are set, so it comes before them.
array columns[5] = [2, 3, 6, 4, 5]
array low[2] = [0, 0]
array high[2] = [0, 0]
array seen[5] = [0, 0, 0, 0, 0]
do for [i = 1:5] {
	p = i <= 3 ? 1 : 2
	unit = p == 1 ? 1000.0 : 1
	stats dat using (v = column(columns[i]) / unit, seen[i] = larger(seen[i], v), low[p] = smaller(low[p], v), high[p] = larger(high[p], v), 0) nooutput
}

letters = 0
stats dat using (letters = larger(letters, strlen(strcol(9))), 0) nooutput

width = wide(1000)
height = tall(120 + 30 * rows)
left = 70.0 + 7.9 * letters
half = (width - left - 20) / 2
set yrange [rows - 0.4:-0.6]
set ytics noenhanced
unset grid
set grid xtics ytics back lc rgb "#d0d7de" lw 1
unset key
set bmargin at screen 58.0 / height
set tmargin at screen 1 - (top + 30.0) / height
# What the marks are stands above both panels, but for marks that nothing has.
array names[3] = ["waited for", "waited for its cache line", "held"]
array in_total[3] = [1, 3, 2]
array widths[3] = [110, 200, 70]
array points[3] = [7, 9, 4]
array colours[3] = [red, orange, blue]
some(value) = value > 0 ? value : NaN

do for [kind in formats] {
	eval(terminal_of(kind))
	set multiplot title heading("Waiting for locks and holding them") noenhanced font ",13"
	unset title
	at = 0
	do for [i = 1:3] {
		if (seen[in_total[i]] == 0) { continue }
		set label i names[i] at screen (left + at + 12) / width,screen 1 - (top + 14.0) / height left \
			point pt points[i] ps 1.3 lw 2 lc rgb int(colours[i]) offset 1,0 textcolor rgb "#1b1f24"
		at = at + widths[i]
	}
	do for [p = 1:2] {
		if (is_decades(low[p], high[p])) {
			set logscale x
			set format x "%g"
			set xrange [log_low(low[p]):log_high(high[p])]
		} else {
			unset logscale x
			set format x "%h"
			set xrange [0:high[p] > 0 ? high[p] * 1.06 : 1]
		}
		set lmargin at screen (left + (p - 1) * (half + 12)) / width
		set rmargin at screen (left + (p - 1) * (half + 12) + half - 12) / width
		if (p == 1) {
			set ylabel "class of lock" offset screen -12.0 / width,0
			set xlabel "in all, ms"
			plot dat using (some($2) / 1000):1:ytic(9) with points pt 7 ps 1.3 lc rgb red, \
				dat using (some($6) / 1000):1 with points pt 9 ps 1.4 lc rgb orange, \
				dat using (some($3) / 1000):1 with points pt 4 ps 1.5 lw 2 lc rgb blue
		} else {
			unset ylabel
			unset label
			set format y ""
			set ytics 1
			set xlabel "p99 of one acquisition, us"
			plot dat using (some($4)):1 with points pt 7 ps 1.3 lc rgb red, \
				dat using (some($5)):1 with points pt 4 ps 1.5 lw 2 lc rgb blue
		}
	}
	unset multiplot
	set format y "%h"
	set ytics autofreq
	unset output
}
