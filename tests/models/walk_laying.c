// SPDX-License-Identifier: GPL-2.0-only
/* Random tables of walk_laying.h. */
#include "tests/models/walk_laying.h"

#include "sim/sim.h"

#define SLOT_BYTES 0x10000ULL /* a table of the largest granule */
#define LOW_POOL 0x50000000ULL
#define HIGH_POOL (1ULL << 45)
#define STAGE2_ROOT 0x60000000ULL /* up to 16 tables side by side */
#define CONTEXT 0x48000000ULL	  /* a CD, or a level 1 table; the level 2 table behind it */
#define RAM_END (RIG_RAM + LAY_RAM_BYTES)
#define HOLE 0x10000000ULL /* no memory; within the smallest output size */

static u64 smaller(u64 a, u64 b)
{
	return a < b ? a : b;
}

const struct ref_tables *lay_tables(const struct laying *lay, enum lay_space space)
{
	return space == LAY_STAGE2 ? &lay->s2.tables : &lay->s1.ranges[space];
}

static u64 out_bits(const struct laying *lay, enum lay_space space)
{
	return space == LAY_STAGE2 ? lay->s2.out_bits : lay->s1.out_bits;
}

/* Of physical addresses. */
static u64 pa_bits(const struct laying *lay)
{
	return lay->has_stage2 ? lay->s2.out_bits : lay->s1.out_bits;
}

static u64 entry_bytes(const struct laying *lay, enum lay_space space, int level)
{
	return ref_bytes_per_entry(lay_tables(lay, space)->granule_bytes, level);
}

static bool is_leaf_level(const struct laying *lay, enum lay_space space, int level)
{
	return ref_is_leaf_level(lay_tables(lay, space), lay->options.oas_bits, level);
}

/* --- descriptors --- */

/* How many bits an address in a descriptor has. */
static u64 address_bits(const struct laying *lay, enum lay_space space)
{
	const struct ref_tables *tables = lay_tables(lay, space);

	if (tables->granule_bytes == 65536)
		return lay->options.oas_bits == 52 ? 52 : 48;
	return tables->has_ds ? 52 : 48;
}

/* @address where a descriptor has it, and random bits where they do not count. */
static u64 address_field(struct laying *lay, enum lay_space space, u64 address)
{
	const struct ref_tables *tables = lay_tables(lay, space);
	u64 field = address % (1ULL << 48), high = address >> 48;

	if (tables->granule_bytes == 65536)
		return field | (address_bits(lay, space) == 52 ? high : lay_pick(lay, 16)) << 12;
	field |= lay_pick(lay, tables->granule_bytes / 4096) * 4096;
	if (tables->has_ds)
		field |= (high & 3) << 48 | (high >> 2) << 8;
	return field;
}

/* SH, where an address has not taken its place. */
static u64 shareability(struct laying *lay, enum lay_space space)
{
	return lay_tables(lay, space)->has_ds ? 0 : lay_pick(lay, 4) << 8;
}

static u64 bits_if(bool condition, u64 bits)
{
	return condition ? bits : 0;
}

static u64 leaf_attrs_stage1(struct laying *lay, enum lay_want want)
{
	const struct ref_stage1 *s1 = &lay->s1;
	bool is_updated = s1->ha && !lay->options.has_groups;
	u32 harsh = want == LAY_PERMISSION ? 55 : 3;
	u64 desc = lay_pick(lay, 16) << 2 | lay_pick(lay, 2) << 11 | lay_pick(lay, 16) << 55;

	desc |= bits_if(want != LAY_ACCESS && !(is_updated && lay_chance(lay, 40)), 1ULL << 10);
	desc |= bits_if(lay_chance(lay, 100 - harsh), 1ULL << 6);
	if (lay_chance(lay, is_updated && s1->hd ? 45 : harsh))
		desc |= 1ULL << 7 |
			bits_if(want != LAY_PERMISSION || lay_chance(lay, 30), 1ULL << 51);
	desc |= bits_if(lay_chance(lay, harsh), 1ULL << 53);
	desc |= bits_if(lay_chance(lay, harsh), 1ULL << 54);
	return desc;
}

/* Types without a reserved value: Device, and Normal that says something of both domains. */
static u64 memory_type(struct laying *lay)
{
	static const u8 normal[9] = {5, 6, 7, 9, 10, 11, 13, 14, 15};

	/* with FWB the upper bit is reserved, and so may be anything */
	if (lay->s2.fwb)
		return (lay_chance(lay, 8) ? lay_pick(lay, 4) : 5 + lay_pick(lay, 3)) |
		       lay_pick(lay, 2) << 3;
	return lay_chance(lay, 8) ? lay_pick(lay, 4) : normal[lay_pick(lay, 9)];
}

static u64 leaf_attrs_stage2(struct laying *lay, enum lay_want want)
{
	const struct ref_stage2 *s2 = &lay->s2;
	bool is_updated = s2->ha && !lay->options.has_groups;
	u32 harsh = want == LAY_PERMISSION ? 65 : 2;
	u64 desc = memory_type(lay) << 2 | lay_pick(lay, 512) << 55;

	desc |= bits_if(want != LAY_ACCESS && !(is_updated && lay_chance(lay, 40)), 1ULL << 10);
	desc |= bits_if(lay_chance(lay, 100 - harsh), 1ULL << 6);
	if (!lay_chance(lay, is_updated && s2->hd ? 45 : harsh + 4))
		desc |= 1ULL << 7;
	desc |= bits_if(want != LAY_PERMISSION || lay_chance(lay, 30), 1ULL << 51);
	desc |= bits_if(lay_chance(lay, harsh), 1ULL << 53);
	desc |= bits_if(lay_chance(lay, harsh), 1ULL << 54);
	return desc;
}

