// SPDX-License-Identifier: GPL-2.0-only
/* What a record of either version has to keep to. */
#include "system/trace/reader_internal.h"

static bool pasid_is_valid(u32 pasid)
{
	return pasid <= TRACE_MAX_PASID || pasid >= TRACE_PASID_BOUND;
}

bool trace_record_check(struct trace_reader *reader, const struct trace_event *event)
{
	struct trace_stream *stream = &reader->stream;
	u64 number = stream->nr_records + 1;

	if (event->address + (event->bytes - 1) < event->address && event->bytes)
		trace_stream_fail(stream,
				  "record %llu: 0x%llx + %llu bytes go beyond the last address",
				  number, event->address, event->bytes);
	else if (event->time_ps < reader->last_ps)
		trace_stream_fail(
			stream,
			"record %llu: its time, %llu ps, is before that of the last, %llu ps",
			number, event->time_ps, reader->last_ps);
	else if (event->time_ps >= TRACE_MAX_PS)
		trace_stream_fail(stream,
				  "record %llu: its time, %llu ps, is beyond the limit of 53 days",
				  number, event->time_ps);
	else if (reader->limit_devices && event->device >= reader->limit_devices &&
		 (event->kind == TRACE_ACCESS || event->device != TRACE_DEVICE_ALL))
		trace_stream_fail(stream, "record %llu: device %u, but the machine has %u", number,
				  event->device, reader->limit_devices);
	else if (!pasid_is_valid(event->pasid))
		trace_stream_fail(stream, "record %llu: PASID 0x%x, expected at most 0x%x", number,
				  event->pasid, TRACE_MAX_PASID);
	return !stream->has_error;
}
