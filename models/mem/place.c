// SPDX-License-Identifier: GPL-2.0-only
/*
 * Places of the physical address space that are not RAM: a table that is searched
 * from its beginning, and accesses to what was found.
 */
#include "models/mem/place.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "models/common/bits.h"

/* --- where they are --- */

bool mem_places_overlap(const struct mem_places *places, pa_t pa, u64 bytes)
{
	for (u32 i = 0; i < places->count; i++) {
		const struct mem_place *place = &places->place[i];

		if (pa < place->pa + place->bytes && place->pa < pa + bytes)
			return true;
	}
	return false;
}

int mem_places_add(struct mem_places *places, const struct mem_place *place)
{
	if (!place->bytes || place->pa + place->bytes < place->pa ||
	    mem_places_overlap(places, place->pa, place->bytes))
		return -EINVAL;
	if (places->count == MEM_MAX_PLACES)
		return -ENOMEM;
	places->place[places->count++] = *place;
	return 0;
}

const struct mem_place *mem_places_find(const struct mem_places *places, pa_t pa)
{
	for (u32 i = 0; i < places->count; i++) {
		if (pa - places->place[i].pa < places->place[i].bytes)
			return &places->place[i];
	}
	return NULL;
}

u64 mem_places_gap(const struct mem_places *places, pa_t pa, u64 bytes)
{
	for (u32 i = 0; i < places->count; i++) {
		if (places->place[i].pa > pa)
			bytes = min_u64(bytes, places->place[i].pa - pa);
	}
	return bytes;
}

/* --- doorbells --- */

static void ring(const struct mem_place *place, u64 offset, const u8 *from, size_t bytes)
{
	while (bytes) {
		size_t piece = bytes < 4 ? bytes : 4;
		u8 word[4] = {0};

		memcpy(word, from, piece);
		place->ring(place->opaque, offset, le32_load(word));
		offset += piece;
		from += piece;
		bytes -= piece;
	}
}

/* --- accesses --- */

int mem_place_read(const struct mem_place *place, u64 offset, void *buf, size_t bytes)
{
	if (place->ops)
		return place->ops->read(place->opaque, offset, buf, bytes) ? -EFAULT : 0;
	if (place->host)
		memcpy(buf, place->host + offset, bytes);
	else
		memset(buf, 0, bytes);
	return 0;
}

int mem_place_write(const struct mem_place *place, u64 offset, const void *buf, size_t bytes)
{
	if (place->ops)
		return place->ops->write(place->opaque, offset, buf, bytes) ? -EFAULT : 0;
	if (place->host)
		memcpy(place->host + offset, buf, bytes);
	else
		ring(place, offset, buf, bytes);
	return 0;
}

static int place_cas64_unlocked(const struct mem_place *place, u64 offset, u64 *expected,
				u64 desired)
{
	u8 word[8];
	u64 found;
	int err = mem_place_read(place, offset, word, sizeof(word));

	if (err)
		return err;
	found = le64_load(word);
	if (found != *expected) {
		*expected = found;
		return 0;
	}
	le64_store(word, desired);
	return mem_place_write(place, offset, word, sizeof(word));
}

static void host_cas64(u8 *word, u64 *expected, u64 desired)
{
	u64 found, stored;

	le64_store(&found, *expected);
	le64_store(&stored, desired);
	__atomic_compare_exchange_n((u64 *)(void *)word, &found, stored, false, __ATOMIC_SEQ_CST,
				    __ATOMIC_SEQ_CST);
	*expected = le64_load(&found);
}

int mem_place_cas64(const struct mem_place *place, u64 offset, u64 *expected, u64 desired)
{
	if (place->ops && place->ops->cas64)
		return place->ops->cas64(place->opaque, offset, expected, desired) ? -EFAULT : 0;
	if (!place->host || (uintptr_t)(place->host + offset) % sizeof(u64))
		return place_cas64_unlocked(place, offset, expected, desired);
	host_cas64(place->host + offset, expected, desired);
	return 0;
}
