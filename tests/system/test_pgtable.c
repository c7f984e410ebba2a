// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page tables of each kind, and frames. Claims: a table answers like an array of what was
 * set, page by page and block by block; a block becomes pages that map the same when one of
 * them is set, and comes no more where pages were; frames and blocks come back when it goes,
 * are zero when they come again, and run out without harm.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim/rng.h"
#include "sim/sim.h"
#include "system/memory/pgtable.h"

#define NR_PAGES 4096
#define NR_STEPS 40000

static const enum sys_pgtable_kind kinds[] = {SYS_PT_ARM64, SYS_PT_X86, SYS_PT_VTD_SECOND};
static enum sys_pgtable_kind kind;
static struct mem *mem;
static struct sys_frames *frames;

static int set_up(void **state)
{
	struct mem_params params = {
		.base = 0x40000000, .size_bytes = 1ULL << 30, .bandwidth_bytes_per_s = 1 << 30};

	kind = *(const enum sys_pgtable_kind *)*state;
	assert_int_equal(sim_init(1, 0), 0);
	mem = mem_create(&params);
	frames = sys_frames_create(&params, mem);
	assert_non_null(frames);
	return 0;
}

static int tear_down(void **state)
{
	sim_finish();
	return 0;
}

/* Pages far apart and near each other, so that tables are shared and not. */
static u64 address_of(u32 page)
{
	return (u64)(page % 64) << SYS_PAGE_LG2 | (u64)(page / 64) << 33;
}

static void table_answers_like_an_array(void **state)
{
	static struct {
		u32 access;
		pa_t pa;
	} want[NR_PAGES];
	struct sys_pgtable pgt;
	struct sim_rng rng;
	u64 nr_leaves = 0;

	memset(want, 0, sizeof(want));
	sim_rng_init(&rng, 7, "pgtable");
	assert_int_equal(sys_pgtable_init(&pgt, kind, mem, frames), 0);
	for (u32 step = 0; step < NR_STEPS; step++) {
		u32 page = sim_rng_below(&rng, NR_PAGES);
		u32 access = SYS_PT_VALID | (sim_rng_chance(&rng, 1, 2) ? SYS_PT_WRITE : 0);
		pa_t pa = sim_rng_below(&rng, 1ULL << 36) << SYS_PAGE_LG2, got = 0;

		assert_int_equal(sys_pgtable_get(&pgt, address_of(page), &got), want[page].access);
		if (want[page].access)
			assert_true(got == want[page].pa);
		if (sim_rng_chance(&rng, 1, 3)) {
			assert_int_equal(sys_pgtable_clear(&pgt, address_of(page)),
					 want[page].access != 0);
			nr_leaves -= want[page].access != 0;
			want[page].access = 0;
		} else {
			assert_int_equal(sys_pgtable_set(&pgt, address_of(page), pa, access), 0);
			nr_leaves += want[page].access == 0;
			want[page].access = access;
			want[page].pa = pa;
		}
		assert_int_equal(pgt.nr_leaves, nr_leaves);
	}
	sys_pgtable_finish(&pgt);
}

static void all_tables_come_back(void **state)
{
	u64 before = sys_frames_in_use(frames);
	struct sys_pgtable pgt;

	assert_int_equal(sys_pgtable_init(&pgt, kind, mem, frames), 0);
	for (u32 page = 0; page < NR_PAGES; page++)
		assert_int_equal(sys_pgtable_set(&pgt, address_of(page), 0x1000, SYS_PT_VALID), 0);
	assert_int_equal(sys_frames_in_use(frames) - before, pgt.nr_tables);
	assert_true(pgt.nr_tables > NR_PAGES / 64);
	sys_pgtable_finish(&pgt);
	assert_int_equal(sys_frames_in_use(frames), before);
}

static void frames_are_zero_when_they_come_again(void **state)
{
	pa_t pa = sys_frames_alloc(frames, 0);
	u64 word = 0;

	assert_int_equal(mem_write64(mem, pa + 8, 0x1234), 0);
	sys_frames_free(frames, pa);
	assert_true(sys_frames_alloc(frames, 0) == pa);
	for (u32 i = 0; i < SYS_PAGE_BYTES; i += 8) {
		assert_int_equal(mem_read64(mem, pa + i, &word), 0);
		assert_true(word == 0);
	}
}

static void frames_run_out_without_a_word(void **state)
{
	u32 nr = 0;

	while (sys_frames_alloc(frames, 9))
		nr++;
	/* 1 GiB of 2 MiB blocks; the first may have been split. */
	assert_in_range(nr, 500, 512);
}

