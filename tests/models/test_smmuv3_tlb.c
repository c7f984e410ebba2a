// SPDX-License-Identifier: GPL-2.0-only
/*
 * Theorems: after an invalidation command exactly those translations are read
 * from memory again that the specification puts into its scope (4.3, 4.4), and
 * all others are still those of before, in every cache, for pages and blocks of
 * every granule, global or not, below TTB0 and TTB1, of EL1, EL2 and EL2-E2H; a hit
 * checks permissions; a walk under way when an invalidation comes is not stale.
 */
#include "sim/rng.h"
#include "tests/models/smmuv3_rig.h"

static struct rig rig;
static struct sim_rng rng;
static u32 granule_lg2; /* of all streams */

static int setup(void **state)
{
	rig_defaults(&rig);
	/* fewer than items of a stream: hits of the main TLB fill it too */
	rig.params.utlb_entries = 6;
	rig.params.gran16k = 1;
	rig.params.gran64k = 1;
	granule_lg2 = 12;
	rig_start(&rig);
	rig_enable(&rig);
	sim_rng_init(&rng, 1, "tlb");
	return 0;
}

static int teardown(void **state)
{
	rig_stop(&rig);
	return 0;
}

static u64 pick(u64 n)
{
	return sim_rng_below(&rng, n);
}

/* --- translations that are watched --- */

enum world { EL1, EL2, E2H };

struct stream {
	u32 sid;
	enum world world;
	u32 asid;
	pa_t root[2];
};

struct item {
	const struct stream *stream;
	u64 va;
	u32 lg2;
	bool is_global;
	pa_t slot; /* of its descriptor */
	u64 desc;  /* without the address */
	pa_t pa;   /* 0 mod 2^lg2; the other mapping is at pa + OTHER */
};

#define OTHER 0x4000000000ULL
#define MAX_ITEMS 128

static struct item items[MAX_ITEMS];
static u32 nr_items;

static const u32 level_of_lg2[] = {
	[12] = 3, [14] = 3, [16] = 3, [21] = 2, [25] = 2, [29] = 2, [30] = 1,
};

/* As rig_pte(), of tables of granule_lg2 for 48 bits. */
static pa_t pte_slot(pa_t root, u64 offset, u32 level)
{
	pa_t table = root;

	for (u32 l = granule_lg2 == 16; l < level; l++) {
		u32 shift = granule_lg2 + (granule_lg2 - 3) * (3 - l);
		pa_t slot = table + 8 * ((offset >> shift) & ((1ULL << (granule_lg2 - 3)) - 1));
		u64 desc = rig_get(&rig, slot);

		if (!desc) {
			desc = rig_alloc(&rig, 1ULL << granule_lg2) | PTE_TABLE;
			rig_put1(&rig, slot, desc);
		}
		table = desc & ~3ULL;
	}
	return table + 8 * ((offset >> (granule_lg2 + (granule_lg2 - 3) * (3 - level))) &
			    ((1ULL << (granule_lg2 - 3)) - 1));
}

static void add_item(const struct stream *stream, u64 va, u32 lg2, bool is_global)
{
	struct item *item = &items[nr_items];
	bool is_high = va >> 63;
	u64 offset = va & 0xffffffffffffULL;

	item->stream = stream;
	item->va = va;
	item->lg2 = lg2;
	item->is_global = is_global;
	item->slot = pte_slot(stream->root[is_high], offset, level_of_lg2[lg2]);
	item->desc = PTE_AF | PTE_EL0 | (lg2 == granule_lg2 ? PTE_PAGE : PTE_BLOCK) |
		     (is_global ? 0 : PTE_NG);
	/* One mapping for all ASIDs where it is global; else each its own. */
	item->pa = (is_global ? 0x1000000000ULL : 0x1800000000ULL + ((u64)stream->asid << 33)) +
		   (offset & 0xffffffffULL);
	nr_items++;
}

static void map_items(u64 add)
{
	for (u32 i = 0; i < nr_items; i++)
		rig_put1(&rig, items[i].slot, (items[i].pa + add) | items[i].desc);
}

static pa_t lookup(const struct item *item)
{
	struct port_access a = {.iova = item->va + pick(1ULL << item->lg2)};

	assert_int_equal(smmu_translate(rig.smmu, item->stream->sid, &a), PORT_DONE);
	return a.pa - (a.iova - item->va);
}

static struct stream streams[] = {
	{.sid = 1, .world = EL1, .asid = 1}, {.sid = 2, .world = EL1, .asid = 2},
	{.sid = 3, .world = EL1, .asid = 1}, {.sid = 4, .world = EL2},
	{.sid = 5, .world = E2H, .asid = 1}, {.sid = 6, .world = E2H, .asid = 2},
};
#define NR_STREAMS 6

