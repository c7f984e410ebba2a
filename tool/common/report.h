/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * report.html has a place for each plot, marked by comments. Drawing fills it
 * with the SVG; drawing again replaces it.
 */
#ifndef TOOL_REPORT_H
#define TOOL_REPORT_H

#include "tool/common/plot.h"

/**
 * report_embed_plots() - put NAME.svg of @folder into its report.html, for each of @nr @kinds
 * Return: 0 (also if there is no report); -errno with @message.
 */
int report_embed_plots(const char *folder, const struct plot_kind *kinds, u32 nr, char *message);

#endif
