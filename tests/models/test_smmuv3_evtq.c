// SPDX-License-Identifier: GPL-2.0-only
/*
 * Theorems: records arrive in order at every queue size from one entry, the
 * wrap bit goes with the index, also through the overflow flag's neighbourhood;
 * a full queue loses records of terminated accesses, never writes over others,
 * and shows it by OVFLG, once until acknowledged, and not before the queue is
 * seen full; an abort of a write leaves PROD and is a global error; the
 * interrupt comes when the queue was empty; writes overlap in time; hardware that
 * merges does so with events that are alike, as STE.MEV permits, with young records
 * that software has not taken, and with no others.
 */
#include "sim/trace.h"
#include "tests/models/smmuv3_rig.h"

#define SID 5
#define OVFLG 0x80000000U

static struct rig rig;
static struct port *port;

static void start(u32 evtq_lg2)
{
	rig_defaults(&rig);
	rig.evtq_lg2 = evtq_lg2;
	rig_start(&rig);
	rig_enable(&rig);
	port = smmu_port_create(rig.smmu, SID);
	rig_stream(&rig, SID, 0, rig_alloc(&rig, 4096));
}

static int setup(void **state)
{
	start(3);
	return 0;
}

static int teardown(void **state)
{
	rig_stop(&rig);
	return 0;
}

static void restart(u32 evtq_lg2)
{
	rig_stop(&rig);
	start(evtq_lg2);
}

/* An access that ends with an F_TRANSLATION for @iova. */
static void fault(u64 iova)
{
	struct rig_access access;

	assert_int_equal(rig_do(port, &access, iova, 0), PORT_ABORTED);
}

static void expect_event(u64 iova)
{
	u64 event[4];

	assert_true(rig_event(&rig, event));
	assert_true(event[0] == (0x10 | (u64)SID << 32));
	assert_true(event[2] == iova);
}

static u32 prod(void)
{
	return rig_r32(&rig, ARM_SMMU_EVTQ_PROD);
}

static u32 active_errors(void)
{
	return rig_r32(&rig, ARM_SMMU_GERROR) ^ rig_r32(&rig, ARM_SMMU_GERRORN);
}

static struct iommu_queue_stats stats(void)
{
	struct smmu_stats all;

	smmu_stats(rig.smmu, &all);
	return all.evtq;
}

/* --- order and wrap --- */

static void records_arrive_in_order_at_every_size(void **state)
{
	for (u32 lg2 = 0; lg2 <= 4; lg2++) {
		u32 entries = 1U << lg2;
		u64 iova = 0;

		restart(lg2);
		for (u32 turn = 0; turn < 7; turn++) {
			for (u32 i = 0; i < entries; i++)
				fault(iova + 0x1000 * i);
			assert_int_equal(rig_nr_events(&rig), entries);
			/* index and wrap bit, nothing above */
			assert_int_equal(prod(), ((turn + 1) * entries) % (2 * entries));
			for (u32 i = 0; i < entries; i++)
				expect_event(iova + 0x1000 * i);
			iova += 0x1000 * entries;
		}
		assert_int_equal(stats().pushed, 7 * entries);
		assert_int_equal(stats().popped, 7 * entries);
		assert_int_equal(stats().max_depth, entries);
		assert_int_equal(stats().overflows, 0);
	}
}

static void queue_size_is_limited_by_the_hardware(void **state)
{
	rig_w32(&rig, ARM_SMMU_CR0, 0);
	rig_w64(&rig, ARM_SMMU_EVTQ_BASE, RIG_EVTQ | 19);
	rig_w32(&rig, ARM_SMMU_EVTQ_PROD, 127);
	rig_w32(&rig, ARM_SMMU_EVTQ_CONS, 127);
	rig_w32(&rig, ARM_SMMU_CR0, CR0_SMMUEN | CR0_EVTQEN);
	fault(0x1000);
	fault(0x2000);
	/* IDR1.EVENTQS is 7 */
	assert_int_equal(prod(), 129);
	assert_true(rig_get(&rig, RIG_EVTQ + 127 * 32 + 16) == 0x1000);
	assert_true(rig_get(&rig, RIG_EVTQ + 16) == 0x2000);
}

