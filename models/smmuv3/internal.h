/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inside of the SMMUv3 model. Three things are kept apart:
 *
 * What: struct smmu_xlate is one translation as a machine of pure steps
 *	(xlate.c, config.c, walk.c, tlb.c, walk_cache.c, config_cache.c). A step
 *	says what it needs next; it knows no clock.
 * When: struct smmu_txn is one access on its way through the SMMU (timing.c):
 *	it drives the steps and waits in between. cmdq.c, evtq.c and msi.c have
 *	their own events, because they are engines of their own in hardware.
 * Seen: statistics, sim_trace() and the observer; they change nothing.
 *
 * Glossary
 *	access attributes: write, privileged, instruction as three bits, SMMU_ATTR_*.
 *	context: what a TLB entry is tagged with beside its address: stream
 *	world, VMID, ASID, global, granule. Packed into a u64, SMMU_CTX_*.
 *	stage 1, stage 2: from VA to IPA, from IPA to PA. With one stage its
 *	input is the address of the access and its output the PA.
 *	port: where a master is connected (a TBU); it has its own TLBs.
 *	translation unit: what all ports share (a TCU): caches of configuration
 *	and of table walks, walkers, queues.
 */
#ifndef MODELS_SMMUV3_INTERNAL_H
#define MODELS_SMMUV3_INTERNAL_H

#include "models/common/ring.h"
#include "models/common/tlb_array.h"
#include "models/common/txn.h"
#include "models/smmuv3/regs.h"
#include "models/smmuv3/smmu.h"
#include "sim/event.h"

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
	u32 attr_map; /* 4 bits for each of the 8 incoming attributes: the effective ones */
	u32 cd_index; /* in the stream's CD table, SMMU_NO_CD if none was used */
	u8 eats;      /* effective STE.EATS */
	bool has_mev; /* STE.MEV */
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

struct smmu_port;

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

