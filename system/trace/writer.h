/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writes a trace file of version 2. Records go out frame by frame in constant memory. The
 * header, which has the names and how many records there are, comes first in the file: who does not
 * know them before the records has these kept aside, in a temporary file without a name.
 */
#ifndef SYSTEM_TRACE_WRITER_H
#define SYSTEM_TRACE_WRITER_H

#include "system/trace/event.h"

struct trace_writer;

struct trace_writer_attr {
	int fd;		/* written from where it stands; the caller closes it */
	bool has_aside; /* names and the number of records come with the records */
	u64 nr_records; /* without aside: 0: not known */
	u32 nr_devices; /* likewise */
	u64 kinds;	/* likewise: bit n: there may be records of kind n */
};

/** trace_writer_create() - Return: NULL without memory, or without a temporary file (errno). */
struct trace_writer *trace_writer_create(const struct trace_writer_attr *attr);
void trace_writer_destroy(struct trace_writer *writer);

/**
 * trace_writer_name() - a device, PASID or process is called @text
 * Without aside: before the first record. What does not print becomes '?', and what is
 * too long is cut. The first name of a number stays.
 *
 * Return: 0, -ENOMEM, -ENOSPC more than TRACE_MAX_NAMES.
 */
int trace_writer_name(struct trace_writer *writer, const struct trace_name *name);

/**
 * trace_writer_put() - the next record; keeps to what docs/trace-format.md asks of it
 * What goes wrong is told by trace_writer_finish().
 */
void trace_writer_put(struct trace_writer *writer, const struct trace_event *event);

/** trace_writer_err() - has anything gone wrong so far? 0 or -errno. */
int trace_writer_err(const struct trace_writer *writer);

/** trace_writer_finish() - header if it is still missing, end record, seek table. 0 or -errno. */
int trace_writer_finish(struct trace_writer *writer);

/** trace_writer_count() - records so far. */
u64 trace_writer_count(const struct trace_writer *writer);

#endif
