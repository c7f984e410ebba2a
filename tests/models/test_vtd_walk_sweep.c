// SPDX-License-Identifier: GPL-2.0-only
/*
 * Theorem: a translation ends as vtd_reference.c says: same address or same fault reason, and
 * memory is left with the same accessed and dirty flags; with caches cold, warm, and after
 * an entry was changed and invalidated. Swept over random tables, PASID table entries and
 * accesses: first stage of 4 and 5 levels, second stage of 3 to 5 in both modes, nested, page
 * sizes, permissions, flags, reserved bits, address widths, memory that is not there.
 *
 *	sweep-vtd-walk [-n TRANSLATIONS] [-m MINIMUM] [-s SEED]	10000000, 1000, 1
 *
 * Prints how many translations ended in each cell of (stage, level, outcome). Exit status
 * 1 if one differs from the reference, if a reachable cell has less than MINIMUM of
 * them, or if less than 40 % succeed.
 *
 * Random tables alone would seldom end where it is interesting. So a round chooses a
 * stage, a level and an outcome for each of some paths, writes the entries that lead
 * there, and aims accesses at them, or just beside.
 */
#include <getopt.h>
#include <stdio.h>

#include "sim/rng.h"
#include "tests/models/vtd_reference.h"
#include "tests/models/vtd_rig.h"

#define SID 0x18U
#define PASID 5
#define DID 7
#define POOL 0x10000000ULL
#define POOL_PAGES 4096
#define HOLE 0x80000000ULL /* no memory; within the smallest host address width */
#define NR_PATHS 12
#define ACCESSES_A_ROUND 250

static struct rig rig;
static struct sim_rng rng;
static pa_t pasid_dir;

static u64 pick(u64 n)
{
	return sim_rng_below(&rng, n);
}

static bool chance(u32 percent)
{
	return sim_rng_below(&rng, 100) < percent;
}

/* --- cells --- */

enum outcome { OK, NOT_PRESENT, RESERVED, NO_MEMORY, PERMISSION, FLAGS, ADDRESS, NR_OUTCOMES };

static const char *const outcome_names[NR_OUTCOMES] = {
	"translated", "not present", "reserved", "no memory", "permission", "flags", "address",
};

/* Of the second stage of nested translations, stages of their own. */
enum {
	FS4,
	FS5,
	SS3,
	SS4,
	SS5,
	LEGACY3,
	LEGACY4,
	LEGACY5,
	NEST_FS4,
	NEST_FS5,
	NEST_SS4,
	NEST_SS5,
	NR_STAGES
};

static const char *const stage_names[NR_STAGES] = {
	"first, 4 levels",	  "first, 5 levels",   "second, 39 bits",
	"second, 48 bits",	  "second, 57 bits",   "legacy, 39 bits",
	"legacy, 48 bits",	  "legacy, 57 bits",   "nested first, 4 levels",
	"nested first, 5 levels", "nested second, 48", "nested second, 57",
};
static const u8 stage_levels[NR_STAGES] = {4, 5, 3, 4, 5, 3, 4, 5, 4, 5, 4, 5};

#define NR_LEVELS 6
static u64 cells[NR_STAGES][NR_LEVELS][NR_OUTCOMES];
static u64 nr_done, nr_good, nr_differ;

static enum outcome outcome_of(u32 reason)
{
	switch (reason) {
	case 0:
		return OK;
	case 0x71:
	case 0x79:
		return NOT_PRESENT;
	case 0x72:
	case 0x7a:
	case 0x0c:
		return RESERVED;
	case 0x70:
	case 0x73:
	case 0x78:
	case 0x7b:
	case 0x03:
	case 0x07:
		return NO_MEMORY;
	case 0x90:
	case 0x7c:
	case 0x77:
		return FLAGS;
	case 0x80:
	case 0x84:
	case 0x04:
	case 0x74:
	case 0x87:
	case 0x0e:
		return ADDRESS;
	default:
		return PERMISSION;
	}
}

static bool is_legacy(u32 stage)
{
	return stage >= LEGACY3 && stage <= LEGACY5;
}

