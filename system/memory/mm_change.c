// SPDX-License-Identifier: GPL-2.0-only
/* Changes of an address space, see mm_change.h. */
#include "system/memory/mm_change.h"

#include <linux/err.h>
#include <linux/minmax.h>
#include <linux/mmu_notifier.h>
#include <linux/slab.h>

#include <errno.h>

#include "sim/cpu.h"
#include "sim/dist.h"
#include "sim/point.h"
#include "sim/sched.h"
#include "sim/sim.h"
#include "system/memory/space.h"

/* --- which part --- */

struct sys_mm_part sys_mm_elsewhere(const struct mm_struct *mm)
{
	const struct sys_space *space = sys_space_of(mm);
	const struct vm_area_struct *vma = &space->vmas[space->nr_mapped];

	if (space->nr_mapped == space->nr_vmas)
		return (struct sys_mm_part){0};
	return (struct sys_mm_part){vma->vm_start, vma->vm_end};
}

static u64 pages_of(const struct vm_area_struct *vma)
{
	return (vma->vm_end - vma->vm_start) >> PAGE_SHIFT;
}

u64 sys_mm_pages(const struct mm_struct *mm)
{
	const struct sys_space *space = sys_space_of(mm);
	u64 nr = 0;

	for (u32 i = 0; i < space->nr_mapped; i++)
		nr += pages_of(&space->vmas[i]);
	return nr;
}

struct sys_mm_part sys_mm_pick(const struct mm_struct *mm, u64 index, u64 nr_pages)
{
	const struct vm_area_struct *vma = sys_space_of(mm)->vmas;
	struct sys_mm_part part;

	for (; index >= pages_of(vma); vma++)
		index -= pages_of(vma);
	part.start = vma->vm_start + (index << PAGE_SHIFT);
	part.end = vma->vm_end;
	if (nr_pages < (part.end - part.start) >> PAGE_SHIFT)
		part.end = part.start + (nr_pages << PAGE_SHIFT);
	return part;
}

/* --- a walk over what is mapped --- */

/* Leaves of a range in order, each with the lock of its table held. */
struct walk {
	struct sys_space *space;
	unsigned long next, end;
	pa_t table; /* that is locked */
	spinlock_t *ptl;
	/* the leaf that was found */
	unsigned long address;
	u64 nr_pages;
	struct sys_page *page;
};

static void unlock_table(struct walk *walk)
{
	if (walk->ptl)
		spin_unlock(walk->ptl);
	walk->ptl = NULL;
	walk->table = 0;
}

static void lock_table(struct walk *walk, unsigned long address)
{
	struct sys_host_mm *host = walk->space->host;
	pa_t table = sys_pgtable_table(&walk->space->pgt, address, true);

	if (table == walk->table)
		return;
	unlock_table(walk);
	/* Linux: behind each page of page tables; fork() more often. */
	sim_preempt_point(SIM_POINT_COND_RESCHED);
	walk->table = table;
	walk->ptl = sys_mm_ptl(&host->lines, &host->pages, table);
	if (walk->ptl)
		spin_lock(walk->ptl);
}

/* A block of which only a part is meant becomes pages. Return: is there a leaf? */
static bool walk_next(struct walk *walk)
{
	struct sys_pgtable *pgt = &walk->space->pgt;
	unsigned long address = sys_pgtable_next(pgt, walk->next);
	u64 bytes;

	if (address >= walk->end) {
		unlock_table(walk);
		return false;
	}
	bytes = 1ULL << sys_pgtable_leaf_lg2(pgt, address);
	if (address & (bytes - 1) || walk->end - address < bytes) {
		/* Out of memory: then all of it, which is what Linux would do, too. */
		if (!sys_pgtable_split(pgt, address))
			bytes = SYS_PAGE_BYTES;
		address &= ~(bytes - 1);
	}
	lock_table(walk, address);
	walk->address = address;
	walk->nr_pages = bytes >> SYS_PAGE_LG2;
	walk->page = sys_page_mapped_at(walk->space, address);
	walk->next = address + bytes;
	return true;
}

/* --- what is the same of all changes --- */

