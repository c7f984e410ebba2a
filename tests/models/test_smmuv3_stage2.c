// SPDX-License-Identifier: GPL-2.0-only
/*
 * Theorems about stage 2, alone and below stage 1 (IHI 0070 3.4, 5.2, 5.5, 7.3.12 to
 * 7.3.16, 13.6): which STEs are ILLEGAL, with every start of the walk against an
 * oracle that counts bits; what its events say, and when they stall; what both
 * stages permit together; split-stage ATS; what a nested walk costs. Random tables
 * are the matter of sweep-smmuv3-two-stage.
 */
#include "tests/models/smmuv3_nested_rig.h"

#define NS 1000ULL
#define DESC_PS (90000ULL + 80) /* 8 and 64 bytes at 100 GB/s after 90 ns */
#define ENTRY_PS (90000ULL + 640)

static void expect_bad_ste(void)
{
	configure();
	expect_event(VA, 0, EVT_ID_BAD_STE_CONFIG);
}

static void expect_good_ste(void)
{
	configure();
	expect_pa(VA, 0, PA);
}

/* --- ILLEGAL STEs (5.2, 5.2.2) --- */

static void stage2_has_one_format(void **state)
{
	expect_good_ste();
	ste[2] = S2_USUAL & ~S2_AA64;
	expect_bad_ste();
	ste[2] = S2_USUAL | S2_ENDI;
	expect_bad_ste();
}

TWEAK(no_stalls, stall, 0)
TWEAK(forced_stalls, stall_forced, 1)
TWEAK(no_httu, httu, 0)
TWEAK(httu_access, httu, 1)
TWEAK(vmid_8, vmid16, 0)

static void no_xnx(struct smmu_params *p)
{
	rig_version(p, 0);
}

static void no_fwb(struct smmu_params *p)
{
	rig_version(p, 1);
	p->fwb = 0;
}

static void s2s_is_legal_as_the_stall_model_says(void **state)
{
	ste[2] |= S2_S;
	expect_good_ste();
	restart_with(no_stalls, true);
	expect_good_ste();
	ste[2] |= S2_S;
	expect_bad_ste();
	restart_with(forced_stalls, true);
	cd_words[0] |= CD_S;
	ste[2] |= S2_S;
	expect_good_ste();
	ste[2] &= ~S2_S;
	expect_bad_ste();
}

static void stage2_updates_are_legal_as_idr0_says(void **state)
{
	static const u64 wants[3] = {S2_HA, S2_HD, S2_HA | S2_HD};
	void (*const tweaks[3])(struct smmu_params *) = {no_httu, httu_access, NULL};
	static const bool is_legal[3][3] = {{0, 0, 0}, {1, 0, 0}, {1, 1, 1}};

	for (u32 i = 0; i < 9; i++) {
		restart_with(tweaks[i / 3], true);
		ste[2] |= wants[i % 3];
		if (is_legal[i / 3][i % 3])
			expect_good_ste();
		else
			expect_bad_ste();
	}
}

static void vmids_of_16_bits_need_the_feature(void **state)
{
	restart_with(vmid_8, true);
	expect_bad_ste();
	ste[2] = (S2_USUAL & ~0xffffULL) | 0xff;
	expect_good_ste();
	ste[2] = (S2_USUAL & ~0xffffULL) | 0x100;
	expect_bad_ste();
	/* it tags what stage 1 alone translates, too, and nothing where nothing is translated */
	ste[0] = RIG_STE_S1 | cd;
	expect_bad_ste();
	ste[0] = RIG_STE_BYPASS;
	configure();
	expect_pa(VA, 0, VA);
}

static void without_stage2(struct smmu_params *p)
{
	p->stage2 = 0;
	p->vmid16 = 0;
}

/* An STE of stage 1 alone, whose tables are where they are. */
static void stage1_alone(void)
{
	pa_t root = rig_alloc(&rig, 4096);

	ste[0] = RIG_STE_S1 | cd;
	cd_words[0] = RIG_CD | 16;
	cd_words[1] = root;
	rig_map(&rig, root, VA, PA | PTE_RW);
}

static void vmids_do_not_matter_where_nothing_is_tagged(void **state)
{
	restart_with(vmid_8, true);
	stage1_alone();
	expect_bad_ste();
	ste[1] = 2ULL << 30; /* world EL2 */
	expect_good_ste();
	restart_with(without_stage2, true);
	stage1_alone();
	expect_good_ste();
}

static void stage2_fields_do_not_matter_without_stage2(void **state)
{
	stage1_alone();
	for (u32 i = 0; i < 64; i++) {
		ste[2] = 1ULL << i | (i < 16 ? 0 : 0x55);
		ste[3] = 1ULL << i;
		expect_good_ste();
	}
}

static void oas_52(struct smmu_params *p)
{
	p->oas_bits = 52;
}

static void oas_52_ds(struct smmu_params *p)
{
	p->oas_bits = 52;
	p->arch_minor = 3;
	p->vax = 1;
	p->ds = 1;
}

/* S2PS and OAS limit S2TTB, and so do 48 bits where descriptors have no more. */
static void s2ttb_is_within_s2ps(void **state)
{
	static const u8 bits[8] = {32, 36, 40, 42, 44, 48, 52, 52};
	void (*const tweaks[3])(struct smmu_params *) = {NULL, oas_52, oas_52_ds};

	for (u32 i = 0; i < 3 * 8 * 3; i++) {
		u32 field = i / 3 % 8, kind = i % 3; /* 4 KiB, 4 KiB with S2DS, 64 KiB */
		u32 most = i / 24 ? 52 : 48;
		u32 limit = bits[field] < most ? bits[field] : most;

		if (i % 24 == 0)
			restart_with(tweaks[i / 24], true);
		if (kind == 0 || (kind == 1 && i / 24 < 2))
			limit = limit < 48 ? limit : 48;
		ste[0] = STE_S2;
		ste[2] = (S2_USUAL & ~S2_PS(7)) | S2_PS(field);
		if (kind == 2) /* from level 2 */
			ste[2] |= S2_TG(1);
		ste[3] = 1ULL << (limit - 1) | (kind == 1 ? 1ULL << 3 : 0);
		configure();
		expect_event(VA, 0, EVT_ID_WALK_EABT);
		if (limit == 52)
			continue;
		ste[3] = 1ULL << limit | (kind == 1 ? 1ULL << 3 : 0);
		expect_bad_ste();
	}
}

