/* SPDX-License-Identifier: GPL-2.0-only */
/* Grace periods that nobody waited for: memory freed that a reader has found in his section. */
#ifndef EXPLORE_GRACE_H
#define EXPLORE_GRACE_H

#include <stddef.h>

#include "sim/types.h"

/** grace_init() - 0 or -ENOMEM; once. */
int grace_init(void);
/** grace_start() - a schedule begins. */
void grace_start(void);

/* For struct sim_schedule. */
void grace_reader(u32 slot, bool is_in);
void grace_free(const void *object, u64 bytes);
/** grace_load() - @slot has read @value by a marked load at @pc. */
void grace_load(u32 slot, u64 value, u64 pc);

/** grace_is_found() - in this schedule. */
bool grace_is_found(void);
/** grace_tell() - it, in words. */
void grace_tell(char *text, size_t bytes);

#endif
