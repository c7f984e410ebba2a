/* SPDX-License-Identifier: GPL-2.0-only */
/* A reader as the files of its two versions see it. */
#ifndef SYSTEM_TRACE_READER_INTERNAL_H
#define SYSTEM_TRACE_READER_INTERNAL_H

#include "system/trace/reader.h"
#include "system/trace/stream.h"

struct trace_reader {
	struct trace_stream stream;
	u32 version;
	bool has_ended;
	u32 limit_devices; /* 0: none */
	u32 nr_devices;	   /* as the header says */
	u64 kinds;	   /* likewise; of version 1: accesses */
	u64 promised;
	u64 last_ps;
	/* version 2 */
	struct trace_name *names;
	u32 nr_names, room_names;
	u64 nr_in_frame;
	u64 frame_offset;	 /* in the file, where this frame begins */
	u32 nr_frames;		 /* with the header's */
	XXH64_state_t seek_hash; /* of the seek table as it has to be */
};

/* Each continues behind the magic. */
void trace_reader1_header(struct trace_reader *reader);
enum trace_read trace_reader1_next(struct trace_reader *reader, struct trace_event *event);
void trace_reader2_header(struct trace_reader *reader, const u8 *magic);
enum trace_read trace_reader2_next(struct trace_reader *reader, struct trace_event *event);

/** trace_record_check() - what all records have to keep to. Return: is it so? else with an error.
 */
bool trace_record_check(struct trace_reader *reader, const struct trace_event *event);

#endif