static u64 leaf_attrs(struct laying *lay, enum lay_space space, enum lay_want want)
{
	u64 desc = space == LAY_STAGE2 ? leaf_attrs_stage2(lay, want)
				       : leaf_attrs_stage1(lay, want);

	desc |= shareability(lay, space);
	if (lay->options.has_groups)
		return desc & ~(1ULL << 51); /* nothing that is updated in one of many */
	return desc | lay_pick(lay, 2) << 52;
}

static u64 table_descriptor(struct laying *lay, enum lay_space space, u64 address)
{
	u64 desc = lay_pick(lay, 64) << 2 | lay_pick(lay, 4) << 10 | lay_pick(lay, 128) << 52;

	for (u32 i = 59; i < 63; i++)
		desc |= bits_if(lay_chance(lay, space == LAY_STAGE2 ? 50 : 2), 1ULL << i);
	return desc | shareability(lay, space) | address_field(lay, space, address) | 3;
}

/* At the place of @point. */
static u64 leaf_descriptor(struct laying *lay, const struct lay_point *point, u64 output,
			   enum lay_want want)
{
	return address_field(lay, point->space, output) | leaf_attrs(lay, point->space, want) |
	       (point->level == 3 ? 3 : 1);
}

static bool can_be_too_far(const struct laying *lay, enum lay_space space)
{
	return address_bits(lay, space) > out_bits(lay, space);
}

/* An address with a bit set that the output size does not have. */
static u64 too_far(struct laying *lay, enum lay_space space)
{
	u64 has = address_bits(lay, space), may = out_bits(lay, space);

	return lay_pick(lay, 1ULL << (has - 16)) << 16 | 1ULL << (may + lay_pick(lay, has - may));
}

/* Invalid; or reserved: type 1 at level 3, blocks where there are none. Never zero. */
static u64 useless_descriptor(struct laying *lay, enum lay_space space, int level)
{
	const struct lay_point block = {.space = space, .level = 2};

	if (lay_chance(lay, 50) && (level == 3 || !is_leaf_level(lay, space, level)))
		return leaf_descriptor(lay, &block, lay_pick(lay, 1ULL << 20) << 12, LAY_OK);
	return (sim_rng_u64(lay->rng) & ~1ULL) | 2;
}

static u64 hole_of(const struct laying *lay, enum lay_space space)
{
	return space == LAY_STAGE2 ? HOLE : lay->hole;
}

static u64 descriptor(struct laying *lay, const struct lay_point *point, enum lay_want want)
{
	enum lay_space space = point->space;
	int level = point->level;
	bool is_leaf = is_leaf_level(lay, space, level);

	switch (want) {
	case LAY_TRANSLATION:
		return useless_descriptor(lay, space, level);
	case LAY_ADDR_SIZE:
		if (!can_be_too_far(lay, space))
			return useless_descriptor(lay, space, level);
		if (level == 3 || (is_leaf && lay_chance(lay, 60)))
			return leaf_descriptor(lay, point, too_far(lay, space), LAY_OK);
		return table_descriptor(lay, space, too_far(lay, space));
	case LAY_EABT: /* of the level below */
		if (level == 3 || !hole_of(lay, space))
			return 2;
		return table_descriptor(lay, space, hole_of(lay, space));
	default:
		return is_leaf ? leaf_descriptor(lay, point, point->output, want) : 2;
	}
}

enum lay_want lay_random_want(struct laying *lay, u32 percent)
{
	static const enum lay_want failing[10] = {
		LAY_EABT,   LAY_EABT,	LAY_TRANSLATION, LAY_ADDR_SIZE, LAY_ADDR_SIZE,
		LAY_ACCESS, LAY_ACCESS, LAY_ACCESS,	 LAY_ACCESS,	LAY_PERMISSION,
	};

	return lay_chance(lay, percent) ? LAY_OK : failing[lay_pick(lay, 10)];
}

static bool is_leaf_want(enum lay_want want)
{
	return want == LAY_OK || want == LAY_PERMISSION || want == LAY_ACCESS;
}

/* @want, or what is possible instead. */
static enum lay_want possible(const struct laying *lay, enum lay_space space, enum lay_want want)
{
	return want == LAY_ADDR_SIZE && !can_be_too_far(lay, space) ? LAY_TRANSLATION : want;
}

/* How a walk is to end, for the sake of what. */
struct ending {
	enum lay_role role;
	enum lay_space space;
	enum lay_want want;
};

/*
 * A level at which a walk may end as @ending wants: of some that are possible the one that
 * was laid most seldom, for large regions are rare. Leaves are no larger than @limit.
 */
static int choose_level(struct laying *lay, const struct ending *ending, u64 limit)
{
	enum lay_role role = ending->role;
	enum lay_space space = ending->space;
	enum lay_want want = ending->want;
	const struct ref_tables *tables = lay_tables(lay, space);
	u32 g = tables->granule_bytes == 65536 ? 2 : tables->granule_bytes == 16384;
	int best = 3;

	/* not where it would take a large part of all addresses */
	if (lay->is_at_first && !is_leaf_want(want) &&
	    (ref_table_bytes(tables) >= 64 || lay_chance(lay, 20)))
		return tables->first_level;
	for (u32 tries = 0; tries < 6; tries++) {
		int level = tables->first_level + (int)lay_pick(lay, 4 - tables->first_level);

		if (is_leaf_want(want) &&
		    (!is_leaf_level(lay, space, level) || entry_bytes(lay, space, level) > limit))
			continue;
		if (lay->nr_laid[role][g][level + 1][want] < lay->nr_laid[role][g][best + 1][want])
			best = level;
	}
	lay->nr_laid[role][g][best + 1][want]++;
	return best;
}

