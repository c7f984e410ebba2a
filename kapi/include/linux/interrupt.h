/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's behaviour for one handler a line: hard handler, thread of SCHED_FIFO on the
 * line's CPU, one-shot masking with the interrupt kept pending. Lines are made by kapi/irq.h. */
#ifndef _LINUX_INTERRUPT_H
#define _LINUX_INTERRUPT_H

#include <linux/hardirq.h>
#include <linux/irqflags.h>
#include <linux/irqreturn.h>
#include <linux/types.h>

typedef irqreturn_t (*irq_handler_t)(int irq, void *dev_id);

#define IRQF_TRIGGER_NONE 0x0
#define IRQF_SHARED 0x80 /* refused: -EINVAL */
#define IRQF_ONESHOT 0x2000

/* Return: 0; -EINVAL no such line, or no handler at all; -EBUSY taken; -ENOMEM. */
int request_threaded_irq(unsigned int irq, irq_handler_t handler, irq_handler_t thread_fn,
			 unsigned long flags, const char *name, void *dev_id);
static inline int request_irq(unsigned int irq, irq_handler_t handler, unsigned long flags,
			      const char *name, void *dev_id)
{
	return request_threaded_irq(irq, handler, NULL, flags, name, dev_id);
}

const void *free_irq(unsigned int irq, void *dev_id);
void disable_irq(unsigned int irq);
void disable_irq_nosync(unsigned int irq);
void enable_irq(unsigned int irq);
void irq_wake_thread(unsigned int irq, void *dev_id);

#endif