/* --- where the walk begins, against an oracle --- */

struct start {
	u32 tg, sl0, tsz;
	bool has_sl0_2, has_ds;
};

/* The level that a walk of @start begins at, 9: S2SL0 is reserved (VTCR_EL2.SL0, SL2). */
static int oracle_level(const struct start *start, u32 oas, bool has_ds)
{
	static const s8 levels[3][4] = {{2, 1, 0, 9}, {3, 2, 1, 9}, {3, 2, 1, 0}};

	if (start->tg == 0 && has_ds && start->has_sl0_2)
		return start->sl0 == 0 && oas == 52 ? -1 : 9;
	if (start->tg == 2 && start->sl0 == 3 && !has_ds)
		return 9;
	/* large tables only for large memories */
	if (start->sl0 == 2 && oas < (start->tg == 2 ? 42 : 44))
		return 9;
	return levels[start->tg][start->sl0];
}

static bool oracle_is_legal(const struct start *start, u32 oas, bool hardware_has_ds)
{
	static const u32 offset_bits[3] = {12, 16, 14};
	bool has_ds = hardware_has_ds && start->has_ds && start->tg != 1;
	u32 input = 64 - start->tsz, below, first;
	int level;

	if (start->tg == 3 || start->tsz > 39 || input > oas)
		return false;
	if (input > 48 && start->tg != 1 && !has_ds)
		return false;
	level = oracle_level(start, oas, has_ds);
	if (level == 9)
		return false;
	/* what levels below the first resolve; the rest is the first's, of 1 to 16 tables */
	below = offset_bits[start->tg];
	for (int l = 3; l > level; l--)
		below += offset_bits[start->tg] - 3;
	if (input <= below)
		return false;
	first = input - below;
	return first <= offset_bits[start->tg] - 3 + 4;
}

static u32 try_start(const struct start *start)
{
	struct rig_access access;
	struct smmu_outcome outcome;
	const u64 words[8] = {STE_S2, 0,
			      S2_T0SZ(start->tsz) | S2_SL0(start->sl0) | S2_TG(start->tg) |
				      S2_PS(5) | S2_AA64 | S2_R,
			      (RIG_TABLES + 0x1000000) | (u64)start->has_sl0_2 << 2 |
				      (u64)start->has_ds << 3};

	rig_put(&rig, RIG_STRTAB + 64 * SID, words, 8);
	rig_prepare(&access, 0, 0);
	smmu_translate_explain(rig.smmu, SID, &access.a, &outcome);
	return outcome.event;
}

static void check_starts(u32 oas, bool has_ds)
{
	u32 nr_legal = 0;

	rig_stop(&rig);
	rig_defaults(&rig);
	rig.params.oas_bits = oas;
	rig.params.ds = has_ds;
	rig.params.unchecked = 1; /* no version has DS without VAX */
	rig.params.config_entries = 0;
	rig_start(&rig);
	smmu_set_clockless(rig.smmu, true);
	rig_enable(&rig);
	for (u32 i = 0; i < 4 * 4 * 64 * 2 * 2; i++) {
		const struct start start = {i % 4, i / 4 % 4, i / 16 % 64, i / 1024 % 2, i / 2048};
		bool is_legal = oracle_is_legal(&start, oas, has_ds);

		nr_legal += is_legal;
		assert_int_equal(try_start(&start),
				 is_legal ? EVT_ID_TRANSLATION_FAULT : EVT_ID_BAD_STE_CONFIG);
	}
	assert_true(nr_legal > 20);
}

static void walks_begin_where_fields_agree(void **state)
{
	static const u8 oas[] = {32, 36, 40, 42, 44, 48, 52};

	for (u32 i = 0; i < sizeof(oas); i++)
		check_starts(oas[i], false);
	check_starts(52, true);
}

static void no_16k(struct smmu_params *p)
{
	p->gran16k = 0;
}

static void no_64k(struct smmu_params *p)
{
	p->gran64k = 0;
}

static void granules_of_stage2_need_the_feature(void **state)
{
	void (*const tweaks[2])(struct smmu_params *) = {no_64k, no_16k};

	for (u32 i = 0; i < 4; i++) {
		restart_with(tweaks[i / 2], true);
		ste[0] = STE_S2;
		ste[2] |= S2_TG(1 + i % 2);
		ste[3] = rig_alloc(&rig, 1 << 16);
		configure();
		expect_event(VA, 0,
			     i / 2 == i % 2 ? EVT_ID_BAD_STE_CONFIG : EVT_ID_TRANSLATION_FAULT);
	}
}

/* Sixteen tables of level 2 side by side, and an S2TTB that is not aligned to all of them. */
static void first_tables_stand_side_by_side(void **state)
{
	pa_t first = rig_alloc(&rig, 16 * 4096);

	ste[0] = STE_S2;
	ste[2] = (S2_USUAL & ~(S2_T0SZ(63) | S2_SL0(3))) | S2_T0SZ(64 - 34) | S2_SL0(0);
	ste[3] = first | 0x5000;
	for (u64 i = 0; i < 16; i++)
		rig_put1(&rig, first + 4096 * i + 8 * i, (PA + (i << 21)) | PTE_BLOCK | S2_RW);
	configure();
	for (u64 i = 0; i < 16; i++)
		expect_pa(((i << 30) + (i << 21)) | 0x123, 0, (PA + (i << 21)) | 0x123);
	expect_s2(1ULL << 34, 0, (struct s2_fault){EVT_ID_TRANSLATION_FAULT, CLASS_IN, 1ULL << 34});
}

/* --- ranges and sizes (3.4) --- */

static void input_beyond_ias_is_an_address_size_fault_of_stage1(void **state)
{
	stage2_alone();
	expect_s1(1ULL << 48, 0, EVT_ID_ADDR_SIZE_FAULT);
	expect_s2((1ULL << 48) - 1, 0,
		  (struct s2_fault){EVT_ID_TRANSLATION_FAULT, CLASS_IN, (1ULL << 48) - 1});
}

static void ipa_beyond_s2t0sz_is_a_translation_fault(void **state)
{
	const u64 beyond = 1ULL << 39 | IPA;

	s1_map(VA, beyond, PTE_RW);
	expect_s2(VA, 0, (struct s2_fault){EVT_ID_TRANSLATION_FAULT, CLASS_IN, beyond});
	stage2_alone();
	expect_s2(beyond, 0, (struct s2_fault){EVT_ID_TRANSLATION_FAULT, CLASS_IN, beyond});
}