/* --- tables --- */

static void clear(struct laying *lay, pa_t pa, u64 bytes)
{
	static const u8 zeroes[SLOT_BYTES];

	for (u64 done = 0; done < bytes; done += SLOT_BYTES)
		assert_int_equal(mem_write(lay->rig->mem, pa + done, zeroes,
					   bytes - done < SLOT_BYTES ? bytes - done : SLOT_BYTES),
				 0);
}

/* Memory for a table, zeroes; 0: there is no more. */
static pa_t new_memory(struct laying *lay, u64 bytes)
{
	pa_t pool = pa_bits(lay) > 45 && lay_chance(lay, 50) ? HIGH_POOL : LOW_POOL;
	pa_t pa;

	if (lay->nr_slots == LAY_MAX_TABLES)
		return 0;
	pa = pool + lay->slots[lay->nr_slots++] * SLOT_BYTES +
	     lay_pick(lay, SLOT_BYTES / bytes) * bytes;
	clear(lay, pa, bytes);
	return pa;
}

static struct lay_table *find_table(struct laying *lay, enum lay_space space, int level, u64 base)
{
	for (u32 i = 0; i < lay->nr_tables; i++) {
		struct lay_table *table = &lay->tables[i];

		if (table->space == space && table->level == level && table->base == base)
			return table;
	}
	return NULL;
}

static void add_point(struct laying *lay, const struct lay_point *point)
{
	if (lay->nr_points < LAY_MAX_POINTS)
		lay->points[lay->nr_points++] = *point;
}

/* A descriptor on the way: how its tables name it, and where it is. */
/* Where the descriptor of @offset at @level is, by name and in memory. */
struct slot {
	enum lay_space space;
	u64 offset;
	int level;
	u64 address;
	pa_t pa;
};

static bool descend(struct laying *lay, struct slot *slot);

struct name {
	pa_t pa;   /* of what is named */
	u64 bytes; /* its alignment */
	u64 bits;  /* that the name may have */
	enum lay_want want;
	enum lay_role role;
	int level; /* of the stage 2 leaf that was laid */
};

static bool is_led(const struct laying *lay, u64 ipa, pa_t pa)
{
	for (u32 i = 0; i < lay->nr_points; i++) {
		const struct lay_point *point = &lay->points[i];
		u64 each;

		if (point->space != LAY_STAGE2)
			continue;
		each = entry_bytes(lay, LAY_STAGE2, point->level);
		if (point->input / each == ipa / each && point->output + ipa % each == pa)
			return true;
	}
	return false;
}

/*
 * Let stage 2 lead from @ipa to @name's thing by a leaf at its level, or fail there as it
 * wants. They are alike modulo its size. False: something else is there already.
 */
static bool lead(struct laying *lay, u64 ipa, const struct name *name)
{
	pa_t pa = name->pa;
	int level = name->level;
	enum lay_want want = name->want;
	struct lay_point point = {LAY_STAGE2, level, .input = ipa, .nr_grouped = 1};
	struct slot slot;
	u64 desc;

	point.output = pa / entry_bytes(lay, LAY_STAGE2, level) *
		       entry_bytes(lay, LAY_STAGE2, level);
	if (is_led(lay, ipa, pa))
		return true;
	if (want == LAY_EABT && level > lay->s2.tables.first_level)
		point.level = --level;
	slot = (struct slot){LAY_STAGE2, ipa, level, 0, 0};
	if (ipa >= lay->s2.tables.region_bytes || !descend(lay, &slot) ||
	    rig_get(lay->rig, slot.pa))
		return false;
	point.slot = slot.pa;
	point.is_astray = point.output + ipa % entry_bytes(lay, LAY_STAGE2, level) != pa;
	desc = descriptor(lay, &point, want);
	/* seldom writable, or clean, for updates of stage 1 to meet */
	if (is_leaf_want(want) && lay_chance(lay, 20))
		desc &= ~(1ULL << 7);
	rig_put1(lay->rig, slot.pa, desc);
	add_point(lay, &point);
	return true;
}

/* An address that stage 1 may have for a thing, and stage 2 takes. */
static u64 name_limit(const struct laying *lay, u64 bits)
{
	return smaller(lay->s2.tables.region_bytes, 1ULL << smaller(lay->s1.out_bits, bits));
}

/*
 * An address for a thing as stage 1 names it, and stage 2 leading from one to the
 * other, or failing there as is wanted; 0: there is no place.
 */
static u64 give_name(struct laying *lay, struct name *name)
{
	u64 limit = name_limit(lay, name->bits);

	if (!lay->has_stage2)
		return name->pa;
	name->want = possible(lay, LAY_STAGE2, name->want);
	for (u32 tries = 0; tries < 12; tries++) {
		u64 each = name->bytes, ipa;

		/* such that there is room for others */
		name->level = choose_level(
			lay, &(const struct ending){name->role, LAY_STAGE2, name->want},
			limit / 16);
		if (is_leaf_want(name->want) && each < entry_bytes(lay, LAY_STAGE2, name->level))
			each = entry_bytes(lay, LAY_STAGE2, name->level);
		ipa = lay_pick(lay, limit / each ? limit / each : 1) * each + name->pa % each;
		if (ipa && ipa < limit && lead(lay, ipa, name))
			return ipa;
	}
	return 0;
}

static u64 name_table(struct laying *lay, struct lay_table *table, u64 bytes)
{
	struct name name = {.pa = table->pa,
			    .bytes = bytes,
			    .bits = address_bits(lay, table->space),
			    .role = LAY_NESTED_WALK,
			    .want = table->map_want};
	u64 address = give_name(lay, &name);

	table->map_level = name.level;
	return address;
}

