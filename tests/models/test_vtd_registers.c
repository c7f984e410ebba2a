// SPDX-License-Identifier: GPL-2.0-only
/*
 * Theorems, for every row of the register table: it resets to its value; only the
 * bits of its write mask change; while its guard is set none do; other sizes and
 * alignments are RAZ/WI; nothing but the rows and the fault recording registers is
 * there. And: capability registers say what features are; GCMD is carried out
 * with its status, one-shots and all; features that are off make their registers
 * and fields RsvdZ; revision 3 has less.
 */
#include "tests/models/vtd_rig.h"

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

static void restart(void)
{
	rig_stop(&rig);
	rig_start(&rig);
}

static bool is_absent(u32 offset)
{
	if (offset >= 0x64 && offset < 0x80)
		return !rig.params.pmr;
	if (offset >= 0x80 && offset < 0xb8)
		return !rig.params.qi;
	if (offset == 0xb8)
		return !rig.params.ir;
	return offset >= 0xc0 && offset < 0xf0 && !rig.params.prs;
}

/* What is left of the table's mask with addresses of 46 bits. */
static u64 expected_mask(const struct reg_row *row)
{
	const u64 above_haw = ~0ULL << 46;

	if (is_absent(row->offset))
		return 0;
	switch (row->offset) {
	case DMAR_RTADDR_REG:
	case DMAR_IQA_REG:
	case DMAR_PQA_REG:
	case DMAR_PHMBASE_REG:
	case DMAR_PHMLIMIT_REG:
	case DMAR_IRTA_REG:
		return row->write_mask & ~above_haw;
	default:
		return row->write_mask;
	}
}

static u64 expected_reset(const struct reg_row *row)
{
	switch (row->offset) {
	case DMAR_VER_REG:
		return 0x40;
	case DMAR_CAP_REG:
		/* ND 6, PLMR, PHMR, SAGAW 39 48 57, MGAW 57, ZLR, FRO 0x22, SSLPS 3, PSI, NFR 8,
		 * MAMV 18, DWD, DRD, FS1GP, FS5LP */
		return 6 | (rig.params.pmr ? 3 << 5 : 0) | 7 << 9 | 56 << 16 | 1 << 22 |
		       0x22ULL << 24 | 3ULL << 34 | 1ULL << 39 | 7ULL << 40 | 18ULL << 48 |
		       3ULL << 54 | (rig.params.fsts ? 1ULL << 56 | 1ULL << 60 : 0);
	case DMAR_ECAP_REG:
		return rig_r64(&rig, DMAR_ECAP_REG); /* ecap_says_what_features_are */
	default:
		return is_absent(row->offset) ? 0 : row->reset;
	}
}

static u64 read_row(const struct reg_row *row)
{
	return vtd_mmio_read(rig.vtd, row->offset, row->bytes);
}

static void registers_reset_to_their_values(void **state)
{
	for (u32 i = 0; i < VTD_NR_REGS; i++)
		assert_int_equal(read_row(&vtd_reg_table[i]), expected_reset(&vtd_reg_table[i]));
}

/* Bits that commands have, and protection, would act. */
static u64 harmless(const struct reg_row *row, u64 pattern)
{
	switch (row->offset) {
	case DMAR_GCMD_REG:
	case DMAR_PMEN_REG:
		return 0;
	case DMAR_CCMD_REG:
	case DMAR_IOTLB_REG:
		return pattern & ~(1ULL << 63);
	default:
		return pattern;
	}
}

static void only_writable_bits_change(void **state)
{
	const u64 patterns[] = {~0ULL, 0, 0x5555555555555555ULL, 0xaaaaaaaaaaaaaaaaULL, 0};

	for (u32 i = 0; i < VTD_NR_REGS; i++) {
		const struct reg_row *row = &vtd_reg_table[i];
		u64 fixed = expected_reset(row) & ~expected_mask(row);

		for (u32 p = 0; p < 5; p++) {
			u64 written = harmless(row, patterns[p]);

			vtd_mmio_write(rig.vtd, row->offset, written, row->bytes);
			assert_int_equal(read_row(row), fixed | (written & expected_mask(row)));
		}
	}
}

