// SPDX-License-Identifier: GPL-2.0-only
/*
 * Theorems: a stalled access is recorded with a STAG, whatever CD.R says, and
 * ends by RESUME or STALL_TERM as they ask and by nothing else; a wrong STAG or
 * StreamID has no effect; a STAG is not used again before its access ended; a
 * stall record that finds the queue full waits, never overflows, and is retried
 * if it was invalidated meanwhile; a full stall table and a port's max_stalled
 * hold accesses back in order and lose none. And a soak: whatever software does,
 * every access is answered once and every count adds up.
 */
#include "sim/rng.h"
#include "tests/models/smmuv3_rig.h"

#define SID 5
#define OTHER_SID 6
#define OVFLG 0x80000000U

static struct rig rig;
static struct port *port, *other;
static pa_t root;

/* --- what the observer says --- */

enum seen { DETECTED, RECORDED, CONSUMED, COMPLETED };

static struct seen_event {
	u64 iova;
	u64 began_ps, at_ps, worked_ps, waited_ps;
	u32 stag, sid;
	enum seen what;
	enum port_status status;
} seen[4096];
static u32 nr_seen;

static void see(struct seen_event event)
{
	event.at_ps = sim_now_ps();
	seen[nr_seen++ % 4096] = event;
}

static void on_detected(void *opaque, struct port_fault fault, const struct port_access *access,
			u64 began_ps)
{
	assert_true(began_ps <= sim_now_ps());
	assert_int_equal(fault.kind, PORT_FAULT_STALL);
	see((struct seen_event){.what = DETECTED,
				.stag = fault.tag,
				.sid = fault.stream_id,
				.iova = access->iova,
				.began_ps = began_ps,
				.waited_ps = access->waited_ps});
}

static void on_recorded(void *opaque, struct port_fault fault, u64 worked_ps)
{
	see((struct seen_event){.what = RECORDED, .stag = fault.tag, .worked_ps = worked_ps});
}

static void on_consumed(void *opaque, struct port_fault fault, u64 worked_ps)
{
	see((struct seen_event){.what = CONSUMED, .stag = fault.tag, .worked_ps = worked_ps});
}

static void on_completed(void *opaque, struct port_fault fault, enum port_status status,
			 u64 worked_ps)
{
	see((struct seen_event){
		.what = COMPLETED, .stag = fault.tag, .status = status, .worked_ps = worked_ps});
}

static const struct iommu_observer observer = {
	.detected = on_detected,
	.recorded = on_recorded,
	.consumed = on_consumed,
	.completed = on_completed,
};

static void start(u32 evtq_lg2, void (*change)(struct smmu_params *params))
{
	rig_defaults(&rig);
	rig.evtq_lg2 = evtq_lg2;
	if (change)
		change(&rig.params);
	rig_start(&rig);
	rig_enable(&rig);
	smmu_set_observer(rig.smmu, &observer, NULL);
	nr_seen = 0;
	port = smmu_port_create(rig.smmu, SID);
	other = smmu_port_create(rig.smmu, OTHER_SID);
	root = rig_alloc(&rig, 4096);
	rig_stream(&rig, SID, RIG_CD_S | RIG_CD_ASID(1), root);
	rig_stream(&rig, OTHER_SID, RIG_CD_S | RIG_CD_ASID(1), root);
}

static int setup(void **state)
{
	start(7, NULL);
	return 0;
}

static int teardown(void **state)
{
	rig_stop(&rig);
	return 0;
}

static void restart(u32 evtq_lg2, void (*change)(struct smmu_params *params))
{
	rig_stop(&rig);
	start(evtq_lg2, change);
}

static struct smmu_stats stats(void)
{
	struct smmu_stats all;

	smmu_stats(rig.smmu, &all);
	return all;
}

#define TERM_RAZ_WI 0ULL
#define RETRY 1ULL
#define TERM_ABORT 2ULL

static void resume(u32 sid, u32 stag, u64 how)
{
	rig_cmd(&rig, 0x44 | (u64)sid << 32 | how << 12, stag);
}

static void stall_term(u32 sid)
{
	rig_cmd(&rig, 0x45 | (u64)sid << 32, 0);
}

static void map(u64 iova)
{
	rig_map(&rig, root, iova, (0x60000000 + (iova & 0xfffffff)) | PTE_RW);
}

/* Let @access stall. */
static void stall(struct port *at, struct rig_access *access, u64 iova, u32 flags)
{
	assert_int_equal(rig_do(at, access, iova, flags), PORT_PENDING);
}

/* The next record must be a stall for @iova; Return: its STAG. */
static u32 expect_stall(u32 sid, u64 iova)
{
	u64 event[4];

	assert_true(rig_event(&rig, event));
	assert_true((event[0] & 0xff) == 0x10);
	assert_int_equal(event[0] >> 32, sid);
	assert_true(event[1] >> 31 & 1);
	assert_true(event[2] == iova);
	return event[1] & 0xffff;
}

/* --- one access --- */

static void a_stalled_access_is_recorded_and_retried(void **state)
{
	struct rig_access access;
	u64 event[4];
	u64 start_ps = sim_now_ps();

	stall(port, &access, 0x12345678, RIG_WRITE | RIG_PRIV);
	assert_true(rig_event(&rig, event));
	assert_true(event[0] == (0x10 | (u64)SID << 32));
	/* CLASS IN, PnU, Stall, STAG 0 */
	assert_true(event[1] == (2ULL << 40 | 1ULL << 33 | 1ULL << 31));
	assert_true(event[2] == 0x12345678);
	assert_true(event[3] == 0);
	assert_int_equal(nr_seen, 2);
	assert_int_equal(seen[0].what, DETECTED);
	assert_int_equal(seen[0].began_ps, start_ps);
	assert_int_equal(seen[0].sid, SID);
	assert_int_equal(seen[1].what, RECORDED);
	map(0x12345000);
	resume(SID, 0, RETRY);
	assert_int_equal(access.nr_completed, 1);
	assert_int_equal(access.a.status, PORT_DONE);
	assert_true(access.a.pa == 0x60000000 + 0x2345678);
	assert_int_equal(access.a.nr_stalls, 1);
	assert_int_equal(nr_seen, 4);
	assert_int_equal(seen[2].what, CONSUMED);
	assert_int_equal(seen[3].what, COMPLETED);
	assert_int_equal(seen[3].status, PORT_DONE);
	assert_int_equal(seen[3].at_ps, access.completed_ps);
	assert_int_equal(stats().stalls, 1);
	assert_int_equal(stats().retried, 1);
}

/* Alone it waits for nobody: the hardware is busy with it all the time. Of two, the second
 * follows the walk of the first; making its record takes no longer for that. */