/* The table at @level on the way of @slot, which is at the descriptor that leads there. */
static struct lay_table *next_table(struct laying *lay, const struct slot *slot, int level)
{
	enum lay_space space = slot->space;
	u64 offset = slot->offset;
	u64 bytes = lay_tables(lay, space)->granule_bytes;
	u64 covers = entry_bytes(lay, space, level - 1);
	struct lay_table *table = find_table(lay, space, level, offset / covers * covers);

	if (table)
		return table;
	if (rig_get(lay->rig, slot->pa) || lay->nr_tables == LAY_MAX_TABLES)
		return NULL;
	table = &lay->tables[lay->nr_tables];
	*table = (struct lay_table){
		.space = space, .level = level, .base = offset / covers * covers};
	table->address = table->pa = new_memory(lay, bytes);
	lay->nr_tables++;
	if (space != LAY_STAGE2 && table->pa)
		table->address = name_table(lay, table, bytes);
	if (!table->address) {
		table->level = REF_NO_LEVEL;
		return NULL;
	}
	rig_put1(lay->rig, slot->pa, table_descriptor(lay, space, table->address));
	return table;
}

/* Find @slot, tables made on the way; false: something else is there. */
static bool descend(struct laying *lay, struct slot *slot)
{
	enum lay_space space = slot->space;
	const struct ref_tables *tables = lay_tables(lay, space);
	u64 entries = ref_table_bytes(tables) / 8;
	struct lay_table *table = find_table(lay, space, tables->first_level, 0);

	for (int l = tables->first_level;; l++, entries = tables->granule_bytes / 8) {
		u64 index = slot->offset / entry_bytes(lay, space, l) % entries;

		slot->address = table->address + 8 * index;
		slot->pa = table->pa + 8 * index;
		if (slot->pa >= RAM_END)
			return false;
		if (space != LAY_STAGE2 && lay->has_stage2 &&
		    !lead(lay, slot->address,
			  &(const struct name){.pa = slot->pa,
					       .level = table->map_level,
					       .want = table->map_want}))
			return false;
		if (l == slot->level)
			return true;
		table = next_table(lay, slot, l + 1);
		if (!table)
			return false;
	}
}

/* --- paths --- */

/* Descriptors that the contiguous hint is about at @level; 1: it is reserved there. */
static u32 group_size(const struct laying *lay, enum lay_space space, int level)
{
	u64 granule = lay_tables(lay, space)->granule_bytes;

	if (granule == 4096)
		return level < 1 ? 1 : 16;
	if (level < 2)
		return 1;
	return granule == 16384 && level == 3 ? 128 : 32;
}

/* A leaf for all of a group: the address alone differs. */
static void put_group(struct laying *lay, const struct lay_point *point)
{
	u64 each = entry_bytes(lay, point->space, point->level);
	u64 desc = leaf_attrs(lay, point->space, LAY_OK) | 1ULL << 52 | (point->level == 3 ? 3 : 1);

	for (u32 i = 0; i < point->nr_grouped; i++)
		rig_put1(lay->rig, point->slot + 8 * (u64)i,
			 desc | address_field(lay, point->space, point->output + i * each));
}

/* Is all of @point's group free, and neither its region nor what it leads to smaller? */
static bool is_free(const struct laying *lay, const struct lay_point *point, u32 nr)
{
	pa_t first = point->slot / (8 * nr) * (8 * nr);
	u64 bytes = entry_bytes(lay, point->space, point->level) * nr;

	if (point->level == lay_tables(lay, point->space)->first_level ||
	    bytes > 1ULL << out_bits(lay, point->space))
		return false;
	for (u32 i = 0; i < nr; i++) {
		if (rig_get(lay->rig, first + 8 * (u64)i))
			return false;
	}
	return true;
}

/* Does it lead where its place in a group of @nr says? */
static bool fits_group(const struct laying *lay, const struct lay_point *point, u32 nr)
{
	u64 each = entry_bytes(lay, point->space, point->level);

	return point->output % (each * nr) == point->slot / 8 % nr * each;
}

/* What ends as @want at @point; or where groups are wanted a leaf for each of its group. */
static void put_descriptor(struct laying *lay, struct lay_point *point, enum lay_want want)
{
	u64 desc = descriptor(lay, point, want);
	u64 each = entry_bytes(lay, point->space, point->level);
	u32 nr = group_size(lay, point->space, point->level);
	bool is_leaf = is_leaf_level(lay, point->space, point->level) && is_leaf_want(want);

	/* the hint where it must not matter: it is reserved, or its place belies it */
	if (lay->options.has_groups && is_leaf && (nr == 1 || !fits_group(lay, point, nr)))
		desc |= 1ULL << 52;
	else if (lay->options.has_groups && is_leaf && is_free(lay, point, nr))
		point->nr_grouped = nr;
	if (point->nr_grouped == 1) {
		rig_put1(lay->rig, point->slot, desc);
		return;
	}
	point->slot = point->slot / (8 * nr) * (8 * nr);
	point->output = point->output / (each * nr) * (each * nr);
	put_group(lay, point);
}

u64 lay_change(struct laying *lay, const struct lay_point *point, enum lay_want want)
{
	u64 old = rig_get(lay->rig, point->slot);

	/* what would be read there is no CD */
	if (point->is_context && point->is_astray)
		return 0;
	if (point->nr_grouped == 1)
		rig_put1(lay->rig, point->slot, descriptor(lay, point, want));
	else
		put_group(lay, point);
	return old;
}

