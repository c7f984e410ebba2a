// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupt lines: hard handler on the line's CPU, and a thread of SCHED_FIFO
 * bound to it. With IRQF_ONESHOT the line is masked from the hard handler until
 * the thread has run; an edge that comes meanwhile stays pending and is taken
 * when the line is unmasked, as an interrupt controller with a pending bit does.
 * Without, the thread is told to run again.
 *
 * Left out: shared lines, level triggers, affinity changes, forced threading.
 */
#include <linux/interrupt.h>

#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/kthread.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/wait.h>

#include "kapi/debug.h"
#include "kapi/internal.h"
#include "kapi/irq.h"

struct kapi_irq {
	struct sim_irq line;
	/* the handler; NULL: none */
	bool has_action;
	irq_handler_t handler, thread_fn;
	void *dev_id;
	unsigned long flags;
	struct task_struct *thread;
	/* changed between two interactions only, so under no lock */
	u32 nr_disabled;
	bool is_masked;	      /* one-shot: until the thread has run */
	bool is_latched;      /* an edge came while masked, disabled or without handler */
	bool is_in_handler;   /* the hard handler runs */
	bool is_thread_asked; /* the thread shall run (again) */
	bool is_in_thread;    /* asked or running */
	bool is_stopping;
	struct wait_queue_head idle; /* synchronize_irq() */
};

static struct kapi_irq *irq_of(unsigned int irq)
{
	return irq && irq <= kapi_state->nr_irqs ? kapi_state->irqs[irq - 1] : NULL;
}

/* --- the flow of an interrupt --- */

/* What follows looks at the flags, and may set them. */
static void change(struct kapi_irq *desc)
{
	sim_point(SIM_POINT_STEP, desc, sizeof(long));
}

static bool can_deliver(const struct kapi_irq *desc)
{
	return desc->has_action && !desc->nr_disabled && !desc->is_masked;
}

static void wake_thread(struct kapi_irq *desc)
{
	if (!desc->thread)
		return;
	if (desc->flags & IRQF_ONESHOT)
		desc->is_masked = true;
	desc->is_in_thread = true;
	if (desc->is_thread_asked)
		return;
	desc->is_thread_asked = true;
	wake_up_process(desc->thread);
}

static void tell_if_idle(struct kapi_irq *desc)
{
	if (!desc->is_in_thread && waitqueue_active(&desc->idle))
		wake_up_all(&desc->idle);
}

static void handle(struct kapi_irq *desc)
{
	irqreturn_t ret = IRQ_WAKE_THREAD;

	desc->is_in_handler = true;
	if (desc->handler)
		ret = desc->handler(desc->line.number, desc->dev_id);
	if (ret == IRQ_WAKE_THREAD)
		wake_thread(desc);
	desc->is_in_handler = false;
}

static void hard_handler(struct sim_irq *line)
{
	struct kapi_irq *desc = container_of(line, struct kapi_irq, line);

	change(desc);
	if (can_deliver(desc))
		handle(desc);
	else
		desc->is_latched = true;
	tell_if_idle(desc);
}

static void deliver_latched(struct kapi_irq *desc)
{
	if (!desc->is_latched || !can_deliver(desc))
		return;
	desc->is_latched = false;
	sim_irq_raise(&desc->line);
}

static void run_thread_fn(struct kapi_irq *desc)
{
	u32 nr_locks = kapi_nr_locks();

	desc->is_thread_asked = false;
	desc->thread_fn(desc->line.number, desc->dev_id);
	kapi_check_locks(nr_locks, "a round of an interrupt's thread");
	change(desc);
	desc->is_masked = false;
	if (!desc->is_thread_asked)
		desc->is_in_thread = false;
	deliver_latched(desc);
	tell_if_idle(desc);
}