static void set_e2h(bool on)
{
	rig_w32(&rig, ARM_SMMU_CR0, CR0_EVTQEN | CR0_CMDQEN);
	rig_w32(&rig, ARM_SMMU_CR2, CR2_RECINVSID | (on ? CR2_E2H : 0));
	rig_w32(&rig, ARM_SMMU_CR0, CR0_SMMUEN | CR0_EVTQEN | CR0_CMDQEN);
}

static void make_stream(struct stream *s)
{
	static const u64 tg0[] = {[12] = 0, [14] = 2, [16] = 1};
	static const u64 tg1[] = {[12] = 2, [14] = 1, [16] = 3};
	pa_t cd = rig_alloc(&rig, 4096);
	u64 words[8];

	s->root[0] = rig_alloc(&rig, 1ULL << granule_lg2);
	s->root[1] = rig_alloc(&rig, 1ULL << granule_lg2);
	words[0] = (RIG_CD & ~(1ULL << 30)) | 16 | 16 << 16 | tg0[granule_lg2] << 6 |
		   tg1[granule_lg2] << 22 | RIG_CD_ASID(s->asid);
	words[1] = s->root[0];
	words[2] = s->root[1];
	memset(&words[3], 0, sizeof(words) - 24);
	rig_put(&rig, cd, words, 8);
	rig_ste(&rig, s->sid, RIG_STE_S1 | cd, s->world == EL1 ? 0 : 2ULL << 30);
	smmu_port_create(rig.smmu, s->sid);
}

static void make_items(void)
{
	nr_items = 0;
	for (u32 i = 0; i < NR_STREAMS; i++) {
		const struct stream *s = &streams[i];

		make_stream(&streams[i]);
		add_item(s, 0x10000000, 12, false);
		add_item(s, 0x10001000, 12, false);
		add_item(s, 0x10008000, 12, false);
		add_item(s, 0x1000f000, 12, true);
		add_item(s, 0x10200000, 21, false);
		add_item(s, 0x10400000, 21, true);
		add_item(s, 0x40000000, 30, false);
		add_item(s, 0x80000000, 30, true);
		if (s->world == EL2)
			continue;
		add_item(s, 0xffff000010000000ULL, 12, false);
		add_item(s, 0xffffffffffe00000ULL, 21, false);
	}
}

/* The same with pages and blocks of 16 or 64 KiB tables, which have no third size. */
static void make_items_of_granule(u32 lg2)
{
	u32 block_lg2 = 2 * lg2 - 3;
	u64 block = 1ULL << block_lg2;

	granule_lg2 = lg2;
	nr_items = 0;
	for (u32 i = 0; i < NR_STREAMS; i++) {
		const struct stream *s = &streams[i];

		make_stream(&streams[i]);
		add_item(s, 0, lg2, false);
		add_item(s, 1ULL << lg2, lg2, false);
		add_item(s, 8ULL << lg2, lg2, false);
		add_item(s, 15ULL << lg2, lg2, true);
		add_item(s, block, block_lg2, false);
		add_item(s, 2 * block, block_lg2, true);
		if (s->world == EL2)
			continue;
		add_item(s, 0xffff000000000000ULL, lg2, false);
		add_item(s, 0 - block, block_lg2, false);
	}
}

/* Everything cached, of the first mapping; then memory says the other. */
static void warm(void)
{
	rig_cmd(&rig, 0x30, 0);
	rig_cmd(&rig, 0x20, 0);
	rig_cfgi_all(&rig);
	map_items(0);
	/* configuration is read with the E2H of its world, and stays */
	for (u32 turn = 0; turn < 4; turn++) {
		bool e2h = turn % 2;

		set_e2h(e2h);
		for (u32 i = 0; i < nr_items; i++) {
			if ((items[i].stream->world == E2H) == e2h)
				assert_true(lookup(&items[i]) == items[i].pa);
		}
	}
	map_items(OTHER);
}

/* --- what a command's scope is, from its words --- */

static bool covers(const struct item *item, u64 w0, u64 w1)
{
	u64 tg = w1 >> 10 & 3, ttl = w1 >> 8 & 3;
	u64 first = w1 & ~0xfffULL;
	u64 bytes = 4096;

	if (tg && tg * 2 + 10 != granule_lg2)
		return false; /* another granule */
	if (tg) {
		first &= ~0ULL << granule_lg2;
		bytes = ((w0 >> 12 & 31) + 1) << granule_lg2;
		for (u32 i = 0; i < (w0 >> 20 & 31); i++)
			bytes *= 2;
		if (ttl && ttl != level_of_lg2[item->lg2])
			return false;
	}
	if (item->va < first)
		return first - item->va < 1ULL << item->lg2;
	return item->va - first < bytes;
}