/* --- overflow --- */

static void overflow_loses_the_new_and_keeps_the_old(void **state)
{
	for (u32 lg2 = 0; lg2 <= 4; lg2++) {
		u32 entries = 1U << lg2;

		restart(lg2);
		for (u32 i = 0; i < entries; i++)
			fault(0x1000 * i);
		assert_int_equal(prod(), entries);
		fault(0xbad000);
		assert_int_equal(prod(), entries | OVFLG);
		assert_int_equal(stats().overflows, 1);
		for (u32 i = 0; i < entries; i++)
			expect_event(0x1000 * i);
		assert_int_equal(rig_nr_events(&rig), 0);
		/* OVFLG stays next to an index that goes on wrapping */
		for (u32 i = 0; i < 3 * entries; i++) {
			fault(0x100000 + 0x1000 * i);
			assert_int_equal(prod() & OVFLG, OVFLG);
			expect_event(0x100000 + 0x1000 * i);
		}
		assert_int_equal(prod(), OVFLG | ((4 * entries) % (2 * entries)));
	}
}

static void evtq_overflow_sets_ovflg_once(void **state)
{
	for (u32 i = 0; i < 8; i++)
		fault(0x1000 * i);
	fault(0xbad000);
	assert_int_equal(prod() & OVFLG, OVFLG);
	/* more losses before the acknowledgement do not toggle it back */
	fault(0xbad000);
	fault(0xbad000);
	assert_int_equal(prod() & OVFLG, OVFLG);
	assert_int_equal(stats().overflows, 3);
	/* room, but not acknowledged: records flow, losses are not seen */
	rig_w32(&rig, ARM_SMMU_EVTQ_CONS, 1);
	rig.evt_cons = 1;
	fault(0x99000);
	fault(0xbad000);
	assert_int_equal(prod() & OVFLG, OVFLG);
	/* acknowledged: the next one toggles */
	rig_w32(&rig, ARM_SMMU_EVTQ_CONS, 1 | OVFLG);
	assert_int_equal(prod() & OVFLG, OVFLG);
	fault(0xbad000);
	assert_int_equal(prod() & OVFLG, 0);
	for (u32 i = 1; i < 8; i++)
		expect_event(0x1000 * i);
	expect_event(0x99000);
	assert_int_equal(rig_nr_events(&rig), 0);
	assert_int_equal(active_errors(), 0);
}

/* 7.4: nobody sees the flag who could not have seen a full queue first. */
static void overflow_is_not_seen_before_the_queue_is_full(void **state)
{
	struct rig_access accesses[16];

	for (u32 i = 0; i < 16; i++)
		rig_issue(port, &accesses[i], 0x1000 * i, 0);
	while (sim_next_event_ps() != SIM_TIME_NEVER) {
		sim_run(sim_next_event_ps());
		if (prod() & OVFLG)
			assert_int_equal(rig_nr_events(&rig), 8);
	}
	assert_int_equal(prod(), 8 | OVFLG);
	assert_int_equal(stats().overflows, 8);
	for (u32 i = 0; i < 16; i++)
		assert_int_equal(accesses[i].nr_completed, 1);
}

static void disabled_queue_loses_without_overflow(void **state)
{
	for (u32 i = 0; i < 8; i++)
		fault(0x1000 * i);
	rig_w32(&rig, ARM_SMMU_CR0, CR0_SMMUEN);
	fault(0xbad000);
	rig_w32(&rig, ARM_SMMU_CR0, CR0_SMMUEN | CR0_EVTQEN);
	assert_int_equal(prod(), 8);
	assert_int_equal(stats().overflows, 0);
}

/* --- an abort of a write (7.2.2) --- */