static void halves_of_8_byte_registers_are_written_alone(void **state)
{
	rig_w64(&rig, DMAR_RTADDR_REG, 0x123456789000ULL);
	rig_w32(&rig, DMAR_RTADDR_REG + 4, 0xabc);
	assert_int_equal(rig_r64(&rig, DMAR_RTADDR_REG), 0xabc56789000ULL);
	rig_w32(&rig, DMAR_RTADDR_REG, 0x1000);
	assert_int_equal(rig_r64(&rig, DMAR_RTADDR_REG), 0xabc00001000ULL);
	assert_int_equal(rig_r32(&rig, DMAR_RTADDR_REG + 4), 0xabc);
}

static void other_sizes_and_alignments_are_raz_wi(void **state)
{
	rig_w64(&rig, DMAR_RTADDR_REG, 0x123456789000ULL);
	for (u32 bytes = 1; bytes <= 16; bytes++) {
		for (u32 offset = 0x20; offset < 0x28; offset++) {
			if ((bytes == 4 || bytes == 8) && offset % 4 == 0)
				continue;
			vtd_mmio_write(rig.vtd, offset, 0, bytes);
			assert_int_equal(vtd_mmio_read(rig.vtd, offset, bytes), 0);
		}
	}
	assert_int_equal(rig_r64(&rig, DMAR_RTADDR_REG), 0x123456789000ULL);
}

/* As a driver in the field reads GSTS. */
static void eight_bytes_that_are_no_register_are_two_halves(void **state)
{
	rig_w64(&rig, DMAR_FEADDR_REG, 0x12345678fee02000);
	assert_int_equal(rig_r32(&rig, DMAR_FEADDR_REG), 0xfee02000);
	assert_int_equal(rig_r32(&rig, DMAR_FEUADDR_REG), 0x12345678);
	assert_int_equal(rig_r64(&rig, DMAR_FEADDR_REG), 0x12345678fee02000);
	/* of the lower one first: the mask of an event goes with what is written behind it */
	rig_w64(&rig, DMAR_FECTL_REG, 0x4100000000);
	assert_int_equal(rig_r64(&rig, DMAR_FECTL_REG), 0x4100000000);
	/* not aligned: GSTS and half of RTADDR, half of it and half of CCMD */
	rig_w64(&rig, DMAR_RTADDR_REG, 0xabc56789000);
	rig_gcmd(&rig, 1U << 30);
	assert_int_equal(rig_r64(&rig, DMAR_GSTS_REG), 1ULL << 30 | 0x56789000ULL << 32);
	rig_w64(&rig, DMAR_RTADDR_REG + 4, 0x0000000700000123);
	assert_int_equal(rig_r64(&rig, DMAR_RTADDR_REG), 0x12356789000);
	assert_int_equal(rig_r32(&rig, DMAR_CCMD_REG), 7);
	/* a fault recording register is of 16 bytes */
	assert_int_equal(rig_r64(&rig, 0x224), 0);
	assert_int_equal(rig_r64(&rig, VTD_MMIO_BYTES - 4), 0);
}

static void nothing_else_is_there(void **state)
{
	for (u32 offset = 0; offset < VTD_MMIO_BYTES; offset += 4) {
		bool is_there = offset >= 0x220 && offset < 0x220 + 8 * 16;

		for (u32 i = 0; i < VTD_NR_REGS; i++)
			is_there |= offset >= vtd_reg_table[i].offset &&
				    offset < vtd_reg_table[i].offset + vtd_reg_table[i].bytes;
		if (is_there)
			continue;
		rig_w32(&rig, offset, ~0U);
		assert_int_equal(rig_r32(&rig, offset), 0);
	}
}