static bool in_scope(const struct item *item, u64 w0, u64 w1, bool e2h)
{
	enum world world = item->stream->world;
	bool same_asid = item->stream->asid == w0 >> 48;

	switch (w0 & 0xff) {
	case 0x10: /* NH_ALL */
	case 0x30: /* NSNH_ALL */
		return world == EL1;
	case 0x11:
		return world == EL1 && same_asid && !item->is_global;
	case 0x12:
		return world == EL1 && (same_asid || item->is_global) && covers(item, w0, w1);
	case 0x13:
		return world == EL1 && covers(item, w0, w1);
	case 0x20:
		return world != EL1;
	case 0x21:
		return world == E2H && same_asid && !item->is_global;
	case 0x22:
		if (e2h)
			return world == E2H && (same_asid || item->is_global) &&
			       covers(item, w0, w1);
		return world == EL2 && covers(item, w0, w1);
	case 0x23:
		return world == (e2h ? E2H : EL2) && covers(item, w0, w1);
	}
	fail();
	return false;
}

static u32 check_command(u64 w0, u64 w1, bool e2h)
{
	u32 nr_in_scope = 0;

	warm();
	set_e2h(e2h);
	rig_cmd(&rig, w0, w1);
	for (u32 i = 0; i < nr_items; i++) {
		bool is_new = in_scope(&items[i], w0, w1, e2h);

		nr_in_scope += is_new;
		if (lookup(&items[i]) != items[i].pa + (is_new ? OTHER : 0))
			fail_msg("command %llx %llx e2h %u: item %u is %s", w0, w1, e2h, i,
				 is_new ? "stale" : "invalidated too");
	}
	return nr_in_scope;
}

static void invalidations_by_asid_and_all_are_exact(void **state)
{
	make_items();
	for (u32 e2h = 0; e2h < 2; e2h++) {
		assert_int_equal(check_command(0x10, 0, e2h), 30);
		assert_int_equal(check_command(0x30, 0, e2h), 30);
		assert_int_equal(check_command(0x20, 0, e2h), 28);
		assert_int_equal(check_command(0x11 | 1ULL << 48, 0, e2h), 14);
		assert_int_equal(check_command(0x11 | 3ULL << 48, 0, e2h), 0);
		assert_int_equal(check_command(0x21 | 2ULL << 48, 0, e2h), 7);
	}
}

/* Any address in a block hits it, and nothing beside it. */
static void invalidations_by_address_are_exact(void **state)
{
	static const u64 ops[] = {0x12, 0x13, 0x22, 0x23};
	u64 nr = 0;

	make_items();
	for (u32 i = 0; i < 1000; i++) {
		const struct item *near = &items[pick(nr_items)];
		u64 va = near->va + pick(1ULL << near->lg2) + (pick(3) - 1) * 4096;
		u64 w0 = ops[pick(4)] | (pick(3) << 48);
		u64 w1 = (va & ~0xfffULL) | pick(2);

		nr += check_command(w0, w1, pick(2));
	}
	assert_true(nr > 500);
}

static void invalidations_of_ranges_are_exact(void **state)
{
	static const u64 ops[] = {0x12, 0x13, 0x22, 0x23};
	u64 nr = 0;

	make_items();
	for (u32 i = 0; i < 1000; i++) {
		const struct item *near = &items[pick(nr_items)];
		u64 tg = pick(8) ? 1 : 2 + pick(2);
		/* 16 KiB granule: TTL 1 is reserved; NUM, SCALE, TTL of 0 are illegal */
		u64 ttl = tg == 2 ? 0 : pick(4);
		u64 num = 1 + pick(31), scale = pick(pick(4) ? 12 : 32);
		u64 w0 = ops[pick(4)] | (pick(3) << 48) | num << 12 | scale << 20;
		u64 w1 = ((near->va - pick(64) * 4096) & ~0xfffULL) | tg << 10 | ttl << 8 | pick(2);

		nr += check_command(w0, w1, pick(2));
	}
	assert_true(nr > 1000);
}

static void invalidations_are_exact_with_every_granule(void **state)
{
	static const u64 ops[] = {0x12, 0x13, 0x22, 0x23};

	for (u32 g = 14; g <= 16; g += 2) {
		u64 nr = 0;

		make_items_of_granule(g);
		assert_int_equal(check_command(0x10, 0, false), 24);
		assert_int_equal(check_command(0x11 | 1ULL << 48, 0, false), 12);
		for (u32 i = 0; i < 1000; i++) {
			const struct item *near = &items[pick(nr_items)];
			u64 va = near->va + pick(1ULL << near->lg2) + ((pick(3) - 1) << g);
			u64 w0 = ops[pick(4)] | (pick(3) << 48);
			u64 w1 = (va & ~0xfffULL) | pick(2);

			if (pick(2)) {
				u64 tg = pick(8) ? (g - 10) / 2 : 1 + pick(3);

				/* 16 KiB has no leaves of level 1: TTL 1 is reserved there */
				w1 |= tg << 10 | (pick(2) ? 0 : 2 + pick(2)) << 8;
				w0 |= (1 + pick(31)) << 12 | pick(pick(4) ? 6 : 32) << 20;
			}
			nr += check_command(w0, w1, pick(2));
		}
		assert_true(nr > 1000);
	}
}