static void what_the_hardware_worked_is_told(void **state)
{
	struct rig_access access, second;
	u64 alone_ps[2];

	stall(port, &access, 0x1000, 0);
	assert_int_equal(seen[0].waited_ps, 0);
	alone_ps[0] = seen[1].at_ps - seen[0].at_ps;
	assert_int_equal(seen[1].worked_ps, alone_ps[0]);
	map(0x1000);
	resume(SID, expect_stall(SID, 0x1000), RETRY);
	assert_int_equal(seen[3].worked_ps, seen[3].at_ps - seen[2].at_ps);
	alone_ps[1] = seen[2].worked_ps;
	assert_true(alone_ps[1] > 0);

	nr_seen = 0;
	rig_issue(port, &access, 0x2000, 0);
	rig_issue(port, &second, 0x2000, 0);
	assert_int_equal(sim_run(SIM_TIME_NEVER), SIM_RUN_IDLE);
	assert_int_equal(nr_seen, 4);
	for (u32 i = 0; i < 4; i++) {
		if (seen[i].what == RECORDED)
			assert_int_equal(seen[i].worked_ps, alone_ps[0]);
		else
			assert_int_equal(seen[i].waited_ps != 0, i != 0);
	}
	map(0x2000);
	nr_seen = 0;
	rig_cmd(&rig, 0x44 | (u64)SID << 32 | RETRY << 12, expect_stall(SID, 0x2000));
	assert_int_equal(seen[0].worked_ps, alone_ps[1]);
}

/* A retry that faults again is a new fault: reported anew. */
static void a_retry_that_faults_again_stalls_again(void **state)
{
	struct rig_access access;

	stall(port, &access, 0x1000, 0);
	for (u32 i = 0; i < 5; i++) {
		u32 stag = expect_stall(SID, 0x1000);
		u64 resumed_ps;

		nr_seen = 0;
		resume(SID, stag, RETRY);
		assert_int_equal(access.nr_completed, 0);
		assert_int_equal(access.a.nr_stalls, i + 2);
		assert_int_equal(nr_seen, 4);
		assert_int_equal(seen[0].what, CONSUMED);
		resumed_ps = seen[0].at_ps;
		assert_int_equal(seen[1].what, COMPLETED);
		assert_int_equal(seen[1].status, PORT_PENDING);
		assert_int_equal(seen[2].what, DETECTED);
		assert_int_equal(seen[2].began_ps, resumed_ps);
		assert_int_equal(seen[3].what, RECORDED);
	}
	map(0x1000);
	resume(SID, expect_stall(SID, 0x1000), RETRY);
	assert_int_equal(access.a.status, PORT_DONE);
	assert_int_equal(stats().stalls, 6);
}

static void with_raz_wi(struct smmu_params *p)
{
	p->abort_only = 0;
}

static void resume_terminates_as_asked(void **state)
{
	struct rig_access access;

	stall(port, &access, 0x1000, 0);
	resume(SID, expect_stall(SID, 0x1000), TERM_ABORT);
	assert_int_equal(access.a.status, PORT_ABORTED);
	/* TERM_MODEL 1: Ab is ignored */
	stall(port, &access, 0x1000, 0);
	resume(SID, expect_stall(SID, 0x1000), TERM_RAZ_WI);
	assert_int_equal(access.a.status, PORT_ABORTED);
	restart(7, with_raz_wi);
	stall(port, &access, 0x1000, 0);
	resume(SID, expect_stall(SID, 0x1000), TERM_RAZ_WI);
	assert_int_equal(access.a.status, PORT_DONE);
	assert_true(access.a.is_raz_wi);
	stall(port, &access, 0x1000, 0);
	resume(SID, expect_stall(SID, 0x1000), TERM_ABORT);
	assert_int_equal(access.a.status, PORT_ABORTED);
	assert_false(access.a.is_raz_wi);
	/* Ac 1: Ab is ignored */
	map(0x1000);
	stall(port, &access, 0x2000, 0);
	map(0x2000);
	resume(SID, expect_stall(SID, 0x2000), RETRY | TERM_ABORT);
	assert_int_equal(access.a.status, PORT_DONE);
	assert_false(access.a.is_raz_wi);
}

static void wrong_stag_or_streamid_has_no_effect(void **state)
{
	struct rig_access access, second;
	u32 stag;

	stall(port, &access, 0x1000, 0);
	stag = expect_stall(SID, 0x1000);
	map(0x1000);
	for (u32 wrong = 0; wrong < 0x10000; wrong = wrong < 70 ? wrong + 1 : wrong * 2) {
		if (wrong != stag)
			resume(SID, wrong, TERM_ABORT);
	}
	resume(SID, 0xffff, TERM_ABORT);
	resume(OTHER_SID, stag, TERM_ABORT);
	resume(0xffffffff, stag, RETRY);
	assert_int_equal(access.nr_completed, 0);
	/* another stream's stall beside it is not touched either */
	stall(other, &second, 0x2000, 0);
	resume(OTHER_SID, stag, RETRY);
	resume(SID, expect_stall(OTHER_SID, 0x2000), RETRY);
	assert_int_equal(access.nr_completed + second.nr_completed, 0);
	resume(SID, stag, RETRY);
	assert_int_equal(access.a.status, PORT_DONE);
	assert_int_equal(second.nr_completed, 0);
	/* twice is once */
	resume(SID, stag, TERM_ABORT);
	assert_int_equal(access.nr_completed, 1);
	assert_int_equal(stats().retried, 1);
	assert_int_equal(stats().terminated, 0);
}

static void slow_commands_slower_events(struct smmu_params *p)
{
	p->cmd_cycles = 5000;
	p->event_cycles = 10000;
}

/* The right STAG, by luck: fetched before the fault, carried out before its record is written. */
static void resume_that_guesses_the_stag_has_no_effect(void **state)
{
	struct rig_access access;

	restart(7, slow_commands_slower_events);
	rig_cmd_put(&rig, 0x44 | (u64)SID << 32 | TERM_ABORT << 12, 0);
	rig_cmd_kick(&rig);
	rig_issue(port, &access, 0x1000, 0);
	while (rig_r32(&rig, ARM_SMMU_CMDQ_CONS) != rig.cmd_prod)
		sim_run(sim_next_event_ps());
	assert_int_equal(nr_seen, 1);
	assert_int_equal(seen[0].what, DETECTED);
	assert_int_equal(seen[0].stag, 0);
	assert_int_equal(rig_nr_events(&rig), 0);
	rig_run(&rig);
	assert_int_equal(access.nr_completed, 0);
	assert_int_equal(expect_stall(SID, 0x1000), 0);
}

static void resume_before_the_record_has_no_effect(void **state)
{
	struct rig_access access;

	rig_issue(port, &access, 0x1000, 0);
	while (!nr_seen)
		sim_run(sim_next_event_ps());
	assert_int_equal(seen[0].what, DETECTED);
	/* disabling the queue would not do: so go the long way and be early by luck */
	rig_cmd_put(&rig, 0x44 | (u64)SID << 32 | TERM_ABORT << 12, 77);
	rig_cmd_kick(&rig);
	rig_run(&rig);
	assert_int_equal(access.nr_completed, 0);
	expect_stall(SID, 0x1000);
}

/* --- what stalls --- */

