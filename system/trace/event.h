/* SPDX-License-Identifier: GPL-2.0-only */
/* What a trace is made of, whichever version its file has: docs/trace-format.md. */
#ifndef SYSTEM_TRACE_EVENT_H
#define SYSTEM_TRACE_EVENT_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/types.h"

/* X(symbol, name, one line of help) */
#define TRACE_KINDS(X)                                                                             \
	X(ACCESS, "access", "a device reads or writes")                                            \
	X(MAP, "map", "a DMA mapping is made")                                                     \
	X(UNMAP, "unmap", "a DMA mapping goes")                                                    \
	X(INVALIDATE, "invalidate", "a process takes pages away: who caches them forgets")         \
	X(BIND, "bind", "a device and a PASID are bound to a process")                             \
	X(UNBIND, "unbind", "no longer")                                                           \
	X(EXIT, "exit", "a process ends")                                                          \
	X(ATTACH, "attach", "a device is attached to its domain")                                  \
	X(DETACH, "detach", "no longer")

enum trace_kind {
#define TRACE_KIND_NUMBER(symbol, name, about) TRACE_##symbol,
	TRACE_KINDS(TRACE_KIND_NUMBER)
#undef TRACE_KIND_NUMBER
		TRACE_NR_KINDS
};

/** trace_kind_name() - "access"; "?" of a number that is none. */
const char *trace_kind_name(u32 kind);

#define TRACE_WRITE (1U << 0)	   /* else it reads; of a mapping: devices may write */
#define TRACE_EXECUTE (1U << 1)	   /* an instruction is fetched; devices may execute */
#define TRACE_PRIVILEGED (1U << 2) /* supervisor */
#define TRACE_LAST (1U << 3)	   /* of its page request group */
#define TRACE_HAS_GROUP (1U << 4)  /* the group index is known */
#define TRACE_READ (1U << 5)	   /* of a mapping: devices may read */
#define TRACE_FLAGS_OF_ACCESS                                                                      \
	(TRACE_WRITE | TRACE_EXECUTE | TRACE_PRIVILEGED | TRACE_LAST | TRACE_HAS_GROUP)
#define TRACE_FLAGS_OF_MAP (TRACE_WRITE | TRACE_EXECUTE | TRACE_PRIVILEGED | TRACE_READ)

#define TRACE_MAX_PASID 0xfffffU
/* The address space that the run's handler mode gives the device. */
#define TRACE_PASID_BOUND 0xfffffffeU
#define TRACE_PASID_NONE 0xffffffffU
#define TRACE_PROCESS_NONE 0xffffffffU
#define TRACE_DEVICE_ALL 0xffffffffU /* of map, unmap, invalidate: whoever shares it */
#define TRACE_MAX_GROUP 511U

/* Times of a trace end before this: about 53 simulated days. */
#define TRACE_MAX_PS (1ULL << 62)

struct trace_event {
	u64 time_ps;
	u64 address;
	u64 bytes;
	u32 device;
	u32 pasid;
	u32 process;
	u16 group;
	u8 kind;
	u8 flags;
};

/* --- names --- */

enum trace_name_kind { TRACE_NAME_DEVICE = 1, TRACE_NAME_PASID, TRACE_NAME_PROCESS };

#define TRACE_NAME_BYTES 128
#define TRACE_MAX_NAMES 65536

struct trace_name {
	u32 kind, number;
	char text[TRACE_NAME_BYTES];
};

/** trace_name_kind_name() - "device"; NULL: @kind is none. */
const char *trace_name_kind_name(u32 kind);

/** trace_name_is_valid() - what a name may be: 1 to 127 bytes that print, without blanks at ends.
 */
bool trace_name_is_valid(const char *text, size_t length);

#endif
