// SPDX-License-Identifier: GPL-2.0-only
/*
 * Theorem: each invalidation of each granularity drops the IOTLB entries, the
 * paging-structure entries, the contexts and the PASID entries that tables 17, 23
 * and 24 say, and not one more. Probed with mappings of all kinds that were
 * changed in memory: who sees the old one is still cached.
 *
 * And: hits check permissions; entries are as large as their page; the caches may be
 * of any size, none included.
 */
#include "tests/models/vtd_rig.h"

#define A 0x18U
#define B 0x19U
#define OLD 0x700000ULL
#define NEW 0x900000ULL

enum kind { FIRST, SECOND, NESTED, NR_KINDS };

struct probe {
	u32 sid;
	int pasid;
	u32 tag; /* PASID that invalidations know it by */
	u32 did;
	enum kind kind;
	u64 iova;
	pa_t leaf;
	struct port *port;
};

#define NR_PROBES 14

static struct rig rig;
static struct probe probes[NR_PROBES];
static pa_t ss, fs[4], dir[2];

static int setup(void **state)
{
	rig_defaults(&rig);
	/* eight probes share an address: no set may overflow */
	rig.params.iotlb_entries = 64;
	rig.params.iotlb_ways = 64;
	return 0;
}

static int teardown(void **state)
{
	rig_stop(&rig);
	return 0;
}

static u64 leaf_value(const struct probe *p, u64 pa)
{
	return pa + (p - probes) * 0x1000 + (p->kind == SECOND ? SS_RW : FS_ALL | FS_A | FS_D);
}

static u64 see(struct probe *p)
{
	struct rig_access access;

	assert_int_equal(rig_do(p->port, &access, p->iova, 1 | RIG_PASID(p->pasid)), PORT_DONE);
	return access.a.pa;
}

static u64 pa_of(const struct probe *p, u64 base)
{
	return base + (p - probes) * 0x1000;
}

/* Who asks: requester, PASID, what tags its translations, by which tables. */
struct requester {
	u32 sid;
	int pasid;
	u32 tag, did;
	enum kind kind;
	pa_t root;
};

static void add(u32 i, const struct requester *from, u64 iova)
{
	struct probe *p = &probes[i];

	*p = (struct probe){
		.sid = from->sid,
		.pasid = from->pasid,
		.tag = from->tag,
		.did = from->did,
		.kind = from->kind,
		.iova = iova,
	};
	p->port = vtd_port_create(rig.vtd, p->sid);
	p->leaf = rig_pte(rig_tables(&rig, from->root, 4), iova, 1,
			  p->kind == SECOND ? SS_RW : FS_ALL | FS_A);
}

static void add_probes(void)
{
	const struct requester a = {A, RIG_NO_PASID, 0, 1, SECOND, ss};
	const struct requester a1 = {A, 1, 1, 2, FIRST, fs[0]};
	const struct requester a2 = {A, 2, 2, 2, FIRST, fs[1]};
	const struct requester a3 = {A, 3, 3, 3, FIRST, fs[2]};
	const struct requester a4 = {A, 4, 4, 1, NESTED, fs[3]};
	const struct requester a5 = {A, 5, 5, 1, SECOND, ss};
	const struct requester b = {B, RIG_NO_PASID, 1, 2, FIRST, fs[0]};
	const struct requester b4 = {B, 4, 4, 1, NESTED, fs[3]};

	add(0, &a, 0x8000005000);
	add(1, &a, 0x8000205000);
	add(2, &a5, 0x8000005000);
	add(3, &a1, 0x8000005000);
	add(4, &a1, 0x8000006000);
	add(5, &a1, 0x8040006000);
	add(6, &a2, 0x8000005000);
	add(7, &a3, 0x8000005000);
	add(8, &a4, 0x8000005000);
	add(9, &b, 0x8000005000);
	add(10, &b4, 0x8000005000);
	add(11, &b, 0x8000007000);
	add(12, &a, 0x8000006000);
	add(13, &a5, 0x8000009000);
}