static void output_beyond_s2ps_is_an_address_size_fault(void **state)
{
	ste[2] = (S2_USUAL & ~S2_PS(7)) | S2_PS(2);
	configure();
	s2_map(IPA, 1ULL << 40, S2_RW);
	expect_s2(VA, 0, (struct s2_fault){EVT_ID_ADDR_SIZE_FAULT, CLASS_IN, IPA});
	s2_map(IPA, 1ULL << 39, S2_RW);
	expect_pa(VA, 0, 1ULL << 39);
	rig_put1(&rig, s2_slot(IPA, 2), 1ULL << 40 | PTE_TABLE);
	rig_tlbi_all(&rig);
	expect_s2(VA, 0, (struct s2_fault){EVT_ID_ADDR_SIZE_FAULT, CLASS_IN, IPA});
}

/* --- events (7.3) --- */

/* The one record that an access leaves. */
static void take_record(u64 address, u32 flags, u64 event[4])
{
	struct rig_access access;

	assert_int_equal(rig_do(port, &access, address, flags), PORT_ABORTED);
	assert_true(rig_event(&rig, event));
	assert_int_equal(rig_nr_events(&rig), 0);
}

static void check_record(u64 address, u32 flags, struct s2_fault fault)
{
	u64 event[4];

	take_record(address, flags, event);
	assert_int_equal(event[0], fault.event | (u64)SID << 32);
	assert_int_equal(event[1] & ~EVTQ_1_TTRnW, EVTQ_1_S2 | (u64)fault.class << 40 |
							   (flags & RIG_WRITE ? 0 : EVTQ_1_RnW) |
							   (flags & RIG_PRIV ? EVTQ_1_PnU : 0));
	assert_int_equal(event[2], address);
	assert_int_equal(event[3], fault.ipa & ~0xfffULL);
}

/* What is wrong with the stage 2 page of an IPA, and the event that it gives. */
static const struct wrong {
	u64 desc;
	u32 event;
} wrongs[] = {
	{0, EVT_ID_TRANSLATION_FAULT},
	{PA | PTE_BLOCK | S2_RW, EVT_ID_TRANSLATION_FAULT},
	{1ULL << 47 | PTE_PAGE | S2_RW, EVT_ID_ADDR_SIZE_FAULT},
	{PA | PTE_PAGE | S2_NO_AF, EVT_ID_ACCESS_FAULT},
	{PA | PTE_PAGE | (S2_RW & ~S2_READ), EVT_ID_PERMISSION_FAULT},
};
#define NR_WRONGS (sizeof(wrongs) / sizeof(wrongs[0]))

static void stage2_faults_say_what_was_asked_for(void **state)
{
	pa_t leaf_table = s1_slot(VA, 3) & ~0xfffULL;

	ste[2] = (S2_USUAL & ~S2_PS(7)) | S2_PS(4);
	configure();
	for (u32 i = 0; i < NR_WRONGS; i++) {
		rig_put1(&rig, s2_slot(IPA, 3), wrongs[i].desc);
		rig_tlbi_all(&rig);
		check_record(VA + 0x123, RIG_PRIV,
			     (struct s2_fault){wrongs[i].event, CLASS_IN, IPA});
		/* the table's address, with the place of the descriptor, which is recorded by page
		 */
		s2_map(IPA, PA, S2_RW);
		rig_put1(&rig, s2_slot(GUEST + leaf_table, 3), wrongs[i].desc);
		rig_tlbi_all(&rig);
		check_record(VA + 0x123, RIG_WRITE,
			     (struct s2_fault){wrongs[i].event, CLASS_TT, GUEST + leaf_table});
		s2_map(GUEST + leaf_table, leaf_table, S2_RW);
		rig_put1(&rig, s2_slot(GUEST + cd, 3), wrongs[i].desc);
		configure();
		check_record(VA + 0x123, 0,
			     (struct s2_fault){wrongs[i].event, CLASS_CD, GUEST + cd});
		s2_map(GUEST + cd, cd, S2_RW);
		configure();
		expect_pa(VA, 0, PA);
	}
}

static void a_failed_fetch_of_a_cd_is_not_cached(void **state)
{
	rig_put1(&rig, s2_slot(GUEST + cd, 3), 0);
	expect_s2(VA, 0, (struct s2_fault){EVT_ID_TRANSLATION_FAULT, CLASS_CD, GUEST + cd});
	s2_map(GUEST + cd, cd, S2_RW);
	expect_pa(VA, 0, PA);
}

/* A level 1 table of CDs and the CDs themselves are both behind stage 2. */
static void level1_cds_are_read_through_stage2(void **state)
{
	pa_t l1 = guest_page();
	struct rig_access access;
	struct smmu_outcome outcome;

	ste[0] = STE_NESTED | (GUEST + l1) | 8ULL << 59 | 1ULL << 4;
	configure();
	rig_put1(&rig, l1 + 8, (GUEST + cd) | 1);
	for (u32 broken = 0; broken < 3; broken++) {
		s2_map(GUEST + l1, broken == 1 ? RIG_NOWHERE : l1, broken ? S2_RW : S2_NO_AF);
		if (broken == 2)
			s2_map(GUEST + cd, cd, S2_NO_AF);
		rig_tlbi_all(&rig);
		rig_prepare(&access, VA, rig_pasid(64));
		smmu_translate_explain(rig.smmu, SID, &access.a, &outcome);
		assert_int_equal(outcome.event,
				 broken == 1 ? EVT_ID_CD_FETCH_FAULT : EVT_ID_ACCESS_FAULT);
		if (broken == 1)
			assert_int_equal(outcome.fetch_address, RIG_NOWHERE + 8);
		else
			assert_int_equal(outcome.ipa & ~0xfffULL, GUEST + (broken ? cd : l1));
	}
	s2_map(GUEST + cd, cd, S2_RW);
	assert_int_equal(smmu_translate(rig.smmu, SID, &access.a), PORT_DONE);
	assert_int_equal(access.a.pa, PA);
}

