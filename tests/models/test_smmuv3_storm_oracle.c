// SPDX-License-Identifier: GPL-2.0-only
/*
 * Theorem: while accesses of all kinds go on, software changes what both stages, the CD and the
 * STE say, at random moments, then invalidates and sends a CMD_SYNC, as often as it can. Once the
 * CMD_SYNC is consumed no access is answered with what was taken away, no table that was taken away
 * is read or written, and each access has been answered in bounded time (IHI 0070 3.21, 4.7.3).
 *
 * The oracle: each leaf that is ever written leads to a page of its own, so the answer says which
 * leaves of both stages made it. A leaf is permitted from when it is written until the SYNC after
 * its invalidation is consumed. What was taken away is filled with descriptors, or CDs, that lead
 * to one forbidden page and whose flags are clear, so that a walk through it shows in memory.
 *
 * Options: -n RUNS, -s SEED.
 */
#include <getopt.h>
#include <stdio.h>

#include "sim/rng.h"
#include "tests/models/smmuv3_nested_rig.h"

#define NS 1000ULL
#define US 1000000ULL
#define NR_GROUPS 2U /* of pages that have a table of stage 1 together */
#define NR_PAGES 8U
#define NR_SLOTS 12U /* accesses under way */
#define MAX_LEAVES 8192U
#define IPA_BASE 0x40000000ULL
#define PA_BASE 0x4000000000ULL
#define FORBIDDEN (PA_BASE - 4096)
#define FORBIDDEN_IPA (IPA_BASE - 4096)
#define ASID 9ULL
#define VMID 0x1234ULL
#define EL1 (VMID << 32 | ASID << 48)
#define OF_SID ((u64)SID << 32)
#define BOUND_PS (40 * US)

/* Leaves lead to dirty pages, or are to be updated by who writes. */
#define S1_LEAF ((PTE_RW & ~PTE_AF) | PTE_RO | DBM | PTE_PAGE)
#define S2_LEAF ((S2_NO_AF & ~S2_WRITE) | DBM | PTE_PAGE)

/* Leaves of stage 2, by the page that they lead to, and of stage 1, by the IPA. */
struct s2_leaf {
	u32 ipa;
	bool is_gone;
};

struct s1_leaf {
	u32 page;
	u32 s2_leaf; /* now */
	bool is_gone;
};

static struct s2_leaf s2_leaves[MAX_LEAVES];
static struct s1_leaf s1_leaves[MAX_LEAVES];
static u32 nr_s2_leaves, nr_s1_leaves;

/* Tables of stage 1 as they are now, and where the guest has them. */
static pa_t root_pa, l2_pa, l3_pa[NR_GROUPS];
static u64 l3_ipa[NR_GROUPS];
static u32 leaf_of[NR_PAGES];

/* What software has taken away, and will fill when its SYNC is consumed; filled ones are kept. */
struct gone {
	pa_t pa;
	u64 word[2];
	u32 stride; /* bytes from one to the next */
};

static struct gone gone[MAX_LEAVES];
static u32 nr_gone, nr_filled;
static u32 going_s2[MAX_LEAVES], nr_going_s2;
static u32 going_s1[MAX_LEAVES], nr_going_s1;

struct access_slot {
	struct port_translation t; /* first */
	struct port *port;
	u32 page, nr_completed;
	bool is_busy;
	u64 issue_ps, began_ps;
};

static struct access_slot slots[NR_SLOTS];
static struct sim_rng rng;
static struct port_endpoint endpoint;
static u64 nr_answers, nr_old, nr_changes, worst_ps;
static bool is_changing;
static pa_t forbidden_root;

static u64 below(u64 limit)
{
	return sim_rng_below(&rng, limit);
}

static void tick(struct sim_event *event)
{
}

/* Time passes, also if nothing happens. */
static void advance(u64 to_ps)
{
	static struct sim_event event;

	sim_event_init(&event, tick);
	sim_event_schedule(&event, to_ps);
	sim_run(to_ps);
}

/* --- tables --- */