/* Nested tables are identity-mapped by the second stage. */
static void start(void)
{
	rig_start(&rig);
	rig_enable(&rig, RIG_SCALABLE);
	ss = rig_page(&rig);
	rig_map_ss(rig_tables(&rig, ss, 4), 0, 3, SS_RW);
	for (u32 i = 0; i < 4; i++)
		fs[i] = rig_page(&rig);
	dir[0] = rig_smctx(&rig, A, SMCTX_PASIDE);
	dir[1] = rig_smctx(&rig, B, SMCTX_PASIDE);
	rig_put1(&rig, rig_ctx_slot(&rig, B) + 8, 1); /* RID_PASID */
	const u64 second[8] = PASID_SS(ss, 1, 2);
	const u64 first1[8] = PASID_FS(fs[0], 2);
	const u64 first2[8] = PASID_FS(fs[1], 2);
	const u64 first3[8] = PASID_FS(fs[2], 3);
	const u64 nested[8] = PASID_NEST(fs[3], ss, 1, 2);

	rig_pasid(&rig, dir[0], 0, second);
	rig_pasid(&rig, dir[0], 1, first1);
	rig_pasid(&rig, dir[0], 2, first2);
	rig_pasid(&rig, dir[0], 3, first3);
	rig_pasid(&rig, dir[0], 4, nested);
	rig_pasid(&rig, dir[0], 5, second);
	rig_pasid(&rig, dir[1], 1, first1);
	rig_pasid(&rig, dir[1], 4, nested);
	add_probes();
	/* the same leaf under several requesters has one value */
	probes[2].leaf = probes[0].leaf;
	probes[9].leaf = probes[3].leaf;
	probes[10].leaf = probes[8].leaf;
}

/* The first probe with this leaf gives it its value. */
static const struct probe *owner(const struct probe *p)
{
	const struct probe *o = probes;

	while (o->leaf != p->leaf)
		o++;
	return o;
}

static void set_leaves(u64 base)
{
	for (u32 i = 0; i < NR_PROBES; i++) {
		const struct probe *o = owner(&probes[i]);

		rig_put1(&rig, o->leaf, leaf_value(o, base));
	}
}

static void warm(void)
{
	set_leaves(OLD);
	rig_invalidate_all(&rig);
	for (u32 i = 0; i < NR_PROBES; i++)
		assert_int_equal(see(&probes[i]), pa_of(owner(&probes[i]), OLD));
	set_leaves(NEW);
}

static void expect_dropped(u32 i, bool is_dropped)
{
	assert_int_equal(see(&probes[i]), pa_of(owner(&probes[i]), is_dropped ? NEW : OLD));
}

static bool is_in(const struct probe *p, u64 address, u32 am)
{
	return p->iova >> (12 + am) == address >> (12 + am);
}

static void iotlb_invalidations_drop_what_table_23_says(void **state)
{
	start();
	warm();
	rig_iotlb_all(&rig);
	for (u32 i = 0; i < NR_PROBES; i++)
		expect_dropped(i, true);
	for (u32 did = 0; did < 5; did++) {
		warm();
		rig_desc(&rig, 2 | 2 << 4 | did << 16, 0);
		for (u32 i = 0; i < NR_PROBES; i++)
			expect_dropped(i, probes[i].did == did);
	}
	for (u32 did = 0; did < 5; did++) {
		for (u32 am = 0; am < 19; am++) {
			for (u32 ih = 0; ih < 2; ih++) {
				u64 address = am % 3 ? 0x8000005000 : 0x8000205000;

				warm();
				rig_desc(&rig, 2 | 3 << 4 | did << 16, address | ih << 6 | am);
				for (u32 i = 0; i < NR_PROBES; i++)
					expect_dropped(i, probes[i].did == did &&
								  (probes[i].kind != SECOND ||
								   is_in(&probes[i], address, am)));
			}
		}
	}
}

static void pasid_invalidations_drop_what_table_24_says(void **state)
{
	start();
	for (u32 did = 1; did < 4; did++) {
		for (u64 pasid = 0; pasid < 6; pasid++) {
			warm();
			rig_desc(&rig, 6 | 2 << 4 | did << 16 | pasid << 32, 0);
			for (u32 i = 0; i < NR_PROBES; i++)
				expect_dropped(i, probes[i].did == did && probes[i].tag == pasid);
			for (u32 am = 0; am < 24; am += 3) {
				u64 address = am % 2 ? 0x8000005000 : 0x8040006000;

				warm();
				rig_desc(&rig, 6 | 3 << 4 | did << 16 | pasid << 32, address | am);
				for (u32 i = 0; i < NR_PROBES; i++)
					expect_dropped(i, probes[i].did == did &&
								  probes[i].tag == pasid &&
								  probes[i].kind != SECOND &&
								  is_in(&probes[i], address, am));
			}
		}
	}
}