/* What is asked of stage 2 is in a part of its range whose tables cannot be read. */
static void aborted_fetches_of_stage2_say_what_for(void **state)
{
	const u64 far = 3ULL << 30 | 0x7000;
	pa_t table_slot = s1_slot(VA, 2), pa;
	u64 table = rig_get(&rig, table_slot);

	rig_put1(&rig, s2_slot(far, 1), RIG_NOWHERE | PTE_TABLE);
	for (u32 class = CLASS_CD; class <= CLASS_IN; class ++) {
		struct smmu_outcome got;

		ste[0] = STE_NESTED | (class == CLASS_CD ? far : GUEST + cd);
		rig_put1(&rig, table_slot, class == CLASS_TT ? far | PTE_TABLE : table);
		if (class == CLASS_IN)
			s1_map(VA, far, PTE_RW);
		configure();
		got = explain(VA, 0, &pa);
		assert_int_equal(got.event, EVT_ID_WALK_EABT);
		assert_true(got.is_stage2);
		assert_int_equal(got.fault_class, class);
		assert_int_equal(got.fetch_address, RIG_NOWHERE + 8 * ((far >> 21) & 511));
	}
}

static void context_pointers_are_within_ias(void **state)
{
	struct rig_access access;
	struct smmu_outcome outcome;
	pa_t l1 = guest_page();

	/* beyond what stage 2 takes */
	ste[0] = STE_NESTED | 1ULL << 39;
	configure();
	expect_s2(VA, 0, (struct s2_fault){EVT_ID_TRANSLATION_FAULT, CLASS_CD, 1ULL << 39});
	/* beyond all IPAs */
	ste[0] = STE_NESTED | 1ULL << 48;
	expect_bad_ste();
	ste[0] = STE_NESTED | (GUEST + l1) | 8ULL << 59 | 1ULL << 4;
	configure();
	rig_put1(&rig, l1, 1ULL << 48 | 1);
	rig_prepare(&access, VA, rig_pasid(3));
	smmu_translate_explain(rig.smmu, SID, &access.a, &outcome);
	assert_int_equal(outcome.event, EVT_ID_BAD_SUBSTREAMID_CONFIG);
}

static void aborted_fetches_of_stage1_are_of_stage1(void **state)
{
	pa_t leaf_table = s1_slot(VA, 3) & ~0xfffULL, pa;
	struct smmu_outcome got;

	s2_map(GUEST + leaf_table, RIG_NOWHERE, S2_RW);
	got = explain(VA, 0, &pa);
	assert_int_equal(got.event, EVT_ID_WALK_EABT);
	assert_false(got.is_stage2);
	assert_int_equal(got.fault_class, CLASS_TT);
	assert_int_equal(got.fetch_address, RIG_NOWHERE + 8 * (VA >> 12));
	s2_map(GUEST + cd, RIG_NOWHERE, S2_RW);
	configure();
	got = explain(VA, 0, &pa);
	assert_int_equal(got.event, EVT_ID_CD_FETCH_FAULT);
	assert_int_equal(got.fetch_address, RIG_NOWHERE);
}

static void ttrnw_tells_an_update_from_a_fetch(void **state)
{
	pa_t leaf_table = s1_slot(VA, 3) & ~0xfffULL;
	u64 event[4];

	s2_map(GUEST + leaf_table, leaf_table, S2_RW & ~S2_READ);
	take_record(VA, RIG_WRITE, event);
	assert_int_equal(event[0] & 0xff, EVT_ID_PERMISSION_FAULT);
	assert_int_equal(event[1], EVTQ_1_S2 | (u64)CLASS_TT << 40 | EVTQ_1_TTRnW);
	/* stage 1 wants to set its access flag, for a read */
	s2_map(GUEST + leaf_table, leaf_table, S2_RO);
	s1_map(VA, IPA, PTE_RW & ~PTE_AF);
	cd_words[0] |= CD_HA;
	configure();
	take_record(VA, 0, event);
	assert_int_equal(event[0] & 0xff, EVT_ID_PERMISSION_FAULT);
	assert_int_equal(event[1], EVTQ_1_S2 | (u64)CLASS_TT << 40 | EVTQ_1_RnW);
	assert_int_equal(event[3], GUEST + leaf_table);
	assert_false(rig_get(&rig, s1_slot(VA, 3)) & PTE_AF);
}

/* --- fault model of stage 2 (5.5) --- */

static void s2r_0_leaves_no_record(void **state)
{
	struct rig_access access;

	ste[2] &= ~S2_R;
	configure();
	rig_put1(&rig, s2_slot(IPA, 3), 0);
	assert_int_equal(rig_do(port, &access, VA, 0), PORT_ABORTED);
	assert_int_equal(rig_nr_events(&rig), 0);
	/* only these faults are silent, and only those of stage 2 */
	rig_put1(&rig, s2_slot(IPA, 2), RIG_NOWHERE | PTE_TABLE);
	rig_tlbi_all(&rig);
	assert_int_equal(rig_do(port, &access, VA, 0), PORT_ABORTED);
	assert_int_equal(rig_nr_events(&rig), 1);
	assert_int_equal(rig_do(port, &access, VA + 0x1000, 0), PORT_ABORTED);
	assert_int_equal(rig_nr_events(&rig), 2);
}

static void raz_wi_allowed(struct smmu_params *p)
{
	p->abort_only = 0;
}

static void stage2_does_not_ask_the_cd_what_to_do(void **state)
{
	struct rig_access access;

	restart_with(raz_wi_allowed, true);
	/* A and R of stage 1 are 0 */
	cd_words[0] &= ~(1ULL << 46 | 1ULL << 45);
	configure();
	rig_put1(&rig, s2_slot(IPA, 3), 0);
	assert_int_equal(rig_do(port, &access, VA, 0), PORT_ABORTED);
	assert_int_equal(rig_nr_events(&rig), 1);
	assert_int_equal(rig_do(port, &access, VA + 0x1000, 0), PORT_DONE);
	assert_true(access.a.is_raz_wi);
	assert_int_equal(rig_nr_events(&rig), 1);
}

static void resume(u64 event[4])
{
	assert_true(event[1] & EVTQ_1_STALL);
	rig_cmd(&rig, 0x44 | 1ULL << 12 | (u64)SID << 32, event[1] & 0xffff);
}

