// SPDX-License-Identifier: GPL-2.0-only
/*
 * Theorems: second-stage walks of 39, 48, 57 bits and first-stage walks of 4 and 5
 * levels end at pages of 4 KiB, 2 MiB, 1 GiB; each reserved bit, missing entry,
 * table that is not there, address beyond the range, and permission ends in its
 * fault reason; accessed, extended-accessed and dirty flags are set when they are
 * to be and not otherwise, and never lost to another agent; nested walks check
 * each stage as the other's input. What random tables do to all of it together:
 * test_vtd_walk_sweep.c.
 */
#include "tests/models/vtd_rig.h"

#define SID 0x18U
#define PA 0x700000ULL
#define DID 7

static struct rig rig;
static struct port *port;
static pa_t dir, root, fs;

static void start(u32 mode)
{
	rig_start(&rig);
	port = vtd_port_create(rig.vtd, SID);
	rig_enable(&rig, mode);
	root = rig_page(&rig);
	fs = rig_page(&rig);
}

static void restart(u32 mode)
{
	rig_stop(&rig);
	start(mode);
}

static void set_pasid(u32 pasid, const u64 words[8])
{
	rig_pasid(&rig, dir, pasid, words);
	rig_invalidate_all(&rig);
}

static void start_legacy(u32 aw)
{
	start(RIG_LEGACY);
	rig_ctx(&rig, SID, (struct rig_context){.tt = 0, .aw = aw, .did = DID, .root = root});
}

/* PASID 0 for requests without: second stage of 48 bits. PASID 1: first stage of 4 levels. */
static void start_scalable(void)
{
	start(RIG_SCALABLE);
	dir = rig_smctx(&rig, SID, SMCTX_PASIDE);
	const u64 second[8] = PASID_SS(root, DID, 2);
	const u64 first[8] = PASID_FS(fs, DID + 1);

	set_pasid(0, second);
	set_pasid(1, first);
}

static int setup(void **state)
{
	rig_defaults(&rig);
	return 0;
}

static int teardown(void **state)
{
	rig_stop(&rig);
	return 0;
}

static void expect_pa(u64 iova, u32 flags, int pasid, pa_t pa)
{
	struct rig_access access;
	u64 words[2];

	assert_int_equal(rig_do(port, &access, iova, flags | RIG_PASID(pasid)), PORT_DONE);
	assert_int_equal(access.a.pa, pa);
	assert_int_equal(rig_fault(&rig, words), 0);
}

static void expect_fault(u64 iova, u32 flags, int pasid, u32 reason)
{
	struct rig_access access;
	u64 words[2];

	assert_int_equal(rig_do(port, &access, iova, flags | RIG_PASID(pasid)), PORT_ABORTED);
	assert_int_equal(rig_fault(&rig, words), reason);
}

#define NO RIG_NO_PASID

/* --- second stage --- */

static void second_stage_pages_of_all_sizes_translate(void **state)
{
	for (u32 aw = 1; aw < 4; aw++) {
		u64 top = 1ULL << (30 + 9 * aw);

		if (aw == 1)
			start_legacy(aw);
		else
			restart(RIG_LEGACY);
		rig_ctx(&rig, SID,
			(struct rig_context){.tt = 0, .aw = aw, .did = DID, .root = root});
		rig_map_ss(rig_tables(&rig, root, aw + 2), top - 0x1000, 1, PA | SS_RW);
		rig_map_ss(rig_tables(&rig, root, aw + 2), 0x40200000, 2, 0x800000 | SS_RW);
		rig_map_ss(rig_tables(&rig, root, aw + 2), 0x80000000, 3, 0xc0000000 | SS_RW);
		expect_pa(top - 8, 0, NO, PA + 0xff8);
		expect_pa(0x403fffff, 1, NO, 0x9fffff);
		expect_pa(0xbffff123, 1, NO, 0xfffff123);
		expect_fault(top, 0, NO, 0x04);
	}
}

static void addresses_beyond_mgaw_fault(void **state)
{
	rig.params.mgaw_bits = 40;
	rig.params.haw_bits = 40;
	start_legacy(2);
	rig_map_ss(rig_tables(&rig, root, 4), (1ULL << 40) - 0x1000, 1, PA | SS_RW);
	expect_pa((1ULL << 40) - 0x1000, 0, NO, PA);
	expect_fault(1ULL << 40, 0, NO, 0x04);
}

static void scalable_addresses_beyond_the_second_stage_fault(void **state)
{
	start_scalable();
	expect_fault(1ULL << 48, 0, NO, 0x84);
	const u64 pt[8] = PASID_PT(DID);

	set_pasid(0, pt);
	expect_fault(1ULL << 46, 0, NO, 0x83);
	expect_pa((1ULL << 46) - 1, 0, NO, (1ULL << 46) - 1);
}

static void legacy_pass_through_ends_at_the_host_address_width(void **state)
{
	start_legacy(2);
	rig_ctx(&rig, SID, (struct rig_context){.tt = 2, .aw = 3, .did = DID, .root = 0});
	expect_pa((1ULL << 46) - 1, 1, NO, (1ULL << 46) - 1);
	expect_fault(1ULL << 46, 1, NO, 0x04);
}

