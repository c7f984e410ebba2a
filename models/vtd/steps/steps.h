/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a translation is, as a machine of pure steps (VT-d 3, 4.2, 7.1.3): configuration,
 * caches, walks, fault conditions. A step says what it needs next; it knows no clock and
 * nothing of who drives it (timing.c, or vtd_xlate_run() without a clock), of ports and
 * queues. Of the unit it sees struct vtd_core.
 *
 * From the ground up, no file naming one below it in this list:
 *	outcome.c, scope.c, config_perms.c
 *	tlb.c, walk_cache.c, config_cache.c: what is cached
 *	ats.c: what an endpoint is told
 *	access.c, mapped.c: the last checks
 *	walk_second.c, walk_first.c: tables
 *	translate.c: with the configuration in hand
 *	config.c: root, context and PASID table entries
 *	xlate.c: the beginning
 *
 * Glossary
 *	access attributes: write, privileged, instruction as three bits, VTD_ATTR_*.
 *	first, second stage: level 5 is PML5, 4 PML4, 3 PDP, 2 PD, 1 PT, in both.
 *	fs, ss: of the first, of the second stage.
 *	flags: accessed, extended-accessed and dirty of a paging entry.
 */
#ifndef MODELS_VTD_STEPS_STEPS_H
#define MODELS_VTD_STEPS_STEPS_H

#include "models/common/port.h"
#include "models/common/tlb_array.h"
#include "models/mem/mem.h"
#include "models/vtd/params.h"
#include "models/vtd/regs.h"
#include "models/vtd/vtd.h"
#include "sim/sim.h"

/* --- access attributes --- */

#define VTD_ATTR_WRITE 1U
#define VTD_ATTR_PRIV 2U
#define VTD_ATTR_INSTR 4U
#define VTD_NR_ATTRS 8
/* A write is no instruction: the pair stands for a read of length zero. */
#define VTD_ATTR_ZLR (VTD_ATTR_WRITE | VTD_ATTR_INSTR)

/* Privilege and instructions exist with a PASID only (PCIe: in its prefix). */
static inline u32 vtd_access_attr(const struct port_access *access)
{
	u32 attr = access->is_write ? VTD_ATTR_WRITE : access->len_bytes ? 0 : VTD_ATTR_ZLR;

	if (!access->has_pasid)
		return attr;
	return attr | (access->is_privileged ? VTD_ATTR_PRIV : 0) |
	       (access->is_instruction && !attr ? VTD_ATTR_INSTR : 0);
}

#define VTD_PAGE_LG2 12

/* log2 of what one entry at @level covers */
static inline u32 vtd_level_lg2(u32 level)
{
	return 12 + 9 * (level - 1);
}

/* --- configuration: what context and PASID table entries come to (config.c) --- */

enum vtd_translation {
	VTD_PASS_THROUGH,
	VTD_FIRST,
	VTD_SECOND,
	VTD_NESTED,
};

struct vtd_config {
	enum vtd_translation kind;
	u16 did;
	bool is_scalable;
	bool has_fpd;	 /* of all entries that led here */
	bool allows_ats; /* legacy mode: TT */
	u8 fs_levels, ss_levels;
	u8 ss_bits; /* input addresses of the second stage: AW and MGAW */
	bool has_sre, has_ere, has_wpe, has_nxe, has_smep, has_eafe, has_ssade;
	bool is_snooped; /* PWSNP: flags may be updated */
	u32 pasid;	 /* of the request, or RID_PASID */
	u64 fs_root;	 /* a guest-physical address if nested */
	pa_t ss_root;
};

/* A context-entry; of scalable mode, what leads to PASID table entries. */
struct vtd_context {
	struct vtd_config config; /* legacy mode */
	pa_t pasid_dir;
	u32 rid_pasid;
	u8 pasid_lg2; /* PASIDs that the directory reaches, log2 */
	bool has_dte, has_paside, has_pre, has_rid_priv, has_fpd;
	bool is_scalable;
};

/* --- what steps see of the unit --- */

/* Levels 5 to 2 have entries that reference tables. */
#define VTD_NR_WALK_CACHES 4

/* The rest of the unit is around it (internal.h). */
struct vtd_core {
	struct vtd_params params;
	struct mem *mem;
	u64 reg[VTD_NR_REGS];
	bool is_enabled;    /* GSTS.TES */
	bool is_protecting; /* PMEN.PRS */
	u64 root;	    /* RTADDR as of the last SRTP */
	u64 haw_mask;
	struct tlb_array iotlb;
	struct tlb_array context_cache; /* of struct vtd_context */
	struct tlb_array pasid_cache;	/* of struct vtd_config */
	struct tlb_array fs_cache[VTD_NR_WALK_CACHES], ss_cache[VTD_NR_WALK_CACHES];
	struct vtd_stats stats; /* steps count walks, fetches and updates */
};

