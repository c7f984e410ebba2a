// SPDX-License-Identifier: GPL-2.0-only
/* The reference of walk_reference.h: slow, plain, and of one piece with nothing. */
#include "tests/models/walk_reference.h"

#define F_WALK_EABT 0x0b
#define F_TRANSLATION 0x10
#define F_ADDR_SIZE 0x11
#define F_ACCESS 0x12
#define F_PERMISSION 0x13

static bool bit(u64 word, u32 nr)
{
	return word / (1ULL << nr) % 2;
}

u64 ref_bytes_per_entry(u64 granule_bytes, u32 level)
{
	u64 bytes = granule_bytes;

	for (u32 l = 3; l > level; l--)
		bytes *= granule_bytes / 8;
	return bytes;
}

u32 ref_first_level(u64 granule_bytes, u64 region_bytes)
{
	u32 level = 3;

	while (ref_bytes_per_entry(granule_bytes, level) < region_bytes / (granule_bytes / 8))
		level--;
	return level;
}

bool ref_is_leaf_level(u64 granule_bytes, u32 level)
{
	switch (level) {
	case 3: /* pages */
	case 2: /* 2 MiB, 32 MiB, 512 MiB */
		return true;
	case 1: /* 1 GiB; nothing of 64 GiB; 4 TiB needs 52-bit addresses */
		return granule_bytes == 4096;
	default:
		return false;
	}
}

/* Little-endian, byte by byte; false: one of them cannot be read. */
static bool read_descriptor(const struct mem *mem, u64 pa, u64 *desc)
{
	u64 weight = 1;

	*desc = 0;
	for (u32 i = 0; i < 8; i++, weight *= 256) {
		u8 byte;

		if (mem_read(mem, pa + i, &byte, 1))
			return false;
		*desc += byte * weight;
	}
	return true;
}

/* What table descriptors on the way take away. */
struct limits {
	bool readonly, no_el0, uxn, pxn;
};

static void add_limits(const struct ref_context *c, bool is_high, u64 desc, struct limits *limits)
{
	if (c->had[is_high])
		return;
	limits->readonly |= bit(desc, 62);
	limits->uxn |= bit(desc, 60);
	limits->no_el0 |= bit(desc, 61) && !c->is_el2;
	limits->pxn |= bit(desc, 59) && !c->is_el2;
}

static bool is_permitted(const struct ref_context *c, const struct limits *above, u64 desc,
			 const struct ref_access *a)
{
	bool writable = !bit(desc, 7) && !above->readonly;
	bool user = bit(desc, 6) && !above->no_el0;
	bool uxn = bit(desc, 54) || above->uxn;
	bool pxn = bit(desc, 53) || above->pxn;
	bool is_fetch = a->is_instruction && !a->is_write;

	if (c->is_el2)
		return is_fetch ? !uxn && !(c->wxn && writable) : !a->is_write || writable;
	if (!a->is_privileged) {
		if (is_fetch)
			return !uxn && !(c->wxn && user && writable);
		return user && (!a->is_write || writable);
	}
	if (is_fetch)
		return !pxn && !(user && writable) && !(c->wxn && writable);
	return !(c->pan && user) && (!a->is_write || writable);
}

static struct ref_answer leaf(const struct ref_context *c, const struct limits *limits, u64 desc,
			      u64 out, u32 level, const struct ref_access *a)
{
	struct ref_answer answer = {.level = level};

	if (out >> c->ips_bits)
		answer.event = F_ADDR_SIZE;
	else if (!bit(desc, 10) && !c->affd)
		answer.event = F_ACCESS;
	else if (!is_permitted(c, limits, desc, a))
		answer.event = F_PERMISSION;
	else
		answer.pa = out;
	return answer;
}

/* @offset: from the start of the region. */
static struct ref_answer walk(const struct mem *mem, const struct ref_context *c, bool is_high,
			      u64 offset, u64 region, const struct ref_access *a)
{
	u64 granule = c->granule_bytes[is_high];
	u32 level = ref_first_level(granule, region);
	u64 entries = region / ref_bytes_per_entry(granule, level);
	u64 table = c->root[is_high] / (entries * 8) * (entries * 8);
	struct limits limits = {0};
	u64 low = 0;

	for (;; level++, entries = granule / 8) {
		u64 each = ref_bytes_per_entry(granule, level);
		u64 i = 0, step = entries, desc, out;

		/* the last entry that does not begin behind the address */
		for (; step; step /= 2) {
			while (i + step < entries && low + (i + step) * each <= offset)
				i += step;
		}
		low += i * each;
		if (!read_descriptor(mem, table + 8 * i, &desc))
			return (struct ref_answer){F_WALK_EABT, .fetch = table + 8 * i,
						   .level = level};
		out = desc % (1ULL << 48) / granule * granule;
		if (bit(desc, 0) && bit(desc, 1) && level < 3) {
			if (out >> c->ips_bits)
				return (struct ref_answer){F_ADDR_SIZE, .level = level};
			add_limits(c, is_high, desc, &limits);
			table = out;
			continue;
		}
		if (!bit(desc, 0) || bit(desc, 1) != (level == 3) ||
		    !ref_is_leaf_level(granule, level))
			return (struct ref_answer){F_TRANSLATION, .level = level};
		struct ref_answer answer = leaf(c, &limits, desc, out / each * each, level, a);
		if (!answer.event)
			answer.pa += offset - low;
		return answer;
	}
}

struct ref_answer ref_translate(const struct mem *mem, const struct ref_context *c,
				const struct ref_access *a)
{
	const struct ref_answer no_walk = {F_TRANSLATION, .level = REF_NO_LEVEL};
	bool is_high = bit(a->iova, 55);
	u64 va = a->iova, region = 1;

	if (c->tbi[is_high])
		va = a->iova % (1ULL << 56) + (is_high ? 255ULL << 56 : 0);
	if (c->epd[is_high])
		return no_walk;
	for (u64 i = c->tsz[is_high]; i < 64; i++)
		region *= 2;
	if (is_high ? va < 0 - region : va >= region)
		return no_walk;
	return walk(mem, c, is_high, is_high ? va - (0 - region) : va, region, a);
}
