// SPDX-License-Identifier: GPL-2.0-only
/* DMA ranges: a tree ordered by IOVA, without overlaps. */
#include <linux/bitmap.h>
#include <linux/slab.h>

#include "container.h"

/* The range with the lowest address that ends above @iova. */
struct pfh_range *pfh_range_first_from(struct pfh_container *container, dma_addr_t iova)
{
	struct rb_node *node = container->ranges.rb_node;
	struct pfh_range *best = NULL;

	while (node) {
		struct pfh_range *range = rb_entry(node, struct pfh_range, node);

		if (range->iova + (range->size - 1) >= iova) {
			best = range;
			node = node->rb_left;
		} else {
			node = node->rb_right;
		}
	}
	return best;
}

struct pfh_range *pfh_range_find(struct pfh_container *container, dma_addr_t iova)
{
	struct rb_node *node = container->ranges.rb_node;

	while (node) {
		struct pfh_range *range = rb_entry(node, struct pfh_range, node);

		if (iova < range->iova)
			node = node->rb_left;
		else if (iova - range->iova >= range->size)
			node = node->rb_right;
		else
			return range;
	}
	return NULL;
}

struct pfh_range *pfh_range_next(struct pfh_range *range)
{
	struct rb_node *node = rb_next(&range->node);

	return node ? rb_entry(node, struct pfh_range, node) : NULL;
}

void pfh_range_insert(struct pfh_container *container, struct pfh_range *range)
{
	struct rb_node **link = &container->ranges.rb_node, *parent = NULL;

	while (*link) {
		struct pfh_range *other = rb_entry(*link, struct pfh_range, node);

		parent = *link;
		link = range->iova < other->iova ? &parent->rb_left : &parent->rb_right;
	}
	rb_link_node(&range->node, parent, link);
	rb_insert_color(&range->node, &container->ranges);
}

void pfh_range_erase(struct pfh_container *container, struct pfh_range *range)
{
	rb_erase(&range->node, &container->ranges);
}

struct pfh_range *pfh_range_alloc(dma_addr_t iova, unsigned long vaddr, size_t size, int prot)
{
	struct pfh_range *range = kmalloc(sizeof(*range), GFP_KERNEL);
	size_t nr_longs = BITS_TO_LONGS(size >> PAGE_SHIFT);

	if (!range)
		return NULL;
	*range = (struct pfh_range){
		.iova = iova,
		.vaddr = vaddr,
		.size = size,
		.prot = prot,
	};
	range->mapped = kvcalloc(nr_longs, sizeof(long), GFP_KERNEL);
	range->writable = kvcalloc(nr_longs, sizeof(long), GFP_KERNEL);
	if (range->mapped && range->writable)
		return range;
	pfh_range_free(range);
	return NULL;
}

void pfh_range_free(struct pfh_range *range)
{
	kvfree(range->mapped);
	kvfree(range->writable);
	kvfree(range->pages);
	kfree(range);
}
