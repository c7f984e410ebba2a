/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inside of the SMMUv3 model. Three things are kept apart:
 *
 * What: struct smmu_xlate is one translation as a machine of pure steps, on a floor of
 *	its own (steps/steps.h), which knows no clock.
 * When: struct smmu_txn is one access on its way through the SMMU (timing.c): it drives
 *	the steps and waits in between. Command, event and PRI queue (cmdq.c, evtq.c,
 *	priq.c), stalls (stall.c), invalidations of endpoints (atc.c) and messages (msi.c)
 *	have their own events, because they are engines of their own in hardware.
 * Seen: statistics, sim_trace() and the observer; they change nothing.
 *
 * From the ground up, no file naming one below it in this list:
 *	steps/
 *	features.c, params.c
 *	queue.c, msi.c, lookup.c, submit.c
 *	evtq.c, atc.c, prefetch.c
 *	priq.c, stall.c
 *	port.c, timing.c
 *	invalidate.c
 *	cmdq.c
 *	ecmdq.c
 *	registers.c
 *	smmu.c
 *
 * Glossary (steps.h has more)
 *	port: where a master is connected (a TBU); it has its own TLBs.
 *	translation unit: what all ports share (a TCU): caches of configuration
 *	and of table walks, walkers, queues.
 */
#ifndef MODELS_SMMUV3_INTERNAL_H
#define MODELS_SMMUV3_INTERNAL_H

#include "models/common/line.h"
#include "models/common/ring.h"
#include "models/common/txn.h"
#include "models/smmuv3/steps/steps.h"
#include "sim/event.h"

/* --- event queue (evtq.c) --- */

struct smmu_event {
	struct line_item line; /* first */
	u64 word[EVTQ_ENT_DWORDS];
	bool is_stall;
	bool is_mergeable; /* with a like one; of a stall: never */
	bool is_dropped;   /* nobody waits for it any more; not written if not begun */
	u64 worked_ps;	   /* making and writing it, from when it had a place */
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

/* --- invalidations of endpoints (atc.c) --- */

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
	u64 sent_ps;
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
	/* Lost, and answered by STE.PPAR: those that wait, and the one whose STE is looked for. */
	struct line_list checking;
	struct port_page_request *request;
	bool is_cut_off; /* SMMUEN was 0 meanwhile: the stream table is software's again */
	struct port_access access;
	struct txn_pool pool;
	struct line answering; /* automatic responses over the link */
	u64 free_ps;	       /* record assembly is free again */
	bool is_kicking;
};

int smmu_priq_init(struct smmu *smmu);
void smmu_priq_finish(struct smmu *smmu);
/* port_ops.page_request of a port of an SMMU that has PRI */
void smmu_priq_request(struct port *port, struct port_page_request *request);
/* CMD_PRI_RESP, which is legal */
void smmu_priq_respond(struct smmu *smmu, const u64 *cmd);
/* Software moved CONS, or what decides about the queue has changed. */
void smmu_priq_kick(struct smmu *smmu);
/* PRIQEN or SMMUEN is going to 0: what is being written ends now. */
void smmu_priq_flush(struct smmu *smmu);
/* The look-up in priq.pool has ended: is the STE valid, and does it say PPAR? */
void smmu_priq_checked(struct smmu *smmu, bool is_valid, bool has_ppar);

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
	u64 began_ps;	 /* of the command at hand: its fetch */
	bool is_blocked; /* executing, waits for an invalidation of an endpoint */
	bool has_engine;
	bool is_waiting; /* for an engine */
	struct smmu_cmdq *next_waiting;
	u64 word[CMDQ_ENT_DWORDS];
	u32 nr_atc_outstanding; /* of its CMD_ATC_INV */
	bool has_atc_timed_out; /* since a CMD_SYNC of its own said so */
	struct smmu_msi sync;	/* of its last CMD_SYNC */
	struct txn_drain drain; /* of the CMD_SYNC that is executing */
	bool has_drained;
	struct iommu_queue_stats *stats;
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