/* @output, or what is near it and fits a group of the descriptor at @point. */
static u64 near_output(struct laying *lay, const struct lay_point *point, u64 output)
{
	u64 each = entry_bytes(lay, point->space, point->level);
	u32 nr = group_size(lay, point->space, point->level);

	if (!lay->options.has_groups || lay_chance(lay, 30))
		return output / each * each;
	return output / (each * nr) * (each * nr) + point->input / each % nr * each;
}

/* Make stage 2 end as @want for @ipa. Return: bytes around it that end alike; 0: no place. */
static u64 lay_stage2(struct laying *lay, enum lay_role role, u64 ipa, enum lay_want want)
{
	int level = choose_level(lay, &(const struct ending){role, LAY_STAGE2, want}, ~0ULL);
	struct lay_point point = {LAY_STAGE2, level, .input = ipa, .nr_grouped = 1};
	u64 all = 1ULL << smaller(lay->s2.out_bits, address_bits(lay, LAY_STAGE2));
	struct slot slot;

	point.output = near_output(lay, &point, lay_pick(lay, all));
	if (want == LAY_EABT && level > lay->s2.tables.first_level)
		point.level = level - 1;
	slot = (struct slot){LAY_STAGE2, ipa, point.level, 0, 0};
	if (lay->is_dead[LAY_STAGE2] || ipa >= lay->s2.tables.region_bytes ||
	    !descend(lay, &slot) || rig_get(lay->rig, slot.pa))
		return 0;
	point.slot = slot.pa;
	put_descriptor(lay, &point, want);
	add_point(lay, &point);
	return entry_bytes(lay, LAY_STAGE2, level) * point.nr_grouped;
}

/* Where a stage 1 leaf leads: for stage 2 to take it, or seldom beyond. */
static u64 random_output(struct laying *lay, enum lay_space space, u64 each)
{
	u64 bits = address_bits(lay, space);
	u64 limit = 1ULL << smaller(lay->s1.out_bits, bits);

	if (lay->has_stage2 && !lay_chance(lay, 4))
		limit = name_limit(lay, bits);
	return lay_pick(lay, limit / each ? limit / each : 1) * each;
}

/* The walk of stage 1's table at @level is what fails, in stage 2: its address leads nowhere. */
static void lay_walk_fault(struct laying *lay, struct lay_path *path, u64 offset, int level)
{
	u64 bytes = lay_tables(lay, path->space)->granule_bytes, address;
	struct name name = {.pa = new_memory(lay, bytes),
			    .bytes = bytes,
			    .bits = address_bits(lay, path->space),
			    .role = LAY_NESTED_WALK};
	struct slot slot = {path->space, offset, level - 1, 0, 0};

	name.want = lay_random_want(lay, 0);
	lay->is_at_first = lay_chance(lay, lay->options.is_steep ? 50 : 10);
	if (!name.pa || !descend(lay, &slot) || rig_get(lay->rig, slot.pa))
		return;
	if (lay_chance(lay, 10)) /* beyond what stage 2 takes, if that can be */
		address = lay->s2.tables.region_bytes;
	else if (lay->is_cut && lay_chance(lay, 80))
		address = lay->s2.tables.region_bytes - bytes;
	else
		address = give_name(lay, &name);
	if (address && !(address >> smaller(lay->s1.out_bits, name.bits)))
		rig_put1(lay->rig, slot.pa, table_descriptor(lay, path->space, address));
}

/*
 * Where a leaf of @each bytes at @point leads, and what stage 2 makes of it, if
 * stage 1 is to let it pass. Return: bytes that end alike there.
 */
static u64 lay_output(struct laying *lay, struct lay_point *point, u64 each, enum lay_want want)
{
	u32 percent = lay->is_at_first ? 30 : 82;
	enum lay_want next = possible(lay, LAY_STAGE2, lay_random_want(lay, percent));
	u64 span = 0;

	/* to the end of what stage 2 takes, where there may be no descriptor to read */
	if (lay->is_cut && want == LAY_OK && lay_chance(lay, 15)) {
		point->output = random_output(lay, point->space, each);
		if (lay->s2.tables.region_bytes <= name_limit(lay, address_bits(lay, point->space)))
			point->output = (lay->s2.tables.region_bytes - 1) / each * each;
		return ~0ULL;
	}
	for (u32 tries = 0; !span && tries < 8; tries++) {
		point->output = near_output(lay, point, random_output(lay, point->space, each));
		if (!lay->has_stage2 || want != LAY_OK)
			return ~0ULL;
		span = lay_stage2(lay, LAY_NESTED_STAGE2, point->output + point->input % each,
				  next);
	}
	return span ? span : 4096;
}

static enum lay_role stage1_role(const struct laying *lay)
{
	if (lay->has_stage2)
		return LAY_NESTED_STAGE1;
	return lay->s1.is_el2 ? LAY_EL2 : LAY_STAGE1_ALONE;
}

/* Make stage 1 end as @want, as far as it gets there. */
static void lay_stage1(struct laying *lay, struct lay_path *path, enum lay_want want)
{
	const struct ref_tables *tables = lay_tables(lay, path->space);
	u64 offset = path->input % tables->region_bytes;
	int level = choose_level(lay, &(const struct ending){stage1_role(lay), path->space, want},
				 lay->has_stage2 ? lay->s2.tables.region_bytes : ~0ULL);
	u64 each = entry_bytes(lay, path->space, level);
	struct lay_point point = {path->space, level, .input = path->input, .nr_grouped = 1};
	struct slot slot;
	u64 span;

	if (want == LAY_EABT && level > tables->first_level)
		point.level = level - 1;
	path->span_bytes = 4096;
	if (lay->is_dead[path->space])
		return;
	if (lay->has_stage2 && level > tables->first_level && lay_chance(lay, 12)) {
		lay_walk_fault(lay, path, offset, level);
		return;
	}
	slot = (struct slot){path->space, offset, point.level, 0, 0};
	if (!descend(lay, &slot) || rig_get(lay->rig, slot.pa))
		return;
	point.slot = slot.pa;
	span = lay_output(lay, &point, each, want);
	put_descriptor(lay, &point, want);
	add_point(lay, &point);
	path->span_bytes = smaller(each * point.nr_grouped, span);
}

