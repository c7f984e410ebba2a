/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's purpose: a queued spinlock of sim/lock.h, made on first use where it is static.
 */
#ifndef _LINUX_SPINLOCK_TYPES_H
#define _LINUX_SPINLOCK_TYPES_H

#include <linux/lockdep_types.h>
#include <linux/types.h>

typedef struct spinlock {
	kapi_spinlock_t world;
	const char *name; /* class */
	u32 epoch;	  /* machine that it was made for */
} spinlock_t;

typedef spinlock_t raw_spinlock_t;

#define __SPIN_LOCK_UNLOCKED(lockname)                                                             \
	{                                                                                          \
		.name = #lockname                                                                  \
	}
#define DEFINE_SPINLOCK(x) spinlock_t x = __SPIN_LOCK_UNLOCKED(x)

#endif