static void stalls_are_recorded_whatever_cd_r_says(void **state)
{
	struct rig_access access;
	pa_t cd = rig_stream(&rig, SID, RIG_CD_S | RIG_CD_ASID(1), root);

	rig_put1(&rig, cd, rig_get(&rig, cd) & ~(1ULL << 45));
	stall(port, &access, 0x1000, 0);
	expect_stall(SID, 0x1000);
}

static void check_stalls_with(u64 iova, u32 flags, u32 event_id)
{
	struct rig_access access;
	u64 event[4];

	stall(port, &access, iova, flags);
	assert_true(rig_event(&rig, event));
	assert_int_equal(event[0] & 0xff, event_id);
	assert_true(event[1] >> 31 & 1);
	resume(SID, event[1] & 0xffff, TERM_ABORT);
	assert_int_equal(access.a.status, PORT_ABORTED);
}

static void all_four_translation_faults_stall(void **state)
{
	rig_map(&rig, root, 0x2000, 0x60000000 | (PTE_RW & ~PTE_AF));
	rig_map(&rig, root, 0x3000, 0x60000000 | PTE_RW | PTE_RO);
	check_stalls_with(0x1000, 0, 0x10);
	check_stalls_with(0x2000, 0, 0x12);
	check_stalls_with(0x3000, RIG_WRITE, 0x13);
	/* IPS of 36 bits */
	rig_put1(&rig, rig_pte(&rig, root, 0x4000, 3), 1ULL << 40 | PTE_PAGE | PTE_RW);
	rig_stream(&rig, SID, RIG_CD_S | RIG_CD_ASID(1), root);
	rig_put1(&rig, (rig_get(&rig, RIG_STRTAB + 64 * SID) & 0xfffffffffff0ULL & ~0x3fULL),
		 (RIG_CD & ~(7ULL << 32)) | 1ULL << 32 | RIG_CD_S | RIG_CD_ASID(1) | 16);
	rig_cfgi_all(&rig);
	check_stalls_with(0x4000, 0, 0x11);
}

static void other_faults_terminate(void **state)
{
	struct rig_access access;
	u64 event[4];

	rig_put1(&rig, rig_pte(&rig, root, 0x40000000, 1), RIG_NOWHERE | PTE_TABLE);
	assert_int_equal(rig_do(port, &access, 0x40000000, 0), PORT_ABORTED);
	assert_true(rig_event(&rig, event));
	assert_int_equal(event[0] & 0xff, 0x0b);
	assert_false(event[1] >> 31 & 1);
	rig_ste(&rig, SID, 0, 0);
	rig_cfgi_all(&rig);
	assert_int_equal(rig_do(port, &access, 0x1000, 0), PORT_ABORTED);
	assert_int_equal(stats().stalls, 0);
}

/* Only the access that stalled is held. */
static void others_pass_a_stalled_access(void **state)
{
	struct rig_access access, second;

	map(0x2000);
	stall(port, &access, 0x1000, 0);
	assert_int_equal(rig_do(port, &second, 0x2000, 0), PORT_DONE);
	assert_int_equal(rig_do(port, &second, 0x2000, 0), PORT_DONE);
	assert_int_equal(access.nr_completed, 0);
}

/* --- STALL_TERM and SMMUEN --- */

static void stall_term_ends_the_stalls_of_its_stream(void **state)
{
	struct rig_access a[8], b[4];

	for (u32 i = 0; i < 8; i++)
		stall(port, &a[i], 0x1000 * i, 0);
	for (u32 i = 0; i < 4; i++)
		stall(other, &b[i], 0x1000 * i, 0);
	rig_ste(&rig, SID, RIG_STE_ABORT, 0);
	rig_cmd(&rig, 0x03 | (u64)SID << 32, 1);
	stall_term(SID);
	for (u32 i = 0; i < 8; i++) {
		assert_int_equal(a[i].nr_completed, 1);
		assert_int_equal(a[i].a.status, PORT_ABORTED);
	}
	for (u32 i = 0; i < 4; i++)
		assert_int_equal(b[i].nr_completed, 0);
	assert_int_equal(stats().terminated, 8);
	stall_term(SID);
	assert_int_equal(stats().terminated, 8);
	stall_term(OTHER_SID);
	assert_int_equal(stats().terminated, 12);
}

static void switching_translation_off_terminates_stalls(void **state)
{
	struct rig_access a[4], second;

	for (u32 i = 0; i < 4; i++)
		stall(i % 2 ? port : other, &a[i], 0x1000 * i, 0);
	rig_issue(port, &second, 0x9000, 0);
	rig_w32(&rig, ARM_SMMU_CR0, CR0_EVTQEN | CR0_CMDQEN);
	rig_run(&rig);
	for (u32 i = 0; i < 4; i++)
		assert_int_equal(a[i].a.status, PORT_ABORTED);
	/* one that was on its way does not stall any more */
	assert_int_equal(second.nr_completed, 1);
}

/* --- deferred records (7.2.1, 7.4) --- */

static void stall_records_wait_for_room_and_never_overflow(void **state)
{
	for (u32 lg2 = 0; lg2 <= 3; lg2++) {
		struct rig_access a[32];

		restart(lg2, NULL);
		for (u32 i = 0; i < 32; i++)
			rig_issue(port, &a[i], 0x1000 * i, 0);
		rig_run(&rig);
		assert_int_equal(rig_nr_events(&rig), 1 << lg2);
		assert_int_equal(stats().evtq.deferred, 32 - (1 << lg2));
		for (u32 i = 0; i < 32; i++) {
			u32 stag = expect_stall(SID, 0x1000 * i);

			map(0x1000 * i);
			resume(SID, stag, RETRY);
			assert_int_equal(a[i].a.status, PORT_DONE);
		}
		assert_int_equal(rig_r32(&rig, ARM_SMMU_EVTQ_PROD) & OVFLG, 0);
		assert_int_equal(stats().evtq.overflows, 0);
		assert_int_equal(stats().evtq.pushed, 32);
		/* a queue that goes from empty to non-empty signals each time it does */
		assert_true(rig.nr_irqs >= 1);
	}
}

static void deferred_records_wait_for_a_disabled_queue_too(void **state)
{
	struct rig_access access;

	rig_w32(&rig, ARM_SMMU_CR0, CR0_SMMUEN | CR0_CMDQEN);
	stall(port, &access, 0x1000, 0);
	assert_int_equal(rig_nr_events(&rig), 0);
	rig_w32(&rig, ARM_SMMU_CR0, CR0_SMMUEN | CR0_CMDQEN | CR0_EVTQEN);
	rig_run(&rig);
	expect_stall(SID, 0x1000);
	assert_int_equal(stats().evtq.deferred, 1);
}

