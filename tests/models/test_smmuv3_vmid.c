// SPDX-License-Identifier: GPL-2.0-only
/*
 * Theorems about VMIDs (IHI 0070 3.17, 4.4): what is cached of one VM is used for
 * no other; each invalidation command meets what is of its VMID and stage, and
 * nothing else; wildcards widen exactly the low bits that CR0.VMW says; what a walk
 * under way has read is not used after it was moved and invalidated.
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

	rig_prepare(&access, entries[i].address, 0);
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

/* Bits that no IPA of the version has are RES0, and ignored. */
static void bits_above_an_ipa_are_ignored(void **state)
{
	for (u32 minor = 0; minor < 2; minor++) {
		rig_stop(&rig);
		rig_defaults(&rig);
		rig_version(&rig.params, minor);
		rig_start(&rig);
		smmu_set_clockless(rig.smmu, true);
		rig_enable(&rig);
		make_entries();
		for (u32 bit = 48; bit < 64; bit++) {
			make_stale(false);
			rig_cmd(&rig, S2_IPA | 0x1250ULL << 32, 0x5000 | 1ULL << bit);
			assert_int_equal(sees_new(6), minor == 0 || bit >= 52);
			assert_false(sees_new(7));
		}
	}
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

/* --- what is under way --- */

/* What the hypervisor moves somewhere else; a CD as it is, or another one. */
enum moved { MOVED_PAGE, MOVED_STAGE2_TABLE, MOVED_STAGE1_TABLE, MOVED_CD, CHANGED_CD, NR_MOVED };

/* A copy of the page at @pa. */
static pa_t copy_page(pa_t pa)
{
	pa_t copy = rig_alloc(&rig, 4096);

	for (u64 i = 0; i < 512; i++)
		rig_put1(&rig, copy + 8 * i, rig_get(&rig, pa + 8 * i));
	return copy;
}

/*
 * Let VA come to PA + 0x2000, but for MOVED_CD, by moving @moved. Return: the page
 * that is free after the SYNC, 0: none.
 */
static pa_t move(enum moved moved)
{
	pa_t old = 0, copy;

	switch (moved) {
	case MOVED_PAGE:
		s2_map(IPA, PA + 0x2000, S2_RW);
		break;
	case MOVED_STAGE2_TABLE:
		old = s2_slot(IPA, 3) & ~0xfffULL;
		copy = copy_page(old);
		rig_put1(&rig, copy + 8 * (IPA >> 12), (PA + 0x2000) | PTE_PAGE | S2_RW);
		rig_put1(&rig, s2_slot(IPA, 2), copy | PTE_TABLE);
		break;
	case MOVED_STAGE1_TABLE:
		old = s1_slot(VA, 3) & ~0xfffULL;
		copy = copy_page(old);
		rig_put1(&rig, copy + 8 * (VA >> 12), (IPA + 0x1000) | PTE_PAGE | PTE_RW);
		s2_map(GUEST + old, copy, S2_RW);
		break;
	default:
		old = cd;
		copy = copy_page(cd);
		if (moved == CHANGED_CD)
			rig_put1(&rig, copy + 8, GUEST + s1_root + 0x1000);
		s2_map(GUEST + cd, copy, S2_RW);
		break;
	}
	return old;
}

static void tell(enum moved moved)
{
	const u64 ipas[] = {IPA, IPA, GUEST + (s1_slot(VA, 3) & ~0xfffULL), GUEST + cd, GUEST + cd};

	rig_cmd_put(&rig, S2_IPA | 0x1234ULL << 32, ipas[moved] | (moved != MOVED_STAGE2_TABLE));
	rig_cmd_put(&rig, NH_ALL | 0x1234ULL << 32, 0);
	if (moved == CHANGED_CD)
		rig_cmd_put(&rig, 0x05 | (u64)SID << 32, 1);
	rig_cmd_put(&rig, 0x46, 0);
	rig_cmd_kick(&rig);
}

/* Somebody else has the page as soon as the SYNC is consumed. */
static void give_away(pa_t page)
{
	while ((rig_r32(&rig, ARM_SMMU_CMDQ_CONS) & 0xfffff) != rig.cmd_prod)
		sim_run(sim_now_ps() + 1000);
	for (u64 i = 0; i < 512 && page; i++)
		rig_put1(&rig, page + 8 * i, 0);
	rig_run(&rig);
}

/* A second table of stage 1 right behind the first, for the other CD. */
static void start_to_move(void)
{
	pa_t first, second;

	restart_with(NULL, false);
	first = s1_root;
	second = guest_page();
	s2_map(GUEST + first + 0x1000, second, S2_RW);
	s1_root = second;
	s1_map(VA, IPA + 0x1000, PTE_RW);
	s1_root = first;
	s2_map(IPA + 0x1000, PA + 0x2000, S2_RW);
}

/* Whenever it comes, nothing that a walk under way had read is used after the SYNC. */
static void walks_under_way_use_nothing_that_stage2_moved(void **state)
{
	for (u32 moved = 0; moved < NR_MOVED; moved++) {
		pa_t new_pa = moved == MOVED_CD ? PA : PA + 0x2000;
		u32 nr_old = 0;

		for (u64 ns = 0; ns < 4000; ns += 25) {
			struct rig_access access, later;
			u32 done;

			start_to_move();
			rig_issue(port, &access, VA, 0);
			sim_run(sim_now_ps() + ns * 1000);
			/* as late as can be: it is fetched, decoded, and not yet carried out */
			done = rig_r32(&rig, ARM_SMMU_CMDQ_CONS);
			tell(moved);
			sim_run(sim_now_ps() + (90 + 4 + 7) * 1000);
			assert_int_equal(rig_r32(&rig, ARM_SMMU_CMDQ_CONS), done);
			give_away(move(moved));
			assert_int_equal(access.nr_completed, 1);
			assert_int_equal(access.a.status, PORT_DONE);
			nr_old += access.a.pa == PA;
			assert_true(access.a.pa == PA || access.a.pa == new_pa);
			assert_int_equal(rig_do(port, &later, VA, 0), PORT_DONE);
			assert_int_equal(later.a.pa, new_pa);
		}
		assert_true(nr_old > 10 && (nr_old < 150 || moved == MOVED_CD));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(commands_meet_their_vmid_and_stage),
		T(a_change_of_stage2_needs_both_kinds_of_command),
		T(ranges_of_ipas_are_exact),
		T(bits_above_an_ipa_are_ignored),
		T(vmw_widens_vmids_of_commands),
		T(wildcards_need_the_feature),
		T(walks_under_way_use_nothing_that_stage2_moved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
