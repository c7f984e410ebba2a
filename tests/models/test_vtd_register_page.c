// SPDX-License-Identifier: GPL-2.0-only
/*
 * Theorem: docs/vtd-registers.md is what the register table of models/vtd/regs.h says, and what a
 * unit with this or that feature shows. With -w it is written instead.
 */
#include "tests/models/register_page.h"
#include "tests/models/vtd_rig.h"

static const char *guard_text(u32 guard)
{
	switch ((enum vtd_guard)guard) {
	case VTD_GUARD_NONE:
		return "always";
	case VTD_GUARD_READ_ONLY:
		return "never";
	case VTD_GUARD_PRS:
		return "PMEN.PRS is 0";
	}
	return "?";
}

/* --- what a unit shows --- */

static u64 read_row(struct rig *rig, u32 i)
{
	return vtd_mmio_read(rig->vtd, vtd_reg_table[i].offset, vtd_reg_table[i].bytes);
}

/* A command shows in its own register until it is done: it is not a bit that is stored. */
static bool is_command(u32 reg)
{
	return reg == VTD_REG_GCMD || reg == VTD_REG_CCMD || reg == VTD_REG_IOTLB ||
	       reg == VTD_REG_PMEN;
}

static void show(const struct page_params *params, struct shown *shown)
{
	struct rig rig;

	rig_defaults(&rig);
	memcpy(&rig.params, params, sizeof(rig.params));
	rig_start(&rig);
	for (u32 i = 0; i < VTD_NR_REGS; i++)
		shown->reset[i] = read_row(&rig, i);
	for (u32 i = 0; i < VTD_NR_REGS; i++) {
		const struct reg_row *row = &vtd_reg_table[i];
		u64 before;

		vtd_mmio_write(rig.vtd, row->offset, 0, row->bytes);
		before = read_row(&rig, i);
		vtd_mmio_write(rig.vtd, row->offset, ~0ULL, row->bytes);
		shown->writable[i] = read_row(&rig, i) ^ before;
		if (is_command(i))
			shown->writable[i] &= row->write_mask;
		vtd_mmio_write(rig.vtd, row->offset, 0, row->bytes);
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

/* Execute requests exist up to revision 3. */
static void renew(struct page_params *params, const struct sim_param *feature)
{
	if (!strcmp(feature->key, "ers"))
		((struct vtd_params *)params)->revision = 3;
}

static const char *check(const struct page_params *params)
{
	return vtd_features_check((const struct vtd_params *)params);
}

static void make_page(void);

static const struct page_model model = {
	.path = "docs/vtd-registers.md",
	.make = make_page,
	.rows = vtd_reg_table,
	.nr_rows = VTD_NR_REGS,
	.offset_digits = 3,
	.reset_of_features = VTD_RESET_FEATURES,
	.guard_text = guard_text,
	.features = vtd_feature_table,
	.nr_features = &vtd_feature_count,
	.last = "rwbf", /* which excludes smts */
	.defaults = defaults,
	.renew = renew,
	.check = check,
	.show = show,
};

static void make_page(void)
{
	struct page_params params;
	struct shown shown;

	page_bytes = 0;
	defaults(&params);
	show(&params, &shown);
	say("# Registers of the VT-d model\n\n"
	    "Made from the register table in `models/vtd/regs.h`, and from units with one feature or "
	    "another, by\n`build/test-models-vtd_register_page -w`. The same program without `-w` is a "
	    "test: it fails if this page is not what it\nwould write. Do not edit.\n\n"
	    "Sections are those of revision 4.1. Reset values are those of default features. Bits of "
	    "addresses from `haw_bits` on are\nreserved. Bits that are commands are acted upon, not "
	    "stored, and are not among the writable ones. A register not listed\nreads as zero and "
	    "ignores writes. What a write does beyond storing is in `models/vtd/registers.c`.\n\n"
	    "## Registers\n\n");
	say_table(&model, &shown);
	say("\nFault recording registers, %u bytes each, are at 0x%x; `nr_fault_records` says how "
	    "many (CAP.NFR). Software clears F,\nand nothing else (11.4.7.6).\n",
	    VTD_FRCD_BYTES, VTD_FRCD_OFFSET);
	say("\n## What features change\n\n"
	    "Bits that differ between a unit with and one without the feature, all others that go "
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