/* R and W of every level count, in both modes. */
static void second_stage_permissions_add_up(void **state)
{
	for (u32 mode = 0; mode < 2; mode++) {
		if (mode)
			restart(RIG_SCALABLE);
		else
			start_legacy(2);
		if (mode) {
			dir = rig_smctx(&rig, SID, 0);
			const u64 second[8] = PASID_SS(root, DID, 2);

			set_pasid(0, second);
		}
		rig_map_ss(rig_tables(&rig, root, 4), 0x5000, 1, PA | SS_RW);
		for (u32 level = 1; level < 5; level++) {
			pa_t slot = rig_pte(rig_tables(&rig, root, 4), 0x5000, level, SS_RW);
			u64 good = rig_get(&rig, slot);

			rig_put1(&rig, slot, good & ~2ULL);
			rig_iotlb_all(&rig);
			expect_pa(0x5000, 0, NO, PA);
			expect_fault(0x5000, 1, NO, mode ? 0x85 : 0x05);
			rig_put1(&rig, slot, good & ~1ULL);
			rig_iotlb_all(&rig);
			expect_pa(0x5000, 1, NO, PA);
			expect_fault(0x5000, 0, NO, mode ? 0x86 : 0x06);
			/* zero-length reads need no read permission (ZLR) */
			expect_pa(0x5000, RIG_ZLR, NO, PA);
			rig_put1(&rig, slot, good & ~3ULL);
			rig_iotlb_all(&rig);
			expect_fault(0x5000, 0, NO, mode ? 0x79 : 0x06);
			expect_fault(0x5000, 1, NO, mode ? 0x79 : 0x05);
			rig_put1(&rig, slot, good);
		}
		/* read here, write there: neither */
		rig_put1(&rig, rig_pte(rig_tables(&rig, root, 4), 0x5000, 1, SS_RW), PA | 1);
		rig_put1(&rig, rig_pte(rig_tables(&rig, root, 4), 0x5000, 2, SS_RW),
			 (rig_get(&rig, rig_pte(rig_tables(&rig, root, 4), 0x5000, 2, SS_RW)) &
			  ~3ULL) |
				 2);
		rig_iotlb_all(&rig);
		expect_fault(0x5000, 0, NO, mode ? 0x79 : 0x06);
	}
}

static void zero_length_reads_fault_without_zlr(void **state)
{
	rig.params.zlr = 0;
	start_legacy(2);
	rig_map_ss(rig_tables(&rig, root, 4), 0x5000, 1, PA | 2);
	expect_fault(0x5000, RIG_ZLR, NO, 0x06);
}

/* Bits of an entry that are reserved at @level, as the specification lists them (3.7). */
static u64 ss_reserved(u32 level, bool is_leaf)
{
	u64 mask = 1ULL << 62 | (((1ULL << 52) - 1) & ~((1ULL << 46) - 1));

	if (!is_leaf)
		mask |= 1 << 11 | (level > 3 ? 1 << 7 : 0);
	if (is_leaf && level == 3)
		mask |= 0x3ffff000;
	if (is_leaf && level == 2)
		mask |= 0x1ff000;
	return mask;
}

static void reserved_bits_of_second_stage_entries_fault(void **state)
{
	start_legacy(3);
	rig_map_ss(rig_tables(&rig, root, 5), 0x5000, 1, PA | SS_RW);
	rig_map_ss(rig_tables(&rig, root, 5), 0x40000000, 2, 0x800000 | SS_RW);
	rig_map_ss(rig_tables(&rig, root, 5), 0x80000000, 3, 0xc0000000 | SS_RW);
	for (u32 i = 0; i < 8; i++) {
		bool is_leaf = i < 3;
		u32 level = is_leaf ? i + 1 : i - 2;
		u64 iova = i == 1 ? 0x40000000 : i == 2 ? 0x80000000 : 0x5000;
		pa_t slot;
		u64 good;

		if (!is_leaf && level < 2)
			continue;
		slot = rig_pte(rig_tables(&rig, root, 5), iova, level, SS_RW);
		good = rig_get(&rig, slot);
		for (u32 bit = 0; bit < 64; bit++) {
			u64 mask = 1ULL << bit;

			rig_iotlb_all(&rig);
			if (!(ss_reserved(level, is_leaf) & mask & ~good))
				continue;
			rig_put1(&rig, slot, good | mask);
			expect_fault(iova, 0, NO, 0x0c);
			/* without a permission nothing is reserved */
			rig_put1(&rig, slot, (good | mask) & ~3ULL);
			expect_fault(iova, 0, NO, 0x06);
			rig_put1(&rig, slot, good);
		}
		rig_put1(&rig, slot,
			 good | (~ss_reserved(level, is_leaf) & 0xbff0000000000000ULL) |
				 (is_leaf ? 0xf7c : 0x77c));
		expect_pa(iova, 0, NO, i == 1 ? 0x800000 : i == 2 ? 0xc0000000 : PA);
		rig_put1(&rig, slot, good);
	}
}

static void snoop_and_large_pages_are_reserved_without_their_features(void **state)
{
	rig.params.sc = rig.params.ss_2m = rig.params.ss_1g = 0;
	start_legacy(2);
	rig_map_ss(rig_tables(&rig, root, 4), 0x5000, 1, PA | SS_RW | 1 << 11);
	rig_map_ss(rig_tables(&rig, root, 4), 0x40000000, 2, 0x800000 | SS_RW);
	rig_map_ss(rig_tables(&rig, root, 4), 0x80000000, 3, 0xc0000000 | SS_RW);
	expect_fault(0x5000, 0, NO, 0x0c);
	expect_fault(0x40000000, 0, NO, 0x0c);
	expect_fault(0x80000000, 0, NO, 0x0c);
}

