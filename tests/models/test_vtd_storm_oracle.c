// SPDX-License-Identifier: GPL-2.0-only
/*
 * Theorem: while requests of all kinds go on, software changes paging entries and tables of both
 * stages, PASID table, context and PASID table entries at random moments, then invalidates, by
 * queue (scalable mode, nested) or by register (legacy mode, second stage), as often as it can.
 * Once the wait descriptor's status is written, or the register says that it is done, no request is
 * answered with what was taken away, no table that was taken away is read or written, and each
 * request has been answered in bounded time (VT-d 6.5.1 to 6.5.4).
 *
 * The oracle: each leaf that is ever written leads to a page of its own, so the answer says which
 * leaves made it. A leaf is permitted from when it is written until the end of its invalidation.
 * What was taken away is filled with entries that lead to one forbidden page and whose flags are
 * clear, so that a walk through it shows in memory.
 *
 * Options: -n RUNS, -s SEED.
 */
#include <getopt.h>
#include <stdio.h>

#include "sim/rng.h"
#include "tests/models/vtd_rig.h"

#define NS 1000ULL
#define US 1000000ULL
#define SID 0x18ULL
#define DID 2ULL
#define PASID 1ULL
#define NR_GROUPS 2U /* of pages that have a table of the lowest level together */
#define NR_PAGES 8U
#define NR_SLOTS 12U /* requests under way */
#define MAX_LEAVES 8192U
#define IOVA 0x8000005000ULL
#define GPA_BASE 0x100000000ULL
#define PA_BASE 0x200000000ULL
#define FORBIDDEN (PA_BASE - 4096)
#define FORBIDDEN_GPA (GPA_BASE - 4096)
#define OF_DID (DID << 16)
#define OF_PASID (PASID << 32)
#define ICC (1ULL << 63)
#define IVT (1ULL << 63)
#define IVA_OFFSET 0xf0
#define IOTLB_OFFSET (IVA_OFFSET + 8)
#define BOUND_PS (60 * US)

/* Of the lowest stage there is, by the page that they lead to, and of the first, by the GPA. */
struct ss_leaf {
	u32 upper; /* leaf of the first stage; legacy mode: page */
	bool is_gone;
};

struct fs_leaf {
	u32 page;
	u32 ss_leaf; /* now */
	bool is_gone;
};

struct gone {
	pa_t pa;
	u64 word[3];
	u32 words, stride; /* of an entry; bytes from one to the next */
};

/* A write to registers, or a descriptor. */
struct command {
	u64 w0, w1;
	bool is_ccmd;
};

struct access_slot {
	struct port_translation t; /* first */
	u32 page;
	bool is_busy;
	u64 issue_ps, began_ps;
};

static struct rig rig;
static struct sim_rng rng;
static struct port *port;
static struct port_endpoint endpoint;
static struct access_slot slots[NR_SLOTS];

static struct ss_leaf ss_leaves[MAX_LEAVES];
static struct fs_leaf fs_leaves[MAX_LEAVES];
static u32 nr_ss_leaves, nr_fs_leaves;
static u32 leaf_of[NR_PAGES]; /* of the first stage; legacy mode: of the second */

/* Tables as they are now; of legacy mode l1_pa and l2_pa are of the second stage. */
static pa_t ss_root, dir, pasid_table, root_pa, l3_pa, l2_pa, l1_pa[NR_GROUPS];
static pa_t forbidden_root; /* leads to FORBIDDEN_GPA, or FORBIDDEN, wherever one looks */

static struct gone gone[MAX_LEAVES];
static u32 nr_gone, nr_filled;
static u32 going_ss[MAX_LEAVES], nr_going_ss;
static u32 going_fs[MAX_LEAVES], nr_going_fs;

static struct command commands[16];
static u32 nr_commands, next_command;
static u32 status;
static bool is_legacy, is_changing;
static u64 nr_answers, nr_old, nr_changes, worst_ps;

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

static u64 iova_of(u32 page)
{
	return IOVA + 4096 * (page / NR_GROUPS) + ((u64)(page % NR_GROUPS) << 21);
}

static pa_t slot_of(u32 page)
{
	return l1_pa[page % NR_GROUPS] + 8 * (iova_of(page) >> 12 & 511);
}

static u64 gpa_of(u32 leaf)
{
	return GPA_BASE + 4096ULL * leaf;
}