static void move_queue(u64 base)
{
	rig_w32(&rig, ARM_SMMU_CR0, CR0_SMMUEN);
	rig_w64(&rig, ARM_SMMU_EVTQ_BASE, base | 3);
	rig_w32(&rig, ARM_SMMU_CR0, CR0_SMMUEN | CR0_EVTQEN);
}

static void aborted_write_leaves_prod_and_is_a_global_error(void **state)
{
	move_queue(RIG_NOWHERE);
	fault(0x1000);
	assert_int_equal(prod(), 0);
	assert_int_equal(active_errors(), GERROR_EVTQ_ABT_ERR);
	/* the error's interrupt, not the queue's */
	assert_int_equal(rig.nr_irqs, 1);
	assert_int_equal(rig.last_irq_data, 0x6e44);
	/* not writable meanwhile: lost, and no overflow, even where memory is good */
	move_queue(RIG_EVTQ);
	fault(0x2000);
	assert_int_equal(prod(), 0);
	assert_int_equal(stats().overflows, 0);
	rig_w32(&rig, ARM_SMMU_GERRORN, rig_r32(&rig, ARM_SMMU_GERROR));
	fault(0x3000);
	expect_event(0x3000);
	assert_int_equal(active_errors(), 0);
}

static void aborted_write_loses_those_behind_it(void **state)
{
	struct rig_access accesses[6];

	move_queue(RIG_NOWHERE);
	for (u32 i = 0; i < 6; i++)
		rig_issue(port, &accesses[i], 0x1000 * i, 0);
	rig_run(&rig);
	for (u32 i = 0; i < 6; i++)
		assert_int_equal(accesses[i].a.status, PORT_ABORTED);
	assert_int_equal(prod(), 0);
	assert_int_equal(active_errors(), GERROR_EVTQ_ABT_ERR);
}

/* --- interrupt --- */

static void interrupt_comes_when_the_queue_was_empty(void **state)
{
	fault(0x1000);
	assert_int_equal(rig.nr_irqs, 1);
	assert_int_equal(rig.last_irq_data, 0xe4e4);
	fault(0x2000);
	fault(0x3000);
	assert_int_equal(rig.nr_irqs, 1);
	expect_event(0x1000);
	expect_event(0x2000);
	fault(0x4000);
	assert_int_equal(rig.nr_irqs, 1);
	expect_event(0x3000);
	expect_event(0x4000);
	fault(0x5000);
	assert_int_equal(rig.nr_irqs, 2);
}

static void interrupt_follows_the_record(void **state)
{
	struct rig_access access;

	rig_issue(port, &access, 0x1000, 0);
	while (!rig.nr_irqs)
		sim_run(sim_next_event_ps());
	assert_int_equal(rig_nr_events(&rig), 1);
	expect_event(0x1000);
}

static void aborted_evtq_msi_is_a_global_error(void **state)
{
	rig_w32(&rig, ARM_SMMU_IRQ_CTRL, 0);
	rig_w64(&rig, ARM_SMMU_EVTQ_IRQ_CFG0, RIG_NOWHERE);
	rig_w32(&rig, ARM_SMMU_IRQ_CTRL, IRQ_CTRL_EVTQ_IRQEN);
	fault(0x1000);
	assert_int_equal(active_errors(), GERROR_MSI_EVTQ_ABT_ERR);
	expect_event(0x1000);
}

static void msi_address_zero_means_no_msi(void **state)
{
	rig_w32(&rig, ARM_SMMU_IRQ_CTRL, 0);
	rig_w64(&rig, ARM_SMMU_EVTQ_IRQ_CFG0, 0);
	rig_w32(&rig, ARM_SMMU_IRQ_CTRL, IRQ_CTRL_EVTQ_IRQEN);
	fault(0x1000);
	assert_int_equal(rig.nr_irqs, 0);
	assert_int_equal(active_errors(), 0);
}

/* --- EVENTQEN to 0 (6.3.9.4) --- */

