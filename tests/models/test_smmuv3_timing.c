// SPDX-License-Identifier: GPL-2.0-only
/*
 * Theorems: a hit takes the sum of its lookups' cycles, a miss that plus the
 * link both ways, lookups and one memory access a descriptor; every parameter
 * of the timing table counts where it should; one walk slot serializes walks,
 * sixteen overlap; slots are waited for in order; accesses to a page being
 * walked wait for that walk; reading and watching change nothing.
 */
#include <stdio.h>

#include "tests/models/smmuv3_rig.h"

static struct rig rig;
static pa_t root;

#define NS 1000ULL
/* 8 and 64 bytes at 100 GB/s after 90 ns */
#define DESC_PS (90000ULL + 80)
#define ENTRY_PS (90000ULL + 640)

static void start(void (*change)(struct smmu_params *params))
{
	rig_defaults(&rig);
	if (change)
		change(&rig.params);
	rig_start(&rig);
	rig_enable(&rig);
	root = rig_alloc(&rig, 4096);
	for (u32 sid = 1; sid <= 2; sid++)
		rig_stream(&rig, sid, RIG_CD_ASID(sid), root);
	for (u64 i = 0; i < 64; i++)
		rig_map(&rig, root, i << 30, (0x60000000 + 0x1000 * i) | PTE_RW);
	for (u64 i = 1; i < 64; i++)
		rig_map(&rig, root, i << 12, (0x61000000 + 0x1000 * i) | PTE_RW);
}

static int setup(void **state)
{
	start(NULL);
	return 0;
}

static int teardown(void **state)
{
	rig_stop(&rig);
	return 0;
}

static void restart(void (*change)(struct smmu_params *params))
{
	rig_stop(&rig);
	start(change);
}

/* Time from issue to answer. */
static u64 latency(struct port *port, u64 iova)
{
	struct rig_access access;
	u64 start_ps = sim_now_ps();
	enum port_status status = rig_do(port, &access, iova, 0);

	assert_int_equal(status, PORT_DONE);
	/* a hit is computed: no time has passed and nothing is pending */
	if (!access.nr_completed)
		assert_int_equal(sim_now_ps(), start_ps);
	return access.a.done_ps - start_ps;
}

static void hits_take_the_sum_of_their_lookups(void **state)
{
	struct port *port = smmu_port_create(rig.smmu, 1);
	u64 events;

	latency(port, 0x1000);
	assert_int_equal(latency(port, 0x1000), 1 * NS);
	for (u64 i = 2; i < 40; i++)
		latency(port, i << 12);
	events = sim_events_dispatched();
	/* pushed out of the micro-TLB: main TLB */
	assert_int_equal(latency(port, 0x1000), (1 + 3) * NS);
	assert_int_equal(latency(port, 0x1000), 1 * NS);
	assert_int_equal(sim_events_dispatched(), events);
}

static void misses_take_link_lookups_and_fetches(void **state)
{
	struct port *port = smmu_port_create(rig.smmu, 1);
	/* micro-TLB, TLB, link, configuration cache, walk cache, link */
	const u64 fixed = (1 + 3 + 8 + 3 + 4 + 8) * NS;

	/* STE and CD, then the TLB again, then four levels; a step for each fetch */
	assert_int_equal(latency(port, 0x1000),
			 fixed + 2 * ENTRY_PS + 3 * NS + 4 * DESC_PS + 6 * NS);
	/* configuration and the tables above are cached */
	assert_int_equal(latency(port, 0x2000), fixed + DESC_PS + NS);
	/* another gigabyte: levels 1 (its descriptor), 2 and 3 */
	assert_int_equal(latency(port, 5ULL << 30), fixed + 3 * (DESC_PS + NS));
	/* invalidated: all of it but the configuration */
	rig_tlbi_all(&rig);
	assert_int_equal(latency(port, 0x1000), fixed + 4 * (DESC_PS + NS));
	/* another port of the same ASID: leaf in the walk cache, nothing fetched */
	rig_stream(&rig, 3, RIG_CD_ASID(1), root);
	port = smmu_port_create(rig.smmu, 3);
	assert_int_equal(latency(port, 0x1000), fixed + 3 * NS + 2 * (ENTRY_PS + NS));
}

