// SPDX-License-Identifier: GPL-2.0-only
/* iopfsim explain: a word. */
#include "tool/explain/explain.h"
#include "tool/verb/verb.h"

int verb_explain(const struct tool_options *options)
{
	if (options->nr_args)
		return explain_word(options->args[0]);
	explain_words();
	return TOOL_OK;
}
