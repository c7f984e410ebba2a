// SPDX-License-Identifier: GPL-2.0-only
/*
 * Work for a hard interrupt, of who may not wake anybody where it is: SRCU's, since 7.2. It runs in
 * the timer interrupt, on CPU 0: the kernel's own runs where it was asked for.
 */
#include <linux/delay.h>
#include <linux/irq_work.h>
#include <linux/llist.h>

#include "platform.h"

static LLIST_HEAD(queued);

bool irq_work_queue(struct irq_work *work)
{
	int was = atomic_fetch_or(IRQ_WORK_CLAIMED | CSD_TYPE_IRQ_WORK, &work->node.a_flags);

	if (was & IRQ_WORK_PENDING)
		return false;
	if (llist_add(&work->node.llist, &queued))
		ksim_timer_interrupt_after(0);
	return true;
}

static void run(struct irq_work *work)
{
	int flags = atomic_read(&work->node.a_flags) & ~IRQ_WORK_PENDING;

	atomic_set(&work->node.a_flags, flags);
	work->func(work);
	(void)atomic_cmpxchg(&work->node.a_flags, flags, flags & ~IRQ_WORK_BUSY);
}

void ksim_irq_works_run(void)
{
	struct irq_work *work, *next;

	llist_for_each_entry_safe(work, next, llist_del_all(&queued), node.llist) run(work);
}

void irq_work_sync(struct irq_work *work)
{
	while (irq_work_is_busy(work))
		ksim_sleep_ps(200000);
}
