// SPDX-License-Identifier: GPL-2.0-only
/* iopfsim decode FILE: what the faults, requests and words of a log mean. */
#include "tool/decode/decode.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "tool/verb/verb.h"

static bool is_folder(FILE *in)
{
	struct stat st;

	return !fstat(fileno(in), &st) && S_ISDIR(st.st_mode);
}

static int show(struct decode *decode, const struct tool_options *options)
{
	int err = decode_run(decode);

	if (err == -EINVAL)
		return tool_complain(TOOL_USAGE,
				     "%s: nothing to decode: no line of an SMMUv3, of VT-d or of "
				     "AMD-Vi that iopfsim knows, see docs/files.md",
				     decode->name);
	if (err)
		return tool_complain(TOOL_FAILED, "%s: %s", decode->name, strerror(-err));
	if (decode->is_json || options->is_quiet)
		return TOOL_OK;
	printf("%llu decoded, %llu lines of something else", decode->nr_items, decode->nr_other);
	if (decode->nr_suppressed)
		printf(", and %llu messages that the kernel suppressed: so much is not in this log",
		       decode->nr_suppressed);
	printf("\n");
	return TOOL_OK;
}

int verb_decode(const struct tool_options *options)
{
	bool is_stdin = !strcmp(options->args[0], "-");
	struct decode decode = {
		.name = is_stdin ? "standard input" : options->args[0],
		.in = is_stdin ? stdin : fopen(options->args[0], "re"),
		.out = stdout,
		.is_json = options->is_json,
	};
	int code;

	if (!decode.in)
		return tool_complain(TOOL_USAGE, "%s: cannot be opened: %s", decode.name,
				     strerror(errno));
	if (is_folder(decode.in))
		code = tool_complain(TOOL_USAGE, "%s: is a folder, expected a log", decode.name);
	else
		code = show(&decode, options);
	if (!is_stdin)
		fclose(decode.in);
	return code;
}
