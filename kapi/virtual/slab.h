/* SPDX-License-Identifier: GPL-2.0-only */
/* An object as its allocator sees it. */
#ifndef KAPI_VIRTUAL_SLAB_H
#define KAPI_VIRTUAL_SLAB_H

#include "kapi/internal.h"

#define SLAB_MAGIC 0x6b6d616c6c6f6321ULL
#define SLAB_FREED 0x6672656564216b6bULL
#define SLAB_POISON 0x5a
#define SLAB_POISON_FREED 0x6b

/* In front of each object, which begins on a line of its own. */
struct slab_header {
	size_t size;
	u64 magic;
	u64 serial;
	const kapi_site_t *site, *freed_site; /* where it was allocated, and freed */
	u64 freed_ps;
	char freed_by[SIM_THREAD_NAME_BYTES];
	/* among the live ones; or next only, of those that were freed later */
	struct slab_header *next, *prev;
} __attribute__((aligned(64)));

/** kapi_slab_is_freed() - a defect, if @header is of an object that is held back. */
bool kapi_slab_is_freed(const struct slab_header *header, const kapi_site_t *site);

/** kapi_slab_hold_back() - it is freed: give it back to the arena when 64 KiB have followed. */
void kapi_slab_hold_back(struct slab_header *header, const kapi_site_t *site);

#endif