static void second_stage_tables_that_are_not_there_fault(void **state)
{
	start_legacy(2);
	rig_map_ss(rig_tables(&rig, root, 4), 0x5000, 1, PA | SS_RW);
	for (u32 level = 2; level < 5; level++) {
		pa_t slot = rig_pte(rig_tables(&rig, root, 4), 0x5000, level, SS_RW);
		u64 good = rig_get(&rig, slot);

		rig_put1(&rig, slot, RIG_NOWHERE | 3);
		expect_fault(0x5000, 0, NO, 0x07);
		rig_put1(&rig, slot, good);
		rig_iotlb_all(&rig);
	}
	restart(RIG_SCALABLE);
	dir = rig_smctx(&rig, SID, 0);
	const u64 nowhere[8] = PASID_SS(RIG_NOWHERE, DID, 2);
	const u64 second[8] = PASID_SS(root, DID, 2);

	set_pasid(0, nowhere);
	expect_fault(0x5000, 0, NO, 0x7b);
	set_pasid(0, second);
	rig_put1(&rig, rig_pte(rig_tables(&rig, root, 4), 0x5000, 3, SS_RW), RIG_NOWHERE | 3);
	expect_fault(0x5000, 0, NO, 0x78);
	rig_put1(&rig, rig_pte(rig_tables(&rig, root, 4), 0x5000, 4, SS_RW), 1ULL << 50 | 3);
	rig_iotlb_all(&rig);
	expect_fault(0x5000, 0, NO, 0x7a);
}

static void second_stage_flags_are_set_with_ssade_only(void **state)
{
	pa_t slots[4];

	start_scalable();
	rig_map_ss(rig_tables(&rig, root, 4), 0x5000, 1, PA | SS_RW);
	for (u32 level = 1; level < 5; level++)
		slots[level - 1] = rig_pte(rig_tables(&rig, root, 4), 0x5000, level, SS_RW);
	expect_pa(0x5000, 1, NO, PA);
	for (u32 i = 0; i < 4; i++)
		assert_int_equal(rig_get(&rig, slots[i]) & (SS_A | SS_D), 0);
	u64 second[8] = PASID_SS(root, DID, 2);

	second[0] |= PASID_SSADE;
	set_pasid(0, second);
	expect_pa(0x5000, 0, NO, PA);
	for (u32 i = 0; i < 4; i++)
		assert_int_equal(rig_get(&rig, slots[i]) & (SS_A | SS_D), SS_A);
	/* the IOTLB knows that D is not set */
	expect_pa(0x5000, 1, NO, PA);
	assert_int_equal(rig_get(&rig, slots[0]) & (SS_A | SS_D), SS_A | SS_D);
	assert_int_equal(rig_get(&rig, slots[1]) & (SS_A | SS_D), SS_A);
	/* and that it is */
	rig_put1(&rig, slots[0], PA | SS_RW);
	expect_pa(0x5000, 1, NO, PA);
	assert_int_equal(rig_get(&rig, slots[0]), PA | SS_RW);
}

static void second_stage_flags_need_a_snooped_walk(void **state)
{
	start_scalable();
	rig_map_ss(rig_tables(&rig, root, 4), 0x5000, 1, PA | SS_RW);
	const u64 second[8] = {root | 2 << 6 | 2 << 2 | PASID_SSADE | 1, DID};

	set_pasid(0, second);
	expect_fault(0x5000, 0, NO, 0x7c);
	for (u32 level = 1; level < 5; level++) {
		pa_t slot = rig_pte(rig_tables(&rig, root, 4), 0x5000, level, SS_RW);

		rig_put1(&rig, slot, rig_get(&rig, slot) | SS_A);
	}
	expect_pa(0x5000, 0, NO, PA);
	expect_fault(0x5000, 1, NO, 0x7c);
}

/* The entry at @slot can be read but not written; once it can, all is well. */
static void expect_update_fault(pa_t slot, u32 flags, int pasid, u32 reason)
{
	u64 before = rig_get(&rig, slot);

	mem_set_read_only(rig.mem, slot, 8);
	expect_fault(0x5000, flags, pasid, reason);
	assert_int_equal(rig_get(&rig, slot), before);
	mem_set_read_only(rig.mem, 0, 0);
	expect_pa(0x5000, flags, pasid, PA);
}

static void second_stage_flags_that_cannot_be_set_fault(void **state)
{
	start_scalable();
	rig_map_ss(rig_tables(&rig, root, 4), 0x5000, 1, PA | SS_RW);
	u64 second[8] = PASID_SS(root, DID, 2);

	second[0] |= PASID_SSADE;
	for (u32 level = 1; level < 5; level++) {
		pa_t slot = rig_pte(rig_tables(&rig, root, 4), 0x5000, level, SS_RW);

		rig_put1(&rig, slot, rig_get(&rig, slot) & ~(u64)(SS_A | SS_D));
		set_pasid(0, second);
		expect_update_fault(slot, 0, NO, 0x7d);
	}
	/* and the dirty flag, from the IOTLB */
	expect_update_fault(rig_pte(rig_tables(&rig, root, 4), 0x5000, 1, SS_RW), 1, NO, 0x7d);
}

static void no_dirty_flag_for_a_write_that_is_not_permitted(void **state)
{
	pa_t slot;

	start_scalable();
	u64 second[8] = PASID_SS(root, DID, 2);

	second[0] |= PASID_SSADE;
	set_pasid(0, second);
	slot = rig_map_ss(rig_tables(&rig, root, 4), 0x5000, 1, PA | 1);
	expect_fault(0x5000, 1, NO, 0x85);
	assert_int_equal(rig_get(&rig, slot), PA | 1);
	/* nor for one into the interrupt range */
	slot = rig_map_ss(rig_tables(&rig, root, 4), 0x6000, 1, 0xfee01000 | SS_RW);
	expect_fault(0x6000, 1, NO, 0x87);
	assert_int_equal(rig_get(&rig, slot), 0xfee01000 | SS_RW);
}

