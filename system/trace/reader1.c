// SPDX-License-Identifier: GPL-2.0-only
/* Version 1 of a trace file: one frame of accesses. */
#include "system/trace/format1.h"
#include "system/trace/reader_internal.h"

/* A record, or NULL with an error set. */
static const u8 *take(struct trace_reader *reader)
{
	const u8 *at = trace_stream_take(&reader->stream, TRACE_RECORD_BYTES);

	if (!at)
		trace_stream_fail(&reader->stream,
				  "truncated after record %llu: the end record is missing",
				  reader->stream.nr_records);
	return at;
}

/* The header is what was taken last. */
void trace_reader1_header(struct trace_reader *reader)
{
	struct trace_stream *stream = &reader->stream;
	const u8 *at = stream->at - TRACE_RECORD_BYTES;

	if (trace_get32(at + TRACE_HEADER_VERSION) != TRACE_VERSION)
		trace_stream_fail(stream, "version %u of the trace format, expected %u",
				  trace_get32(at + TRACE_HEADER_VERSION), TRACE_VERSION);
	else if (trace_get32(at + TRACE_HEADER_RECORD) != TRACE_RECORD_BYTES ||
		 trace_get64(at + TRACE_HEADER_ZERO))
		trace_stream_fail(stream, "the header is damaged");
	reader->promised = trace_get64(at + TRACE_HEADER_COUNT);
	reader->kinds = 1ULL << TRACE_ACCESS;
	reader->version = 1;
}

static enum trace_read footer_read(struct trace_reader *reader, const u8 *at)
{
	struct trace_stream *stream = &reader->stream;
	u64 count = trace_get64(at + TRACE_FOOTER_COUNT);

	if (trace_get64(at + TRACE_FOOTER_MAGIC) != TRACE_MAGIC ||
	    trace_get64(at + TRACE_FOOTER_ZERO) || trace_get32(at + TRACE_PASID) ||
	    trace_get32(at + TRACE_FLAGS) != TRACE_FLAG_END)
		trace_stream_fail(stream, "record %llu: damaged end record",
				  stream->nr_records + 1);
	else if (count != stream->nr_records)
		trace_stream_fail(stream, "%llu records, but its end record counts %llu",
				  stream->nr_records, count);
	else if (reader->promised && reader->promised != count)
		trace_stream_fail(stream, "%llu records, but its header promises %llu", count,
				  reader->promised);
	else if (!trace_stream_is_at_end(stream))
		trace_stream_fail(stream, "something follows the end record");
	if (stream->has_error)
		return TRACE_READ_ERROR;
	reader->has_ended = true;
	return TRACE_READ_END;
}

enum trace_read trace_reader1_next(struct trace_reader *reader, struct trace_event *event)
{
	const u8 *at = take(reader);
	u32 flags;

	if (!at)
		return TRACE_READ_ERROR;
	flags = trace_get32(at + TRACE_FLAGS);
	if (flags & TRACE_FLAG_END)
		return footer_read(reader, at);
	*event = (struct trace_event){
		.time_ps = trace_get64(at + TRACE_TIME),
		.address = trace_get64(at + TRACE_IOVA),
		.bytes = trace_get32(at + TRACE_LEN),
		.device = trace_get32(at + TRACE_DEVICE),
		.pasid = trace_get32(at + TRACE_PASID),
		.process = TRACE_PROCESS_NONE,
		.kind = TRACE_ACCESS,
		.flags = flags & TRACE_FLAG_WRITE ? TRACE_WRITE : 0,
	};
	if (flags & ~TRACE_FLAG_WRITE)
		trace_stream_fail(&reader->stream, "record %llu: unknown flags 0x%x",
				  reader->stream.nr_records + 1, flags);
	else if (!event->bytes)
		trace_stream_fail(&reader->stream, "record %llu: length 0, expected 1 byte or more",
				  reader->stream.nr_records + 1);
	if (reader->stream.has_error || !trace_record_check(reader, event))
		return TRACE_READ_ERROR;
	reader->last_ps = event->time_ps;
	reader->stream.nr_records++;
	return TRACE_READ_RECORD;
}
