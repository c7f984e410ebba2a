// SPDX-License-Identifier: GPL-2.0-only
/*
 * Theorem: a translation ends as walk_reference.c says: same address, or same
 * event and fetch address; with caches cold, warm, and after a descriptor was
 * changed and invalidated by address. Swept over random tables, configurations
 * and accesses: granules, levels, TxSZ, both ranges, output sizes, access flags,
 * permissions, hierarchical attributes, EPD, E0PD, TBI, HAD, AFFD, WXN, PAN, stream
 * worlds.
 *
 *	sweep-smmuv3-walk [-n TRANSLATIONS] [-m MINIMUM] [-s SEED]	3000000, 1000, 1
 *
 * Prints how many translations ended in each cell of (range, granule, level,
 * outcome). Exit status 1 if one differs from the reference, if a reachable cell
 * has less than MINIMUM of them, or if less than 40 % succeed.
 *
 * Random tables alone would seldom end where it is interesting. So a round
 * chooses a level and an outcome for each of some paths, writes the descriptors
 * that lead there, and aims accesses at them, or just beside.
 */
#include <getopt.h>
#include <stdio.h>

#include "sim/rng.h"
#include "tests/models/smmuv3_rig.h"
#include "tests/models/walk_reference.h"

#define SID 5
#define CD 0x48000000ULL
#define POOL 0x50000000ULL
#define SLOT_BYTES 0x10000ULL /* a table of the largest granule */
#define NR_SLOTS 96
#define HOLE 0x10000000ULL /* no memory; within the smallest output size */
#define NR_PATHS 16
#define ACCESSES_A_ROUND 250
#define ASID 77ULL

static struct rig rig;
static struct sim_rng rng;
static struct sim_rng e0pd_rng; /* apart, so that it does not choose other tables */

static u64 pick(u64 n)
{
	return sim_rng_below(&rng, n);
}

static bool chance(u32 percent)
{
	return sim_rng_below(&rng, 100) < percent;
}

/* --- cells --- */

enum outcome { OK, EABT, TRANSLATION, ADDR_SIZE, ACCESS, PERMISSION, NR_OUTCOMES };

static const char *const outcome_names[NR_OUTCOMES] = {
	"translated", "F_WALK_EABT", "F_TRANSLATION", "F_ADDR_SIZE", "F_ACCESS", "F_PERMISSION",
};
static const u64 granules[3] = {4096, 16384, 65536};

static u64 cells[2][3][REF_NO_LEVEL + 1][NR_OUTCOMES];
static u64 nr_done, nr_differ;

static u32 granule_index(u64 bytes)
{
	return bytes == 4096 ? 0 : bytes == 16384 ? 1 : 2;
}

static enum outcome outcome_of(u32 event)
{
	switch (event) {
	case 0:
		return OK;
	case 0x0b:
		return EABT;
	case 0x10:
		return TRANSLATION;
	case 0x11:
		return ADDR_SIZE;
	case 0x12:
		return ACCESS;
	default:
		return PERMISSION;
	}
}

/* Of addresses up to 48 bits, which is all that is swept here. */
static bool is_leaf_level(u64 granule, u32 level)
{
	const struct ref_tables tables = {.granule_bytes = granule};

	return ref_is_leaf_level(&tables, 48, level);
}

/* 64 KiB tables of 48 bits begin at level 1. */
static bool is_reachable(u64 granule, u32 level, enum outcome outcome)
{
	if (level == REF_NO_LEVEL)
		return outcome == TRANSLATION;
	if (level == 0 && granule == 65536)
		return false;
	if (outcome == EABT || outcome == TRANSLATION || outcome == ADDR_SIZE)
		return true;
	return is_leaf_level(granule, level);
}

/* Return: do all reachable cells have @minimum, and only they anything? */
static bool print_cells(u64 minimum)
{
	bool is_good = true;

	printf("%-13s %-8s %-6s %-14s %10s\n", "stage", "granule", "level", "outcome", "count");
	for (u32 i = 0; i < 2 * 3 * (REF_NO_LEVEL + 1) * NR_OUTCOMES; i++) {
		u32 outcome = i % NR_OUTCOMES, level = i / NR_OUTCOMES % (REF_NO_LEVEL + 1);
		u32 g = i / NR_OUTCOMES / (REF_NO_LEVEL + 1) % 3;
		u32 range = i / NR_OUTCOMES / (REF_NO_LEVEL + 1) / 3;
		u64 count = cells[range][g][level][outcome];
		bool is_short;

		if (!is_reachable(granules[g], level, outcome) && !count)
			continue;
		is_short = count < minimum || !is_reachable(granules[g], level, outcome);
		printf("stage 1 TTB%u  %2lluK      %-6s %-14s %10llu%s\n", range,
		       granules[g] / 1024, (const char *[]){"0", "1", "2", "3", "-"}[level],
		       outcome_names[outcome], count, is_short ? "  !" : "");
		is_good &= !is_short;
	}
	return is_good;
}

