// SPDX-License-Identifier: GPL-2.0-only
/*
 * Theorem: a stage 1 translation with 4 KiB granule ends as a brute-force reading
 * of the tables says, with caches cold and warm: same address, or same event and
 * fetch address. Swept over random tables, TxSZ, both ranges, block sizes,
 * output sizes, access flags, permissions, hierarchical attributes, EPD, TBI,
 * HAD, AFFD, WXN, PAN and stream worlds. The reference shares no code with the
 * model: it searches intervals where the model cuts out bits, and states
 * permissions as rules where the model makes masks.
 */
#include <stdio.h>

#include "sim/rng.h"
#include "tests/models/smmuv3_rig.h"

#define SID 5
#define NR_TABLES 10
#define POOL 0x50000000ULL
#define CD 0x51000000ULL

static struct rig rig;
static struct sim_rng rng;

static u64 pick(u64 n)
{
	return sim_rng_below(&rng, n);
}

static bool chance(u32 percent)
{
	return sim_rng_below(&rng, 100) < percent;
}

/* --- the reference --- */

struct context {
	u64 tsz[2];
	u64 root[2];
	bool epd[2], e0pd[2], tbi[2], had[2];
	bool affd, wxn, pan;
	bool is_el2; /* one range, one privilege level */
	u64 ips_bits;
};

struct answer {
	u32 event;
	u64 pa, fetch;
	u32 level;
};

static u64 bytes_per_entry(u32 level)
{
	u64 bytes = 4096;

	for (u32 l = 3; l > level; l--)
		bytes *= 512;
	return bytes;
}

static u32 first_level(u64 region_bytes)
{
	u32 level = 3;

	while (bytes_per_entry(level) * 512 < region_bytes)
		level--;
	return level;
}

static bool bit(u64 word, u32 nr)
{
	return word / (1ULL << nr) % 2;
}

struct limits {
	bool readonly, no_el0, uxn, pxn;
};

/* @flags: RIG_*; what writes fetches nothing */
static bool is_permitted(const struct context *c, const struct limits *above, u64 desc, u32 flags)
{
	bool is_write = flags & RIG_WRITE, is_priv = flags & RIG_PRIV;
	bool is_fetch = (flags & RIG_INSTR) && !is_write;
	bool writable = !bit(desc, 7) && !above->readonly;
	bool user = bit(desc, 6) && !above->no_el0;

	if (c->is_el2) {
		if (is_fetch)
			return !bit(desc, 54) && !above->uxn && !(c->wxn && writable);
		return !is_write || writable;
	}
	if (!is_priv) {
		if (is_fetch)
			return !bit(desc, 54) && !above->uxn && !(c->wxn && user && writable);
		return user && (!is_write || writable);
	}
	if (is_fetch) {
		if (bit(desc, 53) || above->pxn || (user && writable))
			return false;
		return !(c->wxn && writable);
	}
	if (c->pan && user)
		return false;
	return !is_write || writable;
}

static void add_limits(const struct context *c, bool is_high, u64 desc, struct limits *limits)
{
	if (c->had[is_high])
		return;
	limits->readonly |= bit(desc, 62);
	limits->uxn |= bit(desc, 60);
	limits->no_el0 |= bit(desc, 61) && !c->is_el2;
	limits->pxn |= bit(desc, 59) && !c->is_el2;
}

static u64 region_of(const struct context *c, bool is_high)
{
	u64 region = 1;

	for (u64 i = c->tsz[is_high]; i < 64; i++)
		region *= 2;
	return region;
}

static struct answer refer_walk(const struct context *c, bool is_high, u64 offset, u32 flags)
{
	u64 region = region_of(c, is_high);
	u32 level = first_level(region);
	u64 entries = region / bytes_per_entry(level) ? region / bytes_per_entry(level) : 1;
	u64 table = c->root[is_high] / (entries * 8) * (entries * 8);
	struct limits limits = {0};
	u64 low = 0;

