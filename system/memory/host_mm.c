// SPDX-License-Identifier: GPL-2.0-only
/* Host memory management, see host_mm.h. */
#include "system/memory/host_mm.h"

#include <linux/delay.h>
#include <linux/err.h>
#include <linux/mmu_notifier.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "kapi/mm_ops.h"
#include "sim/arena.h"
#include "sim/cpu.h"
#include "sim/dist.h"
#include "sim/sched.h"
#include "sim/sim.h"

#define PAGES_PER_CHUNK 512

/* One frame of a process. */
struct host_page {
	struct page page;
	pa_t pa;
	u32 nr_pins;
	bool is_orphan; /* its process has gone; the last pin frees it */
};

struct host_mm_space {
	struct mm_struct mm;
	struct sys_host_mm *host;
	struct sys_pgtable pgt;
	u32 nr_vmas;
	struct vm_area_struct vmas[];
};

struct sys_host_mm {
	struct mem *mem;
	struct sys_frames *frames;
	enum sys_pgtable_kind tables;
	u64 mm_fault_ps, mm_spurious_ps, pin_ps;
	struct sys_host_mm_stats stats;
	/* host_page of a frame: chunks by frame number from the start of RAM */
	pa_t ram_base;
	u64 nr_chunks;
	struct host_page **chunks;
};

/* The table that kapi calls has no context argument; one machine, one host. */
static struct sys_host_mm *the_host;

static struct host_mm_space *space_of(const struct mm_struct *mm)
{
	return container_of(mm, struct host_mm_space, mm);
}

const struct sys_pgtable *sys_mm_pgtable(const struct mm_struct *mm)
{
	return &space_of(mm)->pgt;
}

static struct host_page *page_of_frame(struct sys_host_mm *host, pa_t pa)
{
	u64 frame = (pa - host->ram_base) >> SYS_PAGE_LG2;
	struct host_page **chunk = &host->chunks[frame / PAGES_PER_CHUNK];

	sim_assert(frame / PAGES_PER_CHUNK < host->nr_chunks);
	if (!*chunk)
		*chunk = sim_alloc(PAGES_PER_CHUNK * sizeof(**chunk));
	if (!*chunk)
		return NULL;
	(*chunk)[frame % PAGES_PER_CHUNK].pa = pa;
	return &(*chunk)[frame % PAGES_PER_CHUNK];
}

/* --- operations below kapi --- */

static struct vm_area_struct *host_find_vma(struct mm_struct *mm, unsigned long addr)
{
	struct host_mm_space *space = space_of(mm);
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

static vm_fault_t add_page(struct host_mm_space *space, unsigned long address, u32 access)
{
	struct sys_host_mm *host = space->host;
	pa_t pa = sys_frames_alloc(host->frames, 0);

	if (!pa || !page_of_frame(host, pa) || sys_pgtable_set(&space->pgt, address, pa, access)) {
		if (pa)
			sys_frames_free(host->frames, pa);
		return VM_FAULT_OOM;
	}
	host->stats.minor_faults++;
	host->stats.present_pages++;
	return 0;
}

/* Called with time settled: the tables are those of this moment. */
static vm_fault_t fault_page(struct host_mm_space *space, unsigned long address, bool is_write)
{
	u32 wanted = SYS_PT_VALID | (is_write ? SYS_PT_WRITE : 0);
	pa_t pa = 0;
	u32 access = sys_pgtable_get(&space->pgt, address, &pa);

	if (!access)
		return add_page(space, address, wanted);
	if ((access & wanted) == wanted) {
		space->host->stats.spurious++;
		return 0;
	}
	space->host->stats.upgrades++;
	if (sys_pgtable_set(&space->pgt, address, pa, wanted))
		return VM_FAULT_OOM;
	/* The frame stays; who has the old permission cached (SVA) must not keep it. */
	mmu_notifier_invalidate_range(&space->mm, address, address + PAGE_SIZE);
	return 0;
}

static bool is_present(const struct host_mm_space *space, unsigned long address, bool is_write)
{
	u32 wanted = SYS_PT_VALID | (is_write ? SYS_PT_WRITE : 0);
	pa_t pa;

	return (sys_pgtable_get(&space->pgt, address, &pa) & wanted) == wanted;
}

static vm_fault_t host_handle_mm_fault(struct vm_area_struct *vma, unsigned long address,
				       unsigned int flags)
{
	struct host_mm_space *space = space_of(vma->vm_mm);
	bool is_write = flags & FAULT_FLAG_WRITE;
	struct sys_host_mm *host = space->host;

	address &= PAGE_MASK;
	sim_settle();
	if (!(vma->vm_flags & (is_write ? VM_WRITE : VM_READ))) {
		host->stats.bad++;
		return VM_FAULT_SIGSEGV;
	}
	/* The work comes first; who finds the page there when it is done (another
	 * thread was quicker) has worked in vain, as under Linux's page table lock. */
	sim_charge_cost(is_present(space, address, is_write) ? host->mm_spurious_ps
							     : host->mm_fault_ps);
	sim_settle();
	return fault_page(space, address, is_write);
}

static long pin_one(struct host_mm_space *space, unsigned long address, bool is_write,
		    struct page **page)
{
	struct vm_area_struct *vma = host_find_vma(&space->mm, address);
	struct host_page *hp;
	pa_t pa;