struct smmu_xlate {
	/* where it is: the step that comes next */
	enum smmu_want (*step)(struct smmu *smmu, struct smmu_xlate *x);
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
	struct smmu_port *port;
	u32 sid;
	u32 ssid;
	bool has_ssid;
	bool is_configured;  /* else what is fetched is configuration */
	bool wants_ste_only; /* done when the STE is known to be valid */
	/* Others may run between the steps, or a lookup has found something: keep
	 * nothing of a cache by pointer, and look before putting anything there. */
	bool is_timed;
	struct smmu_walk walk[SMMU_NR_STAGES];
	u64 fetched[8];
	/* outcome */
	pa_t pa;
	struct smmu_fault fault;
	/* stage 2: what it is about, and who goes on with ipa_pa */
	enum smmu_s2_use s2_use;
	enum smmu_want (*after_s2)(struct smmu *smmu, struct smmu_xlate *x);
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

/** smmu_xlate_begin() - start, or start anew, the translation of @access through @port */
void smmu_xlate_begin(struct smmu_xlate *x, struct smmu_port *port, u32 sid,
		      const struct port_access *access);

/** smmu_xlate_step() - carry out what was wanted; Return: what is wanted next */
static inline enum smmu_want smmu_xlate_step(struct smmu *smmu, struct smmu_xlate *x)
{
	return x->step(smmu, x);
}

/** smmu_xlate_fetch() - read what is wanted from memory, now */
void smmu_xlate_fetch(struct smmu *smmu, struct smmu_xlate *x);

/** smmu_xlate_update() - update what is wanted in memory, now, if it is still what it was */
void smmu_xlate_update(struct smmu *smmu, struct smmu_xlate *x);

/** smmu_xlate_run() - all steps without a clock; Return: NOTHING or FAULT */
enum smmu_want smmu_xlate_run(struct smmu *smmu, struct smmu_xlate *x);

/* Steps that live in other files. */
enum smmu_want smmu_config_begin(struct smmu *smmu, struct smmu_xlate *x);
enum smmu_want smmu_xlate_configured(struct smmu *smmu, struct smmu_xlate *x);
/* A translated transaction whose STE is known and permits it. */
enum smmu_want smmu_xlate_translated(struct smmu *smmu, struct smmu_xlate *x);
/* The walk has found @mapping of x->va. */
enum smmu_want smmu_xlate_mapped(struct smmu *smmu, struct smmu_xlate *x,
				 const struct smmu_mapping *mapping);
/* The same, where stage 2 had the last word: both stages' leaves together. */
enum smmu_want smmu_xlate_mapped_by_s2(struct smmu *smmu, struct smmu_xlate *x);
enum smmu_want smmu_walk_begin(struct smmu *smmu, struct smmu_xlate *x);
/* Translate @ipa for @use by stage 2, if there is one; @after finds x->ipa_pa. */
enum smmu_want smmu_walk_s2_begin(struct smmu *smmu, struct smmu_xlate *x, u64 ipa,
				  enum smmu_s2_use use,
				  enum smmu_want (*after)(struct smmu *, struct smmu_xlate *));

/* Outcomes. */
enum smmu_want smmu_xlate_done(struct smmu_xlate *x, pa_t pa);
enum smmu_want smmu_xlate_fault(struct smmu_xlate *x, u8 id);
enum smmu_want smmu_xlate_fault_fetch(struct smmu_xlate *x, u8 id);
/* A translation-related fault of @stage; of stage 2 what x->s2_use says. */
enum smmu_want smmu_xlate_fault_stage(struct smmu_xlate *x, enum smmu_stage stage, u8 id);
enum smmu_want smmu_xlate_want(struct smmu_xlate *x, enum smmu_want want,
			       enum smmu_want (*step)(struct smmu *, struct smmu_xlate *));
enum smmu_want smmu_xlate_want_fetch(struct smmu_xlate *x, enum smmu_want want, pa_t pa, u32 words,
				     enum smmu_want (*step)(struct smmu *, struct smmu_xlate *));

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

/* What its stage says of a translation-related fault. */
static inline const struct smmu_stage_config *smmu_fault_config(const struct smmu_xlate *x)
{
	return &x->config->stage[x->fault.stage];
}

/* --- a stage's rules for what its descriptors say (stage1.c, stage2.c) --- */

/* Fill config->perms of the stage. */
void smmu_s1_decode(struct smmu_config *config);
void smmu_s2_decode(const struct smmu *smmu, struct smmu_config *config);
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

/* A cache as params.replacement says; @ways no more than there are entries. 0 or -ENOMEM. */
int smmu_cache_init(struct smmu *smmu, struct tlb_array *array, u64 entries, u64 ways,
		    u32 entry_bytes);

int smmu_tlb_init(struct smmu *smmu, struct smmu_port *port);
void smmu_tlb_finish(struct smmu_port *port);
/* Of a walk: into the main TLB and the micro-TLB. */
void smmu_tlb_fill(struct smmu_xlate *x, const struct smmu_mapping *mapping);
/* Of a main TLB hit: into the micro-TLB. */
void smmu_tlb_fill_hit(struct smmu_xlate *x, const struct smmu_mapping *mapping);
void smmu_tlb_fill_bypass(struct smmu *smmu, struct smmu_xlate *x);
/* Look into the main TLB; Return: is it there? Then *mapping says what. */
bool smmu_tlb_find(struct smmu_port *port, const struct smmu_table *table, u64 va,
		   struct smmu_mapping *mapping);

/* A port's lookup, which has just missed in the micro-TLB, and what to put there. */
struct smmu_utlb_fill {
	u64 tag; /* smmu_stream_tag() */
	const struct smmu_config *config;
	const struct smmu_table *table;
	iova_t iova;
};

void smmu_utlb_fill(struct smmu_port *port, const struct smmu_utlb_fill *fill,
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
void smmu_tlb_invalidate(struct smmu_port *port, const struct smmu_tlbi *tlbi);
void smmu_tlb_invalidate_config(struct smmu_port *port, const struct smmu_cfgi *cfgi);

/* --- walk cache (walk_cache.c) and configuration cache (config_cache.c) --- */

struct smmu_walk_entry {
	u64 descriptor;
	u8 table_attrs;
	bool is_leaf, is_global;
};

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

static inline const struct smmu_table *smmu_walk_table(const struct smmu_xlate *x,
						       enum smmu_stage stage)
{
	return stage == SMMU_S2 ? &x->config->s2_table : x->table;
}

static inline u64 smmu_walk_input(const struct smmu_xlate *x, enum smmu_stage stage)
{
	return stage == SMMU_S2 ? x->ipa : x->va;
}

int smmu_walk_cache_init(struct smmu *smmu);
void smmu_walk_cache_finish(struct smmu *smmu);
/* The descriptor that the walk stands on, fetched, is fit to be cached. */
void smmu_walk_cache_fill(struct smmu *smmu, const struct smmu_xlate *x, enum smmu_stage stage,
			  u64 descriptor, bool is_leaf);
/* The deepest descriptor on the stage's way; fills the walk's level, lg2 and table_attrs. */
bool smmu_walk_cache_find(struct smmu *smmu, struct smmu_xlate *x, enum smmu_stage stage,
			  u64 *descriptor);
/* The descriptor that the walk stands on came from here, and is not what is needed. */
void smmu_walk_cache_drop(struct smmu *smmu, const struct smmu_xlate *x, enum smmu_stage stage);
void smmu_walk_cache_invalidate(struct smmu *smmu, const struct smmu_tlbi *tlbi);

int smmu_config_cache_init(struct smmu *smmu);
void smmu_config_cache_fill(struct smmu *smmu, const struct smmu_xlate *x);
void smmu_config_cache_invalidate(struct smmu *smmu, const struct smmu_cfgi *cfgi);

/* --- event queue (evtq.c) --- */

struct smmu_event {
	struct line_item line; /* first */
	u64 word[EVTQ_ENT_DWORDS];
	bool is_stall;
	bool is_mergeable; /* with a like one; of a stall: never */
	bool is_dropped;   /* nobody waits for it any more; not written if not begun */
	bool is_stale; /* of a stall that was deferred: expires when it could be written (7.2.1) */
	/* written, or lost; a stall record that cannot be written yet waits instead */
	void (*settled)(struct smmu *smmu, struct smmu_event *event, bool is_written);
	/* went stale, is not written and nobody's any more; of a stall */
	void (*expired)(struct smmu *smmu, struct smmu_event *event);
};

/* A record that like events may be merged into. */
struct smmu_recent {
	u64 word[EVTQ_ENT_DWORDS]; /* without what does not count in the comparison */
	u64 began_ps;
	u64 number; /* of the records that took a place, from 1; 0: none */
};

struct smmu_evtq {
	struct line writing;	  /* have a place in the queue */
	struct line_list waiting; /* until those being written are seen */
	struct line_list deferred;
	u64 free_ps;  /* record assembly is free again */
	u64 nr_begun; /* records that took a place */
	u32 next_recent;
	struct smmu_recent recent[SMMU_MAX_MERGE]; /* params.merge_records of them in turn */
};

void smmu_evtq_init(struct smmu *smmu);
void smmu_evtq_push(struct smmu *smmu, struct smmu_event *event);
/* Software moved CONS, enabled the queue or acknowledged an error. */
void smmu_evtq_kick(struct smmu *smmu);
/* EVENTQEN is going to 0: what is being written ends now. */
void smmu_evtq_flush(struct smmu *smmu);
/* Return: was it deferred? */
bool smmu_evtq_remove_deferred(struct smmu *smmu, struct smmu_event *event);

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
void smmu_ats_fault(const struct smmu *smmu, struct smmu_xlate *x);
void smmu_ats_complete(const struct smmu_xlate *x, struct port_access *access);

/* Invalidations of endpoints; as many as a function of PCIe can tell apart (ITag). */
#define SMMU_NR_ATC_INV 32

enum smmu_atc_state {
	SMMU_ATC_FREE,
	SMMU_ATC_TRAVELLING,
	SMMU_ATC_WAITING, /* for the endpoint, or its time-out */
	SMMU_ATC_RETURNING,
	SMMU_ATC_ABANDONED, /* timed out; the endpoint may still complete it */
};

struct smmu_cmdq;

struct smmu_atc_inv {
	struct port_invalidation invalidation; /* first */
	struct sim_event event;
	struct smmu *smmu;
	struct port_endpoint *endpoint;
	struct smmu_cmdq *cmdq; /* whose command it is */
	enum smmu_atc_state state;
};

struct smmu_atc {
	struct smmu_atc_inv slots[SMMU_NR_ATC_INV];
	u32 nr_outstanding; /* neither free nor abandoned */
};

void smmu_atc_init(struct smmu *smmu);
void smmu_atc_finish(struct smmu *smmu);
/* CMD_ATC_INV, which is legal and need not wait */
void smmu_atc_invalidate(struct smmu_cmdq *cmdq, const u64 *cmd);
/* Has the command to wait for invalidations that are outstanding? Its queue is told of the end. */
bool smmu_atc_must_wait(struct smmu_cmdq *cmdq, u64 op);
/* A CMD_SYNC asks: has one of its queue timed out? It is told once. */
bool smmu_atc_take_timeout(struct smmu_cmdq *cmdq);

/* --- prefetch (prefetch.c) --- */

int smmu_prefetch_init(struct smmu *smmu);
void smmu_prefetch_finish(struct smmu *smmu);
/* CMD_PREFETCH_CONFIG, CMD_PREFETCH_ADDR, which are legal */
void smmu_prefetch_command(struct smmu *smmu, const u64 *cmd);
/* An access that was submitted with SMMU_PENDING_PREFETCH has ended, whatever came of it. */
void smmu_prefetch_answered(struct port_access *access, bool is_configured);

/* --- PRI queue (priq.c) --- */

/* A page request is in one of the lists; each is in order. */
struct smmu_priq {
	struct line travelling;	  /* over the link */
	struct line_list arrived; /* writes under way decide whether there is room */
	struct line writing;	  /* have a place in the queue */
	struct line answering;	  /* automatic responses over the link */
	u64 free_ps;		  /* record assembly is free again */
	bool is_kicking;
	bool is_record_busy;
	struct smmu_event record; /* of a stream whose PPAR can not be read */
};

void smmu_priq_init(struct smmu *smmu);
void smmu_priq_finish(struct smmu *smmu);
/* port_ops.page_request of a port of an SMMU that has PRI */
void smmu_priq_request(struct port *port, struct port_page_request *request);
/* CMD_PRI_RESP, which is legal */
void smmu_priq_respond(struct smmu *smmu, const u64 *cmd);
/* Software moved CONS, or what decides about the queue has changed. */
void smmu_priq_kick(struct smmu *smmu);
/* PRIQEN or SMMUEN is going to 0: what is being written ends now. */
void smmu_priq_flush(struct smmu *smmu);

/* --- command queues (cmdq.c) --- */

/* Queue numbers in traces. */
enum smmu_queue {
	SMMU_QUEUE_CMDQ,
	SMMU_QUEUE_EVTQ,
	SMMU_QUEUE_PRIQ,
	SMMU_QUEUE_ECMDQ, /* all of them */
};

/* A message on its way. */
struct smmu_msi {
	struct sim_event event;
	struct smmu *smmu;
	enum smmu_irq irq;
	pa_t address;
	u32 data;
	u64 done_ps;
};

enum smmu_cmdq_phase {
	SMMU_CMDQ_IDLE,
	SMMU_CMDQ_FETCHING,
	SMMU_CMDQ_EXECUTING,
};

/* One queue: the command queue of page 0, or one of a control page (ECMDQ, 3.5.6). */
struct smmu_cmdq {
	struct sim_event event; /* first */
	struct smmu *smmu;
	u64 *base, *prod, *cons; /* its registers: in smmu.reg, or own */
	u64 own[3];
	enum smmu_cmdq_phase phase;
	bool is_blocked; /* executing, waits for an invalidation of an endpoint */
	bool has_engine;
	bool is_waiting; /* for an engine */
	struct smmu_cmdq *next_waiting;
	u64 word[CMDQ_ENT_DWORDS];
	u32 nr_atc_outstanding; /* of its CMD_ATC_INV */
	bool has_atc_timed_out; /* since a CMD_SYNC of its own said so */
	struct smmu_msi sync;	/* of its last CMD_SYNC */
	struct smmu_queue_stats *stats;
	enum smmu_queue trace_queue;
};

struct smmu_cmdq_list {
	struct smmu_cmdq *head, *tail;
};

static inline bool smmu_cmdq_is_enhanced(const struct smmu_cmdq *cmdq)
{
	return cmdq->base == &cmdq->own[0];
}

int smmu_cmdq_init(struct smmu *smmu);
void smmu_cmdq_finish(struct smmu *smmu);
/* There may be something to do: PROD moved, an error was acknowledged, ... */
void smmu_cmdq_kick(struct smmu_cmdq *cmdq);
/* Software wrote PROD, which was @old. */
void smmu_cmdq_produced(struct smmu_cmdq *cmdq, u32 old);
/* The queue is being disabled: a command in progress is consumed, or not begun. */
void smmu_cmdq_flush(struct smmu_cmdq *cmdq);

/* --- enhanced command queues: registers (ecmdq.c) --- */

u64 smmu_ecmdq_read(struct smmu *smmu, u32 offset, u32 bytes);
void smmu_ecmdq_write(struct smmu *smmu, u32 offset, u64 value, u32 bytes);

/* --- interrupts and global errors (msi.c) --- */

void smmu_msi_init(struct smmu *smmu);
/* The source's interrupt condition arose. */
void smmu_irq_raise(struct smmu *smmu, enum smmu_irq irq);
void smmu_msi_setup(struct smmu *smmu, struct smmu_msi *msi, enum smmu_irq irq);
/* A CMD_SYNC of a queue whose messages are @msi asks for an interrupt. */
void smmu_irq_raise_sync(struct smmu *smmu, struct smmu_msi *msi, pa_t address, u32 data);
/* The source is being disabled: a message under way arrives now. */
void smmu_irq_flush(struct smmu *smmu, enum smmu_irq irq);
void smmu_gerror_raise(struct smmu *smmu, u64 error);
bool smmu_gerror_is_active(const struct smmu *smmu, u64 error);

/* --- stalled accesses (stall.c) --- */

enum smmu_stall_state {
	SMMU_STALL_FREE,
	SMMU_STALL_UNRECORDED, /* the record is being written, or is deferred */
	SMMU_STALL_RECORDED,   /* software may answer */
	SMMU_STALL_SUPPRESSED, /* has no record; follows one that has, or will have */
	SMMU_STALL_RETRYING,   /* resumed, translating again */
	SMMU_STALL_ENDING,     /* terminated, on its way back to the port */
};

struct smmu_stall {
	struct smmu_event record; /* first */
	struct sim_event ending;
	struct smmu *smmu;
	struct smmu_port *port;
	struct port_access *access;
	enum smmu_stall_state state;
	u16 stag;
	u32 sid;
	bool is_record_busy; /* evtq.c has the record */
	bool has_ended;	     /* and waits for the record only */
	bool is_raz_wi;
	struct smmu_held held; /* by the translation that faulted */
	u32 cd_index;
	struct smmu_stall *next_free;
	/* While unrecorded or recorded: those that its record stands for, too, oldest first. */
	struct smmu_stall *followers, *last_follower;
	struct smmu_stall *next_follower; /* while suppressed */
	struct smmu_stall *next_hash;	  /* in smmu.stall_hash */
};

struct smmu_txn;

int smmu_stall_init(struct smmu *smmu);
void smmu_stall_finish(struct smmu *smmu);
/* The translation of @txn, which is out of the translation unit, faulted and stalls. */
void smmu_stall_enter(struct smmu *smmu, struct smmu_txn *txn);
/* Is it to be terminated instead, there being no slot for it? */
bool smmu_stall_is_refused(struct smmu *smmu, const struct smmu_txn *txn);
/* A retried access ended; its slot is free again. */
void smmu_stall_leave(struct smmu *smmu, struct smmu_stall *stall, enum port_status status);
void smmu_stall_resume(struct smmu *smmu, u32 sid, u32 stag, bool is_retry, bool is_abort);
void smmu_stall_terminate(struct smmu *smmu, u64 first_sid, u64 last_sid);
void smmu_stall_invalidate(struct smmu *smmu, const struct smmu_tlbi *tlbi);
void smmu_stall_invalidate_config(struct smmu *smmu, const struct smmu_cfgi *cfgi);
/* A transaction that had a stall slot reserved does not need it. */
void smmu_stall_unreserve(struct smmu *smmu);
/* Let accesses that wait for a stall slot try again, as far as there are slots. */
void smmu_stall_release(struct smmu *smmu);

/* --- invalidation (invalidate.c) --- */

/* Wherever something of the kind may be. */
void smmu_invalidate(struct smmu *smmu, const struct smmu_tlbi *tlbi);
void smmu_invalidate_config(struct smmu *smmu, const struct smmu_cfgi *cfgi);

/* --- the record of a fault (record.c) --- */

#define SMMU_NO_STAG 0x10000U
/* May the event of @x be merged with like ones (7.3.1)? */
bool smmu_record_is_mergeable(const struct smmu_xlate *x);
/* The parts of @word that decide whether two events are alike, into @key. */
void smmu_record_key(const u64 *word, u64 *key);
void smmu_record_make(const struct smmu_xlate *x, u32 stag, u64 *word);

/* --- ports and transactions (port.c, timing.c) --- */

/*
 * While the port owns an access that is not in flight it keeps in the result
 * fields: done_ps, when the translation began; pa, SMMU_PENDING_*; port_private,
 * the stall of a retry (pool.queue) or the port (smmu.backpressured).
 */
#define SMMU_PENDING_RELEASED 1 /* from port.held: a place within max_stalled is kept */
#define SMMU_PENDING_RESERVED 2 /* from smmu.backpressured: a stall slot is kept */
#define SMMU_PENDING_PREFETCH 4 /* no master's: of prefetch.c, which is told the end */
#define SMMU_PENDING_CONFIG 8	/* the same, and done when it is configured */

struct smmu_txn {
	struct txn txn; /* first */
	struct smmu_event record;
	struct smmu_stall *stall; /* of a retried access, else NULL */
	u32 pending;		  /* SMMU_PENDING_* */
	bool is_refused;	  /* would have stalled */
	bool is_update;		  /* of a descriptor, else it is fetched */
	bool is_raz_wi;
	enum port_status status; /* how it ends */
	struct smmu_xlate x;
};

#define SMMU_PORT_HASH 256
#define SMMU_STALL_HASH 256

struct smmu_port {
	struct port port; /* first */
	struct smmu *smmu;
	struct smmu_port *next_hash;
	struct tlb_array utlb;
	struct tlb_array tlb;
	struct smmu_port *next_port;
	/* Put into the main TLB since it was empty: a global entry; an entry that is
	 * smaller than the leaf it comes from. */
	bool has_global, has_fragments;
	struct txn_pool pool;
	struct access_list held; /* would stall beyond max_stalled */
	u32 nr_stalled;
	u32 nr_released; /* from held, translating again */
	struct iommu_pri_stats pri;
};

static inline struct smmu_port *smmu_txn_port(const struct smmu_txn *txn)
{
	return (struct smmu_port *)((char *)txn->txn.pool - offsetof(struct smmu_port, pool));
}

/* Start a translation of @access, or queue it; @stall is not NULL for a retry. */
void smmu_txn_submit(struct smmu_port *port, struct port_access *access, struct smmu_stall *stall,
		     u64 began_ps, u32 pending);
/* The same for a master that has called and waits for access->status. */
enum port_status smmu_txn_call(struct smmu_port *port, struct port_access *access,
			       bool is_looked_up);
/* Translate again what was held back, as far as max_stalled allows. */
void smmu_port_release_held(struct smmu_port *port);
/* Answer the master, at the current time. */
void smmu_access_complete(struct smmu_port *port, struct port_access *access,
			  enum port_status status, bool is_raz_wi);
int smmu_port_init(struct smmu *smmu, struct smmu_port *port, u32 stream_id);
/* The first port of @stream_id; NULL: there is none. */
struct smmu_port *smmu_find_port(struct smmu *smmu, u32 stream_id);
/* The port that a message to @stream_id goes to; NULL: no endpoint has that StreamID. */
struct smmu_port *smmu_find_endpoint(struct smmu *smmu, u32 stream_id);
void smmu_port_finish(struct smmu_port *port);
void smmu_unit_init(struct smmu *smmu);
void smmu_txn_invalidate(struct smmu *smmu, const struct smmu_tlbi *tlbi);
void smmu_txn_invalidate_config(struct smmu *smmu, const struct smmu_cfgi *cfgi);

/* What a port's lookup learned that a translation can go on with. */
struct smmu_lookup {
	u64 cost_ps;
	const struct smmu_config *config; /* cached configuration that translates, else NULL */
	const struct smmu_table *table;	  /* if so, as the next */
	u64 va;				  /* the main TLB has no entry for it */
	bool is_denied;			  /* there is an entry, and it forbids the access */
};

/* Hit or not, without a clock: DONE with pa, ABORTED, or PENDING: needs the translation unit. */
enum port_status smmu_port_lookup(struct smmu_port *port, u32 sid, struct port_access *access,
				  struct smmu_lookup *lookup);

/* Begin where a lookup of this moment ended. */
void smmu_xlate_begin_after(struct smmu_xlate *x, struct smmu_port *port, u32 sid,
			    const struct port_access *access, const struct smmu_lookup *lookup);

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

/* --- the SMMU --- */

/* Cycles of smmu_params, once and for all in picoseconds. */
struct smmu_timing {
	u64 utlb_ps, tlb_ps, link_ps, config_ps, walk_cache_ps, step_ps;
	u64 cmd_ps, inval_ps, event_ps, msi_ps;
};

struct smmu {
	struct smmu_params params;
	struct smmu_timing timing;
	struct mem *mem;
	u32 number;
	bool is_clockless;

	u64 reg[SMMU_NR_REGS];
	u64 write_mask[SMMU_NR_REGS]; /* of the table, less what features take away */
	bool is_enabled;	      /* CR0.SMMUEN */
	u64 oas_mask;

	u32 nr_caches;		       /* so far; names their random streams */
	struct tlb_array config_cache; /* of struct smmu_config */
	struct tlb_array walk_cache[SMMU_NR_STAGES][SMMU_NR_LEVELS];

	struct smmu_cmdq cmdq;
	struct smmu_evtq evtq;
	struct smmu_msi msi[SMMU_NR_IRQS]; /* that of CMD_SYNC is with its queue */

	struct smmu_stall *stalls; /* params.stall_max of them, by STAG */
	struct smmu_stall *free_stalls, *last_free_stall;
	u32 nr_free_stalls, nr_reserved_stalls;
	struct access_list backpressured; /* wait for a stall slot */

	struct smmu_port *ports;
	struct smmu_port *port_hash[SMMU_PORT_HASH];
	struct smmu_port *anyone; /* smmu_translate() for streams without a port */

	const struct iommu_observer *observer;
	void *observer_opaque;
	void (*wire)(void *opaque, enum smmu_irq irq);
	void *wire_opaque;

	struct smmu_stats stats;

	/* behind what every access touches */
	struct txn_unit unit;
	struct smmu_prefetch *prefetch; /* params.prefetch_slots of them */
	struct smmu_cmdq *ecmdq;	/* of all control pages in order */
	u32 nr_ecmdqs;
	u32 nr_ecmdqs_enabled;
	u32 nr_engines_used, nr_blocked;
	struct smmu_cmdq_list engine_queue;
	struct smmu_stall *stall_hash[SMMU_STALL_HASH]; /* that others may follow */
	struct smmu_priq priq;
	struct smmu_atc atc;
};

static inline u64 smmu_queue_number(const struct smmu *smmu, enum smmu_queue queue)
{
	return smmu->number * 4ULL + queue;
}

/* Substreams of a stream spread over the sets. */
static inline u64 smmu_config_address(u32 sid, u32 ssid)
{
	return ((u64)sid + ssid) << TLB_MIN_LG2;
}

/* @tag is smmu_stream_tag() of the same stream; NULL if it is not cached. */
static inline const struct smmu_config *smmu_config_find(struct smmu *smmu, u32 sid, u32 ssid,
							 u64 tag)
{
	struct tlb_array *array = &smmu->config_cache;
	u32 number = array->last;

	if (!tlb_array_last_covers(array, smmu_config_address(sid, ssid), tag))
		number = tlb_array_find(array, smmu_config_address(sid, ssid), TLB_MIN_LG2, tag);
	return number == TLB_NONE ? NULL : tlb_array_entry(array, number);
}

void smmu_registers_reset(struct smmu *smmu);

/* log2 of a queue's entries, limited by what the hardware is able to do */
u32 smmu_queue_lg2(const struct smmu *smmu, enum smmu_reg base_reg);
/* Address of entry @pointer of a queue */
pa_t smmu_queue_entry(const struct smmu *smmu, enum smmu_reg base_reg, u32 pointer,
		      u32 entry_bytes);
/* The same of a queue of 2^@lg2 entries whose BASE register holds @base */
pa_t smmu_queue_entry_at(u64 base, u32 lg2, u32 pointer, u32 entry_bytes);

#endif
