// SPDX-License-Identifier: GPL-2.0-only
/*
 * Theorems: commands are consumed one by one, in order, at every queue size; an
 * illegal one, and one that cannot be fetched, stops the queue where it stands,
 * says why in CONS.ERR and GERROR, and after the acknowledgement is fetched
 * again; opcodes and reserved encodings are legal exactly as the features say;
 * CMD_SYNC signals as asked; global errors toggle, and are signalled once.
 */
#include "tests/models/smmuv3_rig.h"
#include "tests/models/tally.h"

static struct rig rig;

static int setup(void **state)
{
	rig_defaults(&rig);
	rig_start(&rig);
	rig_enable(&rig);
	return 0;
}

static int teardown(void **state)
{
	rig_stop(&rig);
	return 0;
}

static void restart_with(void (*change)(struct smmu_params *params), u32 cmdq_lg2)
{
	rig_stop(&rig);
	rig_defaults(&rig);
	if (change)
		change(&rig.params);
	rig.cmdq_lg2 = cmdq_lg2;
	rig_start(&rig);
	rig_enable(&rig);
}

#define SYNC 0x46ULL
#define SYNC_IRQ (0x46ULL | 1 << 12)
#define SYNC_SEV (0x46ULL | 2 << 12)
#define WORD 0x70000000ULL

static u32 cons(void)
{
	return rig_r32(&rig, ARM_SMMU_CMDQ_CONS);
}

static u32 active_errors(void)
{
	return rig_r32(&rig, ARM_SMMU_GERROR) ^ rig_r32(&rig, ARM_SMMU_GERRORN);
}

static void acknowledge(void)
{
	rig_w32(&rig, ARM_SMMU_GERRORN, rig_r32(&rig, ARM_SMMU_GERROR));
}

/* --- consumption --- */

static void commands_are_consumed_in_order_at_every_size(void **state)
{
	for (u32 lg2 = 0; lg2 <= 4; lg2++) {
		u32 entries = 1U << lg2;

		restart_with(NULL, lg2);
		/* five turns, as many at a time as fit */
		for (u32 turn = 0; turn < 5; turn++) {
			for (u32 i = 0; i < entries; i++)
				rig_cmd_put(&rig, SYNC_IRQ | (u64)(turn * 100 + i) << 32,
					    WORD + 4 * i);
			rig_cmd_kick(&rig);
			rig_run(&rig);
			assert_int_equal(cons(), rig.cmd_prod);
			for (u32 i = 0; i < entries; i++)
				assert_int_equal((u32)(rig_get(&rig, (WORD + 4 * i) & ~7ULL) >>
						       (32 * (i % 2))),
						 turn * 100 + i);
		}
		assert_int_equal(active_errors(), 0);
	}
}

static void queue_size_is_limited_by_the_hardware(void **state)
{
	rig_w32(&rig, ARM_SMMU_CR0, CR0_SMMUEN);
	/* LOG2SIZE 19 asked for, IDR1.CMDQS is 8 */
	rig_w64(&rig, ARM_SMMU_CMDQ_BASE, RIG_CMDQ | 19);
	rig_w32(&rig, ARM_SMMU_CMDQ_PROD, 255);
	rig_w32(&rig, ARM_SMMU_CMDQ_CONS, 255);
	rig_put1(&rig, RIG_CMDQ + 16 * 255, SYNC);
	rig_put1(&rig, RIG_CMDQ, SYNC);
	rig_w32(&rig, ARM_SMMU_CR0, CR0_SMMUEN | CR0_CMDQEN);
	rig_w32(&rig, ARM_SMMU_CMDQ_PROD, 257);
	rig_run(&rig);
	assert_int_equal(cons(), 257);
	assert_int_equal(active_errors(), 0);
}

static void base_is_aligned_to_the_size(void **state)
{
	rig_w32(&rig, ARM_SMMU_CR0, 0);
	rig_w64(&rig, ARM_SMMU_CMDQ_BASE, (RIG_CMDQ + 0x800) | 8);
	rig_w32(&rig, ARM_SMMU_CR0, CR0_CMDQEN);
	rig_cmd(&rig, SYNC_IRQ | 9ULL << 32, WORD);
	assert_int_equal(rig_get(&rig, WORD), 9);
}

