// SPDX-License-Identifier: GPL-2.0-only
/*
 * The arena's heap:
 *  - blocks are zeroed, aligned, do not overlap, and are counted;
 *  - addresses depend on nothing but the sequence of calls;
 *  - errors are values, misuse is an assertion; ASan sees use after free.
 */
#include "machine.h"
#include "sim/arena_internal.h"
#include "sim/rng.h"
#include <errno.h>
#include <stdio.h>
#include <unistd.h>
#if SIM_HAS_ASAN
#include <sanitizer/asan_interface.h>
#endif

static int create(void **state)
{
	return sim_arena_create(64ULL << 20);
}

static int destroy(void **state)
{
	sim_arena_destroy();
	return 0;
}

#define NR_BLOCKS 300

struct block {
	u8 *ptr;
	u64 bytes;
	u8 fill;
};

static u64 random_size(struct sim_rng *rng)
{
	switch (sim_rng_below(rng, 8)) {
	case 0:
		return 1 + sim_rng_below(rng, 70000);
	case 1:
	case 2:
		return 1 + sim_rng_below(rng, 5000);
	default:
		return 1 + sim_rng_below(rng, 600);
	}
}

static bool is_filled(const struct block *block, u8 fill)
{
	u64 i;

	for (i = 0; i < block->bytes; i++)
		if (block->ptr[i] != fill)
			return false;
	return true;
}

/* Random calls; returns a hash of all addresses. */
static u64 churn(u64 seed, u64 nr_calls, bool is_checked)
{
	static struct block blocks[NR_BLOCKS];
	struct sim_rng rng;
	u64 hash = 0;

	memset(blocks, 0, sizeof(blocks));
	sim_rng_init(&rng, seed, "arena");
	while (nr_calls--) {
		struct block *block = &blocks[sim_rng_below(&rng, NR_BLOCKS)];

		if (block->ptr) {
			if (is_checked)
				assert_true(is_filled(block, block->fill));
			sim_free(block->ptr);
			block->ptr = NULL;
			continue;
		}
		block->bytes = random_size(&rng);
		block->fill = 1 + sim_rng_below(&rng, 255);
		block->ptr = sim_alloc(block->bytes);
		assert_non_null(block->ptr);
		hash = hash * 31 + (uintptr_t)block->ptr;
		if (!is_checked)
			continue;
		assert_true(is_filled(block, 0));
		assert_int_equal((uintptr_t)block->ptr % (block->bytes >= 64 ? 64 : 16), 0);
		memset(block->ptr, block->fill, block->bytes);
	}
	return hash;
}

static void blocks_are_zeroed_aligned_and_apart(void **state)
{
	churn(1, 30000, true);
}

static void addresses_depend_only_on_the_sequence_of_calls(void **state)
{
	u64 first = churn(1, 20000, false);
	u64 other_seed, again;
	void *host = test_malloc(12345);

	sim_arena_destroy();
	assert_int_equal(sim_arena_create(64ULL << 20), 0);
	other_seed = churn(2, 20000, false);
	sim_arena_destroy();
	assert_int_equal(sim_arena_create(64ULL << 20), 0);
	again = churn(1, 20000, false);
	test_free(host);
	assert_int_equal(first, again);
	assert_int_not_equal(first, other_seed);
}

static void last_freed_is_first_reused(void **state)
{
	void *a = sim_alloc(100);
	void *b = sim_alloc(100);
	void *large = sim_alloc(100000);

	sim_free(a);
	sim_free(b);
	sim_free(large);
	assert_ptr_equal(sim_alloc(100), b);
	assert_ptr_equal(sim_alloc(100), a);
	assert_ptr_equal(sim_alloc(100000), large);
}

/* Of the process, in the host's memory. */
static u64 resident_bytes(void)
{
	FILE *file = fopen("/proc/self/statm", "r");
	unsigned long long all, resident;

	assert_non_null(file);
	assert_int_equal(fscanf(file, "%llu %llu", &all, &resident), 2);
	fclose(file);
	return resident * (u64)sysconf(_SC_PAGESIZE);
}

static void a_large_block_that_is_freed_is_the_hosts_again(void **state)
{
	const u64 bytes = 18ULL << 20; /* of a class with room for more */
	u64 full, freed;
	u8 *ptr = sim_alloc(bytes), *again;

	memset(ptr, 0xa5, bytes);
	full = resident_bytes();
	sim_free(ptr);
	freed = resident_bytes();
	assert_true(freed + bytes / 2 < full);
	again = sim_alloc(bytes - 5000);
	assert_ptr_equal(again, ptr);
	for (u64 i = 0; i < bytes - 5000; i++)
		assert_int_equal(again[i], 0);
}

