# SPDX-License-Identifier: GPL-2.0-only
# Depth of the queues over time: a panel for each kind of queue that was used, a line a queue; where one came near it, a
# dashed line for how many entries there is room for, and for how long it was full.
call ARG5 . "/style.gp" ARG1 ARG2 ARG3 ARG4

# stats obeys the ranges that are set, so it comes before them.
panels = 0
end_ms = 0
most = 1
array first[8]
array last[8]
array kind[8]
array room[8]
array full[8]
if (rows > 0) {
	stats data . "/queue_panels.dat" using (panels = panels + 1, first[panels] = $1, last[panels] = $2, \
		kind[panels] = strcol(3), room[panels] = $4, full[panels] = $5, most = $2 - $1 + 1 > most ? $2 - $1 + 1 : most, 0) nooutput
	stats data . "/queues.dat" using 1 nooutput
	end_ms = STATS_max
}
array top[8]
do for [i = 1:panels] {
	top[i] = 0
	do for [j = int(first[i]):int(last[i])] {
		stats data . "/queues.dat" index j using 2 nooutput
		top[i] = STATS_max > top[i] ? STATS_max : top[i]
	}
}

# "event queue, records": what it is, above what it counts.
two_lines(s) = strstrt(s, ", ") ? s[1:strstrt(s, ", ") - 1] . "\n" . s[strstrt(s, ", ") + 2:] : s

# Names of the queues stand beside the panel, so many to a column.
per_column = 12
columns = int((most + per_column - 1) / per_column)
height = panels > 0 ? 90 + 240 * panels : height
width = 960 + 110 * (columns - 1)
set key autotitle columnheader outside right top noenhanced samplen 1.5 maxrows per_column font ",10"
set lmargin 11
set rmargin 17 * columns
set xrange [0:end_ms > 0 ? end_ms : 1]

do for [output_kind in "svg png"] {
	eval(terminal_of(output_kind))
	if (panels == 0) {
		eval(nothing("no queue was used"))
	} else {
		set multiplot layout panels,1 title heading("Depth of the queues") noenhanced font ",13"
		unset title
		do for [i = 1:panels] {
			if (i == panels) { set xlabel "simulated time, ms" } else { unset xlabel }
			set ylabel two_lines(kind[i]) noenhanced
			is_near = top[i] * 2 > room[i]
			set yrange [0:is_near ? room[i] * 1.15 : top[i] > 0 ? top[i] * 1.05 : 1]
			unset arrow
			unset label
			if (is_near) {
				set arrow from graph 0,first room[i] to graph 1,first room[i] nohead dt 2 lw 1.5 lc rgb grey front
				set label sprintf("room for %d%s", room[i], full[i] > 0 ? sprintf(", full %.3g %% of the time", full[i]) : "") \
					at graph 0.01,first room[i] * 1.07 left font ",10" textcolor rgb "#1b1f24" front
			}
			if (top[i] < 8) { set ytics 1 } else { set ytics autofreq }
			plot for [j = int(first[i]):int(last[i])] data . "/queues.dat" index j using 1:2 with steps \
				lw 1.2 lc rgb int(colour(j - int(first[i])))
		}
		unset multiplot
	}
	unset output
}
