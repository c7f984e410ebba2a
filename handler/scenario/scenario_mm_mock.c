// SPDX-License-Identifier: GPL-2.0-only
/* Address spaces of a scenario in the virtual world: see scenario_mm.h. */
#include <linux/err.h>
#include <linux/slab.h>

#include "mock_mm.h"
#include "scenario.h"
#include "scenario_mm.h"

struct scn_mm {
	struct mock_mm *mock;
	struct gate faults;
};

static unsigned long vaddr_of(s32 page)
{
	return SCN_VADDR + (s64)page * (s64)PAGE_SIZE;
}

static void pass_gate(struct mock_mm *mock, unsigned long addr)
{
	struct scn_mm *mm = mock->owner;

	gate_pass(&mm->faults, (s64)((addr - SCN_VADDR) >> PAGE_SHIFT));
}

struct scn_mm *scn_mm_create(unsigned int index, wait_queue_head_t *arrived)
{
	struct scn_mm *mm = kzalloc(sizeof(*mm), GFP_KERNEL);

	if (!mm)
		return ERR_PTR(-ENOMEM);
	mm->mock = mock_mm_create();
	if (!mm->mock) {
		kfree(mm);
		return ERR_PTR(-ENOMEM);
	}
	gate_init(&mm->faults, arrived);
	mm->mock->owner = mm;
	mm->mock->copies_on_write = true;
	mm->mock->on_new_page = pass_gate;
	mock_mm_add_vma(mm->mock, vaddr_of(0), SCN_RW_PAGES * PAGE_SIZE, VM_READ | VM_WRITE);
	mock_mm_add_vma(mm->mock, vaddr_of(SCN_RW_PAGES), SCN_RO_PAGES * PAGE_SIZE, VM_READ);
	return mm;
}

void scn_mm_exit(struct scn_mm *mm)
{
	mock_mm_put(mm->mock);
}

u32 scn_mm_destroy(struct scn_mm *mm)
{
	u32 nr_pins;

	if (!mm)
		return 0;
	nr_pins = mm->mock->nr_pins;
	if (!nr_pins)
		mock_mm_free(mm->mock);
	kfree(mm);
	return nr_pins;
}

struct mm_struct *scn_mm_struct(struct scn_mm *mm)
{
	return &mm->mock->mm;
}

struct gate *scn_mm_faults(struct scn_mm *mm)
{
	return &mm->faults;
}

void scn_mm_fail_faults(struct scn_mm *mm, u32 times)
{
	mm->mock->fail_faults = times;
}

void scn_mm_evict(struct scn_mm *mm, s32 page, s32 pages)
{
	mock_mm_evict(mm->mock, vaddr_of(page), (size_t)pages << PAGE_SHIFT);
}

int scn_mm_unmap(struct scn_mm *mm, s32 page, s32 pages)
{
	int err;

	if (!mmget_not_zero(&mm->mock->mm))
		return -ESRCH;
	err = mock_mm_unmap(mm->mock, vaddr_of(page), (size_t)pages << PAGE_SHIFT);
	mmput(&mm->mock->mm);
	return err;
}

int scn_mm_touch(struct scn_mm *mm, s32 page, bool is_write)
{
	return mock_mm_touch(mm->mock, vaddr_of(page), is_write);
}

phys_addr_t scn_mm_phys(struct scn_mm *mm, s32 page)
{
	return mock_mm_page_phys(mm->mock, vaddr_of(page));
}

bool scn_mm_owns(struct scn_mm *mm, phys_addr_t phys)
{
	return mock_mm_owns(mm->mock, phys);
}
