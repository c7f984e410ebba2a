// SPDX-License-Identifier: GPL-2.0-only
/*
 * kmalloc() and slab caches on the arena. What is allocated is counted, so that
 * a leak shows, and the nth allocation can be made to fail. What is freed is held
 * back for a while: slab_check.c.
 *
 * Left out: the slab allocator's own contention (per-CPU slabs, remote frees).
 */
#include <linux/kernel.h>
#include <linux/slab.h>

#include <linux/bitmap.h>
#include <linux/bug.h>
#include <linux/string.h>

#include <stdarg.h>

#include "kapi/debug.h"
#include "kapi/internal.h"
#include "kapi/virtual/slab.h"
#include "sim/arena.h"
#include "sim/dist.h"

bool kapi_should_fail(gfp_t flags)
{
	struct kapi_slab *slab = &kapi_state->slab;

	if (!slab->fail_nth || flags & __GFP_NOFAIL)
		return false;
	return --slab->fail_nth == 0;
}

void kapi_fail_nth(u64 nth)
{
	kapi_state->slab.fail_nth = nth;
}

u64 kapi_fail_nth_left(void)
{
	return kapi_state->slab.fail_nth;
}

u64 kapi_slab_objects(void)
{
	return kapi_state->slab.nr_objects;
}

u64 kapi_slab_bytes(void)
{
	return kapi_state->slab.bytes;
}

/* --- objects --- */

static void link_live(struct kapi_slab *slab, struct slab_header *header)
{
	header->serial = slab->next_serial++;
	header->prev = NULL;
	header->next = slab->live;
	if (header->next)
		header->next->prev = header;
	slab->live = header;
	slab->nr_objects++;
	slab->bytes += header->size;
}

static void unlink_live(struct kapi_slab *slab, struct slab_header *header)
{
	if (header->prev)
		header->prev->next = header->next;
	else
		slab->live = header->next;
	if (header->next)
		header->next->prev = header->prev;
	slab->nr_objects--;
	slab->bytes -= header->size;
}

void *kapi_kmalloc(size_t size, gfp_t flags, const kapi_site_t *site)
{
	struct slab_header *header;

	if (gfpflags_allow_blocking(flags))
		kapi_might_sleep(site);
	sim_charge_cost(kapi_state->params.alloc_ps);
	if (kapi_should_fail(flags) || size > SIZE_MAX / 2)
		return NULL;
	header = sim_alloc(sizeof(*header) + size);
	if (!header)
		return NULL;
	header->size = size;
	header->magic = SLAB_MAGIC;
	header->site = site;
	link_live(&kapi_state->slab, header);
	if (!(flags & __GFP_ZERO))
		memset(header + 1, SLAB_POISON, size);
	sim_object_allocated(header + 1, size);
	return header + 1;
}

void *kapi_kmalloc_array(size_t n, size_t size, gfp_t flags, const kapi_site_t *site)
{
	size_t bytes;

	return check_mul_overflow(n, size, &bytes) ? NULL : kapi_kmalloc(bytes, flags, site);
}

void kapi_kfree(const void *ptr, const kapi_site_t *site)
{
	struct slab_header *header;

	if (!ptr)
		return;
	header = (struct slab_header *)ptr - 1;
	sim_charge_cost(kapi_state->params.free_ps);
	if (kapi_slab_is_freed(header, site))
		return;
	BUG_ON(header->magic != SLAB_MAGIC);
	unlink_live(&kapi_state->slab, header);
	sim_object_freed(ptr, header->size);
	kapi_words_forget(ptr, header->size);
	kapi_slab_hold_back(header, site);
}

void *kapi_kmemdup(const void *src, size_t len, gfp_t flags, const kapi_site_t *site)
{
	void *copy = kapi_kmalloc(len, flags, site);

	if (copy)
		memcpy(copy, src, len);
	return copy;
}

char *kapi_kstrdup(const char *s, gfp_t flags, const kapi_site_t *site)
{
	return s ? kapi_kmemdup(s, strlen(s) + 1, flags, site) : NULL;
}

char *kasprintf(gfp_t flags, const char *fmt, ...)
{
	va_list args;
	char *text;
	int len;

	va_start(args, fmt);
	len = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	text = kmalloc(len + 1, flags);
	if (!text)
		return NULL;
	va_start(args, fmt);
	vsnprintf(text, len + 1, fmt, args);
	va_end(args);
	return text;
}

struct kmem_cache {
	const char *name;
	unsigned int size;
	void (*ctor)(void *object);
	u64 nr_objects;
};

struct kmem_cache *kmem_cache_create(const char *name, unsigned int size, unsigned int align,
				     unsigned int flags, void (*ctor)(void *))
{
	struct kmem_cache *cache = kzalloc(sizeof(*cache), GFP_KERNEL);

	if (!cache)
		return NULL;
	cache->name = name;
	cache->size = size;
	cache->ctor = ctor;
	return cache;
}

void kmem_cache_destroy(struct kmem_cache *cache)
{
	if (!cache)
		return;
	WARN(cache->nr_objects, "kmem_cache %s: %llu objects remain", cache->name,
	     cache->nr_objects);
	kfree(cache);
}

void *kapi_kmem_cache_alloc(struct kmem_cache *cache, gfp_t flags, const kapi_site_t *site)
{
	void *object = kapi_kmalloc(cache->size, flags, site);

	if (!object)
		return NULL;
	cache->nr_objects++;
	if (cache->ctor)
		cache->ctor(object);
	return object;
}

void kapi_kmem_cache_free(struct kmem_cache *cache, void *ptr, const kapi_site_t *site)
{
	if (!ptr)
		return;
	cache->nr_objects--;
	kapi_kfree(ptr, site);
}

unsigned long *bitmap_zalloc(unsigned int nbits, gfp_t flags)
{
	return kcalloc(BITS_TO_LONGS((unsigned long)nbits), sizeof(long), flags);
}

void bitmap_free(const unsigned long *bitmap)
{
	kfree(bitmap);
}