/* Without RIL the fields are reserved: one page. */
static void range_fields_do_nothing_without_ril(void **state)
{
	struct port_access a;
	pa_t root;

	rig_stop(&rig);
	rig_defaults(&rig);
	rig_version(&rig.params, 1);
	rig.params.ril = 0;
	rig_start(&rig);
	rig_enable(&rig);
	root = rig_alloc(&rig, 4096);
	rig_stream(&rig, 1, RIG_CD_ASID(1), root);
	smmu_port_create(rig.smmu, 1);
	for (u64 i = 0; i < 2; i++) {
		rig_map(&rig, root, 0x1000 * i, 0x60000000 | PTE_RW);
		a = (struct port_access){.iova = 0x1000 * i};
		smmu_translate(rig.smmu, 1, &a);
		rig_map(&rig, root, 0x1000 * i, 0x70000000 | PTE_RW);
	}
	/* TG 1, NUM 31; also what is CERROR_ILL with RIL is legal */
	rig_cmd(&rig, 0x12 | 31 << 12 | 1ULL << 48, 1 << 10);
	rig_cmd(&rig, 0x12 | 1ULL << 48, 0x5000 | 1 << 10);
	a = (struct port_access){.iova = 0};
	smmu_translate(rig.smmu, 1, &a);
	assert_true(a.pa == 0x70000000);
	a = (struct port_access){.iova = 0x1000};
	smmu_translate(rig.smmu, 1, &a);
	assert_true(a.pa == 0x60000000);
}

/* --- table descriptors: leaf-only commands leave them (4.4) --- */

static void leaf_commands_leave_table_descriptors(void **state)
{
	for (u32 leaf = 0; leaf < 2; leaf++) {
		pa_t root = rig_alloc(&rig, 4096), other;
		struct port_access a = {.iova = 0x10000000};
		pa_t slot;

		rig_stream(&rig, 1, RIG_CD_ASID(1), root);
		smmu_port_create(rig.smmu, 1);
		rig_cfgi_all(&rig);
		rig_tlbi_all(&rig);
		rig_map(&rig, root, a.iova, 0x60000000 | PTE_RW);
		assert_int_equal(smmu_translate(rig.smmu, 1, &a), PORT_DONE);
		/* another level 3 table that maps the page elsewhere */
		other = rig_alloc(&rig, 4096);
		rig_put1(&rig, other + 8 * ((a.iova >> 12) & 511), 0x70000000 | PTE_PAGE | PTE_RW);
		slot = rig_pte(&rig, root, a.iova, 2);
		rig_put1(&rig, slot, other | PTE_TABLE);
		rig_cmd(&rig, 0x12 | 1ULL << 48, a.iova | leaf);
		assert_int_equal(smmu_translate(rig.smmu, 1, &a), PORT_DONE);
		assert_true(a.pa == (leaf ? 0x60000000 : 0x70000000));
	}
}

/* --- configuration (4.3) --- */

#define NR_SIDS 8
#define NR_SSIDS 4

static pa_t cd_table(u32 sid)
{
	return 0x52000000ULL + 4096 * sid;
}

static void put_cds(u32 generation)
{
	for (u32 sid = 0; sid < NR_SIDS; sid++) {
		for (u32 ssid = 0; ssid < NR_SSIDS; ssid++) {
			u32 asid = generation * 1000 + sid * 10 + ssid;
			pa_t root = 0x53000000ULL + 0x4000 * asid;
			const u64 words[8] = {RIG_CD | 25 | RIG_CD_ASID(asid), root};

			/* T0SZ 25: level 1 first; a 1 GiB block that names the ASID */
			rig_put1(&rig, root, (u64)asid << 30 | PTE_BLOCK | PTE_RW);
			rig_put(&rig, cd_table(sid) + 64 * ssid, words, 8);
		}
		rig_ste(&rig, sid, RIG_STE_S1 | cd_table(sid) | 2ULL << 59, 2);
	}
}

static u32 asid_in_use(u32 sid, u32 ssid)
{
	/* SubstreamID 0 is used without SSV here (S1DSS 2) */
	struct port_access a = {.iova = 0x1000, .has_pasid = ssid != 0, .pasid = ssid};

	assert_int_equal(smmu_translate(rig.smmu, sid, &a), PORT_DONE);
	return a.pa >> 30;
}

static bool config_in_scope(u32 sid, u32 ssid, u64 w0, u64 w1)
{
	u64 cmd_sid = w0 >> 32;
	u64 span = 2;

	switch (w0 & 0xff) {
	case 0x03:
	case 0x06:
		return sid == cmd_sid;
	case 0x04:
		for (u32 i = 0; i < (w1 & 31); i++)
			span *= 2;
		return sid / span == cmd_sid / span;
	case 0x05:
		return sid == cmd_sid && ssid == (w0 >> 12 & 0xfffff);
	}
	fail();
	return false;
}

