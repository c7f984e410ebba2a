// SPDX-License-Identifier: GPL-2.0-only
/* iopfsim explain: a word, or a fault. */
#include "tool/explain/explain.h"
#include "tool/common/folder.h"
#include "tool/verb/verb.h"

int verb_explain(const struct tool_options *options)
{
	if (options->nr_args == 2)
		return explain_fault(options->args[0], options->args[1], options->is_json);
	if (options->nr_args && folder_has(options->args[0], "faults.csv"))
		return tool_complain(
			TOOL_USAGE,
			"iopfsim explain: which fault of %.600s? its number, slowest, or "
			"median",
			options->args[0]);
	if (options->nr_args)
		return explain_word(options->args[0], options->is_json);
	explain_words(options->is_json);
	return TOOL_OK;
}