static void disabling_waits_for_records_under_way(void **state)
{
	struct rig_access accesses[4];
	u32 seen;

	for (u32 i = 0; i < 4; i++)
		rig_issue(port, &accesses[i], 0x1000 * i, 0);
	while (!rig_nr_events(&rig))
		sim_run(sim_next_event_ps());
	rig_w32(&rig, ARM_SMMU_CR0, CR0_SMMUEN);
	seen = rig_nr_events(&rig);
	assert_true(seen >= 1);
	rig_run(&rig);
	assert_int_equal(rig_nr_events(&rig), seen);
	for (u32 i = 0; i < 4; i++)
		assert_int_equal(accesses[i].nr_completed, 1);
}

/* --- trace points --- */

static struct sim_trace_record traced[64];
static u32 nr_traced;

static void trace_sink(void *opaque, const struct sim_trace_record *record)
{
	traced[nr_traced++ % 64] = *record;
}

static void expect_trace(u32 i, u32 id, u64 queue, u64 depth)
{
	assert_int_equal(traced[i].id, id);
	assert_int_equal(traced[i].a, queue);
	assert_int_equal(traced[i].b, depth);
}

/* Queue number: of the SMMU times 4, plus 0 for commands and 1 for events. */
static void queues_are_traced_by_number(void **state)
{
	rig_stop(&rig);
	rig_defaults(&rig);
	rig.number = 3;
	rig.evtq_lg2 = 1;
	rig_start(&rig);
	rig_enable(&rig);
	port = smmu_port_create(rig.smmu, SID);
	nr_traced = 0;
	sim_trace_set_sink(trace_sink, NULL,
			   1 << SIM_TRACE_QUEUE_PUSH | 1 << SIM_TRACE_QUEUE_POP |
				   1 << SIM_TRACE_QUEUE_OVERFLOW);
	rig_stream(&rig, SID, 0, rig_alloc(&rig, 4096));
	fault(0x1000);
	fault(0x2000);
	fault(0x3000);
	expect_event(0x1000);
	rig_cmd_put(&rig, 0x46, 0);
	rig_cmd_put(&rig, 0x46, 0);
	rig_cmd_kick(&rig);
	rig_run(&rig);
	assert_int_equal(nr_traced, 7);
	expect_trace(0, SIM_TRACE_QUEUE_PUSH, 13, 1);
	expect_trace(1, SIM_TRACE_QUEUE_PUSH, 13, 2);
	expect_trace(2, SIM_TRACE_QUEUE_OVERFLOW, 13, 0);
	expect_trace(3, SIM_TRACE_QUEUE_POP, 13, 1);
	expect_trace(4, SIM_TRACE_QUEUE_PUSH, 12, 2);
	expect_trace(5, SIM_TRACE_QUEUE_POP, 12, 1);
	expect_trace(6, SIM_TRACE_QUEUE_POP, 12, 0);
}

/* --- garbage --- */

static void garbage_pointers_are_survived(void **state)
{
	static const u32 values[] = {0xffffffff, 0x7, 0xf, 0x80000008, 0x12345};

	for (u32 i = 0; i < 5; i++) {
		for (u32 j = 0; j < 5; j++) {
			rig_w32(&rig, ARM_SMMU_CR0, CR0_SMMUEN);
			rig_w32(&rig, ARM_SMMU_EVTQ_PROD, values[i]);
			rig_w32(&rig, ARM_SMMU_CR0, CR0_SMMUEN | CR0_EVTQEN);
			rig_w32(&rig, ARM_SMMU_EVTQ_CONS, values[j]);
			fault(0x1000);
			rig_w32(&rig, ARM_SMMU_EVTQ_CONS, values[(j + i) % 5]);
			fault(0x2000);
		}
	}
}

/* --- time --- */

