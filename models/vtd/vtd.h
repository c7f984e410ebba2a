/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Intel VT-d: what the rest of the machine sees of a remapping unit. Software sees
 * registers, queues and tables in memory; a DMA master sees a port; who measures
 * sees the statistics.
 */
#ifndef MODELS_VTD_VTD_H
#define MODELS_VTD_VTD_H

#include "models/common/observer.h"
#include "models/common/port.h"
#include "models/common/traffic.h"
#include "models/mem/mem.h"
#include "models/vtd/params.h"

struct vtd;

/* Events that interrupt (7.3, 6.5.2.10, 7.5). */
enum vtd_irq {
	VTD_IRQ_FAULT,
	VTD_IRQ_INVALIDATION,
	VTD_IRQ_PAGE_REQUEST,
	VTD_NR_IRQS,
};

/**
 * vtd_create() - a remapping unit in reset, in the arena
 * @params: copied; what the hardware is able to do, its caches, its timing;
 *	vtd_params_check() has nothing to say about it
 * @mem: where tables, queues and MSI doorbells are; outlives the unit
 * @number: which unit of the machine this is; its invalidation queue is queue
 *	4 * @number of the traces, its page request queue two further
 *
 * Context: anywhere; no time passes.
 * Return: the unit; NULL without memory.
 */
struct vtd *vtd_create(const struct vtd_params *params, struct mem *mem, __u32 number);

/**
 * vtd_destroy() - give its memory back, its ports included; NULL is accepted
 * Accesses that it still owns are forgotten, not answered.
 */
void vtd_destroy(struct vtd *vtd);

/**
 * vtd_set_clockless() - do everything at once
 * Commands and descriptors are carried out by the write that submits them,
 * translate() of a port walks and answers on the spot, records and MSIs are
 * written at once. For tests, oracles and qtest; set before anything is under way.
 */
void vtd_set_clockless(struct vtd *vtd, bool is_clockless);

/** vtd_set_observer() - show what happens to page requests to @observer; NULL ends it */
void vtd_set_observer(struct vtd *vtd, const struct iommu_observer *observer, void *opaque);

/**
 * vtd_set_status_watch() - call @fn(opaque) whenever a bit of FSTS is set
 * For software that polls FSTS: until then it would find what it has found before.
 */
void vtd_set_status_watch(struct vtd *vtd, void (*fn)(void *opaque), void *opaque);

/**
 * vtd_mmio_read() / vtd_mmio_write() - programming interface, no time passes
 * @offset: from the base of the unit's registers
 * @bytes: 4 or 8; what the register does not allow reads as zero / is ignored
 *
 * Context: anywhere. A write may send an interrupt or, clockless, carry out
 * descriptors before it returns.
 * Spec: 11; models/vtd/regs.h has the registers.
 */
__u64 vtd_mmio_read(struct vtd *vtd, __u32 offset, __u32 bytes);
void vtd_mmio_write(struct vtd *vtd, __u32 offset, __u64 value, __u32 bytes);

/**
 * vtd_port_create() - connect a master
 * @source_id: its requester ID, below 2^16; several ports may have the same
 *
 * Return: the port, which lives as long as the unit; NULL without memory.
 */
struct port *vtd_port_create(struct vtd *vtd, __u32 source_id);

/* What a processor is asked (SDM 3, 10.11): of an interrupt request, once it is remapped. */
struct vtd_interrupt {
	__u32 destination; /* APIC ID */
	__u8 vector;
	__u8 delivery_mode;
	bool is_logical;
	bool has_hint; /* RH */
	bool is_level;
};

struct vtd_interrupt_request {
	struct line_item line; /* first; private to the unit until done() */
	__u32 sid;
	__u64 address; /* in the interrupt range */
	__u32 data;
	/* When it has been delivered, or blocked. May be NULL. */
	void (*done)(struct vtd_interrupt_request *request);
	/* result: if neither, it was blocked */
	bool is_delivered; /* as interrupt says: itself, or a notification */
	bool is_posted;
	struct vtd_interrupt interrupt;
};

/**
 * vtd_interrupt() - a master writes @request->data to the interrupt range
 * A write of an aligned DWORD through a port is one, too, if interrupt remapping is on:
 * with the data of the access, or 0 if it has none. The master is told that there is
 * nothing to write. With it off the master writes to memory, where a doorbell may be.
 *
 * Context: anywhere; the unit owns @request until its done().
 * Spec: 5.1, 5.2
 */
