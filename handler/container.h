/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inside a container: an address space for devices, made of DMA ranges, kept in
 * one IOMMU domain for each kind of IOMMU below.
 *
 * Locks, outermost first:
 *   state      attaching, detaching, turning faults on and off
 *   (pfh_device.mutex)
 *   lock       who changes something: ranges, domains, devices, pinned pages
 *   a design's own (design.h): what a fault holds to find and keep its range and
 *              the domains, to exclude faults on the same pages, and, innermost
 *              and never while a page is pinned, to change a page's entries
 *
 * A page that a fault mapped is not pinned: the notifier takes it out of the
 * IOMMU before memory management takes it away. So a page must not be mapped if
 * an invalidation came after it was looked up. Invalidations are counted at
 * gates, each for a part of the address space: who pins remembers the gate's
 * sequence, waits until no invalidation is under way there, pins, locks the
 * page's entries, and maps only if the sequence is still the same. An
 * invalidation first counts itself as under way, then moves the sequence, then
 * locks the entries of each page that it takes out.
 */
#ifndef PFH_CONTAINER_H
#define PFH_CONTAINER_H

#include <linux/atomic.h>
#include <linux/iommu.h>
#include <linux/mm.h>
#include <linux/mmu_notifier.h>
#include <linux/percpu.h>

#include "internal.h"

enum pfh_bit {
	PFH_MAPPED,
	PFH_WRITABLE, /* of those mapped */
	PFH_DIRTY,    /* was writable since dirty tracking looked last, and is not now */
	PFH_PINNED,   /* stays: its page is in the range's pages */
	PFH_NR_BITS,
	PFH_LOOSE = PFH_NR_BITS, /* to search for: mapped and not pinned */
};

#define PFH_OWN_BITS 2

/*
 * 64 pages of a range, no more than a cache line. Bits change under the lock of
 * the page's entries, by atomic operations, as other pages of the word may change
 * at the same time.
 */
struct pfh_chunk {
	unsigned long own[PFH_OWN_BITS]; /* the design's */
	unsigned long bits[PFH_NR_BITS];
};

/* Pages that a search passes at once where none had a bit: a large range is mostly untouched. */
#define PFH_BLOCK_PAGES 4096UL

/* [iova, iova + size) stands for [vaddr, vaddr + size). */
struct pfh_range {
	struct rb_node node; /* by iova; ranges do not overlap */
	dma_addr_t iova;
	unsigned long vaddr;
	size_t size;
	int prot;	   /* the most that a fault may get */
	bool wants_faults; /* unless its container has none */
	bool is_faultable; /* pages come by faults; else all are pinned, always */
	bool is_dying;	   /* is being unmapped: no fault brings a page any more */
	struct pfh_chunk *chunks;
	unsigned long *touched; /* of each PFH_BLOCK_PAGES: had a page any bit ever, or a claim? */
	struct list_head gone;	/* once it has left the tree */
	/* NULL until a page is pinned; under the container's lock */
	struct page **pages; /* of those pinned */
	u32 *nr_pins;	     /* by pfh_container_pin(); of a page that always is: not counted */
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
	bool is_joining; /* does not have yet all that is mapped */
	struct list_head members;
};

/* A claim or lock of pages, on the stack of who has it: what the design keeps for that. */
struct pfh_hold {
	u64 own[40];
};

/* Invalidations of a part of the address space. */
struct pfh_gate {
	atomic_t nr_active; /* between start and end */
	atomic_t seq;	    /* of starts */
};

#define PFH_NR_GATES 64
#define PFH_GATE_SHIFT 21

struct pfh_container {
	const struct pfh_design *design;
	struct mm_struct *mm; /* counted (structure, not users) */
	unsigned int premap_pages;
	unsigned long locked_limit; /* pages; 0: none */
	struct kref kref;
	struct pfh_container_stats __percpu *stats;
	struct mmu_notifier notifier;

	struct mutex state; /* the next group */
	bool has_iopf;	    /* under lock too */

	struct mutex lock;	  /* the next group */
	struct list_head devices; /* struct pfh_device */
	unsigned long nr_locked;  /* pages pinned for the devices */

	/* changed under lock and the design's begin_change() */
	struct rb_root ranges;
	struct list_head domains;

	struct mutex map_lock; /* inner to lock; for a design that has one lock for entries */

	bool is_tracking; /* dirty pages; written under lock, read with a page's entries locked */

	struct pfh_gate gates[PFH_NR_GATES];
	wait_queue_head_t invalidated;

	u64 own[]; /* the design's, zeroed: own_bytes of it */
};

#define pfh_count(container, member) this_cpu_inc((container)->stats->member)
#define pfh_count_more(container, member, nr) this_cpu_add((container)->stats->member, nr)

/* Consecutive pages of a range. */
struct pfh_span {
	struct pfh_range *range;
	unsigned long first; /* page index in the range */
	unsigned long nr;
};

static inline unsigned long pfh_range_pages(const struct pfh_range *range)
{
	return range->size >> PAGE_SHIFT;
}

static inline unsigned long pfh_range_index(const struct pfh_range *range, dma_addr_t iova)
{
	return (iova - range->iova) >> PAGE_SHIFT;
}

static inline dma_addr_t pfh_span_iova(const struct pfh_span *span)
{
	return span->range->iova + ((dma_addr_t)span->first << PAGE_SHIFT);
}