/* Sixteen records take far less than sixteen writes one after another. */
static void writes_overlap(void **state)
{
	struct rig_access accesses[16];
	u64 first_ps = 0, last_ps = 0;

	restart(7);
	for (u32 i = 0; i < 16; i++)
		rig_issue(port, &accesses[i], 0x1000 * i, 0);
	while (sim_next_event_ps() != SIM_TIME_NEVER) {
		sim_run(sim_next_event_ps());
		if (rig_nr_events(&rig) && !first_ps)
			first_ps = sim_now_ps();
		if (rig_nr_events(&rig) == 16 && !last_ps)
			last_ps = sim_now_ps();
	}
	assert_true(first_ps && last_ps);
	assert_true(last_ps - first_ps < 8 * rig.mem_params.latency_ps);
}

/* --- merging (7.3.1) --- */

#define MEV (1ULL << 19)
#define SSID_BITS 4ULL

/* Hardware that looks @records back; a stream with MEV and substreams 1 to 15 of one CD. */
static void start_merging(u32 records, u64 mev)
{
	u64 words[8] = {RIG_CD | 16};
	pa_t cds;

	rig_stop(&rig);
	rig_defaults(&rig);
	rig.evtq_lg2 = 3;
	rig.mem_params.size_bytes -= 0xc00;
	rig.params.merge_records = records;
	rig.params.merge_window_ps = 1000000000;
	rig_start(&rig);
	rig_enable(&rig);
	port = smmu_port_create(rig.smmu, SID);
	words[1] = rig_alloc(&rig, 4096);
	cds = rig_alloc(&rig, 64 << SSID_BITS);
	for (u32 i = 0; i < 1U << SSID_BITS; i++)
		rig_put(&rig, cds + 64 * i, words, 8);
	rig_ste(&rig, SID, RIG_STE_S1 | cds | SSID_BITS << 59, mev | 2);
}

static u64 nr_merged(void)
{
	struct smmu_stats all;

	smmu_stats(rig.smmu, &all);
	return all.merged;
}

static void fault_as(u64 iova, u32 flags, int pasid)
{
	struct rig_access access;

	assert_int_equal(rig_do(port, &access, iova, flags | rig_pasid(pasid)), PORT_ABORTED);
}

static void like_events_are_one_record_if_mev_permits(void **state)
{
	for (u32 how = 0; how < 3; how++) {
		/* hardware that merges without permission, with it, and that does not */
		start_merging(how == 2 ? 0 : 4, how ? MEV : 0);
		fault(0x1000);
		fault(0x1000);
		fault(0x1fff);
		assert_int_equal(rig_nr_events(&rig), how == 1 ? 1 : 3);
		assert_int_equal(nr_merged(), how == 1 ? 2 : 0);
		expect_event(0x1000);
	}
}

static void set_mev(u64 mev)
{
	rig_put1(&rig, RIG_STRTAB + 64 * SID + 8, mev | 2);
	rig_cfgi_all(&rig);
}

static void both_events_need_permission(void **state)
{
	start_merging(4, MEV);
	fault(0x1000);
	set_mev(0);
	fault(0x1000);
	assert_int_equal(rig_nr_events(&rig), 2);
	fault(0x2000);
	set_mev(MEV);
	fault(0x2000);
	assert_int_equal(rig_nr_events(&rig), 4);
	fault(0x2000);
	assert_int_equal(rig_nr_events(&rig), 4);
}

static void unlike_events_are_not_merged(void **state)
{
	start_merging(8, MEV);
	fault(0x1000);
	fault(0x2000);
	fault_as(0x1000, RIG_WRITE, RIG_NO_PASID);
	fault_as(0x1000, RIG_PRIV, RIG_NO_PASID);
	fault_as(0x1000, RIG_INSTR, RIG_NO_PASID);
	fault_as(0x1000, 0, 3);
	fault_as(0x1000, 0, 4);
	/* the same address, but of another kind: beyond T0SZ of nothing, a bad substream */
	fault_as(0x1000, 0, 0x10);
	assert_int_equal(rig_nr_events(&rig), 8);
	assert_int_equal(nr_merged(), 0);
	/* and each of them is like itself */
	fault_as(0x1000, RIG_WRITE, RIG_NO_PASID);
	fault_as(0x1000, 0, 4);
	fault_as(0x1000, 0, 0x10);
	assert_int_equal(nr_merged(), 3);
}