static void a_disabled_queue_does_nothing(void **state)
{
	rig_w32(&rig, ARM_SMMU_CR0, CR0_SMMUEN | CR0_EVTQEN);
	rig_cmd_put(&rig, SYNC_IRQ | 5ULL << 32, WORD);
	rig_cmd_kick(&rig);
	rig_run(&rig);
	assert_int_equal(cons(), 0);
	assert_int_equal(rig_get(&rig, WORD), 0);
	/* CONS can be written now, and only now */
	rig_w32(&rig, ARM_SMMU_CMDQ_CONS, 0x1);
	assert_int_equal(cons(), 1);
	rig_w32(&rig, ARM_SMMU_CMDQ_CONS, 0);
	rig_w32(&rig, ARM_SMMU_CR0, CR0_CMDQEN);
	rig_w32(&rig, ARM_SMMU_CMDQ_CONS, 0x77);
	rig_run(&rig);
	assert_int_equal(cons(), 1);
	assert_int_equal(rig_get(&rig, WORD), 5);
}

/* 6.3.9.3: what is in progress is consumed as a whole or not begun. */
static void disabling_in_the_middle_leaves_whole_commands(void **state)
{
	for (u64 at_ps = 0; at_ps < 400000; at_ps += 1000) {
		u32 seen;

		restart_with(NULL, 4);
		for (u32 i = 0; i < 3; i++)
			rig_cmd_put(&rig, SYNC_IRQ | (u64)(i + 1) << 32, WORD);
		rig_cmd_kick(&rig);
		sim_run(at_ps);
		rig_w32(&rig, ARM_SMMU_CR0, 0);
		seen = cons();
		rig_run(&rig);
		assert_int_equal(cons(), seen);
		assert_int_equal(rig_get(&rig, WORD), seen);
		rig_w32(&rig, ARM_SMMU_CR0, CR0_CMDQEN);
		rig_run(&rig);
		assert_int_equal(cons(), 3);
		assert_int_equal(rig_get(&rig, WORD), 3);
	}
}

/* --- which commands are legal --- */

static void check_legal(u64 w0, u64 w1, bool is_legal)
{
	u32 before = rig.cmd_prod;

	rig_cmd_put(&rig, w0, w1);
	rig_cmd_kick(&rig);
	rig_run(&rig);
	if (is_legal) {
		if (active_errors() || (cons() & 0xfffff) != rig.cmd_prod)
			fail_msg("%llx %llx is refused", w0, w1);
		return;
	}
	if (active_errors() != GERROR_CMDQ_ERR)
		fail_msg("%llx %llx is accepted", w0, w1);
	assert_int_equal(cons(), 1U << 24 | before);
	/* put something good into its place */
	rig.cmd_prod = before;
	rig_cmd_put(&rig, SYNC, 0);
	acknowledge();
	rig_run(&rig);
	assert_int_equal(cons() & 0xfffff, rig.cmd_prod);
	assert_int_equal(active_errors(), 0);
}

static bool in_list(u64 op, const u8 *list, u32 nr)
{
	for (u32 i = 0; i < nr; i++) {
		if (list[i] == op)
			return true;
	}
	return false;
}

static void without_stall_and_stage2(struct smmu_params *p)
{
	p->stall = 0;
	p->stage2 = 0;
}

static void without_hyp(struct smmu_params *p)
{
	rig_version(p, 1);
	p->hyp = 0;
}

static void with_stage2_alone(struct smmu_params *p)
{
	p->stage1 = 0;
}