/* Of domain-ids from CAP.ND on, of addresses of the second stage from CAP.MGAW on. */
static void bits_that_the_unit_lacks_are_ignored(void **state)
{
	static const struct {
		u64 w0, w1;
		u32 probe;
		bool drops;
	} cases[] = {
		{2 | 2 << 4 | 0x101 << 16, 0, 0, true},
		{2 | 3 << 4 | 0x101 << 16, 0x8000005000, 0, true},
		{2 | 3 << 4 | 1 << 16, 1ULL << 63 | 1ULL << 57 | 0x8000005000, 0, true},
		{2 | 3 << 4 | 1 << 16, 1ULL << 56 | 0x8000005000, 0, false},
		{6 | 2 << 4 | 0x102 << 16 | 1ULL << 32, 0, 3, true},
		{6 | 3 << 4 | 0xff02U << 16 | 1ULL << 32, 0x8000005000, 3, true},
		/* an address of the first stage is canonical: all of it counts */
		{6 | 3 << 4 | 2 << 16 | 1ULL << 32, 1ULL << 57 | 0x8000005000, 3, false},
	};

	rig.params.domain_bits = 8;
	start();
	for (u32 i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		warm();
		rig_desc(&rig, cases[i].w0, cases[i].w1);
		expect_dropped(cases[i].probe, cases[i].drops);
	}
}

static void other_caches_are_not_dropped_with_the_iotlb(void **state)
{
	start();
	warm();
	rig_cc_all(&rig);
	rig_pc_all(&rig);
	for (u32 i = 0; i < NR_PROBES; i++)
		expect_dropped(i, false);
}

/* --- paging-structure caches --- */

/* Move the page table of @p to a copy with new leaves; IOTLB entries of the neighbour stay unused.
 */
static void move_table(struct probe *p, pa_t root, u64 attrs)
{
	pa_t slot = rig_pte(rig_tables(&rig, root, 4), p->iova, 2, attrs), copy = rig_page(&rig);
	pa_t table = rig_get(&rig, slot) & 0xffffffffff000ULL;

	for (u32 i = 0; i < 512; i++) {
		u64 entry = rig_get(&rig, table + 8 * i);

		rig_put1(&rig, copy + 8 * i, entry ? entry - OLD + NEW : 0);
	}
	rig_put1(&rig, slot, copy | attrs);
	p->leaf = copy + (p->leaf & 0xfff);
}

/* Does the unit still use the old table for @p, whose IOTLB entry is gone? */
static void expect_table(struct probe *p, bool is_old)
{
	assert_int_equal(see(p), pa_of(owner(p), is_old ? OLD : NEW));
}

static void the_hint_preserves_second_stage_structures(void **state)
{
	for (u32 ih = 0; ih < 2; ih++) {
		if (ih) {
			rig_stop(&rig);
			rig_defaults(&rig);
		}
		start();
		set_leaves(OLD);
		see(&probes[0]);
		move_table(&probes[0], ss, SS_RW);
		rig_desc(&rig, 2 | 3 << 4 | 1 << 16, 0x8000005000 | ih << 6);
		expect_table(&probes[0], ih);
	}
}

static void the_hint_preserves_first_stage_structures(void **state)
{
	for (u32 ih = 0; ih < 2; ih++) {
		if (ih) {
			rig_stop(&rig);
			rig_defaults(&rig);
		}
		start();
		set_leaves(OLD);
		see(&probes[3]);
		move_table(&probes[3], fs[0], FS_ALL | FS_A);
		rig_desc(&rig, 6 | 3 << 4 | 2 << 16 | 1ULL << 32, 0x8000005000 | ih << 6);
		expect_table(&probes[3], ih);
	}
}

static void pasid_invalidations_leave_second_stage_structures(void **state)
{
	start();
	set_leaves(OLD);
	see(&probes[13]);
	move_table(&probes[13], ss, SS_RW);
	/* drops the IOTLB entry, as PASID-selective does for all kinds */
	rig_desc(&rig, 6 | 2 << 4 | 1 << 16 | 5ULL << 32, 0);
	expect_table(&probes[13], true);
	rig_desc(&rig, 2 | 2 << 4 | 1 << 16, 0);
	expect_table(&probes[13], false);
}

static void nested_structures_go_with_any_change_of_their_domain(void **state)
{
	start();
	set_leaves(OLD);
	see(&probes[8]);
	move_table(&probes[8], fs[3], FS_ALL | FS_A);
	rig_desc(&rig, 2 | 3 << 4 | 1 << 16, 0x123000 | 1 << 6);
	expect_table(&probes[8], false);
}