static u64 random_input(struct laying *lay, enum lay_space space)
{
	const struct ref_tables *tables = lay_tables(lay, space);
	u64 offset = lay_pick(lay, tables->region_bytes);

	/* beside another path, so that tables and caches are shared */
	if (lay_chance(lay, 50)) {
		const struct lay_path *other = &lay->paths[lay_pick(lay, LAY_MAX_PATHS)];
		int level = tables->first_level + (int)lay_pick(lay, 4 - tables->first_level);

		offset = other->input ^ (lay_pick(lay, 8) * entry_bytes(lay, space, level));
		offset %= tables->region_bytes;
	}
	return space == LAY_HIGH ? offset - tables->region_bytes : offset;
}

static void lay_path(struct laying *lay, struct lay_path *path, enum lay_want want)
{
	bool is_stage1 = lay->has_stage1 && !(lay->has_substreams && lay_chance(lay, 15));

	path->space = LAY_STAGE2;
	if (is_stage1)
		path->space = lay->s1.is_el2 ? LAY_LOW : (enum lay_space)lay_pick(lay, 2);
	path->input = random_input(lay, path->space);
	want = possible(lay, path->space, want);
	if (is_stage1) {
		lay_stage1(lay, path, want);
		return;
	}
	path->span_bytes = 0;
	for (u32 tries = 0; !path->span_bytes && tries < 4; tries++) {
		path->input = random_input(lay, path->space);
		path->span_bytes = lay_stage2(lay, LAY_STAGE2_ALONE, path->input, want);
	}
	if (!path->span_bytes)
		path->span_bytes = 4096;
}

static void lay_paths(struct laying *lay)
{
	u32 percent = lay->has_stage1 && lay->has_stage2 ? 91 : 82;

	for (u32 i = 0; i < LAY_MAX_PATHS; i++) {
		lay->is_at_first = i < LAY_NR_FIRST;
		lay_path(lay, &lay->paths[i],
			 lay_random_want(lay, i < LAY_NR_FIRST ? 40 : percent));
	}
	lay->is_at_first = false;
}

/* --- configuration --- */

static const u64 granules[3] = {4096, 16384, 65536};
/* What IPS and S2PS say. */
static const u8 sizes[8] = {32, 36, 40, 42, 44, 48, 52, 52};

static u64 tg_field(u64 granule, bool is_tg1)
{
	static const u8 tg[2][3] = {{0, 2, 1}, {2, 1, 3}};

	return tg[is_tg1][granule == 4096 ? 0 : granule == 16384 ? 1 : 2];
}

/* The first level of a walk: the upper ones more often, for all others are below them. */
static int random_first(struct laying *lay, bool is_large)
{
	static const s8 levels[9] = {-1, -1, -1, 0, 0, 1, 1, 2, 3};

	if (lay->options.is_steep)
		return levels[is_large ? lay_pick(lay, 6) : 3 + lay_pick(lay, 4)];
	return levels[is_large ? lay_pick(lay, 9) : 3 + lay_pick(lay, 6)];
}

static u64 random_region_lg2(struct laying *lay, u64 granule, bool has_ds)
{
	bool is_large = lay->options.has_vax && (granule == 65536 || has_ds);
	int level = random_first(lay, is_large);
	u64 lg2 = 25;

	for (u32 tries = 0; tries < 300; tries++) {
		lg2 = 25 + lay_pick(lay, is_large ? 28 : 24);
		if (ref_first_level(granule, 1ULL << lg2) == level)
			break;
	}
	return lg2;
}

static void set_root(struct laying *lay, enum lay_space space)
{
	struct ref_tables *tables = &lay->s1.ranges[space];
	u64 bytes = ref_table_bytes(tables) < 64 ? 64 : ref_table_bytes(tables);
	struct lay_table *table = &lay->tables[lay->nr_tables];
	u64 n = lay_pick(lay, 100);

	*table = (struct lay_table){.space = space, .level = tables->first_level};
	table->pa = n >= 92 && n < 96 ? HOLE : new_memory(lay, bytes);
	lay->nr_tables++;
	if (n >= 96)
		table->map_want = lay_random_want(lay, 0);
	lay->is_dead[space] = n >= 92;
	table->address = name_table(lay, table, bytes);
	if (!table->address) {
		lay->is_dead[space] = true;
		table->address = bytes;
	}
	/* bits below the table's alignment do not count */
	tables->root = table->address | (lay_pick(lay, bytes) & ~15ULL);
}

static void random_range(struct laying *lay, enum lay_space space, bool has_ds, u64 *words)
{
	struct ref_stage1 *s1 = &lay->s1;
	u64 granule = granules[lay_pick(lay, 3)];
	u64 lg2 = random_region_lg2(lay, granule, has_ds);

	s1->ranges[space] = (struct ref_tables){
		.granule_bytes = granule,
		.region_bytes = 1ULL << lg2,
		.first_level = ref_first_level(granule, 1ULL << lg2),
		.has_ds = has_ds && granule != 65536,
	};
	s1->epd[space] = lay_chance(lay, 1);
	s1->e0pd[space] = sim_rng_below(lay->e0pd_rng, 100) < 4;
	s1->tbi[space] = lay_chance(lay, 20);
	s1->had[space] = lay_chance(lay, 20);
	set_root(lay, space);
	words[0] |= (64 - lg2) << (16 * space) |
		    tg_field(granule, space) << (space == LAY_HIGH ? 22 : 6) |
		    (u64)s1->epd[space] << (space == LAY_HIGH ? 30 : 14) |
		    (u64)s1->tbi[space] << (38 + space);
	words[1 + space] = s1->ranges[space].root | (u64)s1->had[space] << 1 |
			   (u64)s1->e0pd[space] << 2;
}