static void opcodes_are_legal_as_features_say(void **state)
{
	static const u8 always[] = {0x01, 0x02, 0x03, 0x04, 0x30, 0x46};
	static const u8 stage1[] = {0x05, 0x06, 0x10, 0x11, 0x12, 0x13};
	static const u8 stall[] = {0x44, 0x45};
	static const u8 hyp[] = {0x20, 0x21, 0x22, 0x23};
	static const u8 stage2[] = {0x28, 0x2a};

	for (u64 op = 0; op < 256; op++)
		check_legal(op, 0,
			    in_list(op, always, 6) || in_list(op, stage1, 6) ||
				    in_list(op, stall, 2) || in_list(op, stage2, 2) ||
				    in_list(op, hyp, 4));
	restart_with(without_hyp, 8);
	for (u64 op = 0; op < 256; op++)
		check_legal(op, 0,
			    in_list(op, always, 6) || in_list(op, stage1, 6) ||
				    in_list(op, stall, 2) || in_list(op, stage2, 2));
	/* no EL2 without both stages */
	restart_with(without_stall_and_stage2, 8);
	for (u64 op = 0; op < 256; op++)
		check_legal(op, 0, in_list(op, always, 6) || in_list(op, stage1, 6));
	restart_with(with_stage2_alone, 8);
	for (u64 op = 0; op < 256; op++)
		check_legal(op, 0,
			    in_list(op, always, 6) || in_list(op, stall, 2) ||
				    in_list(op, stage2, 2));
}

static void reserved_encodings_are_illegal(void **state)
{
	static const u8 with_ssec[] = {0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x44, 0x45};

	for (u64 cs = 0; cs < 4; cs++)
		check_legal(0x46 | cs << 12, 0, cs != 3);
	for (u32 i = 0; i < 8; i++)
		check_legal(with_ssec[i] | 1 << 10, 0, false);
	/* that bit is not SSec in commands about translations */
	check_legal(0x10 | 1 << 10, 0, true);
	check_legal(0x30 | 1 << 10, 0, true);
	for (u64 op = 0x12; op <= 0x13; op++) {
		/* TG alone says nothing */
		for (u64 tg = 0; tg < 4; tg++)
			check_legal(op, tg << 10, tg == 0);
		check_legal(op | 1 << 12, 1 << 10, true);
		check_legal(op | 1 << 20, 1 << 10, true);
		for (u64 ttl = 1; ttl < 4; ttl++)
			check_legal(op, 1 << 10 | ttl << 8, true);
		/* 16 KiB tables have no leaves at level 1: TTL 1 is as 0 */
		check_legal(op, 2 << 10 | 1 << 8, false);
		check_legal(op, 2 << 10 | 2 << 8, true);
	}
}

static void illegal_precedes_ignored(void **state)
{
	/* a RESUME that would match nothing is still illegal with SSec */
	check_legal(0x44 | 1 << 10, 0xffff, false);
	check_legal(0x44, 0xffff, true);
}

/* --- errors --- */

static void an_error_stops_the_queue_until_acknowledged(void **state)
{
	rig_cmd_put(&rig, SYNC_IRQ | 1ULL << 32, WORD);
	rig_cmd_put(&rig, 0xff, 0);
	rig_cmd_put(&rig, SYNC_IRQ | 2ULL << 32, WORD + 8);
	rig_cmd_kick(&rig);
	rig_run(&rig);
	assert_int_equal(rig_get(&rig, WORD), 1);
	assert_int_equal(rig_get(&rig, WORD + 8), 0);
	assert_int_equal(cons(), 1U << 24 | 1);
	assert_int_equal(active_errors(), GERROR_CMDQ_ERR);
	assert_int_equal(rig.last_irq_data, 0x6e44);
	assert_int_equal(rig.nr_irqs, 1);
	/* more commands change nothing */
	rig_cmd_put(&rig, SYNC, 0);
	rig_cmd_kick(&rig);
	rig_run(&rig);
	assert_int_equal(cons(), 1U << 24 | 1);
	/* neither does repair, as long as it is not acknowledged */
	rig_put1(&rig, RIG_CMDQ + 16, 0x30);
	rig_cmd_put(&rig, SYNC, 0);
	rig_cmd_kick(&rig);
	rig_run(&rig);
	assert_int_equal(cons(), 1U << 24 | 1);
	rig_put1(&rig, RIG_CMDQ + 16, 0xff);
	/* neither does switching it off and on */
	rig_w32(&rig, ARM_SMMU_CR0, CR0_SMMUEN);
	rig_w32(&rig, ARM_SMMU_CR0, CR0_SMMUEN | CR0_CMDQEN);
	rig_run(&rig);
	assert_int_equal(cons() & 0xff, 1);
	/* acknowledged without repair it fails again: the bit toggles back */
	acknowledge();
	rig_run(&rig);
	assert_int_equal(active_errors(), GERROR_CMDQ_ERR);
	assert_int_equal(rig_r32(&rig, ARM_SMMU_GERROR), 0);
	assert_int_equal(rig.nr_irqs, 2);
	/* repaired and acknowledged it goes on */
	rig_put1(&rig, RIG_CMDQ + 16, 0x30);
	acknowledge();
	rig_run(&rig);
	assert_int_equal(cons() & 0xfffff, rig.cmd_prod);
	assert_int_equal(rig_get(&rig, WORD + 8), 2);
	assert_int_equal(active_errors(), 0);
	assert_int_equal(rig.nr_irqs, 2);
}

