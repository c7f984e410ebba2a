// SPDX-License-Identifier: GPL-2.0-only
/*
 * Theorems about translations under way that invalidations meet (IHI 0070 3.21.1, 3.21.3, 4.7.3):
 * however often an invalidation and a CMD_SYNC come, and of whatever kind, an access, a translation
 * request, a translated transaction that is checked, and a prefetch come to their end in bounded
 * time; with tables of all levels moved at random moments, nothing that was invalidated is used,
 * read or written once the CMD_SYNC is consumed; a fault of before is recorded before, or not at
 * all; a CMD_SYNC waits for what it must and for nothing that comes later.
 *
 * test-models-smmuv3_storm -p prints the table of worst times that docs/smmuv3.md has.
 */
#include <stdio.h>

#include "sim/rng.h"
#include "tests/models/smmuv3_nested_rig.h"

#define NS 1000ULL
#define US 1000000ULL
#define VMID 0x1234ULL
#define ASID 9ULL
#define SYNC 0x46ULL
#define NR_PAGES 8U
#define EATS (1ULL << 28)
#define STRW_EL2 (2ULL << 30)
#define UPDATED (PTE_RO | DBM) /* a write makes it dirty */

static void with_everything(struct smmu_params *p)
{
	p->httu = 2;
	p->ats = 1;
	p->hyp = 1;
}

static void tick(struct sim_event *event)
{
}

/* Time passes, also if nothing happens. */
static void advance(u64 to_ps)
{
	static struct sim_event event;

	sim_event_init(&event, tick);
	sim_event_schedule(&event, to_ps);
	sim_run(to_ps);
}

/* --- invalidations --- */

struct kind {
	const char *name;
	u64 word0, word1;
	bool has_va, has_ipa, is_el2;
};

#define EL1 (VMID << 32 | ASID << 48)
#define OF_SID ((u64)SID << 32)

static const struct kind kinds[] = {
	{"CFGI_STE", 0x03 | OF_SID, 1, false, false, false},
	{"CFGI_ALL", 0x04, 31, false, false, false},
	{"CFGI_CD", 0x05 | OF_SID, 1, false, false, false},
	{"CFGI_CD_ALL", 0x06 | OF_SID, 0, false, false, false},
	{"TLBI_NH_ALL", 0x10 | EL1, 0, false, false, false},
	{"TLBI_NH_ASID", 0x11 | EL1, 0, false, false, false},
	{"TLBI_NH_VA", 0x12 | EL1, 0, true, false, false},
	{"TLBI_NH_VAA", 0x13 | EL1, 0, true, false, false},
	{"TLBI_EL2_ALL", 0x20, 0, false, false, true},
	{"TLBI_EL2_ASID", 0x21 | EL1, 0, false, false, true},
	{"TLBI_EL2_VA", 0x22 | EL1, 0, true, false, true},
	{"TLBI_EL2_VAA", 0x23, 0, true, false, true},
	{"TLBI_S12_VMALL", 0x28 | EL1, 0, false, false, false},
	{"TLBI_S2_IPA", 0x2a | EL1, 0, false, true, false},
	{"TLBI_NSNH_ALL", 0x30, 0, false, false, false},
	{"ATC_INV", 0x40 | OF_SID, 52, false, false, false},
};
#define NR_KINDS (sizeof(kinds) / sizeof(kinds[0]))

static u32 cmdq_used(void)
{
	u32 entries = 1U << rig.cmdq_lg2;

	return (rig.cmd_prod - (rig_r32(&rig, ARM_SMMU_CMDQ_CONS) & 0xfffff)) & (2 * entries - 1);
}

/* The invalidation and a SYNC, if the queue has room, as software puts them. */
static void invalidate(const struct kind *kind, u32 page)
{
	u64 address = kind->has_va ? VA + 4096 * page : kind->has_ipa ? IPA + 4096 * page : 0;

	if (cmdq_used() > (1U << rig.cmdq_lg2) - 2)
		return;
	rig_cmd_put(&rig, kind->word0, kind->word1 | address);
	rig_cmd_put(&rig, SYNC, 0);
	rig_cmd_kick(&rig);
}

/* --- what they meet --- */

