// SPDX-License-Identifier: GPL-2.0-only
/* Processes: an address space each, the kernel's own; anonymous memory, no program that runs in it.
 */
#include <linux/aio.h>
#include <linux/cred.h>
#include <linux/futex.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/mm_inline.h>
#include <linux/mman.h>
#include <linux/rmap.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/security.h>
#include <linux/slab.h>
#include <linux/swap.h>
#include <linux/user_namespace.h>

#include <asm/pgalloc.h>

#include "internal.h"
#include "platform.h"

#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 2, 0)
#define NS_REFERENCES __ns_ref
#else
#define NS_REFERENCES count
#endif
struct user_namespace init_user_ns = {.ns.NS_REFERENCES = REFCOUNT_INIT(3)};
static struct cred cred = {.usage = ATOMIC_INIT(4), .user_ns = &init_user_ns};

s32 vm_committed_as_batch = 32;
DEFINE_STATIC_KEY_MAYBE(CONFIG_INIT_ON_FREE_DEFAULT_ON, init_on_free);
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 2, 0)
DEFINE_STATIC_KEY_MAYBE(CONFIG_INIT_ON_ALLOC_DEFAULT_ON, init_on_alloc);
#endif
struct pglist_data contig_page_data;

int nsproxy_cache_init(void);

void ksim_processes_init(void)
{
	struct pglist_data *node = NODE_DATA(0);

	lruvec_init(&node->__lruvec);
	node->per_cpu_nodestats = alloc_percpu(struct per_cpu_nodestat);
	node->node_zones[0].per_cpu_zonestats = alloc_percpu(struct per_cpu_zonestat);
	node->node_zones[0].zone_pgdat = node;
	highest_memmap_pfn = max_pfn;
	mm_cache_init();
	proc_caches_init();
	anon_vma_init();
	ptlock_cache_init();
}

int ksim_process_create(void **process)
{
	current->cred = current->real_cred = &cred;
	*process = mm_alloc();
	return *process ? 0 : -ENOMEM;
}

static unsigned long vm_flags_of(int prot)
{
	return VM_MAYREAD | VM_MAYWRITE | (prot & KSIM_PROT_READ ? VM_READ : 0) |
	       (prot & KSIM_PROT_WRITE ? VM_WRITE : 0);
}

/* Under mmap_lock, for writing. */
static int map(struct mm_struct *mm, const struct ksim_area *area)
{
	struct vm_area_struct *vma = vm_area_alloc(mm);
	int err;

	if (!vma)
		return -ENOMEM;
	vma_set_anonymous(vma);
	vma->vm_start = area->start;
	vma->vm_end = area->start + area->bytes;
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
	vm_flags_init(vma, vm_flags_of(area->prot));
#else
	vma->vm_flags = vm_flags_of(area->prot);
#endif
	vma->vm_page_prot = vm_get_page_prot(vma->vm_flags);
	err = insert_vm_struct(mm, vma);
	if (err)
		vm_area_free(vma);
	return err;
}

int ksim_process_map(void *process, const struct ksim_area *area)
{
	struct mm_struct *mm = process;
	int err;

	mmap_write_lock(mm);
	err = map(mm, area);
	mmap_write_unlock(mm);
	return err;
}

int ksim_process_remap(void *process, const struct ksim_area *area)
{
	struct mm_struct *mm = process;
	int err;

	current->mm = mm; /* it is a thread of the process, for as long */
	mmap_write_lock(mm);
	err = do_munmap(mm, area->start, area->bytes, NULL);
	if (!err)
		err = map(mm, area);
	mmap_write_unlock(mm);
	current->mm = NULL;
	return err;
}

int ksim_process_unmap(void *process, const struct ksim_area *area)
{
	struct mm_struct *mm = process;
	int err;

	current->mm = mm;
	mmap_write_lock(mm);
	err = do_munmap(mm, area->start, area->bytes, NULL);
	mmap_write_unlock(mm);
	current->mm = NULL;
	return err;
}

