// SPDX-License-Identifier: GPL-2.0-only
/*
 * Theorems: a lookup finds exactly what a list of all insertions, less
 * evictions and drops, would find, at every geometry with and without index and
 * with sizes mixed; a set never holds more than its ways; replacement goes
 * round; there is never a second entry of one tag.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "models/common/tlb_array.h"
#include "sim/arena.h"
#include "sim/rng.h"
#include "sim/sim.h"

static int setup(void **state)
{
	return sim_init(1, 0);
}

static int teardown(void **state)
{
	sim_finish();
	return 0;
}

struct shadow {
	u64 base, context, value;
	u32 lg2;
	bool is_valid;
};

#define MAX_ENTRIES 64

/* Entry @number of the array changed hands: mirror it. */
static void shadow_set(struct shadow *shadow, struct tlb_tag tag, u64 value)
{
	u32 lg2 = tlb_tag_lg2(&tag);

	*shadow = (struct shadow){tag.address >> lg2 << lg2, tag.context, value, lg2, true};
}

/* Return: number of values, which are all of what covers @address. */
static u32 shadow_find(const struct shadow *shadow, u64 address, u64 context, u64 *values)
{
	u32 nr = 0;

	for (u32 i = 0; i < MAX_ENTRIES; i++) {
		if (shadow[i].is_valid && shadow[i].context == context &&
		    (address >> shadow[i].lg2) << shadow[i].lg2 == shadow[i].base)
			values[nr++] = shadow[i].value;
	}
	return nr;
}

static void check_lookup(struct tlb_array *array, const struct shadow *shadow, u64 address,
			 u64 context)
{
	u32 number = tlb_array_lookup(array, address, context);
	u64 values[MAX_ENTRIES];
	u32 nr = shadow_find(shadow, address, context, values);

	if (!nr) {
		assert_int_equal(number, TLB_NONE);
		return;
	}
	assert_int_not_equal(number, TLB_NONE);
	for (u32 i = 0; i < nr; i++) {
		if (*(u64 *)tlb_array_entry(array, number) == values[i])
			return;
	}
	fail();
}

static void check_geometry(u32 entries, u32 ways)
{
	static const u32 sizes[] = {12, 12, 12, 21, 30};
	struct shadow shadow[MAX_ENTRIES] = {0};
	struct tlb_array array;
	struct sim_rng rng;

	sim_rng_init(&rng, entries * 100 + ways, "tlb");
	assert_int_equal(tlb_array_init(&array, entries, ways, sizeof(u64)), 0);
	for (u64 round = 1; round < 20000; round++) {
		u64 address = sim_rng_below(&rng, 64) << 12 | sim_rng_below(&rng, 3) << 30;
		u64 context = sim_rng_below(&rng, 3);
		u32 lg2 = sizes[sim_rng_below(&rng, 5)];
		u32 number;

		switch (sim_rng_below(&rng, 8)) {
		case 0:
		case 1:
		case 2:
			number = tlb_array_insert(&array, address, lg2, context);
			assert_in_range(number, 0, entries - 1);
			*(u64 *)tlb_array_entry(&array, number) = round;
			shadow_set(&shadow[number],
				   (struct tlb_tag){tlb_tag_make(address, lg2), context}, round);
			break;
		case 3:
			number = tlb_array_find(&array, address, lg2, context);
			if (number != TLB_NONE) {
				tlb_array_drop(&array, number);
				shadow[number].is_valid = false;
			}
			break;
		default:
			check_lookup(&array, shadow, address, context);
			if (tlb_array_last_covers(&array, address, context))
				assert_true(shadow[array.last].is_valid &&
					    shadow[array.last].context == context);
			break;
		}
	}
	tlb_array_clear(&array);
	assert_int_equal(array.nr_valid, 0);
	assert_int_equal(array.sizes, 0);
	tlb_array_finish(&array);
}

static void lookups_match_a_list(void **state)
{
	check_geometry(1, 1);
	check_geometry(4, 4);
	check_geometry(12, 4); /* 3 sets: not a power of two */
	check_geometry(64, 4);
	check_geometry(32, 32); /* fully associative, with index */
	check_geometry(48, 16);
}

static void a_tag_is_never_there_twice(void **state)
{
	struct tlb_array array;
	u32 first;

	assert_int_equal(tlb_array_init(&array, 8, 8, 8), 0);
	first = tlb_array_insert(&array, 0x5000, 12, 1);
	assert_int_equal(tlb_array_insert(&array, 0x5fff, 12, 1), first);
	assert_int_equal(array.nr_valid, 1);
	assert_int_not_equal(tlb_array_insert(&array, 0x5000, 12, 2), first);
	assert_int_not_equal(tlb_array_insert(&array, 0x5000, 21, 1), first);
	assert_int_equal(array.nr_valid, 3);
	tlb_array_finish(&array);
}