/* In legacy mode an entry without permissions is a matter of permissions. */
static bool is_reachable(u32 stage, u32 level, enum outcome outcome)
{
	if (level == 0)
		return (outcome == ADDRESS && stage < NEST_SS4) ||
		       (outcome == PERMISSION && !is_legacy(stage) && stage < NEST_SS4);
	if (level > stage_levels[stage])
		return false;
	switch (outcome) {
	case OK:
		/* of nested translations the second stage is the last */
		return level <= 3 && stage != NEST_FS4 && stage != NEST_FS5;
	case NOT_PRESENT:
		return !is_legacy(stage);
	case PERMISSION:
		return level <= 3 || is_legacy(stage);
	case FLAGS:
		return !is_legacy(stage);
	case ADDRESS:
		return level <= 3 && stage != NEST_FS4 && stage != NEST_FS5
			       ? true
			       : stage == NEST_FS4 || stage == NEST_FS5;
	default:
		return true;
	}
}

/* Return: do all reachable cells have @minimum, and only they anything? */
static bool print_cells(u64 minimum)
{
	bool is_good = true;

	printf("%-24s %-6s %-14s %10s\n", "stage", "level", "outcome", "count");
	for (u32 i = 0; i < NR_STAGES * NR_LEVELS * NR_OUTCOMES; i++) {
		u32 outcome = i % NR_OUTCOMES, level = i / NR_OUTCOMES % NR_LEVELS;
		u32 stage = i / NR_OUTCOMES / NR_LEVELS;
		u64 count = cells[stage][level][outcome];
		bool is_expected = is_reachable(stage, level, outcome);
		bool is_short = is_expected ? count < minimum : count > 0;

		if (!is_expected && !count)
			continue;
		printf("%-24s %-6c %-14s %10llu%s\n", stage_names[stage], level ? '0' + level : '-',
		       outcome_names[outcome], count, is_short ? "  !" : "");
		is_good &= !is_short;
	}
	return is_good;
}

/* --- a round: one context, some paths --- */

/* Tables made in this round. */
struct table {
	bool is_second;
	u32 level;
	u64 base;  /* first address that it translates */
	u64 guest; /* as entries name it */
	pa_t host;
};

struct slot {
	bool is_second;
	u32 level;
	u64 address;
	pa_t pa;
};

static struct vref_context ctx;
static struct table tables[POOL_PAGES];
static u32 nr_tables;
static u64 next_page;
static struct slot ends[NR_PATHS * 2];
static u32 nr_ends;
static u64 path_iova[NR_PATHS];
static u32 path_level[NR_PATHS];
static enum outcome path_want[NR_PATHS];

/* Empty: what earlier rounds left there would lead to tables of this one by other ways. */
static pa_t new_page(void)
{
	static const u8 zeroes[4096];
	pa_t page = POOL + next_page++ % POOL_PAGES * 4096;

	assert_int_equal(mem_write(rig.mem, page, zeroes, sizeof(zeroes)), 0);
	return page;
}

static u64 ss_bytes(void)
{
	u64 bytes = vref_bytes_per_entry(ctx.ss_levels) * 512;

	return bytes < ctx.mgaw_bytes ? bytes : ctx.mgaw_bytes;
}

static u64 random_host(u64 bytes)
{
	return pick(ctx.haw_bytes / bytes) * bytes;
}

/* What the hardware ignores. */
static u64 ss_ignored(void)
{
	return pick(2) << 2 | pick(1024) << 52;
}

static u64 fs_ignored(void)
{
	return pick(2) << 9 | pick(2) << 11 | pick(4) << 3 | pick(1024) << 52;
}

/* Where hardware may not set flags a walk goes on if they are there. */
static bool has_flag(enum outcome want)
{
	if (want == FLAGS)
		return chance(30);
	return chance(ctx.pwsnp ? 50 : 99);
}

static u64 ss_flags(enum outcome want)
{
	return (has_flag(want) ? 1ULL << 8 : 0) | (has_flag(want) ? 1ULL << 9 : 0);
}

