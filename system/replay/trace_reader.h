/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads a trace file once, front to back, in constant memory. Every byte is
 * hostile until checked.
 */
#ifndef SYSTEM_REPLAY_TRACE_READER_H
#define SYSTEM_REPLAY_TRACE_READER_H

#include "models/device/dma.h"

/* Where a reader takes its memory from: the arena, or the heap. */
struct trace_memory {
	void *(*alloc)(size_t bytes); /* zeroed or not */
	void (*free)(void *ptr);
};

extern const struct trace_memory trace_memory_heap, trace_memory_arena;

enum trace_read {
	TRACE_READ_RECORD,
	TRACE_READ_END,
	TRACE_READ_ERROR, /* now and ever after; trace_reader_error() says what */
};

struct trace_reader;

/**
 * trace_reader_create() - open a trace and read its header
 * @path: a regular file; kept by reference
 * @nr_devices: records of this device or above are errors
 * @memory: for everything that the reader will ever need
 *
 * Return: the reader, on which an error may be set already; NULL without memory.
 */
struct trace_reader *trace_reader_create(const char *path, u32 nr_devices,
					 const struct trace_memory *memory);
void trace_reader_destroy(struct trace_reader *reader);

/**
 * trace_reader_next() - the next record
 * @pasid_or_none: field of the file, SYS_TRACE_PASID_* not yet replaced;
 *	record->pasid and record->has_pasid are not set
 */
enum trace_read trace_reader_next(struct trace_reader *reader, struct dev_record *record,
				  u32 *device, u32 *pasid_or_none);

/** trace_reader_error() - one line, or NULL. */
const char *trace_reader_error(const struct trace_reader *reader);

/** trace_reader_promised() - records as the header counts them, 0: not known. */
u64 trace_reader_promised(const struct trace_reader *reader);

#endif
