/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the core's accesses come to: data races and uses of freed memory, in the order in which a
 * schedule has put what synchronizes (vector clocks), whether or not it was bad luck this time.
 */
#ifndef EXPLORE_RACE_H
#define EXPLORE_RACE_H

#include "sim/schedule/schedule.h"

enum race_kind { RACE_NONE, RACE_DATA, RACE_FREED };

struct race_access {
	u64 pc; /* offset in the program */
	u8 slot;
	bool is_write, is_free, is_marked;
};

struct race_report {
	enum race_kind kind;
	struct race_access first, second; /* in the order of this schedule */
	u64 arena_offset;		  /* where */
	u32 bytes;
};

/** race_init() - 0 or -ENOMEM; once. */
int race_init(void);
/** race_start() - a schedule begins: nothing is known of memory. */
void race_start(void);
/** race_found() - the first of this schedule; kind RACE_NONE: none. */
const struct race_report *race_found(void);
/** race_tell() - in words, with file and line where the program says them. */
void race_tell(const struct race_report *report, char *text, size_t bytes);

/* For struct sim_schedule. */
void race_step(const struct sim_step *step);
void race_wake(u32 waker, u32 woken);
void race_release(u32 slot, const volatile void *addr);
void race_acquire(u32 slot, const volatile void *addr);
void race_free(const void *object, u64 bytes);
void race_alloc(const void *object, u64 bytes);

/* Off: only what is used after it was freed in this very schedule is found. */
extern bool race_is_on;

#endif
