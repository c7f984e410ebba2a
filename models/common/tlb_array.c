// SPDX-License-Identifier: GPL-2.0-only
/* Tagged entries in sets; see tlb_array.h. No specification. */
#include "models/common/tlb_array.h"

#include <errno.h>
#include <string.h>

#include "sim/arena.h"
#include "sim/sim.h"

static int index_init(struct tlb_array *array)
{
	u32 nr_buckets = 1;

	/* Sparse, so that a chain is seldom longer than one. */
	while (nr_buckets < 4 * array->nr_entries)
		nr_buckets *= 2;
	array->bucket_mask = nr_buckets - 1;
	array->bucket = sim_alloc(nr_buckets * sizeof(u32));
	array->chain = sim_alloc(array->nr_entries * sizeof(u32));
	if (!array->bucket || !array->chain)
		return -ENOMEM;
	memset(array->bucket, 0xff, nr_buckets * sizeof(u32));
	return 0;
}

int tlb_array_init(struct tlb_array *array, u32 nr_entries, u32 nr_ways, u32 entry_bytes)
{
	int err = 0;

	memset(array, 0, sizeof(*array));
	array->entry_bytes = entry_bytes;
	/* One tag even when empty: tlb_array_last_covers() looks at it. */
	array->tags = sim_alloc((nr_entries ? nr_entries : 1) * sizeof(array->tags[0]));
	if (!array->tags)
		return -ENOMEM;
	if (!nr_entries)
		return 0;
	if (!nr_ways || nr_entries % nr_ways) {
		tlb_array_finish(array);
		return -EINVAL;
	}
	array->nr_entries = nr_entries;
	array->nr_ways = nr_ways;
	array->nr_sets = nr_entries / nr_ways;
	if (!(array->nr_sets & (array->nr_sets - 1)))
		array->set_mask = array->nr_sets - 1;
	array->set_reciprocal = ~0ULL / array->nr_sets + 1;
	/* Of 64 bytes at least: then it is aligned to cache lines, whatever an entry is. */
	array->entries = sim_alloc(max_u64((u64)nr_entries * entry_bytes, 64));
	array->victim = sim_alloc(array->nr_sets * sizeof(u32));
	if (nr_ways > TLB_SCAN_WAYS)
		err = index_init(array);
	if (err || !array->entries || !array->victim) {
		tlb_array_finish(array);
		return -ENOMEM;
	}
	return 0;
}

int tlb_array_set_replacement(struct tlb_array *array, enum tlb_replacement replacement,
			      const char *stream)
{
	array->replacement = replacement;
	if (replacement == TLB_RANDOM)
		sim_rng_init(&array->rng, sim_seed(), stream);
	if (replacement != TLB_LRU || !array->nr_entries)
		return 0;
	array->used = sim_alloc(array->nr_entries * sizeof(array->used[0]));
	return array->used ? 0 : -ENOMEM;
}

void tlb_array_finish(struct tlb_array *array)
{
	sim_free(array->used);
	sim_free(array->tags);
	sim_free(array->entries);
	sim_free(array->victim);
	sim_free(array->bucket);
	sim_free(array->chain);
	memset(array, 0, sizeof(*array));
}

static void index_add(struct tlb_array *array, u32 number)
{
	const struct tlb_tag *tag = &array->tags[number];
	u32 *head = &array->bucket[tlb_array_bucket(array, tag->address, tag->context)];

	array->chain[number] = *head;
	*head = number;
}

static void index_remove(struct tlb_array *array, u32 number)
{
	const struct tlb_tag *tag = &array->tags[number];
	u32 *link = &array->bucket[tlb_array_bucket(array, tag->address, tag->context)];

	while (*link != number) {
		sim_assert(*link != TLB_NONE);
		link = &array->chain[*link];
	}
	*link = array->chain[number];
}

static u32 least_recently_used(const struct tlb_array *array, u32 first)
{
	u32 oldest = first;

	for (u32 i = first + 1; i < first + array->nr_ways; i++) {
		if (array->used[i] < array->used[oldest])
			oldest = i;
	}
	return oldest;
}

/* The set is full. */
static u32 pick_victim(struct tlb_array *array, u32 set)
{
	u32 first = set * array->nr_ways;
	u32 way;

	if (array->replacement == TLB_LRU)
		return least_recently_used(array, first);
	if (array->replacement == TLB_RANDOM)
		return first + (u32)sim_rng_below(&array->rng, array->nr_ways);
	way = array->victim[set];
	array->victim[set] = way + 1 == array->nr_ways ? 0 : way + 1;
	return first + way;
}

static u32 pick_way(struct tlb_array *array, u32 set)
{
	u32 first = set * array->nr_ways;

	for (u32 way = 0; array->nr_valid < array->nr_entries && way < array->nr_ways; way++) {
		if (!tlb_array_is_valid(array, first + way))
			return first + way;
	}
	return pick_victim(array, set);
}

static void count_size(struct tlb_array *array, u32 lg2)
{
	array->nr_of_size[lg2]++;
	array->sizes |= BIT_ULL(lg2);
}

static void uncount_size(struct tlb_array *array, u32 lg2)
{
	if (!--array->nr_of_size[lg2])
		array->sizes &= ~BIT_ULL(lg2);
}

void tlb_array_drop(struct tlb_array *array, u32 number)
{
	u32 lg2 = tlb_tag_lg2(&array->tags[number]);

	if (!lg2)
		return;
	if (array->bucket)
		index_remove(array, number);
	array->tags[number].address = 0;
	array->nr_valid--;
	uncount_size(array, lg2);
}

void tlb_array_clear(struct tlb_array *array)
{
	for (u32 i = 0; array->nr_valid && i < array->nr_entries; i++)
		tlb_array_drop(array, i);
}

u32 tlb_array_insert_new(struct tlb_array *array, u64 address, u32 lg2, u64 context)
{
	u32 number, old_lg2;

	sim_assert(lg2 >= TLB_MIN_LG2 && lg2 < 64);
	if (!array->nr_entries)
		return TLB_NONE;
	number = pick_way(array, tlb_array_set(array, address, lg2));
	old_lg2 = tlb_tag_lg2(&array->tags[number]);
	if (array->bucket && old_lg2)
		index_remove(array, number);
	if (old_lg2 != lg2) {
		count_size(array, lg2);
		if (old_lg2)
			uncount_size(array, old_lg2);
		else
			array->nr_valid++;
	}
	array->tags[number] = (struct tlb_tag){tlb_tag_make(address, lg2), context};
	if (array->bucket)
		index_add(array, number);
	tlb_array_touch(array, number);
	return number;
}

u32 tlb_array_insert(struct tlb_array *array, u64 address, u32 lg2, u64 context)
{
	u32 number = tlb_array_find(array, address, lg2, context);

	return number != TLB_NONE ? number : tlb_array_insert_new(array, address, lg2, context);
}