static u64 fs_flags(enum outcome want)
{
	return (has_flag(want) ? 1ULL << 5 : 0) | (has_flag(want) ? 1ULL << 6 : 0) |
	       (has_flag(want) ? 1ULL << 10 : 0);
}

/* A page in which the interrupt range is, or of it. */
static u64 interrupt_page(u64 bytes)
{
	return bytes > 1 << 20 ? 0xfee00000 / bytes * bytes : 0xfee00000 + pick(256) * 4096;
}

static u64 ss_perms(enum outcome want)
{
	return want == PERMISSION ? 1 + pick(2) : chance(90) ? 3 : 1 + pick(2);
}

static u64 fs_perms(enum outcome want)
{
	u64 harsh = want == PERMISSION ? 50 : 5;

	return 1 | (chance(harsh) ? 0 : 2) | (chance(harsh) ? 0 : 4);
}

/* A bit of the address that this host does not have. */
static u64 beyond(void)
{
	u64 width = ctx.haw_bytes;
	u32 nr = 0;

	while (width >>= 1)
		nr++;
	/* 52 bits are all that an entry has */
	return nr < 52 ? 1ULL << (nr + pick(52 - nr)) : 0;
}

/* --- second stage --- */

/* An entry at @level for @want, if it is possible there: a page of @host, or any. */
static u64 ss_last(u32 level, enum outcome want)
{
	u64 bytes = vref_bytes_per_entry(level);
	u64 ps = level > 1 && level <= 3 ? 1ULL << 7 : 0;

	switch (want) {
	case NOT_PRESENT:
		return sim_rng_u64(&rng) & ~3ULL;
	case NO_MEMORY: /* of the level below */
		return level > 1 ? HOLE | 3 | ss_flags(OK) | ss_ignored() : 0;
	case ADDRESS:
		return level > 3 ? 0 : interrupt_page(bytes) | 3 | ps | ss_flags(OK);
	case FLAGS:
		if (level > 3)
			return new_page() | 3 | ss_flags(want);
		break;
	case RESERVED:
		switch (pick(4)) {
		case 0:
			return random_host(4096) | 3 | 1ULL << 62;
		case 1:
			return beyond() | 3;
		case 2:
			if (level > 3)
				return random_host(4096) | 3 | 1ULL << 7;
			return level > 1 ? (random_host(bytes) + 4096) | 3 | ps : beyond() | 3;
		default:
			return level > 1 ? new_page() | 3 | 1ULL << 11 : beyond() | 3;
		}
	default:
		break;
	}
	if (level > 3)
		return 0;
	return random_host(bytes) | ss_perms(want) | ps | ss_flags(want) | ss_ignored() |
	       (chance(20) ? 1ULL << 11 : 0);
}

static struct table *find_table(bool second, u32 level, u64 base)
{
	for (u32 i = 0; i < nr_tables; i++) {
		if (tables[i].is_second == second && tables[i].level == level &&
		    tables[i].base == base)
			return &tables[i];
	}
	return NULL;
}

static struct table *add_table(bool second, u32 level, u64 base)
{
	pa_t page = new_page();

	tables[nr_tables] = (struct table){second, level, base, page, page};
	return &tables[nr_tables++];
}

/* Lead a walk of @address to level @last and write @entry there. */
static void lay_second(u64 address, u32 last, u64 entry)
{
	pa_t table = ctx.ss_root, slot;

	if (table == HOLE)
		return;
	for (u32 level = ctx.ss_levels;; level--) {
		u64 covers = vref_bytes_per_entry(level);
		struct table *next;

		slot = table + address / covers % 512 * 8;
		if (level == last)
			break;
		next = find_table(true, level - 1, address / covers * covers);
		if (!next)
			next = add_table(true, level - 1, address / covers * covers);
		rig_put1(&rig, slot,
			 next->host | ss_flags(OK) | ss_ignored() | (chance(98) ? 3 : 1 + pick(2)));
		table = next->host;
	}
	rig_put1(&rig, slot, entry);
	ends[nr_ends++ % (NR_PATHS * 2)] = (struct slot){true, last, address, slot};
}