static u64 random_size(struct laying *lay, bool is_stage2, u64 *field)
{
	*field = lay_pick(lay, 8);
	/* addresses of stage 1 reach all of stage 2, whose own are smaller */
	if (lay->options.is_steep && lay->has_stage2 && lay_chance(lay, 80))
		*field = is_stage2 ? 5 - lay_pick(lay, 2) : 6;
	/* small ones leave little room for tables */
	if (sizes[*field] < 40 && lay_chance(lay, 50))
		*field = 4 + lay_pick(lay, 4);
	return smaller(sizes[*field], lay->options.oas_bits);
}

/* EL2 has one range and one privilege level; EPD, E0PD, PAN and the upper range do not exist. */
static void make_el2(struct ref_stage1 *s1)
{
	s1->is_el2 = true;
	s1->epd[LAY_LOW] = s1->pan = false;
	s1->e0pd[LAY_LOW] = s1->e0pd[LAY_HIGH] = false;
	s1->epd[LAY_HIGH] = true;
}

static void random_cd(struct laying *lay, u64 words[8])
{
	bool has_ds = lay->options.has_ds && lay_chance(lay, lay->options.is_steep ? 95 : 70);
	struct ref_stage1 *s1 = &lay->s1;
	u64 field;

	*s1 = (struct ref_stage1){
		.affd = lay_chance(lay, 10),
		.wxn = lay_chance(lay, 15),
		.pan = lay_chance(lay, 15),
		.ha = lay_chance(lay, 65),
		.hd = lay_chance(lay, 70),
		.out_bits = random_size(lay, false, &field),
	};
	lay->asid = lay_pick(lay, 4);
	words[0] = 1ULL << 31 | 1ULL << 41 | 1ULL << 45 | 1ULL << 46 | field << 32 |
		   (u64)s1->affd << 35 | (u64)s1->wxn << 36 | (u64)s1->pan << 40 |
		   (u64)s1->hd << 42 | (u64)s1->ha << 43 | lay->asid << 48;
	words[2] = 0;
	if (lay->has_stage2) {
		struct name name = {
			.pa = HOLE, .bytes = 65536, .bits = 48, .role = LAY_NESTED_WALK};

		lay->hole = give_name(lay, &name);
	}
	random_range(lay, LAY_LOW, has_ds, words);
	random_range(lay, LAY_HIGH, has_ds, words);
	words[2] |= (u64)has_ds << 58;
}

/* May a stage 2 walk begin at @level for an input of @lg2 bits? (Arm ARM, S2InconsistentSL) */
static bool may_begin(const struct laying *lay, const struct ref_tables *tables)
{
	u64 granule = tables->granule_bytes, region = tables->region_bytes;
	bool has_ds = tables->has_ds;
	int level = tables->first_level;
	u64 covered = ref_bytes_per_entry(granule, level);
	u64 oas = lay->options.oas_bits;

	if (level == -1 && (granule != 4096 || !has_ds))
		return false;
	if (level == 0 && (granule == 65536 || (granule == 16384 ? !has_ds : oas < 44)))
		return false;
	if (level == 1 && oas < (granule == 16384 ? 42 : granule == 65536 ? 44 : 0))
		return false;
	if (level == 3 && granule == 4096)
		return false;
	if (region > 1ULL << (has_ds || granule == 65536 ? 52 : 48) || region > 1ULL << oas)
		return false;
	return covered < region && covered * (granule / 8) * 16 >= region;
}

static void random_stage2_tables(struct laying *lay, bool has_ds)
{
	struct ref_tables *tables = &lay->s2.tables;
	u64 granule = granules[lay_pick(lay, 3)], lg2, bytes, root = STAGE2_ROOT;
	int level = 3;

	/* the other granules have not as much that is rare */
	if (lay->options.is_steep && lay_chance(lay, 30))
		granule = 4096;
	has_ds &= granule != 65536;
	/* first the level, so that each is begun at equally often */
	for (u32 tries = 0;; tries++) {
		if (tries % 100 == 0)
			level = random_first(lay, has_ds);
		lg2 = 25 + lay_pick(lay, 28);
		*tables = (struct ref_tables){granule, 1ULL << lg2, .first_level = level,
					      .has_ds = has_ds};
		if (may_begin(lay, tables))
			break;
	}
	bytes = ref_table_bytes(tables) < 64 ? 64 : ref_table_bytes(tables);
	lay->is_cut = lay->s2.out_bits > 46 && lay_chance(lay, lay->options.is_steep ? 50 : 20);
	if (lay->is_cut)
		root = RAM_END / bytes * bytes;
	lay->tables[lay->nr_tables++] = (struct lay_table){
		.space = LAY_STAGE2, .level = level, .address = root, .pa = root};
	clear(lay, root, smaller(bytes, RAM_END - root));
	lay->is_dead[LAY_STAGE2] = lay_chance(lay, 2);
	if (lay->is_dead[LAY_STAGE2])
		root = HOLE;
	tables->root = root | (lay_pick(lay, bytes) & ~15ULL);
}

static u64 sl0_field(const struct ref_tables *tables)
{
	switch (tables->granule_bytes) {
	case 4096:
		return tables->first_level < 0 ? 0 : 2 - tables->first_level;
	default:
		return 3 - tables->first_level;
	}
}

