/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inside of the VT-d model. Three things are kept apart, as in the SMMUv3's:
 *
 * What: struct vtd_xlate is one translation as a machine of pure steps (steps/). A
 *	step says what it needs next; it knows no clock.
 * When: struct vtd_txn is one access on its way through the unit (timing.c): it
 *	drives the steps and waits in between. iq.c, devtlb.c, prq.c and event.c have
 *	their own events, because they are engines of their own in hardware.
 * Seen: statistics and sim_trace(); they change nothing.
 *
 * Glossary
 *	access attributes: write, privileged, instruction as three bits, VTD_ATTR_*.
 *	first, second stage: level 5 is PML5, 4 PML4, 3 PDP, 2 PD, 1 PT, in both.
 *	fs, ss: of the first, of the second stage.
 *	flags: accessed, extended-accessed and dirty of a paging entry.
 *	port: where a master is connected. The IOTLB is the unit's, not the port's.
 */
#ifndef MODELS_VTD_INTERNAL_H
#define MODELS_VTD_INTERNAL_H

#include "models/common/tlb_array.h"
#include "models/common/txn.h"
#include "models/vtd/regs.h"
#include "models/vtd/vtd.h"
#include "sim/event.h"
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

/* --- configuration: what context and PASID table entries come to (steps/config.c) --- */

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

/* --- a translation, step by step (steps/xlate.c) --- */

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

struct vtd_port;
struct vtd_xlate;

typedef enum vtd_want vtd_step(struct vtd *vtd, struct vtd_xlate *x);

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
	struct vtd_port *port;
	u32 sid;
	u32 pasid;
	bool has_pasid;
	u8 attr; /* effective: RID_PRIV counts, once the context is known */
	iova_t iova;
	enum port_kind kind;
	bool has_nw;	      /* translation request: no write wanted */
	bool has_er;	      /* translation request: execute permission wanted */
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
	/* Others may run between the steps, or a lookup has found something: keep
	 * nothing of a cache by pointer, and look before putting anything there. */
	bool is_timed;
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
void vtd_xlate_begin(struct vtd_xlate *x, struct vtd_port *port, u32 sid,
		     const struct port_access *access);

/** vtd_xlate_step() - carry out what was wanted; Return: what is wanted next */
static inline enum vtd_want vtd_xlate_step(struct vtd *vtd, struct vtd_xlate *x)
{
	return x->step(vtd, x);
}

/** vtd_xlate_memory() - read what is wanted from memory, or update it, now */
void vtd_xlate_memory(struct vtd *vtd, struct vtd_xlate *x);

/** vtd_xlate_run() - all steps without a clock; Return: NOTHING or FAULT */
enum vtd_want vtd_xlate_run(struct vtd *vtd, struct vtd_xlate *x);

/* Steps that live in other files. */
enum vtd_want vtd_config_begin(struct vtd *vtd, struct vtd_xlate *x);
enum vtd_want vtd_xlate_configured(struct vtd *vtd, struct vtd_xlate *x);
enum vtd_want vtd_first_begin(struct vtd *vtd, struct vtd_xlate *x);
/* Translate @address by the second stage, and go on with @after: x->ss_leaf says where it leads. */
enum vtd_want vtd_second_begin(struct vtd_xlate *x, u64 address, bool is_final, vtd_step *after);

/* Leaves are known: permissions, flags, and the mapping. */
enum vtd_want vtd_walk_done(struct vtd *vtd, struct vtd_xlate *x);
/* Set what is missing of @flags in the leaf that the second stage's walk ended at. */
enum vtd_want vtd_second_update(struct vtd_xlate *x, u64 flags);
enum vtd_condition vtd_check_output(const struct vtd_xlate *x);
/* The last check: may @pa be accessed? */
enum vtd_want vtd_access_address(struct vtd *vtd, struct vtd_xlate *x, pa_t pa);
/* Is the access to @pa blocked by protected memory regions (11.4.8)? */
bool vtd_is_protected(const struct vtd *vtd, pa_t pa);
/* What the entries that led to a page say of any access to it, as VTD_TRAIT_* and perms. */
u8 vtd_config_traits(const struct vtd_config *config);
u8 vtd_config_perms(const struct vtd_config *config);

/* A walk, or pass-through, has found @mapping, which permits the access. */
enum vtd_want vtd_xlate_mapped(struct vtd *vtd, struct vtd_xlate *x);

/* Outcomes (steps/outcome.c). */
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

/* --- IOTLB (steps/tlb.c), and what invalidations concern (steps/scope.c) --- */

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

