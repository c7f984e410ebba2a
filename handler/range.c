// SPDX-License-Identifier: GPL-2.0-only
/*
 * DMA ranges: a tree ordered by IOVA, without overlaps. A design may let it be
 * searched while it changes, so links are read and written whole.
 */
#include <linux/bitops.h>
#include <linux/overflow.h>
#include <linux/slab.h>

#include "design.h"

bool pfh_is_page_range(u64 start, size_t size)
{
	u64 last;

	if (!size || !PAGE_ALIGNED(start | size))
		return false;
	return !check_add_overflow(start, (u64)(size - 1), &last);
}

/* The range with the lowest address that ends above @iova, of the tree as it is. */
struct pfh_range *pfh_range_search(struct pfh_container *container, dma_addr_t iova)
{
	struct rb_node *node = READ_ONCE(container->ranges.rb_node);
	struct pfh_range *best = NULL;

	while (node) {
		struct pfh_range *range = rb_entry(node, struct pfh_range, node);

		if (range->iova + (range->size - 1) >= iova) {
			best = range;
			if (range->iova <= iova)
				break;
			node = READ_ONCE(node->rb_left);
		} else {
			node = READ_ONCE(node->rb_right);
		}
	}
	return best;
}

struct pfh_range *pfh_range_first_from(struct pfh_container *container, dma_addr_t iova)
{
	if (container->design->first_from)
		return container->design->first_from(container, iova);
	return pfh_range_search(container, iova);
}

struct pfh_range *pfh_range_find(struct pfh_container *container, dma_addr_t iova)
{
	struct pfh_range *range = pfh_range_first_from(container, iova);

	return range && range->iova <= iova ? range : NULL;
}

/* Also right if the tree has changed since @range was found. */
struct pfh_range *pfh_range_next(struct pfh_container *container, const struct pfh_range *range)
{
	dma_addr_t last = range->iova + (range->size - 1);

	return last + 1 ? pfh_range_first_from(container, last + 1) : NULL;
}

void pfh_range_insert(struct pfh_container *container, struct pfh_range *range)
{
	struct rb_node **link = &container->ranges.rb_node, *parent = NULL;

	while (*link) {
		struct pfh_range *other = rb_entry(*link, struct pfh_range, node);

		parent = *link;
		link = range->iova < other->iova ? &parent->rb_left : &parent->rb_right;
	}
	rb_link_node_rcu(&range->node, parent, link);
	rb_insert_color(&range->node, &container->ranges);
}

void pfh_range_erase(struct pfh_container *container, struct pfh_range *range)
{
	rb_erase(&range->node, &container->ranges);
}

struct pfh_range *pfh_range_alloc(dma_addr_t iova, unsigned long vaddr, size_t size, int prot)
{
	struct pfh_range *range = kzalloc(sizeof(*range), GFP_KERNEL);
	unsigned long nr = size >> PAGE_SHIFT;

	if (!range)
		return NULL;
	range->iova = iova;
	range->vaddr = vaddr;
	range->size = size;
	range->prot = prot;
	range->chunks = kvcalloc(BITS_TO_LONGS(nr), sizeof(*range->chunks), GFP_KERNEL);
	range->touched = kvcalloc(BITS_TO_LONGS(DIV_ROUND_UP(nr, PFH_BLOCK_PAGES)),
				  sizeof(*range->touched), GFP_KERNEL);
	if (range->chunks && range->touched)
		return range;
	pfh_range_free(range);
	return NULL;
}

void pfh_range_free(struct pfh_range *range)
{
	kvfree(range->touched);
	kvfree(range->chunks);
	kvfree(range->pages);
	kvfree(range->nr_pins);
	kfree(range);
}

/* --- bits of pages --- */

static unsigned long word_of(const struct pfh_chunk *chunk, enum pfh_bit bit)
{
	if (bit == PFH_LOOSE)
		return READ_ONCE(chunk->bits[PFH_MAPPED]) & ~READ_ONCE(chunk->bits[PFH_PINNED]);
	return READ_ONCE(chunk->bits[bit]);
}

/* Is a bit of @word set, from that of *@page on? Then *@page is its page, else the next word's. */
static bool find_in_word(unsigned long word, unsigned long *page)
{
	word &= ~0UL << *page % BITS_PER_LONG;
	*page -= *page % BITS_PER_LONG;
	*page += word ? __ffs(word) : BITS_PER_LONG;
	return word;
}

unsigned long pfh_skip_untouched(const struct pfh_range *range, unsigned long page)
{
	unsigned long nr_blocks = DIV_ROUND_UP(pfh_range_pages(range), PFH_BLOCK_PAGES);
	unsigned long block = page / PFH_BLOCK_PAGES;

	if (block >= nr_blocks || test_bit(block, range->touched))
		return page;
	return find_next_bit(range->touched, nr_blocks, block) * PFH_BLOCK_PAGES;
}

/* The first page of [first, end) whose @bit is set; @end: none. */
unsigned long pfh_find_next(const struct pfh_range *range, enum pfh_bit bit, unsigned long first,
			    unsigned long end)
{
	while (first < end) {
		first = pfh_skip_untouched(range, first);
		if (first < end && find_in_word(word_of(pfh_chunk(range, first), bit), &first))
			break;
	}
	return min(first, end);
}

/* The same, whose @bit is not set. */
unsigned long pfh_find_next_zero(const struct pfh_range *range, enum pfh_bit bit,
				 unsigned long first, unsigned long end)
{
	while (first < end && !find_in_word(~word_of(pfh_chunk(range, first), bit), &first))
		;
	return min(first, end);
}
