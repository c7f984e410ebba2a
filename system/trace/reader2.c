// SPDX-License-Identifier: GPL-2.0-only
/*
 * Version 2 of a trace file: a frame for the header with names, frames of records that can be
 * unpacked by themselves, each with its own XXH64, and a seek table.
 */
#include <string.h>

#include "system/trace/format2.h"
#include "system/trace/reader_internal.h"

/* --- frames --- */

/* One more frame has ended: what the seek table will have to say of it. */
static void frame_count(struct trace_reader *reader, u64 bytes, u64 hash)
{
	u64 offset = trace_stream_offset(&reader->stream);
	u8 entry[TRACE2_SEEK_ENTRY_BYTES];

	trace_put32(entry, (u32)(offset - reader->frame_offset));
	trace_put32(entry + 4, (u32)bytes);
	trace_put32(entry + 8, (u32)hash);
	XXH64_update(&reader->seek_hash, entry, sizeof(entry));
	reader->frame_offset = offset;
	reader->nr_frames++;
	reader->nr_in_frame = 0;
}

/* All of the frame has been taken: that is so, and its checksums hold. */
static bool frame_end(struct trace_reader *reader, u64 bytes)
{
	struct trace_stream *stream = &reader->stream;
	u64 hash = trace_stream_digest(stream);

	if (!trace_stream_is_at_frame_end(stream)) {
		trace_stream_fail(stream, "something follows the end of a frame, after record %llu",
				  stream->nr_records);
		return false;
	}
	frame_count(reader, bytes, hash);
	return true;
}

/* --- header --- */

static bool names_grow(struct trace_reader *reader)
{
	const struct trace_memory *memory = reader->stream.memory;
	u32 room = reader->room_names ? 2 * reader->room_names : 16;
	struct trace_name *names;

	if (reader->nr_names < reader->room_names)
		return true;
	names = memory->alloc(room * sizeof(*names));
	if (!names)
		return false;
	if (reader->nr_names)
		memcpy(names, reader->names, reader->nr_names * sizeof(*names));
	memory->free(reader->names);
	reader->names = names;
	reader->room_names = room;
	return true;
}

static bool is_behind(const struct trace_name *name, const struct trace_name *last)
{
	return name->kind > last->kind || (name->kind == last->kind && name->number > last->number);
}

static void damaged(struct trace_reader *reader)
{
	trace_stream_fail(&reader->stream, "the header is damaged");
}

/* Return: its bytes; 0 with an error. */
static size_t name_read(struct trace_reader *reader)
{
	const u8 *at = trace_stream_take(&reader->stream, TRACE2_NAME_BYTES);
	struct trace_name *name;
	size_t length;

	if (!at || !names_grow(reader)) {
		damaged(reader);
		return 0;
	}
	name = &reader->names[reader->nr_names];
	memset(name, 0, sizeof(*name));
	name->kind = trace_get16(at + TRACE2_NAME_KIND);
	name->number = trace_get32(at + TRACE2_NAME_NUMBER);
	length = trace_get16(at + TRACE2_NAME_LENGTH);
	at = length < TRACE_NAME_BYTES ? trace_stream_take(&reader->stream, length) : NULL;
	if (!at || !trace_name_kind_name(name->kind) ||
	    !trace_name_is_valid((const char *)at, length) ||
	    (reader->nr_names && !is_behind(name, name - 1))) {
		damaged(reader);
		return 0;
	}
	memcpy(name->text, at, length);
	reader->nr_names++;
	return TRACE2_NAME_BYTES + length;
}