/* The hypervisor maps what a stalled access needs, one thing after the other. */
static void s2s_stalls_until_the_hypervisor_has_mapped(void **state)
{
	pa_t leaf_table = s1_slot(VA, 3) & ~0xfffULL;
	const struct {
		u64 ipa;
		pa_t pa;
		enum class class;
	} needs[] = {{GUEST + cd, cd, CLASS_CD},
		     {GUEST + leaf_table, leaf_table, CLASS_TT},
		     {IPA, PA, CLASS_IN}};
	struct rig_access access;
	u64 event[4];

	ste[2] = (S2_USUAL | S2_S) & ~S2_R; /* a stall is recorded whatever S2R says */
	configure();
	for (u32 i = 0; i < 3; i++)
		rig_put1(&rig, s2_slot(needs[i].ipa, 3), 0);
	assert_int_equal(rig_do(port, &access, VA, RIG_WRITE), PORT_PENDING);
	for (u32 i = 0; i < 3; i++) {
		assert_int_equal(access.nr_completed, 0);
		assert_true(rig_event(&rig, event));
		assert_int_equal(event[0] & 0xff, EVT_ID_TRANSLATION_FAULT);
		assert_int_equal(event[1] >> 40 & 3, needs[i].class);
		assert_int_equal(event[3], needs[i].ipa);
		s2_map(needs[i].ipa, needs[i].pa, S2_RW);
		resume(event);
	}
	assert_int_equal(access.nr_completed, 1);
	assert_int_equal(access.a.status, PORT_DONE);
	assert_int_equal(access.a.pa, PA);
	assert_int_equal(access.a.nr_stalls, 3);
	assert_int_equal(rig_nr_events(&rig), 0);
}

static void each_stage_stalls_by_its_own_bit(void **state)
{
	for (u32 i = 0; i < 8; i++) {
		bool is_s2_fault = i & 1, s1_stalls = i & 2, s2_stalls = i & 4;
		struct rig_access access;
		u64 event[4];

		restart_with(NULL, true);
		cd_words[0] |= s1_stalls ? CD_S : 0;
		ste[2] |= s2_stalls ? S2_S : 0;
		configure();
		rig_put1(&rig, is_s2_fault ? s2_slot(IPA, 3) : s1_slot(VA, 3), 0);
		assert_int_equal(rig_do(port, &access, VA, 0), (is_s2_fault ? s2_stalls : s1_stalls)
								       ? PORT_PENDING
								       : PORT_ABORTED);
		assert_true(rig_event(&rig, event));
		assert_int_equal(!!(event[1] & EVTQ_1_STALL), is_s2_fault ? s2_stalls : s1_stalls);
	}
}

static void too_large_an_input_never_stalls(void **state)
{
	struct rig_access access;

	ste[0] = STE_S2;
	ste[2] |= S2_S;
	configure();
	assert_int_equal(rig_do(port, &access, 1ULL << 48, 0), PORT_ABORTED);
	assert_int_equal(rig_nr_events(&rig), 1);
}

/* --- what is permitted --- */

/* One stage grants what is in @rwx: reading, writing, executing, each for both privileges. */
static void both_stages_must_permit(void **state)
{
	for (u32 i = 0; i < 64; i++) {
		u32 s1 = i % 8, s2 = i / 8, both = s1 & s2;

		/* stage 1 has no page that can be written and not read */
		if (!(s1 & 1))
			continue;
		s1_map(VA, IPA,
		       PTE_AF | PTE_NG | PTE_EL0 | (s1 & 2 ? 0 : PTE_RO) |
			       (s1 & 4 ? 0 : 3ULL << 53));
		s2_map(IPA, PA,
		       PTE_AF | S2_NORMAL | (s2 & 1 ? S2_READ : 0) | (s2 & 2 ? S2_WRITE : 0) |
			       (s2 & 4 ? 0 : XN(2)));
		rig_tlbi_all(&rig);
		for (u32 n = 0; n < 2; n++) { /* and from the TLB */
			expect_event(VA, 0, both & 1 ? 0 : EVT_ID_PERMISSION_FAULT);
			expect_event(VA, RIG_WRITE, both & 2 ? 0 : EVT_ID_PERMISSION_FAULT);
			expect_event(VA, RIG_INSTR, both & 4 ? 0 : EVT_ID_PERMISSION_FAULT);
		}
		/* stage 1 looks first */
		if (!(s1 & 2))
			expect_s1(VA, RIG_WRITE, EVT_ID_PERMISSION_FAULT);
		else if (!(s2 & 2))
			expect_s2(VA, RIG_WRITE,
				  (struct s2_fault){EVT_ID_PERMISSION_FAULT, CLASS_IN, IPA});
	}
}

static void check_xn(bool has_xnx, u32 xn, bool el0_may, bool el1_may)
{
	restart_with(has_xnx ? NULL : no_xnx, true);
	stage2_alone();
	s2_map(IPA, PA, S2_RW | XN(xn));
	expect_event(IPA, RIG_INSTR, el0_may ? 0 : EVT_ID_PERMISSION_FAULT);
	expect_event(IPA, RIG_INSTR | RIG_PRIV, el1_may ? 0 : EVT_ID_PERMISSION_FAULT);
	expect_event(IPA, 0, 0);
}

static void xnx_tells_privileges_apart(void **state)
{
	check_xn(true, 0, true, true);
	check_xn(true, 1, true, false);
	check_xn(true, 2, false, false);
	check_xn(true, 3, false, true);
	check_xn(false, 0, true, true);
	check_xn(false, 1, true, true);
	check_xn(false, 2, false, false);
	check_xn(false, 3, false, false);
}

/* Is a page with @memattr Device, with and without S2FWB? */
static const struct {
	u8 memattr;
	bool is_device, is_device_by_fwb;
} memory_types[] = {{0, 1, 1}, {3, 1, 1}, {5, 0, 0}, {7, 0, 0}, {0xa, 0, 1}, {0xf, 0, 0}};

static void check_protected_walk(u32 i, bool has_fwb, bool is_protected)
{
	bool is_device = has_fwb ? memory_types[i].is_device_by_fwb : memory_types[i].is_device;
	u64 attrs = PTE_AF | S2_READ | S2_WRITE | (u64)memory_types[i].memattr << 2;
	pa_t leaf_table = s1_slot(VA, 3) & ~0xfffULL;
	u32 event = is_device && is_protected ? EVT_ID_PERMISSION_FAULT : 0;

	ste[1] = has_fwb ? STE_S2FWB : 0;
	ste[2] = S2_USUAL | (is_protected ? S2_PTW : 0);
	s2_map(GUEST + leaf_table, leaf_table, attrs);
	configure();
	expect_event(VA, 0, event);
	if (event)
		expect_s2(VA, 0, (struct s2_fault){event, CLASS_TT, GUEST + leaf_table});
	s2_map(GUEST + leaf_table, leaf_table, S2_RW);
	s2_map(GUEST + cd, cd, attrs);
	configure();
	if (event)
		expect_s2(VA, 0, (struct s2_fault){event, CLASS_CD, GUEST + cd});
	else
		expect_pa(VA, 0, PA);
	/* the access itself may go where it likes */
	s2_map(GUEST + cd, cd, S2_RW);
	s2_map(IPA, PA, attrs);
	configure();
	expect_pa(VA, 0, PA);
	s2_map(IPA, PA, S2_RW);
}