static void check_cfgi(u64 w0, u64 w1)
{
	rig_cfgi_all(&rig);
	rig_tlbi_all(&rig);
	put_cds(0);
	for (u32 sid = 0; sid < NR_SIDS; sid++)
		for (u32 ssid = 0; ssid < NR_SSIDS; ssid++)
			assert_int_equal(asid_in_use(sid, ssid), sid * 10 + ssid);
	put_cds(1);
	rig_cmd(&rig, w0, w1);
	for (u32 sid = 0; sid < NR_SIDS; sid++) {
		for (u32 ssid = 0; ssid < NR_SSIDS; ssid++) {
			bool is_new = config_in_scope(sid, ssid, w0, w1);

			assert_int_equal(asid_in_use(sid, ssid), is_new * 1000 + sid * 10 + ssid);
		}
	}
}

static void configuration_invalidations_are_exact(void **state)
{
	for (u32 sid = 0; sid < NR_SIDS; sid++)
		smmu_port_create(rig.smmu, sid);
	for (u64 sid = 0; sid < NR_SIDS; sid++) {
		for (u64 leaf = 0; leaf < 2; leaf++) {
			check_cfgi(0x03 | sid << 32, leaf);
			for (u64 ssid = 0; ssid < NR_SSIDS; ssid++)
				check_cfgi(0x05 | sid << 32 | ssid << 12, leaf);
		}
		check_cfgi(0x06 | sid << 32, 0);
	}
	for (u64 range = 0; range < 32; range++)
		check_cfgi(0x04 | pick(NR_SIDS) << 32, range);
	check_cfgi(0x04 | 0xffffffffULL << 32, 31);
	check_cfgi(0x04 | 0xffffffffULL << 32, 30);
	check_cfgi(0x05 | 1ULL << 32 | 0xfffffULL << 12, 0);
}

/* The cached bypass of a stream ends with its STE. */
static void cached_bypass_is_configuration(void **state)
{
	struct port_access a = {.iova = 0x1234};
	struct smmu_stats before, after;

	smmu_port_create(rig.smmu, 1);
	rig_ste(&rig, 1, RIG_STE_BYPASS, 0);
	assert_int_equal(smmu_translate(rig.smmu, 1, &a), PORT_DONE);
	rig_ste(&rig, 1, RIG_STE_ABORT, 0);
	/* no command about translations or CDs is about it */
	smmu_stats(rig.smmu, &before);
	rig_tlbi_all(&rig);
	rig_cmd(&rig, 0x05 | 1ULL << 32, 1);
	assert_int_equal(smmu_translate(rig.smmu, 1, &a), PORT_DONE);
	smmu_stats(rig.smmu, &after);
	assert_int_equal(after.tlb_misses, before.tlb_misses);
	rig_cmd(&rig, 0x03 | 1ULL << 32, 1);
	assert_int_equal(smmu_translate(rig.smmu, 1, &a), PORT_ABORTED);
	/* an STE that aborts is cached as well */
	smmu_stats(rig.smmu, &before);
	assert_int_equal(smmu_translate(rig.smmu, 1, &a), PORT_ABORTED);
	smmu_stats(rig.smmu, &after);
	assert_int_equal(after.config_fetches, before.config_fetches);
}

/* --- permissions on hits --- */

static void expect_event(u32 sid, u64 iova, bool is_write, u32 event)
{
	struct port_access a = {.iova = iova, .is_write = is_write};
	struct smmu_outcome outcome;

	assert_int_equal(smmu_translate_explain(rig.smmu, sid, &a, &outcome), PORT_ABORTED);
	assert_int_equal(outcome.event, event);
}

static void expect_denied(u32 sid, u64 iova, bool is_write)
{
	expect_event(sid, iova, is_write, 0x13);
}

static void expect_ok(u32 sid, u64 iova, bool is_write)
{
	struct port_access a = {.iova = iova, .is_write = is_write};

	assert_int_equal(smmu_translate(rig.smmu, sid, &a), PORT_DONE);
}

/* In the micro-TLB, in the main TLB, and in the walk cache. */
static void hits_check_permissions(void **state)
{
	pa_t root = rig_alloc(&rig, 4096);
	struct smmu_stats before, after;

	rig_stream(&rig, 1, RIG_CD_ASID(1), root);
	smmu_port_create(rig.smmu, 1);
	for (u64 i = 0; i < 100; i++)
		rig_map(&rig, root, 0x1000 * i, 0x60000000 | PTE_RW | PTE_RO);
	expect_ok(1, 0, false);
	smmu_stats(rig.smmu, &before);
	expect_denied(1, 0, true);
	/* 32 others push it out of the micro-TLB */
	for (u64 i = 1; i < 40; i++)
		expect_ok(1, 0x1000 * i, false);
	expect_denied(1, 0, true);
	expect_ok(1, 0, false);
	smmu_stats(rig.smmu, &after);
	assert_int_equal(after.walks - before.walks, 39);
	/* a denied access is no reason not to cache */
	expect_denied(1, 0x1000 * 50, true);
	smmu_stats(rig.smmu, &before);
	expect_ok(1, 0x1000 * 50, false);
	smmu_stats(rig.smmu, &after);
	assert_int_equal(after.walks, before.walks);
}

