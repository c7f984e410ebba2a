// SPDX-License-Identifier: GPL-2.0-only
/*
 * Slices of a timeline, against a drawing of each nanosecond:
 *
 * a_slice_of_no_time_is_none, slices_nest_and_keep_their_time (at random, many times),
 * tracks_do_not_cut_each_other.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "sim/rng.h"
#include "tool/output/slices.h"

#define END_NS 64
#define NR_TRACKS 2

static void a_slice_of_no_time_is_none(void **state)
{
	struct slices all = {0};

	(void)state;
	slices_add(&all, (struct slice){.pid = 1, .tid = 1, .from_ns = 5, .to_ns = 5});
	assert_int_equal(all.nr, 0);
	slices_nest(&all);
	slices_finish(&all);
}

/* Who is drawn at each nanosecond of each level; 0: nobody. */
struct drawing {
	u64 who[NR_TRACKS][SLICE_LEVELS][END_NS];
};

static void draw(struct drawing *drawing, const struct slice *slice)
{
	for (u64 at = slice->from_ns; at < slice->to_ns; at++) {
		u64 *who = &drawing->who[slice->tid][slice->level][at];

		assert_int_equal(*who, 0);
		*who = slice->index;
	}
}

/* Slices of a level one behind the other, with gaps. */
static void add_level(struct slices *all, struct drawing *drawing, u32 tid, u32 level,
		      struct sim_rng *rng)
{
	u64 at = sim_rng_below(rng, 8);

	while (at < END_NS) {
		u64 end = at + 1 + sim_rng_below(rng, 24);
		const struct slice slice = {1, tid,   level, at, end < END_NS ? end : END_NS,
					    0, at + 1};

		slices_add(all, slice);
		draw(drawing, &slice);
		at = end + sim_rng_below(rng, 6);
	}
}

static void check_nesting(const struct slices *all)
{
	const struct slice *stack[SLICE_LEVELS];
	u32 depth = 0;

	for (size_t i = 0; i < all->nr; i++) {
		const struct slice *slice = &all->slices[i];

		if (i && slice[-1].tid == slice->tid)
			assert_true(slice[-1].from_ns <= slice->from_ns);
		while (depth && (stack[depth - 1]->tid != slice->tid ||
				 stack[depth - 1]->to_ns <= slice->from_ns))
			depth--;
		if (depth) {
			assert_true(slice->to_ns <= stack[depth - 1]->to_ns);
			assert_true(slice->level > stack[depth - 1]->level);
		}
		assert_true(depth < SLICE_LEVELS);
		stack[depth++] = slice;
	}
}

static void slices_nest_and_keep_their_time(void **state)
{
	struct sim_rng rng;

	(void)state;
	sim_rng_init(&rng, 1, "slices");
	for (u32 round = 0; round < 2000; round++) {
		struct drawing before = {0}, after = {0};
		struct slices all = {0};

		for (u32 tid = 0; tid < NR_TRACKS; tid++) {
			for (u32 level = SLICE_LEVELS; level-- > 0;)
				add_level(&all, &before, tid, level, &rng);
		}
		slices_nest(&all);
		assert_false(all.is_short);
		check_nesting(&all);
		for (size_t i = 0; i < all.nr; i++)
			draw(&after, &all.slices[i]);
		assert_memory_equal(&before, &after, sizeof(before));
		slices_finish(&all);
	}
}

static void tracks_do_not_cut_each_other(void **state)
{
	struct slices all = {0};

	(void)state;
	slices_add(&all, (struct slice){.pid = 1, .tid = 1, .from_ns = 3, .to_ns = 7});
	slices_add(&all, (struct slice){.pid = 1, .tid = 2, .level = 1, .to_ns = 10});
	slices_add(&all, (struct slice){.pid = 2, .tid = 1, .level = 1, .to_ns = 10});
	slices_nest(&all);
	assert_int_equal(all.nr, 3);
	slices_finish(&all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_slice_of_no_time_is_none),
		cmocka_unit_test(slices_nest_and_keep_their_time),
		cmocka_unit_test(tracks_do_not_cut_each_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
