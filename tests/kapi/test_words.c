// SPDX-License-Identifier: GPL-2.0-only
/*
 * Atomic operations on words that carry no line: bits of a bitmap, try_cmpxchg().
 *  - they do what they say, and no change is lost;
 *  - a word that another CPU has changed comes from there, and who wants it meanwhile waits;
 *  - words of 64 bytes of an object, from its beginning, are on one line, others are not;
 *  - with the object its lines go;
 *  - a static word is nobody else's.
 */
#include "tests/kapi/machine.h"

#include <linux/atomic.h>
#include <linux/bitmap.h>
#include <linux/slab.h>

#define NR_WORDS 16 /* of two lines */
#define NR_CHANGES 20

#define ATOMIC_PS (7 * NS)

/* --- what they do --- */

static void change_own_bits(void *arg)
{
	unsigned long *map = arg;
	unsigned long cpu = sim_cpu_id();

	for (u32 i = 0; i < NR_CHANGES; i++) {
		set_bit(cpu, map);
		assert_true(test_and_clear_bit(cpu, map));
		assert_false(test_and_set_bit(cpu, map));
		clear_bit(cpu, map);
	}
	set_bit(cpu, map);
}

static void bits_of_a_word_that_all_change_are_not_lost(void **state)
{
	unsigned long *map = bitmap_zalloc(64, GFP_KERNEL);

	for (int cpu = 1; cpu < 8; cpu++)
		machine_start(cpu, change_own_bits, map);
	machine_run(0, change_own_bits, map);
	assert_int_equal(map[0], 0xff);
	bitmap_free(map);
}

static void count(void *arg)
{
	unsigned long *word = arg, seen = *word;

	for (u32 i = 0; i < NR_CHANGES; i++) {
		while (!try_cmpxchg(word, &seen, seen + 1))
			;
		assert_true(*word > seen);
	}
}

static void exchanges_of_a_word_that_all_want_are_not_lost(void **state)
{
	unsigned long *word = kzalloc(sizeof(*word), GFP_KERNEL);

	for (int cpu = 1; cpu < 8; cpu++)
		machine_start(cpu, count, word);
	machine_run(0, count, word);
	assert_int_equal(*word, 8 * NR_CHANGES);
	kfree(word);
}

/* --- what they take --- */

static u64 took_ps;

static void set_one(void *arg)
{
	u64 from_ps;

	sim_settle();
	from_ps = sim_now_ps();
	set_bit(0, arg);
	sim_settle();
	took_ps = sim_now_ps() - from_ps;
}

static u64 set_on(int cpu, unsigned long *word)
{
	machine_run(cpu, set_one, word);
	return took_ps;
}

static void word_comes_from_who_changed_it(void **state)
{
	unsigned long *map = kcalloc(NR_WORDS, sizeof(*map), GFP_KERNEL);

	assert_int_equal(set_on(0, map), TEST_MEMORY_PS + ATOMIC_PS);
	assert_int_equal(set_on(0, map), TEST_HIT_PS + ATOMIC_PS);
	assert_int_equal(set_on(1, map), TEST_CLUSTER_PS + ATOMIC_PS);
	assert_int_equal(set_on(1, map), TEST_HIT_PS + ATOMIC_PS);
	assert_int_equal(set_on(0, map), TEST_CLUSTER_PS + ATOMIC_PS);
	kfree(map);
}

static void words_of_a_line_move_together(void **state)
{
	unsigned long *map = kcalloc(NR_WORDS, sizeof(*map), GFP_KERNEL);

	for (u32 i = 0; i < NR_WORDS; i += 8)
		set_on(0, &map[i]);
	for (u32 i = 0; i < NR_WORDS; i++)
		assert_int_equal(set_on(1, &map[i]),
				 (i % 8 ? TEST_HIT_PS : TEST_CLUSTER_PS) + ATOMIC_PS);
	kfree(map);
}

static void set_many(void *arg)
{
	for (u32 i = 0; i < NR_CHANGES; i++)
		set_one(arg);
}

/* Somebody waits for a transfer of another's each time. */
static void who_wants_a_word_that_moves_waits(void **state)
{
	unsigned long *map = kcalloc(1, sizeof(*map), GFP_KERNEL);
	u64 from_ps = sim_now_ps();

	for (int cpu = 1; cpu < 4; cpu++)
		machine_start(cpu, set_many, map);
	machine_run(0, set_many, map);
	assert_true(sim_now_ps() - from_ps > 3 * NR_CHANGES * TEST_CLUSTER_PS);
	kfree(map);
}

static void lines_go_with_their_object(void **state)
{
	unsigned long *first = NULL;

	for (u32 i = 0; i < 3; i++) {
		unsigned long *map = kcalloc(NR_WORDS, sizeof(*map), GFP_KERNEL);

		if (i)
			assert_ptr_equal(map, first); /* or it would say nothing */
		first = map;
		assert_int_equal(set_on(i, &map[NR_WORDS - 1]), TEST_MEMORY_PS + ATOMIC_PS);
		kfree(map);
		/* what is freed is held back until as much as this has followed */
		kfree(kzalloc(40 << 10, GFP_KERNEL));
		kfree(kzalloc(40 << 10, GFP_KERNEL));
	}
}

static void static_word_is_as_held(void **state)
{
	static unsigned long word;

	assert_int_equal(set_on(0, &word), TEST_HIT_PS + ATOMIC_PS);
	assert_int_equal(set_on(1, &word), TEST_HIT_PS + ATOMIC_PS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_ON_MACHINE(bits_of_a_word_that_all_change_are_not_lost),
		TEST_ON_MACHINE(exchanges_of_a_word_that_all_want_are_not_lost),
		TEST_ON_MACHINE(word_comes_from_who_changed_it),
		TEST_ON_MACHINE(words_of_a_line_move_together),
		TEST_ON_MACHINE(who_wants_a_word_that_moves_waits),
		TEST_ON_MACHINE(lines_go_with_their_object),
		TEST_ON_MACHINE(static_word_is_as_held),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