static void begin(struct sys_space *space)
{
	mmap_write_lock(&space->mm);
	sim_charge_cost(space->host->config->host.mm_write_ps);
	sim_settle();
}

static void end(struct sys_space *space)
{
	mmap_write_unlock(&space->mm);
}

static struct vm_area_struct *area_of(struct sys_space *space, unsigned long address)
{
	struct vm_area_struct *vma = find_vma(&space->mm, address);

	sim_assert(vma && vma->vm_start <= address);
	return vma;
}

static struct mmu_notifier_range range_of(struct sys_space *space, struct sys_mm_part part,
					  enum mmu_notifier_event event)
{
	struct mmu_notifier_range range;

	mmu_notifier_range_init(&range, event, 0, NULL, &space->mm, part.start, part.end);
	return range;
}

static void charge_entry(const struct sys_space *space)
{
	sim_charge_cost(space->host->config->host.mm_write_page_ps);
}

/* --- munmap and mmap --- */

/*
 * Out of the tables. Return: the pages, which somebody may still reach.
 * @cleared: from the first to the last of them, as Linux's mmu_gather has it
 */
static struct sys_page *gather(struct sys_space *space, struct sys_mm_part part,
			       struct sys_mm_part *cleared)
{
	struct walk walk = {.space = space, .next = part.start, .end = part.end};
	struct sys_page *gathered = NULL;

	*cleared = (struct sys_mm_part){.start = part.end};

	while (walk_next(&walk)) {
		charge_entry(space);
		sys_pgtable_clear(&space->pgt, walk.address);
		cleared->start = min(cleared->start, walk.address);
		cleared->end = walk.next;
		walk.page->nr_gathered = walk.nr_pages;
		walk.page->next_gathered = gathered;
		gathered = walk.page;
	}
	return gathered;
}

static void free_gathered(struct sys_space *space, struct sys_page *page)
{
	while (page) {
		struct sys_page *next = page->next_gathered;
		u32 nr = page->nr_gathered;

		page->nr_gathered = 0;
		sys_page_unmap(&space->host->pages, page, nr);
		page = next;
	}
}

void sys_mm_remap(struct mm_struct *mm, struct sys_mm_part part)
{
	struct sys_space *space = sys_space_of(mm);
	struct mmu_notifier_range range;
	struct sys_mm_part cleared;
	struct vm_area_struct *vma;
	struct sys_page *gathered;

	begin(space);
	vma = area_of(space, part.start);
	vma_start_write(vma);
	range = range_of(space, part, MMU_NOTIFY_UNMAP);
	mmu_notifier_invalidate_range_start(&range);
	sim_hardware_write();
	gathered = gather(space, part, &cleared);
	sys_mm_count(&space->host->lines, &space->rss_stat);
	mmu_notifier_invalidate_range_end(&range);
	/* Linux: tlb_finish_mmu(), and only then the pages are free. */
	if (gathered)
		mmu_notifier_invalidate_range(mm, cleared.start, cleared.end);
	sim_settle();
	free_gathered(space, gathered);
	vma_end_write(vma);
	end(space);
}

/* --- mprotect --- */

void sys_mm_protect(struct mm_struct *mm, struct sys_mm_part part)
{
	struct sys_space *space = sys_space_of(mm);
	struct walk walk = {.space = space, .next = part.start, .end = part.end};
	struct mmu_notifier_range range;
	struct vm_area_struct *vma;

	begin(space);
	vma = area_of(space, part.start);
	vma_start_write(vma);
	range = range_of(space, part, MMU_NOTIFY_PROTECTION_VMA);
	mmu_notifier_invalidate_range_start(&range);
	while (walk_next(&walk))
		charge_entry(space);
	mmu_notifier_invalidate_range_end(&range);
	vma_end_write(vma);
	end(space);
}

/* --- what CPUs do --- */