static inline u32 vtd_ttm(const struct vtd_core *vtd)
{
	return FIELD_GET(RTADDR_TTM, vtd->root);
}

/* --- a translation, step by step (xlate.c) --- */

enum vtd_want {
	VTD_WANT_TLB_LOOKUP,
	VTD_WANT_CONFIG_LOOKUP,
	VTD_WANT_CONFIG_FETCH, /* vtd_xlate_memory() before the next step */
	VTD_WANT_WALK_LOOKUP,
	VTD_WANT_WALK_FETCH, /* vtd_xlate_memory() before the next step */
	VTD_WANT_NOTHING,    /* done: pa */
	VTD_WANT_FAULT,	     /* fault says which */
};

/* What becomes of an access to a page. */
struct vtd_mapping {
	pa_t pa;
	u64 va;
	u8 lg2;
	u8 perms;     /* bit n: an access with attributes n is permitted */
	u8 hit_perms; /* and may be answered without a walk: its flags are set */
	u8 traits;    /* VTD_TRAIT_*: which fault what is not permitted gives */
};

#define VTD_TRAIT_LEGACY 1U
#define VTD_TRAIT_SRE 2U
#define VTD_TRAIT_ERE 4U
#define VTD_TRAIT_SUPERVISOR 8U

struct vtd_xlate;

typedef enum vtd_want vtd_step(struct vtd_core *vtd, struct vtd_xlate *x);

/* One stage's walk. */
struct vtd_walk {
	u64 address; /* that it translates */
	u64 table;   /* guest-physical in the first stage, if nested */
	pa_t entry_pa;
	u64 entry;
	u8 level;
	u8 perms; /* what the entries above let through: VTD_FS_*, VTD_SS_* */
};

#define VTD_FS_RW 1U
#define VTD_FS_US 2U
#define VTD_FS_X 4U
#define VTD_FS_ALL 7U
#define VTD_SS_R 1U
#define VTD_SS_W 2U
#define VTD_SS_ALL 3U

struct vtd_xlate {
	/* the request */
	u32 sid;
	u32 pasid;
	bool has_pasid;
	u8 attr; /* effective: RID_PRIV counts, once the context is known */
	iova_t iova;
	enum port_kind kind;
	bool has_nw;	      /* translation request: no write wanted */
	bool has_er;	      /* translation request: execute permission wanted */
	bool is_dword;	      /* one, aligned, as a message signaled interrupt is */
	bool is_page_request; /* wants configuration only */
	vtd_step *step;	      /* that comes next */
	/* what it wants of memory, and what came */
	pa_t memory_pa;
	u32 memory_words;
	bool is_update; /* set flags in the word at memory_pa, if it is update_old */
	bool is_memory_failed;
	u64 update_old, update_new;
	u64 fetched[8];
	/* configuration: in a cache, or own_; NULL until known */
	bool has_fpd;
	const struct vtd_context *context;
	const struct vtd_config *config;
	struct vtd_context own_context;
	struct vtd_config own_config;
	/* the walk */
	struct vtd_walk fs, ss;
	bool has_walked;	/* fetched a paging entry */
	bool is_table_writable; /* nested: the second stage lets the first-stage table be written */
	bool is_ss_final;	/* the second stage translates the page, not a table */
	vtd_step *ss_after;
	struct vtd_mapping fs_leaf, ss_leaf;
	bool is_overtaken; /* by an invalidation: leaves nothing in a cache */
	/* outcome */
	pa_t pa;
	enum vtd_condition fault;
	struct vtd_mapping mapping;
	/* of a translation request */
	enum port_completion completion;
	bool is_untranslated_only;
	bool is_interrupt; /* a write to the interrupt range */
};

/** vtd_xlate_begin() - start, or start anew, the translation of @access */
void vtd_xlate_begin(const struct vtd_core *vtd, struct vtd_xlate *x, u32 sid,
		     const struct port_access *access);

/** vtd_xlate_step() - carry out what was wanted; Return: what is wanted next */
static inline enum vtd_want vtd_xlate_step(struct vtd_core *vtd, struct vtd_xlate *x)
{
	return x->step(vtd, x);
}

/** vtd_xlate_memory() - read what is wanted from memory, or update it, now */
void vtd_xlate_memory(struct vtd_core *vtd, struct vtd_xlate *x);

/** vtd_xlate_run() - all steps without a clock; Return: NOTHING or FAULT */
enum vtd_want vtd_xlate_run(struct vtd_core *vtd, struct vtd_xlate *x);

