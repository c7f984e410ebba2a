// SPDX-License-Identifier: GPL-2.0-only
/* One pass over a trace, see trace.h. */
#include <errno.h>

#include "tool/common/progress.h"
#include "tool/trace/trace.h"

#define TICK_RECORDS 4096

bool trace_is_ours(const char *path)
{
	struct trace_reader *reader = trace_reader_create(path, 0, &trace_memory_heap);
	bool is_ours = reader && !trace_reader_error(reader);

	trace_reader_destroy(reader);
	return is_ours;
}

/* Return: -errno of the pass, -ECANCELED if it was enough. */
static int read_all(struct trace_pass *pass, struct trace_reader *reader)
{
	struct trace_event event;
	struct progress progress;
	int err = 0;

	progress_init(&progress, pass->what, pass->is_quiet);
	while (!err && trace_reader_next(reader, &event) == TRACE_READ_RECORD) {
		err = pass->event ? pass->event(pass->opaque, &event) : 0;
		if (++pass->nr_records % TICK_RECORDS == 0 &&
		    !progress_tick(&progress, 0, pass->nr_records, trace_reader_promised(reader)))
			err = -EINTR;
	}
	progress_end(&progress);
	pass->nr_frames = trace_reader_nr_frames(reader);
	return err;
}

static int code_of(const struct trace_pass *pass, const struct trace_reader *reader, int err)
{
	if (err == -EINTR)
		return tool_complain(TOOL_INTERRUPTED,
				     "iopfsim trace: interrupted, %s not read whole", pass->path);
	if (err && err != -ECANCELED)
		return TOOL_FAILED;
	if (trace_reader_error(reader))
		return tool_complain(TOOL_USAGE, "%s", trace_reader_error(reader));
	return TOOL_OK;
}

int trace_pass(struct trace_pass *pass)
{
	struct trace_reader *reader = trace_reader_create(pass->path, 0, &trace_memory_heap);
	int code = TOOL_OK, err = 0;

	if (!reader)
		return tool_complain(TOOL_FAILED, "%s: no memory for a trace reader", pass->path);
	progress_catch_signals();
	if (!trace_reader_error(reader) && pass->begin)
		code = pass->begin(pass->opaque, reader);
	if (!code)
		err = read_all(pass, reader);
	if (!code)
		code = code_of(pass, reader, err);
	trace_reader_destroy(reader);
	return code;
}
