// SPDX-License-Identifier: GPL-2.0-only
/*
 * Theorem: docs/smmuv3-registers.md is what the register table of models/smmuv3/regs.h says,
 * and what an SMMU with this or that feature shows. With -w it is written instead.
 *
 * What a feature changes is not listed anywhere: two SMMUs, with and without it, are
 * asked for their reset values and for the bits that they let software write.
 */
#include <stdio.h>

#include "tests/models/smmuv3_rig.h"

#define PAGE "docs/smmuv3-registers.md"
#define PAGE_BYTES 65536

static char page[PAGE_BYTES], found[PAGE_BYTES];
static size_t page_bytes;

__attribute__((format(printf, 1, 2))) static void say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	page_bytes += vsnprintf(page + page_bytes, PAGE_BYTES - page_bytes, format, args);
	va_end(args);
	assert_true(page_bytes < PAGE_BYTES);
}

static const char *guard_text(enum smmu_guard guard)
{
	switch (guard) {
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

struct shown {
	u64 reset[SMMU_NR_REGS];
	u64 writable[SMMU_NR_REGS];
};

static u64 read_row(struct rig *rig, u32 i)
{
	return smmu_mmio_read(rig->smmu, smmu_reg_table[i].offset, smmu_reg_table[i].bytes);
}

static void show(const struct smmu_params *params, struct shown *shown)
{
	struct rig rig;

	rig_defaults(&rig);
	rig.params = *params;
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

static void say_bits(u64 bits)
{
	const char *comma = "";

	while (bits) {
		u32 low = __builtin_ctzll(bits);
		u64 above = ~(bits >> low);
		u32 nr = above ? (u32)__builtin_ctzll(above) : 64;

		if (nr == 1)
			say("%s%u", comma, low);
		else
			say("%s%u:%u", comma, low + nr - 1, low);
		bits &= ~((nr < 64 ? (1ULL << nr) - 1 : ~0ULL) << low);
		comma = ", ";
	}
}

static void say_row(const struct reg_row *row, u64 reset)
{
	bool is_fixed = row->reset != SMMU_RESET_FEATURES;

	say("| 0x%05x | %s | %u | 0x%llx%s | ", row->offset, row->name, 8 * row->bytes, reset,
	    is_fixed ? "" : " (features)");
	if (row->write_mask)
		say_bits(row->write_mask);
	else
		say("none");
	say(" | %s | %s |\n", guard_text(row->guard), row->section);
}

static void say_table(const struct shown *shown)
{
	say("| offset | register | bits | reset | writable | while | section |\n"
	    "| --- | --- | --- | --- | --- | --- | --- |\n");
	for (u32 i = 0; i < SMMU_NR_REGS; i++)
		say_row(&smmu_reg_table[i], shown->reset[i]);
}

static void say_ecmdq_table(void)
{
	struct rig rig;

	rig_defaults(&rig);
	rig.params.arch_minor = 3;
	rig.params.ecmdq = true;
	rig_start(&rig);
	say("| offset | register | bits | reset | writable | while | section |\n"
	    "| --- | --- | --- | --- | --- | --- | --- |\n");
	for (u32 i = 0; i < SMMU_NR_ECMDQ_REGS; i++) {
		const struct reg_row *row = &smmu_ecmdq_reg_table[i];
		u32 base = i < SMMU_REG_ECMDQ_BASE ? CMDQ_CONTROL_PAGES : SMMU_CONTROL_PAGES;

		say_row(row, smmu_mmio_read(rig.smmu, base + row->offset, row->bytes));
	}
	rig_stop(&rig);
}

static u64 *value_of(struct smmu_params *params, const struct sim_param *feature)
{
	return (u64 *)((char *)params + feature->offset);
}

/* As much as one SMMU can have at once; what excludes something is tried last. */
static struct smmu_params all_features(void)
{
	struct rig rig;

	rig_defaults(&rig);
	rig.params.arch_minor = 3;
	rig.params.oas_bits = 52;
	for (size_t again = 0; again < 2; again++) {
		for (size_t i = 0; i < smmu_feature_count; i++) {
			u64 *value = value_of(&rig.params, &smmu_feature_table[i]);
			u64 before = *value;
			bool is_last = value == &rig.params.stall_forced;

			if (smmu_feature_table[i].unit != SIM_UNIT_BOOL || is_last != again)
				continue;
			*value = 1;
			if (smmu_params_check(&rig.params))
				*value = before;
		}
	}
	return rig.params;
}

/* Switch off @nr features, not @kept, from the @first one on, so that the rest goes together. */
static bool switch_off(struct smmu_params *params, const struct sim_param *kept, u32 nr,
		       size_t first)
{
	if (!nr)
		return !smmu_params_check(params);
	for (size_t i = first; i < smmu_feature_count; i++) {
		const struct sim_param *feature = &smmu_feature_table[i];
		u64 before = *value_of(params, feature);

		if (feature == kept || feature->unit != SIM_UNIT_BOOL || !before)
			continue;
		*value_of(params, feature) = 0;
		if (switch_off(params, kept, nr - 1, i + 1))
			return true;
		*value_of(params, feature) = before;
	}
	return false;
}

/* Switch @feature the other way, and off as few others as do not go with that. */
static void toggle(struct smmu_params *params, const struct sim_param *feature)
{
	u32 nr = 0;

	*value_of(params, feature) ^= 1;
	while (!switch_off(params, feature, nr, 0))
		assert_true(++nr < 4);
}

static void say_change(const char *key, u32 i, const struct shown *with,
		       const struct shown *without)
{
	u64 reset = with->reset[i] ^ without->reset[i];
	u64 writable = with->writable[i] ^ without->writable[i];

	if (!reset && !writable)
		return;
	say("| `%s` | %s | ", key, smmu_reg_table[i].name);
	say_bits(reset);
	say(" | ");
	say_bits(writable);
	say(" |\n");
}

static void say_feature(const struct sim_param *feature)
{
	struct smmu_params params = all_features();
	struct shown with, without;

	toggle(&params, feature);
	show(&params, &without);
	*value_of(&params, feature) ^= 1;
	assert_null(smmu_params_check(&params));
	show(&params, &with);
	for (u32 i = 0; i < SMMU_NR_REGS; i++)
		say_change(feature->key, i, &with, &without);
}

static void say_features(void)
{
	say("| feature | register | value after reset | writable |\n| --- | --- | --- | --- |\n");
	for (size_t i = 0; i < smmu_feature_count; i++) {
		if (smmu_feature_table[i].unit == SIM_UNIT_BOOL)
			say_feature(&smmu_feature_table[i]);
	}
}

static void make_page(void)
{
	struct shown shown;
	struct rig rig;

	page_bytes = 0;
	rig_defaults(&rig);
	show(&rig.params, &shown);
	say("# Registers of the SMMUv3 model\n\n"
	    "Made from the register table in `models/smmuv3/regs.h`, and from SMMUs with one feature or "
	    "another, by\n`build/test-models-smmuv3_register_page -w`. The same program without `-w` is a "
	    "test: it fails if this page is not what it\nwould write. Do not edit.\n\n"
	    "Offsets are from the start of page 0; page 1 begins at 0x10000. Sections are those of "
	    "IHI 0070 G. Reset values are\nthose of default features. A register not listed reads as "
	    "zero and ignores writes. What a write does beyond storing is\nin `models/smmuv3/registers.c`.\n\n"
	    "## Registers\n\n");
	say_table(&shown);
	say("\n## Command queue control pages\n\n"
	    "There with `ecmdq` (IDR1.ECMDQ). Page n has its first three registers at 0x4000 + 32 * n, "
	    "and is at 0x20000 +\n0x10000 * n. Its queues are spaced evenly in it; offsets of their "
	    "registers are from the start of the queue's share.\n\n");
	say_ecmdq_table();
	say("\n## What features change\n\n"
	    "Bits that differ between an SMMU with and one without the feature, all others that go "
	    "with both being on.\n\n");
	say_features();
}

static void the_page_is_the_table(void **state)
{
	FILE *file = fopen(PAGE, "r");
	size_t bytes;

	assert_non_null(file);
	bytes = fread(found, 1, PAGE_BYTES - 1, file);
	fclose(file);
	make_page();
	if (bytes != page_bytes || memcmp(page, found, bytes) != 0)
		fail_msg("%s is not what the table says; run this program with -w", PAGE);
}

static int write_page(void)
{
	FILE *file = fopen(PAGE ".new", "w");

	make_page();
	if (!file || fwrite(page, 1, page_bytes, file) != page_bytes || fclose(file) ||
	    rename(PAGE ".new", PAGE)) {
		perror(PAGE);
		return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_page_is_the_table),
	};

	if (argc > 1 && !strcmp(argv[1], "-w"))
		return write_page();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
