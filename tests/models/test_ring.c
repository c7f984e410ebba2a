// SPDX-License-Identifier: GPL-2.0-only
/*
 * Theorem: ring pointers agree with two counters that never wrap, at every size
 * from one entry, through several turns.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "models/common/ring.h"
#include "sim/rng.h"

static void pointers_agree_with_counters(void **state)
{
	struct sim_rng rng;

	sim_rng_init(&rng, 1, "ring");
	for (u32 lg2 = 0; lg2 <= 8; lg2++) {
		u32 prod = 0, cons = 0;
		u64 pushed = 0, popped = 0, entries = 1ULL << lg2;

		for (int i = 0; i < 5000; i++) {
			assert_int_equal(ring_depth(prod, cons, lg2), pushed - popped);
			assert_int_equal(ring_is_empty(prod, cons, lg2), pushed == popped);
			assert_int_equal(ring_is_full(prod, cons, lg2), pushed - popped == entries);
			assert_int_equal(ring_index(prod, lg2), pushed % entries);
			if (sim_rng_below(&rng, 2) && pushed - popped < entries) {
				prod = ring_next(prod, lg2);
				pushed++;
			} else if (pushed > popped) {
				cons = ring_next(cons, lg2);
				popped++;
			}
		}
		assert_true(pushed > 3 * entries);
	}
}

static void bits_above_the_wrap_bit_do_not_count(void **state)
{
	assert_int_equal(ring_depth(0xfff3, 0x1, 3), 2);
	assert_int_equal(ring_pointer(0xffff, 3), 15);
	assert_int_equal(ring_index(0xffff, 3), 7);
}

static void garbage_counts_as_full(void **state)
{
	/* Software moved the consumer past the producer. */
	assert_true(ring_is_full(2, 3, 3));
	assert_int_equal(ring_depth(2, 3, 3), 15);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pointers_agree_with_counters),
		cmocka_unit_test(bits_above_the_wrap_bit_do_not_count),
		cmocka_unit_test(garbage_counts_as_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