static void replacement_goes_round(void **state)
{
	struct tlb_array array;

	assert_int_equal(tlb_array_init(&array, 4, 4, 8), 0);
	for (u64 i = 0; i < 12; i++) {
		u32 number = tlb_array_insert(&array, i << 12, 12, 0);

		assert_int_equal(number, i % 4);
	}
	/* an empty way goes first */
	tlb_array_drop(&array, 2);
	assert_int_equal(tlb_array_insert(&array, 99 << 12, 12, 0), 2);
	assert_int_equal(tlb_array_insert(&array, 100 << 12, 12, 0), 0);
	tlb_array_finish(&array);
}

/* Which of @nr pages was used longest ago. */
static u32 longest_ago(const u64 *used, u32 nr)
{
	u32 oldest = 0;

	for (u32 i = 1; i < nr; i++) {
		if (used[i] < used[oldest])
			oldest = i;
	}
	return oldest;
}

/* One set, @nr_ways of them, against a list of when each page in it was used. */
static void check_lru(u32 nr_ways)
{
	u64 page[MAX_ENTRIES], used[MAX_ENTRIES] = {0}, clock = 0;
	struct tlb_array array;
	struct sim_rng rng;

	sim_rng_init(&rng, nr_ways, "lru");
	assert_int_equal(tlb_array_init(&array, nr_ways, nr_ways, 8), 0);
	assert_int_equal(tlb_array_set_replacement(&array, TLB_LRU, "lru"), 0);
	for (u32 i = 0; i < nr_ways; i++) {
		page[i] = i;
		used[i] = ++clock;
		tlb_array_insert(&array, page[i] << 12, 12, 1);
	}
	for (u64 next = nr_ways; next < nr_ways + 1000ULL; next++) {
		u32 victim;

		for (u64 hits = sim_rng_below(&rng, 2 * nr_ways); hits; hits--) {
			u32 i = sim_rng_below(&rng, nr_ways);

			assert_int_not_equal(tlb_array_lookup(&array, page[i] << 12, 1), TLB_NONE);
			used[i] = ++clock;
		}
		victim = longest_ago(used, nr_ways);
		tlb_array_insert(&array, next << 12, 12, 1);
		assert_int_equal(tlb_array_lookup(&array, page[victim] << 12, 1), TLB_NONE);
		page[victim] = next;
		used[victim] = ++clock;
	}
	tlb_array_finish(&array);
}

static void lru_replaces_what_was_used_longest_ago(void **state)
{
	check_lru(1);
	check_lru(4);
	check_lru(32); /* with an index */
}

/* Pages evicted one after the other, by the number of their way. */
static void random_victims(u32 *ways, u32 nr)
{
	struct tlb_array array;

	assert_int_equal(tlb_array_init(&array, 4, 4, 8), 0);
	assert_int_equal(tlb_array_set_replacement(&array, TLB_RANDOM, "random"), 0);
	for (u64 i = 0; i < 4; i++)
		tlb_array_insert(&array, i << 12, 12, 1);
	for (u64 i = 0; i < nr; i++)
		ways[i] = tlb_array_insert(&array, (i + 4) << 12, 12, 1);
	tlb_array_finish(&array);
}

static void random_replacement_is_even_and_the_same_for_a_seed(void **state)
{
	u32 a[4000], b[4000], count[4] = {0};

	random_victims(a, 4000);
	random_victims(b, 4000);
	assert_memory_equal(a, b, sizeof(a));
	for (u32 i = 0; i < 4000; i++)
		count[a[i]]++;
	for (u32 way = 0; way < 4; way++)
		assert_in_range(count[way], 850, 1150);
}

static void no_entries_means_no_hits(void **state)
{
	struct tlb_array array;

	assert_int_equal(tlb_array_init(&array, 0, 0, 8), 0);
	assert_int_equal(tlb_array_insert(&array, 0x1000, 12, 0), TLB_NONE);
	assert_int_equal(tlb_array_lookup(&array, 0x1000, 0), TLB_NONE);
	assert_false(tlb_array_last_covers(&array, 0, 0));
	tlb_array_clear(&array);
	tlb_array_finish(&array);
}

static void ways_must_divide(void **state)
{
	u64 before = sim_arena_used_bytes();
	struct tlb_array array;

	assert_int_equal(tlb_array_init(&array, 10, 4, 8), -EINVAL);
	assert_int_equal(tlb_array_init(&array, 10, 0, 8), -EINVAL);
	assert_int_equal(sim_arena_used_bytes(), before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(lookups_match_a_list),
		T(a_tag_is_never_there_twice),
		T(replacement_goes_round),
		T(no_entries_means_no_hits),
		T(ways_must_divide),
		T(lru_replaces_what_was_used_longest_ago),
		T(random_replacement_is_even_and_the_same_for_a_seed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
