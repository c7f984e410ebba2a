/* SPDX-License-Identifier: GPL-2.0-only */
/* What is mapped at one time of a trace, by device; as much memory as there are mappings at once.
 */
#ifndef TOOL_TRACE_LIVE_H
#define TOOL_TRACE_LIVE_H

#include "system/trace/event.h"

struct trace_live;

struct trace_live *trace_live_create(void);
void trace_live_destroy(struct trace_live *live);

/**
 * trace_live_note() - a map or unmap; of other kinds nothing changes
 * Whole pages of 4 KiB, as tables have them; over what is mapped already: that goes first.
 * Return: 0 or -ENOMEM.
 */
int trace_live_note(struct trace_live *live, const struct trace_event *event);

/** trace_live_flags() - of the mapping for @device at @address. Return: false: there is none. */
bool trace_live_flags(struct trace_live *live, u32 device, u64 address, u8 *flags);

#endif
