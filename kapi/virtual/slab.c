// SPDX-License-Identifier: GPL-2.0-only
/*
 * kmalloc() and slab caches on the arena. What is allocated is counted, so that
 * a leak shows, and the nth allocation can be made to fail.
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
#include "sim/arena.h"

/* In front of each object; keeps the object's alignment of 16. */
struct slab_header {
	size_t size;
	u64 magic;
};

#define SLAB_MAGIC 0x6b6d616c6c6f6321ULL
#define SLAB_POISON 0x5a

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

void *kmalloc(size_t size, gfp_t flags)
{
	struct kapi_slab *slab = &kapi_state->slab;
	struct slab_header *header;

	might_sleep_if(gfpflags_allow_blocking(flags));
	sim_charge(kapi_state->params.alloc_ps);
	if (kapi_should_fail(flags) || size > SIZE_MAX / 2)
		return NULL;
	header = sim_alloc(sizeof(*header) + size);
	if (!header)
		return NULL;
	header->size = size;
	header->magic = SLAB_MAGIC;
	slab->nr_objects++;
	slab->bytes += size;
	if (!(flags & __GFP_ZERO))
		memset(header + 1, SLAB_POISON, size);
	return header + 1;
}

void kfree(const void *ptr)
{
	struct slab_header *header;

	if (!ptr)
		return;
	header = (struct slab_header *)ptr - 1;
	sim_charge(kapi_state->params.free_ps);
	BUG_ON(header->magic != SLAB_MAGIC);
	header->magic = 0;
	kapi_state->slab.nr_objects--;
	kapi_state->slab.bytes -= header->size;
	sim_free(header);
}

void *kmemdup(const void *src, size_t len, gfp_t flags)
{
	void *copy = kmalloc(len, flags);

	if (copy)
		memcpy(copy, src, len);
	return copy;
}

char *kstrdup(const char *s, gfp_t flags)
{
	return s ? kmemdup(s, strlen(s) + 1, flags) : NULL;
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

void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t flags)
{
	void *object = kmalloc(cache->size, flags);

	if (!object)
		return NULL;
	cache->nr_objects++;
	if (cache->ctor)
		cache->ctor(object);
	return object;
}

void kmem_cache_free(struct kmem_cache *cache, void *ptr)
{
	if (!ptr)
		return;
	cache->nr_objects--;
	kfree(ptr);
}

unsigned long *bitmap_zalloc(unsigned int nbits, gfp_t flags)
{
	return kcalloc(BITS_TO_LONGS((unsigned long)nbits), sizeof(long), flags);
}

void bitmap_free(const unsigned long *bitmap)
{
	kfree(bitmap);
}