static struct port_endpoint endpoint;
static struct {
	struct port_translation t; /* first */
	u32 nr_completed;
	u64 completed_ps;
} request;
static struct rig_access access;

static void take_invalidation(struct port_endpoint *base, struct port_invalidation *inv)
{
	inv->completed(inv);
}

static void request_complete(struct port_access *a)
{
	request.nr_completed++;
	request.completed_ps = sim_now_ps();
}

static void issue_write(u32 page)
{
	access.completed_ps = sim_now_ps();
	if (rig_issue(port, &access, VA + 4096 * page, RIG_WRITE) != PORT_PENDING)
		rig_complete(&access.a);
}

static void issue_request(u32 page)
{
	memset(&request, 0, sizeof(request));
	rig_prepare(&access, VA + 4096 * page, RIG_WRITE);
	request.t.access = access.a;
	request.t.access.complete = request_complete;
	if (port->ops->translation_request(port, &request.t) != PORT_PENDING)
		request_complete(&request.t.access);
}

static void issue_translated(u32 page)
{
	rig_prepare(&access, PA + 4096 * page, RIG_WRITE);
	if (port->ops->translated(port, &access.a) != PORT_PENDING)
		rig_complete(&access.a);
}

static u64 prefetches_before;

static u64 nr_prefetches(void)
{
	struct smmu_stats stats;

	smmu_stats(rig.smmu, &stats);
	return stats.prefetches;
}

/* Two pages: that the second one is asked for says that the first one is done. */
static void issue_prefetch(u32 page)
{
	prefetches_before = nr_prefetches();
	rig_cmd_put(&rig, 0x02 | OF_SID, (VA + 4096 * page) | 1);
	rig_cmd_kick(&rig);
}

static u64 write_answered(void)
{
	if (access.nr_completed)
		assert_int_equal(access.a.status, PORT_DONE);
	return access.nr_completed ? access.completed_ps : 0;
}

static u64 request_answered(void)
{
	if (request.nr_completed)
		assert_int_equal(request.t.completion, PORT_COMPLETION_SUCCESS);
	return request.nr_completed ? request.completed_ps : 0;
}

static u64 prefetch_answered(void)
{
	return nr_prefetches() >= prefetches_before + 2 ? sim_now_ps() : 0;
}

static const struct victim {
	const char *name;
	void (*issue)(u32 page);
	u64 (*answered)(void); /* when, 0: not yet */
	u64 bound_ps;
} victims[] = {
	{"write that updates both stages", issue_write, write_answered, 3 * US},
	{"translation request of the same", issue_request, request_answered, 3 * US},
	{"translated transaction with ATSCHK", issue_translated, write_answered, US},
	{"prefetch, behind the command queue", issue_prefetch, prefetch_answered, 4 * US},
};
#define NR_VICTIMS (sizeof(victims) / sizeof(victims[0]))

static void map_pages(void)
{
	for (u32 i = 0; i < NR_PAGES; i++) {
		s1_map(VA + 4096 * i, IPA + 4096 * i, (PTE_RW & ~PTE_AF) | UPDATED);
		s2_map(IPA + 4096 * i, PA + 4096 * i, (S2_NO_AF & ~S2_WRITE) | DBM);
	}
}

static void start(const struct kind *kind)
{
	static const struct port_endpoint_ops ops = {.invalidate = take_invalidation};

	start_with(with_everything, false);
	rig_w32(&rig, ARM_SMMU_CR0, CR0_EVTQEN | CR0_CMDQEN);
	rig_w32(&rig, ARM_SMMU_CR2, CR2_RECINVSID | (kind && kind->is_el2 ? CR2_E2H : 0));
	rig_w32(&rig, ARM_SMMU_CR0, CR0_SMMUEN | CR0_EVTQEN | CR0_CMDQEN | CR0_ATSCHK);
	endpoint.ops = &ops;
	port->endpoint = &endpoint;
	ste[1] = EATS;
	cd_words[0] = (RIG_CD | 25) | CD_HA | CD_HD | RIG_CD_ASID(ASID);
	ste[2] = S2_USUAL | S2_HA | S2_HD;
	if (kind && kind->is_el2) {
		/* one stage: its tables are where the guest's memory is */
		ste[0] = RIG_STE_S1 | cd;
		ste[1] = EATS | STRW_EL2;
		ste[2] = 0;
		ste[3] = 0;
		s1_root = rig_alloc(&rig, 4096);
		cd_words[0] = (RIG_CD | 16) | CD_HA | CD_HD | RIG_CD_ASID(ASID);
		cd_words[1] = s1_root;
		for (u32 i = 0; i < NR_PAGES; i++)
			rig_map(&rig, s1_root, VA + 4096 * i,
				(PA + 4096 * i) | (PTE_RW & ~PTE_AF) | UPDATED);
	} else {
		map_pages();
	}
	configure();
}