	for (;; level++, entries = 512) {
		u64 each = bytes_per_entry(level);
		u64 i = 0, desc, out;

		while (!(low + i * each <= offset && offset - (low + i * each) < each))
			assert_true(++i < entries);
		low += i * each;
		if (mem_read64(rig.mem, table + 8 * i, &desc))
			return (struct answer){.event = 0x0b, .fetch = table + 8 * i};
		if (!bit(desc, 0) || (level == 3 && !bit(desc, 1)) || (level == 0 && !bit(desc, 1)))
			return (struct answer){.event = 0x10};
		out = desc % (1ULL << 48) / 4096 * 4096;
		if (level < 3 && bit(desc, 1)) {
			if (out >> c->ips_bits)
				return (struct answer){.event = 0x11};
			add_limits(c, is_high, desc, &limits);
			table = out;
			continue;
		}
		out = out / each * each;
		if (out >> c->ips_bits)
			return (struct answer){.event = 0x11};
		if (!bit(desc, 10) && !c->affd)
			return (struct answer){.event = 0x12};
		if (!is_permitted(c, &limits, desc, flags))
			return (struct answer){.event = 0x13};
		return (struct answer){.pa = out + (offset - low), .level = level};
	}
}

static struct answer refer(const struct context *c, u64 iova, u32 flags)
{
	bool is_high = bit(iova, 55);
	u64 region = region_of(c, is_high), va = iova;

	if (c->tbi[is_high])
		va = is_high ? iova | 0xff00000000000000ULL : iova & 0x00ffffffffffffffULL;
	if (c->epd[is_high] || (c->e0pd[is_high] && !(flags & RIG_PRIV)))
		return (struct answer){.event = 0x10};
	if (is_high ? va < 0 - region : va >= region)
		return (struct answer){.event = 0x10};
	return refer_walk(c, is_high, is_high ? va - (0 - region) : va, flags);
}

/* --- random tables --- */

/* The entries that are filled, and that addresses aim at. */
static const u32 hot[] = {0, 1, 2, 7, 255, 256, 511};
#define NR_HOT 7

static u64 random_attrs(void)
{
	u64 desc = 0;

	desc |= chance(95) ? 1ULL << 10 : 0; /* AF */
	desc |= chance(85) ? 1ULL << 6 : 0;
	desc |= chance(12) ? 1ULL << 7 : 0;
	desc |= chance(50) ? 1ULL << 11 : 0;
	desc |= chance(10) ? 1ULL << 53 : 0;
	desc |= chance(10) ? 1ULL << 54 : 0;
	/* ignored: AttrIndx, SH, contiguous, software */
	return desc | pick(8) << 2 | pick(4) << 8 | pick(2) << 52 | pick(16) << 55;
}

static u64 random_leaf_pa(u64 ips_bits)
{
	return pick(1ULL << (chance(98) ? ips_bits : 48)) & 0xfffffffff000ULL;
}

static u64 random_descriptor(u64 ips_bits)
{
	u64 desc;

	if (chance(3))
		return sim_rng_u64(&rng) & ~1ULL; /* invalid */
	if (chance(14))
		return random_leaf_pa(ips_bits) | random_attrs() |
		       1; /* block, reserved at 0 and 3 */
	desc = POOL + 4096 * pick(NR_TABLES);
	if (chance(1))
		desc = RIG_NOWHERE;
	if (chance(1))
		desc = 1ULL << (32 + pick(16));
	desc |= 3 | random_attrs();
	desc |= chance(6) ? 1ULL << 59 : 0;
	desc |= chance(6) ? 1ULL << 60 : 0;
	desc |= chance(3) ? 1ULL << 61 : 0;
	desc |= chance(3) ? 1ULL << 62 : 0;
	return desc;
}

static void random_tables(u64 ips_bits)
{
	for (u32 t = 0; t < NR_TABLES; t++) {
		for (u32 i = 0; i < 512; i++)
			rig_put1(&rig, POOL + 4096 * t + 8 * i, random_descriptor(ips_bits));
	}
}

static u64 random_iova(const struct context *c)
{
	bool is_high = chance(30);
	u64 offset = pick(4096);
	u64 region;

	for (u32 level = 0; level < 4; level++)
		offset += hot[pick(NR_HOT)] * bytes_per_entry(level);
	region = 1ULL << (64 - c->tsz[is_high]);
	if (chance(97))
		offset %= region;
	if (chance(2))
		offset = sim_rng_u64(&rng);
	if (chance(2))
		offset ^= pick(256) << 56;
	return is_high ? offset - region : offset;
}