/* Steps that live in other files. */
enum vtd_want vtd_config_begin(struct vtd_core *vtd, struct vtd_xlate *x);
enum vtd_want vtd_xlate_configured(struct vtd_core *vtd, struct vtd_xlate *x);
enum vtd_want vtd_first_begin(struct vtd_core *vtd, struct vtd_xlate *x);
/* Translate @address by the second stage, and go on with @after: x->ss_leaf says where it leads. */
enum vtd_want vtd_second_begin(struct vtd_xlate *x, u64 address, bool is_final, vtd_step *after);

/* Leaves are known: permissions, flags, and the mapping. */
enum vtd_want vtd_walk_done(struct vtd_core *vtd, struct vtd_xlate *x);
/* Set what is missing of @flags in the leaf that the second stage's walk ended at. */
enum vtd_want vtd_second_update(struct vtd_xlate *x, u64 flags);
enum vtd_condition vtd_check_output(const struct vtd_xlate *x);
/* The last check: may @pa be accessed? */
enum vtd_want vtd_access_address(struct vtd_core *vtd, struct vtd_xlate *x, pa_t pa);
/* Is the access to @pa blocked by protected memory regions (11.4.8)? */
bool vtd_is_protected(const struct vtd_core *vtd, pa_t pa);
/* What the entries that led to a page say of any access to it, as VTD_TRAIT_* and perms. */
u8 vtd_config_traits(const struct vtd_config *config);
u8 vtd_config_perms(const struct vtd_config *config);

/* A walk, or pass-through, has found @mapping, which permits the access. */
enum vtd_want vtd_xlate_mapped(struct vtd_core *vtd, struct vtd_xlate *x);

/* Outcomes (outcome.c). */
enum vtd_want vtd_xlate_done(struct vtd_xlate *x, pa_t pa);
enum vtd_want vtd_xlate_fault(struct vtd_xlate *x, enum vtd_condition condition);
/* What an access with @attr does that @traits does not permit. */
enum vtd_condition vtd_denial(u32 attr, u32 traits);
enum vtd_want vtd_xlate_want(struct vtd_xlate *x, enum vtd_want want, vtd_step *step);
enum vtd_want vtd_xlate_want_config(struct vtd_xlate *x, pa_t pa, u32 words, vtd_step *step);
/* The entry at walk->entry_pa; then set @flags in it, if it is walk->entry still. */
enum vtd_want vtd_xlate_want_entry(struct vtd_xlate *x, const struct vtd_walk *walk,
				   vtd_step *step);
enum vtd_want vtd_xlate_want_update(struct vtd_xlate *x, const struct vtd_walk *walk, u64 flags,
				    vtd_step *step);

static inline bool vtd_is_interrupt(u64 address)
{
	return address >> INTR_RANGE_LG2 == INTR_RANGE >> INTR_RANGE_LG2;
}

/* Does a page of 2^lg2 reach into the interrupt range? */
static inline bool vtd_overlaps_interrupts(u64 base, u32 lg2)
{
	return lg2 > INTR_RANGE_LG2 ? (base ^ INTR_RANGE) >> lg2 == 0 : vtd_is_interrupt(base);
}

/* A translation request is denied only if nothing is granted to it. */
static inline bool vtd_is_denied(const struct vtd_xlate *x, const struct vtd_mapping *mapping)
{
	u32 wanted = 1U << x->attr;

	if (x->kind == PORT_TRANSLATION_REQUEST)
		wanted |= 1U << (x->attr | VTD_ATTR_WRITE);
	return !(mapping->perms & wanted);
}

/* Would the access, or any use that a translation request asks for, write? */
static inline bool vtd_xlate_writes(const struct vtd_xlate *x)
{
	if (x->kind == PORT_TRANSLATION_REQUEST)
		return !x->has_nw;
	return (x->attr & VTD_ATTR_WRITE) && !(x->attr & VTD_ATTR_INSTR);
}

/* --- IOTLB (tlb.c), and what invalidations concern (scope.c) --- */

/* Address, source-id and the request's PASID are in the tag. Of one cache line. */
struct vtd_iotlb_entry {
	pa_t pa; /* of the first byte */
	u32 pasid;
	u16 did;
	u8 kind; /* enum vtd_translation */
	u8 lg2;
	u8 perms, hit_perms, traits;
} __attribute__((aligned(32)));

/* What tells requests of one requester and PASID from those of another. */
static inline u64 vtd_request_tag(u32 sid, u32 pasid, bool has_pasid)
{
	return sid | (u64)pasid << 16 | (u64)has_pasid << 40;
}

