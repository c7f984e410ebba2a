/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's behaviour of an array of pointers ordered by index, in nodes of 64 slots that are
 * freed after a grace period; nodes passed are charged. Left out: marks, multi-index entries, the
 * advanced interface. */
#ifndef _LINUX_XARRAY_H
#define _LINUX_XARRAY_H

#include <linux/bug.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/types.h>

struct xarray {
	spinlock_t xa_lock;
	gfp_t xa_flags;
	void *xa_head; /* a node, or NULL */
};

struct xa_limit {
	u32 max, min; /* both inside */
};

#define XA_LIMIT(min_, max_)                                                                       \
	(struct xa_limit)                                                                          \
	{                                                                                          \
		.min = (min_), .max = (max_)                                                       \
	}
#define xa_limit_32b XA_LIMIT(0, ~0u)
#define xa_limit_31b XA_LIMIT(0, 0x7fffffffu)
#define xa_limit_16b XA_LIMIT(0, 0xffffu)

#define XA_FLAGS_ALLOC 1u
#define XA_FLAGS_ALLOC1 3u /* from 1 */
#define XA_FLAGS_LOCK_IRQ 0u

typedef unsigned int xa_mark_t;
#define XA_PRESENT ((xa_mark_t)8u)

#define XARRAY_INIT(name, flags)                                                                   \
	{                                                                                          \
		.xa_lock = __SPIN_LOCK_UNLOCKED(name.xa_lock), .xa_flags = (flags),                \
	}
#define DEFINE_XARRAY_FLAGS(name, flags) struct xarray name = XARRAY_INIT(name, flags)
#define DEFINE_XARRAY(name) DEFINE_XARRAY_FLAGS(name, 0)
#define DEFINE_XARRAY_ALLOC(name) DEFINE_XARRAY_FLAGS(name, XA_FLAGS_ALLOC)
#define DEFINE_XARRAY_ALLOC1(name) DEFINE_XARRAY_FLAGS(name, XA_FLAGS_ALLOC1)

static inline void xa_init_flags(struct xarray *xa, gfp_t flags)
{
	spin_lock_init(&xa->xa_lock);
	xa->xa_flags = flags;
	xa->xa_head = NULL;
}

static inline void xa_init(struct xarray *xa)
{
	xa_init_flags(xa, 0);
}

/* Values 0 to LONG_MAX live in odd "pointers". */
static inline void *xa_mk_value(unsigned long v)
{
	return (void *)((v << 1) | 1);
}

static inline unsigned long xa_to_value(const void *entry)
{
	return (unsigned long)entry >> 1;
}

static inline bool xa_is_value(const void *entry)
{
	return (unsigned long)entry & 1;
}

/* What xa_store() and friends return instead of an old entry: -errno, marked. */
static inline void *kapi_xa_mk_err(int err)
{
	return (void *)(((unsigned long)(long)err << 2) | 2);
}

static inline bool xa_is_err(const void *entry)
{
	return ((unsigned long)entry & 3) == 2 && (long)entry < 0;
}

static inline int xa_err(const void *entry)
{
	return xa_is_err(entry) ? (int)((long)entry >> 2) : 0;
}

void *xa_load(struct xarray *xa, unsigned long index);
void *xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp);
void *xa_erase(struct xarray *xa, unsigned long index);
void *xa_cmpxchg(struct xarray *xa, unsigned long index, void *old, void *entry, gfp_t gfp);
/* 0; -EBUSY: occupied; -ENOMEM. */
int __must_check xa_insert(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp);
/* The lowest free index of @limit; 0; -EBUSY: none; -ENOMEM. */
int __must_check xa_alloc(struct xarray *xa, u32 *id, void *entry, struct xa_limit limit,
			  gfp_t gfp);
/* First entry at or above (_after: above) *index, up to @max. */
void *xa_find(struct xarray *xa, unsigned long *index, unsigned long max, xa_mark_t filter);
void *xa_find_after(struct xarray *xa, unsigned long *index, unsigned long max, xa_mark_t filter);
/* Frees the nodes, not what the entries point at. */
void xa_destroy(struct xarray *xa);

/* xa_lock is held by the caller, and dropped around an allocation that may sleep. */
void *__xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp);
void *__xa_erase(struct xarray *xa, unsigned long index);

static inline bool xa_empty(const struct xarray *xa)
{
	return !READ_ONCE(xa->xa_head);
}

#define xa_lock(xa) spin_lock(&(xa)->xa_lock)
#define xa_unlock(xa) spin_unlock(&(xa)->xa_lock)
#define xa_trylock(xa) spin_trylock(&(xa)->xa_lock)

#define xa_for_each_range(xa, index, entry, start, last)                                           \
	for (index = start, entry = xa_find(xa, &index, last, XA_PRESENT); entry;                  \
	     entry = xa_find_after(xa, &index, last, XA_PRESENT))
#define xa_for_each(xa, index, entry) xa_for_each_range(xa, index, entry, 0, ULONG_MAX)

#endif
