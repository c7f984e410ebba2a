// SPDX-License-Identifier: GPL-2.0-only
/*
 * kmalloc() and its kind: objects of powers of two, within pages of simulated RAM, so that each has
 * a physical address. A free object is filled with a pattern, and under a sanitizer nobody may
 * touch it; it comes back after 4096 others.
 *
 * Left out: per-CPU lists, slabs that are given back, everything that a cache's name is for.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "noprof.h"
#include "platform.h"

#define MIN_LG2 5
#define NR_CLASSES (PAGE_SHIFT - MIN_LG2)
#define FREED 0x6b
#define FRESH 0x5a

#ifdef __SANITIZE_ADDRESS__
#define QUARANTINE 4096
#else
#define QUARANTINE 0
#endif

struct kmem_cache {
	size_t size, align;
	void (*ctor)(void *object);
};

struct object {
	struct object *next;
};

/* Free objects of 2^(MIN_LG2 + class) bytes. */
static struct list {
	struct object *first, *last;
	unsigned long nr;
} lists[NR_CLASSES];

/*
 * What a page of RAM is to the slab allocator: the class of its objects + 1, or NR_CLASSES + 1 +
 * the order of a run of pages that is one object.
 */
static unsigned char *kind_of_page;

static unsigned long nr_objects;

unsigned long ksim_nr_objects(void)
{
	return nr_objects;
}

#define KIND_RUN (NR_CLASSES + 1)

void ksim_slab_init(void)
{
	kind_of_page = ksim_alloc(max_mapnr);
	if (!kind_of_page)
		ksim_die("no memory for slabs");
}

static unsigned char *kind_of(const void *p)
{
	return &kind_of_page[((unsigned long)p - ksim_ram_va) >> PAGE_SHIFT];
}

static unsigned int class_of(size_t size)
{
	return size <= 1UL << MIN_LG2 ? 0 : fls64(size - 1) - MIN_LG2;
}

static size_t class_bytes(unsigned int class)
{
	return 1UL << (MIN_LG2 + class);
}

/* The link of a free object, which nobody else may read. */
static struct object *next_of(struct object *object)
{
	struct object *next;

	ksim_unpoison(object, sizeof(*object));
	next = object->next;
	ksim_poison(object, sizeof(*object));
	return next;
}

static void link_to(struct object *object, struct object *next)
{
	ksim_unpoison(object, sizeof(*object));
	object->next = next;
	ksim_poison(object, sizeof(*object));
}

/* The object that was freed last is taken first, as SLUB does; under a sanitizer last. */
static void list_put(struct list *list, struct object *object)
{
	ksim_poison(object, class_bytes(list - lists));
	list->nr++;
	if (list->first && QUARANTINE) {
		link_to(object, NULL);
		link_to(list->last, object);
		list->last = object;
		return;
	}
	link_to(object, list->first);
	if (!list->first)
		list->last = object;
	list->first = object;
}

static void *list_take(struct list *list)
{
	struct object *object = list->first;

	list->first = next_of(object);
	list->nr--;
	ksim_unpoison(object, class_bytes(list - lists));
	return object;
}

static bool refill(unsigned int class)
{
	struct page *page = ksim_pages_get(0, 0);
	size_t bytes = class_bytes(class), at;
	char *address;

	if (!page)
		return false;
	address = page_address(page);
	*kind_of(address) = class + 1;
	for (at = PAGE_SIZE; at; at -= bytes)
		list_put(&lists[class], (struct object *)(address + at - bytes));
	return true;
}

static void *alloc_run(size_t size, gfp_t gfp)
{
	unsigned int order = get_order(size);
	struct page *page = ksim_pages_get(gfp, order);

	if (!page)
		return NULL;
	nr_objects++;
	*kind_of(page_address(page)) = KIND_RUN + order;
	return page_address(page);
}

static void *alloc(size_t size, gfp_t gfp)
{
	unsigned int class = class_of(size);
	void *p;

	ksim_charge(KSIM_COST_ALLOC);
	if (class >= NR_CLASSES)
		return alloc_run(size, gfp);
	if (lists[class].nr <= QUARANTINE && !refill(class))
		return NULL;
	nr_objects++;
	p = list_take(&lists[class]);
	memset(p, gfp & __GFP_ZERO ? 0 : FRESH, class_bytes(class));
	/* What is beyond was not asked for. */
	ksim_poison(p + ALIGN(size, 8), class_bytes(class) - ALIGN(size, 8));
	return p;
}

size_t ksize(const void *p)
{
	unsigned char kind = *kind_of(p);

	return kind < KIND_RUN ? class_bytes(kind - 1) : PAGE_SIZE << (kind - KIND_RUN);
}

void kfree(const void *p)
{
	unsigned char *kind;

	if (ZERO_OR_NULL_PTR(p))
		return;
	ksim_charge(KSIM_COST_FREE);
	kind = kind_of(p);
	if (!*kind)
		ksim_die("kfree() of what kmalloc() has not given");
	nr_objects--;
	if (*kind >= KIND_RUN) {
		ksim_pages_put(virt_to_page(p), *kind - KIND_RUN);
		*kind = 0;
		return;
	}
	/* Freed twice, a sanitizer says here who did. */
	*(volatile char *)p = FREED;
	ksim_unpoison(p, ksize(p));
	memset((void *)p, FREED, ksize(p));
	list_put(&lists[*kind - 1], (void *)p);
}