/*
 * The micro-TLB denies what the tables have come to permit, and only it still
 * knows the page: the walk decides, and what it found takes the entry's place.
 */
static void a_denied_entry_is_replaced_by_what_the_walk_finds(void **state)
{
	pa_t root;

	rig_stop(&rig);
	rig_defaults(&rig);
	rig.params.tlb_entries = 1;
	rig.params.walk_l3_entries = 0;
	rig_start(&rig);
	rig_enable(&rig);
	root = rig_alloc(&rig, 4096);
	rig_stream(&rig, 1, RIG_CD_ASID(1), root);
	smmu_port_create(rig.smmu, 1);
	rig_map(&rig, root, 0x1000, 0x60000000 | PTE_RW | PTE_RO);
	rig_map(&rig, root, 0x2000, 0x60001000 | PTE_RW);
	expect_ok(1, 0x1000, false);
	expect_ok(1, 0x2000, false);
	expect_denied(1, 0x1000, true);
	rig_map(&rig, root, 0x1000, 0x60000000 | PTE_RW);
	expect_ok(1, 0x2000, false);
	rig_tlbi_all(&rig);
	rig_map(&rig, root, 0x1000, 0x60000000 | PTE_RW | PTE_RO);
	expect_ok(1, 0x1000, false);
	expect_ok(1, 0x2000, false);
	rig_map(&rig, root, 0x1000, 0x60000000 | PTE_RW);
	for (u32 i = 0; i < 3; i++) {
		expect_ok(1, 0x1000, true);
		expect_ok(1, 0x2000, true);
	}
	/* and it is one entry: gone when invalidated */
	rig_put1(&rig, rig_pte(&rig, root, 0x1000, 3), 0);
	rig_cmd(&rig, 0x12 | 1ULL << 48, 0x1000);
	expect_event(1, 0x1000, false, 0x10);
}

/* Where there are both kinds, each is found. */
static void global_and_other_entries_are_found_alike(void **state)
{
	pa_t root = rig_alloc(&rig, 4096);
	struct smmu_stats before, after;

	rig_stream(&rig, 1, RIG_CD_ASID(1), root);
	smmu_port_create(rig.smmu, 1);
	for (u64 i = 0; i < 100; i++)
		rig_map(&rig, root, 0x1000 * i, 0x60000000 | (PTE_RW & ~(i % 2 ? PTE_NG : 0)));
	for (u32 round = 0; round < 2; round++) {
		smmu_stats(rig.smmu, &before);
		for (u64 i = 0; i < 100; i++)
			expect_ok(1, 0x1000 * i, true);
		smmu_stats(rig.smmu, &after);
		assert_int_equal(after.walks - before.walks, round ? 0 : 100);
	}
}

/* A denied write through the port is an event, each time. */
static void denied_hits_are_recorded(void **state)
{
	pa_t root = rig_alloc(&rig, 4096);
	struct port *port = smmu_port_create(rig.smmu, 1);
	struct rig_access access;
	u64 event[4];

	rig_stream(&rig, 1, RIG_CD_ASID(1), root);
	rig_map(&rig, root, 0x7000, 0x60000000 | PTE_RW | PTE_RO);
	assert_int_equal(rig_do(port, &access, 0x7000, 0), PORT_DONE);
	for (u32 i = 0; i < 3; i++) {
		assert_int_equal(rig_do(port, &access, 0x7abc, RIG_WRITE), PORT_ABORTED);
		assert_true(rig_event(&rig, event));
		assert_true(event[0] == (0x13 | 1ULL << 32));
		assert_true(event[1] == 2ULL << 40);
		assert_true(event[2] == 0x7abc);
		assert_false(rig_event(&rig, event));
	}
	/* pushed out of the micro-TLB by other pages: now it is the main TLB that denies */
	for (u64 page = 0; page < 64; page++) {
		rig_map(&rig, root, 0x100000 + (page << 12), 0x61000000 | PTE_RW);
		rig_do(port, &access, 0x100000 + (page << 12), 0);
	}
	assert_int_equal(rig_do(port, &access, 0x7abc, RIG_WRITE), PORT_ABORTED);
	assert_true(rig_event(&rig, event));
	assert_true(event[0] == (0x13 | 1ULL << 32));
	assert_false(rig_event(&rig, event));
}

/* --- faults are not cached --- */