static pa_t ss_slot(u64 gpa, u32 level)
{
	return rig_pte(rig_tables(&rig, ss_root, 4), gpa, level, SS_RW);
}

static u32 new_page_at(pa_t slot, u32 upper)
{
	u32 leaf = nr_ss_leaves++;

	assert_true(leaf < MAX_LEAVES);
	ss_leaves[leaf] = (struct ss_leaf){.upper = upper};
	rig_put1(&rig, slot, (PA_BASE + 4096ULL * leaf) | SS_RW);
	return leaf;
}

static void new_ss_leaf(u32 fs_leaf)
{
	fs_leaves[fs_leaf].ss_leaf = new_page_at(ss_slot(gpa_of(fs_leaf), 1), fs_leaf);
}

/* Another leaf for @page, which leads where nobody has been. */
static void new_leaf(u32 page)
{
	if (is_legacy) {
		leaf_of[page] = new_page_at(slot_of(page), page);
		return;
	}
	assert_true(nr_fs_leaves < MAX_LEAVES);
	fs_leaves[nr_fs_leaves] = (struct fs_leaf){.page = page};
	leaf_of[page] = nr_fs_leaves++;
	new_ss_leaf(leaf_of[page]);
	rig_put1(&rig, slot_of(page), gpa_of(leaf_of[page]) | FS_ALL);
}

static u64 table_bits(void)
{
	return is_legacy ? SS_RW : FS_ALL;
}

static void new_tree(void)
{
	root_pa = rig_page(&rig);
	l3_pa = rig_page(&rig);
	l2_pa = rig_page(&rig);
	rig_put1(&rig, root_pa + 8 * (IOVA >> 39 & 511), l3_pa | table_bits());
	rig_put1(&rig, l3_pa, l2_pa | table_bits());
	for (u32 group = 0; group < NR_GROUPS; group++) {
		l1_pa[group] = rig_page(&rig);
		rig_put1(&rig, l2_pa + 8 * group, l1_pa[group] | table_bits());
	}
	for (u32 page = 0; page < NR_PAGES; page++)
		new_leaf(page);
}

static void copy_page(pa_t to, pa_t from)
{
	for (u32 i = 0; i < 512; i++)
		rig_put1(&rig, to + 8 * i, rig_get(&rig, from + 8 * i));
}

/* --- what is taken away --- */

static void goes_ss(u32 leaf)
{
	going_ss[nr_going_ss++] = leaf;
}

static void goes_leaf(u32 leaf)
{
	if (is_legacy)
		goes_ss(leaf);
	else
		going_fs[nr_going_fs++] = leaf;
}

static void goes_memory(pa_t pa, const u64 word[3], u32 words, u32 stride)
{
	assert_true(nr_gone < MAX_LEAVES);
	gone[nr_gone++] = (struct gone){
		.pa = pa, .word = {word[0], word[1], word[2]}, .words = words, .stride = stride};
}

/* A table of the highest stage there is. */
static void goes_table(pa_t pa)
{
	const u64 leaf[3] = {is_legacy ? FORBIDDEN | SS_RW : FORBIDDEN_GPA | FS_ALL};

	goes_memory(pa, leaf, 1, 8);
}

static void goes_tree(void)
{
	for (u32 page = 0; page < NR_PAGES; page++)
		goes_leaf(leaf_of[page]);
	goes_table(l1_pa[0]);
	goes_table(l1_pa[1]);
	goes_table(l2_pa);
	goes_table(l3_pa);
	goes_table(root_pa);
}

static void completed(void)
{
	for (u32 i = 0; i < nr_going_ss; i++)
		ss_leaves[going_ss[i]].is_gone = true;
	for (u32 i = 0; i < nr_going_fs; i++)
		fs_leaves[going_fs[i]].is_gone = true;
	for (; nr_filled < nr_gone; nr_filled++) {
		const struct gone *g = &gone[nr_filled];

		for (u32 at = 0; at < 4096; at += g->stride)
			rig_put(&rig, g->pa + at, g->word, g->words);
	}
	nr_going_ss = 0;
	nr_going_fs = 0;
	is_changing = false;
}

static void check_gone(void)
{
	for (u32 i = 0; i < nr_filled; i++) {
		for (u32 at = 0; at < 4096; at += gone[i].stride)
			assert_true(rig_get(&rig, gone[i].pa + at) == gone[i].word[0]);
	}
}

/* --- changes, each with what invalidates it --- */

