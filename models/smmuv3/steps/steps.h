/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a translation is, as a machine of pure steps (IHI 0070 3.3, 15): configuration,
 * TLBs, walks, faults. A step says what it needs next; it knows no clock and nothing of
 * who drives it (timing.c, or smmu_xlate_run() without a clock), of ports, queues and
 * stalls. Of the SMMU it sees struct smmu_core, of the port struct smmu_tlbs.
 *
 * From the ground up, no file naming one below it in this list:
 *	outcome.c, record.c, scope.c, cache.c
 *	tlb.c, walk_cache.c, config_cache.c: what is cached
 *	ats.c: what an endpoint is told
 *	stage1.c, stage2.c: what descriptors permit
 *	walk_done.c, walk.c: tables
 *	translate.c: with the configuration in hand
 *	config.c: STE and CD
 *	xlate.c: the beginning
 *
 * Glossary
 *	access attributes: write, privileged, instruction as three bits, SMMU_ATTR_*.
 *	context: what a TLB entry is tagged with beside its address: stream
 *	world, VMID, ASID, global, granule. Packed into a u64, SMMU_CTX_*.
 *	stage 1, stage 2: from VA to IPA, from IPA to PA. With one stage its
 *	input is the address of the access and its output the PA.
 */
#ifndef MODELS_SMMUV3_STEPS_STEPS_H
#define MODELS_SMMUV3_STEPS_STEPS_H

#include "models/common/port.h"
#include "models/common/tlb_array.h"
#include "models/mem/mem.h"
#include "models/smmuv3/params.h"
#include "models/smmuv3/regs.h"
#include "models/smmuv3/smmu.h"

/* --- access attributes --- */

#define SMMU_ATTR_WRITE 1U
#define SMMU_ATTR_PRIV 2U
#define SMMU_ATTR_INSTR 4U
#define SMMU_NR_ATTRS 8

/* --- configuration: what an STE and a CD come to (config.c) --- */

enum smmu_config_kind {
	SMMU_CONFIG_ABORT,
	SMMU_CONFIG_BYPASS,
	SMMU_CONFIG_TRANSLATE, /* by the stages that are present */
};

/* Translation regimes, as TLB entries are tagged with them (3.17). */
enum smmu_world {
	SMMU_WORLD_EL1,
	SMMU_WORLD_EL2,
	SMMU_WORLD_EL2_E2H,
	SMMU_WORLD_IPA, /* stage 2 of EL1 */
};

#define SMMU_CTX_ASID GENMASK_ULL(15, 0)
#define SMMU_CTX_VMID GENMASK_ULL(31, 16)
#define SMMU_CTX_WORLD GENMASK_ULL(35, 32)
#define SMMU_CTX_GRANULE GENMASK_ULL(40, 36) /* log2 of bytes */
#define SMMU_CTX_GLOBAL BIT_ULL(41)	     /* and ASID 0: matches every ASID */
#define SMMU_CTX_ASET BIT_ULL(42)	     /* of global entries */
#define SMMU_CTX_NONE BIT_ULL(63)	     /* bypass: no TLB invalidation matches */

/* Where a descriptor keeps the bits of an address above 47 (Arm ARM D8.3). */
enum smmu_ttd_format {
	SMMU_TTD_48_BIT,
	SMMU_TTD_LPA,  /* 64 KiB granule, where there are addresses of 52 bits */
	SMMU_TTD_LPA2, /* the smaller granules, with DS or S2DS */
};

/* Tables of one input range: TTB0 or TTB1 of a CD, or S2TTB of an STE. */
struct smmu_table {
	pa_t base;
	u64 context;	    /* tag of what is cached from it */
	u64 global_context; /* the same of a global entry */
	u8 in_bits;	    /* input addresses */
	u8 out_bits;	/* output addresses: effective IPS or S2PS, as far as descriptors reach */
	u8 granule_lg2; /* 12, 14 or 16; stays 12 while the table is disabled */
	s8 start_level;
	u8 start_lg2;	  /* log2 of what a descriptor there covers */
	u8 format;	  /* enum smmu_ttd_format */
	bool is_disabled; /* EPD */
	bool has_e0pd;	  /* no unprivileged access */
	bool has_tbi;
	u8 table_attrs; /* those that count, SMMU_TABLE_*: hierarchical attributes */
};

