# SPDX-License-Identifier: GPL-2.0-only
# Depth of event queues (above) and command queues (below) over time; a line a queue.
call ARG5 . "/style.gp" ARG1 ARG2 ARG3 ARG4

# stats obeys the ranges that are set, so it comes before them.
stats data . "/event_queues.dat" using 1 nooutput
event_queues = int(STATS_blocks)
event_end = STATS_max
stats data . "/event_queues.dat" using 2 nooutput
event_top = STATS_max > 0 ? STATS_max * 1.05 : 1
stats data . "/command_queues.dat" using 1 nooutput
command_queues = int(STATS_blocks)
end_ms = event_end > STATS_max ? event_end : STATS_max
stats data . "/command_queues.dat" using 2 nooutput
command_top = STATS_max > 0 ? STATS_max * 1.05 : 1

height = 560
set key autotitle columnheader outside right top noenhanced samplen 1.5
set lmargin 9
set rmargin 20
set style fill transparent solid 0.25

set xrange [0:end_ms > 0 ? end_ms : 1]

do for [kind in "svg png"] {
	eval(terminal_of(kind))
	set multiplot layout 2,1 title heading("Depth of the queues") noenhanced font ",13"
	unset title
	unset xlabel
	set ylabel "event queue, records"
	set yrange [0:event_top]
	if (event_top < 8) { set ytics 1 } else { set ytics autofreq }
	plot for [i = 0:event_queues - 1] data . "/event_queues.dat" index i using 1:2 with steps \
		lw 1.2 lc rgb int(colour(i))
	set xlabel "simulated time, ms"
	set ylabel "command queue, commands"
	set yrange [0:command_top]
	if (command_top < 8) { set ytics 1 } else { set ytics autofreq }
	plot for [i = 0:command_queues - 1] data . "/command_queues.dat" index i using 1:2 with steps \
		lw 1.2 lc rgb int(colour(i))
	unset multiplot
	unset output
}