static u64 va_of(u32 page)
{
	u32 group = page % NR_GROUPS;

	return VA + 4096 * (page / NR_GROUPS) + ((u64)group << 21);
}

static pa_t s1_slot_of(u32 page)
{
	return l3_pa[page % NR_GROUPS] + 8 * (va_of(page) >> 12 & 511);
}

static u64 ipa_of(u32 leaf)
{
	return IPA_BASE + 4096ULL * leaf;
}

static void new_s2_leaf(u32 ipa)
{
	u32 leaf = nr_s2_leaves++;

	assert_true(leaf < MAX_LEAVES);
	s2_leaves[leaf] = (struct s2_leaf){.ipa = ipa};
	s1_leaves[ipa].s2_leaf = leaf;
	rig_put1(&rig, s2_slot(ipa_of(ipa), 3), (PA_BASE + 4096ULL * leaf) | S2_LEAF);
}

/* Another leaf of stage 1 for @page, whose IPA nobody has had. */
static void new_s1_leaf(u32 page)
{
	u32 leaf = nr_s1_leaves++;

	assert_true(leaf < MAX_LEAVES);
	s1_leaves[leaf] = (struct s1_leaf){.page = page};
	new_s2_leaf(leaf);
	leaf_of[page] = leaf;
	rig_put1(&rig, s1_slot_of(page), ipa_of(leaf) | S1_LEAF);
}

static void new_l3(u32 group)
{
	l3_pa[group] = guest_page();
	l3_ipa[group] = GUEST + l3_pa[group];
}

static void new_tree(void)
{
	root_pa = guest_page();
	l2_pa = guest_page();
	rig_put1(&rig, root_pa, (GUEST + l2_pa) | PTE_TABLE);
	for (u32 group = 0; group < NR_GROUPS; group++) {
		new_l3(group);
		rig_put1(&rig, l2_pa + 8 * group, l3_ipa[group] | PTE_TABLE);
	}
	for (u32 page = 0; page < NR_PAGES; page++)
		new_s1_leaf(page);
}

static void copy_page(pa_t to, pa_t from)
{
	for (u32 i = 0; i < 512; i++)
		rig_put1(&rig, to + 8 * i, rig_get(&rig, from + 8 * i));
}

/* --- what is taken away --- */

static void goes_s2(u32 leaf)
{
	going_s2[nr_going_s2++] = leaf;
}

/* With what it leads to. */
static void goes_s1(u32 leaf)
{
	going_s1[nr_going_s1++] = leaf;
}

static void goes_memory(pa_t pa, u64 word, u32 stride)
{
	assert_true(nr_gone < MAX_LEAVES);
	gone[nr_gone++] = (struct gone){
		.pa = pa, .word = {word, GUEST + forbidden_root}, .stride = stride};
}

static void goes_table(pa_t pa)
{
	goes_memory(pa, FORBIDDEN_IPA | S1_LEAF, 8);
}

static void synchronized(void)
{
	for (u32 i = 0; i < nr_going_s2; i++)
		s2_leaves[going_s2[i]].is_gone = true;
	for (u32 i = 0; i < nr_going_s1; i++)
		s1_leaves[going_s1[i]].is_gone = true;
	for (; nr_filled < nr_gone; nr_filled++) {
		const struct gone *g = &gone[nr_filled];

		for (u32 at = 0; at < 4096; at += g->stride)
			rig_put(&rig, g->pa + at, g->word, g->stride == 8 ? 1 : 2);
	}
	nr_going_s1 = 0;
	nr_going_s2 = 0;
	is_changing = false;
}

/* Nobody has written what was taken away. */
static void check_gone(void)
{
	for (u32 i = 0; i < nr_filled; i++) {
		for (u32 at = 0; at < 4096; at += gone[i].stride)
			assert_true(rig_get(&rig, gone[i].pa + at) == gone[i].word[0]);
	}
}

/* --- changes, each with its commands --- */

static void command(u64 w0, u64 w1)
{
	rig_cmd_put(&rig, w0, w1);
}

