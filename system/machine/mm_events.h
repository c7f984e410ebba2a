/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sections mm_events: threads of the process change its memory while devices use it, at times
 * and places from random streams of their own ("mm_events.munmap", ...).
 */
#ifndef SYSTEM_MM_EVENTS_H
#define SYSTEM_MM_EVENTS_H

#include "system/config/config.h"
#include "system/memory/host_mm.h"

struct sys_mm_events;

struct sys_mm_events_attr {
	const struct sys_config *config;
	struct mm_struct *mm;
	u32 number;			   /* of the process */
	struct sys_mm_stats *stats;	   /* where events are counted */
	void (*end_process)(void *opaque); /* it calls sys_mm_events_stop() */
	void *opaque;
};

/**
 * sys_mm_events_start() - from now on
 * Context: sim thread.
 * Return: NULL: there is nothing to do; ERR_PTR(-ENOMEM).
 */
struct sys_mm_events *sys_mm_events_start(const struct sys_mm_events_attr *attr);

/** sys_mm_events_stop() - no more, and none is under way. NULL is accepted. Context: sim thread,
 * also that which ends the process; sleeps. */
void sys_mm_events_stop(struct sys_mm_events *events);

#endif