int vtd_iotlb_init(struct vtd *vtd);
struct vtd_inval vtd_inval_make(const struct vtd_inval_request *request);
void vtd_iotlb_fill(struct vtd *vtd, struct vtd_xlate *x, const struct vtd_mapping *mapping);
/* Return: is it there? Then *mapping says what. */
bool vtd_iotlb_find(struct vtd *vtd, const struct vtd_xlate *x, struct vtd_mapping *mapping);
void vtd_iotlb_invalidate(struct vtd *vtd, const struct vtd_inval *inval);
bool vtd_inval_matches(const struct vtd_inval *inval, const struct vtd_inval_target *target);
/* May a translation under way have used what is invalidated? */
bool vtd_inval_concerns(const struct vtd_inval *inval, const struct vtd_xlate *x);

/*
 * --- paging-structure caches (steps/walk_cache.c), context- and PASID-cache
 * (steps/config_cache.c) ---
 */

struct vtd_walk_entry {
	u64 table;
	u8 perms;
	bool is_table_writable;
};

/* Levels 5 to 2 have entries that reference tables. */
#define VTD_NR_WALK_CACHES 4

int vtd_walk_cache_init(struct vtd *vtd);
void vtd_walk_cache_finish(struct vtd *vtd);
/* The entry at walk->level leads to @table. */
void vtd_walk_cache_fill_first(struct vtd *vtd, const struct vtd_xlate *x, u64 table);
void vtd_walk_cache_fill_second(struct vtd *vtd, const struct vtd_xlate *x, u64 table);
/* The deepest table on the way; fills table, perms and level (of the table). */
bool vtd_walk_cache_find_first(struct vtd *vtd, struct vtd_xlate *x);
bool vtd_walk_cache_find_second(struct vtd *vtd, struct vtd_xlate *x);
void vtd_walk_cache_invalidate(struct vtd *vtd, const struct vtd_inval *inval);

int vtd_config_cache_init(struct vtd *vtd);
void vtd_config_cache_finish(struct vtd *vtd);
const struct vtd_context *vtd_context_find(struct vtd *vtd, u32 sid);
void vtd_context_fill(struct vtd *vtd, const struct vtd_xlate *x);
const struct vtd_config *vtd_pasid_find(struct vtd *vtd, u32 sid, u32 pasid);
void vtd_pasid_fill(struct vtd *vtd, const struct vtd_xlate *x);
void vtd_context_invalidate(struct vtd *vtd, const struct vtd_cc_inval *inval);
void vtd_pasid_invalidate(struct vtd *vtd, const struct vtd_pc_inval *inval);

/* --- fault conditions (steps/outcome.c) --- */

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

/* --- translation requests (steps/ats.c) --- */

/* What the completion of a translation request that faults says. */
void vtd_ats_fault(struct vtd_xlate *x);
void vtd_ats_complete(const struct vtd_xlate *x, struct port_access *access);

/* --- recording of faults (fault.c), and what software sees of it (fault_registers.c) --- */

/* Fault conditions of FSTS that make an event. */
#define VTD_FSTS_EVENTS (FSTS_PFO | FSTS_PPF | FSTS_IQE | FSTS_ICE | FSTS_ITE)

/* Record it: fault recording registers, FSTS, event. */
void vtd_fault_record(struct vtd *vtd, const struct vtd_xlate *x);
void vtd_fault_record_interrupt(struct vtd *vtd, u32 sid, u32 index, enum vtd_condition condition);
/* FSTS.@error is set, with its event. */
void vtd_fault_raise(struct vtd *vtd, u64 error);
/* Software wrote FSTS, or a fault field. */
void vtd_fault_status_written(struct vtd *vtd);
u64 vtd_fault_read(const struct vtd *vtd, u32 offset, u32 bytes);
void vtd_fault_write(struct vtd *vtd, u32 offset, u64 value, u32 bytes);
bool vtd_is_fault_register(const struct vtd *vtd, u32 offset, u32 bytes);

/* --- events: FECTL, IECTL, PECTL (event.c) --- */

struct vtd_event {
	struct sim_event event;
	struct vtd *vtd;
	enum vtd_irq irq;
	pa_t address;
	u32 data;
	u64 done_ps;
};

void vtd_event_init(struct vtd *vtd);
void vtd_event_finish(struct vtd *vtd);
/* The interrupt condition arose: pending, and sent unless it is masked. */
void vtd_event_raise(struct vtd *vtd, enum vtd_irq irq);
/* Software wrote the control register, or serviced the condition. */
void vtd_event_control_written(struct vtd *vtd, enum vtd_irq irq);
void vtd_event_serviced(struct vtd *vtd, enum vtd_irq irq);

/* --- commands by register: GCMD, CCMD, IOTLB (command.c) --- */

struct vtd_command {
	struct sim_event gcmd_event, ccmd_event, iotlb_event;
	u64 gcmd; /* what was written */
};

