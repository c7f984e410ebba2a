/* SPDX-License-Identifier: GPL-2.0-only */
/* Pages of HTML that need no network, with places for plots (tool/common/report.h fills them). */
#ifndef TOOL_HTML_H
#define TOOL_HTML_H

#include <stdio.h>

#include "tool/common/human.h"
#include "tool/common/plot.h"

/** html_begin() - up to the page's heading, which is @title. */
void html_begin(FILE *out, const char *title);
void html_end(FILE *out);

/** html_text() - @text with what HTML takes for its own made harmless. */
void html_text(FILE *out, const char *text);

/**
 * html_name() - the same of what may be long and without spaces, "&smmu->streams_mutex": it may be
 * broken where its parts meet
 */
void html_name(FILE *out, const char *text);

/** html_element() - @text between `<tag>` and `</tag>`; @tag may be "p class=\"note\"". */
void html_element(FILE *out, const char *tag, const char *text);

/**
 * html_table() - print a table and free it; nothing if it has no rows but its first
 * @nr_headings, which stand on each page
 */
void html_table(FILE *out, struct table *table, u32 nr_headings);

/**
 * html_of_text() - what @print prints for people as HTML: paragraphs, and tables where it prints
 * them by table_print()
 * @but: a line that is left out, as the page has it elsewhere; or NULL
 */
void html_of_text(FILE *out, void (*print)(FILE *out, const void *opaque), const void *opaque,
		  const char *but);

/** html_plot() - the place of a plot; it is as if it were not there until one is drawn. */
void html_plot(FILE *out, const struct plot_kind *kind);

#endif
