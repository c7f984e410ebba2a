// SPDX-License-Identifier: GPL-2.0-only
/* iopfsim: the command. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tool/common/data.h"
#include "tool/verb/verb.h"
#include "tool/verbs.h"

/* Verbs whose options are those of another program. Return: false: it is none of them. */
static bool run_elsewhere(int argc, char **argv, int *code)
{
	static char help[] = "--help";

	/* "help VERB" is "VERB --help" */
	if (argc > 2 && !strcmp(argv[1], "help")) {
		argv[1] = argv[2];
		argv[2] = help;
		if (run_elsewhere(argc, argv, code))
			return true;
		argv[2] = argv[1];
		argv[1] = help + 2;
		return false;
	}
	if (argc > 1 && !strcmp(argv[1], "explore"))
		*code = verb_explore_exec(argv + 1);
	else if (argc > 1 && !strcmp(argv[1], "zoo"))
		*code = verb_zoo_exec(argc - 1, argv + 1);
	else
		return false;
	return true;
}

int main(int argc, char **argv)
{
	struct tool_options options;
	char message[TEXT_MESSAGE_MAX];
	const struct tool_verb *verb;
	int code;

	if (run_elsewhere(argc, argv, &code))
		return code;
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