static inline unsigned long pfh_span_vaddr(const struct pfh_span *span)
{
	return span->range->vaddr + (span->first << PAGE_SHIFT);
}

static inline struct pfh_chunk *pfh_chunk(const struct pfh_range *range, unsigned long page)
{
	return &range->chunks[page / BITS_PER_LONG];
}

static inline bool pfh_page_is(const struct pfh_range *range, enum pfh_bit bit, unsigned long page)
{
	return test_bit(page % BITS_PER_LONG, &pfh_chunk(range, page)->bits[bit]);
}

static inline void pfh_touch(const struct pfh_range *range, unsigned long page)
{
	if (!test_bit(page / PFH_BLOCK_PAGES, range->touched))
		set_bit(page / PFH_BLOCK_PAGES, range->touched);
}

static inline void pfh_page_set(const struct pfh_range *range, enum pfh_bit bit, unsigned long page)
{
	pfh_touch(range, page);
	set_bit(page % BITS_PER_LONG, &pfh_chunk(range, page)->bits[bit]);
}

static inline void pfh_page_clear(const struct pfh_range *range, enum pfh_bit bit,
				  unsigned long page)
{
	clear_bit(page % BITS_PER_LONG, &pfh_chunk(range, page)->bits[bit]);
}

/* range.c */
bool pfh_is_page_range(u64 start, size_t size);
/* Who may look: a fault that has entered, a walk, or who holds the container's lock */
struct pfh_range *pfh_range_search(struct pfh_container *container, dma_addr_t iova);
struct pfh_range *pfh_range_first_from(struct pfh_container *container, dma_addr_t iova);
struct pfh_range *pfh_range_find(struct pfh_container *container, dma_addr_t iova);
struct pfh_range *pfh_range_next(struct pfh_container *container, const struct pfh_range *range);
void pfh_range_insert(struct pfh_container *container, struct pfh_range *range);
void pfh_range_erase(struct pfh_container *container, struct pfh_range *range);
/* @page, or the first page behind its block, if no page of that had a bit ever */
unsigned long pfh_skip_untouched(const struct pfh_range *range, unsigned long page);
struct pfh_range *pfh_range_alloc(dma_addr_t iova, unsigned long vaddr, size_t size, int prot);
void pfh_range_free(struct pfh_range *range);
unsigned long pfh_find_next(const struct pfh_range *range, enum pfh_bit bit, unsigned long first,
			    unsigned long end);
unsigned long pfh_find_next_zero(const struct pfh_range *range, enum pfh_bit bit,
				 unsigned long first, unsigned long end);

/* map.c: the entries of the span's pages are locked */
unsigned long pfh_batch_pages(struct pfh_container *container, const struct pfh_span *span,
			      unsigned long max);
long pfh_map_span(struct pfh_container *container, const struct pfh_span *span, int prot,
		  struct page **pages);
unsigned long pfh_unmap_span(struct pfh_container *container, const struct pfh_span *span,
			     enum pfh_bit bit);
int pfh_map_in(struct pfh_domain *domain, const struct pfh_span *page, phys_addr_t phys);
int pfh_protect_page(struct pfh_container *container, const struct pfh_span *page);

/* What has been written, and is to be told: bits of [iova, last]. */
struct pfh_dirty_report {
	dma_addr_t iova, last;
	unsigned long *bitmap;
};

/* dirty.c: the container's lock is held */
void pfh_report_gone(struct pfh_container *container, struct pfh_range *range,
		     const struct pfh_dirty_report *report);

/* gate.c */
void pfh_gates_init(struct pfh_container *container);
void pfh_gates_abandon(struct pfh_container *container);
unsigned int pfh_gates_wait(struct pfh_container *container, const struct pfh_span *span);
bool pfh_gates_moved(struct pfh_container *container, const struct pfh_span *span,
		     unsigned int seq);
void pfh_gates_close(struct pfh_container *container, unsigned long start, unsigned long end);
void pfh_gates_open(struct pfh_container *container, unsigned long start, unsigned long end);

/* What a pin is for. */
enum pfh_pin_for {
	PFH_PIN_READ,  /* until the page is mapped; then the notifier takes its place */
	PFH_PIN_WRITE, /* likewise */
	PFH_PIN_STAY,  /* for as long as its owner likes, with all that the range allows */
};

/* pin.c: may sleep */
long pfh_pin(struct pfh_container *container, const struct pfh_span *span, enum pfh_pin_for what,
	     struct page **pages);
int pfh_fill(struct pfh_container *container, const struct pfh_span *span);
void pfh_drop_pins(struct pfh_container *container, const struct pfh_span *span);

/* domain.c: the container's lock is held */
int pfh_domains_add(struct pfh_container *container, struct pfh_device *pdev);
void pfh_domains_remove(struct pfh_container *container, struct pfh_device *pdev);

/* mapping.c: the container's lock is held */
void pfh_unmap_all(struct pfh_container *container);
void pfh_convert_to_faults(struct pfh_container *container);
int pfh_convert_to_pinned(struct pfh_container *container);

/* notifier.c: may sleep */
extern const struct mmu_notifier_ops pfh_notifier_ops;
unsigned long pfh_invalidate(struct pfh_container *container, unsigned long start,
			     unsigned long end);

/* container.c */
void pfh_container_get(struct pfh_container *container);
void pfh_container_put(struct pfh_container *container);

#endif
