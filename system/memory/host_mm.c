// SPDX-License-Identifier: GPL-2.0-only
/* Host memory management, see host_mm.h. */
#include "system/memory/host_mm.h"

#include <linux/delay.h>
#include <linux/err.h>
#include <linux/mmu_notifier.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include <stdlib.h>

#include "kapi/mm_ops.h"
#include "sim/arena.h"
#include "sim/cpu.h"
#include "sim/dist.h"
#include "sim/point.h"
#include "sim/sched.h"
#include "sim/sim.h"
#include "system/config/groups.h"
#include "system/memory/space.h"

/* The table that kapi calls has no context argument; one machine, one host. */
static struct sys_host_mm *the_host;

const struct sys_pgtable *sys_mm_pgtable(const struct mm_struct *mm)
{
	return &sys_space_of(mm)->pgt;
}

static struct vm_area_struct *host_find_vma(struct mm_struct *mm, unsigned long addr)
{
	struct sys_space *space = sys_space_of(mm);
	u32 low = 0, high = space->nr_vmas;

	while (low < high) {
		u32 mid = (low + high) / 2;

		if (space->vmas[mid].vm_end <= addr)
			low = mid + 1;
		else
			high = mid;
	}
	return low < space->nr_vmas ? &space->vmas[low] : NULL;
}

/* --- faults --- */

/* A page that is missing, or not writable, as a fault finds it. */
struct fault {
	struct sys_space *space;
	const struct vm_area_struct *vma;
	unsigned long address; /* of the page */
	bool is_write;
};

/* What @fault's entry becomes. */
static u32 wanted_access(const struct fault *fault, bool is_write)
{
	return SYS_PT_VALID | (is_write ? SYS_PT_WRITE : 0) |
	       (fault->vma->vm_flags & VM_EXEC ? SYS_PT_EXEC : 0);
}

static bool is_present(const struct sys_space *space, unsigned long address, bool is_write)
{
	u32 wanted = SYS_PT_VALID | (is_write ? SYS_PT_WRITE : 0);
	pa_t pa;

	return (sys_pgtable_get(&space->pgt, address, &pa) & wanted) == wanted;
}

/* Linux: transparent_hugepage_active() and that the middle table has no entry. */
static bool wants_huge(const struct fault *fault)
{
	unsigned long first = fault->address & ~(SYS_BLOCK_BYTES - 1);
	const struct vm_area_struct *vma = fault->vma;

	return vma->vm_flags & VM_HUGEPAGE && vma->vm_start <= first &&
	       vma->vm_end - first >= SYS_BLOCK_BYTES &&
	       !sys_pgtable_has_table(&fault->space->pgt, fault->address);
}

/* Of the entry; NULL: this machine has no such locks. */
static spinlock_t *lock_entry(const struct fault *fault)
{
	struct sys_space *space = fault->space;

	while (space->host->lines.has_ptl) {
		pa_t table = sys_pgtable_table(&space->pgt, fault->address, !wants_huge(fault));
		spinlock_t *ptl = table ? sys_mm_ptl(&space->host->lines, &space->host->pages,
						     table)
					: NULL;

		if (!ptl)
			return NULL;
		spin_lock(ptl);
		if (sys_pgtable_table(&space->pgt, fault->address, !wants_huge(fault)) == table)
			return ptl;
		/* A table has come, or a block was split, meanwhile. */
		spin_unlock(ptl);
	}
	return NULL;
}

static void unlock_entry(spinlock_t *ptl)
{
	if (ptl)
		spin_unlock(ptl);
}

/* As much as Linux does when a new page is there: counted, and on a list. */
static void count_new(const struct fault *fault, bool is_huge)
{
	struct sys_host_mm *host = fault->space->host;

	struct sys_page *page = sys_page_mapped_at(fault->space, fault->address);

	host->stats.minor_faults++;
	host->stats.huge_faults += is_huge;
	sys_mm_allocated(&host->lines, sys_page_head(&host->pages, page));
	sys_mm_count(&host->lines, &fault->space->rss_stat);
	sys_mm_lru_add(&host->lines, is_huge);
}

