// SPDX-License-Identifier: GPL-2.0-only
/* Locks and lines of memory management, see mm_lines.h. */
#include "system/memory/mm_lines.h"

#include <linux/preempt.h>

#include <errno.h>

#include "sim/arena.h"
#include "sim/cpu.h"
#include "sim/topology.h"

/* Linux 6.1: PAGEVEC_SIZE */
#define PAGEVEC_PAGES 15

int sys_mm_lines_init(struct sys_mm_lines *lines, const struct sys_config *config)
{
	u32 nr_nodes = sim_level_groups(SIM_LEVEL_NODE);

	*lines = (struct sys_mm_lines){
		.is_on = config->host.mm_lines,
		.is_rss_percpu = config->host.rss_percpu,
		.has_ptl = config->host.mm_lines || config->mm_fork.interval_ps,
	};
	if (!lines->is_on)
		return 0;
	lines->lru_locks = sim_alloc(nr_nodes * sizeof(*lines->lru_locks));
	for (u32 i = 0; lines->lru_locks && i < nr_nodes; i++)
		__spin_lock_init(&lines->lru_locks[i], "&lruvec->lru_lock", NULL);
	return lines->lru_locks ? 0 : -ENOMEM;
}

/* As the kernel calls it, so that its lock has the kernel's name. */
static spinlock_t *ptlock_ptr(const struct sys_page *page)
{
	return page->ptl;
}

spinlock_t *sys_mm_ptl(struct sys_mm_lines *lines, struct sys_pages *pages, pa_t table)
{
	struct sys_page *page = lines->has_ptl ? sys_page_at(pages, table) : NULL;

	if (!page || page->ptl)
		return page ? page->ptl : NULL;
	page->ptl = sim_alloc(sizeof(*page->ptl));
	if (page->ptl)
		spin_lock_init(ptlock_ptr(page));
	return page->ptl;
}

void sys_mm_count(struct sys_mm_lines *lines, kapi_line_t *rss_stat)
{
	if (lines->is_on && !lines->is_rss_percpu)
		kapi_line_atomic(rss_stat);
}

void sys_mm_lru_add(struct sys_mm_lines *lines, bool is_huge)
{
	u32 cpu, nr;

	if (!lines->is_on)
		return;
	preempt_disable();
	cpu = sim_cpu_id();
	nr = ++lines->nr_batched[cpu];
	if (is_huge || nr == PAGEVEC_PAGES) {
		spinlock_t *lru_lock = &lines->lru_locks[sim_cpu_node(cpu)];

		lines->nr_batched[cpu] = 0;
		spin_lock(lru_lock);
		for (; nr; nr--)
			kapi_call();
		spin_unlock(lru_lock);
	}
	preempt_enable();
}

void sys_mm_allocated(struct sys_mm_lines *lines, struct sys_page *head)
{
	if (lines->is_on)
		head->cpu_plus_1 = sim_cpu_id() + 1;
}

void sys_mm_reference(struct sys_mm_lines *lines, struct sys_page *head)
{
	if (!lines->is_on)
		return;
	if (!head->refcount) {
		head->refcount = sim_alloc(sizeof(*head->refcount));
		if (head->refcount)
			kapi_line_init(head->refcount, "&page->_refcount");
		if (head->refcount && head->cpu_plus_1 == sim_cpu_id() + 1)
			sim_line_charge_new(&head->refcount->word.line);
	}
	if (head->refcount)
		kapi_line_atomic(head->refcount);
}