/* --- a round: one context, some paths --- */

struct path {
	u32 range;
	u32 level; /* at which it ends */
	u64 va;
	pa_t slot; /* of the descriptor there; 0: the root cannot be read */
};

/* Tables made in this round; all else in the pool is what earlier rounds left. */
struct table {
	u32 range, level;
	u64 base; /* first address that it translates, from the start of the region */
	pa_t pa;
};

static struct ref_stage1 ctx;
static struct ref_stream stream = {.stage1 = &ctx};
static struct path paths[NR_PATHS];
static struct table tables[NR_SLOTS];
static u32 nr_tables;
static u8 slot_order[NR_SLOTS];

static u64 region_bytes(u32 range)
{
	return ctx.ranges[range].region_bytes;
}

static u32 first_level(u32 range)
{
	return ctx.ranges[range].first_level;
}

static pa_t new_table(u32 range)
{
	u64 granule = ctx.ranges[range].granule_bytes;

	return POOL + slot_order[nr_tables] * SLOT_BYTES + pick(SLOT_BYTES / granule) * granule;
}

static u64 leaf_attrs(enum outcome want)
{
	u64 desc = pick(8) << 2 | pick(4) << 8 | pick(2) << 11 | pick(2) << 52 | pick(16) << 55;
	u32 harsh = want == PERMISSION ? 60 : 6;

	desc |= want == ACCESS ? 0 : 1ULL << 10;
	desc |= chance(100 - harsh) ? 1ULL << 6 : 0;
	desc |= chance(harsh) ? 1ULL << 7 : 0;
	desc |= chance(harsh) ? 1ULL << 53 : 0;
	desc |= chance(harsh) ? 1ULL << 54 : 0;
	return desc;
}

static u64 table_attrs(void)
{
	u64 desc = pick(1024) << 2 | pick(128) << 52;

	for (u32 i = 59; i < 63; i++)
		desc |= chance(3) ? 1ULL << i : 0;
	return desc;
}

/* An address with a bit set that the output size does not have, if there is one. */
static u64 too_far(void)
{
	if (ctx.out_bits == 48)
		return pick(1ULL << 48);
	return pick(1ULL << 48) | 1ULL << (ctx.out_bits + pick(48 - ctx.out_bits));
}

/* Bits of an address below a large granule, which are reserved in a descriptor. */
static u64 reserved_bits(u64 granule)
{
	return pick(granule / 4096) * 4096;
}

static u64 high_bits(u64 address, u64 granule)
{
	return address % (1ULL << 48) / granule * granule + reserved_bits(granule);
}

/* The descriptor at @level that makes a walk end as wanted, if it is possible there. */
static u64 last_descriptor(u32 range, u32 level, enum outcome want)
{
	u64 granule = ctx.ranges[range].granule_bytes;
	bool is_leaf = is_leaf_level(granule, level);
	u64 type = level == 3 ? 3 : 1;

	switch (want) {
	case TRANSLATION:
		/* invalid; or reserved: type 1 at level 3, blocks where there are none */
		if (chance(50) && (level == 3 || !is_leaf))
			return high_bits(pick(1ULL << 32), granule) | leaf_attrs(OK) | 1;
		return sim_rng_u64(&rng) & ~1ULL;
	case ADDR_SIZE:
		if (is_leaf && (level == 3 || chance(70)))
			return high_bits(too_far(), granule) | leaf_attrs(OK) | type;
		return high_bits(too_far(), granule) | table_attrs() | 3;
	case EABT: /* of the level below */
		return (level < 3 ? HOLE | table_attrs() | 3 : 0);
	default:
		if (!is_leaf)
			return 0;
		return high_bits(pick(1ULL << ctx.out_bits), granule) | leaf_attrs(want) | type;
	}
}

static struct table *find_table(u32 range, u32 level, u64 base)
{
	for (u32 i = 0; i < nr_tables; i++) {
		if (tables[i].range == range && tables[i].level == level && tables[i].base == base)
			return &tables[i];
	}
	return NULL;
}