/* What a table descriptor takes away from the leaves below: its bits 62:59. */
#define SMMU_TABLE_PXN (1U << 0)
#define SMMU_TABLE_UXN (1U << 1)
#define SMMU_TABLE_NO_EL0 (1U << 2)
#define SMMU_TABLE_RDONLY (1U << 3)

enum smmu_stage {
	SMMU_S1,
	SMMU_S2,
	SMMU_NR_STAGES,
};

/* Attributes of a leaf of stage 1, and of the tables above it; of stage 2. */
#define SMMU_S1_EL0 (1U << 0)
#define SMMU_S1_WRITABLE (1U << 1)
#define SMMU_S1_PXN (1U << 2)
#define SMMU_S1_UXN (1U << 3)
#define SMMU_S2_READ (1U << 0)
#define SMMU_S2_WRITE (1U << 1)
#define SMMU_S2_XN_LG2 2 /* XN, 2 bits */

/* What CD or STE say of a stage beside its tables. */
struct smmu_stage_config {
	bool is_present;
	bool is_stalling;  /* CD.S, S2S */
	bool is_recording; /* CD.R, S2R */
	bool is_aborting;  /* CD.A; always at stage 2 */
	bool has_affd;
	bool updates_access; /* HA */
	bool updates_dirty;  /* HA and HD */
};

#define SMMU_NO_CD (~0U)

struct smmu_config {
	enum smmu_config_kind kind;
	enum smmu_world world;
	u32 attr_map;  /* 4 bits for each of the 8 incoming attributes: the effective ones */
	u32 cd_index;  /* in the stream's CD table, SMMU_NO_CD if none was used */
	u8 eats;       /* effective STE.EATS */
	bool has_mev;  /* STE.MEV */
	bool has_ppar; /* STE.PPAR */
	bool has_wxn, has_pan;
	bool has_ptw, has_fwb; /* S2PTW, S2FWB */
	struct smmu_stage_config stage[SMMU_NR_STAGES];
	/* What leaves of a stage permit, by SMMU_S1_* and SMMU_S2_*: as perms of a mapping. */
	u8 perms[SMMU_NR_STAGES][16];
	struct smmu_table table[2]; /* of the first stage present; of stage 2 both are the same */
	struct smmu_table s2_table;
};

static inline bool smmu_has_stage(const struct smmu_config *config, enum smmu_stage stage)
{
	return config->stage[stage].is_present;
}

static inline u32 smmu_attr_effective(u32 attr_map, u32 attr)
{
	return (attr_map >> (4 * attr)) & 7;
}

/* --- faults and events (7.3) --- */

struct smmu_fault {
	u8 id; /* EVT_ID_*; 0: terminated without an event */
	u8 class;
	u8 stage;		     /* enum smmu_stage */
	bool is_tt_read;	     /* TTRnW: not an update of a descriptor of stage 1 */
	bool is_translation_related; /* S, R and A of the stage apply (5.5) */
	u32 ssid;		     /* of C_BAD_SUBSTREAMID */
	pa_t fetch_address;
	u64 ipa; /* of a fault of stage 2 */
};

/* --- levels of tables --- */

#define SMMU_PAGE_LG2 12 /* of the smallest granule, and of what commands count in */

/*
 * Levels are -1 to 3; -1 is the first of the 5 levels that 4 KiB tables of 49 to
 * 52 bits have. Arrays by level begin there.
 */
#define SMMU_FIRST_LEVEL (-1)
#define SMMU_LAST_LEVEL 3
#define SMMU_NR_LEVELS 5

static inline u32 smmu_level_index(s32 level)
{
	return (u32)(level - SMMU_FIRST_LEVEL);
}

/* log2 of the descriptors in a table: one granule of 8-byte words */
static inline u32 smmu_stride(u32 granule_lg2)
{
	return granule_lg2 - 3;
}

/* log2 of what one descriptor at @level covers */
static inline u32 smmu_level_lg2(u32 granule_lg2, s32 level)
{
	return granule_lg2 + smmu_stride(granule_lg2) * (u32)(SMMU_LAST_LEVEL - level);
}

/* Level of a leaf that covers 2^leaf_lg2, alone or in a contiguous group */
static inline s32 smmu_leaf_level(u32 granule_lg2, u32 leaf_lg2)
{
	return SMMU_LAST_LEVEL - (s32)((leaf_lg2 - granule_lg2) / smmu_stride(granule_lg2));
}