/* --- first stage --- */

static void first_stage_pages_of_all_sizes_translate(void **state)
{
	for (u32 levels = 4; levels < 6; levels++) {
		u64 half = 1ULL << (12 + 9 * levels - 1);

		if (levels == 4)
			start_scalable();
		else
			restart(RIG_SCALABLE);
		dir = rig_smctx(&rig, SID, SMCTX_PASIDE);
		u64 first[8] = PASID_FS(fs, DID);

		first[2] |= (levels - 4) << 2;
		set_pasid(1, first);
		rig_map_fs(rig_tables(&rig, fs, levels), half - 0x1000, 1, PA | FS_ALL);
		rig_map_fs(rig_tables(&rig, fs, levels), 0 - half, 1, (PA + 0x1000) | FS_ALL);
		rig_map_fs(rig_tables(&rig, fs, levels), 0x40200000, 2, 0x800000 | FS_ALL);
		rig_map_fs(rig_tables(&rig, fs, levels), 0x80000000, 3, 0xc0000000 | FS_ALL);
		expect_pa(half - 8, 0, 1, PA + 0xff8);
		expect_pa(0 - half, 0, 1, PA + 0x1000);
		expect_pa(0x403fffff, 1, 1, 0x9fffff);
		expect_pa(0xbffff123, 1, 1, 0xfffff123);
		expect_fault(half, 0, 1, 0x80);
		expect_fault(0 - half - 1, 0, 1, 0x80);
	}
}

/* Bits that are reserved at @level in a present entry (3.6). */
static u64 fs_reserved(u32 level, bool is_leaf)
{
	u64 mask = ((1ULL << 52) - 1) & ~((1ULL << 46) - 1);

	if (level > 3)
		mask |= 1 << 7;
	if (is_leaf && level == 3)
		mask |= 0x3fffe000;
	if (is_leaf && level == 2)
		mask |= 0x1fe000;
	return mask;
}

static void reserved_bits_of_first_stage_entries_fault(void **state)
{
	start_scalable();
	u64 first[8] = PASID_FS(fs, DID);

	first[2] |= 1 << 2;
	set_pasid(1, first);
	rig_map_fs(rig_tables(&rig, fs, 5), 0x5000, 1, PA | FS_ALL);
	rig_map_fs(rig_tables(&rig, fs, 5), 0x40000000, 2, 0x800000 | FS_ALL);
	rig_map_fs(rig_tables(&rig, fs, 5), 0x80000000, 3, 0xc0000000 | FS_ALL);
	for (u32 i = 0; i < 8; i++) {
		bool is_leaf = i < 3;
		u32 level = is_leaf ? i + 1 : i - 2;
		u64 iova = i == 1 ? 0x40000000 : i == 2 ? 0x80000000 : 0x5000;
		pa_t slot;
		u64 good;

		if (!is_leaf && level < 2)
			continue;
		slot = rig_pte(rig_tables(&rig, fs, 5), iova, level, FS_ALL);
		good = rig_get(&rig, slot);
		for (u32 bit = 0; bit < 64; bit++) {
			u64 mask = 1ULL << bit;

			rig_iotlb_all(&rig);
			if (!(fs_reserved(level, is_leaf) & mask & ~good))
				continue;
			rig_put1(&rig, slot, good | mask);
			expect_fault(iova, 0, 1, 0x72);
			rig_put1(&rig, slot, (good | mask) & ~1ULL);
			expect_fault(iova, 0, 1, 0x71);
			rig_put1(&rig, slot, good);
		}
		/* 63:52, available bits, memory type, G, PAT are ignored */
		rig_put1(&rig, slot,
			 good | 0xfff0000000000000ULL | 0xb18 |
				 (is_leaf && level > 1 ? 1 << 12 : 0));
		expect_pa(iova, 0, 1, i == 1 ? 0x800000 : i == 2 ? 0xc0000000 : PA);
		rig_put1(&rig, slot, good);
	}
}

static void first_stage_1g_pages_need_fs1gp(void **state)
{
	rig.params.fs_1g = 0;
	start_scalable();
	rig_map_fs(rig_tables(&rig, fs, 4), 0x80000000, 3, 0xc0000000 | FS_ALL);
	rig_map_fs(rig_tables(&rig, fs, 4), 0x40200000, 2, 0x800000 | FS_ALL);
	expect_fault(0x80000000, 0, 1, 0x72);
	expect_pa(0x40200000, 0, 1, 0x800000);
}

static void first_stage_tables_that_are_not_there_fault(void **state)
{
	start_scalable();
	rig_map_fs(rig_tables(&rig, fs, 4), 0x5000, 1, PA | FS_ALL);
	for (u32 level = 2; level < 5; level++) {
		pa_t slot = rig_pte(rig_tables(&rig, fs, 4), 0x5000, level, FS_ALL);
		u64 good = rig_get(&rig, slot);

		rig_put1(&rig, slot, RIG_NOWHERE | FS_ALL);
		expect_fault(0x5000, 0, 1, 0x70);
		rig_put1(&rig, slot, good);
		rig_iotlb_all(&rig);
	}
	const u64 nowhere[8] = PASID_FS(RIG_NOWHERE, DID);

	set_pasid(1, nowhere);
	expect_fault(0x5000, 0, 1, 0x73);
}

