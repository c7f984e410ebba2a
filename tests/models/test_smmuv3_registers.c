// SPDX-License-Identifier: GPL-2.0-only
/*
 * Theorems, for every row of the register table: it resets to its value; only
 * the bits of its write mask change; while its guard is set none do; other sizes
 * and alignments are RAZ/WI; nothing but the rows is there. And: ID registers
 * say what features are; CR0, IRQ_CTRL, GBPA follow their update protocols;
 * features that are off make their fields RES0.
 */
#include "tests/models/smmuv3_rig.h"

static struct rig rig;

static int setup(void **state)
{
	rig_defaults(&rig);
	rig_start(&rig);
	return 0;
}

static int teardown(void **state)
{
	rig_stop(&rig);
	return 0;
}

static const struct reg_row *row_of(u32 offset)
{
	for (u32 i = 0; i < SMMU_NR_REGS; i++) {
		if (smmu_reg_table[i].offset == offset)
			return &smmu_reg_table[i];
	}
	fail();
	return NULL;
}

/* What the absence of ATS and PRI takes away. */
static u64 absent_mask(const struct reg_row *row)
{
	u32 page_offset = row->offset & 0xffff;

	if (page_offset >= 0xc0 && page_offset < 0xe0)
		return ~0ULL;
	switch (row->offset) {
	case ARM_SMMU_CR0:
		return CR0_PRIQEN | CR0_ATSCHK;
	case ARM_SMMU_IRQ_CTRL:
		return IRQ_CTRL_PRIQ_IRQEN;
	case ARM_SMMU_GERRORN:
		return 1 << 3 | 1 << 6;
	default:
		return 0;
	}
}

/* Index and wrap bit of a queue of the size in @base, at most 2^@most. */
static u32 pointer_mask(u32 base, u32 most)
{
	u32 lg2 = rig_r32(&rig, base) & 0x1f;

	return (2U << (lg2 < most ? lg2 : most)) - 1;
}

/* What features leave of the table's mask: no ATS, addresses of 48 bits. */
static u64 present_mask(const struct reg_row *row)
{
	const u64 above_oas = 0xfULL << 48;

	switch (row->offset) {
	case ARM_SMMU_CR2:
		return CR2_RECINVSID | CR2_E2H;
	case ARM_SMMU_GERRORN:
		return row->write_mask & ~(1ULL << 9);
	case ARM_SMMU_CMDQ_CONS:
		return CMDQ_CONS_ERR | pointer_mask(ARM_SMMU_CMDQ_BASE, 8);
	case ARM_SMMU_EVTQ_PROD:
		return Q_OVERFLOW_FLAG | pointer_mask(ARM_SMMU_EVTQ_BASE, 7);
	case ARM_SMMU_PRIQ_PROD:
		return Q_OVERFLOW_FLAG | pointer_mask(ARM_SMMU_PRIQ_BASE, 9);
	case ARM_SMMU_STRTAB_BASE:
	case ARM_SMMU_CMDQ_BASE:
	case ARM_SMMU_EVTQ_BASE:
	case ARM_SMMU_GERROR_IRQ_CFG0:
	case ARM_SMMU_EVTQ_IRQ_CFG0:
	case ARM_SMMU_PRIQ_BASE:
	case ARM_SMMU_PRIQ_IRQ_CFG0:
		return row->write_mask & ~above_oas;
	default:
		return row->write_mask;
	}
}

static u64 expected_mask(const struct reg_row *row)
{
	return present_mask(row) & ~(rig.params.pri ? 0 : absent_mask(row));
}