/* --- first stage --- */

/* Pages for the second stage to translate. */
static u64 random_guest(u64 bytes)
{
	u64 end = ss_bytes() < ctx.haw_bytes ? ss_bytes() : ctx.haw_bytes;

	return pick(end / bytes) * bytes;
}

/* A table of the first stage at @host: what entries say. */
static u64 guest_of(pa_t host)
{
	u64 guest;

	if (ctx.stage != VREF_NESTED)
		return host;
	guest = random_guest(4096);
	lay_second(guest, 1, host | (chance(99) ? 3 : 1 + pick(2)) | ss_flags(OK) | ss_ignored());
	return guest;
}

static u64 random_page(u64 bytes)
{
	return ctx.stage == VREF_NESTED ? random_guest(bytes) : random_host(bytes);
}

static u64 fs_last(u32 level, enum outcome want)
{
	u64 bytes = vref_bytes_per_entry(level);
	u64 ps = level > 1 && level <= 3 ? 1ULL << 7 : 0;

	switch (want) {
	case NOT_PRESENT:
		return sim_rng_u64(&rng) & ~1ULL;
	case NO_MEMORY:
		return level > 1 ? guest_of(HOLE) | 7 | fs_flags(OK) | fs_ignored() : 0;
	case RESERVED:
		switch (pick(3)) {
		case 0:
			return beyond() | 7;
		case 1:
			return level > 3 ? random_page(4096) | 7 | 1ULL << 7 : beyond() | 7;
		default:
			/* bit 12 is none */
			return level > 1 && level <= 3 ? (random_page(bytes) + 8192) | 7 | ps
						       : beyond() | 7;
		}
	case ADDRESS:
		if (ctx.stage == VREF_NESTED)
			return ss_bytes() < ctx.haw_bytes ? (ss_bytes() + pick(4) * 4096) | 7 : 0;
		return level > 3 ? 0 : interrupt_page(bytes) | 7 | ps | fs_flags(OK);
	case FLAGS:
		if (level > 3)
			return new_page() | 7 | fs_flags(want);
		break;
	default:
		break;
	}
	if (level > 3)
		return 0;
	return random_page(bytes) | fs_perms(want) | ps | fs_flags(want) | fs_ignored() |
	       (level > 1 && chance(30) ? 1ULL << 12 : 0);
}

static pa_t fs_root_host;

static void lay_first(u64 address, u32 last, u64 entry)
{
	pa_t table = fs_root_host, slot;

	if (table == HOLE)
		return;
	for (u32 level = ctx.fs_levels;; level--) {
		u64 covers = vref_bytes_per_entry(level);
		u64 index = address / covers % 512;
		struct table *next;

		slot = table + index * 8;
		if (level == last)
			break;
		next = find_table(false, level - 1, address / covers * covers);
		if (!next) {
			next = add_table(false, level - 1, address / covers * covers);
			next->guest = guest_of(next->host);
		}
		rig_put1(&rig, slot,
			 next->guest | 1 | (chance(98) ? 2 : 0) | (chance(98) ? 4 : 0) |
				 fs_flags(OK) | fs_ignored());
		table = next->host;
	}
	rig_put1(&rig, slot, entry);
	ends[nr_ends++ % (NR_PATHS * 2)] = (struct slot){false, last, address, slot};
}

/* --- paths --- */

static enum outcome random_want(void)
{
	u64 n = pick(100);

	return n < 60	? OK
	       : n < 64 ? PERMISSION
	       : n < 67 ? NOT_PRESENT
	       : n < 74 ? RESERVED
	       : n < 81 ? NO_MEMORY
	       : n < 90 ? ADDRESS
			: FLAGS;
}

static u32 random_level(u32 levels, enum outcome want)
{
	bool is_leaf = want == OK || want == PERMISSION ||
		       (want == ADDRESS && ctx.stage != VREF_NESTED);

	return 1 + pick(is_leaf && levels > 3 ? 3 : levels);
}

