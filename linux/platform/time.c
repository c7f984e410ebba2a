// SPDX-License-Identifier: GPL-2.0-only
/* Clocks and timers. A timer runs in a hard interrupt of CPU 0: the kernel's own run in a soft one.
 */
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/sched/clock.h>
#include <linux/time64.h>
#include <linux/timekeeping.h>
#include <linux/timer.h>

#include "platform.h"

unsigned long volatile jiffies;
u64 jiffies_64;
unsigned long loops_per_jiffy = 1 << 20;

static HLIST_HEAD(timers);
static DEFINE_RAW_SPINLOCK(timer_lock);
static struct timer_list *running;

void ksim_jiffies_update(void)
{
	jiffies_64 = ksim_now_ps() / KSIM_JIFFY_PS;
	jiffies = jiffies_64;
}

static void timer_due(void *arg)
{
	ksim_irq_raise(ksim_machine()->timer_line);
}

void ksim_timer_interrupt_after(u64 ps)
{
	ksim_call_after(ps, timer_due, NULL);
}

/* The first that is due and has expired; off the list. */
static struct timer_list *next_expired(void)
{
	struct timer_list *timer;

	hlist_for_each_entry (timer, &timers, entry) {
		if (time_before(jiffies, timer->expires))
			continue;
		hlist_del_init(&timer->entry);
		return timer;
	}
	return NULL;
}

void ksim_timers_run(void)
{
	raw_spin_lock(&timer_lock);
	while ((running = next_expired())) {
		raw_spin_unlock(&timer_lock);
		running->function(running);
		raw_spin_lock(&timer_lock);
	}
	raw_spin_unlock(&timer_lock);
}

void ksim_timers_init(void)
{
	ksim_jiffies_update();
}

int mod_timer(struct timer_list *timer, unsigned long expires)
{
	u64 at_ps = expires * KSIM_JIFFY_PS, now_ps = ksim_now_ps();
	unsigned long flags;
	int was_pending;

	raw_spin_lock_irqsave(&timer_lock, flags);
	was_pending = timer_pending(timer);
	if (was_pending)
		hlist_del_init(&timer->entry);
	timer->expires = expires;
	hlist_add_head(&timer->entry, &timers);
	raw_spin_unlock_irqrestore(&timer_lock, flags);
	ksim_timer_interrupt_after(at_ps > now_ps ? at_ps - now_ps : 0);
	return was_pending;
}

int timer_reduce(struct timer_list *timer, unsigned long expires)
{
	if (timer_pending(timer) && time_before_eq(timer->expires, expires))
		return 1;
	return mod_timer(timer, expires);
}

void add_timer(struct timer_list *timer)
{
	mod_timer(timer, timer->expires);
}

void add_timer_on(struct timer_list *timer, int cpu)
{
	mod_timer(timer, timer->expires);
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 9, 0)
void add_timer_global(struct timer_list *timer)
{
	mod_timer(timer, timer->expires);
}
#endif

int timer_delete(struct timer_list *timer)
{
	unsigned long flags;
	int was_pending;

	raw_spin_lock_irqsave(&timer_lock, flags);
	was_pending = timer_pending(timer);
	if (was_pending)
		hlist_del_init(&timer->entry);
	raw_spin_unlock_irqrestore(&timer_lock, flags);
	return was_pending;
}

int timer_delete_sync(struct timer_list *timer)
{
	int was_pending = timer_delete(timer);

	while (READ_ONCE(running) == timer)
		cpu_relax();
	return was_pending;
}

#if LINUX_VERSION_CODE < KERNEL_VERSION(7, 2, 0)
#define timer_init_key init_timer_key
#endif
void timer_init_key(struct timer_list *timer, void (*func)(struct timer_list *), unsigned int flags,
		    const char *name, struct lock_class_key *key)
{
	timer->entry.pprev = NULL;
	timer->function = func;
	timer->flags = flags;
}

ktime_t ktime_get(void)
{
	if (ksim_thread_self())
		ksim_settle();
	return ksim_now_ps() / 1000;
}

ktime_t ktime_get_with_offset(enum tk_offsets offs)
{
	return ktime_get();
}

struct timespec64 ns_to_timespec64(s64 ns)
{
	struct timespec64 ts = {ns / NSEC_PER_SEC, ns % NSEC_PER_SEC};

	if (ts.tv_nsec < 0) {
		ts.tv_sec--;
		ts.tv_nsec += NSEC_PER_SEC;
	}
	return ts;
}

void set_normalized_timespec64(struct timespec64 *ts, time64_t seconds, s64 ns)
{
	*ts = ns_to_timespec64(ns);
	ts->tv_sec += seconds;
}

void ktime_get_ts64(struct timespec64 *ts)
{
	*ts = ns_to_timespec64(ktime_get());
}

u64 ktime_get_mono_fast_ns(void)
{
	return ksim_now_ps() / 1000;
}

u64 sched_clock(void)
{
	return ksim_now_ps() / 1000;
}