int sys_mm_access(struct mm_struct *mm, unsigned long address, bool is_write)
{
	unsigned long flag = is_write ? VM_WRITE : VM_READ;
	vm_fault_t fault = VM_FAULT_SIGSEGV;
	struct vm_area_struct *vma;

	mmap_read_lock(mm);
	vma = find_vma(mm, address);
	if (vma && address >= vma->vm_start && (vma->vm_flags & flag))
		fault = handle_mm_fault(vma, address, is_write ? FAULT_FLAG_WRITE : 0, NULL);
	mmap_read_unlock(mm);
	if (!(fault & VM_FAULT_ERROR))
		return 0;
	return fault & VM_FAULT_OOM ? -ENOMEM : -EFAULT;
}

int sys_mm_touch(struct mm_struct *mm, struct sys_mm_part part)
{
	for (unsigned long address = part.start; address < part.end; address += PAGE_SIZE) {
		struct vm_area_struct *vma;
		vm_fault_t fault;

		mmap_read_lock(mm);
		vma = area_of(sys_space_of(mm), address);
		fault = handle_mm_fault(vma, address, FAULT_FLAG_WRITE, NULL);
		mmap_read_unlock(mm);
		if (fault & VM_FAULT_ERROR)
			return fault & VM_FAULT_OOM ? -ENOMEM : -EFAULT;
	}
	return 0;
}

/* --- fork --- */

/* Its address space: what it has of its parent's pages. */
struct sys_mm_child {
	struct sys_host_mm *host;
	u64 nr;
	struct {
		struct sys_page *page;
		u64 nr_pages;
	} parts[];
};

static void protect_leaf(const struct walk *walk)
{
	struct sys_pgtable *pgt = &walk->space->pgt;
	pa_t pa;
	u32 access = sys_pgtable_get(pgt, walk->address, &pa) & ~SYS_PT_WRITE;

	if (walk->nr_pages > 1)
		sys_pgtable_set_block(pgt, walk->address, walk->page->pa, access);
	else
		sys_pgtable_set(pgt, walk->address, walk->page->pa, access);
}

static void share_leaf(const struct walk *walk, struct sys_mm_child *child)
{
	struct sys_host_mm *host = walk->space->host;

	charge_entry(walk->space);
	/* Linux: page_needs_cow_for_dma(). The child's copy is no concern of ours but its time. */
	if (sys_page_head(&host->pages, walk->page)->nr_pins) {
		sim_charge_costs(host->config->host.copy_page_ps, walk->nr_pages);
		return;
	}
	protect_leaf(walk);
	sys_page_map(&host->pages, walk->page, walk->nr_pages);
	child->parts[child->nr].page = walk->page;
	child->parts[child->nr++].nr_pages = walk->nr_pages;
}

static void share_area(struct sys_space *space, struct vm_area_struct *vma,
		       struct sys_mm_child *child)
{
	const struct sys_mm_part part = {vma->vm_start, vma->vm_end};
	struct walk walk = {.space = space, .next = part.start, .end = part.end};
	struct mmu_notifier_range range = range_of(space, part, MMU_NOTIFY_PROTECTION_PAGE);

	mmu_notifier_invalidate_range_start(&range);
	while (walk_next(&walk))
		share_leaf(&walk, child);
	mmu_notifier_invalidate_range_end(&range);
}

struct sys_mm_child *sys_mm_fork(struct mm_struct *mm)
{
	struct sys_space *space = sys_space_of(mm);
	struct sys_mm_child *child;

	begin(space);
	/* No more pages come then. */
	for (u32 i = 0; i < space->nr_vmas; i++)
		vma_start_write(&space->vmas[i]);
	child = kvzalloc(sizeof(*child) + space->pgt.nr_leaves * sizeof(child->parts[0]),
			 GFP_KERNEL);
	if (child) {
		child->host = space->host;
		for (u32 i = 0; i < space->nr_vmas; i++)
			share_area(space, &space->vmas[i], child);
	}
	for (u32 i = 0; i < space->nr_vmas; i++)
		vma_end_write(&space->vmas[i]);
	end(space);
	return child;
}

void sys_mm_child_exit(struct sys_mm_child *child)
{
	for (u64 i = 0; i < child->nr; i++) {
		sim_charge_cost(child->host->config->host.mm_write_page_ps);
		sys_page_unmap(&child->host->pages, child->parts[i].page, child->parts[i].nr_pages);
	}
	sim_settle();
	kvfree(child);
}
