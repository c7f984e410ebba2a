/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What lies in the physical address space beside RAM: doorbells, and regions whose
 * bytes somebody else keeps. Places do not overlap each other; they may hide RAM.
 */
#ifndef MODELS_MEM_PLACE_H
#define MODELS_MEM_PLACE_H

#include "models/mem/mem.h"
#include "sim/types.h"

#define MEM_MAX_PLACES 256

struct mem_place {
	pa_t pa;
	u64 bytes;
	/* one of the three says what it is */
	u8 *host;
	const struct mem_region_ops *ops;
	void (*ring)(void *opaque, u64 offset, u32 data);
	void *opaque;
};

struct mem_places {
	u32 count;
	struct mem_place place[MEM_MAX_PLACES];
};

/* Return: 0; -EINVAL if it overlaps another, is empty or wraps; -ENOMEM if there is no room. */
int mem_places_add(struct mem_places *places, const struct mem_place *place);

/* The place at @pa, or NULL. */
const struct mem_place *mem_places_find(const struct mem_places *places, pa_t pa);

/* How many of @bytes from @pa on, where no place is, have none either. */
u64 mem_places_gap(const struct mem_places *places, pa_t pa, u64 bytes);

/* Does a place touch [pa, pa + bytes)? */
bool mem_places_overlap(const struct mem_places *places, pa_t pa, u64 bytes);

/*
 * Accesses that lie within @place, at @offset from its first byte.
 * Return: 0, or -EFAULT if the owner of the region refuses.
 */
int mem_place_read(const struct mem_place *place, u64 offset, void *buf, size_t bytes);
int mem_place_write(const struct mem_place *place, u64 offset, const void *buf, size_t bytes);

/* As mem_cas64(); in one piece, also before other threads of the host. */
int mem_place_cas64(const struct mem_place *place, u64 offset, u64 *expected, u64 desired);

#endif