/* An invalidation of translations (6.5.2.3, 6.5.2.4). */
enum vtd_inval_scope {
	VTD_INVAL_ALL,
	VTD_INVAL_DOMAIN,
	VTD_INVAL_DOMAIN_PAGES,
	VTD_INVAL_PASID,
	VTD_INVAL_PASID_PAGES,
};

struct vtd_inval {
	enum vtd_inval_scope scope;
	u16 did;
	u32 pasid;
	bool has_hint; /* IH: only entries that map pages */
	u64 first, last;
};

/* Of context-entries, by requester (6.5.2.1); of PASID table entries (6.5.2.2). */
struct vtd_cc_inval {
	bool by_did, by_sid;
	u16 did;
	u32 sid, sid_mask;
};

struct vtd_pc_inval {
	bool by_did, by_pasid;
	u16 did;
	u32 pasid;
};

static inline u32 vtd_function_mask(u64 fm)
{
	static const u8 masks[] = {0, 4, 6, 7};

	return masks[fm & 3];
}

/* An IOTLB invalidation as software asks for it. */
struct vtd_inval_request {
	u64 granularity; /* INVAL_* */
	u16 did;
	u64 address;
	u32 am; /* pages, log2 */
	bool has_hint;
};

/* A translation that may be concerned. */
struct vtd_inval_target {
	enum vtd_translation kind;
	u16 did;
	u32 pasid;
	u64 va;
	u8 lg2;
};

int vtd_iotlb_init(struct vtd_core *vtd);
struct vtd_inval vtd_inval_make(const struct vtd_inval_request *request);
void vtd_iotlb_fill(struct vtd_core *vtd, struct vtd_xlate *x, const struct vtd_mapping *mapping);
/* Return: is it there? Then *mapping says what. */
bool vtd_iotlb_find(struct vtd_core *vtd, const struct vtd_xlate *x, struct vtd_mapping *mapping);
void vtd_iotlb_invalidate(struct vtd_core *vtd, const struct vtd_inval *inval);
bool vtd_inval_matches(const struct vtd_inval *inval, const struct vtd_inval_target *target);
/* May a translation under way have used what is invalidated? */
bool vtd_inval_concerns(const struct vtd_inval *inval, const struct vtd_xlate *x);

/* --- paging-structure caches (walk_cache.c), context- and PASID-cache (config_cache.c) --- */

struct vtd_walk_entry {
	u64 table;
	u8 perms;
	bool is_table_writable;
};

int vtd_walk_cache_init(struct vtd_core *vtd);
void vtd_walk_cache_finish(struct vtd_core *vtd);
/* The entry at walk->level leads to @table. */
void vtd_walk_cache_fill_first(struct vtd_core *vtd, const struct vtd_xlate *x, u64 table);
void vtd_walk_cache_fill_second(struct vtd_core *vtd, const struct vtd_xlate *x, u64 table);
/* The deepest table on the way; fills table, perms and level (of the table). */
bool vtd_walk_cache_find_first(struct vtd_core *vtd, struct vtd_xlate *x);
bool vtd_walk_cache_find_second(struct vtd_core *vtd, struct vtd_xlate *x);
void vtd_walk_cache_invalidate(struct vtd_core *vtd, const struct vtd_inval *inval);

int vtd_config_cache_init(struct vtd_core *vtd);
void vtd_config_cache_finish(struct vtd_core *vtd);
const struct vtd_context *vtd_context_find(struct vtd_core *vtd, u32 sid);
void vtd_context_fill(struct vtd_core *vtd, const struct vtd_xlate *x);
const struct vtd_config *vtd_pasid_find(struct vtd_core *vtd, u32 sid, u32 pasid);
void vtd_pasid_fill(struct vtd_core *vtd, const struct vtd_xlate *x);
void vtd_context_invalidate(struct vtd_core *vtd, const struct vtd_cc_inval *inval);
void vtd_pasid_invalidate(struct vtd_core *vtd, const struct vtd_pc_inval *inval);

/* --- fault conditions (outcome.c) --- */

struct vtd_fault_row {
	const char *name;
	u8 reason;
	bool is_qualified;
	u8 completion; /* enum vtd_fault_completion */
	const char *says;
};

enum vtd_fault_completion {
	VTD_COMPLETION_UR,
	VTD_COMPLETION_CA,
	VTD_COMPLETION_NONE,
	VTD_COMPLETION_PERMS,
};

extern const struct vtd_fault_row vtd_fault_table[VTD_NR_CONDITIONS];

/* Is the fault of @x reported to software? */
bool vtd_fault_is_reported(const struct vtd_xlate *x);

/* --- translation requests (ats.c) --- */

/* What the completion of a translation request that faults says. */
void vtd_ats_fault(struct vtd_xlate *x);
void vtd_ats_complete(const struct vtd_xlate *x, struct port_access *access);

#endif
