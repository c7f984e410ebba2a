// SPDX-License-Identifier: GPL-2.0-only
/*
 * Theorems about hardware updates of translation tables (IHI 0070 3.13): which
 * descriptors of both stages are written for which access, in what order, and which
 * are left alone; that nobody's change is lost by it, and what an aborted one leads
 * to. What translation requests write is in test_smmuv3_stage2.c.
 */
#include "tests/models/smmuv3_nested_rig.h"

#define NS 1000ULL

static void access_flags_of_both_stages_are_set(void **state)
{
	pa_t leaf_table = s1_slot(VA, 3) & ~0xfffULL;

	s1_map(VA, IPA, PTE_RW & ~PTE_AF);
	s2_map(IPA, PA, S2_NO_AF);
	s2_map(GUEST + leaf_table, leaf_table, S2_NO_AF);
	s2_map(GUEST + cd, cd, S2_NO_AF);
	enable_updates(CD_HA, S2_HA);
	expect_pa(VA, 0, PA);
	assert_true(s1_leaf() & PTE_AF);
	assert_int_equal(s2_leaf(IPA), PA | PTE_PAGE | S2_RW);
	assert_int_equal(s2_leaf(GUEST + leaf_table), leaf_table | PTE_PAGE | S2_RW);
	assert_int_equal(s2_leaf(GUEST + cd), cd | PTE_PAGE | S2_RW);
}

static void access_flags_fault_without_updates(void **state)
{
	s2_map(IPA, PA, S2_NO_AF);
	enable_updates(0, 0);
	expect_s2(VA, 0, (struct s2_fault){EVT_ID_ACCESS_FAULT, CLASS_IN, IPA});
	/* HD alone is neither */
	enable_updates(0, S2_HD);
	expect_s2(VA, 0, (struct s2_fault){EVT_ID_ACCESS_FAULT, CLASS_IN, IPA});
	enable_updates(0, S2_AFFD);
	expect_pa(VA, 0, PA);
	assert_int_equal(s2_leaf(IPA), PA | PTE_PAGE | S2_NO_AF);
	/* with S2HA, S2AFFD does not count */
	enable_updates(0, S2_AFFD | S2_HA);
	expect_pa(VA, 0, PA);
	assert_int_equal(s2_leaf(IPA), PA | PTE_PAGE | S2_RW);
	s1_map(VA, IPA, PTE_RW & ~PTE_AF);
	enable_updates(CD_AFFD, 0);
	expect_pa(VA, 0, PA);
	assert_false(s1_leaf() & PTE_AF);
	enable_updates(CD_AFFD | CD_HA, 0);
	expect_pa(VA, 0, PA);
	assert_true(s1_leaf() & PTE_AF);
}

static void a_write_makes_both_stages_dirty(void **state)
{
	for (u32 i = 0; i < 2; i++) {
		bool is_cached = i;

		s1_map(VA, IPA, PTE_RW | PTE_RO | DBM);
		s2_map(IPA, PA, S2_RO | DBM);
		enable_updates(CD_HA | CD_HD, S2_HA | S2_HD);
		if (is_cached)
			expect_pa(VA, 0, PA);
		assert_true(s1_leaf() & PTE_RO);
		assert_false(s2_leaf(IPA) & S2_WRITE);
		expect_pa(VA, RIG_WRITE, PA);
		assert_false(s1_leaf() & PTE_RO);
		assert_true(s1_leaf() & DBM);
		assert_int_equal(s2_leaf(IPA), PA | PTE_PAGE | S2_RW | DBM);
	}
}

static void a_page_without_dbm_stays_read_only(void **state)
{
	enable_updates(CD_HA | CD_HD, S2_HA | S2_HD);
	s1_map(VA, IPA, PTE_RW | PTE_RO);
	expect_s1(VA, RIG_WRITE, EVT_ID_PERMISSION_FAULT);
	s1_map(VA, IPA, PTE_RW);
	s2_map(IPA, PA, S2_RO);
	rig_tlbi_all(&rig);
	expect_s2(VA, RIG_WRITE, (struct s2_fault){EVT_ID_PERMISSION_FAULT, CLASS_IN, IPA});
	/* DBM says nothing while dirty state is not updated */
	s1_map(VA, IPA, PTE_RW | PTE_RO | DBM);
	enable_updates(CD_HA, S2_HA);
	expect_s1(VA, RIG_WRITE, EVT_ID_PERMISSION_FAULT);
	enable_updates(CD_HD, S2_HD);
	expect_s1(VA, RIG_WRITE, EVT_ID_PERMISSION_FAULT);
	s1_map(VA, IPA, PTE_RW);
	s2_map(IPA, PA, S2_RO | DBM);
	enable_updates(CD_HA, S2_HA);
	expect_s2(VA, RIG_WRITE, (struct s2_fault){EVT_ID_PERMISSION_FAULT, CLASS_IN, IPA});
	enable_updates(CD_HD, S2_HD);
	expect_s2(VA, RIG_WRITE, (struct s2_fault){EVT_ID_PERMISSION_FAULT, CLASS_IN, IPA});
}

