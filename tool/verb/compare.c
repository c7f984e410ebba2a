// SPDX-License-Identifier: GPL-2.0-only
/* iopfsim compare A B...: lay result folders side by side. */
#include <errno.h>
#include <stdio.h>

#include "tool/common/folder.h"
#include "tool/compare/compare.h"
#include "tool/compare/gate.h"
#include "tool/compare/show.h"
#include "tool/verb/verb.h"

#define PAGE "compare.html"

static int write_page(const struct compare *compare, const char *path)
{
	const struct folder_file page = {PAGE, compare_show_page, compare};
	const struct folder_file json = {"compare.json", compare_write_json, compare};
	char message[TEXT_MESSAGE_MAX];
	struct folder folder = {0};

	if (folder_begin(&folder, path, PAGE, message))
		return tool_complain(TOOL_USAGE, "iopfsim compare: %s", message);
	if (folder_write(folder.temporary, &page, message) ||
	    folder_write(folder.temporary, &json, message) || folder_commit(&folder, message)) {
		folder_abandon(&folder);
		return tool_complain(TOOL_FAILED, "iopfsim compare: %s", message);
	}
	return TOOL_OK;
}

/* The expressions, before anything is read. */
static int parse_gates(const struct tool_options *options,
		       struct compare_gate gates[TOOL_MAX_GATES])
{
	char message[TEXT_MESSAGE_MAX];

	for (u32 i = 0; i < options->nr_gates; i++) {
		if (compare_gate_parse(&gates[i], options->gates[i], message))
			return tool_complain(TOOL_USAGE, "iopfsim compare: %s", message);
	}
	return TOOL_OK;
}

/* Every bound that is exceeded is a line. */
static int check_gates(const struct compare *compare, const struct compare_gate *gates, u32 nr)
{
	char message[TEXT_MESSAGE_MAX];
	int code = TOOL_OK;

	for (u32 i = 0; i < nr; i++) {
		int err = compare_gate_check(&gates[i], compare, message);

		if (err == -EINVAL)
			return tool_complain(TOOL_USAGE, "iopfsim compare: %s", message);
		if (err)
			code = tool_complain(TOOL_FAILED, "iopfsim compare: %s", message);
	}
	return code;
}

static int show(const struct tool_options *options, const struct compare *compare)
{
	int code = options->output ? write_page(compare, options->output) : TOOL_OK;

	if (code)
		return code;
	if (options->is_json)
		compare_write_json(stdout, compare);
	else if (!options->is_quiet)
		compare_show_text(stdout, compare);
	return TOOL_OK;
}

int verb_compare(const struct tool_options *options)
{
	struct compare_gate gates[TOOL_MAX_GATES];
	char message[TEXT_MESSAGE_MAX] = "";
	struct compare compare = {0};
	int code = parse_gates(options, gates), err;

	if (code)
		return code;
	err = compare_make(&compare, options->args, options->nr_args, message);
	if (err)
		code = tool_complain(err == -EINVAL ? TOOL_USAGE : TOOL_FAILED,
				     "iopfsim compare: %s", message);
	if (!code)
		code = show(options, &compare);
	if (!code)
		code = check_gates(&compare, gates, options->nr_gates);
	compare_finish(&compare);
	return code;
}
