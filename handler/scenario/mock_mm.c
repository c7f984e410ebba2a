// SPDX-License-Identifier: GPL-2.0-only
/* Mock memory management: see mock_mm.h. */
#include "mock_mm.h"

#include <linux/bug.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/mmu_notifier.h>
#include <linux/slab.h>

struct mock_page {
	struct page page;
	struct list_head node; /* in mock->all */
	struct mock_mm *mock;
	unsigned long addr;
	phys_addr_t phys;
	bool is_writable;
	bool is_present;
	u32 nr_pins;
};

static struct mock_mm *mock_of(struct mm_struct *mm)
{
	return container_of(mm, struct mock_mm, mm);
}

static struct mock_page *page_of(struct page *page)
{
	return container_of(page, struct mock_page, page);
}

/* --- life --- */

struct mock_mm *mock_mm_create(void)
{
	struct mock_mm *mock = kzalloc(sizeof(*mock), GFP_KERNEL);

	if (!mock)
		return NULL;
	kapi_mm_init(&mock->mm);
	mutex_init(&mock->lock);
	xa_init(&mock->pages);
	INIT_LIST_HEAD(&mock->all);
	mock->next_phys = 0x80000000;
	return mock;
}

void mock_mm_put(struct mock_mm *mock)
{
	mmput(&mock->mm);
}

void mock_mm_free(struct mock_mm *mock)
{
	BUG_ON(!mock->is_gone || mock->nr_pins);
	kfree(mock);
}

void mock_mm_add_vma(struct mock_mm *mock, unsigned long start, size_t size, unsigned long flags)
{
	struct vm_area_struct *vma = &mock->vmas[mock->nr_vmas];

	BUG_ON(mock->nr_vmas >= MOCK_MM_MAX_VMAS);
	init_rwsem(&vma->vm_lock);
	vma->vm_mm = &mock->mm;
	vma->vm_start = start;
	vma->vm_end = start + size;
	vma->vm_flags = flags;
	mock->nr_vmas++;
}

/* The lock is held. Nobody has it any more. */
static void free_page_of(struct mock_page *page)
{
	list_del(&page->node);
	kfree(page);
}

/* The lock is held. Return: was there one? */
static bool forget_page(struct mock_mm *mock, unsigned long index)
{
	struct mock_page *page = xa_erase(&mock->pages, index);

	if (!page)
		return false;
	page->is_present = false;
	if (!page->nr_pins)
		free_page_of(page);
	return true;
}

static u32 forget_pages(struct mock_mm *mock, unsigned long first, unsigned long last)
{
	struct mock_page *page;
	unsigned long index;
	u32 nr = 0;

	mutex_lock(&mock->lock);
	xa_for_each_range(&mock->pages, index, page, first, last) nr += forget_page(mock, index);
	mutex_unlock(&mock->lock);
	return nr;
}

void mock_exit_mmap(struct mm_struct *mm)
{
	struct mock_mm *mock = mock_of(mm);

	forget_pages(mock, 0, ULONG_MAX);
	xa_destroy(&mock->pages);
	mock->is_gone = true;
}

/* --- faults --- */

struct vm_area_struct *mock_find_vma(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma, *found = NULL;
	struct mock_mm *mock = mock_of(mm);

	for (vma = mock->vmas; vma < mock->vmas + mock->nr_vmas; vma++) {
		if (addr < vma->vm_end && (!found || vma->vm_end < found->vm_end))
			found = vma;
	}
	return found;
}

static struct mock_page *find_page(struct mock_mm *mock, unsigned long addr)
{
	return xa_load(&mock->pages, addr >> PAGE_SHIFT);
}

phys_addr_t mock_mm_page_phys(struct mock_mm *mock, unsigned long addr)
{
	struct mock_page *page = find_page(mock, addr);

	return page ? page->phys : 0;
}

bool mock_mm_owns(struct mock_mm *mock, phys_addr_t phys)
{
	struct mock_page *page;

	list_for_each_entry (page, &mock->all, node) {
		if (page->phys == phys)
			return true;
	}
	return false;
}

static struct mock_page *make_page(struct mock_mm *mock, unsigned long addr)
{
	struct mock_page *page = kzalloc(sizeof(*page), GFP_KERNEL);