/* Run until @victim is answered, or @until_ps, while invalidations come. Return: when it was, 0. */
static u64 storm(const struct kind *kind, const struct victim *victim, u64 interval_ps, u32 page)
{
	u64 until_ps = sim_now_ps() + 200 * US, next_ps = sim_now_ps() + interval_ps;
	u64 at_ps;

	while (!(at_ps = victim->answered()) && sim_now_ps() < until_ps) {
		advance(next_ps);
		invalidate(kind, page);
		next_ps += interval_ps;
	}
	return at_ps;
}

/* The worst of some moments, and pages that are not cached, of an access in the storm; 0: never. */
static u64 worst_ps(const struct kind *kind, const struct victim *victim, u64 interval_ps)
{
	u64 worst = 0;

	for (u32 i = 0; i < NR_PAGES; i++) {
		u64 began_ps, at_ps;

		start(kind);
		invalidate(kind, i);
		advance(sim_now_ps() + 1 + i * interval_ps / NR_PAGES);
		began_ps = sim_now_ps();
		victim->issue(i);
		at_ps = storm(kind, victim, interval_ps, i);
		rig_stop(&rig);
		if (!at_ps)
			return 0;
		worst = at_ps - began_ps > worst ? at_ps - began_ps : worst;
	}
	return worst;
}

static const u32 intervals_ns[] = {100, 200, 300, 500, 700, 1000, 1500, 2000};
#define NR_INTERVALS (sizeof(intervals_ns) / sizeof(intervals_ns[0]))

static void everything_ends_in_a_storm(void **state)
{
	for (u32 v = 0; v < NR_VICTIMS; v++) {
		for (u32 k = 0; k < NR_KINDS; k++) {
			for (u32 i = 0; i < NR_INTERVALS; i++) {
				u64 ps = worst_ps(&kinds[k], &victims[v], intervals_ns[i] * NS);

				if (!ps || ps > victims[v].bound_ps)
					fail_msg("%s, %s each %u ns: %llu ps", victims[v].name,
						 kinds[k].name, intervals_ns[i],
						 (unsigned long long)ps);
			}
		}
	}
}

/* --- many that want the same --- */

#define NR_MANY 24

static void many_for_a_page_do_not_wait_in_vain(void **state)
{
	for (u32 k = 0; k < NR_KINDS; k++) {
		static struct rig_access many[NR_MANY];
		u64 began_ps, next_ps;

		start(&kinds[k]);
		began_ps = sim_now_ps();
		for (u32 i = 0; i < NR_MANY; i++)
			assert_int_equal(rig_issue(port, &many[i], VA, 0), PORT_PENDING);
		for (next_ps = began_ps; next_ps < began_ps + 20 * US; next_ps += 300 * NS) {
			advance(next_ps);
			invalidate(&kinds[k], 0);
		}
		for (u32 i = 0; i < NR_MANY; i++) {
			assert_int_equal(many[i].nr_completed, 1);
			assert_true(many[i].completed_ps < began_ps + 12 * US);
		}
		rig_stop(&rig);
	}
}

/* The walk of before leaves nothing for the one of after, which takes its own time only. */
static void what_begins_after_an_invalidation_follows_nothing_of_before(void **state)
{
	struct rig_access before, after;
	u64 alone_ps, began_ps;

	start(NULL);
	began_ps = sim_now_ps();
	rig_do(port, &before, VA, 0);
	alone_ps = before.completed_ps - began_ps;
	rig_cfgi_all(&rig);
	rig_tlbi_all(&rig);
	rig_issue(port, &before, VA, 0);
	advance(sim_now_ps() + alone_ps / 4);
	invalidate(&kinds[0], 0);
	invalidate(&kinds[14], 0);
	advance(sim_now_ps() + 300 * NS);
	assert_int_equal(before.nr_completed, 0);
	began_ps = sim_now_ps();
	rig_issue(port, &after, VA, 0);
	rig_run(&rig);
	assert_true(after.completed_ps <= began_ps + alone_ps);
	rig_stop(&rig);
}