void trace_reader2_header(struct trace_reader *reader, const u8 *at)
{
	struct trace_stream *stream = &reader->stream;
	size_t bytes = TRACE2_HEADER_BYTES + TRACE2_HASH_BYTES;
	u32 nr_names = trace_get32(at + TRACE2_HEADER_NR_NAMES);
	u64 hash;

	if (trace_get32(at + TRACE2_HEADER_VERSION) != TRACE2_VERSION) {
		trace_stream_fail(stream, "version %u of the trace format, expected 1 or 2",
				  trace_get32(at + TRACE2_HEADER_VERSION));
		return;
	}
	reader->version = 2;
	reader->promised = trace_get64(at + TRACE2_HEADER_COUNT);
	reader->nr_devices = trace_get32(at + TRACE2_HEADER_NR_DEVICES);
	if (trace_get32(at + TRACE2_HEADER_RECORD) != TRACE2_RECORD_BYTES ||
	    nr_names > TRACE_MAX_NAMES) {
		damaged(reader);
		return;
	}
	/* the rest is hashed with what was taken before */
	XXH64_reset(&reader->seek_hash, 0);
	trace_stream_hash_begin(stream);
	stream->hashed = at;
	at = trace_stream_take(stream, TRACE2_HEADER_BYTES - TRACE_RECORD_BYTES);
	reader->kinds = at ? trace_get64(at) : 0;
	if (!at || reader->kinds >> TRACE_NR_KINDS)
		damaged(reader);
	for (u32 i = 0; i < nr_names && !stream->has_error; i++)
		bytes += name_read(reader);
	hash = trace_stream_digest(stream);
	at = stream->has_error ? NULL : trace_stream_take(stream, TRACE2_HASH_BYTES);
	if (!at || trace_get64(at) != hash)
		damaged(reader);
	else
		frame_end(reader, bytes);
}

/* --- the end --- */

static void seek_table_read(struct trace_reader *reader)
{
	struct trace_stream *stream = &reader->stream;
	u8 at[TRACE2_SEEK_ENTRY_BYTES];
	XXH64_state_t hash;
	bool is_right;

	XXH64_reset(&hash, 0);
	is_right = trace_stream_raw(stream, at, 8) && trace_get32(at) == TRACE2_SEEK_MAGIC &&
		   trace_get32(at + 4) ==
			   reader->nr_frames * TRACE2_SEEK_ENTRY_BYTES + TRACE2_SEEK_FOOTER_BYTES;
	for (u32 i = 0; i < reader->nr_frames && is_right; i++) {
		is_right = trace_stream_raw(stream, at, TRACE2_SEEK_ENTRY_BYTES);
		XXH64_update(&hash, at, TRACE2_SEEK_ENTRY_BYTES);
	}
	is_right = is_right && XXH64_digest(&hash) == XXH64_digest(&reader->seek_hash) &&
		   trace_stream_raw(stream, at, TRACE2_SEEK_FOOTER_BYTES) &&
		   trace_get32(at) == reader->nr_frames && at[4] == TRACE2_SEEK_CHECKSUMS &&
		   trace_get32(at + 5) == TRACE2_SEEK_FOOTER_MAGIC;
	if (!is_right)
		trace_stream_fail(stream, "its seek table is missing or damaged");
	else if (!trace_stream_is_at_end(stream))
		trace_stream_fail(stream, "something follows the seek table");
}

/* The last record of a frame. Return: TRACE_READ_RECORD: there is a next frame. */
static enum trace_read trailer_read(struct trace_reader *reader, const u8 *at, u64 hash)
{
	struct trace_stream *stream = &reader->stream;
	bool is_last = at[TRACE2_KIND] == TRACE2_KIND_END;
	u64 total = trace_get64(at + TRACE2_TRAILER_TOTAL);
	u64 bytes = (reader->nr_in_frame + 1) * TRACE2_RECORD_BYTES;

	if (trace_get64(at + TRACE2_TRAILER_MAGIC) != TRACE2_MAGIC ||
	    trace_get32(at + TRACE2_TRAILER_ZERO) || trace_get16(at + TRACE2_GROUP) ||
	    at[TRACE2_FLAGS] || trace_get64(at + TRACE2_TRAILER_COUNT) != reader->nr_in_frame ||
	    total != stream->nr_records)
		trace_stream_fail(stream, "record %llu: damaged end of a frame",
				  stream->nr_records + 1);
	else if (trace_get64(at + TRACE2_TRAILER_HASH) != hash)
		trace_stream_fail(stream, "corrupted before record %llu: XXH64 is another one",
				  stream->nr_records + 1);
	else if (is_last && reader->promised && reader->promised != total)
		trace_stream_fail(stream, "%llu records, but its header promises %llu", total,
				  reader->promised);
	if (stream->has_error || !frame_end(reader, bytes))
		return TRACE_READ_ERROR;
	if (!is_last)
		return TRACE_READ_RECORD;
	seek_table_read(reader);
	if (stream->has_error)
		return TRACE_READ_ERROR;
	reader->has_ended = true;
	return TRACE_READ_END;
}

/* --- records --- */

static bool is_of_range(u32 kind)
{
	return kind <= TRACE_INVALIDATE;
}

static u32 flags_of(u32 kind)
{
	return kind == TRACE_ACCESS ? TRACE_FLAGS_OF_ACCESS
	       : kind == TRACE_MAP  ? TRACE_FLAGS_OF_MAP
				    : 0;
}