/* --- context- and PASID-cache --- */

static void break_context(u32 sid, bool is_broken)
{
	pa_t slot = rig_ctx_slot(&rig, sid);
	u64 entry = rig_get(&rig, slot);

	rig_put1(&rig, slot, is_broken ? entry & ~1ULL : entry | 1);
}

/* Does the context-cache still know @sid? */
static void expect_context(u32 i, bool is_known)
{
	struct rig_access access;
	u64 words[2];

	rig_iotlb_all(&rig);
	rig_pc_all(&rig);
	assert_int_equal(
		rig_do(probes[i].port, &access, probes[i].iova, RIG_PASID(probes[i].pasid)),
		is_known ? PORT_DONE : PORT_ABORTED);
	assert_int_equal(rig_fault(&rig, words), is_known ? 0 : 0x41);
}

static void contexts_go_by_requester_in_scalable_mode(void **state)
{
	static const struct {
		u64 desc;
		bool drops_a, drops_b;
	} cases[] = {
		{1 | 1 << 4, true, true},
		{1 | 2 << 4 | 99 << 16, true, true}, /* contexts have no domain here: global */
		{1 | 3 << 4 | 99 << 16 | (u64)A << 32, true, false},
		{1 | 3 << 4 | (u64)B << 32, false, true},
		{1 | 3 << 4 | (u64)(A ^ 4) << 32, false, false},
		{1 | 3 << 4 | (u64)(A ^ 4) << 32 | 1ULL << 48, true, false},
		{1 | 3 << 4 | (u64)(A ^ 6) << 32 | 1ULL << 48, false, false},
		{1 | 3 << 4 | (u64)(A ^ 6) << 32 | 2ULL << 48, true, false},
		{1 | 3 << 4 | (u64)(A ^ 6) << 32 | 3ULL << 48, true, true},
	};

	start();
	set_leaves(OLD);
	for (u32 i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		rig_invalidate_all(&rig);
		see(&probes[0]);
		see(&probes[9]);
		break_context(A, true);
		break_context(B, true);
		rig_desc(&rig, cases[i].desc, 0);
		expect_context(0, !cases[i].drops_a);
		expect_context(9, !cases[i].drops_b);
		break_context(A, false);
		break_context(B, false);
	}
}

static void contexts_go_by_domain_in_legacy_mode(void **state)
{
	struct port *port;
	struct rig_access access;
	static const struct {
		u64 desc;
		bool drops;
	} cases[] = {
		{1 | 1 << 4, true},
		{1 | 2 << 4 | 7 << 16, true},
		{1 | 2 << 4 | 8 << 16, false},
		{1 | 3 << 4 | 7 << 16 | (u64)A << 32, true},
		{1 | 3 << 4 | 8 << 16 | (u64)A << 32, false},
		{1 | 3 << 4 | 7 << 16 | (u64)B << 32, false},
		/* of 8 bits */
		{1 | 2 << 4 | 0x107 << 16, true},
		{1 | 3 << 4 | 0x8007U << 16 | (u64)A << 32, true},
	};

	rig.params.domain_bits = 8;
	rig_start(&rig);
	rig_enable(&rig, RIG_LEGACY);
	port = vtd_port_create(rig.vtd, A);
	for (u32 i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		pa_t slot = rig_ctx(&rig, A,
				    (struct rig_context){.tt = 2, .aw = 3, .did = 7, .root = 0});

		rig_invalidate_all(&rig);
		assert_int_equal(rig_do(port, &access, 0x1000, 0), PORT_DONE);
		rig_put1(&rig, slot, 0);
		rig_desc(&rig, cases[i].desc, 0);
		rig_iotlb_all(&rig);
		assert_int_equal(rig_do(port, &access, 0x1000, 0),
				 cases[i].drops ? PORT_ABORTED : PORT_DONE);
	}
}