/* The IPA of a page moves. */
static void change_s2_leaf(u32 page)
{
	u32 ipa = leaf_of[page];

	goes_s2(s1_leaves[ipa].s2_leaf);
	new_s2_leaf(ipa);
	command(0x2a | EL1, ipa_of(ipa) | 1);
	command(0x12 | EL1, va_of(page) | 1);
}

static void change_s1_leaf(u32 page)
{
	goes_s1(leaf_of[page]);
	new_s1_leaf(page);
	command((below(2) ? 0x12 : 0x13) | EL1, va_of(page) | 1);
}

/* Another table of stage 1 says the same. */
static void change_l3(u32 page)
{
	u32 group = page % NR_GROUPS;
	pa_t old = l3_pa[group];

	new_l3(group);
	copy_page(l3_pa[group], old);
	rig_put1(&rig, l2_pa + 8 * group, l3_ipa[group] | PTE_TABLE);
	goes_table(old);
	command((below(2) ? 0x12 : 0x13) | EL1, va_of(page));
}

/* The guest's table is elsewhere in memory. */
static void move_l3(u32 page)
{
	u32 group = page % NR_GROUPS;
	pa_t old = l3_pa[group], now = rig_alloc(&rig, 4096);

	copy_page(now, old);
	s2_map(l3_ipa[group], now, S2_RW);
	l3_pa[group] = now;
	goes_table(old);
	command(0x2a | EL1, l3_ipa[group] | 1);
	command(0x10 | EL1, 0);
}

/* A table of stage 2, with another place for all that it maps. */
static void change_s2_table(u32 page)
{
	u64 region = ipa_of(leaf_of[page]) >> 21 << 21;
	pa_t at = s2_slot(region, 2), old = rig_get(&rig, at) & 0xfffffffff000ULL;
	pa_t now = rig_alloc(&rig, 4096);

	copy_page(now, old);
	rig_put1(&rig, at, now | PTE_TABLE);
	for (u32 i = 0; i < NR_PAGES; i++) {
		if (ipa_of(leaf_of[i]) >> 21 << 21 != region)
			continue;
		goes_s2(s1_leaves[leaf_of[i]].s2_leaf);
		new_s2_leaf(leaf_of[i]);
	}
	goes_memory(old, FORBIDDEN | S2_LEAF, 8);
	command(below(2) ? 0x28 | EL1 : 0x30, 0);
}

/* Other tables of stage 1, by the CD. */
static void change_cd(u32 page)
{
	const pa_t old[] = {root_pa, l2_pa, l3_pa[0], l3_pa[1]};

	for (u32 i = 0; i < NR_PAGES; i++)
		goes_s1(leaf_of[i]);
	for (u32 i = 0; i < 4; i++)
		goes_table(old[i]);
	new_tree();
	cd_words[1] = GUEST + root_pa;
	rig_put1(&rig, cd + 8, cd_words[1]);
	command((below(2) ? 0x05 : 0x06) | OF_SID, 1);
	command((below(2) ? 0x11 : 0x10) | EL1, 0);
}

/* Another CD says the same, by the STE. */
static void change_ste(u32 page)
{
	pa_t old = cd;

	cd = guest_page();
	rig_put(&rig, cd, cd_words, 8);
	ste[0] = STE_NESTED | (GUEST + cd);
	rig_put1(&rig, RIG_STRTAB + 64 * SID, ste[0]);
	goes_memory(old, cd_words[0], 64);
	command(below(2) ? 0x03 | OF_SID : 0x04, below(2) ? 1 : 31);
	/* 0x04 is about all streams, if its range is */
	command(0x03 | OF_SID, 1);
}

/* Another CD says something else: the old one is never told of that. */
static void change_all_configuration(u32 page)
{
	const pa_t old[] = {root_pa, l2_pa, l3_pa[0], l3_pa[1]};

	for (u32 i = 0; i < NR_PAGES; i++)
		goes_s1(leaf_of[i]);
	for (u32 i = 0; i < 4; i++)
		goes_table(old[i]);
	new_tree();
	cd_words[1] = GUEST + root_pa;
	command(0x05 | OF_SID, 1);
	change_ste(page);
	command(0x11 | EL1, 0);
}