static void s2ptw_keeps_walks_out_of_device_memory(void **state)
{
	for (u32 i = 0; i < 4 * sizeof(memory_types) / sizeof(memory_types[0]); i++)
		check_protected_walk(i / 4, i & 1, i & 2);
}

static void s2fwb_is_ignored_without_the_feature(void **state)
{
	pa_t leaf_table;

	restart_with(no_fwb, true);
	leaf_table = s1_slot(VA, 3) & ~0xfffULL;
	s2_map(GUEST + leaf_table, leaf_table, PTE_AF | S2_READ | S2_WRITE | 0xaULL << 2);
	ste[1] = STE_S2FWB;
	ste[2] |= S2_PTW;
	configure();
	expect_pa(VA, 0, PA);
}

static void s1dss_bypass_is_stage2_alone(void **state)
{
	struct rig_access access;

	ste[0] |= 8ULL << 59;
	ste[1] = 1;
	configure();
	rig_put1(&rig, s2_slot(GUEST + cd, 3), 0); /* no CD is read */
	expect_pa(IPA + 8, 0, PA + 8);
	expect_s1(1ULL << 48, 0, EVT_ID_ADDR_SIZE_FAULT);
	expect_s2(IPA + 0x1000, 0,
		  (struct s2_fault){EVT_ID_TRANSLATION_FAULT, CLASS_IN, IPA + 0x1000});
	rig_prepare(&access, VA, rig_pasid(3));
	assert_int_equal(smmu_translate(rig.smmu, SID, &access.a), PORT_ABORTED);
}

static void substreams_need_stage1(void **state)
{
	struct rig_access access;
	struct smmu_outcome outcome;

	stage2_alone();
	rig_prepare(&access, IPA, rig_pasid(3));
	smmu_translate_explain(rig.smmu, SID, &access.a, &outcome);
	assert_int_equal(outcome.event, EVT_ID_BAD_SUBSTREAMID_CONFIG);
}

/* --- ATS (3.13.7, 13.6, 13.7) --- */

#define EATS(n) ((u64)(n) << 28)

static void with_ats(struct smmu_params *p)
{
	p->ats = 1;
}

static void complete(struct port_access *access)
{
}

static struct port_translation request(u64 address, u32 flags)
{
	struct port_translation t;
	struct rig_access prepared;

	memset(&t, 0, sizeof(t));
	rig_prepare(&prepared, address, flags);
	t.access = prepared.a;
	t.access.complete = complete;
	t.completion = 99;
	port->ops->translation_request(port, &t);
	rig_run(&rig);
	return t;
}

static enum port_status translated(u64 address, u32 flags, pa_t *pa)
{
	struct rig_access access;
	enum port_status status;

	rig_prepare(&access, address, flags);
	status = port->ops->translated(port, &access.a);
	if (status == PORT_PENDING) {
		rig_run(&rig);
		status = access.nr_completed ? access.a.status : PORT_PENDING;
	}
	*pa = access.a.pa;
	return status;
}

static struct port_endpoint endpoint;

static void start_ats(u32 eats, bool has_atschk)
{
	static const struct port_endpoint_ops no_ops = {0};

	restart_with(with_ats, false);
	endpoint.ops = &no_ops;
	port->endpoint = &endpoint;
	rig_w32(&rig, ARM_SMMU_CR0,
		CR0_SMMUEN | CR0_EVTQEN | CR0_CMDQEN | (has_atschk ? CR0_ATSCHK : 0));
	ste[1] = EATS(eats);
	configure();
}

static void full_ats_is_told_the_end_of_both_stages(void **state)
{
	struct port_translation t;
	pa_t pa;

	start_ats(1, true);
	t = request(VA, RIG_WRITE);
	assert_int_equal(t.completion, PORT_COMPLETION_SUCCESS);
	assert_int_equal(t.access.pa, PA);
	assert_true(t.is_readable && t.is_writable);
	assert_int_equal(translated(PA, 0, &pa), PORT_DONE);
	assert_int_equal(pa, PA);
}

static void split_stage_is_told_ipas_that_stage2_translates(void **state)
{
	struct port_translation t;
	u64 event[4];
	pa_t pa;

	start_ats(2, true);
	s2_map(IPA, PA, S2_RO);
	for (u32 i = 0; i < 2; i++) {
		t = request(VA + 8, RIG_WRITE);
		assert_int_equal(t.completion, PORT_COMPLETION_SUCCESS);
		assert_int_equal(t.access.pa, IPA + 8);
		/* what both stages permit */
		assert_true(t.is_readable);
		assert_false(t.is_writable);
		assert_int_equal(t.lg2, 12);
	}
	assert_int_equal(translated(IPA + 16, 0, &pa), PORT_DONE);
	assert_int_equal(pa, PA + 16);
	assert_int_equal(rig_nr_events(&rig), 0);
	assert_int_equal(translated(IPA + 16, RIG_WRITE, &pa), PORT_ABORTED);
	assert_true(rig_event(&rig, event));
	assert_int_equal(event[0] & 0xff, EVT_ID_PERMISSION_FAULT);
	assert_int_equal(event[1], EVTQ_1_S2 | (u64)CLASS_IN << 40);
	assert_int_equal(event[3], IPA);
	assert_int_equal(translated(1ULL << 48, 0, &pa), PORT_ABORTED);
}

static void split_stage_without_stage1_is_identity(void **state)
{
	struct port_translation t;

	start_ats(2, true);
	ste[0] |= 8ULL << 59;
	ste[1] |= 1;
	configure();
	s2_map(IPA, PA, S2_RO);
	t = request(IPA, RIG_WRITE);
	assert_int_equal(t.completion, PORT_COMPLETION_SUCCESS);
	assert_int_equal(t.access.pa, IPA);
	assert_true(t.is_readable);
	assert_false(t.is_writable);
}

