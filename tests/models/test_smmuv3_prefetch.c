// SPDX-License-Identifier: GPL-2.0-only
/*
 * Theorems: a prefetch command is consumed at once and brings configuration, and translations at
 * the stride and as many as asked for, up to the hardware's limit; what it brought makes the next
 * access a hit; nothing that goes wrong with it is recorded, stalls or aborts; an invalidation that
 * meets it leaves nothing stale; with SMMUEN 0 nothing is read; accesses beside it lose nothing.
 */
#include "sim/rng.h"
#include "tests/models/smmuv3_rig.h"

#define SID 5
#define PA 0x60000000ULL

static struct rig rig;
static struct port *port;
static pa_t root;

static void start(void (*change)(struct smmu_params *params))
{
	rig_defaults(&rig);
	if (change)
		change(&rig.params);
	rig_start(&rig);
	rig_enable(&rig);
	port = smmu_port_create(rig.smmu, SID);
	root = rig_alloc(&rig, 4096);
	rig_stream(&rig, SID, RIG_CD_ASID(1), root);
	for (u64 page = 0; page < 64; page++)
		rig_map(&rig, root, page << 12, (PA + (page << 12)) | PTE_RW);
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

static struct smmu_stats stats(void)
{
	struct smmu_stats all;

	smmu_stats(rig.smmu, &all);
	return all;
}

static void prefetch_config(u32 sid)
{
	rig_cmd(&rig, 0x01 | (u64)sid << 32, 0);
}

static void prefetch(u64 iova, u32 size, u32 stride)
{
	rig_cmd(&rig, 0x02 | (u64)SID << 32, iova | stride << 5 | size);
}

/* Does an access to @iova find all in the caches of its port? */
static bool is_hit(u64 iova)
{
	struct rig_access access;
	enum port_status status = rig_issue(port, &access, iova, 0);

	rig_run(&rig);
	assert_int_equal(access.a.status, PORT_DONE);
	assert_true(access.a.pa == PA + iova);
	return status == PORT_DONE;
}

static void config_is_brought_and_no_translation(void **state)
{
	u64 fetches;

	prefetch_config(SID);
	/* STE and CD */
	assert_int_equal(stats().config_fetches, 2);
	assert_int_equal(stats().walks, 0);
	assert_int_equal(stats().prefetches, 1);
	fetches = stats().config_fetches;
	assert_false(is_hit(0x1000));
	assert_int_equal(stats().config_fetches, fetches);
	/* again: it is there already */
	prefetch_config(SID);
	assert_int_equal(stats().config_fetches, fetches);
}

static void addresses_are_brought_as_many_as_asked_for(void **state)
{
	for (u32 size = 0; size < 5; size++) {
		restart(NULL);
		prefetch(0x2000, size, 0);
		assert_int_equal(stats().prefetches, 1 << size);
		assert_int_equal(stats().tlb_hits + stats().tlb_misses, 0);
		for (u64 page = 0; page < 1U << size; page++)
			assert_true(is_hit((page + 2) << 12));
		assert_false(is_hit(0x1000));
		assert_false(is_hit((2 + (1ULL << size)) << 12));
	}
}

static void stride_is_between_addresses(void **state)
{
	for (u32 stride = 0; stride < 4; stride++) {
		restart(NULL);
		prefetch(0, 2, stride);
		for (u64 page = 0; page < 4U << stride; page++)
			assert_int_equal(is_hit(page << 12), page % (1U << stride) == 0);
	}
}

static void of_smmuv3_0(struct smmu_params *p)
{
	rig_version(p, 0);
}

static void smmuv3_0_has_no_stride(void **state)
{
	restart(of_smmuv3_0);
	prefetch(0, 2, 3);
	for (u64 page = 0; page < 5; page++)
		assert_int_equal(is_hit(page << 12), page < 4);
}

static void with_little(struct smmu_params *p)
{
	p->prefetch_max = 3;
	p->prefetch_slots = 2;
}

/* 4.2.2: it ends in a reasonable time, whatever was asked for. */
static void the_hardware_limits_what_one_command_does(void **state)
{
	restart(with_little);
	prefetch(0x1000, 31, 0);
	assert_int_equal(stats().prefetches, 3);
	for (u64 page = 1; page < 6; page++)
		assert_int_equal(is_hit(page << 12), page < 4);
	/* to the end of the address space and no further */
	prefetch(~0xfffULL, 31, 31);
	assert_int_equal(stats().prefetches, 4);
}

static void commands_beyond_the_slots_are_ignored(void **state)
{
	restart(with_little);
	for (u64 i = 0; i < 5; i++)
		rig_cmd_put(&rig, 0x02 | (u64)SID << 32, (8 * i) << 12 | 1);
	rig_cmd_kick(&rig);
	rig_run(&rig);
	assert_true(stats().prefetches_ignored > 0);
	assert_int_equal(stats().prefetches + 2 * stats().prefetches_ignored, 10);
	/* and slots are free again */
	prefetch(0x20000, 0, 0);
	assert_true(is_hit(0x20000));
}

static void without_slots(struct smmu_params *p)
{
	p->prefetch_slots = 0;
}

static void hardware_that_does_not_prefetch_consumes_the_command(void **state)
{
	restart(without_slots);
	prefetch_config(SID);
	prefetch(0x1000, 3, 0);
	assert_int_equal(stats().prefetches, 0);
	assert_int_equal(stats().config_fetches, 0);
	assert_false(is_hit(0x1000));
}

static void a_command_does_not_wait_for_what_it_began(void **state)
{
	rig_cmd_put(&rig, 0x02 | (u64)SID << 32, 0x1000 | 3);
	rig_cmd_kick(&rig);
	while (rig_r32(&rig, ARM_SMMU_CMDQ_CONS) != rig.cmd_prod)
		sim_run(sim_next_event_ps());
	assert_int_equal(stats().config_fetches, 0);
	rig_run(&rig);
	assert_true(is_hit(0x8000));
}

/* It takes what an access takes, less the lookups of the port. */
static void a_prefetch_takes_its_time(void **state)
{
	u64 took_ps, access_ps, began_ps = sim_now_ps();
	struct rig_access access;

	prefetch(0x1000, 0, 0);
	took_ps = sim_now_ps() - began_ps;
	restart(NULL);
	began_ps = sim_now_ps();
	rig_do(port, &access, 0x1000, 0);
	access_ps = sim_now_ps() - began_ps;
	assert_true(took_ps > access_ps / 2);
	/* the command's own fetch is in it */
	assert_true(took_ps < access_ps + 150000);
}

/* --- what goes wrong --- */

static void nothing_seen(void)
{
	assert_int_equal(rig_nr_events(&rig), 0);
	assert_int_equal(rig.nr_irqs, 0);
	assert_int_equal(rig_r32(&rig, ARM_SMMU_GERROR), 0);
	assert_int_equal(stats().stalls, 0);
	assert_int_equal(stats().aborted, 0);
}

static void faults_of_prefetches_are_silent(void **state)
{
	struct port *bad = smmu_port_create(rig.smmu, 7);
	struct port *far = smmu_port_create(rig.smmu, 1 << RIG_SID_LG2);
	struct rig_access access;

	/* a hole in the middle: the rest is brought */
	rig_put1(&rig, rig_pte(&rig, root, 0x3000, 3), 0);
	prefetch(0x1000, 2, 0);
	nothing_seen();
	assert_true(is_hit(0x2000));
	assert_true(is_hit(0x4000));
	/* beyond T0SZ, no access flag, no permission for an unprivileged read */
	prefetch(1ULL << 50, 1, 0);
	rig_map(&rig, root, 0x100000, (PA + 0x100000) | PTE_EL0 | PTE_NG);
	rig_map(&rig, root, 0x101000, (PA + 0x101000) | PTE_AF | PTE_NG);
	prefetch(0x100000, 1, 0);
	/* no STE, no such stream, no port, a substream of a stream without */
	prefetch_config(7);
	prefetch_config(1 << RIG_SID_LG2);
	prefetch_config(99);
	rig_cmd(&rig, 0x02 | (u64)SID << 32 | 1 << 11 | 3 << 12, 0x1000);
	nothing_seen();
	/* the faults themselves are seen when there is an access */
	assert_int_equal(rig_do(port, &access, 0x3000, 0), PORT_ABORTED);
	assert_int_equal(rig_do(bad, &access, 0, 0), PORT_ABORTED);
	assert_int_equal(rig_do(far, &access, 0, 0), PORT_ABORTED);
	assert_int_equal(rig_nr_events(&rig), 3);
}

/* A stream whose configuration is bad is not read again for each address. */
static void without_configuration_no_further_address_is_tried(void **state)
{
	smmu_port_create(rig.smmu, 7);
	rig_cmd(&rig, 0x02 | 7ULL << 32, 0x1000 | 4);
	assert_int_equal(stats().prefetches, 1);
	assert_int_equal(stats().config_fetches, 1);
	nothing_seen();
}

static void a_stalling_stream_does_not_stall_a_prefetch(void **state)
{
	rig_stream(&rig, SID, RIG_CD_S | RIG_CD_ASID(1), root);
	prefetch(0x200000, 2, 0);
	nothing_seen();
	assert_int_equal(stats().prefetches, 4);
}

/* 6.3.9.6 */
static void nothing_is_read_while_the_smmu_is_off(void **state)
{
	rig_w32(&rig, ARM_SMMU_CR0, CR0_EVTQEN | CR0_CMDQEN);
	prefetch_config(SID);
	prefetch(0x1000, 3, 0);
	assert_int_equal(stats().prefetches, 0);
	assert_int_equal(stats().config_fetches, 0);
	/* switched off meanwhile, it ends */
	rig_w32(&rig, ARM_SMMU_CR0, CR0_EVTQEN | CR0_CMDQEN | CR0_SMMUEN);
	rig_cmd_put(&rig, 0x02 | (u64)SID << 32, 0x1000 | 4);
	rig_cmd_kick(&rig);
	while (stats().prefetches < 3)
		sim_run(sim_next_event_ps());
	rig_w32(&rig, ARM_SMMU_CR0, CR0_EVTQEN | CR0_CMDQEN);
	rig_run(&rig);
	assert_in_range(stats().prefetches, 3, 4);
}

static void substreams_have_their_own_configuration(void **state)
{
	pa_t cds = rig_alloc(&rig, 64 << 4);
	u64 words[8] = {RIG_CD | RIG_CD_ASID(3) | 16, root};
	struct rig_access access;

	rig_put(&rig, cds + 64 * 3, words, 8);
	rig_ste(&rig, SID, RIG_STE_S1 | cds | 4ULL << 59, 0);
	rig_cmd(&rig, 0x02 | (u64)SID << 32 | 1 << 11 | 3 << 12, 0x1000);
	assert_int_equal(rig_issue(port, &access, 0x1000, rig_pasid(3)), PORT_DONE);
	nothing_seen();
}

static void without_substreams(struct smmu_params *p)
{
	p->ssid_bits = 0;
	p->cd_2level = 0;
}

static void ssv_is_ignored_without_substreams(void **state)
{
	restart(without_substreams);
	rig_cmd(&rig, 0x02 | (u64)SID << 32 | 1 << 11 | 3 << 12, 0x1000);
	assert_true(is_hit(0x1000));
}

/* At every moment of it: what was unmapped and invalidated is not in a TLB afterwards. */
static void an_invalidation_overtakes_it(void **state)
{
	for (u32 wait_ns = 0; wait_ns < 1200; wait_ns += 17) {
		struct rig_access access;

		restart(NULL);
		rig_cmd_put(&rig, 0x02 | (u64)SID << 32, 0x1000);
		rig_cmd_kick(&rig);
		sim_run(sim_now_ps() + 1000ULL * wait_ns);
		rig_put1(&rig, rig_pte(&rig, root, 0x1000, 3), 0);
		rig_cmd_put(&rig, 0x12 | 1ULL << 48, 0x1000);
		rig_cmd_put(&rig, 0x46, 0);
		rig_cmd_kick(&rig);
		rig_run(&rig);
		assert_int_equal(rig_do(port, &access, 0x1000, 0), PORT_ABORTED);
	}
}

static void with_one_slot_of_each(struct smmu_params *p)
{
	p->port_slots = 1;
	p->slots = 1;
	p->walk_slots = 1;
}

/* An access to the page under way waits for it, and needs no walk of its own. */
static void accesses_beside_it_lose_nothing(void **state)
{
	for (u32 how = 0; how < 2; how++) {
		struct rig_access accesses[8];

		restart(how ? with_one_slot_of_each : NULL);
		rig_cmd_put(&rig, 0x02 | (u64)SID << 32, 0x1000 | 3);
		rig_cmd_kick(&rig);
		while (!stats().prefetches)
			sim_run(sim_next_event_ps());
		for (u64 i = 0; i < 8; i++)
			rig_issue(port, &accesses[i], (i + 1) << 12, 0);
		rig_run(&rig);
		for (u64 i = 0; i < 8; i++) {
			assert_int_equal(accesses[i].a.status, PORT_DONE);
			assert_true(accesses[i].a.pa == PA + ((i + 1) << 12));
		}
		assert_int_equal(stats().config_fetches, 2);
		assert_int_equal(stats().prefetches, 8);
	}
}

static void without_a_clock_it_is_done_at_once(void **state)
{
	smmu_set_clockless(rig.smmu, true);
	rig_cmd_put(&rig, 0x02 | (u64)SID << 32, 0x1000 | 4);
	rig_cmd_put(&rig, 0x01 | (u64)SID << 32, 0);
	rig_cmd_kick(&rig);
	assert_int_equal(stats().prefetches, 17);
	for (u64 page = 1; page < 17; page++)
		assert_true(is_hit(page << 12));
	nothing_seen();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(config_is_brought_and_no_translation),
		T(addresses_are_brought_as_many_as_asked_for),
		T(stride_is_between_addresses),
		T(smmuv3_0_has_no_stride),
		T(the_hardware_limits_what_one_command_does),
		T(commands_beyond_the_slots_are_ignored),
		T(hardware_that_does_not_prefetch_consumes_the_command),
		T(a_command_does_not_wait_for_what_it_began),
		T(a_prefetch_takes_its_time),
		T(faults_of_prefetches_are_silent),
		T(without_configuration_no_further_address_is_tried),
		T(a_stalling_stream_does_not_stall_a_prefetch),
		T(nothing_is_read_while_the_smmu_is_off),
		T(substreams_have_their_own_configuration),
		T(ssv_is_ignored_without_substreams),
		T(an_invalidation_overtakes_it),
		T(accesses_beside_it_lose_nothing),
		T(without_a_clock_it_is_done_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
