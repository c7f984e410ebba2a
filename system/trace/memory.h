/* SPDX-License-Identifier: GPL-2.0-only */
/* Where a reader takes its memory from: the arena, or the heap. */
#ifndef SYSTEM_TRACE_MEMORY_H
#define SYSTEM_TRACE_MEMORY_H

#include <stddef.h>

struct trace_memory {
	void *(*alloc)(size_t bytes); /* zeroed or not */
	void (*free)(void *ptr);
};

extern const struct trace_memory trace_memory_heap, trace_memory_arena;

#endif