static void command(u64 w0, u64 w1)
{
	commands[nr_commands++] = (struct command){.w0 = w0, .w1 = w1};
}

static void command_ccmd(u64 ccmd)
{
	commands[nr_commands++] = (struct command){.w0 = ccmd, .is_ccmd = true};
}

/* Entries of @page at the highest stage have changed; tables too, unless @has_hint. */
static void command_page(u32 page, bool has_hint)
{
	if (is_legacy)
		command(IVT | 3ULL << 60 | DID << 32, iova_of(page) | (u64)has_hint << 6);
	else
		command(6 | 3 << 4 | OF_DID | OF_PASID, iova_of(page) | (u64)has_hint << 6);
}

static void change_leaf(u32 page)
{
	goes_leaf(leaf_of[page]);
	new_leaf(page);
	command_page(page, below(2));
}

/* Another table says the same. */
static void change_l1(u32 page)
{
	u32 group = page % NR_GROUPS;
	pa_t old = l1_pa[group];

	l1_pa[group] = rig_page(&rig);
	copy_page(l1_pa[group], old);
	rig_put1(&rig, l2_pa + 8 * group, l1_pa[group] | table_bits());
	goes_table(old);
	/* of another page of the table, for one */
	command_page(group + NR_GROUPS * (u32)below(4), false);
}

static void put_pasid_entry(pa_t slot)
{
	const u64 words[8] = {ss_root | PASID_SSADE | 3 << 6 | 2 << 2 | 1, 1 << 23 | DID,
			      root_pa | PASID_EAFE};

	rig_put(&rig, slot, words, 8);
}

/* Other tables of the highest stage, by the PASID table entry or context-entry. */
static void change_root(u32 page)
{
	goes_tree();
	new_tree();
	if (is_legacy) {
		rig_put1(&rig, rig_ctx_slot(&rig, SID), root_pa | 1 << 2 | 1);
		command_ccmd(ICC | (1 + below(3)) << 61 | SID << 16 | DID);
		command(IVT | (1 + below(2)) << 60 | DID << 32, 0);
		return;
	}
	rig_put1(&rig, pasid_table + 64 * PASID + 16, root_pa | PASID_EAFE);
	command(below(2) ? 7 | 1 << 4 | OF_DID | OF_PASID : 7 | OF_DID, 0);
	command(6 | 2 << 4 | OF_DID | OF_PASID, 0);
}

/* The second stage leads a page elsewhere. */
static void change_ss_leaf(u32 page)
{
	goes_ss(fs_leaves[leaf_of[page]].ss_leaf);
	new_ss_leaf(leaf_of[page]);
	command(2 | 3 << 4 | OF_DID, gpa_of(leaf_of[page]) | below(2) << 6);
}

/* A table of the second stage, with another place for all that it maps. */
static void change_ss_table(u32 page)
{
	const u64 leaf[3] = {FORBIDDEN | SS_RW};
	u64 region = gpa_of(leaf_of[page]) >> 21 << 21;
	pa_t at = ss_slot(region, 2), old = rig_get(&rig, at) & 0xffffffffff000ULL;
	pa_t now = rig_page(&rig);

	copy_page(now, old);
	rig_put1(&rig, at, now | SS_RW);
	for (u32 i = 0; i < NR_PAGES; i++) {
		if (gpa_of(leaf_of[i]) >> 21 << 21 != region)
			continue;
		goes_ss(fs_leaves[leaf_of[i]].ss_leaf);
		new_ss_leaf(leaf_of[i]);
	}
	goes_memory(old, leaf, 1, 8);
	command(2 | (1 + below(2)) << 4 | OF_DID, 0);
}

/* Another PASID directory and table say the same, by the context-entry. */
static void change_context(u32 page)
{
	const u64 to_table[3] = {pasid_table | 1};
	const u64 entry[3] = {ss_root | PASID_SSADE | 3 << 6 | 2 << 2 | 1, 1 << 23 | DID,
			      forbidden_root | PASID_EAFE};

	goes_memory(dir, to_table, 1, 8);
	goes_memory(pasid_table, entry, 3, 64);
	dir = rig_page(&rig);
	pasid_table = rig_page(&rig);
	rig_put1(&rig, dir, pasid_table | 1);
	put_pasid_entry(pasid_table + 64 * PASID);
	rig_put1(&rig, rig_ctx_slot(&rig, SID), dir | SMCTX_DTE | SMCTX_PASIDE | 1);
	command(1 | (below(2) ? 1 << 4 : 3 << 4 | SID << 32), 0);
	command(7 | (below(2) ? 3 << 4 : OF_DID), 0);
}

