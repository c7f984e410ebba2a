// SPDX-License-Identifier: GPL-2.0-only
/* What was wrong with a run: threads that wait for each other, faults without an answer, leaks. */
#include <linux/mm_types.h>

#include "kapi/debug.h"
#include "sim/circle.h"
#include "sim/defects.h"
#include "sim/event.h"
#include "sim/holds.h"
#include "sim/lock.h"
#include "system/machine/internal.h"
#include "system/measure/aborts.h"

/* --- who waits for whom --- */

static const struct sim_site nowhere = {"?", "?", 0};

static const struct sim_site *place_of(const struct sim_hold *hold)
{
	return hold->site ? hold->site : &nowhere;
}

static u64 ago_ns(const struct sim_hold *hold)
{
	return (sim_now_ps() - hold->since_ps) / SIM_PS_PER_NS;
}

/* Who holds @base: the first one, if readers share it. */
static const struct sim_thread *holder_of(const struct sim_lock_base *base,
					  const struct sim_hold **hold)
{
	const struct sim_thread *thread = NULL;

	while ((thread = sim_thread_next(thread))) {
		u32 nr = sim_thread_holds(thread, hold);

		for (; nr--; ++*hold) {
			if ((*hold)->base == base)
				return thread;
		}
	}
	return NULL;
}

static void explain_wait(const struct sim_thread *thread, const struct sim_hold *wait)
{
	u64 *count = &sim_defects()->counts.stuck_threads;
	const struct sim_hold *hold;
	const struct sim_thread *holder = holder_of(wait->base, &hold);
	char wanted[SIM_SITE_BYTES], taken[SIM_SITE_BYTES];

	if (holder)
		sim_defect(count,
			   "thread '%s' waits for lock %s since %llu ns (%s %s()); thread '%s' "
			   "holds it%s since %llu ns, taken at %s %s()",
			   sim_thread_name(thread), wait->class->name, ago_ns(wait),
			   sim_site_place(wanted, place_of(wait)), place_of(wait)->func,
			   sim_thread_name(holder), hold->is_shared ? " for reading" : "",
			   ago_ns(hold), sim_site_place(taken, place_of(hold)),
			   place_of(hold)->func);
	else
		sim_defect(count,
			   "thread '%s' waits for lock %s since %llu ns (%s %s()); whoever "
			   "holds it has ended",
			   sim_thread_name(thread), wait->class->name, ago_ns(wait),
			   sim_site_place(wanted, place_of(wait)), place_of(wait)->func);
}

static void explain_circles(void)
{
	const struct sim_thread *thread = NULL;
	char text[SIM_DEFECT_BYTES];

	while ((thread = sim_circle_next(thread, text, sizeof(text))))
		sim_defect(&sim_defects()->counts.deadlocks, "%s", text);
}

void sys_machine_explain(struct sys_machine *m)
{
	const struct sim_thread *thread = NULL;
	struct sim_hold wait;

	explain_circles();
	sys_collect_missing(m->collect);
	while ((thread = sim_thread_next(thread))) {
		if (sim_thread_waits(thread, &wait))
			explain_wait(thread, &wait);
	}
	kapi_slab_check();
	sys_machine_show_defects(m);
}

/* --- leaks --- */

struct sys_held sys_machine_held(const struct sys_machine *m)
{
	struct sys_host_mm_pages pages = sys_host_mm_pages(m->host);

	return (struct sys_held){
		.pinned_pages = pages.pinned,
		.present_pages = pages.present,
	};
}

static void check_pages(const struct sys_machine *m)
{
	struct sim_defect_stats *counts = &sim_defects()->counts;
	struct sys_held held = sys_machine_held(m);

	if (held.pinned_pages)
		sim_defect(&counts->pinned_pages, "%llu pages are still pinned", held.pinned_pages);
	if (held.present_pages)
		sim_defect(&counts->present_pages, "%llu pages of the process are still there",
			   held.present_pages);
}

static void check_mm(const struct mm_struct *mm)
{
	u64 *count = &sim_defects()->counts.mm_references;
	int users = mm ? mm->mm_users.counter : 0, others = mm ? mm->mm_count.counter : 0;

	if (users > 0)
		sim_defect(count,
			   "the address space has %d users after the process ended: mmget() "
			   "without mmput()",
			   users);
	if (others > !!users)
		sim_defect(count,
			   "the address space has %d references after the process ended: mmgrab() "
			   "without mmdrop()",
			   others - !!users);
}

void sys_machine_find_leaks(struct sys_machine *m)
{
	sys_collect_missing(m->collect);
	kapi_slab_check();
	kapi_slab_leaks(m->slab_mark);
	check_pages(m);
	for (u32 i = 0; i < sys_config_nr_spaces(m->config); i++)
		check_mm(m->spaces[i].ended_mm);
	sys_machine_show_defects(m);
}

/* --- in the result --- */

void sys_machine_show_defects(struct sys_machine *m)
{
	const struct sys_aborts *aborts = sys_collect_aborts(m->collect);

	m->result.defects = sim_defects();
	m->result.reasons = aborts->reasons;
	m->result.nr_reasons = aborts->nr;
	m->result.log = kapi_log();
}