/* What RW and US of all levels, privilege, SRE and WPE come to (3.6.1). */
static void first_stage_permissions_add_up(void **state)
{
	start_scalable();
	rig_map_fs(rig_tables(&rig, fs, 4), 0x5000, 1, PA | FS_ALL);
	for (u32 wpe = 0; wpe < 2; wpe++) {
		u64 first[8] = PASID_FS(fs, DID);

		first[2] |= PASID_SRE | (wpe ? PASID_WPE : 0);
		set_pasid(1, first);
		for (u32 level = 1; level < 5; level++) {
			pa_t slot = rig_pte(rig_tables(&rig, fs, 4), 0x5000, level, FS_ALL);
			u64 good = rig_get(&rig, slot);

			rig_put1(&rig, slot, good & ~FS_RW);
			rig_iotlb_all(&rig);
			expect_pa(0x5000, 0, 1, PA);
			expect_fault(0x5000, RIG_WRITE, 1, 0x85);
			expect_pa(0x5000, RIG_PRIV, 1, PA);
			if (wpe)
				expect_fault(0x5000, RIG_WRITE | RIG_PRIV, 1, 0x85);
			else
				expect_pa(0x5000, RIG_WRITE | RIG_PRIV, 1, PA);
			rig_put1(&rig, slot, good & ~FS_US);
			rig_iotlb_all(&rig);
			expect_fault(0x5000, 0, 1, 0x81);
			expect_fault(0x5000, RIG_WRITE, 1, 0x81);
			expect_pa(0x5000, RIG_WRITE | RIG_PRIV, 1, PA);
			/* from the IOTLB */
			expect_fault(0x5000, 0, 1, 0x81);
			rig_put1(&rig, slot, good);
		}
		rig_iotlb_all(&rig);
		expect_pa(0x5000, RIG_WRITE | RIG_PRIV, 1, PA);
	}
}

static void execute_disable_counts_with_revision_3(void **state)
{
	rig.params.revision = 3;
	rig.params.ers = 1;
	start_scalable();
	u64 first[8] = PASID_FS(fs, DID);
	pa_t slot = rig_map_fs(rig_tables(&rig, fs, 4), 0x5000, 1, PA | FS_ALL | 1ULL << 63);

	expect_fault(0x5000, 0, 1, 0x72); /* reserved without NXE */
	first[2] |= PASID_SRE | 2 | 1 << 5;
	set_pasid(1, first);
	expect_pa(0x5000, 0, 1, PA);
	expect_fault(0x5000, RIG_INSTR, 1, 0x82);
	expect_fault(0x5000, RIG_INSTR | RIG_PRIV, 1, 0x82);
	rig_put1(&rig, slot, PA | FS_ALL);
	rig_iotlb_all(&rig);
	expect_pa(0x5000, RIG_INSTR, 1, PA);
	expect_pa(0x5000, RIG_INSTR | RIG_PRIV, 1, PA);
	first[2] |= 1 << 6; /* SMEP: supervisors do not execute users' pages */
	set_pasid(1, first);
	expect_pa(0x5000, RIG_INSTR, 1, PA);
	expect_fault(0x5000, RIG_INSTR | RIG_PRIV, 1, 0x82);
}

static void first_stage_flags_are_set(void **state)
{
	pa_t slots[4];

	start_scalable();
	rig_map_fs(rig_tables(&rig, fs, 4), 0x5000, 1, PA | FS_ALL);
	for (u32 level = 1; level < 5; level++)
		slots[level - 1] = rig_pte(rig_tables(&rig, fs, 4), 0x5000, level, FS_ALL);
	expect_pa(0x5000, 0, 1, PA);
	for (u32 i = 0; i < 4; i++)
		assert_int_equal(rig_get(&rig, slots[i]) & (FS_A | FS_D | FS_EA), FS_A);
	expect_pa(0x5000, 1, 1, PA);
	assert_int_equal(rig_get(&rig, slots[0]) & (FS_A | FS_D | FS_EA), FS_A | FS_D);
	assert_int_equal(rig_get(&rig, slots[1]) & (FS_A | FS_D | FS_EA), FS_A);
	rig_put1(&rig, slots[0], PA | FS_ALL);
	expect_pa(0x5000, 1, 1, PA);
	assert_int_equal(rig_get(&rig, slots[0]), PA | FS_ALL);
	u64 first[8] = PASID_FS(fs, DID);

	first[2] |= PASID_EAFE;
	set_pasid(1, first);
	expect_pa(0x5000, 1, 1, PA);
	for (u32 i = 0; i < 4; i++)
		assert_int_equal(rig_get(&rig, slots[i]) & (FS_A | FS_D | FS_EA),
				 FS_A | FS_EA | (i ? 0 : FS_D));
}

static void first_stage_flags_need_a_snooped_walk(void **state)
{
	start_scalable();
	rig_map_fs(rig_tables(&rig, fs, 4), 0x5000, 1, PA | FS_ALL);
	const u64 first[8] = {1 << 6 | 1, DID, fs};

	set_pasid(1, first);
	expect_fault(0x5000, 0, 1, 0x90);
	for (u32 level = 1; level < 5; level++) {
		pa_t slot = rig_pte(rig_tables(&rig, fs, 4), 0x5000, level, FS_ALL);

		rig_put1(&rig, slot, rig_get(&rig, slot) | FS_A);
	}
	expect_pa(0x5000, 0, 1, PA);
	expect_fault(0x5000, 1, 1, 0x90);
}