static void aborts_of_different_fetches_are_not_merged(void **state)
{
	pa_t table;

	start_merging(8, MEV);
	table = rig_alloc(&rig, 4096);
	rig_put1(&rig, rig_get(&rig, RIG_STRTAB + 64 * SID) & 0xffffffffffc0ULL, 16 | RIG_CD);
	rig_put1(&rig, (rig_get(&rig, RIG_STRTAB + 64 * SID) & 0xffffffffffc0ULL) + 8, table);
	rig_put1(&rig, table, RIG_NOWHERE | PTE_TABLE);
	fault(0x1000);
	rig_put1(&rig, table, (RIG_NOWHERE + 0x1000) | PTE_TABLE);
	rig_tlbi_all(&rig);
	fault(0x1000);
	fault(0x1800);
	assert_int_equal(rig_nr_events(&rig), 2);
	assert_int_equal(nr_merged(), 1);
}

static void events_before_an_ste_need_no_permission(void **state)
{
	struct port *far, *bad, *gone;
	struct rig_access access;

	start_merging(4, 0);
	far = smmu_port_create(rig.smmu, 1 << RIG_SID_LG2);
	bad = smmu_port_create(rig.smmu, 7);
	gone = smmu_port_create(rig.smmu, 8);
	for (u32 i = 0; i < 3; i++) {
		assert_int_equal(rig_do(far, &access, 0, 0), PORT_ABORTED);
		assert_int_equal(rig_do(bad, &access, 0, 0), PORT_ABORTED);
	}
	rig_w32(&rig, ARM_SMMU_CR0, CR0_EVTQEN | CR0_CMDQEN);
	rig_w64(&rig, ARM_SMMU_STRTAB_BASE, RIG_NOWHERE);
	rig_w32(&rig, ARM_SMMU_CR0, CR0_EVTQEN | CR0_CMDQEN | CR0_SMMUEN);
	for (u32 i = 0; i < 3; i++)
		assert_int_equal(rig_do(gone, &access, 0, 0), PORT_ABORTED);
	assert_int_equal(rig_nr_events(&rig), 3);
	assert_int_equal(nr_merged(), 6);
}

static void nothing(struct sim_event *event)
{
}

static void let_pass(u64 ps)
{
	struct sim_event event;

	sim_event_init(&event, nothing);
	sim_event_schedule(&event, sim_now_ps() + ps);
	rig_run(&rig);
}

static void only_young_records_take_events(void **state)
{
	start_merging(4, MEV);
	fault(0x1000);
	let_pass(rig.params.merge_window_ps / 2);
	fault(0x1000);
	assert_int_equal(rig_nr_events(&rig), 1);
	/* merging does not make it any younger */
	let_pass(rig.params.merge_window_ps / 2);
	fault(0x1000);
	assert_int_equal(rig_nr_events(&rig), 2);
}

static void only_the_newest_records_take_events(void **state)
{
	start_merging(2, MEV);
	fault(0x1000);
	fault(0x2000);
	fault(0x1000);
	assert_int_equal(rig_nr_events(&rig), 2);
	fault(0x3000);
	fault(0x1000);
	assert_int_equal(rig_nr_events(&rig), 4);
}

static void records_that_were_taken_take_no_events(void **state)
{
	start_merging(4, MEV);
	fault(0x1000);
	fault(0x2000);
	expect_event(0x1000);
	fault(0x1000);
	fault(0x2000);
	expect_event(0x2000);
	expect_event(0x1000);
	assert_int_equal(rig_nr_events(&rig), 0);
	assert_int_equal(nr_merged(), 1);
}

static void merged_events_need_no_room(void **state)
{
	start_merging(8, MEV);
	for (u32 i = 0; i < 8; i++)
		fault(0x1000 * i);
	for (u32 i = 0; i < 8; i++)
		fault(0x1000 * i);
	assert_int_equal(nr_merged(), 8);
	assert_int_equal(prod() & OVFLG, 0);
	fault(0x8000);
	assert_int_equal(prod() & OVFLG, OVFLG);
}

