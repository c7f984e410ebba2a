// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sheaves: objects of a cache that are there before they are needed, for who may not wait then.
 * Since 7.2 the kernel's trees of areas take their nodes so.
 *
 * Left out: the sheaves of each CPU, from which an allocation without one takes too.
 */
#include <linux/slab.h>

#include "platform.h"

#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 2, 0)
struct slab_sheaf {
	unsigned int nr;
	void *objects[];
};

unsigned int kmem_cache_sheaf_size(struct slab_sheaf *sheaf)
{
	return sheaf->nr;
}

/* A sheaf of at least @nr objects, in place of the one at @sheaf, whose objects it takes over. */
int kmem_cache_refill_sheaf(struct kmem_cache *cache, gfp_t gfp, struct slab_sheaf **sheaf,
			    unsigned int nr)
{
	struct slab_sheaf *bigger = krealloc(*sheaf, struct_size(bigger, objects, nr), gfp);

	if (!bigger)
		return -ENOMEM;
	*sheaf = bigger;
	for (; bigger->nr < nr; bigger->nr++) {
		bigger->objects[bigger->nr] = kmem_cache_alloc_noprof(cache, gfp);
		if (!bigger->objects[bigger->nr])
			return -ENOMEM;
	}
	return 0;
}

void kmem_cache_return_sheaf(struct kmem_cache *cache, gfp_t gfp, struct slab_sheaf *sheaf)
{
	kmem_cache_free_bulk(cache, sheaf->nr, sheaf->objects);
	kfree(sheaf);
}

struct slab_sheaf *kmem_cache_prefill_sheaf(struct kmem_cache *cache, gfp_t gfp, unsigned int nr)
{
	struct slab_sheaf *sheaf = kzalloc(sizeof(*sheaf), gfp);

	if (!sheaf || !kmem_cache_refill_sheaf(cache, gfp, &sheaf, nr))
		return sheaf;
	kmem_cache_return_sheaf(cache, gfp, sheaf);
	return NULL;
}

/* NULL: it is empty. */
void *kmem_cache_alloc_from_sheaf_noprof(struct kmem_cache *cache, gfp_t gfp,
					 struct slab_sheaf *sheaf)
{
	return sheaf->nr ? sheaf->objects[--sheaf->nr] : NULL;
}
#endif
