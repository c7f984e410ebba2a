// SPDX-License-Identifier: GPL-2.0-only
/*
 * RCU. A grace period is a time after which everybody has passed a quiescent state, which is said,
 * not observed: who stays in a read-side section for longer is not waited for. SRCU is the
 * kernel's.
 */
#include <linux/delay.h>
#include <linux/rcupdate.h>
#include <linux/rcupdate_wait.h>
#include <linux/slab.h>
#include <linux/srcu.h>
#include <linux/workqueue.h>

#include "platform.h"

/* Said of a work queue since then; before, it goes without saying. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(7, 2, 0)
#define WQ_PERCPU 0
#endif

#define GRACE_PS 10000000000ULL /* three jiffies at HZ=250, rounded: jiffies_till_first_fqs */

void srcu_init(void);
void rcu_init_geometry(void);
bool rcu_gp_is_expedited(void);
bool rcu_gp_is_normal(void);
bool rcu_cpu_beenfullyonline(int cpu);

/* What kernel/rcu/srcutree.c asks RCU for. */
struct workqueue_struct *rcu_gp_wq;
int rcu_scheduler_active; /* RCU_SCHEDULER_INACTIVE, then _RUNNING */
int rcu_num_lvls = 1, rcu_num_nodes = 1, num_rcu_lvl[] = {1};

struct later {
	struct later *next;
	struct rcu_head *head;
	u64 due_ps;
};

static struct later *first, **last = &first;
static DEFINE_RAW_SPINLOCK(later_lock);

static struct later *take_due(void)
{
	struct later *later = first;

	if (!later || later->due_ps > ksim_now_ps())
		return NULL;
	first = later->next;
	if (!first)
		last = &first;
	return later;
}

void ksim_rcu_run(void)
{
	struct later *later;

	raw_spin_lock(&later_lock);
	while ((later = take_due())) {
		raw_spin_unlock(&later_lock);
		later->head->func(later->head);
		ksim_free(later);
		raw_spin_lock(&later_lock);
	}
	raw_spin_unlock(&later_lock);
}

void call_rcu(struct rcu_head *head, rcu_callback_t func)
{
	struct later *later = ksim_alloc(sizeof(*later));
	unsigned long flags;

	if (!later)
		ksim_die("no memory for call_rcu()");
	head->func = func;
	*later = (struct later){.head = head, .due_ps = ksim_now_ps() + GRACE_PS};
	raw_spin_lock_irqsave(&later_lock, flags);
	*last = later;
	last = &later->next;
	raw_spin_unlock_irqrestore(&later_lock, flags);
	ksim_timer_interrupt_after(GRACE_PS);
}

/* @head is followed by what kfree_rcu() was given. */
static void free_later(struct rcu_head *head)
{
	kfree(*(void **)(head + 1));
	ksim_free(head);
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
void kvfree_call_rcu(struct rcu_head *head, void *ptr)
#else
void kvfree_call_rcu(struct rcu_head *head, rcu_callback_t func)
#endif
{
	struct {
		struct rcu_head head;
		void *ptr;
	} *object = ksim_alloc(sizeof(*object));

	if (!object)
		ksim_die("no memory for kfree_rcu()");
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
	object->ptr = ptr;
#else
	object->ptr = head ? (void *)head - (unsigned long)func : (void *)func;
#endif
	call_rcu(&object->head, free_later);
}

void synchronize_rcu(void)
{
	ksim_sleep_ps(GRACE_PS);
}

void synchronize_rcu_expedited(void)
{
	ksim_sleep_ps(50000000);
}

void rcu_barrier(void)
{
	ksim_sleep_ps(2 * GRACE_PS);
}

bool rcu_gp_is_expedited(void)
{
	return false;
}

bool rcu_gp_is_normal(void)
{
	return false;
}

bool rcu_cpu_beenfullyonline(int cpu)
{
	return true;
}

void rcu_init_geometry(void)
{
}

void wakeme_after_rcu(struct rcu_head *head)
{
	complete(&container_of(head, struct rcu_synchronize, head)->completion);
}

void ksim_rcu_init(void)
{
	rcu_scheduler_active = 2;
	rcu_gp_wq = alloc_workqueue("rcu_gp", WQ_MEM_RECLAIM | WQ_PERCPU, 0);
	srcu_init();
}