/* VT-d 9.8: R and W are apart; elsewhere what may be written may be read. */
static void second_stage_keeps_read_and_write_apart(void **state)
{
	const u32 write_only = SYS_PT_VALID | SYS_PT_WRITE | SYS_PT_NO_READ;
	struct sys_pgtable table;
	pa_t got;

	assert_int_equal(sys_pgtable_init(&table, kind, mem, frames), 0);
	assert_int_equal(sys_pgtable_set(&table, 0x5000, 0x40000000, write_only), 0);
	assert_int_equal(sys_pgtable_get(&table, 0x5000, &got),
			 kind == SYS_PT_VTD_SECOND ? write_only : SYS_PT_VALID | SYS_PT_WRITE);
	assert_int_equal(table.nr_leaves, 1);
	assert_true(sys_pgtable_clear(&table, 0x5000));
	assert_int_equal(sys_pgtable_get(&table, 0x5000, &got), 0);
	sys_pgtable_finish(&table);
}

/* --- blocks --- */

#define NR_BLOCKS 8

static struct {
	u32 access;
	pa_t pa;
} page_in[NR_BLOCKS * SYS_BLOCK_PAGES];
static bool had_pages[NR_BLOCKS];

static u64 address_in(u32 page)
{
	return SYS_BLOCK_BYTES + ((u64)page << SYS_PAGE_LG2);
}

static void forget_block(u32 block)
{
	for (u32 i = 0; i < SYS_BLOCK_PAGES; i++)
		page_in[block * SYS_BLOCK_PAGES + i].access = 0;
}

static void set_block(struct sys_pgtable *pgt, u32 block, u32 access, pa_t pa)
{
	u32 first = block * SYS_BLOCK_PAGES;
	int err = sys_pgtable_set_block(pgt, address_in(first), pa, access);

	assert_int_equal(err, had_pages[block] ? -EEXIST : 0);
	for (u32 i = 0; !err && i < SYS_BLOCK_PAGES; i++) {
		page_in[first + i].access = access;
		page_in[first + i].pa = pa + ((u64)i << SYS_PAGE_LG2);
	}
}

static void clear_leaf(struct sys_pgtable *pgt, u32 page)
{
	u32 lg2 = sys_pgtable_leaf_lg2(pgt, address_in(page));

	assert_int_equal(lg2, !page_in[page].access		  ? 0
			      : had_pages[page / SYS_BLOCK_PAGES] ? SYS_PAGE_LG2
								  : SYS_BLOCK_LG2);
	assert_int_equal(sys_pgtable_clear(pgt, address_in(page)), lg2 != 0);
	if (lg2 == SYS_BLOCK_LG2)
		forget_block(page / SYS_BLOCK_PAGES);
	page_in[page].access = 0;
}

static void check_page(const struct sys_pgtable *pgt, u32 page)
{
	u32 next = page;
	pa_t got = 0;

	assert_int_equal(sys_pgtable_get(pgt, address_in(page), &got), page_in[page].access);
	if (page_in[page].access)
		assert_true(got == page_in[page].pa);
	while (next < NR_BLOCKS * SYS_BLOCK_PAGES && !page_in[next].access)
		next++;
	assert_true(sys_pgtable_next(pgt, address_in(page)) ==
		    (next < NR_BLOCKS * SYS_BLOCK_PAGES ? address_in(next) : 1ULL << 48));
}

static void one_step(struct sys_pgtable *pgt, struct sim_rng *rng)
{
	u32 page = sim_rng_below(rng, NR_BLOCKS * SYS_BLOCK_PAGES), block = page / SYS_BLOCK_PAGES;
	u32 access = SYS_PT_VALID | (sim_rng_chance(rng, 1, 2) ? SYS_PT_WRITE : 0);
	pa_t pa = sim_rng_below(rng, 1ULL << 27) << SYS_BLOCK_LG2;

	if (sim_rng_chance(rng, 1, 2)) {
		set_block(pgt, block, access, pa);
	} else if (sim_rng_chance(rng, 1, 2)) {
		clear_leaf(pgt, page);
	} else if (sim_rng_chance(rng, 1, 8)) {
		assert_int_equal(sys_pgtable_set(pgt, address_in(page), pa, access), 0);
		page_in[page].access = access;
		page_in[page].pa = pa;
		had_pages[block] = true;
	}
	assert_int_equal(sys_pgtable_has_table(pgt, address_in(page)), had_pages[block]);
	check_page(pgt, sim_rng_below(rng, NR_BLOCKS * SYS_BLOCK_PAGES));
}