static u64 expected_reset(const struct reg_row *row)
{
	switch (row->offset) {
	case ARM_SMMU_IDR0:
		/* S2P, S1P, TTF 2, COHACC, HTTU 2, Hyp, ASID16, MSI, VMW, VMID16, CD2L, TTENDIAN 2,
		 * TERM_MODEL, ST_LEVEL 1 */
		return 3 | 2 << 2 | 1 << 4 | 2 << 6 | 1 << 9 | 1 << 12 | 1 << 13 | 3 << 17 |
		       1 << 19 | 2 << 21 | 1 << 26 | 1 << 27 |
		       (rig.params.pri ? 1 << 10 | 1 << 16 : 0);
	case ARM_SMMU_IDR1:
		return (rig.params.pri ? 9 << 11 : 0) | 16 | 16 << 6 | 7 << 16 | 8 << 21 | 1 << 26;
	case ARM_SMMU_IDR3:
		/* HAD, XNX, FWB, RIL, BBML 2, E0PD, PTWNNC */
		return 1 << 2 | 1 << 4 | 1 << 8 | 1 << 10 | 2 << 11 | 3 << 13;
	case ARM_SMMU_IIDR:
	case ARM_SMMU_IDR6:
		return 0;
	case ARM_SMMU_AIDR:
		return 2;
	case ARM_SMMU_IDR5:
		return 5 | 7 << 4 | 64 << 16;
	default:
		return row->reset;
	}
}

static u64 read_row(const struct reg_row *row)
{
	return smmu_mmio_read(rig.smmu, row->offset, row->bytes);
}

static void write_row(const struct reg_row *row, u64 value)
{
	/* GBPA takes a write that sets Update only. */
	if (row->guard == SMMU_GUARD_UPDATE)
		value |= GBPA_UPDATE;
	smmu_mmio_write(rig.smmu, row->offset, value, row->bytes);
}

static void registers_reset_to_their_values(void **state)
{
	for (u32 i = 0; i < SMMU_NR_REGS; i++)
		assert_true(read_row(&smmu_reg_table[i]) == expected_reset(&smmu_reg_table[i]));
}

static void only_writable_bits_change(void **state)
{
	const u64 patterns[] = {~0ULL, 0, 0x5555555555555555ULL, 0xaaaaaaaaaaaaaaaaULL, 0};

	for (u32 i = 0; i < SMMU_NR_REGS; i++) {
		const struct reg_row *row = &smmu_reg_table[i];
		u64 fixed = expected_reset(row) & ~expected_mask(row);

		for (u32 p = 0; p < 5; p++) {
			write_row(row, patterns[p]);
			assert_true(read_row(row) ==
				    (fixed | (patterns[p] & expected_mask(row) & ~row->w1c_mask)));
		}
	}
}

static void restart_with(void (*change)(struct smmu_params *params));

static void add_pri(struct smmu_params *p)
{
	p->ats = 1;
	p->pri = 1;
}

/* The same theorems where the PRI queue's registers are there. */
static void registers_of_pri_are_registers_too(void **state)
{
	restart_with(add_pri);
	registers_reset_to_their_values(state);
	only_writable_bits_change(state);
}

/* The architecture has no write-1-to-clear register in these pages: GERROR toggles. */
static void no_register_is_write_one_to_clear(void **state)
{
	for (u32 i = 0; i < SMMU_NR_REGS; i++)
		assert_true(smmu_reg_table[i].w1c_mask == 0);
}

static void check_guarded(const struct reg_row *row)
{
	u64 before = read_row(row);

	write_row(row, ~0ULL);
	assert_true(read_row(row) == before);
	write_row(row, 0);
	assert_true(read_row(row) == before);
}

static void guarded_registers_ignore_writes(void **state)
{
	rig_w32(&rig, ARM_SMMU_IRQ_CTRL, IRQ_CTRL_EVTQ_IRQEN | IRQ_CTRL_GERROR_IRQEN);
	rig_w32(&rig, ARM_SMMU_CR0, CR0_SMMUEN | CR0_EVTQEN | CR0_CMDQEN);
	for (u32 i = 0; i < SMMU_NR_REGS; i++) {
		const struct reg_row *row = &smmu_reg_table[i];

		if (row->guard != SMMU_GUARD_NONE && row->guard != SMMU_GUARD_UPDATE)
			check_guarded(row);
	}
}