/* The table of level @level that translates @offset; made if need be, linked from @slot. */
static pa_t enter_table(u32 range, u32 level, u64 offset, pa_t slot)
{
	u64 covers = ref_bytes_per_entry(ctx.ranges[range].granule_bytes, level) *
		     (ctx.ranges[range].granule_bytes / 8);
	struct table *table = find_table(range, level, offset / covers * covers);

	if (!table) {
		tables[nr_tables] = (struct table){range, level, offset / covers * covers,
						   new_table(range)};
		table = &tables[nr_tables++];
	}
	rig_put1(&rig, slot,
		 table->pa | reserved_bits(ctx.ranges[range].granule_bytes) | table_attrs() | 3);
	return table->pa;
}

/* Make a walk to @path->va end at its level as wanted, as far as it gets there. */
static void lay(struct path *path, enum outcome want)
{
	u64 granule = ctx.ranges[path->range].granule_bytes;
	u64 offset = path->va % region_bytes(path->range);
	u32 level = first_level(path->range);
	u64 entries = region_bytes(path->range) / ref_bytes_per_entry(granule, level);
	pa_t table = ctx.ranges[path->range].root / (entries * 8) * (entries * 8);
	u32 last = path->level - (want == EABT && path->level > level);

	path->slot = 0;
	if (table == HOLE)
		return;
	for (;; level++, entries = granule / 8) {
		u64 each = ref_bytes_per_entry(granule, level);

		path->slot = table + 8 * (offset / each % entries);
		if (level == last)
			break;
		table = enter_table(path->range, level + 1, offset, path->slot);
	}
	path->level = last;
	rig_put1(&rig, path->slot, last_descriptor(path->range, last, want));
}

static enum outcome random_want(void)
{
	u64 n = pick(100);

	return n < 66	? OK
	       : n < 74 ? PERMISSION
	       : n < 79 ? ACCESS
	       : n < 87 ? ADDR_SIZE
	       : n < 94 ? EABT
			: TRANSLATION;
}

static u32 random_level(u32 range, enum outcome want)
{
	u32 first = first_level(range), level;

	do {
		level = first + pick(4 - first);
	} while ((want == OK || want == PERMISSION || want == ACCESS) &&
		 !is_leaf_level(ctx.ranges[range].granule_bytes, level));
	return level;
}

static u64 random_va(u32 range)
{
	u64 offset = pick(region_bytes(range));

	/* beside another path, so that tables and caches are shared */
	if (chance(50)) {
		const struct path *other = &paths[pick(NR_PATHS)];
		u32 level = other->level < 3 ? other->level + pick(4 - other->level) : 3;

		offset = other->va ^
			 (pick(8) *
			  ref_bytes_per_entry(ctx.ranges[other->range].granule_bytes, level));
		offset %= region_bytes(range);
	}
	return range ? offset - region_bytes(range) : offset;
}

static void make_paths(void)
{
	for (u32 i = 0; i < NR_PATHS; i++) {
		enum outcome want = random_want();
		u32 range = ctx.is_el2 ? 0 : pick(2);

		paths[i] = (struct path){.range = range, .va = random_va(range)};
		paths[i].level = random_level(range, want);
		lay(&paths[i], want);
	}
}

/* T0SZ such that every level is the first one equally often. */
static u64 random_tsz(u64 granule)
{
	u32 level = pick(4);
	u64 tsz;

	for (u32 tries = 0; tries < 400; tries++) {
		tsz = 16 + pick(24);
		if (ref_first_level(granule, 1ULL << (64 - tsz)) == (int)level)
			return tsz;
	}
	return tsz;
}

static u64 tg_field(u64 granule, u32 range)
{
	static const u8 tg[2][3] = {{0, 2, 1}, {2, 1, 3}};

	return (u64)tg[range][granule_index(granule)] << (range ? 22 : 6);
}