static void pasid_entries_go_by_domain_and_pasid(void **state)
{
	static const struct {
		u64 desc;
		bool drops_1, drops_3;
	} cases[] = {
		{7 | 3 << 4, true, true},
		{7 | 2 << 16, true, false},
		{7 | 3 << 16, false, true},
		{7 | 1 << 4 | 2 << 16 | 1ULL << 32, true, false},
		{7 | 1 << 4 | 3 << 16 | 1ULL << 32, false, false},
		{7 | 1 << 4 | 3 << 16 | 3ULL << 32, false, true},
		/* of 8 bits */
		{7 | 0x102 << 16, true, false},
		{7 | 1 << 4 | 0x8003U << 16 | 3ULL << 32, false, true},
	};

	rig.params.domain_bits = 8;
	start();
	set_leaves(OLD);
	for (u32 i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		pa_t slot1 = rig_pasid_slot(&rig, dir[0], 1);
		pa_t slot3 = rig_pasid_slot(&rig, dir[0], 3);
		u64 good = rig_get(&rig, slot1);
		struct rig_access access;

		rig_invalidate_all(&rig);
		see(&probes[3]);
		see(&probes[7]);
		rig_put1(&rig, slot1, 0);
		rig_put1(&rig, slot3, 0);
		rig_desc(&rig, cases[i].desc, 0);
		rig_iotlb_all(&rig);
		assert_int_equal(rig_do(probes[3].port, &access, probes[3].iova, RIG_PASID(1)),
				 cases[i].drops_1 ? PORT_ABORTED : PORT_DONE);
		assert_int_equal(rig_do(probes[7].port, &access, probes[7].iova, RIG_PASID(3)),
				 cases[i].drops_3 ? PORT_ABORTED : PORT_DONE);
		rig_put1(&rig, slot1, good);
		rig_put1(&rig, slot3, good);
	}
}

/* --- entries --- */

static void hits_check_permissions(void **state)
{
	struct rig_access access;
	u64 words[2];

	start();
	set_leaves(OLD);
	rig_put1(&rig, probes[3].leaf, OLD | FS_P | FS_US | FS_A);
	rig_iotlb_all(&rig);
	assert_int_equal(rig_do(probes[3].port, &access, 0x8000005000, RIG_PASID(1)), PORT_DONE);
	/* from the IOTLB, whatever memory says meanwhile */
	rig_put1(&rig, probes[3].leaf, OLD | FS_ALL | FS_A | FS_D);
	assert_int_equal(rig_do(probes[3].port, &access, 0x8000005000, 1 | RIG_PASID(1)),
			 PORT_ABORTED);
	assert_int_equal(rig_fault(&rig, words), 0x85);
	assert_int_equal(rig_do(probes[3].port, &access, 0x8000005000, RIG_PASID(1)), PORT_DONE);
}

static void entries_are_as_large_as_their_page(void **state)
{
	struct vtd_stats stats;
	struct rig_access access;

	start();
	rig_map_fs(rig_tables(&rig, fs[0], 4), 0x40000000, 3, 0x40000000 | FS_ALL);
	for (u64 i = 0; i < 8; i++)
		assert_int_equal(
			rig_do(probes[3].port, &access, 0x40000000 + (i << 27), RIG_PASID(1)),
			PORT_DONE);
	vtd_stats(rig.vtd, &stats);
	assert_int_equal(stats.tlb_misses, 1);
	assert_int_equal(stats.tlb_hits, 7);
}

static void caches_of_no_entries_and_of_few_work(void **state)
{
	for (u32 entries = 0; entries < 3; entries++) {
		if (entries)
			rig_stop(&rig);
		rig_defaults(&rig);
		rig.params.iotlb_entries = rig.params.context_entries = entries;
		rig.params.pasid_entries = rig.params.pml5_entries = entries;
		rig.params.pml4_entries = rig.params.pdpe_entries = entries;
		rig.params.pde_entries = rig.params.iec_entries = entries;
		start();
		set_leaves(OLD);
		for (u32 round = 0; round < 3; round++) {
			for (u32 i = 0; i < NR_PROBES; i++)
				assert_int_equal(see(&probes[i]), pa_of(owner(&probes[i]), OLD));
		}
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(iotlb_invalidations_drop_what_table_23_says),
		TEST(pasid_invalidations_drop_what_table_24_says),
		TEST(bits_that_the_unit_lacks_are_ignored),
		TEST(other_caches_are_not_dropped_with_the_iotlb),
		TEST(the_hint_preserves_second_stage_structures),
		TEST(the_hint_preserves_first_stage_structures),
		TEST(pasid_invalidations_leave_second_stage_structures),
		TEST(nested_structures_go_with_any_change_of_their_domain),
		TEST(contexts_go_by_requester_in_scalable_mode),
		TEST(contexts_go_by_domain_in_legacy_mode),
		TEST(pasid_entries_go_by_domain_and_pasid),
		TEST(hits_check_permissions),
		TEST(entries_are_as_large_as_their_page),
		TEST(caches_of_no_entries_and_of_few_work),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