/* --- what steps see of the SMMU and of the port --- */

/* What all ports share. The rest of the SMMU is around it (internal.h). */
struct smmu_core {
	struct smmu_params params;
	struct mem *mem;
	u32 number;
	u64 reg[SMMU_NR_REGS];
	bool is_enabled; /* CR0.SMMUEN */
	u64 oas_mask;
	u32 nr_caches;		       /* so far; names their random streams */
	struct tlb_array config_cache; /* of struct smmu_config */
	struct tlb_array walk_cache[SMMU_NR_STAGES][SMMU_NR_LEVELS];
	struct smmu_stats stats; /* steps count walks, fetches and updates */
};

/* TLBs of a port. */
struct smmu_tlbs {
	struct tlb_array utlb;
	struct tlb_array tlb;
	/* Put into the main TLB since it was empty: a global entry; an entry that is
	 * smaller than the leaf it comes from. */
	bool has_global, has_fragments;
};

/* --- a translation, step by step (xlate.c) --- */

enum smmu_want {
	SMMU_WANT_CONFIG_LOOKUP,
	SMMU_WANT_CONFIG_FETCH, /* smmu_xlate_fetch() before the next step */
	SMMU_WANT_TLB_LOOKUP,
	SMMU_WANT_WALK_LOOKUP,
	SMMU_WANT_WALK_FETCH,  /* smmu_xlate_fetch() before the next step */
	SMMU_WANT_WALK_UPDATE, /* smmu_xlate_update() before the next step */
	SMMU_WANT_NOTHING,     /* translated: pa */
	SMMU_WANT_FAULT,       /* fault says which */
};

/* What a walk found. */
struct smmu_mapping {
	pa_t pa; /* of the first byte */
	u64 va;
	u8 lg2;	      /* of what is mapped alike */
	u8 leaf_lg2;  /* of what the leaf of the first stage covers; the same unless stage 2 cut it
		       */
	u8 perms;     /* bit n: an access with effective attributes n is permitted */
	u8 potential; /* as perms, once hardware has updated the dirty state */
	bool is_global;
};

/* Where the walk of one stage is. */
struct smmu_walk {
	u64 at; /* the descriptor's address: an IPA at the first of two stages */
	s8 level;
	u8 lg2;		  /* log2 of what a descriptor there covers */
	u8 table_attrs;	  /* restrictions of the table descriptors above, SMMU_TABLE_* */
	bool has_fetched; /* in this walk: the descriptor at hand is not from the walk cache */
	struct smmu_mapping leaf;
	u64 update_from, update_to; /* of the leaf's descriptor, in memory */
};

/* What stage 2 translates, and so the CLASS of its faults. */
enum smmu_s2_use {
	SMMU_S2_CD,	   /* the address of a context descriptor */
	SMMU_S2_TTD_READ,  /* of a descriptor of stage 1 */
	SMMU_S2_TTD_WRITE, /* the same, to be updated */
	SMMU_S2_INPUT,	   /* of the access: what stage 1 gave, or the input */
};

struct smmu_xlate;

/* What a translation does with the caches. */
enum smmu_filling {
	SMMU_FILLS_NEW, /* what it puts there is not there yet */
	/* Others may run between the steps, or a lookup has found something: keep
	 * nothing of a cache by pointer, and look before putting anything there. */
	SMMU_FILLS_TIMED,
	SMMU_FILLS_NOTHING, /* the same, but an invalidation has overtaken it; its TLBs are none */
};

struct smmu_s2_input {
	u64 ipa;
	enum smmu_s2_use use;
	/* who goes on with x->ipa_pa */
	enum smmu_want (*after)(struct smmu_core *smmu, struct smmu_xlate *x);
};