	if (!page)
		return ERR_PTR(-ENOMEM);
	page->mock = mock;
	page->addr = addr & PAGE_MASK;
	page->phys = mock->next_phys;
	page->is_present = true;
	mock->next_phys += mock->is_scattered ? 2 * PAGE_SIZE : PAGE_SIZE;
	if (xa_insert(&mock->pages, addr >> PAGE_SHIFT, page, GFP_KERNEL)) {
		kfree(page);
		return ERR_PTR(-ENOMEM);
	}
	list_add(&page->node, &mock->all);
	mock->nr_faults++;
	return page;
}

/* The lock is held. */
static struct mock_page *fault_in(struct mock_mm *mock, unsigned long addr, bool write)
{
	struct mock_page *page = find_page(mock, addr);

	if (mock->fail_faults) {
		mock->fail_faults--;
		return ERR_PTR(-ENOMEM);
	}
	if (!page)
		page = make_page(mock, addr);
	if (IS_ERR(page) || page->is_writable || !write)
		return page;
	page->is_writable = true;
	mock->nr_upgrades++;
	return page;
}

/* Writing to what was read: the page is copied, and who maps the old one is told. */
static void copy_page(struct mock_mm *mock, unsigned long addr)
{
	struct mmu_notifier_range range;
	unsigned long start = addr & PAGE_MASK;

	mmu_notifier_range_init(&range, MMU_NOTIFY_CLEAR, 0, NULL, &mock->mm, start,
				start + PAGE_SIZE);
	mmu_notifier_invalidate_range_start(&range);
	forget_pages(mock, addr >> PAGE_SHIFT, addr >> PAGE_SHIFT);
	mmu_notifier_invalidate_range_end(&range);
}

/* What happens before the lock is taken. */
static void before_fault(struct mock_mm *mock, unsigned long addr, bool write)
{
	struct mock_page *page;
	bool is_present, is_writable;

	mutex_lock(&mock->lock);
	page = find_page(mock, addr);
	is_present = page;
	is_writable = page && page->is_writable;
	mutex_unlock(&mock->lock);
	if (!is_present && mock->on_new_page)
		mock->on_new_page(mock, addr);
	else if (is_present && write && !is_writable && mock->copies_on_write)
		copy_page(mock, addr);
}

static bool must_retry(struct mock_mm *mock)
{
	bool is_due;

	mutex_lock(&mock->lock);
	is_due = mock->retry_faults;
	mock->retry_faults -= is_due;
	mutex_unlock(&mock->lock);
	return is_due;
}

vm_fault_t mock_handle_mm_fault(struct vm_area_struct *vma, unsigned long address,
				unsigned int flags)
{
	struct mock_mm *mock = mock_of(vma->vm_mm);
	struct mock_page *page;

	if (mock->on_fault)
		mock->on_fault(mock, address);
	mock->nr_tried += !!(flags & FAULT_FLAG_TRIED);
	if (must_retry(mock)) {
		/* As memory management waits without the lock. */
		if (flags & FAULT_FLAG_VMA_LOCK)
			vma_end_read(vma);
		else
			mmap_read_unlock(&mock->mm);
		return VM_FAULT_RETRY;
	}
	before_fault(mock, address, flags & FAULT_FLAG_WRITE);
	mutex_lock(&mock->lock);
	page = fault_in(mock, address, flags & FAULT_FLAG_WRITE);
	mutex_unlock(&mock->lock);
	return IS_ERR(page) ? VM_FAULT_OOM : 0;
}

/* --- pins --- */

static struct mock_page *pin_one(struct mock_mm *mock, unsigned long addr, unsigned int gup_flags)
{
	struct vm_area_struct *vma = mock_find_vma(&mock->mm, addr);
	/* All areas are private: what may not be written may be copied. */
	unsigned long needed = gup_flags & FOLL_WRITE ? VM_WRITE : VM_READ;
	bool write = gup_flags & FOLL_WRITE;
	struct mock_page *page;

	if (gup_flags & FOLL_FORCE)
		needed = VM_READ | VM_WRITE;
	if (!vma || addr < vma->vm_start || !(vma->vm_flags & needed))
		return ERR_PTR(-EFAULT);
	if (must_retry(mock))
		return ERR_PTR(-EAGAIN);
	before_fault(mock, addr, write);
	mutex_lock(&mock->lock);
	page = fault_in(mock, addr, write);
	if (!IS_ERR(page)) {
		page->nr_pins++;
		mock->nr_pins++;
	}
	mutex_unlock(&mock->lock);
	return page;
}