#define CHANGE(name, field, value)                                                                 \
	static void name(struct smmu_params *p)                                                    \
	{                                                                                          \
		p->field = value;                                                                  \
	}
CHANGE(utlb_11, utlb_cycles, 11)
CHANGE(tlb_13, tlb_cycles, 13)
CHANGE(link_18, link_cycles, 18)
CHANGE(config_13, config_cycles, 13)
CHANGE(walk_cache_14, walk_cache_cycles, 14)
CHANGE(step_11, step_cycles, 11)
CHANGE(half_clock, clock_hz, 500000000)

static void check_parameter(void (*change)(struct smmu_params *params), u64 hit, u64 main_hit,
			    u64 miss)
{
	struct port *port;

	restart(change);
	port = smmu_port_create(rig.smmu, 1);
	latency(port, 0x1000);
	assert_int_equal(latency(port, 0x1000), hit * NS);
	/* a miss on one descriptor */
	assert_int_equal(latency(port, 0x2000), miss * NS + DESC_PS);
	for (u64 i = 3; i < 40; i++)
		latency(port, i << 12);
	assert_int_equal(latency(port, 0x1000), main_hit * NS);
}

static void every_parameter_counts_where_it_should(void **state)
{
	check_parameter(NULL, 1, 4, 28);
	check_parameter(utlb_11, 11, 14, 38);
	check_parameter(tlb_13, 1, 14, 38);
	check_parameter(link_18, 1, 4, 48);
	check_parameter(config_13, 1, 4, 38);
	check_parameter(walk_cache_14, 1, 4, 38);
	check_parameter(step_11, 1, 4, 38);
	check_parameter(half_clock, 2, 8, 56);
}

/* --- walk slots --- */

CHANGE(one_walk_slot, walk_slots, 1)

/* Cold walks of 4 fetches each by two masters at once; Return: until both end. */
static u64 two_walks(void (*change)(struct smmu_params *params))
{
	struct rig_access a, b;
	struct port *port[2];
	u64 start_ps;

	restart(change);
	for (u32 i = 0; i < 2; i++) {
		port[i] = smmu_port_create(rig.smmu, 1 + i);
		latency(port[i], 0x3000); /* configuration */
	}
	rig_tlbi_all(&rig);
	start_ps = sim_now_ps();
	rig_issue(port[0], &a, 0x1000, 0);
	rig_issue(port[1], &b, 0x2000, 0);
	rig_run(&rig);
	assert_int_equal(a.nr_completed + b.nr_completed, 2);
	return sim_now_ps() - start_ps;
}

static void one_walk_slot_serializes_sixteen_overlap(void **state)
{
	const u64 one = (1 + 3 + 8 + 3 + 4 + 8) * NS + 4 * (DESC_PS + NS);
	u64 serial = two_walks(one_walk_slot);
	u64 overlapping = two_walks(NULL);

	/* the second walk begins when the first has digested its last descriptor */
	assert_int_equal(serial, one + 4 * (DESC_PS + NS) - NS);
	/* both at once: only the transfers on the memory port queue */
	assert_in_range(overlapping, one, one + 4 * 80);
}