static int add_huge(const struct fault *fault)
{
	unsigned long first = fault->address & ~(SYS_BLOCK_BYTES - 1);
	struct sys_pages *pages = &fault->space->host->pages;
	struct sys_page *page = sys_page_alloc(pages, true);

	if (!page)
		return -ENOMEM;
	sys_page_map(pages, page, SYS_BLOCK_PAGES);
	if (sys_pgtable_set_block(&fault->space->pgt, first, page->pa,
				  wanted_access(fault, fault->is_write))) {
		sys_page_unmap(pages, page, SYS_BLOCK_PAGES);
		return -ENOMEM;
	}
	for (u64 i = 0; i < SYS_BLOCK_PAGES; i++)
		sys_page_at(pages, page->pa + i * SYS_PAGE_BYTES)->is_zero = !fault->is_write;
	return 0;
}

static int add_small(const struct fault *fault)
{
	struct sys_pages *pages = &fault->space->host->pages;
	struct sys_page *page = sys_page_alloc(pages, false);

	if (!page)
		return -ENOMEM;
	sys_page_map(pages, page, 1);
	if (sys_pgtable_set(&fault->space->pgt, fault->address, page->pa,
			    wanted_access(fault, fault->is_write))) {
		sys_page_unmap(pages, page, 1);
		return -ENOMEM;
	}
	page->is_zero = !fault->is_write;
	return 0;
}

static vm_fault_t add_page(const struct fault *fault)
{
	bool is_huge = wants_huge(fault) && !add_huge(fault);

	/* Without a free block, small ones. */
	if (!is_huge && add_small(fault))
		return VM_FAULT_OOM;
	count_new(fault, is_huge);
	return 0;
}

/* What is around @address in one piece, and may be cached so. */
static struct mmu_notifier_range range_of_leaf(struct sys_space *space, unsigned long address)
{
	u64 bytes = 1ULL << sys_pgtable_leaf_lg2(&space->pgt, address);
	struct mmu_notifier_range range;

	address &= ~(bytes - 1);
	mmu_notifier_range_init(&range, MMU_NOTIFY_CLEAR, 0, NULL, &space->mm, address,
				address + bytes);
	return range;
}

/* Linux: of a huge page that was written before, all of it; else the page of it. */
static int write_writable(const struct fault *fault, struct sys_page *page)
{
	struct sys_pgtable *pgt = &fault->space->pgt;
	u64 mask = SYS_BLOCK_BYTES - 1;

	if (sys_pgtable_leaf_lg2(pgt, fault->address) == SYS_BLOCK_LG2 && !page->is_zero)
		return sys_pgtable_set_block(pgt, fault->address & ~mask, page->pa & ~mask,
					     wanted_access(fault, true));
	page->is_zero = false;
	return sys_pgtable_set(pgt, fault->address, page->pa, wanted_access(fault, true));
}

/* The frame stays; who has the old permission cached (SVA) must not keep it. */
static vm_fault_t make_writable(const struct fault *fault, struct sys_page *page)
{
	struct mmu_notifier_range range = range_of_leaf(fault->space, fault->address);
	struct sys_space *space = fault->space;
	spinlock_t *ptl = lock_entry(fault);
	int err = 0;

	/* Whoever had the entry's lock has perhaps done it. */
	if (!is_present(space, fault->address, true)) {
		space->host->stats.upgrades++;
		err = write_writable(fault, page);
	}
	unlock_entry(ptl);
	if (!err)
		mmu_notifier_invalidate_range(&space->mm, range.start, range.end);
	return err ? VM_FAULT_OOM : 0;
}

/* The entry of the page alone, with a lock of its own. Linux: __split_huge_pmd() */
static int split_huge(const struct fault *fault)
{
	spinlock_t *ptl = lock_entry(fault);
	int err = sys_pgtable_split(&fault->space->pgt, fault->address);

	unlock_entry(ptl);
	return err;
}

/* Nobody reaches @page by this address any more when it has returned. */
static void replace_page(const struct fault *fault, struct sys_page *page, struct sys_page *copy)
{
	struct mmu_notifier_range range = range_of_leaf(fault->space, fault->address);
	struct sys_space *space = fault->space;
	struct sys_pages *pages = &space->host->pages;

	sys_pgtable_clear(&space->pgt, fault->address);
	page->nr_gathered = 1;
	mmu_notifier_invalidate_range(&space->mm, range.start, range.end);
	page->nr_gathered = 0;
	sys_pgtable_set(&space->pgt, fault->address, copy->pa, wanted_access(fault, true));
	sys_page_map(pages, copy, 1);
	copy->is_zero = false;
	sys_page_unmap(pages, page, 1);
}