static bool fields_check(struct trace_reader *reader, const struct trace_event *event)
{
	struct trace_stream *stream = &reader->stream;
	u64 number = stream->nr_records + 1;

	if (event->kind >= TRACE_NR_KINDS)
		trace_stream_fail(stream, "record %llu: unknown kind %u", number, event->kind);
	else if (reader->kinds && !(reader->kinds >> event->kind & 1))
		trace_stream_fail(stream, "record %llu: kind %s, which its header does not have",
				  number, trace_kind_name(event->kind));
	else if (event->flags & ~flags_of(event->kind))
		trace_stream_fail(stream, "record %llu: unknown flags 0x%x", number, event->flags);
	else if (is_of_range(event->kind) && !event->bytes)
		trace_stream_fail(stream, "record %llu: length 0, expected 1 byte or more", number);
	else if (event->kind == TRACE_ACCESS && event->bytes > ~0U)
		trace_stream_fail(stream,
				  "record %llu: an access of %llu bytes, expected %u at most",
				  number, event->bytes, ~0U);
	else if (!is_of_range(event->kind) && (event->bytes || event->address))
		trace_stream_fail(stream, "record %llu: %s has no address", number,
				  trace_kind_name(event->kind));
	else if (event->group > TRACE_MAX_GROUP ||
		 (event->group && !(event->flags & TRACE_HAS_GROUP)))
		trace_stream_fail(stream, "record %llu: group %u, expected %u at most", number,
				  event->group, TRACE_MAX_GROUP);
	return !stream->has_error && trace_record_check(reader, event);
}

static bool frame_begin(struct trace_reader *reader)
{
	if (!trace_stream_next_frame(&reader->stream)) {
		trace_stream_fail(&reader->stream,
				  "truncated after record %llu: the end record is missing",
				  reader->stream.nr_records);
		return false;
	}
	trace_stream_hash_begin(&reader->stream);
	return true;
}

/* The next record or trailer, or NULL with an error. *@hash: of the frame up to a trailer. */
static const u8 *take(struct trace_reader *reader, u64 *hash)
{
	struct trace_stream *stream = &reader->stream;
	const u8 *at;

	if (stream->frame_ended && stream->at == stream->end && !frame_begin(reader))
		return NULL;
	at = trace_stream_take(stream, TRACE2_RECORD_BYTES);
	if (!at) {
		trace_stream_fail(stream,
				  "truncated after record %llu: its frame has no end record",
				  stream->nr_records);
		return NULL;
	}
	if (at[TRACE2_KIND] >= TRACE2_KIND_FRAME) {
		stream->at -= TRACE2_RECORD_BYTES;
		*hash = trace_stream_digest(stream);
		stream->at += TRACE2_RECORD_BYTES;
	}
	return at;
}

enum trace_read trace_reader2_next(struct trace_reader *reader, struct trace_event *event)
{
	u64 hash = 0;
	const u8 *at = take(reader, &hash);

	while (at && at[TRACE2_KIND] >= TRACE2_KIND_FRAME) {
		enum trace_read result = trailer_read(reader, at, hash);

		if (result != TRACE_READ_RECORD)
			return result;
		at = take(reader, &hash);
	}
	if (!at)
		return TRACE_READ_ERROR;
	*event = (struct trace_event){
		.time_ps = trace_get64(at + TRACE2_TIME),
		.address = trace_get64(at + TRACE2_ADDRESS),
		.bytes = trace_get64(at + TRACE2_LENGTH),
		.device = trace_get32(at + TRACE2_DEVICE),
		.pasid = trace_get32(at + TRACE2_PASID),
		.process = trace_get32(at + TRACE2_PROCESS),
		.group = trace_get16(at + TRACE2_GROUP),
		.kind = at[TRACE2_KIND],
		.flags = at[TRACE2_FLAGS],
	};
	if (!fields_check(reader, event))
		return TRACE_READ_ERROR;
	if (++reader->nr_in_frame > TRACE2_FRAME_RECORDS) {
		trace_stream_fail(&reader->stream, "record %llu: a frame of more than %u records",
				  reader->stream.nr_records + 1, TRACE2_FRAME_RECORDS);
		return TRACE_READ_ERROR;
	}
	reader->last_ps = event->time_ps;
	reader->stream.nr_records++;
	return TRACE_READ_RECORD;
}