static u64 sign_extend(u64 address)
{
	u64 half = vref_bytes_per_entry(ctx.fs_levels) * 256;

	address %= 2 * half;
	return address < half ? address : address - 2 * half;
}

static u64 random_iova(u32 i)
{
	u64 bytes = ctx.stage == VREF_SECOND ? ss_bytes()
					     : vref_bytes_per_entry(ctx.fs_levels) * 512;
	u64 iova = pick(bytes);

	/* beside another path, so that tables and caches are shared */
	if (i && chance(60)) {
		u32 other = pick(i);

		iova = path_iova[other] ^
		       (pick(8) * vref_bytes_per_entry(
					  path_level[other] > 1 ? 1 + pick(path_level[other]) : 1));
	}
	if (ctx.stage == VREF_SECOND)
		return iova % bytes;
	return sign_extend(iova);
}

/* The guest-physical address that the first stage's @entry at @level leads @iova to. */
static u64 guest_page(u64 entry, u32 level, u64 iova)
{
	u64 bytes = vref_bytes_per_entry(level);

	return entry % (1ULL << 52) / bytes * bytes + (iova % bytes + bytes) % bytes;
}

/* The path ends in the first stage if that is possible, or else in the second. */
static void make_nested_path(u32 i, enum outcome want)
{
	bool is_first = chance(45);
	u32 level = random_level(ctx.fs_levels, is_first ? want : OK);
	u64 entry = fs_last(level, is_first ? want : OK);

	if (!is_first) {
		level = 1 + pick(3);
		entry = fs_last(level, OK);
	}
	if (!is_first && want == ADDRESS && level < 3)
		entry = entry / (1 << 30) * (1 << 30) + 0x3ee00000 + entry % 4096;
	lay_first(path_iova[i], level, entry);
	path_level[i] = level;
	if (is_first && (level > 3 || (want != OK && want != PERMISSION && want != FLAGS)))
		return;
	entry = guest_page(entry, level, path_iova[i]);
	if (is_first)
		want = OK;
	level = random_level(ctx.ss_levels, want);
	if (want == ADDRESS && level > 3)
		level = 1 + pick(3);
	lay_second(entry, level, ss_last(level, want));
}

static void make_path(u32 i)
{
	enum outcome want = random_want();

	path_want[i] = want;
	path_iova[i] = random_iova(i);
	/* so that it leads into the interrupt range from the page that it is in */
	if (want == ADDRESS)
		path_iova[i] = path_iova[i] / (1 << 30) * (1 << 30) + 0x3ee00000 + pick(256) * 4096;
	if (ctx.stage == VREF_NESTED) {
		make_nested_path(i, want);
	} else if (ctx.stage == VREF_FIRST) {
		path_level[i] = random_level(ctx.fs_levels, want);
		lay_first(path_iova[i], path_level[i], fs_last(path_level[i], want));
	} else {
		path_level[i] = random_level(ctx.ss_levels, want);
		lay_second(path_iova[i], path_level[i], ss_last(path_level[i], want));
	}
}

/* A root that is not there now and then. */
static pa_t random_root(void)
{
	return chance(4) ? HOLE : new_page();
}

static void write_pasid(void)
{
	u64 pgtt = ctx.stage == VREF_FIRST ? 1 : ctx.stage == VREF_SECOND ? 2 : 3;
	const u64 words[8] = {
		ctx.ss_root | pgtt << 6 | (ctx.ss_levels - 2ULL) << 2 |
			(ctx.ssade ? 1ULL << 9 : 0) | 1,
		DID | (ctx.pwsnp ? 1ULL << 23 : 0),
		ctx.fs_root | (ctx.sre ? 1 : 0) | (ctx.fs_levels - 4ULL) << 2 |
			(ctx.wpe ? 1 << 4 : 0) | (ctx.eafe ? 1 << 7 : 0),
	};

	rig_pasid(&rig, pasid_dir, PASID, words);
}