/* Linux: wp_page_copy(). The child keeps the page. */
static vm_fault_t copy_page(const struct fault *fault)
{
	struct mmu_notifier_range range = range_of_leaf(fault->space, fault->address);
	struct sys_space *space = fault->space;
	struct sys_page *page, *copy = sys_page_alloc(&space->host->pages, false);
	spinlock_t *ptl;

	if (!copy)
		return VM_FAULT_OOM;
	/* Until it is known that it is needed. */
	sys_page_pin(&space->host->pages, copy);
	if (split_huge(fault)) {
		sys_page_unpin(&space->host->pages, copy);
		return VM_FAULT_OOM;
	}
	mmu_notifier_invalidate_range_start(&range);
	ptl = lock_entry(fault);
	page = sys_page_mapped_at(space, fault->address);
	if (page && !is_present(space, fault->address, true)) {
		space->host->stats.copies++;
		replace_page(fault, page, copy);
		sys_mm_lru_add(&space->host->lines, false);
	}
	unlock_entry(ptl);
	mmu_notifier_invalidate_range_end(&range);
	sys_page_unpin(&space->host->pages, copy);
	return 0;
}

/* Called with time settled: the tables are those of this moment. */
static vm_fault_t fault_page(const struct fault *fault)
{
	struct sys_page *page = sys_page_mapped_at(fault->space, fault->address);
	vm_fault_t ret = 0;
	spinlock_t *ptl;

	if (page && !is_present(fault->space, fault->address, fault->is_write))
		return page->nr_maps > 1 ? copy_page(fault) : make_writable(fault, page);
	if (page) {
		fault->space->host->stats.spurious++;
		return 0;
	}
	ptl = lock_entry(fault);
	if (!sys_page_mapped_at(fault->space, fault->address))
		ret = add_page(fault);
	else
		fault->space->host->stats.spurious++;
	unlock_entry(ptl);
	return ret;
}

/* What a page that is only read is, the zero page, has been zeroed long ago. */
static void charge_fault(const struct fault *fault)
{
	struct sys_page *page = sys_page_mapped_at(fault->space, fault->address);
	const struct sys_config *config = fault->space->host->config;

	/* Written before, and shared with nobody: only the entry changes. */
	if (is_present(fault->space, fault->address, fault->is_write) ||
	    (page && !page->is_zero && page->nr_maps == 1)) {
		sim_charge_cost(config->host.mm_spurious_ps);
		return;
	}
	sim_charge_cost(config->host.mm_fault_ps);
	if (page && page->nr_maps > 1)
		sim_charge_cost(config->host.copy_page_ps);
	else if (fault->is_write)
		sim_charge_costs(config->host.zero_ps,
				 !page && wants_huge(fault) ? SYS_BLOCK_PAGES : 1);
}

static vm_fault_t host_handle_mm_fault(struct vm_area_struct *vma, unsigned long address,
				       unsigned int flags)
{
	const struct fault fault = {
		.space = sys_space_of(vma->vm_mm),
		.vma = vma,
		.address = address & PAGE_MASK,
		.is_write = flags & FAULT_FLAG_WRITE,
	};

	sim_settle();
	if (!(vma->vm_flags & (fault.is_write ? VM_WRITE : VM_READ))) {
		fault.space->host->stats.bad++;
		return VM_FAULT_SIGSEGV;
	}
	/* The work comes first; who finds the page there when it is done (another
	 * thread was quicker) has worked in vain, as under Linux's page table lock. */
	charge_fault(&fault);
	sim_settle();
	sim_hardware_write();
	return fault_page(&fault);
}

/* --- pins --- */

/* A page that is there. */
static struct sys_page *take_pin(const struct fault *fault)
{
	struct sys_host_mm *host = fault->space->host;
	u64 huge_ps = host->config->host.pin_huge_ps;
	spinlock_t *ptl = lock_entry(fault);
	struct sys_page *page = sys_page_mapped_at(fault->space, fault->address);

	/* Also with the lock of this moment, it may be another one than was faulted in. */
	if (page && is_present(fault->space, fault->address, fault->is_write)) {
		sys_page_pin(&host->pages, page);
		sys_mm_reference(&host->lines, sys_page_head(&host->pages, page));
		sim_charge_cost(page->is_huge && huge_ps ? huge_ps : host->config->host.pin_ps);
	} else {
		page = NULL;
	}
	unlock_entry(ptl);
	return page;
}

