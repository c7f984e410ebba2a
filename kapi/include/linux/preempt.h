/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's behaviour. */
#ifndef _LINUX_PREEMPT_H
#define _LINUX_PREEMPT_H

#include <linux/types.h>

void preempt_disable(void);
void preempt_enable(void);
bool in_hardirq(void);
bool in_task(void);
#define in_irq in_hardirq
#define in_interrupt in_hardirq

#endif