static void first_stage_flags_that_cannot_be_set_fault(void **state)
{
	start_scalable();
	rig_map_fs(rig_tables(&rig, fs, 4), 0x5000, 1, PA | FS_ALL);
	for (u32 level = 1; level < 5; level++) {
		pa_t slot = rig_pte(rig_tables(&rig, fs, 4), 0x5000, level, FS_ALL);

		rig_put1(&rig, slot, rig_get(&rig, slot) & ~(u64)(FS_A | FS_D));
		rig_iotlb_all(&rig);
		expect_update_fault(slot, 0, 1, 0x91);
	}
	/* and the dirty flag, from the IOTLB */
	expect_update_fault(rig_pte(rig_tables(&rig, fs, 4), 0x5000, 1, FS_ALL), 1, 1, 0x91);
}

static void no_leaf_flag_for_an_access_that_is_not_permitted(void **state)
{
	pa_t slot;

	start_scalable();
	slot = rig_map_fs(rig_tables(&rig, fs, 4), 0x5000, 1, PA | FS_P | FS_US);
	expect_fault(0x5000, 1, 1, 0x85);
	assert_int_equal(rig_get(&rig, slot), PA | FS_P | FS_US);
}

/* --- nested --- */

/*
 * First-stage tables and pages are at guest-physical addresses, which the second
 * stage maps 256 MiB up: GPA x is at x + OFFSET. Tables of the first stage are made
 * at their host addresses and hold guest addresses.
 */
#define OFFSET 0x10000000ULL
#define GPA_FS 0x2000000ULL

static u64 next_gpa;

static pa_t nested_slot(u64 address, u32 level)
{
	u64 table = GPA_FS;

	for (u32 l = 4;; l--) {
		pa_t slot = table + OFFSET + 8 * (address >> (12 + 9 * (l - 1)) & 511);

		if (l == level)
			return slot;
		if (!(rig_get(&rig, slot) & 1)) {
			next_gpa += 0x1000;
			rig_put1(&rig, slot, next_gpa | FS_ALL);
		}
		table = rig_get(&rig, slot) & 0xffffffffff000ULL;
	}
}

static void set_nested(u64 more0, u64 more2)
{
	u64 nested[8] = PASID_NEST(GPA_FS, root, DID, 2);

	nested[0] |= more0;
	nested[2] |= more2;
	set_pasid(1, nested);
}

static void start_nested(void)
{
	start_scalable();
	next_gpa = GPA_FS;
	for (u64 gpa = GPA_FS; gpa < GPA_FS + 0x20000; gpa += 0x1000)
		rig_map_ss(rig_tables(&rig, root, 4), gpa, 1, (gpa + OFFSET) | SS_RW);
	rig_map_ss(rig_tables(&rig, root, 4), 0x4000000, 2, (0x4000000 + OFFSET) | SS_RW);
	rig_put1(&rig, nested_slot(0x5000, 1), 0x4001000 | FS_ALL);
	set_nested(0, 0);
}

static void nested_walks_translate_tables_and_the_page(void **state)
{
	struct vtd_stats stats;

	start_nested();
	expect_pa(0x5123, 0, 1, 0x4001123 + OFFSET);
	vtd_stats(rig.vtd, &stats);
	/* 4 tables and a page, each by 4 levels; the paging-structure caches know upper ones */
	assert_int_equal(stats.fs_fetches[3], 1);
	assert_int_equal(stats.ss_fetches[0], 4);
	assert_int_equal(stats.ss_fetches[1], 2);
	/* with the PDE-cache: one entry, and the page */
	expect_pa(0x5123, 0, 1, 0x4001123 + OFFSET);
	rig_put1(&rig, nested_slot(0x6000, 1), 0x4002000 | FS_ALL);
	expect_pa(0x6000, 0, 1, 0x4002000 + OFFSET);
	vtd_stats(rig.vtd, &stats);
	assert_int_equal(stats.fs_fetches[3], 1);
	assert_int_equal(stats.fs_fetches[0], 2);
}

static void nested_pages_are_as_small_as_the_smaller_one(void **state)
{
	start_nested();
	/* first stage 2 MiB over second stage 4 KiB */
	rig_put1(&rig, nested_slot(0x40000000, 2), 0x2000000 | FS_ALL | PS);
	expect_pa(0x40003456, 0, 1, 0x2003456 + OFFSET);
	rig_map_ss(rig_tables(&rig, root, 4), 0x2004000, 1, 0x3000000 | SS_RW);
	expect_pa(0x40004456, 0, 1, 0x3000456);
	expect_pa(0x40003456, 0, 1, 0x2003456 + OFFSET);
}

static void first_stage_addresses_beyond_the_second_stage_fault(void **state)
{
	rig.params.mgaw_bits = 40;
	rig.params.haw_bits = 41;
	rig.params.unchecked = 1; /* else entries have no bit that reaches beyond */
	start_nested();
	rig_put1(&rig, nested_slot(0x5000, 1), 1ULL << 40 | FS_ALL);
	expect_fault(0x5000, 0, 1, 0x74);
	rig_put1(&rig, nested_slot(0x5000, 3), 1ULL << 40 | FS_ALL);
	rig_iotlb_all(&rig);
	expect_fault(0x5000, 0, 1, 0x74);
}