static void n_walks_take_n_over_slots_times_one(void **state)
{
	static const u64 slots[] = {1, 2, 4, 8, 16};
	u64 before = ~0ULL;

	for (u32 s = 0; s < 5; s++) {
		struct rig_access a[16];
		struct port *port;
		u64 start_ps;

		rig_stop(&rig);
		rig_defaults(&rig);
		rig.params.walk_slots = slots[s];
		/* no caches: each walk fetches four descriptors */
		rig.params.walk_l0_entries = 0;
		rig.params.walk_l1_entries = 0;
		rig.params.walk_l2_entries = 0;
		rig.params.walk_l3_entries = 0;
		rig_start(&rig);
		rig_enable(&rig);
		root = rig_alloc(&rig, 4096);
		rig_stream(&rig, 1, RIG_CD_ASID(1), root);
		for (u64 i = 0; i < 16; i++)
			rig_map(&rig, root, i << 12, 0x60000000 | PTE_RW);
		rig_map(&rig, root, 0x99000, 0x60000000 | PTE_RW);
		port = smmu_port_create(rig.smmu, 1);
		latency(port, 0x99000);
		start_ps = sim_now_ps();
		for (u64 i = 0; i < 16; i++)
			rig_issue(port, &a[i], i << 12, 0);
		rig_run(&rig);
		assert_true(sim_now_ps() - start_ps >= 16 / slots[s] * 4 * DESC_PS);
		assert_true(sim_now_ps() - start_ps <
			    16 / slots[s] * 4 * (DESC_PS + 3 * NS) + 30 * NS);
		assert_true(sim_now_ps() - start_ps < before);
		before = sim_now_ps() - start_ps;
	}
}

/* --- hazards --- */

static void accesses_to_a_page_being_walked_wait_for_it(void **state)
{
	struct port *port = smmu_port_create(rig.smmu, 1);
	struct rig_access a[8];
	struct smmu_stats before, after;

	latency(port, 0x3000);
	smmu_stats(rig.smmu, &before);
	assert_int_equal(before.walks, 1);
	rig_tlbi_all(&rig);
	for (u32 i = 0; i < 8; i++)
		rig_issue(port, &a[i], 0x1000 + 64 * i, 0);
	rig_run(&rig);
	smmu_stats(rig.smmu, &after);
	for (u32 i = 0; i < 4; i++)
		assert_int_equal(after.stage_fetches[1 + i] - before.stage_fetches[1 + i], 1);
	assert_int_equal(after.walks - before.walks, 1);
	assert_int_equal(after.tlb_misses - before.tlb_misses, 8);
	for (u32 i = 0; i < 8; i++) {
		assert_true(a[i].a.pa == 0x61001000 + 64 * i);
		/* the others look up again: configuration, then the TLB */
		if (i)
			assert_int_equal(a[i].completed_ps, a[0].completed_ps + (3 + 3 - 1) * NS);
	}
}

static void configuration_is_fetched_once(void **state)
{
	struct port *port = smmu_port_create(rig.smmu, 1);
	struct rig_access a[8];
	struct smmu_stats stats;

	for (u64 i = 0; i < 8; i++)
		rig_issue(port, &a[i], 0x1000 * (i + 1), 0);
	rig_run(&rig);
	smmu_stats(rig.smmu, &stats);
	assert_int_equal(stats.config_fetches, 2);
	for (u64 i = 0; i < 8; i++) {
		assert_true(a[i].a.pa == 0x61000000 + 0x1000 * (i + 1));
		/* and waited for no longer than that: their walks overlap with the first */
		assert_true(a[i].completed_ps < a[0].completed_ps + DESC_PS);
	}
}

/* Waiters of a walk that faults find out for themselves. */
static void waiters_of_a_fault_fault_too(void **state)
{
	struct port *port = smmu_port_create(rig.smmu, 1);
	struct rig_access a[4];

	for (u32 i = 0; i < 4; i++)
		rig_issue(port, &a[i], 0x7ff000, 0);
	rig_run(&rig);
	for (u32 i = 0; i < 4; i++)
		assert_int_equal(a[i].a.status, PORT_ABORTED);
	assert_int_equal(rig_nr_events(&rig), 4);
}

/* --- slots --- */

CHANGE(one_port_slot, port_slots, 1)
CHANGE(one_slot, slots, 1)

static void check_fifo(void (*change)(struct smmu_params *params))
{
	struct rig_access a[12];
	struct port *port[2];
	u64 last_ps = 0;

	restart(change);
	port[0] = smmu_port_create(rig.smmu, 1);
	port[1] = smmu_port_create(rig.smmu, 2);
	latency(port[0], 0x3f000);
	latency(port[1], 0x3f000);
	for (u64 i = 0; i < 12; i++)
		rig_issue(port[change == one_slot && i % 2], &a[i], 0x1000 * (i + 1), 0);
	rig_run(&rig);
	for (u32 i = 0; i < 12; i++) {
		assert_int_equal(a[i].nr_completed, 1);
		assert_true(a[i].completed_ps > last_ps);
		last_ps = a[i].completed_ps;
	}
}

