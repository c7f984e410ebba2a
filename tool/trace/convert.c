// SPDX-License-Identifier: GPL-2.0-only
/* iopfsim trace convert: a trace of one version as one of the other. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "system/trace/writer.h"
#include "system/trace/writer1.h"
#include "tool/common/place.h"
#include "tool/trace/trace.h"

struct convert {
	struct place *place;
	struct trace_writer *out;   /* of version 2 */
	struct trace_writer1 *out1; /* of version 1 */
	bool is_version1;
	u64 nr_records;
};

static int convert_begin(void *opaque, const struct trace_reader *reader)
{
	struct convert *convert = opaque;
	const struct trace_writer_attr attr = {
		.fd = convert->place->fd,
		.nr_records = trace_reader_promised(reader),
		.nr_devices = trace_reader_nr_devices(reader),
		.kinds = trace_reader_kinds(reader),
	};
	const struct trace_name *names;
	u32 nr = trace_reader_names(reader, &names);

	if (convert->is_version1)
		convert->out1 = trace_writer1_create(attr.fd, attr.nr_records);
	else
		convert->out = trace_writer_create(&attr);
	if (!convert->out && !convert->out1)
		return tool_complain(TOOL_FAILED, "iopfsim trace convert: out of memory");
	for (u32 i = 0; i < nr && convert->out; i++) {
		if (trace_writer_name(convert->out, &names[i]))
			return tool_complain(TOOL_FAILED, "iopfsim trace convert: out of memory");
	}
	return TOOL_OK;
}

/* What version 1 cannot say. */
static int convert_to_1(struct convert *convert, const struct trace_event *event)
{
	if (event->kind == TRACE_ACCESS && !(event->flags & ~TRACE_WRITE)) {
		trace_writer1_put(convert->out1, event);
		return 0;
	}
	tool_complain(TOOL_USAGE,
		      "iopfsim trace convert: record %llu is %s%s, which version 1 cannot say",
		      convert->nr_records,
		      event->kind == TRACE_ACCESS ? "an access with more flags" : "of kind ",
		      event->kind == TRACE_ACCESS ? "" : trace_kind_name(event->kind));
	return -EINVAL;
}

static int convert_event(void *opaque, const struct trace_event *event)
{
	struct convert *convert = opaque;
	int err = convert->out ? trace_writer_err(convert->out) : trace_writer1_err(convert->out1);

	convert->nr_records++;
	if (err) {
		tool_complain(TOOL_FAILED, "iopfsim trace convert: %s: cannot be written: %s",
			      convert->place->shown, strerror(-err));
		return err;
	}
	if (!convert->out)
		return convert_to_1(convert, event);
	trace_writer_put(convert->out, event);
	return 0;
}

static int finish(struct convert *convert)
{
	char message[TEXT_MESSAGE_MAX];
	int err = convert->out ? trace_writer_finish(convert->out)
			       : trace_writer1_finish(convert->out1);

	if (err)
		return tool_complain(TOOL_FAILED,
				     "iopfsim trace convert: %s: cannot be written: %s",
				     convert->place->shown, strerror(-err));
	if (place_commit(convert->place, message))
		return tool_complain(TOOL_FAILED, "iopfsim trace convert: %s", message);
	return TOOL_OK;
}

static int convert_to(const struct tool_options *options, struct convert *convert)
{
	struct trace_pass pass = {
		.path = options->args[1],
		.what = "converting",
		.is_quiet = options->is_quiet,
		.begin = convert_begin,
		.event = convert_event,
		.opaque = convert,
	};
	char message[TEXT_MESSAGE_MAX];
	int code;

	if (place_begin(convert->place, message))
		return tool_complain(TOOL_USAGE, "iopfsim trace convert: %s", message);
	code = trace_pass(&pass);
	/* what version 1 cannot say is the file's fault */
	if (code == TOOL_FAILED && convert->out1 && !trace_writer1_err(convert->out1))
		code = TOOL_USAGE;
	if (!code)
		code = finish(convert);
	if (!code && options->is_json)
		printf("{\"records\": %llu}\n", convert->nr_records);
	else if (!code && !options->is_quiet)
		printf("%llu records written to %s\n", convert->nr_records, options->output);
	return code;
}

int trace_convert(const struct tool_options *options)
{
	const char *version = options->trace.version ? options->trace.version : "2";
	struct place place = {.shown = options->output, .what = "trace", .is_ours = trace_is_ours};
	struct convert convert = {.place = &place, .is_version1 = !strcmp(version, "1")};
	int code;

	if (strcmp(version, "1") != 0 && strcmp(version, "2") != 0)
		return tool_complain(TOOL_USAGE,
				     "iopfsim trace convert: --to '%.40s', expected 1 or 2",
				     version);
	if (!options->output)
		return tool_complain(TOOL_USAGE,
				     "iopfsim trace convert: where to? -o TRACE is missing");
	code = convert_to(options, &convert);
	trace_writer_destroy(convert.out);
	trace_writer1_destroy(convert.out1);
	place_abandon(&place);
	return code;
}
