// SPDX-License-Identifier: GPL-2.0-only
/*
 * Theorems about VMIDs (IHI 0070 3.17, 4.4): what is cached of one VM is used for
 * no other; each invalidation command meets what is of its VMID and stage, and
 * nothing else; wildcards widen exactly the low bits that CR0.VMW says.
 */
#include "tests/models/smmuv3_nested_rig.h"

enum kind { NESTED, STAGE1, STAGE2 };

/* Something that is cached, by a stream of its own. */
struct entry {
	enum kind kind;
	u16 vmid, asid;
	u64 address;
	bool is_global;
	u64 ipa;
	pa_t s2_root, s1_slot, s2_slot; /* first table, and its leaves */
};

static struct entry entries[] = {
	{NESTED, 0x1230, 1, 0x5000, false, 0x105000, 0, 0, 0},
	{NESTED, 0x1230, 2, 0x5000, false, 0x106000, 0, 0, 0},
	{NESTED, 0x1230, 3, 0x7000, true, 0x107000, 0, 0, 0},
	{NESTED, 0x1231, 1, 0x5000, false, 0x105000, 0, 0, 0},
	{STAGE1, 0x1240, 1, 0x5000, false, 0, 0, 0, 0},
	{STAGE1, 0x1241, 1, 0x5000, false, 0, 0, 0, 0},
	{STAGE2, 0x1250, 0, 0x5000, false, 0x5000, 0, 0, 0},
	{STAGE2, 0x1250, 0, 0x6000, false, 0x6000, 0, 0, 0},
	{STAGE2, 0x1251, 0, 0x5000, false, 0x5000, 0, 0, 0},
};
#define NR_ENTRIES (sizeof(entries) / sizeof(entries[0]))
#define FIRST_SID 0x20

/* Each VM has one table of stage 2. */
static pa_t root_of(u16 vmid)
{
	for (u32 i = 0; i < NR_ENTRIES; i++) {
		if (entries[i].s2_root && entries[i].vmid == vmid)
			return entries[i].s2_root;
	}
	return rig_alloc(&rig, 4096);
}

/* All have the same addresses, so that a mix-up of tags shows. */
static void make_entry(u32 i)
{
	struct entry *e = &entries[i];
	u64 words[8] = {0};

	e->s2_root = root_of(e->vmid);
	make_tables(e->s2_root);
	memcpy(words, ste, sizeof(words));
	words[2] = (S2_USUAL & ~0xffffULL) | e->vmid;
	cd_words[0] = RIG_CD | 25 | RIG_CD_ASID(e->asid);
	if (e->kind == STAGE2)
		words[0] = STE_S2;
	s1_map(e->address, e->ipa, PTE_RW & ~(e->is_global ? PTE_NG : 0));
	e->s1_slot = s1_slot(e->address, 3);
	e->s2_slot = s2_slot(e->ipa, 3);
	if (e->kind == STAGE1) {
		pa_t root = rig_alloc(&rig, 4096);

		words[0] = RIG_STE_S1 | cd;
		cd_words[0] = (RIG_CD | 16) | RIG_CD_ASID(e->asid);
		cd_words[1] = root;
		e->s1_slot = rig_pte(&rig, root, e->address, 3);
	}
	rig_put(&rig, cd, cd_words, 8);
	rig_put(&rig, RIG_STRTAB + 64 * (FIRST_SID + (u64)i), words, 8);
}

/* Where @i leads: an old place and a new one, by a change of its stage 1 or stage 2. */
static void set_entry(u32 i, bool is_new, bool by_stage2)
{
	const struct entry *e = &entries[i];
	u64 place = PA + 0x100000ULL * i + (is_new ? 0x80000 : 0);

	if (e->kind == STAGE1) {
		rig_put1(&rig, e->s1_slot, place | PTE_PAGE | PTE_RW);
		return;
	}
	if (by_stage2 || e->kind == STAGE2 || !is_new) {
		rig_put1(&rig, e->s2_slot, place | PTE_PAGE | S2_RW);
		if (e->kind == NESTED)
			rig_put1(&rig, e->s1_slot,
				 e->ipa | PTE_PAGE | (PTE_RW & ~(e->is_global ? PTE_NG : 0)));
		return;
	}
	/* another IPA, which was never asked for */
	rig_put1(&rig, e->s2_slot + 8 * 64, place | PTE_PAGE | S2_RW);
	rig_put1(&rig, e->s1_slot,
		 (e->ipa + 0x40000) | PTE_PAGE | (PTE_RW & ~(e->is_global ? PTE_NG : 0)));
}