/* 6.3.28: where consumption begins is software's to say before it enables the queue. */
static void cmdq_cons_is_writable_while_the_queue_is_off(void **state)
{
	rig_w64(&rig, ARM_SMMU_CMDQ_BASE, RIG_CMDQ | 8);
	rig_w32(&rig, ARM_SMMU_CMDQ_PROD, 6);
	rig_w32(&rig, ARM_SMMU_CMDQ_CONS, 5);
	assert_int_equal(rig_r32(&rig, ARM_SMMU_CMDQ_CONS), 5);
	rig_put1(&rig, RIG_CMDQ + 16 * 5, 0x46);
	rig_w32(&rig, ARM_SMMU_CR0, CR0_CMDQEN);
	rig_run(&rig);
	assert_int_equal(rig_r32(&rig, ARM_SMMU_CMDQ_CONS), 6);
	rig_w32(&rig, ARM_SMMU_CMDQ_CONS, 0);
	assert_int_equal(rig_r32(&rig, ARM_SMMU_CMDQ_CONS), 6);
}

static void pri_registers_are_guarded_by_priqen_and_irqen(void **state)
{
	restart_with(add_pri);
	rig_w32(&rig, ARM_SMMU_PRIQ_CONS, 0x12345);
	rig_w32(&rig, ARM_SMMU_IRQ_CTRL, IRQ_CTRL_PRIQ_IRQEN);
	check_guarded(row_of(ARM_SMMU_PRIQ_IRQ_CFG0));
	check_guarded(row_of(ARM_SMMU_PRIQ_IRQ_CFG1));
	check_guarded(row_of(ARM_SMMU_PRIQ_IRQ_CFG2));
	rig_w64(&rig, ARM_SMMU_PRIQ_BASE, 4);
	rig_w32(&rig, ARM_SMMU_PRIQ_PROD, 7);
	assert_int_equal(rig_r32(&rig, ARM_SMMU_PRIQ_PROD), 7);
	rig_w32(&rig, ARM_SMMU_CR0, CR0_PRIQEN);
	assert_int_equal(rig_r32(&rig, ARM_SMMU_CR0ACK), CR0_PRIQEN);
	check_guarded(row_of(ARM_SMMU_PRIQ_BASE));
	check_guarded(row_of(ARM_SMMU_PRIQ_PROD));
	rig_w32(&rig, ARM_SMMU_PRIQ_CONS, 0x54321);
	assert_int_equal(rig_r32(&rig, ARM_SMMU_PRIQ_CONS), 0x54321);
}

/* 6.3.11: each half of CR1 has its own guard. */
static void cr1_is_guarded_in_halves(void **state)
{
	rig_w32(&rig, ARM_SMMU_CR0, CR0_SMMUEN);
	rig_w32(&rig, ARM_SMMU_CR1, 0xfff);
	assert_int_equal(rig_r32(&rig, ARM_SMMU_CR1), 0x03f);
	rig_w32(&rig, ARM_SMMU_CR0, CR0_EVTQEN);
	rig_w32(&rig, ARM_SMMU_CR1, 0xfc0);
	assert_int_equal(rig_r32(&rig, ARM_SMMU_CR1), 0xfff);
	rig_w32(&rig, ARM_SMMU_CR0, CR0_CMDQEN | CR0_SMMUEN);
	rig_w32(&rig, ARM_SMMU_CR1, 0);
	assert_int_equal(rig_r32(&rig, ARM_SMMU_CR1), 0xfff);
}