static int irq_thread(void *data)
{
	struct kapi_irq *desc = data;

	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		change(desc);
		if (desc->is_thread_asked) {
			__set_current_state(TASK_RUNNING);
			run_thread_fn(desc);
		} else if (kthread_should_stop()) {
			__set_current_state(TASK_RUNNING);
			return 0;
		} else {
			schedule();
		}
	}
}

/* --- lines --- */

int kapi_irq_create(u32 cpu)
{
	struct kapi_state *state = kapi_state;
	struct kapi_irq *desc;

	if (state->nr_irqs == KAPI_MAX_IRQS)
		return -ENOMEM;
	desc = kapi_alloc(sizeof(*desc));
	init_waitqueue_head(&desc->idle);
	state->irqs[state->nr_irqs++] = desc;
	sim_irq_init(&desc->line, state->nr_irqs, cpu, hard_handler);
	return state->nr_irqs;
}

void kapi_irq_raise(unsigned int irq)
{
	struct kapi_irq *desc = irq_of(irq);

	BUG_ON(!desc);
	if (can_deliver(desc))
		sim_irq_raise(&desc->line);
	else
		desc->is_latched = true;
}

const struct sim_irq *kapi_irq_line(unsigned int irq)
{
	struct kapi_irq *desc = irq_of(irq);

	return desc ? &desc->line : NULL;
}

/* --- what drivers call --- */

static int start_irq_thread(struct kapi_irq *desc, const char *name)
{
	desc->thread = kthread_create(irq_thread, desc, "irq/%u-%s", desc->line.number, name);
	if (IS_ERR(desc->thread)) {
		desc->thread = NULL;
		return -ENOMEM;
	}
	sched_set_fifo(desc->thread);
	kthread_bind(desc->thread, desc->line.cpu);
	get_task_struct(desc->thread);
	wake_up_process(desc->thread);
	return 0;
}

int request_threaded_irq(unsigned int irq, irq_handler_t handler, irq_handler_t thread_fn,
			 unsigned long flags, const char *name, void *dev_id)
{
	struct kapi_irq *desc = irq_of(irq);

	might_sleep();
	if (!desc || (!handler && !thread_fn) || flags & IRQF_SHARED)
		return -EINVAL;
	/* Without a hard handler only masking keeps a level line quiet. */
	if (!handler && !(flags & IRQF_ONESHOT))
		return -EINVAL;
	if (desc->has_action)
		return -EBUSY;
	desc->handler = handler;
	desc->thread_fn = thread_fn;
	desc->dev_id = dev_id;
	desc->flags = flags;
	if (thread_fn && start_irq_thread(desc, name ? name : ""))
		return -ENOMEM;
	desc->has_action = true;
	deliver_latched(desc);
	return 0;
}

void synchronize_irq(unsigned int irq)
{
	struct kapi_irq *desc = irq_of(irq);

	if (desc)
		wait_event(desc->idle,
			   !desc->is_in_handler && !desc->is_in_thread && !desc->line.is_pending);
}

const void *free_irq(unsigned int irq, void *dev_id)
{
	struct kapi_irq *desc = irq_of(irq);

	if (!desc || !desc->has_action || desc->dev_id != dev_id) {
		WARN(true, "free_irq() of a free line %u", irq);
		return NULL;
	}
	desc->has_action = false;
	synchronize_irq(irq);
	if (desc->thread) {
		kthread_stop(desc->thread);
		put_task_struct(desc->thread);
		desc->thread = NULL;
	}
	desc->is_masked = false;
	return "";
}

void disable_irq_nosync(unsigned int irq)
{
	irq_of(irq)->nr_disabled++;
}

void disable_irq(unsigned int irq)
{
	disable_irq_nosync(irq);
	synchronize_irq(irq);
}

void enable_irq(unsigned int irq)
{
	struct kapi_irq *desc = irq_of(irq);

	if (WARN_ON(!desc->nr_disabled))
		return;
	desc->nr_disabled--;
	deliver_latched(desc);
}

void irq_wake_thread(unsigned int irq, void *dev_id)
{
	wake_thread(irq_of(irq));
}
