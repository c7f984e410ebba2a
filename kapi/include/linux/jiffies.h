/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's behaviour at HZ=250 (Debian's), counted from the start of the machine. */
#ifndef _LINUX_JIFFIES_H
#define _LINUX_JIFFIES_H

#include <linux/types.h>

#define HZ 250

unsigned long kapi_jiffies(void);
#define jiffies kapi_jiffies()
#define msecs_to_jiffies(ms) (((unsigned long)(ms)*HZ + 999) / 1000)
#define usecs_to_jiffies(us) (((unsigned long)(us)*HZ + 999999) / 1000000)
#define jiffies_to_msecs(j) ((unsigned int)((j)*1000 / HZ))
#define time_after(a, b) ((long)((b) - (a)) < 0)
#define time_before(a, b) time_after(b, a)

#endif