static void halves_of_long_registers_are_separate(void **state)
{
	for (u32 i = 0; i < SMMU_NR_REGS; i++) {
		const struct reg_row *row = &smmu_reg_table[i];
		u64 mask = expected_mask(row);

		if (row->bytes != 8)
			continue;
		write_row(row, 0);
		rig_w32(&rig, row->offset + 4, ~0U);
		assert_true(read_row(row) == (mask & 0xffffffff00000000ULL));
		rig_w32(&rig, row->offset, ~0U);
		assert_true(read_row(row) == mask);
		assert_int_equal(rig_r32(&rig, row->offset), (u32)mask);
		assert_int_equal(rig_r32(&rig, row->offset + 4), mask >> 32);
		rig_w32(&rig, row->offset + 4, 0);
		assert_true(read_row(row) == (mask & 0xffffffff));
	}
}

static void wrong_sizes_and_alignments_are_raz_wi(void **state)
{
	static const u32 sizes[] = {0, 1, 2, 3, 16};

	rig_w32(&rig, ARM_SMMU_CMDQ_PROD, 0x12345);
	for (u32 i = 0; i < 5; i++) {
		assert_true(smmu_mmio_read(rig.smmu, ARM_SMMU_CMDQ_PROD, sizes[i]) == 0);
		smmu_mmio_write(rig.smmu, ARM_SMMU_CMDQ_PROD, 0, sizes[i]);
	}
	for (u32 at = 1; at < 4; at++) {
		assert_true(smmu_mmio_read(rig.smmu, ARM_SMMU_CMDQ_PROD + at, 4) == 0);
		smmu_mmio_write(rig.smmu, ARM_SMMU_CMDQ_PROD + at, 0, 4);
		smmu_mmio_write(rig.smmu, ARM_SMMU_CMDQ_PROD - at, 0, 4);
	}
	/* 8 bytes misaligned by 4 */
	assert_true(smmu_mmio_read(rig.smmu, ARM_SMMU_CMDQ_BASE + 4, 8) == 0);
	smmu_mmio_write(rig.smmu, ARM_SMMU_CMDQ_BASE + 4, 0, 8);
	assert_int_equal(rig_r32(&rig, ARM_SMMU_CMDQ_PROD), 0x12345);
}

/* As two accesses of 4, whether one, both or none of them is a register. */
static void eight_bytes_over_two_registers_are_both(void **state)
{
	const u64 both = 0x8000000400000003ULL;

	for (u32 offset = 0; offset < 0x20000; offset += 8) {
		u64 low = rig_r32(&rig, offset), high = rig_r32(&rig, offset + 4);

		assert_true(smmu_mmio_read(rig.smmu, offset, 8) == (high << 32 | low));
	}
	rig_w64(&rig, ARM_SMMU_EVTQ_BASE, RIG_EVTQ | 4);
	rig_w64(&rig, ARM_SMMU_EVTQ_PROD, both);
	assert_int_equal(rig_r32(&rig, ARM_SMMU_EVTQ_PROD), 3);
	assert_true(rig_r32(&rig, ARM_SMMU_EVTQ_CONS) == 0x80000004U);
	assert_true(smmu_mmio_read(rig.smmu, ARM_SMMU_EVTQ_PROD, 8) == both);
	/* each as its guard says */
	rig_w32(&rig, ARM_SMMU_CR0, CR0_EVTQEN);
	rig_w64(&rig, ARM_SMMU_EVTQ_PROD, 7ULL << 32 | 7);
	assert_true(smmu_mmio_read(rig.smmu, ARM_SMMU_EVTQ_PROD, 8) == (7ULL << 32 | 3));
}

static bool is_a_register(u32 offset)
{
	for (u32 i = 0; i < SMMU_NR_REGS; i++) {
		if (offset - smmu_reg_table[i].offset < smmu_reg_table[i].bytes)
			return true;
	}
	return false;
}

