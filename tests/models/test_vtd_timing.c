// SPDX-License-Identifier: GPL-2.0-only
/*
 * Theorems: a hit takes an IOTLB lookup, a miss that plus the link both ways, lookups and
 * one memory access an entry; every parameter of the timing table counts where it should; one
 * walk slot serializes walks, sixteen overlap; slots are waited for in order; accesses to a page
 * being walked wait for that walk; faults cost their record and leak nothing; a translation that
 * an invalidation meets starts over; commands and descriptors take their time.
 */
#include "tests/models/vtd_rig.h"

static struct rig rig;
static pa_t root;
static struct port *ports[2];

#define NS 1000ULL
/* at 100 GB/s after 90 ns */
#define BYTES_PS(bytes) (90000ULL + 10 * (bytes))
#define ENTRY_PS BYTES_PS(8)

static void start(void (*change)(struct vtd_params *params))
{
	rig_defaults(&rig);
	if (change)
		change(&rig.params);
	rig_start(&rig);
	rig_enable(&rig, RIG_SCALABLE);
	root = rig_page(&rig);
	for (u32 i = 0; i < 2; i++) {
		pa_t dir = rig_smctx(&rig, 0x18 + i, SMCTX_PASIDE);
		const u64 second[8] = PASID_SS(root, 1 + i, 2);

		rig_pasid(&rig, dir, 0, second);
		ports[i] = vtd_port_create(rig.vtd, 0x18 + i);
	}
	for (u64 i = 0; i < 64; i++)
		rig_map_ss(rig_tables(&rig, root, 4), i << 39, 1, (0x8000000 + 0x1000 * i) | SS_RW);
	for (u64 i = 1; i < 64; i++)
		rig_map_ss(rig_tables(&rig, root, 4), i << 12, 1, (0x9000000 + 0x1000 * i) | SS_RW);
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

static void restart(void (*change)(struct vtd_params *params))
{
	rig_stop(&rig);
	start(change);
}

static u64 latency_of(struct port *port, u64 iova, enum port_status expected)
{
	struct rig_access access;
	u64 start_ps = sim_now_ps();
	enum port_status status = rig_do(port, &access, iova, 0);

	assert_int_equal(status, expected);
	/* a hit is computed: no time has passed and nothing is pending */
	if (!access.nr_completed)
		assert_int_equal(sim_now_ps(), start_ps);
	return access.a.done_ps - start_ps;
}

static u64 latency(struct port *port, u64 iova)
{
	return latency_of(port, iova, PORT_DONE);
}

/* IOTLB, link, context- and PASID-cache, paging-structure caches, link */
#define FIXED ((3 + 8 + 3 + 3 + 4 + 8) * NS)
/* root (half), context, PASID directory and table entry, each with a step */
#define CONFIG_PS (BYTES_PS(8) + BYTES_PS(32) + BYTES_PS(8) + BYTES_PS(64) + 4 * NS)

static void hits_take_one_lookup(void **state)
{
	u64 events;

	latency(ports[0], 0x1000);
	events = sim_events_dispatched();
	for (u32 i = 0; i < 4; i++)
		assert_int_equal(latency(ports[0], 0x1000 + 64 * i), 3 * NS);
	assert_int_equal(sim_events_dispatched(), events);
}

static void misses_take_link_lookups_and_fetches(void **state)
{
	assert_int_equal(latency(ports[0], 0x1000), FIXED + CONFIG_PS + 4 * (ENTRY_PS + NS));
	/* configuration and the tables above are cached */
	assert_int_equal(latency(ports[0], 0x2000), FIXED + ENTRY_PS + NS);
	/* another PML4 entry: four levels */
	assert_int_equal(latency(ports[0], 5ULL << 39), FIXED + 4 * (ENTRY_PS + NS));
	rig_iotlb_all(&rig);
	assert_int_equal(latency(ports[0], 0x1000), FIXED + 4 * (ENTRY_PS + NS));
	/* another requester of another domain shares nothing */
	assert_int_equal(latency(ports[1], 0x1000), FIXED + CONFIG_PS + 4 * (ENTRY_PS + NS));
}

#define CHANGE(name, field, value)                                                                 \
	static void name(struct vtd_params *p)                                                     \
	{                                                                                          \
		p->field = value;                                                                  \
	}
CHANGE(iotlb_13, iotlb_cycles, 13)
CHANGE(link_18, link_cycles, 18)
CHANGE(context_13, context_cycles, 13)
CHANGE(walk_cache_14, walk_cache_cycles, 14)
CHANGE(step_11, step_cycles, 11)
CHANGE(half_clock, clock_hz, 500000000)
CHANGE(fault_14, fault_cycles, 14)

static void check_parameter(void (*change)(struct vtd_params *params), u64 hit, u64 miss, u64 fault)
{
	restart(change);
	latency(ports[0], 0x1000);
	assert_int_equal(latency(ports[0], 0x1000), hit * NS);
	/* a miss on one entry */
	assert_int_equal(latency(ports[0], 0x2000), miss * NS + ENTRY_PS);
	assert_int_equal(latency_of(ports[0], 0x100000, PORT_ABORTED), fault * NS + ENTRY_PS);
}

static void every_parameter_counts_where_it_should(void **state)
{
	check_parameter(NULL, 3, 30, 34);
	check_parameter(iotlb_13, 13, 40, 44);
	check_parameter(link_18, 3, 50, 54);
	check_parameter(context_13, 3, 50, 54);
	check_parameter(walk_cache_14, 3, 40, 44);
	check_parameter(step_11, 3, 40, 44);
	check_parameter(half_clock, 6, 60, 68);
	check_parameter(fault_14, 3, 30, 44);
}

/* --- walk slots --- */

CHANGE(one_walk_slot, walk_slots, 1)

/* Cold walks of 4 fetches each by two masters at once; Return: until both end. */
static u64 two_walks(void (*change)(struct vtd_params *params))
{
	struct rig_access a, b;
	u64 start_ps;

	restart(change);
	for (u32 i = 0; i < 2; i++)
		latency(ports[i], 0x3000); /* configuration */
	rig_iotlb_all(&rig);
	start_ps = sim_now_ps();
	rig_issue(ports[0], &a, 0x1000, 0);
	rig_issue(ports[1], &b, 0x2000, 0);
	rig_run(&rig);
	assert_int_equal(a.nr_completed + b.nr_completed, 2);
	return sim_now_ps() - start_ps;
}

static void one_walk_slot_serializes_sixteen_overlap(void **state)
{
	const u64 one = FIXED + 4 * (ENTRY_PS + NS);
	u64 serial = two_walks(one_walk_slot);
	u64 overlapping = two_walks(NULL);

	/* the second walk begins when the first has digested its last entry */
	assert_int_equal(serial, one + 4 * (ENTRY_PS + NS) - NS);
	/* both at once: only the transfers on the memory port queue */
	assert_in_range(overlapping, one, one + 4 * 80);
}

static void accesses_to_a_page_being_walked_wait_for_it(void **state)
{
	struct rig_access a[8];
	struct vtd_stats before, after;

	latency(ports[0], 0x1000);
	vtd_stats(rig.vtd, &before);
	for (u32 i = 0; i < 8; i++)
		rig_issue(ports[0], &a[i], 0x2000 + 64 * i, 0);
	rig_run(&rig);
	vtd_stats(rig.vtd, &after);
	assert_int_equal(after.ss_fetches[0] - before.ss_fetches[0], 1);
	for (u32 i = 0; i < 8; i++) {
		assert_int_equal(a[i].a.status, PORT_DONE);
		assert_int_equal(a[i].a.pa, 0x9002000 + 64 * i);
	}
}

static void configuration_is_fetched_once(void **state)
{
	struct rig_access a[8];
	struct vtd_stats stats;

	for (u32 i = 0; i < 8; i++)
		rig_issue(ports[0], &a[i], 0x1000 * (1 + i), 0);
	rig_run(&rig);
	vtd_stats(rig.vtd, &stats);
	assert_int_equal(stats.config_fetches, 4);
	for (u32 i = 0; i < 8; i++)
		assert_int_equal(a[i].a.status, PORT_DONE);
}

CHANGE(two_slots, slots, 2)
CHANGE(one_port_slot, port_slots, 1)

static u64 order_of(const struct rig_access *a, u32 nr)
{
	u64 errors = 0;

	for (u32 i = 1; i < nr; i++)
		errors += a[i].completed_ps <= a[i - 1].completed_ps;
	return errors;
}

static void slots_are_given_in_order_of_arrival(void **state)
{
	struct rig_access a[12];
	void (*changes[])(struct vtd_params *) = {two_slots, one_port_slot};

	for (u32 c = 0; c < 2; c++) {
		restart(changes[c]);
		latency(ports[0], 0x1000);
		for (u32 i = 0; i < 12; i++)
			rig_issue(ports[0], &a[i], 0x2000 + 0x1000 * i, 0);
		rig_run(&rig);
		assert_int_equal(order_of(a, 12), 0);
	}
}

static void hits_pass_misses(void **state)
{
	struct rig_access miss, hit;

	latency(ports[0], 0x1000);
	assert_int_equal(rig_issue(ports[0], &miss, 0x2000, 0), PORT_PENDING);
	assert_int_equal(rig_issue(ports[0], &hit, 0x1000, 0), PORT_DONE);
	rig_run(&rig);
	assert_int_equal(miss.nr_completed, 1);
}

static void waiters_of_a_fault_fault_too(void **state)
{
	struct rig_access a[4];
	struct vtd_stats stats;

	for (u32 i = 0; i < 4; i++)
		rig_issue(ports[0], &a[i], 0x100000, 0);
	rig_run(&rig);
	vtd_stats(rig.vtd, &stats);
	assert_int_equal(stats.faults, 4);
	for (u32 i = 0; i < 4; i++)
		assert_int_equal(a[i].a.status, PORT_ABORTED);
}

static void faults_do_not_leak_slots(void **state)
{
	struct rig_access a;

	restart(two_slots);
	for (u32 i = 0; i < 200; i++)
		assert_int_equal(rig_do(ports[0], &a, 0x100000, 0), PORT_ABORTED);
	assert_int_equal(rig_do(ports[0], &a, 0x1000, 0), PORT_DONE);
}

/* --- invalidation meets translation --- */

/* Run until the leaf of 0x1000 has been asked for: it has @nr fetches behind it. */
static void run_until_fetches(u32 nr)
{
	struct vtd_stats stats;
	u64 sum;

	do {
		assert_int_not_equal(sim_next_event_ps(), SIM_TIME_NEVER);
		sim_run(sim_next_event_ps());
		vtd_stats(rig.vtd, &stats);
		sum = stats.config_fetches;
		for (u32 i = 0; i < IOMMU_LEVELS; i++)
			sum += stats.ss_fetches[i];
	} while (sum < nr);
}

static void translation_met_by_an_invalidation_is_not_kept(void **state)
{
	/* at every point before the leaf has been read */
	for (u32 nr = 1; nr < 8; nr++) {
		struct rig_access a, later;
		struct vtd_stats stats;
		pa_t slot, was;

		restart(NULL);
		slot = rig_pte(rig_tables(&rig, root, 4), 0x1000, 1, SS_RW);
		was = rig_get(&rig, slot) & ~0xfffULL;
		rig_issue(ports[0], &a, 0x1000, 0);
		run_until_fetches(nr);
		assert_int_equal(a.nr_completed, 0);
		/* the page moves */
		rig_put1(&rig, slot, 0xa000000 | SS_RW);
		rig_desc_put(&rig, 2 | 1 << 4, 0);
		rig_w64(&rig, DMAR_IQT_REG, rig.iq_tail);
		rig_run(&rig);
		assert_int_equal(a.a.status, PORT_DONE);
		assert_true(a.a.pa == was || a.a.pa == 0xa000000);
		assert_int_equal(rig_do(ports[0], &later, 0x1000, 0), PORT_DONE);
		assert_int_equal(later.a.pa, 0xa000000);
		/* met while it walked: it went on */
		vtd_stats(rig.vtd, &stats);
		if (nr == 5 || nr == 6)
			assert_int_equal(stats.overtaken, 1);
	}
}

static void wait_descriptor_finds_translations_at_their_ports(void **state)
{
	struct rig_access a;

	latency(ports[0], 0x1000);
	rig_put1(&rig, RIG_STATUS, 0);
	rig_issue(ports[0], &a, 0x2000, 0);
	rig_desc_put(&rig, 5 | 1 << 5 | 0x55ULL << 32, RIG_STATUS);
	rig_w64(&rig, DMAR_IQT_REG, rig.iq_tail);
	while (rig_get(&rig, RIG_STATUS) != 0x55) {
		assert_int_not_equal(sim_next_event_ps(), SIM_TIME_NEVER);
		sim_run(sim_next_event_ps());
	}
	rig_run(&rig);
	assert_int_equal(a.nr_completed, 1);
}

/* --- software's side --- */

CHANGE(gcmd_116, gcmd_cycles, 116)
CHANGE(desc_104, desc_cycles, 104)
CHANGE(inval_108, inval_cycles, 108)

/* From the write of a register until nothing happens any more. */
static u64 duration_of(u32 offset, u64 value, u32 bytes)
{
	u64 start_ps = sim_now_ps();

	vtd_mmio_write(rig.vtd, offset, value, bytes);
	rig_run(&rig);
	return sim_now_ps() - start_ps;
}

static u64 duration_of_desc(u64 w0, u64 w1)
{
	rig_desc_put(&rig, w0, w1);
	return duration_of(DMAR_IQT_REG, rig.iq_tail, 8);
}

static void commands_take_their_time(void **state)
{
	u64 gcmd, wait;

	gcmd = duration_of(DMAR_GCMD_REG, 3U << 30 | 1U << 26, 4);
	assert_int_equal(gcmd, 16 * NS);
	wait = duration_of_desc(5 | 1 << 5, RIG_STATUS);
	/* fetched, decoded; and carried out, if it is an invalidation */
	assert_int_equal(wait, BYTES_PS(32) + 4 * NS);
	assert_int_equal(duration_of_desc(2 | 1 << 4, 0), BYTES_PS(32) + (4 + 8) * NS);
	restart(gcmd_116);
	assert_int_equal(duration_of(DMAR_GCMD_REG, 3U << 30 | 1U << 26, 4), 116 * NS);
	restart(desc_104);
	assert_int_equal(duration_of_desc(2 | 1 << 4, 0), BYTES_PS(32) + (104 + 8) * NS);
	restart(inval_108);
	assert_int_equal(duration_of_desc(2 | 1 << 4, 0), BYTES_PS(32) + (4 + 108) * NS);
}

static void watching_changes_nothing(void **state)
{
	u64 times[2];

	for (u32 i = 0; i < 2; i++) {
		struct vtd_stats stats;
		struct rig_access a[6];

		restart(NULL);
		for (u32 k = 0; k < 6; k++) {
			rig_issue(ports[k % 2], &a[k], 0x1000 * (1 + k), 0);
			if (i) {
				vtd_stats(rig.vtd, &stats);
				vtd_mmio_read(rig.vtd, DMAR_FSTS_REG, 4);
			}
		}
		rig_run(&rig);
		times[i] = sim_now_ps();
	}
	assert_int_equal(times[0], times[1]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(hits_take_one_lookup),
		TEST(misses_take_link_lookups_and_fetches),
		TEST(every_parameter_counts_where_it_should),
		TEST(one_walk_slot_serializes_sixteen_overlap),
		TEST(accesses_to_a_page_being_walked_wait_for_it),
		TEST(configuration_is_fetched_once),
		TEST(slots_are_given_in_order_of_arrival),
		TEST(hits_pass_misses),
		TEST(waiters_of_a_fault_fault_too),
		TEST(faults_do_not_leak_slots),
		TEST(translation_met_by_an_invalidation_is_not_kept),
		TEST(wait_descriptor_finds_translations_at_their_ports),
		TEST(commands_take_their_time),
		TEST(watching_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