void vtd_interrupt(struct vtd *vtd, struct vtd_interrupt_request *request);

/**
 * vtd_set_interrupt_sink() - who takes the interrupts that the unit lets through
 * Without a sink they are written to memory as messages in the compatibility format.
 */
void vtd_set_interrupt_sink(struct vtd *vtd,
			    void (*sink)(void *opaque, const struct vtd_interrupt *interrupt),
			    void *opaque);

/**
 * struct vtd_outcome - what vtd_translate() found out beside the status
 * @condition: enum vtd_condition (regs.h) of the fault, 0 if none
 * @reason: its fault reason, 0 if it is not reported: none, or FPD
 */
struct vtd_outcome {
	__u32 condition;
	__u32 reason;
};

/** vtd_translate_explain() - as vtd_translate(), and why; @outcome may be NULL */
enum port_status vtd_translate_explain(struct vtd *vtd, __u32 source_id, struct port_access *access,
				       struct vtd_outcome *outcome);

/**
 * vtd_translate() - the functional model alone: translate without a clock
 * Uses and fills the same caches, records no fault.
 *
 * @source_id: of any requester, with a port or without
 * @access: untranslated; complete is not called
 *
 * Return: PORT_DONE with @access->pa, or PORT_ABORTED.
 */
enum port_status vtd_translate(struct vtd *vtd, __u32 source_id, struct port_access *access);

/* Beside IOMMU_STATS. */
#define VTD_STATS(X, A)                                                                            \
	A(fs_fetches, IOMMU_LEVELS, "walker.first_stage_fetches", COUNT, SUM,                      \
	  "reads of first-stage tables, level 1 to 5")                                             \
	A(ss_fetches, IOMMU_LEVELS, "walker.second_stage_fetches", COUNT, SUM,                     \
	  "reads of second-stage tables, level 1 to 5")                                            \
	X(flag_updates, "walker.flag_updates", COUNT, SUM,                                         \
	  "atomic updates of accessed and dirty flags")                                            \
	X(faults, "fault_records.recorded", COUNT, SUM, "non-recoverable faults recorded")         \
	X(faults_lost, "fault_records.lost", COUNT, SUM,                                           \
	  "non-recoverable faults lost: recording registers full, or one of the source was there") \
	X(faults_masked, "fault_records.masked", COUNT, SUM,                                       \
	  "faults that software did not want recorded, FPD")                                       \
	X(aborted, "translations.aborted", COUNT, SUM,                                             \
	  "accesses answered with an abort, not at once")                                          \
	X(invalidations, "invalidations.carried_out", COUNT, SUM,                                  \
	  "descriptors, and commands by register")                                                 \
	X(ats_requests, "ats.requests", COUNT, SUM, "translation requests of endpoints")           \
	X(ats_translated, "ats.translated", COUNT, SUM, "translated transactions of endpoints")    \
	X(interrupts, "interrupts.delivered", COUNT, SUM,                                          \
	  "interrupt requests that passed, remapped ones, notifications")                          \
	X(interrupts_posted, "interrupts.posted", COUNT, SUM, "interrupts posted")                 \
	X(interrupts_blocked, "interrupts.blocked", COUNT, SUM, "interrupt requests blocked")      \
	X(irte_fetches, "interrupts.irte_fetches", COUNT, SUM,                                     \
	  "reads of interrupt remapping table entries")

/* Since creation. */
struct vtd_stats {
	IOMMU_STATS(SIM_STAT_FIELD, SIM_STAT_ARRAY)
	VTD_STATS(SIM_STAT_FIELD, SIM_STAT_ARRAY)
	struct iommu_pri_stats pri; /* of all ports */
	struct iommu_queue_stats iq, prq;
	struct iommu_queue_stats walk_slots; /* places that are taken and left */
};

extern const struct sim_stat_table vtd_stat_table;

/** vtd_hits() - the accesses that ports answered at once. */
void vtd_hits(const struct vtd *vtd, struct iommu_hits *hits);

/** vtd_stats() - counts since creation. */
void vtd_stats(const struct vtd *vtd, struct vtd_stats *stats);

/** vtd_traffic() - what software said to it, since creation; fault recording registers are FRCD. */
void vtd_traffic(const struct vtd *vtd, struct iommu_traffic *traffic);

/** vtd_port_pri_stats() - page requests of the master behind @port, since creation. */
const struct iommu_pri_stats *vtd_port_pri_stats(const struct port *port);

#endif
