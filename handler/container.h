/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inside a container: an address space for devices, made of DMA ranges, kept in
 * one IOMMU domain for each kind of IOMMU below.
 *
 * Locks, outermost first:
 *   lock       ranges, domains, devices; held by map, unmap, attach, detach, and
 *              by a fault from lookup to the end
 *   map_lock   what is mapped (the ranges' bits, the domains' tables), and the
 *              invalidations; the only one that the MMU notifier takes. Not in
 *              rfc-v3, whose notifier takes the container's lock.
 * ranges and domains change under both; either is enough to read them.
 *
 * A page that a fault mapped is not pinned: the notifier takes it out of the
 * IOMMU before memory management takes it away. So a page must not be mapped if
 * an invalidation came after it was looked up: who pins remembers
 * invalidate_seq, waits until no invalidation is under way, pins, and maps only
 * if invalidate_seq is still the same.
 */
#ifndef PFH_CONTAINER_H
#define PFH_CONTAINER_H

#include <linux/iommu.h>
#include <linux/mm.h>
#include <linux/mmu_notifier.h>

#include "internal.h"

/* [iova, iova + size) stands for [vaddr, vaddr + size). */
struct pfh_range {
	struct rb_node node; /* by iova; ranges do not overlap */
	dma_addr_t iova;
	unsigned long vaddr;
	size_t size;
	int prot; /* the most that a fault may get */
	/* a bit for each page */
	unsigned long *mapped;
	unsigned long *writable; /* of those mapped */
	struct page **pages;	 /* pinned from map to unmap, or NULL: may fault */
};

/* An IOMMU group of the container, with the devices of it that were attached. */
struct pfh_member {
	struct list_head node; /* in domain's members */
	struct iommu_group *group;
	unsigned int nr_devices;
};

struct pfh_domain {
	struct list_head node; /* in container's domains */
	struct iommu_domain *domain;
	struct list_head members;
};

struct pfh_container {
	const struct pfh_design *design;
	struct mm_struct *mm; /* counted (structure, not users) */
	bool has_iopf;
	unsigned int premap_pages;
	struct kref kref;
	struct mmu_notifier notifier;

	struct mutex lock;	  /* the next group */
	struct list_head devices; /* struct pfh_device */
	struct pfh_container_stats stats;
	struct page **pin_buffer; /* premap_pages; for a fault, which holds the lock */

	struct mutex map_lock; /* the next group */
	struct rb_root ranges;
	struct list_head domains;
	unsigned long invalidate_seq;
	unsigned int nr_invalidating;
	wait_queue_head_t invalidated;
};

/* container.c */
void pfh_lock_maps(struct pfh_container *container);
void pfh_unlock_maps(struct pfh_container *container);

/* range.c: the container's lock or map_lock is held; both to insert or erase */
struct pfh_range *pfh_range_find(struct pfh_container *container, dma_addr_t iova);
struct pfh_range *pfh_range_first_from(struct pfh_container *container, dma_addr_t iova);
struct pfh_range *pfh_range_next(struct pfh_range *range);
void pfh_range_insert(struct pfh_container *container, struct pfh_range *range);
void pfh_range_erase(struct pfh_container *container, struct pfh_range *range);
struct pfh_range *pfh_range_alloc(dma_addr_t iova, unsigned long vaddr, size_t size, int prot);
void pfh_range_free(struct pfh_range *range);

static inline unsigned long pfh_range_pages(const struct pfh_range *range)
{
	return range->size >> PAGE_SHIFT;
}

static inline unsigned long pfh_range_index(const struct pfh_range *range, dma_addr_t iova)
{
	return (iova - range->iova) >> PAGE_SHIFT;
}

/* Consecutive pages of a range. */
struct pfh_span {
	struct pfh_range *range;
	unsigned long first; /* page index in the range */
	unsigned long nr;
};

static inline dma_addr_t pfh_span_iova(const struct pfh_span *span)
{
	return span->range->iova + ((dma_addr_t)span->first << PAGE_SHIFT);
}

static inline unsigned long pfh_span_vaddr(const struct pfh_span *span)
{
	return span->range->vaddr + (span->first << PAGE_SHIFT);
}

/* map.c: what is mapped; the lock that protects it is held */
long pfh_pin(struct pfh_container *container, const struct pfh_span *span, bool writable,
	     struct page **pages);
long pfh_map_span(struct pfh_container *container, const struct pfh_span *span, int prot,
		  struct page **pages);
unsigned long pfh_unmap_span(struct pfh_container *container, const struct pfh_span *span);
int pfh_replay(struct pfh_container *container, struct pfh_domain *to);
void pfh_forget_mapped(struct pfh_container *container);
unsigned long pfh_count_unmapped(const struct pfh_range *range, unsigned long first,
				 unsigned long max_pages);

/* domain.c: the container's lock is held */
int pfh_domains_add(struct pfh_container *container, struct pfh_device *pdev);
void pfh_domains_remove(struct pfh_container *container, struct pfh_device *pdev);

/* notifier.c */
extern const struct mmu_notifier_ops pfh_notifier_ops;
unsigned long pfh_invalidate(struct pfh_container *container, unsigned long start,
			     unsigned long end);

#endif