/* Does the stream of @i see its new place? */
static bool sees_new(u32 i)
{
	struct rig_access access;
	u64 place = PA + 0x100000ULL * i;

	rig_prepare(&access, entries[i].address, 0, RIG_NO_PASID);
	assert_int_equal(smmu_translate(rig.smmu, FIRST_SID + i, &access.a), PORT_DONE);
	assert_true(access.a.pa == place || access.a.pa == place + 0x80000);
	return access.a.pa != place;
}

/* All entries cached, then changed in memory by their stage 1 or stage 2. */
static void make_stale(bool by_stage2)
{
	for (u32 i = 0; i < NR_ENTRIES; i++)
		set_entry(i, false, by_stage2);
	rig_cfgi_all(&rig);
	rig_tlbi_all(&rig);
	for (u32 i = 0; i < NR_ENTRIES; i++)
		assert_false(sees_new(i));
	for (u32 i = 0; i < NR_ENTRIES; i++)
		set_entry(i, true, by_stage2);
}

static void make_entries(void)
{
	for (u32 i = 0; i < NR_ENTRIES; i++)
		entries[i].s2_root = 0;
	for (u32 i = 0; i < NR_ENTRIES; i++)
		make_entry(i);
}

#define NH_ALL 0x10
#define NH_ASID 0x11
#define NH_VA 0x12
#define NH_VAA 0x13
#define S12_VMALL 0x28
#define S2_IPA 0x2a
#define NSNH_ALL 0x30

struct command {
	u8 op;
	u16 vmid, asid;
	u64 address;
};

static void send(const struct command *c)
{
	rig_cmd(&rig, c->op | (u64)c->vmid << 32 | (u64)c->asid << 48, c->address);
}

/* Is what @e has of stage 1, or of both stages together, in the command's scope? */
static bool meets_stage1(const struct command *c, const struct entry *e)
{
	if (c->op == NSNH_ALL)
		return true;
	if (c->vmid != e->vmid || c->op == S2_IPA)
		return false;
	switch (c->op) {
	case NH_ASID:
		return e->asid == c->asid && !e->is_global;
	case NH_VA:
		return e->address == c->address && (e->asid == c->asid || e->is_global);
	case NH_VAA:
		return e->address == c->address;
	default:
		return true;
	}
}

static bool meets_stage2(const struct command *c, const struct entry *e)
{
	if (c->op == NSNH_ALL)
		return true;
	return c->vmid == e->vmid &&
	       (c->op == S12_VMALL || (c->op == S2_IPA && c->address == e->ipa));
}

static const u8 ops[] = {NH_ALL, NH_ASID, NH_VA, NH_VAA, S12_VMALL, S2_IPA, NSNH_ALL};
static const u16 vmids[] = {0x1230, 0x1231, 0x1240, 0x1250, 0x1251, 0x30};
static const u64 addresses[] = {0x5000, 0x6000, 0x7000, 0x105000};

static struct command command(u32 i)
{
	return (struct command){ops[i % 7], vmids[i / 7 % 6], 1 + i / 42 % 2, addresses[i / 84]};
}

/* What changed in stage 1 is seen by what a command of stage 1 met, and in stage 2 likewise. */
static void commands_meet_their_vmid_and_stage(void **state)
{
	make_entries();
	for (u32 n = 0; n < 7 * 6 * 2 * 4; n++) {
		struct command c = command(n);

		make_stale(false);
		send(&c);
		for (u32 i = 0; i < NR_ENTRIES; i++)
			assert_int_equal(sees_new(i), entries[i].kind == STAGE2
							      ? meets_stage2(&c, &entries[i])
							      : meets_stage1(&c, &entries[i]));
	}
}