struct smmu_xlate {
	/* where it is: the step that comes next */
	enum smmu_want (*step)(struct smmu_core *smmu, struct smmu_xlate *x);
	/* in the configuration cache, or own_config; NULL until it is known */
	const struct smmu_config *config;
	const struct smmu_table *table; /* that va belongs to, of the first stage present */
	u64 va;				/* iova with the tag byte replaced by its sign */
	/* what it wants fetched or updated, and what came: fetched[0] is also what an update met */
	pa_t fetch_pa;
	u32 fetch_words;
	bool is_fetch_failed;
	u8 attr;    /* effective, once configuration is known */
	u8 attr_in; /* of the access, as the next ones */
	enum port_kind kind;
	iova_t iova;
	struct smmu_tlbs *tlbs;
	u32 sid;
	u32 ssid;
	bool has_ssid;
	bool is_configured;  /* else what is fetched is configuration */
	bool wants_ste_only; /* done when the STE is known to be valid */
	u8 filling;	     /* enum smmu_filling */
	struct smmu_walk walk[SMMU_NR_STAGES];
	u64 fetched[8];
	/* outcome */
	pa_t pa;
	struct smmu_fault fault;
	/* stage 2: what it is about, and who goes on with ipa_pa */
	enum smmu_s2_use s2_use;
	enum smmu_want (*after_s2)(struct smmu_core *smmu, struct smmu_xlate *x);
	u64 ipa;
	pa_t ipa_pa;
	enum smmu_stage update_stage;
	/* of a translation request */
	enum port_completion completion;
	u8 lg2;
	u8 granted; /* SMMU_ATS_* */
	u64 ste[STRTAB_STE_DWORDS];
	struct smmu_config own_config;
};

#define SMMU_ATS_READ 1U
#define SMMU_ATS_WRITE 2U
#define SMMU_ATS_EXEC 4U

/** smmu_xlate_begin() - start, or start anew, the translation of @access of a port with @tlbs */
void smmu_xlate_begin(struct smmu_xlate *x, struct smmu_tlbs *tlbs, u32 sid,
		      const struct port_access *access);

/** smmu_xlate_step() - carry out what was wanted; Return: what is wanted next */
static inline enum smmu_want smmu_xlate_step(struct smmu_core *smmu, struct smmu_xlate *x)
{
	return x->step(smmu, x);
}

/** smmu_xlate_fetch() - read what is wanted from memory, now */
void smmu_xlate_fetch(struct smmu_core *smmu, struct smmu_xlate *x);

/** smmu_xlate_update() - update what is wanted in memory, now, if it is still what it was */
void smmu_xlate_update(struct smmu_core *smmu, struct smmu_xlate *x);

/** smmu_xlate_run() - all steps without a clock; Return: NOTHING or FAULT */
enum smmu_want smmu_xlate_run(struct smmu_core *smmu, struct smmu_xlate *x);

/* Steps that live in other files. */
enum smmu_want smmu_config_begin(struct smmu_core *smmu, struct smmu_xlate *x);
enum smmu_want smmu_xlate_configured(struct smmu_core *smmu, struct smmu_xlate *x);
/* A translated transaction whose STE is known and permits it. */
enum smmu_want smmu_xlate_translated(struct smmu_core *smmu, struct smmu_xlate *x);
/* The walk has found @mapping of x->va. */
enum smmu_want smmu_xlate_mapped(struct smmu_core *smmu, struct smmu_xlate *x,
				 const struct smmu_mapping *mapping);
/* The same, where stage 2 had the last word: both stages' leaves together. */
enum smmu_want smmu_xlate_mapped_by_s2(struct smmu_core *smmu, struct smmu_xlate *x);
enum smmu_want smmu_walk_begin(struct smmu_core *smmu, struct smmu_xlate *x);
/* Translate by stage 2, if there is one. */
enum smmu_want smmu_walk_s2_begin(struct smmu_core *smmu, struct smmu_xlate *x,
				  const struct smmu_s2_input *input);

/* Outcomes. */
enum smmu_want smmu_xlate_done(struct smmu_xlate *x, pa_t pa);
enum smmu_want smmu_xlate_fault(struct smmu_xlate *x, u8 id);
enum smmu_want smmu_xlate_fault_fetch(struct smmu_xlate *x, u8 id);
/* A translation-related fault of @stage; of stage 2 what x->s2_use says. */
enum smmu_want smmu_xlate_fault_stage(struct smmu_xlate *x, enum smmu_stage stage, u8 id);
enum smmu_want smmu_xlate_want(struct smmu_xlate *x, enum smmu_want want,
			       enum smmu_want (*step)(struct smmu_core *, struct smmu_xlate *));
/* @words of configuration, or a descriptor. */
enum smmu_want smmu_xlate_want_config(struct smmu_xlate *x, pa_t pa, u32 words,
				      enum smmu_want (*step)(struct smmu_core *,
							     struct smmu_xlate *));
enum smmu_want smmu_xlate_want_descriptor(struct smmu_xlate *x, pa_t pa,
					  enum smmu_want (*step)(struct smmu_core *,
								 struct smmu_xlate *));