long sys_mprotect(unsigned long start, size_t bytes, unsigned long prot);

int ksim_process_protect(void *process, const struct ksim_area *area)
{
	static struct signal_struct unlimited;
	int err, i;

	for (i = 0; i < RLIM_NLIMITS; i++)
		unlimited.rlim[i] = (struct rlimit){RLIM_INFINITY, RLIM_INFINITY};
	current->signal = &unlimited;
	current->mm = process;
	err = sys_mprotect(area->start, area->bytes,
			   (area->prot & KSIM_PROT_READ ? PROT_READ : 0) |
				   (area->prot & KSIM_PROT_WRITE ? PROT_WRITE : 0));
	current->mm = NULL;
	return err;
}

/* Its physical address; 0: none is present. */
unsigned long ksim_process_page(void *process, unsigned long address)
{
	pgd_t *pgd = pgd_offset((struct mm_struct *)process, address);
	p4d_t *p4d = pgd_none(*pgd) ? NULL : p4d_offset(pgd, address);
	pud_t *pud = !p4d || p4d_none(*p4d) ? NULL : pud_offset(p4d, address);
	pmd_t *pmd = !pud || pud_none(*pud) ? NULL : pmd_offset(pud, address);
	pte_t *pte = !pmd || pmd_none(*pmd) ? NULL : pte_offset_kernel(pmd, address);

	return pte && pte_present(*pte) ? pte_pfn(*pte) << PAGE_SHIFT : 0;
}

static int touch(struct vm_area_struct *vma, unsigned long address)
{
	unsigned int flags = FAULT_FLAG_REMOTE | (vma->vm_flags & VM_WRITE ? FAULT_FLAG_WRITE : 0);
	vm_fault_t fault = handle_mm_fault(vma, address, flags, NULL);

	return fault & VM_FAULT_ERROR ? vm_fault_to_errno(fault, 0) : 0;
}

int ksim_process_populate(void *process, const struct ksim_area *area)
{
	struct mm_struct *mm = process;
	unsigned long address;
	int err = 0;

	mmap_read_lock(mm);
	for (address = area->start; !err && address < area->start + area->bytes;
	     address += PAGE_SIZE)
		err = touch(vma_lookup(mm, address), address);
	mmap_read_unlock(mm);
	return err;
}

void ksim_process_end(void *process)
{
	mmput(process);
}

/* --- what mm/ asks its architecture and its neighbours --- */

pgd_t *pgd_alloc(struct mm_struct *mm)
{
	return (pgd_t *)get_zeroed_page(GFP_KERNEL);
}

pgprot_t vm_get_page_prot(unsigned long flags)
{
	if (!(flags & (VM_READ | VM_WRITE | VM_EXEC)))
		return PAGE_NONE;
	return (flags & (VM_WRITE | VM_SHARED)) == (VM_WRITE | VM_SHARED) ? PAGE_SHARED
									  : PAGE_READONLY;
}

int nsproxy_cache_init(void)
{
	return 0;
}

void exit_aio(struct mm_struct *mm)
{
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 2, 0)
/* No program runs, so that none waits for a futex. */
void futex_mm_init(struct mm_struct *mm)
{
}

void futex_hash_free(struct mm_struct *mm)
{
}
#endif

/* A process has no privileges: the last pages are not for it. Once what it is granted, since then
 * an errno. */
int cap_vm_enough_memory(struct mm_struct *mm, long pages)
{
	return LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0) ? 0 : -EPERM;
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
void mlock_drain_local(void)
{
}

bool need_mlock_drain(int cpu)
{
	return false;
}
#else
void mlock_page_drain_local(void)
{
}

bool need_mlock_page_drain(int cpu)
{
	return false;
}
#endif

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
void free_pages_and_swap_cache(struct encoded_page **pages, int nr)
#else
void free_pages_and_swap_cache(struct page **pages, int nr)
#endif
{
	release_pages(pages, nr);
}