/* What leads to an entry moves, and the entry with it: the old one is never told of that. */
static void change_all_configuration(u32 page)
{
	pa_t at = RIG_ROOT + (is_legacy ? 0 : 8 * (SID >> 7 & 1)), now = rig_page(&rig);

	copy_page(now, rig_get(&rig, at) & ~0xfffULL);
	rig_put1(&rig, at, now | 1);
	if (!is_legacy)
		change_context(page);
	change_root(page);
}

static void change(void)
{
	static void (*const changes[])(u32 page) = {
		change_leaf,	change_l1,	change_root, change_all_configuration,
		change_ss_leaf, change_context,
	};
	u64 nr_kinds = is_legacy ? 4 : 6;

	nr_commands = next_command = 0;
	/* Sometimes two at a time, sometimes none: invalidations alone. */
	for (u64 nr = below(3); nr-- > 0; nr_changes++)
		changes[below(nr_kinds)]((u32)below(NR_PAGES));
	/* The last: who still uses the old table does not find what is mapped in the new one. */
	if (!is_legacy && !below(4))
		change_ss_table((u32)below(NR_PAGES));
	if (!nr_commands)
		command_page(0, false);
	is_changing = true;
}

/* --- carrying it out --- */

static void send_descriptors(void)
{
	for (; next_command < nr_commands; next_command++)
		rig_desc_put(&rig, commands[next_command].w0, commands[next_command].w1);
	rig_desc_put(&rig, 5 | 1 << 5 | (u64)++status << 32, RIG_STATUS);
	rig_w64(&rig, DMAR_IQT_REG, rig.iq_tail);
}

static void write_register(const struct command *c)
{
	if (c->is_ccmd) {
		rig_w64(&rig, DMAR_CCMD_REG, c->w0);
		return;
	}
	rig_w64(&rig, IVA_OFFSET, c->w1);
	rig_w64(&rig, IOTLB_OFFSET, c->w0);
}

static bool is_register_done(void)
{
	return !(rig_r64(&rig, DMAR_CCMD_REG) & ICC) && !(rig_r64(&rig, IOTLB_OFFSET) & IVT);
}

/* Begin, or go on. Return: the end of the last one has been told. */
static bool go_on(bool begins)
{
	if (!is_legacy) {
		if (begins)
			send_descriptors();
		return (u32)rig_get(&rig, RIG_STATUS) == status;
	}
	if (!is_register_done())
		return false;
	if (next_command == nr_commands)
		return true;
	write_register(&commands[next_command++]);
	return false;
}

/* --- requests --- */

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
	u32 upper;
	bool is_gone;

	if (access->kind == PORT_TRANSLATION_REQUEST)
		assert_int_equal(slot->t.completion, PORT_COMPLETION_SUCCESS);
	assert_int_equal(access->status, PORT_DONE);
	assert_true(access->pa >= PA_BASE && number < nr_ss_leaves);
	upper = ss_leaves[number].upper;
	is_gone = ss_leaves[number].is_gone || (!is_legacy && fs_leaves[upper].is_gone);
	if (is_gone)
		fail_msg("page %u at %llu ps: leaf %llu under %u is gone", slot->page,
			 (unsigned long long)sim_now_ps(), (unsigned long long)number, upper);
	assert_int_equal(is_legacy ? upper : fs_leaves[upper].page, slot->page);
	nr_old += is_going(going_ss, nr_going_ss, (u32)number) ||
		  (!is_legacy && is_going(going_fs, nr_going_fs, upper));
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
	enum port_status result;
	u64 kind = below(4);

	memset(&slot->t, 0, sizeof(slot->t));
	slot->page = (u32)below(NR_PAGES);
	slot->is_busy = true;
	slot->began_ps = sim_now_ps();
	a->iova = iova_of(slot->page);
	a->len_bytes = 64;
	a->has_pasid = !is_legacy;
	a->pasid = is_legacy ? 0 : PASID;
	a->is_write = kind & 1;
	a->complete = complete;
	result = kind == 2 ? port->ops->translation_request(port, &slot->t)
			   : port->ops->translate(port, a);
	if (result != PORT_PENDING)
		answered(slot);
}

