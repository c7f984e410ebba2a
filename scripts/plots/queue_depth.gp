# SPDX-License-Identifier: GPL-2.0-only
# Depth of the queues, a row for each kind of queue that was used: over time, a line a queue, or of many of them the band from
# the lowest to the highest; beside it for how long they had which depth. Where one came near it, a dashed line for how many
# entries there is room for, and for how long a queue was full.
call ARG5 . "/style.gp" ARG1 ARG2 ARG3 ARG4 ARG6 ARG7

# stats obeys the ranges that are set, so it comes before them.
panels = 0
array first[8]
array last[8]
array kind[8]
array room[8]
array full[8]
array band[8]
stats data . "/queue_panels.dat" using (panels = panels + 1, first[panels] = $1, last[panels] = $2, \
	kind[panels] = strcol(3), room[panels] = $4, full[panels] = $5, band[panels] = $6, 0) nooutput
stats data . "/queues.dat" using 1 nooutput
end_ms = STATS_max
array most[8]
array shares[8]
do for [i = 1:panels] {
	most[i] = 0
	do for [j = int(first[i]):int(last[i])] {
		stats data . "/queues.dat" index j using 2 nooutput
		most[i] = STATS_max > most[i] ? STATS_max : most[i]
	}
	stats data . "/queue_shares.dat" index i - 1 using 1 nooutput
	shares[i] = STATS_max
}

# "event queue, records": what it is, above what it counts.
two_lines(s) = strstrt(s, ", ") ? s[1:strstrt(s, ", ") - 1] . "\n" . s[strstrt(s, ", ") + 2:] : s

width = wide(1000)
row = 250
height = tall(row * panels + 20)
split = is_paper ? 0.60 : 0.66

do for [output_kind in formats] {
	eval(terminal_of(output_kind))
	set multiplot title heading("Depth of the queues") noenhanced font ",13"
	unset title
	do for [i = 1:panels] {
		ceiling = top + row * (i - 1) + 30.0
		set tmargin at screen 1 - ceiling / height
		set bmargin at screen 1 - (top + row * i - 48.0) / height
		set lmargin at screen 95.0 / width
		set rmargin at screen split
		set xrange [0:end_ms > 0 ? end_ms : 1]
		set xtics autofreq
		set format y "%h"
		set xlabel "simulated time, ms (highest depth in each interval)"
		set ylabel two_lines(kind[i]) noenhanced offset -0.5,0
		is_near = most[i] * 2 > room[i]
		set yrange [0:is_near ? room[i] * 1.2 : most[i] > 0 ? most[i] * 1.08 : 1]
		set key at screen split,screen 1 - (ceiling - 2) / height right bottom horizontal Left reverse noenhanced samplen 2 maxrows 2 font ",10"
		unset arrow
		unset label
		if (is_near) {
			set arrow from graph 0,first room[i] to graph 1,first room[i] nohead dt (6,4) lw 1.5 lc rgb grey front
			set label sprintf("room for %d%s", room[i], full[i] > 0 ? sprintf(", full %.3g %% of the time", full[i]) : "") \
				at graph 0.01,first room[i] * 1.09 left font ",10" textcolor rgb "#1b1f24" front
		}
		if (most[i] < 8) { set ytics 1 } else { set ytics autofreq }
		if (band[i] >= 0) {
			set label sprintf("%d queues, from the lowest to the highest", last[i] - first[i] + 1) \
				at graph 1,screen 1 - (ceiling - 10) / height right font ",10" textcolor rgb "#1b1f24"
			plot data . "/queue_bands.dat" index int(band[i]) using 1:2:3 with filledcurves fs solid 0.35 noborder lc rgb blue \
					notitle, \
				"" index int(band[i]) using 1:3 with lines lw 1 lc rgb blue notitle
		} else {
			# the first is the widest, so that those upon it leave it to be seen
			plot for [j = 0:int(last[i] - first[i])] data . "/queues.dat" index int(first[i]) + j using 1:2 with steps \
				ls j + 1 lw 1.2 + 1.5 * (last[i] - first[i] - j) title columnheader(2)
		}
		unset arrow
		unset label
		set lmargin at screen split + 135.0 / width
		set rmargin at screen 1 - 25.0 / width
		set xrange [0:100]
		set xtics 25
		set xlabel "share of the time, %"
		set ylabel "depth" offset 0,0
		set yrange [-0.6:shares[i] + 0.6]
		unset key
		set style fill solid 1 noborder
		plot data . "/queue_shares.dat" index i - 1 using 2:1:(0):2:($1 - 0.36):($1 + 0.36):ytic(shares[i] < 9 || int($0) % 2 == 0 ? strcol(3) : "") with boxxyerror lc rgb blue
		set ytics autofreq
	}
	unset multiplot
	unset output
}