/* Other records find the queue full: those overflow. */
static void terminated_records_overflow_beside_deferred_ones(void **state)
{
	struct rig_access a[3], dead;

	restart(0, NULL);
	rig_stream(&rig, 7, RIG_CD_ASID(2), root);
	for (u32 i = 0; i < 3; i++)
		stall(port, &a[i], 0x1000 * i, 0);
	assert_int_equal(rig_do(smmu_port_create(rig.smmu, 7), &dead, 0x9000, 0), PORT_ABORTED);
	assert_int_equal(rig_r32(&rig, ARM_SMMU_EVTQ_PROD) & OVFLG, OVFLG);
	for (u32 i = 0; i < 3; i++) {
		expect_stall(SID, 0x1000 * i);
		rig_run(&rig);
	}
	assert_int_equal(rig_nr_events(&rig), 0);
}

/* 7.2.1: what an invalidation covers is translated again, not recorded as it was. */
static void invalidated_deferred_stalls_are_retried(void **state)
{
	struct rig_access a[3];

	restart(0, NULL);
	for (u32 i = 0; i < 3; i++)
		stall(port, &a[i], 0x1000 * i, 0);
	/* 1 gets mapped, 2 not; only 1 is invalidated */
	map(0x1000);
	rig_cmd(&rig, 0x12 | 1ULL << 48, 0x1000);
	rig_cmd(&rig, 0x46, 0);
	assert_int_equal(a[1].nr_completed, 0);
	expect_stall(SID, 0x0);
	rig_run(&rig);
	assert_int_equal(a[1].nr_completed, 1);
	assert_int_equal(a[1].a.status, PORT_DONE);
	expect_stall(SID, 0x2000);
	assert_int_equal(rig_nr_events(&rig), 0);
	/* each detection has its completion */
	assert_int_equal(stats().stalls, 3);
}

static void with_gran64k(struct smmu_params *p)
{
	p->gran64k = 1;
}

/* Of a page of 64 KiB any address will do. */
static void invalidated_deferred_stalls_count_in_pages_of_their_granule(void **state)
{
	struct rig_access a[3];
	pa_t table;

	restart(0, with_gran64k);
	table = rig_alloc(&rig, 0x10000);
	rig_stream(&rig, SID, RIG_CD_S | RIG_CD_ASID(1) | 1 << 6 | RIG_CD_T0SZ(39), table);
	for (u32 i = 0; i < 3; i++)
		stall(port, &a[i], 0x10000 * i + 0x8000, 0);
	rig_put1(&rig, table + 8, 0x60000000 | PTE_PAGE | PTE_RW);
	rig_cmd(&rig, 0x12 | 1ULL << 48, 0x1f000);
	rig_cmd(&rig, 0x46, 0);
	expect_stall(SID, 0x8000);
	rig_run(&rig);
	assert_int_equal(a[1].nr_completed, 1);
	assert_true(a[1].a.pa == 0x60008000);
	expect_stall(SID, 0x28000);
	assert_int_equal(rig_nr_events(&rig), 0);
}

/* The same for configuration, of the stream it is about. */
static void reconfigured_deferred_stalls_are_retried(void **state)
{
	/* CFGI_STE, CFGI_CD of index 0 and of another one, CFGI_STE of another stream */
	static const u64 commands[] = {0x03, 0x05, 0x05 | 1 << 12, 0x03 | 1ULL << 32};

	for (u32 c = 0; c < 4; c++) {
		struct rig_access a[2];
		pa_t new_root;

		restart(0, NULL);
		for (u32 i = 0; i < 2; i++)
			stall(port, &a[i], 0x1000 * i, 0);
		new_root = rig_alloc(&rig, 4096);
		rig_map(&rig, new_root, 0x1000, 0x60000000 | PTE_RW);
		rig_stream(&rig, SID, RIG_CD_S | RIG_CD_ASID(9), new_root);
		rig_cmd(&rig, commands[c] + ((u64)SID << 32), 1);
		rig_cmd(&rig, 0x46, 0);
		expect_stall(SID, 0x0);
		rig_run(&rig);
		if (c < 2) {
			assert_int_equal(a[1].a.status, PORT_DONE);
			assert_int_equal(a[1].nr_completed, 1);
		} else {
			assert_int_equal(a[1].nr_completed, 0);
			expect_stall(SID, 0x1000);
		}
		assert_int_equal(rig_nr_events(&rig), 0);
	}
}

static void deferred_stalls_of_an_aborting_stream_end_without_record(void **state)
{
	struct rig_access a[4];

	restart(0, NULL);
	for (u32 i = 0; i < 4; i++)
		stall(port, &a[i], 0x1000 * i, 0);
	rig_ste(&rig, SID, RIG_STE_ABORT, 0);
	rig_cmd(&rig, 0x03 | (u64)SID << 32, 1);
	rig_cmd(&rig, 0x46, 0);
	stall_term(SID);
	for (u32 i = 0; i < 4; i++)
		assert_int_equal(a[i].a.status, PORT_ABORTED);
	expect_stall(SID, 0x0);
	rig_run(&rig);
	assert_int_equal(rig_nr_events(&rig), 0);
}

/*
 * STALL_TERM at every moment from detection on: before a record is written it
 * may still appear, or not; either way the access ends, once.
 */
static void stall_term_at_any_moment_ends_the_access(void **state)
{
	for (u64 at_ps = 300000; at_ps < 1100000; at_ps += 4000) {
		struct rig_access a[12];
		u64 event[4];
		u32 nr = 0;

		restart(2, NULL);
		for (u32 i = 0; i < 12; i++)
			rig_issue(port, &a[i], 0x1000 * i, 0);
		sim_run(at_ps);
		rig_ste(&rig, SID, RIG_STE_ABORT, 0);
		rig_cmd_put(&rig, 0x03 | (u64)SID << 32, 1);
		rig_cmd_put(&rig, 0x45 | (u64)SID << 32, 0);
		rig_cmd_kick(&rig);
		rig_run(&rig);
		while (rig_event(&rig, event)) {
			assert_true(event[1] >> 31 & 1);
			rig_run(&rig);
			nr++;
		}
		assert_true(nr <= 12);
		for (u32 i = 0; i < 12; i++) {
			assert_int_equal(a[i].nr_completed, 1);
			assert_int_equal(a[i].a.status, PORT_ABORTED);
		}
	}
}

static void with_one_slot_and_a_long_link(struct smmu_params *p)
{
	p->stall_max = 1;
	p->link_cycles = 40;
}

/* One slot, terminated at all moments, used again, and terminated at all moments. */
static void a_slot_used_again_remembers_nothing(void **state)
{
	for (u64 first_ps = 0; first_ps < 120000; first_ps += 8000) {
		for (u64 second_ps = 0; second_ps < 120000; second_ps += 8000) {
			struct rig_access a[2];
			u64 at_ps[2] = {first_ps, second_ps};

			restart(7, with_one_slot_and_a_long_link);
			rig_do(port, &a[0], 0x9000, 0);
			stall_term(SID);
			for (u32 i = 0; i < 2; i++) {
				rig_issue(port, &a[i], 0x1000, 0);
				/* one descriptor is left to read */
				sim_run(sim_now_ps() + 60000 + at_ps[i]);
				rig_cmd_put(&rig, 0x45 | (u64)SID << 32, 0);
				rig_cmd_kick(&rig);
				rig_run(&rig);
				if (!a[i].nr_completed)
					stall_term(SID);
				assert_int_equal(a[i].nr_completed, 1);
				assert_int_equal(a[i].a.status, PORT_ABORTED);
			}
		}
	}
}