/* Page 0 has no alias of the pointers of page 1, and nothing lies beyond. */
static void everything_else_is_raz_wi(void **state)
{
	u64 before[SMMU_NR_REGS];

	for (u32 i = 0; i < SMMU_NR_REGS; i++)
		before[i] = read_row(&smmu_reg_table[i]);
	for (u32 offset = 0; offset < 0x40000; offset += 4) {
		if (is_a_register(offset))
			continue;
		rig_w32(&rig, offset, ~0U);
		assert_int_equal(rig_r32(&rig, offset), 0);
	}
	rig_w32(&rig, 0xfffffffc, ~0U);
	assert_int_equal(rig_r32(&rig, 0xfffffffc), 0);
	for (u32 i = 0; i < SMMU_NR_REGS; i++)
		assert_true(read_row(&smmu_reg_table[i]) == before[i]);
}

static void offsets_are_those_of_the_specification(void **state)
{
	/* a second opinion on what drivers rely on */
	assert_int_equal(ARM_SMMU_CR0, 0x20);
	assert_int_equal(ARM_SMMU_GBPA, 0x44);
	assert_int_equal(ARM_SMMU_GERROR, 0x60);
	assert_int_equal(ARM_SMMU_STRTAB_BASE, 0x80);
	assert_int_equal(ARM_SMMU_CMDQ_CONS, 0x9c);
	assert_int_equal(ARM_SMMU_EVTQ_BASE, 0xa0);
	assert_int_equal(ARM_SMMU_EVTQ_PROD, 0x100a8);
	assert_int_equal(ARM_SMMU_EVTQ_CONS, 0x100ac);
	assert_int_equal(ARM_SMMU_PRIQ_BASE, 0xc0);
	assert_int_equal(ARM_SMMU_PRIQ_IRQ_CFG2, 0xdc);
	assert_int_equal(ARM_SMMU_PRIQ_PROD, 0x100c8);
	assert_int_equal(ARM_SMMU_PRIQ_CONS, 0x100cc);
	assert_string_equal(row_of(ARM_SMMU_STRTAB_BASE_CFG)->name, "STRTAB_BASE_CFG");
	for (u32 i = 0; i < SMMU_NR_REGS; i++)
		assert_memory_equal(smmu_reg_table[i].section, "6.3.", 4);
}

static void acknowledge_registers_follow(void **state)
{
	for (u32 value = 0; value < 16; value++) {
		rig_w32(&rig, ARM_SMMU_CR0, value);
		assert_int_equal(rig_r32(&rig, ARM_SMMU_CR0ACK), value & ~CR0_PRIQEN);
		rig_w32(&rig, ARM_SMMU_IRQ_CTRL, value);
		assert_int_equal(rig_r32(&rig, ARM_SMMU_IRQ_CTRLACK), value & 5);
	}
}

static void gbpa_changes_only_with_update(void **state)
{
	u32 before = rig_r32(&rig, ARM_SMMU_GBPA);

	assert_int_equal(before, 0x1000);
	rig_w32(&rig, ARM_SMMU_GBPA, GBPA_ABORT);
	assert_int_equal(rig_r32(&rig, ARM_SMMU_GBPA), before);
	rig_w32(&rig, ARM_SMMU_GBPA, (u32)(GBPA_UPDATE | GBPA_ABORT));
	assert_int_equal(rig_r32(&rig, ARM_SMMU_GBPA), GBPA_ABORT);
}

/* --- features --- */

static void restart_with(void (*change)(struct smmu_params *params))
{
	rig_stop(&rig);
	rig_defaults(&rig);
	change(&rig.params);
	rig_start(&rig);
}

