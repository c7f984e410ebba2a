/* SPDX-License-Identifier: GPL-2.0-only */
/* Where in the source places of the program are. */
#ifndef EXPLORE_SYMBOL_H
#define EXPLORE_SYMBOL_H

#include "sim/types.h"

#define SYMBOL_BYTES 128

/**
 * symbol_names() - "fault.c:148 handle()" of places so many bytes behind the program's beginning
 * What is inline in a header is where it is called. @is_inner[i]: that place is of what lies below
 * the code that is looked at (sim/, kapi/, explore/), or nothing is known of it.
 */
void symbol_names(const u64 *offsets, u32 nr, char (*texts)[SYMBOL_BYTES], bool *is_inner);

extern const char __executable_start[];

/** symbol_offset() - of what is at @pc, as symbol_names() takes it. */
static inline u64 symbol_offset(u64 pc)
{
	return pc - (u64)__executable_start;
}

/** symbol_name() - of one. */
const char *symbol_name(u64 offset, char text[SYMBOL_BYTES]);

#endif