static void faults_are_not_cached(void **state)
{
	pa_t root = rig_alloc(&rig, 4096);
	struct port_access a = {.iova = 0x9000};

	rig_stream(&rig, 1, RIG_CD_ASID(1), root);
	rig_ste(&rig, 1, 0, 0);
	smmu_port_create(rig.smmu, 1);
	assert_int_equal(smmu_translate(rig.smmu, 1, &a), PORT_ABORTED);
	rig_stream(&rig, 1, RIG_CD_ASID(1), root);
	assert_int_equal(smmu_translate(rig.smmu, 1, &a), PORT_ABORTED);
	rig_map(&rig, root, 0x9000, 0x60000000 | (PTE_RW & ~PTE_AF));
	assert_int_equal(smmu_translate(rig.smmu, 1, &a), PORT_ABORTED);
	rig_map(&rig, root, 0x9000, 0x60000000 | PTE_RW);
	assert_int_equal(smmu_translate(rig.smmu, 1, &a), PORT_DONE);
}

/* --- walks under way --- */

/*
 * A table descriptor is replaced and the address invalidated at every moment of a walk, the
 * command having been fetched before: nothing that was read through the old table is kept.
 */
static void walks_through_a_replaced_table_are_not_stale(void **state)
{
	for (u64 cycles = 0; cycles < 800; cycles += 8) {
		struct rig_access access, later;
		struct port *port;
		pa_t root, table;

		rig_stop(&rig);
		rig_defaults(&rig);
		rig.params.cmd_cycles = cycles;
		rig_start(&rig);
		rig_enable(&rig);
		root = rig_alloc(&rig, 4096);
		table = rig_alloc(&rig, 4096);
		port = smmu_port_create(rig.smmu, 1);
		rig_stream(&rig, 1, RIG_CD_ASID(1), root);
		rig_map(&rig, root, 0x10000000, 0x60000000 | PTE_RW);
		rig_put1(&rig, table + 8 * (0x10000000 >> 12 & 511),
			 0x70000000 | PTE_PAGE | PTE_RW);
		rig_cmd_put(&rig, 0x12 | 1ULL << 48, 0x10000000);
		rig_cmd_kick(&rig);
		rig_issue(port, &access, 0x10000000, 0);
		/* the command is carried out 90 ns, cycles and 8 cycles from now */
		sim_run((90 + cycles + 7) * 1000);
		assert_int_equal(rig_r32(&rig, ARM_SMMU_CMDQ_CONS), 0);
		rig_put1(&rig, rig_pte(&rig, root, 0x10000000, 2), table | PTE_TABLE);
		rig_run(&rig);
		assert_int_equal(rig_r32(&rig, ARM_SMMU_CMDQ_CONS), 1);
		assert_int_equal(rig_do(port, &later, 0x10000000, 0), PORT_DONE);
		assert_true(later.a.pa == 0x70000000);
	}
}

/*
 * The tables change and the old translation is invalidated at every moment of
 * a walk: once the SYNC is consumed nothing of before is handed out or cached.
 */
static void walks_under_way_are_not_stale(void **state)
{
	u32 nr_old = 0, nr_new = 0;

	for (u64 at_ps = 1000; at_ps < 900000; at_ps += 7000) {
		pa_t root = rig_alloc(&rig, 4096);
		struct port *port = smmu_port_create(rig.smmu, 1);
		struct rig_access access, later;
		u64 start_ps, sync_ps;

		rig_stream(&rig, 1, RIG_CD_ASID(1), root);
		rig_cfgi_all(&rig);
		rig_tlbi_all(&rig);
		rig_map(&rig, root, 0x10000000, 0x60000000 | PTE_RW);
		start_ps = sim_now_ps();
		assert_int_equal(rig_issue(port, &access, 0x10000000, 0), PORT_PENDING);
		sim_run(start_ps + at_ps);
		rig_map(&rig, root, 0x10000000, 0x70000000 | PTE_RW);
		rig_cmd_put(&rig, 0x12 | 1ULL << 48, 0x10000000);
		rig_cmd_put(&rig, 0x46 | 1 << 12, RIG_TABLES - 8);
		rig_cmd_kick(&rig);
		while (rig_r32(&rig, ARM_SMMU_CMDQ_CONS) != rig.cmd_prod)
			sim_run(sim_next_event_ps());
		sync_ps = sim_now_ps();
		rig_run(&rig);
		assert_int_equal(access.nr_completed, 1);
		if (access.a.pa == 0x60000000) {
			/* handed out, if at all, before the SYNC ended */
			assert_true(access.completed_ps <= sync_ps);
			nr_old++;
		} else {
			assert_true(access.a.pa == 0x70000000);
			nr_new++;
		}
		assert_int_equal(rig_do(port, &later, 0x10000000, 0), PORT_DONE);
		assert_true(later.a.pa == 0x70000000);
	}
	assert_true(nr_old > 10 && nr_new > 10);
}