void vtd_command_init(struct vtd *vtd);
void vtd_command_finish(struct vtd *vtd);
void vtd_command_global(struct vtd *vtd, u64 written);
void vtd_command_context(struct vtd *vtd);
void vtd_command_iotlb(struct vtd *vtd);
void vtd_command_protect(struct vtd *vtd);

/* --- invalidation queue (iq.c) --- */

enum vtd_iq_phase {
	VTD_IQ_IDLE,
	VTD_IQ_FETCHING,
	VTD_IQ_EXECUTING,
	VTD_IQ_WAITING, /* for device-TLBs, or for page requests */
};

struct vtd_iq {
	struct sim_event event; /* first */
	enum vtd_iq_phase phase;
	u64 desc[4];
	bool has_timed_out; /* a device-TLB, since the descriptor was fetched */
};

void vtd_iq_init(struct vtd *vtd);
void vtd_iq_finish(struct vtd *vtd);
u32 vtd_iq_entries(const struct vtd *vtd);
/* There may be something to do: enabled, or an error was cleared. */
void vtd_iq_kick(struct vtd *vtd);
void vtd_iq_tail_written(struct vtd *vtd, u64 old);
void vtd_iq_disable(struct vtd *vtd);

/* --- invalidation of device-TLBs (devtlb.c) --- */

#define VTD_NR_ITAGS 32
/* The messages of timed out ones are with their endpoints. */
#define VTD_NR_DEVTLB_INVS 64

enum vtd_devtlb_state {
	VTD_DEVTLB_FREE,
	VTD_DEVTLB_TRAVELLING,
	VTD_DEVTLB_WAITING,   /* for the endpoint */
	VTD_DEVTLB_RETURNING, /* the completion is under way */
	VTD_DEVTLB_ABANDONED, /* timed out; the endpoint still owns the message */
};

struct vtd_devtlb_inv {
	struct port_invalidation invalidation; /* first */
	struct sim_event event;
	struct vtd *vtd;
	enum vtd_devtlb_state state;
	u32 sid;
	struct port_endpoint *endpoint; /* NULL: nobody is there */
};

struct vtd_devtlb {
	struct vtd_devtlb_inv invs[VTD_NR_DEVTLB_INVS];
	u32 nr_outstanding; /* ITags */
};

void vtd_devtlb_init(struct vtd *vtd);
void vtd_devtlb_finish(struct vtd *vtd);
/* There is no ITag, or the endpoint has as many as it handles. */
bool vtd_devtlb_is_full(const struct vtd *vtd, const u64 *desc);
void vtd_devtlb_invalidate(struct vtd *vtd, const u64 *desc);
/* Without a clock: what is outstanding when somebody waits is late. */
void vtd_devtlb_expire(struct vtd *vtd);

/* --- page requests (prq.c) --- */

struct vtd_prq {
	struct line travelling; /* from the endpoint */
	struct line checking;	/* tables are read */
	struct line_list valid; /* to be written as soon as it is known whether there is room */
	struct line writing;
	struct line answering; /* automatic responses, to the endpoint */
	u64 free_ps;	       /* when the next record can be assembled */
};

void vtd_prq_init(struct vtd *vtd);
void vtd_prq_finish(struct vtd *vtd);
u32 vtd_prq_entries(const struct vtd *vtd);
void vtd_prq_request(struct port *port, struct port_page_request *request);
/* Software took requests. */
void vtd_prq_head_written(struct vtd *vtd, u64 old);
/* There may be room, or the overflow was cleared. */
void vtd_prq_kick(struct vtd *vtd);
void vtd_prq_status_written(struct vtd *vtd);
void vtd_prq_respond(struct vtd *vtd, const u64 *desc);
bool vtd_prq_is_drained(const struct vtd *vtd);

/* --- interrupt remapping (ir.c) --- */

struct vtd_ir {
	struct tlb_array cache; /* of table entries, by index */
	struct line line;	/* interrupts on their way to the processors */
	void (*sink)(void *opaque, const struct vtd_interrupt *interrupt);
	void *sink_opaque;
};

int vtd_ir_init(struct vtd *vtd);
void vtd_ir_line_init(struct vtd *vtd);
void vtd_ir_finish(struct vtd *vtd);
/* Entries of the table from @first to @last have changed. */
void vtd_ir_invalidate(struct vtd *vtd, u32 first, u32 last);

/* --- ports --- */

struct vtd_port {
	struct port port; /* first */
	struct vtd *vtd;
	struct vtd_port *next_hash, *next_port;
	struct txn_pool pool;
	struct iommu_pri_stats pri;
};

struct vtd_txn {
	struct txn txn; /* first */
	struct vtd_xlate x;
	enum port_status status;
	bool is_raz_wi;
	struct vtd_interrupt_request interrupt;
};

