/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's behaviour of allocated per-CPU variables, of up to KAPI_PERCPU_UNIT bytes; this
 * CPU's own costs a cache hit, another's nothing (it is not told who has the line). */
#ifndef _LINUX_PERCPU_H
#define _LINUX_PERCPU_H

#include <linux/cpumask.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/types.h>

#define KAPI_PERCPU_UNIT 256 /* bytes from one CPU's to the next one's */

/* Zeroed; NULL without memory. */
#define alloc_percpu(type)                                                                         \
	({                                                                                         \
		_Static_assert(sizeof(type) <= KAPI_PERCPU_UNIT, "too large for a per-CPU unit");  \
		(__typeof__(type) __percpu *)kcalloc(num_possible_cpus(), KAPI_PERCPU_UNIT,        \
						     GFP_KERNEL);                                  \
	})
#define free_percpu(ptr) kfree(ptr)
#define per_cpu_ptr(ptr, cpu) ((__typeof__(ptr))((char *)(ptr) + (size_t)(cpu)*KAPI_PERCPU_UNIT))

/* Charges the access. */
unsigned int kapi_this_cpu(void);

#define this_cpu_ptr(ptr) per_cpu_ptr(ptr, kapi_this_cpu())
#define this_cpu_add(pcp, val)                                                                     \
	do {                                                                                       \
		__typeof__(pcp) by_ = (val); /* whatever that does is not quiet */                 \
		__typeof__(&(pcp)) at_ = this_cpu_ptr(&(pcp));                                     \
                                                                                                   \
		sim_quiet_begin();                                                                 \
		*at_ += by_;                                                                       \
		sim_quiet_end();                                                                   \
	} while (0)
#define this_cpu_inc(pcp) this_cpu_add(pcp, 1)

#endif