static void ecap_says_what_features_are(void **state)
{
	static const struct {
		size_t feature;
		u32 bit;
	} bits[] = {
#define BIT_OF(name, bit_) {offsetof(struct vtd_params, name), bit_}
		BIT_OF(coherent, 0), BIT_OF(pt, 6),    BIT_OF(sc, 7),	  BIT_OF(nest, 26),
		BIT_OF(srs, 31),     BIT_OF(eafs, 34), BIT_OF(pasid, 40), BIT_OF(ssads, 45),
		BIT_OF(rps, 49),     BIT_OF(adms, 52),
	};

	rig.params.sms = 0; /* needs PASIDs */
	for (u32 i = 0; i < sizeof(bits) / sizeof(bits[0]); i++) {
		u64 *feature = (u64 *)((char *)&rig.params + bits[i].feature);
		u64 before;

		restart();
		before = rig_r64(&rig, DMAR_ECAP_REG);
		assert_true(before >> bits[i].bit & 1);
		*feature = 0;
		restart();
		/* with PASID goes its size */
		assert_int_equal((before ^ rig_r64(&rig, DMAR_ECAP_REG)) & ~(0x1fULL << 35),
				 1ULL << bits[i].bit);
		*feature = 1;
	}
}

static void features_need_what_they_are_built_on(void **state)
{
	struct vtd_params p = rig.params;

	p.qi = 0;
	assert_non_null(vtd_params_check(&p));
	p = rig.params;
	p.fsts = 0;
	assert_non_null(vtd_params_check(&p));
	p = rig.params;
	p.ers = 1;
	assert_non_null(vtd_params_check(&p));
	p.revision = 3;
	assert_null(vtd_params_check(&p));
	p.domain_bits = 15;
	assert_non_null(vtd_params_check(&p));
	p = rig.params;
	p.aw39 = p.aw48 = p.aw57 = 0;
	assert_non_null(vtd_params_check(&p));
	p = rig.params;
	p.pde_entries = 347;
	assert_non_null(vtd_params_check(&p));
	p.pde_entries = 3;
	assert_null(vtd_params_check(&p));
	p.iotlb_entries = 5;
	assert_non_null(vtd_params_check(&p));
}

static void stop_markers_came_with_revision_4(void **state)
{
	assert_true(rig_r64(&rig, DMAR_ECAP_REG) >> 58 & 1);
	rig.params.revision = 3;
	restart();
	assert_false(rig_r64(&rig, DMAR_ECAP_REG) >> 58 & 1);
	/* which abort-dma mode did not */
	assert_true(rig_r64(&rig, DMAR_ECAP_REG) >> 52 & 1);
}

static void registers_of_absent_features_are_rsvdz(void **state)
{
	rig.params.pmr = 0;
	rig.params.smts = rig.params.ssts = rig.params.fsts = rig.params.nest = 0;
	rig.params.srs = rig.params.pasid = rig.params.rps = rig.params.smpwcs = 0;
	rig.params.ssads = rig.params.eafs = rig.params.fs_1g = rig.params.fs_5level = 0;
	rig.params.dt = rig.params.prs = rig.params.pds = rig.params.nwfs = rig.params.sms = 0;
	rig.params.ir = rig.params.eim = rig.params.qi = 0;
	restart();
	registers_reset_to_their_values(state);
	only_writable_bits_change(state);
	assert_int_equal(rig_r32(&rig, DMAR_IECTL_REG), 0);
	rig_w32(&rig, DMAR_GCMD_REG, 1U << 26);
	rig_run(&rig);
	assert_int_equal(rig_r32(&rig, DMAR_GSTS_REG), 0);
}

/* --- GCMD --- */

static void gsts_follows_gcmd_after_a_while(void **state)
{
	rig_w32(&rig, DMAR_GCMD_REG, 1U << 31);
	assert_int_equal(rig_r32(&rig, DMAR_GSTS_REG), 0);
	rig_run(&rig);
	assert_int_equal(sim_now_ps(), 16000);
	assert_int_equal(rig_r32(&rig, DMAR_GSTS_REG), 1U << 31);
	rig_w32(&rig, DMAR_GCMD_REG, 0);
	assert_int_equal(rig_r32(&rig, DMAR_GSTS_REG), 1U << 31);
	rig_run(&rig);
	assert_int_equal(rig_r32(&rig, DMAR_GSTS_REG), 0);
}

static void srtp_clears_its_status_until_it_is_done(void **state)
{
	rig_gcmd(&rig, 1U << 30);
	rig_w32(&rig, DMAR_GCMD_REG, 1U << 30);
	assert_int_equal(rig_r32(&rig, DMAR_GSTS_REG), 0);
	rig_run(&rig);
	assert_int_equal(rig_r32(&rig, DMAR_GSTS_REG), 1U << 30);
	/* a one-shot is not cleared by writing 0 */
	rig_gcmd(&rig, 1U << 31);
	assert_int_equal(rig_r32(&rig, DMAR_GSTS_REG), 3U << 30);
	assert_int_equal(rig_r32(&rig, DMAR_GCMD_REG), 0);
}

