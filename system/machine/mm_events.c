// SPDX-License-Identifier: GPL-2.0-only
/* Threads of a process that change its memory, see mm_events.h. */
#include "system/machine/mm_events.h"

#include <linux/err.h>
#include <linux/kthread.h>

#include <stdio.h>

#include "sim/arena.h"
#include "sim/event.h"
#include "sim/lock.h"
#include "sim/rng.h"
#include "sim/sim.h"
#include "system/memory/mm_change.h"

struct sys_mm_events {
	struct sys_mm_events_attr attr;
	bool is_stopping;
	u32 nr_running;			/* threads */
	const struct sim_thread *ender; /* that ends the process, and stops the others */
	struct sim_waitq stopping, stopped;
	struct sim_rng munmap, mprotect, fork;
};

/* --- waiting --- */

static bool is_stopping(void *arg)
{
	return ((struct sys_mm_events *)arg)->is_stopping;
}

/* Return: false: it is over. */
static bool wait_ps(struct sys_mm_events *events, u64 ps)
{
	return !sim_waitq_wait(&events->stopping, is_stopping, events, ps);
}

/* Return: false: there is no next one. */
static bool wait_for_next(struct sys_mm_events *events, struct sim_rng *rng, u64 interval_ps,
			  bool is_poisson)
{
	return wait_ps(events, is_poisson ? sim_rng_exp_ps(rng, interval_ps) : interval_ps);
}

static void thread_ends(struct sys_mm_events *events)
{
	sim_settle();
	events->nr_running--;
	sim_waitq_wake(&events->stopped, ~0U);
}

/* --- threads --- */

/* Elsewhere, pages that were just written; else what the devices use. */
static struct sys_mm_part choose(struct sys_mm_events *events, const struct sys_mm_change *change,
				 struct sim_rng *rng)
{
	struct mm_struct *mm = events->attr.mm;
	struct sys_mm_part part;

	if (!change->is_elsewhere)
		return sys_mm_pick(mm, sim_rng_below(rng, sys_mm_pages(mm)), change->nr_pages);
	part = sys_mm_elsewhere(mm);
	part.end = part.start + (change->nr_pages << PAGE_SHIFT);
	/* Out of memory: then fewer of them are there. */
	sys_mm_touch(mm, part);
	return part;
}

static int munmap_fn(void *data)
{
	struct sys_mm_events *events = data;
	const struct sys_mm_change *change = &events->attr.config->mm_munmap;

	while (wait_for_next(events, &events->munmap, change->interval_ps, change->is_poisson)) {
		sys_mm_remap(events->attr.mm, choose(events, change, &events->munmap));
		events->attr.stats->munmaps++;
	}
	thread_ends(events);
	return 0;
}

static int mprotect_fn(void *data)
{
	struct sys_mm_events *events = data;
	const struct sys_mm_change *change = &events->attr.config->mm_mprotect;

	while (wait_for_next(events, &events->mprotect, change->interval_ps, change->is_poisson)) {
		sys_mm_protect(events->attr.mm, choose(events, change, &events->mprotect));
		events->attr.stats->mprotects++;
	}
	thread_ends(events);
	return 0;
}

static int fork_fn(void *data)
{
	struct sys_mm_events *events = data;
	const struct sys_config *config = events->attr.config;

	while (wait_for_next(events, &events->fork, config->mm_fork.interval_ps,
			     config->mm_fork.is_poisson)) {
		struct sys_mm_child *child = sys_mm_fork(events->attr.mm);

		if (!child)
			continue;
		events->attr.stats->forks++;
		if (config->mm_fork.life_ps)
			wait_ps(events, config->mm_fork.life_ps);
		sys_mm_child_exit(child);
	}
	thread_ends(events);
	return 0;
}

static int exit_fn(void *data)
{
	struct sys_mm_events *events = data;

	events->ender = sim_thread_self();
	if (wait_ps(events, events->attr.config->mm_exit.at_ps))
		events->attr.end_process(events->attr.opaque);
	events->ender = NULL;
	thread_ends(events);
	return 0;
}

/* --- life --- */

static int start_thread(struct sys_mm_events *events, int (*fn)(void *data), const char *name)
{
	struct task_struct *task = kthread_run(fn, events, "%s", name);

	events->nr_running += !IS_ERR(task);
	return IS_ERR(task) ? PTR_ERR(task) : 0;
}

static int start_threads(struct sys_mm_events *events)
{
	const struct sys_config *config = events->attr.config;
	int err = 0;

	if (config->mm_munmap.interval_ps)
		err = start_thread(events, munmap_fn, "munmap");
	if (!err && config->mm_mprotect.interval_ps)
		err = start_thread(events, mprotect_fn, "mprotect");
	if (!err && config->mm_fork.interval_ps)
		err = start_thread(events, fork_fn, "fork");
	if (!err && config->mm_exit.at_ps)
		err = start_thread(events, exit_fn, "exit");
	return err;
}

/* A stream of the process: those of the first have the names alone. */
static void init_stream(struct sim_rng *rng, const struct sys_mm_events_attr *attr,
			const char *name)
{
	char text[48];

	snprintf(text, sizeof(text), "%s.%u", name, attr->number);
	sim_rng_init(rng, attr->config->seed, attr->number ? text : name);
}

struct sys_mm_events *sys_mm_events_start(const struct sys_mm_events_attr *attr)
{
	const struct sys_config *config = attr->config;
	struct sys_mm_events *events;

	if (!sys_config_has_mm_events(config) && !config->mm_exit.at_ps)
		return NULL;
	events = sim_alloc(sizeof(*events));
	if (!events)
		return ERR_PTR(-ENOMEM);
	events->attr = *attr;
	sim_waitq_init(&events->stopping);
	sim_waitq_init(&events->stopped);
	init_stream(&events->munmap, attr, "mm_events.munmap");
	init_stream(&events->mprotect, attr, "mm_events.mprotect");
	init_stream(&events->fork, attr, "mm_events.fork");
	return start_threads(events) ? ERR_PTR(-ENOMEM) : events;
}

/* All, or all others. */
static bool is_stopped(void *arg)
{
	struct sys_mm_events *events = arg;

	return events->nr_running == (sim_thread_self() == events->ender);
}

void sys_mm_events_stop(struct sys_mm_events *events)
{
	if (!events)
		return;
	events->is_stopping = true;
	sim_waitq_wake(&events->stopping, ~0U);
	sim_waitq_wait(&events->stopped, is_stopped, events, SIM_TIME_NEVER);
}