static void random_stage2(struct laying *lay, u64 words[8])
{
	bool has_ds = lay->options.has_ds && lay_chance(lay, lay->options.is_steep ? 95 : 70);
	struct ref_stage2 *s2 = &lay->s2;
	u64 field;

	*s2 = (struct ref_stage2){
		.affd = lay_chance(lay, 10),
		.ha = lay_chance(lay, 65),
		.hd = lay_chance(lay, 70),
		.ptw = lay_chance(lay, 30),
		.fwb = lay->options.has_fwb && lay_chance(lay, 40),
		.has_xnx = lay->options.has_xnx,
		.out_bits = random_size(lay, true, &field),
	};
	random_stage2_tables(lay, has_ds);
	words[1] |= (u64)s2->fwb << 25;
	words[2] = lay->vmid | (64 - (u64)__builtin_ctzll(s2->tables.region_bytes)) << 32 |
		   sl0_field(&s2->tables) << 38 | tg_field(s2->tables.granule_bytes, false) << 46 |
		   field << 48 | 1ULL << 51 | (u64)s2->affd << 53 | (u64)s2->ptw << 54 |
		   (u64)s2->hd << 55 | (u64)s2->ha << 56 | 1ULL << 58;
	words[3] = s2->tables.root | (u64)has_ds << 3 | (u64)(s2->tables.first_level < 0) << 2;
}

/* What was read through them is remembered: after a change, configuration is to be invalidated. */
static void mark_context(struct laying *lay, u64 name)
{
	for (u32 i = 0; i < lay->nr_points; i++) {
		struct lay_point *point = &lay->points[i];
		u64 each = entry_bytes(lay, point->space, point->level);

		if (point->space == LAY_STAGE2 && point->input / each == name / each)
			point->is_context = true;
	}
}

/* Where CDs are, and stage 2 leading there, or in some rounds failing. */
static u64 name_context(struct laying *lay, pa_t pa)
{
	struct name name = {.pa = pa, .bytes = 4096, .bits = 52, .role = LAY_NESTED_CD};
	u64 region = lay->s2.tables.region_bytes, address = 0;

	if (lay_chance(lay, 2))
		name.pa = HOLE;
	if (!lay->has_stage2)
		return name.pa;
	if (lay_chance(lay, 5))
		name.want = lay_random_want(lay, 0);
	lay->is_at_first = lay_chance(lay, lay->options.is_steep ? 60 : 20);
	if (lay_chance(lay, 1) && region < 1ULL << lay->options.oas_bits)
		return region;
	for (u32 tries = 0; !address && tries < 100; tries++) {
		address = give_name(lay, &name);
		name.want = LAY_OK; /* if there is no place for anything else */
	}
	lay->is_at_first = false;
	assert_int_not_equal(address, 0);
	mark_context(lay, address);
	return address;
}

static void put_context(struct laying *lay, const u64 cd[8], u64 ste[8])
{
	lay->context = name_context(lay, CONTEXT);
	ste[0] |= lay->context;
	if (!lay->has_substreams) {
		rig_put(lay->rig, CONTEXT, cd, 8);
		return;
	}
	lay->cd_table = name_context(lay, CONTEXT + 0x10000);
	rig_put1(lay->rig, CONTEXT + 8, lay->cd_table | 1);
	rig_put(lay->rig, CONTEXT + 0x10000 + 64 * 6, cd, 8);
	/* S1CDMax 8, level 2 tables of 4 KiB; without a substream no stage 1 */
	ste[0] |= 8ULL << 59 | 1ULL << 4;
	ste[1] |= 1;
}

static void shuffle_slots(struct laying *lay)
{
	for (u32 i = 0; i < LAY_MAX_TABLES; i++) {
		u32 j = lay_pick(lay, i + 1);

		lay->slots[i] = lay->slots[j];
		lay->slots[j] = i;
	}
}

/* Where stage 1 is alone. */
static u32 el2_percent(const struct lay_options *options)
{
	if (options->is_el2)
		return 100;
	return options->has_hyp ? 20 : 0;
}

void lay_round(struct laying *lay)
{
	u64 ste[8] = {0}, cd[8] = {0};
	u64 n = lay->options.is_el2 ? 100 : lay_pick(lay, 100);

	lay->has_stage1 = n >= 22;
	lay->has_stage2 = n < 82;
	lay->has_substreams = lay->has_stage1 && lay->has_stage2 && lay_chance(lay, 25);
	lay->has_split_ats = lay->has_stage1 && lay->has_stage2 && lay_chance(lay, 40);
	lay->vmid = lay->options.first_vmid + lay->nr_rounds++ % 40;
	lay->s1 = (struct ref_stage1){0};
	lay->nr_tables = lay->nr_slots = lay->nr_points = 0;
	lay->hole = lay->has_stage2 ? 0 : HOLE;
	memset(lay->is_dead, 0, sizeof(lay->is_dead));
	shuffle_slots(lay);
	ste[0] = 1 | (4ULL + lay->has_stage1 + 2ULL * lay->has_stage2) << 1;
	ste[1] = (lay->has_split_ats ? 2ULL : 1ULL) << 28;
	ste[2] = lay->vmid;
	if (lay->has_stage2)
		random_stage2(lay, ste);
	if (lay->has_stage1) {
		random_cd(lay, cd);
		if (!lay->has_stage2 && lay_chance(lay, el2_percent(&lay->options))) {
			make_el2(&lay->s1);
			ste[1] |= 2ULL << 30;
		}
		put_context(lay, cd, ste);
	}
	rig_put(lay->rig, RIG_STRTAB + 64 * LAY_SID, ste, 8);
	lay_paths(lay);
}