/* --- a run --- */

static void take_invalidation(struct port_endpoint *base, struct port_invalidation *inv)
{
	inv->completed(inv);
}

static void random_params(void)
{
	rig_defaults(&rig);
	/* few, so that they are waited for */
	if (below(2)) {
		rig.params.walk_slots = 1 + below(3);
		rig.params.slots = 2 + below(8);
	}
	/* caches that forget, or that keep much */
	if (below(2))
		rig.params.iotlb_entries = 0;
	if (below(2))
		rig.params.pde_entries = 0;
}

static void start_scalable(void)
{
	rig_enable(&rig, RIG_SCALABLE);
	ss_root = rig_page(&rig);
	for (u64 i = 0; i < 32; i++)
		rig_map_ss(rig_tables(&rig, ss_root, 4), RIG_TABLES + (i << 21), 2,
			   (RIG_TABLES + (i << 21)) | SS_RW);
	rig_put1(&rig, ss_slot(FORBIDDEN_GPA, 1), FORBIDDEN | SS_RW);
	new_tree();
	dir = rig_smctx(&rig, SID, SMCTX_DTE | SMCTX_PASIDE);
	pasid_table = rig_pasid_slot(&rig, dir, 0);
	put_pasid_entry(pasid_table + 64 * PASID);
}

static void start_legacy(void)
{
	rig_enable(&rig, RIG_LEGACY);
	new_tree();
	rig_ctx(&rig, SID, (struct rig_context){.tt = 1, .aw = 2, .did = DID, .root = root_pa});
}

static void start(void)
{
	static const struct port_endpoint_ops ops = {.invalidate = take_invalidation};

	nr_ss_leaves = nr_fs_leaves = nr_gone = nr_filled = nr_going_ss = nr_going_fs = 0;
	is_changing = false;
	status = 0;
	random_params();
	rig_start(&rig);
	/* what is behind a forbidden root is not there: it would fault */
	forbidden_root = rig_page(&rig);
	if (is_legacy)
		start_legacy();
	else
		start_scalable();
	port = vtd_port_create(rig.vtd, SID);
	endpoint.ops = &ops;
	port->endpoint = &endpoint;
	for (u32 i = 0; i < NR_SLOTS; i++)
		slots[i] = (struct access_slot){.issue_ps = sim_now_ps() + below(1000) * NS};
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

static void run(u64 seed, struct vtd_stats *stats)
{
	u64 send_ps = SIM_TIME_NEVER, change_ps;

	sim_rng_init(&rng, seed, "storm");
	is_legacy = seed % 2;
	start();
	change_ps = sim_now_ps() + below(2000) * NS;
	while (sim_now_ps() < 400 * US) {
		u64 next_ps = issue_due(), event_ps = sim_next_event_ps();

		next_ps = next_ps < event_ps ? next_ps : event_ps;
		next_ps = next_ps < send_ps ? next_ps : send_ps;
		next_ps = is_changing || next_ps < change_ps ? next_ps : change_ps;
		assert_true(next_ps != SIM_TIME_NEVER);
		advance(next_ps);
		if (!is_changing && sim_now_ps() >= change_ps) {
			change();
			send_ps = sim_now_ps() + below(4) * below(300) * NS;
		}
		if (!is_changing || (send_ps != SIM_TIME_NEVER && sim_now_ps() < send_ps))
			continue;
		if (go_on(send_ps != SIM_TIME_NEVER)) {
			completed();
			change_ps = sim_now_ps() + below(2) * below(3000) * NS;
		}
		send_ps = SIM_TIME_NEVER;
	}
	rig_run(&rig);
	check_gone();
	vtd_stats(rig.vtd, stats);
	assert_int_equal(rig_r32(&rig, DMAR_FSTS_REG), 0);
	rig_stop(&rig);
}

static u64 nr_runs = 60, first_seed = 1;

static void nothing_that_was_invalidated_is_used(void **state)
{
	u64 overtaken = 0, waits = 0;

	for (u64 i = 0; i < nr_runs; i++) {
		struct vtd_stats stats;

		run(first_seed + i, &stats);
		overtaken += stats.overtaken;
		waits += stats.overtaken_waits;
	}
	printf("%llu answers, %llu of them with what was being taken away; %llu changes, %llu "
	       "translations overtaken, %llu ends of invalidations waited; slowest answer %llu ns\n",
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
