// SPDX-License-Identifier: GPL-2.0-only
/* iopfsim: the command. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tool/common/data.h"
#include "tool/verb/verb.h"
#include "tool/verbs.h"

int main(int argc, char **argv)
{
	struct tool_options options;
	char message[TEXT_MESSAGE_MAX];
	const struct tool_verb *verb;
	int code;

	if (argc > 1 && !strcmp(argv[1], "explore"))
		return verb_explore_exec(argv + 1);
	if (argc > 1 && !strcmp(argv[1], "zoo"))
		return verb_zoo_exec(argc - 1, argv + 1);
	verb = tool_options_parse(tool_verbs, argc, argv, &options);
	if (!verb)
		return TOOL_USAGE;
	if (tool_data_find(message))
		return tool_complain(TOOL_USAGE, "iopfsim: %s", message);
	code = verb->run(&options);
	if (fflush(stdout) || ferror(stdout))
		return tool_complain(TOOL_FAILED, "iopfsim: standard output: %s", strerror(errno));
	return code;
}