static void making_dirty_sets_the_access_flag(void **state)
{
	s1_map(VA, IPA, (PTE_RW & ~PTE_AF) | PTE_RO | DBM);
	s2_map(IPA, PA, (S2_NO_AF & ~S2_WRITE) | DBM);
	enable_updates(CD_HA | CD_HD, S2_HA | S2_HD);
	expect_pa(VA, RIG_WRITE, PA);
	assert_int_equal(s1_leaf() & (PTE_AF | PTE_RO), PTE_AF);
	assert_int_equal(s2_leaf(IPA), PA | PTE_PAGE | S2_RW | DBM);
}

static void a_refused_access_leaves_its_descriptor_alone(void **state)
{
	s1_map(VA, IPA, (PTE_RW & ~PTE_AF) | PTE_RO);
	enable_updates(CD_HA, S2_HA);
	expect_s1(VA, RIG_WRITE, EVT_ID_PERMISSION_FAULT);
	assert_false(s1_leaf() & PTE_AF);
	s1_map(VA, IPA, PTE_RW);
	s2_map(IPA, PA, S2_NO_AF & ~S2_WRITE);
	rig_tlbi_all(&rig);
	expect_s2(VA, RIG_WRITE, (struct s2_fault){EVT_ID_PERMISSION_FAULT, CLASS_IN, IPA});
	assert_false(s2_leaf(IPA) & PTE_AF);
}

static void stage1_is_written_before_stage2_is_asked(void **state)
{
	s1_map(VA, IPA, (PTE_RW & ~PTE_AF) | PTE_RO | DBM);
	s2_map(IPA, PA, S2_RO);
	enable_updates(CD_HA | CD_HD, S2_HA);
	expect_s2(VA, RIG_WRITE, (struct s2_fault){EVT_ID_PERMISSION_FAULT, CLASS_IN, IPA});
	assert_int_equal(s1_leaf() & (PTE_AF | PTE_RO), PTE_AF);
}

static void writing_a_descriptor_makes_its_page_dirty(void **state)
{
	pa_t leaf_table = s1_slot(VA, 3) & ~0xfffULL;

	s2_map(GUEST + leaf_table, leaf_table, S2_RO | DBM);
	s2_map(GUEST + cd, cd, S2_RO | DBM);
	enable_updates(CD_HA | CD_HD, S2_HA | S2_HD);
	expect_pa(VA, RIG_WRITE, PA);
	/* nothing was written to them yet, and to a CD never is */
	assert_int_equal(s2_leaf(GUEST + leaf_table), leaf_table | PTE_PAGE | S2_RO | DBM);
	s1_map(VA, IPA, PTE_RW & ~PTE_AF);
	rig_tlbi_all(&rig);
	expect_pa(VA, 0, PA);
	assert_int_equal(s2_leaf(GUEST + leaf_table), leaf_table | PTE_PAGE | S2_RW | DBM);
	assert_int_equal(s2_leaf(GUEST + cd), cd | PTE_PAGE | S2_RO | DBM);
	assert_true(s1_leaf() & PTE_AF);
}

static void clean_counts_as_writable_for_execution(void **state)
{
	/* readable and clean for EL0: what EL0 may write, EL1 does not execute */
	s1_map(VA, IPA, PTE_RW | PTE_RO | DBM);
	enable_updates(CD_HA | CD_HD, 0);
	expect_s1(VA, RIG_INSTR | RIG_PRIV, EVT_ID_PERMISSION_FAULT);
	enable_updates(CD_HA, 0);
	expect_pa(VA, RIG_INSTR | RIG_PRIV, PA);
}

static void read_only_tables_are_not_made_writable(void **state)
{
	u64 table = rig_get(&rig, s1_slot(VA, 2));

	rig_put1(&rig, s1_slot(VA, 2), table | 1ULL << 62);
	s1_map(VA, IPA, PTE_RW | PTE_RO | DBM);
	enable_updates(CD_HA | CD_HD, 0);
	expect_s1(VA, RIG_WRITE, EVT_ID_PERMISSION_FAULT);
	assert_true(s1_leaf() & PTE_RO);
}

/* The descriptor at @at can be read but not written. */
static void expect_abort(pa_t at, u32 flags, bool is_stage2, enum class class)
{
	u64 before = rig_get(&rig, at);
	struct smmu_outcome got;
	pa_t pa;

	rig_tlbi_all(&rig);
	mem_set_read_only(rig.mem, at, 8);
	got = explain(VA, flags, &pa);
	assert_int_equal(got.event, EVT_ID_WALK_EABT);
	assert_int_equal(got.is_stage2, is_stage2);
	assert_int_equal(got.fault_class, class);
	assert_int_equal(got.fetch_address, at);
	assert_int_equal(rig_get(&rig, at), before);
	mem_set_read_only(rig.mem, 0, 0);
}

