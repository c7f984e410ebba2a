// SPDX-License-Identifier: GPL-2.0-only
/*
 * Theorems: each way in which root, context, PASID directory and PASID table entries
 * can be wrong, or refuse a request, ends in its fault reason (7.1.3), in the order
 * in which hardware meets them; FPD in any entry on the way keeps a qualified fault
 * from being reported, and only a qualified one; requests reach the tables that
 * bus, device, function and PASID say; nothing that faulted is cached.
 */
#include "tests/models/vtd_rig.h"

#define SID 0x1298U /* bus 0x12, upper half */
#define IOVA 0x5000ULL

static struct rig rig;
static struct port *port;
static pa_t ss_root, fs_root;

static void start(u32 mode)
{
	rig_start(&rig);
	port = vtd_port_create(rig.vtd, SID);
	rig_enable(&rig, mode);
	ss_root = rig_page(&rig);
	fs_root = rig_page(&rig);
	rig_map_ss(rig_tables(&rig, ss_root, 4), IOVA, 1, 0x700000 | SS_RW);
	rig_map_fs(rig_tables(&rig, fs_root, 4), IOVA, 1, 0x800000 | FS_ALL);
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

/* The access ends in @reason; 0 with @is_done or, not reported, without. */
static void expect_access(int pasid, u32 flags, bool is_done, u32 reason)
{
	struct rig_access access;
	u64 words[2] = {0};

	assert_int_equal(rig_do(port, &access, IOVA, flags | RIG_PASID(pasid)),
			 is_done ? PORT_DONE : PORT_ABORTED);
	assert_int_equal(rig_fault(&rig, words), reason);
	if (!reason)
		return;
	assert_int_equal(words[0], IOVA);
	assert_int_equal(words[1] & 0xffff, SID);
	assert_int_equal(words[1] >> 31 & 1, pasid >= 0);
	assert_int_equal(words[1] >> 40 & 0xfffff, pasid >= 0 ? pasid : 0);
}

static void expect(u32 reason)
{
	expect_access(RIG_NO_PASID, 0, false, reason);
}

static void expect_done(void)
{
	expect_access(RIG_NO_PASID, 0, true, 0);
	rig_invalidate_all(&rig);
}

/* Entries that faulted are not cached: put right, they count without invalidation. */
static void try_word(pa_t pa, u64 word, u32 reason)
{
	u64 good = rig_get(&rig, pa);

	rig_put1(&rig, pa, word);
	expect(reason);
	rig_put1(&rig, pa, good);
	expect_done();
}

/* --- legacy mode --- */

static void legacy_root_entries_fault(void **state)
{
	pa_t root = RIG_ROOT + 16 * (SID >> 8);
	u64 good;

	start(RIG_LEGACY);
	rig_ctx(&rig, SID, (struct rig_context){.tt = 0, .aw = 2, .did = 7, .root = ss_root});
	expect_done();
	good = rig_get(&rig, root);
	try_word(root, good & ~1ULL, 0x01);
	for (u32 bit = 1; bit < 64; bit++) {
		if (bit < 12 || bit >= 46)
			try_word(root, good | 1ULL << bit, 0x0a);
		try_word(root + 8, 1ULL << bit, 0x0a);
	}
	rig_w64(&rig, DMAR_RTADDR_REG, RIG_NOWHERE);
	rig_gcmd(&rig, 1U << 30);
	expect(0x08);
}

static void legacy_context_entries_fault(void **state)
{
	pa_t ctx;
	u64 w0, w1;

	start(RIG_LEGACY);
	ctx = rig_ctx(&rig, SID, (struct rig_context){.tt = 0, .aw = 2, .did = 7, .root = ss_root});
	expect_done();
	w0 = rig_get(&rig, ctx);
	w1 = rig_get(&rig, ctx + 8);
	try_word(ctx, w0 & ~1ULL, 0x02);
	for (u32 bit = 0; bit < 64; bit++) {
		if ((bit >= 4 && bit < 12) || bit >= 46)
			try_word(ctx, w0 | 1ULL << bit, 0x0b);
		if (bit == 7 || bit >= 24)
			try_word(ctx + 8, w1 | 1ULL << bit, 0x0b);
	}
	/* bits 6:3 are ignored */
	rig_put1(&rig, ctx + 8, w1 | 0x78);
	expect_done();
	for (u32 aw = 0; aw < 8; aw++) {
		if (aw == 0 || aw > 3)
			try_word(ctx + 8, 7 << 8 | aw, 0x03);
	}
	try_word(ctx, w0 | 3 << 2, 0x03);
	/* found by the walk: the entry itself is cached by then */
	rig_put1(&rig, ctx, (w0 & 0xfff) | RIG_NOWHERE);
	expect(0x03);
	rig_put1(&rig, ctx, w0);
	rig_invalidate_all(&rig);
	expect_done();
	try_word(RIG_ROOT + 16 * (SID >> 8), RIG_NOWHERE | 1, 0x09);
}

static void a_domain_id_beyond_nd_is_reserved(void **state)
{
	rig.params.domain_bits = 8;
	start(RIG_LEGACY);
	rig_ctx(&rig, SID, (struct rig_context){.tt = 0, .aw = 2, .did = 0xff, .root = ss_root});
	expect_done();
	rig_ctx(&rig, SID, (struct rig_context){.tt = 0, .aw = 2, .did = 0x100, .root = ss_root});
	expect(0x0b);
}

static void translation_types_need_their_features(void **state)
{
	rig.params.pt = 0;
	rig.params.dt = rig.params.prs = rig.params.pds = rig.params.nwfs = rig.params.sms = 0;
	start(RIG_LEGACY);
	for (u32 tt = 0; tt < 4; tt++) {
		rig_ctx(&rig, SID,
			(struct rig_context){.tt = tt, .aw = 2, .did = 7, .root = ss_root});
		if (tt)
			expect(0x03);
		else
			expect_done();
	}
}

static void address_widths_are_those_of_sagaw(void **state)
{
	for (u32 without = 1; without < 4; without++) {
		rig_defaults(&rig);
		*(without == 1	 ? &rig.params.aw39
		  : without == 2 ? &rig.params.aw48
				 : &rig.params.aw57) = 0;
		start(RIG_LEGACY);
		rig_ctx(&rig, SID,
			(struct rig_context){.tt = 2, .aw = without, .did = 7, .root = 0});
		expect(0x03);
		rig_stop(&rig);
	}
	rig_start(&rig);
}

static void requests_with_pasid_are_blocked_in_legacy_mode(void **state)
{
	start(RIG_LEGACY);
	rig_ctx(&rig, SID, (struct rig_context){.tt = 0, .aw = 2, .did = 7, .root = ss_root});
	expect_access(3, 0, false, 0x31);
}

static void each_function_has_its_own_context_entry(void **state)
{
	struct rig_access access;

	start(RIG_LEGACY);
	for (u32 i = 0; i < 40; i++) {
		u32 sid = (i * 1031) & 0xffff;
		pa_t root = rig_page(&rig);
		struct port *mine = vtd_port_create(rig.vtd, sid);

		rig_map_ss(rig_tables(&rig, root, 4), IOVA, 1, 0x1000 * i | SS_RW);
		rig_ctx(&rig, sid, (struct rig_context){.tt = 0, .aw = 2, .did = i, .root = root});
		assert_int_equal(rig_do(mine, &access, IOVA, 0), PORT_DONE);
		assert_int_equal(access.a.pa, 0x1000 * i);
	}
}

/* --- translation table modes --- */

static void set_mode(u32 ttm)
{
	rig_w64(&rig, DMAR_RTADDR_REG, RIG_ROOT | (u64)ttm << 10);
	rig_gcmd(&rig, 1U << 30);
}

static void table_modes_that_do_not_exist_fault(void **state)
{
	rig.params.adms = 0;
	start(RIG_LEGACY);
	set_mode(2);
	expect(0x30);
	set_mode(3);
	expect(0x30);
	expect_access(3, 0, false, 0x30);
}

static void scalable_mode_needs_smts(void **state)
{
	rig.params.smts = rig.params.ssts = rig.params.fsts = rig.params.nest = 0;
	rig.params.srs = rig.params.pasid = rig.params.rps = rig.params.smpwcs = 0;
	rig.params.ssads = rig.params.eafs = rig.params.fs_1g = rig.params.fs_5level = 0;
	rig.params.prs = rig.params.sms = 0;
	start(RIG_LEGACY);
	set_mode(1);
	expect(0x30);
}

static void abort_dma_mode_aborts_all(void **state)
{
	start(RIG_LEGACY);
	rig_ctx(&rig, SID, (struct rig_context){.tt = 2, .aw = 3, .did = 7, .root = 0});
	set_mode(3);
	expect(0x33);
	expect_access(3, 0, false, 0x33);
	set_mode(0);
	expect_done();
}

/* --- scalable mode --- */

static pa_t dir, pasid_slot;

static void start_scalable(void)
{
	start(RIG_SCALABLE);
	const u64 second[8] = PASID_SS(ss_root, 7, 2);

	dir = rig_smctx(&rig, SID, SMCTX_PASIDE);
	pasid_slot = rig_pasid(&rig, dir, 0, second);
	expect_done();
}

static void scalable_root_entries_fault(void **state)
{
	pa_t root = RIG_ROOT + 16 * (SID >> 8) + 8;
	u64 good;

	start_scalable();
	good = rig_get(&rig, root);
	try_word(root, good & ~1ULL, 0x39);
	for (u32 bit = 1; bit < 64; bit++) {
		if (bit < 12 || bit >= 46)
			try_word(root, good | 1ULL << bit, 0x3a);
	}
	/* the other half belongs to other devices */
	rig_put1(&rig, root - 8, ~0ULL);
	expect_done();
	try_word(root, RIG_NOWHERE | 1, 0x40);
	rig_w64(&rig, DMAR_RTADDR_REG, RIG_NOWHERE | 1 << 10);
	rig_gcmd(&rig, 1U << 30);
	expect(0x38);
}

static void scalable_context_entries_fault(void **state)
{
	pa_t ctx;
	u64 w0;

	start_scalable();
	ctx = rig_ctx_slot(&rig, SID);
	w0 = rig_get(&rig, ctx);
	try_word(ctx, w0 & ~1ULL, 0x41);
	for (u32 bit = 0; bit < 64; bit++) {
		if ((bit >= 5 && bit < 9) || bit >= 46)
			try_word(ctx, w0 | 1ULL << bit, 0x42);
		if (bit >= 20)
			try_word(ctx + 8, 1ULL << bit, 0x42);
		try_word(ctx + 16, 1ULL << bit, 0x42);
		try_word(ctx + 24, 1ULL << bit, 0x42);
	}
	/* PRE without DTE; RID_PASID beyond 2^13 PASIDs */
	try_word(ctx, w0 | SMCTX_PRE, 0x43);
	try_word(ctx + 8, 1 << 13, 0x43);
}

static void fields_of_absent_features_are_reserved_in_contexts(void **state)
{
	rig.params.rps = rig.params.pasid = 0;
	rig.params.dt = rig.params.prs = rig.params.pds = rig.params.nwfs = rig.params.sms = 0;
	start(RIG_SCALABLE);
	const u64 second[8] = PASID_SS(ss_root, 7, 2);

	dir = rig_smctx(&rig, SID, 0);
	rig_pasid(&rig, dir, 0, second);
	expect_done();
	for (u64 flag = SMCTX_DTE; flag <= SMCTX_PRE; flag *= 2) {
		pa_t ctx = rig_ctx_slot(&rig, SID);

		try_word(ctx, rig_get(&rig, ctx) | flag, 0x42);
	}
	try_word(rig_ctx_slot(&rig, SID) + 8, 1, 0x42);
}

static void requests_without_pasid_use_rid_pasid(void **state)
{
	start_scalable();
	const u64 first[8] = PASID_FS(fs_root, 8);

	rig_pasid(&rig, dir, 0x123, first);
	rig_put1(&rig, rig_ctx_slot(&rig, SID) + 8, 0x123);
	rig_invalidate_all(&rig);
	struct rig_access access;

	assert_int_equal(rig_do(port, &access, IOVA, 0), PORT_DONE);
	assert_int_equal(access.a.pa, 0x800000);
	assert_int_equal(rig_do(port, &access, IOVA, RIG_PASID(0)), PORT_DONE);
	assert_int_equal(access.a.pa, 0x700000);
}

static void requests_with_pasid_need_pasid_enable_and_a_pasid_in_reach(void **state)
{
	pa_t ctx;

	start_scalable();
	ctx = rig_ctx_slot(&rig, SID);
	expect_access(0, 0, false, 0x48); /* RID_PASID's */
	expect_access(1 << 13, 0, false, 0x46);
	expect_access((1 << 13) - 1, 0, false, 0x51);
	rig_put1(&rig, ctx, rig_get(&rig, ctx) & ~SMCTX_PASIDE);
	rig_invalidate_all(&rig);
	expect_access(5, 0, false, 0x45);
	/* the largest directory: 2^14 entries reach all PASIDs */
	rig_put1(&rig, ctx, rig_get(&rig, ctx) | SMCTX_PASIDE | 7 << 9);
	rig_invalidate_all(&rig);
	expect_access(0xfffff, 0, false, 0x51);
}

static void a_pasid_wider_than_pss_faults(void **state)
{
	rig.params.pasid_bits = 10;
	start_scalable();
	expect_access(0x3ff, 0, false, 0x51);
	expect_access(0x400, 0, false, 0x89);
}

static void pasid_directory_entries_fault(void **state)
{
	u64 good;

	start_scalable();
	good = rig_get(&rig, dir);
	try_word(dir, good & ~1ULL, 0x51);
	for (u32 bit = 2; bit < 64; bit++) {
		if (bit < 12 || bit >= 46)
			try_word(dir, good | 1ULL << bit, 0x52);
	}
	try_word(dir, RIG_NOWHERE | 1, 0x58);
	rig_put1(&rig, rig_ctx_slot(&rig, SID), RIG_NOWHERE | 1);
	rig_invalidate_all(&rig);
	expect(0x50);
}

static void reserved_fields_of_pasid_entries_fault(void **state)
{
	start_scalable();
	u64 good[8];

	for (u32 i = 0; i < 8; i++)
		good[i] = rig_get(&rig, pasid_slot + 8 * i);
	try_word(pasid_slot, good[0] & ~1ULL, 0x59);
	for (u32 bit = 0; bit < 64; bit++) {
		u64 mask = 1ULL << bit;

		if (bit == 5 || bit == 10 || bit == 11 || bit >= 46)
			try_word(pasid_slot, good[0] | mask, 0x5a);
		if ((bit >= 16 && bit < 23) || bit >= 25)
			try_word(pasid_slot + 8, good[1] | mask, 0x5a);
		/* 5 and 6 were NXE and SMEP, and are ignored */
		if (bit == 1 || (bit >= 8 && bit < 12) || bit >= 46)
			try_word(pasid_slot + 16, good[2] | mask, 0x5a);
		for (u32 i = 3; i < 8; i++)
			try_word(pasid_slot + 8 * i, mask, 0x5a);
	}
	rig_put1(&rig, pasid_slot + 16, 3 << 5);
	expect_done();
}

static void fields_of_absent_features_are_reserved_in_pasid_entries(void **state)
{
	rig.params.fsts = rig.params.nest = rig.params.fs_1g = rig.params.fs_5level = 0;
	rig.params.eafs = rig.params.srs = rig.params.sc = 0;
	rig.params.ssads = rig.params.smpwcs = 0;
	rig.params.domain_bits = 12;
	start(RIG_SCALABLE);
	const u64 second[8] = {ss_root | 2 << 6 | 2 << 2 | 1, 7};

	dir = rig_smctx(&rig, SID, 0);
	pasid_slot = rig_pasid(&rig, dir, 0, second);
	expect_done();
	try_word(pasid_slot, second[0] | PASID_SSADE, 0x5a);
	try_word(pasid_slot + 8, 1 << 23 | 7, 0x5a);
	try_word(pasid_slot + 8, 1 << 24 | 7, 0x5a);
	try_word(pasid_slot + 8, 0x1000, 0x5a);
	for (u64 flag = 1; flag <= 0x80; flag *= 2) {
		if (flag != 0x20 && flag != 0x40)
			try_word(pasid_slot + 16, flag, 0x5a);
	}
	try_word(pasid_slot + 16, 0x1000, 0x5a);
}

static void translation_types_of_pasid_entries_are_checked(void **state)
{
	start_scalable();
	for (u64 pgtt = 0; pgtt < 8; pgtt++) {
		if (pgtt == 0 || pgtt > 4)
			try_word(pasid_slot, (rig_get(&rig, pasid_slot) & ~(7ULL << 6)) | pgtt << 6,
				 0x5b);
	}
	/* AW counts where there is a second stage, FSPM where there is a first */
	for (u64 aw = 0; aw < 8; aw++) {
		if (aw == 0 || aw > 3)
			try_word(pasid_slot, ss_root | 2 << 6 | aw << 2 | 1, 0x5b);
	}
	const u64 first[8] = PASID_FS(fs_root, 7);

	rig_put(&rig, pasid_slot, first, 8);
	expect_done();
	for (u64 fspm = 2; fspm < 4; fspm++)
		try_word(pasid_slot + 16, fs_root | fspm << 2, 0x5b);
	rig_put1(&rig, pasid_slot, 4 << 6 | 1);
	rig_put1(&rig, pasid_slot + 16, 3 << 2);
	expect_done();
}

static void a_type_needs_its_feature(void **state)
{
	static const u32 offsets[] = {
		[2] = offsetof(struct vtd_params, ssts),
		[4] = offsetof(struct vtd_params, pt),
	};

	for (u64 pgtt = 1; pgtt < 5; pgtt++) {
		rig_defaults(&rig);
		if (pgtt == 1)
			rig.params.fsts = rig.params.fs_1g = rig.params.fs_5level =
				rig.params.eafs = 0;
		if (pgtt != 4)
			rig.params.nest = 0;
		if (pgtt == 2 || pgtt == 4)
			*(u64 *)((char *)&rig.params + offsets[pgtt]) = 0;
		if (pgtt == 2)
			rig.params.ssads = 0;
		start(RIG_SCALABLE);
		const u64 words[8] = {pgtt << 6 | (pgtt == 3 ? 2 << 2 : 0) | 1, 7};

		dir = rig_smctx(&rig, SID, 0);
		rig_pasid(&rig, dir, 0, words);
		expect(0x5b);
		rig_stop(&rig);
	}
	rig_start(&rig);
}

static void a_guest_physical_root_beyond_the_second_stage_faults(void **state)
{
	start(RIG_SCALABLE);
	const u64 words[8] = PASID_NEST(1ULL << 39, ss_root, 7, 1);

	dir = rig_smctx(&rig, SID, 0);
	rig_pasid(&rig, dir, 0, words);
	expect(0x5b);
}

static void supervisor_requests_need_sre(void **state)
{
	start_scalable();
	u64 first[8] = PASID_FS(fs_root, 8);

	rig_pasid(&rig, dir, 1, first);
	expect_access(1, RIG_PRIV, false, 0x5d);
	expect_access(1, 0, true, 0);
	/* from the IOTLB, too */
	expect_access(1, RIG_PRIV, false, 0x5d);
	first[2] |= PASID_SRE;
	rig_pasid(&rig, dir, 1, first);
	rig_invalidate_all(&rig);
	expect_access(1, RIG_PRIV, true, 0);
	/* before anything is walked */
	first[2] = rig_page(&rig);
	rig_pasid(&rig, dir, 1, first);
	rig_invalidate_all(&rig);
	expect_access(1, RIG_PRIV, false, 0x5d);
}

static void execute_requests_are_blocked(void **state)
{
	start_scalable();
	const u64 first[8] = PASID_FS(fs_root, 8);

	rig_pasid(&rig, dir, 1, first);
	expect_access(1, RIG_INSTR, false, 0x5c);
	expect_access(1, 0, true, 0);
	expect_access(1, RIG_INSTR, false, 0x5c);
}

static void execute_requests_need_ere_with_revision_3(void **state)
{
	rig.params.revision = 3;
	rig.params.ers = 1;
	start_scalable();
	u64 first[8] = PASID_FS(fs_root, 8);

	rig_pasid(&rig, dir, 1, first);
	expect_access(1, RIG_INSTR, false, 0x5c);
	first[2] |= 2;
	rig_pasid(&rig, dir, 1, first);
	rig_pc_all(&rig);
	expect_access(1, RIG_INSTR, true, 0);
	/* before anything is walked */
	first[2] = rig_page(&rig);
	rig_pasid(&rig, dir, 1, first);
	rig_invalidate_all(&rig);
	expect_access(1, RIG_INSTR, false, 0x5c);
}

/* Of any kind of request, before the IOTLB and all tables. */
static void execute_requests_fault_at_once_from_version_8_on(void **state)
{
	for (u32 version = 7; version < 10; version++) {
		rig_defaults(&rig);
		rig.params.ver_major = version;
		start_scalable();
		const u64 first[8] = PASID_FS(fs_root, 8);

		rig_pasid(&rig, dir, 1, first);
		expect_access(1, 0, true, 0);
		expect_access(1, RIG_INSTR, false, version < 8 ? 0x5c : 0x34);
		expect_access(2, RIG_INSTR, false, version < 8 ? 0x59 : 0x34);
		expect_access(1, RIG_INSTR | RIG_WRITE, true, 0);
		if (version < 9)
			rig_stop(&rig);
	}
}

/* --- FPD --- */

static void legacy_fpd_hides_qualified_faults(void **state)
{
	pa_t ctx;

	start(RIG_LEGACY);
	ctx = rig_ctx(&rig, SID, (struct rig_context){.tt = 0, .aw = 2, .did = 7, .root = ss_root});
	rig_put1(&rig, ctx, 2); /* evaluated whatever P is */
	expect(0);
	rig_put1(&rig, ctx, ss_root | 3);
	rig_put1(&rig, rig_pte(rig_tables(&rig, ss_root, 4), IOVA, 1, SS_RW), 0);
	expect(0);
	expect(0); /* from the context-cache */
	rig_put1(&rig, ctx, ss_root | 1);
	rig_invalidate_all(&rig);
	expect(0x06);
	/* the root entry's own fault is not qualified */
	rig_put1(&rig, ctx, ss_root | 3);
	rig_invalidate_all(&rig);
	rig_put1(&rig, RIG_ROOT + 16 * (SID >> 8), 0);
	expect(0x01);
}

static void fpd_counts_in_each_entry_of_scalable_mode(void **state)
{
	pa_t places[3];
	u64 good[3];
	struct vtd_stats stats;

	start_scalable();
	places[0] = rig_ctx_slot(&rig, SID);
	places[1] = dir;
	places[2] = pasid_slot;
	for (u32 i = 0; i < 3; i++)
		good[i] = rig_get(&rig, places[i]);
	rig_put1(&rig, rig_pte(rig_tables(&rig, ss_root, 4), IOVA, 1, SS_RW), 0);
	for (u32 i = 0; i < 3; i++) {
		rig_put1(&rig, places[i], good[i] | 2);
		rig_invalidate_all(&rig);
		expect(0);
		expect(0);
		/* not present, too */
		rig_put1(&rig, places[i], 2);
		rig_invalidate_all(&rig);
		expect(0);
		rig_put1(&rig, places[i], good[i]);
		rig_invalidate_all(&rig);
		expect(0x79);
	}
	/* SPD.1 and SPT.1 are not qualified */
	rig_put1(&rig, places[0], RIG_NOWHERE | 3);
	rig_invalidate_all(&rig);
	expect(0x50);
	rig_put1(&rig, places[0], good[0] | 2);
	rig_put1(&rig, dir, RIG_NOWHERE | 1);
	rig_invalidate_all(&rig);
	expect(0x58);
	vtd_stats(rig.vtd, &stats);
	assert_int_equal(stats.faults_masked, 9);
}

/* --- translation off --- */

static void without_translation_addresses_pass(void **state)
{
	struct rig_access access;

	rig_start(&rig);
	port = vtd_port_create(rig.vtd, SID);
	assert_int_equal(rig_do(port, &access, IOVA, 1), PORT_DONE);
	assert_int_equal(access.a.pa, IOVA);
	assert_int_equal(rig_do(port, &access, 1ULL << 46, 1), PORT_ABORTED);
	assert_int_equal(rig_r32(&rig, DMAR_FSTS_REG), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(legacy_root_entries_fault),
		TEST(legacy_context_entries_fault),
		TEST(a_domain_id_beyond_nd_is_reserved),
		TEST(translation_types_need_their_features),
		TEST(address_widths_are_those_of_sagaw),
		TEST(requests_with_pasid_are_blocked_in_legacy_mode),
		TEST(each_function_has_its_own_context_entry),
		TEST(table_modes_that_do_not_exist_fault),
		TEST(scalable_mode_needs_smts),
		TEST(abort_dma_mode_aborts_all),
		TEST(scalable_root_entries_fault),
		TEST(scalable_context_entries_fault),
		TEST(fields_of_absent_features_are_reserved_in_contexts),
		TEST(requests_without_pasid_use_rid_pasid),
		TEST(requests_with_pasid_need_pasid_enable_and_a_pasid_in_reach),
		TEST(a_pasid_wider_than_pss_faults),
		TEST(pasid_directory_entries_fault),
		TEST(reserved_fields_of_pasid_entries_fault),
		TEST(fields_of_absent_features_are_reserved_in_pasid_entries),
		TEST(translation_types_of_pasid_entries_are_checked),
		TEST(a_type_needs_its_feature),
		TEST(a_guest_physical_root_beyond_the_second_stage_faults),
		TEST(supervisor_requests_need_sre),
		TEST(execute_requests_are_blocked),
		TEST(execute_requests_need_ere_with_revision_3),
		TEST(execute_requests_fault_at_once_from_version_8_on),
		TEST(legacy_fpd_hides_qualified_faults),
		TEST(fpd_counts_in_each_entry_of_scalable_mode),
		TEST(without_translation_addresses_pass),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
