/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What threads that fault and pin in one address space meet beside mmap_lock, as Linux 6.1
 * has it, with host.mm_lines; without it, nothing:
 *
 *	ptlock_ptr(page)	a spinlock for each page of page tables
 *	&mm->rss_stat		the counters of an address space. A process's threads count
 *				for themselves and add up now and then; a kernel thread that
 *				faults for a device is none of them, and writes the line each
 *				time. Linux from 6.2 on counts per CPU (host.rss_percpu)
 *	&lruvec->lru_lock	of a NUMA node: new pages are put on its list 15 at a time, a
 *				huge one at once
 *	&page->_refcount	of a page, or of a huge page's head: each pin writes it
 *
 * Leaves out: the buddy allocator and its lists per CPU, memory cgroups' counters.
 */
#ifndef SYSTEM_MM_LINES_H
#define SYSTEM_MM_LINES_H

#include <linux/spinlock.h>

#include "system/config/config.h"
#include "system/memory/pages.h"

struct sys_mm_lines {
	bool is_on, is_rss_percpu;
	bool has_ptl; /* also where a fork() shares pages: who copies one needs the lock */
	u8 nr_batched[SIM_MAX_CPUS]; /* new pages that are on no list yet */
	spinlock_t *lru_locks;	     /* of each NUMA node */
};

/** sys_mm_lines_init() - 0 or -ENOMEM. */
int sys_mm_lines_init(struct sys_mm_lines *lines, const struct sys_config *config);

/**
 * sys_mm_ptl() - the lock of the page table at @table
 * Context: anywhere. Return: NULL: there are none.
 */
spinlock_t *sys_mm_ptl(struct sys_mm_lines *lines, struct sys_pages *pages, pa_t table);

/** sys_mm_count() - a counter of the address space changes; @rss_stat: its line. Passes time. */
void sys_mm_count(struct sys_mm_lines *lines, kapi_line_t *rss_stat);

/** sys_mm_lru_add() - a new page comes onto its node's list, or waits for others. Passes time. */
void sys_mm_lru_add(struct sys_mm_lines *lines, bool is_huge);

/** sys_mm_allocated() - the running CPU has just written @head's struct page. */
void sys_mm_allocated(struct sys_mm_lines *lines, struct sys_page *head);

/** sys_mm_reference() - the reference count of @head, which is its page's, is written. Passes
 * time. */
void sys_mm_reference(struct sys_mm_lines *lines, struct sys_page *head);

#endif
