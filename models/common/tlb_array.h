/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A set-associative array of tagged entries: TLBs, walk caches, configuration
 * caches. The array knows tags; what an entry holds is the owner's.
 *
 * Glossary: an entry covers 2^lg2 addresses of one context. The tag is
 * (address, lg2, context); its set is picked by the address in units of the
 * entry's own size, so an entry is where a lookup or an invalidation of that
 * size looks for it. Sizes that are present are counted, so that a lookup
 * probes those only. No two entries have the same tag.
 *
 * Replacement: an empty way if the set has one, else round robin unless
 * tlb_array_set_replacement() says otherwise.
 *
 * Arrays of many ways carry a hash index, so that a fully associative array
 * costs the host no scan.
 */
#ifndef MODELS_COMMON_TLB_ARRAY_H
#define MODELS_COMMON_TLB_ARRAY_H

#include "models/common/bits.h"
#include "sim/rng.h"

#define TLB_NONE (~0U)
#define TLB_MIN_LG2 6
/* With more ways than this there is an index. */
#define TLB_SCAN_WAYS 8

/* The low 6 bits of tag.address hold lg2, which is never 0: 0 is an empty entry. */
struct tlb_tag {
	u64 address;
	u64 context;
};

enum tlb_replacement {
	TLB_ROUND_ROBIN,
	TLB_LRU, /* least recently used: found or inserted */
	TLB_RANDOM,
};

struct tlb_array {
	u32 nr_entries, nr_sets, nr_ways;
	u32 set_mask;	    /* nr_sets - 1 if that is a mask, else 0 */
	u64 set_reciprocal; /* 2^64 / nr_sets, rounded up */
	u32 entry_bytes;
	u32 nr_valid;
	u64 sizes; /* bit lg2: nr_of_size[lg2] is not 0 */
	u32 nr_of_size[64];
	u32 last; /* entry found or inserted last */
	struct tlb_tag *tags;
	u8 *entries;
	u32 *victim; /* of each set */
	enum tlb_replacement replacement;
	u64 *used; /* LRU: when each entry was used last, by clock; else NULL */
	u64 clock;
	struct sim_rng rng; /* RANDOM */
	/* chains of entries by hash, TLB_NONE ends one; NULL without index */
	u32 *bucket, *chain;
	u32 bucket_mask;
};

/**
 * tlb_array_init() - set up an empty array, memory from the arena
 * @nr_entries: 0 makes an array that never holds anything
 * @nr_ways: divides @nr_entries; ignored if that is 0
 * @entry_bytes: size of the owner's part of an entry
 *
 * Return: 0; -EINVAL if @nr_ways does not divide; -ENOMEM.
 */
int tlb_array_init(struct tlb_array *array, u32 nr_entries, u32 nr_ways, u32 entry_bytes);

/**
 * tlb_array_set_replacement() - how a way is chosen; the array is empty
 * @stream: RANDOM: name of the random stream, of the machine's seed
 *
 * Return: 0; -ENOMEM.
 */
int tlb_array_set_replacement(struct tlb_array *array, enum tlb_replacement replacement,
			      const char *stream);

/** tlb_array_finish() - give the memory back; zeroed arrays are accepted. */
void tlb_array_finish(struct tlb_array *array);

/**
 * tlb_array_insert() - make room for an entry
 * @address: any within the entry
 * @lg2: TLB_MIN_LG2 to 63
 * Evicts if it must; an entry of the same tag is reused.
 *
 * Return: the entry's number, TLB_NONE if the array has no entries at all.
 */
u32 tlb_array_insert(struct tlb_array *array, u64 address, u32 lg2, u64 context);

/** tlb_array_insert_new() - the same when a lookup has just missed: the tag is not there. */
u32 tlb_array_insert_new(struct tlb_array *array, u64 address, u32 lg2, u64 context);

/** tlb_array_drop() - empty entry @number. */
void tlb_array_drop(struct tlb_array *array, u32 number);

