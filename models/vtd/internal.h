/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inside of the VT-d model. Three things are kept apart, as in the SMMUv3's:
 *
 * What: struct vtd_xlate is one translation as a machine of pure steps, on a floor of its
 *	own (steps/steps.h), which knows no clock.
 * When: struct vtd_txn is one access on its way through the unit (timing.c): it
 *	drives the steps and waits in between. iq.c, devtlb.c, prq.c and event.c have
 *	their own events, because they are engines of their own in hardware.
 * Seen: statistics and sim_trace(); they change nothing.
 *
 * From the ground up, no file naming one below it in this list:
 *	steps/
 *	event.c, lookup.c
 *	fault.c
 *	ir.c, devtlb.c
 *	timing.c
 *	invalidate.c
 *	prq.c
 *	iq.c, port.c
 *	command.c, fault_registers.c
 *	registers.c
 *	vtd.c
 *
 * Glossary (steps.h has more)
 *	port: where a master is connected. The IOTLB is the unit's, not the port's.
 */
#ifndef MODELS_VTD_INTERNAL_H
#define MODELS_VTD_INTERNAL_H

#include "models/common/line.h"
#include "models/common/txn.h"
#include "models/vtd/steps/steps.h"
#include "sim/event.h"

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

/* A command under way: until it is carried out, and then until its status may show that. */
struct vtd_command_phase {
	struct sim_event event;
	struct txn_drain drain;
};

struct vtd_command {
	struct vtd_command_phase global, context, iotlb;
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
	u64 began_ps;	 /* of the descriptor at hand: its fetch */
	u64 response_ps; /* for how long a response that is carried out has been at hand */
	u64 desc[4];
	bool has_timed_out;	/* a device-TLB, since the descriptor was fetched */
	struct txn_drain drain; /* of a wait descriptor */
	bool has_drained;
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
	u64 sent_ps;
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
	/* Those that wait, and the one that looks for its configuration, as a transaction. */
	struct line_list arrived;
	struct port_page_request *request;
	struct port_access access;
	u64 config_ps; /* how long the last look-up took, its waits left out */
	struct txn_pool pool;
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
/* Entries of all caches of translations and configuration. */
u64 vtd_nr_cached(const struct vtd *vtd);

/* --- the way of an access (timing.c) --- */

void vtd_unit_init(struct vtd *vtd);
/* Translations under way that may have used what is invalidated are overtaken. */
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
	struct vtd_core core;
	struct vtd_timing timing;
	u32 number;
	bool is_clockless;

	u64 write_mask[VTD_NR_REGS]; /* of the table, less what features take away */
	u64 irta;		     /* IRTA as of the last SIRTP */
	u32 fi_bits;		     /* of an address that fault recording registers have */

	u64 (*frcd)[2]; /* params.nr_fault_records of them */
	u32 next_frcd;
	struct vtd_event events[VTD_NR_IRQS];
	struct vtd_command command;
	struct vtd_iq iq;
	struct vtd_prq prq;
	struct vtd_devtlb devtlb;
	struct vtd_ir ir;
	struct txn_unit unit;
	u64 late_hits; /* of accesses that had waited for a slot of their port */
	u64 nr_commands[INVDESC_TYPE_PGRP_RESP + 1]; /* by type */
	u64 nr_writes[VTD_NR_REGS + 1], nr_reads;    /* the last: fault recording registers */

	struct vtd_port *ports;
	struct vtd_port *port_hash[VTD_PORT_HASH];

	const struct iommu_observer *observer;
	void *observer_opaque;
	void (*status_watch)(void *opaque);
	void *status_watch_opaque;
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

static inline bool vtd_fault_is_pending(const struct vtd *vtd, u32 index)
{
	return vtd->frcd[index][1] & FRCD_1_F;
}

/*
 * Domain-ids and second-stage addresses that software names for an invalidation: bits that
 * the unit does not have are ignored, by descriptor and by register (6.5.2.1 to 6.5.2.4, 11.4.6).
 */
static inline u16 vtd_inval_did(const struct vtd *vtd, u64 did)
{
	return did & lg2_mask(vtd->core.params.domain_bits);
}

static inline u64 vtd_inval_address(const struct vtd *vtd, u64 address)
{
	return address & lg2_mask(vtd->core.params.mgaw_bits);
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
