// SPDX-License-Identifier: GPL-2.0-only
/* Trace file reader: docs/trace-format.md. What both versions have in common. */
#include <stdlib.h>
#include <string.h>

#include "system/trace/format2.h"
#include "system/trace/reader_internal.h"

static void header_read(struct trace_reader *reader)
{
	const u8 *at = trace_stream_take(&reader->stream, TRACE_RECORD_BYTES);
	u64 magic = at ? trace_get64(at) : 0;

	if (!at)
		trace_stream_fail(&reader->stream,
				  "truncated after record 0: the end record is missing");
	else if (magic == TRACE2_MAGIC)
		trace_reader2_header(reader, at);
	else if (magic == TRACE_MAGIC)
		trace_reader1_header(reader);
	else
		trace_stream_fail(&reader->stream, "not an iopfsim trace, it begins with 0x%llx",
				  magic);
	if (reader->stream.has_error)
		reader->version = 0;
}

struct trace_reader *trace_reader_create(const char *path, u32 nr_devices,
					 const struct trace_memory *memory)
{
	struct trace_reader *reader = memory->alloc(sizeof(*reader));

	if (!reader)
		return NULL;
	memset(reader, 0, sizeof(*reader));
	reader->limit_devices = nr_devices;
	if (!trace_stream_open(&reader->stream, path, memory)) {
		trace_reader_destroy(reader);
		return NULL;
	}
	if (!reader->stream.has_error)
		header_read(reader);
	return reader;
}

void trace_reader_destroy(struct trace_reader *reader)
{
	const struct trace_memory *memory;

	if (!reader)
		return;
	memory = reader->stream.memory;
	trace_stream_close(&reader->stream);
	memory->free(reader->names);
	memory->free(reader);
}

enum trace_read trace_reader_next(struct trace_reader *reader, struct trace_event *event)
{
	if (reader->stream.has_error)
		return TRACE_READ_ERROR;
	if (reader->has_ended)
		return TRACE_READ_END;
	return reader->version == 2 ? trace_reader2_next(reader, event)
				    : trace_reader1_next(reader, event);
}

const char *trace_reader_error(const struct trace_reader *reader)
{
	return reader->stream.has_error ? reader->stream.error : NULL;
}

u64 trace_reader_promised(const struct trace_reader *reader)
{
	return reader->promised;
}

u32 trace_reader_version(const struct trace_reader *reader)
{
	return reader->version;
}

u32 trace_reader_nr_devices(const struct trace_reader *reader)
{
	return reader->nr_devices;
}

u64 trace_reader_kinds(const struct trace_reader *reader)
{
	return reader->kinds;
}

u32 trace_reader_names(const struct trace_reader *reader, const struct trace_name **names)
{
	*names = reader->names;
	return reader->nr_names;
}

const char *trace_reader_name(const struct trace_reader *reader, enum trace_name_kind kind,
			      u32 number)
{
	for (u32 i = 0; i < reader->nr_names; i++) {
		if (reader->names[i].kind == kind && reader->names[i].number == number)
			return reader->names[i].text;
	}
	return NULL;
}

u32 trace_reader_nr_frames(const struct trace_reader *reader)
{
	return reader->nr_frames ? reader->nr_frames - 1 : 0;
}

bool trace_reader_is_pipe(const struct trace_reader *reader)
{
	return reader->stream.is_pipe;
}