/* Of an SMMUv3.1 of stage 2 alone. */
static void change_all(struct smmu_params *p)
{
	rig_version(p, 1);
	p->sid_bits = 6;
	p->stage1 = 0;
	p->vmid16 = 0;
	p->vmw = 0;
	p->fwb = 0;
	p->httu = 1;
	p->vax = 1;
	p->split_ats = 0;
	p->gran16k = 0;
	p->ssid_bits = 0;
	p->oas_bits = 52;
	p->st_2level = 0;
	p->cd_2level = 0;
	p->asid16 = 0;
	p->ril = 0;
	p->abort_only = 0;
	p->attr_perms_ovr = 0;
	p->stall = 0;
	p->cmdq_lg2 = 3;
	p->evtq_lg2 = 19;
	p->msi = 0;
	p->ats = 1;
	p->pri = 1;
	p->pps = 1;
	p->priq_lg2 = 11;
	p->bbml = 1;
	p->iidr = 0x4832243b;
}

static void id_registers_follow_features(void **state)
{
	restart_with(change_all);
	/* no stage 1: Hyp and HAD are 0 */
	assert_int_equal(rig_r32(&rig, ARM_SMMU_IDR0),
			 1 | 2 << 2 | 1 << 4 | 1 << 6 | 1 << 10 | 1 << 16 | 2 << 21 | 1 << 24);
	assert_int_equal(rig_r32(&rig, ARM_SMMU_IDR1), 6 | 11 << 11 | 19 << 16 | 3 << 21);
	/* XNX, BBML 1; no substreams: PPS is RES0 */
	assert_int_equal(rig_r32(&rig, ARM_SMMU_IDR3), 1 << 4 | 1 << 11);
	assert_int_equal(rig_r32(&rig, ARM_SMMU_IDR5), 6 | 1 << 4 | 1 << 6 | 1 << 10);
	assert_int_equal(rig_r32(&rig, ARM_SMMU_IIDR), 0x4832243b);
	assert_int_equal(rig_r32(&rig, ARM_SMMU_AIDR), 1);
}

static void change_pps(struct smmu_params *p)
{
	p->ats = 1;
	p->pri = 1;
	p->pps = 1;
}

static void change_stall_forced(struct smmu_params *p)
{
	p->stall_forced = 1;
}

static void idr3_and_idr0_follow_pps_and_the_stall_model(void **state)
{
	restart_with(change_pps);
	assert_int_equal(rig_r32(&rig, ARM_SMMU_IDR3) & 1 << 5, 1 << 5);
	assert_int_equal(rig_r32(&rig, ARM_SMMU_IDR0) >> 24 & 3, 0);
	restart_with(change_stall_forced);
	assert_int_equal(rig_r32(&rig, ARM_SMMU_IDR0) >> 24 & 3, 2);
	assert_int_equal(rig_r32(&rig, ARM_SMMU_IDR5) >> 16, 64);
}

/* 6.3.1: forced stalls and PCI exclude each other, and so do they and what terminates. */
static void features_that_exclude_each_other_are_refused(void **state)
{
	struct smmu_params p = rig.params;

	p.stall_forced = 1;
	assert_null(smmu_params_check(&p));
	p.ats = 1;
	assert_non_null(smmu_params_check(&p));
	p.ats = 0;
	p.stall_full_aborts = 1;
	assert_non_null(smmu_params_check(&p));
	p.stall_full_aborts = 0;
	p.stall = 0;
	assert_non_null(smmu_params_check(&p));
}

static void without_stage2(struct smmu_params *p)
{
	p->stage2 = 0;
	p->httu = 0;
	p->ats = 1;
}

static void features_of_stage2_go_with_it(void **state)
{
	restart_with(without_stage2);
	/* S2P, HTTU, VMW, VMID16 are 0; NS1ATS is RES0 */
	assert_int_equal(rig_r32(&rig, ARM_SMMU_IDR0) & (1 | 3 << 6 | 3 << 17), 0);
	assert_int_equal(rig_r32(&rig, ARM_SMMU_IDR0) >> 10 & 3, 1);
	/* Hyp; XNX, PTWNNC; FWB is of the version alone */
	assert_int_equal(rig_r32(&rig, ARM_SMMU_IDR0) & 1 << 9, 0);
	assert_int_equal(rig_r32(&rig, ARM_SMMU_IDR3) & (1 << 4 | 1 << 14), 0);
	assert_int_equal(rig_r32(&rig, ARM_SMMU_IDR3) & 1 << 8, 1 << 8);
	rig_w32(&rig, ARM_SMMU_CR0, CR0_VMW);
	assert_int_equal(rig_r32(&rig, ARM_SMMU_CR0), 0);
}