/* A write abort loses stall records; software terminates what could be stalled. */
static void lost_stall_records_end_by_stall_term(void **state)
{
	struct rig_access a[4];

	rig_w32(&rig, ARM_SMMU_CR0, CR0_SMMUEN | CR0_CMDQEN);
	rig_w64(&rig, ARM_SMMU_EVTQ_BASE, RIG_NOWHERE | 7);
	rig_w32(&rig, ARM_SMMU_CR0, CR0_SMMUEN | CR0_CMDQEN | CR0_EVTQEN);
	for (u32 i = 0; i < 4; i++)
		stall(port, &a[i], 0x1000 * i, 0);
	assert_int_equal(rig_r32(&rig, ARM_SMMU_GERROR) ^ rig_r32(&rig, ARM_SMMU_GERRORN),
			 GERROR_EVTQ_ABT_ERR);
	stall_term(SID);
	for (u32 i = 0; i < 4; i++)
		assert_int_equal(a[i].a.status, PORT_ABORTED);
}

/* --- a full table --- */

static void with_two_slots(struct smmu_params *p)
{
	p->stall_max = 2;
}

static void a_full_table_holds_back_in_order(void **state)
{
	struct rig_access a[8], hit;

	restart(7, with_two_slots);
	assert_int_equal(rig_r32(&rig, ARM_SMMU_IDR5) >> 16, 2);
	map(0x77000);
	for (u32 i = 0; i < 8; i++)
		stall(i % 2 ? other : port, &a[i], 0x1000 * i, 0);
	assert_int_equal(rig_nr_events(&rig), 2);
	assert_int_equal(stats().stalls, 2);
	assert_int_equal(stats().backpressured, 6);
	/* those that translate pass */
	assert_int_equal(rig_do(port, &hit, 0x77000, 0), PORT_DONE);
	for (u32 i = 0; i < 8; i++) {
		u32 sid = i % 2 ? OTHER_SID : SID;
		u32 stag = expect_stall(sid, 0x1000 * i);

		assert_in_range(stag, 0, 1);
		map(0x1000 * i);
		resume(sid, stag, RETRY);
		assert_int_equal(a[i].a.status, PORT_DONE);
		assert_int_equal(a[i].a.nr_stalls, 1);
	}
	assert_int_equal(rig_nr_events(&rig), 0);
	assert_int_equal(stats().stalls, 8);
}

/* Held back, then mapped: it never stalls, and its place goes to the next. */
static void held_back_accesses_translate_again(void **state)
{
	struct rig_access a[6];

	restart(7, with_two_slots);
	for (u32 i = 0; i < 6; i++)
		rig_issue(port, &a[i], 0x1000 * i, 0);
	rig_run(&rig);
	for (u32 i = 2; i < 5; i++)
		map(0x1000 * i);
	resume(SID, expect_stall(SID, 0), TERM_ABORT);
	for (u32 i = 2; i < 5; i++) {
		assert_int_equal(a[i].a.status, PORT_DONE);
		assert_int_equal(a[i].a.nr_stalls, 0);
	}
	expect_stall(SID, 0x1000);
	expect_stall(SID, 0x5000);
	assert_int_equal(stats().stalls, 3);
}

static void with_two_slots_or_abort(struct smmu_params *p)
{
	p->stall_max = 2;
	p->stall_full_aborts = true;
	p->abort_only = false;
}

/* 3.12: terminated with abort and recorded with Stall == 0, whatever CD.R and CD.A say. */
static void a_full_table_aborts_if_the_hardware_does(void **state)
{
	struct rig_access a[3];
	u64 event[4];
	pa_t cd;
	u32 stag;

	restart(7, with_two_slots_or_abort);
	cd = rig_stream(&rig, SID, RIG_CD_S, root);
	rig_put1(&rig, cd, (RIG_CD | RIG_CD_S | 16) & ~(3ULL << 45));
	stall(port, &a[0], 0x1000, 0);
	stall(port, &a[1], 0x2000, 0);
	assert_int_equal(rig_do(port, &a[2], 0x3000, RIG_WRITE), PORT_ABORTED);
	stag = expect_stall(SID, 0x1000);
	expect_stall(SID, 0x2000);
	assert_true(rig_event(&rig, event));
	assert_int_equal(event[0] & 0xff, 0x10);
	assert_int_equal(event[1] >> 31 & 1, 0);
	assert_int_equal(event[1] & 0xffff, 0);
	assert_true(event[2] == 0x3000);
	assert_int_equal(stats().refused, 1);
	assert_int_equal(stats().backpressured, 0);
	/* a retry has a slot: it faults again, and stalls again */
	resume(SID, stag, RETRY);
	assert_int_equal(expect_stall(SID, 0x1000), stag);
	resume(SID, stag, TERM_ABORT);
	stall(port, &a[2], 0x3000, 0);
	assert_int_equal(stats().refused, 1);
}

static void with_one_slot_or_abort(struct smmu_params *p)
{
	p->stall_max = 1;
	p->stall_full_aborts = true;
}

/* The limit of the master comes first: it holds its own accesses back as before. */
static void a_port_at_its_limit_holds_back_and_does_not_abort(void **state)
{
	struct rig_access a[2];

	restart(7, with_one_slot_or_abort);
	port->max_stalled = 1;
	stall(port, &a[0], 0x1000, 0);
	stall(port, &a[1], 0x2000, 0);
	assert_int_equal(stats().refused, 0);
	resume(SID, expect_stall(SID, 0x1000), TERM_ABORT);
	expect_stall(SID, 0x2000);
}

static void take_response(struct port_endpoint *endpoint, const struct port_page_response *response)
{
}

static void take_invalidation(struct port_endpoint *endpoint,
			      struct port_invalidation *invalidation)
{
}

/* 3.12.1, 16.4: what comes from PCIe must not stall, whatever the CD says. */
static void a_pcie_function_never_stalls(void **state)
{
	static const struct port_endpoint_ops ops = {take_invalidation, take_response};
	struct port_endpoint endpoint = {&ops};
	struct rig_access access;
	u64 event[4];

	port->endpoint = &endpoint;
	assert_int_equal(rig_do(port, &access, 0x1000, 0), PORT_ABORTED);
	assert_true(rig_event(&rig, event));
	assert_int_equal(event[1] >> 31 & 1, 0);
	assert_int_equal(stats().refused, 1);
	assert_int_equal(stats().stalls, 0);
	/* a platform device of the same stream does */
	port->endpoint = NULL;
	stall(port, &access, 0x1000, 0);
}

/* --- duplicates (3.12.2.1) --- */

static void with_suppression(struct smmu_params *p)
{
	p->suppress_stalls = true;
	p->stall_max = 1024;
	p->evtq_lg2 = 10;
}