static void nested_tables_need_read_permission(void **state)
{
	start_nested();
	/* the root, then the others: 0x2000000 is the root, tables follow it */
	for (u32 i = 0; i < 4; i++) {
		u64 gpa = GPA_FS + 0x1000 * i;

		rig_map_ss(rig_tables(&rig, root, 4), gpa, 1, (gpa + OFFSET) | 2);
		rig_iotlb_all(&rig);
		expect_fault(0x5000, 0, 1, i ? 0x76 : 0x75);
		rig_map_ss(rig_tables(&rig, root, 4), gpa, 1, gpa + OFFSET);
		expect_fault(0x5000, 0, 1, 0x79);
		rig_map_ss(rig_tables(&rig, root, 4), gpa, 1, (gpa + OFFSET) | SS_RW | 1ULL << 51);
		expect_fault(0x5000, 0, 1, 0x7a);
		rig_map_ss(rig_tables(&rig, root, 4), gpa, 1, (gpa + OFFSET) | SS_RW);
	}
	expect_pa(0x5000, 0, 1, 0x4001000 + OFFSET);
}

static void nested_flags_need_write_permission(void **state)
{
	start_nested();
	for (u32 i = 0; i < 4; i++) {
		u64 gpa = GPA_FS + 0x1000 * i;

		rig_map_ss(rig_tables(&rig, root, 4), gpa, 1, (gpa + OFFSET) | 1);
		rig_iotlb_all(&rig);
		expect_fault(0x5000, 0, 1, 0x77);
		rig_map_ss(rig_tables(&rig, root, 4), gpa, 1, (gpa + OFFSET) | SS_RW);
	}
	rig_iotlb_all(&rig);
	expect_pa(0x5000, 0, 1, 0x4001000 + OFFSET);
	/* all accessed flags are set now: reading suffices, until D is needed */
	for (u32 i = 0; i < 4; i++)
		rig_map_ss(rig_tables(&rig, root, 4), GPA_FS + 0x1000 * i, 1,
			   (GPA_FS + 0x1000 * i + OFFSET) | 1);
	rig_iotlb_all(&rig);
	expect_pa(0x5000, 0, 1, 0x4001000 + OFFSET);
	expect_fault(0x5000, 1, 1, 0x77);
}

static void nested_pages_need_permission_of_both_stages(void **state)
{
	start_nested();
	rig_map_ss(rig_tables(&rig, root, 4), 0x4000000, 2, (0x4000000 + OFFSET) | 1);
	rig_iotlb_all(&rig);
	expect_pa(0x5000, 0, 1, 0x4001000 + OFFSET);
	expect_fault(0x5000, 1, 1, 0x85);
	rig_map_ss(rig_tables(&rig, root, 4), 0x4000000, 2, (0x4000000 + OFFSET) | 2);
	rig_iotlb_all(&rig);
	expect_pa(0x5000, 1, 1, 0x4001000 + OFFSET);
	expect_fault(0x5000, 0, 1, 0x86);
	rig_map_ss(rig_tables(&rig, root, 4), 0x4000000, 2, 0x4000000 + OFFSET);
	rig_iotlb_all(&rig);
	expect_fault(0x5000, 1, 1, 0x79);
	rig_map_ss(rig_tables(&rig, root, 4), 0x4000000, 2, (0x4000000 + OFFSET) | SS_RW);
	rig_put1(&rig, nested_slot(0x5000, 1), 0x4001000 | FS_P | FS_US | FS_A);
	rig_iotlb_all(&rig);
	expect_fault(0x5000, 1, 1, 0x85);
}

static void with_ssade_reading_tables_dirties_them(void **state)
{
	pa_t leaf, page;

	start_nested();
	set_nested(PASID_SSADE, 0);
	leaf = rig_pte(rig_tables(&rig, root, 4), GPA_FS, 1, SS_RW);
	page = rig_pte(rig_tables(&rig, root, 4), 0x4000000, 2, SS_RW);
	expect_pa(0x5000, 0, 1, 0x4001000 + OFFSET);
	assert_int_equal(rig_get(&rig, leaf) & (SS_A | SS_D), SS_A | SS_D);
	assert_int_equal(rig_get(&rig, page) & (SS_A | SS_D), SS_A);
	expect_pa(0x5000, 1, 1, 0x4001000 + OFFSET);
	assert_int_equal(rig_get(&rig, page) & (SS_A | SS_D), SS_A | SS_D);
	assert_int_equal(rig_get(&rig, nested_slot(0x5000, 1)) & (FS_A | FS_D), FS_A | FS_D);
	/* without write permission they can not be read */
	rig_map_ss(rig_tables(&rig, root, 4), GPA_FS, 1, (GPA_FS + OFFSET) | 1);
	rig_iotlb_all(&rig);
	expect_fault(0x5000, 0, 1, 0x77);
}

static void no_first_stage_flag_if_the_second_stage_refuses_the_page(void **state)
{
	start_nested();
	rig_map_ss(rig_tables(&rig, root, 4), 0x4000000, 2, (0x4000000 + OFFSET) | 1);
	expect_fault(0x5000, 1, 1, 0x85);
	assert_int_equal(rig_get(&rig, nested_slot(0x5000, 1)) & (FS_A | FS_D), 0);
}

/* --- the interrupt range (3.15) --- */

static void output_addresses_in_the_interrupt_range_fault(void **state)
{
	start_legacy(2);
	rig_map_ss(rig_tables(&rig, root, 4), 0x5000, 1, 0xfee0f000 | SS_RW);
	expect_fault(0x5000, 0, NO, 0x0e);
	/* a large page around it: the rest of it is good, whatever has been cached */
	rig_map_ss(rig_tables(&rig, root, 4), 0xc0000000, 3, 0xc0000000 | SS_RW);
	expect_pa(0xc0000000, 0, NO, 0xc0000000);
	expect_pa(0xfedff000, 0, NO, 0xfedff000);
	expect_pa(0xfef00000, 0, NO, 0xfef00000);
	rig_map_ss(rig_tables(&rig, root, 4), 0x140000000, 3, 0xc0000000 | SS_RW);
	expect_pa(0x17edff000, 0, NO, 0xfedff000);
	expect_fault(0x17ee00000, 0, NO, 0x0e);
	restart(RIG_SCALABLE);
	dir = rig_smctx(&rig, SID, SMCTX_PASIDE);
	const u64 pt[8] = PASID_PT(DID);

	set_pasid(1, pt);
	expect_pa(0xfedff000, 0, 1, 0xfedff000);
	expect_fault(0xfee00000, 1, 1, 0x87);
	expect_pa(0xfef00000, 0, 1, 0xfef00000);
}

