/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's behaviour: subscribers of an mm are told before and after a range loses its
 * pages, and when the last user leaves; unregistering waits for calls under way. Left out: interval
 * notifiers, aging. */
#ifndef _LINUX_MMU_NOTIFIER_H
#define _LINUX_MMU_NOTIFIER_H

#include <linux/mm_types.h>

struct mmu_notifier;

enum mmu_notifier_event {
	MMU_NOTIFY_UNMAP = 0,
	MMU_NOTIFY_CLEAR,
	MMU_NOTIFY_PROTECTION_VMA,
	MMU_NOTIFY_PROTECTION_PAGE,
	MMU_NOTIFY_SOFT_DIRTY,
	MMU_NOTIFY_RELEASE,
	MMU_NOTIFY_MIGRATE,
};

#define MMU_NOTIFIER_RANGE_BLOCKABLE (1 << 0)

struct mmu_notifier_range {
	struct vm_area_struct *vma;
	struct mm_struct *mm;
	unsigned long start; /* half open */
	unsigned long end;
	unsigned int flags;
	enum mmu_notifier_event event;
	void *owner;
};

struct mmu_notifier_ops {
	void (*release)(struct mmu_notifier *subscription, struct mm_struct *mm);
	/* 0; -EAGAIN if the range is not blockable and it would have to sleep */
	int (*invalidate_range_start)(struct mmu_notifier *subscription,
				      const struct mmu_notifier_range *range);
	void (*invalidate_range_end)(struct mmu_notifier *subscription,
				     const struct mmu_notifier_range *range);
	/* Secondary TLBs forget [start, end): an entry has changed. Must not sleep. */
	void (*invalidate_range)(struct mmu_notifier *subscription, struct mm_struct *mm,
				 unsigned long start, unsigned long end);
};

struct mmu_notifier {
	struct list_head entry; /* the kernel has an hlist */
	const struct mmu_notifier_ops *ops;
	struct mm_struct *mm;
};

/* Takes mmap_lock for writing. 0, -ENOMEM. */
int mmu_notifier_register(struct mmu_notifier *subscription, struct mm_struct *mm);
void mmu_notifier_unregister(struct mmu_notifier *subscription, struct mm_struct *mm);

static inline void mmu_notifier_range_init(struct mmu_notifier_range *range,
					   enum mmu_notifier_event event, unsigned int flags,
					   struct vm_area_struct *vma, struct mm_struct *mm,
					   unsigned long start, unsigned long end)
{
	*range = (struct mmu_notifier_range){
		.vma = vma,
		.mm = mm,
		.start = start,
		.end = end,
		.flags = flags,
		.event = event,
	};
}

static inline bool mmu_notifier_range_blockable(const struct mmu_notifier_range *range)
{
	return range->flags & MMU_NOTIFIER_RANGE_BLOCKABLE;
}

/* Memory management calls these around taking pages away; may sleep. */
void mmu_notifier_invalidate_range_start(struct mmu_notifier_range *range);
int mmu_notifier_invalidate_range_start_nonblock(struct mmu_notifier_range *range);
void mmu_notifier_invalidate_range_end(struct mmu_notifier_range *range);
/* Between the change of an entry and the next access that has to see it. */
void mmu_notifier_invalidate_range(struct mm_struct *mm, unsigned long start, unsigned long end);
static inline int mm_has_notifiers(struct mm_struct *mm)
{
	return !list_empty(&mm->notifiers);
}

#endif