static void split_stage_needs_atschk(void **state)
{
	u64 event[4];

	start_ats(2, false);
	assert_int_equal(request(VA, 0).completion, PORT_COMPLETION_UNSUPPORTED);
	assert_true(rig_event(&rig, event));
	assert_int_equal(event[0] & 0xff, EVT_ID_BAD_ATS_TREQ);
}

/* A page that only privileged software of the guest may use. */
static void requests_without_pasid_ask_for_unprivileged_data(void **state)
{
	struct port_translation t;

	start_ats(1, true);
	s1_map(VA, IPA, PTE_RW & ~PTE_EL0);
	t = request(VA, RIG_PRIV | RIG_INSTR);
	assert_int_equal(t.completion, PORT_COMPLETION_SUCCESS);
	assert_false(t.is_readable || t.is_writable || t.is_executable);
	s1_map(VA, IPA, PTE_RW);
	rig_tlbi_all(&rig);
	t = request(VA, RIG_PRIV | RIG_INSTR);
	assert_true(t.is_readable);
	assert_false(t.is_executable);
}

/* Nobody may execute the page. */
static void translated_transactions_are_unprivileged_data(void **state)
{
	u64 event[4];
	pa_t pa;

	start_ats(2, true);
	s2_map(IPA, PA, S2_RW | XN(2));
	assert_int_equal(translated(IPA, RIG_PRIV | RIG_INSTR, &pa), PORT_DONE);
	s2_map(IPA, PA, S2_RO);
	rig_tlbi_all(&rig);
	assert_int_equal(translated(IPA, RIG_PRIV | RIG_WRITE, &pa), PORT_ABORTED);
	assert_true(rig_event(&rig, event));
	assert_int_equal(event[1], EVTQ_1_S2 | (u64)CLASS_IN << 40);
	/* but an override of the STE applies */
	ste[1] |= 3ULL << 48;
	configure();
	assert_int_equal(translated(IPA, RIG_WRITE, &pa), PORT_ABORTED);
	assert_true(rig_event(&rig, event));
	assert_int_equal(event[1], EVTQ_1_S2 | (u64)CLASS_IN << 40 | EVTQ_1_PnU);
}

static void no_split(struct smmu_params *p)
{
	p->ats = 1;
	p->split_ats = 0;
}

static void eats_is_legal_as_stages_and_s2s_say(void **state)
{
	restart_with(with_ats, true);
	for (u32 i = 0; i < 16; i++) {
		u32 eats = i % 4;
		bool has_s2s = i & 4, is_nested = i & 8;
		/* split stage needs both; nothing that may stall goes with ATS */
		bool is_legal = eats == 2 ? is_nested && !has_s2s : eats != 1 || !has_s2s;

		ste[0] = is_nested ? STE_NESTED | (GUEST + cd) : STE_S2;
		ste[1] = EATS(eats);
		ste[2] = S2_USUAL | (has_s2s ? S2_S : 0);
		configure();
		expect_event(is_nested ? VA : IPA, 0, is_legal ? 0 : EVT_ID_BAD_STE_CONFIG);
	}
	/* S2S is no field of a stream without stage 2 */
	stage1_alone();
	ste[1] = EATS(1);
	ste[2] |= S2_S;
	expect_good_ste();
	ste[1] = EATS(2);
	expect_bad_ste();
	restart_with(no_split, true);
	ste[1] = EATS(2);
	expect_bad_ste();
}

static void requests_make_dirty_only_with_intent_to_write(void **state)
{
	for (u32 i = 0; i < 8; i++) {
		bool is_write = i & 1, is_s1_clean = i & 2, is_cached = i & 4;
		struct port_translation t;

		start_ats(1, true);
		s1_map(VA, IPA, (PTE_RW & ~PTE_AF) | PTE_RO | (is_s1_clean ? DBM : 0));
		s2_map(IPA, PA, (S2_NO_AF & ~S2_WRITE) | DBM);
		enable_updates(CD_HA | CD_HD, S2_HA | S2_HD);
		if (is_cached)
			assert_false(request(VA, 0).is_writable);
		t = request(VA, is_write ? RIG_WRITE : 0);
		assert_int_equal(t.completion, PORT_COMPLETION_SUCCESS);
		assert_true(t.is_readable);
		assert_int_equal(t.is_writable, is_write && is_s1_clean);
		assert_true(s1_leaf() & PTE_AF);
		assert_true(s2_leaf(IPA) & PTE_AF);
		/* where stage 1 does not permit the write, stage 2 stays clean */
		assert_int_equal(!(s1_leaf() & PTE_RO), is_write && is_s1_clean);
		assert_int_equal(!!(s2_leaf(IPA) & S2_WRITE), is_write && is_s1_clean);
	}
}

static void requests_that_are_granted_nothing_touch_nothing(void **state)
{
	struct port_translation t;

	start_ats(1, true);
	s1_map(VA, IPA, PTE_RW & ~PTE_AF & ~PTE_EL0);
	enable_updates(CD_HA | CD_HD, S2_HA | S2_HD);
	t = request(VA, RIG_WRITE);
	assert_int_equal(t.completion, PORT_COMPLETION_SUCCESS);
	assert_false(t.is_readable || t.is_writable);
	assert_false(s1_leaf() & PTE_AF);
	s1_map(VA, IPA, PTE_RW);
	s2_map(IPA, PA, S2_NO_AF & ~S2_READ & ~S2_WRITE);
	t = request(VA, RIG_WRITE);
	assert_false(t.is_readable || t.is_writable);
	assert_false(s2_leaf(IPA) & PTE_AF);
	s2_map(IPA, PA, S2_RW);
	/* without hardware updates a page that is not accessed is no page */
	s1_map(VA, IPA, PTE_RW & ~PTE_AF);
	enable_updates(0, 0);
	t = request(VA, RIG_WRITE);
	assert_false(t.is_readable || t.is_writable);
	assert_int_equal(rig_nr_events(&rig), 0);
}

/* --- time --- */

static void no_walk_caches(struct smmu_params *p)
{
	p->walk_l0_entries = p->walk_l1_entries = p->walk_l2_entries = p->walk_l3_entries = 0;
	p->s2_walk_l0_entries = p->s2_walk_l1_entries = 0;
	p->s2_walk_l2_entries = p->s2_walk_l3_entries = 0;
}

static void no_walk_caches_one_slot(struct smmu_params *p)
{
	no_walk_caches(p);
	p->walk_slots = 1;
}