static void wbf_is_set_until_it_is_done(void **state)
{
	rig.params.rwbf = 1;
	rig.params.smts = rig.params.ssts = rig.params.fsts = rig.params.nest = 0;
	rig.params.srs = rig.params.pasid = rig.params.rps = rig.params.smpwcs = 0;
	rig.params.ssads = rig.params.eafs = rig.params.fs_1g = rig.params.fs_5level = 0;
	rig.params.prs = rig.params.sms = 0;
	restart();
	rig_w32(&rig, DMAR_GCMD_REG, 1U << 27);
	assert_int_equal(rig_r32(&rig, DMAR_GSTS_REG), 1U << 27);
	rig_run(&rig);
	assert_int_equal(rig_r32(&rig, DMAR_GSTS_REG), 0);
}

static void a_command_before_the_last_is_done_makes_that_happen_at_once(void **state)
{
	rig_w64(&rig, DMAR_RTADDR_REG, RIG_ROOT);
	rig_w32(&rig, DMAR_GCMD_REG, 1U << 30);
	rig_w32(&rig, DMAR_GCMD_REG, 1U << 31);
	assert_int_equal(rig_r32(&rig, DMAR_GSTS_REG), 1U << 30);
	rig_run(&rig);
	assert_int_equal(rig_r32(&rig, DMAR_GSTS_REG), 3U << 30);
}

static void the_root_table_pointer_counts_from_srtp_on(void **state)
{
	struct port *port = vtd_port_create(rig.vtd, 0x18);
	struct rig_access access;

	rig_enable(&rig, RIG_LEGACY);
	rig_ctx(&rig, 0x18, (struct rig_context){.tt = 2, .aw = 3, .did = 1, .root = 0});
	assert_int_equal(rig_do(port, &access, 0x5000, 0), PORT_DONE);
	rig_w64(&rig, DMAR_RTADDR_REG, RIG_NOWHERE);
	rig_invalidate_all(&rig);
	assert_int_equal(rig_do(port, &access, 0x5000, 0), PORT_DONE);
	/* nor by another command */
	rig_gcmd(&rig, 1U << 26);
	rig_invalidate_all(&rig);
	assert_int_equal(rig_do(port, &access, 0x5000, 0), PORT_DONE);
	rig_gcmd(&rig, 1U << 30);
	rig_invalidate_all(&rig);
	assert_int_equal(rig_do(port, &access, 0x5000, 0), PORT_ABORTED);
}

static void srtp_invalidates_with_esrtps_only(void **state)
{
	for (u32 esrtps = 0; esrtps < 2; esrtps++) {
		struct port *port;
		struct rig_access access;

		rig.params.esrtps = esrtps;
		restart();
		port = vtd_port_create(rig.vtd, 0x18);
		rig_enable(&rig, RIG_LEGACY);
		rig_ctx(&rig, 0x18, (struct rig_context){.tt = 2, .aw = 3, .did = 1, .root = 0});
		assert_int_equal(rig_do(port, &access, 0x5000, 0), PORT_DONE);
		rig_w64(&rig, DMAR_RTADDR_REG, RIG_NOWHERE);
		rig_gcmd(&rig, 1U << 30);
		assert_int_equal(rig_do(port, &access, 0x5000, 0),
				 esrtps ? PORT_ABORTED : PORT_DONE);
	}
}

static void translation_off_forgets_all_with_scalable_mode_hardware(void **state)
{
	struct port *port = vtd_port_create(rig.vtd, 0x18);
	struct rig_access access;
	pa_t slot;

	rig_enable(&rig, RIG_LEGACY);
	slot = rig_ctx(&rig, 0x18, (struct rig_context){.tt = 2, .aw = 3, .did = 1, .root = 0});
	assert_int_equal(rig_do(port, &access, 0x5000, 0), PORT_DONE);
	rig_put1(&rig, slot, 0);
	assert_int_equal(rig_do(port, &access, 0x5000, 0), PORT_DONE);
	rig_w32(&rig, DMAR_GCMD_REG, 1U << 26);
	rig_run(&rig);
	assert_int_equal(rig_do(port, &access, 0x5000, 0), PORT_DONE);
	rig_gcmd(&rig, 1U << 31);
	assert_int_equal(rig_do(port, &access, 0x5000, 0), PORT_ABORTED);
}