static void random_context(bool legacy)
{
	nr_tables = 0;
	nr_ends = 0;
	ctx.is_legacy = legacy;
	ctx.stage = legacy ? VREF_SECOND : chance(42) ? VREF_NESTED : (enum vref_stage)pick(2);
	ctx.fs_levels = 4 + pick(2);
	ctx.ss_levels = ctx.stage == VREF_NESTED ? 4 + pick(2) : 3 + pick(3);
	ctx.sre = !legacy && chance(93);
	ctx.wpe = chance(50);
	ctx.eafe = chance(40);
	ctx.ssade = !legacy && chance(60);
	ctx.pwsnp = legacy || chance(70);
	ctx.ss_root = random_root();
	fs_root_host = random_root();
	if (legacy) {
		rig_ctx(&rig, SID,
			(struct rig_context){
				.tt = 0, .aw = ctx.ss_levels - 2, .did = DID, .root = ctx.ss_root});
		return;
	}
	/* where the second stage has it */
	ctx.fs_root = ctx.ss_root == HOLE ? fs_root_host : guest_of(fs_root_host);
	if (ctx.stage == VREF_NESTED && ctx.ss_root == HOLE)
		ctx.fs_root %= ss_bytes();
	write_pasid();
}

static void make_paths(void)
{
	for (u32 i = 0; i < NR_PATHS; i++)
		make_path(i);
}

/* --- accesses --- */

static u32 stage_of(const struct vref_answer *want)
{
	if (ctx.is_legacy)
		return LEGACY3 + ctx.ss_levels - 3;
	if (ctx.stage == VREF_FIRST)
		return FS4 + ctx.fs_levels - 4;
	if (ctx.stage == VREF_SECOND)
		return SS3 + ctx.ss_levels - 3;
	return want->is_second ? NEST_SS4 + ctx.ss_levels - 4 : NEST_FS4 + ctx.fs_levels - 4;
}

static bool is_memory_as(const struct vref_answer *want)
{
	for (u32 i = 0; i < want->nr_words; i++) {
		if (rig_get(&rig, want->words[i].pa) != want->words[i].value)
			return false;
	}
	return true;
}

static void check(const struct vref_access *access)
{
	static struct vref_answer want;
	struct port_access a = {
		.iova = access->iova,
		.len_bytes = access->is_zero_length ? 0 : 64,
		.is_write = access->is_write,
		.is_privileged = access->is_privileged,
		.has_pasid = !ctx.is_legacy,
		.pasid = ctx.is_legacy ? 0 : PASID,
	};
	struct vtd_outcome got;
	enum port_status status;

	vref_translate(rig.mem, &ctx, access, &want);
	status = vtd_translate_explain(rig.vtd, SID, &a, &got);
	nr_done++;
	nr_good += !want.reason;
	cells[stage_of(&want)][want.level][outcome_of(want.reason)]++;
	if (got.reason == want.reason && (status == PORT_DONE) == !want.reason &&
	    (want.reason || a.pa == want.pa) && is_memory_as(&want))
		return;
	if (nr_differ++ < 20)
		printf("translation %llu: %s level %u, iova %llx w%u p%u z%u: reason %x pa %llx%s, "
		       "expected %x %llx\n",
		       nr_done, stage_names[stage_of(&want)], want.level, a.iova, a.is_write,
		       a.is_privileged, access->is_zero_length, got.reason, a.pa,
		       is_memory_as(&want) ? "" : " memory differs", want.reason, want.pa);
}

/* Some more of those that should succeed. */
static u32 random_path(void)
{
	u32 i = pick(NR_PATHS);

	for (u32 tries = 0; tries < 3 && path_want[i] != OK && chance(60); tries++)
		i = pick(NR_PATHS);
	return i;
}

static void access_once(void)
{
	u32 i = random_path();
	u64 each = vref_bytes_per_entry(path_level[i]);
	struct vref_access access = {
		.iova = chance(75) ? path_iova[i] / 4096 * 4096 + pick(4096)
				   : path_iova[i] / each * each + pick(each),
		.is_write = chance(40),
		.is_privileged = !ctx.is_legacy && chance(30),
	};

	access.is_zero_length = !access.is_write && chance(10);
	if (chance(6))
		access.iova += pick(3) * each;
	if (chance(3))
		access.iova = sim_rng_u64(&rng);
	/* Requests without PASID there are no translations. */
	if (ctx.is_legacy && access.iova >= 0xfee00000 && access.iova <= 0xfeefffff)
		return;
	check(&access);
}