static void slots_are_given_in_order_of_arrival(void **state)
{
	check_fifo(one_port_slot);
	check_fifo(one_slot);
	check_fifo(one_walk_slot);
}

static void hits_pass_misses(void **state)
{
	struct rig_access a[4], hit;
	struct port *port;

	restart(one_port_slot);
	port = smmu_port_create(rig.smmu, 1);
	latency(port, 0x3f000);
	for (u64 i = 0; i < 4; i++)
		rig_issue(port, &a[i], 0x1000 * (i + 1), 0);
	assert_int_equal(rig_issue(port, &hit, 0x3f000, 0), PORT_DONE);
	assert_int_equal(hit.a.done_ps, sim_now_ps() + NS);
	rig_run(&rig);
}

/* Accesses that fault, writes too, give their slots back. */
static void faults_do_not_leak_slots(void **state)
{
	struct rig_access access;
	struct port *port;

	restart(one_slot);
	port = smmu_port_create(rig.smmu, 1);
	for (u32 i = 0; i < 1000; i++) {
		assert_int_equal(rig_do(port, &access, 0x7ff000, i % 8), PORT_ABORTED);
		assert_int_equal(rig_do(port, &access, 0x1000 * (1 + i % 63), RIG_WRITE),
				 PORT_DONE);
		if (i % 100 == 0)
			rig_tlbi_all(&rig);
	}
}

/* --- aborts --- */

static void an_abort_comes_back_over_the_link(void **state)
{
	struct port *port = smmu_port_create(rig.smmu, 1);
	struct rig_access access;
	u64 start_ps;

	latency(port, 0x1000);
	start_ps = sim_now_ps();
	assert_int_equal(rig_do(port, &access, 0x7ff000, 0), PORT_ABORTED);
	/* one descriptor, the record's 4 cycles and 32 bytes, the link */
	assert_int_equal(access.completed_ps - start_ps,
			 (1 + 3 + 8 + 3 + 4 + 1) * NS + DESC_PS + 4 * NS + 90000 + 320 + 8 * NS);
}

/* --- the same twice --- */

static u64 run_and_hash(bool is_watched)
{
	struct port *port = smmu_port_create(rig.smmu, 1);
	struct rig_access a[64];
	u64 hash = 0;

	for (u64 i = 0; i < 64; i++) {
		rig_issue(port, &a[i], (i * 7 % 64) << (i % 2 ? 12 : 30), 0);
		sim_run(sim_now_ps() + 10000);
		if (is_watched) {
			struct smmu_stats stats;

			smmu_stats(rig.smmu, &stats);
			for (u32 offset = 0; offset < 0x100; offset += 4)
				rig_r32(&rig, offset);
		}
	}
	rig_run(&rig);
	for (u32 i = 0; i < 64; i++)
		hash = hash * 1000003 + a[i].a.done_ps;
	return hash;
}

static void watching_changes_nothing(void **state)
{
	u64 first = run_and_hash(false);

	restart(NULL);
	assert_true(run_and_hash(true) == first);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(hits_take_the_sum_of_their_lookups),
		T(misses_take_link_lookups_and_fetches),
		T(every_parameter_counts_where_it_should),
		T(one_walk_slot_serializes_sixteen_overlap),
		T(n_walks_take_n_over_slots_times_one),
		T(accesses_to_a_page_being_walked_wait_for_it),
		T(configuration_is_fetched_once),
		T(waiters_of_a_fault_fault_too),
		T(slots_are_given_in_order_of_arrival),
		T(hits_pass_misses),
		T(faults_do_not_leak_slots),
		T(an_abort_comes_back_over_the_link),
		T(watching_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
