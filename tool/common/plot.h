/* SPDX-License-Identifier: GPL-2.0-only */
/* Pictures of a result folder: data/ in; SVG, PNG and PDF out, by gnuplot. */
#ifndef TOOL_PLOT_H
#define TOOL_PLOT_H

#include "sim/types.h"

struct plot_kind {
	const char *name;  /* latency_cdf: file name, and script plots/NAME.gp of the data folder */
	const char *data;  /* data/DATA; decides whether there is anything to draw */
	const char *title; /* heading in the report */
	const char *remark; /* a sentence below it */
};

extern const struct plot_kind plot_kinds[]; /* of a run */
extern const u32 plot_nr_kinds;
extern const struct plot_kind plot_sweep_kinds[];
extern const u32 plot_nr_sweep_kinds;

enum plot_theme { PLOT_DEFAULT, PLOT_PAPER }; /* paper: no titles, for a column of text */

/** plot_find_theme() - @name as a theme. Return: 0, or -EINVAL with @message. */
int plot_find_theme(const char *name, enum plot_theme *theme, char *message);

/** plot_check() - are the scripts there? 0, or -ENOENT with @message. */
int plot_check(char *message);

/**
 * plot_draw() - draw one plot
 * @folder: has data/; where NAME.svg, NAME.png and NAME.pdf go. Without data they are not
 *	there afterwards.
 *
 * Return: 0; -ENOENT if there is no gnuplot, or no scripts; -EIO if it failed; each with one
 * line in @message.
 */
int plot_draw(const char *folder, const struct plot_kind *kind, enum plot_theme theme,
	      char *message);

/** plot_draw_run() - every plot of a run, then put into its report.html. As plot_draw(). */
int plot_draw_run(const char *folder, enum plot_theme theme, char *message);

/** plot_draw_sweep() - the same for a sweep. */
int plot_draw_sweep(const char *folder, enum plot_theme theme, char *message);

/**
 * plot_complain() - say why a folder that is being written goes without its plots
 * Return: TOOL_OK: it may, as gnuplot is not installed, or a signal came; else the
 * exit code: it may not.
 */
int plot_complain(const char *verb, int err, const char *message);

#endif
