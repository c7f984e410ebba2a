// SPDX-License-Identifier: GPL-2.0-only
/* Address spaces of a scenario on host memory management: handler/scenario/scenario_mm.h. */
#include <linux/err.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "handler/scenario/scenario.h"
#include "handler/scenario/scenario_mm.h"
#include "system/memory/mm_change.h"
#include "system/memory/space.h"
#include "system/scenario/hardware.h"

struct scn_mm {
	struct mm_struct *mm;
	struct gate faults; /* nothing passes it */
};

static unsigned long vaddr_of(s32 page)
{
	return SCN_VADDR + (s64)page * (s64)PAGE_SIZE;
}

struct scn_mm *scn_mm_create(unsigned int index, wait_queue_head_t *arrived)
{
	struct scn_mm *mm = kzalloc(sizeof(*mm), GFP_KERNEL);

	if (!mm)
		return ERR_PTR(-ENOMEM);
	mm->mm = sys_mm_create(hardware->host, hardware->config, index);
	if (!mm->mm) {
		kfree(mm);
		return ERR_PTR(-ENOMEM);
	}
	gate_init(&mm->faults, arrived);
	return mm;
}

void scn_mm_exit(struct scn_mm *mm)
{
	mmput(mm->mm);
}

/* Pins are counted of all address spaces: the last one says what is left. */
u32 scn_mm_destroy(struct scn_mm *mm)
{
	if (!mm)
		return 0;
	kfree(mm);
	return (u32)sys_host_mm_pages(hardware->host).pinned;
}

struct mm_struct *scn_mm_struct(struct scn_mm *mm)
{
	return mm->mm;
}

struct gate *scn_mm_faults(struct scn_mm *mm)
{
	return &mm->faults;
}

void scn_mm_fail_faults(struct scn_mm *mm, u32 times)
{
}

void scn_mm_evict(struct scn_mm *mm, s32 page, s32 pages)
{
	const struct sys_mm_part part = {vaddr_of(page), vaddr_of(page + pages)};

	if (!mmget_not_zero(mm->mm))
		return;
	hardware->nr_taken++;
	sys_mm_remap(mm->mm, part);
	mmput(mm->mm);
}

int scn_mm_unmap(struct scn_mm *mm, s32 page, s32 pages)
{
	return -EOPNOTSUPP;
}

int scn_mm_touch(struct scn_mm *mm, s32 page, bool is_write)
{
	int err;

	if (!mmget_not_zero(mm->mm))
		return -ESRCH;
	err = sys_mm_access(mm->mm, vaddr_of(page), is_write);
	mmput(mm->mm);
	return err;
}

/* Looked at when an access ends (answers.c), not when the step that waits for it goes on. */
bool scn_mm_owns(struct scn_mm *mm, phys_addr_t phys)
{
	return true;
}

phys_addr_t scn_mm_phys(struct scn_mm *mm, s32 page)
{
	pa_t pa = 0;

	return sys_pgtable_get(sys_mm_pgtable(mm->mm), vaddr_of(page), &pa) ? pa : 0;
}