/* CLASS of a fault of stage 2. */
u8 smmu_s2_class(const struct smmu_xlate *x);

/* Split-stage ATS is told IPAs, which the TLB does not have. */
static inline bool smmu_xlate_wants_ipa(const struct smmu_xlate *x)
{
	return x->kind == PORT_TRANSLATION_REQUEST && x->config->eats == STRTAB_STE_1_EATS_S1CHK;
}

/* Does the access, or translation request, write what is clean in @leaf? */
static inline bool smmu_xlate_makes_dirty(const struct smmu_xlate *x,
					  const struct smmu_mapping *leaf)
{
	return (x->attr & SMMU_ATTR_WRITE) && (leaf->potential & ~leaf->perms & (1U << x->attr));
}

/* Is its whole range closed to the access, which is unprivileged (5.4, E0PD0 and E0PD1)? */
static inline bool smmu_xlate_is_e0pd(const struct smmu_xlate *x)
{
	return x->table->has_e0pd && !(x->attr & SMMU_ATTR_PRIV);
}

/* What its stage says of a translation-related fault. */
static inline const struct smmu_stage_config *smmu_fault_config(const struct smmu_xlate *x)
{
	return &x->config->stage[x->fault.stage];
}

/* What a lookup in the TLBs learned that a translation can go on with. */
struct smmu_lookup {
	const struct smmu_config *config; /* cached configuration that translates, else NULL */
	const struct smmu_table *table;	  /* if so, as the next */
	u64 va;				  /* the main TLB has no entry for it */
	bool is_denied;			  /* there is an entry, and it forbids the access */
};

/* @x, which has just begun, begins where a lookup of this moment ended. */
void smmu_xlate_begin_after(struct smmu_xlate *x, const struct smmu_lookup *lookup);

static inline u32 smmu_access_attr(const struct port_access *access)
{
	return (access->is_write ? SMMU_ATTR_WRITE : 0) |
	       (access->is_privileged ? SMMU_ATTR_PRIV : 0) |
	       (access->is_instruction ? SMMU_ATTR_INSTR : 0);
}

/* Bits 63:56 are a tag if TBI says so; the sign of the address replaces them (3.4.1). */
static inline const struct smmu_table *smmu_pick_table(const struct smmu_config *config,
						       iova_t iova, u64 *va)
{
	bool is_high = iova & BIT_ULL(55);
	const struct smmu_table *table = &config->table[is_high];

	*va = iova;
	if (table->has_tbi)
		*va = is_high ? iova | GENMASK_ULL(63, 56) : iova & GENMASK_ULL(55, 0);
	return table;
}

/* --- a stage's rules for what its descriptors say (stage1.c, stage2.c) --- */

/* Fill config->perms of the stage. */
void smmu_s1_decode(struct smmu_config *config);
void smmu_s2_decode(const struct smmu_core *smmu, struct smmu_config *config);
/* Permissions of leaf @desc into the walk's leaf. */
void smmu_s1_permissions(struct smmu_xlate *x, u64 desc);
void smmu_s2_permissions(struct smmu_xlate *x, u64 desc);
/* Does leaf @desc, which permits it or might, have to be updated for this access?
 * Return: the descriptor as it should be. */
u64 smmu_s1_updated(const struct smmu_xlate *x, u64 desc);
u64 smmu_s2_updated(const struct smmu_xlate *x, u64 desc);
/* Is the access permitted, or would it be after an update? */
bool smmu_s1_permits(const struct smmu_xlate *x);
bool smmu_s2_permits(const struct smmu_xlate *x, u64 desc);

/* --- TLBs (tlb.c) --- */

/* Main TLB. Address and context are in the tag. */
struct smmu_tlb_entry {
	pa_t pa;		       /* of the first byte */
	u8 perms, potential, leaf_lg2; /* as in smmu_mapping */
};

/* Micro-TLB: an answer and all that it came from. Of one cache line. */
struct smmu_utlb_entry {
	pa_t pa;
	u64 va;	     /* first address, without the tag byte */
	u64 context; /* of the translation */
	u32 cd_index;
	u32 attr_map;
	u8 lg2, leaf_lg2;
	u8 perms;
} __attribute__((aligned(64)));

struct smmu_cache_shape {
	u64 entries, ways; /* no more ways count than there are entries */
	u32 entry_bytes;
};

