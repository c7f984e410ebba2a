# SPDX-License-Identifier: GPL-2.0-only
# Points of a sweep: a grid as curves, others as bars.
call ARG5 . "/style.gp" ARG1 ARG2 ARG3 ARG4 ARG6 ARG7

dat = data . "/sweep.dat"
meta = data . "/sweep_axes.dat"
grid = data . "/sweep_grid.dat"
# stats obeys the ranges that are set, so it comes before them.
array number[5]
array said[5]
do for [i = 1:5] {
	number[i] = 0
	said[i] = ""
}
stats meta using (column(1) < 5 ? (number[int(column(1)) + 1] = column(2), said[int(column(1)) + 1] = strcol(3), 0) : 0, 0) nooutput
values = int(number[1])
curves = int(number[2])
panels = int(number[3])
seeds = int(number[5])

if (values > 0) {
	load ARG5 . "/sweep_curves.gp"
} else {
	load ARG5 . "/sweep_bars.gp"
}