/* --- faults (4.7.3) --- */

static void with_small_queue(struct smmu_params *p)
{
	rig.evtq_lg2 = 1;
}

static void until_consumed(void)
{
	while (cmdq_used()) {
		assert_true(sim_next_event_ps() != SIM_TIME_NEVER);
		sim_run(sim_next_event_ps());
	}
}

/* Faults stall. The tables are replaced by some in which VA is mapped, and that is told. */
static void start_with_stalls(void (*tweak)(struct smmu_params *))
{
	start_with(tweak, false);
	cd_words[0] = (RIG_CD | 25) | CD_S | RIG_CD_ASID(ASID);
	s1_map(VA, 0, 0);
	rig_put1(&rig, s1_slot(VA, 3), 0);
	configure();
}

static void replace_tables(void)
{
	s1_root = guest_page();
	s1_map(VA, IPA, PTE_RW);
	rig_put1(&rig, cd + 8, GUEST + s1_root);
	rig_cmd_put(&rig, kinds[2].word0, kinds[2].word1);
	rig_cmd_put(&rig, 0x11 | EL1, 0);
	rig_cmd_put(&rig, SYNC, 0);
	rig_cmd_kick(&rig);
}

static struct smmu_stats stats_now(void)
{
	struct smmu_stats stats;

	smmu_stats(rig.smmu, &stats);
	return stats;
}

static void a_fault_of_before_is_recorded_before_the_sync(void **state)
{
	u32 nr_overtaken = 0, nr_served = 0;

	for (u64 ns = 0; ns < 2500; ns += 5) {
		u32 nr_events;

		start_with_stalls(NULL);
		rig_issue(port, &access, VA, 0);
		advance(sim_now_ps() + ns * NS);
		replace_tables();
		until_consumed();
		nr_events = rig_nr_events(&rig);
		nr_overtaken += nr_events && stats_now().overtaken;
		rig_run(&rig);
		assert_int_equal(rig_nr_events(&rig), nr_events);
		assert_int_equal(access.nr_completed, !nr_events);
		nr_served += access.nr_completed;
		rig_stop(&rig);
	}
	assert_true(nr_overtaken > 10 && nr_served > 10);
}

static void a_fault_of_before_that_finds_no_room_is_not_recorded(void **state)
{
	u32 nr_overtaken = 0;

	for (u64 ns = 0; ns < 2500; ns += 5) {
		struct rig_access others[2];
		u64 event[4];

		start_with_stalls(with_small_queue);
		for (u32 i = 0; i < 2; i++)
			rig_do(port, &others[i], VA + 4096 * (i + 1), 0);
		assert_int_equal(rig_nr_events(&rig), 2);
		rig_tlbi_all(&rig);
		rig_issue(port, &access, VA, 0);
		advance(sim_now_ps() + ns * NS);
		replace_tables();
		until_consumed();
		rig_run(&rig);
		nr_overtaken += stats_now().overtaken && stats_now().evtq.deferred;
		while (rig_event(&rig, event)) {
			assert_true(event[2] >> 12 != VA >> 12);
			rig_run(&rig);
		}
		assert_int_equal(access.nr_completed, 1);
		assert_int_equal(access.a.status, PORT_DONE);
		rig_stop(&rig);
	}
	assert_true(nr_overtaken > 10);
}

/* --- what a SYNC waits for --- */

static void a_sync_that_waits_is_not_consumed_by_disabling_its_queue(void **state)
{
	const u32 on = CR0_SMMUEN | CR0_EVTQEN | CR0_CMDQEN | CR0_ATSCHK;

	start(NULL);
	issue_write(0);
	advance(sim_now_ps() + 300 * NS);
	invalidate(&kinds[0], 0);
	while (!stats_now().overtaken_waits)
		sim_run(sim_next_event_ps());
	assert_int_equal(cmdq_used(), 1);
	rig_w32(&rig, ARM_SMMU_CR0, on & ~CR0_CMDQEN);
	assert_int_equal(cmdq_used(), 1);
	assert_int_equal(access.nr_completed, 0);
	rig_run(&rig);
	assert_int_equal(cmdq_used(), 1);
	assert_int_equal(access.nr_completed, 1);
	rig_w32(&rig, ARM_SMMU_CR0, on);
	rig_run(&rig);
	assert_int_equal(cmdq_used(), 0);
	rig_stop(&rig);
}