/* Return: is there such a register, of that size or larger? */
bool smmu_ecmdq_read(struct smmu *smmu, u32 offset, u32 bytes, u64 *value);
bool smmu_ecmdq_write(struct smmu *smmu, u32 offset, u64 value, u32 bytes);

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

/* CMD_RESUME */
struct smmu_resume {
	u32 sid, stag;
	bool is_retry, is_abort; /* AC, AB */
};

struct smmu_txn;

int smmu_stall_init(struct smmu *smmu);
void smmu_stall_finish(struct smmu *smmu);
/* The translation of @txn, which is out of the translation unit, faulted and stalls. */
void smmu_stall_enter(struct smmu *smmu, struct smmu_txn *txn);
/* Is it to be terminated instead, there being no slot for it? */
bool smmu_stall_is_refused(struct smmu *smmu, const struct smmu_txn *txn);
/* How a stall ends, and how long the SMMU was busy with that. */
struct smmu_stall_end {
	enum port_status status;
	u64 worked_ps;
};

/* A retried access ended; its slot is free again. */
void smmu_stall_leave(struct smmu *smmu, struct smmu_stall *stall, struct smmu_stall_end end);
void smmu_stall_resume(struct smmu *smmu, const struct smmu_resume *resume);
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

/* --- ports and transactions (port.c, lookup.c, submit.c, timing.c) --- */

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
	struct smmu_port *next_port;
	struct smmu_tlbs tlbs;
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
		     u32 pending);
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

/* What a port's lookup comes to beside its answer. */
struct smmu_port_lookup {
	u64 cost_ps;
	struct smmu_lookup learned;
};

/* Hit or not, without a clock: DONE with pa, ABORTED, or PENDING: needs the translation unit. */
enum port_status smmu_port_lookup(struct smmu_port *port, u32 sid, struct port_access *access,
				  struct smmu_port_lookup *lookup);

/* --- the SMMU --- */

/* Cycles of smmu_params, once and for all in picoseconds. */
struct smmu_timing {
	u64 utlb_ps, tlb_ps, link_ps, config_ps, walk_cache_ps, step_ps;
	u64 cmd_ps, inval_ps, event_ps, msi_ps;
};

struct smmu {
	struct smmu_core core;
	struct smmu_timing timing;
	bool is_clockless;
	u64 write_mask[SMMU_NR_REGS]; /* of the table, less what features take away */

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

	u64 late_hits[SMMU_NR_HITS]; /* of accesses that had waited for a slot of their port */
	u64 command_ps; /* for how long the command that is carried out has been at hand; else 0 */
	const struct iommu_observer *observer;
	void *observer_opaque;
	const struct smmu_coherence *coherence; /* or NULL */
	void (*wire)(void *opaque, enum smmu_irq irq);
	void *wire_opaque;

	/* behind what every access touches */
	struct txn_unit unit;
	struct smmu_tlbs no_tlbs;	/* of what is overtaken: without entries */
	struct smmu_prefetch *prefetch; /* params.prefetch_slots of them */
	struct smmu_cmdq *ecmdq;	/* of all control pages in order */
	u32 nr_ecmdqs;
	u32 nr_ecmdqs_enabled;
	u32 nr_engines_used, nr_blocked;
	struct smmu_cmdq_list engine_queue;
	struct smmu_stall *stall_hash[SMMU_STALL_HASH]; /* that others may follow */
	struct smmu_priq priq;
	struct smmu_atc atc;
	u64 nr_commands[CMDQ_OP_CMD_SYNC + 1];	   /* by opcode */
	u64 nr_writes[SMMU_NR_REGS + 1], nr_reads; /* the last: control pages */
};

static inline u64 smmu_queue_number(const struct smmu *smmu, enum smmu_queue queue)
{
	return smmu->core.number * 4ULL + queue;
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
