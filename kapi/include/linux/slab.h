/* SPDX-License-Identifier: GPL-2.0-only */
/* Changed: memory of the simulated machine; costs are flat (kernel.alloc, kernel.free); memory that
 * is not asked to be zero is filled with 0x5a, freed memory with 0x6b, and held back for a while;
 * failures can be injected (kapi/debug.h). Who allocates and frees is known by place. */
#ifndef _LINUX_SLAB_H
#define _LINUX_SLAB_H

#include <kapi/world.h>

#include <linux/gfp.h>
#include <linux/overflow.h>
#include <linux/types.h>

void *kapi_kmalloc(size_t size, gfp_t flags, const kapi_site_t *site);
void *kapi_kmalloc_array(size_t n, size_t size, gfp_t flags, const kapi_site_t *site);
void kapi_kfree(const void *ptr, const kapi_site_t *site);
void *kapi_kmemdup(const void *src, size_t len, gfp_t flags, const kapi_site_t *site);
char *kapi_kstrdup(const char *s, gfp_t flags, const kapi_site_t *site);
char *kasprintf(gfp_t flags, const char *fmt, ...) __attribute__((__format__(printf, 2, 3)));

#define kmalloc(size, flags) kapi_kmalloc((size), (flags), KAPI_SITE)
#define kzalloc(size, flags) kapi_kmalloc((size), (flags) | __GFP_ZERO, KAPI_SITE)
#define kmalloc_array(n, size, flags) kapi_kmalloc_array((n), (size), (flags), KAPI_SITE)
#define kcalloc(n, size, flags) kapi_kmalloc_array((n), (size), (flags) | __GFP_ZERO, KAPI_SITE)
#define kmemdup(src, len, flags) kapi_kmemdup((src), (len), (flags), KAPI_SITE)
#define kstrdup(s, flags) kapi_kstrdup((s), (flags), KAPI_SITE)
#define kfree(ptr) kapi_kfree((ptr), KAPI_SITE)

#define kvmalloc kmalloc
#define kvzalloc kzalloc
#define kvmalloc_array kmalloc_array
#define kvcalloc kcalloc
#define kvfree kfree

struct kmem_cache;
#define SLAB_HWCACHE_ALIGN 1u

struct kmem_cache *kmem_cache_create(const char *name, unsigned int size, unsigned int align,
				     unsigned int flags, void (*ctor)(void *));
void kmem_cache_destroy(struct kmem_cache *cache);
void *kapi_kmem_cache_alloc(struct kmem_cache *cache, gfp_t flags, const kapi_site_t *site);
void kapi_kmem_cache_free(struct kmem_cache *cache, void *ptr, const kapi_site_t *site);
#define kmem_cache_alloc(cache, flags) kapi_kmem_cache_alloc((cache), (flags), KAPI_SITE)
#define kmem_cache_free(cache, ptr) kapi_kmem_cache_free((cache), (ptr), KAPI_SITE)
#define kmem_cache_zalloc(cache, flags) kmem_cache_alloc(cache, (flags) | __GFP_ZERO)
#define KMEM_CACHE(struct_name, flags)                                                             \
	kmem_cache_create(#struct_name, sizeof(struct struct_name),                                \
			  __alignof__(struct struct_name), flags, NULL)

#endif
