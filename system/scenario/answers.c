// SPDX-License-Identifier: GPL-2.0-only
/*
 * In place of what measures a run (system/measure): which faults wait for an answer. One that is
 * answered twice, or that nobody has, is a warning. What is not answered at all keeps its device
 * waiting, and that is found as a deadlock.
 */
#include <linux/bug.h>

#include "system/measure/aborts.h"
#include "system/measure/collect.h"
#include "system/memory/space.h"
#include "system/scenario/hardware.h"

struct hardware *hardware;

static bool is_same(struct port_fault a, struct port_fault b)
{
	return a.kind == b.kind && a.stream_id == b.stream_id && a.tag == b.tag;
}

static struct hardware_fault *find(struct port_fault name)
{
	for (u32 i = 0; i < HARDWARE_MAX_FAULTS; i++) {
		struct hardware_fault *fault = &hardware->faults[i];

		if (fault->is_there && is_same(fault->name, name))
			return fault;
	}
	return NULL;
}

static void detected(void *opaque, struct port_fault fault, const struct port_access *access,
		     u64 began_ps)
{
}

static void recorded(void *opaque, struct port_fault name, u64 worked_ps)
{
	struct hardware_fault *fault = hardware->faults;

	while (fault->is_there && fault < &hardware->faults[HARDWARE_MAX_FAULTS - 1])
		fault++;
	*fault = (struct hardware_fault){.name = name, .is_there = true};
}

static void consumed(void *opaque, struct port_fault name, u64 worked_ps)
{
	struct hardware_fault *fault = find(name);

	if (fault)
		fault->is_there = false;
}

static void completed(void *opaque, struct port_fault fault, enum port_status status, u64 worked_ps)
{
	consumed(opaque, fault, worked_ps);
}

const struct iommu_observer hardware_observer = {
	.detected = detected,
	.recorded = recorded,
	.consumed = consumed,
	.completed = completed,
};

void hardware_check_frame(pa_t pa)
{
	struct sys_page *page = sys_page_at(&hardware->host->pages, pa & PAGE_MASK);

	WARN(!page || !page->nr_users, "a device reaches a page that the host has taken back");
}

/* --- system/measure, as drivers call it --- */

void sys_collect_answer(struct sys_collect *collect, u32 number, struct port_fault name)
{
	struct hardware_fault *fault = find(name);

	if (WARN(!fault, "an answer that no fault waits for: device %u, %u", name.stream_id,
		 name.tag))
		return;
	WARN(fault->is_answered, "a fault is answered twice: device %u, %u", name.stream_id,
	     name.tag);
	fault->is_answered = true;
}

void sys_collect_stamp(struct sys_collect *collect, u32 number, struct port_fault fault,
		       enum sys_stage stage)
{
}

void sys_collect_interrupt(struct sys_collect *collect, u32 number, enum port_fault_kind kind)
{
}

void sys_collect_round(struct sys_collect *collect, u32 number, enum port_fault_kind kind)
{
}

void sys_collect_turn(struct sys_collect *collect, u32 number, enum port_fault_kind kind)
{
}

struct sys_aborts *sys_collect_aborts(struct sys_collect *collect)
{
	return NULL;
}

void sys_aborts_note(struct sys_aborts *aborts, u32 kind, const char *format, ...)
{
}