static void random_context(struct context *c, u64 oas_bits, bool is_el2, u64 *words)
{
	static const u8 ips[] = {32, 36, 40, 42, 44, 48, 52, 52};
	u64 field = pick(8);

	c->is_el2 = is_el2;
	c->ips_bits = ips[field] < oas_bits ? ips[field] : oas_bits;
	c->affd = chance(20);
	c->wxn = chance(20);
	c->pan = chance(20);
	words[0] = 1ULL << 31 | 1ULL << 41 | 1ULL << 45 | 1ULL << 46 | field << 32 |
		   (u64)c->affd << 35 | (u64)c->wxn << 36 | (u64)c->pan << 40 | pick(1 << 16) << 48;
	for (u32 i = 0; i < 2; i++) {
		u64 entries;

		c->tsz[i] = 16 + pick(24);
		c->epd[i] = chance(2);
		c->e0pd[i] = chance(5);
		c->tbi[i] = chance(20);
		c->had[i] = chance(20);
		entries = (1ULL << (64 - c->tsz[i])) /
			  bytes_per_entry(first_level(1ULL << (64 - c->tsz[i])));
		c->root[i] = POOL + 4096 * pick(NR_TABLES) +
			     pick(512 / (entries ? entries : 1)) * entries * 8;
		/* bits below the table's alignment do not count */
		c->root[i] |= pick(entries * 8) & ~15ULL;
		words[0] |= c->tsz[i] << (16 * i) | (u64)c->epd[i] << (i ? 30 : 14) |
			    (u64)c->tbi[i] << (38 + i);
		words[1 + i] = c->root[i] | (u64)c->had[i] << 1 | (u64)c->e0pd[i] << 2;
	}
	words[0] |= 2ULL << 22; /* TG1 */
	if (is_el2) {
		/* EPD, E0PD and the upper range do not exist */
		c->epd[0] = c->e0pd[0] = c->e0pd[1] = false;
		c->epd[1] = true;
		c->pan = false;
	}
}

/* --- the sweep --- */

/* [range][leaf level or 4][event - 0x0b] */
static u64 cells[2][5][16];

static void count(bool is_high, const struct answer *answer)
{
	if (answer->event)
		cells[is_high][4][answer->event - 0x0b]++;
	else
		cells[is_high][answer->level][15]++;
}

static void check(const struct context *c, u64 iova, u32 flags)
{
	struct port_access a = {
		.iova = iova,
		.is_write = flags & RIG_WRITE,
		.is_privileged = flags & RIG_PRIV,
		.is_instruction = flags & RIG_INSTR,
	};
	struct answer want = refer(c, iova, flags);
	struct smmu_outcome got;
	enum port_status status = smmu_translate_explain(rig.smmu, SID, &a, &got);

	if (got.event != want.event || got.fetch_address != want.fetch ||
	    (status == PORT_DONE) != !want.event || (!want.event && a.pa != want.pa))
		fail_msg("iova %llx flags %u: event %x fetch %llx pa %llx, expected %x %llx %llx",
			 iova, flags, got.event, got.fetch_address, a.pa, want.event, want.fetch,
			 want.pa);
	count(bit(iova, 55), &want);
}

/* Same tables, so the answers are the same whatever is cached. */
static void sweep(struct context *c, u32 nr)
{
	for (u32 i = 0; i < nr; i++) {
		if (i % 64 == 63)
			rig_tlbi_all(&rig);
		check(c, random_iova(c), pick(8));
	}
}

static void sweep_with(u64 oas_bits, bool has_hyp, u32 nr_rounds)
{
	struct context c;
	u64 words[8] = {0};

	rig_defaults(&rig);
	/* The hint is on descriptors of no group at all here. */
	rig.params.contiguous = 0;
	rig.params.oas_bits = oas_bits;
	rig.params.hyp = has_hyp;
	rig.params.unchecked = !has_hyp; /* IDR3.E0PD is of later versions */
	rig_start(&rig);
	smmu_set_clockless(rig.smmu, true);
	rig_enable(&rig);
	for (u32 round = 0; round < nr_rounds; round++) {
		bool is_el2 = has_hyp && chance(50);

		random_context(&c, oas_bits, is_el2, words);
		rig_put(&rig, CD, words, 8);
		rig_ste(&rig, SID, RIG_STE_S1 | CD, is_el2 ? 2ULL << 30 : 0);
		if (round % 8 == 0)
			random_tables(c.ips_bits);
		rig_cfgi_all(&rig);
		rig_cmd(&rig, has_hyp ? 0x20 : 0x30, 0);
		rig_tlbi_all(&rig);
		sweep(&c, 250);
	}
	rig_stop(&rig);
}