/* What stage 2 alone has of a leaf stays until it is told. */
TWEAK(room_for_leaves, s2_walk_l3_entries, 256)

/* What both stages made together needs the commands of both, or one for both. */
static void a_change_of_stage2_needs_both_kinds_of_command(void **state)
{
	const struct command ipa = {S2_IPA, 0x1230, 0, 0x105000}, all = {NH_ALL, 0x1230, 0, 0},
			     both = {S12_VMALL, 0x1230, 0, 0};

	restart_with(room_for_leaves, true);
	make_entries();
	make_stale(true);
	send(&ipa);
	assert_false(sees_new(0));
	make_stale(true);
	send(&all);
	assert_false(sees_new(0));
	make_stale(true);
	send(&ipa);
	send(&all);
	for (u32 i = 0; i < NR_ENTRIES; i++)
		assert_int_equal(sees_new(i), i == 0);
	make_stale(true);
	send(&both);
	for (u32 i = 0; i < NR_ENTRIES; i++)
		assert_int_equal(sees_new(i), entries[i].vmid == 0x1230);
}

static void ranges_of_ipas_are_exact(void **state)
{
	make_entries();
	for (u64 first = 0; first < 8; first++) {
		for (u64 nr = 2; nr < 6; nr++) {
			make_stale(false);
			/* TG 4 KiB, TTL 3 */
			rig_cmd(&rig, S2_IPA | (nr - 1) << 12 | 0x1250ULL << 32,
				first << 12 | 1 << 10 | 3 << 8);
			assert_int_equal(sees_new(6), first <= 5 && 5 < first + nr);
			assert_int_equal(sees_new(7), first <= 6 && 6 < first + nr);
			assert_false(sees_new(8) || sees_new(0));
		}
	}
	make_stale(false);
	rig_cmd(&rig, S2_IPA | 0x1250ULL << 32, 0x5000 | 1 << 10 | 2 << 8); /* of level 2 */
	rig_cmd(&rig, S2_IPA | 0x1250ULL << 32, 0x4000 | 2 << 10 | 3 << 8); /* of 16 KiB */
	assert_false(sees_new(6));
}

static void vmw_widens_vmids_of_commands(void **state)
{
	static const u16 tags[] = {0x1230, 0x1231, 0x1232, 0x1234, 0x1238, 0x1220};

	for (u32 vmw = 0; vmw < 8; vmw++) {
		rig_w32(&rig, ARM_SMMU_CR0, 0);
		rig_w32(&rig, ARM_SMMU_CR0, vmw << 6 | CR0_SMMUEN | CR0_EVTQEN | CR0_CMDQEN);
		make_entries();
		/* the streams of stage 2 alone get other tags */
		for (u32 i = 0; i < 6; i++) {
			u32 number = 6 + i % 3;
			u16 mask = vmw <= 4 ? 0xffff << vmw : 0xffff;

			entries[number].vmid = tags[i];
			entries[number].s2_root = 0;
			make_entry(number);
			make_stale(false);
			rig_cmd(&rig, S12_VMALL | 0x1230ULL << 32, 0);
			assert_int_equal(sees_new(number), !((tags[i] ^ 0x1230) & mask));
		}
		entries[6].vmid = entries[7].vmid = 0x1250;
		entries[8].vmid = 0x1251;
	}
}

static void wildcards_need_the_feature(void **state)
{
	rig_stop(&rig);
	rig_defaults(&rig);
	rig.params.vmw = 0;
	rig_start(&rig);
	smmu_set_clockless(rig.smmu, true);
	rig_enable(&rig);
	rig_w32(&rig, ARM_SMMU_CR0, 4 << 6 | CR0_SMMUEN | CR0_EVTQEN | CR0_CMDQEN);
	make_entries();
	make_stale(false);
	rig_cmd(&rig, S12_VMALL | 0x1251ULL << 32, 0);
	assert_false(sees_new(6));
	assert_true(sees_new(8));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(commands_meet_their_vmid_and_stage),
		T(a_change_of_stage2_needs_both_kinds_of_command),
		T(ranges_of_ipas_are_exact),
		T(vmw_widens_vmids_of_commands),
		T(wildcards_need_the_feature),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
