// SPDX-License-Identifier: GPL-2.0-only
/*
 * Theorem: docs/smmuv3-registers.md is what the register table of models/smmuv3/regs.h says,
 * and what an SMMU with this or that feature shows. With -w it is written instead.
 */
#include "tests/models/register_page.h"
#include "tests/models/smmuv3_rig.h"

static const char *guard_text(u32 guard)
{
	switch ((enum smmu_guard)guard) {
	case SMMU_GUARD_NONE:
		return "always";
	case SMMU_GUARD_READ_ONLY:
		return "never";
	case SMMU_GUARD_SMMUEN:
		return "CR0.SMMUEN is 0";
	case SMMU_GUARD_CMDQEN:
		return "CR0.CMDQEN is 0";
	case SMMU_GUARD_EVTQEN:
		return "CR0.EVENTQEN is 0";
	case SMMU_GUARD_PRIQEN:
		return "CR0.PRIQEN is 0";
	case SMMU_GUARD_GERROR_IRQEN:
		return "IRQ_CTRL.GERROR_IRQEN is 0";
	case SMMU_GUARD_EVTQ_IRQEN:
		return "IRQ_CTRL.EVENTQ_IRQEN is 0";
	case SMMU_GUARD_PRIQ_IRQEN:
		return "IRQ_CTRL.PRIQ_IRQEN is 0";
	case SMMU_GUARD_TABLES_AND_QUEUES:
		return "TABLE_\\*: SMMUEN is 0, QUEUE_\\*: every queue is off";
	case SMMU_GUARD_UPDATE:
		return "the write sets UPDATE";
	case SMMU_GUARD_ECMDQEN:
		return "EN and ENACK of the queue are 0";
	}
	return "?";
}

/* --- what an SMMU shows --- */

static u64 read_row(struct rig *rig, u32 i)
{
	return smmu_mmio_read(rig->smmu, smmu_reg_table[i].offset, smmu_reg_table[i].bytes);
}

static void show(const struct page_params *params, struct shown *shown)
{
	struct rig rig;

	rig_defaults(&rig);
	memcpy(&rig.params, params, sizeof(rig.params));
	/* of one version, whichever has the set: AIDR is no difference */
	rig.params.unchecked = 1;
	rig_start(&rig);
	for (u32 i = 0; i < SMMU_NR_REGS; i++)
		shown->reset[i] = read_row(&rig, i);
	/* Bases come first and stay: queues of the largest size, whose pointers show all bits. */
	for (u32 i = 0; i < SMMU_NR_REGS; i++) {
		const struct reg_row *row = &smmu_reg_table[i];
		u64 update = row->guard == SMMU_GUARD_UPDATE ? GBPA_UPDATE : 0;
		u64 before;

		smmu_mmio_write(rig.smmu, row->offset, update, row->bytes);
		before = read_row(&rig, i);
		smmu_mmio_write(rig.smmu, row->offset, ~0ULL, row->bytes);
		shown->writable[i] = read_row(&rig, i) ^ before;
		if (i != SMMU_REG_CMDQ_BASE && i != SMMU_REG_EVTQ_BASE && i != SMMU_REG_PRIQ_BASE)
			smmu_mmio_write(rig.smmu, row->offset, update, row->bytes);
	}
	rig_stop(&rig);
}

/* --- the page --- */

static void defaults(struct page_params *params)
{
	struct rig rig;

	rig_defaults(&rig);
	memcpy(params, &rig.params, sizeof(rig.params));
}

static void renew(struct page_params *params, const struct sim_param *feature)
{
	struct smmu_params *p = (struct smmu_params *)params;

	p->oas_bits = 52;
	p->sid_bits = 6; /* does not need st_2level */
	p->stage1 = p->stage2 = p->had = 1;
}

/* May some version have the set? */
static const char *check(const struct page_params *params)
{
	struct smmu_params p = *(const struct smmu_params *)params;
	const char *wrong = "";

	for (p.arch_minor = 0; wrong && p.arch_minor <= 3; p.arch_minor++) {
		p.bbml = p.arch_minor ? 2 : 0;
		p.oas_bits = p.arch_minor ? 52 : 48;
		wrong = smmu_features_check(&p);
	}
	return wrong;
}

static void make_page(void);

static const struct page_model model = {
	.path = "docs/smmuv3-registers.md",
	.make = make_page,
	.rows = smmu_reg_table,
	.nr_rows = SMMU_NR_REGS,
	.offset_digits = 5,
	.reset_of_features = SMMU_RESET_FEATURES,
	.guard_text = guard_text,
	.features = smmu_feature_table,
	.nr_features = &smmu_feature_count,
	.last = "stall_forced",
	.defaults = defaults,
	.renew = renew,
	.check = check,
	.show = show,
};

static void say_ecmdq_table(void)
{
	struct rig rig;

	rig_defaults(&rig);
	rig.params.arch_minor = 3;
	rig.params.ecmdq = true;
	rig_start(&rig);
	say_table_head();
	for (u32 i = 0; i < SMMU_NR_ECMDQ_REGS; i++) {
		const struct reg_row *row = &smmu_ecmdq_reg_table[i];
		u32 base = i < SMMU_REG_ECMDQ_BASE ? CMDQ_CONTROL_PAGES : SMMU_CONTROL_PAGES;

		say_row(&model, row, smmu_mmio_read(rig.smmu, base + row->offset, row->bytes));
	}
	rig_stop(&rig);
}

static void make_page(void)
{
	struct page_params params;
	struct shown shown;

	page_bytes = 0;
	defaults(&params);
	show(&params, &shown);
	say("# Registers of the SMMUv3 model\n\n"
	    "Made from the register table in `models/smmuv3/regs.h`, and from SMMUs with one feature or "
	    "another, by\n`build/test-models-smmuv3_register_page -w`. The same program without `-w` is a "
	    "test: it fails if this page is not what it\nwould write. Do not edit.\n\n"
	    "Offsets are from the start of page 0; page 1 begins at 0x10000. Sections are those of "
	    "IHI 0070 G. Reset values are\nthose of default features. A register not listed reads as "
	    "zero and ignores writes. What a write does beyond storing is\nin `models/smmuv3/registers.c`.\n\n"
	    "## Registers\n\n");
	say_table(&model, &shown);
	say("\n## Command queue control pages\n\n"
	    "There with `ecmdq` (IDR1.ECMDQ). Page n has its first three registers at 0x4000 + 32 * n, "
	    "and is at 0x20000 +\n0x10000 * n. Its queues are spaced evenly in it; offsets of their "
	    "registers are from the start of the queue's share.\n\n");
	say_ecmdq_table();
	say("\n## What features change\n\n"
	    "Bits that differ between an SMMU with and one without the feature, all others that go "
	    "with both being on.\n\n");
	say_features(&model);
}

static void the_page_is_the_table(void **state)
{
	page_check(&model);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_page_is_the_table),
	};

	if (argc > 1 && !strcmp(argv[1], "-w"))
		return page_write(&model);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
