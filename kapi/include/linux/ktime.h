/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's behaviour: simulated time in nanoseconds, from the start of the machine. */
#ifndef _LINUX_KTIME_H
#define _LINUX_KTIME_H

#include <linux/jiffies.h>
#include <linux/types.h>

typedef s64 ktime_t;
#define NSEC_PER_USEC 1000L
#define NSEC_PER_MSEC 1000000L
#define NSEC_PER_SEC 1000000000L
#define USEC_PER_SEC 1000000L
#define USEC_PER_MSEC 1000L

ktime_t ktime_get(void);
static inline u64 ktime_get_ns(void)
{
	return ktime_get();
}

#define ktime_to_ns(kt) (kt)
#define ktime_to_us(kt) ((kt) / 1000)
#define ns_to_ktime(ns) ((ktime_t)(ns))
#define ktime_add_us(kt, us) ((kt) + (s64)(us)*1000)
#define ktime_sub(a, b) ((a) - (b))
#define ktime_compare(a, b) ((a) < (b) ? -1 : (a) > (b))
#define ktime_after(a, b) ((a) > (b))
#define local_clock() ktime_get_ns()

#endif