/* --- changes --- */

static bool is_table(u64 entry, u32 level)
{
	return level > 1 && !(entry >> 7 & 1);
}

static void invalidate_page(const struct slot *slot)
{
	u64 bytes = vref_bytes_per_entry(slot->level);
	u64 word1 = slot->address / bytes * bytes | 9 * (slot->level - 1) | pick(2) << 6;

	if (slot->is_second)
		rig_desc(&rig, 2 | 3 << 4 | DID << 16, word1);
	else
		rig_desc(&rig, 6 | 3 << 4 | DID << 16 | (u64)PASID << 32, word1);
}

/* Another entry where a path ends, and the descriptor that says so. */
static void change_end(void)
{
	u32 nr = nr_ends < NR_PATHS * 2 ? nr_ends : NR_PATHS * 2;
	enum outcome want = random_want();
	struct slot slot;
	u64 old;

	/* Nothing is mapped anew in the second stage for the sake of the first. */
	if (!nr || want == NO_MEMORY)
		return;
	slot = ends[pick(nr)];
	old = rig_get(&rig, slot.pa);
	rig_put1(&rig, slot.pa,
		 slot.is_second ? ss_last(slot.level, want) : fs_last(slot.level, want));
	if (is_table(old, slot.level) || slot.level > 3)
		rig_desc(&rig,
			 slot.is_second ? 2 | 2 << 4 | DID << 16
					: 6 | 2 << 4 | DID << 16 | (u64)PASID << 32,
			 0);
	else
		invalidate_page(&slot);
}

/* --- the sweep --- */

static void no_caches(void)
{
	rig.params.iotlb_entries = rig.params.context_entries = rig.params.pasid_entries = 0;
	rig.params.pml5_entries = rig.params.pml4_entries = 0;
	rig.params.pdpe_entries = rig.params.pde_entries = 0;
}

static void sweep(u32 mode, u32 haw_bits, bool has_caches, u64 nr)
{
	rig_defaults(&rig);
	rig.params.haw_bits = haw_bits;
	rig.is_clockless = true;
	if (!has_caches)
		no_caches();
	rig_start(&rig);
	rig_enable(&rig, mode);
	if (mode == RIG_SCALABLE)
		pasid_dir = rig_smctx(&rig, SID, SMCTX_PASIDE);
	ctx.haw_bytes = 1ULL << haw_bits;
	ctx.mgaw_bytes = 1ULL << rig.params.mgaw_bits;
	ctx.sc = rig.params.sc;
	ctx.zlr = rig.params.zlr;
	for (u64 i = 0; i < nr; i++) {
		if (i % ACCESSES_A_ROUND == 0) {
			random_context(mode == RIG_LEGACY);
			make_paths();
			rig_invalidate_all(&rig);
		} else if (i % 10 == 0) {
			change_end();
		}
		access_once();
	}
	rig_stop(&rig);
}

int main(int argc, char **argv)
{
	u64 nr = 10000000, minimum = 1000, seed = 1;
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
	sweep(RIG_SCALABLE, 46, true, nr * 20 / 100);
	sweep(RIG_SCALABLE, 51, true, nr * 40 / 100);
	sweep(RIG_SCALABLE, 52, true, nr * 5 / 100);
	sweep(RIG_SCALABLE, 39, true, nr * 5 / 100);
	sweep(RIG_SCALABLE, 50, false, nr * 15 / 100);
	sweep(RIG_LEGACY, 46, true, nr * 10 / 100);
	sweep(RIG_LEGACY, 39, false, nr - nr * 95 / 100);
	is_good = print_cells(minimum);
	printf("%llu translations, %llu of them successful, %llu differ from the reference\n",
	       nr_done, nr_good, nr_differ);
	return !is_good || nr_differ || nr_good * 100 < nr_done * 40;
}