static long pin_one(struct fault *fault, struct page **page)
{
	struct sys_page *pinned = NULL;

	fault->vma = host_find_vma(&fault->space->mm, fault->address);
	if (!fault->vma || fault->vma->vm_start > fault->address)
		return -EFAULT;
	while (!pinned) {
		vm_fault_t ret = 0;

		sim_hardware_read();
		if (!is_present(fault->space, fault->address, fault->is_write))
			ret = host_handle_mm_fault((struct vm_area_struct *)fault->vma,
						   fault->address,
						   fault->is_write ? FAULT_FLAG_WRITE : 0);
		if (ret)
			return ret & VM_FAULT_OOM ? -ENOMEM : -EFAULT;
		sim_hardware_read();
		pinned = take_pin(fault);
	}
	*page = &pinned->page;
	return 0;
}

static long host_pin_user_pages(struct mm_struct *mm, unsigned long start, unsigned long nr_pages,
				unsigned int gup_flags, struct page **pages)
{
	struct fault fault = {
		.space = sys_space_of(mm),
		.address = start & PAGE_MASK,
		.is_write = gup_flags & FOLL_WRITE,
	};
	unsigned long i;

	sim_charge_cost(fault.space->host->config->host.pin_call_ps);
	sim_settle();
	for (i = 0; i < nr_pages; i++, fault.address += PAGE_SIZE) {
		long ret;

		/* As __get_user_pages() does. */
		sim_preempt_point(SIM_POINT_COND_RESCHED);
		ret = pin_one(&fault, &pages[i]);
		if (ret)
			return i ? (long)i : ret;
	}
	return i;
}

static void host_unpin_user_page(struct page *page)
{
	struct sys_page *pinned = sys_page_of(page);

	sys_mm_reference(&the_host->lines, sys_page_head(&the_host->pages, pinned));
	sys_page_unpin(&the_host->pages, pinned);
}

static phys_addr_t host_page_to_phys(const struct page *page)
{
	return sys_page_of(page)->pa;
}

/* --- life --- */

static void free_vma_pages(struct sys_space *space, const struct vm_area_struct *vma)
{
	unsigned long address = sys_pgtable_next(&space->pgt, vma->vm_start);

	for (; address < vma->vm_end; address = sys_pgtable_next(&space->pgt, address)) {
		u32 lg2 = sys_pgtable_leaf_lg2(&space->pgt, address);
		struct sys_page *page = sys_page_mapped_at(space, address);

		sys_pgtable_clear(&space->pgt, address);
		sys_page_unmap(&space->host->pages, page, 1ULL << (lg2 - SYS_PAGE_LG2));
	}
}

static void host_exit_mmap(struct mm_struct *mm)
{
	struct sys_space *space = sys_space_of(mm);

	sim_hardware_write();
	for (u32 i = 0; i < space->nr_vmas; i++)
		free_vma_pages(space, &space->vmas[i]);
	sys_pgtable_finish(&space->pgt);
}

static const struct kapi_mm_ops host_mm_ops = {
	.find_vma = host_find_vma,
	.handle_mm_fault = host_handle_mm_fault,
	.pin_user_pages = host_pin_user_pages,
	.unpin_user_page = host_unpin_user_page,
	.page_to_phys = host_page_to_phys,
	.exit_mmap = host_exit_mmap,
};

struct sys_host_mm *sys_host_mm_create(const struct sys_config *config, struct mem *mem,
				       struct sys_frames *frames, enum sys_pgtable_kind tables)
{
	struct sys_host_mm *host = sim_alloc(sizeof(*host));

	if (!host)
		return NULL;
	host->config = config;
	host->mem = mem;
	host->tables = tables;
	if (sys_pages_init(&host->pages, &config->mem, frames) ||
	    sys_mm_lines_init(&host->lines, config))
		return NULL;
	the_host = host;
	kapi_register_mm_ops(&host_mm_ops);
	return host;
}

static void add_vma(struct sys_space *space, const struct sys_config *config,
		    const struct sys_mapping *mapping)
{
	struct vm_area_struct *vma = &space->vmas[space->nr_vmas++];
	u64 start = mapping->iova + mapping->va_offset;
	u64 page_bytes = mapping->page_bytes ? mapping->page_bytes : config->host.page_bytes;

	vma->vm_mm = &space->mm;
	vma->vm_start = start;
	vma->vm_end = start + mapping->bytes;
	vma->vm_flags = (mapping->is_readable ? VM_READ : 0) |
			(mapping->is_writable ? VM_WRITE : 0) |
			(mapping->is_executable ? VM_EXEC : 0) |
			(page_bytes == SYS_BLOCK_BYTES ? VM_HUGEPAGE : 0);
}