static void blocks_answer_like_their_pages(void **state)
{
	u64 before = sys_frames_in_use(frames);

	for (u32 seed = 1; seed <= 20; seed++) {
		struct sys_pgtable pgt;
		struct sim_rng rng;

		memset(page_in, 0, sizeof(page_in));
		memset(had_pages, 0, sizeof(had_pages));
		sim_rng_init(&rng, seed, "blocks");
		assert_int_equal(sys_pgtable_init(&pgt, kind, mem, frames), 0);
		for (u32 step = 0; step < 400; step++)
			one_step(&pgt, &rng);
		sys_pgtable_finish(&pgt);
		assert_int_equal(sys_frames_in_use(frames), before);
	}
}

static void a_split_block_maps_what_it_did(void **state)
{
	struct sys_pgtable pgt;
	pa_t got = 0;

	assert_int_equal(sys_pgtable_init(&pgt, kind, mem, frames), 0);
	assert_int_equal(sys_pgtable_set_block(&pgt, SYS_BLOCK_BYTES, 0x80000000, SYS_PT_VALID), 0);
	assert_int_equal(pgt.nr_leaves, 1);
	assert_int_equal(sys_pgtable_split(&pgt, SYS_BLOCK_BYTES + 0x5000), 0);
	assert_int_equal(pgt.nr_leaves, SYS_BLOCK_PAGES);
	for (u64 offset = 0; offset < SYS_BLOCK_BYTES; offset += SYS_PAGE_BYTES) {
		assert_int_equal(sys_pgtable_get(&pgt, SYS_BLOCK_BYTES + offset, &got),
				 SYS_PT_VALID);
		assert_true(got == 0x80000000 + offset);
	}
	assert_int_equal(sys_pgtable_split(&pgt, SYS_BLOCK_BYTES), 0);
	sys_pgtable_finish(&pgt);
}

static void blocks_of_frames_come_back_zero(void **state)
{
	pa_t pa = sys_frames_alloc_block(frames);
	u64 in_use = sys_frames_in_use(frames), word = 1;

	assert_true(pa && !(pa & (SYS_BLOCK_BYTES - 1)));
	assert_int_equal(mem_write64(mem, pa + 0x5008, 0x1234), 0);
	sys_frames_free_block(frames, pa);
	assert_int_equal(sys_frames_in_use(frames), in_use - SYS_BLOCK_PAGES);
	assert_true(sys_frames_alloc_block(frames) == pa);
	mem_read64(mem, pa + 0x5008, &word);
	assert_true(word == 0);
	mem_read64(mem, pa, &word);
	assert_true(word == 0);
}

/* 1 GiB, and not a frame of it is lost or given out twice. */
static void a_free_block_is_frames_when_there_are_no_others(void **state)
{
	pa_t block = 0, other;
	u32 nr = 0;

	while ((other = sys_frames_alloc_block(frames)))
		block = other;
	assert_true(block != 0);
	while (sys_frames_alloc(frames, 0))
		;
	sys_frames_free_block(frames, block);
	while ((other = sys_frames_alloc(frames, 0))) {
		assert_true(other >= block && other < block + SYS_BLOCK_BYTES);
		nr++;
	}
	assert_int_equal(nr, SYS_BLOCK_PAGES);
	assert_int_equal(sys_frames_in_use(frames), (1U << 30) / SYS_PAGE_BYTES);
}

#define TEST(name, i)                                                                              \
	cmocka_unit_test_prestate_setup_teardown(name, set_up, tear_down, (void *)&kinds[i])
#define OF_EACH_KIND(name) TEST(name, 0), TEST(name, 1), TEST(name, 2)

int main(void)
{
	const struct CMUnitTest tests[] = {
		OF_EACH_KIND(table_answers_like_an_array),
		OF_EACH_KIND(all_tables_come_back),
		OF_EACH_KIND(second_stage_keeps_read_and_write_apart),
		OF_EACH_KIND(blocks_answer_like_their_pages),
		OF_EACH_KIND(a_split_block_maps_what_it_did),
		TEST(blocks_of_frames_come_back_zero, 0),
		TEST(a_free_block_is_frames_when_there_are_no_others, 0),
		TEST(frames_are_zero_when_they_come_again, 0),
		TEST(frames_run_out_without_a_word, 0),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