	if (!vma || vma->vm_start > address)
		return -EFAULT;
	if (!is_present(space, address, is_write)) {
		vm_fault_t fault = host_handle_mm_fault(vma, address,
							is_write ? FAULT_FLAG_WRITE : 0);

		if (fault)
			return fault & VM_FAULT_OOM ? -ENOMEM : -EFAULT;
	}
	sim_charge_cost(space->host->pin_ps);
	sys_pgtable_get(&space->pgt, address, &pa);
	hp = page_of_frame(space->host, pa);
	hp->nr_pins++;
	space->host->stats.pinned_pages++;
	*page = &hp->page;
	return 0;
}

static long host_pin_user_pages(struct mm_struct *mm, unsigned long start, unsigned long nr_pages,
				unsigned int gup_flags, struct page **pages)
{
	struct host_mm_space *space = space_of(mm);
	unsigned long i;

	sim_settle();
	for (i = 0; i < nr_pages; i++) {
		long ret;

		/* As __get_user_pages() does. */
		sim_preempt_point(SIM_POINT_COND_RESCHED);
		ret = pin_one(space, (start & PAGE_MASK) + i * PAGE_SIZE, gup_flags & FOLL_WRITE,
			      &pages[i]);
		if (ret)
			return i ? (long)i : ret;
	}
	return i;
}

static void host_unpin_user_page(struct page *page)
{
	struct host_page *hp = container_of(page, struct host_page, page);

	sim_assert(hp->nr_pins);
	hp->nr_pins--;
	the_host->stats.pinned_pages--;
	if (hp->nr_pins || !hp->is_orphan)
		return;
	hp->is_orphan = false;
	sys_frames_free(the_host->frames, hp->pa);
}

static phys_addr_t host_page_to_phys(const struct page *page)
{
	return container_of(page, struct host_page, page)->pa;
}

/* Out of its tables; whoever has pinned it keeps it (Linux: the page's reference count). */
static void free_page(struct sys_host_mm *host, pa_t pa)
{
	struct host_page *hp = page_of_frame(host, pa);

	host->stats.present_pages--;
	if (hp->nr_pins)
		hp->is_orphan = true;
	else
		sys_frames_free(host->frames, pa);
}

static void free_vma_pages(struct host_mm_space *space, const struct vm_area_struct *vma)
{
	unsigned long address = sys_pgtable_next(&space->pgt, vma->vm_start);

	for (; address < vma->vm_end; address = sys_pgtable_next(&space->pgt, address)) {
		pa_t pa = 0;

		sys_pgtable_get(&space->pgt, address, &pa);
		sys_pgtable_clear(&space->pgt, address);
		free_page(space->host, pa);
	}
}

static void host_exit_mmap(struct mm_struct *mm)
{
	struct host_mm_space *space = space_of(mm);

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

/* --- set-up --- */

struct sys_host_mm *sys_host_mm_create(const struct sys_config *config, struct mem *mem,
				       struct sys_frames *frames, enum sys_pgtable_kind tables)
{
	struct sys_host_mm *host = sim_alloc(sizeof(*host));

	if (!host)
		return NULL;
	*host = (struct sys_host_mm){
		.mem = mem,
		.frames = frames,
		.tables = tables,
		.mm_fault_ps = config->host.mm_fault_ps,
		.mm_spurious_ps = config->host.mm_spurious_ps,
		.pin_ps = config->host.pin_ps,
		.ram_base = config->mem.base,
		.nr_chunks = (config->mem.size_bytes >> SYS_PAGE_LG2) / PAGES_PER_CHUNK + 1,
	};
	host->chunks = sim_alloc(host->nr_chunks * sizeof(*host->chunks));
	if (!host->chunks)
		return NULL;
	the_host = host;
	kapi_register_mm_ops(&host_mm_ops);
	return host;
}

static void add_vma(struct host_mm_space *space, const struct sys_mapping *mapping)
{
	struct vm_area_struct *vma = &space->vmas[space->nr_vmas++];

	vma->vm_mm = &space->mm;
	vma->vm_start = mapping->iova;
	vma->vm_end = mapping->iova + mapping->bytes;
	vma->vm_flags = (mapping->is_readable ? VM_READ : 0) |
			(mapping->is_writable ? VM_WRITE : 0);
}

struct mm_struct *sys_mm_create(struct sys_host_mm *host, const struct sys_config *config)
{
	struct host_mm_space *space = sim_alloc(sizeof(*space) +
						config->nr_mappings * sizeof(space->vmas[0]));

	if (!space)
		return NULL;
	space->host = host;
	kapi_mm_init(&space->mm);
	if (sys_pgtable_init(&space->pgt, host->tables, host->mem, host->frames))
		return NULL;
	for (u32 i = 0; i < config->nr_mappings; i++)
		add_vma(space, &config->mappings[i]);
	return &space->mm;
}

int sys_mm_populate(struct mm_struct *mm)
{
	struct host_mm_space *space = space_of(mm);

	for (u32 i = 0; i < space->nr_vmas; i++) {
		struct vm_area_struct *vma = &space->vmas[i];
		unsigned int flags = vma->vm_flags & VM_WRITE ? FAULT_FLAG_WRITE : 0;

		for (unsigned long address = vma->vm_start; address < vma->vm_end;
		     address += PAGE_SIZE) {
			if (host_handle_mm_fault(vma, address, flags))
				return -ENOMEM;
		}
	}
	return 0;
}

const struct sys_host_mm_stats *sys_host_mm_stats(const struct sys_host_mm *host)
{
	return &host->stats;
}