void *__kmalloc(size_t size, gfp_t gfp)
{
	return size ? alloc(size, gfp) : ZERO_SIZE_PTR;
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 10, 0)
/* Since 7.2 callers also say what the object is for. */
#ifndef DECL_KMALLOC_PARAMS
#define DECL_KMALLOC_PARAMS(size, buckets, token) DECL_BUCKET_PARAMS(size, buckets)
#endif
kmem_buckets kmalloc_caches[NR_KMALLOC_TYPES];

void *__kmalloc_node_noprof(DECL_KMALLOC_PARAMS(size, b, token), gfp_t gfp, int node)
{
	return alloc(size, gfp);
}

void *__kmalloc_node_track_caller(DECL_KMALLOC_PARAMS(size, b, token), gfp_t gfp, int node,
				  unsigned long caller)
{
	return alloc(size, gfp);
}

kmem_buckets *kmem_buckets_create(const char *name, slab_flags_t flags, unsigned int offset,
				  unsigned int size, void (*ctor)(void *))
{
	return NULL;
}

size_t kmalloc_size_roundup(size_t size)
{
	unsigned int class = class_of(size);

	return class < NR_CLASSES ? class_bytes(class) : PAGE_SIZE << get_order(size);
}
#else
struct kmem_cache *kmalloc_caches[NR_KMALLOC_TYPES][KMALLOC_SHIFT_HIGH + 1];

void *__kmalloc_node(size_t size, gfp_t gfp, int node)
{
	return alloc(size, gfp);
}

void *__kmalloc_node_track_caller(size_t size, gfp_t gfp, int node, unsigned long caller)
{
	return alloc(size, gfp);
}
#endif

void *kmalloc_trace(struct kmem_cache *cache, gfp_t gfp, size_t size)
{
	return alloc(size, gfp);
}

void *kmalloc_node_trace(struct kmem_cache *cache, gfp_t gfp, int node, size_t size)
{
	return alloc(size, gfp);
}

void *kmalloc_large(size_t size, gfp_t gfp)
{
	return alloc(size, gfp);
}

static void *resize(const void *p, size_t size, gfp_t gfp)
{
	void *bigger = alloc(size, gfp);

	if (bigger && !ZERO_OR_NULL_PTR(p)) {
		size_t was = ksize(p);

		ksim_unpoison(p, was);
		memcpy(bigger, p, min(size, was));
		kfree(p);
	}
	return bigger;
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 2, 0)
void *krealloc_node_align_noprof(const void *p, DECL_TOKEN_PARAMS(size, token), unsigned long align,
				 gfp_t gfp, int node)
#else
void *krealloc(const void *p, size_t size, gfp_t gfp)
#endif
{
	return resize(p, size, gfp);
}

/* --- caches --- */

static struct kmem_cache *cache_make(size_t size, size_t align, void (*ctor)(void *))
{
	struct kmem_cache *cache = alloc(sizeof(*cache), GFP_KERNEL);

	if (!cache)
		return NULL;
	/* Objects are aligned to their class. */
	*cache = (struct kmem_cache){.size = max(size, align), .align = align, .ctor = ctor};
	return cache;
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
struct kmem_cache *__kmem_cache_create_args(const char *name, unsigned int size,
					    struct kmem_cache_args *args, slab_flags_t flags)
{
	return cache_make(size, args->align, args->ctor);
}
#else
struct kmem_cache *kmem_cache_create(const char *name, unsigned int size, unsigned int align,
				     slab_flags_t flags, void (*ctor)(void *))
{
	return cache_make(size, align, ctor);
}

struct kmem_cache *kmem_cache_create_usercopy(const char *name, unsigned int size,
					      unsigned int align, slab_flags_t flags,
					      unsigned int offset, unsigned int bytes,
					      void (*ctor)(void *))
{
	return cache_make(size, align, ctor);
}
#endif

void kmem_cache_destroy(struct kmem_cache *cache)
{
	kfree(cache);
}

void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t gfp)
{
	void *p = alloc(cache->size, gfp);

	if (p && cache->ctor)
		cache->ctor(p);
	return p;
}

void *kmem_cache_alloc_lru(struct kmem_cache *cache, struct list_lru *lru, gfp_t gfp)
{
	return kmem_cache_alloc(cache, gfp);
}

void *kmem_cache_alloc_node(struct kmem_cache *cache, gfp_t gfp, int node)
{
	return kmem_cache_alloc(cache, gfp);
}

void kmem_cache_free(struct kmem_cache *cache, void *p)
{
	kfree(p);
}

void kmem_cache_free_bulk(struct kmem_cache *cache, size_t nr, void **p)
{
	while (nr--)
		kfree(p[nr]);
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 2, 0)
bool kmem_cache_alloc_bulk(struct kmem_cache *cache, gfp_t gfp, size_t nr, void **p)
#else
int kmem_cache_alloc_bulk(struct kmem_cache *cache, gfp_t gfp, size_t nr, void **p)
#endif
{
	size_t i;

	for (i = 0; i < nr; i++)
		p[i] = kmem_cache_alloc(cache, gfp);
	return nr;
}

/* --- virtually contiguous memory is physically contiguous too --- */

void *vmalloc(unsigned long size)
{
	return alloc(size, GFP_KERNEL);
}

void *vzalloc(unsigned long size)
{
	return alloc(size, GFP_KERNEL | __GFP_ZERO);
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 2, 0)
void *__kvmalloc_node_noprof(DECL_KMALLOC_PARAMS(size, b, token), unsigned long align, gfp_t gfp,
			     int node)
{
	return alloc(size, gfp);
}

void kvfree(const void *p)
{
	kfree(p);
}
#endif

void vfree(const void *p)
{
	kfree(p);
}

bool is_vmalloc_addr(const void *p)
{
	return false;
}