/* A cache as params.replacement says. 0 or -ENOMEM. */
int smmu_cache_init(struct smmu_core *smmu, struct tlb_array *array,
		    const struct smmu_cache_shape *shape);

int smmu_tlb_init(struct smmu_core *smmu, struct smmu_tlbs *tlbs);
void smmu_tlb_finish(struct smmu_tlbs *tlbs);
/* Of a walk: into the main TLB and the micro-TLB. */
void smmu_tlb_fill(struct smmu_xlate *x, const struct smmu_mapping *mapping);
/* Of a main TLB hit: into the micro-TLB. */
void smmu_tlb_fill_hit(struct smmu_xlate *x, const struct smmu_mapping *mapping);
void smmu_tlb_fill_bypass(struct smmu_core *smmu, struct smmu_xlate *x);
/* Look into the main TLB; Return: is it there? Then *mapping says what. */
bool smmu_tlb_find(struct smmu_tlbs *tlbs, const struct smmu_table *table, u64 va,
		   struct smmu_mapping *mapping);

/* A port's lookup, which has just missed in the micro-TLB, and what to put there. */
struct smmu_utlb_fill {
	u64 tag; /* smmu_stream_tag() */
	const struct smmu_config *config;
	const struct smmu_table *table;
	iova_t iova;
};

void smmu_utlb_fill(struct smmu_tlbs *tlbs, const struct smmu_utlb_fill *fill,
		    const struct smmu_mapping *mapping);
/* What tells the accesses of one SubstreamID apart from those of another. */
static inline u64 smmu_stream_tag(u32 sid, u32 ssid, bool has_ssid)
{
	return sid | (u64)ssid << 32 | (u64)has_ssid << 63;
}

/* An invalidation of translations (4.4). */
struct smmu_tlbi {
	u32 worlds; /* bit n: enum smmu_world n */
	bool by_vmid;
	u16 vmid, vmid_mask; /* the bits of it that count (CR0.VMW) */
	bool by_asid;
	bool spares_global; /* by ASID: entries of all ASIDs stay */
	u16 asid;
	bool by_va;   /* or IPA */
	bool is_leaf; /* only descriptors at the end of a walk */
	u64 first, last;
	u8 granule_lg2; /* only entries of this granule, 0: any */
	u8 level;	/* only leaves of this level, 0: any */
};

static inline bool smmu_tlbi_is_one_page(const struct smmu_tlbi *tlbi)
{
	return tlbi->by_va && (tlbi->first ^ tlbi->last) >> 12 == 0;
}

/* A part of a stream's configuration (4.3). */
struct smmu_cfgi {
	u64 first_sid, last_sid;
	bool by_cd;
	u32 cd_index;
};

/* A cached translation, as an invalidation looks at it. */
struct smmu_cached {
	u64 context;
	u64 va;	     /* or IPA: any that it covers */
	u8 leaf_lg2; /* of the leaf, or table descriptor, that it comes from */
	bool is_global;
};

bool smmu_tlbi_matches(const struct smmu_tlbi *tlbi, const struct smmu_cached *cached);

/*
 * What a translation under way, or one that has just faulted, may hold: its input
 * address and, with two stages, any IPA of its VMID.
 */
struct smmu_held {
	u64 context; /* of the input address; SMMU_CTX_NONE while it is not known */
	u64 va;
	u8 lg2; /* of the addresses around va that share what it holds */
	bool has_ipa;
	u16 vmid; /* then */
};

bool smmu_tlbi_concerns(const struct smmu_tlbi *tlbi, const struct smmu_held *held);
void smmu_xlate_held(const struct smmu_xlate *x, u8 lg2, struct smmu_held *held);
void smmu_tlb_invalidate(struct smmu_tlbs *tlbs, const struct smmu_tlbi *tlbi);
void smmu_tlb_invalidate_config(struct smmu_tlbs *tlbs, const struct smmu_cfgi *cfgi);

/* --- walk cache (walk_cache.c) and configuration cache (config_cache.c) --- */

struct smmu_walk_entry {
	u64 descriptor;
	u8 table_attrs;
	bool is_leaf, is_global;
};

static inline const struct smmu_table *smmu_walk_table(const struct smmu_xlate *x,
						       enum smmu_stage stage)
{
	return stage == SMMU_S2 ? &x->config->s2_table : x->table;
}