static void random_range(u32 range, u64 *words)
{
	u64 granule = granules[pick(3)];
	u64 tsz = random_tsz(granule);
	u64 region = 1ULL << (64 - tsz);
	u64 entries = region / ref_bytes_per_entry(granule, ref_first_level(granule, region));

	ctx.ranges[range].granule_bytes = granule;
	ctx.ranges[range].region_bytes = region;
	ctx.ranges[range].first_level = ref_first_level(granule, region);
	ctx.epd[range] = chance(2);
	ctx.e0pd[range] = sim_rng_below(&e0pd_rng, 100) < 4;
	ctx.tbi[range] = chance(20);
	ctx.had[range] = chance(20);
	tables[nr_tables].pa = new_table(range);
	ctx.ranges[range].root = tables[nr_tables].pa + pick(granule / 8 / entries) * entries * 8;
	tables[nr_tables++].level = REF_NO_LEVEL;
	if (chance(8))
		ctx.ranges[range].root = HOLE;
	/* bits below the table's alignment do not count */
	else
		ctx.ranges[range].root |= pick(entries * 8) & ~15ULL;
	words[0] |= tsz << (16 * range) | tg_field(granule, range) |
		    (u64)ctx.epd[range] << (range ? 30 : 14) | (u64)ctx.tbi[range] << (38 + range);
	words[1 + range] = ctx.ranges[range].root | (u64)ctx.had[range] << 1 |
			   (u64)ctx.e0pd[range] << 2;
}

static void random_context(u64 oas_bits, bool is_el2)
{
	static const u8 ips[] = {32, 36, 40, 42, 44, 48, 52, 52};
	u64 field = pick(8);
	u64 words[8] = {0};

	for (u32 i = 0; i < NR_SLOTS; i++) {
		u32 j = pick(i + 1);

		slot_order[i] = slot_order[j];
		slot_order[j] = i;
	}
	nr_tables = 0;
	stream.oas_bits = oas_bits;
	ctx = (struct ref_stage1){
		.affd = chance(10),
		.wxn = chance(15),
		.pan = chance(15),
		.is_el2 = is_el2,
		.out_bits = ips[field] < oas_bits ? ips[field] : oas_bits,
	};
	words[0] = 1ULL << 31 | 1ULL << 41 | 1ULL << 45 | 1ULL << 46 | field << 32 |
		   (u64)ctx.affd << 35 | (u64)ctx.wxn << 36 | (u64)ctx.pan << 40 | ASID << 48;
	random_range(0, words);
	random_range(1, words);
	if (is_el2) {
		/* EPD, E0PD and the upper range do not exist */
		ctx.epd[0] = ctx.e0pd[0] = ctx.e0pd[1] = false;
		ctx.epd[1] = true;
		ctx.pan = false;
	}
	rig_put(&rig, CD, words, 8);
	rig_ste(&rig, SID, RIG_STE_S1 | CD, is_el2 ? 2ULL << 30 : 0);
}

/* --- accesses --- */

static void check(const struct ref_access *access)
{
	struct port_access a = {
		.iova = access->iova,
		.is_write = access->is_write,
		.is_privileged = access->is_privileged,
		.is_instruction = access->is_instruction,
	};
	struct ref_answer want;
	bool is_high = access->iova >> 55 & 1;
	struct smmu_outcome got;
	enum port_status status = smmu_translate_explain(rig.smmu, SID, &a, &got);

	ref_translate(rig.mem, &stream, access, &want);
	nr_done++;
	cells[is_high][granule_index(ctx.ranges[is_high].granule_bytes)][want.level[0]]
	     [outcome_of(want.event)]++;
	if (got.event == want.event && got.fetch_address == want.fetch &&
	    (status == PORT_DONE) == !want.event && (want.event || a.pa == want.pa))
		return;
	if (nr_differ++ < 20)
		printf("translation %llu: iova %llx w%u p%u i%u granule %llu region %llx: event %x "
		       "fetch %llx pa %llx, expected %x %llx %llx at level %d\n",
		       nr_done, a.iova, a.is_write, a.is_privileged, a.is_instruction,
		       ctx.ranges[is_high].granule_bytes, ctx.ranges[is_high].region_bytes,
		       got.event, got.fetch_address, a.pa, want.event, want.fetch, want.pa,
		       want.level[0]);
}

static u64 random_iova(void)
{
	const struct path *path = &paths[pick(NR_PATHS)];
	u64 granule = ctx.ranges[path->range].granule_bytes;
	u64 region = region_bytes(path->range);
	u64 offset = path->va % region;
	u64 each = ref_bytes_per_entry(granule, path->level);

	offset = (offset / each * each + pick(each)) % region;
	if (chance(8))
		offset = (offset + pick(3) * each) % region;
	if (chance(2))
		offset = pick(region);
	if (chance(2))
		offset = sim_rng_u64(&rng);
	if (chance(2))
		offset ^= pick(256) << 56;
	return path->range ? offset - region : offset;
}

static void access_once(void)
{
	const struct ref_access access = {
		.iova = random_iova(),
		.is_write = chance(40),
		.is_privileged = chance(30),
		.is_instruction = chance(15),
	};

	check(&access);
}