static void without_split_ats(struct smmu_params *p)
{
	p->ats = 1;
	p->split_ats = 0;
}

static void ns1ats_says_that_there_is_no_split_stage(void **state)
{
	restart_with(add_pri);
	assert_int_equal(rig_r32(&rig, ARM_SMMU_IDR0) >> 10 & 3, 1);
	restart_with(without_split_ats);
	assert_int_equal(rig_r32(&rig, ARM_SMMU_IDR0) >> 10 & 3, 3);
}

static void change_16k(struct smmu_params *p)
{
	p->gran64k = 0;
}

static void change_64k(struct smmu_params *p)
{
	p->gran16k = 0;
}

static void idr5_names_the_granules(void **state)
{
	assert_int_equal(rig_r32(&rig, ARM_SMMU_IDR5) >> 4 & 7, 7);
	restart_with(change_16k);
	assert_int_equal(rig_r32(&rig, ARM_SMMU_IDR5) >> 4 & 7, 3);
	restart_with(change_64k);
	assert_int_equal(rig_r32(&rig, ARM_SMMU_IDR5) >> 4 & 7, 5);
}

static void missing_features_make_fields_res0(void **state)
{
	restart_with(change_all);
	rig_w32(&rig, ARM_SMMU_CR2, ~0U);
	assert_int_equal(rig_r32(&rig, ARM_SMMU_CR2), CR2_RECINVSID);
	rig_w32(&rig, ARM_SMMU_STRTAB_BASE_CFG, ~0U);
	assert_int_equal(rig_r32(&rig, ARM_SMMU_STRTAB_BASE_CFG), 0x3f);
	rig_w64(&rig, ARM_SMMU_EVTQ_IRQ_CFG0, ~0ULL);
	assert_true(smmu_mmio_read(rig.smmu, ARM_SMMU_EVTQ_IRQ_CFG0, 8) == 0);
	rig_w32(&rig, ARM_SMMU_GERROR_IRQ_CFG1, ~0U);
	assert_int_equal(rig_r32(&rig, ARM_SMMU_GERROR_IRQ_CFG1), 0);
	/* LO is for wired interrupts too */
	rig_w32(&rig, ARM_SMMU_PRIQ_IRQ_CFG2, ~0U);
	assert_true(rig_r32(&rig, ARM_SMMU_PRIQ_IRQ_CFG2) == 1U << 31);
	rig_w64(&rig, ARM_SMMU_STRTAB_BASE, ~0ULL);
	assert_true(smmu_mmio_read(rig.smmu, ARM_SMMU_STRTAB_BASE, 8) ==
		    (1ULL << 62 | 0xfffffffffffc0ULL));
	rig_w32(&rig, ARM_SMMU_GBPA, ~0U);
	assert_int_equal(rig_r32(&rig, ARM_SMMU_GBPA), 0x103f1f);
	/* errors of MSIs, and bits that no error has */
	rig_w32(&rig, ARM_SMMU_GERRORN, ~0U);
	assert_int_equal(rig_r32(&rig, ARM_SMMU_GERRORN), 1 | 1 << 2 | 1 << 3);
}

