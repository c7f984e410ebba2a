/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Random translation tables of both stages, made so that walks end where it is
 * interesting: random bits alone would seldom get past the first descriptor. A
 * round has one STE with its CD; some paths are laid, each meant to end in one
 * stage at one level with one outcome. What a path really comes to says the
 * reference (walk_reference.h); nothing here needs to be right for the sweep to
 * be sound, only for it to reach everything.
 *
 * Where both stages translate, tables of stage 1 have addresses that stage 2
 * leads into the pool, by leaves of any level.
 */
#ifndef TESTS_WALK_LAYING_H
#define TESTS_WALK_LAYING_H

#include "sim/rng.h"
#include "tests/models/smmuv3_rig.h"
#include "tests/models/walk_reference.h"

#define LAY_SID 5
#define LAY_SSID 70 /* by a level 1 CD table: entry 1, then 6 */
#define LAY_MAX_PATHS 24
#define LAY_MAX_POINTS 512
#define LAY_MAX_TABLES 220
/*
 * RAM of the rig: so large that tables may be far up, and ending in the middle of
 * any first table that is put there, so that some of its descriptors abort.
 */
#define LAY_RAM_BYTES ((1ULL << 46) + 0xaaaa8)

/* How a walk is meant to end. */
enum lay_want {
	LAY_OK,
	LAY_EABT,
	LAY_TRANSLATION,
	LAY_ADDR_SIZE,
	LAY_ACCESS,
	LAY_PERMISSION,
};

#define LAY_NR_WANTS (LAY_PERMISSION + 1)
/* Paths of a round that end at a first level: laid at the beginning, while it has room. */
#define LAY_NR_FIRST 2

/* What a walk is for; each is to end everywhere equally often. */
enum lay_role {
	LAY_STAGE1_ALONE,
	LAY_EL2,
	LAY_STAGE2_ALONE,
	LAY_NESTED_STAGE1,
	LAY_NESTED_STAGE2,
	LAY_NESTED_WALK,
	LAY_NESTED_CD,
	LAY_NR_ROLES
};

/* Whose descriptors: the two ranges of stage 1, and stage 2. */
enum lay_space { LAY_LOW, LAY_HIGH, LAY_STAGE2, LAY_NR_SPACES };

/* What hardware has, and what else is the same in all rounds. */
struct lay_options {
	u64 oas_bits;
	bool has_ds, has_vax, has_xnx, has_fwb, has_hyp;
	bool has_groups; /* contiguous ones, and without HTTU: what is in one is alike */
	bool is_el2;	 /* stage 1 of EL2, and nothing else */
	bool is_steep;	 /* the largest regions, and much that ends at their first level */
	u32 first_vmid;
};

struct lay_path {
	enum lay_space space; /* LAY_STAGE2 where stage 1 does not translate */
	u64 input;	      /* VA or IPA */
	u64 span_bytes;	      /* around it that probably ends alike */
};

/* A descriptor that a path ends in, for either stage. */
struct lay_point {
	enum lay_space space;
	int level;
	pa_t slot;
	u64 input;	 /* an address that it translates: VA or IPA */
	u64 output;	 /* where a leaf here leads */
	u32 nr_grouped;	 /* descriptors from @slot on that are a contiguous group, else 1 */
	bool is_context; /* CDs are read through it */
	bool is_astray;	 /* a leaf here would not lead where it should */
};

struct lay_table {
	enum lay_space space;
	int level;
	u64 base;    /* first input that it translates, from the start of the region */
	u64 address; /* that a descriptor has for it */
	pa_t pa;
	int map_level; /* of the stage 2 leaves that lead from one to the other */
	enum lay_want map_want;
};

/* One round. */
struct laying {
	struct rig *rig;
	struct sim_rng *rng;
	struct sim_rng *e0pd_rng; /* apart, so that it does not choose other tables */
	struct lay_options options;
	bool has_stage1, has_stage2; /* as STE.Config says */
	bool has_substreams;	     /* accesses without one bypass stage 1 */
	bool has_split_ats;	     /* of both stages, else full */
	u64 vmid, asid;
	struct ref_stage1 s1;
	struct ref_stage2 s2;
	u64 context;  /* S1ContextPtr */
	u64 cd_table; /* of level 2, if has_substreams */
	u64 hole;     /* address of a table that cannot be read, as stage 1 names it; 0: none */
	struct lay_table tables[LAY_MAX_TABLES];
	struct lay_point points[LAY_MAX_POINTS];
	struct lay_path paths[LAY_MAX_PATHS];
	u32 nr_tables, nr_slots, nr_points;
	bool is_dead[LAY_NR_SPACES]; /* their root cannot be reached */
	bool is_cut;		     /* not all of stage 2's first table can be read */
	u8 slots[LAY_MAX_TABLES];
	u32 nr_rounds;
	bool is_at_first; /* what is laid now is to end at the first level */
	/* of all rounds: what was laid, by granule and level from -1 on */
	u32 nr_laid[LAY_NR_ROLES][3][5][LAY_NR_WANTS];
};

/** lay_round() - other tables, an STE and CDs for them, and paths; nothing is invalidated */
void lay_round(struct laying *lay);

/**
 * lay_change() - another descriptor at @point, or others in its group, meant to end as @want
 * Return: what was there, of a group in its first.
 */
u64 lay_change(struct laying *lay, const struct lay_point *point, enum lay_want want);

/** lay_tables() - of @space */
const struct ref_tables *lay_tables(const struct laying *lay, enum lay_space space);

/** lay_random_want() - in @percent of all cases a success */
enum lay_want lay_random_want(struct laying *lay, u32 percent);

static inline u64 lay_pick(struct laying *lay, u64 n)
{
	return sim_rng_below(lay->rng, n);
}

static inline bool lay_chance(struct laying *lay, u32 percent)
{
	return sim_rng_below(lay->rng, 100) < percent;
}

#endif