/* --- protected memory (11.4.8) --- */

static void protected_memory_is_blocked_without_a_fault(void **state)
{
	struct port *port = vtd_port_create(rig.vtd, 0x18);
	struct rig_access access;

	rig_w32(&rig, DMAR_PLMBASE_REG, 0x10000000);
	rig_w32(&rig, DMAR_PLMLIMIT_REG, 0x10200000);
	rig_w64(&rig, DMAR_PHMBASE_REG, 0x20000000);
	rig_w64(&rig, DMAR_PHMLIMIT_REG, 0x20000000);
	for (u32 is_enabled = 0; is_enabled < 2; is_enabled++) {
		if (is_enabled) {
			rig_enable(&rig, RIG_LEGACY);
			rig_ctx(&rig, 0x18,
				(struct rig_context){.tt = 2, .aw = 3, .did = 1, .root = 0});
			rig_w32(&rig, DMAR_PMEN_REG, 0);
		}
		assert_int_equal(rig_do(port, &access, 0x10001000, 1), PORT_DONE);
		rig_w32(&rig, DMAR_PMEN_REG, 1U << 31);
		assert_int_equal(rig_r32(&rig, DMAR_PMEN_REG), 1U << 31 | 1);
		assert_int_equal(rig_do(port, &access, 0xffff000, 1), PORT_DONE);
		assert_int_equal(rig_do(port, &access, 0x10000000, 1), PORT_ABORTED);
		assert_int_equal(rig_do(port, &access, 0x103ff000, 1), PORT_ABORTED);
		assert_int_equal(rig_do(port, &access, 0x10400000, 1), PORT_DONE);
		assert_int_equal(rig_do(port, &access, 0x201ff000, 0), PORT_ABORTED);
		assert_int_equal(rig_do(port, &access, 0x20200000, 0), PORT_DONE);
	}
	assert_int_equal(rig_r32(&rig, DMAR_FSTS_REG), 0);
}

static void protected_regions_do_not_change_while_they_are_enabled(void **state)
{
	rig_w32(&rig, DMAR_PLMBASE_REG, 0x10000000);
	rig_w32(&rig, DMAR_PMEN_REG, 1U << 31);
	rig_w32(&rig, DMAR_PLMBASE_REG, 0);
	assert_int_equal(rig_r32(&rig, DMAR_PLMBASE_REG), 0x10000000);
	rig_w32(&rig, DMAR_PMEN_REG, 0);
	rig_w32(&rig, DMAR_PLMBASE_REG, 0);
	assert_int_equal(rig_r32(&rig, DMAR_PLMBASE_REG), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(registers_reset_to_their_values),
		TEST(only_writable_bits_change),
		TEST(halves_of_8_byte_registers_are_written_alone),
		TEST(other_sizes_and_alignments_are_raz_wi),
		TEST(eight_bytes_that_are_no_register_are_two_halves),
		TEST(nothing_else_is_there),
		TEST(ecap_says_what_features_are),
		TEST(features_need_what_they_are_built_on),
		TEST(stop_markers_came_with_revision_4),
		TEST(registers_of_absent_features_are_rsvdz),
		TEST(gsts_follows_gcmd_after_a_while),
		TEST(srtp_clears_its_status_until_it_is_done),
		TEST(wbf_is_set_until_it_is_done),
		TEST(a_command_before_the_last_is_done_makes_that_happen_at_once),
		TEST(the_root_table_pointer_counts_from_srtp_on),
		TEST(srtp_invalidates_with_esrtps_only),
		TEST(translation_off_forgets_all_with_scalable_mode_hardware),
		TEST(protected_memory_is_blocked_without_a_fault),
		TEST(protected_regions_do_not_change_while_they_are_enabled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
