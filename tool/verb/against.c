// SPDX-License-Identifier: GPL-2.0-only
/* iopfsim against DIR FILE, and export DIR: a run in the shapes of real machines' counters. */
#include "tool/against/against.h"

#include <errno.h>
#include <string.h>

#include "tool/compare/side.h"
#include "tool/verb/verb.h"

static int load(struct compare_side *side, const char *path)
{
	char message[TEXT_MESSAGE_MAX];

	if (compare_side_load(side, path, message))
		return tool_complain(TOOL_USAGE, "%s", message);
	if (side->has_points)
		return tool_complain(TOOL_USAGE, "%s: is of a sweep or study, expected a run",
				     path);
	return TOOL_OK;
}

static int lay_beside(const struct tool_options *options, const struct compare_side *side,
		      const struct against_table *theirs)
{
	struct against_table ours = {0};
	int code = TOOL_OK;
	u32 nr_both;

	if (against_ours(compare_side_result(side, 0), theirs->kind, theirs, &ours)) {
		against_free(&ours);
		return tool_complain(TOOL_FAILED, "iopfsim against: out of memory");
	}
	nr_both = options->is_json ? against_write(stdout, theirs, &ours)
				   : against_print(stdout, theirs, &ours);
	if (!nr_both)
		code = tool_complain(TOOL_USAGE, "%s: the run has nothing of what %s (%s) counts",
				     options->args[0], options->args[1],
				     against_kind_name(theirs->kind));
	against_free(&ours);
	return code;
}

int verb_against(const struct tool_options *options)
{
	const char *path = options->args[1];
	bool is_stdin = !strcmp(path, "-");
	FILE *in = is_stdin ? stdin : fopen(path, "re");
	struct against_table theirs = {0};
	struct compare_side side = {0};
	int code, err;

	if (!in)
		return tool_complain(TOOL_USAGE, "%s: cannot be opened: %s", path, strerror(errno));
	err = against_read(in, &theirs);
	if (!is_stdin)
		fclose(in);
	if (err)
		code = tool_complain(
			err == -EINVAL ? TOOL_USAGE : TOOL_FAILED,
			"%s: no counters that iopfsim knows, expected dmar_perf_latency, "
			"lock_stat, SMMU PMU events of perf stat, gem5 stats or rdma "
			"statistics (docs/files.md)",
			path);
	else
		code = load(&side, options->args[0]);
	if (!code)
		code = lay_beside(options, &side, &theirs);
	compare_side_unload(&side);
	against_free(&theirs);
	return code;
}

int verb_export(const struct tool_options *options)
{
	const char *as = options->trace.as;
	enum against_kind kind = as && !strcmp(as, "lock_stat") ? AGAINST_LOCKS : AGAINST_DMAR;
	struct against_table ours = {0};
	struct compare_side side = {0};
	int code;

	if (!as || strcmp(as, against_kind_name(kind)) != 0)
		return tool_complain(TOOL_USAGE,
				     "iopfsim export: --as %.60s, expected dmar_perf_latency or "
				     "lock_stat",
				     as ? as : "is missing");
	code = load(&side, options->args[0]);
	if (!code && against_ours(compare_side_result(&side, 0), kind, NULL, &ours))
		code = tool_complain(TOOL_FAILED, "iopfsim export: out of memory");
	else if (!code && !ours.nr_rows)
		code = tool_complain(TOOL_USAGE, "%s: the run has nothing for %s%s",
				     options->args[0], as,
				     kind == AGAINST_DMAR ? ": it is VT-d's" : "");
	else if (!code)
		against_export(stdout, &ours);
	against_free(&ours);
	compare_side_unload(&side);
	return code;
}