/* 7.1: software may take back what has not been consumed. */
static void prod_may_move_back_while_stopped(void **state)
{
	rig_cmd_put(&rig, 0xff, 0);
	rig_cmd_put(&rig, SYNC_IRQ | 2ULL << 32, WORD);
	rig_cmd_kick(&rig);
	rig_run(&rig);
	assert_int_equal(active_errors(), GERROR_CMDQ_ERR);
	rig.cmd_prod = 0;
	rig_cmd_kick(&rig);
	acknowledge();
	rig_run(&rig);
	assert_int_equal(active_errors(), 0);
	assert_int_equal(cons() & 0xfffff, 0);
	assert_int_equal(rig_get(&rig, WORD), 0);
	rig_cmd(&rig, SYNC_IRQ | 3ULL << 32, WORD);
	assert_int_equal(rig_get(&rig, WORD), 3);
}

static void aborted_fetch_is_cerror_abt(void **state)
{
	rig_w32(&rig, ARM_SMMU_CR0, CR0_SMMUEN);
	rig_w64(&rig, ARM_SMMU_CMDQ_BASE, RIG_NOWHERE | 4);
	rig_w32(&rig, ARM_SMMU_CR0, CR0_SMMUEN | CR0_CMDQEN);
	rig_w32(&rig, ARM_SMMU_CMDQ_PROD, 2);
	rig_run(&rig);
	assert_int_equal(cons(), 2U << 24);
	assert_int_equal(active_errors(), GERROR_CMDQ_ERR);
	/* recovery: another base */
	rig_w32(&rig, ARM_SMMU_CR0, CR0_SMMUEN);
	rig_w64(&rig, ARM_SMMU_CMDQ_BASE, RIG_CMDQ | 4);
	rig_put1(&rig, RIG_CMDQ, SYNC);
	rig_put1(&rig, RIG_CMDQ + 16, SYNC);
	acknowledge();
	rig_w32(&rig, ARM_SMMU_CR0, CR0_SMMUEN | CR0_CMDQEN);
	rig_run(&rig);
	assert_int_equal(cons() & 0xfffff, 2);
	assert_int_equal(active_errors(), 0);
}

/* --- CMD_SYNC --- */

static u32 nr_wired[SMMU_NR_IRQS];

static void count_wire(void *opaque, enum smmu_irq irq)
{
	nr_wired[irq]++;
}