static void an_aborted_update_is_f_walk_eabt(void **state)
{
	pa_t leaf_table = s1_slot(VA, 3) & ~0xfffULL;

	s1_map(VA, IPA, (PTE_RW & ~PTE_AF) | PTE_RO | DBM);
	s2_map(IPA, PA, S2_NO_AF);
	s2_map(GUEST + leaf_table, leaf_table, S2_RO | DBM);
	enable_updates(CD_HA | CD_HD, S2_HA | S2_HD);
	expect_abort(s1_slot(VA, 3), 0, false, CLASS_TT);
	expect_abort(s1_slot(VA, 3), RIG_WRITE, false, CLASS_TT);
	/* these make the page of stage 1's descriptor dirty, and the page itself accessed */
	s2_map(GUEST + leaf_table, leaf_table, S2_RO | DBM);
	expect_abort(s2_slot(GUEST + leaf_table, 3), 0, true, CLASS_TT);
	expect_abort(s2_slot(IPA, 3), 0, true, CLASS_IN);
	expect_pa(VA, RIG_WRITE, PA);
}

/* --- somebody else writes the descriptor too --- */

static struct change {
	struct sim_event event; /* first */
	pa_t slot;
	u64 desc;
	u64 found; /* what was there before */
} change;

static void make_change(struct sim_event *event)
{
	change.found = rig_get(&rig, change.slot);
	rig_put1(&rig, change.slot, change.desc);
}

/* What hardware may make of @desc by itself: its access flag, and dirty state. */
static bool is_updated_from(u64 desc, u64 from, bool is_stage2)
{
	u64 dirty = is_stage2 ? from | S2_WRITE : from & ~PTE_RO;

	return desc == from || desc == (from | PTE_AF) || desc == (dirty | PTE_AF);
}

/*
 * A write through a leaf that is not accessed and clean, while software replaces that
 * leaf at @after_ps. Return: the physical address, 0 if it was refused.
 */
static pa_t race(bool is_stage2, u64 after_ps, u64 desc)
{
	struct rig_access access;
	enum port_status status;

	restart_with(NULL, false);
	s1_map(VA, IPA, (PTE_RW & ~PTE_AF) | PTE_RO | DBM);
	s2_map(IPA, PA, (S2_NO_AF & ~S2_WRITE) | DBM);
	s2_map(IPA + 0x1000, PA + 0x1000, S2_RW);
	enable_updates(CD_HA | CD_HD, S2_HA | S2_HD);
	change.slot = is_stage2 ? s2_slot(IPA, 3) : s1_slot(VA, 3);
	change.desc = desc;
	sim_event_init(&change.event, make_change);
	sim_event_schedule(&change.event, sim_now_ps() + after_ps);
	status = rig_do(port, &access, VA, RIG_WRITE);
	assert_true(is_updated_from(rig_get(&rig, change.slot), desc, is_stage2));
	/* What was used is what was written to. */
	assert_int_equal(status == PORT_DONE && access.a.pa == PA, !!(change.found & PTE_AF));
	return status == PORT_DONE ? access.a.pa : 0;
}

/* Nobody's write is lost: what is in memory afterwards comes from the later one. */
static void updates_are_atomic(void **state)
{
	for (u32 is_stage2 = 0; is_stage2 < 2; is_stage2++) {
		u64 other = is_stage2 ? (PA + 0x1000) | PTE_PAGE | S2_NO_AF
				      : (IPA + 0x1000) | PTE_PAGE | (PTE_RW & ~PTE_AF);
		u32 nr[3] = {0};

		for (u64 ns = 0; ns < 3200; ns += 40) {
			pa_t pa = race(is_stage2, ns * NS, other);

			assert_true(pa == PA || pa == PA + 0x1000);
			nr[pa == PA]++;
			/* taken away: refused, or done before */
			pa = race(is_stage2, ns * NS, 0);
			assert_true(pa == PA || !pa);
			nr[2] += !pa;
		}
		/* early and late changes were both tried */
		assert_true(nr[0] > 3 && nr[1] > 3 && nr[2] > 3);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(access_flags_of_both_stages_are_set),
		T(access_flags_fault_without_updates),
		T(a_write_makes_both_stages_dirty),
		T(a_page_without_dbm_stays_read_only),
		T(making_dirty_sets_the_access_flag),
		T(a_refused_access_leaves_its_descriptor_alone),
		T(stage1_is_written_before_stage2_is_asked),
		T(writing_a_descriptor_makes_its_page_dirty),
		T(clean_counts_as_writable_for_execution),
		T(read_only_tables_are_not_made_writable),
		T(an_aborted_update_is_f_walk_eabt),
		T(updates_are_atomic),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