/* Of changes there, the largest. */
static u64 pages_elsewhere(const struct sys_config *config)
{
	const struct sys_mm_change *changes[] = {&config->mm_munmap, &config->mm_mprotect};
	u64 nr_pages = 0;

	for (int i = 0; i < 2; i++) {
		if (changes[i]->interval_ps && changes[i]->is_elsewhere &&
		    changes[i]->nr_pages > nr_pages)
			nr_pages = changes[i]->nr_pages;
	}
	return nr_pages;
}

/* Behind all mappings, with a gap. */
static void add_elsewhere(struct sys_space *space, const struct sys_config *config)
{
	u64 end = space->vmas[space->nr_vmas - 1].vm_end;
	const struct sys_mapping mapping = {
		.iova = (end + 2 * SYS_BLOCK_BYTES - 1) & ~(SYS_BLOCK_BYTES - 1),
		.bytes = pages_elsewhere(config) * SYS_PAGE_BYTES,
		.is_readable = true,
		.is_writable = true,
	};

	if (mapping.bytes)
		add_vma(space, config, &mapping);
}

static int compare_areas(const void *left, const void *right)
{
	const struct vm_area_struct *a = left, *b = right;

	return a->vm_start < b->vm_start ? -1 : a->vm_start > b->vm_start;
}

/* Several IOVAs may lead to an address: there is one area at it. */
static void merge_areas(struct sys_space *space)
{
	u32 nr = 0;

	if (space->nr_vmas)
		qsort(space->vmas, space->nr_vmas, sizeof(space->vmas[0]), compare_areas);
	for (u32 i = 0; i < space->nr_vmas; i++) {
		const struct vm_area_struct *area = &space->vmas[i];
		struct vm_area_struct *last = nr ? &space->vmas[nr - 1] : NULL;

		if (!last || area->vm_start >= last->vm_end) {
			space->vmas[nr++] = *area;
			continue;
		}
		last->vm_flags |= area->vm_flags;
		if (area->vm_end > last->vm_end)
			last->vm_end = area->vm_end;
	}
	space->nr_vmas = nr;
}

struct mm_struct *sys_mm_create(struct sys_host_mm *host, const struct sys_config *config,
				u32 number)
{
	struct sys_space *space = sim_alloc(sizeof(*space) +
					    (config->nr_mappings + 1) * sizeof(space->vmas[0]));

	if (!space)
		return NULL;
	space->host = host;
	kapi_mm_init(&space->mm);
	if (host->lines.is_on)
		kapi_line_init(&space->rss_stat, "&mm->rss_stat");
	if (sys_pgtable_init(&space->pgt, host->tables, host->mem, host->pages.frames))
		return NULL;
	for (u32 i = 0; i < config->nr_mappings; i++) {
		if (sys_config_is_in_space(config, &config->mappings[i], number))
			add_vma(space, config, &config->mappings[i]);
	}
	merge_areas(space);
	space->nr_mapped = space->nr_vmas;
	add_elsewhere(space, config);
	return &space->mm;
}

int sys_mm_populate(struct mm_struct *mm)
{
	struct sys_space *space = sys_space_of(mm);

	for (u32 i = 0; i < space->nr_mapped; i++) {
		struct vm_area_struct *vma = &space->vmas[i];
		unsigned int flags = vma->vm_flags & VM_WRITE ? FAULT_FLAG_WRITE : 0;

		for (unsigned long address = vma->vm_start; address < vma->vm_end;
		     address += 1ULL << sys_pgtable_leaf_lg2(&space->pgt, address)) {
			if (host_handle_mm_fault(vma, address, flags))
				return -ENOMEM;
		}
	}
	return 0;
}

struct sys_mm_stats *sys_host_mm_stats(struct sys_host_mm *host)
{
	return &host->stats;
}

struct sys_host_mm_pages sys_host_mm_pages(const struct sys_host_mm *host)
{
	return (struct sys_host_mm_pages){
		.pinned = host->pages.nr_pins,
		.present = host->pages.nr_mapped,
	};
}