static void duplicates_of_a_stall_are_recorded_unless_suppressed(void **state)
{
	struct rig_access a[4];
	u32 stag;

	for (u32 i = 0; i < 3; i++)
		stall(port, &a[i], 0x1000 + 64 * i, 0);
	assert_int_equal(rig_nr_events(&rig), 3);
	assert_int_equal(stats().suppressed, 0);
	restart(7, with_suppression);
	for (u32 i = 0; i < 4; i++)
		stall(port, &a[i], 0x1000 + 64 * i, 0);
	stag = expect_stall(SID, 0x1000);
	assert_int_equal(rig_nr_events(&rig), 0);
	assert_int_equal(stats().stalls, 4);
	assert_int_equal(stats().suppressed, 3);
	/* one answer is for all of them */
	map(0x1000);
	resume(SID, stag, RETRY);
	for (u32 i = 0; i < 4; i++) {
		assert_int_equal(a[i].a.status, PORT_DONE);
		assert_true(a[i].a.pa == 0x60001000 + 64 * i);
		assert_int_equal(a[i].nr_completed, 1);
	}
	assert_int_equal(stats().retried, 4);
}

static struct rig_access pages[512];

static void only_the_same_is_suppressed(void **state)
{
	struct rig_access a[8];

	restart(10, with_suppression);
	stall(port, &a[0], 0x1000, 0);
	stall(port, &a[1], 0x1000, RIG_WRITE);
	stall(port, &a[2], 0x1000, RIG_PRIV);
	stall(port, &a[3], 0x1000, RIG_INSTR);
	stall(port, &a[4], 0x2000, 0);
	stall(other, &a[5], 0x1000, 0);
	/* every page below 2 MiB, whatever is compared first */
	for (u64 i = 0; i < 512; i++) {
		rig_prepare(&pages[i], 0x200000 + 0x1000 * i, 0);
		port->ops->translate(port, &pages[i].a);
	}
	rig_run(&rig);
	assert_int_equal(rig_nr_events(&rig), 6 + 512);
	assert_int_equal(stats().suppressed, 0);
	/* a fault of another kind of that page: it is there now, and may not be read */
	rig_map(&rig, root, 0x1000, 0x60001000 | PTE_EL0 | PTE_NG);
	stall(port, &a[6], 0x1000, 0);
	assert_int_equal(rig_nr_events(&rig), 7 + 512);
	stall(port, &a[7], 0x1008, 0);
	assert_int_equal(rig_nr_events(&rig), 7 + 512);
	assert_int_equal(stats().suppressed, 1);
}

/* The series of 3.12.2.1: software that terminates one sees the next. */
static void terminated_one_makes_the_next_be_recorded(void **state)
{
	struct rig_access a[4];

	restart(7, with_suppression);
	for (u32 i = 0; i < 4; i++)
		stall(port, &a[i], 0x1000 + 64 * i, 0);
	for (u32 i = 0; i < 4; i++) {
		resume(SID, expect_stall(SID, 0x1000 + 64 * i), TERM_ABORT);
		assert_int_equal(rig_nr_events(&rig), i == 3 ? 0 : 1);
		assert_int_equal(a[i].a.status, PORT_ABORTED);
	}
	assert_int_equal(stats().suppressed, 3 + 2 + 1);
}

static void suppressed_stalls_have_no_stag_for_software(void **state)
{
	struct rig_access a[2];
	u32 stag;

	restart(7, with_suppression);
	stall(port, &a[0], 0x1000, 0);
	stall(port, &a[1], 0x1000, 0);
	stag = expect_stall(SID, 0x1000);
	for (u32 other_stag = 0; other_stag < 64; other_stag++) {
		if (other_stag != stag)
			resume(SID, other_stag, TERM_ABORT);
	}
	assert_int_equal(a[0].nr_completed + a[1].nr_completed, 0);
}

static void stall_term_ends_suppressed_stalls_too(void **state)
{
	struct rig_access a[3], b[2];

	restart(7, with_suppression);
	for (u32 i = 0; i < 3; i++)
		stall(port, &a[i], 0x1000, 0);
	for (u32 i = 0; i < 2; i++)
		stall(other, &b[i], 0x1000, 0);
	stall_term(SID);
	for (u32 i = 0; i < 3; i++)
		assert_int_equal(a[i].a.status, PORT_ABORTED);
	for (u32 i = 0; i < 2; i++)
		assert_int_equal(b[i].nr_completed, 0);
	rig_w32(&rig, ARM_SMMU_CR0, CR0_EVTQEN | CR0_CMDQEN);
	rig_run(&rig);
	for (u32 i = 0; i < 2; i++)
		assert_int_equal(b[i].a.status, PORT_ABORTED);
	assert_int_equal(stats().terminated, 5);
}

static void followers_of_a_deferred_stall_are_retried_with_it(void **state)
{
	struct rig_access a[4];

	restart(0, with_suppression);
	stall(port, &a[0], 0x1000, 0);
	for (u32 i = 1; i < 4; i++)
		stall(port, &a[i], 0x2000, 0);
	assert_int_equal(stats().suppressed, 2);
	map(0x2000);
	rig_cmd(&rig, 0x12 | 1ULL << 48, 0x2000);
	resume(SID, expect_stall(SID, 0x1000), TERM_ABORT);
	rig_run(&rig);
	for (u32 i = 1; i < 4; i++)
		assert_int_equal(a[i].a.status, PORT_DONE);
	assert_int_equal(rig_nr_events(&rig), 0);
}

static void records_of_stalls_never_merge(void **state)
{
	struct rig_access a[4];
	u64 words[2];

	rig_stop(&rig);
	rig_defaults(&rig);
	rig.params.merge_records = 8;
	rig_start(&rig);
	rig_enable(&rig);
	port = smmu_port_create(rig.smmu, SID);
	rig_stream(&rig, SID, RIG_CD_S, rig_alloc(&rig, 4096));
	words[0] = rig_get(&rig, RIG_STRTAB + 64 * SID);
	words[1] = 1ULL << 19;
	rig_put(&rig, RIG_STRTAB + 64 * SID, words, 2);
	for (u32 i = 0; i < 4; i++)
		stall(port, &a[i], 0x1000, 0);
	assert_int_equal(rig_nr_events(&rig), 4);
	assert_int_equal(stats().merged, 0);
}

/* --- what the driver's detach does (4.7.2.1) --- */

static void abort_invalidate_sync_and_stall_term_leave_nothing_stalled(void **state)
{
	struct rig_access a[6], late;

	/* room for two records: the others are deferred when the stream is switched off */
	restart(1, NULL);
	for (u32 i = 0; i < 6; i++)
		stall(port, &a[i], 0x1000 * i, 0);
	assert_int_equal(stats().evtq.deferred, 4);
	rig_ste(&rig, SID, RIG_STE_ABORT, 0);
	rig_cmd(&rig, 0x03 | (u64)SID << 32, 1);
	rig_cmd(&rig, 0x46, 0);
	rig_cmd(&rig, 0x45 | (u64)SID << 32, 0);
	assert_int_equal(rig_do(port, &late, 0x9000, 0), PORT_ABORTED);
	for (u32 i = 0; i < 6; i++)
		assert_int_equal(a[i].a.status, PORT_ABORTED);
	/* no record of a stall is written any more */
	expect_stall(SID, 0);
	expect_stall(SID, 0x1000);
	rig_run(&rig);
	assert_int_equal(rig_nr_events(&rig), 0);
	assert_int_equal(rig_r32(&rig, ARM_SMMU_EVTQ_PROD) & OVFLG, 0);
}