static void records_that_were_lost_take_no_events(void **state)
{
	start_merging(4, MEV);
	move_queue(RIG_NOWHERE);
	fault(0x1000);
	move_queue(RIG_EVTQ);
	rig_w32(&rig, ARM_SMMU_GERRORN, rig_r32(&rig, ARM_SMMU_GERROR));
	fault(0x1000);
	expect_event(0x1000);
	assert_int_equal(nr_merged(), 0);
	/* nor those of a queue that was switched off meanwhile */
	fault(0x2000);
	move_queue(RIG_EVTQ);
	fault(0x2000);
	assert_int_equal(rig_nr_events(&rig), 2);
	assert_int_equal(nr_merged(), 0);
}

/* The second half of the queue is where there is no memory. */
static void records_lost_behind_others_take_no_events(void **state)
{
	start_merging(4, MEV);
	rig_w32(&rig, ARM_SMMU_CR0, CR0_SMMUEN);
	rig_w64(&rig, ARM_SMMU_EVTQ_BASE, (RIG_RAM + rig.mem_params.size_bytes - 0x400) | 7);
	rig_w32(&rig, ARM_SMMU_EVTQ_PROD, 31);
	rig_w32(&rig, ARM_SMMU_EVTQ_CONS, 31);
	rig_w32(&rig, ARM_SMMU_CR0, CR0_SMMUEN | CR0_EVTQEN);
	fault(0x1000);
	assert_int_equal(prod(), 32);
	fault(0x2000);
	assert_int_equal(active_errors(), GERROR_EVTQ_ABT_ERR);
	rig_w32(&rig, ARM_SMMU_GERRORN, rig_r32(&rig, ARM_SMMU_GERROR));
	fault(0x2000);
	assert_int_equal(active_errors(), GERROR_EVTQ_ABT_ERR);
	assert_int_equal(nr_merged(), 0);
}

static void events_under_way_merge_too(void **state)
{
	struct rig_access accesses[6];

	start_merging(4, MEV);
	for (u32 i = 0; i < 6; i++)
		rig_issue(port, &accesses[i], 0x1000 + 64 * i, 0);
	rig_run(&rig);
	for (u32 i = 0; i < 6; i++)
		assert_int_equal(accesses[i].a.status, PORT_ABORTED);
	expect_event(0x1000);
	assert_int_equal(rig_nr_events(&rig), 0);
	assert_int_equal(nr_merged(), 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(records_arrive_in_order_at_every_size),
		T(queue_size_is_limited_by_the_hardware),
		T(overflow_loses_the_new_and_keeps_the_old),
		T(evtq_overflow_sets_ovflg_once),
		T(overflow_is_not_seen_before_the_queue_is_full),
		T(disabled_queue_loses_without_overflow),
		T(aborted_write_leaves_prod_and_is_a_global_error),
		T(aborted_write_loses_those_behind_it),
		T(interrupt_comes_when_the_queue_was_empty),
		T(interrupt_follows_the_record),
		T(aborted_evtq_msi_is_a_global_error),
		T(msi_address_zero_means_no_msi),
		T(disabling_waits_for_records_under_way),
		T(queues_are_traced_by_number),
		T(garbage_pointers_are_survived),
		T(writes_overlap),
		T(like_events_are_one_record_if_mev_permits),
		T(both_events_need_permission),
		T(unlike_events_are_not_merged),
		T(aborts_of_different_fetches_are_not_merged),
		T(events_before_an_ste_need_no_permission),
		T(only_young_records_take_events),
		T(only_the_newest_records_take_events),
		T(records_that_were_taken_take_no_events),
		T(merged_events_need_no_room),
		T(records_that_were_lost_take_no_events),
		T(records_lost_behind_others_take_no_events),
		T(events_under_way_merge_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