static void requests_without_pasid_to_the_interrupt_range_are_interrupts(void **state)
{
	start_legacy(2);
	/* a mapping of it does not count */
	rig_map_ss(rig_tables(&rig, root, 4), 0xfee00000, 1, PA | SS_RW);
	rig_map_ss(rig_tables(&rig, root, 4), 0xc0000000, 3, 0xc0000000 | SS_RW);
	expect_pa(0xfedff000, 0, NO, 0xfedff000);
	expect_pa(0xfee01234, 1 | RIG_DWORD, NO, 0xfee01234);
	expect_fault(0xfee01000, 0, NO, 0x29);
	expect_fault(0xfee01000, RIG_DWORD, NO, 0x29);
	expect_pa(0xfee01000, RIG_ZLR, NO, 0xfee01000);
}

/* Any size and alignment, in any state of the unit that looks at the range. */
static void only_one_aligned_dword_is_an_interrupt(void **state)
{
	start_legacy(2);
	rig_gcmd(&rig, 1U << 24); /* a table of 2 entries at 0: nothing is delivered */
	for (u32 i = 0; i < 3; i++) {
		for (u32 bytes = 1; bytes <= 64; bytes++) {
			for (u32 offset = 0; offset < 4; offset++) {
				bool is_interrupt = bytes == 4 && !offset;
				struct rig_access access;
				u64 words[2];

				rig_prepare(&access, 0xfee00070 + offset, RIG_WRITE);
				access.a.len_bytes = bytes;
				port->ops->translate(port, &access.a);
				rig_run(&rig);
				assert_int_equal(access.a.status,
						 is_interrupt && !i ? PORT_DONE : PORT_ABORTED);
				/* with remapping on the entry is looked for, beyond the table */
				assert_int_equal(rig_fault(&rig, words), !is_interrupt ? 0x29
									 : i	       ? 0x21
										       : 0);
			}
		}
		/* remapping on, then translation off */
		if (!i)
			rig_gcmd(&rig, 1U << 25);
		else
			rig_w32(&rig, DMAR_GCMD_REG, 3U << 25);
		rig_run(&rig);
	}
}

static void a_unit_that_is_off_passes_writes_of_any_size(void **state)
{
	rig_start(&rig);
	port = vtd_port_create(rig.vtd, SID);
	expect_pa(0xfee00071, 1, NO, 0xfee00071);
}

static void requests_with_pasid_translate_there_as_anywhere(void **state)
{
	start_scalable();
	rig_map_fs(rig_tables(&rig, fs, 4), 0xfee00000, 1, PA | FS_ALL);
	expect_pa(0xfee00010, 1, 1, PA + 0x10);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(second_stage_pages_of_all_sizes_translate),
		TEST(addresses_beyond_mgaw_fault),
		TEST(scalable_addresses_beyond_the_second_stage_fault),
		TEST(legacy_pass_through_ends_at_the_host_address_width),
		TEST(second_stage_permissions_add_up),
		TEST(zero_length_reads_fault_without_zlr),
		TEST(reserved_bits_of_second_stage_entries_fault),
		TEST(snoop_and_large_pages_are_reserved_without_their_features),
		TEST(second_stage_tables_that_are_not_there_fault),
		TEST(second_stage_flags_are_set_with_ssade_only),
		TEST(second_stage_flags_need_a_snooped_walk),
		TEST(second_stage_flags_that_cannot_be_set_fault),
		TEST(no_dirty_flag_for_a_write_that_is_not_permitted),
		TEST(first_stage_pages_of_all_sizes_translate),
		TEST(reserved_bits_of_first_stage_entries_fault),
		TEST(first_stage_1g_pages_need_fs1gp),
		TEST(first_stage_tables_that_are_not_there_fault),
		TEST(first_stage_permissions_add_up),
		TEST(execute_disable_counts_with_revision_3),
		TEST(first_stage_flags_are_set),
		TEST(first_stage_flags_need_a_snooped_walk),
		TEST(first_stage_flags_that_cannot_be_set_fault),
		TEST(no_leaf_flag_for_an_access_that_is_not_permitted),
		TEST(nested_walks_translate_tables_and_the_page),
		TEST(nested_pages_are_as_small_as_the_smaller_one),
		TEST(first_stage_addresses_beyond_the_second_stage_fault),
		TEST(nested_tables_need_read_permission),
		TEST(nested_flags_need_write_permission),
		TEST(nested_pages_need_permission_of_both_stages),
		TEST(with_ssade_reading_tables_dirties_them),
		TEST(no_first_stage_flag_if_the_second_stage_refuses_the_page),
		TEST(output_addresses_in_the_interrupt_range_fault),
		TEST(requests_without_pasid_to_the_interrupt_range_are_interrupts),
		TEST(only_one_aligned_dword_is_an_interrupt),
		TEST(a_unit_that_is_off_passes_writes_of_any_size),
		TEST(requests_with_pasid_translate_there_as_anywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