static void sync_signals_as_asked(void **state)
{
	memset(nr_wired, 0, sizeof(nr_wired));
	smmu_set_wire(rig.smmu, count_wire, NULL);
	rig_put1(&rig, WORD, 0x1111111122222222ULL);
	rig_cmd(&rig, SYNC | 7ULL << 32, WORD);
	rig_cmd(&rig, SYNC_SEV | 7ULL << 32, WORD);
	assert_true(rig_get(&rig, WORD) == 0x1111111122222222ULL);
	assert_int_equal(nr_wired[SMMU_IRQ_CMD_SYNC], 0);
	/* 32 bits, word-aligned; address bits 1:0 are no part of it */
	rig_cmd(&rig, SYNC_IRQ | 7ULL << 32, WORD + 4 + 3);
	assert_true(rig_get(&rig, WORD) == 0x0000000722222222ULL);
	assert_int_equal(nr_wired[SMMU_IRQ_CMD_SYNC], 1);
	/* no address: only the wire */
	rig_cmd(&rig, SYNC_IRQ | 8ULL << 32, 0);
	assert_int_equal(nr_wired[SMMU_IRQ_CMD_SYNC], 2);
	/* to a doorbell */
	rig_cmd(&rig, SYNC_IRQ | 9ULL << 32, RIG_DOORBELL + 8);
	assert_int_equal(rig.last_irq_data, 9);
	assert_int_equal(rig.nr_irqs, 1);
}

static void aborted_sync_msi_is_a_global_error(void **state)
{
	rig_cmd(&rig, SYNC_IRQ | 7ULL << 32, RIG_NOWHERE);
	assert_int_equal(active_errors(), GERROR_MSI_CMDQ_ABT_ERR);
	assert_int_equal(rig.nr_irqs, 1);
	/* the queue goes on; the error stays one */
	rig_cmd(&rig, SYNC_IRQ | 7ULL << 32, RIG_NOWHERE);
	assert_int_equal(active_errors(), GERROR_MSI_CMDQ_ABT_ERR);
	assert_int_equal(rig.nr_irqs, 1);
	acknowledge();
	assert_int_equal(active_errors(), 0);
}

static void with_40_bits(struct smmu_params *p)
{
	p->oas_bits = 40;
}

/* 4.7.3: the whole field says whether there is a message, the output address size where to. */
static void sync_msi_address_is_cut_to_the_output_size(void **state)
{
	restart_with(with_40_bits, 8);
	rig_cmd(&rig, SYNC_IRQ | 5ULL << 32, 1ULL << 45 | WORD);
	assert_int_equal(rig_get(&rig, WORD), 5);
	/* not zero, so it is sent: to 0, where there is nothing */
	rig_cmd(&rig, SYNC_IRQ | 6ULL << 32, 1ULL << 45);
	assert_int_equal(active_errors(), GERROR_MSI_CMDQ_ABT_ERR);
}

static void aborted_gerror_msi_is_a_global_error_too(void **state)
{
	rig_w32(&rig, ARM_SMMU_IRQ_CTRL, 0);
	rig_w64(&rig, ARM_SMMU_GERROR_IRQ_CFG0, RIG_NOWHERE);
	rig_w32(&rig, ARM_SMMU_IRQ_CTRL, IRQ_CTRL_GERROR_IRQEN);
	rig_cmd_put(&rig, 0xff, 0);
	rig_cmd_kick(&rig);
	rig_run(&rig);
	assert_int_equal(active_errors(), GERROR_CMDQ_ERR | GERROR_MSI_GERROR_ABT_ERR);
	assert_int_equal(rig.nr_irqs, 0);
}

static u32 nr_pulses[SMMU_NR_IRQS];

static void count_pulse(void *opaque, enum smmu_irq irq)
{
	nr_pulses[irq]++;
}

/* 7.5.1: the one error that is not signalled, by message or by wire. */
static void an_aborted_gerror_msi_is_not_signalled(void **state)
{
	for (u32 is_clockless = 0; is_clockless < 2; is_clockless++) {
		restart_with(NULL, 8);
		memset(nr_pulses, 0, sizeof(nr_pulses));
		smmu_set_wire(rig.smmu, count_pulse, NULL);
		smmu_set_clockless(rig.smmu, is_clockless);
		rig_w32(&rig, ARM_SMMU_IRQ_CTRL, 0);
		rig_w64(&rig, ARM_SMMU_GERROR_IRQ_CFG0, RIG_NOWHERE);
		rig_w32(&rig, ARM_SMMU_IRQ_CTRL, IRQ_CTRL_GERROR_IRQEN);
		rig_cmd_put(&rig, 0xff, 0);
		rig_cmd_kick(&rig);
		rig_run(&rig);
		assert_int_equal(active_errors(), GERROR_CMDQ_ERR | GERROR_MSI_GERROR_ABT_ERR);
		assert_int_equal(nr_pulses[SMMU_IRQ_GERROR], 1);
	}
}