static inline u64 smmu_walk_input(const struct smmu_xlate *x, enum smmu_stage stage)
{
	return stage == SMMU_S2 ? x->ipa : x->va;
}

/* Does the descriptor that the walk stands on lead to a table? */
static inline bool smmu_is_table(const struct smmu_walk *walk, u64 desc)
{
	return (desc & (TTD_VALID | TTD_TABLE)) == (TTD_VALID | TTD_TABLE) &&
	       walk->level != SMMU_LAST_LEVEL;
}

int smmu_walk_cache_init(struct smmu_core *smmu);
void smmu_walk_cache_finish(struct smmu_core *smmu);
void smmu_walk_cache_put(struct tlb_array *array, const struct smmu_xlate *x, enum smmu_stage stage,
			 u64 descriptor);

/* The descriptor that the walk stands on, fetched, is fit to be cached; in line: every walk asks.
 */
static inline void smmu_walk_cache_fill(struct smmu_core *smmu, const struct smmu_xlate *x,
					enum smmu_stage stage, u64 descriptor)
{
	u32 index = smmu_level_index(x->walk[stage].level);
	struct tlb_array *array = &smmu->walk_cache[stage][index];

	if (array->nr_entries)
		smmu_walk_cache_put(array, x, stage, descriptor);
}

/* The deepest descriptor on the stage's way; fills the walk's level, lg2 and table_attrs. */
bool smmu_walk_cache_find(struct smmu_core *smmu, struct smmu_xlate *x, enum smmu_stage stage,
			  u64 *descriptor);
/* The descriptor that the walk stands on came from here, and is not what is needed. */
void smmu_walk_cache_drop(struct smmu_core *smmu, const struct smmu_xlate *x,
			  enum smmu_stage stage);
void smmu_walk_cache_invalidate(struct smmu_core *smmu, const struct smmu_tlbi *tlbi);

int smmu_config_cache_init(struct smmu_core *smmu);
void smmu_config_cache_fill(struct smmu_core *smmu, const struct smmu_xlate *x);
void smmu_config_cache_invalidate(struct smmu_core *smmu, const struct smmu_cfgi *cfgi);

/* Substreams of a stream spread over the sets. */
static inline u64 smmu_config_address(u32 sid, u32 ssid)
{
	return ((u64)sid + ssid) << TLB_MIN_LG2;
}

/* @tag is smmu_stream_tag() of the same stream; NULL if it is not cached. */
static inline const struct smmu_config *smmu_config_find(struct smmu_core *smmu, u32 sid, u32 ssid,
							 u64 tag)
{
	struct tlb_array *array = &smmu->config_cache;
	u32 number = array->last;

	if (!tlb_array_last_covers(array, smmu_config_address(sid, ssid), tag))
		number = tlb_array_find(array, smmu_config_address(sid, ssid), TLB_MIN_LG2, tag);
	return number == TLB_NONE ? NULL : tlb_array_entry(array, number);
}

/* --- ATS (ats.c) --- */

/* Steps of translation requests and translated transactions: may they go on? FAULT: no. */
enum smmu_want smmu_ats_check(struct smmu_xlate *x, const struct smmu_config *config);
enum smmu_want smmu_ats_refuse(struct smmu_xlate *x);
/* A translation request of @va met @mapping. */
enum smmu_want smmu_ats_done(struct smmu_xlate *x, const struct smmu_mapping *mapping, u64 va);
/* Success, with no permission. */
enum smmu_want smmu_ats_deny(struct smmu_xlate *x);
/* What a translation request is granted of @mapping, SMMU_ATS_*. */
u8 smmu_ats_granted(const struct smmu_xlate *x, const struct smmu_mapping *mapping);
/* Such an @x faulted: what comes of it, and whether there is an event. */
void smmu_ats_fault(const struct smmu_core *smmu, struct smmu_xlate *x);
void smmu_ats_complete(const struct smmu_xlate *x, struct port_access *access);

/* --- the record of a fault (record.c) --- */

#define SMMU_NO_STAG 0x10000U
/* May the event of @x be merged with like ones (7.3.1)? */
bool smmu_record_is_mergeable(const struct smmu_xlate *x);
/* The parts of @word that decide whether two events are alike, into @key. */
void smmu_record_key(const u64 *word, u64 *key);
void smmu_record_make(const struct smmu_xlate *x, u32 stag, u64 *word);

#endif
