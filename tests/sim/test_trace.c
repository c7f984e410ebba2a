// SPDX-License-Identifier: GPL-2.0-only
/*
 * Trace points: the hash sees time, kind, both arguments and the order; the sink
 * sees the records it asked for; off means neither.
 */
#include "machine.h"
#include "sim/rng.h"
#include "sim/trace.h"

static int start(void **state)
{
	return sim_init(1, 0);
}

struct record {
	u64 at_ps, a, b;
	enum sim_trace_id id;
};

static void nothing(struct sim_event *event)
{
}

static void advance_to(u64 ps)
{
	struct sim_event event;

	sim_event_init(&event, nothing);
	sim_event_schedule(&event, ps);
	run_to_end();
}

static u64 hash_of(const struct record *records, u32 nr)
{
	u32 i;

	sim_finish();
	assert_int_equal(sim_init(1, 0), 0);
	for (i = 0; i < nr; i++) {
		advance_to(records[i].at_ps);
		sim_trace(records[i].id, records[i].a, records[i].b);
	}
	return sim_trace_hash();
}

static void same_records_give_the_same_hash(void **state)
{
	const struct record records[] = {{5, 1, 2, SIM_TRACE_IRQ}, {9, 3, 4, SIM_TRACE_QUEUE_PUSH}};

	assert_int_equal(hash_of(records, 2), hash_of(records, 2));
	assert_int_not_equal(hash_of(records, 2), hash_of(records, 1));
	assert_int_equal(hash_of(records, 0), 0);
}

/* Every single bit of every part changes the hash, and about half of its bits. */
static void each_bit_of_a_record_counts(void **state)
{
	const struct record base = {1ULL << 40, 12345, 0, SIM_TRACE_IRQ};
	u64 base_hash = hash_of(&base, 1);
	u64 nr_bits_changed = 0, nr = 0;
	int bit, part;

	for (part = 0; part < 4; part++)
		for (bit = 0; bit < (part == 3 ? 4 : part == 0 ? 62 : 64); bit++) {
			struct record changed = base;
			u64 hash;

			changed.at_ps ^= part == 0 ? 1ULL << bit : 0;
			changed.a ^= part == 1 ? 1ULL << bit : 0;
			changed.b ^= part == 2 ? 1ULL << bit : 0;
			changed.id ^= part == 3 ? 1U << bit : 0;
			hash = hash_of(&changed, 1);
			assert_int_not_equal(hash, base_hash);
			nr_bits_changed += __builtin_popcountll(hash ^ base_hash);
			nr++;
		}
	assert_in_range(nr_bits_changed, 28 * nr, 36 * nr);
}

static void order_of_records_counts(void **state)
{
	const struct record ab[] = {{5, 1, 2, SIM_TRACE_IRQ}, {5, 3, 4, SIM_TRACE_IRQ}};
	const struct record ba[] = {{5, 3, 4, SIM_TRACE_IRQ}, {5, 1, 2, SIM_TRACE_IRQ}};

	assert_int_not_equal(hash_of(ab, 2), hash_of(ba, 2));
}

static struct sim_trace_record last;
static u32 nr_seen;

static void look(void *opaque, const struct sim_trace_record *record)
{
	assert_ptr_equal(opaque, &last);
	last = *record;
	nr_seen++;
}

static void sink_sees_what_its_mask_asks_for(void **state)
{
	u64 hash;

	nr_seen = 0;
	sim_trace_set_sink(look, &last, 1ULL << SIM_TRACE_QUEUE_PUSH);
	advance_to(77);
	sim_trace(SIM_TRACE_IRQ, 1, 2);
	assert_int_equal(nr_seen, 0);
	sim_trace(SIM_TRACE_QUEUE_PUSH, 3, 4);
	assert_int_equal(nr_seen, 1);
	assert_true(last.at_ps == 77 && last.a == 3 && last.b == 4 &&
		    last.id == SIM_TRACE_QUEUE_PUSH);
	hash = sim_trace_hash();
	sim_trace_enable(false);
	sim_trace(SIM_TRACE_QUEUE_PUSH, 3, 4);
	assert_int_equal(nr_seen, 1);
	assert_int_equal(sim_trace_hash(), hash);
	sim_trace_enable(true);
	sim_trace_set_sink(NULL, NULL, ~0ULL);
	sim_trace(SIM_TRACE_QUEUE_PUSH, 3, 4);
	assert_int_equal(nr_seen, 1);
	assert_int_not_equal(sim_trace_hash(), hash);
}

static void a_new_machine_starts_on_and_unwatched(void **state)
{
	nr_seen = 0;
	sim_trace_set_sink(look, &last, ~0ULL);
	sim_trace_enable(false);
	sim_finish();
	assert_int_equal(sim_trace_hash(), 0);
	assert_int_equal(sim_init(1, 0), 0);
	sim_trace(SIM_TRACE_IRQ, 1, 2);
	assert_int_equal(nr_seen, 0);
	assert_int_not_equal(sim_trace_hash(), 0);
}

#define TRACE_TEST(fn) cmocka_unit_test_setup_teardown(fn, start, stop_machine)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TRACE_TEST(same_records_give_the_same_hash),
		TRACE_TEST(each_bit_of_a_record_counts),
		TRACE_TEST(order_of_records_counts),
		TRACE_TEST(sink_sees_what_its_mask_asks_for),
		TRACE_TEST(a_new_machine_starts_on_and_unwatched),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