/* A table for 0x10000000 in @root's level @level that maps two pages to @pa. */
static void put_tables(pa_t root, u32 level, pa_t pa)
{
	rig_put1(&rig, rig_pte(&rig, root, 0x10000000, level), 0);
	rig_map(&rig, root, 0x10000000, pa | PTE_RW);
	rig_map(&rig, root, 0x10003000, (pa + 0x3000) | PTE_RW);
}

/*
 * Another table is put in, and a page below it is invalidated, not a leaf only,
 * while the walk of another page may hold the address of the old one: what that
 * walk goes on to meet must not be cached for the page that was invalidated.
 */
static void walks_under_way_do_not_keep_old_tables(void **state)
{
	for (u32 i = 0; i < 300; i++) {
		u64 at_ps = 1000 + i / 2 * 5000, start_ps;
		struct port *port = smmu_port_create(rig.smmu, 1);
		pa_t root = rig_alloc(&rig, 4096);
		struct rig_access access, later;

		rig_stream(&rig, 1, RIG_CD_ASID(1), root);
		rig_cfgi_all(&rig);
		rig_tlbi_all(&rig);
		put_tables(root, i % 2, 0x60000000);
		start_ps = sim_now_ps();
		assert_int_equal(rig_issue(port, &access, 0x10000000, 0), PORT_PENDING);
		sim_run(start_ps + at_ps);
		put_tables(root, i % 2, 0x70000000);
		rig_cmd(&rig, 0x12 | 1ULL << 48, 0x10003000);
		rig_cmd(&rig, 0x46, 0);
		assert_int_equal(access.nr_completed, 1);
		assert_int_equal(rig_do(port, &later, 0x10003000, 0), PORT_DONE);
		assert_true(later.a.pa == 0x70003000);
	}
}

/* The same for configuration: a stream changes its tables at every moment of a fetch. */
static void configuration_under_way_is_not_stale(void **state)
{
	u32 nr_old = 0, nr_new = 0;

	for (u64 at_ps = 1000; at_ps < 700000; at_ps += 7000) {
		pa_t old_root = rig_alloc(&rig, 4096), new_root = rig_alloc(&rig, 4096);
		struct port *port = smmu_port_create(rig.smmu, 1);
		struct rig_access access, later;
		u64 start_ps, sync_ps;
		bool by_cd = at_ps / 7000 % 2;
		pa_t cd;

		rig_map(&rig, old_root, 0x10000000, 0x60000000 | PTE_RW);
		rig_map(&rig, new_root, 0x10000000, 0x70000000 | PTE_RW);
		cd = rig_stream(&rig, 1, RIG_CD_ASID(1), old_root);
		rig_cfgi_all(&rig);
		rig_tlbi_all(&rig);
		start_ps = sim_now_ps();
		rig_issue(port, &access, 0x10000000, 0);
		sim_run(start_ps + at_ps);
		if (by_cd) {
			const u64 words[2] = {RIG_CD | RIG_CD_ASID(2) | 16, new_root};

			rig_put(&rig, cd, words, 2);
			rig_cmd_put(&rig, 0x05 | 1ULL << 32, 1);
		} else {
			rig_stream(&rig, 1, RIG_CD_ASID(2), new_root);
			rig_cmd_put(&rig, 0x03 | 1ULL << 32, 1);
		}
		rig_cmd_put(&rig, 0x46, 0);
		rig_cmd_kick(&rig);
		while (rig_r32(&rig, ARM_SMMU_CMDQ_CONS) != rig.cmd_prod)
			sim_run(sim_next_event_ps());
		sync_ps = sim_now_ps();
		rig_run(&rig);
		assert_int_equal(access.nr_completed, 1);
		if (access.a.pa == 0x60000000) {
			assert_true(access.completed_ps <= sync_ps);
			nr_old++;
		} else {
			assert_true(access.a.pa == 0x70000000);
			nr_new++;
		}
		assert_int_equal(rig_do(port, &later, 0x10000000, 0), PORT_DONE);
		assert_true(later.a.pa == 0x70000000);
	}
	assert_true(nr_old > 10 && nr_new > 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(invalidations_by_asid_and_all_are_exact),
		T(invalidations_by_address_are_exact),
		T(invalidations_of_ranges_are_exact),
		T(invalidations_are_exact_with_every_granule),
		T(range_fields_do_nothing_without_ril),
		T(leaf_commands_leave_table_descriptors),
		T(configuration_invalidations_are_exact),
		T(cached_bypass_is_configuration),
		T(hits_check_permissions),
		T(a_denied_entry_is_replaced_by_what_the_walk_finds),
		T(global_and_other_entries_are_found_alike),
		T(denied_hits_are_recorded),
		T(faults_are_not_cached),
		T(walks_under_way_are_not_stale),
		T(walks_under_way_do_not_keep_old_tables),
		T(walks_through_a_replaced_table_are_not_stale),
		T(configuration_under_way_is_not_stale),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
