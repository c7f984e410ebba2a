// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lock classes and their statistics, after Linux's lock_stat: a wait counts from
 * the failed attempt to the acquisition, a hold from there to the call that
 * releases.
 */
#include "sim/lock_internal.h"
#include "sim/sim.h"
#include "sim/trace.h"
#include <stdio.h>
#include <string.h>

#define ROW(...) SIM_STAT_ROW(struct sim_lock_class, __VA_ARGS__)
#define HIST_ROW(...) SIM_STAT_HIST_ROW(struct sim_lock_class, __VA_ARGS__)

static const struct sim_stat stat_rows[] = {SIM_LOCK_STATS(ROW, HIST_ROW)};
const struct sim_stat_table sim_lock_stat_table = SIM_STAT_TABLE(struct sim_lock_class, stat_rows);

static struct sim_hist *hist_create(void)
{
	struct sim_hist *hist = sim_alloc(sizeof(*hist));

	/* A fresh block is zero: touch no more of it than that needs. */
	if (hist)
		hist->min = ~0ULL;
	return hist;
}

static struct sim_lock_class *class_create(const char *name)
{
	struct sim_lock_class *class = sim_alloc(sizeof(*class));
	char *copy = sim_alloc(strlen(name) + 1);

	sim_assert(class && copy); /* the arena is full */
	class->name = strcpy(copy, name);
	class->wait = hist_create();
	class->hold = hist_create();
	sim_assert(class->wait && class->hold);
	class->number = sim_core->classes_last ? sim_core->classes_last->number + 1 : 1;
	if (sim_core->classes_last)
		sim_core->classes_last->next = class;
	else
		sim_core->classes_first = class;
	sim_core->classes_last = class;
	return class;
}

struct sim_lock_class *sim_lock_class_get(const char *name)
{
	struct sim_lock_class *class;

	for (class = sim_core->classes_first; class; class = class->next)
		if (!strcmp(class->name, name))
			return class;
	return class_create(name);
}

struct sim_lock_class *sim_lock_class_next(const struct sim_lock_class *class)
{
	return class ? class->next : sim_core->classes_first;
}

void sim_lock_base_init(struct sim_lock_base *base, const char *class_name)
{
	memset(base, 0, sizeof(*base));
	sim_word_init(&base->word);
	base->class = sim_lock_class_get(class_name);
	base->class->nr_locks++;
	base->word.line.waited_ps = &base->class->line_wait_ps;
	base->last_cpu = -1;
}

void sim_lock_contended(struct acquisition *acq)
{
	struct sim_lock_base *base = acq->base;

	acq->is_contended = true;
	sim_core->current->waits_for = acq;
	acq->contended_ps = sim_core->now_ps;
	base->class->contentions++;
	if (base->last_cpu != (s16)sim_cpu_id())
		base->class->con_bounces++;
}

static void add_site(struct sim_lock_class *class, const struct sim_site *site, u64 wait_ps)
{
	u32 i;

	for (i = 0; i < SIM_LOCK_MAX_SITES; i++) {
		struct sim_lock_site_stats *stats = &class->sites[i];

		if (!stats->site)
			stats->site = site;
		if (stats->site != site)
			continue;
		stats->contentions++;
		stats->wait_total_ps += wait_ps;
		return;
	}
}

void sim_lock_acquired(struct acquisition *acq)
{
	struct sim_lock_base *base = acq->base;
	struct sim_lock_class *class = base->class;
	u64 wait_ps = acq->is_contended ? sim_core->now_ps - acq->contended_ps : 0;

	sim_hold_begin(acq);
	class->acquisitions++;
	if (base->last_cpu >= 0 && base->last_cpu != (s16)sim_cpu_id())
		class->acq_bounces++;
	base->last_cpu = sim_cpu_id();
	if (acq->is_contended) {
		sim_hist_add(class->wait, wait_ps);
		sim_core->current->stats.lock_wait_ps += wait_ps;
		if (acq->site)
			add_site(class, acq->site, wait_ps);
	}
	sim_trace(SIM_TRACE_LOCK_ACQUIRED, class->number, wait_ps);
}

static u64 released(struct sim_lock_base *base, u64 acquired_ps)
{
	u64 hold_ps = sim_core->now_ps - acquired_ps;

	sim_hold_end(base);
	sim_hist_add(base->class->hold, hold_ps);
	sim_trace(SIM_TRACE_LOCK_RELEASED, base->class->number, hold_ps);
	return hold_ps;
}

void sim_lock_stats_reset(void)
{
	struct sim_lock_class *class = NULL;

	while ((class = sim_lock_class_next(class))) {
		sim_stat_reset(&sim_lock_stat_table, class);
		memset(class->sites, 0, sizeof(class->sites));
		class->nr_resets++;
	}
}

void sim_lock_released(struct sim_lock_base *base, u64 acquired_ps)
{
	if (base->nr_resets != base->class->nr_resets) {
		base->nr_resets = base->class->nr_resets;
		base->held_ps = 0;
	}
	base->held_ps += released(base, acquired_ps);
	if (base->held_ps > base->class->busiest_hold_ps)
		base->class->busiest_hold_ps = base->held_ps;
}

void sim_lock_released_shared(struct sim_lock_base *base, u64 acquired_ps)
{
	released(base, acquired_ps);
}

/* --- FIFOs of waiters --- */

void sim_waiter_push(struct waiter_fifo fifo, struct sim_waiter *waiter)
{
	waiter->next = NULL;
	waiter->prev = *fifo.last;
	if (waiter->prev)
		waiter->prev->next = waiter;
	else
		*fifo.first = waiter;
	*fifo.last = waiter;
	waiter->is_queued = true;
}

void sim_waiter_remove(struct waiter_fifo fifo, struct sim_waiter *waiter)
{
	if (waiter->prev)
		waiter->prev->next = waiter->next;
	else
		*fifo.first = waiter->next;
	if (waiter->next)
		waiter->next->prev = waiter->prev;
	else
		*fifo.last = waiter->prev;
	waiter->is_queued = false;
}

const char *sim_site_place(char *text, const struct sim_site *site)
{
	if (site->line)
		snprintf(text, SIM_SITE_BYTES, "%s:%d", site->file, site->line);
	else
		snprintf(text, SIM_SITE_BYTES, "%s", site->file);
	return text;
}