static void disabled_interrupts_are_not_sent(void **state)
{
	rig_w32(&rig, ARM_SMMU_IRQ_CTRL, 0);
	rig_cmd_put(&rig, 0xff, 0);
	rig_cmd_kick(&rig);
	rig_run(&rig);
	assert_int_equal(active_errors(), GERROR_CMDQ_ERR);
	/* nor later, for what happened before (6.3.16) */
	rig_w32(&rig, ARM_SMMU_IRQ_CTRL, IRQ_CTRL_GERROR_IRQEN);
	rig_run(&rig);
	assert_int_equal(rig.nr_irqs, 0);
}

/* 6.3.16: the update of IRQEN to 0 ends when the MSI under way has arrived. */
static void disabling_an_interrupt_waits_for_its_msi(void **state)
{
	rig_cmd_put(&rig, 0xff, 0);
	rig_cmd_kick(&rig);
	while (!active_errors())
		sim_run(sim_next_event_ps());
	assert_int_equal(rig.nr_irqs, 0);
	rig_w32(&rig, ARM_SMMU_IRQ_CTRL, 0);
	assert_int_equal(rig.nr_irqs, 1);
	rig_run(&rig);
	assert_int_equal(rig.nr_irqs, 1);
}

/* 3.18: who sees the interrupt sees the command consumed. */
static void sync_is_consumed_before_its_interrupt(void **state)
{
	rig_cmd_put(&rig, SYNC_IRQ | 7ULL << 32, WORD);
	rig_cmd_kick(&rig);
	while (!rig_get(&rig, WORD)) {
		assert_true(sim_next_event_ps() != SIM_TIME_NEVER);
		sim_run(sim_next_event_ps());
	}
	assert_int_equal(cons(), 1);
}

/* A terminated access's record is in the queue when a later SYNC is consumed. */
static void sync_waits_for_event_records(void **state)
{
	struct rig_access accesses[8];
	struct port *port = smmu_port_create(rig.smmu, 5);

	rig_stream(&rig, 5, 0, rig_alloc(&rig, 4096));
	/* in flight until their records are being written */
	for (u32 i = 0; i < 8; i++)
		rig_issue(port, &accesses[i], 0x1000 * i, 0);
	for (;;) {
		struct smmu_stats stats;

		sim_run(sim_next_event_ps());
		smmu_stats(rig.smmu, &stats);
		if (stats.events == 1)
			break;
	}
	rig_cmd_put(&rig, SYNC, 0);
	rig_cmd_kick(&rig);
	while (cons() != 1)
		sim_run(sim_next_event_ps());
	for (u32 i = 0; i < 8; i++) {
		if (accesses[i].nr_completed)
			assert_true(i < rig_nr_events(&rig));
	}
	rig_run(&rig);
	assert_int_equal(rig_nr_events(&rig), 8);
}

/* --- garbage --- */

static void garbage_pointers_are_survived(void **state)
{
	static const u32 prods[] = {0xfffff, 0x100, 0x1ff, 0x80000000, 1, 0};

	for (u32 i = 0; i < 6; i++) {
		rig_w32(&rig, ARM_SMMU_CMDQ_PROD, prods[i]);
		rig_run(&rig);
		acknowledge();
		rig_run(&rig);
	}
}

/* --- time and counts --- */

