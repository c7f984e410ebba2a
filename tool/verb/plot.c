// SPDX-License-Identifier: GPL-2.0-only
/* iopfsim plot DIR: draw the plots of a result folder again. */
#include <stdio.h>

#include "tool/common/folder.h"
#include "tool/common/plot.h"
#include "tool/common/report.h"
#include "tool/verb/verb.h"

static int draw_study(const char *folder, const struct plot_kind *kind, enum plot_theme theme,
		      char *message)
{
	int err = plot_draw(folder, kind, theme, message);

	return err ? err : report_embed_plots(folder, kind, 1, message);
}

int verb_plot(const struct tool_options *options)
{
	const char *folder = options->args[0];
	const struct plot_kind *of_study = study_plot(folder);
	char message[TEXT_MESSAGE_MAX];
	int err;

	if (plot_check(message))
		return tool_complain(TOOL_USAGE, "iopfsim plot: %s", message);
	if (of_study)
		err = draw_study(folder, of_study, options->theme, message);
	else if (folder_has(folder, "result.json"))
		err = plot_draw_run(folder, options->theme, message);
	else if (folder_has(folder, "points.json"))
		err = plot_draw_sweep(folder, options->theme, message);
	else
		return tool_complain(TOOL_USAGE,
				     "iopfsim plot: %.600s: is no iopfsim folder (it has neither "
				     "result.json nor points.json)",
				     folder);
	if (err)
		return tool_complain(TOOL_FAILED, "iopfsim plot: %s", message);
	if (!options->is_quiet && !options->is_json)
		printf("plots drawn in %s\n", folder);
	return TOOL_OK;
}
