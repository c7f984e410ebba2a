/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's behaviour: the short ones spend CPU time, the long ones sleep. */
#ifndef _LINUX_DELAY_H
#define _LINUX_DELAY_H

#include <linux/types.h>

void ndelay(unsigned long ns);
void udelay(unsigned long us);
void mdelay(unsigned long ms);
void msleep(unsigned int ms);
void usleep_range(unsigned long min_us, unsigned long max_us); /* sleeps min_us */
#define ssleep(s) msleep((s)*1000)
#define fsleep(us) usleep_range(us, us)

#endif
