/* SPDX-License-Identifier: GPL-2.0-only */
/* Pages of HTML that need no network, with places for plots (tool/common/report.h fills them). */
#ifndef TOOL_HTML_H
#define TOOL_HTML_H

#include <stdio.h>

#include "tool/common/plot.h"

/** html_begin() - up to the page's heading, which is @title. */
void html_begin(FILE *out, const char *title);
void html_end(FILE *out);

/** html_text() - @text with what HTML takes for its own made harmless. */
void html_text(FILE *out, const char *text);

/** html_plot() - heading, remark and place of a plot. */
void html_plot(FILE *out, const struct plot_kind *kind);

#endif