static u64 latency(u64 address, u32 flags)
{
	struct rig_access access;
	u64 start_ps = sim_now_ps();

	assert_int_equal(rig_do(port, &access, address, flags), PORT_DONE);
	return access.a.done_ps - start_ps;
}

/* Micro-TLB, TLB, link, configuration cache, TLB again, link. */
#define FIXED_PS ((1 + 3 + 8 + 3 + 8) * NS)
#define FETCH_PS (DESC_PS + NS)
/* A walk of stage 2: walk cache, three descriptors. */
#define WALK2_PS (4 * NS + 3 * FETCH_PS)
/* What stage 1 takes: walk cache, and for each of three descriptors a walk of stage 2. */
#define WALK1_PS (4 * NS + 3 * (WALK2_PS + FETCH_PS))

static void a_nested_walk_takes_the_sum_of_its_parts(void **state)
{
	const u64 config_ps = ENTRY_PS + NS + WALK2_PS + ENTRY_PS + NS + 3 * NS;

	restart_with(no_walk_caches, false);
	assert_int_equal(latency(VA, 0), FIXED_PS + config_ps + WALK1_PS + WALK2_PS);
	rig_tlbi_all(&rig);
	assert_int_equal(latency(VA, 0), FIXED_PS + WALK1_PS + WALK2_PS);
	/* both leaves are written, and stage 2 asked for the place of stage 1's again */
	s1_map(VA, IPA, PTE_RW & ~PTE_AF);
	s2_map(IPA, PA, S2_NO_AF);
	enable_updates(CD_HA, S2_HA);
	latency(VA, 0);
	s1_map(VA, IPA, PTE_RW & ~PTE_AF);
	s2_map(IPA, PA, S2_NO_AF);
	rig_tlbi_all(&rig);
	assert_int_equal(latency(VA, 0), FIXED_PS + WALK1_PS + WALK2_PS + WALK2_PS + 2 * FETCH_PS);
}

static void walk_caches_of_both_stages_save_fetches(void **state)
{
	restart_with(NULL, false);
	s1_map(VA + 0x1000, IPA + 0x1000, PTE_RW);
	s2_map(IPA + 0x1000, PA + 0x1000, S2_RW);
	latency(VA, 0);
	/* stage 1's leaf, whose page stage 2 knows; stage 2's leaf */
	assert_int_equal(latency(VA + 0x1000, 0),
			 FIXED_PS + 4 * NS + (4 * NS + FETCH_PS) + (4 * NS + FETCH_PS));
}

/* Two cold walks at once. Return: until both end. */
static u64 two_walks(void (*tweak)(struct smmu_params *))
{
	struct rig_access a, b;
	struct port *other;
	u64 start_ps;

	restart_with(tweak, false);
	rig_put(&rig, RIG_STRTAB + 64 * (SID + 1), ste, 8);
	other = smmu_port_create(rig.smmu, SID + 1);
	latency(VA, 0);
	assert_int_equal(rig_do(other, &a, VA, 0), PORT_DONE);
	rig_tlbi_all(&rig);
	s1_map(VA + 0x1000, IPA + 0x1000, PTE_RW);
	s2_map(IPA + 0x1000, PA + 0x1000, S2_RW);
	start_ps = sim_now_ps();
	rig_issue(port, &a, VA, 0);
	rig_issue(other, &b, VA + 0x1000, 0);
	rig_run(&rig);
	assert_int_equal(a.nr_completed + b.nr_completed, 2);
	return sim_now_ps() - start_ps;
}

static void a_nested_walk_takes_one_slot_for_both_stages(void **state)
{
	const u64 one = FIXED_PS + WALK1_PS + WALK2_PS;
	u64 serial = two_walks(no_walk_caches_one_slot);
	u64 overlapping = two_walks(no_walk_caches);

	/* the second begins when the first has digested its last descriptor */
	assert_in_range(serial, 2 * (WALK1_PS + WALK2_PS), 2 * one);
	assert_in_range(overlapping, one, one + 15 * 80);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(stage2_has_one_format),
		T(s2s_is_legal_as_the_stall_model_says),
		T(stage2_updates_are_legal_as_idr0_says),
		T(vmids_of_16_bits_need_the_feature),
		T(vmids_do_not_matter_where_nothing_is_tagged),
		T(stage2_fields_do_not_matter_without_stage2),
		T(s2ttb_is_within_s2ps),
		T(walks_begin_where_fields_agree),
		T(granules_of_stage2_need_the_feature),
		T(first_tables_stand_side_by_side),
		T(input_beyond_ias_is_an_address_size_fault_of_stage1),
		T(ipa_beyond_s2t0sz_is_a_translation_fault),
		T(output_beyond_s2ps_is_an_address_size_fault),
		T(stage2_faults_say_what_was_asked_for),
		T(a_failed_fetch_of_a_cd_is_not_cached),
		T(level1_cds_are_read_through_stage2),
		T(aborted_fetches_of_stage2_say_what_for),
		T(context_pointers_are_within_ias),
		T(aborted_fetches_of_stage1_are_of_stage1),
		T(ttrnw_tells_an_update_from_a_fetch),
		T(s2r_0_leaves_no_record),
		T(stage2_does_not_ask_the_cd_what_to_do),
		T(s2s_stalls_until_the_hypervisor_has_mapped),
		T(each_stage_stalls_by_its_own_bit),
		T(too_large_an_input_never_stalls),
		T(both_stages_must_permit),
		T(xnx_tells_privileges_apart),
		T(s2ptw_keeps_walks_out_of_device_memory),
		T(s2fwb_is_ignored_without_the_feature),
		T(s1dss_bypass_is_stage2_alone),
		T(substreams_need_stage1),
		T(full_ats_is_told_the_end_of_both_stages),
		T(split_stage_is_told_ipas_that_stage2_translates),
		T(split_stage_without_stage1_is_identity),
		T(split_stage_needs_atschk),
		T(requests_without_pasid_ask_for_unprivileged_data),
		T(translated_transactions_are_unprivileged_data),
		T(eats_is_legal_as_stages_and_s2s_say),
		T(requests_make_dirty_only_with_intent_to_write),
		T(requests_that_are_granted_nothing_touch_nothing),
		T(a_nested_walk_takes_the_sum_of_its_parts),
		T(walk_caches_of_both_stages_save_fetches),
		T(a_nested_walk_takes_one_slot_for_both_stages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