/** tlb_array_clear() - empty all. */
void tlb_array_clear(struct tlb_array *array);

/* --- inline: the path of every access --- */

static inline void *tlb_array_entry(const struct tlb_array *array, u32 number)
{
	return array->entries + (u64)number * array->entry_bytes;
}

static inline bool tlb_array_is_valid(const struct tlb_array *array, u32 number)
{
	return array->tags[number].address != 0;
}

static inline u32 tlb_tag_lg2(const struct tlb_tag *tag)
{
	return tag->address & 63;
}

/* First address that the entry covers. */
static inline u64 tlb_tag_base(const struct tlb_tag *tag)
{
	return tag->address & ~63ULL;
}

static inline u64 tlb_tag_make(u64 address, u32 lg2)
{
	return (address & ~lg2_mask(lg2)) | lg2;
}

static inline u32 tlb_array_set(const struct tlb_array *array, u64 address, u32 lg2)
{
	u32 unit = (u32)(address >> lg2);

	if (array->set_mask || array->nr_sets == 1)
		return unit & array->set_mask;
	/* unit modulo nr_sets, without a division: exact for 32 bits (Lemire 2019) */
	return (u32)(((unsigned __int128)(array->set_reciprocal * unit) * array->nr_sets) >> 64);
}

static inline u32 tlb_array_bucket(const struct tlb_array *array, u64 tag_address, u64 context)
{
	u64 mix = (tag_address ^ (context << 1)) * 0x9e3779b97f4a7c15ULL;

	return (mix >> 40) & array->bucket_mask;
}

/* Entry @number is the one that is used now. */
static inline void tlb_array_touch(struct tlb_array *array, u32 number)
{
	array->last = number;
	if (__builtin_expect(array->used != NULL, 0))
		array->used[number] = ++array->clock;
}

/** tlb_array_find() - entry of exactly this tag, or TLB_NONE. */
static inline u32 tlb_array_find(struct tlb_array *array, u64 address, u32 lg2, u64 context)
{
	u64 wanted = tlb_tag_make(address, lg2);
	u32 number, found;

	if (!array->nr_valid)
		return TLB_NONE;
	if (array->bucket) {
		number = array->bucket[tlb_array_bucket(array, wanted, context)];
		while (number != TLB_NONE && (array->tags[number].address != wanted ||
					      array->tags[number].context != context))
			number = array->chain[number];
		if (number != TLB_NONE)
			tlb_array_touch(array, number);
		return number;
	}
	/* Which way it is cannot be foreseen, so the ways are looked at without a branch. */
	found = TLB_NONE;
	number = tlb_array_set(array, address, lg2) * array->nr_ways;
	for (u32 way = 0; way < array->nr_ways; way++, number++) {
		const struct tlb_tag *tag = &array->tags[number];
		bool is_it = !((tag->address ^ wanted) | (tag->context ^ context));

		found = is_it ? number : found;
	}
	if (found != TLB_NONE)
		tlb_array_touch(array, found);
	return found;
}

/**
 * tlb_array_lookup() - entry of @context that covers @address, or TLB_NONE
 * Small entries are preferred; they do not overlap unless software made them.
 */
static inline u32 tlb_array_lookup(struct tlb_array *array, u64 address, u64 context)
{
	for (u64 sizes = array->sizes; sizes; sizes &= sizes - 1) {
		u32 number = tlb_array_find(array, address, (u32)__builtin_ctzll(sizes), context);

		if (number != TLB_NONE)
			return number;
	}
	return TLB_NONE;
}

/** tlb_array_last_covers() - is @address in the entry found last? The cheapest lookup. */
static inline bool tlb_array_last_covers(const struct tlb_array *array, u64 address, u64 context)
{
	const struct tlb_tag *tag = &array->tags[array->last];
	u32 lg2 = tlb_tag_lg2(tag);

	/* An empty tag has lg2 0 and would need an address of 0 mod 64 equal to 0. */
	return lg2 && tag->context == context && ((tag->address ^ address) >> lg2) == 0;
}

#endif