static void commands_take_fetch_and_execution(void **state)
{
	const u64 ns = 1000;
	u64 fetch_ps = rig.mem_params.latency_ps + 160; /* 16 bytes at 100 GB/s */
	u64 start_ps = sim_now_ps();

	rig_cmd(&rig, SYNC, 0);
	assert_int_equal(sim_now_ps() - start_ps, fetch_ps + 4 * ns);
	start_ps = sim_now_ps();
	rig_cmd(&rig, 0x30, 0);
	assert_int_equal(sim_now_ps() - start_ps, fetch_ps + 4 * ns + 8 * ns);
	start_ps = sim_now_ps();
	for (u32 i = 0; i < 10; i++)
		rig_cmd_put(&rig, 0x03, 0);
	rig_cmd_kick(&rig);
	rig_run(&rig);
	assert_int_equal(sim_now_ps() - start_ps, 10 * (fetch_ps + 12 * ns));
}

static void commands_are_counted(void **state)
{
	struct smmu_stats stats;

	for (u32 i = 0; i < 300; i++) {
		rig_cmd_put(&rig, SYNC, 0);
		rig_cmd_put(&rig, 0x30, 0);
		rig_cmd_kick(&rig);
		rig_run(&rig);
	}
	smmu_stats(rig.smmu, &stats);
	assert_int_equal(stats.cmdq.pushed, 600);
	assert_int_equal(stats.cmdq.popped, 600);
	assert_int_equal(stats.cmdq.max_depth, 2);
	assert_int_equal(stats.cmdq.entries, 256);
}

static void what_software_says_is_counted_by_name(void **state)
{
	struct iommu_traffic before, after;

	smmu_traffic(rig.smmu, &before);
	for (u32 i = 0; i < 3; i++)
		rig_cmd(&rig, SYNC, 0);
	rig_cmd(&rig, 0x30, 0);
	rig_cmd_put(&rig, 0xff, 0); /* illegal: not carried out */
	rig_cmd_kick(&rig);
	rig_run(&rig);
	rig_w32(&rig, ARM_SMMU_EVTQ_CONS, 0);
	rig_w32(&rig, SMMU_PAGE1 + 0x1f8, 0); /* no register */
	smmu_traffic(rig.smmu, &after);
	assert_int_equal(tally(&after.commands, "CMD_SYNC"), 3);
	assert_int_equal(tally(&after.commands, "TLBI_NSNH_ALL"), 1);
	assert_int_equal(after.commands.nr, 2);
	assert_int_equal(tally(&after.writes, "CMDQ_PROD") - tally(&before.writes, "CMDQ_PROD"), 5);
	assert_int_equal(tally(&after.writes, "EVTQ_CONS") - tally(&before.writes, "EVTQ_CONS"), 1);
	rig_r32(&rig, ARM_SMMU_CMDQ_CONS);
	smmu_traffic(rig.smmu, &before);
	assert_int_equal(before.nr_reads - after.nr_reads, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(commands_are_consumed_in_order_at_every_size),
		T(queue_size_is_limited_by_the_hardware),
		T(base_is_aligned_to_the_size),
		T(a_disabled_queue_does_nothing),
		T(disabling_in_the_middle_leaves_whole_commands),
		T(opcodes_are_legal_as_features_say),
		T(reserved_encodings_are_illegal),
		T(illegal_precedes_ignored),
		T(an_error_stops_the_queue_until_acknowledged),
		T(prod_may_move_back_while_stopped),
		T(aborted_fetch_is_cerror_abt),
		T(sync_signals_as_asked),
		T(aborted_sync_msi_is_a_global_error),
		T(sync_msi_address_is_cut_to_the_output_size),
		T(aborted_gerror_msi_is_a_global_error_too),
		T(an_aborted_gerror_msi_is_not_signalled),
		T(disabled_interrupts_are_not_sent),
		T(disabling_an_interrupt_waits_for_its_msi),
		T(sync_is_consumed_before_its_interrupt),
		T(sync_waits_for_event_records),
		T(garbage_pointers_are_survived),
		T(commands_take_fetch_and_execution),
		T(commands_are_counted),
		T(what_software_says_is_counted_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