/* --- a port's own limit --- */

static void max_stalled_holds_back_in_order(void **state)
{
	for (u32 limit = 1; limit <= 3; limit++) {
		struct rig_access a[8], b;

		restart(7, NULL);
		port->max_stalled = limit;
		for (u32 i = 0; i < 8; i++)
			rig_issue(port, &a[i], 0x1000 * i, 0);
		rig_run(&rig);
		assert_int_equal(rig_nr_events(&rig), limit);
		/* it is not back-pressure, and no other port's matter */
		assert_int_equal(stats().backpressured, 0);
		stall(other, &b, 0x99000, 0);
		assert_int_equal(rig_nr_events(&rig), limit + 1);
		for (u32 i = 0; i < 8; i++) {
			u32 stag;
			u64 resumed_ps;

			if (i == limit)
				expect_stall(OTHER_SID, 0x99000);
			stag = expect_stall(SID, 0x1000 * i);
			map(0x1000 * i);
			nr_seen = 0;
			resume(SID, stag, RETRY);
			assert_int_equal(a[i].a.status, PORT_DONE);
			assert_int_equal(a[i].a.nr_stalls, 1);
			if (i + limit >= 8)
				continue;
			/* the next one began anew when this one ended */
			resumed_ps = a[i].completed_ps;
			assert_int_equal(seen[nr_seen - 2].what, DETECTED);
			assert_int_equal(seen[nr_seen - 2].began_ps, resumed_ps);
			assert_int_equal(seen[nr_seen - 2].iova, 0x1000 * (i + limit));
		}
		assert_int_equal(stats().stalls, 9);
	}
}

static void a_held_access_may_have_become_a_hit(void **state)
{
	struct rig_access a[4];

	port->max_stalled = 1;
	for (u32 i = 0; i < 4; i++)
		rig_issue(port, &a[i], 0x1000, 0);
	rig_run(&rig);
	map(0x1000);
	resume(SID, expect_stall(SID, 0x1000), RETRY);
	for (u32 i = 0; i < 4; i++) {
		assert_int_equal(a[i].a.status, PORT_DONE);
		assert_int_equal(a[i].a.nr_stalls, i == 0);
	}
	assert_int_equal(rig_nr_events(&rig), 0);
}

static void a_held_access_does_not_hold_those_that_translate(void **state)
{
	struct rig_access a, b, c;

	port->max_stalled = 1;
	map(0x3000);
	stall(port, &a, 0x1000, 0);
	stall(port, &b, 0x2000, 0);
	assert_int_equal(rig_do(port, &c, 0x3000, 0), PORT_DONE);
	assert_int_equal(rig_nr_events(&rig), 1);
}

static void both_limits_together_lose_nothing(void **state)
{
	struct rig_access a[12];
	u32 nr_done = 0;

	restart(7, with_two_slots);
	port->max_stalled = 1;
	other->max_stalled = 3;
	for (u32 i = 0; i < 12; i++)
		rig_issue(i % 3 ? other : port, &a[i], 0x1000 * i, 0);
	rig_run(&rig);
	while (rig_nr_events(&rig)) {
		u64 event[4];

		assert_true(rig_event(&rig, event));
		map(event[2]);
		resume(event[0] >> 32, event[1] & 0xffff, RETRY);
	}
	for (u32 i = 0; i < 12; i++)
		nr_done += a[i].nr_completed;
	assert_int_equal(nr_done, 12);
}

/* --- clockless: the same through the same registers, at once --- */

static void clockless_stalls_and_resumes_at_once(void **state)
{
	struct rig_access access;

	rig_stop(&rig);
	rig_defaults(&rig);
	rig_start(&rig);
	smmu_set_clockless(rig.smmu, true);
	rig_enable(&rig);
	root = rig_alloc(&rig, 4096);
	rig_stream(&rig, SID, RIG_CD_S | RIG_CD_ASID(1), root);
	port = smmu_port_create(rig.smmu, SID);
	assert_int_equal(rig_issue(port, &access, 0x1000, 0), PORT_PENDING);
	assert_int_equal(rig_nr_events(&rig), 1);
	expect_stall(SID, 0x1000);
	map(0x1000);
	rig_cmd_put(&rig, 0x44 | (u64)SID << 32 | RETRY << 12, 0);
	rig_cmd_kick(&rig);
	assert_int_equal(access.nr_completed, 1);
	assert_int_equal(access.a.status, PORT_DONE);
	assert_int_equal(rig_issue(port, &access, 0x1000, RIG_WRITE), PORT_DONE);
	map(0x2000);
	assert_int_equal(rig_issue(port, &access, 0x2000, 0), PORT_DONE);
	assert_int_equal(access.nr_completed, 0);
	assert_true(sim_next_event_ps() == SIM_TIME_NEVER);
}

/* --- soak --- */

#define NR_ACCESSES 64
#define NR_PAGES 40

struct soak {
	struct rig_access access[NR_ACCESSES];
	bool is_out[NR_ACCESSES];
	bool is_mapped[NR_PAGES];
	u64 nr_issued, nr_answered, nr_aborted;
	struct sim_rng rng;
};

static struct soak soak;

static u64 pick(u64 n)
{
	return sim_rng_below(&soak.rng, n);
}

static void soak_issue(void)
{
	u32 i = pick(NR_ACCESSES);
	struct port *at = pick(2) ? port : other;
	enum port_status status;

	if (soak.is_out[i])
		return;
	status = rig_issue(at, &soak.access[i], 0x1000 * pick(NR_PAGES), pick(2) ? RIG_WRITE : 0);
	soak.nr_issued++;
	soak.is_out[i] = status == PORT_PENDING;
	soak.nr_answered += status != PORT_PENDING;
}

static void soak_collect(void)
{
	for (u32 i = 0; i < NR_ACCESSES; i++) {
		assert_true(soak.access[i].nr_completed <= 1);
		if (!soak.is_out[i] || !soak.access[i].nr_completed)
			continue;
		soak.is_out[i] = false;
		soak.nr_answered++;
		soak.nr_aborted += soak.access[i].a.status == PORT_ABORTED;
	}
}

static void soak_command(u64 w0, u64 w1)
{
	rig_cmd_put(&rig, w0, w1);
	rig_cmd_kick(&rig);
}

static u32 cmdq_room(void)
{
	u32 cons = rig_r32(&rig, ARM_SMMU_CMDQ_CONS) & 0xfffff;

	return 256 - ((rig.cmd_prod - cons) & 511);
}