static void used_bytes_return_to_zero(void **state)
{
	void *ptr[100];
	int i;

	assert_int_equal(sim_arena_used_bytes(), 0);
	for (i = 0; i < 100; i++)
		ptr[i] = sim_alloc(1 + i * 997);
	assert_true(sim_arena_used_bytes() >= 99 * 100 / 2 * 997);
	for (i = 0; i < 100; i++)
		sim_free(ptr[i]);
	assert_int_equal(sim_arena_used_bytes(), 0);
	sim_free(NULL);
}

static void a_second_arena_is_refused(void **state)
{
	assert_int_equal(sim_arena_create(1ULL << 20), -EBUSY);
}

static void a_taken_range_is_no_memory(void **state)
{
	sim_arena_destroy();
	/* More than any address space has. */
	assert_int_equal(sim_arena_create(1ULL << 60), -ENOMEM);
	assert_int_equal(sim_arena_create(1ULL << 20), 0);
}

static void exhaustion_returns_null_and_recovers(void **state)
{
	void *blocks[64];
	int nr = 0;

	assert_null(sim_alloc(1ULL << 40));
	while (nr < 64 && (blocks[nr] = sim_alloc(1 << 20)))
		nr++;
	assert_in_range(nr, 16, 32);
	sim_free(blocks[nr - 1]);
	assert_non_null(sim_alloc(1 << 20));
}

static void owns_knows_its_own(void **state)
{
	int on_stack;
	u8 *ptr = sim_alloc(10);

	assert_true(sim_arena_owns(ptr));
	assert_false(sim_arena_owns(&on_stack));
	assert_false(sim_arena_owns(NULL));
	sim_arena_destroy();
	assert_false(sim_arena_owns(ptr));
}

static void free_twice(void)
{
	void *ptr = sim_alloc(100);

	sim_free(ptr);
	sim_free(ptr);
}

static void free_inside(void)
{
	sim_free((u8 *)sim_alloc(1000) + 16);
}

static void free_foreign(void)
{
	int on_stack;

	sim_free(&on_stack);
}

static void misuse_is_a_bug(void **state)
{
	assert_true(aborts_saying(free_twice, "FREED_MARK"));
	assert_true(aborts_saying(free_inside, "assertion failed"));
	assert_true(aborts_saying(free_foreign, "sim_arena_owns"));
}

static u8 *volatile poisoned;

static void use_after_free(void)
{
	poisoned = sim_alloc(100);
	sim_free(poisoned);
	poisoned[50] = 1;
}

static void write_past_the_end(void)
{
	poisoned = sim_alloc(100);
	poisoned[100] = 1;
}

static void write_past_a_large_block(void)
{
	poisoned = sim_alloc(16384);
	poisoned[16384] = 1;
}

static void asan_sees_use_after_free_and_overflow(void **state)
{
	if (!SIM_HAS_ASAN)
		skip();
	assert_true(aborts_saying(use_after_free, "use-after-poison"));
	assert_true(aborts_saying(write_past_the_end, "use-after-poison"));
	assert_true(aborts_saying(write_past_a_large_block, "use-after-poison"));
}

static u64 stack_colours[64];

static void stacks_start_at_different_page_offsets(void **state)
{
	int i, j;

	for (i = 0; i < 64; i++) {
		struct sim_stack *stack = sim_stack_alloc(32768);

		assert_non_null(stack);
		assert_true(stack->bytes - stack->colour_bytes >= 32768);
		stack_colours[i] = ((uintptr_t)stack->low + stack->bytes - stack->colour_bytes) %
				   SIM_PAGE_BYTES;
		for (j = 0; j < i; j++)
			assert_int_not_equal(stack_colours[i], stack_colours[j]);
	}
}

static void freed_stack_is_reused(void **state)
{
	struct sim_stack *stack = sim_stack_alloc(20000);

	sim_stack_free(stack);
	assert_ptr_equal(sim_stack_alloc(20000), stack);
	assert_null(sim_stack_alloc(1ULL << 40));
}

#define ARENA_TEST(fn) cmocka_unit_test_setup_teardown(fn, create, destroy)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ARENA_TEST(blocks_are_zeroed_aligned_and_apart),
		ARENA_TEST(addresses_depend_only_on_the_sequence_of_calls),
		ARENA_TEST(last_freed_is_first_reused),
		ARENA_TEST(a_large_block_that_is_freed_is_the_hosts_again),
		ARENA_TEST(used_bytes_return_to_zero),
		ARENA_TEST(a_second_arena_is_refused),
		ARENA_TEST(a_taken_range_is_no_memory),
		ARENA_TEST(exhaustion_returns_null_and_recovers),
		ARENA_TEST(owns_knows_its_own),
		ARENA_TEST(misuse_is_a_bug),
		ARENA_TEST(asan_sees_use_after_free_and_overflow),
		ARENA_TEST(stacks_start_at_different_page_offsets),
		ARENA_TEST(freed_stack_is_reused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