long mock_pin_user_pages(struct mm_struct *mm, unsigned long start, unsigned long nr_pages,
			 unsigned int gup_flags, struct page **pages)
{
	struct mock_mm *mock = mock_of(mm);
	unsigned long i;

	for (i = 0; i < nr_pages; i++) {
		unsigned long addr = start + i * PAGE_SIZE;
		struct mock_page *page = pin_one(mock, addr, gup_flags);

		if (IS_ERR(page))
			return i ? (long)i : PTR_ERR(page);
		pages[i] = &page->page;
		if (mock->on_pin)
			mock->on_pin(mock, addr);
	}
	return i;
}

void mock_unpin_user_page(struct page *page)
{
	struct mock_page *mock_page = page_of(page);
	struct mock_mm *mock = mock_page->mock;

	mutex_lock(&mock->lock);
	BUG_ON(!mock_page->nr_pins);
	mock->nr_pins--;
	if (!--mock_page->nr_pins && !mock_page->is_present)
		free_page_of(mock_page);
	mutex_unlock(&mock->lock);
}

phys_addr_t mock_page_to_phys(const struct page *page)
{
	return page_of((struct page *)page)->phys;
}

int mock_mm_touch(struct mock_mm *mock, unsigned long addr, bool is_write)
{
	struct vm_area_struct *vma;
	vm_fault_t ret = VM_FAULT_SIGSEGV;

	mmap_read_lock(&mock->mm);
	vma = mock_find_vma(&mock->mm, addr);
	if (vma && addr >= vma->vm_start && vma->vm_flags & (is_write ? VM_WRITE : VM_READ))
		ret = mock_handle_mm_fault(vma, addr, is_write ? FAULT_FLAG_WRITE : 0);
	mmap_read_unlock(&mock->mm);
	if (!(ret & VM_FAULT_ERROR))
		return 0;
	return ret & VM_FAULT_OOM ? -ENOMEM : -EFAULT;
}

/* --- taking pages away --- */

/* [start, end) lies within @vma, which is locked; what is behind it becomes an area of its own. */
static void cut(struct mock_mm *mock, struct vm_area_struct *vma, unsigned long start,
		unsigned long end)
{
	if (start > vma->vm_start && end < vma->vm_end)
		mock_mm_add_vma(mock, end, vma->vm_end - end, vma->vm_flags);
	if (start > vma->vm_start)
		vma->vm_end = start;
	else if (end < vma->vm_end)
		vma->vm_start = end;
	else
		vma->vm_start = vma->vm_end = 0;
}

/* mmap_lock is held for writing. Who has an area locked (VMA lock) is waited for. */
static void cut_areas(struct mock_mm *mock, unsigned long start, unsigned long end)
{
	unsigned int nr = mock->nr_vmas, i;

	for (i = 0; i < nr; i++) {
		struct vm_area_struct *vma = &mock->vmas[i];

		if (vma->vm_end <= start || vma->vm_start >= end)
			continue;
		down_write(&vma->vm_lock);
		cut(mock, vma, max(start, vma->vm_start), min(end, vma->vm_end));
		up_write(&vma->vm_lock);
	}
}

int mock_mm_unmap(struct mock_mm *mock, unsigned long start, size_t size)
{
	struct mmu_notifier_range range;
	unsigned long end = start + size;

	mmap_write_lock(&mock->mm);
	if (mock->nr_vmas == MOCK_MM_MAX_VMAS) {
		mmap_write_unlock(&mock->mm);
		return -ENOMEM;
	}
	cut_areas(mock, start, end);
	/* As in Linux: first the areas, then what is in them, all under the lock. */
	mmu_notifier_range_init(&range, MMU_NOTIFY_UNMAP, 0, NULL, &mock->mm, start, end);
	mmu_notifier_invalidate_range_start(&range);
	forget_pages(mock, start >> PAGE_SHIFT, (end - 1) >> PAGE_SHIFT);
	mmu_notifier_invalidate_range_end(&range);
	mmap_write_unlock(&mock->mm);
	return 0;
}

/*
 * Unlike a page under long-term pin in Linux, one that a fault pins for a
 * moment goes too: its holder finds out by the notifier's sequence.
 */
u32 mock_mm_evict(struct mock_mm *mock, unsigned long start, size_t size)
{
	struct mmu_notifier_range range;
	u32 nr;

	mmu_notifier_range_init(&range, MMU_NOTIFY_CLEAR, 0, NULL, &mock->mm, start, start + size);
	mmu_notifier_invalidate_range_start(&range);
	if (mock->evict_delay_ms)
		msleep(mock->evict_delay_ms);
	nr = forget_pages(mock, start >> PAGE_SHIFT, (start + size - 1) >> PAGE_SHIFT);
	mmu_notifier_invalidate_range_end(&range);
	return nr;
}