static void change(void)
{
	static void (*const changes[])(u32 page) = {
		change_s2_leaf, change_s1_leaf,		  change_l3, move_l3, change_cd,
		change_ste,	change_all_configuration,
	};

	/* Sometimes two for one SYNC, sometimes none: invalidations alone. */
	for (u64 nr = below(3); nr-- > 0; nr_changes++)
		changes[below(sizeof(changes) / sizeof(changes[0]))]((u32)below(NR_PAGES));
	/* The last: who still uses the old table does not find what is mapped in the new one. */
	if (!below(4))
		change_s2_table((u32)below(NR_PAGES));
	if (!below(4))
		command(0x02 | OF_SID, va_of((u32)below(NR_PAGES)) | below(2));
	if (!below(4))
		command(0x30, 0);
	command(0x46, 0);
	is_changing = true;
}

/* --- accesses --- */

static bool is_going(const u32 *list, u32 nr, u32 leaf)
{
	for (u32 i = 0; i < nr; i++) {
		if (list[i] == leaf)
			return true;
	}
	return false;
}

static void answered(struct access_slot *slot)
{
	const struct port_access *access = &slot->t.access;
	u64 number = (access->pa - PA_BASE) >> 12, took_ps = sim_now_ps() - slot->began_ps;
	u32 ipa;

	if (access->kind == PORT_TRANSLATION_REQUEST)
		assert_int_equal(slot->t.completion, PORT_COMPLETION_SUCCESS);
	assert_int_equal(access->status, PORT_DONE);
	assert_true(access->pa >= PA_BASE && number < nr_s2_leaves);
	ipa = s2_leaves[number].ipa;
	if (s2_leaves[number].is_gone || s1_leaves[ipa].is_gone)
		fail_msg("page %u at %llu ps: leaf %llu of IPA %u is gone", slot->page,
			 (unsigned long long)sim_now_ps(), (unsigned long long)number, ipa);
	assert_int_equal(s1_leaves[ipa].page, slot->page);
	nr_old += is_going(going_s2, nr_going_s2, (u32)number) ||
		  is_going(going_s1, nr_going_s1, ipa);
	nr_answers++;
	worst_ps = took_ps > worst_ps ? took_ps : worst_ps;
	assert_true(took_ps < BOUND_PS);
	slot->is_busy = false;
	slot->issue_ps = sim_now_ps() + below(below(4) ? 300 : 3000) * NS;
}

static void complete(struct port_access *access)
{
	answered((struct access_slot *)access);
}

static void issue(struct access_slot *slot)
{
	struct port_access *a = &slot->t.access;
	enum port_status status;
	u64 kind = below(4);

	memset(&slot->t, 0, sizeof(slot->t));
	slot->page = (u32)below(NR_PAGES);
	slot->is_busy = true;
	slot->began_ps = sim_now_ps();
	a->iova = va_of(slot->page);
	a->len_bytes = 64;
	a->is_write = kind & 1;
	a->complete = complete;
	status = kind == 2 ? slot->port->ops->translation_request(slot->port, &slot->t)
			   : slot->port->ops->translate(slot->port, a);
	if (status != PORT_PENDING)
		answered(slot);
}

/* --- a run --- */

static void take_invalidation(struct port_endpoint *base, struct port_invalidation *inv)
{
	inv->completed(inv);
}

static void with_everything(struct smmu_params *p)
{
	p->httu = 2;
	p->ats = 1;
	/* few, so that they are waited for */
	if (below(2)) {
		p->walk_slots = 1 + below(3);
		p->slots = 2 + below(8);
	}
	/* caches that forget, or that keep much */
	if (below(2))
		p->tlb_entries = 0;
	p->walk_l3_entries = below(2) ? 0 : p->walk_l3_entries;
}

