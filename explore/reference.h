/* SPDX-License-Identifier: GPL-2.0-only */
/* Counted references: what is put once too often, and what is taken and never put. */
#ifndef EXPLORE_REFERENCE_H
#define EXPLORE_REFERENCE_H

#include <stddef.h>

#include "sim/types.h"

/** reference_init() - 0 or -ENOMEM; once, before the machine runs. */
int reference_init(void);
/** reference_keep() - what is known so far is so when each schedule begins. */
void reference_keep(void);
/** reference_start() - a schedule begins. */
void reference_start(void);

/** reference_note() - for struct sim_schedule. */
void reference_note(const volatile void *count, s32 by, s32 left, u64 pc);

/** reference_is_broken() - one was put that nobody held, or taken where none was left. */
bool reference_is_broken(void);
/**
 * reference_is_kept() - one is held to an object that is left, of those allocated since @mark
 * Context: the schedule has ended, its memory is as it was then.
 */
bool reference_is_kept(u64 mark);
/** reference_tell() - of the count that either has found: who took and who put, by place. */
void reference_tell(char *text, size_t bytes);

#endif