static void print_cells(void)
{
	static const char *const rows[] = {"", "1G block", "2M block", "4K page"};
	u64 total = 0, good = 0;

	for (u32 high = 0; high < 2; high++) {
		for (u32 level = 1; level < 4; level++) {
			printf("TTB%u %-10s %8llu\n", high, rows[level], cells[high][level][15]);
			good += cells[high][level][15];
			assert_true(cells[high][level][15] >= 3000);
		}
		for (u32 event = 0x0b; event < 0x14; event++) {
			total += cells[high][4][event - 0x0b];
			if (cells[high][4][event - 0x0b])
				printf("TTB%u event %02x   %8llu\n", high, event,
				       cells[high][4][event - 0x0b]);
		}
		for (u32 event = 0x10; event < 0x14; event++)
			assert_true(cells[high][4][event - 0x0b] >= 1000);
		assert_true(cells[high][4][0] >= 1000);
	}
	total += good;
	printf("%llu translations, %llu of them successful\n", total, good);
	assert_true(total >= 500000);
	assert_true(good * 100 >= total * 40);
}

static void translations_agree_with_the_reference(void **state)
{
	sim_rng_init(&rng, 1, "walk");
	sweep_with(48, false, 1600);
	sweep_with(44, false, 400);
	sweep_with(36, false, 400);
	sweep_with(32, false, 400);
	sweep_with(48, true, 400);
	print_cells();
}

/* Caches of 0 entries: everything is walked. */
static void translations_agree_without_caches(void **state)
{
	struct context c;
	u64 words[8] = {0};

	sim_rng_init(&rng, 2, "walk");
	rig_defaults(&rig);
	/* The hint is on descriptors of no group at all here. */
	rig.params.contiguous = 0;
	rig.params.utlb_entries = 0;
	rig.params.tlb_entries = 0;
	rig.params.config_entries = 0;
	rig.params.walk_l0_entries = 0;
	rig.params.walk_l1_entries = 0;
	rig.params.walk_l2_entries = 0;
	rig.params.walk_l3_entries = 0;
	rig_start(&rig);
	smmu_set_clockless(rig.smmu, true);
	rig_enable(&rig);
	/* nothing is cached, so nothing is ever invalidated */
	for (u32 round = 0; round < 100; round++) {
		random_context(&c, 48, false, words);
		rig_put(&rig, CD, words, 8);
		rig_ste(&rig, SID, RIG_STE_S1 | CD, 0);
		if (round % 8 == 0)
			random_tables(c.ips_bits);
		for (u32 i = 0; i < 200; i++)
			check(&c, random_iova(&c), pick(8));
	}
	rig_stop(&rig);
}

/* Every start level at its smallest and largest TxSZ, at both ends of both ranges. */
static void ranges_end_where_txsz_says(void **state)
{
	rig_defaults(&rig);
	/* The hint is on descriptors of no group at all here. */
	rig.params.contiguous = 0;
	rig_start(&rig);
	smmu_set_clockless(rig.smmu, true);
	rig_enable(&rig);
	for (u64 tsz = 16; tsz <= 39; tsz++) {
		u64 top = (1ULL << (64 - tsz)) - 1;
		struct context c = {.tsz = {tsz, tsz}, .root = {POOL, POOL + 4096}, .ips_bits = 48};
		const u64 words[8] = {(RIG_CD & ~(1ULL << 30)) | tsz | tsz << 16 | 2 << 22, POOL,
				      POOL + 4096};
		const u64 iovas[] = {0, top, top + 1, ~0ULL, ~top, ~top - 1, 1ULL << 55};

		for (u32 t = 0; t < 4; t++) {
			for (u32 i = 0; i < 512; i++)
				rig_put1(&rig, POOL + 4096 * t + 8 * i,
					 (POOL + 4096 * (t < 2 ? 2 : 3)) | 3 | PTE_RW);
		}
		rig_put(&rig, CD, words, 8);
		rig_ste(&rig, SID, RIG_STE_S1 | CD, 0);
		rig_cfgi_all(&rig);
		rig_tlbi_all(&rig);
		for (u32 i = 0; i < 7; i++)
			check(&c, iovas[i], 0);
	}
	rig_stop(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(translations_agree_with_the_reference),
		cmocka_unit_test(translations_agree_without_caches),
		cmocka_unit_test(ranges_end_where_txsz_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