static void soak_answer(bool map_it)
{
	u64 event[4];

	if (cmdq_room() < 4 || !rig_event(&rig, event) || !(event[1] >> 31 & 1))
		return;
	if (map_it) {
		map(event[2] & ~0xfffULL);
		soak.is_mapped[event[2] / 0x1000] = true;
	}
	soak_command(0x44 | (event[0] & ~0xffffffffULL) | (map_it || pick(2) ? 1 << 12 : 2 << 12),
		     event[1] & 0xffff);
}

static void soak_unmap(void)
{
	u64 page = pick(NR_PAGES);

	if (cmdq_room() < 4)
		return;
	rig_put1(&rig, rig_pte(&rig, root, page * 0x1000, 3), 0);
	soak_command(0x12 | 1ULL << 48, page * 0x1000);
	soak_command(0x46, 0);
}

static void soak_step(void)
{
	switch (pick(12)) {
	case 0:
	case 1:
	case 2:
	case 3:
		soak_issue();
		break;
	case 4:
	case 5:
	case 6:
		soak_answer(pick(4));
		break;
	case 7:
		soak_unmap();
		break;
	case 8:
		/* answers for nobody */
		if (cmdq_room() >= 4)
			soak_command(0x44 | pick(10) << 32 | pick(4) << 12, pick(100));
		break;
	case 9:
		if (cmdq_room() >= 4 && !pick(20))
			soak_command(0x45 | (SID + pick(2)) << 32, 0);
		break;
	default:
		sim_run(sim_now_ps() + pick(300000));
		break;
	}
	soak_collect();
}

/* STAGs between detection and completion are taken once each. */
static void check_stags(void)
{
	bool taken[65536] = {false};

	assert_true(nr_seen <= 4096);
	for (u32 i = 0; i < nr_seen; i++) {
		if (seen[i].what == DETECTED) {
			assert_false(taken[seen[i].stag]);
			taken[seen[i].stag] = true;
		} else {
			assert_true(taken[seen[i].stag]);
		}
		if (seen[i].what == COMPLETED)
			taken[seen[i].stag] = false;
	}
}

static void soak_drain(void)
{
	for (u32 i = 0; i < 100000 && soak.nr_answered < soak.nr_issued; i++) {
		soak_answer(true);
		rig_run(&rig);
		soak_collect();
		nr_seen = 0;
	}
	while (rig_nr_events(&rig))
		soak_answer(false);
}

static void soak_with(u64 seed, u32 stall_max, u32 evtq_lg2, u32 max_stalled)
{
	struct smmu_stats all;
	bool is_refusing = seed % 11 == 3;

	rig_stop(&rig);
	rig_defaults(&rig);
	rig.params.stall_max = stall_max;
	rig.params.suppress_stalls = seed % 2;
	rig.params.stall_full_aborts = is_refusing;
	rig.params.port_slots = 1 + seed % 5;
	rig.params.slots = 1 + seed % 7;
	rig.params.walk_slots = 1 + seed % 3;
	rig.params.utlb_entries = 4;
	rig.params.tlb_entries = 8;
	rig.evtq_lg2 = evtq_lg2;
	rig_start(&rig);
	rig_enable(&rig);
	smmu_set_observer(rig.smmu, &observer, NULL);
	port = smmu_port_create(rig.smmu, SID);
	other = smmu_port_create(rig.smmu, OTHER_SID);
	port->max_stalled = max_stalled;
	root = rig_alloc(&rig, 4096);
	rig_stream(&rig, SID, RIG_CD_S | RIG_CD_ASID(1), root);
	rig_stream(&rig, OTHER_SID, RIG_CD_S | RIG_CD_ASID(1), root);
	memset(&soak, 0, sizeof(soak));
	sim_rng_init(&soak.rng, seed, "soak");
	nr_seen = 0;
	for (u32 i = 0; i < 3000; i++) {
		soak_step();
		if (nr_seen > 3000)
			break;
	}
	check_stags();
	soak_drain();
	assert_int_equal(soak.nr_answered, soak.nr_issued);
	rig_run(&rig);
	smmu_stats(rig.smmu, &all);
	/* only what was refused a slot has a record that may be lost */
	assert_true(all.evtq.overflows <= all.refused);
	assert_int_equal(all.refused && !is_refusing, 0);
	assert_int_equal(all.cmdq.pushed, all.cmdq.popped);
	assert_int_equal(all.evtq.pushed, all.evtq.popped);
	assert_int_equal(rig_r32(&rig, ARM_SMMU_GERROR), 0);
	assert_true(all.stalls + all.refused >= all.evtq.pushed + all.suppressed);
}

static void every_access_is_answered_whatever_happens(void **state)
{
	for (u64 seed = 1; seed <= 60; seed++)
		soak_with(seed, 1 + seed % 9, seed % 5, seed % 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(a_stalled_access_is_recorded_and_retried),
		T(what_the_hardware_worked_is_told),
		T(a_retry_that_faults_again_stalls_again),
		T(resume_terminates_as_asked),
		T(wrong_stag_or_streamid_has_no_effect),
		T(resume_before_the_record_has_no_effect),
		T(resume_that_guesses_the_stag_has_no_effect),
		T(stalls_are_recorded_whatever_cd_r_says),
		T(all_four_translation_faults_stall),
		T(other_faults_terminate),
		T(others_pass_a_stalled_access),
		T(stall_term_ends_the_stalls_of_its_stream),
		T(switching_translation_off_terminates_stalls),
		T(stall_records_wait_for_room_and_never_overflow),
		T(deferred_records_wait_for_a_disabled_queue_too),
		T(terminated_records_overflow_beside_deferred_ones),
		T(invalidated_deferred_stalls_are_retried),
		T(invalidated_deferred_stalls_count_in_pages_of_their_granule),
		T(reconfigured_deferred_stalls_are_retried),
		T(deferred_stalls_of_an_aborting_stream_end_without_record),
		T(stall_term_at_any_moment_ends_the_access),
		T(a_slot_used_again_remembers_nothing),
		T(lost_stall_records_end_by_stall_term),
		T(a_full_table_holds_back_in_order),
		T(held_back_accesses_translate_again),
		T(a_full_table_aborts_if_the_hardware_does),
		T(a_port_at_its_limit_holds_back_and_does_not_abort),
		T(a_pcie_function_never_stalls),
		T(duplicates_of_a_stall_are_recorded_unless_suppressed),
		T(only_the_same_is_suppressed),
		T(terminated_one_makes_the_next_be_recorded),
		T(suppressed_stalls_have_no_stag_for_software),
		T(stall_term_ends_suppressed_stalls_too),
		T(followers_of_a_deferred_stall_are_retried_with_it),
		T(records_of_stalls_never_merge),
		T(abort_invalidate_sync_and_stall_term_leave_nothing_stalled),
		T(max_stalled_holds_back_in_order),
		T(a_held_access_may_have_become_a_hit),
		T(a_held_access_does_not_hold_those_that_translate),
		T(both_limits_together_lose_nothing),
		T(clockless_stalls_and_resumes_at_once),
		T(every_access_is_answered_whatever_happens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
