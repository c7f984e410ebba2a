/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads a trace file of either version once, front to back, in constant memory. Every byte
 * is hostile until checked.
 */
#ifndef SYSTEM_TRACE_READER_H
#define SYSTEM_TRACE_READER_H

#include "system/trace/event.h"
#include "system/trace/memory.h"

enum trace_read {
	TRACE_READ_RECORD,
	TRACE_READ_END,
	TRACE_READ_ERROR, /* now and ever after; trace_reader_error() says what */
};

struct trace_reader;

/**
 * trace_reader_create() - open a trace and read its header
 * @path: a file or a FIFO, "-" is standard input; kept by reference
 * @nr_devices: records of this device or above are errors; 0: none is
 * @memory: for everything that the reader will ever need
 *
 * Return: the reader, on which an error may be set already; NULL without memory.
 */
struct trace_reader *trace_reader_create(const char *path, u32 nr_devices,
					 const struct trace_memory *memory);
void trace_reader_destroy(struct trace_reader *reader);

/** trace_reader_next() - the next record. A record of version 1 is an access. */
enum trace_read trace_reader_next(struct trace_reader *reader, struct trace_event *event);

/** trace_reader_error() - one line, or NULL. */
const char *trace_reader_error(const struct trace_reader *reader);

/** trace_reader_promised() - records as the header counts them, 0: not known. */
u64 trace_reader_promised(const struct trace_reader *reader);

/** trace_reader_version() - 1 or 2; 0: an error came before. */
u32 trace_reader_version(const struct trace_reader *reader);

/** trace_reader_nr_devices() - the largest device of the header and one; 0: not known. */
u32 trace_reader_nr_devices(const struct trace_reader *reader);

/** trace_reader_kinds() - bit n: there may be records of kind n; 0: not known. */
u64 trace_reader_kinds(const struct trace_reader *reader);

/** trace_reader_names() - those of the header, by kind and number. Return: how many. */
u32 trace_reader_names(const struct trace_reader *reader, const struct trace_name **names);

/** trace_reader_name() - of one device, PASID or process; NULL: it has none. */
const char *trace_reader_name(const struct trace_reader *reader, enum trace_name_kind kind,
			      u32 number);

/** trace_reader_nr_frames() - of version 2: frames of records so far. */
u32 trace_reader_nr_frames(const struct trace_reader *reader);

/** trace_reader_is_pipe() - it can be read only this once. */
bool trace_reader_is_pipe(const struct trace_reader *reader);

#endif