static void with_two_queues(struct smmu_params *p)
{
	with_everything(p);
	p->arch_minor = 3;
	p->ecmdq = true;
}

#define ECMDQ_RING 0x48000000ULL
#define ECMDQ_EN 0x80000000U

static u32 ecmdq;

static void ecmdq_on(void)
{
	ecmdq = smmu_mmio_read(rig.smmu, 0x4000, 8) & ~0xffffULL;
	rig_w64(&rig, ecmdq, ECMDQ_RING | 8);
	rig_w32(&rig, ecmdq + 12, 0);
	rig_w32(&rig, ecmdq + 8, ECMDQ_EN);
	for (u32 i = 0; i < 256; i++) {
		rig_put1(&rig, ECMDQ_RING + 16 * i, 0x30);
		rig_put1(&rig, ECMDQ_RING + 16 * i + 8, 0);
	}
}

/* One more TLBI_NSNH_ALL. */
static void ecmdq_send(u32 nr)
{
	rig_w32(&rig, ecmdq + 8, ECMDQ_EN | (nr & 511));
}

/* Another queue invalidates without pause, and there is always an access that this meets. */
static void a_sync_does_not_wait_for_what_others_overtake_later(void **state)
{
	static struct rig_access many[64];
	u64 began_ps;
	u32 nr = 0;

	start(NULL);
	rig_stop(&rig);
	start_with(with_two_queues, false);
	map_pages();
	enable_updates(CD_HA | CD_HD, S2_HA | S2_HD);
	ecmdq_on();
	/* one after the other, so that they do not end together */
	for (u32 i = 0; i < 8; i++) {
		rig_issue(port, &many[i], VA + 4096 * i, 0);
		advance(sim_now_ps() + 130 * NS);
	}
	rig_cmd_put(&rig, 0x30, 0);
	rig_cmd_put(&rig, SYNC, 0);
	rig_cmd_kick(&rig);
	began_ps = sim_now_ps();
	while (cmdq_used()) {
		advance(sim_now_ps() + 150 * NS);
		ecmdq_send(++nr);
		assert_true(8 + nr < 64);
		rig_issue(port, &many[8 + nr], VA + 4096 * (nr % 8), 0);
		assert_true(sim_now_ps() < began_ps + 3 * US);
	}
	assert_true(stats_now().overtaken_waits);
	rig_run(&rig);
	rig_stop(&rig);
}

static void print_table(void)
{
	for (u32 v = 0; v < NR_VICTIMS; v++) {
		printf("%-34s", victims[v].name);
		for (u32 i = 0; i < NR_INTERVALS; i++)
			printf(" %6u", intervals_ns[i]);
		printf("  ns between\n");
		for (u32 k = 0; k < NR_KINDS; k++) {
			printf("  %-32s", kinds[k].name);
			for (u32 i = 0; i < NR_INTERVALS; i++) {
				u64 ps = worst_ps(&kinds[k], &victims[v], intervals_ns[i] * NS);

				if (ps)
					printf(" %6.2f", ps / 1e6);
				else
					printf("  never");
			}
			printf("  us\n");
		}
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_ends_in_a_storm),
		cmocka_unit_test(many_for_a_page_do_not_wait_in_vain),
		cmocka_unit_test(what_begins_after_an_invalidation_follows_nothing_of_before),
		cmocka_unit_test(a_fault_of_before_is_recorded_before_the_sync),
		cmocka_unit_test(a_fault_of_before_that_finds_no_room_is_not_recorded),
		cmocka_unit_test(a_sync_that_waits_is_not_consumed_by_disabling_its_queue),
		cmocka_unit_test(a_sync_does_not_wait_for_what_others_overtake_later),
	};

	if (argc > 1 && !strcmp(argv[1], "-p")) {
		print_table();
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