/* 6.3.28, 6.3.95, 6.3.97: at every size. What software moves may keep what it wrote (6.3.27). */
static void pointers_of_the_smmu_end_at_their_wrap_bit(void **state)
{
	static const struct {
		u32 base, pointer, most;
	} queues[] = {{ARM_SMMU_CMDQ_BASE, ARM_SMMU_CMDQ_CONS, 8},
		      {ARM_SMMU_EVTQ_BASE, ARM_SMMU_EVTQ_PROD, 7},
		      {ARM_SMMU_PRIQ_BASE, ARM_SMMU_PRIQ_PROD, 9}};

	restart_with(add_pri);
	for (u32 i = 0; i < 3; i++) {
		for (u32 lg2 = 0; lg2 < 32; lg2++) {
			u32 size = lg2 < queues[i].most ? lg2 : queues[i].most;

			rig_w64(&rig, queues[i].base, lg2);
			rig_w32(&rig, queues[i].pointer, 0xfffff);
			assert_int_equal(rig_r32(&rig, queues[i].pointer), (2U << size) - 1);
		}
	}
	rig_w32(&rig, ARM_SMMU_CMDQ_PROD, 0xfffff);
	assert_int_equal(rig_r32(&rig, ARM_SMMU_CMDQ_PROD), 0xfffff);
}

static u64 oas_bits;

static void change_oas(struct smmu_params *p)
{
	p->oas_bits = oas_bits;
}

static void oas_is_encoded_as_specified(void **state)
{
	static const u8 bits[] = {32, 36, 40, 42, 44, 48, 52};

	for (u32 i = 0; i < 7; i++) {
		oas_bits = bits[i];
		restart_with(change_oas);
		assert_int_equal(rig_r32(&rig, ARM_SMMU_IDR5) & 7, i);
		rig_w64(&rig, ARM_SMMU_STRTAB_BASE, ~0ULL);
		assert_true(smmu_mmio_read(rig.smmu, ARM_SMMU_STRTAB_BASE, 8) ==
			    (1ULL << 62 | ((1ULL << oas_bits) - 64)));
	}
}

/* --- while SMMUEN is 0 (6.3.14, 3.4) --- */

static void disabled_smmu_bypasses_or_aborts(void **state)
{
	struct port *port = smmu_port_create(rig.smmu, 3);
	struct rig_access access;

	assert_int_equal(rig_do(port, &access, 0x123456789, rig_pasid(5)), PORT_DONE);
	assert_true(access.a.pa == 0x123456789);
	assert_int_equal(access.a.done_ps, sim_now_ps());
	/* beyond the output address size */
	assert_int_equal(rig_do(port, &access, 1ULL << 48, 0), PORT_ABORTED);
	rig_w32(&rig, ARM_SMMU_GBPA, (u32)(GBPA_UPDATE | GBPA_ABORT));
	assert_int_equal(rig_do(port, &access, 0x123456789, 0), PORT_ABORTED);
	assert_int_equal(rig_nr_events(&rig), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(registers_reset_to_their_values),
		T(only_writable_bits_change),
		T(registers_of_pri_are_registers_too),
		T(pri_registers_are_guarded_by_priqen_and_irqen),
		T(no_register_is_write_one_to_clear),
		T(guarded_registers_ignore_writes),
		T(cmdq_cons_is_writable_while_the_queue_is_off),
		T(cr1_is_guarded_in_halves),
		T(halves_of_long_registers_are_separate),
		T(wrong_sizes_and_alignments_are_raz_wi),
		T(eight_bytes_over_two_registers_are_both),
		T(everything_else_is_raz_wi),
		T(offsets_are_those_of_the_specification),
		T(acknowledge_registers_follow),
		T(gbpa_changes_only_with_update),
		T(id_registers_follow_features),
		T(features_of_stage2_go_with_it),
		T(ns1ats_says_that_there_is_no_split_stage),
		T(idr5_names_the_granules),
		T(idr3_and_idr0_follow_pps_and_the_stall_model),
		T(features_that_exclude_each_other_are_refused),
		T(missing_features_make_fields_res0),
		T(pointers_of_the_smmu_end_at_their_wrap_bit),
		T(oas_is_encoded_as_specified),
		T(disabled_smmu_bypasses_or_aborts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
