// SPDX-License-Identifier: GPL-2.0-only
/* Which path a run has, and the marks of what limits it. */
#include <stdio.h>

#include "tool/output/path.h"

static u32 box_of(const struct path_run *run, const struct sys_limit *limit)
{
	if (run->result->benchmark)
		return path_limit_of_benchmark(run, limit);
	return run->result->latency->count ? path_limit_of_faults(run, limit)
					   : path_limit_of_accesses(limit);
}

/* Those of which there are several have names of their own; others that of a parameter. */
static const char *limit_name(const struct sys_limit *limit)
{
	switch (limit->resource) {
	case SYS_RESOURCE_LOCK:
	case SYS_RESOURCE_LINE:
	case SYS_RESOURCE_THREAD:
	case SYS_RESOURCE_CPU:
	case SYS_RESOURCE_QUEUE:
	case SYS_RESOURCE_COMMANDS:
		return limit->name;
	default:
		return sys_resource_names[limit->resource];
	}
}

static void mark(struct path *path, const struct path_run *run, u32 limit, const char *text)
{
	struct path_box *box = &path->boxes[box_of(run, &run->verdict->limits[limit])];
	const struct sys_limit *of = &run->verdict->limits[limit];

	if (box->mark)
		return;
	snprintf(box->limit, sizeof(box->limit), "%s: %u %%", limit_name(of),
		 (of->share_milli + 5) / 10);
	box->mark = text;
	box->is_limiting = text[0] == 'l';
}

static void mark_limits(struct path *path, const struct path_run *run)
{
	const struct sys_run_verdict *verdict = run->verdict;

	if (verdict->is_limited) {
		mark(path, run, 0, "limits");
		if (verdict->nr > 1)
			mark(path, run, 1, "next limit");
	} else if (verdict->in_turn) {
		mark(path, run, 0, "limits, in turn");
		mark(path, run, verdict->in_turn, "limits, in turn");
	}
}

bool path_find(struct path *path, const struct output_run *run,
	       const struct sys_run_verdict *verdict)
{
	const struct path_run from = {run->config, run->result, verdict};

	*path = (struct path){0};
	if (run->result->benchmark)
		path_of_benchmark(path, &from);
	else if (run->result->latency->count)
		path_of_faults(path, &from);
	else if (run->result->all.dma.accesses)
		path_of_accesses(path, &from);
	if (!path->nr)
		return false;
	mark_limits(path, &from);
	return true;
}