/* --- invalidations (invalidate.c) --- */

void vtd_invalidate(struct vtd *vtd, const struct vtd_inval *inval);
void vtd_invalidate_context(struct vtd *vtd, const struct vtd_cc_inval *inval);
void vtd_invalidate_pasid(struct vtd *vtd, const struct vtd_pc_inval *inval);
/* All translation caches (6.6). */
void vtd_invalidate_all(struct vtd *vtd);

/* --- the way of an access (timing.c) --- */

void vtd_unit_init(struct vtd *vtd);
/* Translations under way that may have used what is invalidated start over. */
void vtd_txn_invalidate(struct vtd *vtd, const struct vtd_inval *inval);
void vtd_txn_invalidate_context(struct vtd *vtd, const struct vtd_cc_inval *inval);
void vtd_txn_invalidate_pasid(struct vtd *vtd, const struct vtd_pc_inval *inval);

/* --- the unit --- */

#define VTD_PORT_HASH 256

/* Cycles of vtd_params, once and for all in picoseconds. */
struct vtd_timing {
	u64 iotlb_ps, link_ps, context_ps, walk_cache_ps, step_ps;
	u64 desc_ps, inval_ps, gcmd_ps, fault_ps, record_ps, msi_ps, iec_ps;
};

struct vtd {
	struct vtd_params params;
	struct vtd_timing timing;
	struct mem *mem;
	u32 number;
	bool is_clockless;

	u64 reg[VTD_NR_REGS];
	u64 write_mask[VTD_NR_REGS]; /* of the table, less what features take away */
	bool is_enabled;	     /* GSTS.TES */
	bool is_protecting;	     /* PMEN.PRS */
	u64 root;		     /* RTADDR as of the last SRTP */
	u64 irta;		     /* IRTA as of the last SIRTP */
	u64 haw_mask;
	u32 fi_bits; /* of an address that fault recording registers have */

	struct tlb_array iotlb;
	struct tlb_array context_cache; /* of struct vtd_context */
	struct tlb_array pasid_cache;	/* of struct vtd_config */
	struct tlb_array fs_cache[VTD_NR_WALK_CACHES], ss_cache[VTD_NR_WALK_CACHES];

	u64 (*frcd)[2]; /* params.nr_fault_records of them */
	u32 next_frcd;
	struct vtd_event events[VTD_NR_IRQS];
	struct vtd_command command;
	struct vtd_iq iq;
	struct vtd_prq prq;
	struct vtd_devtlb devtlb;
	struct vtd_ir ir;
	struct txn_unit unit;

	struct vtd_port *ports;
	struct vtd_port *port_hash[VTD_PORT_HASH];
	struct vtd_port *anyone; /* vtd_translate() for requesters without a port */

	const struct iommu_observer *observer;
	void *observer_opaque;
	void (*status_watch)(void *opaque);
	void *status_watch_opaque;

	struct vtd_stats stats;
};

/* Queue numbers in traces. */
enum vtd_queue {
	VTD_QUEUE_IQ = 0,
	VTD_QUEUE_PRQ = 2,
};

static inline u64 vtd_queue_number(const struct vtd *vtd, enum vtd_queue queue)
{
	return vtd->number * 4ULL + queue;
}

static inline u32 vtd_ttm(const struct vtd *vtd)
{
	return FIELD_GET(RTADDR_TTM, vtd->root);
}

static inline bool vtd_fault_is_pending(const struct vtd *vtd, u32 index)
{
	return vtd->frcd[index][1] & FRCD_1_F;
}

/* What a descriptor of the invalidation queue may have waited for has happened: it looks again. */
static inline void vtd_iq_wake(struct vtd *vtd)
{
	struct vtd_iq *iq = &vtd->iq;

	if (iq->phase != VTD_IQ_WAITING)
		return;
	sim_assert(!sim_event_is_pending(&iq->event));
	iq->phase = VTD_IQ_EXECUTING;
	if (vtd->is_clockless)
		iq->event.fn(&iq->event);
	else
		sim_event_schedule(&iq->event, sim_now_ps());
}

/* Hit or not, without a clock: DONE with pa, ABORTED, or PENDING: needs the walkers. */
enum port_status vtd_lookup(struct vtd *vtd, u32 sid, struct port_access *access);
int vtd_port_init(struct vtd *vtd, struct vtd_port *port, u32 source_id);
void vtd_port_finish(struct vtd_port *port);
/* The port that a message to @source_id goes to; NULL: no endpoint has that requester ID. */
struct vtd_port *vtd_find_endpoint(struct vtd *vtd, u32 source_id);

void vtd_registers_reset(struct vtd *vtd);

#endif