static void start(void)
{
	static const struct port_endpoint_ops ops = {.invalidate = take_invalidation};

	nr_s1_leaves = nr_s2_leaves = nr_gone = nr_filled = nr_going_s1 = nr_going_s2 = 0;
	is_changing = false;
	start_with(with_everything, false);
	endpoint.ops = &ops;
	s2_map(FORBIDDEN_IPA, FORBIDDEN, S2_RW);
	forbidden_root = guest_page();
	new_tree();
	ste[1] = 1ULL << 28;
	ste[2] = S2_USUAL | S2_HA | S2_HD;
	cd_words[0] = (RIG_CD | 25) | CD_HA | CD_HD | RIG_CD_ASID(ASID);
	cd_words[1] = GUEST + root_pa;
	configure();
	for (u32 i = 0; i < NR_SLOTS; i++) {
		slots[i] = (struct access_slot){.port = port, .issue_ps = below(1000) * NS};
		if (i % 4 == 0)
			slots[i].port = smmu_port_create(rig.smmu, SID);
		slots[i].port->endpoint = &endpoint;
	}
}

static u64 issue_due(void)
{
	u64 next_ps = SIM_TIME_NEVER;

	for (u32 i = 0; i < NR_SLOTS; i++) {
		if (!slots[i].is_busy && slots[i].issue_ps <= sim_now_ps())
			issue(&slots[i]);
		if (!slots[i].is_busy && slots[i].issue_ps < next_ps)
			next_ps = slots[i].issue_ps;
	}
	return next_ps;
}

static void run(u64 seed, struct smmu_stats *stats)
{
	u64 kick_ps = SIM_TIME_NEVER, change_ps;

	sim_rng_init(&rng, seed, "storm");
	start();
	change_ps = sim_now_ps() + below(2000) * NS;
	while (sim_now_ps() < 400 * US) {
		u64 next_ps = issue_due(), event_ps = sim_next_event_ps();

		next_ps = next_ps < event_ps ? next_ps : event_ps;
		next_ps = next_ps < kick_ps ? next_ps : kick_ps;
		next_ps = is_changing || next_ps < change_ps ? next_ps : change_ps;
		assert_true(next_ps != SIM_TIME_NEVER);
		advance(next_ps);
		if (!is_changing && sim_now_ps() >= change_ps) {
			change();
			kick_ps = sim_now_ps() + below(4) * below(300) * NS;
		}
		if (sim_now_ps() >= kick_ps) {
			rig_cmd_kick(&rig);
			kick_ps = SIM_TIME_NEVER;
		}
		if (is_changing && kick_ps == SIM_TIME_NEVER &&
		    rig_r32(&rig, ARM_SMMU_CMDQ_CONS) == rig.cmd_prod) {
			synchronized();
			change_ps = sim_now_ps() + below(2) * below(3000) * NS;
		}
	}
	rig_run(&rig);
	check_gone();
	smmu_stats(rig.smmu, stats);
	assert_int_equal(rig_nr_events(&rig), 0);
	rig_stop(&rig);
}

static u64 nr_runs = 60, first_seed = 1;

static void nothing_that_was_invalidated_is_used(void **state)
{
	u64 overtaken = 0, waits = 0;

	for (u64 i = 0; i < nr_runs; i++) {
		struct smmu_stats stats;

		run(first_seed + i, &stats);
		overtaken += stats.overtaken;
		waits += stats.overtaken_waits;
	}
	printf("%llu answers, %llu of them with what was being taken away; %llu changes, %llu "
	       "translations overtaken, %llu SYNCs waited; slowest answer %llu ns\n",
	       (unsigned long long)nr_answers, (unsigned long long)nr_old,
	       (unsigned long long)nr_changes, (unsigned long long)overtaken,
	       (unsigned long long)waits, (unsigned long long)(worst_ps / NS));
	/* It has been close. */
	assert_true(nr_old > 10 * nr_runs && overtaken > 100 * nr_runs && waits > 20 * nr_runs);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_that_was_invalidated_is_used),
	};
	int option;

	while ((option = getopt(argc, argv, "n:s:")) != -1) {
		if (option == 'n')
			nr_runs = strtoull(optarg, NULL, 0);
		else if (option == 's')
			first_seed = strtoull(optarg, NULL, 0);
		else
			return 2;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
