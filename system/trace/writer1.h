/* SPDX-License-Identifier: GPL-2.0-only */
/* Writes a trace file of version 1, for who can read no other. */
#ifndef SYSTEM_TRACE_WRITER1_H
#define SYSTEM_TRACE_WRITER1_H

#include "system/trace/event.h"

struct trace_writer1;

/** trace_writer1_create() - @nr_records: 0: not known. Return: NULL without memory. */
struct trace_writer1 *trace_writer1_create(int fd, u64 nr_records);
void trace_writer1_destroy(struct trace_writer1 *writer);

/** trace_writer1_put() - an access, with no flags but TRACE_WRITE. */
void trace_writer1_put(struct trace_writer1 *writer, const struct trace_event *event);

/** trace_writer1_err() - has anything gone wrong so far? 0 or -errno. */
int trace_writer1_err(const struct trace_writer1 *writer);

/** trace_writer1_finish() - the end record. 0 or -errno. */
int trace_writer1_finish(struct trace_writer1 *writer);

#endif