static bool is_table(u64 desc, u32 level)
{
	return level < 3 && (desc & 3) == 3;
}

/* An invalidation by address of what @path ends in, in one of the ways to say so. */
static void invalidate(const struct path *path, bool is_leaf)
{
	u32 g = granule_index(ctx.ranges[path->range].granule_bytes);
	u64 w0 = (ctx.is_el2 ? 0x22 : chance(50) ? 0x12 : 0x13) | ASID << 48;
	u64 w1 = (path->va & ~0xfffULL) | is_leaf;

	/* With TG: the level of a leaf, which for 16 KiB is not 1; or none, and two pages. */
	if (chance(50)) {
		w1 |= (g + 1ULL) << 10;
		if (is_leaf && path->level && !(g == 1 && path->level == 1))
			w1 |= (u64)path->level << 8;
		else
			w0 |= 1 << 12;
	}
	rig_cmd(&rig, w0, w1);
}

/* Another descriptor where a path ends, and the command that says so. */
static void change_path(void)
{
	struct path *path = &paths[pick(NR_PATHS)];
	enum outcome want = random_want();
	u64 old;

	if (!path->slot || ctx.epd[path->range])
		return;
	old = rig_get(&rig, path->slot);
	rig_put1(&rig, path->slot, last_descriptor(path->range, path->level, want));
	/* What is below a table may be cached for other addresses. */
	if (is_table(old, path->level) && (old & 0xfffffffff000ULL) != HOLE)
		rig_cmd(&rig, ctx.is_el2 ? 0x20 : 0x30, 0);
	else
		invalidate(path, !is_table(old, path->level) && chance(70));
}

static void sweep(u64 oas_bits, bool has_hyp, bool has_caches, u64 nr)
{
	rig_defaults(&rig);
	rig.params.oas_bits = oas_bits;
	rig.params.hyp = has_hyp;
	rig.params.unchecked = !has_hyp; /* IDR3.E0PD is of later versions */
	/* The hint is on descriptors of no group at all here. */
	rig.params.contiguous = 0;
	if (!has_caches) {
		rig.params.utlb_entries = rig.params.tlb_entries = rig.params.config_entries = 0;
		rig.params.walk_l0_entries = rig.params.walk_l1_entries = 0;
		rig.params.walk_l2_entries = rig.params.walk_l3_entries = 0;
	}
	rig_start(&rig);
	smmu_set_clockless(rig.smmu, true);
	rig_enable(&rig);
	for (u64 i = 0; i < nr; i++) {
		if (i % ACCESSES_A_ROUND == 0) {
			random_context(oas_bits, has_hyp && chance(50));
			make_paths();
			rig_cfgi_all(&rig);
			rig_cmd(&rig, has_hyp ? 0x20 : 0x30, 0);
			rig_tlbi_all(&rig);
		} else if (i % 10 == 0) {
			change_path();
		}
		access_once();
	}
	rig_stop(&rig);
}

static u64 nr_good(void)
{
	u64 nr = 0;

	for (u32 i = 0; i < 2 * 3 * REF_NO_LEVEL; i++)
		nr += cells[i / 3 / REF_NO_LEVEL][i / REF_NO_LEVEL % 3][i % REF_NO_LEVEL][OK];
	return nr;
}

int main(int argc, char **argv)
{
	u64 nr = 3000000, minimum = 1000, seed = 1;
	bool is_good;
	int option;

	while ((option = getopt(argc, argv, "n:m:s:")) != -1) {
		if (option == 'n')
			nr = strtoull(optarg, NULL, 0);
		else if (option == 'm')
			minimum = strtoull(optarg, NULL, 0);
		else if (option == 's')
			seed = strtoull(optarg, NULL, 0);
		else
			return 2;
	}
	sim_rng_init(&rng, seed, "walk sweep");
	sim_rng_init(&e0pd_rng, seed, "walk sweep, E0PD");
	sweep(48, false, true, nr * 50 / 100);
	sweep(44, false, true, nr * 20 / 100);
	sweep(32, false, true, nr * 10 / 100);
	sweep(48, true, true, nr * 10 / 100);
	sweep(40, false, false, nr - nr * 90 / 100);
	is_good = print_cells(minimum);
	printf("%llu translations, %llu of them successful, %llu differ from the reference\n",
	       nr_done, nr_good(), nr_differ);
	return !is_good || nr_differ || nr_good() * 100 < nr_done * 40;
}
